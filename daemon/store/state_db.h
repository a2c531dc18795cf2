/* SPDX-License-Identifier: Apache-2.0 */
/* state_db.h: what state.c and state_txn.c share; nobody else includes it. */
#ifndef OGID_STORE_STATE_DB_H
#define OGID_STORE_STATE_DB_H

#include <lmdb.h>
#include <pthread.h>
#include <stdatomic.h>

#include "daemon/store/overlay.h"

/* So much in memory goes into LMDB; while the disk refuses it, no more is taken than so much. */
#define LAYER_BYTES     ((size_t)4 << 20)
#define LAYER_BYTES_MAX ((size_t)256 << 20)

/* A pseudo table of the layer: how many rows a counted table has. */
#define TABLE_COUNTS TABLE_COUNT

/* What is committed and not yet in LMDB, until nobody reads it. */
struct state_layer {
	struct overlay *overlay;
	unsigned users; /* transactions, and the state itself */
};

struct state_db {
	MDB_env *env;
	MDB_dbi tables[TABLE_COUNT];
	pthread_rwlock_t map_lock; /* transactions hold it to read, growing to write */
	pthread_mutex_t writer;    /* held by the write transaction, and while memory is written */
	atomic_size_t map_bytes;
	atomic_ullong operations;
	bool unmapped; /* growing failed half-way: nothing works any more */
	int fd;        /* of data.mdb, LMDB's */

	pthread_mutex_t lock; /* guards what follows */
	struct state_layer *layer;
	uint64_t commit;  /* the last one; it is in LMDB or in the layer */
	uint64_t written; /* LMDB's transaction that wrote the layer before this one */
};

/* The border: LMDB's codes end here. Damage is -EBADMSG. */
int state_error(int code);
MDB_val state_value(const void *data, size_t bytes);
void layer_leave(struct state_db *state, struct state_layer *layer);
/* Writes what is in memory into LMDB. With the writer's mutex held, and no transaction of this
 * thread's open. A reader may go on with the old layer: what it says is in LMDB too. */
int layer_write(struct state_db *state);

#endif
