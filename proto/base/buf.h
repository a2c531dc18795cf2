/* SPDX-License-Identifier: Apache-2.0 */
/* buf.h: growing bytes, created with a maximum.
 *
 * A failed append changes nothing but `error`, which keeps the first failure (-ENOMEM, or -EMSGSIZE
 * past the maximum); later appends do nothing and return it. So a run of appends needs one check.
 */
#ifndef OGID_BASE_BUF_H
#define OGID_BASE_BUF_H

#include <stddef.h>

struct buf {
	char *data; /* owned; NULL while empty */
	size_t len;
	size_t size; /* allocated */
	size_t max;  /* len never passes it */
	int error;
};

void buf_init(struct buf *buf, size_t max_bytes);
void buf_done(struct buf *buf);
/* Forgets the contents and the error, keeps the memory. */
void buf_clear(struct buf *buf);
int buf_append(struct buf *buf, const void *data, size_t bytes);
int buf_append_text(struct buf *buf, const char *text);
int buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Makes room for `bytes` more and returns where they go (valid until the next call), or NULL. The
 * caller writes there and adds to len itself. */
char *buf_reserve(struct buf *buf, size_t bytes);
/* Removes the first `bytes`, which must not be more than len. */
void buf_consume(struct buf *buf, size_t bytes);

#endif
