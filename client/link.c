/* SPDX-License-Identifier: Apache-2.0 */
#include "client/link.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LINK_READ_BYTES (64 * 1024)
#define LINK_PAUSE_MSEC 100

static int link_connect(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return -errno;
	}
	int r;
	do {
		r = connect(fd, (const struct sockaddr *)address, sizeof(*address));
	} while (r < 0 && errno == EINTR);
	if (r < 0) {
		r = -errno;
		close(fd);
		return r;
	}
	return fd;
}

int link_open(struct link *link, const struct sockaddr_un *address, int patience_msec)
{
	const struct timespec pause = { .tv_nsec = LINK_PAUSE_MSEC * 1000000L };

	*link = (struct link){ .fd = -1 };
	for (;;) {
		int r = link_connect(address);
		if (r >= 0) {
			link->fd = r;
			frame_init(&link->frame);
			return 0;
		}
		if (patience_msec <= 0) {
			return r;
		}
		nanosleep(&pause, NULL);
		patience_msec -= LINK_PAUSE_MSEC;
	}
}

void link_close(struct link *link)
{
	if (link->fd >= 0) {
		close(link->fd);
		frame_done(&link->frame);
	}
	link->fd = -1;
}

static int link_send(int fd, const char *data, size_t bytes)
{
	while (bytes > 0) {
		ssize_t sent = send(fd, data, bytes, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR) {
			continue;
		}
		if (sent < 0) {
			return errno == EPIPE ? -ECONNRESET : -errno;
		}
		data += sent;
		bytes -= (size_t)sent;
	}
	return 0;
}

int link_call(struct link *link, const char *method, json_t *parameters, bool more)
{
	struct buf out;

	buf_init(&out, FRAME_MAX_BYTES + 1);
	int r = message_write_call(&out, method, parameters, more, false);
	if (r == 0) {
		r = link_send(link->fd, out.data, out.len);
	}
	buf_done(&out);
	return r;
}

static int link_receive(struct link *link)
{
	char *space = frame_space(&link->frame, LINK_READ_BYTES);
	if (space == NULL) {
		return -ENOMEM;
	}
	ssize_t got;
	do {
		got = recv(link->fd, space, LINK_READ_BYTES, 0);
	} while (got < 0 && errno == EINTR);
	if (got < 0) {
		return -errno;
	}
	if (got == 0) {
		return -ECONNRESET;
	}
	frame_filled(&link->frame, (size_t)got);
	return 0;
}

int link_next(struct link *link, struct message_reply *ret_reply, char reterr_why[static 200])
{
	for (;;) {
		const char *text;
		size_t bytes;
		int r = frame_next(&link->frame, &text, &bytes);
		if (r > 0) {
			return message_read_reply(text, bytes, ret_reply, reterr_why);
		}
		if (r < 0) {
			snprintf(reterr_why, 200, "a message is longer than %d bytes",
				 FRAME_MAX_BYTES);
			return -EBADMSG;
		}
		r = link_receive(link);
		if (r < 0) {
			return r;
		}
	}
}
