/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/params.h"

#include <errno.h>
#include <string.h>

#include "daemon/core/event.h"
#include "proto/base/date.h"
#include "proto/base/text.h"

/* NULL when absent or null. */
static const json_t *params_get(const json_t *parameters, const char *key)
{
	const json_t *value = json_object_get(parameters, key);

	return json_is_null(value) ? NULL : value;
}

/* --- single values --- */

static int params_take_date(const char *field, const json_t *value, int32_t *ret_date,
			    struct problem *reterr_problem)
{
	const char *text = json_string_value(value);

	if (text == NULL || date_parse(text, ret_date) < 0) {
		return problem_field(reterr_problem, field,
				     "it is not a day that exists, written like 2026-01-31");
	}
	return 0;
}

int params_number(const json_t *parameters, const char *key, uint64_t *ret_number,
		  struct problem *reterr_problem)
{
	const json_t *value = params_get(parameters, key);

	*ret_number = 0;
	if (value == NULL || number_parse(json_string_value(value), ret_number) == 0) {
		return 0;
	}
	return problem_field(reterr_problem, key,
			     "it is not a year and at least four digits, written like 2026-0001");
}

int params_date(const json_t *parameters, const char *key, int32_t *ret_date,
		struct problem *reterr_problem)
{
	const json_t *value = params_get(parameters, key);

	*ret_date = DATE_NONE;
	return value == NULL ? 0 : params_take_date(key, value, ret_date, reterr_problem);
}

int params_past(const json_t *parameters, const char *key, int32_t today, int32_t *ret_date,
		struct problem *reterr_problem)
{
	char text[DATE_TEXT_BYTES];

	int r = params_date(parameters, key, ret_date, reterr_problem);
	if (r == 0 && *ret_date > today) {
		return problem_field(reterr_problem, key, "it lies in the future; today is %s",
				     date_format(today, text));
	}
	return r;
}

int params_int(const json_t *parameters, const char *key, int64_t min, int64_t max,
	       int64_t otherwise, int64_t *ret_value, struct problem *reterr_problem)
{
	const json_t *value = params_get(parameters, key);

	*ret_value = value == NULL ? otherwise : json_integer_value(value);
	if (value != NULL && (*ret_value < min || *ret_value > max)) {
		return problem_field(reterr_problem, key, "it must lie between %lld and %lld",
				     (long long)min, (long long)max);
	}
	return 0;
}

int params_text(const json_t *parameters, const char *key, struct arena *arena,
		const char **ret_text, struct problem *reterr_problem)
{
	const json_t *value = params_get(parameters, key);

	*ret_text = NULL;
	if (value == NULL) {
		return 0;
	}
	const char *problem = text_problem(json_string_value(value), false);
	if (problem != NULL) {
		return problem_field(reterr_problem, key, "%s", problem);
	}
	*ret_text = arena_strdup(arena, json_string_value(value));
	return *ret_text == NULL ? -ENOMEM : 0;
}

int params_key(const json_t *parameters, struct arena *arena, const char **ret_key,
	       struct problem *reterr_problem)
{
	const json_t *value = params_get(parameters, "key");

	*ret_key = NULL;
	if (value != NULL &&
	    (json_string_length(value) == 0 || json_string_length(value) > EVENT_KEY_MAX)) {
		return problem_field(reterr_problem, "key", "it must have 1 to %d bytes",
				     EVENT_KEY_MAX);
	}
	return params_text(parameters, "key", arena, ret_key, reterr_problem);
}

int params_why(const json_t *parameters, struct arena *arena, const char **ret_why,
	       struct problem *reterr_problem)
{
	const json_t *value = params_get(parameters, "why");

	*ret_why = NULL;
	if (value == NULL) {
		return 0;
	}
	const char *problem =
		field_problem(FIELD_WHY, (union field_value){ .text = json_string_value(value) });
	if (problem != NULL) {
		return problem_field(reterr_problem, "why", "%s", problem);
	}
	*ret_why = arena_strdup(arena, json_string_value(value));
	return *ret_why == NULL ? -ENOMEM : 0;
}

/* --- the filter --- */

static uint32_t params_bits(const json_t *parameters, const char *key, const char *const names[])
{
	const json_t *list = params_get(parameters, key);
	const json_t *value;
	uint32_t bits = 0;
	size_t i;

	json_array_foreach(list, i, value)
	{
		int index = name_find(names, json_string_value(value));
		if (index >= 0) {
			bits |= 1U << index;
		}
	}
	return bits;
}

static int params_reasons(const json_t *filter, struct arena *arena, struct text_list *ret_list)
{
	const json_t *list = params_get(filter, "reasons");
	size_t count = json_array_size(list);
	const char **texts = arena_alloc(arena, (count + 1) * sizeof(*texts));

	if (texts == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++) {
		texts[i] = arena_strdup(arena, json_string_value(json_array_get(list, i)));
	}
	*ret_list = (struct text_list){ .texts = texts, .count = count };
	return arena->failed ? -ENOMEM : 0;
}

static int params_filter_dates(const json_t *given, struct filter *filter,
			       struct problem *reterr_problem)
{
	const struct {
		const char *key;
		int32_t *date;
	} dates[] = {
		{ "received_from", &filter->received_from },
		{ "received_to", &filter->received_to },
		{ "decided_from", &filter->decided_from },
		{ "decided_to", &filter->decided_to },
		{ "due_to", &filter->due_to },
	};

	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		int r = params_date(given, dates[i].key, dates[i].date, reterr_problem);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

int params_filter(const json_t *parameters, struct arena *arena, struct filter *ret_filter,
		  struct problem *reterr_problem)
{
	const json_t *given = params_get(parameters, "filter");

	filter_init(ret_filter);
	if (given == NULL) {
		return 0;
	}
	ret_filter->states = params_bits(given, "states", state_names);
	ret_filter->waiting = params_bits(given, "waiting", waiting_names);
	ret_filter->categories = params_bits(given, "categories", category_names);
	int r = params_reasons(given, arena, &ret_filter->reasons);
	if (r == 0) {
		r = params_text(given, "handler", arena, &ret_filter->handler, reterr_problem);
	}
	if (r == 0) {
		r = params_text(given, "text", arena, &ret_filter->text, reterr_problem);
	}
	if (r == 0) {
		r = params_filter_dates(given, ret_filter, reterr_problem);
	}
	return r;
}

/* --- fields of an entry --- */

struct params_reader {
	enum action action;
	struct arena *arena;
	struct intent *intent;
	struct problem *problem;
};

static int params_take_name(const struct field_info *info, const json_t *value, int64_t *ret_number,
			    struct problem *reterr_problem)
{
	const char *text = json_string_value(value);
	int index = text != NULL ? name_find(info->names, text) : -ENOENT;

	/* "none" never crosses the wire; null says it. */
	if (index < 0 || strcmp(text, "none") == 0) {
		return problem_field(reterr_problem, info->name,
				     "it is none of the words that the interface lists");
	}
	*ret_number = index;
	return 0;
}

/* Amend's changes are any object, so that types are looked at here too. */
static int params_take_value(struct params_reader *reader, enum field field, const json_t *value,
			     union field_value *ret_value)
{
	const struct field_info *info = &field_table[field];
	int32_t date = DATE_NONE;
	int r = 0;

	switch (info->type) {
	case FIELD_TYPE_TEXT:
		if (!json_is_string(value)) {
			return problem_field(reader->problem, info->name, "it must be a text");
		}
		ret_value->text = arena_strdup(reader->arena, json_string_value(value));
		return ret_value->text == NULL ? -ENOMEM : 0;
	case FIELD_TYPE_DATE:
		r = params_take_date(info->name, value, &date, reader->problem);
		ret_value->number = date;
		return r;
	case FIELD_TYPE_INT:
		if (!json_is_integer(value)) {
			return problem_field(reader->problem, info->name,
					     "it must be a whole number");
		}
		ret_value->number = json_integer_value(value);
		return 0;
	case FIELD_TYPE_BOOL:
		if (!json_is_boolean(value)) {
			return problem_field(reader->problem, info->name,
					     "it must be true or false");
		}
		ret_value->number = json_is_true(value);
		return 0;
	case FIELD_TYPE_NAME:
		return params_take_name(info, value, &ret_value->number, reader->problem);
	case FIELD_TYPE_LIST:
		break;
	}
	return problem_field(reader->problem, info->name, "the register itself keeps it");
}

static int params_take_field(struct params_reader *reader, enum field field, const json_t *value)
{
	struct field_set *fields = &reader->intent->fields;
	union field_value taken = { 0 };

	int r = params_take_value(reader, field, value, &taken);
	if (r < 0) {
		return r;
	}
	const char *problem = field_problem(field, taken);
	if (problem != NULL) {
		return problem_field(reader->problem, field_table[field].name, "%s", problem);
	}
	if (field_table[field].type == FIELD_TYPE_TEXT) {
		field_set_text(fields, field, taken.text);
	} else {
		field_set_number(fields, field, taken.number);
	}
	return 0;
}

/* What Amend may put right; what it may take away besides (null). */
#define FIELD_BIT(field) (UINT64_C(1) << (field))

static const uint64_t params_clearable = FIELD_BIT(FIELD_ID_NUMBER) | FIELD_BIT(FIELD_CONTACT) |
					 FIELD_BIT(FIELD_ADDRESS) | FIELD_BIT(FIELD_AGENT) |
					 FIELD_BIT(FIELD_DELIVERY) | FIELD_BIT(FIELD_HANDLER) |
					 FIELD_BIT(FIELD_REASON) | FIELD_BIT(FIELD_EXTENT);
static const uint64_t params_amendable =
	FIELD_BIT(FIELD_CATEGORY) | FIELD_BIT(FIELD_NAME) | FIELD_BIT(FIELD_CHANNEL) |
	FIELD_BIT(FIELD_SUBJECT) | FIELD_BIT(FIELD_SUBMITTED_ON) | FIELD_BIT(FIELD_RECEIVED_ON) |
	FIELD_BIT(FIELD_DECIDED_ON) | FIELD_BIT(FIELD_ID_NUMBER) | FIELD_BIT(FIELD_CONTACT) |
	FIELD_BIT(FIELD_ADDRESS) | FIELD_BIT(FIELD_AGENT) | FIELD_BIT(FIELD_DELIVERY) |
	FIELD_BIT(FIELD_HANDLER) | FIELD_BIT(FIELD_REASON) | FIELD_BIT(FIELD_EXTENT);

static int params_take_changes(struct params_reader *reader, json_t *changes, bool applicant)
{
	const char *key;
	json_t *value;

	if (!json_is_object(changes)) {
		return problem_field(reader->problem, "changes",
				     "it must be an object of fields and their new values");
	}
	json_object_foreach(changes, key, value)
	{
		enum field field = field_find(key);
		int r = 0;

		if (!applicant && strcmp(key, "applicant") == 0) {
			r = params_take_changes(reader, value, true);
		} else if (field == FIELD_COUNT || (params_amendable >> field & 1) == 0) {
			r = problem_field(reader->problem, key,
					  "it is no field that can be amended");
		} else if (!json_is_null(value)) {
			r = params_take_field(reader, field, value);
		} else if ((params_clearable >> field & 1) == 0) {
			r = problem_field(reader->problem, key,
					  "it cannot be taken away, only replaced");
		} else {
			field_set_null(&reader->intent->fields, field);
		}
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static enum field params_field_of(enum action action, const char *key)
{
	if (action == ACTION_CONSULT && strcmp(key, "name") == 0) {
		return FIELD_WHOM_NAME;
	}
	return field_find(key);
}

static int params_take_fields(struct params_reader *reader, json_t *parameters)
{
	static const char *const others[] = { "number", "on", "key", "version", NULL };
	const char *key;
	json_t *value;

	json_object_foreach(parameters, key, value)
	{
		enum field field = params_field_of(reader->action, key);
		int r = 0;

		if (json_is_null(value) || name_find(others, key) >= 0) {
			continue;
		}
		if (strcmp(key, "applicant") == 0) {
			r = params_take_fields(reader, value);
		} else if (strcmp(key, "changes") == 0) {
			r = params_take_changes(reader, value, false);
		} else if (field == FIELD_COUNT) {
			r = problem_field(reader->problem, key, "the register knows no such field");
		} else {
			r = params_take_field(reader, field, value);
		}
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

int params_intent(const json_t *parameters, enum action action, struct arena *arena,
		  struct intent *ret_intent, struct problem *reterr_problem)
{
	struct intent intent = { .action = action };
	struct params_reader reader = {
		.action = action,
		.arena = arena,
		.intent = &intent,
		.problem = reterr_problem,
	};
	int64_t version = 0;

	int r = params_number(parameters, "number", &intent.number, reterr_problem);
	if (r == 0) {
		r = params_date(parameters, "on", &intent.on, reterr_problem);
	}
	if (r == 0) {
		r = params_int(parameters, "version", 1, UINT32_MAX, 0, &version, reterr_problem);
	}
	if (r == 0) {
		/* json_object_foreach wants it so; nothing is changed. */
		r = params_take_fields(&reader, (json_t *)(uintptr_t)parameters);
	}
	if (r < 0) {
		return r;
	}
	intent.version = (uint32_t)version;
	*ret_intent = intent;
	return 0;
}
