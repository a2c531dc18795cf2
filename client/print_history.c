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

#define EVENT_KIND_COLUMNS  20
#define EVENT_ACTOR_COLUMNS 8
#define EVENT_HANG_COLUMNS  11

static void event_value(struct buf *out, enum word_group group, json_t *value);

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

/* "label value" of every field, one behind the other. */
static void event_fields(struct buf *out, json_t *object)
{
	const char *name;
	json_t *value;
	bool first = true;

	json_object_foreach(object, name, value)
	{
		const struct field *field = field_of(NULL, name);
		if (strcmp(name, "was") == 0 ||
		    (json_is_object(value) && json_object_size(value) == 0)) {
			continue;
		}
		buf_append_text(out, first ? "" : _("; "));
		if (json_is_object(value)) {
			event_fields(out, value);
		} else {
			buf_printf(out, "%s ", _(field->label));
			event_value(out, field->words, value);
		}
		first = false;
	}
}

static void event_value(struct buf *out, enum word_group group, json_t *value)
{
	if (json_is_string(value)) {
		buf_append_text(out, _(word_of(group, json_string_length(value) > 0
							      ? json_string_value(value)
							      : "-")));
	} else if (json_is_integer(value)) {
		buf_printf(out, "%" PRId64, (int64_t)json_integer_value(value));
	} else if (json_is_boolean(value)) {
		buf_append_text(out, json_is_true(value) ? _("yes") : _("no"));
	} else if (json_is_array(value)) {
		event_list(out, group, value);
	} else if (json_is_object(value)) {
		event_fields(out, value);
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
	struct buf out;

	buf_init(&out, SCREEN_TEXT_MAX);
	event_head(&out, print, event);
	if (json_object_size(data) > 0) {
		buf_append_text(&out, " ");
		event_fields(&out, data);
	}
	if (json_object_size(was) > 0) {
		buf_append_text(&out, _(" (before: "));
		event_fields(&out, was);
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
