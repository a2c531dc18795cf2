/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdalign.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/cleanup.h"

static void gives_zeroed_aligned_memory(void **state)
{
	auto_(arena_done) struct arena arena = { 0 };

	(void)state;
	for (size_t bytes = 0; bytes < 3000; bytes += 7) {
		unsigned char *memory = arena_alloc(&arena, bytes);

		assert_non_null(memory);
		assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
		for (size_t i = 0; i < bytes; i++) {
			assert_int_equal(memory[i], 0);
		}
		memset(memory, 0xa5, bytes);
	}
	assert_false(arena.failed);
}

static void keeps_everything_apart(void **state)
{
	enum { PIECES = 400 };
	auto_(arena_done) struct arena arena = { 0 };
	unsigned char *pieces[PIECES];
	size_t bytes[PIECES];

	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		/* Now and then one that needs a block of its own. */
		bytes[i] = i % 50 == 49 ? 100000 : i;
		pieces[i] = arena_alloc(&arena, bytes[i]);
		assert_non_null(pieces[i]);
		memset(pieces[i], (int)(i & 0xff), bytes[i]);
	}
	for (size_t i = 0; i < PIECES; i++) {
		for (size_t k = 0; k < bytes[i]; k++) {
			assert_int_equal(pieces[i][k], i & 0xff);
		}
	}
}

static void nothing_asked_is_still_an_address(void **state)
{
	auto_(arena_done) struct arena arena = { 0 };
	void *one = arena_alloc(&arena, 0);
	void *two = arena_alloc(&arena, 0);

	(void)state;
	assert_non_null(one);
	assert_non_null(two);
	assert_ptr_not_equal(one, two);
}

static void failure_is_remembered(void **state)
{
	auto_(arena_done) struct arena arena = { 0 };

	(void)state;
	assert_null(arena_alloc(&arena, SIZE_MAX));
	assert_true(arena.failed);
	assert_non_null(arena_alloc(&arena, 8));
	assert_true(arena.failed);
	assert_null(arena_alloc(&arena, SIZE_MAX - 16));
	assert_null(arena_alloc(&arena, SIZE_MAX / 2));
}

static void done_leaves_an_empty_arena(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	arena_done(&arena);
	assert_null(arena_alloc(&arena, SIZE_MAX));
	assert_non_null(arena_alloc(&arena, 10));
	arena_done(&arena);
	assert_false(arena.failed);
	assert_null(arena.blocks);
	assert_non_null(arena_alloc(&arena, 10));
	arena_done(&arena);
}

static void copies_text(void **state)
{
	auto_(arena_done) struct arena arena = { 0 };
	char source[] = "工作";
	char *copy = arena_strdup(&arena, source);

	(void)state;
	source[0] = 'x';
	assert_string_equal(copy, "工作");
	assert_string_equal(arena_strndup(&arena, "abcdef", 3), "abc");
	assert_string_equal(arena_strndup(&arena, "ab", 30), "ab");
	assert_string_equal(arena_strndup(&arena, "ab", 0), "");
	assert_null(arena_strdup(&arena, NULL));
	assert_null(arena_strndup(&arena, NULL, 5));
	assert_false(arena.failed);
}

static void prints(void **state)
{
	auto_(arena_done) struct arena arena = { 0 };
	char *text;

	(void)state;
	assert_string_equal(arena_printf(&arena, "%d-%s", 7, "x"), "7-x");
	assert_string_equal(arena_printf(&arena, "%s", ""), "");
	text = arena_printf(&arena, "%070000d", 1);
	assert_int_equal(strlen(text), 70000);
	assert_int_equal(text[69999], '1');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_memory),
		cmocka_unit_test(keeps_everything_apart),
		cmocka_unit_test(nothing_asked_is_still_an_address),
		cmocka_unit_test(failure_is_remembered),
		cmocka_unit_test(done_leaves_an_empty_arena),
		cmocka_unit_test(copies_text),
		cmocka_unit_test(prints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
