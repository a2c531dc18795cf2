/* SPDX-License-Identifier: Apache-2.0 */
/* print_tables.c: one table of a report for the screen: across while it fits, a line a figure when
 * it does not. */
#include <stdio.h>
#include <string.h>

#include "client/document.h"
#include "client/language.h"
#include "client/print.h"
#include "client/reply.h"
#include "client/table.h"
#include "client/words.h"

#define REPORT_COLUMNS_ACROSS 8 /* a table with more is printed one figure a line */
#define REPORT_LABEL_LEAST    16

static bool report_in_chinese(void)
{
	/* The form's own labels are Chinese; the catalogue tells which language is on. */
	return strcmp(_("total"), "total") != 0;
}

/* Table 3 and 4 have words in other languages; the rest stands in the form's own. */
static bool report_translated(const json_t *table)
{
	const char *id = reply_text(table, "id");

	return !report_in_chinese() && (strcmp(id, "table3") == 0 || strcmp(id, "table4") == 0);
}

/* What stands before a row's figures, without its group. */
static const char *report_label(const json_t *table, const json_t *row)
{
	static const enum word_group groups[] = { WORD_ROW, WORD_REASON, WORD_CASE };
	const char *key = reply_text(row, "key"), *label = reply_text(row, "label");

	if (!report_translated(table) && label[0] != '\0') {
		return label;
	}
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		const char *word = word_of(groups[i], key);
		if (word != key) {
			return word;
		}
	}
	return label[0] != '\0' ? label : key;
}

static size_t report_indent(const json_t *table, const json_t *row)
{
	const char *key = reply_text(row, "key");
	bool three = strcmp(reply_text(table, "id"), "table3") == 0;

	if (!report_translated(table)) {
		return 2 * json_array_size(json_object_get(row, "group"));
	}
	if (strchr(key, '.') != NULL) {
		return 4;
	}
	return !three || strcmp(key, "new") == 0 || strncmp(key, "carried_", 8) == 0 ? 0 : 2;
}

/* The heading of a column, '|' between its lines; none where there is one column only. */
static const char *report_column(const json_t *table, size_t index)
{
	const json_t *columns = json_object_get(table, "columns");
	const char *name = json_string_value(json_array_get(columns, index));
	bool cases = strcmp(reply_text(table, "id"), "table4") == 0;

	if (name == NULL || json_array_size(columns) == 1) {
		return "";
	}
	return word_of(cases ? WORD_CASE_COLUMN : WORD_COLUMN, name);
}

static void report_figure(const json_t *row, size_t index, char text[static FIGURE_BYTES])
{
	const json_t *cells = json_object_get(row, "cells");

	figure_format(json_integer_value(json_array_get(cells, index)),
		      (int)reply_int(row, "decimals"), text);
}

/* Columns that the figures need, with the spaces between. */
static size_t report_figures_width(const json_t *table)
{
	const json_t *columns = json_object_get(table, "columns");
	const json_t *rows = json_object_get(table, "rows");
	size_t sum = 0;

	for (size_t c = 0; c < json_array_size(columns); c++) {
		const char *head = report_column(table, c);
		const char *bar = strchr(head, '|');
		size_t widest = screen_columns(bar != NULL ? bar + 1 : head);
		size_t i;
		json_t *row;
		if (bar != NULL) {
			char upper[64];
			snprintf(upper, sizeof(upper), "%.*s", (int)(bar - head), head);
			size_t columns_upper = screen_columns(upper);
			widest = columns_upper > widest ? columns_upper : widest;
		}
		json_array_foreach(rows, i, row)
		{
			char figure[FIGURE_BYTES];
			report_figure(row, c, figure);
			widest = strlen(figure) > widest ? strlen(figure) : widest;
		}
		sum += widest + 1;
	}
	return sum;
}

/* The two lines of the head: "company|" has its word in the first, "natural|person" in both. */
static void report_heads(struct table *table, const json_t *report_table)
{
	size_t count = json_array_size(json_object_get(report_table, "columns"));

	for (int line = 0; line < 2; line++) {
		table_row(table);
		table_cell(table, "", NULL);
		for (size_t c = 0; c < count; c++) {
			const char *head = report_column(report_table, c);
			const char *bar = strchr(head, '|');
			char part[64];
			if (bar == NULL) {
				bar = head + strlen(head);
			}
			snprintf(part, sizeof(part), "%.*s", line == 0 ? (int)(bar - head) : 63,
				 line == 0     ? head
				 : *bar == '|' ? bar + 1
					       : "");
			table_cell(table, part, "cyan");
		}
	}
}

/* One row; a long label goes on in lines of its own above the figures. */
static void report_row(struct table *table, const char *label, size_t indent, size_t width,
		       const json_t *row)
{
	for (;;) {
		const char *next;
		struct buf line;
		size_t bytes = screen_wrap(label, width == 0 ? 0 : width - indent, &next);

		buf_init(&line, SCREEN_TEXT_MAX);
		screen_pad(&line, 0, indent);
		buf_append(&line, label, bytes);
		buf_append(&line, "", 1);
		table_row(table);
		table_cell(table, line.error == 0 ? line.data : "", NULL);
		buf_done(&line);
		label = next;
		if (*label == '\0') {
			break;
		}
	}
	for (size_t c = 0; row != NULL && c < json_array_size(json_object_get(row, "cells")); c++) {
		char figure[FIGURE_BYTES];
		report_figure(row, c, figure);
		table_cell(table, figure, NULL);
	}
}

/* The form's own headings, as far as the row before has not had them. */
static void report_form_group(struct table *table, json_t *group, json_t *before, size_t width)
{
	size_t i;
	json_t *one;
	bool differs = false;

	json_array_foreach(group, i, one)
	{
		differs = differs || json_equal(one, json_array_get(before, i)) == 0;
		if (differs && json_is_string(one)) {
			report_row(table, json_string_value(one), 2 * i, width, NULL);
		}
	}
}

/* The headings that begin at this row; in other languages by the keys. */
static void report_group(struct table *table, const json_t *report_table, json_t *row,
			 json_t *before, size_t width)
{
	const char *key = reply_text(row, "key"), *old = reply_text(before, "key");
	size_t bytes = strcspn(key, ".");
	char group[64];

	if (!report_translated(report_table)) {
		report_form_group(table, json_object_get(row, "group"),
				  json_object_get(before, "group"), width);
		return;
	}
	if (strcmp(key, "disclosed") == 0) {
		report_row(table, word_of(WORD_HEADING, "results"), 0, width, NULL);
	}
	if (key[bytes] == '.' && (strncmp(old, key, bytes) != 0 || old[bytes] != '.')) {
		snprintf(group, sizeof(group), "%.*s", (int)bytes, key);
		report_row(table, word_of(WORD_HEADING, group), 2, width, NULL);
	}
}

static void report_across(const struct print *print, json_t *report_table)
{
	struct table *table = table_new(print->screen, false);
	size_t columns = json_array_size(json_object_get(report_table, "columns"));
	size_t figures = report_figures_width(report_table);
	size_t width = 0, i;
	json_t *before = NULL;
	json_t *row;

	if (print->screen->width > 0) {
		width = print->screen->width > figures + REPORT_LABEL_LEAST
				? print->screen->width - figures
				: REPORT_LABEL_LEAST;
	}
	table_column(table, "", TABLE_LEFT);
	for (size_t c = 0; c < columns; c++) {
		table_column(table, "", TABLE_RIGHT);
	}
	if (columns > 1) {
		report_heads(table, report_table);
	}
	json_array_foreach(json_object_get(report_table, "rows"), i, row)
	{
		report_group(table, report_table, row, before, width);
		report_row(table, report_label(report_table, row), report_indent(report_table, row),
			   width, row);
		before = row;
	}
	table_print(table);
	table_free(table);
}

/* A table too wide for any screen: a line a figure. */
static void report_down(const struct print *print, json_t *report_table)
{
	struct table *table = table_new(print->screen, false);
	json_t *columns = json_object_get(report_table, "columns");
	size_t i;
	json_t *row;

	table_column(table, "", TABLE_LEFT);
	table_column(table, "", TABLE_LEFT);
	table_column(table, "", TABLE_RIGHT);
	json_array_foreach(json_object_get(report_table, "rows"), i, row)
	{
		for (size_t c = 0; c < json_array_size(json_object_get(row, "cells")); c++) {
			char figure[FIGURE_BYTES];
			const char *name = json_string_value(json_array_get(columns, c));
			report_figure(row, c, figure);
			table_row(table);
			table_cell(table, c == 0 ? report_label(report_table, row) : "", NULL);
			table_cell(table, name != NULL ? word_of(WORD_CATEGORY, name) : "", NULL);
			table_cell(table, figure, NULL);
		}
	}
	table_print(table);
	table_free(table);
}

void print_form_table(const struct print *print, json_t *table)
{
	json_t *columns = json_object_get(table, "columns");

	screen_say("%s  %s", word_of(WORD_TABLE, reply_text(table, "id")),
		   reply_text(table, "title"));
	if (json_array_size(columns) <= REPORT_COLUMNS_ACROSS) {
		report_across(print, table);
	} else {
		report_down(print, table);
	}
}
