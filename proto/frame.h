/* SPDX-License-Identifier: Apache-2.0 */
/* frame.h: bytes to messages. A message is bytes ended by NUL; this file knows no JSON.
 *
 * Bytes go in by frame_push (or are read straight into frame_space), messages come out by
 * frame_next. Only new bytes are searched for the NUL, so a message that trickles in costs no more
 * than one that comes whole. */
#ifndef OGID_PROTO_FRAME_H
#define OGID_PROTO_FRAME_H

#include <stddef.h>

#include "proto/base/buf.h"

#define FRAME_MAX_BYTES (1024 * 1024) /* of one message, its NUL not counted */

struct frame {
	struct buf in;
	size_t taken;   /* bytes of messages already given out */
	size_t scanned; /* bytes already searched for a NUL */
};

void frame_init(struct frame *frame);
void frame_done(struct frame *frame);
/* Room for at least `bytes` more; frame_filled says how many were written there. NULL: no memory.
 */
char *frame_space(struct frame *frame, size_t bytes);
void frame_filled(struct frame *frame, size_t bytes);
int frame_push(struct frame *frame, const void *data, size_t bytes);
/* 1 with the next message (valid until the next call on this frame; ended by its NUL, which is not
 * counted), 0 when it is not whole yet, -EMSGSIZE when it passes the limit. Memory is given back
 * when everything has been taken. */
int frame_next(struct frame *frame, const char **ret_message, size_t *ret_bytes);
/* Bytes of an unfinished message. */
size_t frame_pending(const struct frame *frame);

#endif
