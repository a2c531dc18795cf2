/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/frame.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* Whoever reads takes the whole messages out before it reads on, so what is kept is one unfinished
 * message and one read; several messages may come in one read. */
#define FRAME_KEPT_BYTES ((size_t)4 * FRAME_MAX_BYTES)

void frame_init(struct frame *frame)
{
	*frame = (struct frame){ 0 };
	buf_init(&frame->in, FRAME_KEPT_BYTES);
}

void frame_done(struct frame *frame)
{
	buf_done(&frame->in);
	frame_init(frame);
}

/* Only the unfinished rest moves, and only after something was taken: once a message. */
static void frame_compact(struct frame *frame)
{
	if (frame->taken == 0) {
		return;
	}
	buf_consume(&frame->in, frame->taken);
	frame->scanned -= frame->taken;
	frame->taken = 0;
}

char *frame_space(struct frame *frame, size_t bytes)
{
	frame_compact(frame);
	return buf_reserve(&frame->in, bytes);
}

void frame_filled(struct frame *frame, size_t bytes)
{
	assert(bytes <= frame->in.size - frame->in.len);
	frame->in.len += bytes;
}

int frame_push(struct frame *frame, const void *data, size_t bytes)
{
	frame_compact(frame);
	return buf_append(&frame->in, data, bytes);
}

int frame_next(struct frame *frame, const char **ret_message, size_t *ret_bytes)
{
	if (frame->taken == frame->in.len) {
		/* An idle connection keeps no memory; the error of a push, if any, stays. */
		int error = frame->in.error;
		frame_done(frame);
		frame->in.error = error;
		return 0;
	}
	const char *start = frame->in.data + frame->taken;
	const char *end =
		memchr(frame->in.data + frame->scanned, '\0', frame->in.len - frame->scanned);
	size_t bytes = end != NULL ? (size_t)(end - start) : frame->in.len - frame->taken;

	/* Past the limit nothing moves on: the answer stays the same. */
	if (bytes > FRAME_MAX_BYTES) {
		return -EMSGSIZE;
	}
	frame->scanned = frame->taken + bytes;
	if (end == NULL) {
		return 0;
	}
	frame->taken += bytes + 1;
	frame->scanned = frame->taken;
	*ret_message = start;
	*ret_bytes = bytes;
	return 1;
}

size_t frame_pending(const struct frame *frame)
{
	return frame->in.len - frame->taken;
}
