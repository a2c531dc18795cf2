/* SPDX-License-Identifier: Apache-2.0 */
/* Table 3 from the counters, and its proof: the same cells counted from the applications one by
 * one, and the carry-over entries compared with the dates. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "proto/base/date.h"

#define CASES_MAX 1000 /* numbers that a check names */

struct counting {
	struct state_txn *txn;
};

static int64_t live_count(int year, const char *row, enum category category, void *userdata)
{
	return fold_counter(((struct counting *)userdata)->txn, year, row, category);
}

static int first_year(struct state_txn *txn, int *ret_year)
{
	struct state_cursor cursor;
	struct bytes key, value;
	int r = state_cursor_open(txn, TABLE_COUNTERS, &cursor);

	*ret_year = 0;
	if (r < 0) {
		return r;
	}
	r = state_cursor_seek(&cursor, NULL, 0, &key, &value);
	if (r > 0) {
		*ret_year = (int)state_load_u32(key.data);
	}
	state_cursor_close(&cursor);
	return r < 0 ? r : 0;
}

/* What a walk through all applications finds. */
struct counts {
	int year;
	struct table *counted;            /* its cells are counted up */
	int64_t entered[CATEGORY_COUNT];  /* carried in, by the entries */
	int64_t by_dates[CATEGORY_COUNT]; /* carried in, by the dates */
	uint64_t cases[CATEGORY_COUNT][CASES_MAX];
	size_t case_count[CATEGORY_COUNT];
};

static void walk_chain(struct counts *counts, const struct application *application)
{
	int before = counts->year - 1;
	enum category category = application->category;
	bool entered = date_year(application->received_on) <= before &&
		       application->carried_through >= before;
	bool by_dates = tally_is_in(application, counts->year, "carried_in");

	counts->entered[category] += entered;
	counts->by_dates[category] += by_dates;
	if (entered != by_dates && counts->case_count[category] < CASES_MAX) {
		counts->cases[category][counts->case_count[category]++] = application->number;
	}
}

static void walk_count(struct counts *counts, const struct application *application)
{
	const struct form *form = counts->counted->form;

	for (size_t row = 0; row < form->row_count; row++) {
		for (size_t i = 0; i < form->rows[row].count_count; i++) {
			if (tally_is_in(application, counts->year, form->rows[row].counts[i])) {
				++*table_cell(counts->counted, row, application->category);
				++*table_cell(counts->counted, row, form->column_count - 1);
			}
		}
	}
}

struct counted_walk {
	struct registry *registry;
	struct state_txn *txn;
	struct counts *counts;
};

static int count_row(struct bytes key, struct bytes value, void *userdata)
{
	struct counted_walk *counted = userdata;
	struct application application;
	struct arena arena = { 0 };
	int r = ask_load(counted->registry, counted->txn, state_load_u64(key.data), &arena,
			 &application);

	(void)value;
	if (r == 0) {
		walk_chain(counted->counts, &application);
		walk_count(counted->counts, &application);
	}
	arena_done(&arena);
	return r;
}

static void recount_check(const struct table *live, const struct table *counted,
			  struct check_list *checks)
{
	const struct form *form = live->form;
	bool holds = true;

	for (size_t row = 0; row < form->row_count; row++) {
		for (size_t column = 0; column < form->column_count; column++) {
			int64_t expected = *table_cell(counted, row, column);
			int64_t found = *table_cell(live, row, column);

			if (expected != found) {
				holds = false;
				check_add(checks, &(struct check){
							  .rule = "recount",
							  .table = "table3",
							  .column = form->columns[column].key,
							  .has_figures = true,
							  .expected = expected,
							  .found = found,
							  .detail = form->rows[row].key,
						  });
			}
		}
	}
	if (holds) {
		check_add(checks,
			  &(struct check){ .rule = "recount", .holds = true, .table = "table3" });
	}
}

static void chain_check(const struct counts *counts, struct check_list *checks)
{
	bool holds = true;

	for (int category = 0; category < CATEGORY_COUNT; category++) {
		size_t count = counts->case_count[category];
		uint64_t *cases;

		if (count == 0) {
			continue;
		}
		holds = false;
		cases = arena_alloc(checks->arena, sizeof(*cases) * count);
		if (cases != NULL) {
			memcpy(cases, counts->cases[category], sizeof(*cases) * count);
		}
		check_add(checks,
			  &(struct check){
				  .rule = "year_chain",
				  .table = "table3",
				  .column = category_names[category],
				  .has_figures = true,
				  .expected = counts->by_dates[category],
				  .found = counts->entered[category],
				  .detail =
					  "what was open at the end of the year before is not what "
					  "has been carried over: a rollup enters what is missing",
				  .cases = cases,
				  .case_count = cases == NULL ? 0 : count,
			  });
	}
	if (holds) {
		check_add(checks, &(struct check){
					  .rule = "year_chain", .holds = true, .table = "table3" });
	}
}

static int report_fill(struct registry *registry, struct state_txn *txn, struct report *report,
		       struct arena *arena)
{
	struct counting counting = { txn };
	struct counts *counts = arena_alloc(arena, sizeof(*counts));
	struct table counted = { .form = report->form };
	int first, r = first_year(txn, &first);

	if (r == 0) {
		r = table_fill(&report->table3, report->form, report->year, first, live_count,
			       &counting, arena);
	}
	counted.cells = arena_alloc(arena, sizeof(int64_t) * report->form->row_count *
						   report->form->column_count);
	if (counts == NULL || counted.cells == NULL) {
		return -ENOMEM;
	}
	counts->year = report->year;
	counts->counted = &counted;
	if (r == 0) {
		struct counted_walk all = { registry, txn, counts };

		r = walk_all(txn, TABLE_APPLICATIONS, count_row, &all);
	}
	if (r < 0) {
		return r;
	}
	check_list_init(&report->checks, arena);
	check_table3(&report->table3, &report->checks);
	chain_check(counts, &report->checks);
	recount_check(&report->table3, &counted, &report->checks);
	return arena->failed ? -ENOMEM : 0;
}

static int form_find(struct registry *registry, int year, const char *name,
		     const struct form **ret_form, struct problem *problem)
{
	const struct form *form = catalogue_form(registry->catalogue, name, year);

	if (form == NULL && name != NULL) {
		problem->code = PROBLEM_UNKNOWN_FORM;
		snprintf(problem->text, sizeof(problem->text), "%s", name);
		return -EINVAL;
	}
	if (form == NULL || year > date_year(registry_today(registry))) {
		problem->code = PROBLEM_UNKNOWN_YEAR;
		problem->year = year;
		return -EINVAL;
	}
	*ret_form = form;
	return 0;
}

int registry_report(struct registry *registry, int year, const char *form, struct arena *arena,
		    struct report *ret_report, struct problem *reterr_problem)
{
	struct report report = { .year = year, .known_on = registry_today(registry) };
	struct store_mark mark = { 0 };
	struct state_txn txn;
	int r = form_find(registry, year, form, &report.form, reterr_problem);

	if (r < 0) {
		return r;
	}
	r = state_begin(registry->store->state, false, &txn);
	if (r < 0) {
		return problem_internal(reterr_problem, "the state could not be read", r);
	}
	r = report_fill(registry, &txn, &report, arena);
	if (r == 0 && store_read_mark(&txn, &mark) == 0) {
		report.sequence = mark.sequence;
		report.digest = mark.head.digest;
	}
	state_abort(&txn);
	if (r < 0) {
		return problem_internal(reterr_problem, "the year could not be counted", r);
	}
	/* a list's end points into the list itself */
	*ret_report = report;
	if (report.checks.first == NULL) {
		ret_report->checks.end = &ret_report->checks.first;
	}
	return 0;
}

/* ---- one cell ---- */

struct cell {
	const struct form_row *row;
	int category; /* -1: the total */
};

static int cell_find(const struct form *form, const char *table, const char *row,
		     const char *column, struct cell *ret_cell, struct problem *problem)
{
	ret_cell->row = NULL;
	ret_cell->category = strcmp(column, "total") == 0 ? -1 : name_find(category_names, column);
	for (size_t i = 0; i < form->row_count; i++) {
		if (strcmp(form->rows[i].key, row) == 0) {
			ret_cell->row = &form->rows[i];
		}
	}
	if (strcmp(table, "table3") != 0 || ret_cell->row == NULL || ret_cell->category < -1) {
		problem->code = PROBLEM_UNKNOWN_CELL;
		snprintf(problem->text, sizeof(problem->text), "%s", table);
		snprintf(problem->field, sizeof(problem->field), "%s", row);
		snprintf(problem->other, sizeof(problem->other), "%s", column);
		return -EINVAL;
	}
	return 0;
}

static bool cell_has(const struct cell *cell, const struct application *application, int year)
{
	if (cell->category >= 0 && (int)application->category != cell->category) {
		return false;
	}
	for (size_t i = 0; i < cell->row->count_count; i++) {
		if (tally_is_in(application, year, cell->row->counts[i])) {
			return true;
		}
	}
	return false;
}

int registry_cell(struct registry *registry, int year, const char *table, const char *row,
		  const char *column, const char *form_name, uint64_t *after, size_t max,
		  struct arena *arena, uint64_t **ret_numbers, size_t *ret_count, bool *ret_done,
		  struct problem *reterr_problem)
{
	uint64_t *numbers = arena_alloc(arena, sizeof(*numbers) * max);
	const struct form *form;
	struct application *page;
	struct filter any;
	struct cell cell = { NULL, -1 };
	size_t count;
	int r = form_find(registry, year, form_name, &form, reterr_problem);

	if (r == 0) {
		r = cell_find(form, table, row, column, &cell, reterr_problem);
	}
	if (r < 0) {
		return r;
	}
	filter_init(&any);
	r = registry_list(registry, &any, after, max, arena, &page, &count, ret_done);
	if (r < 0 || numbers == NULL) {
		return problem_internal(reterr_problem, "the applications could not be read",
					r < 0 ? r : -ENOMEM);
	}
	*ret_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (cell_has(&cell, &page[i], year)) {
			numbers[(*ret_count)++] = page[i].number;
		}
	}
	*ret_numbers = numbers;
	return 0;
}
