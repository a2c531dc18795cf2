/* SPDX-License-Identifier: Apache-2.0 */
/* What is in memory above LMDB: against a model, through commits, aborts and writings in any order;
 * and read from other threads, always one moment. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/store/state.h"
#include "proto/base/file.h"

#define KEYS    400
#define TURNS   4000
#define ROW     16
#define COMMITS 3000

static char directory[64];
static uint64_t dice = 88172645463325252ULL;

static uint64_t any(uint64_t below)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return dice % below;
}

/* The model: a value for each key, 0 for none, as committed and as the transaction sees it. */
static uint64_t committed[KEYS], seen[KEYS];

static void key_make(uint64_t number, uint8_t key[static 8])
{
	state_store_u64(key, number * 3);
}

static void assert_seen(struct state_txn *txn)
{
	struct state_cursor cursor;
	struct bytes key, value;
	size_t count = 0, walked = 0;
	uint8_t wanted[8];
	int r;

	assert_int_equal(state_cursor_open(txn, TABLE_OPEN, &cursor), 0);
	r = state_cursor_seek(&cursor, NULL, 0, &key, &value);
	for (uint64_t i = 0; i < KEYS; i++) {
		if (seen[i] == 0) {
			continue;
		}
		count++;
		assert_int_equal(r, 1);
		key_make(i, wanted);
		assert_memory_equal(key.data, wanted, 8);
		assert_int_equal(value.bytes, 8 + seen[i] % ROW);
		assert_true(state_load_u64(value.data) == seen[i]);
		walked++;
		r = state_cursor_next(&cursor, &key, &value);
	}
	assert_int_equal(r, 0);
	state_cursor_close(&cursor);
	assert_int_equal(walked, count);
	assert_int_equal(state_count(txn, TABLE_OPEN), count);
}

static void assert_got(struct state_txn *txn)
{
	uint64_t number = any(KEYS), next = number;
	struct state_cursor cursor;
	struct bytes key, value;
	uint8_t wanted[8];
	int r;

	key_make(number, wanted);
	r = state_get(txn, TABLE_OPEN, wanted, 8, &value);
	assert_int_equal(r, seen[number] == 0 ? -ENOENT : 0);
	if (r == 0) {
		assert_true(state_load_u64(value.data) == seen[number]);
	}
	while (next < KEYS && seen[next] == 0) {
		next++;
	}
	assert_int_equal(state_cursor_open(txn, TABLE_OPEN, &cursor), 0);
	r = state_cursor_seek(&cursor, wanted, 8, &key, &value);
	assert_int_equal(r, next < KEYS);
	if (r == 1) {
		key_make(next, wanted);
		assert_memory_equal(key.data, wanted, 8);
	}
	state_cursor_close(&cursor);
}

static void row_change(struct state_txn *txn)
{
	uint64_t number = any(KEYS), value = any(UINT32_MAX) + 1;
	uint8_t key[8], row[8 + ROW] = { 0 };
	int r;

	key_make(number, key);
	if (any(3) == 0) {
		r = state_delete(txn, TABLE_OPEN, key, 8);
		assert_int_equal(r, seen[number] == 0 ? -ENOENT : 0);
		seen[number] = 0;
		return;
	}
	state_store_u64(row, value);
	assert_int_equal(state_put(txn, TABLE_OPEN, key, 8, row, 8 + value % ROW), 0);
	seen[number] = value;
}

static void a_model_says_the_same(void **state)
{
	struct state_db *db;

	(void)state;
	assert_int_equal(state_open(directory, 64 * 1024, &db), 0);
	for (int turn = 0; turn < TURNS; turn++) {
		struct state_txn txn;
		uint64_t changes = any(20);

		assert_int_equal(state_begin(db, true, &txn), 0);
		for (uint64_t i = 0; i < changes; i++) {
			row_change(&txn);
			assert_got(&txn);
		}
		assert_seen(&txn);
		if (any(4) == 0) {
			state_abort(&txn);
			memcpy(seen, committed, sizeof(seen));
		} else {
			assert_int_equal(state_commit(&txn), 0);
			memcpy(committed, seen, sizeof(seen));
		}
		if (any(10) == 0) {
			assert_int_equal(state_sync(db), 0);
		}
		if (any(100) == 0) {
			state_close(db);
			assert_int_equal(state_open(directory, 0, &db), 0);
		}
		assert_int_equal(state_begin(db, false, &txn), 0);
		assert_seen(&txn);
		assert_got(&txn);
		state_abort(&txn);
	}
	state_close(db);
}

struct reading {
	struct state_db *db;
	atomic_bool stop;
	atomic_uint torn, moments;
};

/* Every commit sets all rows to its number, takes some away, and puts them back in the next. */
static void *read_moments(void *userdata)
{
	struct reading *reading = userdata;
	uint64_t last = 0;

	while (!reading->stop) {
		struct state_txn txn;
		struct state_cursor cursor;
		struct bytes key, value;
		uint64_t moment = 0, rows = 0;

		if (state_begin(reading->db, false, &txn) < 0 ||
		    state_cursor_open(&txn, TABLE_ENTRIES, &cursor) < 0) {
			reading->torn++;
			break;
		}
		for (int r = state_cursor_seek(&cursor, NULL, 0, &key, &value); r > 0;
		     r = state_cursor_next(&cursor, &key, &value), rows++) {
			uint64_t number = state_load_u64(value.data);

			moment = rows == 0 ? number : moment;
			reading->torn += number != moment;
		}
		state_cursor_close(&cursor);
		/* as many as its commit left, and no step back */
		reading->torn += moment > 0 && rows != 50 - moment % 7;
		reading->torn += moment < last;
		last = moment;
		reading->moments++;
		state_abort(&txn);
	}
	return NULL;
}

static void a_reader_sees_one_moment(void **state)
{
	struct reading reading = { 0 };
	pthread_t threads[3];
	size_t count = sizeof(threads) / sizeof(threads[0]);

	(void)state;
	assert_int_equal(state_open(directory, 64 * 1024, &reading.db), 0);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, read_moments, &reading), 0);
	}
	for (uint64_t commit = 1; commit <= COMMITS; commit++) {
		struct state_txn txn;
		uint8_t key[8], value[8];

		assert_int_equal(state_begin(reading.db, true, &txn), 0);
		for (uint64_t i = 0; i < 50; i++) {
			state_store_u64(key, i);
			state_store_u64(value, commit);
			if (i < 50 - commit % 7) {
				state_put(&txn, TABLE_ENTRIES, key, 8, value, 8);
			} else {
				state_delete(&txn, TABLE_ENTRIES, key, 8);
			}
		}
		if (commit % 5 == 0) {
			state_abort(&txn);
			continue;
		}
		assert_int_equal(state_commit(&txn), 0);
		if (commit % 11 == 0) {
			assert_int_equal(state_sync(reading.db), 0);
		}
	}
	reading.stop = true;
	for (size_t i = 0; i < count; i++) {
		pthread_join(threads[i], NULL);
	}
	printf("# %u moments read\n", reading.moments);
	assert_int_equal(reading.torn, 0);
	assert_true(reading.moments > 0);
	state_close(reading.db);
}

static int setup(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/ogid-overlay-XXXXXX");
	return mkdtemp(directory) == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	return file_remove_tree(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_model_says_the_same),
		cmocka_unit_test(a_reader_sees_one_moment),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
