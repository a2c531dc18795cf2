/* SPDX-License-Identifier: Apache-2.0 */
/* message_out.h: a Varlink reply written into a buf piece by piece, for answers that are given
 * often: message.h writes one from a tree. */
#ifndef OGID_PROTO_MESSAGE_OUT_H
#define OGID_PROTO_MESSAGE_OUT_H

#include "proto/json_out.h"

struct message_out {
	struct json_out json; /* the members of the parameters go here */
	size_t start;         /* of the message in the buf */
	int before;           /* the buf's own error, which is not ours to undo */
};

struct message_out message_out_begin(struct buf *out);
/* Ends it, with its NUL. -EMSGSIZE past the limit of a message, or the buf's failure; then nothing
 * has been appended. */
int message_out_end(struct message_out *message, bool continues);

#endif
