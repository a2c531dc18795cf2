/* SPDX-License-Identifier: Apache-2.0 */
/* One intent of a change: checked by the workflow's rules and by what only the register knows
 * (numbers, earlier applications, carry-over), then entered in the draft. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/core/similar.h"
#include "daemon/register/registry.h"
#include "proto/base/date.h"

#define EARLIER_NAMED_MAX 5
#define EARLIER_LOOKS_MAX 1000 /* of one applicant, whose texts are compared */

static int applicant_walk(struct draft *draft, enum category category, const char *name,
			  const char *id_number, walk_row *each, void *userdata)
{
	uint8_t prefix[APPLICANT_BYTES];

	fold_applicant(category, name, id_number, prefix);
	return walk_rows(draft->txn, TABLE_APPLICANTS, (struct bytes){ prefix, sizeof(prefix) },
			 sizeof(prefix), each, userdata);
}

static uint64_t applicant_number(struct bytes key)
{
	return state_load_u64((const uint8_t *)key.data + APPLICANT_BYTES);
}

/* A list of numbers for a warning, cut after so many. */
struct named {
	char text[EARLIER_NAMED_MAX * (NUMBER_TEXT_BYTES + 2) + 16];
	size_t at, count;
};

static void named_add(struct named *named, uint64_t number)
{
	char text[NUMBER_TEXT_BYTES];

	if (named->count == EARLIER_NAMED_MAX) {
		snprintf(named->text + named->at, sizeof(named->text) - named->at, " and more");
	} else if (named->count < EARLIER_NAMED_MAX) {
		named->at += (size_t)snprintf(
			named->text + named->at, sizeof(named->text) - named->at, "%s%s",
			named->at == 0 ? "" : ", ", number_format(number, text));
	}
	named->count++;
}

struct earlier {
	struct draft *draft;
	const char *subject;
	struct named all, similar;
	size_t looks;
};

static int earlier_row(struct bytes key, struct bytes value, void *userdata)
{
	struct earlier *earlier = userdata;
	uint64_t number = applicant_number(key);
	struct arena arena = { 0 };
	struct application application;
	int r = 0;

	(void)value;
	named_add(&earlier->all, number);
	if (earlier->looks++ < EARLIER_LOOKS_MAX) {
		r = ask_load(earlier->draft->registry, earlier->draft->txn, number, &arena,
			     &application);
		if (r == 0 && similar_texts(earlier->subject, application.subject)) {
			named_add(&earlier->similar, number);
		}
		arena_done(&arena);
	}
	return r;
}

/* Earlier applications of the same applicant, for the warnings (never a refusal). */
static int earlier_warn(struct draft *draft, const struct workflow_context *context,
			struct event *event)
{
	struct earlier earlier = { .draft = draft,
				   .subject = field_text(&event->fields, FIELD_SUBJECT) };
	int r = applicant_walk(draft,
			       (enum category)field_number(&event->fields, FIELD_CATEGORY, 0),
			       field_text(&event->fields, FIELD_NAME),
			       field_text(&event->fields, FIELD_ID_NUMBER), earlier_row, &earlier);

	if (r == 0 && earlier.all.count > 0) {
		r = workflow_warn(context, event, "earlier_applications: %s", earlier.all.text);
	}
	if (r == 0 && earlier.similar.count > 0) {
		r = workflow_warn(context, event, "same_subject: %s", earlier.similar.text);
	}
	return r;
}

struct items {
	struct draft *draft;
	const struct application *noticed;
	int64_t before;
};

static int items_row(struct bytes key, struct bytes value, void *userdata)
{
	struct items *items = userdata;
	uint64_t number = applicant_number(key);
	struct arena arena = { 0 };
	struct application application;
	int year, month, noticed_year, noticed_month, day;
	int r;

	(void)value;
	if (number >= items->noticed->number) {
		return 1;
	}
	r = ask_load(items->draft->registry, items->draft->txn, number, &arena, &application);
	if (r == 0) {
		date_to_civil(application.received_on, &year, &month, &day);
		date_to_civil(items->noticed->received_on, &noticed_year, &noticed_month, &day);
		if (year == noticed_year && month == noticed_month) {
			items->before += application.fee_items > 0 ? application.fee_items : 1;
		}
	}
	arena_done(&arena);
	return r;
}

/* By item, what comes before counts: the applicant's items of the same calendar month (109号 art.
 * 4). */
static int fee_settle(struct draft *draft, const struct application *application,
		      struct event *event)
{
	const struct tariff *tariff = &draft->registry->catalogue->tariff;
	enum basis basis = (enum basis)field_number(&event->fields, FIELD_BASIS, BASIS_PAGES);
	int64_t quantity = field_number(&event->fields, FIELD_QUANTITY, 0);
	struct items items = { draft, application, 0 };
	int r = 0;

	if (basis == BASIS_ITEMS) {
		r = applicant_walk(draft, application->category, application->name,
				   application->id_number, items_row, &items);
		field_set_number(&event->fields, FIELD_ITEMS_BEFORE, items.before);
	}
	field_set_number(&event->fields, FIELD_AMOUNT_YUAN,
			 tariff_amount(tariff, basis, items.before + quantity) -
				 tariff_amount(tariff, basis, items.before));
	return r;
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

/* The last year at whose end the application was open, should this event be entered; or what is
 * carried now, where the event decides nothing. */
static int carried_should(const struct application *application, const struct event *event)
{
	int through = application->carried_through;
	int received = date_year(
		(int32_t)field_number(&event->fields, FIELD_RECEIVED_ON, application->received_on));

	if (application->decisions == 0 &&
	    (event->action == ACTION_DISCLOSE || event->action == ACTION_REFUSE)) {
		through = date_year(event->on) - 1;
	} else if (event->action == ACTION_AMEND && application->decisions == 1 &&
		   !application_is_open(application)) {
		through = date_year((int32_t)field_number(&event->fields, FIELD_DECIDED_ON,
							  application->decided_on)) -
			  1;
	} else if (event->action == ACTION_AMEND && application->decisions > 0) {
		through = date_year(application->first_decided_on) - 1;
	}
	/* it cannot have been open at the end of a year before it was received */
	return through < received ? 0 : through;
}

static int event_enter(struct draft *draft, const struct application *application,
		       struct event *event)
{
	uint64_t number = event->number;
	struct application *now;
	int through, received, r;

	if (application == NULL) {
		return draft_enter(draft, event);
	}
	through = carried_should(application, event);
	received = date_year(application->received_on);
	if (event->action != ACTION_AMEND) {
		r = rollup_align(draft, number, received, through);
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
	return r < 0 ? r : rollup_align(draft, number, received, through);
}

struct act {
	const struct application *before, *after;
};

static bool act_differs(int year, const void *userdata)
{
	const struct act *act = userdata;

	return tally_differs(act->before, act->after, year);
}

/* What a sealed year counts is changed by a supervisor only, who amends or says why; Restate then
 * publishes it. */
static int sealed_check(struct draft *draft, const struct application *before,
			const struct event *event, struct problem *problem)
{
	struct application *after;
	struct act act = { before, NULL };
	int r = draft_find(draft, event->number, &after);

	act.after = after;
	return r < 0 ? r
		     : publish_check(draft,
				     &(struct sealed_question){
					     .differs = act_differs,
					     .userdata = &act,
					     .excused = field_given(&event->fields, FIELD_WHY),
				     },
				     problem);
}

int intent_draft(struct draft *draft, const struct intent *intent, struct problem *problem)
{
	struct change *change = draft->change;
	struct workflow_context context = { draft->registry->catalogue, draft->today, change->roles,
					    &change->arena };
	struct application *application = NULL, before;
	struct event event;
	int r;

	if (intent->action >= ACTION_ACTS) {
		return book_draft(draft, intent, problem);
	}
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
	if (r == 0 && intent->action == ACTION_NOTICE_FEE) {
		r = fee_settle(draft, application, &event);
		change_note_fee(change, &event);
	}
	if (r == 0 && intent->action != ACTION_LOG) {
		/* looking for the earlier one may have moved the drafts in memory */
		r = draft_find(draft, intent->number, &application);
	}
	if (r == 0 && application != NULL) {
		before = *application;
	}
	if (r == 0) {
		r = event_enter(draft, application, &event);
	}
	return r < 0 || event.version == 0
		       ? r
		       : sealed_check(draft, application == NULL ? NULL : &before, &event, problem);
}
