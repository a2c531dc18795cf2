/* SPDX-License-Identifier: Apache-2.0 */
/* The count of a deadline: the law's test dates, restarts, pauses, the extension. Expected dates
 * are counted by hand from the notices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/deadline.h"
#include "daemon/load/load.h"
#include "proto/base/date.h"

static struct catalogue *catalogue;

static int32_t day(const char *text)
{
	int32_t date;

	assert_int_equal(date_parse(text, &date), 0);
	return date;
}

static struct application open_with(struct mark *marks, size_t count)
{
	return (struct application){ .state = STATE_RECEIVED,
				     .received_on = marks[0].on,
				     .decided_on = DATE_NONE,
				     .waiting_until = DATE_NONE,
				     .marks = marks,
				     .mark_count = count };
}

static int32_t due(struct mark *marks, size_t count, const char *today)
{
	struct application application = open_with(marks, count);

	return deadline_of(&application, catalogue, day(today)).due_on;
}

static void assert_day(int32_t found, const char *expected)
{
	char text[DATE_TEXT_BYTES];

	assert_string_equal(date_format(found, text), expected);
}

static void test_dates_of_the_law(void **state)
{
	static const char *const dates[][2] = {
		{ "2019-05-15", "2019-06-13" }, { "2019-09-24", "2019-10-25" },
		{ "2020-01-17", "2020-02-21" }, { "2020-01-18", "2020-02-21" },
		{ "2020-12-21", "2021-01-19" }, { "2021-09-17", "2021-10-21" },
		{ "2022-12-05", "2023-01-03" }, { "2023-12-18", "2024-01-16" },
		{ "2024-02-07", "2024-03-12" }, { "2024-12-31", "2025-02-05" },
		{ "2025-09-26", "2025-10-30" }, { "2026-02-14", "2026-03-20" },
		{ "2022-09-30", "2022-11-02" }, /* the court's case */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		struct mark start = { day(dates[i][0]), MARK_START, 0, 1, 0 };

		/* asked on its last day, when the last notice is known */
		assert_day(due(&start, 1, dates[i][1]), dates[i][1]);
	}
}

/* Corrected on 2022-10-20: day 1 is 10-21, the 20th working day 11-17. */
static void a_correction_starts_the_count_anew(void **state)
{
	struct mark marks[] = { { day("2022-09-30"), MARK_START, 0, 1, 0 },
				{ day("2022-10-10"), MARK_STOP, WAITING_CORRECTION, 2, 0 },
				{ day("2022-10-20"), MARK_RESTART, 0, 3, 0 } };

	(void)state;
	assert_int_equal(due(marks, 2, "2022-10-11"), DATE_NONE);
	assert_day(due(marks, 3, "2022-10-20"), "2022-11-17");
}

/* 2022-09-30 is due on 11-02. A letter sent on 10-10, answered on 10-14, takes 10-11 to 10-14: 4
 * days. */
static void a_consultation_takes_its_days_out(void **state)
{
	struct mark marks[] = { { day("2022-09-30"), MARK_START, 0, 1, 0 },
				{ day("2022-10-10"), MARK_PAUSE, WAITING_THIRD_PARTY, 2, 0 },
				{ day("2022-10-14"), MARK_RESUME, 0, 3, 0 } };

	(void)state;
	assert_day(due(marks, 3, "2022-10-14"), "2022-11-08");
	/* silent: 15 working days after 10-10 run to 10-31, so 15 days come out */
	assert_day(due(marks, 2, "2022-10-11"), "2022-11-23");
	marks[2].on = day("2022-11-30");
	assert_day(due(marks, 3, "2022-11-30"), "2022-11-23");
}

static void an_extension_adds_working_days(void **state)
{
	struct mark marks[] = { { day("2022-09-30"), MARK_START, 0, 1, 0 },
				{ day("2022-10-20"), MARK_EXTEND, 20, 2, 0 } };

	(void)state;
	/* 20 working days after 2022-11-02 */
	assert_day(due(marks, 2, "2022-10-20"), "2022-11-30");
}

/* Facts of one day may be entered in either order; so may an extension before, in and after a
 * pause. */
static void the_order_of_entry_does_not_matter(void **state)
{
	static const char *const days[] = { "2022-10-08", "2022-10-10", "2022-10-12", "2022-10-14",
					    "2022-10-20" };
	struct mark start = { day("2022-09-30"), MARK_START, 0, 1, 0 };
	struct mark pause = { day("2022-10-10"), MARK_PAUSE, WAITING_THIRD_PARTY, 2, 0 };
	struct mark resume = { day("2022-10-14"), MARK_RESUME, 0, 3, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		struct mark extend = { day(days[i]), MARK_EXTEND, 7, 4, 0 };
		struct mark orders[][4] = {
			{ start, extend, pause, resume },
			{ start, pause, extend, resume },
			{ start, pause, resume, extend },
		};
		/* allowed: dated no earlier than what was entered before it */
		for (size_t order = 0; order < 3; order++) {
			bool allowed = true;

			for (size_t mark = 1; mark < 4; mark++) {
				allowed = allowed &&
					  orders[order][mark].on >= orders[order][mark - 1].on;
			}
			if (allowed) {
				/* 20 and 7 working days after 2022-09-30, 4 days of pause out */
				assert_day(due(orders[order], 4, "2022-10-20"), "2022-11-17");
			}
		}
	}
}

/* 2022-09-30 is due on 11-02; a letter of 10-10 answered on 10-14 takes 4 days by the default. */
static void policies(void **state)
{
	struct settings *settings = &catalogue->settings, before = *settings;
	struct mark marks[] = { { day("2022-09-30"), MARK_START, 0, 1, 0 },
				{ day("2022-10-10"), MARK_PAUSE, WAITING_THIRD_PARTY, 2, 0 },
				{ day("2022-10-14"), MARK_RESUME, 0, 3, 0 } };
	struct mark late[] = { { day("2022-09-30"), MARK_START, 0, 1, 0 },
			       { day("2022-10-17"), MARK_STOP, WAITING_CORRECTION, 2, 0 },
			       { day("2022-10-20"), MARK_RESTART, 0, 3, 0 } };

	(void)state;
	settings->pause_begins = policy_pause_begins[1]; /* 10-10 too */
	assert_day(due(marks, 3, "2022-10-14"), "2022-11-09");
	settings->pause_ends = policy_pause_ends[1]; /* not 10-14 */
	assert_day(due(marks, 3, "2022-10-14"), "2022-11-08");
	settings->pause_begins = policy_pause_begins[0];
	assert_day(due(marks, 3, "2022-10-14"), "2022-11-07");
	/* the 7th working day was 10-14 */
	assert_int_equal(due(late, 2, "2022-10-17"), DATE_NONE);
	settings->late_correction_notice = policy_late_notice[1];
	assert_day(due(late, 2, "2022-10-17"), "2022-11-02");
	assert_day(due(late, 3, "2022-10-20"), "2022-11-02");
	late[1].on = day("2022-10-14");
	assert_day(due(late, 3, "2022-10-20"), "2022-11-17");
	*settings = before;
}

static void the_steps_add_up(void **state)
{
	struct mark marks[] = { { day("2022-09-30"), MARK_START, 0, 1, 0 },
				{ day("2022-10-10"), MARK_PAUSE, WAITING_THIRD_PARTY, 2, 0 },
				{ day("2022-10-14"), MARK_RESUME, 0, 3, 0 },
				{ day("2022-10-20"), MARK_EXTEND, 5, 4, 0 } };
	struct application application = open_with(marks, 4);
	struct arena arena = { 0 };
	struct count_step *steps;
	struct deadline deadline;
	size_t count, counted = 0, paused = 0, holidays = 0, made_up = 0;

	(void)state;
	assert_int_equal(deadline_explain(&application, catalogue, day("2022-10-20"), &arena,
					  &steps, &count, &deadline),
			 0);
	for (size_t i = 0; i < count; i++) {
		counted += strcmp(steps[i].effect, "counted") == 0;
		made_up += strcmp(steps[i].effect, "make_up_workday") == 0;
		paused += strcmp(steps[i].effect, "paused") == 0;
		holidays += strcmp(steps[i].effect, "holiday") == 0;
	}
	assert_int_equal(counted + made_up, 25);
	assert_int_equal(made_up, 2); /* 10-08 and 10-09 */
	assert_int_equal(paused, 4);
	assert_int_equal(holidays, 7); /* 10-01 to 10-07 */
	assert_string_equal(steps[count - 1].effect, "due");
	assert_int_equal(steps[count - 1].on, deadline.due_on);
	arena_done(&arena);
}

static void a_year_without_notice_is_provisional(void **state)
{
	struct mark start = { day("2026-12-21"), MARK_START, 0, 1, 0 };
	struct application application = open_with(&start, 1);
	struct deadline deadline = deadline_of(&application, catalogue, day("2026-12-21"));

	(void)state;
	assert_true(deadline.provisional);
	start.on = day("2026-11-24");
	assert_false(deadline_of(&application, catalogue, day("2026-11-24")).provisional);
}

static void it_goes_by_what_is_known_on_the_day(void **state)
{
	struct mark start = { day("2022-12-05"), MARK_START, 0, 1, 0 };
	struct application application = open_with(&start, 1);
	struct deadline deadline = deadline_of(&application, catalogue, day("2022-12-07"));

	(void)state;
	assert_day(deadline.due_on, "2023-01-02");
	assert_true(deadline.provisional);
	deadline = deadline_of(&application, catalogue, day("2022-12-08"));
	assert_day(deadline.due_on, "2023-01-03");
	assert_false(deadline.provisional);
	/* 02-01, a Saturday, worked until the Spring Festival was prolonged */
	start.on = day("2020-01-17");
	assert_day(due(&start, 1, "2020-01-25"), "2020-02-19");
	assert_day(due(&start, 1, "2020-01-26"), "2020-02-21");
	start.on = day("2019-04-01");
	assert_day(due(&start, 1, "2019-03-21"), "2019-04-30");
	assert_day(due(&start, 1, "2019-03-22"), "2019-04-29");
}

/* Explains marks and returns the steps; the arena is the caller's. */
static size_t explain(struct application *application, const char *today, struct arena *arena,
		      struct count_step **ret_steps, struct deadline *ret_deadline)
{
	size_t count;

	assert_int_equal(deadline_explain(application, catalogue, day(today), arena, ret_steps,
					  &count, ret_deadline),
			 0);
	return count;
}

static const struct count_step *step_on(const struct count_step *steps, size_t count,
					const char *on)
{
	for (size_t i = 0; i < count; i++) {
		if (steps[i].on == day(on)) {
			return &steps[i];
		}
	}
	fail_msg("no step on %s", on);
	return NULL;
}

static void a_day_says_which_notice_it_is_of(void **state)
{
	struct mark start = { day("2020-01-17"), MARK_START, 0, 1, 0 };
	struct application application = open_with(&start, 1);
	struct arena arena = { 0 };
	struct count_step *steps;
	struct deadline deadline;
	size_t count = explain(&application, "2020-02-10", &arena, &steps, &deadline);

	(void)state;
	assert_string_equal(step_on(steps, count, "2020-01-19")->effect, "make_up_workday");
	assert_string_equal(step_on(steps, count, "2020-01-19")->because, "国办发明电〔2019〕16号");
	assert_string_equal(step_on(steps, count, "2020-01-24")->because,
			    "春节, 国办发明电〔2019〕16号");
	assert_string_equal(step_on(steps, count, "2020-02-01")->effect, "holiday");
	assert_string_equal(step_on(steps, count, "2020-02-01")->because,
			    "春节, 国办发明电〔2020〕1号");
	assert_null(step_on(steps, count, "2020-02-03")->because);
	/* Decided before the change: explained with what was known then, whenever it is asked. */
	application.state = STATE_DISCLOSED;
	application.decided_on = day("2020-01-22");
	count = explain(&application, "2026-01-01", &arena, &steps, &deadline);
	assert_string_equal(step_on(steps, count, "2020-02-01")->effect, "make_up_workday");
	assert_int_equal(deadline.due_on, DATE_NONE);
	assert_day(steps[count - 1].on, "2020-02-19");
	arena_done(&arena);
}

static void another_organ_leaves_no_due_date(void **state)
{
	struct mark marks[] = { { day("2022-09-30"), MARK_START, 0, 1, 0 },
				{ day("2022-10-10"), MARK_PAUSE, WAITING_OTHER_ORGAN, 2, 0 },
				{ day("2022-12-30"), MARK_RESUME, 0, 3, 0 } };
	struct application application = open_with(marks, 2);
	struct arena arena = { 0 };
	struct count_step *steps;
	struct deadline deadline;
	size_t count;

	(void)state;
	count = explain(&application, "2022-10-14", &arena, &steps, &deadline);
	assert_int_equal(deadline.due_on, DATE_NONE);
	assert_false(deadline.provisional);
	assert_string_equal(steps[count - 1].effect, "paused");
	assert_string_equal(steps[count - 1].because, "entry 2");
	assert_day(steps[count - 1].on, "2022-10-14");
	assert_int_equal(steps[count - 1].left, 17); /* 10-08, 10-09, 10-10 */
	assert_int_equal(due(marks, 2, "2024-10-14"), DATE_NONE);
	assert_int_equal(pressing_of(&application, catalogue, day("2024-10-14")).light, LIGHT_GREY);
	/* on the day of the letter there is no paused day yet */
	count = explain(&application, "2022-10-10", &arena, &steps, &deadline);
	assert_string_equal(steps[count - 1].effect, "counted");
	/* however long: 17 working days after 2022-12-30 */
	assert_day(due(marks, 3, "2023-01-03"), "2023-01-30");
	arena_done(&arena);
}

static void a_told_date_takes_the_place_of_the_limit(void **state)
{
	struct mark marks[] = {
		{ day("2022-09-30"), MARK_START, 0, 1, 0 },
		{ day("2022-10-12"), MARK_ANSWER_BY, day("2022-12-15"), 2, 0 },
		{ day("2022-10-20"), MARK_EXTEND, 20, 3, 0 },
	};
	struct application application = open_with(marks, 3);
	struct arena arena = { 0 };
	struct count_step *steps;
	struct deadline deadline;
	size_t count = explain(&application, "2022-10-20", &arena, &steps, &deadline);

	(void)state;
	assert_day(deadline.due_on, "2022-12-15");
	assert_string_equal(steps[count - 1].effect, "due");
	assert_day(steps[count - 1].on, "2022-12-15");
	assert_string_equal(steps[count - 2].effect, "extended");
	assert_string_equal(steps[count - 2].because, "entry 2");
	assert_day(steps[count - 2].on, "2022-10-12");
	assert_string_equal(steps[count - 3].effect, "counted");
	assert_day(steps[count - 3].on, "2022-10-12");
	assert_int_equal(steps[count - 3].left, 15); /* 10-08 to 10-12 */
	assert_int_equal(steps[0].left, 20);
	arena_done(&arena);
}

/* Sent on 2022-10-10, the 15th working day is 10-31; an extension in between does not move it. */
static void a_period_begins_with_its_letter(void **state)
{
	struct mark marks[] = { { day("2022-09-30"), MARK_START, 0, 1, 0 },
				{ day("2022-10-10"), MARK_PAUSE, WAITING_THIRD_PARTY, 2, 0 },
				{ day("2022-10-14"), MARK_EXTEND, 5, 3, 0 } };
	struct application application = open_with(marks, 3);

	(void)state;
	application.waiting = WAITING_THIRD_PARTY;
	assert_day(deadline_waiting_until(&application, catalogue, day("2022-10-14")),
		   "2022-10-31");
}

static void lights(void **state)
{
	struct mark start = { day("2022-09-30"), MARK_START, 0, 1,
			      0 }; /* due 2022-11-02, Wednesday */
	struct application application = open_with(&start, 1);

	(void)state;
	assert_int_equal(pressing_of(&application, catalogue, day("2022-10-25")).light,
			 LIGHT_GREEN);
	assert_int_equal(pressing_of(&application, catalogue, day("2022-10-26")).light,
			 LIGHT_AMBER);
	assert_int_equal(pressing_of(&application, catalogue, day("2022-10-31")).light,
			 LIGHT_AMBER);
	assert_int_equal(pressing_of(&application, catalogue, day("2022-11-01")).light, LIGHT_RED);
	assert_int_equal(pressing_of(&application, catalogue, day("2022-11-02")).light, LIGHT_RED);
	assert_int_equal(pressing_of(&application, catalogue, day("2022-11-03")).light,
			 LIGHT_OVERDUE);
	assert_int_equal(pressing_of(&application, catalogue, day("2022-11-03")).working_days_left,
			 -1);
}

static int setup(void **state)
{
	struct yaml_problem problem;
	struct load_places places;

	(void)state;
	return load_catalogue(NULL, &catalogue, &places, &problem);
}

static int teardown(void **state)
{
	(void)state;
	catalogue_free(catalogue);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates_of_the_law),
		cmocka_unit_test(a_correction_starts_the_count_anew),
		cmocka_unit_test(a_consultation_takes_its_days_out),
		cmocka_unit_test(an_extension_adds_working_days),
		cmocka_unit_test(the_order_of_entry_does_not_matter),
		cmocka_unit_test(policies),
		cmocka_unit_test(the_steps_add_up),
		cmocka_unit_test(a_year_without_notice_is_provisional),
		cmocka_unit_test(it_goes_by_what_is_known_on_the_day),
		cmocka_unit_test(a_day_says_which_notice_it_is_of),
		cmocka_unit_test(another_organ_leaves_no_due_date),
		cmocka_unit_test(a_told_date_takes_the_place_of_the_limit),
		cmocka_unit_test(a_period_begins_with_its_letter),
		cmocka_unit_test(lights),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
