/* SPDX-License-Identifier: Apache-2.0 */
#include "client/value.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/language.h"
#include "client/nearest.h"
#include "proto/base/cleanup.h"
#include "proto/base/date.h"
#include "proto/base/text.h"
#include "proto/interfaces.h"

void value_allowed(const struct idl_type *type, struct buf *out)
{
	for (size_t i = 0; i < type->member_count; i++) {
		buf_append_text(out, i == 0 ? "" : ", ");
		buf_append_text(out, type->members[i].name);
	}
}

static bool value_date_shaped(const char *text)
{
	static const char shape[] = "dddd-dd-dd";

	for (size_t i = 0; i < sizeof(shape); i++) {
		bool fits = shape[i] == 'd' ? isdigit((unsigned char)text[i]) != 0
					    : text[i] == shape[i];
		if (!fits) {
			return false;
		}
	}
	return true;
}

static int value_date(const char *called, const char *text, json_t **value, struct buf *why)
{
	int32_t date;

	if (date_parse(text, &date) == 0) {
		*value = json_string(text);
		return 0;
	}
	if (value_date_shaped(text)) {
		buf_printf(why, _("%s: there is no day %s in the calendar"), called, text);
	} else {
		buf_printf(why, _("%s takes a day as YYYY-MM-DD, such as 2026-01-31, not \"%s\""),
			   called, text);
	}
	return -EINVAL;
}

/* The daemon has another working directory. */
static int value_directory(const char *text, json_t **value)
{
	char here[4096];

	if (text[0] == '/' || getcwd(here, sizeof(here)) == NULL) {
		*value = json_string(text);
	} else {
		*value = json_sprintf("%s/%s", here, text);
	}
	return 0;
}

static int value_string(const char *called, const struct field *field, const char *text,
			json_t **value, struct buf *why)
{
	if (!text_is_utf8(text, strlen(text))) {
		buf_printf(why, _("%s is not UTF-8 text"), called);
		return -EINVAL;
	}
	switch (field->kind) {
	case FIELD_DATE:
		return value_date(called, text, value, why);
	case FIELD_DIRECTORY:
		return value_directory(text, value);
	case FIELD_CODE: {
		const char *name = word_name(field->words, text);
		*value = json_string(name != NULL ? name : text);
		return 0;
	}
	case FIELD_TEXT:
	case FIELD_APPLICATION:
	case FIELD_FILE:
		break;
	}
	*value = json_string(text);
	return 0;
}

static int value_enum(const char *called, const struct field *field, const struct idl_type *type,
		      const char *text, json_t **value, struct buf *why)
{
	struct nearest nearest = { .wanted = text };
	const char *name = word_name(field->words, text);

	for (size_t i = 0; i < type->member_count; i++) {
		const char *allowed = type->members[i].name;
		if (strcmp(allowed, name != NULL ? name : text) == 0) {
			*value = json_string(allowed);
			return 0;
		}
		nearest_offer(&nearest, allowed);
	}
	buf_printf(why, _("%s takes one of "), called);
	value_allowed(type, why);
	buf_printf(why, _(", not \"%s\""), text);
	if (nearest.found != NULL) {
		buf_printf(why, _("; did you mean %s?"), nearest.found);
	}
	return -EINVAL;
}

static int value_bool(const char *called, const char *text, json_t **value, struct buf *why)
{
	if (strcmp(text, "true") == 0 || strcmp(text, "yes") == 0) {
		*value = json_true();
	} else if (strcmp(text, "false") == 0 || strcmp(text, "no") == 0) {
		*value = json_false();
	} else {
		buf_printf(why, _("%s takes true or false, not \"%s\""), called, text);
		return -EINVAL;
	}
	return 0;
}

static int value_int(const char *called, const char *text, json_t **value, struct buf *why)
{
	int64_t number;

	if (text_to_int(text, INT64_MIN, INT64_MAX, &number) < 0) {
		buf_printf(why, _("%s takes a whole number, not \"%s\""), called, text);
		return -EINVAL;
	}
	*value = json_integer(number);
	return 0;
}

/* A file is read once the whole command line is known; until then its path stands for it. */
static int value_file(const char *called, const char *path, json_t **value, struct buf *why)
{
	if (*value != NULL) {
		buf_printf(why, _("%s is given twice"), called);
		return -EEXIST;
	}
	return value_string(called, field_of(NULL, ""), path, value, why);
}

/* Comma-separated, but for paths, which may hold a comma; empty pieces are left out, so that a
 * trailing comma does no harm. */
static int value_array(const char *called, const struct field *field, const struct idl_type *type,
		       const char *text, json_t **value, struct buf *why)
{
	if (*value == NULL) {
		*value = json_array();
	}
	if (field->kind == FIELD_FILE) {
		json_t *one = NULL;
		int r = value_file(called, text, &one, why);
		return r < 0 ? r : json_array_append_new(*value, one);
	}
	while (*text != '\0') {
		size_t bytes = strcspn(text, ",");
		if (bytes > 0) {
			auto_free char *piece = strndup(text, bytes);
			json_t *one = NULL;
			if (piece == NULL) {
				return -ENOMEM;
			}
			int r = value_add(called, field, type->element, piece, &one, why);
			if (r < 0) {
				return r;
			}
			json_array_append_new(*value, one);
		}
		text += bytes + (text[bytes] == ',' ? 1 : 0);
	}
	return 0;
}

/* A field that Amend may change: of the application or of its applicant. */
static const struct idl_type *value_changeable(const char *name, struct nearest *nearest)
{
	static const char *const types[] = { "Application", "Applicant" };
	const struct idl *idl = interfaces_find("org.ogid.Applications");

	for (size_t i = 0; idl != NULL && i < idl->entry_count; i++) {
		const struct idl_entry *entry = &idl->entries[i];
		if (entry->what != IDL_TYPE ||
		    (strcmp(entry->name, types[0]) != 0 && strcmp(entry->name, types[1]) != 0)) {
			continue;
		}
		for (size_t j = 0; j < entry->type->member_count; j++) {
			const struct idl_member *member = &entry->type->members[j];
			if (strcmp(member->name, name) == 0) {
				return member->type;
			}
			nearest_offer(nearest, member->name);
		}
	}
	return NULL;
}

static int value_change(const char *called, const char *text, json_t *object, struct buf *why)
{
	size_t bytes = strcspn(text, "=");
	auto_free char *name = strndup(text, bytes);
	json_t *one = NULL;

	if (name == NULL) {
		return -ENOMEM;
	}
	if (text[bytes] != '=' || bytes == 0) {
		buf_printf(why, _("%s takes FIELD=VALUE, such as subject=..., not \"%s\""), called,
			   text);
		return -EINVAL;
	}
	for (char *c = name; *c != '\0'; c++) {
		*c = *c == '-' ? '_' : *c;
	}
	struct nearest nearest = { .wanted = name };
	const struct idl_type *type = value_changeable(name, &nearest);
	if (type == NULL) {
		buf_printf(why, _("an application has no field \"%s\""), name);
		if (nearest.found != NULL) {
			buf_printf(why, _("; did you mean %s?"), nearest.found);
		}
		return -EINVAL;
	}
	if (text[bytes + 1] == '\0' && type->nullable) {
		one = json_null();
	} else {
		int r = value_add(name, field_of("Amend", name), type, text + bytes + 1, &one, why);
		if (r < 0) {
			return r;
		}
	}
	return json_object_set_new(object, name, one) < 0 ? -ENOMEM : 0;
}

static int value_json(const char *called, const char *text, json_t **value, struct buf *why)
{
	json_error_t error;
	json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!json_is_object(object)) {
		buf_printf(why, _("%s: \"%s\" is not a JSON object"), called, text);
		json_decref(object);
		return -EINVAL;
	}
	if (*value == NULL) {
		*value = object;
		return 0;
	}
	json_object_update(*value, object);
	json_decref(object);
	return 0;
}

static int value_object(const char *called, const struct field *field, const char *text,
			json_t **value, struct buf *why)
{
	if (field->kind == FIELD_FILE) {
		return value_file(called, text, value, why);
	}
	if (text[0] == '{') {
		return value_json(called, text, value, why);
	}
	if (*value == NULL) {
		*value = json_object();
	}
	return value_change(called, text, *value, why);
}

int value_add(const char *called, const struct field *field, const struct idl_type *type,
	      const char *text, json_t **value, struct buf *why)
{
	const struct idl_type *real = idl_resolve(type);

	if (*value != NULL && real->kind != IDL_ARRAY && real->kind != IDL_OBJECT) {
		buf_printf(why, _("%s is given twice"), called);
		return -EEXIST;
	}
	switch (real->kind) {
	case IDL_STRING:
		return value_string(called, field, text, value, why);
	case IDL_INT:
		return value_int(called, text, value, why);
	case IDL_BOOL:
		return value_bool(called, text, value, why);
	case IDL_ENUM:
		return value_enum(called, field, real, text, value, why);
	case IDL_ARRAY:
		return value_array(called, field, real, text, value, why);
	case IDL_OBJECT:
		return value_object(called, field, text, value, why);
	case IDL_FLOAT:
	case IDL_STRUCT:
	case IDL_MAP:
	case IDL_NAMED:
		break;
	}
	buf_printf(why, _("%s cannot be given on the command line"), called);
	return -EINVAL;
}
