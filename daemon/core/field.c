/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/field.h"

#include <string.h>

#include "daemon/core/names.h"
#include "proto/base/date.h"
#include "proto/base/text.h"

/* name, type, names, max, multiline, personal */
const struct field_info field_table[FIELD_COUNT] = {
	[FIELD_CATEGORY] = { "category", FIELD_TYPE_NAME, category_names, 0, false, false },
	[FIELD_NAME] = { "name", FIELD_TYPE_TEXT, NULL, 200, false, true },
	[FIELD_ID_NUMBER] = { "id_number", FIELD_TYPE_TEXT, NULL, 64, false, true },
	[FIELD_CONTACT] = { "contact", FIELD_TYPE_TEXT, NULL, 200, false, true },
	[FIELD_ADDRESS] = { "address", FIELD_TYPE_TEXT, NULL, 300, false, true },
	[FIELD_AGENT] = { "agent", FIELD_TYPE_TEXT, NULL, 200, false, true },
	[FIELD_CHANNEL] = { "channel", FIELD_TYPE_NAME, channel_names, 0, false, false },
	[FIELD_SUBJECT] = { "subject", FIELD_TYPE_TEXT, NULL, 10000, true, false },
	[FIELD_DELIVERY] = { "delivery", FIELD_TYPE_TEXT, NULL, 200, false, false },
	[FIELD_HANDLER] = { "handler", FIELD_TYPE_TEXT, NULL, 100, false, false },
	[FIELD_SUBMITTED_ON] = { "submitted_on", FIELD_TYPE_DATE, NULL, 0, false, false },
	[FIELD_RECEIVED_ON] = { "received_on", FIELD_TYPE_DATE, NULL, 0, false, false },
	[FIELD_DECIDED_ON] = { "decided_on", FIELD_TYPE_DATE, NULL, 0, false, false },
	[FIELD_STATE] = { "state", FIELD_TYPE_NAME, state_names, 0, false, false },
	[FIELD_WAITING] = { "waiting", FIELD_TYPE_NAME, waiting_names, 0, false, false },
	[FIELD_WAITING_UNTIL] = { "waiting_until", FIELD_TYPE_DATE, NULL, 0, false, false },
	[FIELD_EXTENT] = { "extent", FIELD_TYPE_NAME, extent_names, 0, false, false },
	[FIELD_REASON] = { "reason", FIELD_TYPE_TEXT, NULL, 64, false, false },
	[FIELD_REPLY_BY] = { "reply_by", FIELD_TYPE_DATE, NULL, 0, false, false },
	[FIELD_ITEMS] = { "items", FIELD_TYPE_TEXT, NULL, 10000, true, false },
	[FIELD_REASONABLE] = { "reasonable", FIELD_TYPE_BOOL, NULL, 0, false, false },
	[FIELD_ANSWER_BY] = { "answer_by", FIELD_TYPE_DATE, NULL, 0, false, false },
	[FIELD_WHOM] = { "whom", FIELD_TYPE_NAME, waiting_names, 0, false, false },
	[FIELD_WHOM_NAME] = { "whom_name", FIELD_TYPE_TEXT, NULL, 200, false, true },
	[FIELD_ANSWER] = { "answer", FIELD_TYPE_NAME, answer_names, 0, false, false },
	[FIELD_WORKING_DAYS] = { "working_days", FIELD_TYPE_INT, NULL, 1000, false, false },
	[FIELD_APPROVED_BY] = { "approved_by", FIELD_TYPE_TEXT, NULL, 100, false, false },
	[FIELD_BASIS] = { "basis", FIELD_TYPE_NAME, basis_names, 0, false, false },
	[FIELD_QUANTITY] = { "quantity", FIELD_TYPE_INT, NULL, 100000, false, false },
	[FIELD_ITEMS_BEFORE] = { "items_before", FIELD_TYPE_INT, NULL, INT32_MAX, false, false },
	[FIELD_AMOUNT_YUAN] = { "amount_yuan", FIELD_TYPE_INT, NULL, INT32_MAX, false, false },
	[FIELD_EARLIER] = { "earlier", FIELD_TYPE_TEXT, NULL, 17, false, false },
	[FIELD_NOTE] = { "note", FIELD_TYPE_TEXT, NULL, 10000, true, false },
	[FIELD_TEXT] = { "text", FIELD_TYPE_TEXT, NULL, 10000, true, false },
	[FIELD_WHY] = { "why", FIELD_TYPE_TEXT, NULL, 2000, true, false },
	[FIELD_YEAR] = { "year", FIELD_TYPE_INT, NULL, 9999, false, false },
	[FIELD_WARNINGS] = { "warnings", FIELD_TYPE_LIST, NULL, 64, false, false },
	[FIELD_FIGURE] = { "figure", FIELD_TYPE_TEXT, NULL, 60, false, false },
	[FIELD_VALUE] = { "value", FIELD_TYPE_TEXT, NULL, 30, false, false },
	[FIELD_CASE] = { "case", FIELD_TYPE_TEXT, NULL, 20, false, false },
	[FIELD_KIND] = { "kind", FIELD_TYPE_NAME, case_kind_names, 0, false, false },
	[FIELD_PROCEDURE] = { "procedure", FIELD_TYPE_NAME, case_procedure_names, 0, false, false },
	[FIELD_TITLE] = { "title", FIELD_TYPE_TEXT, NULL, 300, false, false },
	[FIELD_RESULT] = { "result", FIELD_TYPE_NAME, case_result_names, 0, false, false },
	[FIELD_ORGAN] = { "organ", FIELD_TYPE_TEXT, NULL, 200, false, false },
	[FIELD_FORM] = { "form", FIELD_TYPE_TEXT, NULL, 40, false, false },
	[FIELD_REVISION] = { "revision", FIELD_TYPE_INT, NULL, INT32_MAX, false, false },
	[FIELD_FIRST_SEQUENCE] = { "first_sequence", FIELD_TYPE_INT, NULL, INT32_MAX, false,
				   false },
	[FIELD_LAST_SEQUENCE] = { "last_sequence", FIELD_TYPE_INT, NULL, INT32_MAX, false, false },
	[FIELD_APPLICATIONS] = { "applications", FIELD_TYPE_INT, NULL, INT32_MAX, false, false },
	[FIELD_HEAD] = { "head", FIELD_TYPE_TEXT, NULL, 64, false, false },
	[FIELD_TABLES] = { "tables", FIELD_TYPE_TEXT, NULL, 64, false, false },
	[FIELD_PREVIOUS] = { "previous", FIELD_TYPE_TEXT, NULL, 64, false, false },
	[FIELD_ROWS] = { "rows", FIELD_TYPE_LIST, NULL, 1000, false, false },
	[FIELD_CHANGED] = { "changed", FIELD_TYPE_LIST, NULL, 10000, false, false },
	[FIELD_SIGNATURE] = { "signature", FIELD_TYPE_TEXT, NULL, 200, false, false },
	[FIELD_PUBLIC_KEY] = { "public_key", FIELD_TYPE_TEXT, NULL, 400, false, false },
};

void field_set_null(struct field_set *set, enum field field)
{
	set->present |= 1ULL << field;
	set->null |= 1ULL << field;
	memset(&set->values[field], 0, sizeof(set->values[field]));
}

static void value_set(struct field_set *set, enum field field, union field_value value)
{
	set->present |= 1ULL << field;
	set->null &= ~(1ULL << field);
	set->values[field] = value;
}

void field_set_text(struct field_set *set, enum field field, const char *text)
{
	if (text == NULL) {
		field_set_null(set, field);
	} else {
		value_set(set, field, (union field_value){ .text = text });
	}
}

void field_set_number(struct field_set *set, enum field field, int64_t number)
{
	bool none = field_table[field].type == FIELD_TYPE_DATE ? number == DATE_NONE
		    : field == FIELD_WAITING || field == FIELD_WHOM
			    ? number == WAITING_NONE
			    : field == FIELD_EXTENT && number == EXTENT_NONE;

	if (none) {
		field_set_null(set, field);
	} else {
		value_set(set, field, (union field_value){ .number = number });
	}
}

void field_set_list(struct field_set *set, enum field field, const struct text_list *list)
{
	value_set(set, field, (union field_value){ .list = list });
}

const char *field_text(const struct field_set *set, enum field field)
{
	return field_given(set, field) ? set->values[field].text : NULL;
}

int64_t field_number(const struct field_set *set, enum field field, int64_t otherwise)
{
	return field_given(set, field) ? set->values[field].number : otherwise;
}

enum field field_find(const char *name)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		if (strcmp(field_table[i].name, name) == 0) {
			return (enum field)i;
		}
	}
	return FIELD_COUNT;
}

static const char *text_value_problem(const struct field_info *info, const char *text)
{
	if (!text_is_utf8(text, strlen(text))) {
		return "it is not UTF-8";
	}
	if (text[strspn(text, " \t\n\xe3\x80\x80")] == '\0') {
		return "it is empty; leave it out or fill it in";
	}
	if (text_length(text) > (size_t)info->max) {
		return "it is too long";
	}
	return text_problem(text, info->multiline);
}

const char *field_problem(enum field field, union field_value value)
{
	const struct field_info *info = &field_table[field];

	switch (info->type) {
	case FIELD_TYPE_TEXT:
		return text_value_problem(info, value.text);
	case FIELD_TYPE_INT:
		return value.number < 0           ? "it is negative"
		       : value.number > info->max ? "it is too large"
						  : NULL;
	case FIELD_TYPE_LIST:
		return value.list->count > (size_t)info->max ? "it has too many entries" : NULL;
	case FIELD_TYPE_DATE:
	case FIELD_TYPE_BOOL:
	case FIELD_TYPE_NAME:
		return NULL; /* the reader of the text has checked it */
	}
	return "it is of no known type";
}

static const struct text_list *list_copy(const struct text_list *from, struct arena *arena)
{
	struct text_list *list = arena_alloc(arena, sizeof(*list));
	const char **texts = arena_alloc(arena, sizeof(*texts) * (from->count + 1));

	if (list == NULL || texts == NULL) {
		return NULL;
	}
	for (size_t i = 0; i < from->count; i++) {
		texts[i] = arena_strdup(arena, from->texts[i]);
	}
	list->texts = texts;
	list->count = from->count;
	return list;
}

void field_set_copy(struct field_set *to, const struct field_set *from, struct arena *arena)
{
	*to = *from;
	for (int i = 0; i < FIELD_COUNT; i++) {
		if (!field_given(from, (enum field)i)) {
			continue;
		}
		if (field_table[i].type == FIELD_TYPE_TEXT) {
			to->values[i].text = arena_strdup(arena, from->values[i].text);
		} else if (field_table[i].type == FIELD_TYPE_LIST) {
			to->values[i].list = list_copy(from->values[i].list, arena);
		}
	}
}
