/* SPDX-License-Identifier: Apache-2.0 */
/* One intent of a change: checked by the workflow's rules and by what only the register knows (numbers,
 * earlier applications, carry-over), then entered in the draft. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "proto/base/date.h"

#define EARLIER_NAMED_MAX 5

/* Earlier applications of the same applicant, for the warning (never a refusal). */
static int earlier_warn(struct draft *draft, const struct workflow_context *context,
			struct event *event)
{
	uint8_t prefix[APPLICANT_BYTES];
	struct state_cursor cursor;
	struct bytes key, value;
	char text[EARLIER_NAMED_MAX * (NUMBER_TEXT_BYTES + 2) + 16] = "", number[NUMBER_TEXT_BYTES];
	size_t named = 0, at = 0;
	int r = state_cursor_open(draft->txn, TABLE_APPLICANTS, &cursor);

	if (r < 0) {
		return r;
	}
	fold_applicant((enum category)field_number(&event->fields, FIELD_CATEGORY, 0),
		       field_text(&event->fields, FIELD_NAME),
		       field_text(&event->fields, FIELD_ID_NUMBER), prefix);
	for (r = state_cursor_seek(&cursor, prefix, sizeof(prefix), &key, &value);
	     r > 0 && memcmp(key.data, prefix, sizeof(prefix)) == 0;
	     r = state_cursor_next(&cursor, &key, &value)) {
		if (named++ == EARLIER_NAMED_MAX) {
			snprintf(text + at, sizeof(text) - at, " and more");
			break;
		}
		number_format(state_load_u64((const uint8_t *)key.data + APPLICANT_BYTES), number);
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", at == 0 ? "" : ", ",
				       number);
	}
	state_cursor_close(&cursor);
	if (r < 0) {
		return r;
	}
	return named == 0 ? 0 : workflow_warn(context, event, "earlier_applications: %s", text);
}

static int log_number(struct draft *draft, struct event *event, struct problem *problem)
{
	int year = date_year((int32_t)field_number(&event->fields, FIELD_RECEIVED_ON, 0));
	struct application *there;

	if (event->number == 0) {
		event->number = number_make(year, draft_serial(draft, year) + 1);
		return 0;
	}
	if (draft_find(draft, event->number, &there) == 0) {
		return problem_field(problem, "number",
				     "it is taken: numbers are never used again");
	}
	return 0;
}

/* A duplicate names an application that is there. */
static int earlier_find(struct draft *draft, const struct intent *intent, struct problem *problem)
{
	const char *earlier = field_text(&intent->fields, FIELD_EARLIER);
	struct application *application;
	uint64_t number;

	if (earlier == NULL || intent->action != ACTION_REFUSE) {
		return 0;
	}
	if (number_parse(earlier, &number) < 0 || draft_find(draft, number, &application) < 0) {
		return problem_field(problem, "earlier", "there is no application of that number");
	}
	return 0;
}

/* The last year at whose end the application was open, should this event be entered; or what is carried
 * now, where the event decides nothing. */
static int carried_should(const struct application *application, const struct event *event)
{
	if (application->decisions == 0 &&
	    (event->action == ACTION_DISCLOSE || event->action == ACTION_REFUSE)) {
		return date_year(event->on) - 1;
	}
	if (application->decisions == 1 && event->action == ACTION_AMEND &&
	    !application_is_open(application)) {
		return date_year((int32_t)field_number(&event->fields, FIELD_DECIDED_ON,
						       application->decided_on)) - 1;
	}
	return application->carried_through;
}

static int event_enter(struct draft *draft, const struct application *application,
		       struct event *event)
{
	uint64_t number = event->number;
	struct application *now;
	int through, r;

	if (application == NULL) {
		return draft_enter(draft, event);
	}
	through = carried_should(application, event);
	if (event->action != ACTION_AMEND) {
		r = rollup_align(draft, number, through);
		if (r < 0 || draft_find(draft, number, &now) < 0) {
			return r < 0 ? r : -EIO;
		}
		if (event->version != 0) {
			/* the alignment has moved it on */
			event->version = now->version + 1;
			application_fields(now, event->was.present, &event->was);
		}
		return draft_enter(draft, event);
	}
	r = draft_enter(draft, event);
	return r < 0 ? r : rollup_align(draft, number, through);
}

int intent_draft(struct draft *draft, const struct intent *intent, struct problem *problem)
{
	struct change *change = draft->change;
	struct workflow_context context = { draft->registry->catalogue, draft->today, change->roles,
					    &change->arena };
	struct application *application = NULL;
	struct event event;
	int r;

	if (intent->action != ACTION_LOG) {
		r = draft_find(draft, intent->number, &application);
		if (r == -ENOENT) {
			problem->code = PROBLEM_UNKNOWN_NUMBER;
			problem->number = intent->number;
			return -EINVAL;
		}
		if (r < 0) {
			return r;
		}
	}
	r = workflow_check(&context, application, intent, &event, problem);
	if (r < 0) {
		return r;
	}
	r = intent->action == ACTION_LOG ? log_number(draft, &event, problem)
					 : earlier_find(draft, intent, problem);
	if (r == 0 && intent->action == ACTION_LOG) {
		r = earlier_warn(draft, &context, &event);
	}
	if (intent->action == ACTION_NOTICE_FEE) {
		change->amount_yuan = field_number(&event.fields, FIELD_AMOUNT_YUAN, 0);
	}
	if (r == 0 && intent->action != ACTION_LOG) {
		/* looking for the earlier one may have moved the drafts in memory */
		r = draft_find(draft, intent->number, &application);
	}
	return r < 0 ? r : event_enter(draft, application, &event);
}
