/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/buf.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST_BYTES ((size_t)256)

void buf_init(struct buf *buf, size_t max_bytes)
{
	*buf = (struct buf){ .max = max_bytes };
}

void buf_done(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){ .max = buf->max };
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->error = 0;
}

/* Room for `bytes` more and for one byte behind them, which vsnprintf wants for its NUL. */
static int buf_grow(struct buf *buf, size_t bytes)
{
	size_t need;
	size_t size;
	char *data;

	if (buf->error != 0) {
		return buf->error;
	}
	if (bytes > buf->max - buf->len || buf->len + bytes == SIZE_MAX) {
		buf->error = -EMSGSIZE;
		return buf->error;
	}
	need = buf->len + bytes + 1;
	if (need <= buf->size) {
		return 0;
	}
	size = buf->size > SIZE_MAX / 2 ? need : buf->size * 2;
	if (size < BUF_FIRST_BYTES) {
		size = BUF_FIRST_BYTES;
	}
	/* No larger than could ever be filled. */
	if (buf->max < size) {
		size = buf->max + 1;
	}
	if (size < need) {
		size = need;
	}
	data = realloc(buf->data, size);
	if (data == NULL) {
		buf->error = -ENOMEM;
		return buf->error;
	}
	buf->data = data;
	buf->size = size;
	return 0;
}

int buf_append(struct buf *buf, const void *data, size_t bytes)
{
	int r = buf_grow(buf, bytes);

	if (r < 0) {
		return r;
	}
	if (bytes > 0) {
		memcpy(buf->data + buf->len, data, bytes);
		buf->len += bytes;
	}
	return 0;
}

int buf_append_text(struct buf *buf, const char *text)
{
	return buf_append(buf, text, strlen(text));
}

int buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;
	size_t room;
	int len;
	int r;

	if (buf->error != 0) {
		return buf->error;
	}
	room = buf->size - buf->len;
	va_start(args, format);
	len = vsnprintf(room > 0 ? buf->data + buf->len : NULL, room, format, args);
	va_end(args);
	if (len < 0) {
		/* Longer than INT_MAX, so past any maximum in use. */
		buf->error = -EMSGSIZE;
		return buf->error;
	}
	r = buf_grow(buf, (size_t)len);
	if (r < 0) {
		return r;
	}
	if ((size_t)len < room) {
		buf->len += (size_t)len; /* it went in at once */
		return 0;
	}
	va_start(args, format);
	(void)vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
	va_end(args);
	buf->len += (size_t)len;
	return 0;
}

char *buf_reserve(struct buf *buf, size_t bytes)
{
	if (buf_grow(buf, bytes) < 0) {
		return NULL;
	}
	return buf->data + buf->len;
}

void buf_consume(struct buf *buf, size_t bytes)
{
	assert(bytes <= buf->len);
	if (bytes == 0) {
		return;
	}
	buf->len -= bytes;
	memmove(buf->data, buf->data + bytes, buf->len);
}
