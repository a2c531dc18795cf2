/* SPDX-License-Identifier: Apache-2.0 */
/* client SOCKET INTERFACE [--wrong]: takes the certification; each call's parameters are what the
 * call before returned. Exit status 0 when every value was right. With --wrong it sends another
 * string to Test05, and is content when the server refuses that with a CertificationError. */
#include <errno.h>
#include <stdarg.h>
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

struct client {
	int fd;
	struct frame frame;
	struct call_service service; /* to check what comes */
	json_t *client_id;
	json_t *last;    /* parameters of the last reply */
	json_t *replies; /* strings of Test10 */
	bool wrong;
	bool refused; /* and so it was */
};

__attribute__((format(printf, 1, 2), noreturn)) static void die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

static void client_send(struct client *client, const char *method, json_t *parameters, bool more,
			bool oneway)
{
	struct buf out;

	buf_init(&out, 2 * FRAME_MAX_BYTES);
	int r = message_write_call(&out, method, parameters, more, oneway);
	if (r == 0) {
		r = file_write_all(client->fd, out.data, out.len);
	}
	if (r < 0) {
		die("%s: cannot be sent: %s", method, strerror(-r));
	}
	buf_done(&out);
}

/* The next reply, which fits the interface. */
static void client_receive(struct client *client, const char *method,
			   struct message_reply *ret_reply)
{
	const char *text = NULL;
	size_t bytes = 0;
	char why[400] = "";

	int r = certify_receive(client->fd, &client->frame, &text, &bytes);
	if (r <= 0) {
		die("%s: no reply: %s", method, r < 0 ? strerror(-r) : "end of the stream");
	}
	if (message_read_reply(text, bytes, ret_reply, why) < 0 ||
	    call_check_reply(&client->service, method, ret_reply->error, ret_reply->parameters,
			     why) < 0) {
		die("%s: the reply is wrong: %s: %.*s", method, why, (int)bytes, text);
	}
}

static void client_expect(const char *method, const json_t *got, const char *wanted)
{
	json_t *value = certify_json(wanted);

	if (!certify_equal(got, value)) {
		die("%s: wants %s, got %s", method, wanted, json_dumps(got, JSON_COMPACT));
	}
	json_decref(value);
}

/* An error other than the one that was provoked ends the run. */
static void client_take_error(struct client *client, const char *method,
			      const struct message_reply *reply)
{
	if (!client->wrong || strcmp(method, CERTIFY_INTERFACE ".Test05") != 0 ||
	    strcmp(reply->error, CERTIFY_INTERFACE ".CertificationError") != 0) {
		die("%s: %s %s", method, reply->error, json_dumps(reply->parameters, JSON_COMPACT));
	}
	client->refused = true;
}

/* Parameters of the next call: the last reply, and who we are. Given. */
static json_t *client_parameters(const struct client *client, const struct certify_step *step)
{
	json_t *parameters = json_object();

	if (strcmp(step->method, "Test11") == 0) {
		json_object_set(parameters, "last_more_replies", client->replies);
	} else if (strcmp(step->method, "Test01") != 0 && strcmp(step->method, "End") != 0) {
		json_object_update(parameters, client->last);
	}
	if (client->wrong && strcmp(step->method, "Test05") == 0) {
		json_object_set_new(parameters, "string", json_string("pong"));
	}
	json_object_set(parameters, "client_id", client->client_id);
	return parameters;
}

static void client_start(struct client *client)
{
	struct message_reply reply;

	client_send(client, CERTIFY_INTERFACE ".Start", NULL, false, false);
	client_receive(client, CERTIFY_INTERFACE ".Start", &reply);
	if (reply.error != NULL) {
		client_take_error(client, "Start", &reply);
	}
	client->client_id = json_incref(json_object_get(reply.parameters, "client_id"));
	message_reply_done(&reply);
}

static void client_take_more(struct client *client, const char *method)
{
	for (int i = 1; i <= CERTIFY_REPLIES; i++) {
		struct message_reply reply;
		char wanted[80];

		client_receive(client, method, &reply);
		if (reply.error != NULL) {
			client_take_error(client, method, &reply);
		}
		snprintf(wanted, sizeof(wanted), "{\"string\":\"Reply number %d\"}", i);
		client_expect(method, reply.parameters, wanted);
		if (reply.continues != (i < CERTIFY_REPLIES)) {
			die("%s: reply %d must %scontinue", method, i,
			    reply.continues ? "not " : "");
		}
		json_array_append(client->replies, json_object_get(reply.parameters, "string"));
		message_reply_done(&reply);
	}
}

static void client_take_one(struct client *client, const char *method,
			    const struct certify_step *step)
{
	struct message_reply reply;

	client_receive(client, method, &reply);
	if (reply.error != NULL) {
		client_take_error(client, method, &reply);
	} else if (client->wrong && strcmp(step->method, "Test05") == 0) {
		die("%s: the wrong value was taken", method);
	} else if (reply.continues) {
		die("%s: must not continue", method);
	} else {
		client_expect(method, reply.parameters, step->reply);
		json_decref(client->last);
		client->last = json_incref(reply.parameters);
	}
	message_reply_done(&reply);
}

static void client_step(struct client *client, const struct certify_step *step)
{
	json_t *parameters = client_parameters(client, step);
	bool more = strcmp(step->method, "Test10") == 0;
	bool oneway = strcmp(step->method, "Test11") == 0;
	char method[100];

	snprintf(method, sizeof(method), "%s.%s", CERTIFY_INTERFACE, step->method);
	client_send(client, method, parameters, more, oneway);
	json_decref(parameters);
	if (more) {
		client_take_more(client, method);
	} else if (!oneway) {
		client_take_one(client, method, step);
	}
}

/* What every Varlink service must answer; the calls go out before the first reply is read. */
static void client_service(struct client *client)
{
	static const char *const calls[] = {
		"org.varlink.service.GetInfo",
		"org.varlink.service.GetInterfaceDescription",
		CERTIFY_INTERFACE ".Nothing",
		"org.example.nothing.Nothing",
	};
	static const char *const errors[] = { NULL, NULL, "org.varlink.service.MethodNotFound",
					      "org.varlink.service.InterfaceNotFound" };
	json_t *parameters = json_pack("{s:s}", "interface", CERTIFY_INTERFACE);
	struct message_reply reply;

	for (int i = 0; i < 4; i++) {
		client_send(client, calls[i], i == 1 ? parameters : NULL, false, false);
	}
	for (int i = 0; i < 4; i++) {
		client_receive(client, calls[i], &reply);
		if ((reply.error == NULL) != (errors[i] == NULL) ||
		    (errors[i] != NULL && strcmp(errors[i], reply.error) != 0)) {
			die("%s: %s", calls[i], reply.error != NULL ? reply.error : "no error");
		}
		message_reply_done(&reply);
	}
	json_decref(parameters);
}

static void client_connect(struct client *client, const char *path)
{
	struct sockaddr_un address;

	if (address_socket(path, &address) < 0) {
		die("%s: too long", path);
	}
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0 ||
	    connect(client->fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		die("%s: %s", path, strerror(errno));
	}
}

int main(int argc, char **argv)
{
	struct client client = { .last = json_object(), .replies = json_array() };
	const struct idl *interfaces[3] = { interfaces_find("org.varlink.service") };

	if (argc < 3) {
		die("usage: client SOCKET INTERFACE [--wrong]");
	}
	struct idl *idl = certify_idl(argv[2]);
	interfaces[1] = idl;
	client.service.interfaces = interfaces;
	client.wrong = argc > 3 && strcmp(argv[3], "--wrong") == 0;
	frame_init(&client.frame);
	client_connect(&client, argv[1]);
	client_service(&client);
	client_start(&client);
	for (size_t i = 1; i < certify_step_count && !client.refused; i++) {
		client_step(&client, &certify_steps[i]);
	}
	if (client.wrong && !client.refused) {
		die("the wrong value was not refused");
	}
	puts(client.wrong ? "refused as it should be" : "certified");
	json_decref(client.last);
	json_decref(client.replies);
	json_decref(client.client_id);
	frame_done(&client.frame);
	close(client.fd);
	idl_free(idl);
	return 0;
}
