/* SPDX-License-Identifier: Apache-2.0 */
/* server SOCKET INTERFACE: gives the certification to any number of clients, until SIGTERM. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/address.h"
#include "proto/base/buf.h"
#include "proto/base/file.h"
#include "proto/call.h"
#include "proto/interfaces.h"
#include "tests/certify/certify.h"

#define SERVER_CONNECTIONS 16
#define SERVER_CLIENTS     64 /* client ids; the oldest is forgotten */

/* A client is known by the id that Start gave it, not by its connection. */
struct client {
	char id[17];
	size_t next; /* step */
};

struct connection {
	int fd; /* -1: free */
	struct frame frame;
	struct buf out;
};

struct server {
	int listener;
	struct call_service service;
	struct connection connections[SERVER_CONNECTIONS];
	struct client clients[SERVER_CLIENTS];
	unsigned started;
};

static volatile sig_atomic_t server_stop;

static void server_signal(int number)
{
	(void)number;
	server_stop = 1;
}

/* --- answering --- */

static void connection_reply(struct server *server, struct connection *connection,
			     const struct message_call *call, json_t *parameters, bool continues)
{
	char why[400];

	if (call->oneway) {
		return;
	}
	if (call_check_reply(&server->service, call->method, NULL, parameters, why) < 0) {
		fprintf(stderr, "%s: the reply is wrong: %s\n", call->method, why);
		abort();
	}
	message_write_reply(&connection->out, parameters, continues);
}

static void connection_error(struct server *server, struct connection *connection,
			     const struct message_call *call, const char *error, json_t *parameters)
{
	char why[400];

	if (call->oneway) {
		return;
	}
	if (call_check_reply(&server->service, call->method, error, parameters, why) < 0) {
		fprintf(stderr, "%s: the error is wrong: %s\n", call->method, why);
		abort();
	}
	message_write_error(&connection->out, error, parameters);
}

static struct client *server_client(struct server *server, const char *id)
{
	for (size_t i = 0; i < SERVER_CLIENTS; i++) {
		struct client *client = &server->clients[i];
		if (client->id[0] != '\0' && strcmp(client->id, id) == 0) {
			return client;
		}
	}
	return NULL;
}

static void server_start(struct server *server, struct connection *connection,
			 const struct message_call *call)
{
	struct client *client = &server->clients[server->started % SERVER_CLIENTS];

	snprintf(client->id, sizeof(client->id), "%08x%08x", (unsigned)getpid(), ++server->started);
	client->next = 1;
	json_t *reply = json_pack("{s:s}", "client_id", client->id);
	connection_reply(server, connection, call, reply, false);
	json_decref(reply);
}

/* What a call of the step must look like, as one object. Given. */
static json_t *server_wants(const struct certify_step *step, const char *client_id)
{
	json_t *parameters = certify_json(step->call);

	json_object_set_new(parameters, "client_id", json_string(client_id));
	json_t *wants = json_pack("{s:o}", "parameters", parameters);
	json_object_set_new(wants, "method",
			    json_sprintf("%s.%s", CERTIFY_INTERFACE, step->method));
	if (strcmp(step->method, "Test10") == 0) {
		json_object_set_new(wants, "more", json_true());
	} else if (strcmp(step->method, "Test11") == 0) {
		json_object_set_new(wants, "oneway", json_true());
	}
	return wants;
}

static void server_answer(struct server *server, struct connection *connection,
			  const struct message_call *call, const struct certify_step *step)
{
	if (strcmp(step->method, "Test10") == 0) {
		for (int i = 1; i <= CERTIFY_REPLIES; i++) {
			json_t *reply =
				json_pack("{s:o}", "string", json_sprintf("Reply number %d", i));
			connection_reply(server, connection, call, reply, i < CERTIFY_REPLIES);
			json_decref(reply);
		}
		return;
	}
	json_t *reply = certify_json(step->reply != NULL ? step->reply : "{}");
	connection_reply(server, connection, call, reply, false);
	json_decref(reply);
}

/* A call that fits the interface: is it the client's next one, with the values it was given? */
static void server_step(struct server *server, struct connection *connection,
			const struct message_call *call)
{
	size_t step = certify_step_find(call->method);
	const char *id = json_string_value(json_object_get(call->parameters, "client_id"));

	if (step == 0) {
		server_start(server, connection, call);
		return;
	}
	struct client *client = id != NULL ? server_client(server, id) : NULL;
	if (client == NULL) {
		connection_error(server, connection, call, CERTIFY_INTERFACE ".ClientIdError",
				 NULL);
		return;
	}
	json_t *wants = server_wants(&certify_steps[client->next], client->id);
	if (step != client->next || !certify_equal(call->root, wants)) {
		json_t *parameters = json_pack("{s:O, s:O}", "wants", wants, "got", call->root);
		connection_error(server, connection, call, CERTIFY_INTERFACE ".CertificationError",
				 parameters);
		json_decref(parameters);
		client->id[0] = '\0';
	} else {
		server_answer(server, connection, call, &certify_steps[step]);
		if (++client->next == certify_step_count) {
			client->id[0] = '\0';
		}
	}
	json_decref(wants);
}

static int server_message(struct server *server, struct connection *connection, const char *text,
			  size_t bytes)
{
	struct message_call call;
	const struct idl_entry *method = NULL;
	const char *error = NULL;
	json_t *reply = NULL, *parameters = NULL;
	char why[200];

	int r = message_read_call(text, bytes, &call, why);
	if (r < 0) {
		fprintf(stderr, "refused: %s\n", why);
		return r;
	}
	r = call_check(&server->service, &call, &method, &reply, &error, &parameters);
	if (r == 0) {
		server_step(server, connection, &call);
	} else if (r == 1) {
		connection_reply(server, connection, &call, reply, false);
	} else if (r == -EINVAL) {
		connection_error(server, connection, &call, error, parameters);
		r = 0;
	}
	json_decref(reply);
	json_decref(parameters);
	message_call_done(&call);
	return r;
}

/* --- connections --- */

static void connection_close(struct connection *connection)
{
	close(connection->fd);
	frame_done(&connection->frame);
	buf_done(&connection->out);
	connection->fd = -1;
}

static void server_accept(struct server *server)
{
	int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);

	for (size_t i = 0; fd >= 0 && i < SERVER_CONNECTIONS; i++) {
		struct connection *connection = &server->connections[i];
		if (connection->fd < 0) {
			connection->fd = fd;
			frame_init(&connection->frame);
			buf_init(&connection->out, 4 * FRAME_MAX_BYTES);
			return;
		}
	}
	if (fd >= 0) {
		close(fd);
	}
}

static void server_read(struct server *server, struct connection *connection)
{
	char *space = frame_space(&connection->frame, 4096);
	const char *text = NULL;
	size_t bytes = 0;
	int r;

	ssize_t count = space != NULL ? read(connection->fd, space, 4096) : -1;
	if (count <= 0) {
		connection_close(connection);
		return;
	}
	frame_filled(&connection->frame, (size_t)count);
	while ((r = frame_next(&connection->frame, &text, &bytes)) == 1) {
		if (server_message(server, connection, text, bytes) < 0) {
			r = -EBADMSG;
			break;
		}
	}
	if (r == 0) {
		r = connection->out.error;
	}
	if (r < 0 ||
	    file_write_all(connection->fd, connection->out.data, connection->out.len) < 0) {
		connection_close(connection);
		return;
	}
	buf_clear(&connection->out);
}

static void server_turn(struct server *server)
{
	struct pollfd polls[SERVER_CONNECTIONS + 1] = { { .fd = server->listener,
							  .events = POLLIN } };

	for (size_t i = 0; i < SERVER_CONNECTIONS; i++) {
		polls[i + 1] = (struct pollfd){ .fd = server->connections[i].fd, .events = POLLIN };
	}
	if (poll(polls, SERVER_CONNECTIONS + 1, 1000) <= 0) {
		return; /* a signal, or time to look whether there was one */
	}
	for (size_t i = 0; i < SERVER_CONNECTIONS; i++) {
		if (polls[i + 1].revents != 0) {
			server_read(server, &server->connections[i]);
		}
	}
	if (polls[0].revents != 0) {
		server_accept(server);
	}
}

static int server_listen(struct server *server, const char *path)
{
	struct sockaddr_un address;

	int r = address_socket(path, &address);
	if (r < 0) {
		return r;
	}
	server->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server->listener < 0 ||
	    bind(server->listener, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(server->listener, SERVER_CONNECTIONS) < 0) {
		return -errno;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct server server = {
		.service = { .vendor = "ogid",
			     .product = "certification",
			     .version = "1",
			     .url = "https://varlink.org" },
	};
	const struct idl *interfaces[3] = { interfaces_find("org.varlink.service") };
	struct sigaction action = { .sa_handler = server_signal };

	if (argc != 3) {
		fputs("usage: server SOCKET INTERFACE\n", stderr);
		return 2;
	}
	struct idl *idl = certify_idl(argv[2]);
	interfaces[1] = idl;
	server.service.interfaces = interfaces;
	for (size_t i = 0; i < SERVER_CONNECTIONS; i++) {
		server.connections[i].fd = -1;
	}
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGTERM, &action, NULL);
	int r = server_listen(&server, argv[1]);
	if (r < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-r));
		return 1;
	}
	while (!server_stop) {
		server_turn(&server);
	}
	for (size_t i = 0; i < SERVER_CONNECTIONS; i++) {
		if (server.connections[i].fd >= 0) {
			connection_close(&server.connections[i]);
		}
	}
	close(server.listener);
	unlink(argv[1]);
	idl_free(idl);
	return 0;
}
