/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/entry.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/core/number.h"
#include "daemon/store/entry_plain.h"
#include "proto/base/cleanup.h"
#include "proto/base/date.h"

#define WHY_BYTES 200

struct entry_reader {
	struct arena *arena;
	struct event *event;
	char *why;
};

__attribute__((format(printf, 2, 3))) static int entry_complain(const struct entry_reader *reader,
								const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(reader->why, WHY_BYTES, format, arguments);
	va_end(arguments);
	return -EBADMSG;
}

/* Each reads the value of one member; `name` is for the sentence. */

static int entry_get_integer(const struct entry_reader *reader, const char *name, json_t *value,
			     int64_t min, int64_t max, int64_t *ret_number)
{
	int64_t number = json_integer_value(value);
	if (!json_is_integer(value) || number < min || number > max) {
		return entry_complain(reader, "member '%s' should be an integer from %lld to %lld",
				      name, (long long)min, (long long)max);
	}
	*ret_number = number;
	return 0;
}

static int entry_get_u32(const struct entry_reader *reader, const char *name, json_t *value,
			 uint32_t min, uint32_t *ret_number)
{
	int64_t number = 0;
	int r = entry_get_integer(reader, name, value, min, UINT32_MAX, &number);
	*ret_number = (uint32_t)number;
	return r;
}

static int entry_get_date(const struct entry_reader *reader, const char *name, json_t *value,
			  int32_t *ret_date)
{
	if (!json_is_string(value) || date_parse(json_string_value(value), ret_date) < 0) {
		return entry_complain(reader, "member '%s' should be a date, YYYY-MM-DD", name);
	}
	return 0;
}

static int entry_get_text(const struct entry_reader *reader, const char *name, json_t *value,
			  const char **ret_text)
{
	if (!json_is_string(value)) {
		return entry_complain(reader, "member '%s' should be a text", name);
	}
	*ret_text =
		arena_strndup(reader->arena, json_string_value(value), json_string_length(value));
	return 0;
}

static int read_sequence(const struct entry_reader *reader, const char *name, json_t *value)
{
	int64_t number = 0;
	int r = entry_get_integer(reader, name, value, 1, INT64_MAX, &number);
	reader->event->sequence = (uint64_t)number;
	return r;
}

static int read_action(const struct entry_reader *reader, const char *name, json_t *value)
{
	int action =
		json_is_string(value) ? name_find(action_names, json_string_value(value)) : -ENOENT;
	if (action < 0) {
		return entry_complain(reader, "member '%s' should be the name of an action", name);
	}
	reader->event->action = (enum action)action;
	return 0;
}

static int read_number(const struct entry_reader *reader, const char *name, json_t *value)
{
	if (json_is_null(value)) {
		return 0;
	}
	if (!json_is_string(value) ||
	    number_parse(json_string_value(value), &reader->event->number) < 0) {
		return entry_complain(reader, "member '%s' should be null or a number, YYYY-NNNN",
				      name);
	}
	return 0;
}

static int read_version(const struct entry_reader *reader, const char *name, json_t *value)
{
	return json_is_null(value) ? 0
				   : entry_get_u32(reader, name, value, 1, &reader->event->version);
}

static int read_on(const struct entry_reader *reader, const char *name, json_t *value)
{
	return entry_get_date(reader, name, value, &reader->event->on);
}

static int read_recorded_at(const struct entry_reader *reader, const char *name, json_t *value)
{
	if (!json_is_string(value) ||
	    moment_parse(json_string_value(value), &reader->event->recorded_usec) < 0) {
		return entry_complain(reader,
				      "member '%s' should be a moment, "
				      "YYYY-MM-DDTHH:MM:SS.NNNNNNZ",
				      name);
	}
	return 0;
}

static int read_actor(const struct entry_reader *reader, const char *name, json_t *value)
{
	return entry_get_text(reader, name, value, &reader->event->actor);
}

static int read_uid(const struct entry_reader *reader, const char *name, json_t *value)
{
	return entry_get_u32(reader, name, value, 0, &reader->event->uid);
}

static int read_part(const struct entry_reader *reader, const char *name, json_t *value)
{
	return entry_get_u32(reader, name, value, 1, &reader->event->part);
}

static int read_of(const struct entry_reader *reader, const char *name, json_t *value)
{
	return entry_get_u32(reader, name, value, 2, &reader->event->of);
}

static int read_key(const struct entry_reader *reader, const char *name, json_t *value)
{
	size_t bytes = json_string_length(value);
	if (json_is_string(value) && (bytes == 0 || bytes > EVENT_KEY_MAX)) {
		return entry_complain(reader, "member '%s' should have 1 to %d bytes", name,
				      EVENT_KEY_MAX);
	}
	return entry_get_text(reader, name, value, &reader->event->key);
}

static int read_call(const struct entry_reader *reader, const char *name, json_t *value)
{
	if (!json_is_string(value) || sm3_parse(json_string_value(value), json_string_length(value),
						&reader->event->call) < 0) {
		return entry_complain(reader, "member '%s' should be an SM3 digest", name);
	}
	return 0;
}

static int read_list_field(const struct entry_reader *reader, enum field field, json_t *value,
			   struct field_set *set)
{
	const char *name = field_table[field].name;
	if (!json_is_array(value)) {
		return entry_complain(reader, "field '%s' should be a list of texts", name);
	}
	size_t count = json_array_size(value);
	struct text_list *list = arena_alloc(reader->arena, sizeof(*list));
	const char **texts = arena_alloc(reader->arena, (count + 1) * sizeof(*texts));
	if (list == NULL || texts == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++) {
		json_t *text = json_array_get(value, i);
		if (!json_is_string(text)) {
			return entry_complain(reader, "field '%s' should be a list of texts", name);
		}
		texts[i] = arena_strndup(reader->arena, json_string_value(text),
					 json_string_length(text));
	}
	*list = (struct text_list){ .texts = texts, .count = count };
	field_set_list(set, field, list);
	return 0;
}

static int read_name_field(const struct entry_reader *reader, enum field field, json_t *value,
			   struct field_set *set)
{
	const struct field_info *info = &field_table[field];
	int index =
		json_is_string(value) ? name_find(info->names, json_string_value(value)) : -ENOENT;
	/* "none" stands for null inside the program; a line says null. */
	if (index < 0 || strcmp(info->names[index], "none") == 0) {
		return entry_complain(reader, "field '%s' should be null or one of its names",
				      info->name);
	}
	field_set_number(set, field, index);
	return 0;
}

static int read_field(const struct entry_reader *reader, enum field field, json_t *value,
		      struct field_set *set)
{
	const char *name = field_table[field].name, *text = NULL;
	int64_t number = 0;
	int32_t date = DATE_NONE;
	int r = 0;
	if (json_is_null(value)) {
		field_set_null(set, field);
		return 0;
	}
	switch (field_table[field].type) {
	case FIELD_TYPE_TEXT:
		r = entry_get_text(reader, name, value, &text);
		field_set_text(set, field, text);
		return r;
	case FIELD_TYPE_DATE:
		r = entry_get_date(reader, name, value, &date);
		field_set_number(set, field, date);
		return r;
	case FIELD_TYPE_INT:
		/* Not the field's own limits: they may become narrower, the old lines stay. */
		r = entry_get_integer(reader, name, value, INT64_MIN, INT64_MAX, &number);
		field_set_number(set, field, number);
		return r;
	case FIELD_TYPE_BOOL:
		field_set_number(set, field, json_is_true(value));
		return json_is_boolean(value)
			       ? 0
			       : entry_complain(reader, "field '%s' should be true or false", name);
	case FIELD_TYPE_NAME:
		return read_name_field(reader, field, value, set);
	case FIELD_TYPE_LIST:
		return read_list_field(reader, field, value, set);
	}
	return -EINVAL;
}

static int read_fields(const struct entry_reader *reader, const char *member, json_t *object,
		       struct field_set *set)
{
	if (!json_is_object(object)) {
		return entry_complain(reader, "member '%s' should be an object", member);
	}
	const char *name;
	json_t *value;
	json_object_foreach(object, name, value)
	{
		enum field field = field_find(name);
		if (field == FIELD_COUNT) {
			return entry_complain(reader, "'%s' has the unknown field '%.60s'", member,
					      name);
		}
		int r = read_field(reader, field, value, set);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int read_data(const struct entry_reader *reader, const char *name, json_t *value)
{
	return read_fields(reader, name, value, &reader->event->fields);
}

static int read_was(const struct entry_reader *reader, const char *name, json_t *value)
{
	return read_fields(reader, name, value, &reader->event->was);
}

static const struct member {
	const char *name;
	bool required;
	const char *with; /* the member that it comes with, or not at all */
	int (*read)(const struct entry_reader *reader, const char *name, json_t *value);
} members[] = {
	{ "sequence", true, NULL, read_sequence },
	{ "action", true, NULL, read_action },
	{ "number", true, NULL, read_number },
	{ "version", true, NULL, read_version },
	{ "on", true, NULL, read_on },
	{ "recorded_at", true, NULL, read_recorded_at },
	{ "actor", true, NULL, read_actor },
	{ "uid", true, NULL, read_uid },
	{ "part", false, "of", read_part },
	{ "of", false, "part", read_of },
	{ "key", false, "call", read_key },
	{ "call", false, "key", read_call },
	{ "data", true, NULL, read_data },
	{ "was", false, NULL, read_was },
};

static const struct member *member_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (strcmp(members[i].name, name) == 0) {
			return &members[i];
		}
	}
	return NULL;
}

static int read_members(const struct entry_reader *reader, json_t *root)
{
	const char *name;
	json_t *value;
	json_object_foreach(root, name, value)
	{
		const struct member *member = member_find(name);
		if (member == NULL) {
			return entry_complain(reader, "unknown member '%.60s'", name);
		}
		int r = member->read(reader, member->name, value);
		if (r < 0) {
			return r;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		const struct member *member = &members[i];
		bool here = json_object_get(root, member->name) != NULL;
		if (member->required && !here) {
			return entry_complain(reader, "member '%s' is missing", member->name);
		}
		if (here && member->with != NULL && json_object_get(root, member->with) == NULL) {
			return entry_complain(reader, "member '%s' is there without '%s'",
					      member->name, member->with);
		}
	}
	if (reader->event->part > reader->event->of) {
		return entry_complain(reader, "member 'part' is more than 'of'");
	}
	return 0;
}

int entry_read(const char *json, size_t bytes, struct arena *arena, struct event *ret_event,
	       char reterr_why[static 200])
{
	int r = entry_read_plain(json, bytes, arena, ret_event);
	return r == -EAGAIN ? entry_read_any(json, bytes, arena, ret_event, reterr_why) : r;
}

int entry_read_any(const char *json, size_t bytes, struct arena *arena, struct event *ret_event,
		   char reterr_why[static 200])
{
	struct event event = { .on = DATE_NONE, .part = 1, .of = 1 };
	struct entry_reader reader = { .arena = arena, .event = &event, .why = reterr_why };
	json_error_t error;
	json_t *root = json_loadb(json, bytes, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL) {
		if (json_error_code(&error) == json_error_out_of_memory) {
			return -ENOMEM;
		}
		return entry_complain(&reader, "no JSON at byte %d: %.100s", error.position,
				      error.text);
	}
	int r = json_is_object(root) ? read_members(&reader, root)
				     : entry_complain(&reader, "an entry should be an object");
	json_decref(root);
	if (arena->failed) {
		return -ENOMEM;
	}
	if (r < 0) {
		return r;
	}
	*ret_event = event;
	return 0;
}
