/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of the count on any day, tried on every day of 2019 to 2026, as the notices
 * finally were: no expected dates, only how one answer goes with another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/deadline.h"
#include "daemon/load/load.h"
#include "proto/base/date.h"

#define WORKING_DAYS_TRIED 60

static struct catalogue *catalogue;
static const struct calendar *calendar; /* the last word on every year */
static int32_t first, last;

static int32_t due(struct mark *marks, size_t count)
{
	struct application application = { .state = STATE_RECEIVED,
					   .received_on = marks[0].on,
					   .decided_on = DATE_NONE,
					   .waiting_until = DATE_NONE,
					   .marks = marks,
					   .mark_count = count };

	return deadline_of(&application, catalogue, last).due_on;
}

static int32_t due_of_receipt(int32_t on)
{
	struct mark start = { on, MARK_START, 0, 1, 0 };

	return due(&start, 1);
}

static void the_next_working_day_is_due_on_the_next(void **state)
{
	int days = 0;

	(void)state;
	for (int32_t day = first; day <= last; day++, days++) {
		int32_t next = calendar_add(calendar, day, 1, NULL);

		assert_true(next > day && calendar_works(calendar, next));
		assert_int_equal(due_of_receipt(next),
				 calendar_add(calendar, due_of_receipt(day), 1, NULL));
		/* In between nothing works, so a receipt there is due with this day's. */
		for (int32_t idle = day + 1; idle < next; idle++) {
			assert_false(calendar_works(calendar, idle));
			assert_int_equal(due_of_receipt(idle), due_of_receipt(day));
		}
	}
	assert_int_equal(days, 2922);
}

static void a_limit_ends_on_a_working_day(void **state)
{
	(void)state;
	for (int32_t day = first; day <= last; day++) {
		int32_t end = due_of_receipt(day);

		assert_true(calendar_works(calendar, end));
		assert_int_equal(calendar_between(calendar, day, end),
				 catalogue->settings.answer_working_days);
	}
}

static void more_working_days_never_come_earlier(void **state)
{
	(void)state;
	for (int32_t day = first; day <= last; day++) {
		int32_t before = calendar_add(calendar, day, 0, NULL);

		assert_int_equal(before, day);
		for (int n = 1; n <= WORKING_DAYS_TRIED; n++) {
			int32_t end = calendar_add(calendar, day, n, NULL);

			assert_true(end > before);
			before = end;
		}
	}
}

/* Later days never end earlier, with the same number of working days. */
static void later_days_never_end_earlier(void **state)
{
	(void)state;
	for (int n = 0; n <= WORKING_DAYS_TRIED; n++) {
		for (int32_t day = first; day < last; day++) {
			assert_true(calendar_add(calendar, day, n, NULL) <=
				    calendar_add(calendar, day + 1, n, NULL));
		}
	}
}

static void adding_and_counting_agree(void **state)
{
	(void)state;
	for (int32_t day = first; day <= last; day++) {
		int32_t walked = day;

		for (int n = 1; n <= WORKING_DAYS_TRIED; n++) {
			int32_t end = calendar_add(calendar, day, n, NULL);

			walked = calendar_add(calendar, walked, 1, NULL);
			assert_int_equal(walked, end);
			assert_int_equal(calendar_between(calendar, day, end), n);
			assert_int_equal(calendar_between(calendar, end, day), -n);
			/* Up to the day before, the last one is not yet counted. */
			assert_int_equal(calendar_between(calendar, day, end - 1), n - 1);
		}
	}
}

/* A consultation of n working days, begun on the `begun`-th working day of the limit, moves it by
 * n. */
static void pause_moves_by(int32_t received, int begun, int working_days, int whom)
{
	int32_t sent = calendar_add(calendar, received, begun, NULL);
	struct mark marks[] = {
		{ received, MARK_START, 0, 1, 0 },
		{ sent, MARK_PAUSE, whom, 2, 0 },
		{ calendar_add(calendar, sent, working_days, NULL), MARK_RESUME, 0, 3, 0 },
	};
	int period = catalogue->settings.consultation_working_days, moved = working_days;

	/* Who has a period and is silent takes no more than that. */
	if (whom != WAITING_OTHER_ORGAN && moved > period) {
		moved = period;
	}
	assert_int_equal(due(marks, 3),
			 calendar_add(calendar, due_of_receipt(received), moved, NULL));
}

static void a_pause_moves_the_date_by_its_working_days(void **state)
{
	static const int whom[] = { WAITING_OTHER_ORGAN, WAITING_THIRD_PARTY, WAITING_JOINT_MAKER };
	int limit = catalogue->settings.answer_working_days, turn = 0;

	(void)state;
	for (int32_t received = first; received <= last; received += 5) {
		for (int n = 0; n <= 30; n++, turn++) {
			pause_moves_by(received, turn % limit, n, whom[turn % 3]);
		}
	}
}

/* After the limit has ended nothing pauses it; before, an unanswered organ leaves no due date. */
static void another_organ_stops_it_only_within_the_limit(void **state)
{
	(void)state;
	for (int32_t received = first; received <= last; received += 11) {
		int32_t end = due_of_receipt(received);
		struct mark marks[] = { { received, MARK_START, 0, 1, 0 },
					{ received, MARK_PAUSE, WAITING_OTHER_ORGAN, 2, 0 } };

		for (int32_t sent = received; sent <= end + 3; sent++) {
			marks[1].on = sent;
			assert_int_equal(due(marks, 2), sent < end ? DATE_NONE : end);
		}
	}
}

static int setup(void **state)
{
	struct yaml_problem problem;
	struct load_places places;

	(void)state;
	if (load_catalogue(NULL, &catalogue, &places, &problem) < 0) {
		return -1;
	}
	first = date_from_civil(2019, 1, 1);
	last = date_from_civil(2026, 12, 31);
	calendar = catalogue_calendar(catalogue, last);
	return 0;
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
		cmocka_unit_test(the_next_working_day_is_due_on_the_next),
		cmocka_unit_test(a_limit_ends_on_a_working_day),
		cmocka_unit_test(more_working_days_never_come_earlier),
		cmocka_unit_test(later_days_never_end_earlier),
		cmocka_unit_test(adding_and_counting_agree),
		cmocka_unit_test(a_pause_moves_the_date_by_its_working_days),
		cmocka_unit_test(another_organ_stops_it_only_within_the_limit),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
