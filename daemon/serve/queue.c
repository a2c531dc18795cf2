/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/queue.h"

#include <errno.h>

#include "daemon/serve/dispatch.h"
#include "daemon/serve/jobs.h"

void queue_init(struct queue *queue)
{
	*queue = (struct queue){ 0 };
	queue->end = &queue->first;
}

static void queue_pop(struct queue *queue)
{
	struct request *request = queue->first;

	queue->first = request->next;
	if (queue->first == NULL) {
		queue->end = &queue->first;
	}
	queue->count--;
	request_free(request);
}

void queue_done(struct queue *queue)
{
	while (queue->first != NULL) {
		queue_pop(queue);
	}
}

struct request *queue_add(struct queue *queue, struct session *session,
			  struct message_call *message)
{
	struct request *request = request_new(session, queue->next_serial, message);

	if (request == NULL) {
		return NULL;
	}
	queue->next_serial++;
	*queue->end = request;
	queue->end = &request->next;
	queue->count++;
	return request;
}

struct request *queue_find(const struct queue *queue, uint64_t serial)
{
	for (struct request *request = queue->first; request != NULL; request = request->next) {
		if (request->serial == serial) {
			return request;
		}
	}
	return NULL;
}

void queue_finish(struct queue *queue)
{
	struct request **at = &queue->first;

	while (*at != NULL) {
		struct request *request = *at;
		bool begun = request->write && request->job == NULL;

		if (request->progress == REQUEST_DONE ||
		    (request->progress == REQUEST_RUNNING && (begun || request->watching))) {
			at = &request->next;
			continue;
		}
		/* Answers leave in order, so nothing behind it can be answered; begun writes are
		 * done. */
		while (*at != NULL) {
			request = *at;
			*at = request->next;
			request_free(request);
			queue->count--;
		}
	}
	queue->end = at;
}

static int queue_move(struct request *request, struct buf *out, bool mute)
{
	if (request->broken) {
		return -ENOMEM;
	}
	if (mute) {
		buf_done(&request->out);
		return 0;
	}
	if (out->len > 0) {
		int r = buf_append(out, request->out.data, request->out.len);
		buf_done(&request->out);
		return r;
	}
	/* Into an empty one by exchange: most answers are never copied. */
	struct buf filled = request->out;
	request->out = *out;
	*out = filled;
	out->max = request->out.max;
	request->out.max = filled.max;
	return 0;
}

/* Nobody reads: no use in going on with what only tells. */
static void queue_drop_telling(struct request *request)
{
	if (request->watching || (request->job != NULL && !job_is_running(request->job))) {
		request_end(request);
	}
}

static int queue_advance_head(struct queue *queue, struct buf *out, size_t high, bool mute)
{
	while (queue->first != NULL) {
		struct request *head = queue->first;

		if (head->broken || head->out.len > 0) {
			if (out->len >= high && !mute) {
				return 0;
			}
			int r = queue_move(head, out, mute);
			if (r < 0) {
				return r;
			}
		}
		if (mute && head->progress == REQUEST_RUNNING) {
			queue_drop_telling(head);
		}
		if (head->progress == REQUEST_WAITING) {
			dispatch_start(head);
		} else if (head->progress == REQUEST_DONE) {
			queue_pop(queue);
		} else {
			return 0;
		}
	}
	return 0;
}

int queue_advance(struct queue *queue, struct buf *out, size_t high, bool mute)
{
	int r = queue_advance_head(queue, out, high, mute);
	if (r < 0) {
		return r;
	}
	for (struct request *request = queue->first; request != NULL; request = request->next) {
		if (request->progress == REQUEST_DONE) {
			continue;
		}
		if (!request->write) {
			break;
		}
		if (request->progress == REQUEST_WAITING) {
			dispatch_start(request);
		}
	}
	return 0;
}
