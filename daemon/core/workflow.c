/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/workflow.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/date.h"

#define F(field)           (1ULL << FIELD_##field)
#define W(waiting)         (1U << WAITING_##waiting)
#define APPLICANT_OPTIONAL (F(ID_NUMBER) | F(CONTACT) | F(ADDRESS) | F(AGENT))
#define ANY_WAITING        ((1U << WAITING_COUNT) - 1)
#define CONSULTED          (W(THIRD_PARTY) | W(JOINT_MAKER) | W(OTHER_ORGAN))
#define SAME               (-1)
#define BY_CALL            (-2)

/* from, waiting before, state after, waiting after, roles, moves, required, optional */
const struct transition workflow_table[ACTION_ACTS] = {
	[ACTION_LOG] = { FROM_NOTHING, 0, STATE_RECEIVED, WAITING_NONE, ROLE_CLERK, true,
			 F(CATEGORY) | F(NAME) | F(CHANNEL) | F(SUBJECT),
			 APPLICANT_OPTIONAL | F(SUBMITTED_ON) | F(RECEIVED_ON) | F(DELIVERY) |
				 F(HANDLER) | F(WHY) },
	[ACTION_REQUEST_CORRECTION] = { FROM_OPEN, W(NONE), SAME, WAITING_CORRECTION, ROLE_CLERK,
					true, F(REPLY_BY) | F(ITEMS), 0 },
	[ACTION_CORRECT] = { FROM_OPEN, W(CORRECTION), STATE_CORRECTED, WAITING_NONE, ROLE_CLERK,
			     true, 0, F(SUBJECT) },
	[ACTION_REQUEST_REASONS] = { FROM_OPEN, W(NONE), SAME, WAITING_REASONS, ROLE_CLERK, true, 0,
				     0 },
	[ACTION_GIVE_REASONS] = { FROM_OPEN, W(REASONS), SAME, WAITING_NONE, ROLE_CLERK, true,
				  F(REASONABLE), F(ANSWER_BY) },
	[ACTION_CONSULT] = { FROM_OPEN, W(NONE), SAME, BY_CALL, ROLE_CLERK, true,
			     F(WHOM) | F(WHOM_NAME), 0 },
	[ACTION_END_CONSULTATION] = { FROM_OPEN, CONSULTED, SAME, WAITING_NONE, ROLE_CLERK, true,
				      F(ANSWER), 0 },
	[ACTION_EXTEND] = { FROM_OPEN, ANY_WAITING & ~W(CORRECTION), SAME, SAME, ROLE_SUPERVISOR,
			    true, F(WORKING_DAYS) | F(APPROVED_BY), 0 },
	[ACTION_NOTICE_FEE] = { FROM_OPEN, W(NONE), SAME, WAITING_PAYMENT, ROLE_CLERK, true,
				F(BASIS) | F(QUANTITY), F(WHY) },
	[ACTION_PAY_FEE] = { FROM_OPEN, W(PAYMENT), SAME, WAITING_NONE, ROLE_CLERK, true, 0,
			     F(WHY) },
	[ACTION_DISCLOSE] = { FROM_OPEN, W(NONE), STATE_DISCLOSED, WAITING_NONE, ROLE_CLERK, true,
			      0, F(EXTENT) | F(REASON) | F(NOTE) | F(WHY) },
	/* which reason may end which waiting is refuse_check's */
	[ACTION_REFUSE] = { FROM_OPEN, ANY_WAITING, STATE_REFUSED, WAITING_NONE, ROLE_CLERK, true,
			    F(REASON), F(EARLIER) | F(NOTE) | F(WHY) },
	[ACTION_CARRY_OVER] = { FROM_ANY, ANY_WAITING, STATE_CARRIED_OVER, SAME, ROLE_BATCH, false,
				F(YEAR), 0 },
	[ACTION_TAKE_BACK_CARRY_OVER] = { FROM_OPEN, ANY_WAITING, SAME, SAME, ROLE_BATCH, false,
					  F(YEAR), 0 },
	[ACTION_REOPEN] = { FROM_DECIDED, W(NONE), STATE_RECEIVED, WAITING_NONE, ROLE_SUPERVISOR,
			    true, F(WHY), 0 },
	[ACTION_ASSIGN] = { FROM_ANY, ANY_WAITING, SAME, SAME, ROLE_CLERK, false, F(HANDLER), 0 },
	[ACTION_NOTE] = { FROM_ANY, ANY_WAITING, SAME, SAME, ROLE_CLERK, false, F(TEXT), 0 },
	[ACTION_AMEND] = { FROM_ANY, ANY_WAITING, SAME, SAME, ROLE_CLERK | ROLE_SUPERVISOR, false,
			   F(WHY),
			   APPLICATION_FIELDS & ~(F(STATE) | F(WAITING) | F(WAITING_UNTIL)) },
	[ACTION_REVEAL] = { FROM_ANY, ANY_WAITING, SAME, SAME,
			    ROLE_CLERK | ROLE_SUPERVISOR | ROLE_AUDITOR, false, 0, 0 },
};

static bool transition_allows(const struct transition *transition,
			      const struct application *application)
{
	bool open = application_is_open(application);

	return (transition->from == FROM_ANY || (transition->from == FROM_OPEN && open) ||
		(transition->from == FROM_DECIDED && !open)) &&
	       (transition->waiting >> application->waiting & 1) != 0;
}

uint32_t workflow_allowed(const struct application *application)
{
	uint32_t allowed = 0;

	for (int i = 0; i < ACTION_ACTS; i++) {
		if (i == ACTION_CARRY_OVER || i == ACTION_TAKE_BACK_CARRY_OVER ||
		    i == ACTION_REVEAL || (i == ACTION_EXTEND && application->extensions > 0)) {
			continue;
		}
		if (transition_allows(&workflow_table[i], application)) {
			allowed |= 1U << i;
		}
	}
	return allowed;
}

int workflow_warn(const struct workflow_context *context, struct event *event, const char *format,
		  ...)
{
	const struct text_list *before = field_given(&event->fields, FIELD_WARNINGS)
						 ? event->fields.values[FIELD_WARNINGS].list
						 : NULL;
	size_t count = before == NULL ? 0 : before->count;
	struct text_list *list = arena_alloc(context->arena, sizeof(*list));
	const char **texts = arena_alloc(context->arena, sizeof(*texts) * (count + 1));
	char text[400];
	va_list arguments;

	if (list == NULL || texts == NULL) {
		return -ENOMEM;
	}
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (count > 0) {
		memcpy(texts, before->texts, sizeof(*texts) * count);
	}
	texts[count] = arena_strdup(context->arena, text);
	*list = (struct text_list){ texts, count + 1 };
	field_set_list(&event->fields, FIELD_WARNINGS, list);
	return 0;
}

static int fields_check(const struct transition *transition, const struct intent *intent,
			struct problem *problem)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		enum field field = (enum field)i;
		const char *what;

		if ((transition->required >> i & 1) != 0 && !field_given(&intent->fields, field)) {
			return problem_field(problem, field_table[i].name,
					     "it is missing, and this act needs it");
		}
		if (field_has(&intent->fields, field) &&
		    ((transition->required | transition->optional) >> i & 1) == 0) {
			return problem_field(problem, field_table[i].name,
					     "it is no part of this act");
		}
		what = field_given(&intent->fields, field)
			       ? field_problem(field, intent->fields.values[i])
			       : NULL;
		if (what != NULL) {
			return problem_field(problem, field_table[i].name, "%s", what);
		}
	}
	return 0;
}

static int transition_check(const struct transition *transition,
			    const struct application *application, const struct intent *intent,
			    struct problem *problem)
{
	if (application != NULL && intent->version != 0 &&
	    intent->version != application->version) {
		problem->code = PROBLEM_CONFLICT;
		problem->version = application->version;
		return -EINVAL;
	}
	if (application == NULL ||
	    (transition_allows(transition, application) &&
	     !(intent->action == ACTION_EXTEND && application->extensions > 0))) {
		return 0;
	}
	problem->code = PROBLEM_INVALID_TRANSITION;
	problem->state = application->state;
	problem->waiting = application->waiting;
	problem->action = intent->action;
	problem->allowed = workflow_allowed(application);
	return -EINVAL;
}

/* The day it took effect: not in the future, and not before what moved the application last. */
static int date_check(const struct workflow_context *context, const struct transition *transition,
		      const struct application *application, const struct intent *intent,
		      struct event *event, struct problem *problem)
{
	int32_t not_before =
		transition->moves && application != NULL ? application->latest_on : DATE_NONE;

	event->on = intent->on == DATE_NONE ? context->today : intent->on;
	if (event->on > context->today || (not_before != DATE_NONE && event->on < not_before)) {
		return problem_date(problem, "on", event->on, not_before, context->today);
	}
	return 0;
}

static void event_fill(const struct transition *transition, const struct application *application,
		       const struct intent *intent, struct event *event)
{
	uint64_t call = transition->required | transition->optional;

	event->action = intent->action;
	event->number = application != NULL ? application->number : intent->number;
	event->version = intent->action == ACTION_REVEAL ? 0
			 : application == NULL           ? 1
							 : application->version + 1;
	for (int i = 0; i < FIELD_COUNT; i++) {
		if ((call >> i & 1) != 0 && field_has(&intent->fields, (enum field)i)) {
			event->fields.present |= 1ULL << i;
			event->fields.null |= intent->fields.null & 1ULL << i;
			event->fields.values[i] = intent->fields.values[i];
		}
	}
	if (transition->state_after != SAME) {
		field_set_number(&event->fields, FIELD_STATE, transition->state_after);
	}
	if (application != NULL && transition->waiting_after >= 0 &&
	    (enum waiting)transition->waiting_after != application->waiting) {
		field_set_number(&event->fields, FIELD_WAITING, transition->waiting_after);
	}
	if (transition->waiting_after == BY_CALL) {
		field_set_number(&event->fields, FIELD_WAITING,
				 field_number(&intent->fields, FIELD_WHOM, WAITING_NONE));
	}
	if (application != NULL && application->waiting_until != DATE_NONE &&
	    field_has(&event->fields, FIELD_WAITING)) {
		field_set_null(&event->fields, FIELD_WAITING_UNTIL);
	}
}

int workflow_check(const struct workflow_context *context, const struct application *application,
		   const struct intent *intent, struct event *ret_event,
		   struct problem *reterr_problem)
{
	const struct transition *transition = &workflow_table[intent->action];
	struct event event = { 0 };
	int r;

	reterr_problem->number = application != NULL ? application->number : intent->number;
	if ((transition->roles & context->roles) == 0 ||
	    (intent->action == ACTION_AMEND && application != NULL &&
	     !application_is_open(application) && (context->roles & ROLE_SUPERVISOR) == 0)) {
		reterr_problem->code = PROBLEM_NOT_PERMITTED;
		return -EINVAL;
	}
	r = fields_check(transition, intent, reterr_problem);
	if (r < 0) {
		return r;
	}
	r = transition_check(transition, application, intent, reterr_problem);
	if (r < 0) {
		return r;
	}
	r = date_check(context, transition, application, intent, &event, reterr_problem);
	if (r < 0) {
		return r;
	}
	event_fill(transition, application, intent, &event);
	if (workflow_checks[intent->action] != NULL) {
		r = workflow_checks[intent->action](context, application, intent, &event,
						    reterr_problem);
		if (r < 0) {
			return r;
		}
	}
	if (application != NULL) {
		application_fields(application, event.fields.present & APPLICATION_FIELDS,
				   &event.was);
	}
	*ret_event = event;
	return context->arena->failed ? -ENOMEM : 0;
}
