/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/buf.h"
#include "proto/base/cleanup.h"
#include "proto/base/file.h"

static char place[] = "/tmp/ogid-test-file-XXXXXX";

/* Every test begins in an empty directory, the current one. */
static int enter(void **state)
{
	(void)state;
	strcpy(place + strlen(place) - 6, "XXXXXX");
	return mkdtemp(place) == NULL || chdir(place) < 0 ? -1 : 0;
}

static int leave(void **state)
{
	(void)state;
	if (chdir("/") < 0 || file_remove_tree(place) < 0) {
		return -1;
	}
	return access(place, F_OK) == 0 ? -1 : 0;
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

static void creates_and_reads(void **state)
{
	auto_(buf_done) struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	assert_int_equal(file_create("one", "a\0b", 3), 0);
	assert_int_equal(mode_of("one"), 0600);
	assert_int_equal(buf_append_text(&buf, "> "), 0);
	assert_int_equal(file_read("one", &buf), 0);
	assert_int_equal(buf.len, 5);
	assert_memory_equal(buf.data, "> a\0b", 5);
	assert_int_equal(file_create("none", NULL, 0), 0);
	assert_int_equal(file_read("none", &buf), 0);
	assert_int_equal(buf.len, 5);
}

static void never_writes_over(void **state)
{
	auto_(buf_done) struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	assert_int_equal(file_create("one", "old", 3), 0);
	assert_int_equal(file_create("one", "new", 3), -EEXIST);
	assert_int_equal(file_read("one", &buf), 0);
	assert_memory_equal(buf.data, "old", 3);
	assert_int_equal(symlink("target", "link"), 0);
	assert_int_equal(file_create("link", "new", 3), -EEXIST);
	assert_int_equal(access("target", F_OK), -1);
	assert_int_equal(file_create("no/such", "x", 1), -ENOENT);
}

static void reads_up_to_the_maximum(void **state)
{
	auto_(buf_done) struct buf fits, small;
	auto_free char *data = malloc(100000);

	(void)state;
	assert_non_null(data);
	for (size_t i = 0; i < 100000; i++) {
		data[i] = (char)(i * 7 % 251);
	}
	assert_int_equal(file_create("big", data, 100000), 0);
	buf_init(&fits, 100000);
	buf_init(&small, 99999);
	assert_int_equal(file_read("big", &fits), 0);
	assert_int_equal(fits.len, 100000);
	assert_memory_equal(fits.data, data, 100000);
	assert_int_equal(file_read("big", &small), -EMSGSIZE);
	assert_int_equal(small.len, 0);
}

static void says_why_it_cannot_read(void **state)
{
	auto_(buf_done) struct buf buf;

	(void)state;
	buf_init(&buf, 10);
	assert_int_equal(file_read("missing", &buf), -ENOENT);
	assert_int_equal(file_read(".", &buf), -EISDIR);
	assert_int_equal(buf.len, 0);
}

static void reads_at_an_offset(void **state)
{
	char got[4] = "";

	(void)state;
	assert_int_equal(file_create("one", "0123456789", 10), 0);
	{
		auto_close int fd = open("one", O_RDONLY | O_CLOEXEC);

		assert_true(fd >= 0);
		assert_int_equal(file_pread_all(fd, got, 3, 7), 0);
		assert_string_equal(got, "789");
		assert_int_equal(file_pread_all(fd, got, 3, 8), -ENODATA);
		assert_int_equal(file_pread_all(fd, got, 1, 10), -ENODATA);
		assert_int_equal(file_pread_all(fd, NULL, 0, 10), 0);
	}
	assert_int_equal(file_pread_all(-1, got, 1, 0), -EBADF);
	assert_int_equal(file_write_all(-1, "x", 1), -EBADF);
}

static void makes_directories(void **state)
{
	(void)state;
	umask(022);
	assert_int_equal(mkdir("a", 0755), 0);
	assert_int_equal(file_make_directories("a/b//c/d/"), 0);
	assert_int_equal(mode_of("a"), 0755);
	assert_int_equal(mode_of("a/b"), 0700);
	assert_int_equal(mode_of("a/b/c/d"), 0700);
	assert_int_equal(file_make_directories("a/b"), 0);
	assert_int_equal(file_make_directories("/"), 0);
	assert_int_equal(file_make_directories("e"), 0);
	assert_int_equal(mode_of("e"), 0700);
	assert_int_equal(file_make_directories(""), -ENOENT);
	assert_int_equal(file_create("f", "", 0), 0);
	assert_int_equal(file_make_directories("f"), -ENOTDIR);
	assert_int_equal(file_make_directories("f/g"), -ENOTDIR);
	assert_int_equal(symlink("a", "s"), 0);
	assert_int_equal(file_make_directories("s/z"), 0);
	assert_int_equal(mode_of("a/z"), 0700);
}

static void syncs_directories(void **state)
{
	(void)state;
	assert_int_equal(file_sync_directory("."), 0);
	assert_int_equal(file_sync_directory("missing"), -ENOENT);
	assert_int_equal(file_create("f", "", 0), 0);
	assert_int_equal(file_sync_directory("f"), -ENOTDIR);
}

static void removes_trees_but_not_targets(void **state)
{
	(void)state;
	assert_int_equal(file_make_directories("keep"), 0);
	assert_int_equal(file_create("keep/me", "x", 1), 0);
	assert_int_equal(file_make_directories("tree/a/b/c"), 0);
	assert_int_equal(file_create("tree/a/b/file", "x", 1), 0);
	assert_int_equal(file_create("tree/.hidden", "x", 1), 0);
	assert_int_equal(symlink("../keep", "tree/link"), 0);
	assert_int_equal(symlink("nowhere", "tree/dangling"), 0);
	assert_int_equal(file_remove_tree("tree"), 0);
	assert_int_equal(access("tree", F_OK), -1);
	assert_int_equal(access("keep/me", F_OK), 0);
	assert_int_equal(file_remove_tree("tree"), 0);
	assert_int_equal(symlink("keep", "link"), 0);
	assert_int_equal(file_remove_tree("link"), 0);
	assert_int_equal(access("keep/me", F_OK), 0);
	assert_int_equal(file_remove_tree("keep/me"), 0);
	assert_int_equal(access("keep/me", F_OK), -1);
	assert_int_equal(access("keep", F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(creates_and_reads, enter, leave),
		cmocka_unit_test_setup_teardown(never_writes_over, enter, leave),
		cmocka_unit_test_setup_teardown(reads_up_to_the_maximum, enter, leave),
		cmocka_unit_test_setup_teardown(says_why_it_cannot_read, enter, leave),
		cmocka_unit_test_setup_teardown(reads_at_an_offset, enter, leave),
		cmocka_unit_test_setup_teardown(makes_directories, enter, leave),
		cmocka_unit_test_setup_teardown(syncs_directories, enter, leave),
		cmocka_unit_test_setup_teardown(removes_trees_but_not_targets, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
