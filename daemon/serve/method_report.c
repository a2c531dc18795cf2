/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "daemon/serve/books.h"
#include "daemon/serve/methods.h"
#include "daemon/serve/params.h"
#include "daemon/serve/session.h"
#include "daemon/serve/stream.h"
#include "daemon/serve/view_report.h"
#include "daemon/serve/writer.h"
#include "proto/base/date.h"

#define YEAR_MIN 1900
#define YEAR_MAX 9999

/* --- Get --- */

static int report_step(struct job *job)
{
	const struct report_query *query = job->state;
	struct report report = { 0 };

	int r = registry_report(job->registry, query, &job->arena, &report, &job->problem);
	return r < 0 ? r : job_reply(job, view_wrap("report", view_report(&report)), false);
}

int report_start(struct request *request, struct problem *reterr_problem)
{
	const json_t *parameters = request->message.parameters;
	int32_t today = registry_today(request_server(request)->registry);
	int64_t year, revision = -1;

	struct job *job = job_new(request, report_step, sizeof(struct report_query));
	if (job == NULL) {
		return -ENOMEM;
	}
	struct report_query *query = job->state;
	int r = params_int(parameters, "year", YEAR_MIN, YEAR_MAX, 0, &year, reterr_problem);
	if (r == 0) {
		r = params_text(parameters, "form", &job->arena, &query->form, reterr_problem);
	}
	if (r == 0) {
		r = params_past(parameters, "known_on", today, &query->known_on, reterr_problem);
	}
	if (r == 0) {
		r = params_int(parameters, "revision", 0, INT32_MAX, -1, &revision, reterr_problem);
	}
	if (r == 0 && query->known_on == today) {
		query->known_on = DATE_NONE; /* it is not over: what is known now */
	}
	query->year = (int)year;
	query->revision = (int)revision;
	return stream_begin(request, job, r);
}

/* --- Seal and Restate: the books verified, then a change --- */

static void publish_done(struct job *job)
{
	books_done(job->state);
}

/* A year is closed on books that are right; what is wrong with them is a check that fails. */
static int publish_step(struct job *job)
{
	struct books *books = job->state;

	int r = books_step(books, job);
	if (r != 0 || books_are_right(books)) {
		return r;
	}
	r = books_check_list(books, &job->arena, &job->problem);
	return r < 0 ? r : -EINVAL;
}

static int publish_start(struct request *request, enum change_kind kind,
			 struct problem *reterr_problem)
{
	const json_t *parameters = request->message.parameters;
	struct job *job = job_new(request, publish_step, sizeof(struct books));
	int64_t year = 0;

	if (job == NULL) {
		return -ENOMEM;
	}
	job->done = publish_done;
	job->change = change_new();
	int r = job->change == NULL ? -ENOMEM
				    : params_int(parameters, "year", YEAR_MIN, YEAR_MAX, 0, &year,
						 reterr_problem);
	if (r == 0 && kind == CHANGE_RESTATE) {
		r = params_why(parameters, &job->change->arena, &job->change->why, reterr_problem);
	}
	if (r == 0) {
		job->change->kind = kind;
		job->change->year = (int)year;
	}
	return stream_begin(request, job, r);
}

int seal_start(struct request *request, struct problem *reterr_problem)
{
	return publish_start(request, CHANGE_SEAL, reterr_problem);
}

int seal_answer(struct request *request, struct change *change, struct problem *reterr_problem)
{
	(void)reterr_problem;
	request_reply(request, view_wrap("report", view_report(change->report)), false);
	return 0;
}

int restate_start(struct request *request, struct problem *reterr_problem)
{
	return publish_start(request, CHANGE_RESTATE, reterr_problem);
}

int restate_answer(struct request *request, struct change *change, struct problem *reterr_problem)
{
	json_t *object = json_object(), *array = json_array();

	(void)reterr_problem;
	for (size_t i = 0; i < change->changed_count; i++) {
		const struct changed_cell *cell = &change->changed[i];
		json_t *changed = json_object();

		view_set(&changed, "table", json_string(cell->table));
		view_set(&changed, "row", json_string(cell->row));
		view_set(&changed, "column", json_string(cell->column));
		view_set(&changed, "before", json_integer(cell->before));
		view_set(&changed, "after", json_integer(cell->after));
		view_append(&array, changed);
	}
	view_set(&object, "report", view_report(change->report));
	view_set(&object, "changed", array);
	request_reply(request, object, false);
	return 0;
}

/* --- figures and cases --- */

int figure_answer(struct request *request, struct change *change, struct problem *reterr_problem)
{
	(void)change;
	(void)reterr_problem;
	request_reply(request, json_object(), false);
	return 0;
}

int open_case_answer(struct request *request, struct change *change, struct problem *reterr_problem)
{
	(void)reterr_problem;
	request_reply(request, view_wrap("case", json_string(change->case_name)), false);
	return 0;
}

struct cases_state {
	uint64_t after;
	bool asked, open; /* asked: only these */
};

static int cases_step(struct job *job)
{
	struct cases_state *state = job->state;
	struct arena arena = { 0 };
	struct dispute *disputes;
	size_t count = 0;
	bool done = false;

	struct view view = view_make(job->registry);
	int r = registry_cases(job->registry, &state->after, JOB_STEP_ITEMS, &arena, &disputes,
			       &count, &done);
	for (size_t i = 0; r == 0 && i < count; i++) {
		if (!state->asked || state->open == (disputes[i].conclusion_count == 0)) {
			r = job_reply(job, view_wrap("case", view_case(&view, &disputes[i])), true);
		}
	}
	arena_done(&arena);
	if (r < 0) {
		return r;
	}
	return done ? stream_end(job) : 1;
}

int cases_start(struct request *request, struct problem *reterr_problem)
{
	const json_t *open = json_object_get(request->message.parameters, "open");
	struct job *job = job_new(request, cases_step, sizeof(struct cases_state));

	(void)reterr_problem;
	if (job == NULL) {
		return -ENOMEM;
	}
	struct cases_state *state = job->state;
	state->asked = json_is_boolean(open);
	state->open = json_is_true(open);
	return stream_begin(request, job, 0);
}
