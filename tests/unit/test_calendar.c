/* SPDX-License-Identifier: Apache-2.0 */
/* Working days and fees, against the figures of the legal research: the deadlines of twelve receipt
 * days, the working days of eight years, every day of tests/data/holidays.json, and the amounts of
 * the fee notice. None of them was made with this program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "daemon/core/calendar.h"
#include "daemon/load/load.h"
#include "proto/base/cleanup.h"
#include "proto/base/date.h"

static struct catalogue *catalogue;

static int load_shipped(void **state)
{
	struct load_places places;
	struct yaml_problem problem;

	(void)state;
	if (load_catalogue(NULL, &catalogue, &places, &problem) < 0) {
		print_error("%s:%d:%d: %s\n", problem.file, problem.line, problem.column,
			    problem.text);
		return -1;
	}
	return 0;
}

static int free_shipped(void **state)
{
	(void)state;
	catalogue = catalogue_free(catalogue);
	return 0;
}

static int32_t day(const char *text)
{
	int32_t date = DATE_NONE;

	assert_int_equal(date_parse(text, &date), 0);
	return date;
}

static void assert_day_equal(int32_t found, const char *expected)
{
	char text[DATE_TEXT_BYTES];

	assert_string_equal(date_format(found, text), expected);
}

static const struct calendar *known_on(const char *date)
{
	return catalogue_calendar(catalogue, day(date));
}

/* The last word on every year. */
static const struct calendar *last_known(void)
{
	return known_on("2026-12-31");
}

static void deadlines_of_receipt_days(void **state)
{
	static const struct {
		const char *received, *after_7, *after_15, *after_20, *after_40;
	} rows[] = {
		{ "2019-05-15", "2019-05-24", "2019-06-05", "2019-06-13", "2019-07-11" },
		{ "2019-09-24", "2019-10-09", "2019-10-18", "2019-10-25", "2019-11-22" },
		{ "2020-01-17", "2020-02-04", "2020-02-14", "2020-02-21", "2020-03-20" },
		{ "2020-01-18", "2020-02-04", "2020-02-14", "2020-02-21", "2020-03-20" },
		{ "2020-12-21", "2020-12-30", "2021-01-12", "2021-01-19", "2021-02-20" },
		{ "2021-09-17", "2021-09-28", "2021-10-14", "2021-10-21", "2021-11-18" },
		{ "2022-12-05", "2022-12-14", "2022-12-26", "2023-01-03", "2023-02-03" },
		{ "2023-12-18", "2023-12-27", "2024-01-09", "2024-01-16", "2024-02-18" },
		{ "2024-02-07", "2024-02-22", "2024-03-05", "2024-03-12", "2024-04-10" },
		{ "2024-12-31", "2025-01-10", "2025-01-22", "2025-02-05", "2025-03-04" },
		{ "2025-09-26", "2025-10-13", "2025-10-23", "2025-10-30", "2025-11-27" },
		{ "2026-02-14", "2026-03-03", "2026-03-13", "2026-03-20", "2026-04-20" },
		/* of a court case, for +20 */
		{ "2022-09-30", NULL, NULL, "2022-11-02", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *expected[] = { rows[i].after_7, rows[i].after_15, rows[i].after_20,
					   rows[i].after_40 };
		static const int counts[] = { 7, 15, 20, 40 };
		int32_t from = day(rows[i].received);
		/* By +7 working days the last notice of each of these is known. */
		const struct calendar *calendar =
			known_on(rows[i].after_7 ? rows[i].after_7 : rows[i].after_20);

		for (size_t j = 0; j < ARRAY_SIZE(counts); j++) {
			bool provisional = true;

			if (!expected[j]) {
				continue;
			}
			assert_day_equal(calendar_add(calendar, from, counts[j], &provisional),
					 expected[j]);
			assert_false(provisional);
			assert_int_equal(calendar_between(calendar, from, day(expected[j])),
					 counts[j]);
			assert_int_equal(calendar_between(calendar, day(expected[j]), from),
					 -counts[j]);
		}
	}
}

static void working_days_of_years(void **state)
{
	static const struct {
		int year, working_days;
		const char *notice; /* part of it; NULL where the research has none */
	} rows[] = {
		{ 2019, 250, "〔2019〕3号" },  { 2020, 249, "〔2020〕1号" },
		{ 2021, 250, NULL },           { 2022, 249, NULL },
		{ 2023, 249, "〔2022〕16号" }, { 2024, 251, "〔2023〕7号" },
		{ 2025, 248, "〔2024〕12号" }, { 2026, 248, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct calendar_year *year = calendar_find(last_known(), rows[i].year);
		int32_t before = date_year_end(rows[i].year - 1);

		assert_non_null(year);
		assert_int_equal(
			calendar_between(last_known(), before, date_year_end(rows[i].year)),
			rows[i].working_days);
		if (rows[i].notice) {
			assert_non_null(strstr(year->notice, rows[i].notice));
		}
	}
	assert_int_equal(last_known()->year_count, ARRAY_SIZE(rows));
}

static void notices_have_their_days(void **state)
{
	static const struct {
		int year;
		const char *known_from;
	} rows[] = {
		{ 2019, "2019-03-22" }, { 2020, "2020-01-26" }, { 2021, "2020-11-25" },
		{ 2022, "2021-10-25" }, { 2023, "2022-12-08" }, { 2024, "2023-10-25" },
		{ 2025, "2024-11-12" }, { 2026, "2025-11-04" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_day_equal(calendar_find(last_known(), rows[i].year)->known_from,
				 rows[i].known_from);
	}
}

static void surprises(void **state)
{
	static const struct {
		const char *date;
		enum day_kind kind;
		const char *name;
	} rows[] = {
		{ "2019-04-28", DAY_MAKE_UP, NULL }, /* May Day changed in March */
		{ "2019-05-02", DAY_HOLIDAY, "劳动节" },
		{ "2019-05-05", DAY_MAKE_UP, NULL },
		{ "2020-01-19", DAY_MAKE_UP, NULL },   /* a Sunday */
		{ "2020-02-01", DAY_HOLIDAY, "春节" }, /* a make-up day until the epidemic */
		{ "2020-02-02", DAY_HOLIDAY, "春节" },
		{ "2020-02-03", DAY_WORKING, NULL },
		{ "2024-02-09", DAY_WORKING, NULL },   /* the lunar year's last day */
		{ "2025-01-28", DAY_HOLIDAY, "春节" }, /* off by law from 2025 on */
		{ "2022-12-31", DAY_HOLIDAY, "元旦" }, /* of the notice for 2023 */
		{ "2026-02-14", DAY_MAKE_UP, NULL },
		{ "2026-02-15", DAY_HOLIDAY, "春节" }, /* a Sunday that the notice names */
		{ "2026-02-07", DAY_WEEKEND, NULL },
		{ "2026-02-09", DAY_WORKING, NULL },
		{ "2025-10-06", DAY_HOLIDAY, "国庆节、中秋节" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct calendar_day *found = NULL;
		enum day_kind kind = calendar_day_kind(last_known(), day(rows[i].date), &found);

		assert_int_equal(kind, rows[i].kind);
		assert_int_equal(found != NULL, kind == DAY_HOLIDAY || kind == DAY_MAKE_UP);
		if (rows[i].name) {
			assert_string_equal(found->name, rows[i].name);
		}
	}
}

static bool list_has(const json_t *year, const char *list, const char *date)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(year, list), i, item)
	{
		if (strcmp(json_string_value(item), date) == 0) {
			return true;
		}
	}
	return false;
}

/* The rule of domain.md section 5, spelled out a second time. */
static void every_day_of_eight_years(void **state)
{
	char path[4096], text[DATE_TEXT_BYTES], key[8];
	const char *data = getenv("OGID_TEST_DATA");
	const struct calendar *calendar = last_known();
	json_t *years;
	int days = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s/holidays.json", data ? data : "tests/data");
	years = json_load_file(path, 0, NULL);
	assert_non_null(years);
	for (int32_t date = day("2019-01-01"); date <= day("2026-12-31"); date++) {
		const json_t *year;
		bool works, work, off;

		date_format(date, text);
		snprintf(key, sizeof(key), "%.4s", text);
		year = json_object_get(years, key);
		assert_non_null(year);
		work = list_has(year, "work", text);
		off = list_has(year, "off", text);
		works = work || (!off && date_weekday(date) <= FRIDAY);
		if (calendar_works(calendar, date) != works) {
			fail_msg("%s is expected %s", text, works ? "to work" : "to be off");
		}
		assert_int_equal(calendar_day_kind(calendar, date, NULL) == DAY_HOLIDAY,
				 off && !work);
		/* The walk and the look-up are two ways to one answer. */
		assert_int_equal(calendar_between(calendar, date - 1, date), works);
		days++;
	}
	assert_int_equal(days, 2922);
	json_decref(years);
}

static void a_day_is_what_is_known_of_it(void **state)
{
	static const struct {
		const char *asked_on, *date;
		enum day_kind kind;
		const char *notice; /* part of it; NULL: the day is not named */
	} rows[] = {
		/* May Day of 2019, one day until 22 March */
		{ "2019-03-21", "2019-05-01", DAY_HOLIDAY, "〔2018〕15号" },
		{ "2019-03-21", "2019-05-02", DAY_WORKING, NULL },
		{ "2019-03-22", "2019-05-02", DAY_HOLIDAY, "〔2019〕3号" },
		{ "2019-03-21", "2019-05-04", DAY_WEEKEND, NULL },
		{ "2019-03-22", "2019-05-04", DAY_HOLIDAY, "〔2019〕3号" },
		{ "2019-03-21", "2019-04-28", DAY_WEEKEND, NULL },
		{ "2019-03-22", "2019-04-28", DAY_MAKE_UP, "〔2019〕3号" },
		{ "2019-03-21", "2019-05-05", DAY_WEEKEND, NULL },
		{ "2019-03-22", "2019-05-05", DAY_MAKE_UP, "〔2019〕3号" },
		/* what a change leaves as it was goes by the notice that said it first */
		{ "2026-01-01", "2019-05-01", DAY_HOLIDAY, "〔2018〕15号" },
		{ "2026-01-01", "2019-10-12", DAY_MAKE_UP, "〔2018〕15号" },
		/* Spring Festival of 2020, prolonged on its third day */
		{ "2020-01-25", "2020-01-31", DAY_WORKING, NULL },
		{ "2020-01-26", "2020-01-31", DAY_HOLIDAY, "〔2020〕1号" },
		{ "2020-01-25", "2020-02-01", DAY_MAKE_UP, "〔2019〕16号" },
		{ "2020-01-26", "2020-02-01", DAY_HOLIDAY, "〔2020〕1号" },
		{ "2020-01-25", "2020-02-02", DAY_WEEKEND, NULL },
		{ "2020-01-26", "2020-02-02", DAY_HOLIDAY, "〔2020〕1号" },
		{ "2020-01-26", "2020-01-30", DAY_HOLIDAY, "〔2019〕16号" },
		{ "2020-01-26", "2020-02-03", DAY_WORKING, NULL },
		/* before any notice of the year */
		{ "2019-11-20", "2020-01-01", DAY_WORKING, NULL },
		{ "2019-11-21", "2020-01-01", DAY_HOLIDAY, "〔2019〕16号" },
		{ "2022-12-07", "2023-01-02", DAY_WORKING, NULL },
		{ "2022-12-08", "2023-01-02", DAY_HOLIDAY, "〔2022〕16号" },
		{ "2018-12-05", "2019-01-01", DAY_WORKING, NULL },
		{ "2018-12-06", "2019-01-01", DAY_HOLIDAY, "〔2018〕15号" },
		/* a day of one year from the notice of the next */
		{ "2023-01-01", "2022-12-31", DAY_HOLIDAY, "〔2022〕16号" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct calendar *calendar = known_on(rows[i].asked_on);
		const struct calendar_day *found = NULL;
		const char *notice;

		if (calendar_day_kind(calendar, day(rows[i].date), &found) != rows[i].kind) {
			fail_msg("%s asked on %s", rows[i].date, rows[i].asked_on);
		}
		assert_int_equal(found != NULL, rows[i].notice != NULL);
		if (found) {
			notice = found->notice
					 ? found->notice
					 : calendar_find(calendar, date_year(found->date))->notice;
			assert_non_null(strstr(notice, rows[i].notice));
		}
	}
}

/* Received on 2022-12-05, the 20th working day is in 2023, whose notice is of 2022-12-08. */
static void a_date_is_provisional_until_its_notice(void **state)
{
	bool provisional = false;

	(void)state;
	assert_null(calendar_find(known_on("2022-12-01"), 2023));
	assert_day_equal(calendar_add(known_on("2022-12-01"), day("2022-12-05"), 20, &provisional),
			 "2023-01-02");
	assert_true(provisional);
	assert_day_equal(calendar_add(known_on("2022-12-08"), day("2022-12-05"), 20, &provisional),
			 "2023-01-03");
	assert_false(provisional);
	/* Changed, not provisional: 2020 had its notice. */
	assert_day_equal(calendar_add(known_on("2020-01-25"), day("2020-01-17"), 7, &provisional),
			 "2020-02-01");
	assert_false(provisional);
	assert_day_equal(calendar_add(known_on("2020-01-26"), day("2020-01-17"), 7, &provisional),
			 "2020-02-04");
	assert_false(provisional);
}

static void each_view_is_of_its_day(void **state)
{
	static const char *const days[] = {
		"2018-12-06", "2019-03-22", "2019-11-21", "2020-01-26", "2020-11-25",
		"2021-10-25", "2022-12-08", "2023-10-25", "2024-11-12", "2025-11-04",
	};

	(void)state;
	assert_int_equal(catalogue->view_count, ARRAY_SIZE(days));
	for (size_t i = 0; i < ARRAY_SIZE(days); i++) {
		const struct calendar *calendar = &catalogue->views[i].calendar;

		assert_day_equal(catalogue->views[i].from, days[i]);
		assert_ptr_equal(known_on(days[i]), calendar);
		for (size_t j = 0; j < calendar->year_count; j++) {
			assert_true(calendar->years[j].known_from <= day(days[i]));
			assert_true(j == 0 ||
				    calendar->years[j - 1].year < calendar->years[j].year);
		}
	}
	assert_int_equal(known_on("2018-12-05")->year_count, 0);
}

static void years_without_notice_are_provisional(void **state)
{
	const struct calendar *calendar = last_known();
	bool provisional = true;

	(void)state;
	assert_null(calendar_find(calendar, 2018));
	assert_null(calendar_find(calendar, 2027));
	/* Monday 28 to Thursday 31 December 2026: four working days of a known year. */
	assert_day_equal(calendar_add(calendar, day("2026-12-27"), 4, &provisional), "2026-12-31");
	assert_false(provisional);
	/* 1 January 2027 is a Friday. It will be off, but no notice has said so yet. */
	assert_day_equal(calendar_add(calendar, day("2026-12-27"), 5, &provisional), "2027-01-01");
	assert_true(provisional);
	assert_day_equal(calendar_add(calendar, day("2018-12-28"), 2, &provisional), "2019-01-02");
	assert_true(provisional);
	assert_int_equal(calendar_day_kind(calendar, day("2027-10-01"), NULL), DAY_WORKING);
	assert_int_equal(calendar_day_kind(calendar, day("2027-10-02"), NULL), DAY_WEEKEND);
	/* Counting nothing depends on nothing. */
	assert_day_equal(calendar_add(calendar, day("2026-12-31"), 0, &provisional), "2026-12-31");
	assert_false(provisional);
}

static void edges_of_counting(void **state)
{
	const struct calendar *calendar = last_known();
	struct calendar none = { 0 };

	(void)state;
	assert_day_equal(calendar_add(calendar, day("2026-02-15"), 0, NULL), "2026-02-15");
	assert_int_equal(calendar_between(calendar, day("2026-03-02"), day("2026-03-02")), 0);
	/* Friday to Sunday and back. */
	assert_int_equal(calendar_between(calendar, day("2026-03-06"), day("2026-03-08")), 0);
	assert_int_equal(calendar_between(calendar, day("2026-03-08"), day("2026-03-06")), 0);
	assert_int_equal(calendar_between(calendar, day("2026-03-09"), day("2026-03-06")), -1);
	/* The sum of section 5's table: eight years at once. */
	assert_int_equal(calendar_between(calendar, day("2018-12-31"), day("2026-12-31")),
			 250 + 249 + 250 + 249 + 249 + 251 + 248 + 248);
	assert_day_equal(calendar_add(calendar, day("2018-12-31"),
				      250 + 249 + 250 + 249 + 249 + 251 + 248 + 248, NULL),
			 "2026-12-31");
	/* A calendar without any notice knows the week. */
	assert_day_equal(calendar_add(&none, day("2026-02-13"), 5, NULL), "2026-02-20");
}

static void amounts_of_the_tariff(void **state)
{
	static const struct {
		enum basis basis;
		int64_t quantity, yuan;
	} rows[] = {
		{ BASIS_ITEMS, 0, 0 },
		{ BASIS_ITEMS, 1, 0 },
		{ BASIS_ITEMS, 10, 0 },
		{ BASIS_ITEMS, 11, 100 },
		{ BASIS_ITEMS, 30, 2000 },
		{ BASIS_ITEMS, 31, 2200 },
		{ BASIS_ITEMS, 40, 4000 },
		{ BASIS_ITEMS, 41, 4300 },
		{ BASIS_ITEMS, 45, 5500 },
		{ BASIS_ITEMS, 50, 7000 },
		{ BASIS_ITEMS, 51, 7400 },
		{ BASIS_ITEMS, 100, 37000 },
		{ BASIS_PAGES, 0, 0 },
		{ BASIS_PAGES, 30, 0 },
		{ BASIS_PAGES, 31, 10 },
		{ BASIS_PAGES, 100, 700 },
		{ BASIS_PAGES, 101, 720 },
		{ BASIS_PAGES, 200, 2700 },
		{ BASIS_PAGES, 201, 2740 },
		{ BASIS_PAGES, 250, 4700 },
		/* nobody asks for these, but a clerk may type them */
		{ BASIS_ITEMS, -1, 0 },
		{ BASIS_PAGES, INT64_MIN, 0 },
		{ BASIS_ITEMS, INT64_MAX, INT64_MAX },
	};

	(void)state;
	assert_day_equal(catalogue->tariff.valid_from, "2021-01-01");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(tariff_amount(&catalogue->tariff, rows[i].basis, rows[i].quantity),
				 rows[i].yuan);
	}
	/* One more unit never costs less than the one before. */
	for (int64_t quantity = 1, step = 0; quantity < 1000; quantity++) {
		int64_t more = tariff_amount(&catalogue->tariff, BASIS_ITEMS, quantity) -
			       tariff_amount(&catalogue->tariff, BASIS_ITEMS, quantity - 1);

		assert_true(more >= step);
		step = more;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deadlines_of_receipt_days),
		cmocka_unit_test(working_days_of_years),
		cmocka_unit_test(notices_have_their_days),
		cmocka_unit_test(surprises),
		cmocka_unit_test(every_day_of_eight_years),
		cmocka_unit_test(a_day_is_what_is_known_of_it),
		cmocka_unit_test(a_date_is_provisional_until_its_notice),
		cmocka_unit_test(each_view_is_of_its_day),
		cmocka_unit_test(years_without_notice_are_provisional),
		cmocka_unit_test(edges_of_counting),
		cmocka_unit_test(amounts_of_the_tariff),
	};

	return cmocka_run_group_tests(tests, load_shipped, free_shipped);
}
