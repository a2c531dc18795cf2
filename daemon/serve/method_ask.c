/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>

#include "daemon/serve/jobs.h"
#include "daemon/serve/methods.h"
#include "daemon/serve/params.h"
#include "daemon/serve/session.h"
#include "daemon/serve/stream.h"
#include "daemon/serve/view.h"
#include "daemon/serve/watch.h"
#include "proto/base/date.h"

/* --- Get --- */

struct get_question {
	uint64_t number;
	int32_t as_of; /* DATE_NONE: now */
};

static int get_read(const struct request *request, struct get_question *ret_question,
		    struct problem *reterr_problem)
{
	const json_t *parameters = request->message.parameters;
	int32_t today = registry_today(request_server(request)->registry);

	int r = params_number(parameters, "number", &ret_question->number, reterr_problem);
	if (r == 0) {
		r = params_past(parameters, "as_of", today, &ret_question->as_of, reterr_problem);
	}
	return r;
}

static int get_reply(struct request *request, const struct get_question *question, bool reveal,
		     struct problem *reterr_problem)
{
	struct registry *registry = request_server(request)->registry;
	struct application application;
	struct arena arena = { 0 };

	struct view view = view_make(registry);
	view.reveal = reveal;
	if (question->as_of != DATE_NONE) {
		view.today = question->as_of;
	}
	int r = registry_get(registry, question->number, question->as_of, &arena, &application,
			     reterr_problem);
	if (r == 0) {
		struct reply reply = request_begin_reply(request);
		view_write_application(&view, &reply.message.json, "application", &application);
		request_end_reply(request, &reply);
	}
	arena_done(&arena);
	return r;
}

/* Who looks is entered before he sees; so the answer waits for the disk. */
static int get_reveal(struct request *request, const struct get_question *question)
{
	struct change *change = change_new();

	if (change == NULL) {
		return -ENOMEM;
	}
	change->kind = CHANGE_ACTS;
	change->intent_count = 1;
	change->intents = arena_alloc(&change->arena, sizeof(*change->intents));
	if (change->intents == NULL) {
		change_free(change);
		return -ENOMEM;
	}
	change->intents[0] = (struct intent){
		.action = ACTION_REVEAL,
		.number = question->number,
		.on = DATE_NONE,
	};
	return request_write(request, change);
}

int get_start(struct request *request, struct problem *reterr_problem)
{
	struct get_question question;

	int r = get_read(request, &question, reterr_problem);
	if (r < 0) {
		return r;
	}
	if (!request->write) {
		return get_reply(request, &question, false, reterr_problem);
	}
	if ((request->roles & workflow_table[ACTION_REVEAL].roles) == 0) {
		reterr_problem->code = PROBLEM_NOT_PERMITTED;
		return -EINVAL;
	}
	return get_reveal(request, &question);
}

int get_answer(struct request *request, struct change *change, struct problem *reterr_problem)
{
	struct get_question question;

	(void)change;
	int r = get_read(request, &question, reterr_problem);
	return r < 0 ? r : get_reply(request, &question, true, reterr_problem);
}

/* --- Explain --- */

/* The last notice of the year of the last day. */
static json_t *explain_calendar(const struct calendar *calendar, int32_t day)
{
	const struct calendar_year *year = calendar_find(calendar, date_year(day));
	char text[80];

	if (year != NULL) {
		return json_string(year->notice);
	}
	snprintf(text, sizeof(text), "%d: no notice yet, weekends only", date_year(day));
	return json_string(text);
}

static json_t *explain_view(const struct view *view, const struct application *application,
			    struct arena *arena)
{
	const struct calendar *calendar =
		catalogue_calendar(view->catalogue, deadline_known_on(application, view->today));
	struct count_step *steps = NULL;
	struct deadline deadline;
	size_t count = 0;

	if (deadline_explain(application, view->catalogue, view->today, arena, &steps, &count,
			     &deadline) < 0) {
		return NULL;
	}
	json_t *object = json_object();
	int32_t last = deadline.due_on;
	if (last == DATE_NONE) {
		last = count > 0 ? steps[count - 1].on : application->received_on;
	}
	view_set(&object, "due_on", view_date(deadline.due_on));
	view_set(&object, "decided_on", view_date(application->decided_on));
	view_set(&object, "provisional", json_boolean(deadline.provisional));
	view_set(&object, "calendar", explain_calendar(calendar, last));
	view_set(&object, "counts", view_counts(steps, count));
	return object;
}

int explain_start(struct request *request, struct problem *reterr_problem)
{
	struct registry *registry = request_server(request)->registry;
	struct application application;
	struct arena arena = { 0 };
	uint64_t number;

	int r = params_number(request->message.parameters, "number", &number, reterr_problem);
	if (r == 0) {
		r = registry_get(registry, number, DATE_NONE, &arena, &application, reterr_problem);
	}
	if (r == 0) {
		struct view view = view_make(registry);
		request_reply(request, explain_view(&view, &application, &arena), false);
	}
	arena_done(&arena);
	return r;
}

/* --- Summary --- */

static int summary_step(struct job *job)
{
	int32_t as_of = *(int32_t *)job->state;
	struct summary summary = { 0 };

	int r = registry_summary(job->registry, as_of, &job->arena, &summary);
	return r < 0 ? r : job_reply(job, view_summary(&summary), false);
}

int summary_start(struct request *request, struct problem *reterr_problem)
{
	struct job *job = job_new(request, summary_step, sizeof(int32_t));
	int32_t today = registry_today(request_server(request)->registry);

	if (job == NULL) {
		return -ENOMEM;
	}
	int r = params_past(request->message.parameters, "as_of", today, job->state,
			    reterr_problem);
	return stream_begin(request, job, r);
}

/* --- Watch --- */

int watch_start(struct request *request, struct problem *reterr_problem)
{
	(void)reterr_problem;
	watch_add(request);
	return 0;
}
