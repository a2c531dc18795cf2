/* SPDX-License-Identifier: Apache-2.0 */
/* session.h: one connection: bytes in, calls in their order, answers in their order, bytes out.
 *
 * Everything happens in the session's turn, once a loop turn and bounded; who has something for a
 * session wakes it. A session stops reading while 64 calls are unanswered or its reader is behind;
 * so a peer that does not read costs a bounded amount of memory and nobody else's time. */
#ifndef OGID_SERVE_SESSION_H
#define OGID_SERVE_SESSION_H

#include "daemon/serve/access.h"
#include "daemon/serve/request.h"
#include "daemon/serve/server.h"

#define SESSION_CALLS_MAX  64
#define SESSION_HIGH_BYTES ((size_t)256 * 1024)  /* queued: reading and streams stop */
#define SESSION_LOW_BYTES  ((size_t)64 * 1024)   /* and go on */
#define SESSION_SLOW_BYTES ((size_t)1024 * 1024) /* queued for a watcher: it is disconnected */

/* Takes the connection that waits on the listener. */
void session_accept(struct server *server);
void session_wake(struct session *session);
/* The turn; called by the server. */
void session_turn(struct session *session);
/* The one after it in the list of those that want a turn. */
struct session *session_take_turn(struct session *session);
/* No new calls: those that the writer has are answered, then it closes. */
void session_finish(struct session *session);
void session_close(struct session *session);

uint64_t session_id(const struct session *session);
struct server *session_server(const struct session *session);
const struct peer *session_peer(const struct session *session);
struct request *session_find_request(struct session *session, uint64_t serial);
/* Bytes that wait for the reader. */
size_t session_queued(const struct session *session);
/* Nobody reads the answers any more; changes are done all the same. */
bool session_is_mute(const struct session *session);

#endif
