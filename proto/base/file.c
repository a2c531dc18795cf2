/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/base/cleanup.h"

#define READ_BYTES    16384
#define TREE_OPEN_MAX 32 /* descriptors nftw may hold at once */

int file_write_all(int fd, const void *data, size_t bytes)
{
	const char *at = data;

	while (bytes > 0) {
		ssize_t n = write(fd, at, bytes);

		if (n < 0) {
			if (errno == EINTR) {
				continue;
			}
			return -errno;
		}
		at += n;
		bytes -= (size_t)n;
	}
	return 0;
}

int file_pread_all(int fd, void *data, size_t bytes, off_t offset)
{
	char *at = data;

	while (bytes > 0) {
		ssize_t n = pread(fd, at, bytes, offset);

		if (n < 0) {
			if (errno == EINTR) {
				continue;
			}
			return -errno;
		}
		if (n == 0) {
			return -ENODATA;
		}
		at += n;
		bytes -= (size_t)n;
		offset += n;
	}
	return 0;
}

static int file_read_fd(int fd, struct buf *buf)
{
	char chunk[READ_BYTES];

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));
		int r;

		if (n < 0) {
			if (errno == EINTR) {
				continue;
			}
			return -errno;
		}
		if (n == 0) {
			return buf->error;
		}
		r = buf_append(buf, chunk, (size_t)n);
		if (r < 0) {
			return r;
		}
	}
}

int file_read(const char *path, struct buf *buf)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = buf->len;
	int r;

	if (fd < 0) {
		return -errno;
	}
	r = file_read_fd(fd, buf);
	if (r < 0) {
		/* Half a file is never left behind. */
		buf->len = len;
	}
	return r;
}

int file_create(const char *path, const void *data, size_t bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int r;

	if (fd < 0) {
		return -errno;
	}
	r = file_write_all(fd, data, bytes);
	if (r == 0 && fsync(fd) < 0) {
		r = -errno;
	}
	/* Some file systems tell of a full disk only here. */
	if (close(fd) < 0 && r == 0 && errno != EINTR) {
		r = -errno;
	}
	if (r < 0) {
		(void)unlink(path);
	}
	return r;
}

int file_sync_directory(const char *path)
{
	auto_close int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		return -errno;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

/* One step of mkdir -p. */
static int directory_make(const char *path)
{
	struct stat st;
	int r;

	if (mkdir(path, 0700) == 0) {
		return 0;
	}
	r = -errno;
	/* A read-only or foreign parent refuses before it looks whether the directory is there. */
	if (stat(path, &st) < 0) {
		return r;
	}
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int file_make_directories(const char *path)
{
	auto_free char *copy = NULL;

	if (path[0] == '\0') {
		return -ENOENT;
	}
	copy = strdup(path);
	if (copy == NULL) {
		return -ENOMEM;
	}
	for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		int r;

		*slash = '\0';
		r = directory_make(copy);
		*slash = '/';
		if (r < 0) {
			return r;
		}
	}
	return directory_make(copy);
}

/* For nftw. A positive errno, because nftw itself says -1. */
static int tree_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) < 0 && errno != ENOENT ? errno : 0;
}

int file_remove_tree(const char *path)
{
	/* FTW_PHYS: a symbolic link goes away, what it points to stays. */
	int r = nftw(path, tree_remove_one, TREE_OPEN_MAX, FTW_DEPTH | FTW_PHYS);

	if (r < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	return -r;
}
