/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/language.h"
#include "client/print.h"
#include "client/reply.h"
#include "client/words.h"

#define CHECK_CASES_SHOWN 20
#define CELL_DECIMALS_MAX 9

static int64_t cell_decimals(json_t *tables, const char *id, const char *key)
{
	size_t i, j;
	json_t *table, *row;

	json_array_foreach(tables, i, table)
	{
		if (strcmp(reply_text(table, "id"), id) != 0) {
			continue;
		}
		json_array_foreach(json_object_get(table, "rows"), j, row)
		{
			if (strcmp(reply_text(row, "key"), key) == 0) {
				return reply_int(row, "decimals");
			}
		}
	}
	return 0;
}

void cell_text(const json_t *report, const char *table, const char *row, int64_t figure,
	       char text[static CELL_TEXT_BYTES])
{
	int64_t decimals = cell_decimals(json_object_get(report, "tables"), table, row) +
			   cell_decimals(json_object_get(report, "sections"), table, row);
	uint64_t rest = figure < 0 ? 0 - (uint64_t)figure : (uint64_t)figure, scale = 1;

	for (int64_t i = 0; i < decimals && i < CELL_DECIMALS_MAX; i++) {
		scale *= 10;
	}
	/* 0.350000 is 0.35. */
	while (scale > 1 && rest % 10 == 0) {
		rest /= 10;
		scale /= 10;
	}
	int bytes =
		snprintf(text, CELL_TEXT_BYTES, "%s%" PRIu64, figure < 0 ? "-" : "", rest / scale);
	for (const char *point = "."; scale > 1; point = "") {
		scale /= 10;
		bytes += snprintf(text + bytes, CELL_TEXT_BYTES - (size_t)bytes, "%s%" PRIu64,
				  point, rest / scale % 10);
	}
}

static void check_cases(json_t *cases)
{
	size_t count = json_array_size(cases), i;
	json_t *one;

	if (count == 0) {
		return;
	}
	printf("    %s", _("cases: "));
	json_array_foreach(cases, i, one)
	{
		const char *number = json_string_value(one);
		if (i >= CHECK_CASES_SHOWN) {
			printf(_(" and %zu more"), count - i);
			break;
		}
		printf("%s%s", i == 0 ? "" : _(", "), number != NULL ? number : "");
	}
	putchar('\n');
}

/* Where it breaks: the organ, when it is not our own, and the cell as row and column. */
static void check_place(struct buf *text, json_t *check)
{
	const char *table = reply_text(check, "table"), *column = reply_text(check, "column");
	const char *rule = word_of(WORD_RULE, reply_text(check, "rule"));

	if (reply_has(check, "organ")) {
		buf_printf(text, _(" %s, %s: %s"), reply_text(check, "organ"),
			   word_of(WORD_TABLE, table), rule);
	} else {
		buf_printf(text, _(" %s: %s"), word_of(WORD_TABLE, table), rule);
	}
	if (reply_has(check, "row")) {
		buf_printf(text, _(", row %s"), word_of_row(table, reply_text(check, "row")));
	}
	/* The only column of a table of figures says nothing. */
	if (column[0] != '\0' && strcmp(column, reply_text(check, "row")) != 0 &&
	    strcmp(column, "value") != 0) {
		buf_printf(text, _(", column %s"), word_of_column(table, column));
	}
}

/* One check that does not hold, behind a word for how bad that is. */
static void check_print(const struct print *print, json_t *check, const char *sgr, const char *head)
{
	struct buf text;

	buf_init(&text, SCREEN_TEXT_MAX);
	screen_paint(print->screen, sgr, head);
	check_place(&text, check);
	if (reply_has(check, "expected") && reply_has(check, "found")) {
		const char *table = reply_text(check, "table"), *row = reply_text(check, "row");
		char expected[CELL_TEXT_BYTES], found[CELL_TEXT_BYTES];
		cell_text(print->report, table, row, reply_int(check, "expected"), expected);
		cell_text(print->report, table, row, reply_int(check, "found"), found);
		buf_printf(&text, _(": expected %s, found %s"), expected, found);
	}
	if (reply_has(check, "detail")) {
		buf_printf(&text, " (%s)", _(reply_text(check, "detail")));
	}
	buf_append(&text, "", 1);
	if (text.error == 0) {
		screen_say_hanging(print->screen, screen_columns(head), 4, text.data);
	}
	buf_done(&text);
	check_cases(json_object_get(check, "cases"));
}

static bool check_holds(const json_t *check)
{
	return json_is_true(json_object_get(check, "holds"));
}

static bool check_same(json_t *check, json_t *other)
{
	return strcmp(reply_text(other, "rule"), reply_text(check, "rule")) == 0 &&
	       strcmp(reply_text(other, "table"), reply_text(check, "table")) == 0 &&
	       strcmp(reply_text(other, "organ"), reply_text(check, "organ")) == 0;
}

/* Does an earlier check say the same? */
static bool check_seen(json_t *checks, size_t before, json_t *check)
{
	for (size_t i = 0; i < before; i++) {
		if (check_same(check, json_array_get(checks, i))) {
			return true;
		}
	}
	return false;
}

static bool check_breaks(json_t *checks, json_t *check)
{
	size_t i;
	json_t *other;

	json_array_foreach(checks, i, other)
	{
		if (check_same(check, other) && !check_holds(other)) {
			return true;
		}
	}
	return false;
}

bool checks_fail(const json_t *checks)
{
	size_t i;
	json_t *check;

	json_array_foreach(checks, i, check)
	{
		if (!check_holds(check)) {
			return true;
		}
	}
	return false;
}

void print_broken(struct print *print, json_t *checks)
{
	size_t i;
	json_t *check;

	json_array_foreach(checks, i, check)
	{
		if (!check_holds(check)) {
			check_print(print, check, "1;31", _("BROKEN"));
			print->failed = true;
		}
	}
}

void print_warnings(const struct print *print, json_t *warnings)
{
	size_t i;
	json_t *one;

	json_array_foreach(warnings, i, one)
	{
		if (!check_holds(one)) {
			check_print(print, one, "33", _("WARNING"));
		}
	}
}

/* A rule that holds for all columns is one line; a broken one is a line for each cell. */
void print_checks(struct print *print, json_t *checks)
{
	size_t i;
	json_t *check;

	json_array_foreach(checks, i, check)
	{
		if (!check_holds(check)) {
			check_print(print, check, "1;31", _("BROKEN"));
			print->failed = true;
		} else if (!check_seen(checks, i, check) && !check_breaks(checks, check)) {
			struct buf text;
			buf_init(&text, SCREEN_TEXT_MAX);
			screen_paint(print->screen, "32", _("holds "));
			check_place(&text, check);
			buf_append(&text, "", 1);
			screen_say("%s", text.error == 0 ? text.data : "");
			buf_done(&text);
		}
	}
}
