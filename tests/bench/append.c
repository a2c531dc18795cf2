/* SPDX-License-Identifier: Apache-2.0 */
/* append SOCKET FILE BYTES: the least that a durable change costs behind a socket: a request that
 * ends with a NUL is handed to a thread, which appends whatever has queued up to FILE, syncs once,
 * and hands the requests back; the answers, of BYTES each, then leave. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include <uv.h>

#define READ_BYTES  65536
#define LINE_BYTES  1100 /* room for one request, its NUL made an LF */
#define ANSWERS_MAX 64   /* unanswered requests of one client */

struct client {
	uv_pipe_t pipe;
	char partial[LINE_BYTES]; /* of a request that has not wholly come */
	size_t partial_bytes;
	unsigned answers; /* due, of the batch that is being handed back */
	unsigned counted; /* of these, met again */
	unsigned in_hand; /* requests that the thread has */
	bool closed;
};

struct request {
	STAILQ_ENTRY(request) link;
	struct client *client;
	size_t bytes;
	char line[LINE_BYTES];
};

STAILQ_HEAD(requests, request);

static struct requests waiting = STAILQ_HEAD_INITIALIZER(waiting);
static struct requests done = STAILQ_HEAD_INITIALIZER(done);
static uv_mutex_t lock;
static uv_cond_t come;
static uv_async_t back;
static int file;
static char *answers;
static size_t answer_bytes;
static char read_space[READ_BYTES];

/* --- the thread that writes --- */

static void batch_write(const struct requests *batch)
{
	static char *bytes;
	static size_t size;
	size_t length = 0;
	struct request *request;

	STAILQ_FOREACH(request, batch, link)
	{
		if (length + request->bytes > size) {
			size = size * 2 + READ_BYTES;
			bytes = realloc(bytes, size);
			if (bytes == NULL) {
				abort();
			}
		}
		memcpy(bytes + length, request->line, request->bytes);
		length += request->bytes;
	}
	if (write(file, bytes, length) != (ssize_t)length || fdatasync(file) < 0) {
		perror("append");
		abort();
	}
}

static void writer(void *userdata)
{
	struct requests batch = STAILQ_HEAD_INITIALIZER(batch);

	(void)userdata;
	uv_mutex_lock(&lock);
	for (;;) {
		while (STAILQ_EMPTY(&waiting)) {
			uv_cond_wait(&come, &lock);
		}
		STAILQ_CONCAT(&batch, &waiting);
		uv_mutex_unlock(&lock);
		batch_write(&batch);
		uv_mutex_lock(&lock);
		STAILQ_CONCAT(&done, &batch);
		uv_async_send(&back);
	}
}

/* --- the loop --- */

static void on_closed(uv_handle_t *handle)
{
	struct client *client = (struct client *)handle;

	client->closed = true;
	if (client->in_hand == 0) {
		free(client);
	}
}

static void on_written(uv_write_t *write, int status)
{
	(void)status;
	free(write);
}

static void client_answer(struct client *client)
{
	uv_buf_t bytes = uv_buf_init(answers, (unsigned)(client->answers * answer_bytes));

	client->in_hand -= client->answers;
	client->answers = client->counted = 0;
	if (client->closed || uv_is_closing((uv_handle_t *)&client->pipe)) {
		if (client->closed && client->in_hand == 0) {
			free(client);
		}
		return;
	}
	int n = uv_try_write((uv_stream_t *)&client->pipe, &bytes, 1);
	n = n < 0 ? 0 : n;
	if ((size_t)n < bytes.len) {
		uv_write_t *rest = malloc(sizeof(*rest));

		bytes.base += n;
		bytes.len -= (size_t)n;
		if (rest == NULL ||
		    uv_write(rest, (uv_stream_t *)&client->pipe, &bytes, 1, on_written) < 0) {
			abort();
		}
	}
}

/* The answers of one client leave in one write, with the last of its requests in this batch. */
static void on_back(uv_async_t *async)
{
	struct requests batch = STAILQ_HEAD_INITIALIZER(batch);
	struct request *request;

	(void)async;
	uv_mutex_lock(&lock);
	STAILQ_CONCAT(&batch, &done);
	uv_mutex_unlock(&lock);
	STAILQ_FOREACH(request, &batch, link)
	{
		request->client->answers++;
	}
	while ((request = STAILQ_FIRST(&batch)) != NULL) {
		struct client *client = request->client;

		STAILQ_REMOVE_HEAD(&batch, link);
		free(request);
		if (++client->counted == client->answers) {
			client_answer(client);
		}
	}
}

static void request_take(struct client *client, const char *bytes, size_t length, bool whole)
{
	if (client->partial_bytes + length >= LINE_BYTES) {
		fprintf(stderr, "append: a request is longer than %d bytes\n", LINE_BYTES);
		abort();
	}
	memcpy(client->partial + client->partial_bytes, bytes, length);
	client->partial_bytes += length;
	if (!whole) {
		return;
	}
	struct request *request = malloc(sizeof(*request));
	if (request == NULL) {
		abort();
	}
	request->client = client;
	request->bytes = client->partial_bytes + 1;
	memcpy(request->line, client->partial, client->partial_bytes);
	request->line[client->partial_bytes] = '\n';
	client->partial_bytes = 0;
	client->in_hand++;
	uv_mutex_lock(&lock);
	STAILQ_INSERT_TAIL(&waiting, request, link);
	uv_cond_signal(&come);
	uv_mutex_unlock(&lock);
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *space)
{
	struct client *client = (struct client *)stream;

	if (bytes < 0) {
		uv_close((uv_handle_t *)stream, on_closed);
		return;
	}
	const char *at = space->base, *end = at + bytes;
	while (at < end) {
		const char *nul = memchr(at, '\0', (size_t)(end - at));

		request_take(client, at, (size_t)((nul != NULL ? nul : end) - at), nul != NULL);
		at = nul != NULL ? nul + 1 : end;
	}
}

static void on_space(uv_handle_t *handle, size_t wanted, uv_buf_t *ret_space)
{
	(void)handle;
	(void)wanted;
	*ret_space = uv_buf_init(read_space, sizeof(read_space));
}

static void on_client(uv_stream_t *server, int status)
{
	struct client *client = calloc(1, sizeof(*client));

	if (status < 0 || client == NULL || uv_pipe_init(server->loop, &client->pipe, 0) < 0 ||
	    uv_accept(server, (uv_stream_t *)&client->pipe) < 0 ||
	    uv_read_start((uv_stream_t *)&client->pipe, on_space, on_read) < 0) {
		abort();
	}
}

int main(int argc, char **argv)
{
	static uv_pipe_t server;
	static uv_thread_t thread;

	answer_bytes = argc == 4 ? strtoul(argv[3], NULL, 10) + 1 : 0;
	answers = calloc(ANSWERS_MAX, answer_bytes + 1);
	if (answer_bytes < 2 || answers == NULL) {
		fprintf(stderr, "usage: append SOCKET FILE BYTES\n");
		return EXIT_FAILURE;
	}
	memset(answers, 'a', ANSWERS_MAX * answer_bytes);
	for (size_t i = 1; i <= ANSWERS_MAX; i++) {
		answers[i * answer_bytes - 1] = '\0';
	}
	file = open(argv[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	uv_mutex_init(&lock);
	uv_cond_init(&come);
	if (file < 0 || uv_async_init(uv_default_loop(), &back, on_back) < 0 ||
	    uv_thread_create(&thread, writer, NULL) < 0 ||
	    uv_pipe_init(uv_default_loop(), &server, 0) < 0 || uv_pipe_bind(&server, argv[1]) < 0 ||
	    uv_listen((uv_stream_t *)&server, 1024, on_client) < 0) {
		fprintf(stderr, "append: cannot listen on %s\n", argv[1]);
		return EXIT_FAILURE;
	}
	return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
