/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/store_files.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/base/cleanup.h"
#include "proto/base/file.h"

#define SMALL_FILE_BYTES 4096

void store_why(char *why, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(why, STORE_WHY_BYTES, format, arguments);
	va_end(arguments);
}

char *store_path(const char *directory, const char *name)
{
	char *path;
	return asprintf(&path, "%s/%s", directory, name) < 0 ? NULL : path;
}

int store_file_read(const char *directory, const char *name, char *text, size_t size)
{
	auto_free char *path = store_path(directory, name);
	if (path == NULL) {
		return -ENOMEM;
	}
	struct buf buf;
	buf_init(&buf, SMALL_FILE_BYTES);
	int r = file_read(path, &buf);
	if (r == 0 && buf.len > 0 && buf.data[buf.len - 1] == '\n') {
		buf.len--;
	}
	if (r == -EMSGSIZE || (r == 0 && buf.len >= size)) {
		r = -EBADMSG;
	}
	if (r == 0) {
		if (buf.len > 0) {
			memcpy(text, buf.data, buf.len);
		}
		text[buf.len] = '\0';
	}
	buf_done(&buf);
	return r;
}

int store_file_replace(const char *directory, const char *name, const char *line)
{
	auto_free char *path = store_path(directory, name);
	auto_free char *fresh = NULL;
	if (path == NULL || asprintf(&fresh, "%s.new", path) < 0) {
		fresh = NULL;
		return -ENOMEM;
	}
	if (unlink(fresh) < 0 && errno != ENOENT) {
		return -errno;
	}
	int r = file_create(fresh, line, strlen(line));
	if (r == 0 && rename(fresh, path) < 0) {
		r = -errno;
	}
	return r < 0 ? r : file_sync_directory(directory);
}
