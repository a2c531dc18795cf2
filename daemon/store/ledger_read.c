/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/ledger.h"
#include "daemon/store/ledger_files.h"
#include "proto/base/cleanup.h"

#define WALK_BYTES (64 * 1024) /* one read while walking */
#define LINE_BYTES 4096        /* one read for a single line; nearly all are shorter */

__attribute__((format(printf, 3, 4))) static int
ledger_complain(struct ledger_problem *problem, struct position at, const char *format, ...)
{
	problem->at = at;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(problem->text, sizeof(problem->text), format, arguments);
	va_end(arguments);
	return -EBADMSG;
}

const char *ledger_line_parse(const char *text, size_t bytes, struct ledger_line *ret_line)
{
	if (bytes > LEDGER_LINE_MAX_BYTES) {
		return "the line is longer than 2 MiB";
	}
	if (bytes == 0 || text[bytes - 1] != '\n') {
		return "the line has no end";
	}
	if (bytes < LEDGER_PREFIX_BYTES + 2 || text[LEDGER_PREFIX_BYTES - 1] != ' ') {
		return "the line does not begin with a digest and a space";
	}
	if (sm3_parse(text, SM3_TEXT_BYTES - 1, &ret_line->digest) < 0) {
		return "the line's digest is not 64 lower-case hexadecimal digits";
	}
	ret_line->json = text + LEDGER_PREFIX_BYTES;
	ret_line->bytes = bytes - LEDGER_PREFIX_BYTES - 1;
	return NULL;
}

void ledger_reader_init(struct ledger_reader *reader, const struct ledger *ledger,
			struct position from, struct position limit)
{
	*reader = (struct ledger_reader){ .ledger = ledger, .at = from, .limit = limit, .fd = -1 };
	buf_init(&reader->buf, LEDGER_LINE_MAX_BYTES + WALK_BYTES);
}

static void ledger_reader_leave(struct ledger_reader *reader)
{
	if (reader->fd >= 0) {
		close(reader->fd);
	}
	reader->fd = -1;
	reader->fd_year = 0;
	reader->used = 0;
	buf_clear(&reader->buf);
}

void ledger_reader_done(struct ledger_reader *reader)
{
	ledger_reader_leave(reader);
	buf_done(&reader->buf);
}

static bool ledger_reader_at_limit(const struct ledger_reader *reader)
{
	const struct position *at = &reader->at, *limit = &reader->limit;
	if (limit->year == 0 || at->year < limit->year) {
		return false;
	}
	return at->year > limit->year || at->offset >= limit->offset;
}

/* The file of reader->at is open afterwards: 1; 0 when there are no files. */
static int ledger_reader_enter(struct ledger_reader *reader, struct ledger_problem *problem)
{
	if (reader->at.year == 0) {
		int r = ledger_year_after(reader->ledger, 0, &reader->at.year);
		if (r <= 0) {
			return r;
		}
		reader->at.offset = 0;
	}
	if (reader->fd >= 0 && reader->fd_year == reader->at.year) {
		return 1;
	}
	ledger_reader_leave(reader);
	char name[LEDGER_NAME_BYTES];
	ledger_file_name(reader->at.year, name);
	int fd = openat(reader->ledger->directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return errno == ENOENT ? ledger_complain(problem, reader->at, "%s is missing", name)
				       : -errno;
	}
	reader->fd = fd;
	reader->fd_year = reader->at.year;
	struct stat st;
	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	if ((uint64_t)st.st_size < reader->at.offset) {
		return ledger_complain(problem, reader->at,
				       "%s has only %lld bytes, so it was cut or replaced", name,
				       (long long)st.st_size);
	}
	return 1;
}

/* More bytes into the buffer, never from behind the limit: how many, 0 at the end of the file. */
static ssize_t ledger_reader_fill(struct ledger_reader *reader)
{
	buf_consume(&reader->buf, reader->used);
	reader->used = 0;
	uint64_t from = reader->at.offset + reader->buf.len;
	size_t want = WALK_BYTES;
	if (reader->limit.year == reader->at.year && reader->limit.offset - from < want) {
		want = (size_t)(reader->limit.offset - from);
	}
	if (want == 0) {
		return 0;
	}
	char *to = buf_reserve(&reader->buf, want);
	if (to == NULL) {
		return -ENOMEM;
	}
	ssize_t n;
	do {
		n = pread(reader->fd, to, want, (off_t)from);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return -errno;
	}
	reader->buf.len += (size_t)n;
	return n;
}

/* On to the next year's file: 1; 0 when there is none. At the end `at` stays, to read on later. */
static int ledger_reader_step(struct ledger_reader *reader, struct ledger_problem *problem)
{
	if (reader->limit.year == reader->at.year) {
		return ledger_complain(problem, reader->at, "the file ends before its lines do");
	}
	int year;
	int r = ledger_year_after(reader->ledger, reader->at.year, &year);
	if (r == 0 && reader->limit.year != 0) {
		return ledger_complain(problem, reader->at, "%04d.ledger is missing",
				       reader->limit.year);
	}
	if (r > 0) {
		reader->at = (struct position){ .year = year };
	}
	return r;
}

int ledger_next(struct ledger_reader *reader, struct ledger_line *ret_line,
		struct ledger_problem *reterr_problem)
{
	if (reader->ledger->poisoned) {
		return -EIO;
	}
	while (!ledger_reader_at_limit(reader)) {
		int r = ledger_reader_enter(reader, reterr_problem);
		if (r <= 0) {
			return r;
		}
		size_t have = reader->buf.len - reader->used;
		const char *text = have > 0 ? reader->buf.data + reader->used : "";
		const char *end = memchr(text, '\n', have);
		ssize_t more = 0;
		if (end == NULL && have <= LEDGER_LINE_MAX_BYTES) {
			more = ledger_reader_fill(reader);
		}
		if (more < 0) {
			return (int)more;
		}
		if (more > 0) {
			continue;
		}
		if (have > 0) {
			/* Filling with nothing may have moved the bytes. */
			text = reader->buf.data + reader->used;
			size_t bytes = end != NULL ? (size_t)(end - text) + 1 : have;
			const char *wrong = ledger_line_parse(text, bytes, ret_line);
			if (wrong != NULL) {
				return ledger_complain(reterr_problem, reader->at, "%s", wrong);
			}
			ret_line->at = reader->at;
			reader->at.offset += bytes;
			reader->used += bytes;
			return 1;
		}
		r = ledger_reader_step(reader, reterr_problem);
		if (r <= 0) {
			return r;
		}
	}
	return 0;
}

int ledger_link(const struct sm3 *before, const struct ledger_line *line)
{
	char text[SM3_TEXT_BYTES];
	sm3_format(before, text);
	struct sm3 digest = sm3_of(text, SM3_TEXT_BYTES - 1, line->json, line->bytes);
	return memcmp(&digest, &line->digest, sizeof(digest)) == 0 ? 0 : -EBADMSG;
}

int ledger_read(const struct ledger *ledger, struct position at, struct buf *buf,
		struct ledger_line *ret_line)
{
	if (ledger->poisoned) {
		return -EIO;
	}
	buf_clear(buf);
	char name[LEDGER_NAME_BYTES];
	auto_close int fd = openat(ledger->directory_fd, ledger_file_name(at.year, name),
				   O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return -errno;
	}
	for (;;) {
		char *to = buf_reserve(buf, LINE_BYTES);
		if (to == NULL) {
			return buf->error != 0 ? buf->error : -ENOMEM;
		}
		ssize_t n = pread(fd, to, LINE_BYTES, (off_t)(at.offset + buf->len));
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -errno;
		}
		buf->len += (size_t)n;
		const char *end = n > 0 ? memchr(to, '\n', (size_t)n) : NULL;
		if (n > 0 && end == NULL && buf->len <= LEDGER_LINE_MAX_BYTES) {
			continue;
		}
		size_t bytes = end != NULL ? (size_t)(end - buf->data) + 1 : buf->len;
		if (ledger_line_parse(buf->data, bytes, ret_line) != NULL) {
			return -EBADMSG;
		}
		ret_line->at = at;
		return 0;
	}
}

uint64_t ledger_bytes(const struct ledger *ledger)
{
	uint64_t bytes = 0;
	for (int year = 0; ledger_year_after(ledger, year, &year) > 0;) {
		char name[LEDGER_NAME_BYTES];
		struct stat st;
		if (fstatat(ledger->directory_fd, ledger_file_name(year, name), &st,
			    AT_SYMLINK_NOFOLLOW) == 0) {
			bytes += (uint64_t)st.st_size;
		}
	}
	return bytes;
}
