/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/request.h"

#include <errno.h>
#include <stdlib.h>

#include "daemon/serve/dispatch.h"
#include "daemon/serve/fault.h"
#include "daemon/serve/jobs.h"
#include "daemon/serve/reply.h"
#include "daemon/serve/session.h"
#include "daemon/serve/watch.h"
#include "proto/base/log.h"

#define REPLY_USUAL_BYTES 1000

struct request *request_new(struct session *session, uint64_t serial, struct message_call *message)
{
	struct request *request = calloc(1, sizeof(*request));

	if (request == NULL) {
		return NULL;
	}
	request->session = session;
	request->serial = serial;
	request->message = *message;
	*message = (struct message_call){ 0 };
	buf_init(&request->out, REQUEST_OUT_MAX);
	return request;
}

struct request *request_free(struct request *request)
{
	if (request == NULL) {
		return NULL;
	}
	watch_remove(request);
	if (request->job != NULL) {
		job_leave(request->job);
	}
	buf_done(&request->out);
	message_call_done(&request->message);
	free(request);
	return NULL;
}

struct server *request_server(const struct request *request)
{
	return session_server(request->session);
}

void request_end(struct request *request)
{
	request->progress = REQUEST_DONE;
	session_wake(request->session);
}

/* A message that was no call has no method of its own. */
static const char *request_method(const struct request *request)
{
	return request->message.method != NULL ? request->message.method : "message";
}

static void request_answer(struct request *request, const char *error, json_t *parameters,
			   bool continues)
{
	if (request->message.oneway) {
		json_decref(parameters);
	} else if (reply_write(&request->out, request_method(request), error, parameters,
			       continues) < 0) {
		request->broken = true;
	}
	if (!continues) {
		request_end(request);
	} else {
		session_wake(request->session);
	}
}

void request_reply(struct request *request, json_t *parameters, bool continues)
{
	request_answer(request, NULL, parameters, continues);
}

void request_fail(struct request *request, const char *error, json_t *parameters)
{
	request_answer(request, error, parameters, false);
}

struct reply request_begin_reply(struct request *request)
{
	/* Most fit, and then the buf need not grow by steps. */
	buf_reserve(&request->out, REPLY_USUAL_BYTES);
	return reply_begin(&request->out, request_method(request));
}

void request_end_reply(struct request *request, struct reply *reply)
{
	if (reply_end(reply, false) < 0) {
		request->broken = true;
	}
	if (request->message.oneway) {
		buf_clear(&request->out);
		request->broken = false;
	}
	request_end(request);
}

void request_deny(struct request *request)
{
	log_event(LOG_LEVEL_WARNING, "uid %u may not call %s.", session_peer(request->session)->uid,
		  request->message.method);
	request_fail(request, REPLY_NOT_PERMITTED, json_object());
}

void request_fault(struct request *request, const struct problem *problem)
{
	json_t *parameters = NULL;
	const char *error;

	if (problem->code == PROBLEM_NOT_PERMITTED && problem->step < 0) {
		request_deny(request);
		return;
	}
	if (problem->code == PROBLEM_INTERNAL || problem->code == PROBLEM_NONE) {
		log_event(LOG_LEVEL_ERROR, "%s failed within the service (%s, errno %d).",
			  request->message.method, problem->text, -problem->result);
	}
	error = fault_of(problem, &parameters);
	request_fail(request, error, parameters);
}

void request_failed(struct request *request, int error, struct problem *problem)
{
	if (problem->code == PROBLEM_NONE) {
		problem->code = PROBLEM_INTERNAL;
		problem->step = -1;
		problem->result = error;
	}
	request_fault(request, problem);
}

void request_append(struct request *request, const struct buf *messages)
{
	if (!request->message.oneway && messages->len > 0 &&
	    buf_append(&request->out, messages->data, messages->len) < 0) {
		request->broken = true;
	}
	session_wake(request->session);
}

int request_write(struct request *request, struct change *change)
{
	struct server *server = request_server(request);
	const struct peer *peer = session_peer(request->session);
	struct write *write = calloc(1, sizeof(*write));

	/* The answer may come when the session is gone; the name must last as long as the change.
	 */
	change->actor = arena_strdup(&change->arena, peer->name);
	if (write == NULL || change->actor == NULL) {
		free(write);
		change_free(change);
		return -ENOMEM;
	}
	change->uid = peer->uid;
	change->roles = request->roles;
	write->change = change;
	write->session = session_id(request->session);
	write->serial = request->serial;
	server->writes++;
	writer_push(server->writer, write);
	return 0;
}
