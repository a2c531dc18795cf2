/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/state_db.h"
#include "proto/base/cleanup.h"
#include "proto/base/file.h"

#define MAP_BYTES_DEFAULT ((size_t)64 << 20)
#define MAP_BYTES_MAX     ((size_t)16 << 40) /* address space, no disk; a bound for a runaway */

const char *const state_table_names[TABLE_COUNT + 1] = {
	[TABLE_META] = "meta",       [TABLE_APPLICATIONS] = "applications",
	[TABLE_ENTRIES] = "entries", [TABLE_HISTORY] = "history",
	[TABLE_KEYS] = "keys",       [TABLE_COUNTERS] = "counters",
	[TABLE_OPEN] = "open",       [TABLE_APPLICANTS] = "applicants",
	[TABLE_SERIALS] = "serials", [TABLE_DUE] = "due",
	[TABLE_CASES] = "cases",     [TABLE_FIGURES] = "figures",
	[TABLE_REPORTS] = "reports",
};

int state_error(int code)
{
	switch (code) {
	case MDB_SUCCESS:
		return 0;
	case MDB_NOTFOUND:
		return -ENOENT;
	case MDB_KEYEXIST:
		return -EEXIST;
	case MDB_MAP_FULL:
		return -ENOSPC;
	case MDB_BAD_VALSIZE:
		return -EINVAL;
	case MDB_READERS_FULL:
		return -EAGAIN;
	case MDB_PAGE_NOTFOUND:
	case MDB_CORRUPTED:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_INCOMPATIBLE:
	case MDB_CURSOR_FULL:
		return -EBADMSG;
	default:
		return code > 0 ? -code : -EIO; /* PANIC, BAD_TXN and other ends of the road */
	}
}

/* What LMDB writes into the first two pages, and trusts blindly when it opens the file: a zero page
 * size is a division by zero, a file shorter than its pages a SIGBUS at some later read. */
struct meta_page {
	uint64_t page;
	uint16_t pad, flags;
	uint32_t bounds;
	uint32_t magic, version;
	uint64_t address, map_bytes;
	struct {
		uint32_t pad;
		uint16_t flags, depth;
		uint64_t branches, leaves, overflows, entries, root;
	} trees[2]; /* free pages (its pad is the page size), tables */
	uint64_t last_page, transaction;
};

static bool meta_page_is_sane(const struct meta_page *meta, uint64_t page_bytes)
{
	if (meta->magic != 0xBEEFC0DE || meta->version != 1 || meta->last_page < 1 ||
	    meta->last_page > UINT64_MAX / page_bytes - 1 || meta->trees[0].pad != page_bytes ||
	    meta->trees[0].flags != MDB_INTEGERKEY || meta->trees[1].flags != 0) {
		return false;
	}
	for (int i = 0; i < 2; i++) {
		uint64_t root = meta->trees[i].root;
		bool empty = root == UINT64_MAX && meta->trees[i].depth == 0;
		if (!empty && (root < 2 || root > meta->last_page || meta->trees[i].depth < 1)) {
			return false;
		}
	}
	return true;
}

/* Looks at data.mdb before LMDB does: 0 when it may be opened or is not there yet, -EBADMSG. */
static int state_check_file(const char *directory, size_t *ret_bytes)
{
	*ret_bytes = 0;
	auto_free char *path = NULL;
	if (asprintf(&path, "%s/data.mdb", directory) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	struct stat st;
	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	struct meta_page metas[2];
	uint64_t page_bytes = 0;
	for (int i = 0; i < 2; i++) {
		int r = file_pread_all(fd, &metas[i], sizeof(metas[i]), (off_t)page_bytes * i);
		if (r < 0) {
			return r == -ENODATA ? -EBADMSG : r;
		}
		page_bytes = metas[0].trees[0].pad;
		if (page_bytes < 512 || page_bytes > 32768 ||
		    (page_bytes & (page_bytes - 1)) != 0 ||
		    !meta_page_is_sane(&metas[i], page_bytes)) {
			return -EBADMSG;
		}
	}
	const struct meta_page *last = &metas[metas[1].transaction > metas[0].transaction];
	*ret_bytes = (size_t)st.st_size;
	return (uint64_t)st.st_size < (last->last_page + 1) * page_bytes ? -EBADMSG : 0;
}

static int state_open_tables(struct state_db *state)
{
	MDB_txn *txn;
	int code = mdb_txn_begin(state->env, NULL, 0, &txn);
	if (code != 0) {
		return state_error(code);
	}
	for (int i = 0; i < TABLE_COUNT && code == 0; i++) {
		code = mdb_dbi_open(txn, state_table_names[i], MDB_CREATE, &state->tables[i]);
	}
	if (code != 0) {
		mdb_txn_abort(txn);
		return state_error(code);
	}
	return state_error(mdb_txn_commit(txn));
}

static int state_open_env(struct state_db *state, const char *directory, size_t map_bytes)
{
	int code = mdb_env_create(&state->env);
	if (code != 0) {
		state->env = NULL;
		return state_error(code);
	}
	code = mdb_env_set_maxdbs(state->env, TABLE_COUNT);
	if (code == 0) {
		code = mdb_env_set_mapsize(state->env, map_bytes);
	}
	if (code == 0) {
		/* No read-ahead: records are looked up one by one, in a file that may outgrow
		 * memory. NOTLS: a reader belongs to its transaction, not to its thread. */
		code = mdb_env_open(state->env, directory, MDB_NOTLS | MDB_NOSYNC | MDB_NORDAHEAD,
				    0600);
	}
	if (code == 0) {
		code = mdb_env_get_fd(state->env, &state->fd);
	}
	if (code == 0 && fcntl(state->fd, F_SETFD, FD_CLOEXEC) < 0) {
		code = errno;
	}
	if (code == 0) {
		code = mdb_reader_check(state->env, NULL); /* slots of a killed process */
	}
	return state_error(code);
}

static int state_init_lock(pthread_rwlock_t *lock)
{
	/* Writers first, else state_grow would wait for ever behind readers that overlap. */
	pthread_rwlockattr_t kind;
	pthread_rwlockattr_init(&kind);
	pthread_rwlockattr_setkind_np(&kind, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	int code = pthread_rwlock_init(lock, &kind);
	pthread_rwlockattr_destroy(&kind);
	return -code;
}

static struct state_layer *layer_new(void)
{
	struct state_layer *layer = calloc(1, sizeof(*layer));

	if (layer != NULL) {
		layer->overlay = overlay_new();
		layer->users = 1;
	}
	if (layer != NULL && layer->overlay == NULL) {
		free(layer);
		layer = NULL;
	}
	return layer;
}

static int state_init(struct state_db *state)
{
	state->layer = layer_new();
	if (state->layer == NULL) {
		return -ENOMEM;
	}
	int r = state_init_lock(&state->map_lock);
	if (r == 0) {
		pthread_mutex_init(&state->lock, NULL);
		pthread_mutex_init(&state->writer, NULL);
	}
	return r;
}

int state_open(const char *directory, size_t initial_map_bytes, struct state_db **ret_state)
{
	if (mkdir(directory, 0700) < 0 && errno != EEXIST) {
		return -errno;
	}
	size_t file_bytes;
	int r = state_check_file(directory, &file_bytes);
	if (r < 0) {
		return r;
	}
	size_t map_bytes = initial_map_bytes != 0 ? initial_map_bytes : MAP_BYTES_DEFAULT;
	while (map_bytes < file_bytes * 2) {
		map_bytes *= 2;
	}
	struct state_db *state = calloc(1, sizeof(*state));
	if (state == NULL) {
		return -ENOMEM;
	}
	r = state_init(state);
	if (r < 0) {
		free(state);
		return r;
	}
	r = state_open_env(state, directory, map_bytes);
	if (r == 0) {
		r = state_open_tables(state);
	}
	if (r < 0) {
		state_abandon(state);
		return r;
	}
	MDB_envinfo info;
	mdb_env_info(state->env, &info);
	state->map_bytes = info.me_mapsize;
	state->written = info.me_last_txnid;
	*ret_state = state;
	return 0;
}

struct state_db *state_abandon(struct state_db *state)
{
	if (state == NULL) {
		return NULL;
	}
	if (state->env != NULL) {
		mdb_env_close(state->env);
	}
	layer_leave(state, state->layer);
	pthread_rwlock_destroy(&state->map_lock);
	pthread_mutex_destroy(&state->lock);
	pthread_mutex_destroy(&state->writer);
	free(state);
	return NULL;
}

struct state_db *state_close(struct state_db *state)
{
	if (state != NULL) {
		pthread_mutex_lock(&state->writer);
		(void)layer_write(state); /* what is not written, the lines still say */
		pthread_mutex_unlock(&state->writer);
	}
	return state_abandon(state);
}

int state_sync(struct state_db *state)
{
	pthread_mutex_lock(&state->writer);
	int r = layer_write(state);
	pthread_mutex_unlock(&state->writer);
	return r < 0 ? r : state_error(mdb_env_sync(state->env, 1));
}

static int state_remap(struct state_db *state, size_t bytes)
{
	/* LMDB gives up the old map before it asks for the new one; so ask beforehand. */
	void *probe = mmap(NULL, bytes, PROT_READ, MAP_SHARED | MAP_NORESERVE, state->fd, 0);
	if (probe == MAP_FAILED) {
		return -errno;
	}
	munmap(probe, bytes);
	int code = mdb_env_set_mapsize(state->env, bytes);
	if (code != 0) {
		state->unmapped = true;
		return state_error(code);
	}
	state->map_bytes = bytes;
	return 0;
}

/* Doubles the map, when no transaction is open. */
static int state_grow(struct state_db *state)
{
	pthread_rwlock_wrlock(&state->map_lock);
	size_t bytes = state->map_bytes;
	int r = -ENOSPC;
	if (state->unmapped) {
		r = -EIO;
	} else if (bytes <= MAP_BYTES_MAX / 2) {
		r = state_remap(state, bytes * 2);
	}
	pthread_rwlock_unlock(&state->map_lock);
	return r;
}

size_t state_map_bytes(const struct state_db *state)
{
	return state->map_bytes;
}

size_t state_used_bytes(const struct state_db *state)
{
	/* Not from LMDB: that reads the map, and the caller may hold a transaction or none. */
	struct stat st;
	return fstat(state->fd, &st) < 0 ? 0 : (size_t)st.st_size;
}

/* ---- from memory into LMDB ---- */

/* LMDB does not write pages that a transaction took at the end of the file and freed again. Then
 * the file is shorter than its meta page says, which is what state_check_file knows damage by. */
static void state_fill_file(struct state_db *state)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;
	if (mdb_env_info(state->env, &info) != 0 || mdb_env_stat(state->env, &stat) != 0 ||
	    fstat(state->fd, &st) < 0) {
		return;
	}
	size_t bytes = (info.me_last_pgno + 1) * stat.ms_psize;
	if ((size_t)st.st_size < bytes) {
		/* Never shortens and never overwrites, unlike ftruncate in a race. Where it does
		 * not work, the worst that follows is a rebuild. */
		(void)!fallocate(state->fd, 0, (off_t)bytes - 1, 1);
	}
}

void layer_leave(struct state_db *state, struct state_layer *layer)
{
	pthread_mutex_lock(&state->lock);
	bool last = --layer->users == 0;
	pthread_mutex_unlock(&state->lock);
	if (last) {
		overlay_free(layer->overlay);
		free(layer);
	}
}

MDB_val state_value(const void *data, size_t bytes)
{
	union {
		const void *in;
		void *out; /* LMDB's struct serves both directions; it does not write here */
	} pointer = { .in = data != NULL ? data : "" };
	return (MDB_val){ .mv_size = bytes, .mv_data = pointer.out };
}

static int row_write(struct state_db *state, MDB_txn *txn, const struct overlay_node *node)
{
	struct bytes key = overlay_key(node), value;
	MDB_dbi table = state->tables[overlay_table(node)];
	enum overlay_answer answer = overlay_value(node, state->commit, &value);
	MDB_val k = state_value(key.data, key.bytes), v;
	int code = 0;

	if (answer == OVERLAY_THERE) {
		v = state_value(value.data, value.bytes);
		code = mdb_put(txn, table, &k, &v, 0);
	} else if (answer == OVERLAY_GONE) {
		code = mdb_del(txn, table, &k, NULL);
	}
	return code == MDB_NOTFOUND ? 0 : code;
}

/* In order of key, so that neighbours meet the same page. Returns LMDB's code. */
static int rows_write(struct state_db *state)
{
	const struct overlay_node *node = overlay_first(state->layer->overlay);
	MDB_txn *txn;
	int code = state->unmapped ? EIO : mdb_txn_begin(state->env, NULL, 0, &txn);

	if (code != 0) {
		return code;
	}
	for (; node != NULL && code == 0; node = overlay_next_of_all(node)) {
		if (overlay_table(node) < TABLE_COUNT) {
			code = row_write(state, txn, node);
		}
	}
	if (code != 0) {
		mdb_txn_abort(txn);
		return code;
	}
	return mdb_txn_commit(txn);
}

int layer_write(struct state_db *state)
{
	struct state_layer *layer, *old = state->layer;
	MDB_envinfo info;
	int code, r = 0;

	if (overlay_first(old->overlay) == NULL) {
		return 0;
	}
	layer = layer_new();
	if (layer == NULL) {
		return -ENOMEM;
	}
	do {
		pthread_rwlock_rdlock(&state->map_lock);
		code = rows_write(state);
		if (code == 0) {
			state_fill_file(state);
			mdb_env_info(state->env, &info);
		}
		pthread_rwlock_unlock(&state->map_lock);
		r = code == MDB_MAP_FULL ? state_grow(state) : state_error(code);
	} while (code == MDB_MAP_FULL && r == 0);
	if (r < 0) {
		layer_leave(state, layer);
		return r;
	}
	pthread_mutex_lock(&state->lock);
	state->layer = layer;
	state->written = info.me_last_txnid;
	pthread_mutex_unlock(&state->lock);
	layer_leave(state, old);
	return 0;
}
