/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/command.h"
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

static void report_head(const struct print *print, json_t *report)
{
	char text[120];
	struct card *card = card_new();

	screen_say(_("Annual report %lld, %s"), (long long)reply_int(report, "year"),
		   reply_text(report, "organ"));
	card_line(card, N_("form"), reply_text(report, "form"));
	snprintf(text, sizeof(text), _("%s, revision %lld"),
		 word_of(WORD_STATUS, reply_text(report, "status")),
		 (long long)reply_int(report, "revision"));
	card_line(card, N_("status"), text);
	card_line(card, N_("known on"), reply_text(report, "known_on"));
	snprintf(text, sizeof(text), _("entry %lld, %.16s..."),
		 (long long)reply_int(report, "ledger_sequence"),
		 reply_text(report, "ledger_digest"));
	card_line(card, N_("ledger"), text);
	card_print(card, print->screen);
}

/* What stands before a row's figures, without its group. */
static const char *report_label(json_t *row)
{
	const char *key = reply_text(row, "key"), *label = reply_text(row, "label");

	if (report_in_chinese() && label[0] != '\0') {
		return label;
	}
	const char *word = word_of(WORD_ROW, key);
	if (word == key) {
		word = word_of(WORD_REASON, key);
	}
	return word == key && label[0] != '\0' ? label : word;
}

static size_t report_indent(const char *key)
{
	if (strchr(key, '.') != NULL) {
		return 4;
	}
	return strcmp(key, "new") == 0 || strncmp(key, "carried_", 8) == 0 ? 0 : 2;
}

/* Columns that the seven figures need, with the spaces between. */
static size_t report_figures_width(json_t *columns, json_t *rows)
{
	size_t sum = 0;

	for (size_t c = 0; c < json_array_size(columns); c++) {
		const char *head =
			word_of(WORD_COLUMN, json_string_value(json_array_get(columns, c)));
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
			json_t *cell = json_array_get(json_object_get(row, "cells"), c);
			int digits =
				snprintf(NULL, 0, "%" PRId64, (int64_t)json_integer_value(cell));
			widest = (size_t)digits > widest ? (size_t)digits : widest;
		}
		sum += widest + 1;
	}
	return sum;
}

/* The two lines of the head: "company|" has its word in the first, "natural|person" in both. */
static void report_heads(struct table *table, json_t *columns)
{
	for (int line = 0; line < 2; line++) {
		table_row(table);
		table_cell(table, "", NULL);
		for (size_t c = 0; c < json_array_size(columns); c++) {
			const char *name = json_string_value(json_array_get(columns, c));
			const char *head = word_of(WORD_COLUMN, name != NULL ? name : "");
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
		       json_t *cells)
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
	for (size_t c = 0; c < json_array_size(cells); c++) {
		char figure[32];
		snprintf(figure, sizeof(figure), "%" PRId64,
			 (int64_t)json_integer_value(json_array_get(cells, c)));
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
static void report_group(struct table *table, json_t *row, json_t *before, size_t width)
{
	const char *key = reply_text(row, "key"), *old = reply_text(before, "key");
	size_t bytes = strcspn(key, ".");
	char group[64];

	if (report_in_chinese() && (reply_has(row, "group") || reply_has(before, "group"))) {
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

static void report_across(const struct print *print, json_t *columns, json_t *rows)
{
	struct table *table = table_new(print->screen, false);
	size_t figures = report_figures_width(columns, rows);
	size_t width = 0, i;
	json_t *before = NULL;
	json_t *row;

	if (print->screen->width > 0) {
		width = print->screen->width > figures + REPORT_LABEL_LEAST
				? print->screen->width - figures
				: REPORT_LABEL_LEAST;
	}
	table_column(table, "", TABLE_LEFT);
	for (size_t c = 0; c < json_array_size(columns); c++) {
		table_column(table, "", TABLE_RIGHT);
	}
	report_heads(table, columns);
	json_array_foreach(rows, i, row)
	{
		const char *key = reply_text(row, "key");
		report_group(table, row, before, width);
		report_row(table, report_label(row), report_indent(key), width,
			   json_object_get(row, "cells"));
		before = row;
	}
	table_print(table);
	table_free(table);
}

/* A table too wide for any screen: a line a figure. */
static void report_down(const struct print *print, json_t *columns, json_t *rows)
{
	struct table *table = table_new(print->screen, false);
	size_t i, j;
	json_t *row, *cell;

	table_column(table, "", TABLE_LEFT);
	table_column(table, "", TABLE_LEFT);
	table_column(table, "", TABLE_RIGHT);
	json_array_foreach(rows, i, row)
	{
		json_array_foreach(json_object_get(row, "cells"), j, cell)
		{
			char figure[32];
			const char *name = json_string_value(json_array_get(columns, j));
			snprintf(figure, sizeof(figure), "%" PRId64,
				 (int64_t)json_integer_value(cell));
			table_row(table);
			table_cell(table, j == 0 ? report_label(row) : "", NULL);
			table_cell(table, name != NULL ? word_of(WORD_CATEGORY, name) : "", NULL);
			table_cell(table, figure, NULL);
		}
	}
	table_print(table);
	table_free(table);
}

static void report_tables(const struct print *print, json_t *report)
{
	size_t i;
	json_t *table;

	json_array_foreach(json_object_get(report, "tables"), i, table)
	{
		json_t *columns = json_object_get(table, "columns");
		putchar('\n');
		screen_say("%s  %s", word_of(WORD_TABLE, reply_text(table, "id")),
			   reply_text(table, "title"));
		if (json_array_size(columns) <= REPORT_COLUMNS_ACROSS) {
			report_across(print, columns, json_object_get(table, "rows"));
		} else {
			report_down(print, columns, json_object_get(table, "rows"));
		}
	}
}

static void report_whole(struct print *print, json_t *report)
{
	report_head(print, report);
	report_tables(print, report);
	putchar('\n');
	print_checks(print, json_object_get(report, "checks"));
}

void print_report(struct print *print, json_t *reply)
{
	report_whole(print, json_object_get(reply, "report"));
}
