/* SPDX-License-Identifier: Apache-2.0 */
/* libsmartcols cuts no column below its heading and does not show that it has cut; so the widths of
 * the columns that may give way are found here, and their texts cut, before it aligns them all. */
#include "client/table.h"

#include <errno.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"

#define TABLE_COLUMNS_MAX 16
#define TABLE_CUT_LEAST   6 /* columns that stay of what gives way */

struct table_text {
	const char *text; /* escaped; in the arena */
	const char *colour;
};

struct table_line {
	struct table_text cells[TABLE_COLUMNS_MAX];
};

struct table {
	struct arena arena;
	const char *headings[TABLE_COLUMNS_MAX]; /* NULL: printed already, or never to be */
	enum table_align align[TABLE_COLUMNS_MAX];
	size_t columns;
	struct table_line *lines; /* owned */
	size_t rows, room, next;
	size_t screen_width;
	bool colour, headed, failed;
};

struct table *table_new(const struct screen *screen, bool headings)
{
	struct table *table = calloc(1, sizeof(*table));
	if (table != NULL) {
		table->screen_width = screen->width;
		table->colour = screen->colour;
		table->headed = headings;
	}
	return table;
}

struct table *table_free(struct table *table)
{
	if (table != NULL) {
		arena_done(&table->arena);
		free(table->lines);
		free(table);
	}
	return NULL;
}

void table_column(struct table *table, const char *heading, enum table_align align)
{
	if (table != NULL && table->columns < TABLE_COLUMNS_MAX) {
		/* Headings are of the catalogue and outlive the rows. */
		table->headings[table->columns] = heading;
		table->align[table->columns++] = align;
	}
}

void table_row(struct table *table)
{
	if (table == NULL) {
		return;
	}
	if (table->rows == table->room) {
		size_t room = table->room * 2 + 32;
		struct table_line *grown = reallocarray(table->lines, room, sizeof(*grown));
		if (grown == NULL) {
			table->failed = true;
			return;
		}
		table->lines = grown;
		table->room = room;
	}
	table->lines[table->rows++] = (struct table_line){ 0 };
	table->next = 0;
}

void table_cell(struct table *table, const char *text, const char *colour)
{
	struct buf safe;

	if (table == NULL || table->rows == 0 || table->next >= table->columns) {
		return;
	}
	buf_init(&safe, SCREEN_TEXT_MAX);
	screen_escape(&safe, text);
	table->lines[table->rows - 1].cells[table->next++] = (struct table_text){
		arena_strndup(&table->arena, safe.data != NULL ? safe.data : "", safe.len), colour
	};
	table->failed = table->failed || safe.error < 0;
	buf_done(&safe);
}

size_t table_rows(const struct table *table)
{
	return table != NULL ? table->rows : 0;
}

/* The width of each column, with what gives way made narrow enough for the screen: always from the
 * widest, so that short columns stay whole. */
static void table_fit(const struct table *table, size_t widths[static TABLE_COLUMNS_MAX])
{
	size_t sum = table->columns - 1; /* the spaces between */

	for (size_t c = 0; c < table->columns; c++) {
		widths[c] = table->headed ? screen_columns(table->headings[c]) : 0;
		for (size_t r = 0; r < table->rows; r++) {
			const char *text = table->lines[r].cells[c].text;
			size_t width = text != NULL ? screen_columns(text) : 0;
			widths[c] = width > widths[c] ? width : widths[c];
		}
		sum += widths[c];
	}
	while (table->screen_width > 0 && sum > table->screen_width) {
		size_t widest = TABLE_COLUMNS_MAX;
		for (size_t c = 0; c < table->columns; c++) {
			if (table->align[c] == TABLE_CUT && widths[c] > TABLE_CUT_LEAST &&
			    (widest == TABLE_COLUMNS_MAX || widths[c] >= widths[widest])) {
				widest = c;
			}
		}
		if (widest == TABLE_COLUMNS_MAX) {
			break;
		}
		widths[widest]--;
		sum--;
	}
}

/* text, or its beginning and a mark that something is missing. */
static const char *table_cut(struct table *table, const char *text, size_t width)
{
	size_t bytes = 0;

	if (text == NULL || screen_columns(text) <= width) {
		return text;
	}
	for (size_t next = 1; text[next - 1] != '\0'; next++) {
		/* Behind a whole character only. */
		if (((unsigned char)text[next] & 0xc0) != 0x80) {
			const char *head = arena_strndup(&table->arena, text, next);
			if (head == NULL || screen_columns(head) + 1 > width) {
				break;
			}
			bytes = next;
		}
	}
	return arena_printf(&table->arena, "%.*s…", (int)bytes, text);
}

static int table_fill(struct table *table, struct libscols_table *scols)
{
	size_t widths[TABLE_COLUMNS_MAX];

	table_fit(table, widths);
	for (size_t c = 0; c < table->columns; c++) {
		int flags = table->align[c] == TABLE_RIGHT ? SCOLS_FL_RIGHT : 0;
		const char *heading = table_cut(table, table->headings[c], widths[c]);
		if (scols_table_new_column(scols, heading, (double)widths[c], flags) == NULL) {
			return -ENOMEM;
		}
	}
	for (size_t r = 0; r < table->rows; r++) {
		struct libscols_line *line = scols_table_new_line(scols, NULL);
		for (size_t c = 0; line != NULL && c < table->columns; c++) {
			const struct table_text *cell = &table->lines[r].cells[c];
			const char *text = table_cut(table, cell->text, widths[c]);
			if (text != NULL && scols_line_set_data(line, c, text) < 0) {
				return -ENOMEM;
			}
			if (cell->colour != NULL) {
				scols_cell_set_color(scols_line_get_cell(line, c), cell->colour);
			}
		}
		if (line == NULL) {
			return -ENOMEM;
		}
	}
	return 0;
}

int table_print(struct table *table)
{
	if (table == NULL) {
		return -ENOMEM;
	}
	struct libscols_table *scols = table->rows > 0 ? scols_new_table() : NULL;
	if (scols != NULL) {
		scols_table_enable_noheadings(scols, !table->headed);
		scols_table_enable_colors(scols, table->colour);
		scols_table_set_column_separator(scols, " ");
		/* The widths are right already. */
		scols_table_set_termforce(scols, SCOLS_TERMFORCE_NEVER);
		if (table_fill(table, scols) < 0 || scols_print_table(scols) < 0) {
			table->failed = true;
		}
		scols_unref_table(scols);
		table->headed = false;
	}
	arena_done(&table->arena);
	table->arena = (struct arena){ 0 };
	table->rows = 0;
	return table->failed ? -ENOMEM : 0;
}
