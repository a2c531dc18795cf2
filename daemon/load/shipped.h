/* SPDX-License-Identifier: Apache-2.0 */
/* shipped.h: the files of config/, embedded at build time. */
#ifndef OGID_LOAD_SHIPPED_H
#define OGID_LOAD_SHIPPED_H

#include <stddef.h>

struct embedded_file {
	const char *path; /* from config/: "forms/2021.yaml"; NULL ends the list */
	const char *text; /* ended by NUL, which `bytes` does not count */
	size_t bytes;
};

extern const struct embedded_file shipped_files[];

#endif
