/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/state.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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

struct state_db {
	MDB_env *env;
	MDB_dbi tables[TABLE_COUNT];
	pthread_rwlock_t map_lock; /* transactions hold it to read, state_grow to write */
	atomic_size_t map_bytes;
	atomic_ullong operations;
	bool unmapped; /* growing failed half-way: nothing works any more */
	int fd;        /* of data.mdb, LMDB's */
};

/* The border: LMDB's codes end here. Damage is -EBADMSG. */
static int state_error(int code)
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
	r = state_init_lock(&state->map_lock);
	if (r < 0) {
		free(state);
		return r;
	}
	r = state_open_env(state, directory, map_bytes);
	if (r == 0) {
		r = state_open_tables(state);
	}
	if (r < 0) {
		state_close(state);
		return r;
	}
	MDB_envinfo info;
	mdb_env_info(state->env, &info);
	state->map_bytes = info.me_mapsize;
	*ret_state = state;
	return 0;
}

struct state_db *state_close(struct state_db *state)
{
	if (state == NULL) {
		return NULL;
	}
	if (state->env != NULL) {
		mdb_env_close(state->env);
	}
	pthread_rwlock_destroy(&state->map_lock);
	free(state);
	return NULL;
}

int state_sync(struct state_db *state)
{
	return state_error(mdb_env_sync(state->env, 1));
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

int state_grow(struct state_db *state)
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

int state_begin(struct state_db *state, bool writes, struct state_txn *ret_txn)
{
	*ret_txn = (struct state_txn){ .state = state, .writes = writes };
	pthread_rwlock_rdlock(&state->map_lock);
	MDB_txn *txn = NULL;
	int r = state->unmapped ? -EIO
				: state_error(mdb_txn_begin(state->env, NULL,
							    writes ? 0 : MDB_RDONLY, &txn));
	if (r < 0) {
		pthread_rwlock_unlock(&state->map_lock);
		ret_txn->error = r;
		return r;
	}
	ret_txn->txn = txn;
	return 0;
}

static int txn_fail(struct state_txn *txn, int code)
{
	txn->error = state_error(code);
	txn->map_full = code == MDB_MAP_FULL;
	return txn->error;
}

void state_abort(struct state_txn *txn)
{
	if (txn->txn == NULL) {
		return;
	}
	mdb_txn_abort(txn->txn);
	txn->txn = NULL;
	pthread_rwlock_unlock(&txn->state->map_lock);
}

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

int state_commit(struct state_txn *txn)
{
	if (txn->error != 0 || txn->txn == NULL) {
		state_abort(txn);
		return txn->error != 0 ? txn->error : -EINVAL;
	}
	int code = mdb_txn_commit(txn->txn);
	txn->txn = NULL;
	if (code != 0) {
		txn_fail(txn, code);
	} else if (txn->writes) {
		state_fill_file(txn->state);
	}
	pthread_rwlock_unlock(&txn->state->map_lock);
	return txn->error;
}

/* -ENOENT is an answer, everything else the end of the transaction. */
static int txn_result(struct state_txn *txn, int code)
{
	if (code == 0 || code == MDB_NOTFOUND) {
		return state_error(code);
	}
	return txn_fail(txn, code);
}

static int txn_check(struct state_txn *txn)
{
	atomic_fetch_add_explicit(&txn->state->operations, 1, memory_order_relaxed);
	if (txn->error == 0 && txn->txn == NULL) {
		txn->error = -EINVAL; /* it has ended */
	}
	return txn->error;
}

uint64_t state_operations(const struct state_db *state)
{
	return atomic_load_explicit(&state->operations, memory_order_relaxed);
}

static MDB_val value_of(const void *data, size_t bytes)
{
	union {
		const void *in;
		void *out; /* LMDB's struct serves both directions; it does not write here */
	} pointer = { .in = data != NULL ? data : "" };
	return (MDB_val){ .mv_size = bytes, .mv_data = pointer.out };
}

int state_get(struct state_txn *txn, enum state_table table, const void *key, size_t key_bytes,
	      struct bytes *ret_value)
{
	if (txn_check(txn) < 0) {
		return txn->error;
	}
	MDB_val k = value_of(key, key_bytes), value;
	int r = txn_result(txn, mdb_get(txn->txn, txn->state->tables[table], &k, &value));
	if (r == 0) {
		*ret_value = (struct bytes){ .data = value.mv_data, .bytes = value.mv_size };
	}
	return r;
}

int state_put(struct state_txn *txn, enum state_table table, const void *key, size_t key_bytes,
	      const void *value, size_t value_bytes)
{
	if (txn_check(txn) < 0) {
		return txn->error;
	}
	MDB_val k = value_of(key, key_bytes), v = value_of(value, value_bytes);
	return txn_result(txn, mdb_put(txn->txn, txn->state->tables[table], &k, &v, 0));
}

int state_delete(struct state_txn *txn, enum state_table table, const void *key, size_t key_bytes)
{
	if (txn_check(txn) < 0) {
		return txn->error;
	}
	MDB_val k = value_of(key, key_bytes);
	return txn_result(txn, mdb_del(txn->txn, txn->state->tables[table], &k, NULL));
}

size_t state_count(struct state_txn *txn, enum state_table table)
{
	MDB_stat stat;
	if (txn_check(txn) < 0 ||
	    txn_result(txn, mdb_stat(txn->txn, txn->state->tables[table], &stat)) < 0) {
		return 0;
	}
	return stat.ms_entries;
}

int state_cursor_open(struct state_txn *txn, enum state_table table,
		      struct state_cursor *ret_cursor)
{
	*ret_cursor = (struct state_cursor){ .txn = txn };
	if (txn_check(txn) < 0) {
		return txn->error;
	}
	MDB_cursor *cursor;
	int r = txn_result(txn, mdb_cursor_open(txn->txn, txn->state->tables[table], &cursor));
	if (r == 0) {
		ret_cursor->cursor = cursor;
	}
	return r;
}

void state_cursor_close(struct state_cursor *cursor)
{
	if (cursor->cursor != NULL) {
		mdb_cursor_close(cursor->cursor);
		cursor->cursor = NULL;
	}
}

static int cursor_move(struct state_cursor *cursor, MDB_cursor_op how, MDB_val key,
		       struct bytes *ret_key, struct bytes *ret_value)
{
	if (txn_check(cursor->txn) < 0) {
		return cursor->txn->error;
	}
	if (cursor->cursor == NULL) {
		return cursor->txn->error = -EINVAL;
	}
	MDB_val value;
	int r = txn_result(cursor->txn, mdb_cursor_get(cursor->cursor, &key, &value, how));
	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	*ret_key = (struct bytes){ .data = key.mv_data, .bytes = key.mv_size };
	*ret_value = (struct bytes){ .data = value.mv_data, .bytes = value.mv_size };
	return 1;
}

int state_cursor_seek(struct state_cursor *cursor, const void *key, size_t key_bytes,
		      struct bytes *ret_key, struct bytes *ret_value)
{
	MDB_cursor_op how = key_bytes > 0 ? MDB_SET_RANGE : MDB_FIRST;
	return cursor_move(cursor, how, value_of(key, key_bytes), ret_key, ret_value);
}

int state_cursor_next(struct state_cursor *cursor, struct bytes *ret_key, struct bytes *ret_value)
{
	return cursor_move(cursor, MDB_NEXT, value_of(NULL, 0), ret_key, ret_value);
}

int state_cursor_last(struct state_cursor *cursor, struct bytes *ret_key, struct bytes *ret_value)
{
	return cursor_move(cursor, MDB_LAST, value_of(NULL, 0), ret_key, ret_value);
}
