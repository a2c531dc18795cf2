/* SPDX-License-Identifier: Apache-2.0 */
/* What is not wrong but hardly right: warnings of a report. See docs/counting.md. */
#include <errno.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "proto/base/date.h"

static void warn(struct check_list *checks, const char *rule, const struct table *table, size_t row,
		 int64_t expected, int64_t found, bool has_figures, const char *detail)
{
	check_add(checks,
		  &(struct check){
			  .rule = rule,
			  .table = table->form->id,
			  .row = row < table->form->row_count ? table->form->rows[row].key : NULL,
			  .expected = expected,
			  .found = found,
			  .has_figures = has_figures,
			  .warning = true,
			  .detail = detail,
		  });
}

/* The row of a figure of table 2 that is stated, with its value; -1: there is none such. */
static long figure_stated(const struct tables *tables, const char *key, int64_t *ret_value)
{
	const struct table *table = &tables->of[YEAR_TABLE2];

	for (size_t row = 0; row < table->form->row_count; row++) {
		if (table->stated[row] && strcmp(table->form->rows[row].key, key) == 0) {
			*ret_value = *table_cell(table, row, 0);
			return (long)row;
		}
	}
	return -1;
}

/* Only from a city with districts up are regulations made (立法法 art. 93). */
static void regulations_check(const struct settings *settings, const struct tables *tables,
			      struct check_list *checks)
{
	const struct table *table = &tables->of[YEAR_TABLE2];

	for (size_t row = 0; !settings_makes_regulations(settings) && row < table->form->row_count;
	     row++) {
		if (strncmp(table->form->rows[row].key, "regulations.", 12) == 0 &&
		    *table_cell(table, row, 0) != 0) {
			warn(checks, "regulations", table, row, 0, *table_cell(table, row, 0), true,
			     "only a city with districts and what is above it makes regulations");
		}
	}
}

/* 现行有效 is last year's, and what was made, less what was repealed. */
static void in_force_check(const struct tables *before, const struct tables *now,
			   struct check_list *checks)
{
	static const struct {
		const char *made, *repealed, *in_force;
	} lines[] = {
		{ "regulations.made", "regulations.repealed", "regulations.in_force" },
		{ "normative_documents.made", "normative_documents.repealed",
		  "normative_documents.in_force" },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		int64_t then, made, repealed, in_force;
		long row = figure_stated(now, lines[i].in_force, &in_force);

		if (row < 0 || figure_stated(before, lines[i].in_force, &then) < 0 ||
		    figure_stated(now, lines[i].made, &made) < 0 ||
		    figure_stated(now, lines[i].repealed, &repealed) < 0 ||
		    in_force == then + made - repealed) {
			continue;
		}
		warn(checks, "in_force", &now->of[YEAR_TABLE2], (size_t)row, then + made - repealed,
		     in_force, true,
		     "it is not last year's, and what was made, less what was repealed");
	}
}

static bool table_is_zero(const struct table *table)
{
	for (size_t i = 0; i < table->form->row_count * table->form->column_count; i++) {
		if (table->cells[i] != 0) {
			return false;
		}
	}
	return true;
}

/* A table copied from last year's. */
static void same_check(const struct tables *before, const struct tables *now,
		       struct check_list *checks)
{
	static const enum year_table of[] = { YEAR_TABLE2, YEAR_TABLE3 };

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		const struct table *a = &before->of[of[i]], *b = &now->of[of[i]];
		size_t cells = a->form->row_count * a->form->column_count;

		if (a->form == b->form && !table_is_zero(b) &&
		    memcmp(a->cells, b->cells, cells * sizeof(*a->cells)) == 0) {
			warn(checks, "same_as_last_year", b, SIZE_MAX, 0, 0, false,
			     "every figure is that of the year before");
		}
	}
}

static void stated_check(const struct tables *tables, struct check_list *checks)
{
	const struct table *table = &tables->of[YEAR_TABLE2];
	size_t row = 0;

	while (row < table->form->row_count && table->stated[row]) {
		row++;
	}
	if (row < table->form->row_count) {
		warn(checks, "not_stated", table, row, 0, 0, false,
		     "nobody has set this figure yet, and perhaps others of its table");
	}
}

static void cell_restated(const struct table *table, size_t row, size_t column, int64_t before,
			  int64_t after, void *userdata)
{
	check_add(userdata,
		  &(struct check){
			  .rule = "restatement",
			  .table = table->form->id,
			  .row = table->form->rows[row].key,
			  .column = table->form->columns[column].key,
			  .expected = before == TABLE_NOT_STATED ? 0 : before,
			  .found = after == TABLE_NOT_STATED ? 0 : after,
			  .has_figures = true,
			  .warning = true,
			  .detail = "the register has changed since the year was published: "
				    "restate it",
		  });
}

/* Calls `each` for the cells of a year's publication that the register gives otherwise. */
static int restatement_find(struct registry *registry, struct state_txn *txn,
			    const struct tables *now, const struct report *published,
			    void (*each)(const struct table *table, size_t row, size_t column,
					 int64_t before, int64_t after, void *userdata),
			    void *userdata, struct arena *arena)
{
	struct tables counted;
	int r = 0;

	if (now == NULL) {
		r = count_tables(registry, txn, published->form, published->year, DATE_NONE, arena,
				 &counted);
		now = &counted;
	}
	if (r == 0) {
		tables_compare(&published->tables, now, each, userdata);
	}
	return r;
}

static int published_read(struct registry *registry, struct state_txn *txn, int year,
			  struct arena *arena, struct report *ret_report)
{
	struct seal seal;
	int r = publish_seal(registry, txn, year, -1, DATE_NONE, arena, &seal);

	return r < 0 ? r : report_of_seal(registry, &seal, arena, ret_report);
}

static int restatement_check(struct registry *registry, struct state_txn *txn,
			     struct report *report, struct arena *arena)
{
	struct report published;
	int r = published_read(registry, txn, report->year, arena, &published);

	if (r == 0 && published.form == report->form) {
		r = restatement_find(registry, txn, &report->tables, &published, cell_restated,
				     &report->checks, arena);
	}
	return r == -ENOENT ? 0 : r;
}

static void cell_noted(const struct table *table, size_t row, size_t column, int64_t before,
		       int64_t after, void *userdata)
{
	bool *differs = userdata;

	(void)table;
	(void)row;
	(void)column;
	(void)before;
	(void)after;
	*differs = true;
}

int registry_unrestated(struct registry *registry, struct arena *arena,
			int ret_years[static STATUS_YEARS_MAX], size_t *ret_count)
{
	int sealed[STATUS_YEARS_MAX];
	size_t count = 0;
	struct state_txn txn;
	int r = state_begin(registry->store->state, false, &txn);

	*ret_count = 0;
	if (r < 0) {
		return r;
	}
	r = publish_sealed_years(&txn, sealed, &count);
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct report published;
		bool differs = false;

		r = published_read(registry, &txn, sealed[i], arena, &published);
		if (r == 0) {
			r = restatement_find(registry, &txn, NULL, &published, cell_noted, &differs,
					     arena);
		}
		if (differs) {
			ret_years[(*ret_count)++] = sealed[i];
		}
	}
	state_abort(&txn);
	return r;
}

int plausible_check(struct registry *registry, struct state_txn *txn, struct report *report,
		    struct arena *arena)
{
	const struct catalogue *catalogue = registry->catalogue;
	const struct form *form = catalogue_form(catalogue, NULL, report->year - 1);
	struct tables before;
	int r = 0;

	regulations_check(&catalogue->settings, &report->tables, &report->checks);
	stated_check(&report->tables, &report->checks);
	if (form != NULL) {
		r = count_tables(registry, txn, form, report->year - 1, DATE_NONE, arena, &before);
	}
	if (form != NULL && r == 0) {
		in_force_check(&before, &report->tables, &report->checks);
		same_check(&before, &report->tables, &report->checks);
	}
	return r < 0 ? r : restatement_check(registry, txn, report, arena);
}
