/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/store/store.h"
#include "daemon/store/store_files.h"
#include "proto/base/checksum.h"
#include "proto/base/cleanup.h"
#include "proto/base/file.h"

#define STATE_FORMAT "3" /* of the tables; raise it, and every state is rebuilt */
#define MARK_BYTES   60  /* sequence 8, year 4, offset 8, digest 32, checksum 8 */

/* Whether a state may be trusted after a crash of the machine stands in a file beside it, not in
 * its tables: commits are not synced, so after such a crash its pages may be any mixture of old and
 * new, and an old page would say "closed". STATE/boot holds the boot id of the kernel that has the
 * state open, or "closed". */

static int boot_read_now(char id[static 64])
{
	int r = store_file_read("/proc/sys/kernel/random", "boot_id", id, 64);
	return r == 0 && id[0] == '\0' ? -ENODATA : r;
}

static int boot_write(const char *directory, const char *word)
{
	char line[80];
	snprintf(line, sizeof(line), "%s\n", word);
	return store_file_replace(directory, "boot", line);
}

/* 0 with NULL, or with why the state was not left in order. */
static int boot_check(const char *directory, const char *now, const char **ret_problem)
{
	char was[64];
	int r = store_file_read(directory, "boot", was, sizeof(was));
	*ret_problem = NULL;
	if (r == -ENOENT) {
		*ret_problem = "there is none";
	} else if (r == -EBADMSG) {
		*ret_problem = "its file 'boot' is damaged";
	} else if (r < 0) {
		return r; /* no reason to throw anything away */
	} else if (strcmp(was, now) != 0 && strcmp(was, "closed") != 0) {
		*ret_problem = "the machine went down while it was open";
	}
	return 0;
}

static bool row_is(struct state_txn *txn, const char *key, const char *value)
{
	struct bytes found;
	return state_get(txn, TABLE_META, key, strlen(key), &found) == 0 &&
	       found.bytes == strlen(value) && memcmp(found.data, value, found.bytes) == 0;
}

static int rows_check(const struct store *store, struct state_db *state, const char **ret_problem)
{
	struct state_txn txn;
	int r = state_begin(state, false, &txn);
	if (r < 0) {
		return r;
	}
	*ret_problem = NULL;
	if (!row_is(&txn, "format", STATE_FORMAT)) {
		*ret_problem = "its tables have another format";
	} else if (!row_is(&txn, "store", store->id)) {
		*ret_problem = "it belongs to another store";
	}
	if (txn.error == -EBADMSG) {
		*ret_problem = "it is damaged";
	}
	r = txn.error != -EBADMSG ? txn.error : 0;
	state_abort(&txn);
	return r;
}

static int rows_write(const struct store *store, struct state_db *state)
{
	struct state_txn txn;
	state_begin(state, true, &txn);
	state_put(&txn, TABLE_META, "format", 6, STATE_FORMAT, strlen(STATE_FORMAT));
	state_put(&txn, TABLE_META, "store", 5, store->id, strlen(store->id));
	return state_commit(&txn);
}

/* Opens what is there: 0, with ret_problem when it cannot be trusted (and is not open then). */
static int store_try_state(struct store *store, const char *path, const char **ret_problem)
{
	char now[64];
	int r = boot_read_now(now);
	if (r == 0) {
		r = boot_check(path, now, ret_problem);
	}
	if (r < 0 || *ret_problem != NULL) {
		return r;
	}
	/* Before the first page is touched. */
	r = boot_write(path, now);
	if (r < 0) {
		return r;
	}
	struct state_db *state = NULL;
	r = state_open(path, store->map_bytes, &state);
	if (r == -EBADMSG) {
		*ret_problem = "its file is damaged";
		return 0;
	}
	if (r == 0) {
		r = rows_check(store, state, ret_problem);
	}
	if (r < 0 || *ret_problem != NULL) {
		state_close(state);
		return r;
	}
	store->state = state;
	return 0;
}

static int store_make_state(struct store *store, const char *path)
{
	char now[64];
	int r = boot_read_now(now);
	if (r == 0) {
		r = file_remove_tree(path);
	}
	if (r == 0) {
		r = state_open(path, store->map_bytes, &store->state);
	}
	if (r == 0) {
		r = rows_write(store, store->state);
	}
	if (r == 0) {
		r = state_sync(store->state);
	}
	if (r == 0) {
		r = boot_write(path, now);
	}
	if (r == 0) {
		r = file_sync_directory(store->data);
	}
	if (r < 0) {
		store->state = state_close(store->state);
	}
	return r;
}

int store_open_state(struct store *store, bool *ret_usable, char reterr_why[static 300])
{
	auto_free char *path = store_path(store->data, "state");
	const char *problem = NULL;
	reterr_why[0] = '\0';
	int r = path != NULL ? store_try_state(store, path, &problem) : -ENOMEM;
	if (r == 0 && problem != NULL) {
		store_why(reterr_why, "the state is rebuilt from the ledger: %s", problem);
		r = store_make_state(store, path);
	}
	if (r < 0) {
		store_why(reterr_why, "%s/state cannot be opened: %s", store->data, strerror(-r));
		return r;
	}
	*ret_usable = problem == NULL;
	return 0;
}

int store_reset_state(struct store *store)
{
	auto_free char *path = store_path(store->data, "state");
	if (path == NULL) {
		return -ENOMEM;
	}
	store->state = state_close(store->state);
	return store_make_state(store, path);
}

static char *scratch_path(const struct store *store, const char *name)
{
	char *path;
	return asprintf(&path, "%s/scratch-%s", store->data, name) < 0 ? NULL : path;
}

int store_open_scratch(struct store *store, const char *name, struct state_db **ret_state)
{
	if (name[0] == '\0' || strchr(name, '/') != NULL) {
		return -EINVAL;
	}
	auto_free char *path = scratch_path(store, name);
	if (path == NULL) {
		return -ENOMEM;
	}
	int r = file_remove_tree(path);
	return r < 0 ? r : state_open(path, store->map_bytes, ret_state);
}

void store_discard_scratch(struct store *store, const char *name, struct state_db *state)
{
	auto_free char *path = scratch_path(store, name);
	state_abandon(state);
	if (path != NULL) {
		file_remove_tree(path);
	}
}

int store_read_mark(struct state_txn *txn, struct store_mark *ret_mark)
{
	struct bytes found;
	int r = state_get(txn, TABLE_META, "mark", 4, &found);
	if (r < 0) {
		return r;
	}
	if (found.bytes != MARK_BYTES) {
		return -EBADMSG;
	}
	const uint8_t *at = found.data;
	if (state_load_u64(at + 52) != checksum_of(at, 52)) {
		return -EBADMSG;
	}
	ret_mark->sequence = state_load_u64(at);
	ret_mark->head.end.year = (int)state_load_u32(at + 8);
	ret_mark->head.end.offset = state_load_u64(at + 12);
	memcpy(ret_mark->head.digest.bytes, at + 20, SM3_BYTES);
	return 0;
}

int store_write_mark(struct state_txn *txn, const struct store_mark *mark)
{
	uint8_t row[MARK_BYTES];
	state_store_u64(row, mark->sequence);
	state_store_u32(row + 8, (uint32_t)mark->head.end.year);
	state_store_u64(row + 12, mark->head.end.offset);
	memcpy(row + 20, mark->head.digest.bytes, SM3_BYTES);
	state_store_u64(row + 52, checksum_of(row, 52));
	return state_put(txn, TABLE_META, "mark", 4, row, sizeof(row));
}

int store_checkpoint(struct store *store, bool closing)
{
	int r = state_sync(store->state);
	if (r < 0 || !closing) {
		return r;
	}
	auto_free char *path = store_path(store->data, "state");
	return path != NULL ? boot_write(path, "closed") : -ENOMEM;
}

int store_remove_scratches(struct store *store)
{
	DIR *directory = opendir(store->data);
	int r = 0;

	if (directory == NULL) {
		return -errno;
	}
	for (struct dirent *entry; r == 0 && (entry = readdir(directory)) != NULL;) {
		auto_free char *path = NULL;

		if (strncmp(entry->d_name, "scratch-", strlen("scratch-")) == 0) {
			path = scratch_path(store, entry->d_name + strlen("scratch-"));
			r = path == NULL ? -ENOMEM : file_remove_tree(path);
		}
	}
	closedir(directory);
	return r;
}
