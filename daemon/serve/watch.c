/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/watch.h"

#include "daemon/serve/reply.h"
#include "daemon/serve/session.h"
#include "daemon/serve/view.h"
#include "proto/base/log.h"

#define WATCH_CHANGE_BYTES ((size_t)16 * 1024 * 1024) /* the events of one change as messages */

void watch_add(struct request *request)
{
	struct server *server = request_server(request);

	request->watching = true;
	request->watch_previous = NULL;
	request->watch_next = server->watchers;
	if (server->watchers != NULL) {
		server->watchers->watch_previous = request;
	}
	server->watchers = request;
}

void watch_remove(struct request *request)
{
	if (!request->watching) {
		return;
	}
	request->watching = false;
	if (request->watch_previous != NULL) {
		request->watch_previous->watch_next = request->watch_next;
	} else {
		request_server(request)->watchers = request->watch_next;
	}
	if (request->watch_next != NULL) {
		request->watch_next->watch_previous = request->watch_previous;
	}
}

/* Every event as a message, once for all who watch. */
static void watch_write(struct server *server, const struct change *change, struct buf *out)
{
	struct view view = view_make(server->registry);

	for (size_t i = 0; i < change->event_count && out->error == 0; i++) {
		json_t *event = view_event(&view, &change->events[i], CATEGORY_NATURAL_PERSON);
		reply_write(out, REPLY_APPLICATIONS "Watch", NULL, view_wrap("event", event), true);
	}
}

void watch_tell(struct server *server, const struct change *change)
{
	struct request *next;
	struct buf out;

	if (server->watchers == NULL) {
		return;
	}
	buf_init(&out, WATCH_CHANGE_BYTES);
	watch_write(server, change, &out);
	for (struct request *request = server->watchers; request != NULL; request = next) {
		struct session *session = request->session;

		next = request->watch_next;
		/* A gap would be worse than an end: who missed something must know. */
		if (out.error < 0 ||
		    request->out.len + session_queued(session) > SESSION_SLOW_BYTES) {
			log_event(LOG_LEVEL_WARNING,
				  "A watcher of uid %u is too slow; it is closed.",
				  session_peer(session)->uid);
			session_close(session);
			continue;
		}
		request_append(request, &out);
	}
	buf_done(&out);
}

void watch_end(struct server *server)
{
	while (server->watchers != NULL) {
		struct request *request = server->watchers;

		watch_remove(request);
		request_reply(request, json_object(), false);
	}
}
