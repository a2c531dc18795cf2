/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/ledger.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/ledger_files.h"
#include "proto/base/cleanup.h"

/* A batch waits in memory; far more than the writer gathers during one sync. */
#define BATCH_MAX_BYTES (64 * 1024 * 1024)

char *ledger_file_name(int year, char name[static LEDGER_NAME_BYTES])
{
	unsigned four = (unsigned)year % 10000; /* so that the compiler sees that it fits */
	snprintf(name, LEDGER_NAME_BYTES, "%04u.ledger", four);
	return name;
}

/* The year of a file of that name, 0 when it is none of ours. */
static int ledger_file_year(const char *name)
{
	int year = 0;
	for (int i = 0; i < 4; i++) {
		if (name[i] < '0' || name[i] > '9') {
			return 0;
		}
		year = year * 10 + (name[i] - '0');
	}
	return strcmp(name + 4, ".ledger") == 0 && year >= LEDGER_YEAR_MIN ? year : 0;
}

static DIR *ledger_list(const struct ledger *ledger)
{
	/* A descriptor of its own: a shared one would share the place in the listing. */
	int fd = openat(ledger->directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return NULL;
	}
	DIR *list = fdopendir(fd);
	if (list == NULL) {
		int saved = errno;
		close(fd);
		errno = saved;
	}
	return list;
}

int ledger_year_after(const struct ledger *ledger, int year, int *ret_year)
{
	DIR *list = ledger_list(ledger);
	if (list == NULL) {
		return -errno;
	}
	int found = 0;
	struct dirent *entry;
	while (errno = 0, (entry = readdir(list)) != NULL) {
		int that = ledger_file_year(entry->d_name);
		if (that > year && (found == 0 || that < found)) {
			found = that;
		}
	}
	int r = -errno;
	closedir(list);
	if (r < 0) {
		return r;
	}
	*ret_year = found;
	return found != 0;
}

int ledger_open(const char *data, struct ledger **ret_ledger)
{
	auto_free char *directory = NULL;
	if (asprintf(&directory, "%s/ledger", data) < 0) {
		directory = NULL;
		return -ENOMEM;
	}
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	struct ledger *ledger = calloc(1, sizeof(*ledger));
	if (ledger == NULL) {
		close(fd);
		return -ENOMEM;
	}
	ledger->directory_fd = fd;
	atomic_init(&ledger->poisoned, false);
	ledger->fd = -1;
	buf_init(&ledger->pending, BATCH_MAX_BYTES);
	*ret_ledger = ledger;
	return 0;
}

struct ledger *ledger_close(struct ledger *ledger)
{
	if (ledger == NULL) {
		return NULL;
	}
	if (ledger->fd >= 0) {
		close(ledger->fd);
	}
	close(ledger->directory_fd);
	buf_done(&ledger->pending);
	free(ledger);
	return NULL;
}

/* Removes the files of years after `year`, the latest first, so that a crash between two leaves no
 * gap in the chain. */
static int ledger_remove_after(const struct ledger *ledger, int year, uint64_t *cut_bytes)
{
	for (;;) {
		int last = year;
		int r;
		for (int next; (r = ledger_year_after(ledger, last, &next)) > 0;) {
			last = next;
		}
		if (r < 0) {
			return r;
		}
		if (last == year) {
			return 0;
		}
		char name[LEDGER_NAME_BYTES];
		ledger_file_name(last, name);
		struct stat st;
		if (fstatat(ledger->directory_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			return -errno;
		}
		if (unlinkat(ledger->directory_fd, name, 0) < 0) {
			return -errno;
		}
		*cut_bytes += (uint64_t)st.st_size;
	}
}

static int ledger_cut(int fd, uint64_t bytes)
{
	if (ftruncate(fd, (off_t)bytes) < 0 || fsync(fd) < 0) {
		return -errno;
	}
	return 0;
}

/* Opens the file that head is in and cuts what is behind it. */
static int ledger_cut_file(struct ledger *ledger, const struct ledger_head *head,
			   uint64_t *cut_bytes)
{
	char name[LEDGER_NAME_BYTES];
	int fd = openat(ledger->directory_fd, ledger_file_name(head->end.year, name),
			O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return -errno;
	}
	struct stat st;
	int r = fstat(fd, &st) < 0 ? -errno : 0;
	if (r == 0 && (uint64_t)st.st_size < head->end.offset) {
		r = -EBADMSG;
	}
	if (r == 0) {
		/* Synced even when there is nothing to cut: lines that a killed process left may be
		 * in the page cache only, and what is built on them is going to be answered for. */
		r = ledger_cut(fd, head->end.offset);
	}
	if (r < 0) {
		close(fd);
		return r;
	}
	*cut_bytes += (uint64_t)st.st_size - head->end.offset;
	ledger->fd = fd;
	return 0;
}

int ledger_resume(struct ledger *ledger, const struct ledger_head *head, uint64_t *ret_cut_bytes)
{
	if (ledger->poisoned) {
		return -EIO;
	}
	if (ledger->fd >= 0) {
		close(ledger->fd);
		ledger->fd = -1;
	}
	ledger->resumed = false;
	buf_clear(&ledger->pending);

	uint64_t cut_bytes = 0;
	int r = ledger_remove_after(ledger, head->end.year, &cut_bytes);
	if (r == 0 && head->end.year != 0) {
		r = ledger_cut_file(ledger, head, &cut_bytes);
	}
	if (r == 0 && fsync(ledger->directory_fd) < 0) {
		r = -errno;
	}
	if (r < 0) {
		return r;
	}
	ledger->durable = *head;
	ledger->head = *head;
	ledger->resumed = true;
	if (ret_cut_bytes != NULL) {
		*ret_cut_bytes = cut_bytes;
	}
	return 0;
}

struct ledger_head ledger_head(const struct ledger *ledger)
{
	return ledger->head;
}

/* Where the pending batch begins in its file. */
static uint64_t ledger_batch_offset(const struct ledger *ledger)
{
	bool same = ledger->head.end.year == ledger->durable.end.year;
	return same ? ledger->durable.end.offset : 0;
}

int ledger_add(struct ledger *ledger, int year, const char *json, size_t bytes,
	       struct position *ret_position, struct sm3 *ret_digest)
{
	if (ledger->poisoned) {
		return -EIO;
	}
	if (!ledger->resumed || year < LEDGER_YEAR_MIN || year > LEDGER_YEAR_MAX || bytes == 0 ||
	    memchr(json, '\n', bytes) != NULL) {
		return -EINVAL;
	}
	if (bytes > LEDGER_LINE_MAX_BYTES - LEDGER_PREFIX_BYTES - 1) {
		return -EMSGSIZE;
	}
	struct position end = ledger->head.end;
	if (year < end.year || (ledger->pending.len > 0 && year != end.year)) {
		return -EXDEV;
	}
	char *at = buf_reserve(&ledger->pending, LEDGER_PREFIX_BYTES + bytes + 1);
	if (at == NULL) {
		int r = ledger->pending.error != 0 ? ledger->pending.error : -ENOMEM;
		ledger->pending.error = 0; /* the lines that are in it are whole */
		return r;
	}

	char before[SM3_TEXT_BYTES], text[SM3_TEXT_BYTES];
	sm3_format(&ledger->head.digest, before);
	struct sm3 digest = sm3_of(before, SM3_TEXT_BYTES - 1, json, bytes);
	memcpy(at, sm3_format(&digest, text), SM3_TEXT_BYTES - 1);
	at[SM3_TEXT_BYTES - 1] = ' ';
	memcpy(at + LEDGER_PREFIX_BYTES, json, bytes);
	at[LEDGER_PREFIX_BYTES + bytes] = '\n';
	ledger->pending.len += LEDGER_PREFIX_BYTES + bytes + 1;

	struct position position = { .year = year, .offset = year == end.year ? end.offset : 0 };
	ledger->head.end.year = year;
	ledger->head.end.offset = position.offset + LEDGER_PREFIX_BYTES + bytes + 1;
	ledger->head.digest = digest;
	if (ret_position != NULL) {
		*ret_position = position;
	}
	if (ret_digest != NULL) {
		*ret_digest = digest;
	}
	return 0;
}

void ledger_forget(struct ledger *ledger, const struct ledger_head *head)
{
	bool same_file = head->end.year == ledger->head.end.year;
	size_t keep = same_file ? (size_t)(head->end.offset - ledger_batch_offset(ledger)) : 0;
	assert(keep <= ledger->pending.len);
	ledger->pending.len = keep;
	ledger->head = *head;
}

/* No room is the one failure that work goes on after. A limit on the size of files is one too. */
static bool ledger_is_full(int r)
{
	return r == -ENOSPC || r == -EDQUOT || r == -EFBIG;
}

/* One write, for what is usual; more when the kernel takes less. */
static int ledger_pwrite(int fd, const char *data, size_t bytes, uint64_t offset)
{
	while (bytes > 0) {
		ssize_t n = pwrite(fd, data, bytes, (off_t)offset);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return n < 0 ? -errno : -EIO;
		}
		data += n;
		bytes -= (size_t)n;
		offset += (uint64_t)n;
	}
	return 0;
}

static int ledger_append(int fd, uint64_t offset, const struct buf *batch)
{
	struct stat st;
	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	if ((uint64_t)st.st_size != offset || st.st_nlink == 0) {
		return -ESTALE; /* someone else wrote, cut or removed the file under us */
	}
	int r = ledger_pwrite(fd, batch->data, batch->len, offset);
	if (r == 0 && fdatasync(fd) < 0) {
		r = -errno;
	}
	return r;
}

static int ledger_drop_file(const struct ledger *ledger, int year)
{
	char name[LEDGER_NAME_BYTES];
	if (unlinkat(ledger->directory_fd, ledger_file_name(year, name), 0) < 0 ||
	    fsync(ledger->directory_fd) < 0) {
		return -errno;
	}
	return 0;
}

/* The batch in a file of its own, the first of its year. */
static int ledger_write_new_file(struct ledger *ledger)
{
	char name[LEDGER_NAME_BYTES];
	int year = ledger->head.end.year;
	int fd = openat(ledger->directory_fd, ledger_file_name(year, name),
			O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		return -errno;
	}
	int r = ledger_append(fd, 0, &ledger->pending);
	if (r == 0 && fsync(ledger->directory_fd) < 0) {
		r = -errno;
	}
	if (r < 0) {
		close(fd);
		return ledger_is_full(r) && ledger_drop_file(ledger, year) < 0 ? -EIO : r;
	}
	if (ledger->fd >= 0) {
		close(ledger->fd);
	}
	ledger->fd = fd;
	return 0;
}

static int ledger_write_batch(struct ledger *ledger)
{
	if (ledger->head.end.year != ledger->durable.end.year) {
		return ledger_write_new_file(ledger);
	}
	uint64_t offset = ledger->durable.end.offset;
	int r = ledger_append(ledger->fd, offset, &ledger->pending);
	return ledger_is_full(r) && ledger_cut(ledger->fd, offset) < 0 ? -EIO : r;
}

int ledger_sync(struct ledger *ledger)
{
	if (ledger->poisoned) {
		return -EIO;
	}
	if (ledger->pending.len == 0) {
		return 0;
	}
	int r = ledger_write_batch(ledger);
	buf_clear(&ledger->pending);
	if (r == 0) {
		ledger->durable = ledger->head;
		return 0;
	}
	ledger->head = ledger->durable;
	if (!ledger_is_full(r)) {
		ledger->poisoned = true;
		return r;
	}
	return r == -EFBIG ? -ENOSPC : r;
}

int ledger_read_pending(const struct ledger *ledger, struct position at,
			struct ledger_line *ret_line)
{
	uint64_t start = ledger_batch_offset(ledger);
	if (ledger->pending.len == 0 || at.year != ledger->head.end.year || at.offset < start ||
	    at.offset - start >= ledger->pending.len) {
		return -ENOENT;
	}
	const char *text = ledger->pending.data + (at.offset - start);
	size_t have = ledger->pending.len - (size_t)(at.offset - start);
	const char *end = memchr(text, '\n', have);
	if (end == NULL || ledger_line_parse(text, (size_t)(end - text) + 1, ret_line) != NULL) {
		return -EBADMSG; /* the place is in the middle of a line */
	}
	ret_line->at = at;
	return 0;
}
