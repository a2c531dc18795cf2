/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/store/state.h"
#include "proto/base/buf.h"
#include "proto/base/cleanup.h"
#include "proto/base/file.h"

static char directory[64];

static int setup(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/ogid-state-XXXXXX");
	return mkdtemp(directory) != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	return file_remove_tree(directory);
}

static void cleanup_state(struct state_db **db)
{
	*db = state_close(*db);
}

static struct state_db *state_start(size_t map_bytes)
{
	struct state_db *db;

	assert_int_equal(state_open(directory, map_bytes, &db), 0);
	return db;
}

static int put_number(struct state_txn *txn, enum state_table table, uint64_t number, size_t bytes)
{
	static const char zeros[5000];
	uint8_t key[8];

	state_store_u64(key, number);
	return state_put(txn, table, key, sizeof(key), zeros, bytes);
}

static void keeps_what_was_committed(void **state)
{
	struct state_txn txn;
	struct bytes found;
	struct stat st;
	char path[96];

	(void)state;
	{
		auto_(cleanup_state) struct state_db *db = state_start(0);
		assert_int_equal(state_map_bytes(db), 64 << 20);
		assert_int_equal(state_begin(db, true, &txn), 0);
		for (int i = 0; i < TABLE_COUNT; i++) {
			assert_int_equal(state_put(&txn, (enum state_table)i, "k", 1,
						   state_table_names[i],
						   strlen(state_table_names[i])),
					 0);
		}
		assert_int_equal(state_put(&txn, TABLE_OPEN, "nothing", 7, NULL, 0), 0);
		assert_int_equal(state_commit(&txn), 0);
		state_abort(&txn); /* nothing after a commit */
		assert_int_equal(state_begin(db, true, &txn), 0);
		assert_int_equal(state_put(&txn, TABLE_META, "never", 5, "x", 1), 0);
		assert_int_equal(state_delete(&txn, TABLE_META, "k", 1), 0);
		state_abort(&txn);
		assert_int_equal(state_sync(db), 0);
	}
	auto_(cleanup_state) struct state_db *db = state_start(0);
	assert_int_equal(state_begin(db, false, &txn), 0);
	for (int i = 0; i < TABLE_COUNT; i++) {
		assert_int_equal(state_get(&txn, (enum state_table)i, "k", 1, &found), 0);
		assert_int_equal(found.bytes, strlen(state_table_names[i]));
		assert_memory_equal(found.data, state_table_names[i], found.bytes);
	}
	assert_int_equal(state_get(&txn, TABLE_META, "never", 5, &found), -ENOENT);
	assert_int_equal(state_get(&txn, TABLE_OPEN, "nothing", 7, &found), 0);
	assert_int_equal(found.bytes, 0);
	assert_int_equal(state_count(&txn, TABLE_OPEN), 2);
	assert_int_equal(state_commit(&txn), 0);
	assert_true(state_used_bytes(db) > 0);
	snprintf(path, sizeof(path), "%s/data.mdb", directory);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void keys_sort_as_numbers_do(void **state)
{
	static const uint64_t numbers[] = { 256, 1, UINT64_MAX, 255, 1ULL << 32, 0, 65536, 2 };
	static const uint64_t sorted[] = { 0, 1, 2, 255, 256, 65536, 1ULL << 32, UINT64_MAX };
	auto_(cleanup_state) struct state_db *db = state_start(0);
	struct state_txn txn;
	struct state_cursor cursor;
	struct bytes key, value;
	uint8_t at[8];

	(void)state;
	assert_int_equal(state_begin(db, true, &txn), 0);
	assert_int_equal(state_cursor_open(&txn, TABLE_OPEN, &cursor), 0);
	assert_int_equal(state_cursor_seek(&cursor, NULL, 0, &key, &value), 0); /* empty */
	state_cursor_close(&cursor);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		put_number(&txn, TABLE_OPEN, numbers[i], 0);
	}
	assert_int_equal(state_commit(&txn), 0);

	assert_int_equal(state_begin(db, false, &txn), 0);
	assert_int_equal(state_cursor_open(&txn, TABLE_OPEN, &cursor), 0);
	int r = state_cursor_seek(&cursor, NULL, 0, &key, &value);
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++) {
		assert_int_equal(r, 1);
		assert_int_equal(key.bytes, 8);
		assert_true(state_load_u64(key.data) == sorted[i]);
		r = state_cursor_next(&cursor, &key, &value);
	}
	assert_int_equal(r, 0);
	state_store_u64(at, 257);
	assert_int_equal(state_cursor_seek(&cursor, at, 8, &key, &value), 1);
	assert_true(state_load_u64(key.data) == 65536);
	state_store_u64(at, 256);
	assert_int_equal(state_cursor_seek(&cursor, at, 8, &key, &value), 1);
	assert_true(state_load_u64(key.data) == 256);
	memset(at, 0xff, 8);
	assert_int_equal(state_cursor_seek(&cursor, at, 8, &key, &value), 1);
	assert_int_equal(state_cursor_next(&cursor, &key, &value), 0);
	state_cursor_close(&cursor);
	state_cursor_close(&cursor);
	state_abort(&txn);
	assert_int_equal(state_load_u32("\x01\x02\x03\x04"), 0x01020304);
}

static void the_first_error_stays(void **state)
{
	auto_(cleanup_state) struct state_db *db = state_start(0);
	struct state_txn txn;
	struct state_cursor cursor;
	struct bytes found, key;

	(void)state;
	assert_int_equal(state_begin(db, true, &txn), 0);
	assert_int_equal(state_put(&txn, TABLE_META, "good", 4, "x", 1), 0);
	assert_int_equal(state_get(&txn, TABLE_META, "absent", 6, &found), -ENOENT);
	assert_int_equal(state_delete(&txn, TABLE_META, "absent", 6), -ENOENT);
	assert_int_equal(txn.error, 0); /* these two are none */
	assert_int_equal(state_put(&txn, TABLE_META, "", 0, "x", 1), -EINVAL);
	assert_int_equal(state_put(&txn, TABLE_META, "next", 4, "x", 1), -EINVAL);
	assert_int_equal(state_get(&txn, TABLE_META, "good", 4, &found), -EINVAL);
	assert_int_equal(state_delete(&txn, TABLE_META, "good", 4), -EINVAL);
	assert_int_equal(state_count(&txn, TABLE_OPEN), 0);
	assert_int_equal(state_cursor_open(&txn, TABLE_META, &cursor), -EINVAL);
	assert_int_equal(state_cursor_seek(&cursor, NULL, 0, &key, &found), -EINVAL);
	state_cursor_close(&cursor);
	assert_int_equal(state_commit(&txn), -EINVAL);

	assert_int_equal(state_begin(db, false, &txn), 0);
	assert_int_equal(state_get(&txn, TABLE_META, "good", 4, &found), -ENOENT); /* not kept */
	assert_int_equal(state_put(&txn, TABLE_META, "k", 1, "x", 1), -EACCES);
	state_abort(&txn);
	assert_int_equal(state_get(&txn, TABLE_META, "k", 1, &found), -EACCES);
	assert_int_equal(state_begin(db, false, &txn), 0);
	assert_int_equal(state_commit(&txn), 0);
	assert_int_equal(state_get(&txn, TABLE_META, "k", 1, &found), -EINVAL); /* it has ended */
}

struct load {
	struct state_db *db;
	atomic_bool stop;
	atomic_int walks, failures;
};

static void *read_all_the_time(void *argument)
{
	struct load *load = argument;

	while (!load->stop) {
		struct state_txn txn;
		struct state_cursor cursor;
		struct bytes key, value;
		uint64_t expected = 0;

		if (state_begin(load->db, false, &txn) < 0 ||
		    state_cursor_open(&txn, TABLE_APPLICATIONS, &cursor) < 0) {
			load->failures++;
			return NULL;
		}
		int r = state_cursor_seek(&cursor, NULL, 0, &key, &value);
		while (r == 1) {
			load->failures += state_load_u64(key.data) != expected++;
			r = state_cursor_next(&cursor, &key, &value);
		}
		load->failures += r < 0;
		state_cursor_close(&cursor);
		state_abort(&txn);
		load->walks++;
	}
	return NULL;
}

static void the_map_grows_under_readers(void **state)
{
	auto_(cleanup_state) struct state_db *db = state_start(256 * 1024);
	struct load load = { .db = db };
	pthread_t readers[3];
	int grown = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		assert_int_equal(pthread_create(&readers[i], NULL, read_all_the_time, &load), 0);
	}
	for (uint64_t number = 0; number < 5000;) {
		struct state_txn txn;

		assert_int_equal(state_begin(db, true, &txn), 0);
		for (uint64_t i = 0; i < 100; i++) {
			put_number(&txn, TABLE_APPLICATIONS, number + i, 700);
		}
		assert_int_equal(state_commit(&txn), 0);
		number += 100;
		size_t before = state_map_bytes(db);
		assert_int_equal(state_sync(db), 0);
		grown += state_map_bytes(db) > before;
	}
	while (load.walks < 3) {
		usleep(1000);
	}
	load.stop = true;
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		pthread_join(readers[i], NULL);
	}
	assert_int_equal(load.failures, 0);
	assert_true(grown >= 4);

	/* A small map is no reason not to open what is there, with room for more. */
	size_t used = state_used_bytes(db);
	state_close(db);
	db = state_start(4096 * 8);
	assert_true(state_map_bytes(db) >= used * 2);
	struct state_txn txn;
	assert_int_equal(state_begin(db, true, &txn), 0);
	assert_int_equal(state_count(&txn, TABLE_APPLICATIONS), 5000);
	put_number(&txn, TABLE_APPLICATIONS, 5000, 700);
	assert_int_equal(state_commit(&txn), 0);
}

/* Pages taken at the end of the file and given back in one transaction are not written: the file
 * must be as long as its meta page says all the same, or the next start takes it for damaged. */
static void can_be_opened_after_any_commit(void **state)
{
	struct state_db *db = state_start(0);

	(void)state;
	for (uint64_t turn = 0; turn < 60; turn++) {
		struct state_txn txn;

		assert_int_equal(state_begin(db, true, &txn), 0);
		for (uint64_t i = 0; i < 40; i++) {
			put_number(&txn, TABLE_APPLICATIONS, i, 100 + turn * 70 % 4900);
			put_number(&txn, TABLE_APPLICATIONS, i, 4900 - turn * 50);
			put_number(&txn, TABLE_OPEN, turn * 1000 + i, 1000);
		}
		for (uint64_t i = 0; i < 40; i++) {
			uint8_t key[8];
			state_store_u64(key,
					turn % 3 == 0 ? turn * 1000 + i : turn * 1000 + i - 1000);
			state_delete(&txn, TABLE_OPEN, key, sizeof(key));
			state_store_u64(key, i);
			state_delete(&txn, TABLE_APPLICATIONS, key, sizeof(key));
		}
		assert_int_equal(state_commit(&txn), 0);
		state_close(db);
		assert_int_equal(state_open(directory, 0, &db), 0);
	}
	state_close(db);
}

static void a_full_disk_is_an_error_and_no_end(void **state)
{
	auto_(cleanup_state) struct state_db *db = state_start(0);
	struct rlimit limit;
	struct state_txn txn;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	rlim_t before = limit.rlim_cur;
	limit.rlim_cur = state_used_bytes(db) + 10000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(state_begin(db, true, &txn), 0);
	for (uint64_t i = 0; i < 100; i++) {
		put_number(&txn, TABLE_APPLICATIONS, i, 700);
	}
	/* it is in memory, and stays there */
	assert_int_equal(state_commit(&txn), 0);
	assert_true(state_sync(db) < 0);
	limit.rlim_cur = before;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(state_begin(db, true, &txn), 0);
	assert_int_equal(state_count(&txn, TABLE_APPLICATIONS), 100);
	put_number(&txn, TABLE_APPLICATIONS, 100, 700);
	assert_int_equal(state_commit(&txn), 0);
	assert_int_equal(state_sync(db), 0);
	state_close(db);
	db = state_start(0);
	assert_int_equal(state_begin(db, false, &txn), 0);
	assert_int_equal(state_count(&txn, TABLE_APPLICATIONS), 101);
	state_abort(&txn);
}

static void refuses_a_damaged_file(void **state)
{
	struct state_db *db = state_start(0);
	auto_(buf_done) struct buf whole;
	struct state_txn txn;
	char path[96];

	(void)state;
	assert_int_equal(state_begin(db, true, &txn), 0);
	for (uint64_t i = 0; i < 100; i++) {
		put_number(&txn, TABLE_APPLICATIONS, i, 700);
	}
	assert_int_equal(state_commit(&txn), 0);
	state_close(db);
	snprintf(path, sizeof(path), "%s/data.mdb", directory);
	buf_init(&whole, 10 << 20);
	assert_int_equal(file_read(path, &whole), 0);
	static const size_t sizes[] = { 0, 1, 151, 4096, 4200, 8192, 40000 };
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		assert_int_equal(truncate(path, (off_t)sizes[i]), 0);
		assert_int_equal(state_open(directory, 0, &db), -EBADMSG);
		unlink(path);
		assert_int_equal(file_create(path, whole.data, whole.len), 0);
	}
	/* Any byte of the first page's fields set to any of these: an answer, no crash. */
	for (off_t at = 16; at < 152; at++) {
		for (int byte = 0; byte < 256; byte += 85) {
			auto_close int fd = open(path, O_RDWR);
			char value = (char)byte;

			assert_int_equal(pwrite(fd, &value, 1, at), 1);
			if (state_open(directory, 0, &db) == 0) {
				db = state_close(db);
			}
			assert_int_equal(pwrite(fd, whole.data, 8192, 0), 8192);
		}
	}
	assert_int_equal(state_open(directory, 0, &db), 0);
	state_close(db);
}

static void does_not_leak_its_descriptor(void **state)
{
	auto_(cleanup_state) struct state_db *db = state_start(0);
	int seen = 0;

	(void)state;
	for (int fd = 3; fd < 100; fd++) {
		char link[64], target[200] = "";

		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		if (readlink(link, target, sizeof(target) - 1) > 0 &&
		    strncmp(target, directory, strlen(directory)) == 0) {
			assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
			seen++;
		}
	}
	assert_true(db != NULL && seen >= 2);
	assert_null(state_close(NULL));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keeps_what_was_committed),       TEST(keys_sort_as_numbers_do),
		TEST(the_first_error_stays),          TEST(the_map_grows_under_readers),
		TEST(can_be_opened_after_any_commit), TEST(a_full_disk_is_an_error_and_no_end),
		TEST(refuses_a_damaged_file),         TEST(does_not_leak_its_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
