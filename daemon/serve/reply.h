/* SPDX-License-Identifier: Apache-2.0 */
/* reply.h: one reply, or one error, as a message in a buffer.
 *
 * The one place where answers become bytes, from whichever thread: in builds with
 * OGID_CHECK_REPLIES each is checked against the interface, and one that does not fit ends the
 * daemon. */
#ifndef OGID_SERVE_REPLY_H
#define OGID_SERVE_REPLY_H

#include <jansson.h>
#include <stdbool.h>

#include "proto/base/buf.h"
#include "proto/call.h"
#include "proto/message_out.h"

#define REPLY_SERVICE       "org.varlink.service."
#define REPLY_APPLICATIONS  "org.ogid.Applications."
#define REPLY_LEDGER        "org.ogid.Ledger."
#define REPLY_REPORT        "org.ogid.Report."
#define REPLY_NOT_PERMITTED REPLY_SERVICE "PermissionDenied"
#define REPLY_INVALID       REPLY_SERVICE "InvalidParameter"

/* What this daemon says it is. The first call is made before there are threads. */
const struct call_service *reply_service(void);

/* Appends the answer to a call of `method` (qualified). error NULL: success. parameters are taken;
 * NULL stands for a lack of memory. An answer that passes the limit of a message becomes the error
 * org.ogid.Ledger.Internal that says so. 0; or -ENOMEM or -EMSGSIZE when nothing could be appended:
 * the session cannot go on then. */
int reply_write(struct buf *out, const char *method, const char *error, json_t *parameters,
		bool continues);

/* The same in pieces, for a success: what is written to message.json between the two are the
 * members of its parameters. Nothing else may be appended to out meanwhile. */
struct reply {
	struct message_out message;
	const char *method; /* borrowed */
};
struct reply reply_begin(struct buf *out, const char *method);
int reply_end(struct reply *reply, bool continues);

/* Parameters of org.varlink.service.InvalidParameter: a new reference. */
json_t *reply_invalid(const char *parameter, const char *problem);

#endif
