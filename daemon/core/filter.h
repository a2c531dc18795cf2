/* SPDX-License-Identifier: Apache-2.0 */
/* filter.h: which applications a list shows. A part that is not given lets all through. */
#ifndef OGID_CORE_FILTER_H
#define OGID_CORE_FILTER_H

#include "daemon/core/application.h"

struct filter {
	uint32_t states, waiting, categories; /* bits; 0: any */
	struct text_list reasons;             /* codes; empty: any */
	const char *handler, *text;           /* NULL: any; text: part of the subject */
	int32_t received_from, received_to, decided_from, decided_to, due_to; /* DATE_NONE: any */
};

void filter_init(struct filter *filter);
/* due_on: as computed, DATE_NONE when none. */
bool filter_matches(const struct filter *filter, const struct application *application,
		    int32_t due_on);

#endif
