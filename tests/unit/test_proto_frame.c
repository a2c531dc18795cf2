/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/frame.h"

static void expect_message(struct frame *frame, const char *wanted)
{
	const char *message = NULL;
	size_t bytes = 0;

	assert_int_equal(frame_next(frame, &message, &bytes), 1);
	assert_int_equal(bytes, strlen(wanted));
	assert_string_equal(message, wanted);
}

static void expect_none(struct frame *frame)
{
	const char *message = NULL;
	size_t bytes = 0;

	assert_int_equal(frame_next(frame, &message, &bytes), 0);
}

static void test_empty(void **state)
{
	struct frame frame;

	(void)state;
	frame_init(&frame);
	expect_none(&frame);
	assert_int_equal(frame_pending(&frame), 0);
	assert_null(frame.in.data);
	frame_done(&frame);
}

static void test_byte_a_time(void **state)
{
	const char text[] = "{\"a\":1}\0{\"b\":2}";
	struct frame frame;

	(void)state;
	frame_init(&frame);
	for (size_t i = 0; i < sizeof(text); i++) {
		assert_int_equal(frame_push(&frame, text + i, 1), 0);
		if (i == 7) {
			expect_message(&frame, "{\"a\":1}");
			expect_none(&frame);
			assert_int_equal(frame_pending(&frame), 0);
		} else if (i == sizeof(text) - 1) {
			expect_message(&frame, "{\"b\":2}");
		} else {
			expect_none(&frame);
			assert_int_equal(frame_pending(&frame), i < 7 ? i + 1 : i - 7);
		}
	}
	expect_none(&frame);
	frame_done(&frame);
}

static void test_many_in_one(void **state)
{
	const char text[] = "one\0\0three\0fo";
	struct frame frame;

	(void)state;
	frame_init(&frame);
	assert_int_equal(frame_push(&frame, text, sizeof(text) - 1), 0);
	expect_message(&frame, "one");
	expect_message(&frame, "");
	expect_message(&frame, "three");
	expect_none(&frame);
	assert_int_equal(frame_pending(&frame), 2);
	assert_int_equal(frame_push(&frame, "ur\0", 3), 0);
	expect_message(&frame, "four");
	expect_none(&frame);
	frame_done(&frame);
}

static void test_space(void **state)
{
	struct frame frame;

	(void)state;
	frame_init(&frame);
	char *space = frame_space(&frame, 100);
	assert_non_null(space);
	memcpy(space, "ab\0c", 4);
	frame_filled(&frame, 4);
	expect_message(&frame, "ab");
	expect_none(&frame);
	space = frame_space(&frame, 2);
	assert_non_null(space);
	memcpy(space, "d", 2);
	frame_filled(&frame, 2);
	expect_message(&frame, "cd");
	frame_done(&frame);
}

static void test_memory_is_given_back(void **state)
{
	struct frame frame;

	(void)state;
	frame_init(&frame);
	assert_int_equal(frame_push(&frame, "x\0y\0", 4), 0);
	expect_message(&frame, "x");
	assert_non_null(frame.in.data);
	expect_message(&frame, "y");
	expect_none(&frame);
	assert_null(frame.in.data);
	frame_done(&frame);
}

/* The limit to the byte, the NUL not counted; in one piece and in pieces. */
static void check_limit(size_t bytes, size_t piece, int wanted)
{
	char *text = calloc(1, bytes + 1);
	struct frame frame;
	const char *message = NULL;
	size_t found = 0;

	assert_non_null(text);
	memset(text, 'x', bytes);
	frame_init(&frame);
	for (size_t done = 0; done < bytes + 1; done += piece) {
		size_t left = bytes + 1 - done;
		assert_int_equal(frame_push(&frame, text + done, left < piece ? left : piece), 0);
	}
	assert_int_equal(frame_next(&frame, &message, &found), wanted);
	if (wanted == 1) {
		assert_int_equal(found, bytes);
	} else { /* and again */
		assert_int_equal(frame_next(&frame, &message, &found), wanted);
	}
	frame_done(&frame);
	free(text);
}

static void test_limit(void **state)
{
	(void)state;
	check_limit(1048576, 2000000, 1);
	check_limit(1048577, 2000000, -EMSGSIZE);
	check_limit(1048576, 65536, 1);
	check_limit(1048577, 65536, -EMSGSIZE);
	check_limit(1500000, 4000, -EMSGSIZE);
}

static void test_limit_without_end(void **state)
{
	char *text = malloc(1048576);
	struct frame frame;
	const char *message = NULL;
	size_t bytes = 0;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 1048576);
	frame_init(&frame);
	assert_int_equal(frame_push(&frame, "first\0", 6), 0);
	assert_int_equal(frame_push(&frame, text, 1048576), 0);
	expect_message(&frame, "first");
	expect_none(&frame);
	assert_int_equal(frame_pending(&frame), 1048576);
	assert_int_equal(frame_push(&frame, "x", 1), 0);
	assert_int_equal(frame_next(&frame, &message, &bytes), -EMSGSIZE);
	assert_int_equal(frame_next(&frame, &message, &bytes), -EMSGSIZE);
	frame_done(&frame);
	free(text);
}

/* A peer that sends on whatever we do is stopped by the frame itself. */
static void test_never_grows_without_end(void **state)
{
	char *text = calloc(1, 65536);
	struct frame frame;
	int r = 0;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 65536);
	frame_init(&frame);
	for (int i = 0; i < 1000 && r == 0; i++) {
		r = frame_push(&frame, text, 65536);
	}
	assert_int_equal(r, -EMSGSIZE);
	assert_null(frame_space(&frame, 1));
	frame_done(&frame);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_byte_a_time),
		cmocka_unit_test(test_many_in_one),
		cmocka_unit_test(test_space),
		cmocka_unit_test(test_memory_is_given_back),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_limit_without_end),
		cmocka_unit_test(test_never_grows_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
