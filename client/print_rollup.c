/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "client/language.h"
#include "client/print.h"
#include "client/reply.h"
#include "client/table.h"
#include "client/words.h"

void print_problems(struct print *print, json_t *problems)
{
	size_t i;
	json_t *one;

	json_array_foreach(problems, i, one)
	{
		print->failed = true;
		screen_paint(print->screen, "1;31", _("PROBLEM"));
		if (reply_has(one, "sequence")) {
			printf(_(" entry %lld"), (long long)reply_int(one, "sequence"));
		}
		if (reply_has(one, "number")) {
			screen_say(" %s: %s", reply_text(one, "number"), reply_text(one, "what"));
		} else {
			screen_say(reply_has(one, "sequence") ? ": %s" : " %s",
				   reply_text(one, "what"));
		}
	}
}

/* The job runs every night, and what it says is mailed: a night on which nothing happened and
 * nothing falls due is not worth a word. What is only implausible waits until there is one. */
static bool rollup_silent(json_t *reply)
{
	size_t i;
	json_t *report;

	json_array_foreach(json_object_get(reply, "reports"), i, report)
	{
		if (checks_fail(json_object_get(report, "checks"))) {
			return false;
		}
	}
	return json_array_size(json_object_get(reply, "carried_over")) == 0 &&
	       json_array_size(json_object_get(reply, "due")) == 0 &&
	       json_array_size(json_object_get(reply, "would_carry_over")) == 0 &&
	       json_array_size(json_object_get(reply, "problems")) == 0;
}

static void rollup_numbers(json_t *numbers)
{
	size_t i;
	json_t *one;

	json_array_foreach(numbers, i, one)
	{
		const char *number = json_string_value(one);
		screen_say("  %s", number != NULL ? number : "");
	}
}

static void rollup_carried(json_t *carried, json_t *would)
{
	size_t count = json_array_size(carried);

	if (count > 0) {
		screen_say(ngettext("%zu application carried over", "%zu applications carried over",
				    count),
			   count);
		rollup_numbers(carried);
	}
	count = json_array_size(would);
	if (count > 0) {
		screen_say(ngettext("%zu application would be carried over at the end of the year:",
				    "%zu applications would be carried over at the end of the "
				    "year:",
				    count),
			   count);
		rollup_numbers(would);
	}
}

static void rollup_due(const struct print *print, json_t *due)
{
	struct table *table;
	size_t i;
	json_t *one;

	if (json_array_size(due) == 0) {
		return;
	}
	screen_say("%s", _("Falls due:"));
	table = table_new(print->screen, true);
	table_column(table, _("number"), TABLE_LEFT);
	table_column(table, _("due on"), TABLE_LEFT);
	table_column(table, _("left"), TABLE_RIGHT);
	table_column(table, _("what"), TABLE_CUT);
	json_array_foreach(due, i, one)
	{
		char left[32];
		const char *what = reply_text(one, "what");
		int64_t days = reply_int(one, "working_days_left");
		snprintf(left, sizeof(left), "%" PRId64, days);
		table_row(table);
		table_cell(table, reply_text(one, "number"), NULL);
		table_cell(table, reply_text(one, "due_on"), NULL);
		table_cell(table, left, days < 0 ? "red" : NULL);
		table_cell(table, word_of(WORD_DUE, what), NULL);
	}
	table_print(table);
	table_free(table);
}

static void rollup_checks(struct print *print, json_t *reports)
{
	size_t i;
	json_t *report;

	json_array_foreach(reports, i, report)
	{
		json_t *checks = json_object_get(report, "checks");
		json_t *warnings = json_object_get(report, "warnings");
		if (checks_fail(checks) || checks_fail(warnings)) {
			screen_say(_("Checks of %lld (%s):"), (long long)reply_int(report, "year"),
				   word_of(WORD_STATUS, reply_text(report, "status")));
			print->report = report;
			print_broken(print, checks);
			print_warnings(print, warnings);
		}
	}
}

void print_rollup(struct print *print, json_t *reply)
{
	if (rollup_silent(reply)) {
		return;
	}
	screen_say(_("Rollup of %s"), reply_text(reply, "on"));
	rollup_carried(json_object_get(reply, "carried_over"),
		       json_object_get(reply, "would_carry_over"));
	rollup_due(print, json_object_get(reply, "due"));
	rollup_checks(print, json_object_get(reply, "reports"));
	print_problems(print, json_object_get(reply, "problems"));
}
