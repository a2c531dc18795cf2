/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "proto/base/cleanup.h"
#include "proto/base/date.h"

static const struct {
	const char *text;
	int32_t date;
	enum weekday weekday;
} known[] = {
	{ "1970-01-01", 0, THURSDAY },     { "1969-12-31", -1, WEDNESDAY },
	{ "1900-01-01", -25567, MONDAY },  { "2000-01-01", 10957, SATURDAY },
	{ "2000-02-29", 11016, TUESDAY },  { "2000-03-01", 11017, WEDNESDAY },
	{ "2024-02-29", 19782, THURSDAY }, { "2026-01-31", 20484, SATURDAY },
	{ "9999-12-31", 2932896, FRIDAY },
};

static void known_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		char text[DATE_TEXT_BYTES];
		int32_t date = DATE_NONE;

		assert_int_equal(date_parse(known[i].text, &date), 0);
		assert_int_equal(date, known[i].date);
		assert_string_equal(date_format(known[i].date, text), known[i].text);
		assert_int_equal(date_weekday(date), known[i].weekday);
	}
}

/* Steps through every day with rules simpler than those under test. */
static void every_day_follows_the_one_before(void **state)
{
	int year = 1900, month = 1, day = 1;
	int weekday = MONDAY;

	(void)state;
	for (int32_t date = -25567; date <= 2932896; date++) {
		int got_year, got_month, got_day, last = 31;

		date_to_civil(date, &got_year, &got_month, &got_day);
		if (got_year != year || got_month != month || got_day != day ||
		    date_from_civil(year, month, day) != date ||
		    (int)date_weekday(date) != weekday || date_year(date) != year) {
			fail_msg("day %d is not %d-%d-%d", (int)date, year, month, day);
		}
		if (month == 4 || month == 6 || month == 9 || month == 11) {
			last = 30;
		} else if (month == 2) {
			last = 28;
			if (year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)) {
				last = 29;
			}
		}
		weekday = (weekday + 1) % 7;
		if (++day > last) {
			day = 1;
			if (++month > 12) {
				month = 1;
				year++;
			}
		}
	}
	assert_int_equal(year, 10000);
}

static void refuses_what_is_no_date(void **state)
{
	static const char *const bad[] = {
		"",           "2026",        "2026-1-31",
		"2026-01-1",  "2026-01-31 ", " 2026-01-31",
		"2026-01-32", "2026-00-10",  "2026-13-01",
		"2026-01-00", "2025-02-29",  "1900-02-29",
		"2026-04-31", "2026/01/31",  "20260131",
		"1899-12-31", "0000-01-01",  "2026-01-3x",
		"+026-01-31", "2026-01-31T", "-026-01-31",
		"2026--1-31", "10000-01-01", "２０２６-01",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		int32_t date = 77;

		if (date_parse(bad[i], &date) != -EINVAL) {
			fail_msg("taken for a date: \"%s\"", bad[i]);
		}
		assert_int_equal(date, 77);
	}
}

static void days_that_are_not(void **state)
{
	(void)state;
	assert_int_equal(date_from_civil(2025, 2, 29), DATE_NONE);
	assert_int_equal(date_from_civil(2100, 2, 29), DATE_NONE);
	assert_int_equal(date_from_civil(1899, 12, 31), DATE_NONE);
	assert_int_equal(date_from_civil(10000, 1, 1), DATE_NONE);
	assert_int_equal(date_from_civil(2026, 0, 1), DATE_NONE);
	assert_int_equal(date_from_civil(2026, 13, 1), DATE_NONE);
	assert_int_equal(date_from_civil(2026, 1, 0), DATE_NONE);
	assert_int_equal(date_from_civil(2026, 1, 32), DATE_NONE);
	assert_int_equal(date_from_civil(INT32_MIN, INT32_MIN, INT32_MIN), DATE_NONE);
	assert_int_equal(date_from_civil(INT32_MAX, INT32_MAX, INT32_MAX), DATE_NONE);
}

static void no_date_is_an_empty_text(void **state)
{
	static const int32_t outside[] = { DATE_NONE, DATE_NONE + 1, INT32_MAX, -25568, 2932897 };
	char text[DATE_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(outside); i++) {
		memset(text, 'x', sizeof(text));
		assert_ptr_equal(date_format(outside[i], text), text);
		assert_string_equal(text, "");
	}
	assert_int_equal(date_year(DATE_NONE), 0);
}

static void year_ends(void **state)
{
	(void)state;
	assert_int_equal(date_year_end(1969), -1);
	assert_int_equal(date_year_end(1999), 10956);
	assert_int_equal(date_year_end(9999), 2932896);
	assert_int_equal(date_year_end(10000), DATE_NONE);
}

static const struct {
	const char *text;
	int64_t moment_usec;
} moments[] = {
	{ "1970-01-01T00:00:00.000000Z", 0 },
	{ "1969-12-31T23:59:59.999999Z", -1 },
	{ "2001-09-09T01:46:40.000000Z", INT64_C(1000000000000000) },
	{ "2038-01-19T03:14:08.000001Z", INT64_C(2147483648000001) },
	{ "2026-01-31T08:00:00.000000Z", INT64_C(20484) * 86400000000 + INT64_C(28800000000) },
	{ "1900-01-01T00:00:00.000000Z", INT64_C(-25567) * 86400000000 },
	{ "9999-12-31T23:59:59.999999Z", INT64_C(2932897) * 86400000000 - 1 },
};

static void known_moments(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(moments); i++) {
		char text[MOMENT_TEXT_BYTES];
		int64_t moment = 5;

		assert_ptr_equal(moment_format(moments[i].moment_usec, text), text);
		assert_string_equal(text, moments[i].text);
		assert_int_equal(moment_parse(moments[i].text, &moment), 0);
		assert_true(moment == moments[i].moment_usec);
	}
}

static void refuses_what_is_no_moment(void **state)
{
	static const char *const bad[] = {
		"",
		"2026-01-31",
		"2026-01-31T08:00:00Z",
		"2026-01-31T08:00:00.000Z",
		"2026-01-31T08:00:00.000000",
		"2026-01-31T08:00:00.000000z",
		"2026-01-31T08:00:00.0000000Z",
		"2026-01-31 08:00:00.000000Z",
		"2026-01-31t08:00:00.000000Z",
		"2026-01-31T24:00:00.000000Z",
		"2026-01-31T08:60:00.000000Z",
		"2026-01-31T08:00:60.000000Z",
		"2026-01-31T08:00:00,000000Z",
		"2026-01-31T08:00:00.00000 Z",
		"2026-01-31T08-00:00.000000Z",
		"2026-02-30T08:00:00.000000Z",
		"2026-01-31T08:00:00.000000Z ",
		"1899-12-31T23:59:59.999999Z",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		int64_t moment = 77;

		if (moment_parse(bad[i], &moment) != -EINVAL) {
			fail_msg("taken for a moment: \"%s\"", bad[i]);
		}
		assert_int_equal(moment, 77);
	}
}

static void moments_outside_the_years_are_empty_text(void **state)
{
	char text[MOMENT_TEXT_BYTES];

	(void)state;
	assert_string_equal(moment_format(INT64_MIN, text), "");
	assert_string_equal(moment_format(INT64_MAX, text), "");
	assert_string_equal(moment_format(INT64_C(2932897) * 86400000000, text), "");
	assert_string_equal(moment_format(INT64_C(-25567) * 86400000000 - 1, text), "");
}

static void moments_have_dates_by_zone(void **state)
{
	const int64_t hour = INT64_C(3600000000);
	const int64_t day = 24 * hour;

	(void)state;
	assert_int_equal(moment_date(0, 0), 0);
	assert_int_equal(moment_date(-1, 0), -1);
	assert_int_equal(moment_date(day - 1, 0), 0);
	assert_int_equal(moment_date(day, 0), 1);
	/* Beijing is eight hours ahead: its day begins at 16:00 UTC. */
	assert_int_equal(moment_date(16 * hour - 1, 480), 0);
	assert_int_equal(moment_date(16 * hour, 480), 1);
	assert_int_equal(moment_date(0, -1), -1);
	assert_int_equal(moment_date(5 * hour - 1, -300), -1);
	assert_int_equal(moment_date(5 * hour, -300), 0);
	/* 106751991 days of 86,400,000,000 microseconds are in INT64_MAX, and some hours. */
	assert_int_equal(moment_date(INT64_MAX, 0), 106751991);
	assert_int_equal(moment_date(INT64_MAX, 24 * 60), 106751992);
	assert_int_equal(moment_date(INT64_MIN, 0), -106751992);
	assert_int_equal(moment_date(INT64_MIN, -24 * 60), -106751993);
}

static void now_is_now(void **state)
{
	int64_t before = (int64_t)time(NULL);
	int64_t now = moment_now();

	(void)state;
	/* time() may lag behind by a tick. */
	assert_true(now >= before * 1000000);
	assert_true(now <= (before + 10) * 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_dates),
		cmocka_unit_test(every_day_follows_the_one_before),
		cmocka_unit_test(refuses_what_is_no_date),
		cmocka_unit_test(days_that_are_not),
		cmocka_unit_test(no_date_is_an_empty_text),
		cmocka_unit_test(year_ends),
		cmocka_unit_test(known_moments),
		cmocka_unit_test(refuses_what_is_no_moment),
		cmocka_unit_test(moments_outside_the_years_are_empty_text),
		cmocka_unit_test(moments_have_dates_by_zone),
		cmocka_unit_test(now_is_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
