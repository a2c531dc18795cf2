/* SPDX-License-Identifier: Apache-2.0 */
/* Which years' tables a change of an application changes: what a seal forbids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/core/tally.h"
#include "proto/base/date.h"

/* Received in November of a year; decided on a day, or DATE_NONE. */
static struct application received_in(int year, enum category category, int32_t decided_on)
{
	return (struct application){
		.number = number_make(year, 1),
		.category = category,
		.received_on = date_from_civil(year, 11, 3),
		.decided_on = decided_on,
		.first_decided_on = decided_on,
		.first_row = decided_on == DATE_NONE ? NULL : "disclosed",
		.decisions = decided_on != DATE_NONE,
	};
}

/* One that is logged is in the tables of its years, and of no other, whatever its category. */
static void logging(void **state)
{
	(void)state;
	for (int i = 0; i < CATEGORY_COUNT; i++) {
		struct application open = received_in(2025, (enum category)i, DATE_NONE);
		struct application done =
			received_in(2024, (enum category)i, date_from_civil(2025, 1, 9));

		assert_false(tally_differs(NULL, &open, 2024));
		assert_true(tally_differs(NULL, &open, 2025));
		assert_true(tally_differs(NULL, &open, 2026)); /* carried in */
		assert_false(tally_differs(NULL, &done, 2023));
		assert_true(tally_differs(NULL, &done, 2024));
		assert_true(tally_differs(NULL, &done, 2025));
		assert_false(tally_differs(NULL, &done, 2026));
	}
}

static void another_category(void **state)
{
	struct application before =
		received_in(2024, CATEGORY_NATURAL_PERSON, date_from_civil(2025, 1, 9));
	struct application after = before;

	(void)state;
	after.category = CATEGORY_OTHER;
	assert_false(tally_differs(&before, &after, 2023));
	assert_true(tally_differs(&before, &after, 2024));
	assert_true(tally_differs(&before, &after, 2025));
	assert_false(tally_differs(&before, &after, 2026));
}

/* Decided in January: its own year had carried it out already. */
static void deciding(void **state)
{
	struct application before = received_in(2024, CATEGORY_OTHER, DATE_NONE);
	struct application january = received_in(2024, CATEGORY_OTHER, date_from_civil(2025, 1, 9));
	struct application december =
		received_in(2024, CATEGORY_OTHER, date_from_civil(2024, 12, 31));

	(void)state;
	assert_false(tally_differs(&before, &january, 2024));
	assert_true(tally_differs(&before, &january, 2025));
	assert_true(tally_differs(&before, &december, 2024));
	assert_true(tally_differs(&before, &december, 2025)); /* no longer carried in */
	assert_false(tally_differs(&before, &before, 2024));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logging),
		cmocka_unit_test(another_category),
		cmocka_unit_test(deciding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
