/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/core/similar.h"

static void the_same(void **state)
{
	(void)state;
	assert_true(similar_texts("征地补偿安置方案", "征地补偿安置方案"));
	assert_true(similar_texts("征地补偿安置方案", " 征地、补偿、安置方案。"));
	assert_true(similar_texts("Budget 2025", "budget-2025"));
}

/* 21 characters have 20 pairs; one more at the end leaves 20 in common of 20 and 21: 40 of 41. */
static void nearly_the_same(void **state)
{
	(void)state;
	assert_true(similar_texts("城关乡二〇二五年度征地补偿安置方案及批复文",
				  "城关乡二〇二五年度征地补偿安置方案及批复文件"));
}

static void another(void **state)
{
	(void)state;
	assert_false(similar_texts("征地补偿安置方案", "低保名单"));
	/* one of eight characters differs: 5 of 7 pairs in common */
	assert_false(similar_texts("征地补偿安置方案", "征地补尝安置方案"));
	assert_false(similar_texts("甲", "乙"));
	assert_false(similar_texts("2024年财政预算", "2025年财政预算"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same),
		cmocka_unit_test(nearly_the_same),
		cmocka_unit_test(another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
