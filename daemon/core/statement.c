/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/statement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/cleanup.h"
#include "proto/base/text.h"

#define LINES_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define CELL_TEXT_BYTES 21 /* "-9223372036854775807" and its end */

static const char not_stated[] = "-";

/* The ids of the forms, here again because a form leaves a table out with its id. */
static const char *const year_table_names[YEAR_TABLE_COUNT + 1] = {
	"table2", "table3", "table4", "publications", "fees", NULL,
};

const struct table_form *year_table_form(const struct form *form, const struct settings *settings,
					 enum year_table which)
{
	switch (which) {
	case YEAR_TABLE2:
		return &form->table2;
	case YEAR_TABLE3:
		return &form->table3;
	case YEAR_TABLE4:
		return &form->table4;
	case YEAR_PUBLICATIONS:
		return &settings->publications;
	case YEAR_FEES:
		return &form->fees;
	case YEAR_TABLE_COUNT:
		break;
	}
	return NULL;
}

/* Figures that somebody enters, so that one may be wanting; the other tables are counted. */
static bool has_figures(enum year_table which)
{
	return which == YEAR_TABLE2 || which == YEAR_PUBLICATIONS;
}

int tables_init(struct tables *tables, const struct form *form, const struct settings *settings,
		struct arena *arena)
{
	*tables = (struct tables){ 0 };
	for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
		struct table *table = &tables->of[which];
		size_t rows;

		table->form = year_table_form(form, settings, (enum year_table)which);
		rows = table->form->row_count;
		if (rows == 0) {
			continue;
		}
		table->cells = arena_alloc(arena, sizeof(*table->cells) * rows *
							  table->form->column_count);
		if (has_figures((enum year_table)which)) {
			table->stated = arena_alloc(arena, sizeof(*table->stated) * rows);
		}
		for (size_t row = 0; table->stated != NULL && row < rows; row++) {
			table->stated[row] = true;
		}
	}
	return arena->failed ? -ENOMEM : 0;
}

static const char *line_write(const struct table *table, const char *name, size_t row,
			      struct arena *arena, struct buf *line)
{
	buf_clear(line);
	buf_printf(line, "%s %s", name, table->form->rows[row].key);
	for (size_t column = 0; column < table->form->column_count; column++) {
		int64_t cell = table_cell_stated(table, row, column);

		if (cell == TABLE_NOT_STATED) {
			buf_printf(line, " %s", not_stated);
		} else {
			buf_printf(line, " %lld", (long long)cell);
		}
	}
	return line->error < 0 ? NULL : arena_strndup(arena, line->data, line->len);
}

int tables_write(const struct tables *tables, struct arena *arena, struct text_list *ret_lines)
{
	auto_(buf_done) struct buf line;
	const char **texts;
	size_t count = 0;

	buf_init(&line, LINES_BYTES_MAX);
	for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
		count += tables->of[which].form->row_count;
	}
	texts = arena_alloc(arena, sizeof(*texts) * count);
	if (texts == NULL) {
		return -ENOMEM;
	}
	count = 0;
	for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
		const struct table *table = &tables->of[which];

		for (size_t row = 0; row < table->form->row_count; row++) {
			texts[count] =
				line_write(table, year_table_names[which], row, arena, &line);
			if (texts[count++] == NULL) {
				return -ENOMEM;
			}
		}
	}
	*ret_lines = (struct text_list){ texts, count };
	return 0;
}

/* Takes the word at *at, which ends at a space or the end of the line; *at is NULL behind the last.
 * An empty word has no bytes. */
static const char *word_take(const char **at, size_t *ret_bytes)
{
	const char *word = *at;

	*ret_bytes = strcspn(word, " ");
	*at = word[*ret_bytes] == '\0' ? NULL : word + *ret_bytes + 1;
	return word;
}

static int cell_read(const char *word, size_t bytes, int64_t *ret_cell)
{
	char text[CELL_TEXT_BYTES] = "";

	if (bytes >= sizeof(text)) {
		return -EBADMSG;
	}
	memcpy(text, word, bytes);
	if (strcmp(text, not_stated) == 0) {
		*ret_cell = TABLE_NOT_STATED;
		return 0;
	}
	return text_to_int(text, TABLE_NOT_STATED + 1, INT64_MAX, ret_cell) < 0 ? -EBADMSG : 0;
}

/* The cells behind the key. row row_count: none of this form, so that any number of them will do.
 */
static int cells_read(const char *at, const struct table *table, size_t row)
{
	bool known = row < table->form->row_count, any = false;
	size_t column = 0;

	for (; at != NULL; column++) {
		size_t bytes;
		const char *word = word_take(&at, &bytes);
		int64_t cell;

		if (cell_read(word, bytes, &cell) < 0 ||
		    (known && column >= table->form->column_count)) {
			return -EBADMSG;
		}
		any = any || cell != TABLE_NOT_STATED;
		if (known) {
			*table_cell(table, row, column) = cell;
		}
	}
	if (column == 0 || (known && column != table->form->column_count)) {
		return -EBADMSG;
	}
	if (known && table->stated != NULL) {
		table->stated[row] = any;
		for (column = 0; !any && column < table->form->column_count; column++) {
			*table_cell(table, row, column) = 0;
		}
	}
	return 0;
}

static bool word_is(const char *word, size_t bytes, const char *name)
{
	return strlen(name) == bytes && memcmp(word, name, bytes) == 0;
}

static int line_read(const char *at, struct tables *tables)
{
	size_t name_bytes, key_bytes = 0, which = 0, row = 0;
	const char *name = word_take(&at, &name_bytes);
	const char *key = at == NULL ? NULL : word_take(&at, &key_bytes);
	const struct table *table;

	if (key_bytes == 0) {
		return -EBADMSG;
	}
	while (which < YEAR_TABLE_COUNT && !word_is(name, name_bytes, year_table_names[which])) {
		which++;
	}
	if (which == YEAR_TABLE_COUNT) {
		return -EBADMSG;
	}
	table = &tables->of[which];
	while (row < table->form->row_count &&
	       !word_is(key, key_bytes, table->form->rows[row].key)) {
		row++;
	}
	return cells_read(at, table, row);
}

int tables_read(const struct text_list *lines, struct tables *tables)
{
	/* a figure that has come into the settings since has no line: it was not stated */
	for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
		const struct table *table = &tables->of[which];

		if (table->stated != NULL) {
			memset(table->stated, 0, sizeof(bool) * table->form->row_count);
		}
	}
	for (size_t i = 0; i < lines->count; i++) {
		int r = line_read(lines->texts[i], tables);

		if (r < 0) {
			return r;
		}
	}
	return 0;
}

struct sm3 tables_digest(const struct text_list *lines)
{
	auto_(buf_done) struct buf text;

	buf_init(&text, LINES_BYTES_MAX);
	for (size_t i = 0; i < lines->count; i++) {
		buf_append_text(&text, lines->texts[i]);
		buf_append(&text, "\n", 1);
	}
	/* As for any digest: a seal with a wrong one would be worse than none. */
	if (text.error < 0) {
		abort();
	}
	return sm3_of(text.data, text.len, NULL, 0);
}

void tables_compare(const struct tables *before, const struct tables *after,
		    void (*each)(const struct table *table, size_t row, size_t column,
				 int64_t before, int64_t after, void *userdata),
		    void *userdata)
{
	for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
		const struct table *old = &before->of[which], *new = &after->of[which];
		size_t columns = new->form->column_count;

		for (size_t i = 0; i < new->form->row_count *columns; i++) {
			int64_t was = table_cell_stated(old, i / columns, i % columns);
			int64_t is = table_cell_stated(new, i / columns, i % columns);

			if (was != is) {
				each(new, i / columns, i % columns, was, is, userdata);
			}
		}
	}
}
