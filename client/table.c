/* SPDX-License-Identifier: Apache-2.0 */
#include "client/table.h"

#include <errno.h>
#include <libsmartcols.h>
#include <stdlib.h>

struct table {
	struct libscols_table *scols;
	struct libscols_line *line;
	size_t next, rows;
	bool failed;
};

struct table *table_new(const struct screen *screen, bool headings)
{
	struct table *table = calloc(1, sizeof(*table));
	if (table == NULL) {
		return NULL;
	}
	table->scols = scols_new_table();
	if (table->scols == NULL) {
		free(table);
		return NULL;
	}
	scols_table_enable_noheadings(table->scols, !headings);
	scols_table_enable_colors(table->scols, screen->colour);
	scols_table_set_column_separator(table->scols, " ");
	if (screen->width > 0) {
		scols_table_set_termforce(table->scols, SCOLS_TERMFORCE_ALWAYS);
		scols_table_set_termwidth(table->scols, screen->width);
	} else {
		scols_table_set_termforce(table->scols, SCOLS_TERMFORCE_NEVER);
	}
	return table;
}

struct table *table_free(struct table *table)
{
	if (table != NULL) {
		scols_unref_table(table->scols);
		free(table);
	}
	return NULL;
}

void table_column(struct table *table, const char *heading, enum table_align align)
{
	static const int flags[] = {
		[TABLE_LEFT] = 0,
		[TABLE_RIGHT] = SCOLS_FL_RIGHT,
		[TABLE_CUT] = SCOLS_FL_TRUNC,
	};

	if (table != NULL && scols_table_new_column(table->scols, heading, 0, flags[align]) == NULL) {
		table->failed = true;
	}
}

void table_row(struct table *table)
{
	if (table == NULL) {
		return;
	}
	table->line = scols_table_new_line(table->scols, NULL);
	table->failed = table->failed || table->line == NULL;
	table->next = 0;
	table->rows++;
}

void table_cell(struct table *table, const char *text, const char *colour)
{
	struct buf safe;

	if (table == NULL || table->line == NULL) {
		return;
	}
	buf_init(&safe, SCREEN_TEXT_MAX);
	screen_escape(&safe, text);
	buf_append(&safe, "", 1);
	if (safe.error < 0 || scols_line_set_data(table->line, table->next, safe.data) < 0) {
		table->failed = true;
	} else if (colour != NULL) {
		scols_cell_set_color(scols_line_get_cell(table->line, table->next), colour);
	}
	table->next++;
	buf_done(&safe);
}

size_t table_rows(const struct table *table)
{
	return table != NULL ? table->rows : 0;
}

int table_print(struct table *table)
{
	if (table == NULL) {
		return -ENOMEM;
	}
	if (table->rows > 0 && scols_print_table(table->scols) < 0) {
		table->failed = true;
	}
	scols_table_remove_lines(table->scols);
	scols_table_enable_noheadings(table->scols, 1);
	table->rows = 0;
	table->line = NULL;
	return table->failed ? -ENOMEM : 0;
}
