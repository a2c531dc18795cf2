/* SPDX-License-Identifier: Apache-2.0 */
/* tally.h: counting for table 3, with day arithmetic only, and the checks of a table.
 *
 * An application counts under
 *   new          in the year of its receipt;
 *   decided      and its row, in the year of its first decision;
 *   crossed      in every year at whose end it was open, once it has been decided;
 *   open         in the year of its receipt, while it has never been decided.
 * carried_out(Y) = crossed(Y) + open(received in Y or before); carried_in(Y) = carried_out(Y - 1).
 * So both are counted, never subtracted, and what is carried over is counted without a walk. */
#ifndef OGID_CORE_TALLY_H
#define OGID_CORE_TALLY_H

#include "daemon/core/application.h"
#include "daemon/core/catalogue.h"

#define TALLY_NEW     "new"
#define TALLY_DECIDED "decided"
#define TALLY_CROSSED "crossed"
#define TALLY_OPEN    "open"
/* Fees (109号), by the year of the notice and of the payment; what section six states. */
#define TALLY_FEES          "fees."
#define TALLY_FEE_NOTICES   TALLY_FEES "notices"
#define TALLY_FEE_NOTICED   TALLY_FEES "noticed_yuan"
#define TALLY_FEE_COLLECTED TALLY_FEES "collected_yuan"

/* Calls `count` for every counter in which the application stands, with what it adds there. */
void tally_of(const struct application *application,
	      void (*count)(int year, const char *row, enum category category, int64_t by,
			    void *userdata),
	      void *userdata);
/* Where an application stands in a year's table 3. */
struct standing {
	bool new, carried_in, carried_out;
	bool decided; /* under its first_row, and in total_results */
};
struct standing tally_standing(const struct application *application, int year);
/* row is a register key (new, carried_in, total_results, carried_out, disclosed, a reason code). */
bool tally_stands_in(const struct standing *standing, const struct application *application,
		     const char *row);
/* Whether the application is in a cell of table 3: row is a register key (new, carried_in,
 * total_results, carried_out, disclosed, a reason code). */
bool tally_is_in(const struct application *application, int year, const char *row);
/* Whether a change of an application changes what a year counts: any cell of table 3, or the fees.
 * before NULL: it was not there. */
bool tally_differs(const struct application *before, const struct application *after, int year);

/* A cell of a published table that does not say its figure. */
#define TABLE_NOT_STATED INT64_MIN

/* A table's cells, [row][column] in the order of the form, total column included. */
struct table {
	const struct table_form *form;
	int64_t *cells; /* row_count * column_count */
	bool *stated;   /* a row each: false for a figure that nobody has set. NULL: all are */
};

static inline int64_t *table_cell(const struct table *table, size_t row, size_t column)
{
	return &table->cells[row * table->form->column_count + column];
}

/* Fills a table: `count` answers for one counter of a year (row: new, decided, crossed, open or a
 * result row). total_results comes from the counter `decided`, so that sum_of_results proves
 * something. first_year: the first that has a counter. */
int table_fill(struct table *table, const struct table_form *form, int year, int first_year,
	       int64_t (*count)(int year, const char *row, enum category category, void *userdata),
	       void *userdata, struct arena *arena);

struct check {
	const char *rule; /* sum_of_columns, sum_of_results, balance, year_chain, recount,
			     case_totals */
	bool holds;
	const char *table;
	const char *column; /* NULL: every column */
	const char *row;    /* NULL: every row */
	int64_t expected, found;
	bool has_figures;
	bool warning;          /* only implausible: it keeps nobody from sealing */
	const char *detail;    /* NULL or a sentence */
	const char *organ;     /* whose table; NULL: our own */
	const uint64_t *cases; /* numbers that break it */
	size_t case_count;
	struct check *next;
};

struct check_list {
	struct check *first;
	struct check **end;
	struct arena *arena;
};

void check_list_init(struct check_list *list, struct arena *arena);
/* Appends a copy. */
struct check *check_add(struct check_list *list, const struct check *check);
/* But for warnings. */
bool check_list_holds(const struct check_list *list);
/* Appends a check that holds. */
void check_held(struct check_list *list, const char *rule, const char *table);
/* sum_of_columns, sum_of_results and balance of a table 3, whoever filled it: for each rule one
 * entry that holds, or one for every column (for sum_of_columns: row) that breaks it. A
 * cell that is not stated (TABLE_NOT_STATED) takes part in nothing: rules that need it are passed
 * over. */
void check_table3(const struct table *table, struct check_list *list);
/* case_totals: in each row of a table 4 the last figure is the sum of the four before. column:
 * "review", "suit", "suit_after_review", for published tables print them across. */
void check_table4(const struct table *table, struct check_list *list);

#endif
