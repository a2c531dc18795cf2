/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/cleanup.h"
#include "proto/base/sm3.h"

/* GB/T 32905-2016, appendix A. */
static const char abc_digest[] = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
static const char abcd_text[] = "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd";
static const char abcd_digest[] =
	"debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732";

static void assert_digest(struct sm3 digest, const char *expected)
{
	char text[SM3_TEXT_BYTES];

	assert_string_equal(sm3_format(&digest, text), expected);
}

static void standard_vectors(void **state)
{
	(void)state;
	assert_int_equal(sm3_available(), 0);
	assert_digest(sm3_of("abc", 3, NULL, 0), abc_digest);
	assert_digest(sm3_of(abcd_text, 64, NULL, 0), abcd_digest);
}

static void the_cut_does_not_matter(void **state)
{
	(void)state;
	assert_digest(sm3_of(NULL, 0, "abc", 3), abc_digest);
	for (size_t cut = 0; cut <= 64; cut++) {
		assert_digest(sm3_of(abcd_text, cut, abcd_text + cut, 64 - cut), abcd_digest);
	}
}

static void nothing_at_all_has_a_digest(void **state)
{
	struct sm3 nothing = sm3_of(NULL, 0, NULL, 0);
	struct sm3 empty = sm3_of("", 0, "", 0);
	struct sm3 zero = sm3_of("\0", 1, NULL, 0);

	(void)state;
	assert_memory_equal(nothing.bytes, empty.bytes, SM3_BYTES);
	assert_memory_not_equal(nothing.bytes, zero.bytes, SM3_BYTES);
}

static void formats_and_parses(void **state)
{
	struct sm3 digest, back;
	char text[SM3_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i < SM3_BYTES; i++) {
		digest.bytes[i] = (uint8_t)(i * 0x11 + i);
	}
	digest.bytes[31] = 0xff;
	assert_ptr_equal(sm3_format(&digest, text), text);
	assert_int_equal(strlen(text), 64);
	assert_memory_equal(text, "00122436", 8);
	assert_memory_equal(text + 62, "ff", 2);
	assert_int_equal(sm3_parse(text, 64, &back), 0);
	assert_memory_equal(digest.bytes, back.bytes, SM3_BYTES);
}

static void refuses_other_texts(void **state)
{
	struct sm3 digest;
	char text[SM3_TEXT_BYTES + 1];
	static const char bad[] = { 'A', 'F', 'g', '/', ':', '`', ' ', '\0', '\x80' };

	(void)state;
	memset(digest.bytes, 7, SM3_BYTES);
	assert_int_equal(sm3_parse(abc_digest, 63, &digest), -EINVAL);
	assert_int_equal(sm3_parse(abc_digest, 65, &digest), -EINVAL);
	assert_int_equal(sm3_parse(abc_digest, 0, &digest), -EINVAL);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		memcpy(text, abc_digest, SM3_TEXT_BYTES);
		text[i * 7] = bad[i];
		assert_int_equal(sm3_parse(text, 64, &digest), -EINVAL);
	}
	assert_int_equal(digest.bytes[0], 7);
	assert_int_equal(digest.bytes[31], 7);
}

static void *digest_often(void *userdata)
{
	size_t *wrong = userdata;

	for (int i = 0; i < 500; i++) {
		struct sm3 digest = sm3_of("ab", 2, "c", 1);
		char text[SM3_TEXT_BYTES];

		if (strcmp(sm3_format(&digest, text), abc_digest) != 0) {
			(*wrong)++;
		}
	}
	return NULL;
}

static void threads_do_not_disturb_each_other(void **state)
{
	pthread_t threads[8];
	size_t wrong[8] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, digest_often, &wrong[i]), 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(wrong[i], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standard_vectors),
		cmocka_unit_test(the_cut_does_not_matter),
		cmocka_unit_test(nothing_at_all_has_a_digest),
		cmocka_unit_test(formats_and_parses),
		cmocka_unit_test(refuses_other_texts),
		cmocka_unit_test(threads_do_not_disturb_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
