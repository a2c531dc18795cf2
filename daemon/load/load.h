/* SPDX-License-Identifier: Apache-2.0 */
/* load.h: YAML into the catalogue, every complaint with file:line:column.
 *
 * The shipped files are embedded in the program, so that it starts from anywhere with no
 * configuration. A configuration (ogid.yaml) says the organ's settings and may name a directory
 * whose reasons.yaml, fees.yaml, cases.yaml, forms/ and calendars/ stand in place of the shipped
 * ones (each file or folder that is there replaces its shipped counterpart; a calendar file the
 * shipped one of its name, or of its year and day). Whatever a configuration does not say is as in
 * the shipped ogid.yaml; only the organ's name must be said. A relative path starts at the
 * configuration's folder. */
#ifndef OGID_LOAD_LOAD_H
#define OGID_LOAD_LOAD_H

#include "daemon/core/catalogue.h"
#include "proto/base/yaml.h"

/* Where the daemon keeps and listens; from the configuration, NULL where it does not say. */
struct load_places {
	const char *data, *socket; /* in the catalogue's arena */
};

/* configuration: path of ogid.yaml, or NULL for the shipped defaults. 0 with a new catalogue;
 * -EINVAL with the problem; -ENOMEM. */
int load_catalogue(const char *configuration, struct catalogue **ret_catalogue,
		   struct load_places *ret_places, struct yaml_problem *reterr_problem);
struct catalogue *catalogue_free(struct catalogue *catalogue); /* takes NULL, returns NULL */

#endif
