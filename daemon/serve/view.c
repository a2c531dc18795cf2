/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/view.h"

#include "proto/base/date.h"

#define VIEW_YEARS_MAX                                                                             \
	100 /* for which one application may be carried over; the law allows weeks                 \
	     */

/* --- small things --- */

struct view view_make(struct registry *registry, struct arena *arena)
{
	return (struct view){
		.catalogue = registry_catalogue(registry),
		.arena = arena,
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

/* --- applications --- */

static json_t *view_applicant(const struct application *application)
{
	json_t *object = json_object();

	view_set(&object, "category", json_string(category_names[application->category]));
	view_set(&object, "name", view_text(application->name));
	view_set(&object, "id_number", view_text(application->id_number));
	view_set(&object, "contact", view_text(application->contact));
	view_set(&object, "address", view_text(application->address));
	view_set(&object, "agent", view_text(application->agent));
	return object;
}

static json_t *view_years(const struct application *application)
{
	int years[VIEW_YEARS_MAX];
	size_t count = application_carried_from(application, years, VIEW_YEARS_MAX);
	json_t *array = json_array();

	for (size_t i = 0; i < count && i < VIEW_YEARS_MAX; i++) {
		view_append(&array, json_integer(years[i]));
	}
	return array;
}

static void view_set_standing(json_t **object, const struct application *application)
{
	bool waits = application->waiting != WAITING_NONE;
	bool answered = application->extent != EXTENT_NONE;

	view_set(object, "number", view_number(application->number));
	view_set(object, "version", json_integer(application->version));
	view_set(object, "state", json_string(state_names[application->state]));
	view_set(object, "waiting", view_text(waits ? waiting_names[application->waiting] : NULL));
	view_set(object, "waiting_until", view_date(application->waiting_until));
	view_set(object, "extent", view_text(answered ? extent_names[application->extent] : NULL));
	view_set(object, "reason", view_text(application->reason));
}

json_t *view_application(const struct view *view, const struct application *application)
{
	struct deadline deadline = deadline_of(application, view->catalogue, view->today);
	struct application shown = *application;
	json_t *object = json_object();

	if (!view->reveal) {
		application_mask(&shown, view->arena);
		if (view->arena->failed) {
			json_decref(object);
			return NULL;
		}
	}
	view_set_standing(&object, &shown);
	view_set(&object, "applicant", view_applicant(&shown));
	view_set(&object, "channel", json_string(channel_names[shown.channel]));
	view_set(&object, "subject", view_text(shown.subject));
	view_set(&object, "delivery", view_text(shown.delivery));
	view_set(&object, "handler", view_text(shown.handler));
	view_set(&object, "submitted_on", view_date(shown.submitted_on));
	view_set(&object, "received_on", view_date(shown.received_on));
	view_set(&object, "due_on", view_date(deadline.due_on));
	view_set(&object, "due_provisional",
		 deadline.due_on != DATE_NONE ? json_boolean(deadline.provisional) : json_null());
	view_set(&object, "decided_on", view_date(shown.decided_on));
	view_set(&object, "carried_from", view_years(&shown));
	view_set(&object, "warnings", view_list(&shown.warnings));
	view_set(&object, "sequence", view_count(shown.sequence));
	view_set(&object, "digest", view_digest(&shown.digest));
	return object;
}

/* --- entries --- */

/* Puts the text where the application has its like, and has that masked. What has none there is
 * masked as a person's name. */
static const char *view_mask(const struct view *view, enum field field, enum category category,
			     const char *text)
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
	application_mask(&bearer, view->arena);
	return view->arena->failed ? NULL : *place;
}

static json_t *view_field(const struct view *view, const struct field_set *set, enum field field,
			  enum category category)
{
	const struct field_info *info = &field_table[field];
	union field_value value = set->values[field];

	if (!field_given(set, field)) {
		return json_null();
	}
	switch (info->type) {
	case FIELD_TYPE_TEXT:
		if (info->personal && !view->reveal) {
			/* No mask is no memory; json_string(NULL) says so. */
			return json_string(view_mask(view, field, category, value.text));
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

/* --- deadlines and backlog --- */

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

json_t *view_backlog_item(const struct view *view, const struct backlog_item *item)
{
	const struct pressing *pressing = &item->pressing;
	json_t *object = json_object(), *owed = json_array();
	bool runs = pressing->light != LIGHT_GREY;

	view_set(&object, "application", view_application(view, &item->application));
	view_set(&object, "light", json_string(light_names[pressing->light]));
	view_set(&object, "working_days_left",
		 runs ? json_integer(pressing->working_days_left) : json_null());
	view_set(&object, "open_days", json_integer(pressing->open_days));
	for (size_t i = 0; i < pressing->owed_count; i++) {
		json_t *one = json_object();

		view_set(&one, "what", json_string(pressing->owed[i].what));
		view_set(&one, "by", view_date(pressing->owed[i].by));
		view_set(&one, "lapsed", json_boolean(pressing->owed[i].lapsed));
		view_append(&owed, one);
	}
	view_set(&object, "owed", owed);
	return object;
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
