/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions: one moment of LMDB and of what is in memory above it. */
#include <errno.h>
#include <string.h>

#include "daemon/store/state_db.h"

#define KEY_BYTES_MAX 511 /* LMDB's */

/* ---- begin and end ---- */

static struct state_layer *layer_enter(struct state_db *state, uint64_t *ret_commit,
				       uint64_t *ret_written)
{
	pthread_mutex_lock(&state->lock);
	struct state_layer *layer = state->layer;
	layer->users++;
	*ret_commit = state->commit;
	*ret_written = state->written;
	pthread_mutex_unlock(&state->lock);
	return layer;
}

/* Whether LMDB, as a reader found it, and the layer are one moment. It is as it was before the
 * layer was written into it: yes. Or just after, which says the same to a reader that knows all
 * that was written: no commit comes in between, so that is the last one. Later still, the layer is
 * another one. */
static bool moment_is_one(struct state_db *state, size_t found, uint64_t written, uint64_t commit)
{
	if (found != written + 1) {
		return found <= written;
	}
	pthread_mutex_lock(&state->lock);
	bool one = state->written == written && state->commit == commit;
	pthread_mutex_unlock(&state->lock);
	return one;
}

static int moment_take(struct state_db *state, struct state_txn *txn)
{
	for (;;) {
		uint64_t written;
		MDB_txn *reader = NULL;
		int r = state->unmapped ? -EIO : 0;

		txn->layer = layer_enter(state, &txn->commit, &written);
		if (r == 0) {
			r = state_error(mdb_txn_begin(state->env, NULL, MDB_RDONLY, &reader));
		}
		if (r == 0 && moment_is_one(state, mdb_txn_id(reader), written, txn->commit)) {
			txn->txn = reader;
			return 0;
		}
		if (r == 0) {
			mdb_txn_abort(reader);
		}
		layer_leave(state, txn->layer);
		txn->layer = NULL;
		if (r < 0) {
			return r;
		}
	}
}

int state_begin(struct state_db *state, bool writes, struct state_txn *ret_txn)
{
	int r = 0;

	*ret_txn = (struct state_txn){ .state = state, .writes = writes };
	if (writes) {
		pthread_mutex_lock(&state->writer);
		if (overlay_bytes(state->layer->overlay) > LAYER_BYTES_MAX) {
			r = layer_write(state); /* the disk has refused it before */
		}
	}
	pthread_rwlock_rdlock(&state->map_lock);
	if (r == 0) {
		r = moment_take(state, ret_txn);
	}
	if (r < 0) {
		pthread_rwlock_unlock(&state->map_lock);
		if (writes) {
			pthread_mutex_unlock(&state->writer);
		}
		ret_txn->error = r;
		return r;
	}
	/* its own commit is read by it, and by nobody else yet */
	ret_txn->commit += writes;
	return 0;
}

static void moment_leave(struct state_txn *txn)
{
	mdb_txn_abort(txn->txn);
	txn->txn = NULL;
	layer_leave(txn->state, txn->layer);
	txn->layer = NULL;
	pthread_rwlock_unlock(&txn->state->map_lock);
}

void state_abort(struct state_txn *txn)
{
	if (txn->txn == NULL) {
		return;
	}
	if (txn->writes) {
		overlay_undo(txn->layer->overlay, txn->commit);
	}
	moment_leave(txn);
	if (txn->writes) {
		pthread_mutex_unlock(&txn->state->writer);
	}
}

int state_commit(struct state_txn *txn)
{
	struct state_db *state = txn->state;

	if (txn->error != 0 || txn->txn == NULL) {
		state_abort(txn);
		return txn->error != 0 ? txn->error : -EINVAL;
	}
	if (txn->writes) {
		overlay_settle(txn->layer->overlay);
		pthread_mutex_lock(&state->lock);
		state->commit = txn->commit;
		pthread_mutex_unlock(&state->lock);
	}
	moment_leave(txn);
	if (txn->writes) {
		if (overlay_bytes(state->layer->overlay) > LAYER_BYTES) {
			(void)layer_write(state); /* else it stays in memory; state_sync says why */
		}
		pthread_mutex_unlock(&state->writer);
	}
	return 0;
}

/* ---- rows ---- */

/* -ENOENT is an answer, everything else the end of the transaction. */
static int txn_result(struct state_txn *txn, int code)
{
	if (code != 0 && code != MDB_NOTFOUND) {
		txn->error = state_error(code);
	}
	return state_error(code);
}

static int txn_check(struct state_txn *txn)
{
	atomic_fetch_add_explicit(&txn->state->operations, 1, memory_order_relaxed);
	if (txn->error == 0 && txn->txn == NULL) {
		txn->error = -EINVAL; /* it has ended */
	}
	return txn->error;
}

static int write_check(struct state_txn *txn)
{
	if (txn_check(txn) == 0 && !txn->writes) {
		txn->error = -EACCES;
	}
	return txn->error;
}

uint64_t state_operations(const struct state_db *state)
{
	return atomic_load_explicit(&state->operations, memory_order_relaxed);
}

static int row_get(struct state_txn *txn, enum state_table table, struct bytes key,
		   struct bytes *ret_value)
{
	enum overlay_answer answer =
		overlay_get(txn->layer->overlay, table, key, txn->commit, ret_value);
	MDB_val k = state_value(key.data, key.bytes), value;

	if (answer != OVERLAY_UNKNOWN) {
		return answer == OVERLAY_THERE ? 0 : -ENOENT;
	}
	int r = txn_result(txn, mdb_get(txn->txn, txn->state->tables[table], &k, &value));
	if (r == 0) {
		*ret_value = (struct bytes){ .data = value.mv_data, .bytes = value.mv_size };
	}
	return r;
}

int state_get(struct state_txn *txn, enum state_table table, const void *key, size_t key_bytes,
	      struct bytes *ret_value)
{
	return txn_check(txn) < 0
		       ? txn->error
		       : row_get(txn, table, (struct bytes){ key, key_bytes }, ret_value);
}

static int layer_put(struct state_txn *txn, unsigned table, struct bytes key, struct bytes value,
		     bool gone)
{
	int r = overlay_put(txn->layer->overlay, table, key, value, gone, txn->commit);

	if (r < 0) {
		txn->error = r;
	}
	return r;
}

static bool is_counted(enum state_table table)
{
	return table == TABLE_APPLICATIONS || table == TABLE_OPEN;
}

/* The layer has the count once a row came or went; before, LMDB has. */
static size_t counted(struct state_txn *txn, enum state_table table)
{
	uint8_t key = (uint8_t)table;
	struct bytes value;
	MDB_stat stat;

	if (overlay_get(txn->layer->overlay, TABLE_COUNTS, (struct bytes){ &key, 1 }, txn->commit,
			&value) == OVERLAY_THERE) {
		return (size_t)state_load_u64(value.data);
	}
	return txn_result(txn, mdb_stat(txn->txn, txn->state->tables[table], &stat)) < 0
		       ? 0
		       : stat.ms_entries;
}

static int count_change(struct state_txn *txn, enum state_table table, bool more)
{
	uint8_t key = (uint8_t)table, count[8];

	state_store_u64(count, counted(txn, table) + (more ? UINT64_C(1) : UINT64_MAX));
	return layer_put(txn, TABLE_COUNTS, (struct bytes){ &key, 1 },
			 (struct bytes){ count, sizeof(count) }, false);
}

int state_put(struct state_txn *txn, enum state_table table, const void *key, size_t key_bytes,
	      const void *value, size_t value_bytes)
{
	struct bytes before;
	int r = write_check(txn);

	if (r == 0 && (key_bytes == 0 || key_bytes > KEY_BYTES_MAX)) {
		r = txn->error = -EINVAL;
	}
	if (r == 0 && is_counted(table)) {
		r = row_get(txn, table, (struct bytes){ key, key_bytes }, &before);
		r = r == -ENOENT ? count_change(txn, table, true) : r;
	}
	return r < 0 ? r
		     : layer_put(txn, table, (struct bytes){ key, key_bytes },
				 (struct bytes){ value, value_bytes }, false);
}

int state_delete(struct state_txn *txn, enum state_table table, const void *key, size_t key_bytes)
{
	struct bytes before;
	int r = write_check(txn);

	if (r == 0) {
		r = row_get(txn, table, (struct bytes){ key, key_bytes }, &before);
	}
	if (r == 0 && is_counted(table)) {
		r = count_change(txn, table, false);
	}
	return r < 0 ? r
		     : layer_put(txn, table, (struct bytes){ key, key_bytes },
				 (struct bytes){ NULL, 0 }, true);
}

size_t state_count(struct state_txn *txn, enum state_table table)
{
	return txn_check(txn) < 0 || !is_counted(table) ? 0 : counted(txn, table);
}

/* ---- cursors: two walks in one ---- */

int state_cursor_open(struct state_txn *txn, enum state_table table,
		      struct state_cursor *ret_cursor)
{
	*ret_cursor = (struct state_cursor){ .txn = txn, .table = table };
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

static int stored_move(struct state_cursor *cursor, MDB_cursor_op how, MDB_val key)
{
	MDB_val value;
	int r = txn_result(cursor->txn, mdb_cursor_get(cursor->cursor, &key, &value, how));

	cursor->stored = r == 0;
	if (r == 0) {
		cursor->stored_key = (struct bytes){ key.mv_data, key.mv_size };
		cursor->stored_value = (struct bytes){ value.mv_data, value.mv_size };
	}
	return r == -ENOENT ? 0 : r;
}

/* Below 0: the stored row comes first; 0: both are one; above: the one in memory. */
static int cursor_order(const struct state_cursor *cursor)
{
	if (cursor->node == NULL || !cursor->stored) {
		return cursor->node == NULL ? -1 : 1;
	}
	struct bytes a = cursor->stored_key, b = overlay_key(cursor->node);
	int order = memcmp(a.data, b.data, a.bytes < b.bytes ? a.bytes : b.bytes);

	return order != 0 ? order : (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

/* Passes over the rows that made the last answer, or none. */
static int cursor_pass(struct state_cursor *cursor)
{
	if (cursor->at_node) {
		cursor->node = overlay_next(cursor->node);
	}
	return cursor->at_stored ? stored_move(cursor, MDB_NEXT, state_value(NULL, 0)) : 0;
}

/* The next row that is there: 1, 0 at the end. */
static int cursor_settle(struct state_cursor *cursor, struct bytes *ret_key,
			 struct bytes *ret_value)
{
	for (;;) {
		int order = cursor_order(cursor);
		enum overlay_answer answer = OVERLAY_UNKNOWN;

		cursor->at_stored = cursor->stored && order <= 0;
		cursor->at_node = cursor->node != NULL && order >= 0;
		if (cursor->at_node) {
			answer = overlay_value(cursor->node, cursor->txn->commit, ret_value);
		}
		if (answer == OVERLAY_THERE) {
			*ret_key = overlay_key(cursor->node);
			return 1;
		}
		if (answer == OVERLAY_UNKNOWN && cursor->at_stored) {
			*ret_key = cursor->stored_key;
			*ret_value = cursor->stored_value;
			return 1;
		}
		if (!cursor->at_stored && !cursor->at_node) {
			return 0;
		}
		int r = cursor_pass(cursor);
		if (r < 0) {
			return r;
		}
	}
}

static int cursor_check(struct state_cursor *cursor)
{
	if (txn_check(cursor->txn) == 0 && cursor->cursor == NULL) {
		cursor->txn->error = -EINVAL;
	}
	return cursor->txn->error;
}

int state_cursor_seek(struct state_cursor *cursor, const void *key, size_t key_bytes,
		      struct bytes *ret_key, struct bytes *ret_value)
{
	int r = cursor_check(cursor);

	if (r == 0) {
		r = stored_move(cursor, key_bytes > 0 ? MDB_SET_RANGE : MDB_FIRST,
				state_value(key, key_bytes));
	}
	if (r < 0) {
		return r;
	}
	cursor->node = overlay_seek(cursor->txn->layer->overlay, cursor->table,
				    (struct bytes){ key, key_bytes });
	return cursor_settle(cursor, ret_key, ret_value);
}

int state_cursor_next(struct state_cursor *cursor, struct bytes *ret_key, struct bytes *ret_value)
{
	int r = cursor_check(cursor);

	r = r < 0 ? r : cursor_pass(cursor);
	return r < 0 ? r : cursor_settle(cursor, ret_key, ret_value);
}
