/* SPDX-License-Identifier: Apache-2.0 */
/* area.h: tables that others made: checked, and added up into the table of an area. Pure. */
#ifndef OGID_CORE_AREA_H
#define OGID_CORE_AREA_H

#include "daemon/core/statement.h"

/* One organ's year, as it was handed in. A cell that it does not state is TABLE_NOT_STATED. */
struct foreign {
	const char *organ; /* NULL: not said */
	int year;
	const struct form *form;
	struct tables tables;
	bool has[YEAR_TABLE_COUNT]; /* the tables that it brings */
};

/* Every rule of its own tables: sum_of_columns, sum_of_results, balance, case_totals; a figure
 * below zero where the form has none; appended with its organ. */
void area_check(const struct foreign *foreign, struct check_list *list);

/* Adds up; all are of one form. A cell is the sum of what is stated; a row of figures is stated
 * when any organ states it; total columns and total rows are added up as the others are.
 * -EOVERFLOW. */
int area_add(const struct foreign *units, size_t count, struct tables *sums);

/* The units of the settings that are not among those handed in. -ENOMEM. */
int area_missing(const struct settings *settings, const struct foreign *units, size_t count,
		 struct arena *arena, const char *const **ret_names, size_t *ret_count);
/* The kind of a unit; NULL: the settings do not name it. */
const char *area_kind(const struct settings *settings, const char *organ);

#endif
