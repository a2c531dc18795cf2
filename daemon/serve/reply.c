/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/reply.h"

#include <errno.h>
#include <stdlib.h>

#include "proto/base/log.h"
#include "proto/interfaces.h"

const struct call_service *reply_service(void)
{
	static struct call_service service = {
		.vendor = "ogid",
		.product = "ogid, the register of disclosure applications",
		.version = OGID_VERSION,
		.url = "file:///usr/share/doc/ogid",
	};

	if (service.interfaces == NULL) {
		service.interfaces = interfaces_all();
	}
	return &service;
}

#ifdef OGID_CHECK_REPLIES
static void reply_check(const char *method, const char *error, json_t *parameters)
{
	char why[400];

	if (call_check_reply(reply_service(), method, error, parameters, why) < 0) {
		log_event(LOG_LEVEL_ERROR, "The answer to %s (%s) does not fit the interface: %s",
			  method, error != NULL ? error : "no error", why);
		abort();
	}
}

/* What was written in pieces is read back as a client would. */
static void reply_check_text(const struct reply *reply)
{
	const struct buf *out = reply->message.json.out;
	size_t start = reply->message.start;
	struct message_reply read;
	char why[200];

	if (message_read_reply(out->data + start, out->len - start - 1, &read, why) < 0) {
		log_event(LOG_LEVEL_ERROR, "The answer to %s cannot be read: %s", reply->method,
			  why);
		abort();
	}
	reply_check(reply->method, NULL, read.parameters);
	message_reply_done(&read);
}
#endif

static int reply_append(struct buf *out, const char *error, json_t *parameters, bool continues)
{
	if (error != NULL) {
		return message_write_error(out, error, parameters);
	}
	return message_write_reply(out, parameters, continues);
}

/* 0 or -ENOMEM as they are; in place of an answer that is too long, an error that says so. */
static int reply_limit(struct buf *out, const char *method, int result)
{
	if (result != -EMSGSIZE) {
		return result;
	}
	log_event(LOG_LEVEL_ERROR, "The answer to %s passes the limit of a message.", method);
	json_t *parameters =
		json_pack("{s:s}", "problem", "The answer is longer than a message may be, 1 MiB.");
	result = reply_append(out, REPLY_LEDGER "Internal", parameters, false);
	json_decref(parameters);
	return result;
}

int reply_write(struct buf *out, const char *method, const char *error, json_t *parameters,
		bool continues)
{
	if (parameters == NULL) {
		return -ENOMEM;
	}
#ifdef OGID_CHECK_REPLIES
	reply_check(method, error, parameters);
#endif
	int r = reply_append(out, error, parameters, continues);
	json_decref(parameters);
	return reply_limit(out, method, r);
}

struct reply reply_begin(struct buf *out, const char *method)
{
	return (struct reply){ message_out_begin(out), method };
}

int reply_end(struct reply *reply, bool continues)
{
	int r = message_out_end(&reply->message, continues);

#ifdef OGID_CHECK_REPLIES
	if (r == 0) {
		reply_check_text(reply);
	}
#endif
	return reply_limit(reply->message.json.out, reply->method, r);
}

json_t *reply_invalid(const char *parameter, const char *problem)
{
	return json_pack("{s:s, s:s}", "parameter", parameter, "problem", problem);
}
