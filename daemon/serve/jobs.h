/* SPDX-License-Identifier: Apache-2.0 */
/* jobs.h: work that walks the register, in steps of bounded work on libuv's pool.
 *
 * A job belongs to the pool while a step runs, and to the loop between two steps. It names its call
 * by id and serial; when that is gone it ends after its step. The next step begins when the reader
 * has taken what the last one gave. */
#ifndef OGID_SERVE_JOBS_H
#define OGID_SERVE_JOBS_H

#include <jansson.h>
#include <uv.h>

#include "daemon/register/register.h"
#include "daemon/serve/reply.h"
#include "proto/base/buf.h"

#define JOB_STEP_ITEMS 64                   /* a step should give no more */
#define JOB_STEP_BYTES ((size_t)128 * 1024) /* and stop when it has given that much */

struct request;
struct server;

struct job {
	uv_work_t work;
	struct server *server;
	uint64_t session, serial;
	struct request *request; /* NULL once nobody waits for it; only the loop looks */
	bool running;
	int result;

	/* the step's */
	struct registry *registry;
	const char *method; /* qualified, static */
	bool more;
	struct arena arena; /* lives as long as the job */
	void *state;        /* zeroed, from the arena */
	struct buf out;     /* messages of this step, whole ones */
	struct problem problem;
	/* 1: go on; 0: done, with its last reply given; -EINVAL with the problem, or another
	 * negative errno: the loop gives the error. */
	int (*step)(struct job *job);
	void (*done)(struct job *job); /* releases what the state holds; may be NULL */
	/* Owned; NULL: none. When the last step gives 0, it is written in the caller's name, and
	 * the method's `answer` gets it. */
	struct change *change;
};

/* NULL: no memory. */
struct job *job_new(struct request *request, int (*step)(struct job *), size_t state_bytes);
/* For a job that was never begun. Takes NULL, returns NULL. */
struct job *job_free(struct job *job);
/* Taken; the request is answered by its steps. */
void job_begin(struct job *job, struct request *request);
/* The next step, unless one is running. */
void job_resume(struct job *job);
bool job_is_running(const struct job *job);
/* Its request goes away. */
void job_leave(struct job *job);

/* In a step: gives one reply; parameters are taken, NULL stands for no memory. 0 or negative errno.
 */
int job_reply(struct job *job, json_t *parameters, bool continues);
/* The same in pieces (reply.h), one of which more follow. */
struct reply job_begin_reply(struct job *job);
int job_end_reply(struct reply *reply);
/* In a step: is there no room for more? */
bool job_is_full(const struct job *job);

#endif
