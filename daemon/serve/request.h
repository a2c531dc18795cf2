/* SPDX-License-Identifier: Apache-2.0 */
/* request.h: one call of a session, from its message to its answer.
 *
 * Its answer gathers in `out` and leaves when all calls before it are answered. Used only on the
 * loop thread; other threads know a request by its session's id and its serial. */
#ifndef OGID_SERVE_REQUEST_H
#define OGID_SERVE_REQUEST_H

#include "daemon/core/problem.h"
#include "daemon/serve/reply.h"
#include "daemon/serve/writer.h"
#include "proto/base/buf.h"
#include "proto/message.h"

/* Past it the session is closed. One change may tell a watcher much at once; all else is less. */
#define REQUEST_OUT_MAX ((size_t)20 * 1024 * 1024)

struct job;
struct method;
struct server;
struct session;

enum request_progress { REQUEST_WAITING, REQUEST_RUNNING, REQUEST_DONE };

struct request {
	struct request *next;
	struct session *session;
	uint64_t serial;
	struct message_call message;
	const struct method *method; /* NULL: answered without one */
	bool write;                  /* goes through the writer */
	enum request_progress progress;
	uint32_t roles;
	struct buf out;
	bool broken;     /* its answer could not be kept */
	struct job *job; /* under way for it; NULL */
	bool watching;
	struct request *watch_next, *watch_previous;
};

/* message is taken. */
struct request *request_new(struct session *session, uint64_t serial, struct message_call *message);
/* Takes what is under way for it away from it. Takes NULL, returns NULL. */
struct request *request_free(struct request *request);
struct server *request_server(const struct request *request);

/* Answers. parameters are taken, NULL stands for no memory. Only continues leaves the request open.
 * A oneway call gets nothing but ends all the same. */
void request_reply(struct request *request, json_t *parameters, bool continues);
void request_fail(struct request *request, const char *error, json_t *parameters);
void request_fault(struct request *request, const struct problem *problem);
/* For a negative errno whose problem may have been left empty. */
void request_failed(struct request *request, int error, struct problem *problem);
void request_deny(struct request *request);
/* A reply written in pieces (reply.h); the end of it is the request's. */
struct reply request_begin_reply(struct request *request);
void request_end_reply(struct request *request, struct reply *reply);
/* Messages written elsewhere, whole ones. */
void request_append(struct request *request, const struct buf *messages);
void request_end(struct request *request);

/* Hands a change (taken) to the writer, in the caller's name; the method's `answer` gets it back.
 */
int request_write(struct request *request, struct change *change);

#endif
