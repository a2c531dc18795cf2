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
#include "proto/base/cleanup.h"
#include "proto/base/text.h"

/* A sign as well as a colour, for those who see none and for paper. */
static const struct light {
	const char *name, *sign, *colour;
} lights[] = {
	{ "overdue", "!!", "red" }, { "red", "!", "lightred" },  { "amber", "*", "brown" },
	{ "green", ".", "green" },  { "grey", "-", "darkgray" },
};

static size_t light_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(lights); i++) {
		if (strcmp(lights[i].name, name) == 0) {
			return i;
		}
	}
	return ARRAY_SIZE(lights) - 1;
}

static void backlog_columns(struct table *table)
{
	table_column(table, _("number"), TABLE_LEFT);
	table_column(table, _("light"), TABLE_LEFT);
	table_column(table, _("due on"), TABLE_LEFT);
	table_column(table, _("left"), TABLE_RIGHT);
	table_column(table, _("days"), TABLE_RIGHT);
	table_column(table, _("state"), TABLE_CUT);
	table_column(table, _("waiting for"), TABLE_CUT);
	table_column(table, _("applicant"), TABLE_CUT);
	table_column(table, _("handler"), TABLE_CUT);
	table_column(table, _("subject"), TABLE_CUT);
}

/* What it waits for, and by when that or what the organ owes ends: "correction 10-20", with a sign
 * once the day has passed. */
static void backlog_waiting(struct table *table, json_t *item, json_t *application)
{
	json_t *owed = json_array_get(json_object_get(item, "owed"), 0);
	const char *what = word_of(WORD_WAITING, reply_text(application, "waiting"));
	bool notice = strcmp(reply_text(owed, "what"), "correction_notice") == 0;
	const char *by = reply_text(owed, "by");
	char text[128];

	if (owed == NULL || strlen(by) != 10) {
		table_cell(table, what, NULL);
		return;
	}
	snprintf(text, sizeof(text), "%s %s%s", notice ? _("correction notice?") : what, by + 5,
		 json_is_true(json_object_get(owed, "lapsed")) ? " !!" : "");
	table_cell(table, text, json_is_true(json_object_get(owed, "lapsed")) ? "red" : NULL);
}

static void backlog_light(struct table *table, const struct light *light, json_t *item,
			  const char *due_on)
{
	char text[64] = "";

	table_cell(table, light->sign, light->colour);
	table_cell(table, due_on, NULL);
	if (reply_has(item, "working_days_left")) {
		snprintf(text, sizeof(text), "%" PRId64, reply_int(item, "working_days_left"));
	}
	table_cell(table, text, light->colour);
}

/* A review or suit stands in the same table: what it asks of the organ where an application has
 * what it waits for, its kind and title as the subject. */
static void backlog_case(struct print *print, json_t *item)
{
	size_t at = light_find(reply_text(item, "light"));
	const char *kind = word_of(WORD_CASE, reply_text(item, "kind"));
	const char *what = reply_text(item, "what");
	char text[300];

	print->cases++;
	print->case_lights[at]++;
	table_row(print->table);
	table_cell(print->table, reply_text(item, "case"), NULL);
	backlog_light(print->table, &lights[at], item, reply_text(item, "due_on"));
	table_cell(print->table, "", NULL);
	table_cell(print->table, "", NULL);
	snprintf(text, sizeof(text), "case_%s", what);
	table_cell(print->table, word_of(WORD_DUE, text), NULL);
	table_cell(print->table, "", NULL);
	table_cell(print->table, "", NULL);
	if (reply_has(item, "title")) {
		snprintf(text, sizeof(text), _("%s: %s"), kind, reply_text(item, "title"));
		kind = text;
	} else if (reply_has(item, "number")) {
		snprintf(text, sizeof(text), _("%s: %s"), kind, reply_text(item, "number"));
		kind = text;
	}
	table_cell(print->table, kind, NULL);
}

void print_backlog(struct print *print, json_t *reply)
{
	json_t *item = json_object_get(reply, "item");
	json_t *application = json_object_get(item, "application");
	size_t at = light_find(reply_text(item, "light"));
	char text[64];

	if (print->table == NULL) {
		print->table = table_new(print->screen, true);
		backlog_columns(print->table);
	}
	if (reply_has(reply, "case")) {
		backlog_case(print, json_object_get(reply, "case"));
		return;
	}
	print->lights[at]++;
	table_row(print->table);
	table_cell(print->table, reply_text(application, "number"), NULL);
	backlog_light(print->table, &lights[at], item, reply_text(application, "due_on"));
	snprintf(text, sizeof(text), "%" PRId64, reply_int(item, "open_days"));
	table_cell(print->table, text, NULL);
	table_cell(print->table, word_of(WORD_STATE, reply_text(application, "state")), NULL);
	backlog_waiting(print->table, item, application);
	table_cell(print->table, reply_text(json_object_get(application, "applicant"), "name"),
		   NULL);
	table_cell(print->table, reply_text(application, "handler"), NULL);
	table_cell(print->table, reply_text(application, "subject"), NULL);
}

static void backlog_counts(const size_t counts[static 5])
{
	bool first = true;

	for (size_t i = 0; i < ARRAY_SIZE(lights); i++) {
		if (counts[i] > 0) {
			printf("%s%s %s %zu", first ? "" : _(", "), lights[i].sign,
			       word_of(WORD_LIGHT, lights[i].name), counts[i]);
			first = false;
		}
	}
	putchar('\n');
}

void print_backlog_end(struct print *print)
{
	size_t applications = print->items - print->cases;

	if (print->items == 0) {
		screen_say("%s", _("nothing is open"));
		return;
	}
	table_print(print->table);
	if (applications > 0) {
		printf(ngettext("%zu open application: ", "%zu open applications: ", applications),
		       applications);
		backlog_counts(print->lights);
	}
	if (print->cases > 0) {
		printf(ngettext("%zu review or suit to answer: ",
				"%zu reviews or suits to answer: ", print->cases),
		       print->cases);
		backlog_counts(print->case_lights);
	}
}

/* A map of names to counts, in one line. */
static void summary_line(struct card *card, const char *label, enum word_group group,
			 json_t *counts)
{
	struct buf text;
	const char *name;
	json_t *count;

	buf_init(&text, SCREEN_TEXT_MAX);
	json_object_foreach(counts, name, count)
	{
		if (json_integer_value(count) != 0) {
			buf_printf(&text, "%s%s %" PRId64, text.len == 0 ? "" : _(", "),
				   name[0] != '\0' ? word_of(group, name) : _("nobody"),
				   (int64_t)json_integer_value(count));
		}
	}
	buf_append(&text, "", 1);
	if (text.error == 0) {
		card_line(card, label, text.data);
	}
	buf_done(&text);
}

void print_summary(struct print *print, json_t *reply)
{
	struct card *card = card_new();
	char text[32];

	card_line(card, N_("as of"), reply_text(reply, "as_of"));
	snprintf(text, sizeof(text), "%" PRId64, reply_int(reply, "open"));
	card_line(card, N_("open"), text);
	snprintf(text, sizeof(text), "%" PRId64, reply_int(reply, "overdue"));
	card_line(card, N_("overdue"), text);
	summary_line(card, N_("light"), WORD_LIGHT, json_object_get(reply, "by_light"));
	summary_line(card, N_("state"), WORD_STATE, json_object_get(reply, "by_state"));
	summary_line(card, N_("waiting for"), WORD_WAITING, json_object_get(reply, "by_waiting"));
	summary_line(card, N_("handler"), WORD_NONE, json_object_get(reply, "by_handler"));
	card_print(card, print->screen);
}

static void explain_decided(const char *number, const json_t *reply)
{
	const char *decided = reply_text(reply, "decided_on"), *due = "";
	size_t i;
	json_t *step;

	json_array_foreach(json_object_get(reply, "counts"), i, step)
	{
		if (strcmp(reply_text(step, "effect"), "due") == 0) {
			due = reply_text(step, "on");
		}
	}
	if (due[0] == '\0') {
		screen_say(_("Application %s: decided on %s."), number, decided);
	} else {
		screen_say(_("Application %s: decided on %s; the answer was due by %s."), number,
			   decided, due);
	}
}

static void explain_head(const struct print *print, const json_t *reply)
{
	const char *number = reply_text(print->request, "number");

	if (reply_has(reply, "decided_on")) {
		explain_decided(number, reply);
	} else if (!reply_has(reply, "due_on")) {
		screen_say(_("Application %s: no limit runs now."), number);
	} else if (json_is_true(json_object_get(reply, "provisional"))) {
		screen_say(_("Application %s: the answer is due by %s, provisional until the "
			     "holidays of "
			     "that year are published."),
			   number, reply_text(reply, "due_on"));
	} else {
		screen_say(_("Application %s: the answer is due by %s."), number,
			   reply_text(reply, "due_on"));
	}
}

/* "entry 12" is the daemon's word for the line of the ledger; the rest are names of holidays. */
static const char *explain_because(const json_t *count, char text[static 80])
{
	const char *because = reply_text(count, "because");
	int64_t entry;

	if (strncmp(because, "entry ", 6) != 0 ||
	    text_to_int(because + 6, 0, INT64_MAX, &entry) < 0) {
		return because;
	}
	snprintf(text, 80, _("entry %lld of the ledger"), (long long)entry);
	return text;
}

void print_explain(struct print *print, json_t *reply)
{
	json_t *counts = json_object_get(reply, "counts");
	struct table *table = table_new(print->screen, true);
	size_t i;
	json_t *count;

	explain_head(print, reply);
	putchar('\n');
	table_column(table, _("day"), TABLE_LEFT);
	table_column(table, _("working days left"), TABLE_RIGHT);
	table_column(table, _("what counts"), TABLE_LEFT);
	table_column(table, _("because"), TABLE_CUT);
	json_array_foreach(counts, i, count)
	{
		char left[32], because[80];
		const char *effect = reply_text(count, "effect");
		bool due = strcmp(effect, "due") == 0;
		snprintf(left, sizeof(left), "%" PRId64, reply_int(count, "left"));
		table_row(table);
		table_cell(table, reply_text(count, "on"), NULL);
		table_cell(table, left, NULL);
		table_cell(table, word_of(WORD_EFFECT, effect), due ? "red" : NULL);
		table_cell(table, explain_because(count, because), NULL);
	}
	table_print(table);
	table_free(table);
	if (reply_has(reply, "calendar")) {
		putchar('\n');
		screen_say(_("Calendar: %s"), reply_text(reply, "calendar"));
	}
}

void print_working_day(struct print *print, json_t *reply)
{
	long long days = reply_int(print->request, "working_days");
	bool provisional = json_is_true(json_object_get(reply, "provisional"));

	screen_say(ngettext("%s: %lld working day after %s%s", "%s: %lld working days after %s%s",
			    (unsigned long)(days < 0 ? -days : days)),
		   reply_text(reply, "on"), days, reply_text(print->request, "from"),
		   provisional ? _(", provisional until the holidays of that year are published")
			       : "");
}
