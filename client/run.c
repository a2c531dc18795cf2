/* SPDX-License-Identifier: Apache-2.0 */
#include "client/run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "client/language.h"
#include "client/link.h"
#include "client/reply.h"
#include "client/table.h"
#include "proto/address.h"
#include "proto/base/cleanup.h"
#include "proto/interfaces.h"

#define RUN_KEY_BYTES     16
#define RUN_PAUSE_NSEC    200000000L
#define RUN_PATIENCE_MSEC 3000 /* for a daemon that restarts between call and reply */

/* One command on its way. */
struct run {
	const struct command *command;
	const struct globals *globals;
	json_t *parameters;
	struct sockaddr_un address;
	struct link link;
	struct screen screen;
	struct print print;
	size_t replies; /* shown; after the first, the call is never repeated */
};

/* With a key, a call may be repeated after a lost reply. The dash keeps it apart from numbers. */
static int run_make_key(const struct command *command, json_t *parameters)
{
	const struct idl_entry *method = interfaces_method(command->method, NULL);
	unsigned char bytes[RUN_KEY_BYTES];
	char key[4 + 2 * RUN_KEY_BYTES + 1] = "ogi-";
	bool takes = false;

	for (size_t i = 0; method != NULL && i < method->type->member_count; i++) {
		takes = takes || strcmp(method->type->members[i].name, "key") == 0;
	}
	if (!takes || reply_has(parameters, "key")) {
		return 0;
	}
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
		return -errno;
	}
	for (size_t i = 0; i < sizeof(bytes); i++) {
		snprintf(key + 4 + 2 * i, 3, "%02x", bytes[i]);
	}
	return json_object_set_new(parameters, "key", json_string(key)) < 0 ? -ENOMEM : 0;
}

const char *print_local(const struct print *print, const char *option)
{
	for (size_t i = 0; i < command_locals(print->command); i++) {
		if (strcmp(print->command->locals[i].option, option) == 0) {
			return print->locals[i];
		}
	}
	return NULL;
}

static void run_print_json(json_t *parameters)
{
	auto_free char *text = json_dumps(parameters, JSON_COMPACT);
	if (text != NULL) {
		puts(text);
	}
	/* Whoever reads a stream wants each line when it comes. */
	fflush(stdout);
}

/* The exit status of a check does not hang on how it is shown. */
static bool run_check_failed(const json_t *reply)
{
	size_t i;
	json_t *report;

	json_array_foreach(json_object_get(reply, "reports"), i, report)
	{
		if (checks_fail(json_object_get(report, "checks"))) {
			return true;
		}
	}
	report = json_object_get(reply, "report");
	return checks_fail(json_object_get(report, "checks")) ||
	       checks_fail(json_object_get(reply, "checks")) ||
	       json_array_size(json_object_get(reply, "problems")) > 0;
}

static enum exit_status run_error(struct run *run, const struct message_reply *reply)
{
	struct buf out;

	buf_init(&out, SCREEN_TEXT_MAX);
	enum exit_status status =
		explain_error(reply->error, reply->parameters, run->command->name, &out);
	buf_append(&out, "", 1);
	fflush(stdout);
	if (run->globals->json) {
		auto_free char *text = json_dumps(reply->parameters, JSON_COMPACT);
		fprintf(stderr, "{\"error\":\"%s\",\"parameters\":%s}\n", reply->error,
			text != NULL ? text : "{}");
	} else if (out.error == 0) {
		screen_complain("%s", out.data);
	}
	if (!run->globals->json && status == EXIT_CHECK_FAILED) {
		print_checks(&run->print, json_object_get(reply->parameters, "checks"));
	}
	buf_done(&out);
	return status;
}

/* The reply that only says that a stream is over. */
static bool run_is_closing(const struct run *run, const struct message_reply *reply)
{
	const char *item = run->command->item;
	return item != NULL && item[0] != '\0' && !reply->continues &&
	       !reply_has(reply->parameters, item);
}

/* 1: more replies follow; 0: done, *ret_status says how; negative errno: no reply came. */
static int run_reply(struct run *run, enum exit_status *ret_status, char reterr_why[static 200])
{
	struct message_reply reply;

	int r = link_next(&run->link, &reply, reterr_why);
	if (r < 0) {
		return r;
	}
	/* The daemon ends now; its next start knows, and so it is asked again. */
	if (reply.error != NULL && strcmp(reply.error, "org.ogid.Ledger.OutcomeUnknown") == 0) {
		message_reply_done(&reply);
		return -ECONNRESET;
	}
	run->replies++;
	if (reply.error != NULL) {
		*ret_status = run_error(run, &reply);
	} else if (run_is_closing(run, &reply)) {
		*ret_status = EXIT_DONE;
	} else if (run->globals->json) {
		run_print_json(reply.parameters);
		run->print.failed = run->print.failed || run_check_failed(reply.parameters);
		*ret_status = EXIT_DONE;
	} else {
		run->print.items++;
		run->command->reply(&run->print, reply.parameters);
		*ret_status = EXIT_DONE;
	}
	r = reply.error == NULL && reply.continues ? 1 : 0;
	message_reply_done(&reply);
	return r;
}

static int run_call(struct run *run, enum exit_status *ret_status, char reterr_why[static 200])
{
	int r = link_call(&run->link, run->command->method, run->parameters,
			  run->command->item != NULL);

	while (r == 0) {
		r = run_reply(run, ret_status, reterr_why);
		if (r <= 0) {
			return r;
		}
		r = 0;
	}
	return r;
}

static enum exit_status run_unreachable(const struct run *run, int error)
{
	const char *path = run->address.sun_path;

	if (error == -EACCES || error == -EPERM) {
		screen_complain(_("you may not open the daemon's socket %s; ask the administrator"),
				path);
	} else {
		screen_complain(
			_("cannot reach the daemon at %s: is ogid running? start it with: ogid"),
			path);
	}
	return EXIT_UNREACHABLE;
}

static enum exit_status run_broken(const struct run *run, int error, const char *why)
{
	const char *key = reply_text(run->parameters, "key");

	fflush(stdout);
	if (error == -EBADMSG) {
		screen_complain(_("what the daemon answered cannot be read: %s"), why);
		return EXIT_BAD_DATA;
	}
	if (error == -EMSGSIZE) {
		screen_complain(_("the call is longer than the %d bytes of a message"),
				FRAME_MAX_BYTES);
		return EXIT_USAGE;
	}
	if (error != -ECONNRESET) {
		screen_complain("%s", strerror(-error));
	} else if (key[0] != '\0' && run->replies == 0) {
		screen_complain(
			_("the daemon went away before it answered, and nobody knows whether the "
			  "change was made: repeat the command with --key %s, which is safe"),
			key);
	} else if ((run->command->flags & COMMAND_ONCE) != 0 && run->replies == 0) {
		screen_complain(
			_("the daemon went away before it answered: look whether the change was "
			  "made before you repeat it"));
	} else {
		screen_complain(_("the daemon went away before it had answered everything"));
	}
	return EXIT_UNREACHABLE;
}

static enum exit_status run_open(struct run *run, enum exit_status *ret_status)
{
	char why[200] = "";

	int r = run_call(run, ret_status, why);
	bool repeatable = (run->command->flags & COMMAND_ONCE) == 0 && run->replies == 0;
	if (r == -ECONNRESET && repeatable) {
		link_close(&run->link);
		nanosleep(&(struct timespec){ .tv_nsec = RUN_PAUSE_NSEC }, NULL);
		r = link_open(&run->link, &run->address, RUN_PATIENCE_MSEC);
		r = r < 0 ? -ECONNRESET : run_call(run, ret_status, why);
	}
	if (r < 0) {
		return run_broken(run, r, why);
	}
	return *ret_status;
}

enum exit_status run_command(const struct command *command, json_t *parameters,
			     const struct globals *globals)
{
	struct run run = { .command = command, .globals = globals, .parameters = parameters };
	enum exit_status status = EXIT_DONE;

	int r = address_socket(globals->socket, &run.address);
	if (r < 0) {
		screen_complain(_("the path of the socket is longer than %zu bytes"),
				sizeof(run.address.sun_path) - 1);
		return EXIT_USAGE;
	}
	r = run_make_key(command, parameters);
	if (r < 0) {
		screen_complain("%s", strerror(-r));
		return EXIT_BAD_DATA;
	}
	r = link_open(&run.link, &run.address, 0);
	if (r < 0) {
		return run_unreachable(&run, r);
	}
	run.screen = screen_of_output();
	run.print = (struct print){ .command = command,
				    .screen = &run.screen,
				    .request = parameters,
				    .locals = globals->locals };
	status = run_open(&run, &status);
	if (!globals->json && command->end != NULL && status == EXIT_DONE) {
		command->end(&run.print);
	}
	run.print.table = table_free(run.print.table);
	link_close(&run.link);
	status = status == EXIT_DONE ? run.print.status : status;
	return status == EXIT_DONE && run.print.failed ? EXIT_CHECK_FAILED : status;
}
