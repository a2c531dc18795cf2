/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/store/store.h"
#include "proto/base/buf.h"
#include "proto/base/cleanup.h"
#include "proto/base/file.h"

static char top[64];  /* a directory for everything */
static char data[96]; /* in it */

static int setup(void **state)
{
	(void)state;
	snprintf(top, sizeof(top), "/tmp/ogid-store-XXXXXX");
	if (mkdtemp(top) == NULL) {
		return -1;
	}
	snprintf(data, sizeof(data), "%s/data", top);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return file_remove_tree(top);
}

static void cleanup_store(struct store **store)
{
	*store = store_close(*store);
}

static const char *in_data(const char *name)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s/%s", data, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	unlink(in_data(name));
	assert_int_equal(file_create(in_data(name), text, strlen(text)), 0);
}

static struct store *start(void)
{
	struct store *store = NULL;
	char why[300] = "";

	if (store_open(data, &store, why) < 0) {
		fail_msg("%s", why);
	}
	return store;
}

/* Opens the state too: whether it could be used, with the reason in `why`. */
static bool start_state(struct store *store, char why[static 300])
{
	bool usable;

	assert_int_equal(store_open_state(store, &usable, why), 0);
	assert_int_equal(usable, why[0] == '\0');
	return usable;
}

static void set_mark(struct store *store, uint64_t sequence)
{
	struct store_mark mark = { .sequence = sequence, .head = { .end = { 2026, 4711 } } };
	struct state_txn txn;

	memset(&mark.head.digest, 0xab, sizeof(mark.head.digest));
	assert_int_equal(state_begin(store->state, true, &txn), 0);
	assert_int_equal(store_write_mark(&txn, &mark), 0);
	assert_int_equal(state_commit(&txn), 0);
}

/* 0 when there is none. */
static uint64_t get_mark(struct store *store)
{
	struct store_mark mark = { 0 };
	struct state_txn txn;

	assert_int_equal(state_begin(store->state, false, &txn), 0);
	int r = store_read_mark(&txn, &mark);
	assert_true(r == 0 || r == -ENOENT);
	if (r == 0) {
		assert_int_equal(mark.head.end.year, 2026);
		assert_int_equal(mark.head.end.offset, 4711);
		assert_int_equal(mark.head.digest.bytes[31], 0xab);
	}
	state_abort(&txn);
	return mark.sequence;
}

static int count_entries(const char *path)
{
	DIR *list = opendir(path);
	int count = -2;

	assert_non_null(list);
	while (readdir(list) != NULL) {
		count++;
	}
	closedir(list);
	return count;
}

static void makes_a_store_where_there_is_none(void **state)
{
	char id[33];
	struct stat st;

	(void)state;
	snprintf(data, sizeof(data), "%s/some/where/data/", top); /* parents and a slash too many */
	{
		auto_(cleanup_store) struct store *store = start();
		assert_int_equal(strlen(store->id), 32);
		memcpy(id, store->id, sizeof(id));
		assert_int_equal(ledger_bytes(store->ledger), 0);
	}
	snprintf(data, sizeof(data), "%s/some/where/data", top);
	assert_int_equal(stat(data, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(count_entries(data), 3); /* lock, identity, ledger */
	snprintf(data, sizeof(data), "%s/some/where", top);
	assert_int_equal(count_entries(data), 1); /* nothing temporary is left */
	snprintf(data, sizeof(data), "%s/some/where/data", top);
	auto_(cleanup_store) struct store *store = start();
	assert_string_equal(store->id, id);
	assert_null(store_close(NULL));
}

/* Whatever a crash during creation leaves: the next start makes a whole one of it. */
static void makes_a_store_of_a_half_made_one(void **state)
{
	(void)state;
	for (int step = 0; step < 5; step++) {
		assert_int_equal(file_remove_tree(data), 0);
		assert_int_equal(mkdir(data, 0700), 0);
		if (step >= 1) {
			write_file("lock", "1\n");
		}
		if (step >= 2) {
			assert_int_equal(mkdir(in_data("ledger"), 0700), 0);
		}
		if (step >= 3) {
			write_file("identity.new", "ogid-st");
		}
		if (step >= 4) {
			assert_int_equal(mkdir(in_data("lost+found"), 0700), 0);
		}
		auto_(cleanup_store) struct store *store = start();
		assert_non_null(store->ledger);
		assert_int_equal(access(in_data("identity"), F_OK), 0);
		assert_int_equal(access(in_data("ledger"), F_OK), 0);
	}
}

static void makes_nothing_over_something(void **state)
{
	struct store *store;
	char why[300];

	(void)state;
	assert_int_equal(mkdir(data, 0700), 0);
	write_file("letter.txt", "");
	assert_int_equal(store_open(data, &store, why), -ENOTEMPTY);
	assert_non_null(strstr(why, "identity"));
	assert_int_equal(count_entries(data), 1); /* not even a lock */
	unlink(in_data("letter.txt"));

	assert_int_equal(mkdir(in_data("ledger"), 0700), 0);
	write_file("ledger/2026.ledger", "");
	assert_int_equal(store_open(data, &store, why), -ENOTEMPTY);
	assert_int_equal(count_entries(data), 1);
	file_remove_tree(in_data("ledger"));

	assert_int_equal(mkdir(in_data("state"), 0700), 0);
	assert_int_equal(store_open(data, &store, why), -ENOTEMPTY);

	assert_int_equal(file_remove_tree(data), 0);
	assert_int_equal(file_create(data, "a file", 6), 0);
	assert_int_equal(store_open(data, &store, why), -ENOTDIR);
	assert_non_null(strstr(why, data));
}

static void refuses_a_wrong_identity(void **state)
{
	static const struct {
		const char *text;
		int r;
	} cases[] = {
		{ "", -EBADMSG },
		{ "ogid-store 1 \n", -EBADMSG },
		{ "ogid-store 1 0123456789abcdef0123456789abcdeX\n", -EBADMSG },
		{ "ogid-store 1 0123456789abcdef0123456789abcdef0\n", -EBADMSG },
		{ "ogid-store 2 0123456789abcdef0123456789abcdef\n", -EPROTONOSUPPORT },
		{ "something that is far longer than any identity of ours could ever be, really\n",
		  -EBADMSG },
		{ "ogid-store 1 0123456789abcdef0123456789abcdef\n", 0 },
	};

	(void)state;
	store_close(start());
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct store *store = NULL;
		char why[300];

		write_file("identity", cases[i].text);
		assert_int_equal(store_open(data, &store, why), cases[i].r);
		assert_int_equal(why[0] == '\0', cases[i].r == 0);
		store_close(store);
	}
	struct store *store;
	char why[300];
	assert_int_equal(file_remove_tree(in_data("ledger")), 0);
	assert_int_equal(store_open(data, &store, why), -ENOENT);
	assert_non_null(strstr(why, "backup"));
	assert_int_not_equal(access(in_data("ledger"), F_OK), 0); /* never made anew */
}

static void two_cannot_hold_it(void **state)
{
	struct store *second;
	char why[300], pid[32];

	(void)state;
	{
		auto_(cleanup_store) struct store *store = start();
		assert_non_null(store);
		assert_int_equal(store_open(data, &second, why), -EBUSY);
		snprintf(pid, sizeof(pid), "process %ld)", (long)getpid());
		assert_non_null(strstr(why, pid));
	}
	store_close(start());
}

static void a_state_goes_on_where_it_was(void **state)
{
	char why[300];

	(void)state;
	{
		auto_(cleanup_store) struct store *store = start();
		assert_false(start_state(store, why)); /* there was none */
		assert_int_equal(get_mark(store), 0);
		set_mark(store, 7);
	}
	{
		/* Killed: the same kernel has all pages. */
		auto_(cleanup_store) struct store *store = start();
		assert_true(start_state(store, why));
		assert_int_equal(get_mark(store), 7);
		set_mark(store, 8);
		assert_int_equal(store_checkpoint(store, false), 0);
	}
	{
		/* The machine went down: even what was synced once is not trusted. */
		write_file("state/boot", "00000000-0000-0000-0000-000000000000\n");
		auto_(cleanup_store) struct store *store = start();
		assert_false(start_state(store, why));
		assert_non_null(strstr(why, "machine"));
		assert_int_equal(get_mark(store), 0);
		set_mark(store, 9);
		assert_int_equal(store_checkpoint(store, true), 0);
	}
	{
		/* Closed, so that a reboot does not matter; afterwards it is open again. */
		auto_(buf_done) struct buf boot;
		buf_init(&boot, 100);
		assert_int_equal(file_read(in_data("state/boot"), &boot), 0);
		assert_memory_equal(boot.data, "closed\n", boot.len);
		auto_(cleanup_store) struct store *store = start();
		assert_true(start_state(store, why));
		assert_int_equal(get_mark(store), 9);
		buf_clear(&boot);
		assert_int_equal(file_read(in_data("state/boot"), &boot), 0);
		assert_int_equal(boot.len, 37);
		assert_int_equal(store_reset_state(store), 0);
		assert_int_equal(get_mark(store), 0);
	}
}

static void cut_to_half(void)
{
	struct stat st;

	assert_int_equal(stat(in_data("state/data.mdb"), &st), 0);
	assert_int_equal(truncate(in_data("state/data.mdb"), st.st_size / 2), 0);
}

static void cut_to_nothing(void)
{
	assert_int_equal(truncate(in_data("state/data.mdb"), 0), 0);
}

static void fill_with_rubbish(void)
{
	static char rubbish[40001];

	memset(rubbish, 'x', sizeof(rubbish) - 1);
	write_file("state/data.mdb", rubbish);
}

static void remove_file(void)
{
	unlink(in_data("state/data.mdb"));
}

static void remove_boot(void)
{
	unlink(in_data("state/boot"));
}

static void damage_boot(void)
{
	write_file("state/boot", "");
}

static void remove_directory(void)
{
	assert_int_equal(file_remove_tree(in_data("state")), 0);
}

static void give_it_another_store(void)
{
	write_file("identity", "ogid-store 1 0123456789abcdef0123456789abcdef\n");
}

static void change_row(const char *key, const char *value)
{
	struct state_db *db;
	struct state_txn txn;

	assert_int_equal(state_open(in_data("state"), 0, &db), 0);
	assert_int_equal(state_begin(db, true, &txn), 0);
	state_put(&txn, TABLE_META, key, strlen(key), value, strlen(value));
	assert_int_equal(state_commit(&txn), 0);
	state_close(db);
}

static void change_format(void)
{
	change_row("format", "0");
}

static void a_damaged_state_is_made_anew(void **state)
{
	void (*const damages[])(void) = {
		cut_to_half, cut_to_nothing,   fill_with_rubbish,     remove_file,   remove_boot,
		damage_boot, remove_directory, give_it_another_store, change_format,
	};
	char why[300];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(damages); i++) {
		{
			auto_(cleanup_store) struct store *store = start();
			start_state(store, why);
			set_mark(store, 7);
			assert_int_equal(store_checkpoint(store, true), 0);
		}
		damages[i]();
		{
			auto_(cleanup_store) struct store *store = start();
			if (start_state(store, why)) {
				fail_msg("damage %zu went unnoticed", i);
			}
			assert_int_equal(get_mark(store), 0);
			set_mark(store, 8);
		}
		auto_(cleanup_store) struct store *store = start();
		assert_true(start_state(store, why));
		assert_int_equal(get_mark(store), 8);
	}
}

static void a_damaged_mark_is_noticed(void **state)
{
	auto_(cleanup_store) struct store *store = start();
	struct state_txn txn;
	struct store_mark mark;
	struct bytes row;
	uint8_t copy[100];
	char why[300];

	(void)state;
	start_state(store, why);
	set_mark(store, 7);
	assert_int_equal(state_begin(store->state, true, &txn), 0);
	assert_int_equal(state_get(&txn, TABLE_META, "mark", 4, &row), 0);
	size_t bytes = row.bytes;
	memcpy(copy, row.data, bytes);
	for (size_t i = 0; i < bytes * 8; i++) {
		copy[i / 8] = (uint8_t)(copy[i / 8] ^ 1 << i % 8);
		assert_int_equal(state_put(&txn, TABLE_META, "mark", 4, copy, bytes), 0);
		assert_int_equal(store_read_mark(&txn, &mark), -EBADMSG);
		copy[i / 8] = (uint8_t)(copy[i / 8] ^ 1 << i % 8);
	}
	assert_int_equal(state_put(&txn, TABLE_META, "mark", 4, copy, bytes - 1), 0);
	assert_int_equal(store_read_mark(&txn, &mark), -EBADMSG);
	assert_int_equal(txn.error, 0);
	state_abort(&txn);
	assert_int_equal(get_mark(store), 7);
}

static void a_scratch_state_stands_apart(void **state)
{
	auto_(cleanup_store) struct store *store = start();
	struct state_db *scratch;
	struct state_txn txn;
	struct store_mark mark = { .sequence = 1 };
	char why[300];

	(void)state;
	start_state(store, why);
	set_mark(store, 7);
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(store_open_scratch(store, "verify", &scratch), 0);
		assert_int_equal(state_begin(scratch, true, &txn), 0);
		assert_int_equal(store_read_mark(&txn, &mark), -ENOENT);
		assert_int_equal(store_write_mark(&txn, &mark), 0);
		assert_int_equal(state_commit(&txn), 0);
		if (turn == 0) {
			state_close(scratch); /* left behind, as a killed process does */
		}
	}
	assert_int_equal(get_mark(store), 7);
	store_discard_scratch(store, "verify", scratch);
	assert_int_equal(count_entries(data), 4);
	assert_int_equal(store_open_scratch(store, "../state", &scratch), -EINVAL);
	assert_int_equal(store_open_scratch(store, "", &scratch), -EINVAL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(makes_a_store_where_there_is_none),
		TEST(makes_a_store_of_a_half_made_one),
		TEST(makes_nothing_over_something),
		TEST(refuses_a_wrong_identity),
		TEST(two_cannot_hold_it),
		TEST(a_state_goes_on_where_it_was),
		TEST(a_damaged_state_is_made_anew),
		TEST(a_damaged_mark_is_noticed),
		TEST(a_scratch_state_stands_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
