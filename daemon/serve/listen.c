/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/serve.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "proto/base/cleanup.h"
#include "proto/base/file.h"
#include "proto/base/text.h"

#define LISTEN_BACKLOG   128
#define LISTEN_PASSED_FD 3 /* systemd's first */
#define WHY_BYTES        300

/* The socket file that listen_open made, to remove no other: one process listens once. */
static struct {
	bool made;
	dev_t device;
	ino_t inode;
} listen_file;

static int listen_fail(int error, char reterr_why[static WHY_BYTES], const char *what,
		       const char *path)
{
	snprintf(reterr_why, WHY_BYTES, "%.120s: %s: %s.", path, what, strerror(-error));
	return error;
}

static int listen_option(int fd, int option)
{
	int value = -1;
	socklen_t bytes = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &bytes) < 0 ? -errno : value;
}

/* 1 with the socket that systemd passed, 0 when there is none. */
static int listen_take_passed(int *ret_fd, char reterr_why[static WHY_BYTES])
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	int64_t for_pid, count;

	if (pid == NULL || fds == NULL || text_to_int(pid, 1, INT32_MAX, &for_pid) < 0 ||
	    for_pid != getpid()) {
		return 0;
	}
	if (text_to_int(fds, 0, INT32_MAX, &count) < 0 || count == 0) {
		return 0;
	}
	if (count > 1 || listen_option(LISTEN_PASSED_FD, SO_DOMAIN) != AF_UNIX ||
	    listen_option(LISTEN_PASSED_FD, SO_TYPE) != SOCK_STREAM ||
	    listen_option(LISTEN_PASSED_FD, SO_ACCEPTCONN) != 1) {
		snprintf(reterr_why, WHY_BYTES,
			 "LISTEN_FDS passes something else than one listening Unix stream socket.");
		return -EINVAL;
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	*ret_fd = LISTEN_PASSED_FD;
	return 1;
}

/* In a directory of somebody else's he could put another socket in place of ours. */
static int listen_check_directory(const char *path, char reterr_why[static WHY_BYTES])
{
	char copy[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	struct stat st;

	snprintf(copy, sizeof(copy), "%s", path);
	const char *directory = dirname(copy);
	int r = file_make_directories(directory);
	if (r < 0) {
		return listen_fail(r, reterr_why, "The directory cannot be made", directory);
	}
	if (stat(directory, &st) < 0) {
		return listen_fail(-errno, reterr_why, "The directory cannot be read", directory);
	}
	if (st.st_uid != geteuid() && st.st_uid != 0 && geteuid() != 0) {
		return listen_fail(-EPERM, reterr_why, "The directory is another user's",
				   directory);
	}
	return 0;
}

/* The store's lock keeps a second daemon of this register away, but not one of another register
 * that was told the same socket: whoever answers there is not pushed aside. */
static bool listen_is_answered(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	auto_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(address.sun_path, path, strlen(path) + 1);
	return fd >= 0 && (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 ||
			   errno == EAGAIN);
}

static int listen_remove_stale(const char *path, char reterr_why[static WHY_BYTES])
{
	struct stat st;

	if (lstat(path, &st) < 0) {
		return errno == ENOENT
			       ? 0
			       : listen_fail(-errno, reterr_why, "The path cannot be read", path);
	}
	if (!S_ISSOCK(st.st_mode)) {
		return listen_fail(-EEXIST, reterr_why,
				   "Something that is not a socket stands there and is left alone",
				   path);
	}
	if (listen_is_answered(path)) {
		return listen_fail(-EADDRINUSE, reterr_why,
				   "Another daemon answers there (stop it, or say --socket)", path);
	}
	if (unlink(path) < 0) {
		return listen_fail(-errno, reterr_why, "The stale socket cannot be removed", path);
	}
	return 0;
}

/* The mode is right from the first moment on: set before there is a name, by the socket and the
 * umask (there is one thread yet). */
static int listen_bind(int fd, const struct sockaddr_un *address)
{
	if (fchmod(fd, 0660) < 0) {
		return -errno;
	}
	mode_t before = umask(0117);
	int r = bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ? -errno : 0;
	umask(before);
	if (r == 0 && listen(fd, LISTEN_BACKLOG) < 0) {
		r = -errno;
	}
	return r;
}

int listen_open(const char *path, int *ret_fd, char reterr_why[static WHY_BYTES])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct stat st;

	int r = listen_take_passed(ret_fd, reterr_why);
	if (r != 0) {
		return r < 0 ? r : 0;
	}
	if (strlen(path) >= sizeof(address.sun_path)) {
		snprintf(reterr_why, WHY_BYTES,
			 "The socket's path is longer than %zu bytes, which is all that a socket "
			 "address holds: %.100s...",
			 sizeof(address.sun_path) - 1, path);
		return -ENAMETOOLONG;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	r = listen_check_directory(path, reterr_why);
	if (r == 0) {
		r = listen_remove_stale(path, reterr_why);
	}
	if (r < 0) {
		return r;
	}
	auto_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		return listen_fail(-errno, reterr_why, "No socket can be made", path);
	}
	r = listen_bind(fd, &address);
	if (r < 0) {
		return listen_fail(r, reterr_why, "The socket cannot be bound", path);
	}
	if (lstat(path, &st) == 0) {
		listen_file.made = true;
		listen_file.device = st.st_dev;
		listen_file.inode = st.st_ino;
	}
	*ret_fd = fd;
	fd = -1;
	return 0;
}

void listen_close(const char *path)
{
	struct stat st;

	if (listen_file.made && lstat(path, &st) == 0 && st.st_dev == listen_file.device &&
	    st.st_ino == listen_file.inode) {
		unlink(path);
	}
	listen_file.made = false;
}
