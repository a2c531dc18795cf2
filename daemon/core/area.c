/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/area.h"

#include <errno.h>
#include <string.h>

static void below_zero_check(const struct table *table, struct check_list *list)
{
	const struct table_form *form = table->form;
	bool holds = true;

	for (size_t row = 0; row < form->row_count; row++) {
		for (size_t column = 0; column < form->column_count; column++) {
			int64_t found = table_cell_stated(table, row, column);

			if (found >= 0 || found == TABLE_NOT_STATED || form->rows[row].negative) {
				continue;
			}
			holds = false;
			check_add(list, &(struct check){ .rule = "below_zero",
							 .table = form->id,
							 .row = form->rows[row].key,
							 .column = form->columns[column].key,
							 .found = found,
							 .has_figures = true });
		}
	}
	if (holds) {
		check_held(list, "below_zero", form->id);
	}
}

void area_check(const struct foreign *foreign, struct check_list *list)
{
	struct check **appended = list->end;

	for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
		const struct table *table = &foreign->tables.of[which];

		if (!foreign->has[which] || table->form->row_count == 0) {
			continue;
		}
		if (which == YEAR_TABLE3) {
			check_table3(table, list);
		} else if (which == YEAR_TABLE4) {
			check_table4(table, list);
		}
		below_zero_check(table, list);
	}
	for (struct check *check = *appended; check != NULL; check = check->next) {
		check->organ = foreign->organ;
	}
}

/* The sum of one cell. ret_stated: anybody states it. */
static int cell_add(const struct foreign *units, size_t count, int which, size_t row, size_t column,
		    int64_t *ret_sum, bool *ret_stated)
{
	int64_t sum = 0;
	bool stated = false;

	for (size_t i = 0; i < count; i++) {
		int64_t cell = units[i].has[which]
				       ? table_cell_stated(&units[i].tables.of[which], row, column)
				       : TABLE_NOT_STATED;

		if (cell == TABLE_NOT_STATED) {
			continue;
		}
		/* What stands for "not stated" is no sum either. */
		if (__builtin_add_overflow(sum, cell, &sum) || sum == TABLE_NOT_STATED) {
			return -EOVERFLOW;
		}
		stated = true;
	}
	*ret_sum = sum;
	*ret_stated = stated;
	return 0;
}

int area_add(const struct foreign *units, size_t count, struct tables *sums)
{
	for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
		struct table *table = &sums->of[which];

		for (size_t row = 0; row < table->form->row_count; row++) {
			bool any = false;

			for (size_t column = 0; column < table->form->column_count; column++) {
				int64_t *sum = table_cell(table, row, column);
				bool stated;
				int r = cell_add(units, count, which, row, column, sum, &stated);

				if (r < 0) {
					return r;
				}
				any = any || stated;
			}
			if (table->stated != NULL) {
				table->stated[row] = any;
			}
		}
	}
	return 0;
}

static bool is_among(const char *name, const struct foreign *units, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (units[i].organ != NULL && strcmp(units[i].organ, name) == 0) {
			return true;
		}
	}
	return false;
}

int area_missing(const struct settings *settings, const struct foreign *units, size_t count,
		 struct arena *arena, const char *const **ret_names, size_t *ret_count)
{
	const char **names = arena_alloc(arena, sizeof(*names) * settings->unit_count);
	size_t missing = 0;

	if (names == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < settings->unit_count; i++) {
		if (!is_among(settings->units[i].name, units, count)) {
			names[missing++] = settings->units[i].name;
		}
	}
	*ret_names = names;
	*ret_count = missing;
	return 0;
}

const char *area_kind(const struct settings *settings, const char *organ)
{
	for (size_t i = 0; organ != NULL && i < settings->unit_count; i++) {
		if (strcmp(settings->units[i].name, organ) == 0) {
			return settings->units[i].kind;
		}
	}
	return NULL;
}
