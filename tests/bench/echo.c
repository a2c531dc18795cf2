/* SPDX-License-Identifier: Apache-2.0 */
/* echo SOCKET BYTES: a bare libuv server: every request that ends with a NUL gets the same answer
 * of so many bytes and a NUL. What a daemon on libuv cannot be faster than. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#define READ_BYTES    65536
#define ANSWERS_BYTES (1024 * 1024) /* prepared, one behind the other: one write for many */

static char read_space[READ_BYTES];
static char *answers;
static size_t answer_bytes, answer_many;

static void on_closed(uv_handle_t *handle)
{
	free(handle);
}

static void on_space(uv_handle_t *handle, size_t wanted, uv_buf_t *ret_space)
{
	(void)handle;
	(void)wanted;
	*ret_space = uv_buf_init(read_space, sizeof(read_space));
}

static void on_written(uv_write_t *write, int status)
{
	(void)status;
	free(write);
}

static void answer(uv_stream_t *stream, size_t requests)
{
	while (requests > 0) {
		size_t now = requests < answer_many ? requests : answer_many;
		uv_buf_t bytes = uv_buf_init(answers, (unsigned)(now * answer_bytes));
		int n = uv_try_write(stream, &bytes, 1);

		requests -= now;
		n = n < 0 ? 0 : n;
		if ((size_t)n < bytes.len) {
			uv_write_t *rest = malloc(sizeof(*rest));

			bytes.base += n;
			bytes.len -= (size_t)n;
			if (rest == NULL || uv_write(rest, stream, &bytes, 1, on_written) < 0) {
				abort();
			}
		}
	}
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *space)
{
	size_t requests = 0;

	if (bytes < 0) {
		uv_close((uv_handle_t *)stream, on_closed);
		return;
	}
	for (const char *at = space->base, *end = at + bytes;
	     (at = memchr(at, '\0', (size_t)(end - at))) != NULL; at++) {
		requests++;
	}
	answer(stream, requests);
}

static void on_client(uv_stream_t *server, int status)
{
	uv_pipe_t *client = malloc(sizeof(*client));

	if (status < 0 || client == NULL || uv_pipe_init(server->loop, client, 0) < 0 ||
	    uv_accept(server, (uv_stream_t *)client) < 0 ||
	    uv_read_start((uv_stream_t *)client, on_space, on_read) < 0) {
		abort();
	}
}

int main(int argc, char **argv)
{
	static uv_pipe_t server;

	answer_bytes = argc == 3 ? strtoul(argv[2], NULL, 10) + 1 : 0;
	answers = malloc(ANSWERS_BYTES);
	if (answer_bytes < 2 || answer_bytes > ANSWERS_BYTES || answers == NULL) {
		fprintf(stderr, "usage: echo SOCKET BYTES\n");
		return EXIT_FAILURE;
	}
	answer_many = ANSWERS_BYTES / answer_bytes;
	memset(answers, 'a', ANSWERS_BYTES);
	for (size_t i = 1; i <= answer_many; i++) {
		answers[i * answer_bytes - 1] = '\0';
	}
	if (uv_pipe_init(uv_default_loop(), &server, 0) < 0 || uv_pipe_bind(&server, argv[1]) < 0 ||
	    uv_listen((uv_stream_t *)&server, 1024, on_client) < 0) {
		fprintf(stderr, "echo: cannot listen on %s\n", argv[1]);
		return EXIT_FAILURE;
	}
	return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
