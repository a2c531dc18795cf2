/* SPDX-License-Identifier: Apache-2.0 */
/* A year's tables: from the counters as they stand, or from the entries as they were known on a
 * day; and the same cells counted once more from the records, for the checks. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "proto/base/date.h"

static int64_t live_count(int year, const char *row, enum category category, void *userdata)
{
	return fold_counter(userdata, year, row, category);
}

int count_first_year(struct state_txn *txn, int *ret_year)
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

/* ---- applications, one by one ---- */

struct fee_adding {
	int year;
	struct table *fees;
};

static void fee_add(int year, const char *row, enum category category, int64_t by, void *userdata)
{
	struct fee_adding *adding = userdata;

	(void)category;
	for (size_t i = 0; year == adding->year && i < adding->fees->form->row_count; i++) {
		const char *key = adding->fees->form->rows[i].key;

		if (strncmp(row, TALLY_FEES, strlen(TALLY_FEES)) == 0 &&
		    strcmp(row + strlen(TALLY_FEES), key) == 0) {
			*table_cell(adding->fees, i, 0) += by;
		}
	}
}

static bool pays(const struct application *application)
{
	for (size_t i = 0; i < application->mark_count; i++) {
		if (application->marks[i].kind == MARK_STOP &&
		    application->marks[i].argument == WAITING_PAYMENT) {
			return true;
		}
	}
	return false;
}

void count_application(const struct application *application, int year, struct tables *tables)
{
	struct table *table = &tables->of[YEAR_TABLE3];
	const struct table_form *form = table->form;
	struct fee_adding adding = { year, &tables->of[YEAR_FEES] };
	struct standing standing = tally_standing(application, year);
	bool stands =
		standing.new || standing.carried_in || standing.carried_out || standing.decided;

	/* most of a register's applications are of other years */
	for (size_t row = 0; stands && row < form->row_count; row++) {
		for (size_t i = 0; i < form->rows[row].count_count; i++) {
			if (tally_stands_in(&standing, application, form->rows[row].counts[i])) {
				++*table_cell(table, row, application->category);
				++*table_cell(table, row, form->column_count - 1);
			}
		}
	}
	if (pays(application)) {
		tally_of(application, fee_add, &adding);
	}
}

struct known_walk {
	struct registry *registry;
	struct state_txn *txn;
	int year;
	int32_t known_on;
	struct tables *tables;
};

static int known_row(struct bytes key, struct bytes value, void *userdata)
{
	struct known_walk *walk = userdata;
	struct application application;
	struct arena arena = { 0 };
	int r = ask_fold(walk->registry, walk->txn, state_load_u64(key.data), UINT64_MAX,
			 walk->known_on, &arena, &application);

	(void)value;
	if (r == 0) {
		count_application(&application, walk->year, walk->tables);
	}
	arena_done(&arena);
	return r == -ENOENT ? 0 : r;
}

/* ---- what no application yields ---- */

static int figures_fill(struct state_txn *txn, int year, int32_t known_on, struct table *table)
{
	for (size_t row = 0; row < table->form->row_count; row++) {
		const struct form_row *figure = &table->form->rows[row];
		int r = book_figure(txn, year, figure, known_on, table_cell(table, row, 0));

		if (r < 0 && r != -ENOENT) {
			return r;
		}
		table->stated[row] = r == 0;
	}
	return 0;
}

struct case_walk {
	int year;
	int32_t known_on;
	const struct table *table;
};

static int case_row(struct bytes key, struct bytes value, void *userdata)
{
	struct case_walk *walk = userdata;
	struct dispute dispute;
	struct arena arena = { 0 };
	int r = dispute_read(value.data, value.bytes, &arena, &dispute);

	(void)key;
	if (r == 0) {
		dispute_count(&dispute, walk->year, walk->known_on, walk->table);
	}
	arena_done(&arena);
	return r;
}

static void fees_fill(struct state_txn *txn, int year, struct table *table)
{
	for (size_t row = 0; row < table->form->row_count; row++) {
		char counter[64];

		snprintf(counter, sizeof(counter), TALLY_FEES "%s", table->form->rows[row].key);
		for (int category = 0; category < CATEGORY_COUNT; category++) {
			*table_cell(table, row, 0) +=
				fold_counter(txn, year, counter, (enum category)category);
		}
	}
}

int count_tables(struct registry *registry, struct state_txn *txn, const struct form *form,
		 int year, int32_t known_on, struct arena *arena, struct tables *ret_tables)
{
	struct case_walk cases = { year, known_on, &ret_tables->of[YEAR_TABLE4] };
	int first, r = tables_init(ret_tables, form, &registry->catalogue->settings, arena);

	if (r == 0 && known_on == DATE_NONE) {
		r = count_first_year(txn, &first);
		if (r == 0) {
			r = table_fill(&ret_tables->of[YEAR_TABLE3], &form->table3, year, first,
				       live_count, txn, arena);
		}
		fees_fill(txn, year, &ret_tables->of[YEAR_FEES]);
	} else if (r == 0) {
		struct known_walk walk = { registry, txn, year, known_on, ret_tables };

		r = walk_all(txn, TABLE_APPLICATIONS, known_row, &walk);
	}
	if (r == 0) {
		r = figures_fill(txn, year, known_on, &ret_tables->of[YEAR_TABLE2]);
	}
	if (r == 0) {
		r = figures_fill(txn, year, known_on, &ret_tables->of[YEAR_PUBLICATIONS]);
	}
	if (r == 0) {
		r = walk_all(txn, TABLE_CASES, case_row, &cases);
	}
	return r;
}
