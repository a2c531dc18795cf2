/* SPDX-License-Identifier: Apache-2.0 */
/* link.h: one blocking conversation with the daemon. */
#ifndef OGID_CLIENT_LINK_H
#define OGID_CLIENT_LINK_H

#include <stdbool.h>
#include <sys/un.h>

#include "proto/frame.h"
#include "proto/message.h"

struct link {
	int fd; /* -1: closed */
	struct frame frame;
};

/* Connects, trying again for up to `patience_msec` while nobody listens. 0 or negative errno. */
int link_open(struct link *link, const struct sockaddr_un *address, int patience_msec);
void link_close(struct link *link);
/* 0, -EMSGSIZE for a call past the limit of a message, -ECONNRESET when the daemon has gone. */
int link_call(struct link *link, const char *method, json_t *parameters, bool more);
/* Waits for the next reply. 0, -ECONNRESET when the daemon has gone, -EBADMSG with a sentence when
 * what came is no reply. The caller owns the reply. */
int link_next(struct link *link, struct message_reply *ret_reply, char reterr_why[static 200]);

#endif
