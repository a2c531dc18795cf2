/* SPDX-License-Identifier: Apache-2.0 */
/* A year's report: its tables and what proves them. A year that was sealed is printed from its
 * seal, byte for byte, until a restatement. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "proto/base/date.h"

#define CASES_MAX 1000 /* numbers that a check names */

/* ---- what a walk through all records finds ---- */

struct counts {
	struct registry *registry;
	struct state_txn *txn;
	int year;
	struct tables counted;
	int64_t entered[CATEGORY_COUNT];  /* carried in, by the entries */
	int64_t by_dates[CATEGORY_COUNT]; /* carried in, by the dates */
	uint64_t cases[CATEGORY_COUNT][CASES_MAX];
	size_t case_count[CATEGORY_COUNT];
};

static void walk_chain(struct counts *counts, const struct application *application)
{
	int before = counts->year - 1;
	enum category category = application->category;
	int32_t end = date_year_end(before);
	bool entered = application->received_on <= end && application->carried_through >= before;
	bool by_dates =
		application->received_on <= end &&
		(application->first_decided_on == DATE_NONE || application->first_decided_on > end);

	counts->entered[category] += entered;
	counts->by_dates[category] += by_dates;
	if (entered != by_dates && counts->case_count[category] < CASES_MAX) {
		counts->cases[category][counts->case_count[category]++] = application->number;
	}
}

static int count_row(struct bytes key, struct bytes value, void *userdata)
{
	struct counts *counts = userdata;
	struct application application;
	struct arena arena = { 0 };
	int r = ask_load(counts->registry, counts->txn, state_load_u64(key.data), &arena,
			 &application);

	(void)value;
	if (r == 0) {
		walk_chain(counts, &application);
		count_application(&application, counts->year, &counts->counted);
	}
	arena_done(&arena);
	return r;
}

/* ---- checks ---- */

static void cell_break(struct check_list *checks, const char *rule, const struct table *table,
		       size_t row, size_t column, int64_t expected, int64_t found)
{
	check_add(checks, &(struct check){
				  .rule = rule,
				  .table = table->form->id,
				  .row = table->form->rows[row].key,
				  .column = table->form->columns[column].key,
				  .has_figures = true,
				  .expected = expected,
				  .found = found,
			  });
}

/* The counters against the records. */
static void recount_check(const struct tables *live, const struct tables *counted,
			  struct check_list *checks)
{
	static const enum year_table of[] = { YEAR_TABLE3, YEAR_FEES };
	bool holds = true;

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		const struct table *table = &live->of[of[i]];

		for (size_t row = 0; row < table->form->row_count; row++) {
			for (size_t column = 0; column < table->form->column_count; column++) {
				int64_t expected = *table_cell(&counted->of[of[i]], row, column);
				int64_t found = *table_cell(table, row, column);

				if (expected != found) {
					holds = false;
					cell_break(checks, "recount", table, row, column, expected,
						   found);
				}
			}
		}
	}
	if (holds) {
		check_held(checks, "recount", "table3");
	}
}

/* carried_in is the same set as last year's carried_out: by the entries and by the dates; and, when
 * last year was published, as many as it says. */
static bool chain_check_sets(const struct counts *counts, struct check_list *checks)
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
				  .row = "carried_in",
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
	return holds;
}

static size_t row_of(const struct table *table, const char *key)
{
	size_t row = 0;

	while (row < table->form->row_count && strcmp(table->form->rows[row].key, key) != 0) {
		row++;
	}
	return row;
}

static bool chain_check_published(const struct tables *live, const struct report *before,
				  struct check_list *checks)
{
	const struct table *now = &live->of[YEAR_TABLE3];
	const struct table *then = &before->tables.of[YEAR_TABLE3];
	size_t in = row_of(now, "carried_in"), out = row_of(then, "carried_out");
	bool holds = true;

	for (size_t column = 0; column < now->form->column_count; column++) {
		int64_t expected = *table_cell(then, out, column);
		int64_t found = *table_cell(now, in, column);

		if (expected != found) {
			holds = false;
			check_add(checks,
				  &(struct check){
					  .rule = "year_chain",
					  .table = "table3",
					  .row = "carried_in",
					  .column = now->form->columns[column].key,
					  .has_figures = true,
					  .expected = expected,
					  .found = found,
					  .detail = "the year before was published with another "
						    "number carried over: restate it first",
				  });
		}
	}
	return holds;
}

static int chain_check(const struct counts *counts, const struct tables *live,
		       struct check_list *checks)
{
	struct report before;
	struct seal seal;
	bool holds = chain_check_sets(counts, checks);
	int r = publish_seal(counts->registry, counts->txn, counts->year - 1, -1, DATE_NONE,
			     checks->arena, &seal);

	if (r == 0) {
		r = report_of_seal(counts->registry, &seal, checks->arena, &before);
	}
	if (r == 0) {
		holds = chain_check_published(live, &before, checks) && holds;
	}
	if (holds) {
		check_held(checks, "year_chain", "table3");
	}
	return r == -ENOENT ? 0 : r;
}

/* ---- the report ---- */

int report_form(struct registry *registry, int year, const char *name, const struct form **ret_form,
		struct problem *problem)
{
	const struct catalogue *catalogue = registry->catalogue;
	const struct form *form = catalogue_form(catalogue, name, year);

	if (form == NULL && name != NULL) {
		problem->code = PROBLEM_UNKNOWN_FORM;
		snprintf(problem->text, sizeof(problem->text), "%s", name);
		return -EINVAL;
	}
	if (form == NULL || year > date_year(registry_today(registry)) ||
	    year < catalogue->settings.first_year) {
		problem->code = PROBLEM_UNKNOWN_YEAR;
		problem->year = year;
		return -EINVAL;
	}
	*ret_form = form;
	return 0;
}

static void report_begin(struct registry *registry, const struct form *form, int year,
			 struct report *ret_report)
{
	*ret_report = (struct report){
		.year = year,
		.form = form,
		.organ = registry->catalogue->settings.organ,
		.known_on = registry_today(registry),
	};
}

int report_count(struct registry *registry, struct state_txn *txn, const struct form *form,
		 int year, struct arena *arena, struct report *ret_report)
{
	struct counts *counts = arena_alloc(arena, sizeof(*counts));
	struct check_list *checks = &ret_report->checks;
	struct store_mark mark = { 0 };
	int r = counts == NULL ? -ENOMEM : store_read_mark(txn, &mark);

	report_begin(registry, form, year, ret_report);
	check_list_init(checks, arena);
	if (r == 0 || r == -ENOENT) {
		ret_report->sequence = mark.sequence;
		ret_report->digest = mark.head.digest;
		counts->registry = registry;
		counts->txn = txn;
		counts->year = year;
		r = tables_init(&counts->counted, form, &registry->catalogue->settings, arena);
	}
	if (r == 0) {
		r = count_tables(registry, txn, form, year, DATE_NONE, arena, &ret_report->tables);
	}
	if (r == 0) {
		r = walk_all(txn, TABLE_APPLICATIONS, count_row, counts);
	}
	if (r < 0) {
		return r;
	}
	check_table3(&ret_report->tables.of[YEAR_TABLE3], checks);
	r = chain_check(counts, &ret_report->tables, checks);
	recount_check(&ret_report->tables, &counts->counted, checks);
	check_table4(&ret_report->tables.of[YEAR_TABLE4], checks);
	if (r == 0) {
		r = plausible_check(registry, txn, ret_report, arena);
	}
	return r < 0 ? r : arena->failed ? -ENOMEM : 0;
}

/* As it was known on an earlier day: its own arithmetic is all that can be checked. */
static int report_known(struct registry *registry, struct state_txn *txn, const struct form *form,
			const struct report_query *query, struct arena *arena,
			struct report *ret_report)
{
	int r;

	report_begin(registry, form, query->year, ret_report);
	ret_report->known_on = query->known_on;
	check_list_init(&ret_report->checks, arena);
	r = ask_known(registry, txn, query->known_on, &ret_report->sequence, &ret_report->digest);
	if (r == 0) {
		r = count_tables(registry, txn, form, query->year, query->known_on, arena,
				 &ret_report->tables);
	}
	if (r == 0) {
		check_table3(&ret_report->tables.of[YEAR_TABLE3], &ret_report->checks);
		check_table4(&ret_report->tables.of[YEAR_TABLE4], &ret_report->checks);
	}
	return r;
}

int report_of_seal(struct registry *registry, const struct seal *seal, struct arena *arena,
		   struct report *ret_report)
{
	const struct form *form = catalogue_form(registry->catalogue, seal->form, seal->year);
	struct seal *kept = arena_alloc(arena, sizeof(*kept));
	struct sm3 digest = tables_digest(&seal->rows);
	int r;

	if (form == NULL || kept == NULL) {
		return form == NULL ? -EUCLEAN : -ENOMEM;
	}
	*kept = *seal;
	report_begin(registry, form, seal->year, ret_report);
	ret_report->organ = seal->organ;
	ret_report->status = seal->revision > 1 ? REPORT_RESTATED : REPORT_SEALED;
	ret_report->revision = seal->revision;
	ret_report->known_on = seal->on;
	ret_report->sequence = seal->last_sequence;
	ret_report->digest = seal->head;
	ret_report->seal = kept;
	check_list_init(&ret_report->checks, arena);
	r = tables_init(&ret_report->tables, form, &registry->catalogue->settings, arena);
	if (r == 0) {
		r = tables_read(&seal->rows, &ret_report->tables);
	}
	if (r == 0) {
		check_table3(&ret_report->tables.of[YEAR_TABLE3], &ret_report->checks);
		check_table4(&ret_report->tables.of[YEAR_TABLE4], &ret_report->checks);
		check_add(&ret_report->checks,
			  &(struct check){
				  .rule = "seal",
				  .table = "table3",
				  .holds = memcmp(&digest, &seal->tables, sizeof(digest)) == 0 });
	}
	return r < 0 ? r : arena->failed ? -ENOMEM : 0;
}

static int report_make(struct registry *registry, struct state_txn *txn,
		       const struct report_query *query, struct arena *arena,
		       struct report *ret_report, struct problem *problem)
{
	const struct form *form;
	struct seal seal;
	int r = query->revision == 0 ? -ENOENT
				     : publish_seal(registry, txn, query->year, query->revision,
						    query->known_on, arena, &seal);

	if (r == 0 && (query->form == NULL || strcmp(query->form, seal.form) == 0)) {
		return report_of_seal(registry, &seal, arena, ret_report);
	}
	if (r == -ENOENT && query->revision > 0) {
		return problem_field(problem, "revision", "there is no such revision of %d",
				     query->year);
	}
	if (r < 0 && r != -ENOENT) {
		return r;
	}
	r = report_form(registry, query->year, query->form, &form, problem);
	if (r < 0) {
		return r;
	}
	return query->known_on == DATE_NONE
		       ? report_count(registry, txn, form, query->year, arena, ret_report)
		       : report_known(registry, txn, form, query, arena, ret_report);
}

int registry_report(struct registry *registry, const struct report_query *query,
		    struct arena *arena, struct report *ret_report, struct problem *reterr_problem)
{
	struct state_txn txn;
	int r = state_begin(registry->store->state, false, &txn);

	if (r < 0) {
		return problem_internal(reterr_problem, "the state could not be read", r);
	}
	r = report_make(registry, &txn, query, arena, ret_report, reterr_problem);
	state_abort(&txn);
	if (r < 0 && reterr_problem->code == PROBLEM_NONE) {
		return problem_internal(reterr_problem, "the year could not be counted", r);
	}
	return r;
}
