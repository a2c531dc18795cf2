/* SPDX-License-Identifier: Apache-2.0 */
/* queue.h: the unanswered calls of one session, in order.
 *
 * A call starts when it is at the head; a write also when all unfinished calls before it are
 * writes. So a client reads what it has written, and writes that were sent in one go share a sync.
 * Answers leave in the order of the calls. */
#ifndef OGID_SERVE_QUEUE_H
#define OGID_SERVE_QUEUE_H

#include "daemon/serve/request.h"

struct queue {
	struct request *first, **end;
	unsigned count;
	uint64_t next_serial;
};

void queue_init(struct queue *queue);
void queue_done(struct queue *queue);
/* message is taken. NULL: no memory, and it is not. */
struct request *queue_add(struct queue *queue, struct session *session,
			  struct message_call *message);
struct request *queue_find(const struct queue *queue, uint64_t serial);
/* Starts what may start and moves the answers whose turn it is to `out`, until that has passed
 * `high` bytes. mute: nobody reads, so answers are dropped, and what only tells ends. -ENOMEM: the
 * session cannot go on. */
int queue_advance(struct queue *queue, struct buf *out, size_t high, bool mute);
/* Drops what has not begun, but for what the writer has and who watches that. */
void queue_finish(struct queue *queue);

#endif
