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
#endif

static int reply_append(struct buf *out, const char *error, json_t *parameters, bool continues)
{
	if (error != NULL) {
		return message_write_error(out, error, parameters);
	}
	return message_write_reply(out, parameters, continues);
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
	if (r != -EMSGSIZE) {
		return r;
	}
	log_event(LOG_LEVEL_ERROR, "The answer to %s passes the limit of a message.", method);
	parameters =
		json_pack("{s:s}", "problem", "The answer is longer than a message may be, 1 MiB.");
	r = reply_append(out, REPLY_LEDGER "Internal", parameters, false);
	json_decref(parameters);
	return r;
}

json_t *reply_invalid(const char *parameter, const char *problem)
{
	return json_pack("{s:s, s:s}", "parameter", parameter, "problem", problem);
}
