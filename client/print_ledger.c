/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/command.h"
#include "client/language.h"
#include "client/print.h"
#include "client/reply.h"
#include "client/words.h"

void print_cell(struct print *print, json_t *reply)
{
	(void)print;
	screen_say("%s", reply_text(reply, "number"));
}

void print_cell_end(struct print *print)
{
	bool cases = strcmp(reply_text(print->request, "table"), "table4") == 0;

	/* Numbers go on to other programs; a word about none would be taken for one. */
	if (print->items == 0) {
		fprintf(stderr, "%s\n",
			cases ? _("no case stands behind this cell")
			      : _("no application stands behind this cell"));
	}
}

void print_done(struct print *print, json_t *reply)
{
	(void)reply;
	screen_say("%s", _(print->command->done));
}

static void status_years(struct card *card, const char *label, json_t *years)
{
	struct buf text;
	size_t i;
	json_t *year;

	buf_init(&text, SCREEN_TEXT_MAX);
	json_array_foreach(years, i, year)
	{
		buf_printf(&text, "%s%" PRId64, i == 0 ? "" : ", ",
			   (int64_t)json_integer_value(year));
	}
	buf_append(&text, "", 1);
	if (text.error == 0) {
		card_line(card, label, text.len > 1 ? text.data : _("none"));
	}
	buf_done(&text);
}

static void status_roles(struct card *card, json_t *roles)
{
	struct buf text;
	size_t i;
	json_t *role;

	buf_init(&text, SCREEN_TEXT_MAX);
	json_array_foreach(roles, i, role)
	{
		const char *name = json_string_value(role);
		buf_printf(&text, "%s%s", i == 0 ? "" : _(", "),
			   name != NULL ? word_of(WORD_ROLE, name) : "");
	}
	buf_append(&text, "", 1);
	if (text.error == 0) {
		card_line(card, N_("your roles"), text.len > 1 ? text.data : _("none"));
	}
	buf_done(&text);
}

static void status_store(struct card *card, const json_t *reply)
{
	const double mebibyte = 1024.0 * 1024.0;
	double used = (double)reply_int(reply, "store_bytes");
	double limit = (double)reply_int(reply, "store_limit_bytes");
	char text[80];

	snprintf(text, sizeof(text), _("%.1f of %.0f MiB (%.0f %%)"), used / mebibyte,
		 limit / mebibyte, limit > 0 ? 100.0 * used / limit : 0.0);
	card_line(card, N_("store"), text);
}

void print_status(struct print *print, json_t *reply)
{
	struct card *card = card_new();
	char text[120];

	card_line(card, N_("organ"), reply_text(reply, "organ"));
	card_line(card, N_("version"), reply_text(reply, "version"));
	snprintf(text, sizeof(text), "%s%s", reply_text(reply, "today"),
		 json_is_true(json_object_get(reply, "rehearsal")) ? _(" (a rehearsal)") : "");
	card_line(card, N_("today"), text);
	status_roles(card, json_object_get(reply, "roles"));
	snprintf(text, sizeof(text), _("%lld, of which %lld open"),
		 (long long)reply_int(reply, "applications"), (long long)reply_int(reply, "open"));
	card_line(card, N_("applications"), text);
	snprintf(text, sizeof(text), _("%lld entries"), (long long)reply_int(reply, "sequence"));
	card_line(card, N_("ledger"), text);
	card_line(card, N_("digest"), reply_text(reply, "digest"));
	if (reply_has(reply, "first_year")) {
		snprintf(text, sizeof(text), "%" PRId64, reply_int(reply, "first_year"));
		card_line(card, N_("first year"), text);
	}
	status_years(card, N_("sealed years"), json_object_get(reply, "sealed_years"));
	status_years(card, N_("holidays known"), json_object_get(reply, "calendar_years"));
	status_store(card, reply);
	card_line(card, N_("running since"), reply_text(reply, "started_at"));
	card_print(card, print->screen);
}

void print_verify(struct print *print, json_t *reply)
{
	json_t *problems = json_object_get(reply, "problems");
	long long checked = reply_int(reply, "checked"), of = reply_int(reply, "of");
	bool done = json_is_true(json_object_get(reply, "done"));

	if (print->screen->terminal) {
		/* Progress stands on one line, and gives way to what is said for good. */
		printf("\r\033[K");
	}
	/* Whether a problem comes with a step or with the last reply, it is told once, when it
	 * comes. */
	print_problems(print, problems);
	if (!done) {
		if (print->screen->terminal) {
			printf(_("checked %lld of %lld"), checked, of);
		}
	} else if (print->failed) {
		printf(ngettext("%lld entry checked, with problems\n",
				"%lld entries checked, with problems\n", (unsigned long)checked),
		       checked);
	} else {
		printf(ngettext("%lld entry checked, no problems\n",
				"%lld entries checked, no problems\n", (unsigned long)checked),
		       checked);
	}
	fflush(stdout);
}

void print_export(struct print *print, json_t *reply)
{
	(void)print;
	/* Exactly as stored: not escaped, or the digests would not fit. */
	printf("%s %s\n", reply_text(reply, "digest"), reply_text(reply, "entry"));
}

void print_backup(struct print *print, json_t *reply)
{
	screen_say(_("copied up to entry %lld into %s, %lld bytes, digest %s"),
		   (long long)reply_int(reply, "sequence"), reply_text(print->request, "directory"),
		   (long long)reply_int(reply, "bytes"), reply_text(reply, "digest"));
}

void print_reload(struct print *print, json_t *reply)
{
	json_t *changed = json_object_get(reply, "changed");
	size_t count = json_array_size(changed), i;
	json_t *one;

	(void)print;
	screen_say(ngettext("read again; %zu deadline has moved",
			    "read again; %zu deadlines have moved", count),
		   count);
	json_array_foreach(changed, i, one)
	{
		const char *before = reply_text(one, "due_before"),
			   *after = reply_text(one, "due_after");
		screen_say(_("%s: due %s, before %s"), reply_text(one, "number"),
			   after[0] != '\0' ? after : "-", before[0] != '\0' ? before : "-");
	}
}
