/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of a table, whoever filled it: the arithmetic that the form prints, and what it leaves
 * out. See domain.md 3.5 for where each comes from: the form's corner text, and common audit rules.
 */
#include <string.h>

#include "daemon/core/tally.h"

void check_list_init(struct check_list *list, struct arena *arena)
{
	list->first = NULL;
	list->end = &list->first;
	list->arena = arena;
}

struct check *check_add(struct check_list *list, const struct check *check)
{
	struct check *copy = arena_alloc(list->arena, sizeof(*copy));

	if (copy == NULL) {
		return NULL;
	}
	*copy = *check;
	copy->next = NULL;
	*list->end = copy;
	list->end = &copy->next;
	return copy;
}

bool check_list_holds(const struct check_list *list)
{
	for (const struct check *check = list->first; check != NULL; check = check->next) {
		if (!check->holds && !check->warning) {
			return false;
		}
	}
	return true;
}

static void check_breaks(struct check_list *list, const char *rule, const struct table *table,
			 const char *row, const char *column, int64_t expected, int64_t found)
{
	check_add(list, &(struct check){ .rule = rule,
					 .table = table->form->id,
					 .row = row,
					 .column = column,
					 .expected = expected,
					 .found = found,
					 .has_figures = true });
}

void check_held(struct check_list *list, const char *rule, const char *table)
{
	check_add(list, &(struct check){ .rule = rule, .holds = true, .table = table });
}

static void columns_check(const struct table *table, struct check_list *list)
{
	const struct table_form *form = table->form;
	bool holds = true;

	for (size_t row = 0; row < form->row_count; row++) {
		int64_t found = *table_cell(table, row, form->column_count - 1), sum = 0;
		bool stated = found != TABLE_NOT_STATED;

		for (size_t column = 0; column + 1 < form->column_count; column++) {
			int64_t cell = *table_cell(table, row, column);

			stated = stated && cell != TABLE_NOT_STATED;
			sum += stated ? cell : 0;
		}
		if (stated && sum != found) {
			holds = false;
			check_breaks(list, "sum_of_columns", table, form->rows[row].key, "total",
				     sum, found);
		}
	}
	if (holds) {
		check_held(list, "sum_of_columns", "table3");
	}
}

/* The row of a key, or row_count. */
static size_t row_find(const struct table_form *form, const char *key)
{
	size_t row = 0;

	while (row < form->row_count && strcmp(form->rows[row].key, key) != 0) {
		row++;
	}
	return row;
}

struct special_rows {
	size_t new, carried_in, total_results, carried_out;
};

/* Sum of the result rows of a column; TABLE_NOT_STATED when one is not stated. */
static int64_t results_sum(const struct table *table, const struct special_rows *special,
			   size_t column)
{
	int64_t sum = 0;

	for (size_t row = 0; row < table->form->row_count; row++) {
		int64_t cell = *table_cell(table, row, column);

		if (row == special->new || row == special->carried_in ||
		    row == special->total_results || row == special->carried_out) {
			continue;
		}
		if (cell == TABLE_NOT_STATED) {
			return TABLE_NOT_STATED;
		}
		sum += cell;
	}
	return sum;
}

static void rows_check(const struct table *table, struct check_list *list)
{
	const struct table_form *form = table->form;
	struct special_rows special = { row_find(form, "new"), row_find(form, "carried_in"),
					row_find(form, "total_results"),
					row_find(form, "carried_out") };
	bool results_hold = true, balance_holds = true;

	for (size_t column = 0; column < form->column_count; column++) {
		int64_t results = results_sum(table, &special, column);
		int64_t total = *table_cell(table, special.total_results, column);
		int64_t new = *table_cell(table, special.new, column);
		int64_t in = *table_cell(table, special.carried_in, column);
		int64_t out = *table_cell(table, special.carried_out, column);

		if (results != TABLE_NOT_STATED && total != TABLE_NOT_STATED && results != total) {
			results_hold = false;
			check_breaks(list, "sum_of_results", table, "total_results",
				     form->columns[column].key, results, total);
		}
		if (new != TABLE_NOT_STATED && in != TABLE_NOT_STATED &&out !=
						       TABLE_NOT_STATED &&total !=
						       TABLE_NOT_STATED &&new + in != total + out) {
			balance_holds = false;
			check_breaks(list, "balance", table, NULL, form->columns[column].key,
				     new + in, total + out);
		}
	}
	if (results_hold) {
		check_held(list, "sum_of_results", "table3");
	}
	if (balance_holds) {
		check_held(list, "balance", "table3");
	}
}

void check_table3(const struct table *table, struct check_list *list)
{
	columns_check(table, list);
	rows_check(table, list);
}

void check_table4(const struct table *table, struct check_list *list)
{
	size_t last = table->form->column_count - 1;
	bool holds = true;

	for (size_t row = 0; row < table->form->row_count; row++) {
		int64_t found = *table_cell(table, row, last), sum = 0;
		bool stated = found != TABLE_NOT_STATED;

		for (size_t column = 0; column < last; column++) {
			int64_t cell = *table_cell(table, row, column);

			stated = stated && cell != TABLE_NOT_STATED;
			sum += stated ? cell : 0;
		}
		if (stated && sum != found) {
			holds = false;
			check_breaks(list, "case_totals", table, table->form->rows[row].key,
				     table->form->rows[row].key, sum, found);
		}
	}
	if (holds) {
		check_held(list, "case_totals", table->form->id);
	}
}
