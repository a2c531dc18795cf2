/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/command.h"
#include "client/fields.h"
#include "client/language.h"
#include "client/print.h"
#include "client/reply.h"
#include "client/words.h"
#include "proto/base/cleanup.h"

#define EVENT_KIND_COLUMNS  22
#define EVENT_ACTOR_COLUMNS 8
#define EVENT_HANG_COLUMNS  11

static void event_value(struct buf *out, enum word_group group, json_t *value);

/* What follows from the act itself, and would only repeat it; an amendment shows all. The tables
 * that a seal covers are pages. */
static bool event_implied(const char *name)
{
	static const char *const implied[] = { "state",      "waiting", "waiting_until",
					       "decided_on", "rows",    "public_key" };

	for (size_t i = 0; i < ARRAY_SIZE(implied); i++) {
		if (strcmp(implied[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static void event_list(struct buf *out, enum word_group group, json_t *value)
{
	size_t i;
	json_t *one;

	json_array_foreach(value, i, one)
	{
		buf_append_text(out, i == 0 ? "" : ", ");
		event_value(out, group, one);
	}
}

/* "label value" of every field, one behind the other. all: the implied and the empty ones too. */
static void event_fields(struct buf *out, json_t *object, bool all)
{
	const char *name;
	json_t *value;
	bool first = true;

	json_object_foreach(object, name, value)
	{
		const struct field *field = field_of(NULL, name);
		if (strcmp(name, "was") == 0 ||
		    (!all && (event_implied(name) || json_is_null(value)))) {
			continue;
		}
		buf_append_text(out, first ? " " : _("; "));
		buf_printf(out, "%s ", _(field->label));
		event_value(out, strcmp(name, "warnings") == 0 ? WORD_WARNING : field->words,
			    value);
		first = false;
	}
}

static void event_value(struct buf *out, enum word_group group, json_t *value)
{
	const char *text = json_string_value(value);

	if (text != NULL && group == WORD_WARNING) {
		print_warning(out, text);
	} else if (text != NULL) {
		buf_append_text(out, text[0] != '\0' ? word_of(group, text) : "-");
	} else if (json_is_integer(value)) {
		buf_printf(out, "%" PRId64, (int64_t)json_integer_value(value));
	} else if (json_is_boolean(value)) {
		buf_append_text(out, json_is_true(value) ? _("yes") : _("no"));
	} else if (json_is_array(value)) {
		event_list(out, group, value);
	} else {
		buf_append_text(out, _("none"));
	}
}

/* The head of a line: columns that align from line to line. */
static void event_head(struct buf *out, const struct print *print, json_t *event)
{
	const char *command = print->command->name;
	size_t from;

	buf_printf(out, "%s ", reply_text(event, "on"));
	if (strcmp(command, "watch") == 0) {
		from = out->len;
		buf_append_text(out,
				reply_has(event, "number") ? reply_text(event, "number") : "-");
		screen_pad(out, from, 10);
	}
	from = out->len;
	buf_append_text(out, word_of(WORD_ACTION, reply_text(event, "kind")));
	screen_pad(out, from, EVENT_KIND_COLUMNS);
	buf_append_text(out, " ");
	from = out->len;
	buf_append_text(out, reply_text(event, "actor"));
	screen_pad(out, from, EVENT_ACTOR_COLUMNS);
}

void print_event(struct print *print, json_t *reply)
{
	json_t *event = json_object_get(reply, "event");
	json_t *data = json_object_get(event, "data");
	json_t *was = json_object_get(data, "was");
	const char *recorded = reply_text(event, "recorded_at");
	const char *kind = reply_text(event, "kind");
	bool all = strcmp(kind, "amend") == 0;
	struct buf out;

	buf_init(&out, SCREEN_TEXT_MAX);
	event_head(&out, print, event);
	event_fields(&out, data, all);
	/* What an act replaced is worth a word where somebody put something right, or moved it on.
	 */
	if (json_object_size(was) > 0 && (all || strcmp(kind, "assign") == 0)) {
		buf_append_text(&out, _(" (before:"));
		event_fields(&out, was, true);
		buf_append_text(&out, _(")"));
	}
	if (strncmp(recorded, reply_text(event, "on"), 10) != 0 && strlen(recorded) >= 10) {
		buf_printf(&out, _(" (entered %.10s)"), recorded);
	}
	buf_append(&out, "", 1);
	if (out.error == 0) {
		screen_say_hanging(print->screen, 0, EVENT_HANG_COLUMNS, out.data);
	}
	buf_done(&out);
	fflush(stdout);
}

void print_event_end(struct print *print)
{
	if (print->items == 0) {
		screen_say("%s", _("no entries"));
	}
}
