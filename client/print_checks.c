/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/language.h"
#include "client/print.h"
#include "client/reply.h"
#include "client/words.h"

#define CHECK_CASES_SHOWN 20

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

static void check_broken(const struct print *print, json_t *check)
{
	struct buf text;

	buf_init(&text, SCREEN_TEXT_MAX);
	screen_paint(print->screen, "1;31", _("BROKEN"));
	buf_printf(&text, _(" %s: %s"), word_of(WORD_TABLE, reply_text(check, "table")),
		   word_of(WORD_RULE, reply_text(check, "rule")));
	if (reply_has(check, "column")) {
		buf_printf(&text, _(", column %s"),
			   word_of(WORD_CATEGORY, reply_text(check, "column")));
	}
	if (reply_has(check, "expected") && reply_has(check, "found")) {
		buf_printf(&text, _(": expected %lld, found %lld"),
			   (long long)reply_int(check, "expected"),
			   (long long)reply_int(check, "found"));
	}
	if (reply_has(check, "detail")) {
		buf_printf(&text, " (%s)", _(reply_text(check, "detail")));
	}
	buf_append(&text, "", 1);
	if (text.error == 0) {
		size_t head = screen_columns(_("BROKEN"));
		screen_say_hanging(print->screen, head, 4, text.data);
	}
	buf_done(&text);
	check_cases(json_object_get(check, "cases"));
}

/* Does an earlier check have the same rule and table? */
static bool check_seen(json_t *checks, size_t before, json_t *check)
{
	for (size_t i = 0; i < before; i++) {
		json_t *other = json_array_get(checks, i);
		if (strcmp(reply_text(other, "rule"), reply_text(check, "rule")) == 0 &&
		    strcmp(reply_text(other, "table"), reply_text(check, "table")) == 0) {
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
		if (strcmp(reply_text(other, "rule"), reply_text(check, "rule")) == 0 &&
		    strcmp(reply_text(other, "table"), reply_text(check, "table")) == 0 &&
		    !json_is_true(json_object_get(other, "holds"))) {
			return true;
		}
	}
	return false;
}

/* A rule that holds for all columns is one line; a broken one is a line for each column. */
void print_checks(struct print *print, json_t *checks)
{
	size_t i;
	json_t *check;

	json_array_foreach(checks, i, check)
	{
		if (!json_is_true(json_object_get(check, "holds"))) {
			check_broken(print, check);
			print->failed = true;
		} else if (!check_seen(checks, i, check) && !check_breaks(checks, check)) {
			screen_paint(print->screen, "32", _("holds "));
			screen_say(_(" %s: %s"), word_of(WORD_TABLE, reply_text(check, "table")),
				   word_of(WORD_RULE, reply_text(check, "rule")));
		}
	}
}
