/* SPDX-License-Identifier: Apache-2.0 */
/* file.h: whole reads and writes, directories that last. All return 0 or negative errno. */
#ifndef OGID_BASE_FILE_H
#define OGID_BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

struct buf;

/* Goes on after EINTR and short writes. */
int file_write_all(int fd, const void *data, size_t bytes);
int file_pread_all(int fd, void *data, size_t bytes, off_t offset); /* -ENODATA at an early end */
/* Appends the whole file to buf; -EMSGSIZE past buf's maximum. */
int file_read(const char *path, struct buf *buf);
/* Creates with mode 0600, writes, syncs; the file must not exist. */
int file_create(const char *path, const void *data, size_t bytes);
/* Syncs a directory's entries. */
int file_sync_directory(const char *path);
/* mkdir -p with mode 0700; existing directories are left as they are. */
int file_make_directories(const char *path);
/* rm -r; a missing path is no error. */
int file_remove_tree(const char *path);

#endif
