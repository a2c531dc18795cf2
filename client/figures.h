/* SPDX-License-Identifier: Apache-2.0 */
/* figures.h: every figure of a report under the name by which a text may say it, such as
 * table3.new.total, table2.normative_documents.in_force, fees.notices or year. */
#ifndef OGID_CLIENT_FIGURES_H
#define OGID_CLIENT_FIGURES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "proto/base/arena.h"

struct figure {
	const char *name;
	const char *text;  /* as it is printed */
	const char *label; /* what it is, in the words of the form; "" for year and the like */
	bool stated;       /* false: nobody has set it yet */
};

struct figures {
	struct figure *items;
	size_t count, size;
};

/* Everything is allocated from arena; arena->failed tells whether memory was short. */
void figures_collect(struct arena *arena, const json_t *report, struct figures *ret_figures);
const struct figure *figures_find(const struct figures *figures, const char *name); /* or NULL */
/* The name that may have been meant, or NULL. */
const char *figures_nearest(const struct figures *figures, const char *name);
/* How many rows of the report's tables nobody has stated. */
size_t figures_unstated(const json_t *report);

#endif
