/* SPDX-License-Identifier: Apache-2.0 */
/* statement.h: the tables of a year as lines of text, and a seal over them.
 *
 * A line is TABLE ROW CELL..., one space between, the cells in the order of the form, its total
 * included, "-" for one that is not stated. The lines of a year are those of table2, table3,
 * table4, publications and fees, in that order. Their digest is the SM3 of all lines, each with its
 * LF: anyone can make it again from the published table. */
#ifndef OGID_CORE_STATEMENT_H
#define OGID_CORE_STATEMENT_H

#include "daemon/core/tally.h"
#include "proto/base/buf.h"
#include "proto/base/sm3.h"

enum year_table {
	YEAR_TABLE2,
	YEAR_TABLE3,
	YEAR_TABLE4,
	YEAR_PUBLICATIONS,
	YEAR_FEES,
	YEAR_TABLE_COUNT
};

/* A year's tables. A table that the form does not have has no rows. */
struct tables {
	struct table of[YEAR_TABLE_COUNT];
};

/* A cell; TABLE_NOT_STATED also in a row that is not stated. */
static inline int64_t table_cell_stated(const struct table *table, size_t row, size_t column)
{
	return table->stated == NULL || table->stated[row] ? *table_cell(table, row, column)
							   : TABLE_NOT_STATED;
}

/* The forms of a year's tables: four of the form, the publications of the settings. */
const struct table_form *year_table_form(const struct form *form, const struct settings *settings,
					 enum year_table which);
/* Makes the tables, every cell 0 and every row stated. -ENOMEM. */
int tables_init(struct tables *tables, const struct form *form, const struct settings *settings,
		struct arena *arena);
/* -ENOMEM. */
int tables_write(const struct tables *tables, struct arena *arena, struct text_list *ret_lines);
/* Fills tables, made by tables_init, from lines. A line of a row that the form no longer has is
 * passed over, one that is missing leaves its zeros,
 * and of a figure that it is not stated. -EBADMSG: no such line is written here. */
int tables_read(const struct text_list *lines, struct tables *tables);
struct sm3 tables_digest(const struct text_list *lines);
/* Calls `each` for every cell by which two of the same forms differ. */
void tables_compare(const struct tables *before, const struct tables *after,
		    void (*each)(const struct table *table, size_t row, size_t column,
				 int64_t before, int64_t after, void *userdata),
		    void *userdata);

/* A seal as its entry says it; texts borrowed. */
struct seal {
	int year;
	int revision; /* 1; a restatement has one more than what it restates */
	int32_t on;
	const char *form, *organ;
	uint64_t first_sequence, last_sequence; /* the entries since the last seal, of whatever
						 * year, or all; and the last before this one */
	int64_t applications;                   /* in its table: new and carried in */
	struct sm3 head;                        /* of the entry last_sequence */
	struct sm3 tables;
	bool has_previous;
	struct sm3 previous; /* digest of the seal entered before, of whatever year */
	const char *why;     /* of a restatement; else NULL */
	const char *signature, *public_key; /* base64 and PEM; NULL: not signed */
	struct text_list rows, changed;
	uint64_t sequence; /* its own entry */
	struct sm3 digest;
};

void seal_to_fields(const struct seal *seal, struct arena *arena, struct field_set *ret_fields);
/* -EBADMSG. */
int seal_of_event(const struct event *event, struct seal *ret_seal);
/* What is printed, published and signed: a line each, "name: value". */
int seal_statement(const struct seal *seal, struct buf *out);

#endif
