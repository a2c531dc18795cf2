/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/jobs.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "daemon/serve/dispatch.h"
#include "daemon/serve/reply.h"
#include "daemon/serve/session.h"

/* One message may come on top of a step's bytes. */
#define JOB_OUT_MAX ((size_t)2 * 1024 * 1024)

struct job *job_new(struct request *request, int (*step)(struct job *), size_t state_bytes)
{
	struct job *job = calloc(1, sizeof(*job));

	if (job == NULL) {
		return NULL;
	}
	job->state = arena_alloc(&job->arena, state_bytes);
	if (job->state == NULL) {
		arena_done(&job->arena);
		free(job);
		return NULL;
	}
	job->work.data = job;
	job->server = request_server(request);
	job->session = session_id(request->session);
	job->serial = request->serial;
	job->registry = job->server->registry;
	job->method = request->method->name;
	job->more = request->message.more;
	job->step = step;
	job->problem.step = -1;
	buf_init(&job->out, JOB_OUT_MAX);
	return job;
}

struct job *job_free(struct job *job)
{
	if (job == NULL) {
		return NULL;
	}
	assert(!job->running);
	if (job->done != NULL) {
		job->done(job);
	}
	change_free(job->change);
	buf_done(&job->out);
	arena_done(&job->arena);
	free(job);
	return NULL;
}

static void job_on_work(uv_work_t *work)
{
	struct job *job = work->data;

	job->result = job->step(job);
}

/* Hands the change on, which the job prepared. */
static void job_write(struct job *job, struct request *request)
{
	struct problem problem = { .step = -1 };
	struct change *change = job->change;

	job->change = NULL;
	request->job = NULL;
	request->write = true; /* begun, as any other */
	int r = request_write(request, change);
	if (r < 0) {
		request_failed(request, r, &problem);
	}
}

/* Hands a step's messages on. Returns whether there is another step to come. */
static bool job_deliver(struct job *job, struct request *request)
{
	if (session_is_mute(request->session)) {
		request_end(request);
		return false;
	}
	request_append(request, &job->out);
	buf_done(&job->out);
	if (job->result < 0) {
		request_failed(request, job->result, &job->problem);
	} else if (job->result == 0 && job->change != NULL) {
		job_write(job, request);
	} else if (job->result == 0) {
		request_end(request);
	}
	return job->result > 0;
}

static void job_on_worked(uv_work_t *work, int status)
{
	struct job *job = work->data;
	struct server *server = job->server;
	struct request *request = server_find_request(server, job->session, job->serial);

	(void)status;
	job->running = false;
	server->jobs--;
	assert(request == job->request);
	/* Who is at work gets a turn, in which the session resumes the job when there is room. */
	if (request == NULL || !job_deliver(job, request)) {
		if (request != NULL) {
			request->job = NULL;
		}
		job_free(job);
	}
	server_check_end(server);
}

void job_begin(struct job *job, struct request *request)
{
	assert(request->job == NULL);
	request->job = job;
	job->request = request;
	job_resume(job);
}

void job_resume(struct job *job)
{
	if (job->running) {
		return;
	}
	job->running = true;
	job->server->jobs++;
	int r = uv_queue_work(&job->server->loop, &job->work, job_on_work, job_on_worked);
	assert(r == 0); /* it refuses only a missing function */
	(void)r;
}

bool job_is_running(const struct job *job)
{
	return job->running;
}

void job_leave(struct job *job)
{
	job->request = NULL;
	if (!job->running) {
		job_free(job);
	}
}

int job_reply(struct job *job, json_t *parameters, bool continues)
{
	return reply_write(&job->out, job->method, NULL, parameters, continues);
}

struct reply job_begin_reply(struct job *job)
{
	return reply_begin(&job->out, job->method);
}

int job_end_reply(struct reply *reply)
{
	return reply_end(reply, true);
}

bool job_is_full(const struct job *job)
{
	return job->out.len >= JOB_STEP_BYTES;
}
