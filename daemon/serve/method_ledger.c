/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>

#include "daemon/serve/jobs.h"
#include "daemon/serve/methods.h"
#include "daemon/serve/params.h"
#include "daemon/serve/session.h"
#include "daemon/serve/stream.h"
#include "daemon/serve/view.h"
#include "proto/base/date.h"

#define VERIFY_PROBLEMS_MAX  1000   /* told; a message has a limit */
#define VERIFY_PROGRESS_USEC 200000 /* between two progress replies */
#define RELOAD_MOVED_MAX     10000  /* told; a message has a limit */
#define WORKING_DAYS_MAX     10000

/* --- Status --- */

static json_t *status_roles(uint32_t roles)
{
	json_t *array = json_array();

	for (int bit = 0; bit < ROLE_BITS; bit++) {
		if ((roles >> bit & 1) != 0) {
			view_append(&array, json_string(role_names[bit]));
		}
	}
	return array;
}

static json_t *status_calendars(const struct calendar *calendar)
{
	json_t *array = json_array();

	for (size_t i = 0; i < calendar->year_count; i++) {
		if (calendar->years[i].notice != NULL) {
			view_append(&array, json_integer(calendar->years[i].year));
		}
	}
	return array;
}

static json_t *status_sealed(const struct status *status)
{
	json_t *array = json_array();

	for (size_t i = 0; i < status->sealed_count; i++) {
		view_append(&array, json_integer(status->sealed_years[i]));
	}
	return array;
}

static void status_set_ledger(json_t **object, const struct status *status)
{
	view_set(object, "sequence", json_integer((json_int_t)status->sequence));
	view_set(object, "digest", view_digest(&status->digest));
	view_set(object, "applications", json_integer((json_int_t)status->applications));
	view_set(object, "open", json_integer((json_int_t)status->open));
	view_set(object, "first_year",
		 status->first_year != 0 ? json_integer(status->first_year) : json_null());
	view_set(object, "sealed_years", status_sealed(status));
	view_set(object, "store_bytes", json_integer((json_int_t)status->store_bytes));
	view_set(object, "store_limit_bytes", json_integer((json_int_t)status->store_limit_bytes));
}

int status_start(struct request *request, struct problem *reterr_problem)
{
	const struct server *server = request_server(request);
	const struct catalogue *catalogue = registry_catalogue(server->registry);
	char started[MOMENT_TEXT_BYTES];
	struct status status = { 0 };
	int32_t today = registry_today(server->registry);

	(void)reterr_problem;
	int r = registry_status(server->registry, &status);
	if (r < 0) {
		return r;
	}
	json_t *object = json_object();
	view_set(&object, "version", json_string(OGID_VERSION));
	view_set(&object, "organ", json_string(catalogue->settings.organ));
	view_set(&object, "roles", status_roles(request->roles));
	view_set(&object, "today", view_date(today));
	view_set(&object, "rehearsal", json_boolean(server->rehearsal));
	status_set_ledger(&object, &status);
	view_set(&object, "calendar_years", status_calendars(catalogue_calendar(catalogue, today)));
	view_set(&object, "started_at", json_string(moment_format(server->started_usec, started)));
	request_reply(request, object, false);
	return 0;
}

/* --- WorkingDay --- */

int working_day_start(struct request *request, struct problem *reterr_problem)
{
	const json_t *parameters = request->message.parameters;
	const struct registry *registry = request_server(request)->registry;
	bool provisional = false;
	int64_t working_days;
	int32_t from;

	int r = params_date(parameters, "from", &from, reterr_problem);
	if (r == 0) {
		r = params_int(parameters, "working_days", 0, WORKING_DAYS_MAX, 0, &working_days,
			       reterr_problem);
	}
	if (r < 0) {
		return r;
	}
	const struct calendar *calendar =
		catalogue_calendar(registry_catalogue(registry), registry_today(registry));
	int32_t on = calendar_add(calendar, from, (int)working_days, &provisional);
	json_t *object = json_object();
	view_set(&object, "on", view_date(on));
	view_set(&object, "provisional", json_boolean(provisional));
	request_reply(request, object, false);
	return 0;
}

/* --- Verify --- */

struct verify_state {
	struct verification *verification;
	int64_t from;
	int64_t told_usec;
};

static void verify_done(struct job *job)
{
	struct verify_state *state = job->state;

	state->verification = verification_free(state->verification);
}

static json_t *verify_view(const struct verify_state *state, bool done, uint64_t checked,
			   uint64_t of)
{
	const struct verify_problem *problems = NULL;
	size_t count = 0;
	json_t *object = json_object(), *array = json_array();

	/* They come all at once, at the end. */
	if (done) {
		count = verification_problems(state->verification, &problems);
	}
	for (size_t i = 0; i < count && i < VERIFY_PROBLEMS_MAX; i++) {
		json_t *problem = json_object();

		view_set(&problem, "sequence",
			 problems[i].sequence != 0 ? json_integer((json_int_t)problems[i].sequence)
						   : json_null());
		view_set(&problem, "what", json_string(problems[i].what));
		view_append(&array, problem);
	}
	view_set(&object, "done", json_boolean(done));
	view_set(&object, "checked", json_integer((json_int_t)checked));
	view_set(&object, "of", json_integer((json_int_t)of));
	view_set(&object, "problems", array);
	return object;
}

static int verify_step(struct job *job)
{
	struct verify_state *state = job->state;
	uint64_t checked = 0, of = 0;
	int r;

	if (state->verification == NULL) {
		r = verification_new(job->registry, (uint64_t)state->from, &state->verification);
		if (r == -EBUSY) {
			snprintf(job->problem.text, sizeof(job->problem.text),
				 "%d verifications are under way; ask again when one has ended",
				 VERIFICATIONS_MAX);
			job->problem.code = PROBLEM_INTERNAL;
			job->problem.result = r;
		}
		return r < 0 ? r : 1;
	}
	r = verification_step(state->verification, &checked, &of);
	if (r < 0) {
		return r;
	}
	if (r == 0) {
		return job_reply(job, verify_view(state, true, checked, of), false);
	}
	int64_t now = moment_now();
	if (job->more && now - state->told_usec >= VERIFY_PROGRESS_USEC) {
		state->told_usec = now;
		r = job_reply(job, verify_view(state, false, checked, of), true);
	}
	return r < 0 ? r : 1;
}

int verify_start(struct request *request, struct problem *reterr_problem)
{
	struct job *job = job_new(request, verify_step, sizeof(struct verify_state));

	if (job == NULL) {
		return -ENOMEM;
	}
	struct verify_state *state = job->state;
	job->done = verify_done;
	int r = params_int(request->message.parameters, "from", 1, INT64_MAX, 1, &state->from,
			   reterr_problem);
	return stream_begin(request, job, r);
}

/* --- Reload --- */

int reload_start(struct request *request, struct problem *reterr_problem)
{
	struct change *change = change_new();

	(void)reterr_problem;
	if (change == NULL) {
		return -ENOMEM;
	}
	change->kind = CHANGE_RELOAD;
	return request_write(request, change);
}

int reload_answer(struct request *request, struct change *change, struct problem *reterr_problem)
{
	struct server *server = request_server(request);
	const struct catalogue *catalogue = registry_catalogue(server->registry);
	struct access access;
	json_t *array = json_array();

	(void)reterr_problem;
	/* Who may what is part of what was loaded. */
	if (access_init(&access, &catalogue->settings) < 0) {
		json_decref(array);
		return -ENOMEM;
	}
	access_done(&server->access);
	server->access = access;
	for (size_t i = 0; i < change->moved_count && i < RELOAD_MOVED_MAX; i++) {
		json_t *moved = json_object();

		view_set(&moved, "number", view_number(change->moved[i].number));
		view_set(&moved, "due_before", view_date(change->moved[i].before));
		view_set(&moved, "due_after", view_date(change->moved[i].after));
		view_append(&array, moved);
	}
	request_reply(request, view_wrap("changed", array), false);
	return 0;
}
