/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "client/command.h"
#include "client/fields.h"
#include "client/language.h"
#include "client/print.h"
#include "client/reply.h"
#include "client/table.h"
#include "client/words.h"

#define PRINT_ROWS_AT_ONCE 1000 /* rows of a listing held before they are printed */

/* Under what heading of table 3 a refusal ends: the part of its reason's code before the dot. */
static const char *application_ending(const json_t *application)
{
	const char *reason = reply_text(application, "reason");
	char group[32];

	snprintf(group, sizeof(group), "%.*s", (int)strcspn(reason, "."), reason);
	const char *word = word_of(WORD_ENDING, group);
	return word == group ? word_of(WORD_STATE, "refused") : word;
}

/* The state, in the words that say how a decided application ended. */
static const char *application_state(const json_t *application)
{
	const char *state = reply_text(application, "state");

	if (strcmp(state, "refused") == 0) {
		return application_ending(application);
	}
	if (strcmp(reply_text(application, "extent"), "partial") == 0) {
		return word_of(WORD_EXTENT, "partial");
	}
	return word_of(WORD_STATE, state);
}

/* The state and why; belongs to the caller's text or to the words. */
static const char *application_outcome(const json_t *application, char text[static 200])
{
	const char *state = reply_text(application, "state");

	if (strcmp(state, "refused") == 0) {
		snprintf(text, 200, _("%s (%s)"), application_ending(application),
			 word_of(WORD_REASON, reply_text(application, "reason")));
		return text;
	}
	if (strcmp(state, "disclosed") == 0) {
		return strcmp(reply_text(application, "extent"), "partial") == 0
			       ? _("disclosed in part")
			       : _("disclosed in full");
	}
	return word_of(WORD_STATE, state);
}

static void changed_due(const struct print *print, const json_t *application, struct buf *out)
{
	const char *due = reply_text(application, "due_on");

	if ((print->command->flags & COMMAND_CLOCK) != 0) {
		buf_printf(out, _("answer due by %s (20 working days)"), due);
	} else {
		buf_printf(out, _("answer due by %s"), due);
	}
	if (json_is_true(json_object_get(application, "due_provisional"))) {
		buf_append_text(out,
				_(", provisional until the holidays of that year are published"));
	}
}

/* What comes next. */
static void changed_next(const struct print *print, const json_t *application, struct buf *out)
{
	bool waits = reply_has(application, "waiting");

	if (reply_has(application, "decided_on")) {
		char text[200];
		buf_printf(out, _("%s on %s"), application_outcome(application, text),
			   reply_text(application, "decided_on"));
		return;
	}
	if (waits && reply_has(application, "waiting_until")) {
		buf_printf(out, _("waiting for %s until %s"),
			   word_of(WORD_WAITING, reply_text(application, "waiting")),
			   reply_text(application, "waiting_until"));
	} else if (waits) {
		buf_printf(out, _("waiting for %s"),
			   word_of(WORD_WAITING, reply_text(application, "waiting")));
	}
	if (reply_has(application, "due_on")) {
		buf_append_text(out, waits ? _("; ") : "");
		changed_due(print, application, out);
	} else {
		buf_append_text(out, waits ? _("; ") : "");
		buf_append_text(out, _("the clock is stopped"));
	}
}

void print_warning(struct buf *out, const char *text)
{
	char code[64] = "";
	size_t bytes = strcspn(text, ":");

	if (bytes < sizeof(code)) {
		memcpy(code, text, bytes);
	}
	const char *word = word_of(WORD_WARNING, code);
	if (word == code) {
		buf_append_text(out, text);
	} else {
		buf_printf(out, "%s %s", word, text + strcspn(text, "0123456789"));
	}
}

static void changed_warnings(const struct print *print, json_t *application)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(application, "warnings"), i, one)
	{
		const char *text = json_string_value(one);
		if (text != NULL && text[0] != '\0') {
			struct buf out;
			buf_init(&out, SCREEN_TEXT_MAX);
			print_warning(&out, text);
			buf_append(&out, "", 1);
			screen_paint(print->screen, "33", _("warning: "));
			screen_say("%s", out.error == 0 ? out.data : text);
			buf_done(&out);
		}
	}
}

/* What a fee is made of, one line a band. */
static void changed_charges(json_t *reply)
{
	size_t i;
	json_t *charge;

	json_array_foreach(json_object_get(reply, "charges"), i, charge)
	{
		screen_say(_("  %lld to %lld: %lld yuan each, %lld yuan"),
			   (long long)reply_int(charge, "from"), (long long)reply_int(charge, "to"),
			   (long long)reply_int(charge, "yuan"),
			   (long long)reply_int(charge, "amount_yuan"));
	}
}

void print_changed(struct print *print, json_t *reply)
{
	json_t *application = json_object_get(reply, "application");
	struct buf out;

	buf_init(&out, SCREEN_TEXT_MAX);
	buf_printf(&out, "%s %s", reply_text(application, "number"), _(print->command->done));
	if (reply_has(reply, "amount_yuan")) {
		buf_printf(&out, _(", %lld yuan"), (long long)reply_int(reply, "amount_yuan"));
	}
	if (strcmp(print->command->name, "assign") == 0) {
		buf_printf(&out, _(" to %s"), reply_text(application, "handler"));
	}
	buf_append_text(&out, _(": "));
	changed_next(print, application, &out);
	buf_append(&out, "", 1);
	if (out.error == 0) {
		screen_say("%s", out.data);
	}
	buf_done(&out);
	changed_charges(reply);
	changed_warnings(print, application);
}

static void card_field(struct card *card, const json_t *object, const char *name)
{
	const struct field *field = field_of(NULL, name);

	card_line(card, field->label, word_of(field->words, reply_text(object, name)));
}

static void card_waiting(struct card *card, const json_t *application)
{
	char text[160];

	if (!reply_has(application, "waiting")) {
		return;
	}
	const char *word = word_of(WORD_WAITING, reply_text(application, "waiting"));
	if (reply_has(application, "waiting_until")) {
		snprintf(text, sizeof(text), _("%s, until %s"), word,
			 reply_text(application, "waiting_until"));
		word = text;
	}
	card_line(card, N_("waiting for"), word);
}

static void card_due(struct card *card, const json_t *application)
{
	char text[200];

	if (reply_has(application, "due_on")) {
		snprintf(text, sizeof(text), "%s%s", reply_text(application, "due_on"),
			 json_is_true(json_object_get(application, "due_provisional"))
				 ? _(" (provisional)")
				 : "");
		card_line(card, N_("due on"), text);
	} else if (!reply_has(application, "decided_on")) {
		card_line(card, N_("due on"), _("the clock is stopped"));
	}
}

static void card_carried(struct card *card, const json_t *application)
{
	struct buf years;
	size_t i;
	json_t *year;

	buf_init(&years, SCREEN_TEXT_MAX);
	json_array_foreach(json_object_get(application, "carried_from"), i, year)
	{
		buf_printf(&years, "%s%lld", i == 0 ? "" : ", ",
			   (long long)json_integer_value(year));
	}
	buf_append(&years, "", 1);
	if (years.error == 0) {
		card_line(card, N_("carried from"), years.data);
	}
	buf_done(&years);
}

void print_card(struct print *print, json_t *reply)
{
	json_t *application = json_object_get(reply, "application");
	json_t *applicant = json_object_get(application, "applicant");
	struct card *card = card_new();
	char text[200];

	card_field(card, application, "number");
	card_field(card, application, "subject");
	card_line(card, N_("state"), application_outcome(application, text));
	card_waiting(card, application);
	if (reply_has(application, "reason") &&
	    strcmp(reply_text(application, "state"), "refused") != 0) {
		card_field(card, application, "reason");
	}
	card_due(card, application);
	card_field(card, application, "decided_on");
	snprintf(text, sizeof(text), _("%s (%s)"), reply_text(applicant, "name"),
		 word_of(WORD_CATEGORY, reply_text(applicant, "category")));
	card_line(card, N_("applicant"), text);
	card_field(card, applicant, "id_number");
	card_field(card, applicant, "contact");
	card_field(card, applicant, "address");
	card_field(card, applicant, "agent");
	card_field(card, application, "channel");
	card_field(card, application, "submitted_on");
	card_field(card, application, "received_on");
	card_field(card, application, "delivery");
	card_field(card, application, "handler");
	card_carried(card, application);
	snprintf(text, sizeof(text), _("%lld (entry %lld of the ledger)"),
		 (long long)reply_int(application, "version"),
		 (long long)reply_int(application, "sequence"));
	card_line(card, N_("version"), text);
	card_line(card, N_("digest"), reply_text(application, "digest"));
	card_print(card, print->screen);
	changed_warnings(print, application);
}

static void list_columns(struct table *table)
{
	table_column(table, _("number"), TABLE_LEFT);
	table_column(table, _("due/ended"), TABLE_LEFT);
	table_column(table, _("state"), TABLE_CUT);
	table_column(table, _("waiting for"), TABLE_CUT);
	table_column(table, _("applicant"), TABLE_CUT);
	table_column(table, _("handler"), TABLE_CUT);
	table_column(table, _("subject"), TABLE_CUT);
}

void print_list(struct print *print, json_t *reply)
{
	json_t *application = json_object_get(reply, "application");
	json_t *applicant = json_object_get(application, "applicant");

	if (print->table == NULL) {
		print->table = table_new(print->screen, true);
		list_columns(print->table);
	}
	table_row(print->table);
	table_cell(print->table, reply_text(application, "number"), NULL);
	table_cell(print->table,
		   reply_text(application,
			      reply_has(application, "decided_on") ? "decided_on" : "due_on"),
		   NULL);
	table_cell(print->table, application_state(application), NULL);
	table_cell(print->table, word_of(WORD_WAITING, reply_text(application, "waiting")), NULL);
	table_cell(print->table, reply_text(applicant, "name"), NULL);
	table_cell(print->table, reply_text(application, "handler"), NULL);
	table_cell(print->table, reply_text(application, "subject"), NULL);
	if (table_rows(print->table) >= PRINT_ROWS_AT_ONCE) {
		table_print(print->table);
	}
}

void print_list_end(struct print *print)
{
	if (print->items == 0) {
		screen_say("%s", _("no application fits"));
		return;
	}
	table_print(print->table);
	screen_say(ngettext("%zu application", "%zu applications", print->items), print->items);
}
