/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/buf.h"
#include "proto/base/cleanup.h"

static void appends(void **state)
{
	auto_(buf_done) struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	assert_null(buf.data);
	assert_int_equal(buf_append(&buf, "ab", 2), 0);
	assert_int_equal(buf_append_text(&buf, "cd"), 0);
	assert_int_equal(buf_printf(&buf, "%d%s", 12, "!"), 0);
	assert_int_equal(buf_append(&buf, NULL, 0), 0);
	assert_int_equal(buf_append_text(&buf, ""), 0);
	assert_int_equal(buf.len, 7);
	assert_memory_equal(buf.data, "abcd12!", 7);
}

static void grows_without_losing_anything(void **state)
{
	auto_(buf_done) struct buf buf;

	(void)state;
	buf_init(&buf, 100000);
	for (int i = 0; i < 10000; i++) {
		assert_int_equal(buf_printf(&buf, "%05d", i), 0);
	}
	assert_int_equal(buf.len, 50000);
	for (int i = 0; i < 10000; i++) {
		int value = 0;

		for (int k = 0; k < 5; k++) {
			value = value * 10 + (buf.data[i * 5 + k] - '0');
		}
		assert_int_equal(value, i);
	}
}

static void takes_exactly_the_maximum(void **state)
{
	auto_(buf_done) struct buf buf;

	(void)state;
	buf_init(&buf, 5);
	assert_int_equal(buf_append_text(&buf, "abc"), 0);
	assert_int_equal(buf_printf(&buf, "%s", "de"), 0);
	assert_int_equal(buf.len, 5);
	assert_int_equal(buf_append(&buf, "f", 1), -EMSGSIZE);
	assert_int_equal(buf.len, 5);
	assert_memory_equal(buf.data, "abcde", 5);
}

static void first_failure_stays(void **state)
{
	auto_(buf_done) struct buf buf;

	(void)state;
	buf_init(&buf, 4);
	assert_int_equal(buf_append_text(&buf, "abc"), 0);
	assert_int_equal(buf_printf(&buf, "%d", 12), -EMSGSIZE);
	assert_int_equal(buf.error, -EMSGSIZE);
	assert_int_equal(buf.len, 3);
	/* Would fit, but a gap would be in front of it. */
	assert_int_equal(buf_append_text(&buf, "d"), -EMSGSIZE);
	assert_int_equal(buf_append(&buf, NULL, 0), -EMSGSIZE);
	assert_int_equal(buf_printf(&buf, "d"), -EMSGSIZE);
	assert_null(buf_reserve(&buf, 1));
	assert_int_equal(buf.len, 3);
	assert_memory_equal(buf.data, "abc", 3);
	buf_clear(&buf);
	assert_int_equal(buf.error, 0);
	assert_int_equal(buf.len, 0);
	assert_int_equal(buf_append_text(&buf, "wxyz"), 0);
	assert_memory_equal(buf.data, "wxyz", 4);
}

static void huge_requests_do_not_wrap(void **state)
{
	auto_(buf_done) struct buf buf;

	(void)state;
	buf_init(&buf, SIZE_MAX);
	assert_int_equal(buf_append_text(&buf, "a"), 0);
	assert_null(buf_reserve(&buf, SIZE_MAX));
	assert_int_equal(buf.error, -EMSGSIZE);
	buf_clear(&buf);
	assert_null(buf_reserve(&buf, SIZE_MAX));
	assert_int_equal(buf.error, -EMSGSIZE);
	buf_clear(&buf);
	assert_int_equal(buf_append_text(&buf, "b"), 0);
	assert_memory_equal(buf.data, "b", 1);
}

static void reserved_room_is_writable(void **state)
{
	auto_(buf_done) struct buf buf;
	char *room;

	(void)state;
	buf_init(&buf, 1000);
	assert_non_null(buf_reserve(&buf, 0));
	assert_int_equal(buf_append_text(&buf, "ab"), 0);
	room = buf_reserve(&buf, 998);
	assert_non_null(room);
	assert_int_equal(buf.len, 2);
	memset(room, 'x', 998);
	buf.len += 998;
	assert_memory_equal(buf.data, "abx", 3);
	assert_null(buf_reserve(&buf, 1));
}

static void consumes_from_the_front(void **state)
{
	auto_(buf_done) struct buf buf;

	(void)state;
	buf_init(&buf, 10);
	buf_consume(&buf, 0);
	assert_int_equal(buf_append_text(&buf, "0123456789"), 0);
	buf_consume(&buf, 0);
	assert_int_equal(buf.len, 10);
	buf_consume(&buf, 7);
	assert_int_equal(buf.len, 3);
	assert_memory_equal(buf.data, "789", 3);
	assert_int_equal(buf_append_text(&buf, "abcdefg"), 0);
	assert_memory_equal(buf.data, "789abcdefg", 10);
	buf_consume(&buf, 10);
	assert_int_equal(buf.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appends),
		cmocka_unit_test(grows_without_losing_anything),
		cmocka_unit_test(takes_exactly_the_maximum),
		cmocka_unit_test(first_failure_stays),
		cmocka_unit_test(huge_requests_do_not_wrap),
		cmocka_unit_test(reserved_room_is_writable),
		cmocka_unit_test(consumes_from_the_front),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
