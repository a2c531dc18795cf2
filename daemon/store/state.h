/* SPDX-License-Identifier: Apache-2.0 */
/* state.h: the derived state in LMDB; the only room that knows lmdb.h.
 *
 * Everything in it can be rebuilt from the ledger. A commit goes into memory (overlay.h), where
 * every transaction reads it first; what has gathered there goes into LMDB in one large
 * transaction, when there is enough of it, at state_sync and at state_close. A B-tree commit for
 * each change would write twenty pages; the lines of the ledger already hold the promise. A killed
 * process loses what was in memory and reads it again from the lines; after a crash of the machine
 * the state is rebuilt (store.h), for LMDB's commits are not synced one by one (MDB_NOSYNC).
 * state_sync makes a checkpoint.
 *
 * A transaction carries its first error: later calls on it do nothing and return it, and commit
 * does too, so a run of calls needs one check. A write transaction belongs to one thread from begin
 * to end, and there is one at a time. Values that are read live until the transaction ends, and are
 * not aligned.
 *
 * The map grows by itself while memory goes into LMDB. That waits until no transaction is open, and
 * holds new ones back; so keep them short, and a thread with one open must not begin another of the
 * same state.
 *
 * struct state_db, because `enum state` is the application's. */
#ifndef OGID_STORE_STATE_H
#define OGID_STORE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum state_table {
	TABLE_META,         /* text -> bytes; store.h */
	TABLE_APPLICATIONS, /* number u64 -> record.h */
	TABLE_ENTRIES,      /* sequence u64 -> position of its line: year u32, offset u64 */
	TABLE_HISTORY,      /* number u64, sequence u64 -> version u32, action u8 */
	TABLE_KEYS, /* SM3 of the caller's key -> first sequence u64, of u32, uid u32, SM3 of the
		       call */
	TABLE_COUNTERS, /* year u32, category u8, row text -> count u64 */
	TABLE_OPEN,     /* number u64 -> nothing: the open applications */
	TABLE_DUE, /* date u32 (its sign bit turned), number u64 -> nothing: the open ones by what
		    * comes next; depends on the calendar that TABLE_META "calendar" names */
	TABLE_APPLICANTS, /* first 16 bytes of the SM3 of who it is, number u64 -> nothing */
	TABLE_SERIALS,    /* year u32 -> the last serial used u32 */
	TABLE_CASES,      /* year u32, serial u32 -> dispute.h */
	TABLE_FIGURES,    /* year u32, figure text, NUL, sequence u64 -> day of recording u32, value
			   * text */
	TABLE_REPORTS,    /* 0 a seal or restatement, 1 a snapshot: u8; year u32, sequence u64 ->
			   * revision u32 */
	TABLE_COUNT
};
/* All numbers in keys and values are big endian, so that keys sort as numbers do. */

extern const char *const state_table_names[TABLE_COUNT + 1];

struct state_db;

struct bytes {
	const void *data;
	size_t bytes;
};

/* Opens a directory that holds a state, or an empty one (created 0700 when missing).
 * initial_map_bytes 0: the default. */
int state_open(const char *directory, size_t initial_map_bytes, struct state_db **ret_state);
/* Both take NULL and return NULL. The first writes what is in memory, and does not sync; the second
 * forgets it, for a state that is to be removed. */
struct state_db *state_close(struct state_db *state);
struct state_db *state_abandon(struct state_db *state);
int state_sync(struct state_db *state);
size_t state_map_bytes(const struct state_db *state);
size_t state_used_bytes(const struct state_db *state);

struct overlay_node;
struct state_layer;

struct state_txn {
	struct state_db *state;
	void *txn;                 /* MDB_txn, a reader's */
	struct state_layer *layer; /* what is in memory, */
	uint64_t commit;           /* and up to which commit it is read */
	bool writes;
	int error; /* the first; negative errno */
};

int state_begin(struct state_db *state, bool writes, struct state_txn *ret_txn);
int state_commit(struct state_txn *txn); /* ends it whatever it returns */
void state_abort(struct state_txn *txn); /* nothing after a commit */

/* How many gets, puts, deletes and cursor steps there have been: for tests that count work. */
uint64_t state_operations(const struct state_db *state);

/* 0, or -ENOENT (which is no error of the transaction; state_delete says it too). Damage that LMDB
 * notices is -EBADMSG here and everywhere. */
int state_get(struct state_txn *txn, enum state_table table, const void *key, size_t key_bytes,
	      struct bytes *ret_value);
int state_put(struct state_txn *txn, enum state_table table, const void *key, size_t key_bytes,
	      const void *value, size_t value_bytes);
int state_delete(struct state_txn *txn, enum state_table table, const void *key, size_t key_bytes);
/* Of TABLE_APPLICATIONS and TABLE_OPEN only. */
size_t state_count(struct state_txn *txn, enum state_table table);

/* Walks a table in order of key. */
struct state_cursor {
	struct state_txn *txn;
	enum state_table table;
	void *cursor; /* MDB_cursor */
	bool stored;  /* it stands on a row, the one below */
	struct bytes stored_key, stored_value;
	const struct overlay_node *node; /* the row in memory; NULL: none */
	bool at_stored, at_node;         /* which of them made the last answer */
};
int state_cursor_open(struct state_txn *txn, enum state_table table,
		      struct state_cursor *ret_cursor);
void state_cursor_close(struct state_cursor *cursor); /* before its transaction ends */
/* The first entry whose key is not before `key` (NULL, 0: the first of all): 1, 0 at the end,
 * negative errno. */
int state_cursor_seek(struct state_cursor *cursor, const void *key, size_t key_bytes,
		      struct bytes *ret_key, struct bytes *ret_value);
int state_cursor_next(struct state_cursor *cursor, struct bytes *ret_key, struct bytes *ret_value);

static inline void state_store_u64(uint8_t *at, uint64_t value)
{
	for (int i = 7; i >= 0; i--, value >>= 8) {
		at[i] = (uint8_t)value;
	}
}

static inline void state_store_u32(uint8_t *at, uint32_t value)
{
	for (int i = 3; i >= 0; i--, value >>= 8) {
		at[i] = (uint8_t)value;
	}
}

static inline uint64_t state_load_u64(const void *from)
{
	uint64_t value = 0;
	for (int i = 0; i < 8; i++) {
		value = value << 8 | ((const uint8_t *)from)[i];
	}
	return value;
}

static inline uint32_t state_load_u32(const void *from)
{
	uint32_t value = 0;
	for (int i = 0; i < 4; i++) {
		value = value << 8 | ((const uint8_t *)from)[i];
	}
	return value;
}

#endif
