/* SPDX-License-Identifier: Apache-2.0 */
/* The nightly job: the books recounted from the entries, then a change, then what there is to tell.
 */
#include <errno.h>

#include "daemon/serve/books.h"
#include "daemon/serve/methods.h"
#include "daemon/serve/params.h"
#include "daemon/serve/session.h"
#include "daemon/serve/stream.h"
#include "daemon/serve/view_report.h"
#include "proto/base/date.h"

#define REHEARSAL_MONTH 12

#define ROLLUP_YEARS_MAX   32
#define ROLLUP_NUMBERS_MAX 10000 /* told of each kind; a message has a limit */

/* --- first the books, then the change --- */

static void rollup_begin_done(struct job *job)
{
	books_done(job->state);
}

/* What a verification found goes with the change to its answer. */
struct rollup_found {
	struct verify_problem *problems;
	size_t count;
};

static int rollup_found_keep(const struct books *books, struct change *change)
{
	struct rollup_found *found = arena_alloc(&change->arena, sizeof(*found));
	const struct verify_problem *problems;
	size_t count = verification_problems(books->verification, &problems);

	if (found == NULL) {
		return -ENOMEM;
	}
	found->problems = arena_alloc(&change->arena, (count + 1) * sizeof(*found->problems));
	for (size_t i = 0; found->problems != NULL && i < count; i++) {
		found->problems[i] = problems[i];
		found->problems[i].what = arena_strdup(&change->arena, problems[i].what);
	}
	found->count = count;
	change->userdata = found;
	change->bare = count > 0; /* nothing is kept of books that are wrong */
	return change->arena.failed ? -ENOMEM : 0;
}

static int rollup_begin_step(struct job *job)
{
	struct books *books = job->state;

	int r = books_step(books, job);
	return r != 0 ? r : rollup_found_keep(books, job->change);
}

int rollup_start(struct request *request, struct problem *reterr_problem)
{
	struct job *job = job_new(request, rollup_begin_step, sizeof(struct books));
	int32_t today = registry_today(request_server(request)->registry);
	int32_t on = DATE_NONE;

	if (job == NULL) {
		return -ENOMEM;
	}
	job->done = rollup_begin_done;
	job->change = change_new();
	int r = job->change == NULL ? -ENOMEM
				    : params_past(request->message.parameters, "on", today, &on,
						  reterr_problem);
	if (r == 0) {
		job->change->kind = CHANGE_ROLLUP;
		job->change->on = on != DATE_NONE ? on : today;
	}
	return stream_begin(request, job, r);
}

/* --- then what there is to tell --- */

struct rollup_state {
	int32_t on;
	uint64_t *numbers; /* carried over, in order and once */
	size_t number_count;
	int years[ROLLUP_YEARS_MAX]; /* to be reported, in order and once */
	size_t year_count;
	int *kept; /* years of which a snapshot was kept */
	size_t kept_count;
	struct rollup_found found; /* of the job's arena */
};

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

		if (event->action == ACTION_SNAPSHOT) {
			state->kept[state->kept_count++] =
				(int)field_number(&event->fields, FIELD_YEAR, 0);
		}
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

static json_t *rollup_numbers(const uint64_t *numbers, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count && i < ROLLUP_NUMBERS_MAX; i++) {
		view_append(&array, view_number(numbers[i]));
	}
	return array;
}

static json_t *rollup_due(const struct due_item *items, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count && i < ROLLUP_NUMBERS_MAX / 2; i++) {
		json_t *object = json_object();

		view_set(&object, "number", json_string(items[i].name));
		view_set(&object, "due_on", view_date(items[i].due_on));
		view_set(&object, "working_days_left", json_integer(items[i].working_days_left));
		view_set(&object, "what", json_string(items[i].what));
		view_append(&array, object);
	}
	return array;
}

/* A year that the register has nothing to say about is passed over. */
static int rollup_reports(struct job *job, json_t **ret_reports)
{
	const struct rollup_state *state = job->state;
	json_t *array = json_array();

	for (size_t i = 0; i < state->year_count; i++) {
		struct report_query query = { .year = state->years[i], .known_on = DATE_NONE };
		struct problem problem = { .step = -1 };
		struct report report = { 0 };

		int r = registry_report(job->registry, &query, &job->arena, &report, &problem);
		if (r == -EINVAL && (problem.code == PROBLEM_UNKNOWN_YEAR ||
				     problem.code == PROBLEM_UNKNOWN_FORM)) {
			continue;
		}
		if (r < 0) {
			job->problem = problem;
			json_decref(array);
			return r;
		}
		view_append(&array, view_report(&report));
	}
	*ret_reports = array;
	return 0;
}

/* From 1 December the year's end is rehearsed. */
static int rollup_rehearse(struct job *job, json_t **object)
{
	const struct rollup_state *state = job->state;
	int year, month, day;
	uint64_t *numbers;
	size_t count;

	date_to_civil(state->on, &year, &month, &day);
	if (month < REHEARSAL_MONTH) {
		return 0;
	}
	int r = registry_would_carry(job->registry, state->on, &job->arena, &numbers, &count);
	if (r == 0) {
		view_set(object, "would_carry_over", rollup_numbers(numbers, count));
	}
	return r;
}

static json_t *rollup_kept(const struct rollup_state *state)
{
	json_t *array = json_array();

	for (size_t i = 0; i < state->kept_count; i++) {
		view_append(&array, json_integer(state->kept[i]));
	}
	return array;
}

static int rollup_step(struct job *job)
{
	const struct rollup_state *state = job->state;
	struct due_item *items = NULL;
	json_t *reports = NULL, *object;
	size_t count = 0;

	int r = registry_due(job->registry, state->on, &job->arena, &items, &count);
	if (r == 0) {
		r = rollup_reports(job, &reports);
	}
	if (r < 0) {
		return r;
	}
	object = json_object();
	view_set(&object, "on", view_date(state->on));
	view_set(&object, "carried_over", rollup_numbers(state->numbers, state->number_count));
	view_set(&object, "due", rollup_due(items, count));
	view_set(&object, "reports", reports);
	view_set(&object, "problems",
		 books_problems_view(state->found.problems, state->found.count));
	view_set(&object, "snapshots", rollup_kept(state));
	r = rollup_rehearse(job, &object);
	if (r < 0) {
		json_decref(object);
		return r;
	}
	return job_reply(job, object, false);
}

static int rollup_take_found(struct job *job, const struct change *change)
{
	struct rollup_state *state = job->state;
	const struct rollup_found *found = change->userdata;

	state->found.problems =
		arena_alloc(&job->arena, (found->count + 1) * sizeof(*found->problems));
	for (size_t i = 0; state->found.problems != NULL && i < found->count; i++) {
		state->found.problems[i] = found->problems[i];
		state->found.problems[i].what = arena_strdup(&job->arena, found->problems[i].what);
	}
	state->found.count = found->count;
	return job->arena.failed ? -ENOMEM : 0;
}

/* This year and the last, besides those of which something was carried over; and those that are to
 * be restated. */
static int rollup_take_years(struct job *job, const struct status *status)
{
	struct rollup_state *state = job->state;
	int year = date_year(state->on), years[STATUS_YEARS_MAX];
	size_t count;

	int r = registry_unrestated(job->registry, &job->arena, years, &count);
	for (size_t i = 0; i < count; i++) {
		rollup_add_year(state, years[i]);
	}

	if (status->first_year != 0 && status->first_year < year) {
		rollup_add_year(state, year - 1);
	}
	rollup_add_year(state, year);
	return r;
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
	state->kept = arena_alloc(&job->arena, (change->event_count + 1) * sizeof(*state->kept));
	int r = state->numbers == NULL || state->kept == NULL
			? -ENOMEM
			: registry_status(job->registry, &status);
	if (r == 0) {
		rollup_take_events(state, change);
		r = rollup_take_years(job, &status);
	}
	if (r == 0) {
		r = rollup_take_found(job, change);
	}
	return stream_begin(request, job, r);
}
