/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "proto/idl.h"

#define FIELD_BYTES 128
#define WHY_BYTES   200

/* One step down from the value that is checked. The steps lie on the stack and become text only
 * when something does not fit: checking allocates nothing. */
struct step {
	const struct step *up;
	const char *name; /* field or key; NULL for an element of an array */
	size_t index;
	bool is_key;
};

/* Where the answer goes. */
struct check {
	char *field;
	char *why;
};

static int check_value(const struct check *check, const struct idl_type *type, json_t *value,
		       const struct step *step);

/* --- what is wrong, and where --- */

/* Appends what fits, never half a character: field names and keys may be any UTF-8. False when it
 * had to cut. */
static bool check_append(char *text, size_t bytes, const char *more)
{
	size_t used = strlen(text);
	size_t wanted = strlen(more);
	size_t count = wanted;

	if (used + count >= bytes) {
		count = bytes - 1 - used;
		while (count > 0 && ((unsigned char)more[count] & 0xC0) == 0x80) {
			count--;
		}
	}
	memcpy(text + used, more, count);
	text[used + count] = '\0';
	return count == wanted;
}

/* False when the path was cut: then nothing may follow. */
static bool check_path(const struct step *step, char field[static FIELD_BYTES])
{
	char index[32];

	if (step == NULL) {
		return true;
	}
	if (!check_path(step->up, field)) {
		return false;
	}
	if (step->name == NULL) {
		snprintf(index, sizeof(index), "[%zu]", step->index);
		return check_append(field, FIELD_BYTES, index);
	}
	if (step->is_key) {
		return check_append(field, FIELD_BYTES, "[\"") &&
		       check_append(field, FIELD_BYTES, step->name) &&
		       check_append(field, FIELD_BYTES, "\"]");
	}
	return check_append(field, FIELD_BYTES, field[0] != '\0' ? "." : "") &&
	       check_append(field, FIELD_BYTES, step->name);
}

static int check_fail(const struct check *check, const struct step *step, const char *why)
{
	check->field[0] = '\0';
	check_path(step, check->field);
	snprintf(check->why, WHY_BYTES, "%s", why);
	return -EINVAL;
}

static const char *check_found(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
		return "an integer";
	case JSON_REAL:
		return "a number with a fraction";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	case JSON_NULL:
		break;
	}
	return "null";
}

static const char *check_wanted(enum idl_kind kind)
{
	static const char *const wanted[] = {
		[IDL_BOOL] = "True or false is", [IDL_INT] = "An integer is",
		[IDL_FLOAT] = "A number is",     [IDL_STRING] = "A string is",
		[IDL_OBJECT] = "An object is",   [IDL_ENUM] = "A string is",
		[IDL_STRUCT] = "An object is",   [IDL_ARRAY] = "An array is",
		[IDL_MAP] = "An object is",      [IDL_NAMED] = "A value is",
	};

	return wanted[kind];
}

/* value NULL or null: something is missing. */
static int check_fail_kind(const struct check *check, enum idl_kind kind, const json_t *value,
			   const struct step *step)
{
	char why[WHY_BYTES];

	if (value == NULL || json_is_null(value)) {
		snprintf(why, sizeof(why), "%s required here.", check_wanted(kind));
	} else {
		snprintf(why, sizeof(why), "%s required here, not %s.", check_wanted(kind),
			 check_found(value));
	}
	return check_fail(check, step, why);
}

static int check_fail_enum(const struct check *check, const struct idl_type *type,
			   const struct step *step)
{
	const char *end = " is required here.";
	const char *cut = ", ...";
	size_t room = WHY_BYTES - strlen(end);
	char why[WHY_BYTES] = "One of ";

	for (size_t i = 0; i < type->member_count; i++) {
		const char *name = type->members[i].name;
		if (strlen(why) + strlen(name) + 2 + strlen(cut) >= room) {
			check_append(why, room, cut);
			break;
		}
		check_append(why, room, i > 0 ? ", " : "");
		check_append(why, room, name);
	}
	check_append(why, sizeof(why), end);
	return check_fail(check, step, why);
}

/* --- checking --- */

static int check_enum(const struct check *check, const struct idl_type *type, const json_t *value,
		      const struct step *step)
{
	const char *text = json_string_value(value);

	for (size_t i = 0; text != NULL && i < type->member_count; i++) {
		if (strcmp(type->members[i].name, text) == 0) {
			return 0;
		}
	}
	return text != NULL ? check_fail_enum(check, type, step)
			    : check_fail_kind(check, IDL_ENUM, value, step);
}

static int check_surplus(const struct check *check, const struct idl_type *type, json_t *value,
			 const struct step *up)
{
	const char *key;
	json_t *member;

	json_object_foreach(value, key, member)
	{
		size_t i = 0;
		while (i < type->member_count && strcmp(type->members[i].name, key) != 0) {
			i++;
		}
		if (i == type->member_count) {
			struct step step = { .up = up, .name = key };
			return check_fail(check, &step, "There is no such field.");
		}
	}
	return 0;
}

static int check_struct(const struct check *check, const struct idl_type *type, json_t *value,
			const struct step *up)
{
	size_t known = 0;

	for (size_t i = 0; i < type->member_count; i++) {
		const struct idl_member *member = &type->members[i];
		struct step step = { .up = up, .name = member->name };
		json_t *field = json_object_get(value, member->name);

		known += field != NULL;
		int r = check_value(check, member->type, field, &step);
		if (r < 0) {
			return r;
		}
	}
	/* Counting is enough to know; only then is it worth looking for the name. */
	return known == json_object_size(value) ? 0 : check_surplus(check, type, value, up);
}

static int check_array(const struct check *check, const struct idl_type *type, json_t *value,
		       const struct step *up)
{
	size_t index;
	json_t *element;

	json_array_foreach(value, index, element)
	{
		struct step step = { .up = up, .index = index };
		int r = check_value(check, type->element, element, &step);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int check_map(const struct check *check, const struct idl_type *type, json_t *value,
		     const struct step *up)
{
	const char *key;
	json_t *element;

	json_object_foreach(value, key, element)
	{
		struct step step = { .up = up, .name = key, .is_key = true };
		int r = check_value(check, type->element, element, &step);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static bool check_kind(enum idl_kind kind, const json_t *value)
{
	switch (kind) {
	case IDL_BOOL:
		return json_is_boolean(value);
	case IDL_INT:
		return json_is_integer(value);
	case IDL_FLOAT:
		return json_is_number(value); /* JSON writes 1.0 as 1 as well */
	case IDL_STRING:
	case IDL_ENUM:
		return json_is_string(value);
	case IDL_ARRAY:
		return json_is_array(value);
	case IDL_OBJECT:
	case IDL_STRUCT:
	case IDL_MAP:
		return json_is_object(value);
	case IDL_NAMED:
		break;
	}
	return false;
}

static int check_value(const struct check *check, const struct idl_type *type, json_t *value,
		       const struct step *step)
{
	if (value == NULL || json_is_null(value)) {
		return type->nullable ? 0
				      : check_fail_kind(check, idl_resolve(type)->kind, NULL, step);
	}
	type = idl_resolve(type);
	if (!check_kind(type->kind, value)) {
		return check_fail_kind(check, type->kind, value, step);
	}
	switch (type->kind) {
	case IDL_ENUM:
		return check_enum(check, type, value, step);
	case IDL_STRUCT:
		return check_struct(check, type, value, step);
	case IDL_ARRAY:
		return check_array(check, type, value, step);
	case IDL_MAP:
		return check_map(check, type, value, step);
	default:
		return 0;
	}
}

int idl_check(const struct idl_type *type, json_t *value, char reterr_field[static FIELD_BYTES],
	      char reterr_why[static WHY_BYTES])
{
	struct check check = { .field = reterr_field, .why = reterr_why };

	return check_value(&check, type, value, NULL);
}
