/* SPDX-License-Identifier: Apache-2.0 */
/* message.h: Varlink calls and replies as JSON text. */
#ifndef OGID_PROTO_MESSAGE_H
#define OGID_PROTO_MESSAGE_H

#include <jansson.h>
#include <stdbool.h>

#include "proto/base/buf.h"

#define MESSAGE_MAX_DEPTH 32

/* One call. `method` points into `root`; `parameters` is a borrowed object of `root`, never NULL.
 */
struct message_call {
	json_t *root; /* owned */
	const char *method;
	json_t *parameters;
	bool more, oneway;
};

/* Reads a call. Refused with -EBADMSG and a sentence in reterr_why (static or in its buffer): no
 * JSON, duplicate keys, U+0000, not UTF-8, deeper than MESSAGE_MAX_DEPTH, not an object, no method
 * name, a member that Varlink does not know, more and oneway at once. Absent, null and {}
 * parameters are the same. The depth is checked before the JSON library sees the text. */
int message_read_call(const char *text, size_t bytes, struct message_call *ret_call,
		      char reterr_why[static 200]);
void message_call_done(struct message_call *call);

/* One reply. error is NULL for success. */
struct message_reply {
	json_t *root; /* owned */
	const char *error;
	json_t *parameters; /* borrowed, never NULL */
	bool continues;
};

int message_read_reply(const char *text, size_t bytes, struct message_reply *ret_reply,
		       char reterr_why[static 200]);
void message_reply_done(struct message_reply *reply);

/* Append one message with its NUL. parameters is borrowed and may be NULL. -EMSGSIZE past the limit
 * of a message, and then nothing is appended. */
int message_write_call(struct buf *out, const char *method, json_t *parameters, bool more,
		       bool oneway);
int message_write_reply(struct buf *out, json_t *parameters, bool continues);
int message_write_error(struct buf *out, const char *error, json_t *parameters);

#endif
