/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/store_files.h"
#include "proto/base/cleanup.h"
#include "proto/base/file.h"

#define IDENTITY_PREFIX "ogid-store 1 " /* 1: the format of the whole directory */

/* The directory a path is in. */
static char *path_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (slash == NULL) {
		return strdup(".");
	}
	return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

static char *path_without_slashes(const char *path)
{
	size_t bytes = strlen(path);
	while (bytes > 1 && path[bytes - 1] == '/') {
		bytes--;
	}
	return strndup(path, bytes);
}

/* ---- how a store comes to be ---- */

static int store_write_identity(const char *directory)
{
	uint8_t random[16];
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random)) {
		return -EIO;
	}
	char line[sizeof(IDENTITY_PREFIX) + 2 * sizeof(random) + 1] = IDENTITY_PREFIX;
	char *at = line + strlen(line);
	for (size_t i = 0; i < sizeof(random); i++, at += 2) {
		snprintf(at, 3, "%02x", random[i]);
	}
	memcpy(at, "\n", 2);
	return store_file_replace(directory, "identity", line);
}

/* The identity is the last to appear, so that a crash leaves a store or none. */
static int store_build(const char *directory)
{
	auto_free char *ledger = store_path(directory, "ledger");
	if (ledger == NULL) {
		return -ENOMEM;
	}
	if (mkdir(ledger, 0700) < 0 && errno != EEXIST) {
		return -errno;
	}
	int r = file_sync_directory(directory); /* the ledger is there before the identity */
	return r < 0 ? r : store_write_identity(directory);
}

/* Builds a store beside `data`, which does not exist, and gives it the name in one step. */
static int store_build_beside(const char *data)
{
	auto_free char *parent = path_parent(data);
	auto_free char *fresh = NULL;
	if (parent == NULL || asprintf(&fresh, "%s.new-XXXXXX", data) < 0) {
		fresh = NULL;
		return -ENOMEM;
	}
	int r = file_make_directories(parent);
	if (r < 0) {
		return r;
	}
	if (mkdtemp(fresh) == NULL) {
		return -errno;
	}
	r = store_build(fresh);
	if (r == 0 && rename(fresh, data) < 0) {
		/* Someone was faster; the caller looks at what there is now. */
		r = errno == ENOTEMPTY || errno == EEXIST ? -EEXIST : -errno;
	}
	if (r < 0) {
		file_remove_tree(fresh);
		return r == -EEXIST ? 0 : r;
	}
	return file_sync_directory(parent);
}

enum found { FOUND_NOTHING, FOUND_EMPTY, FOUND_STORE, FOUND_OTHER };

static int directory_is_empty(const char *data, const char *name)
{
	auto_free char *path = store_path(data, name);
	DIR *list = path != NULL ? opendir(path) : NULL;
	if (list == NULL) {
		return path == NULL ? -ENOMEM : -errno;
	}
	int empty = 1;
	for (struct dirent *entry; empty == 1 && (entry = readdir(list)) != NULL;) {
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	}
	closedir(list);
	return empty;
}

/* What an empty data directory may hold: what is left of a creation that a crash ended, and the
 * directory that a file system of its own begins with. */
static int entry_is_nothing(const char *data, const char *name)
{
	static const char *const nothing[] = { ".", "..", "lock", "identity.new", "lost+found" };
	for (size_t i = 0; i < ARRAY_SIZE(nothing); i++) {
		if (strcmp(name, nothing[i]) == 0) {
			return 1;
		}
	}
	return strcmp(name, "ledger") == 0 ? directory_is_empty(data, name) : 0;
}

static int store_look(const char *data, enum found *ret_found)
{
	DIR *list = opendir(data);
	if (list == NULL) {
		*ret_found = FOUND_NOTHING;
		return errno == ENOENT ? 0 : -errno;
	}
	*ret_found = FOUND_EMPTY;
	int r = 0;
	struct dirent *entry;
	while (r >= 0 && (errno = 0, entry = readdir(list)) != NULL) {
		if (strcmp(entry->d_name, "identity") == 0) {
			*ret_found = FOUND_STORE;
			break;
		}
		r = entry_is_nothing(data, entry->d_name);
		if (r == 0) {
			*ret_found = FOUND_OTHER;
		}
	}
	if (r >= 0 && entry == NULL) {
		r = -errno;
	}
	closedir(list);
	return r < 0 ? r : 0;
}

/* ---- opening ---- */

static int store_lock(struct store *store, char *why)
{
	auto_free char *path = store_path(store->data, "lock");
	if (path == NULL) {
		return -ENOMEM;
	}
	store->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (store->lock_fd < 0) {
		int r = -errno;
		store_why(why, "%s cannot be opened: %s", path, strerror(-r));
		return r;
	}
	if (flock(store->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		int r = errno == EWOULDBLOCK ? -EBUSY : -errno;
		char pid[24] = "";
		store_file_read(store->data, "lock", pid, sizeof(pid));
		store_why(why, "%s is in use by another ogid (process %s); stop that one first",
			  store->data, pid[0] != '\0' ? pid : "unknown");
		return r;
	}
	char line[24];
	int bytes = snprintf(line, sizeof(line), "%ld\n", (long)getpid());
	/* The number is a courtesy; a full disk is no reason not to start. */
	if (ftruncate(store->lock_fd, 0) == 0) {
		(void)!pwrite(store->lock_fd, line, (size_t)bytes, 0);
	}
	return 0;
}

static int store_read_identity(struct store *store, char *why)
{
	char line[64];
	int r = store_file_read(store->data, "identity", line, sizeof(line));
	if (r < 0 && r != -EBADMSG) {
		store_why(why, "%s/identity cannot be read: %s", store->data, strerror(-r));
		return r;
	}
	size_t prefix = strlen(IDENTITY_PREFIX);
	const char *id = line + prefix;
	if (r == 0 && strncmp(line, "ogid-store ", 11) == 0 &&
	    strncmp(line, IDENTITY_PREFIX, prefix) != 0) {
		store_why(why,
			  "%s has the format '%s', which this ogid does not know; a newer one does",
			  store->data, line);
		return -EPROTONOSUPPORT;
	}
	if (r < 0 || strncmp(line, IDENTITY_PREFIX, prefix) != 0 || strlen(id) != 32 ||
	    strspn(id, "0123456789abcdef") != 32) {
		store_why(why, "%s/identity is damaged; restore that file from a backup",
			  store->data);
		return -EBADMSG;
	}
	memcpy(store->id, id, sizeof(store->id));
	return 0;
}

static int store_refuse_other(const struct store *store, char *why)
{
	store_why(why,
		  "%s holds files but no 'identity', so it is no store, or part of one was lost; "
		  "restore it from a backup, or name an empty or new directory",
		  store->data);
	return -ENOTEMPTY;
}

static int store_open_in(struct store *store, char *why)
{
	enum found found;
	int r = store_look(store->data, &found);
	if (r == 0 && found == FOUND_NOTHING) {
		r = store_build_beside(store->data);
	}
	if (r == 0 && found == FOUND_OTHER) {
		return store_refuse_other(store, why); /* and leave no lock file in it */
	}
	if (r < 0) {
		store_why(why, "%s cannot be used as a store: %s", store->data, strerror(-r));
		return r;
	}
	r = store_lock(store, why);
	if (r == 0) {
		r = store_look(store->data, &found); /* again, now that nobody else makes one */
	}
	if (r == 0 && found == FOUND_EMPTY) {
		r = store_build(store->data);
	} else if (r == 0 && found != FOUND_STORE) {
		return store_refuse_other(store, why);
	}
	if (r == 0) {
		r = store_read_identity(store, why);
	}
	if (r < 0) {
		return r;
	}
	r = ledger_open(store->data, &store->ledger);
	if (r < 0) {
		store_why(why, "%s/ledger cannot be opened: %s; restore it from a backup",
			  store->data, strerror(-r));
	}
	return r;
}

int store_open(const char *data, struct store **ret_store, char reterr_why[static 300])
{
	struct store *store = calloc(1, sizeof(*store));
	if (store == NULL) {
		return -ENOMEM;
	}
	store->lock_fd = -1;
	store->data = path_without_slashes(data);
	reterr_why[0] = '\0';
	int r = store->data != NULL ? store_open_in(store, reterr_why) : -ENOMEM;
	if (r < 0) {
		if (reterr_why[0] == '\0') {
			store_why(reterr_why, "%s cannot be opened: %s", data, strerror(-r));
		}
		store_close(store);
		return r;
	}
	*ret_store = store;
	return 0;
}

struct store *store_close(struct store *store)
{
	if (store == NULL) {
		return NULL;
	}
	state_close(store->state);
	ledger_close(store->ledger);
	if (store->lock_fd >= 0) {
		close(store->lock_fd); /* last: it lets the next one in */
	}
	free(store->data);
	free(store);
	return NULL;
}
