/* SPDX-License-Identifier: Apache-2.0 */
/* The methods that answer with a stream: each reply one item with continues, the last one empty.
 * Every step asks the register for one page, in a transaction of its own, so that no reader holds
 * one open. */
#include <errno.h>
#include <string.h>

#include "daemon/serve/jobs.h"
#include "daemon/serve/methods.h"
#include "daemon/serve/params.h"
#include "daemon/serve/session.h"
#include "daemon/serve/stream.h"
#include "daemon/serve/view_report.h"
#include "daemon/serve/view.h"
#include "proto/base/date.h"
#include "proto/base/text.h"

int stream_end(struct job *job)
{
	return job_reply(job, json_object(), false);
}

int stream_begin(struct request *request, struct job *job, int error)
{
	if (error < 0) {
		job_free(job);
		return error;
	}
	job_begin(job, request);
	return 0;
}

/* --- List --- */

struct list_state {
	struct filter filter;
	uint64_t after;
	int64_t left; /* how many may still be given */
};

static int list_step(struct job *job)
{
	struct list_state *state = job->state;
	struct application *applications;
	struct arena arena = { 0 };
	size_t max = JOB_STEP_ITEMS, count = 0;
	bool done = false;

	if ((int64_t)max > state->left) {
		max = (size_t)state->left;
	}
	struct view view = view_make(job->registry);
	int r = registry_list(job->registry, &state->filter, &state->after, max, &arena,
			      &applications, &count, &done);
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct reply reply = job_begin_reply(job);
		view_write_application(&view, &reply.message.json, "application", &applications[i]);
		r = job_end_reply(&reply);
	}
	arena_done(&arena);
	state->left -= (int64_t)count;
	if (r < 0) {
		return r;
	}
	return done || state->left <= 0 ? stream_end(job) : 1;
}

int list_start(struct request *request, struct problem *reterr_problem)
{
	struct job *job = job_new(request, list_step, sizeof(struct list_state));
	const json_t *parameters = request->message.parameters;

	if (job == NULL) {
		return -ENOMEM;
	}
	struct list_state *state = job->state;
	int r = params_filter(parameters, &job->arena, &state->filter, reterr_problem);
	if (r == 0) {
		r = params_number(parameters, "after", &state->after, reterr_problem);
	}
	if (r == 0) {
		r = params_int(parameters, "limit", 1, INT64_MAX, INT64_MAX, &state->left,
			       reterr_problem);
	}
	return stream_begin(request, job, r);
}

/* --- History --- */

struct history_state {
	uint64_t number, after;
	enum category category;
};

static int history_step(struct job *job)
{
	struct history_state *state = job->state;
	struct arena arena = { 0 };
	struct event *events;
	size_t count = 0;
	bool done = false;

	struct view view = view_make(job->registry);
	int r = registry_history(job->registry, state->number, &state->after, JOB_STEP_ITEMS,
				 &arena, &events, &count, &done, &job->problem);
	for (size_t i = 0; r == 0 && i < count; i++) {
		/* What was amended is masked by what the applicant was when that was entered. */
		state->category = (enum category)field_number(&events[i].fields, FIELD_CATEGORY,
							      state->category);
		json_t *item = view_event(&view, &events[i], state->category);
		r = job_reply(job, view_wrap("event", item), true);
	}
	arena_done(&arena);
	if (r < 0) {
		return r;
	}
	return done ? stream_end(job) : 1;
}

int history_start(struct request *request, struct problem *reterr_problem)
{
	struct job *job = job_new(request, history_step, sizeof(struct history_state));

	if (job == NULL) {
		return -ENOMEM;
	}
	struct history_state *state = job->state;
	int r = params_number(request->message.parameters, "number", &state->number,
			      reterr_problem);
	return stream_begin(request, job, r);
}

/* --- Backlog --- */

struct backlog_state {
	int32_t as_of;
	int64_t within, limit;
	struct filter filter;
	bool whole; /* no filter: cases too */
	bool asked;
	struct backlog_item *items; /* from the job's arena: the order is made once */
	size_t count, next;
	struct case_item *cases;
	size_t case_count, next_case;
};

static int backlog_ask(struct job *job)
{
	struct backlog_state *state = job->state;

	state->asked = true;
	int r = registry_backlog(job->registry, state->as_of, (int)state->within, &state->filter,
				 (size_t)state->limit, &job->arena, &state->items, &state->count);
	if (r == 0 && state->whole) {
		r = registry_case_backlog(job->registry, state->as_of, (int)state->within,
					  &job->arena, &state->cases, &state->case_count);
	}
	if (state->limit == 0) {
		state->limit = INT64_MAX;
	}
	return r;
}

static bool backlog_is_told(const struct backlog_state *state)
{
	return state->limit == 0 ||
	       (state->next == state->count && state->next_case == state->case_count);
}

/* The more pressing of the next application and the next case. */
static void backlog_next(struct backlog_state *state, const struct view *view,
			 struct json_out *json)
{
	bool item = state->next < state->count, of_case = state->next_case < state->case_count;

	state->limit--;
	if (of_case && (!item || state->cases[state->next_case].due_on <
					 state->items[state->next].pressing.next_on)) {
		view_write_case_item(json, "case", &state->cases[state->next_case++]);
	} else {
		view_write_backlog_item(view, json, "item", &state->items[state->next++]);
	}
}

static int backlog_step(struct job *job)
{
	struct backlog_state *state = job->state;
	int r = 0;

	if (!state->asked) {
		r = backlog_ask(job);
	}
	struct view view = view_make(job->registry);
	if (state->as_of != DATE_NONE) {
		view.today = state->as_of;
	}
	for (size_t i = 0; r == 0 && i < JOB_STEP_ITEMS && !backlog_is_told(state); i++) {
		struct reply reply = job_begin_reply(job);
		backlog_next(state, &view, &reply.message.json);
		r = job_end_reply(&reply);
	}
	if (r < 0) {
		return r;
	}
	return backlog_is_told(state) ? stream_end(job) : 1;
}

int backlog_start(struct request *request, struct problem *reterr_problem)
{
	struct job *job = job_new(request, backlog_step, sizeof(struct backlog_state));
	const json_t *parameters = request->message.parameters;
	int32_t today = registry_today(request_server(request)->registry);

	if (job == NULL) {
		return -ENOMEM;
	}
	struct backlog_state *state = job->state;
	state->whole = !json_is_object(json_object_get(parameters, "filter"));
	int r = params_filter(parameters, &job->arena, &state->filter, reterr_problem);
	if (r == 0) {
		r = params_past(parameters, "as_of", today, &state->as_of, reterr_problem);
	}
	if (r == 0) {
		r = params_int(parameters, "within_working_days", 0, 10000, -1, &state->within,
			       reterr_problem);
	}
	if (r == 0) {
		r = params_int(parameters, "limit", 1, INT64_MAX, 0, &state->limit, reterr_problem);
	}
	return stream_begin(request, job, r);
}

/* --- Cell --- */

struct cell_state {
	int64_t year;
	const char *table, *row, *column, *form;
	uint64_t after;
};

static int cell_step(struct job *job)
{
	struct cell_state *state = job->state;
	struct arena arena = { 0 };
	const char **names;
	size_t count = 0;
	bool done = false;

	int r = registry_cell(job->registry, (int)state->year, state->table, state->row,
			      state->column, state->form, &state->after, JOB_STEP_ITEMS, &arena,
			      &names, &count, &done, &job->problem);
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct reply reply = job_begin_reply(job);
		json_out_text(&reply.message.json, "number", names[i]);
		r = job_end_reply(&reply);
	}
	arena_done(&arena);
	if (r < 0) {
		return r;
	}
	return done ? stream_end(job) : 1;
}

int cell_start(struct request *request, struct problem *reterr_problem)
{
	struct job *job = job_new(request, cell_step, sizeof(struct cell_state));
	const json_t *parameters = request->message.parameters;

	if (job == NULL) {
		return -ENOMEM;
	}
	struct cell_state *state = job->state;
	const struct {
		const char *key;
		const char **text;
	} texts[] = {
		{ "table", &state->table },
		{ "row", &state->row },
		{ "column", &state->column },
		{ "form", &state->form },
	};
	int r = params_int(parameters, "year", 1900, 9999, 0, &state->year, reterr_problem);
	for (size_t i = 0; r == 0 && i < sizeof(texts) / sizeof(texts[0]); i++) {
		r = params_text(parameters, texts[i].key, &job->arena, texts[i].text,
				reterr_problem);
	}
	return stream_begin(request, job, r);
}

/* --- Export --- */

struct export_state {
	int64_t from;
	uint64_t next;
};

static int export_entry(struct job *job, const struct stored_entry *entry)
{
	/* Its line is given as it stands, whoever wrote it. */
	if (!text_is_utf8(entry->json, strlen(entry->json))) {
		return -EBADMSG;
	}
	struct reply reply = job_begin_reply(job);
	json_out_integer(&reply.message.json, "sequence", (int64_t)entry->sequence);
	json_out_text(&reply.message.json, "entry", entry->json);
	view_write_digest(&reply.message.json, "digest", &entry->digest);
	return job_end_reply(&reply);
}

static int export_step(struct job *job)
{
	struct export_state *state = job->state;
	struct arena arena = { 0 };
	struct stored_entry *entries;
	size_t count = 0;
	bool done = false;

	if (state->next == 0) {
		state->next = (uint64_t)state->from;
	}
	int r = registry_export(job->registry, &state->next, JOB_STEP_ITEMS, &arena, &entries,
				&count, &done);
	for (size_t i = 0; r == 0 && i < count; i++) {
		r = export_entry(job, &entries[i]);
	}
	arena_done(&arena);
	if (r < 0) {
		return r;
	}
	return done ? stream_end(job) : 1;
}

int export_start(struct request *request, struct problem *reterr_problem)
{
	struct job *job = job_new(request, export_step, sizeof(struct export_state));

	if (job == NULL) {
		return -ENOMEM;
	}
	struct export_state *state = job->state;
	int r = params_int(request->message.parameters, "from", 1, INT64_MAX, 1, &state->from,
			   reterr_problem);
	return stream_begin(request, job, r);
}
