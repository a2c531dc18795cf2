/* SPDX-License-Identifier: Apache-2.0 */
/* server.h: the loop and all that hangs on it. Used only on the loop thread. */
#ifndef OGID_SERVE_SERVER_H
#define OGID_SERVE_SERVER_H

#include <uv.h>

#include "daemon/serve/access.h"
#include "daemon/serve/serve.h"
#include "daemon/serve/writer.h"

#define SERVER_READ_BYTES (64 * 1024) /* of one client in one turn */

struct request;
struct session;

/* A place for a session. `generation` grows with every session that leaves it, so that an answer
 * for one that is gone finds nobody in its place. */
struct session_slot {
	struct session *session; /* NULL: free */
	uint32_t generation;
};

struct server {
	uv_loop_t loop;
	uv_pipe_t listener;
	uv_signal_t signals[2];
	uv_prepare_t
		prepare;  /* gives every session that wants one its turn, before the loop sleeps */
	uv_idle_t idle;   /* active while a session wants a turn: the loop does not sleep then */
	uv_timer_t grace; /* how long a stop waits for readers that do not read */
	struct registry *registry;
	struct access access;
	struct writer *writer;
	bool rehearsal;
	int64_t started_usec;
	struct session_slot *slots;
	unsigned max_sessions;
	unsigned session_count; /* open ones, and those not closed to the end yet */
	unsigned writes, jobs;  /* under way */
	struct session *turns;  /* those that want a turn */
	struct request *watchers;
	bool stopping, ended;
	int result;
	char read_buffer[SERVER_READ_BYTES]; /* lent to one client at a time */
};

/* NULL when the session is gone. */
struct session *server_find(struct server *server, uint64_t session);
/* NULL when the call is answered or its session gone. */
struct request *server_find_request(struct server *server, uint64_t session, uint64_t serial);
/* The loop does not sleep before the sessions in `turns` have had theirs. */
void server_stay_awake(struct server *server);
/* Called by what ends (a session, a write, a job): a stopping server ends with the last of them. */
void server_check_end(struct server *server);

#endif
