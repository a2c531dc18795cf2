/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/writer.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/base/cleanup.h"
#include "proto/base/log.h"

#define WRITER_BATCH_MAX 1024
/* The state is synced when that much would have to be applied again after a crash: sooner when the
 * writer has had nothing to do for a while, later in any case. */
#define CHECKPOINT_IDLE_CHANGES 10000
#define CHECKPOINT_MAX_CHANGES  200000
#define CHECKPOINT_IDLE_SECONDS 1
#define CHECKPOINT_SECONDS      60

struct write_list {
	struct write *first;
	struct write **end;
};

struct writer {
	uv_async_t async;
	struct registry *registry;
	void (*done)(struct write *write, void *userdata);
	void (*failed)(int error, void *userdata);
	void *userdata;
	pthread_t thread;

	pthread_mutex_t mutex; /* guards what follows, up to the thread's own */
	pthread_cond_t wake;
	struct write_list queue, answered;
	bool stop;
	int error; /* of the disk; nothing is written after it */

	/* the loop's own */
	bool told;

	/* the thread's own */
	struct change *batch[WRITER_BATCH_MAX];
	unsigned since_checkpoint;
	struct timespec checkpoint_at;
};

static void write_list_init(struct write_list *list)
{
	list->first = NULL;
	list->end = &list->first;
}

static void write_list_append(struct write_list *list, struct write *write)
{
	write->next = NULL;
	*list->end = write;
	list->end = &write->next;
}

static struct write *write_list_take(struct write_list *list)
{
	struct write *write = list->first;

	if (write != NULL) {
		list->first = write->next;
		if (list->first == NULL) {
			list->end = &list->first;
		}
		write->next = NULL;
	}
	return write;
}

struct write *write_free(struct write *write)
{
	if (write != NULL) {
		change_free(write->change);
		free(write);
	}
	return NULL;
}

/* --- the thread --- */

static void writer_schedule_checkpoint(struct writer *writer)
{
	writer->since_checkpoint = 0;
	clock_gettime(CLOCK_MONOTONIC, &writer->checkpoint_at);
	writer->checkpoint_at.tv_sec += CHECKPOINT_SECONDS;
}

/* A failed checkpoint loses nothing: the lines hold everything. */
static void writer_checkpoint(struct writer *writer)
{
	int r = registry_checkpoint(writer->registry);

	if (r < 0) {
		log_event(LOG_LEVEL_WARNING, "The state could not be synced: %s.", strerror(-r));
	}
	writer_schedule_checkpoint(writer);
}

static void writer_do(struct writer *writer, struct write_list *batch, size_t count, int error)
{
	size_t i = 0;

	for (struct write *write = batch->first; write != NULL; write = write->next) {
		writer->batch[i++] = write->change;
		if (error < 0) {
			write->change->problem.code = PROBLEM_OUTCOME_UNKNOWN;
			write->change->problem.step = -1;
		}
	}
	assert(i == count);
	if (error == 0) {
		error = registry_act(writer->registry, writer->batch, count);
		writer->since_checkpoint += (unsigned)count;
	}
	pthread_mutex_lock(&writer->mutex);
	if (error < 0) {
		writer->error = error;
	}
	*writer->answered.end = batch->first;
	writer->answered.end = batch->end;
	pthread_mutex_unlock(&writer->mutex);
	uv_async_send(&writer->async);
}

/* Waits with the mutex held. Returns whether a checkpoint is due instead of a batch. */
static bool writer_wait(struct writer *writer)
{
	while (writer->queue.first == NULL && !writer->stop) {
		if (writer->since_checkpoint == 0 || writer->error < 0) {
			pthread_cond_wait(&writer->wake, &writer->mutex);
			continue;
		}
		struct timespec until = writer->checkpoint_at;
		if (writer->since_checkpoint >= CHECKPOINT_IDLE_CHANGES) {
			clock_gettime(CLOCK_MONOTONIC, &until);
			until.tv_sec += CHECKPOINT_IDLE_SECONDS;
		}
		if (pthread_cond_timedwait(&writer->wake, &writer->mutex, &until) == ETIMEDOUT) {
			return true;
		}
	}
	return writer->since_checkpoint >= CHECKPOINT_MAX_CHANGES;
}

static void *writer_run(void *userdata)
{
	struct writer *writer = userdata;

	writer_schedule_checkpoint(writer);
	for (;;) {
		struct write_list batch;
		size_t count = 0;

		write_list_init(&batch);
		pthread_mutex_lock(&writer->mutex);
		bool checkpoint = writer_wait(writer);
		bool stop = writer->stop && writer->queue.first == NULL;
		int error = writer->error;
		while (!checkpoint && count < WRITER_BATCH_MAX && writer->queue.first != NULL) {
			write_list_append(&batch, write_list_take(&writer->queue));
			count++;
		}
		pthread_mutex_unlock(&writer->mutex);

		if (checkpoint) {
			writer_checkpoint(writer);
		} else if (count > 0) {
			writer_do(writer, &batch, count, error);
		} else if (stop) {
			return NULL;
		}
	}
}

/* --- the loop's side --- */

static void writer_on_answers(uv_async_t *async)
{
	struct writer *writer = async->data;
	struct write_list answered;
	struct write *write;

	write_list_init(&answered);
	pthread_mutex_lock(&writer->mutex);
	if (writer->answered.first != NULL) {
		answered = writer->answered;
		write_list_init(&writer->answered);
	}
	int error = writer->error;
	pthread_mutex_unlock(&writer->mutex);

	while (answered.first != NULL) {
		write = answered.first;
		answered.first = write->next;
		writer->done(write, writer->userdata);
	}
	if (error < 0 && !writer->told) {
		writer->told = true;
		writer->failed(error, writer->userdata);
	}
}

static void writer_on_close(uv_handle_t *handle)
{
	struct writer *writer = handle->data;

	pthread_cond_destroy(&writer->wake);
	pthread_mutex_destroy(&writer->mutex);
	free(writer);
}

static int writer_init_locks(struct writer *writer)
{
	pthread_condattr_t attributes;

	/* The wall clock may be set; waiting must not go by it. */
	int r = pthread_condattr_init(&attributes);
	if (r == 0) {
		pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
		r = pthread_cond_init(&writer->wake, &attributes);
		pthread_condattr_destroy(&attributes);
	}
	if (r == 0) {
		r = pthread_mutex_init(&writer->mutex, NULL);
	}
	return -r;
}

int writer_new(uv_loop_t *loop, struct registry *registry, void (*done)(struct write *, void *),
	       void (*failed)(int error, void *), void *userdata, struct writer **ret_writer)
{
	auto_free struct writer *writer = calloc(1, sizeof(*writer));
	if (writer == NULL) {
		return -ENOMEM;
	}
	writer->registry = registry;
	writer->done = done;
	writer->failed = failed;
	writer->userdata = userdata;
	write_list_init(&writer->queue);
	write_list_init(&writer->answered);
	int r = writer_init_locks(writer);
	if (r < 0) {
		return r;
	}
	r = uv_async_init(loop, &writer->async, writer_on_answers);
	if (r < 0) {
		return r;
	}
	writer->async.data = writer;
	r = -pthread_create(&writer->thread, NULL, writer_run, writer);
	if (r < 0) {
		uv_close((uv_handle_t *)&writer->async, writer_on_close);
		(void)TAKE(writer);
		return r;
	}
	*ret_writer = TAKE(writer);
	return 0;
}

void writer_push(struct writer *writer, struct write *write)
{
	pthread_mutex_lock(&writer->mutex);
	assert(!writer->stop);
	write_list_append(&writer->queue, write);
	pthread_cond_signal(&writer->wake);
	pthread_mutex_unlock(&writer->mutex);
}

void writer_stop(struct writer *writer)
{
	if (writer == NULL) {
		return;
	}
	pthread_mutex_lock(&writer->mutex);
	writer->stop = true;
	pthread_cond_signal(&writer->wake);
	pthread_mutex_unlock(&writer->mutex);
	pthread_join(writer->thread, NULL);
	assert(writer->answered.first == NULL);
	uv_close((uv_handle_t *)&writer->async, writer_on_close);
}
