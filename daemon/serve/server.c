/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/server.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daemon/serve/dispatch.h"
#include "daemon/serve/reply.h"
#include "daemon/serve/session.h"
#include "daemon/serve/watch.h"
#include "proto/base/date.h"
#include "proto/base/log.h"

#define SERVER_SESSIONS       512
#define SERVER_RESERVED_FILES 64 /* descriptors that are not sessions' */
#define SERVER_GRACE_MSEC     5000

struct session *server_find(struct server *server, uint64_t session)
{
	uint32_t index = (uint32_t)session;

	assert(index < server->max_sessions);
	struct session_slot *slot = &server->slots[index];
	return slot->generation == session >> 32 ? slot->session : NULL;
}

struct request *server_find_request(struct server *server, uint64_t session, uint64_t serial)
{
	struct session *found = server_find(server, session);

	return found != NULL ? session_find_request(found, serial) : NULL;
}

/* --- the end --- */

static void server_close_handle(uv_handle_t *handle, void *userdata)
{
	(void)userdata;
	if (!uv_is_closing(handle)) {
		uv_close(handle, NULL);
	}
}

void server_check_end(struct server *server)
{
	if (!server->stopping || server->ended || server->writes > 0) {
		return;
	}
	/* There is nothing more to tell. */
	watch_end(server);
	if (server->session_count > 0 || server->jobs > 0) {
		return;
	}
	server->ended = true;
	writer_stop(server->writer);
	server->writer = NULL;
	uv_walk(&server->loop, server_close_handle, NULL);
}

static void server_close_sessions(struct server *server)
{
	for (unsigned i = 0; i < server->max_sessions; i++) {
		if (server->slots[i].session != NULL) {
			session_close(server->slots[i].session);
		}
	}
}

static void server_on_grace(uv_timer_t *timer)
{
	struct server *server = timer->data;

	/* With writes under way their callers get the answer; who does not read gets none. */
	if (server->writes > 0) {
		uv_timer_start(timer, server_on_grace, SERVER_GRACE_MSEC, 0);
		return;
	}
	log_event(LOG_LEVEL_WARNING, "Closing sessions whose clients do not read.");
	server_close_sessions(server);
	server_check_end(server);
}

static void server_stop(struct server *server, int result)
{
	if (result < 0 && server->result == 0) {
		server->result = result;
	}
	if (server->stopping) {
		return;
	}
	server->stopping = true;
	uv_close((uv_handle_t *)&server->listener, NULL);
	for (unsigned i = 0; i < server->max_sessions; i++) {
		if (server->slots[i].session != NULL) {
			session_finish(server->slots[i].session);
		}
	}
	uv_timer_start(&server->grace, server_on_grace, SERVER_GRACE_MSEC, 0);
	server_check_end(server);
}

static void server_on_signal(uv_signal_t *handle, int number)
{
	struct server *server = handle->data;

	log_event(LOG_LEVEL_INFO, "Stopping on signal %d.", number);
	server_stop(server, 0);
}

/* --- the writer's answers --- */

static void server_on_written(struct write *write, void *userdata)
{
	struct server *server = userdata;
	struct change *change = write->change;

	server->writes--;
	if (change->problem.code == PROBLEM_NONE && change->event_count > 0) {
		watch_tell(server, change);
	}
	struct request *request = server_find_request(server, write->session, write->serial);
	if (request != NULL) {
		dispatch_answer(request, change);
	}
	write_free(write);
	server_check_end(server);
}

static void server_on_disk_failed(int error, void *userdata)
{
	struct server *server = userdata;

	log_event(LOG_LEVEL_ERROR,
		  "The disk failed (errno %d); what is on it, the next start will read.", -error);
	server_stop(server, -EIO);
}

/* --- the loop --- */

static void server_on_idle(uv_idle_t *idle)
{
	(void)idle;
}

void server_stay_awake(struct server *server)
{
	uv_idle_start(&server->idle, server_on_idle);
}

static void server_on_prepare(uv_prepare_t *prepare)
{
	struct server *server = prepare->data;
	struct session *turns = server->turns;

	/* Those who wake during the turns have theirs in the next one. A turn may close only
	 * itself. */
	server->turns = NULL;
	while (turns != NULL) {
		struct session *session = turns;
		turns = session_take_turn(session);
		session_turn(session);
	}
	if (server->turns == NULL) {
		uv_idle_stop(&server->idle);
	}
}

static void server_on_connection(uv_stream_t *listener, int status)
{
	if (status < 0) {
		log_event(LOG_LEVEL_WARNING, "A connection could not be accepted: %s.",
			  uv_strerror(status));
		return;
	}
	session_accept(listener->data);
}

static unsigned server_max_sessions(unsigned wanted)
{
	struct rlimit limit;
	unsigned max = wanted > 0 ? wanted : SERVER_SESSIONS;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
		rlim_t files = limit.rlim_cur > 2 * SERVER_RESERVED_FILES
				       ? limit.rlim_cur - SERVER_RESERVED_FILES
				       : SERVER_RESERVED_FILES / 2;
		if (files < max) {
			max = (unsigned)files;
		}
	}
	return max;
}

static void serve_signals(sigset_t *ret_signals)
{
	sigemptyset(ret_signals);
	sigaddset(ret_signals, SIGTERM);
	sigaddset(ret_signals, SIGINT);
}

void serve_hold_signals(void)
{
	sigset_t held;

	serve_signals(&held);
	(void)pthread_sigmask(SIG_BLOCK, &held, NULL);
}

/* Whoever sees the socket may already ask to stop; that was held back until here. */
static int server_start_signals(struct server *server)
{
	static const int numbers[] = { SIGTERM, SIGINT };
	sigset_t held;

	for (size_t i = 0; i < 2; i++) {
		uv_signal_init(&server->loop, &server->signals[i]);
		server->signals[i].data = server;
		int r = uv_signal_start(&server->signals[i], server_on_signal, numbers[i]);
		if (r < 0) {
			return r;
		}
	}
	serve_signals(&held);
	return -pthread_sigmask(SIG_UNBLOCK, &held, NULL);
}

/* Everything that can be refused; what was begun is closed by the caller's run of the loop. */
static int server_start(struct server *server, int listen_fd)
{
	uv_prepare_init(&server->loop, &server->prepare);
	uv_idle_init(&server->loop, &server->idle);
	uv_timer_init(&server->loop, &server->grace);
	uv_pipe_init(&server->loop, &server->listener, 0);
	server->prepare.data = server;
	server->idle.data = server;
	server->grace.data = server;
	server->listener.data = server;
	uv_prepare_start(&server->prepare, server_on_prepare);
	int r = uv_pipe_open(&server->listener, listen_fd);
	if (r < 0) {
		close(listen_fd);
		return r;
	}
	r = server_start_signals(server);
	if (r == 0) {
		r = uv_listen((uv_stream_t *)&server->listener, 128, server_on_connection);
	}
	if (r == 0) {
		r = writer_new(&server->loop, server->registry, server_on_written,
			       server_on_disk_failed, server, &server->writer);
	}
	return r;
}

static void server_free(struct server *server)
{
	if (server != NULL) {
		access_done(&server->access);
		free(server->slots);
		free(server);
	}
}

static struct server *server_new(const struct serve_options *options)
{
	const struct catalogue *catalogue = registry_catalogue(options->registry);
	struct server *server = calloc(1, sizeof(*server));

	if (server == NULL) {
		return NULL;
	}
	server->registry = options->registry;
	server->rehearsal = options->rehearsal;
	server->started_usec = moment_now();
	server->max_sessions = server_max_sessions(options->max_sessions);
	server->slots = calloc(server->max_sessions, sizeof(*server->slots));
	if (server->slots == NULL || access_init(&server->access, &catalogue->settings) < 0) {
		server_free(server);
		return NULL;
	}
	return server;
}

int serve_run(const struct serve_options *options)
{
	struct server *server = server_new(options);
	if (server == NULL || uv_loop_init(&server->loop) < 0) {
		server_free(server);
		close(options->listen_fd);
		return -ENOMEM;
	}
	signal(SIGPIPE, SIG_IGN);
	reply_service();
	int r = server_start(server, options->listen_fd);
	if (r < 0) {
		log_event(LOG_LEVEL_ERROR, "The service cannot start: %s.", uv_strerror(r));
		server->result = r;
		server->stopping = true;
		server_check_end(server);
	}
	uv_run(&server->loop, UV_RUN_DEFAULT);
	assert(server->ended);
	r = uv_loop_close(&server->loop);
	assert(r == 0);
	r = server->result;
	server_free(server);
	return r;
}
