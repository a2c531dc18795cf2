/* SPDX-License-Identifier: Apache-2.0 */
/* What each action asks for beyond the table. Warnings, not walls: what is only late is recorded
 * with a warning; what would make the register untrue is refused. */
#include <errno.h>
#include <string.h>

#include "daemon/core/deadline.h"
#include "daemon/core/workflow.h"
#include "proto/base/date.h"

#define REASON_CORRECTION_OVERDUE "other.correction_overdue"
#define REASON_FEE_OVERDUE        "other.fee_overdue"
#define REASON_WITHDRAWN          "other.withdrawn"
#define REASON_EXCESSIVE          "not_processed.excessive"
#define REASON_DUPLICATE          "not_processed.duplicate"

/* The date of receipt follows the channel (art. 31): what is handed over or signed for is received
 * that day; the rest on the day that both sides confirm, which has to be said. */
static int log_check(const struct workflow_context *context, const struct application *application,
		     const struct intent *intent, struct event *event, struct problem *problem)
{
	enum channel channel =
		(enum channel)field_number(&intent->fields, FIELD_CHANNEL, CHANNEL_IN_PERSON);
	bool confirmed = channel != CHANNEL_IN_PERSON && channel != CHANNEL_SIGNED_MAIL;
	int32_t received = (int32_t)field_number(&intent->fields, FIELD_RECEIVED_ON, DATE_NONE);
	int32_t submitted =
		(int32_t)field_number(&intent->fields, FIELD_SUBMITTED_ON,
				      received != DATE_NONE ? received : context->today);

	(void)application;
	if (received == DATE_NONE && confirmed) {
		return problem_field(problem, "received_on",
				     "it is missing: what comes by %s is received on the day that "
				     "both sides confirm (art. 31), so say that day",
				     channel_names[channel]);
	}
	if (received == DATE_NONE) {
		received = submitted;
	}
	if (submitted > context->today) {
		return problem_date(problem, "submitted_on", submitted, DATE_NONE, context->today);
	}
	if (received > context->today || received < submitted) {
		return problem_date(problem, "received_on", received, submitted, context->today);
	}
	if (!confirmed && received != submitted) {
		return problem_field(problem, "received_on",
				     "what comes by %s is received on the day it is submitted "
				     "(art. 31): leave one of the two dates out",
				     channel_names[channel]);
	}
	if (intent->number != 0 && number_year(intent->number) != date_year(received)) {
		return problem_field(problem, "number", "its year is not that of the receipt, %d",
				     date_year(received));
	}
	field_set_number(&event->fields, FIELD_SUBMITTED_ON, submitted);
	field_set_number(&event->fields, FIELD_RECEIVED_ON, received);
	event->on = received;
	return 0;
}

/* Art. 30: within 7 wd of receipt, a reasonable period, once; late or again is recorded as such. */
static int request_correction_check(const struct workflow_context *context,
				    const struct application *application,
				    const struct intent *intent, struct event *event,
				    struct problem *problem)
{
	const struct catalogue *catalogue = context->catalogue;
	int32_t reply_by = (int32_t)field_number(&intent->fields, FIELD_REPLY_BY, DATE_NONE);
	int32_t owed =
		calendar_add(catalogue_calendar(catalogue, event->on), application->received_on,
			     catalogue->settings.correction_notice_working_days, NULL);
	char text[DATE_TEXT_BYTES];

	if (reply_by <= event->on) {
		return problem_date(problem, "reply_by", reply_by, event->on + 1, DATE_NONE);
	}
	field_set_number(&event->fields, FIELD_WAITING_UNTIL, reply_by);
	if (application->correction_asked) {
		return workflow_warn(context, event, "correction_asked_before");
	}
	if (event->on > owed) {
		return workflow_warn(context, event, "correction_notice_late: owed by %s",
				     date_format(owed, text));
	}
	return 0;
}

/* Art. 35: reasons found reasonable may move the answer to a date told to the applicant. */
static int give_reasons_check(const struct workflow_context *context,
			      const struct application *application, const struct intent *intent,
			      struct event *event, struct problem *problem)
{
	int32_t answer_by = (int32_t)field_number(&intent->fields, FIELD_ANSWER_BY, DATE_NONE);

	(void)context;
	(void)application;
	if (answer_by == DATE_NONE) {
		return 0;
	}
	if (field_number(&intent->fields, FIELD_REASONABLE, 0) == 0) {
		return problem_field(problem, "answer_by",
				     "reasons that are not reasonable move no limit: leave it out");
	}
	if (answer_by <= event->on) {
		return problem_date(problem, "answer_by", answer_by, event->on + 1, DATE_NONE);
	}
	return 0;
}

static int consult_check(const struct workflow_context *context,
			 const struct application *application, const struct intent *intent,
			 struct event *event, struct problem *problem)
{
	int64_t whom = field_number(&intent->fields, FIELD_WHOM, WAITING_NONE);

	(void)context;
	(void)application;
	(void)event;
	if (whom != WAITING_THIRD_PARTY && whom != WAITING_JOINT_MAKER &&
	    whom != WAITING_OTHER_ORGAN) {
		return problem_field(problem, "whom",
				     "it is one of third_party, joint_maker, other_organ");
	}
	return 0;
}

/* Art. 33: at most 20 wd, approved and told before the limit ends; once. */
static int extend_check(const struct workflow_context *context,
			const struct application *application, const struct intent *intent,
			struct event *event, struct problem *problem)
{
	int most = context->catalogue->settings.extension_max_working_days;
	int64_t days = field_number(&intent->fields, FIELD_WORKING_DAYS, 0);
	struct deadline deadline = deadline_of(application, context->catalogue, event->on);
	char text[DATE_TEXT_BYTES];

	if (days < 1 || days > most) {
		return problem_field(problem, "working_days", "it is 1 to %d (art. 33)", most);
	}
	if (deadline.due_on != DATE_NONE && event->on > deadline.due_on) {
		return workflow_warn(context, event, "extension_late: the limit ended on %s",
				     date_format(deadline.due_on, text));
	}
	return 0;
}

static int notice_fee_check(const struct workflow_context *context,
			    const struct application *application, const struct intent *intent,
			    struct event *event, struct problem *problem)
{
	const struct tariff *tariff = &context->catalogue->tariff;
	int64_t quantity = field_number(&intent->fields, FIELD_QUANTITY, 0);

	(void)application;
	if (quantity < 1) {
		return problem_field(problem, "quantity", "it is at least 1");
	}
	if (event->on < tariff->valid_from) {
		return problem_date(problem, "on", event->on, tariff->valid_from, context->today);
	}
	/* the amount follows from the month's items before it, which the register knows */
	return 0;
}

static int reason_known(const struct workflow_context *context, const char *code, int32_t on,
			struct problem *problem)
{
	const struct reason *reason = catalogue_reason(context->catalogue, code);

	if (reason == NULL) {
		return problem_field(problem, "reason",
				     "the catalogue has no such code; a code looks like "
				     "refused.state_secret");
	}
	if (reason->valid_from != DATE_NONE && on < reason->valid_from) {
		return problem_date(problem, "on", on, reason->valid_from, DATE_NONE);
	}
	return 0;
}

static int decision_warn(const struct workflow_context *context,
			 const struct application *application, struct event *event)
{
	struct deadline deadline = deadline_of(application, context->catalogue, event->on);
	char text[DATE_TEXT_BYTES];

	if (deadline.due_on != DATE_NONE && event->on > deadline.due_on) {
		return workflow_warn(context, event, "decision_late: due on %s",
				     date_format(deadline.due_on, text));
	}
	return 0;
}

static int disclose_check(const struct workflow_context *context,
			  const struct application *application, const struct intent *intent,
			  struct event *event, struct problem *problem)
{
	int64_t extent = field_number(&intent->fields, FIELD_EXTENT, EXTENT_FULL);
	const char *reason = field_text(&intent->fields, FIELD_REASON);

	if (reason != NULL && extent != EXTENT_PARTIAL) {
		return problem_field(
			problem, "reason",
			"only a partial disclosure has a reason: say extent partial, or "
			"leave it out");
	}
	if (reason != NULL && reason_known(context, reason, event->on, problem) < 0) {
		return -EINVAL;
	}
	field_set_number(&event->fields, FIELD_EXTENT, extent);
	field_set_number(&event->fields, FIELD_DECIDED_ON, event->on);
	return decision_warn(context, application, event);
}

/* Which reason may end which waiting. 0 when this one may, with the day from which it may. */
static int reason_fits(const struct workflow_context *context,
		       const struct application *application, const char *reason, int32_t on,
		       int32_t *ret_not_before)
{
	bool overdue_correction = strcmp(reason, REASON_CORRECTION_OVERDUE) == 0;
	bool overdue_fee = strcmp(reason, REASON_FEE_OVERDUE) == 0;

	*ret_not_before = DATE_NONE;
	if (overdue_correction || overdue_fee) {
		if (application->waiting != (overdue_fee ? WAITING_PAYMENT : WAITING_CORRECTION)) {
			return -EINVAL;
		}
		*ret_not_before = deadline_waiting_until(application, context->catalogue, on) + 1;
		return 0;
	}
	if (application->waiting == WAITING_NONE || strcmp(reason, REASON_WITHDRAWN) == 0 ||
	    (application->waiting == WAITING_REASONS && strcmp(reason, REASON_EXCESSIVE) == 0)) {
		return 0;
	}
	return -EINVAL;
}

static int earlier_check(const struct intent *intent, const char *reason, struct problem *problem)
{
	const char *earlier = field_text(&intent->fields, FIELD_EARLIER);
	uint64_t number;

	if (earlier == NULL) {
		return 0;
	}
	if (strcmp(reason, REASON_DUPLICATE) != 0) {
		return problem_field(problem, "earlier",
				     "only the reason " REASON_DUPLICATE " names an earlier one");
	}
	if (number_parse(earlier, &number) < 0 || number == intent->number) {
		return problem_field(problem, "earlier",
				     "it is the number of another application, like 2026-0001");
	}
	return 0;
}

static int refuse_check(const struct workflow_context *context,
			const struct application *application, const struct intent *intent,
			struct event *event, struct problem *problem)
{
	const char *reason = field_text(&intent->fields, FIELD_REASON);
	int32_t not_before;

	if (reason_known(context, reason, event->on, problem) < 0 ||
	    earlier_check(intent, reason, problem) < 0) {
		return -EINVAL;
	}
	if (reason_fits(context, application, reason, event->on, &not_before) < 0) {
		problem->code = PROBLEM_INVALID_TRANSITION;
		problem->state = application->state;
		problem->waiting = application->waiting;
		problem->action = ACTION_REFUSE;
		problem->allowed = workflow_allowed(application);
		if (application->waiting != WAITING_NONE) {
			problem->allowed &= ~(1U << ACTION_REFUSE);
		}
		return -EINVAL;
	}
	if (not_before != DATE_NONE && event->on < not_before) {
		/* judged by what was known that day; told by what is known now */
		int32_t now =
			deadline_waiting_until(application, context->catalogue, context->today) + 1;

		not_before = now > not_before ? now : not_before;
		return problem_date(problem, "on", event->on, not_before, DATE_NONE);
	}
	field_set_number(&event->fields, FIELD_DECIDED_ON, event->on);
	return decision_warn(context, application, event);
}

static int reopen_check(const struct workflow_context *context,
			const struct application *application, const struct intent *intent,
			struct event *event, struct problem *problem)
{
	(void)context;
	(void)intent;
	(void)problem;
	field_set_null(&event->fields, FIELD_DECIDED_ON);
	if (application->extent != EXTENT_NONE) {
		field_set_null(&event->fields, FIELD_EXTENT);
	}
	if (application->reason != NULL) {
		field_set_null(&event->fields, FIELD_REASON);
	}
	return 0;
}

workflow_check_action *const workflow_checks[ACTION_ACTS] = {
	[ACTION_LOG] = log_check,
	[ACTION_REQUEST_CORRECTION] = request_correction_check,
	[ACTION_GIVE_REASONS] = give_reasons_check,
	[ACTION_CONSULT] = consult_check,
	[ACTION_EXTEND] = extend_check,
	[ACTION_NOTICE_FEE] = notice_fee_check,
	[ACTION_DISCLOSE] = disclose_check,
	[ACTION_REFUSE] = refuse_check,
	[ACTION_REOPEN] = reopen_check,
	[ACTION_AMEND] = workflow_check_amend,
};
