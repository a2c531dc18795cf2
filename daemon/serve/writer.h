/* SPDX-License-Identifier: Apache-2.0 */
/* writer.h: the one thread that changes the register.
 *
 * It takes whatever has queued up as one batch, so that many callers share one sync; while it waits
 * for the disk the next batch gathers. The queue is bounded by what the sessions may have
 * unanswered. */
#ifndef OGID_SERVE_WRITER_H
#define OGID_SERVE_WRITER_H

#include <uv.h>

#include "daemon/register/register.h"

/* One change on its way through, and the call that it answers: by name, because the session may be
 * gone when the change is done. */
struct write {
	struct write *next;
	struct change *change; /* owned */
	uint64_t session, serial;
};

struct writer;

/* done is called on the loop thread, in the order of the pushes, and takes the write. failed is
 * called once, after the answers of the batch, when the disk failed. */
int writer_new(uv_loop_t *loop, struct registry *registry, void (*done)(struct write *, void *),
	       void (*failed)(int error, void *), void *userdata, struct writer **ret_writer);
/* The write is taken. After a failure it comes back as PROBLEM_OUTCOME_UNKNOWN, untried. */
void writer_push(struct writer *writer, struct write *write);
struct write *write_free(struct write *write); /* takes NULL, returns NULL */
/* Ends the thread; nothing may be queued. The rest is freed when the loop has run on. Takes NULL.
 */
void writer_stop(struct writer *writer);

#endif
