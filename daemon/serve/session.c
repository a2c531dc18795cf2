/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/session.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "daemon/serve/dispatch.h"
#include "daemon/serve/jobs.h"
#include "daemon/serve/queue.h"
#include "daemon/serve/reply.h"
#include "proto/base/log.h"
#include "proto/frame.h"

#define SESSION_TURN_CALLS 32 /* taken in one turn */
#define SESSION_OUT_MAX    (SESSION_HIGH_BYTES + REQUEST_OUT_MAX)

struct session {
	uv_pipe_t pipe;
	struct server *server;
	uint64_t id;
	struct peer peer;
	struct frame in;
	bool maybe_more;    /* `in` may hold a whole message */
	struct queue calls; /* unanswered */
	struct buf out;     /* waits */
	struct buf writing; /* is being written */
	uv_write_t write;
	bool is_writing;
	bool reading;
	bool full;      /* passed the high mark, not yet below the low one */
	bool ended;     /* the peer sends no more */
	bool broken;    /* framing is lost: no more calls */
	bool finishing; /* the daemon stops: no more calls */
	bool mute;      /* nobody reads */
	bool closed;
	bool wants_turn;
	struct session *next_turn;
};

uint64_t session_id(const struct session *session)
{
	return session->id;
}

struct server *session_server(const struct session *session)
{
	return session->server;
}

const struct peer *session_peer(const struct session *session)
{
	return &session->peer;
}

size_t session_queued(const struct session *session)
{
	return session->out.len + session->writing.len;
}

bool session_is_mute(const struct session *session)
{
	return session->mute;
}

struct request *session_find_request(struct session *session, uint64_t serial)
{
	return queue_find(&session->calls, serial);
}

void session_wake(struct session *session)
{
	struct server *server = session->server;

	if (session->wants_turn || session->closed) {
		return;
	}
	session->wants_turn = true;
	session->next_turn = server->turns;
	server->turns = session;
	server_stay_awake(server);
}

struct session *session_take_turn(struct session *session)
{
	struct session *next = session->next_turn;

	session->wants_turn = false;
	session->next_turn = NULL;
	return next;
}

/* --- closing --- */

static void session_on_closed(uv_handle_t *handle)
{
	struct session *session = handle->data;
	struct server *server = session->server;

	frame_done(&session->in);
	buf_done(&session->out);
	buf_done(&session->writing);
	peer_done(&session->peer);
	free(session);
	server->session_count--;
	server_check_end(server);
}

static void session_leave_turns(struct session *session)
{
	for (struct session **at = &session->server->turns; *at != NULL; at = &(*at)->next_turn) {
		if (*at == session) {
			*at = session->next_turn;
			break;
		}
	}
	session->wants_turn = false;
}

void session_close(struct session *session)
{
	if (session->closed) {
		return;
	}
	session->closed = true;
	if (session->wants_turn) {
		session_leave_turns(session);
	}
	struct session_slot *slot = &session->server->slots[(uint32_t)session->id];
	assert(slot->session == session);
	slot->session = NULL;
	slot->generation++;
	queue_done(&session->calls);
	uv_close((uv_handle_t *)&session->pipe, session_on_closed);
}

static void session_mute(struct session *session)
{
	session->mute = true;
	buf_clear(&session->out);
	session_wake(session);
}

/* The writer has every write that has begun, and a watcher is told of those; what else there is can
 * be asked again. */
void session_finish(struct session *session)
{
	session->finishing = true;
	queue_finish(&session->calls);
	session_wake(session);
}

/* --- calls in --- */

/* The one answer to what is no call. Nothing that follows can be trusted. */
static void session_break(struct session *session, const char *why)
{
	struct message_call none = { 0 };
	struct request *request = queue_add(&session->calls, session, &none);

	session->broken = true;
	session->maybe_more = false;
	if (request != NULL) {
		request_fail(request, REPLY_INVALID, reply_invalid("message", why));
	}
}

static void session_take_message(struct session *session, const char *text, size_t bytes)
{
	struct message_call message;
	char why[200];

	if (message_read_call(text, bytes, &message, why) < 0) {
		session_break(session, why);
		return;
	}
	struct request *request = queue_add(&session->calls, session, &message);
	if (request == NULL) {
		message_call_done(&message);
		session_break(session, "There is no memory left for this call; try again later.");
		return;
	}
	dispatch_check(request);
}

static bool session_may_take(const struct session *session)
{
	return session->maybe_more && !session->broken && !session->finishing && !session->full &&
	       session->calls.count < SESSION_CALLS_MAX;
}

/* --- answers out --- */

/* false: the session has to end. */
static bool session_advance(struct session *session)
{
	if (queue_advance(&session->calls, &session->out, SESSION_HIGH_BYTES, session->mute) < 0) {
		return false;
	}
	if (session_queued(session) > SESSION_HIGH_BYTES) {
		session->full = true;
	} else if (session_queued(session) <= SESSION_LOW_BYTES) {
		session->full = false;
	}
	return true;
}

static void session_on_written(uv_write_t *write, int status)
{
	struct session *session = write->data;

	session->is_writing = false;
	buf_done(&session->writing);
	if (session->closed) {
		return;
	}
	if (status < 0) {
		session_mute(session);
	}
	session_wake(session);
}

/* One write at a time, of all that is there: libuv finishes one a turn. */
static void session_flush(struct session *session)
{
	if (session->mute) {
		buf_done(&session->out);
		return;
	}
	if (session->is_writing || session->out.len == 0) {
		return;
	}
	buf_done(&session->writing);
	struct buf empty = session->writing;
	session->writing = session->out;
	session->out = empty;
	uv_buf_t bytes = uv_buf_init(session->writing.data, (unsigned)session->writing.len);
	session->write.data = session;
	int r = uv_write(&session->write, (uv_stream_t *)&session->pipe, &bytes, 1,
			 session_on_written);
	if (r < 0) {
		buf_done(&session->writing);
		session_mute(session);
		return;
	}
	session->is_writing = true;
}

/* --- bytes in --- */

static void session_on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
	struct session *session = handle->data;

	/* What was read is copied out before the next client's bytes come. */
	(void)suggested;
	*ret_buffer = uv_buf_init(session->server->read_buffer, SERVER_READ_BYTES);
}

/* After the end of its bytes a peer may still read, or may be gone altogether. */
static bool session_is_gone(struct session *session)
{
	struct pollfd wanted = { .fd = -1 };

	uv_fileno((uv_handle_t *)&session->pipe, &wanted.fd);
	return poll(&wanted, 1, 0) > 0 && (wanted.revents & (POLLHUP | POLLERR)) != 0;
}

static void session_stop_reading(struct session *session)
{
	if (session->reading) {
		session->reading = false;
		uv_read_stop((uv_stream_t *)&session->pipe);
	}
}

static void session_on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buffer)
{
	struct session *session = stream->data;

	if (bytes == 0) {
		return;
	}
	session_wake(session);
	/* One read a turn: the turn decides whether there is another, else libuv would read on. */
	session_stop_reading(session);
	if (bytes < 0) {
		session->ended = true;
		if (bytes != UV_EOF || session_is_gone(session)) {
			session_mute(session);
		}
		return;
	}
	if (frame_push(&session->in, buffer->base, (size_t)bytes) < 0) {
		session_break(session, "There is no memory left for this message.");
		return;
	}
	session->maybe_more = true;
}

static void session_steer(struct session *session)
{
	bool last =
		session->broken || session->finishing || (session->ended && !session->maybe_more);
	bool read = !last && !session->ended && !session->full && !session->maybe_more &&
		    session->calls.count < SESSION_CALLS_MAX;

	if (last && session->calls.first == NULL && session->out.len == 0 && !session->is_writing) {
		session_close(session);
		return;
	}
	if (read && !session->reading) {
		session->reading = true;
		uv_read_start((uv_stream_t *)&session->pipe, session_on_alloc, session_on_read);
	} else if (!read) {
		session_stop_reading(session);
	}
}

/* --- the turn --- */

static bool session_take_calls(struct session *session)
{
	for (int taken = 0; session_may_take(session); taken++) {
		const char *text;
		size_t bytes;

		if (taken == SESSION_TURN_CALLS) {
			session_wake(session);
			return true;
		}
		int r = frame_next(&session->in, &text, &bytes);
		if (r == 0) {
			session->maybe_more = false;
		} else if (r < 0) {
			session_break(session,
				      "The message is longer than 1 MiB, the most there may "
				      "be before its NUL.");
		} else {
			session_take_message(session, text, bytes);
		}
		if (!session_advance(session)) {
			return false;
		}
	}
	return true;
}

void session_turn(struct session *session)
{
	bool good = session_advance(session) && session_take_calls(session);

	if (!good) {
		log_event(LOG_LEVEL_WARNING,
			  "A session of uid %u is closed: no memory for its answers.",
			  session->peer.uid);
		session_close(session);
		return;
	}
	session_flush(session);
	struct request *head = session->calls.first;
	if (head != NULL && head->job != NULL && !session->full && head->out.len == 0 &&
	    session_queued(session) <= SESSION_LOW_BYTES) {
		job_resume(head->job);
	}
	/* What the marks held back comes now. */
	if (session_may_take(session)) {
		session_wake(session);
	}
	session_steer(session);
}

/* --- the beginning --- */

static void session_on_refused(uv_handle_t *handle)
{
	struct session *session = handle->data;
	struct server *server = session->server;

	peer_done(&session->peer);
	free(session);
	server->session_count--;
	server_check_end(server);
}

/* A free place; none when there are as many sessions as there may be. */
static struct session_slot *session_find_slot(struct server *server, uint32_t *ret_index)
{
	for (uint32_t i = 0; i < server->max_sessions; i++) {
		if (server->slots[i].session == NULL) {
			*ret_index = i;
			return &server->slots[i];
		}
	}
	return NULL;
}

static int session_admit(struct session *session)
{
	struct server *server = session->server;
	uint32_t index;
	int fd;

	int r = uv_accept((uv_stream_t *)&server->listener, (uv_stream_t *)&session->pipe);
	if (r < 0) {
		return r;
	}
	struct session_slot *slot = session_find_slot(server, &index);
	if (slot == NULL || server->stopping) {
		return -EBUSY;
	}
	r = uv_fileno((uv_handle_t *)&session->pipe, &fd);
	if (r == 0) {
		r = peer_read(fd, &session->peer);
	}
	if (r < 0) {
		return r;
	}
	slot->session = session;
	session->id = (uint64_t)slot->generation << 32 | index;
	return 0;
}

void session_accept(struct server *server)
{
	struct session *session = calloc(1, sizeof(*session));

	if (session == NULL) {
		log_event(LOG_LEVEL_ERROR, "No memory for a connection.");
		return;
	}
	session->server = server;
	queue_init(&session->calls);
	frame_init(&session->in);
	buf_init(&session->out, SESSION_OUT_MAX);
	buf_init(&session->writing, SESSION_OUT_MAX);
	uv_pipe_init(&server->loop, &session->pipe, 0);
	session->pipe.data = session;
	server->session_count++;
	int r = session_admit(session);
	if (r < 0) {
		log_event(LOG_LEVEL_WARNING, "A connection is refused: %s.",
			  r == -EBUSY ? "there are as many as there may be" : uv_strerror(r));
		session->closed = true;
		uv_close((uv_handle_t *)&session->pipe, session_on_refused);
		return;
	}
	session_wake(session);
}
