/* SPDX-License-Identifier: Apache-2.0 */
/* Amend: puts a wrong entry right. The old values stay in the ledger for ever, with why. */
#include <errno.h>

#include "daemon/core/workflow.h"
#include "proto/base/date.h"

#define F(field)  (1ULL << FIELD_##field)
#define CLEARABLE (F(ID_NUMBER) | F(CONTACT) | F(ADDRESS) | F(AGENT) | F(DELIVERY) | F(HANDLER))

static int nulls_check(const struct application *application, const struct intent *intent,
		       struct problem *problem)
{
	uint64_t clearable = CLEARABLE;

	if (application->extent == EXTENT_PARTIAL) {
		clearable |= F(REASON);
	}
	for (int i = 0; i <= FIELD_REASON; i++) {
		if ((intent->fields.null >> i & 1) != 0 && (clearable >> i & 1) == 0) {
			return problem_field(problem, field_table[i].name,
					     "it may not be empty: say the right value");
		}
	}
	return 0;
}

/* The day of what was done first after the receipt, which cannot come after it: an act that left
 * its mark on the clock, or the first decision. `decided`: the last decision's day as it will be.
 */
static int32_t first_act_find(const struct workflow_context *context,
			      const struct application *application, int32_t decided)
{
	int32_t first = context->today;
	int32_t first_decided = application->decisions == 1 && !application_is_open(application)
					? decided
					: application->first_decided_on;

	if (application->mark_count > 1 && application->marks[1].on < first) {
		first = application->marks[1].on;
	}
	return first_decided != DATE_NONE && first_decided < first ? first_decided : first;
}

static int decided_on_check(const struct workflow_context *context,
			    const struct application *application, int32_t received,
			    int32_t decided, struct problem *problem)
{
	int32_t last_act = application->marks[application->mark_count - 1].on;

	if (application->mark_count == 1) {
		last_act = received;
	}
	if (decided < last_act || decided > context->today) {
		return problem_date(problem, "decided_on", decided, last_act, context->today);
	}
	return 0;
}

static int dates_check(const struct workflow_context *context,
		       const struct application *application, const struct intent *intent,
		       struct problem *problem)
{
	const struct field_set *fields = &intent->fields;
	int32_t submitted =
		(int32_t)field_number(fields, FIELD_SUBMITTED_ON, application->submitted_on);
	int32_t received =
		(int32_t)field_number(fields, FIELD_RECEIVED_ON, application->received_on);
	int32_t decided = (int32_t)field_number(fields, FIELD_DECIDED_ON, application->decided_on);
	int32_t first_act = first_act_find(context, application, decided);

	if (field_has(fields, FIELD_RECEIVED_ON) &&
	    (received < submitted || received > first_act)) {
		return problem_date(problem, "received_on", received, submitted, first_act);
	}
	if (field_has(fields, FIELD_SUBMITTED_ON) && submitted > received) {
		return problem_date(problem, "submitted_on", submitted, DATE_NONE, received);
	}
	return field_has(fields, FIELD_DECIDED_ON)
		       ? decided_on_check(context, application, received, decided, problem)
		       : 0;
}

static int decision_check(const struct workflow_context *context,
			  const struct application *application, const struct intent *intent,
			  struct problem *problem)
{
	const struct field_set *fields = &intent->fields;
	const char *reason = field_text(fields, FIELD_REASON);
	enum extent extent =
		(enum extent)field_number(fields, FIELD_EXTENT, (int64_t)application->extent);
	const struct reason *known;
	char text[DATE_TEXT_BYTES];

	if (field_has(fields, FIELD_DECIDED_ON) && application_is_open(application)) {
		return problem_field(problem, "decided_on", "the application is not decided yet");
	}
	if (field_has(fields, FIELD_EXTENT) && application->state != STATE_DISCLOSED) {
		return problem_field(problem, "extent", "only a disclosure has an extent");
	}
	if (reason == NULL) {
		return 0;
	}
	if (application->state != STATE_REFUSED && extent != EXTENT_PARTIAL) {
		return problem_field(problem, "reason",
				     "only a refusal or a partial disclosure has a reason");
	}
	known = catalogue_reason(context->catalogue, reason);
	if (known == NULL) {
		return problem_field(problem, "reason", "the catalogue has no such code");
	}
	if (known->valid_from != DATE_NONE &&
	    field_number(fields, FIELD_DECIDED_ON, application->decided_on) < known->valid_from) {
		return problem_field(problem, "reason", "it holds only for decisions from %s",
				     date_format(known->valid_from, text));
	}
	return 0;
}

int workflow_check_amend(const struct workflow_context *context,
			 const struct application *application, const struct intent *intent,
			 struct event *event, struct problem *reterr_problem)
{
	if ((intent->fields.present & APPLICATION_FIELDS) == 0) {
		return problem_field(reterr_problem, "changes",
				     "it is empty: name a field and its right value");
	}
	if (nulls_check(application, intent, reterr_problem) < 0 ||
	    decision_check(context, application, intent, reterr_problem) < 0 ||
	    dates_check(context, application, intent, reterr_problem) < 0) {
		return -EINVAL;
	}
	/* A full disclosure withholds nothing, so its reason goes with the amendment. */
	if (field_number(&intent->fields, FIELD_EXTENT, EXTENT_NONE) == EXTENT_FULL &&
	    application->reason != NULL) {
		field_set_null(&event->fields, FIELD_REASON);
	}
	return 0;
}
