/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/view.h"

#include "proto/base/date.h"

/* --- small things --- */

struct view view_make(struct registry *registry)
{
	return (struct view){
		.catalogue = registry_catalogue(registry),
		.today = registry_today(registry),
	};
}

void view_set(json_t **object, const char *key, json_t *value)
{
	if (*object == NULL) {
		json_decref(value);
	} else if (json_object_set_new(*object, key, value) < 0) {
		json_decref(*object);
		*object = NULL;
	}
}

void view_append(json_t **array, json_t *value)
{
	if (*array == NULL) {
		json_decref(value);
	} else if (json_array_append_new(*array, value) < 0) {
		json_decref(*array);
		*array = NULL;
	}
}

json_t *view_wrap(const char *key, json_t *value)
{
	json_t *object = json_object();

	view_set(&object, key, value);
	return object;
}

json_t *view_text(const char *text)
{
	return text != NULL ? json_string(text) : json_null();
}

json_t *view_number(uint64_t number)
{
	char text[NUMBER_TEXT_BYTES];

	return json_string(number_format(number, text));
}

json_t *view_date(int32_t date)
{
	char text[DATE_TEXT_BYTES];

	return date != DATE_NONE ? json_string(date_format(date, text)) : json_null();
}

json_t *view_digest(const struct sm3 *digest)
{
	char text[SM3_TEXT_BYTES];

	return json_string(sm3_format(digest, text));
}

static json_t *view_list(const struct text_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->count; i++) {
		view_append(&array, json_string(list->texts[i]));
	}
	return array;
}

static json_t *view_count(uint64_t count)
{
	return json_integer((json_int_t)count);
}

/* --- entries --- */

/* Puts the text where the application has its like, and has that masked. What has none there is
 * masked as a person's name. */
static const char *view_mask(enum field field, enum category category, const char *text,
			     struct masked *room)
{
	struct application bearer = { .category = category, .name = "" };
	const char **place;

	switch (field) {
	case FIELD_NAME:
		place = &bearer.name;
		break;
	case FIELD_ID_NUMBER:
		place = &bearer.id_number;
		break;
	case FIELD_CONTACT:
		place = &bearer.contact;
		break;
	case FIELD_ADDRESS:
		place = &bearer.address;
		break;
	default:
		bearer.category = CATEGORY_NATURAL_PERSON;
		place = &bearer.name;
		break;
	}
	*place = text;
	application_mask(&bearer, room);
	return *place;
}

static json_t *view_field(const struct view *view, const struct field_set *set, enum field field,
			  enum category category)
{
	const struct field_info *info = &field_table[field];
	union field_value value = set->values[field];
	struct masked room;

	if (!field_given(set, field)) {
		return json_null();
	}
	switch (info->type) {
	case FIELD_TYPE_TEXT:
		if (info->personal && !view->reveal) {
			return json_string(view_mask(field, category, value.text, &room));
		}
		return json_string(value.text);
	case FIELD_TYPE_DATE:
		return view_date((int32_t)value.number);
	case FIELD_TYPE_INT:
		return json_integer(value.number);
	case FIELD_TYPE_BOOL:
		return json_boolean(value.number != 0);
	case FIELD_TYPE_NAME:
		return json_string(info->names[value.number]);
	case FIELD_TYPE_LIST:
		return view_list(value.list);
	}
	return NULL;
}

static json_t *view_fields(const struct view *view, const struct field_set *set,
			   enum category category)
{
	json_t *object = json_object();

	for (enum field field = 0; field < FIELD_COUNT; field++) {
		if (field_has(set, field)) {
			view_set(&object, field_table[field].name,
				 view_field(view, set, field, category));
		}
	}
	return object;
}

json_t *view_event(const struct view *view, const struct event *event, enum category category)
{
	char recorded[MOMENT_TEXT_BYTES];
	json_t *object = json_object();
	bool made = event->version != 0;

	category = (enum category)field_number(&event->fields, FIELD_CATEGORY, category);
	json_t *data = view_fields(view, &event->fields, category);
	if (event->was.present != 0) {
		category = (enum category)field_number(&event->was, FIELD_CATEGORY, category);
		view_set(&data, "was", view_fields(view, &event->was, category));
	}
	view_set(&object, "sequence", view_count(event->sequence));
	view_set(&object, "number", event->number != 0 ? view_number(event->number) : json_null());
	view_set(&object, "version", made ? json_integer(event->version) : json_null());
	view_set(&object, "kind", json_string(action_names[event->action]));
	view_set(&object, "on", view_date(event->on));
	view_set(&object, "recorded_at",
		 json_string(moment_format(event->recorded_usec, recorded)));
	view_set(&object, "actor", view_text(event->actor));
	view_set(&object, "data", data);
	view_set(&object, "digest", view_digest(&event->digest));
	return object;
}

/* --- deadlines and counts --- */

json_t *view_counts(const struct count_step *steps, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *object = json_object();

		view_set(&object, "on", view_date(steps[i].on));
		view_set(&object, "effect", json_string(steps[i].effect));
		view_set(&object, "because", view_text(steps[i].because));
		view_set(&object, "left", json_integer(steps[i].left));
		view_append(&array, object);
	}
	return array;
}

/* Names without a count are told too, so that a reader finds every light; `skip` leaves out the
 * first. */
static json_t *view_names(const char *const names[], const uint64_t *counts, size_t count,
			  size_t skip)
{
	json_t *object = json_object();

	for (size_t i = skip; i < count; i++) {
		view_set(&object, names[i], view_count(counts[i]));
	}
	return object;
}

json_t *view_summary(const struct summary *summary)
{
	json_t *object = json_object(), *handlers = json_object();

	for (size_t i = 0; i < summary->handler_count; i++) {
		view_set(&handlers, summary->handlers[i].handler,
			 view_count(summary->handlers[i].count));
	}
	view_set(&object, "as_of", view_date(summary->as_of));
	view_set(&object, "open", view_count(summary->open));
	view_set(&object, "overdue", view_count(summary->overdue));
	view_set(&object, "by_light", view_names(light_names, summary->by_light, LIGHT_COUNT, 0));
	view_set(&object, "by_state", view_names(state_names, summary->by_state, STATE_COUNT, 0));
	view_set(&object, "by_waiting",
		 view_names(waiting_names, summary->by_waiting, WAITING_COUNT, 1));
	view_set(&object, "by_handler", handlers);
	return object;
}
