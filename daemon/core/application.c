/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/application.h"

#include <errno.h>
#include <string.h>

#include "proto/base/date.h"

#define ROW_DISCLOSED           "disclosed"
#define ROW_PARTIALLY_DISCLOSED "partially_disclosed"

bool application_is_open(const struct application *application)
{
	return application->state != STATE_DISCLOSED && application->state != STATE_REFUSED;
}

static const char **text_of(struct application *a, enum field field)
{
	switch (field) {
	case FIELD_NAME:
		return &a->name;
	case FIELD_ID_NUMBER:
		return &a->id_number;
	case FIELD_CONTACT:
		return &a->contact;
	case FIELD_ADDRESS:
		return &a->address;
	case FIELD_AGENT:
		return &a->agent;
	case FIELD_SUBJECT:
		return &a->subject;
	case FIELD_DELIVERY:
		return &a->delivery;
	case FIELD_HANDLER:
		return &a->handler;
	case FIELD_REASON:
		return &a->reason;
	default:
		return NULL;
	}
}

static int64_t number_get(const struct application *a, enum field field)
{
	switch (field) {
	case FIELD_CATEGORY:
		return (int64_t)a->category;
	case FIELD_CHANNEL:
		return (int64_t)a->channel;
	case FIELD_STATE:
		return (int64_t)a->state;
	case FIELD_WAITING:
		return (int64_t)a->waiting;
	case FIELD_EXTENT:
		return (int64_t)a->extent;
	case FIELD_SUBMITTED_ON:
		return a->submitted_on;
	case FIELD_RECEIVED_ON:
		return a->received_on;
	case FIELD_DECIDED_ON:
		return a->decided_on;
	case FIELD_WAITING_UNTIL:
		return a->waiting_until;
	default:
		return 0;
	}
}

static void number_put(struct application *a, enum field field, bool null, int64_t number)
{
	int32_t date = null ? DATE_NONE : (int32_t)number;

	switch (field) {
	case FIELD_CATEGORY:
		a->category = (enum category)number;
		break;
	case FIELD_CHANNEL:
		a->channel = (enum channel)number;
		break;
	case FIELD_STATE:
		a->state = (enum state)number;
		break;
	case FIELD_WAITING:
		a->waiting = null ? WAITING_NONE : (enum waiting)number;
		break;
	case FIELD_EXTENT:
		a->extent = null ? EXTENT_NONE : (enum extent)number;
		break;
	case FIELD_SUBMITTED_ON:
		a->submitted_on = date;
		break;
	case FIELD_RECEIVED_ON:
		a->received_on = date;
		break;
	case FIELD_DECIDED_ON:
		a->decided_on = date;
		break;
	case FIELD_WAITING_UNTIL:
		a->waiting_until = date;
		break;
	default:
		break;
	}
}

void application_fields(const struct application *application, uint64_t bits, struct field_set *set)
{
	for (int i = 0; i <= FIELD_REASON; i++) {
		enum field field = (enum field)i;

		if ((bits >> i & 1) == 0) {
			continue;
		}
		if (field_table[i].type == FIELD_TYPE_TEXT) {
			/* the struct is not changed through the pointer */
			field_set_text(set, field,
				       *text_of((struct application *)application, field));
		} else {
			field_set_number(set, field, number_get(application, field));
		}
	}
}

static void fields_apply(struct application *a, const struct field_set *fields, struct arena *arena)
{
	for (int i = 0; i <= FIELD_REASON; i++) {
		enum field field = (enum field)i;

		if (!field_has(fields, field)) {
			continue;
		}
		if (field_table[i].type == FIELD_TYPE_TEXT) {
			*text_of(a, field) = arena_strdup(arena, field_text(fields, field));
		} else {
			number_put(a, field, !field_given(fields, field),
				   field_number(fields, field, 0));
		}
	}
}

static int mark_add(struct application *a, const struct event *event, enum mark_kind kind,
		    int32_t argument, struct arena *arena)
{
	struct mark *marks;

	if (a->mark_count >= APPLICATION_MARKS_MAX) {
		return -EINVAL;
	}
	marks = arena_alloc(arena, sizeof(*marks) * (a->mark_count + 1));
	if (marks == NULL) {
		return -ENOMEM;
	}
	if (a->mark_count > 0) {
		memcpy(marks, a->marks, sizeof(*marks) * a->mark_count);
	}
	marks[a->mark_count] = (struct mark){
		.on = event->on,
		.kind = kind,
		.argument = argument,
		.yuan = kind == MARK_STOP && argument == WAITING_PAYMENT
				? (int32_t)field_number(&event->fields, FIELD_AMOUNT_YUAN, 0)
				: 0,
		.sequence = event->sequence,
	};
	a->marks = marks;
	a->mark_count++;
	return 0;
}

/* What the fields do not say: the clock. */
static int marks_apply(struct application *a, const struct event *event, struct arena *arena)
{
	const struct field_set *fields = &event->fields;

	switch (event->action) {
	case ACTION_LOG:
	case ACTION_REOPEN:
		return mark_add(a, event, MARK_START, 0, arena);
	case ACTION_REQUEST_CORRECTION:
		a->correction_asked = true;
		return mark_add(a, event, MARK_STOP, WAITING_CORRECTION, arena);
	case ACTION_NOTICE_FEE:
		if (field_number(fields, FIELD_BASIS, BASIS_PAGES) == BASIS_ITEMS) {
			a->fee_items = (int)field_number(fields, FIELD_QUANTITY, 0);
		}
		return mark_add(a, event, MARK_STOP, WAITING_PAYMENT, arena);
	case ACTION_CORRECT:
	case ACTION_PAY_FEE:
		return mark_add(a, event, MARK_RESTART, 0, arena);
	case ACTION_GIVE_REASONS:
		if (!field_given(fields, FIELD_ANSWER_BY)) {
			return mark_add(a, event, MARK_REASONS, 0, arena);
		}
		return mark_add(a, event, MARK_ANSWER_BY,
				(int32_t)field_number(fields, FIELD_ANSWER_BY, 0), arena);
	case ACTION_REQUEST_REASONS:
		return mark_add(a, event, MARK_REASONS, 0, arena);
	case ACTION_CONSULT:
		return mark_add(a, event, MARK_PAUSE,
				(int32_t)field_number(fields, FIELD_WHOM, WAITING_NONE), arena);
	case ACTION_END_CONSULTATION:
		return mark_add(a, event, MARK_RESUME, 0, arena);
	case ACTION_EXTEND:
		a->extensions += (int)field_number(fields, FIELD_WORKING_DAYS, 0);
		return mark_add(a, event, MARK_EXTEND,
				(int32_t)field_number(fields, FIELD_WORKING_DAYS, 0), arena);
	default:
		return 0;
	}
}

static const char *decision_row(const struct application *a)
{
	return a->state == STATE_REFUSED     ? a->reason
	       : a->extent == EXTENT_PARTIAL ? ROW_PARTIALLY_DISCLOSED
					     : ROW_DISCLOSED;
}

/* The first decision is what table 3 counts; an amendment of it amends the count. */
static void decision_apply(struct application *a, const struct event *event)
{
	if (event->action == ACTION_DISCLOSE || event->action == ACTION_REFUSE) {
		a->decisions++;
	} else if (event->action != ACTION_AMEND || application_is_open(a)) {
		return;
	}
	if (a->decisions == 1) {
		a->first_decided_on = a->decided_on;
		a->first_row = decision_row(a);
	}
}

static void amendment_apply(struct application *a, const struct event *event)
{
	if (field_has(&event->fields, FIELD_RECEIVED_ON) && a->mark_count > 0) {
		a->marks[0].on = a->received_on;
		if (a->mark_count == 1 && application_is_open(a)) {
			a->latest_on = a->received_on;
		}
	}
	if (field_has(&event->fields, FIELD_DECIDED_ON)) {
		a->latest_on = a->decided_on;
	}
}

static int warnings_apply(struct application *a, const struct event *event, struct arena *arena)
{
	const struct text_list *more;
	const char **texts;

	if (!field_given(&event->fields, FIELD_WARNINGS)) {
		return 0;
	}
	more = event->fields.values[FIELD_WARNINGS].list;
	texts = arena_alloc(arena, sizeof(*texts) * (a->warnings.count + more->count + 1));
	if (texts == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < a->warnings.count; i++) {
		texts[i] = a->warnings.texts[i];
	}
	for (size_t i = 0; i < more->count; i++) {
		texts[a->warnings.count + i] = arena_strdup(arena, more->texts[i]);
	}
	a->warnings.texts = texts;
	a->warnings.count += more->count;
	return 0;
}

static void carry_over_apply(struct application *a, const struct event *event)
{
	int year = (int)field_number(&event->fields, FIELD_YEAR, 0);

	if (event->action == ACTION_CARRY_OVER && year > a->carried_through) {
		a->carried_through = year;
	} else if (event->action == ACTION_TAKE_BACK_CARRY_OVER && year == a->carried_through) {
		/* a year before the receipt stands for none */
		a->carried_through = year - 1;
	}
}

static bool moves(enum action action)
{
	switch (action) {
	case ACTION_ASSIGN:
	case ACTION_NOTE:
	case ACTION_AMEND:
	case ACTION_REVEAL:
	case ACTION_CARRY_OVER:
	case ACTION_TAKE_BACK_CARRY_OVER:
		return false;
	default:
		return true;
	}
}

static void application_begin(struct application *a, uint64_t number)
{
	memset(a, 0, sizeof(*a));
	a->number = number;
	a->waiting_until = a->submitted_on = a->received_on = DATE_NONE;
	a->decided_on = a->latest_on = a->first_decided_on = DATE_NONE;
}

int application_apply(struct application *application, const struct event *event,
		      struct arena *arena)
{
	int r;

	if (event->version != application->version + 1 ||
	    (event->action == ACTION_LOG) != (application->version == 0) ||
	    (application->version > 0 && event->number != application->number)) {
		return -EINVAL;
	}
	if (event->action == ACTION_LOG) {
		application_begin(application, event->number);
	}
	fields_apply(application, &event->fields, arena);
	r = marks_apply(application, event, arena);
	if (r < 0) {
		return r;
	}
	decision_apply(application, event);
	carry_over_apply(application, event);
	if (event->action == ACTION_AMEND) {
		amendment_apply(application, event);
	}
	r = warnings_apply(application, event, arena);
	if (r < 0) {
		return r;
	}
	if (moves(event->action)) {
		application->latest_on = event->on;
	}
	application->version = event->version;
	application->sequence = event->sequence;
	application->digest = event->digest;
	if (application->name == NULL || application->subject == NULL ||
	    application->received_on == DATE_NONE ||
	    application_is_open(application) != (application->decided_on == DATE_NONE)) {
		return arena->failed ? -ENOMEM : -EINVAL;
	}
	return arena->failed ? -ENOMEM : 0;
}

void application_copy(struct application *to, const struct application *from, struct arena *arena)
{
	const char **texts;

	*to = *from;
	for (int i = 0; i <= FIELD_REASON; i++) {
		if (field_table[i].type == FIELD_TYPE_TEXT) {
			const char **text = text_of(to, (enum field)i);

			*text = arena_strdup(arena, *text);
		}
	}
	to->first_row = arena_strdup(arena, from->first_row);
	to->marks = arena_alloc(arena, sizeof(*to->marks) * (from->mark_count + 1));
	if (to->marks != NULL && from->mark_count > 0) {
		memcpy(to->marks, from->marks, sizeof(*to->marks) * from->mark_count);
	}
	texts = arena_alloc(arena, sizeof(*texts) * (from->warnings.count + 1));
	for (size_t i = 0; texts != NULL && i < from->warnings.count; i++) {
		texts[i] = arena_strdup(arena, from->warnings.texts[i]);
	}
	to->warnings.texts = texts;
}

size_t application_carried_from(const struct application *application, int *ret_years, size_t max)
{
	int last = application->first_decided_on != DATE_NONE
			   ? date_year(application->first_decided_on) - 1
			   : application->carried_through;
	size_t count = 0;

	for (int year = date_year(application->received_on); year <= last; year++, count++) {
		if (count < max) {
			ret_years[count] = year;
		}
	}
	return count;
}
