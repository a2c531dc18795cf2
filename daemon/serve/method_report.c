/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "daemon/serve/jobs.h"
#include "daemon/serve/methods.h"
#include "daemon/serve/params.h"
#include "daemon/serve/reply.h"
#include "daemon/serve/session.h"
#include "daemon/serve/stream.h"
#include "daemon/serve/view_report.h"
#include "proto/base/date.h"

/* --- Get --- */

struct report_state {
	int64_t year;
	const char *form;
};

static int report_step(struct job *job)
{
	const struct report_state *state = job->state;
	struct report report = { 0 };

	int r = registry_report(job->registry, (int)state->year, state->form, &job->arena, &report,
				&job->problem);
	if (r < 0) {
		return r;
	}
	struct view view = view_make(job->registry, &job->arena);
	return job_reply(job, view_wrap("report", view_report(&view, &report)), false);
}

int report_start(struct request *request, struct problem *reterr_problem)
{
	const json_t *parameters = request->message.parameters;
	const json_t *known_on = json_object_get(parameters, "known_on");

	if (known_on != NULL && !json_is_null(known_on)) {
		request_fail(request, REPLY_SERVICE "MethodNotImplemented",
			     json_pack("{s:s}", "method", request->method->name));
		return 0;
	}
	struct job *job = job_new(request, report_step, sizeof(struct report_state));
	if (job == NULL) {
		return -ENOMEM;
	}
	struct report_state *state = job->state;
	int r = params_int(parameters, "year", 1900, 9999, 0, &state->year, reterr_problem);
	if (r == 0) {
		r = params_text(parameters, "form", &job->arena, &state->form, reterr_problem);
	}
	return stream_begin(request, job, r);
}

/* --- Rollup: a change, then what there is to report --- */

#define ROLLUP_YEARS_MAX   32
#define ROLLUP_NUMBERS_MAX 10000 /* told of each kind; a message has a limit */

struct rollup_state {
	int32_t on;
	uint64_t *numbers; /* carried over, in order and once */
	size_t number_count;
	int years[ROLLUP_YEARS_MAX]; /* to be reported, in order and once */
	size_t year_count;
};

int rollup_start(struct request *request, struct problem *reterr_problem)
{
	int32_t today = registry_today(request_server(request)->registry);
	int32_t on;

	int r = params_past(request->message.parameters, "on", today, &on, reterr_problem);
	if (r < 0) {
		return r;
	}
	struct change *change = change_new();
	if (change == NULL) {
		return -ENOMEM;
	}
	change->kind = CHANGE_ROLLUP;
	change->on = on != DATE_NONE ? on : today;
	return request_write(request, change);
}

static void rollup_add_year(struct rollup_state *state, int year)
{
	size_t at = 0;

	while (at < state->year_count && state->years[at] < year) {
		at++;
	}
	if (state->year_count == ROLLUP_YEARS_MAX ||
	    (at < state->year_count && state->years[at] == year)) {
		return;
	}
	for (size_t i = state->year_count; i > at; i--) {
		state->years[i] = state->years[i - 1];
	}
	state->years[at] = year;
	state->year_count++;
}

/* The entries come application by application; one may be carried over several years at once. */
static void rollup_take_events(struct rollup_state *state, const struct change *change)
{
	for (size_t i = 0; i < change->event_count; i++) {
		const struct event *event = &change->events[i];
		bool known = state->number_count > 0 &&
			     state->numbers[state->number_count - 1] == event->number;

		if (event->action != ACTION_CARRY_OVER) {
			continue;
		}
		if (!known) {
			state->numbers[state->number_count++] = event->number;
		}
		rollup_add_year(
			state, (int)field_number(&event->fields, FIELD_YEAR, date_year(event->on)));
	}
}

static json_t *rollup_numbers(const struct rollup_state *state)
{
	json_t *array = json_array();

	for (size_t i = 0; i < state->number_count && i < ROLLUP_NUMBERS_MAX; i++) {
		view_append(&array, view_number(state->numbers[i]));
	}
	return array;
}

static json_t *rollup_due(const struct due_item *items, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count && i < ROLLUP_NUMBERS_MAX / 2; i++) {
		json_t *object = json_object();

		view_set(&object, "number", view_number(items[i].number));
		view_set(&object, "due_on", view_date(items[i].due_on));
		view_set(&object, "working_days_left", json_integer(items[i].working_days_left));
		view_set(&object, "what", json_string(items[i].what));
		view_append(&array, object);
	}
	return array;
}

/* A year that the register has nothing to say about is passed over. */
static int rollup_reports(struct job *job, const struct view *view, json_t **ret_reports)
{
	const struct rollup_state *state = job->state;
	json_t *array = json_array();

	for (size_t i = 0; i < state->year_count; i++) {
		struct problem problem = { .step = -1 };
		struct report report = { 0 };

		int r = registry_report(job->registry, state->years[i], NULL, &job->arena, &report,
					&problem);
		if (r == -EINVAL && (problem.code == PROBLEM_UNKNOWN_YEAR ||
				     problem.code == PROBLEM_UNKNOWN_FORM)) {
			continue;
		}
		if (r < 0) {
			job->problem = problem;
			json_decref(array);
			return r;
		}
		view_append(&array, view_report(view, &report));
	}
	*ret_reports = array;
	return 0;
}

static int rollup_step(struct job *job)
{
	const struct rollup_state *state = job->state;
	struct due_item *items = NULL;
	json_t *reports = NULL, *object;
	size_t count = 0;

	struct view view = view_make(job->registry, &job->arena);
	int r = registry_due(job->registry, state->on, &job->arena, &items, &count);
	if (r == 0) {
		r = rollup_reports(job, &view, &reports);
	}
	if (r < 0) {
		return r;
	}
	object = json_object();
	view_set(&object, "on", view_date(state->on));
	view_set(&object, "carried_over", rollup_numbers(state));
	view_set(&object, "due", rollup_due(items, count));
	view_set(&object, "reports", reports);
	return job_reply(job, object, false);
}

int rollup_answer(struct request *request, struct change *change, struct problem *reterr_problem)
{
	struct job *job = job_new(request, rollup_step, sizeof(struct rollup_state));
	struct status status = { 0 };

	(void)reterr_problem;
	if (job == NULL) {
		return -ENOMEM;
	}
	struct rollup_state *state = job->state;
	state->on = change->on;
	state->numbers =
		arena_alloc(&job->arena, (change->event_count + 1) * sizeof(*state->numbers));
	int r = state->numbers == NULL ? -ENOMEM : registry_status(job->registry, &status);
	if (r == 0) {
		int year = date_year(change->on);

		rollup_take_events(state, change);
		if (status.first_year != 0 && status.first_year < year) {
			rollup_add_year(state, year - 1);
		}
		rollup_add_year(state, year);
	}
	return stream_begin(request, job, r);
}
