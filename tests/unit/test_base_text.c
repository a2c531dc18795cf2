/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/cleanup.h"
#include "proto/base/text.h"

static const struct {
	const char *bytes;
	size_t len;
	uint32_t code_point;
} points[] = {
	{ "\0", 1, 0 },
	{ "A", 1, 0x41 },
	{ "\x7f", 1, 0x7f },
	{ "\xc2\x80", 2, 0x80 },
	{ "\xdf\xbf", 2, 0x7ff },
	{ "\xe0\xa0\x80", 3, 0x800 },
	{ "\xe5\xb7\xa5", 3, 0x5de5 }, /* 工 */
	{ "\xed\x9f\xbf", 3, 0xd7ff },
	{ "\xee\x80\x80", 3, 0xe000 },
	{ "\xef\xbf\xbf", 3, 0xffff },
	{ "\xf0\x90\x80\x80", 4, 0x10000 },
	{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
};

static void decodes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(points); i++) {
		uint32_t code_point = 12345;

		assert_int_equal(text_decode(points[i].bytes, points[i].len, &code_point),
				 points[i].len);
		assert_int_equal(code_point, points[i].code_point);
		/* One byte short. */
		assert_int_equal(text_decode(points[i].bytes, points[i].len - 1, &code_point), 0);
		assert_true(text_is_utf8(points[i].bytes, points[i].len));
	}
}

static const char *const broken[] = {
	"\x80", /* continuation alone */
	"\xbf",
	"\xc0\x80",         /* overlong NUL */
	"\xc1\xbf",         /* overlong in two */
	"\xe0\x9f\xbf",     /* overlong in three */
	"\xf0\x8f\xbf\xbf", /* overlong in four */
	"\xed\xa0\x80",     /* first surrogate */
	"\xed\xbf\xbf",     /* last surrogate */
	"\xf4\x90\x80\x80", /* U+110000 */
	"\xf5\x80\x80\x80",
	"\xf8\x88\x80\x80\x80", /* five bytes */
	"\xfe",
	"\xff",
	"\xc2",     /* cut */
	"\xe5\xb7", /* cut */
	"\xc2"
	"A", /* no continuation */
	"\xe5\xb7"
	"A",
	"\xf0\x90\x80"
	"A",
	"\xe5"
	"A"
	"\xa5",
};

static void refuses_broken_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		uint32_t code_point;
		char text[16] = "ok ";

		if (text_decode(broken[i], strlen(broken[i]), &code_point) != 0) {
			fail_msg("row %zu was decoded", i);
		}
		assert_false(text_is_utf8(broken[i], strlen(broken[i])));
		strcat(text, broken[i]);
		assert_false(text_is_utf8(text, strlen(text)));
		assert_true(text_is_utf8(text, 3));
		assert_non_null(text_problem(text, true));
	}
	assert_true(text_is_utf8(NULL, 0));
	assert_true(text_is_utf8("a\0b", 3));
}

static void counts_characters(void **state)
{
	(void)state;
	assert_int_equal(text_length(""), 0);
	assert_int_equal(text_length("abc"), 3);
	assert_int_equal(text_length("工作居住证"), 5);
	assert_int_equal(text_length("é\xf0\x9f\x98\x80z"), 3);
}

static void what_people_write_is_fine(void **state)
{
	static const char *const fine[] = {
		"",
		"abc",
		"王小明",
		"𠮷野",
		"Zoë O'Brien",
		"（备注）：无。",
		"😀",
		"葛\xf3\xa0\x84\x80", /* with an ideographic variation selector, U+E0100 */
		"\xc2\xa0",           /* no-break space */
		"\xef\xbf\xbd",       /* U+FFFD is a character */
		"\xe2\x80\x90",       /* U+2010, a hyphen next to the refused ones */
		"\xef\xb7\x8f",       /* U+FDCF */
		"\xef\xb7\xb0",       /* U+FDF0 */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fine); i++) {
		if (text_problem(fine[i], false) != NULL || text_problem(fine[i], true) != NULL) {
			fail_msg("refused: \"%s\"", fine[i]);
		}
	}
}

static void what_nobody_can_see_is_refused(void **state)
{
	static const char *const bad[] = {
		"\x01",
		"\x1f",
		"\x1b[31m",
		"\x7f",
		"\r",
		"\v",
		"\xc2\x80",
		"\xc2\x85",
		"\xc2\x9f", /* U+0080.. */
		"\xd8\x9c",
		"\xe1\xa0\x8e", /* U+061C, U+180E */
		"\xe2\x80\x8b",
		"\xe2\x80\x8d",
		"\xe2\x80\x8e",
		"\xe2\x80\x8f", /* U+200B.. */
		"\xe2\x80\xa8",
		"\xe2\x80\xa9",
		"\xe2\x80\xaa",
		"\xe2\x80\xae", /* U+2028.. */
		"\xe2\x81\xa0",
		"\xe2\x81\xa6",
		"\xe2\x81\xa9",
		"\xe2\x81\xaf", /* U+2060.. */
		"\xef\xb7\x90",
		"\xef\xb7\xaf",
		"\xef\xbb\xbf",
		"\xef\xbf\xbe", /* U+FDD0.. */
		"\xef\xbf\xbf",
		"\xf0\x9f\xbf\xbe",
		"\xf4\x8f\xbf\xbf", /* U+FFFF.. */
		"\xf3\xa0\x81\x81", /* U+E0041 */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char text[32] = "a工";

		strcat(text, bad[i]);
		strcat(text, "z");
		if (text_problem(text, false) == NULL || text_problem(text, true) == NULL) {
			fail_msg("row %zu passed", i);
		}
	}
}

static void lines_only_where_allowed(void **state)
{
	(void)state;
	assert_null(text_problem("a\n\tb\n", true));
	assert_non_null(text_problem("a\nb", false));
	assert_non_null(text_problem("a\tb", false));
	assert_non_null(text_problem("a\r\nb", true));
}

static void problems_are_named(void **state)
{
	(void)state;
	assert_string_equal(text_problem("\x07", true), "the text holds a control character");
	assert_string_equal(text_problem("\xe2\x80\xae", true),
			    "the text holds a character that changes the writing direction");
	assert_string_equal(text_problem("\xe2\x80\x8b", true),
			    "the text holds a character without width, which nobody can see");
	assert_string_equal(text_problem("\xef\xbf\xbf", true),
			    "the text holds a code point that is no character");
	assert_string_equal(text_problem("\n", false),
			    "the text must be one line, without line breaks and tabs");
}

static const struct {
	const char *text;
	int64_t min, max;
	int r;
	int64_t value;
} numbers[] = {
	{ "0", 0, 9, 0, 0 },
	{ "7", 0, 9, 0, 7 },
	{ "-7", -7, 9, 0, -7 },
	{ "10", 10, 10, 0, 10 },
	{ "9223372036854775807", INT64_MIN, INT64_MAX, 0, INT64_MAX },
	{ "-9223372036854775808", INT64_MIN, INT64_MAX, 0, INT64_MIN },
	{ "9223372036854775808", INT64_MIN, INT64_MAX, -ERANGE, 0 },
	{ "-9223372036854775809", INT64_MIN, INT64_MAX, -ERANGE, 0 },
	{ "99999999999999999999999999", INT64_MIN, INT64_MAX, -ERANGE, 0 },
	{ "9999999999999999999999999x", INT64_MIN, INT64_MAX, -EINVAL, 0 },
	{ "10", 0, 9, -ERANGE, 0 },
	{ "-1", 0, 9, -ERANGE, 0 },
	{ "", 0, 9, -EINVAL, 0 },
	{ "-", -9, 9, -EINVAL, 0 },
	{ "-0", -9, 9, -EINVAL, 0 },
	{ "--1", -9, 9, -EINVAL, 0 },
	{ "+1", -9, 9, -EINVAL, 0 },
	{ "01", -9, 9, -EINVAL, 0 },
	{ "-01", -9, 9, -EINVAL, 0 },
	{ "00", -9, 9, -EINVAL, 0 },
	{ " 1", -9, 9, -EINVAL, 0 },
	{ "1 ", -9, 9, -EINVAL, 0 },
	{ "1.0", -9, 9, -EINVAL, 0 },
	{ "1e1", -9, 99, -EINVAL, 0 },
	{ "0x1", -9, 9, -EINVAL, 0 },
	{ "１", -9, 9, -EINVAL, 0 },
};

static void reads_numbers_strictly(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		int64_t value = 4711;
		int r = text_to_int(numbers[i].text, numbers[i].min, numbers[i].max, &value);

		if (r != numbers[i].r) {
			fail_msg("\"%s\": %d", numbers[i].text, r);
		}
		assert_true(value == (r == 0 ? numbers[i].value : 4711));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes),
		cmocka_unit_test(refuses_broken_bytes),
		cmocka_unit_test(counts_characters),
		cmocka_unit_test(what_people_write_is_fine),
		cmocka_unit_test(what_nobody_can_see_is_refused),
		cmocka_unit_test(lines_only_where_allowed),
		cmocka_unit_test(problems_are_named),
		cmocka_unit_test(reads_numbers_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
