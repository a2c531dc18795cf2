/* SPDX-License-Identifier: Apache-2.0 */
/* Reviews and suits: what may follow what, where a case stands in table 4, by when it is answered.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/dispute.h"
#include "proto/base/cleanup.h"
#include "proto/base/date.h"

static int32_t day(const char *text)
{
	int32_t date;

	assert_int_equal(date_parse(text, &date), 0);
	return date;
}

static struct event opening(int32_t on, enum case_kind kind)
{
	struct event event = { .action = ACTION_OPEN_CASE, .on = on };

	field_set_text(&event.fields, FIELD_CASE, "C2024-0003");
	field_set_number(&event.fields, FIELD_KIND, kind);
	return event;
}

static struct event answer(int32_t on)
{
	struct event event = { .action = ACTION_ANSWER_CASE, .on = on };

	field_set_text(&event.fields, FIELD_CASE, "C2024-0003");
	return event;
}

static struct event conclusion(int32_t on, enum case_result result)
{
	struct event event = { .action = ACTION_CONCLUDE_CASE, .on = on };

	field_set_text(&event.fields, FIELD_CASE, "C2024-0003");
	field_set_number(&event.fields, FIELD_RESULT, result);
	return event;
}

/* An entry recorded on the day it took effect. */
static int applied(struct dispute *dispute, struct event event)
{
	struct arena arena = { 0 };
	int r = dispute_apply(dispute, &event, event.on, &arena);

	arena_done(&arena);
	return r;
}

static void names(void **state)
{
	static const char *const wrong[] = {
		"",           "C",           "2026-0001",   "c2026-0001",  "C2026-1",
		"C2026-0000", "C2026-00001", "C2026-0001 ", "CC2026-0001", "C2026-99999999999"
	};
	struct dispute dispute = { .year = 2026, .serial = 7 };
	char text[DISPUTE_TEXT_BYTES];
	uint32_t serial;
	int year;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(dispute_parse(wrong[i], &year, &serial), -EINVAL);
	}
	assert_string_equal(dispute_format(&dispute, text), "C2026-0007");
	assert_int_equal(dispute_parse("C2026-0007", &year, &serial), 0);
	assert_int_equal(year, 2026);
	assert_int_equal(serial, 7);
	dispute.serial = UINT32_MAX;
	assert_string_equal(dispute_format(&dispute, text), "C2026-4294967295");
	assert_int_equal(dispute_parse(text, &year, &serial), 0);
	assert_true(serial == UINT32_MAX);
}

static void a_case_is_opened_answered_and_concluded(void **state)
{
	struct dispute dispute = { 0 };
	struct arena arena = { 0 };
	struct event event = opening(day("2024-03-04"), CASE_SUIT);

	(void)state;
	event.number = 2024ULL << 32 | 5;
	field_set_text(&event.fields, FIELD_TITLE, "甲诉本机关");
	field_set_number(&event.fields, FIELD_PROCEDURE, PROCEDURE_SIMPLIFIED);
	assert_int_equal(dispute_apply(&dispute, &event, day("2024-03-06"), &arena), 0);
	assert_int_equal(dispute.year, 2024);
	assert_int_equal(dispute.serial, 3);
	assert_int_equal(dispute.kind, CASE_SUIT);
	assert_int_equal(dispute.procedure, PROCEDURE_SIMPLIFIED);
	assert_int_equal(dispute.number, 2024ULL << 32 | 5);
	assert_string_equal(dispute.title, "甲诉本机关");
	assert_true(dispute.title != event.fields.values[FIELD_TITLE].text);
	assert_int_equal(dispute.opened_on, day("2024-03-04"));
	assert_int_equal(dispute.opened_recorded_on, day("2024-03-06"));
	assert_int_equal(dispute.answered_on, DATE_NONE);
	assert_int_equal(applied(&dispute, answer(day("2024-03-10"))), 0);
	assert_int_equal(dispute.answered_on, day("2024-03-10"));
	event = conclusion(day("2024-06-01"), RESULT_OTHER);
	assert_int_equal(dispute_apply(&dispute, &event, day("2024-07-01"), &arena), 0);
	assert_int_equal(applied(&dispute, conclusion(day("2024-11-01"), RESULT_CORRECTED)), 0);
	assert_int_equal(dispute.conclusion_count, 2);
	assert_int_equal(dispute.conclusions[0].on, day("2024-06-01"));
	assert_int_equal(dispute.conclusions[0].recorded_on, day("2024-07-01"));
	assert_int_equal(dispute.conclusions[0].result, RESULT_OTHER);
	assert_int_equal(dispute.conclusions[1].result, RESULT_CORRECTED);
	arena_done(&arena);
}

static void what_cannot_follow_is_not_applied(void **state)
{
	struct dispute dispute = { 0 };
	struct event event = opening(day("2024-03-04"), CASE_REVIEW);

	(void)state;
	assert_int_equal(applied(&dispute, answer(day("2024-03-04"))), -EINVAL);
	assert_int_equal(applied(&dispute, conclusion(day("2024-03-04"), RESULT_UPHELD)), -EINVAL);
	field_set_null(&event.fields, FIELD_KIND);
	assert_int_equal(applied(&dispute, event), -EINVAL);
	event = opening(day("2024-03-04"), CASE_REVIEW);
	field_set_text(&event.fields, FIELD_CASE, "C2024-3");
	assert_int_equal(applied(&dispute, event), -EINVAL);
	assert_int_equal(applied(&dispute, opening(day("2024-03-04"), CASE_REVIEW)), 0);
	assert_int_equal(dispute.procedure, PROCEDURE_ORDINARY);
	assert_null(dispute.title);
	assert_int_equal(applied(&dispute, opening(day("2024-03-04"), CASE_REVIEW)), -EINVAL);
	assert_int_equal(applied(&dispute, answer(day("2024-03-03"))), -EINVAL);
	event = answer(day("2024-03-05"));
	field_set_text(&event.fields, FIELD_CASE, "C2024-0004"); /* another's */
	assert_int_equal(applied(&dispute, event), -EINVAL);
	event = answer(day("2024-03-05"));
	event.action = ACTION_DISCLOSE;
	assert_int_equal(applied(&dispute, event), -EINVAL);
	event = conclusion(day("2024-03-05"), RESULT_UPHELD);
	field_set_null(&event.fields, FIELD_RESULT);
	assert_int_equal(applied(&dispute, event), -EINVAL);
	assert_int_equal(applied(&dispute, conclusion(day("2024-03-03"), RESULT_UPHELD)), -EINVAL);
	for (int i = 0; i < DISPUTE_CONCLUSIONS_MAX; i++) {
		assert_int_equal(applied(&dispute, conclusion(day("2024-03-05"), RESULT_UPHELD)),
				 0);
		assert_int_equal(applied(&dispute, conclusion(day("2024-03-04"), RESULT_UPHELD)),
				 -EINVAL);
		assert_int_equal(applied(&dispute, answer(day("2024-03-06"))), -EINVAL);
	}
	assert_int_equal(applied(&dispute, conclusion(day("2024-03-05"), RESULT_UPHELD)), -EINVAL);
	assert_int_equal(dispute.conclusion_count, DISPUTE_CONCLUSIONS_MAX);
}

/* What the check says: "" for yes, the field for what is wrong with it, and "on" for a date. */
static const char *verdict(const struct dispute *dispute, struct event event,
			   struct problem *ret_problem)
{
	*ret_problem = (struct problem){ 0 };
	if (dispute_check(dispute, &event, day("2024-12-31"), ret_problem) == 0) {
		assert_int_equal(ret_problem->code, PROBLEM_NONE);
		return "";
	}
	assert_int_equal(ret_problem->code, strcmp(ret_problem->field, "on") == 0
						    ? PROBLEM_DATE_OUT_OF_ORDER
						    : PROBLEM_INVALID_FIELD);
	return ret_problem->field;
}

static void opening_is_checked(void **state)
{
	struct event event = { .action = ACTION_OPEN_CASE, .on = day("2024-12-31") };
	struct problem problem;

	(void)state;
	assert_string_equal(verdict(NULL, event, &problem), "kind");
	field_set_number(&event.fields, FIELD_KIND, CASE_REVIEW);
	assert_string_equal(verdict(NULL, event, &problem), "");
	event.on++;
	assert_string_equal(verdict(NULL, event, &problem), "on");
	assert_int_equal(problem.date, day("2025-01-01"));
	assert_int_equal(problem.not_before, DATE_NONE);
	assert_int_equal(problem.not_after, day("2024-12-31"));
}

static void answers_and_conclusions_are_checked(void **state)
{
	struct dispute dispute = { 0 };
	struct problem problem;
	struct event event;

	(void)state;
	applied(&dispute, opening(day("2024-03-04"), CASE_REVIEW));
	assert_string_equal(verdict(&dispute, answer(day("2024-03-03")), &problem), "on");
	assert_int_equal(problem.not_before, day("2024-03-04"));
	assert_string_equal(verdict(&dispute, answer(day("2025-01-01")), &problem), "on");
	assert_string_equal(verdict(&dispute, answer(day("2024-03-04")), &problem), "");
	event = conclusion(day("2024-03-04"), RESULT_UPHELD);
	assert_string_equal(verdict(&dispute, event, &problem), "");
	field_set_null(&event.fields, FIELD_RESULT);
	assert_string_equal(verdict(&dispute, event, &problem), "result");
	event = conclusion(day("2024-03-03"), RESULT_UPHELD);
	assert_string_equal(verdict(&dispute, event, &problem), "on");
	event = conclusion(day("2025-01-01"), RESULT_UPHELD);
	assert_string_equal(verdict(&dispute, event, &problem), "on");

	applied(&dispute, answer(day("2024-03-10")));
	assert_string_equal(verdict(&dispute, answer(day("2024-03-11")), &problem), "case");
	assert_string_equal(problem.text, "it was answered on 2024-03-10");

	dispute.answered_on = DATE_NONE;
	applied(&dispute, conclusion(day("2024-05-06"), RESULT_UPHELD));
	assert_string_equal(verdict(&dispute, answer(day("2024-05-07")), &problem), "case");
	event = conclusion(day("2024-05-05"), RESULT_UPHELD);
	assert_string_equal(verdict(&dispute, event, &problem), "on");
	assert_int_equal(problem.not_before, day("2024-05-06"));
	/* The next instance; on the same day, it puts right what was entered. */
	event = conclusion(day("2024-05-06"), RESULT_OTHER);
	assert_string_equal(verdict(&dispute, event, &problem), "");
	for (int i = 1; i < DISPUTE_CONCLUSIONS_MAX; i++) {
		assert_string_equal(verdict(&dispute, event, &problem), "");
		applied(&dispute, event);
	}
	assert_string_equal(verdict(&dispute, event, &problem), "case");
}

static const struct form_column columns[] = {
	{ "upheld", "" }, { "corrected", "" }, { "other", "" }, { "pending", "" }, { "total", "" }
};
static const struct form_row rows[] = { { .key = "review" },
					{ .key = "suit" },
					{ .key = "suit_after_review" } };
static const struct table_form table4 = { "table4", "", columns, 5, rows, 3 };

/* Days about two ends of a year. */
static const char *const days[] = { "2023-12-31", "2024-01-01", "2024-07-01",
				    "2024-12-31", "2025-01-01", "2025-02-01" };
#define DAYS ARRAY_SIZE(days)
#define NONE DAYS /* no such conclusion */

struct example {
	int32_t opened, opened_recorded;
	struct {
		int32_t on, recorded;
		enum case_result result;
	} concluded[2];
	size_t count;
};

/* The definition again, and otherwise: which column a year has, out of the entries known. -1: none.
 */
static int column_expected(const struct example *example, int year, int32_t known_on)
{
	int32_t from = date_from_civil(year, 1, 1), to = date_from_civil(year, 12, 31);
	int32_t latest = from - 1;
	bool concluded_before = false;
	int column = -1;

	if (example->opened_recorded > known_on) {
		return -1;
	}
	for (size_t i = 0; i < example->count; i++) {
		int32_t on = example->concluded[i].on;

		if (example->concluded[i].recorded > known_on) {
			continue;
		}
		concluded_before |= on < from;
		if (on >= from && on <= to && on >= latest) {
			latest = on;
			column = (int)example->concluded[i].result;
		}
	}
	if (column < 0 && !concluded_before && example->opened <= to) {
		return 3;
	}
	return column;
}

static struct dispute dispute_of(const struct example *example, enum case_kind kind)
{
	struct arena arena = { 0 };
	struct dispute dispute = { 0 };
	struct event event = opening(example->opened, kind);

	assert_int_equal(dispute_apply(&dispute, &event, example->opened_recorded, &arena), 0);
	for (size_t i = 0; i < example->count; i++) {
		event = conclusion(example->concluded[i].on, example->concluded[i].result);
		assert_int_equal(
			dispute_apply(&dispute, &event, example->concluded[i].recorded, &arena), 0);
	}
	arena_done(&arena);
	return dispute;
}

static void assert_counted(const struct example *example, enum case_kind kind, int year,
			   int32_t known_on)
{
	struct dispute dispute = dispute_of(example, kind);
	int64_t cells[15] = { 0 };
	struct table table = { .form = &table4, .cells = cells };
	int expected = column_expected(example, year, known_on == DATE_NONE ? INT32_MAX : known_on);

	dispute_count(&dispute, year, known_on, &table);
	for (int row = 0; row < 3; row++) {
		for (int column = 0; column < 5; column++) {
			bool in = row == (int)kind && expected >= 0 &&
				  (column == expected || column == 4);

			assert_int_equal(cells[row * 5 + column], in);
			if (known_on == DATE_NONE) {
				assert_int_equal(dispute_is_in(&dispute, year, (enum case_kind)row,
							       columns[column].key),
						 in);
			}
		}
	}
}

static void assert_counted_in_every_year(const struct example *example)
{
	for (int year = 2022; year <= 2026; year++) {
		enum case_kind kind = (enum case_kind)(year % CASE_KIND_COUNT);

		assert_counted(example, kind, year, DATE_NONE);
		for (size_t known = 0; known < DAYS; known++) {
			assert_counted(example, kind, year, day(days[known]));
			assert_counted(example, kind, year, day(days[known]) + 20);
		}
	}
}

static int32_t later(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* Every course of up to two conclusions on these days, entered at once or 20 days late. */
static void every_course_is_counted_as_defined(void **state)
{
	size_t courses = 0;

	(void)state;
	for (size_t n = 0; n < DAYS * (DAYS + 1) * (DAYS + 1) * 8; n++) {
		size_t opened = n / 8 % DAYS, first = n / 8 / DAYS % (DAYS + 1);
		size_t second = n / 8 / DAYS / (DAYS + 1);
		struct example example = { .opened = day(days[opened]) };

		if (first < opened || second < first) {
			continue;
		}
		example.opened_recorded = example.opened + (n & 1 ? 20 : 0);
		example.count = first == NONE ? 0 : second == NONE ? 1 : 2;
		for (size_t i = 0; i < example.count; i++) {
			int32_t on = day(days[i == 0 ? first : second]);

			example.concluded[i].on = on;
			example.concluded[i].recorded = later(
				i == 0 ? example.opened_recorded : example.concluded[0].recorded,
				on + (n & 2U << i ? 20 : 0));
			example.concluded[i].result = (enum case_result)((n / 8 + i) % 3);
		}
		assert_counted_in_every_year(&example);
		courses++;
	}
	/* Out of 6 days: one, two that do not fall, three that do not fall; 8 ways each. */
	assert_int_equal(courses, (6 + 21 + 56) * 8);
}

static void a_change_differs_where_a_cell_does(void **state)
{
	struct example example = { .opened = day("2023-06-01"),
				   .opened_recorded = day("2023-06-01") };
	struct dispute open = dispute_of(&example, CASE_SUIT), concluded = open, other = open;

	(void)state;
	assert_false(dispute_differs(NULL, NULL, 2023));
	assert_false(dispute_differs(NULL, &open, 2022));
	assert_true(dispute_differs(NULL, &open, 2023));
	assert_true(dispute_differs(&open, NULL, 2024));
	assert_false(dispute_differs(&open, &open, 2023));
	applied(&concluded, conclusion(day("2024-05-01"), RESULT_UPHELD));
	assert_false(dispute_differs(&open, &concluded, 2023)); /* pending at its end, as before */
	assert_true(dispute_differs(&open, &concluded, 2024));
	assert_true(dispute_differs(&open, &concluded, 2025));
	other = concluded;
	applied(&other, conclusion(day("2024-09-01"), RESULT_UPHELD));
	assert_false(dispute_differs(&concluded, &other, 2024)); /* upheld again */
	applied(&other, conclusion(day("2024-10-01"), RESULT_CORRECTED));
	assert_true(dispute_differs(&concluded, &other, 2024));
	assert_false(dispute_differs(&concluded, &other, 2025));
	other = open;
	other.kind = CASE_SUIT_AFTER_REVIEW;
	assert_true(dispute_differs(&open, &other, 2023));
}

/* 国办发明电〔2023〕7号, of 2023-10-25: 1 to 7 October 2024, the 29th of September and the 12th of
 * October worked. */
static struct catalogue catalogue;
static struct calendar_day october[9];
static struct calendar_year year_2024 = { .year = 2024, .notice = "国办发明电〔2023〕7号" };
static struct calendar_view view;
static struct case_limit limits[] = {
	{ CASE_REVIEW, PROCEDURE_ORDINARY, 10, true, DATE_NONE, "行政复议法 48" },
	{ CASE_REVIEW, PROCEDURE_SIMPLIFIED, 5, true, DATE_NONE, "行政复议法 54" },
	{ CASE_SUIT, PROCEDURE_ORDINARY, 15, false, DATE_NONE, "行政诉讼法 67" },
};

static int catalogue_set(void **state)
{
	(void)state;
	for (int i = 0; i < 9; i++) {
		october[i].date = i == 0   ? day("2024-09-29")
				  : i == 8 ? day("2024-10-12")
					   : day("2024-10-01") + i - 1;
		october[i].works = i == 0 || i == 8;
	}
	year_2024.known_from = view.from = day("2023-10-25");
	year_2024.days = october;
	year_2024.day_count = 9;
	view.calendar = (struct calendar){ &year_2024, 1 };
	catalogue.views = &view;
	catalogue.view_count = 1;
	catalogue.case_limits = limits;
	catalogue.case_limit_count = ARRAY_SIZE(limits);
	return 0;
}

static void assert_answer_by(const char *opened_on, enum case_kind kind,
			     enum case_procedure procedure, const char *known_on,
			     const char *expected)
{
	struct dispute dispute = { .kind = kind,
				   .procedure = procedure,
				   .opened_on = day(opened_on),
				   .answered_on = DATE_NONE };
	char text[DATE_TEXT_BYTES];

	date_format(dispute_answer_by(&dispute, &catalogue, day(known_on)), text);
	assert_string_equal(text, expected);
}

static void an_answer_is_owed_in_time(void **state)
{
	static const char today[] = "2024-09-20", before[] = "2023-10-24";

	(void)state;
	/* Friday the 20th; 23 to 27 are five; 29, 30, then 8, 9, 10 October. */
	assert_answer_by("2024-09-20", CASE_REVIEW, PROCEDURE_ORDINARY, today, "2024-10-10");
	assert_answer_by("2024-09-20", CASE_REVIEW, PROCEDURE_SIMPLIFIED, today, "2024-09-27");
	/* As known before the notice: 23 to 27, 30 September to 4 October. */
	assert_answer_by("2024-09-20", CASE_REVIEW, PROCEDURE_ORDINARY, before, "2024-10-04");
	/* Days of the calendar: 20 + 15 is 5 October, a holiday until the 7th. */
	assert_answer_by("2024-09-20", CASE_SUIT, PROCEDURE_ORDINARY, today, "2024-10-08");
	/* 5 October is a Saturday without the notice, too. */
	assert_answer_by("2024-09-20", CASE_SUIT, PROCEDURE_ORDINARY, before, "2024-10-07");
	/* 14 + 15 is the 29th, a Sunday that is worked; before that was known, Monday. */
	assert_answer_by("2024-09-14", CASE_SUIT, PROCEDURE_ORDINARY, today, "2024-09-29");
	assert_answer_by("2024-09-14", CASE_SUIT, PROCEDURE_ORDINARY, before, "2024-09-30");
	/* 5 + 15 is Friday the 20th; 6 + 15 is a Saturday. */
	assert_answer_by("2024-09-05", CASE_SUIT, PROCEDURE_ORDINARY, today, "2024-09-20");
	assert_answer_by("2024-09-06", CASE_SUIT, PROCEDURE_ORDINARY, today, "2024-09-23");
	/* Nothing limits it. */
	assert_answer_by("2024-09-06", CASE_SUIT, PROCEDURE_SIMPLIFIED, today, "");
	assert_answer_by("2024-09-06", CASE_SUIT_AFTER_REVIEW, PROCEDURE_ORDINARY, today, "");
}

static void what_is_answered_or_concluded_owes_nothing(void **state)
{
	struct dispute dispute = { 0 }, answered, concluded;
	int32_t known_on = day("2024-09-20");

	(void)state;
	applied(&dispute, opening(day("2024-09-05"), CASE_SUIT));
	assert_int_equal(dispute_answer_by(&dispute, &catalogue, known_on), day("2024-09-20"));
	answered = concluded = dispute;
	applied(&answered, answer(day("2024-09-25"))); /* late, but sent */
	assert_int_equal(dispute_answer_by(&answered, &catalogue, known_on), DATE_NONE);
	applied(&concluded, conclusion(day("2024-09-10"), RESULT_OTHER));
	assert_int_equal(dispute_answer_by(&concluded, &catalogue, known_on), DATE_NONE);
}

static const struct dispute sample = {
	.year = 2024,
	.serial = 70000,
	.kind = CASE_SUIT_AFTER_REVIEW,
	.procedure = PROCEDURE_SIMPLIFIED,
	.number = 2023ULL << 32 | 17,
	.title = "甲诉本机关\n信息公开",
	.opened_on = 19800,
	.opened_recorded_on = 19803,
	.answered_on = -5,
	.conclusions = { { 19900, 19901, RESULT_OTHER }, { 20000, 20300, RESULT_CORRECTED } },
	.conclusion_count = 2,
};

static void what_is_written_is_read(void **state)
{
	(void)state;
	for (size_t count = 0; count <= DISPUTE_CONCLUSIONS_MAX; count++) {
		struct arena arena = { 0 };
		struct dispute dispute = sample, read;
		struct buf bytes;

		for (size_t i = 0; i < count; i++) {
			dispute.conclusions[i] = (struct conclusion){ (int32_t)(19900 + i), 20000,
								      (enum case_result)(i % 3) };
		}
		dispute.conclusion_count = count;
		dispute.title = count % 2 == 0 ? sample.title : NULL;
		dispute.answered_on = count % 3 == 0 ? DATE_NONE : 19850;
		buf_init(&bytes, 4096);
		buf_append_text(&bytes, "before"); /* it is written behind what is there */
		assert_int_equal(dispute_write(&dispute, &bytes), 0);
		assert_int_equal(dispute_read(bytes.data + 6, bytes.len - 6, &arena, &read), 0);
		assert_int_equal(read.year, 2024);
		assert_int_equal(read.serial, 70000);
		assert_int_equal(read.kind, CASE_SUIT_AFTER_REVIEW);
		assert_int_equal(read.procedure, PROCEDURE_SIMPLIFIED);
		assert_int_equal(read.number, sample.number);
		assert_int_equal(read.opened_on, 19800);
		assert_int_equal(read.opened_recorded_on, 19803);
		assert_int_equal(read.answered_on, dispute.answered_on);
		assert_int_equal(read.conclusion_count, count);
		for (size_t i = 0; i < count; i++) {
			assert_int_equal(read.conclusions[i].on, 19900 + i);
			assert_int_equal(read.conclusions[i].recorded_on, 20000);
			assert_int_equal(read.conclusions[i].result, i % 3);
		}
		if (dispute.title == NULL) {
			assert_null(read.title);
		} else {
			assert_string_equal(read.title, sample.title);
		}
		buf_done(&bytes);
		arena_done(&arena);
	}
}

static void every_damage_is_noticed(void **state)
{
	struct arena arena = { 0 };
	struct dispute read;
	struct buf bytes;

	(void)state;
	buf_init(&bytes, 4096);
	assert_int_equal(dispute_write(&sample, &bytes), 0);
	for (size_t bit = 0; bit < bytes.len * 8; bit++) {
		bytes.data[bit / 8] = (char)(bytes.data[bit / 8] ^ 1 << bit % 8);
		assert_int_equal(dispute_read(bytes.data, bytes.len, &arena, &read), -EBADMSG);
		bytes.data[bit / 8] = (char)(bytes.data[bit / 8] ^ 1 << bit % 8);
	}
	for (size_t length = 0; length < bytes.len; length++) {
		assert_int_equal(dispute_read(bytes.data, length, &arena, &read), -EBADMSG);
	}
	buf_append(&bytes, "", 1);
	assert_int_equal(dispute_read(bytes.data, bytes.len, &arena, &read), -EBADMSG);
	buf_done(&bytes);
	buf_init(&bytes, 30);
	assert_int_equal(dispute_write(&sample, &bytes), -EMSGSIZE);
	buf_done(&bytes);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(a_case_is_opened_answered_and_concluded),
		cmocka_unit_test(what_cannot_follow_is_not_applied),
		cmocka_unit_test(opening_is_checked),
		cmocka_unit_test(answers_and_conclusions_are_checked),
		cmocka_unit_test(every_course_is_counted_as_defined),
		cmocka_unit_test(a_change_differs_where_a_cell_does),
		cmocka_unit_test(an_answer_is_owed_in_time),
		cmocka_unit_test(what_is_answered_or_concluded_owes_nothing),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(every_damage_is_noticed),
	};

	return cmocka_run_group_tests(tests, catalogue_set, NULL);
}
