/* SPDX-License-Identifier: Apache-2.0 */
/* A cell opens to what it counts: the applications of table 3, the cases of table 4. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "proto/base/date.h"

struct cell {
	const struct table_form *table;
	const struct form_row *row;
	size_t row_at, column_at;
};

static int cell_unknown(const char *table, const char *row, const char *column,
			struct problem *problem)
{
	problem->code = PROBLEM_UNKNOWN_CELL;
	snprintf(problem->text, sizeof(problem->text), "%s", table);
	snprintf(problem->field, sizeof(problem->field), "%s", row);
	snprintf(problem->other, sizeof(problem->other), "%s", column);
	return -EINVAL;
}

static int cell_find(const struct form *form, const char *table, const char *row,
		     const char *column, struct cell *ret_cell, struct problem *problem)
{
	struct cell cell = { .table = strcmp(table, "table3") == 0   ? &form->table3
				      : strcmp(table, "table4") == 0 ? &form->table4
								     : NULL };

	if (cell.table == NULL) {
		return cell_unknown(table, row, column, problem);
	}
	while (cell.row_at < cell.table->row_count &&
	       strcmp(cell.table->rows[cell.row_at].key, row) != 0) {
		cell.row_at++;
	}
	while (cell.column_at < cell.table->column_count &&
	       strcmp(cell.table->columns[cell.column_at].key, column) != 0) {
		cell.column_at++;
	}
	if (cell.row_at == cell.table->row_count || cell.column_at == cell.table->column_count) {
		return cell_unknown(table, row, column, problem);
	}
	cell.row = &cell.table->rows[cell.row_at];
	*ret_cell = cell;
	return 0;
}

static bool cell_has(const struct cell *cell, const struct application *application, int year)
{
	if (cell->column_at < CATEGORY_COUNT && application->category != cell->column_at) {
		return false;
	}
	for (size_t i = 0; i < cell->row->count_count; i++) {
		if (tally_is_in(application, year, cell->row->counts[i])) {
			return true;
		}
	}
	return false;
}

/* What a page gathers. */
struct names {
	struct arena *arena;
	const char **names;
	size_t count;
};

static void name_add(struct names *names, const char *name)
{
	names->names[names->count++] = arena_strdup(names->arena, name);
}

static int applications_page(struct registry *registry, const struct cell *cell, int year,
			     uint64_t *after, size_t max, struct names *names, bool *ret_done)
{
	char text[NUMBER_TEXT_BYTES];
	struct application *page;
	struct filter any;
	size_t count;
	int r;

	filter_init(&any);
	r = registry_list(registry, &any, after, max, names->arena, &page, &count, ret_done);
	for (size_t i = 0; r == 0 && i < count; i++) {
		if (cell_has(cell, &page[i], year)) {
			name_add(names, number_format(page[i].number, text));
		}
	}
	return r;
}

static int cases_page(struct registry *registry, const struct cell *cell, int year, uint64_t *after,
		      size_t max, struct names *names, bool *ret_done)
{
	const char *column = cell->table->columns[cell->column_at].key;
	char text[DISPUTE_TEXT_BYTES];
	struct dispute *page;
	size_t count;
	int r = registry_cases(registry, after, max, names->arena, &page, &count, ret_done);

	for (size_t i = 0; r == 0 && i < count; i++) {
		if (dispute_is_in(&page[i], year, (enum case_kind)cell->row_at, column)) {
			name_add(names, dispute_format(&page[i], text));
		}
	}
	return r;
}

int registry_cell(struct registry *registry, int year, const char *table, const char *row,
		  const char *column, const char *form_name, uint64_t *after, size_t max,
		  struct arena *arena, const char ***ret_names, size_t *ret_count, bool *ret_done,
		  struct problem *reterr_problem)
{
	struct names names = { arena, arena_alloc(arena, sizeof(*names.names) * max), 0 };
	const struct form *form;
	struct cell cell = { 0 };
	int r = report_form(registry, year, form_name, &form, reterr_problem);

	if (r == 0) {
		r = cell_find(form, table, row, column, &cell, reterr_problem);
	}
	if (r < 0) {
		return r;
	}
	if (names.names == NULL) {
		r = -ENOMEM;
	} else if (cell.table == &form->table4) {
		r = cases_page(registry, &cell, year, after, max, &names, ret_done);
	} else {
		r = applications_page(registry, &cell, year, after, max, &names, ret_done);
	}
	if (r < 0 || arena->failed) {
		return problem_internal(reterr_problem, "the register could not be read",
					r < 0 ? r : -ENOMEM);
	}
	*ret_names = names.names;
	*ret_count = names.count;
	return 0;
}
