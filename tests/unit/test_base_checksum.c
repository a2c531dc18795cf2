/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/checksum.h"

static void nothing_has_the_published_value(void **state)
{
	(void)state;
	/* xxHash's own sanity test: XXH3_64bits, seed 0, length 0. Stored records depend on it. */
	assert_true(checksum_of(NULL, 0) == UINT64_C(0x2d06800538d394c2));
	assert_true(checksum_of("", 0) == UINT64_C(0x2d06800538d394c2));
}

static void every_flipped_bit_shows(void **state)
{
	unsigned char record[300];
	uint64_t before;

	(void)state;
	memset(record, 0x5a, sizeof(record));
	before = checksum_of(record, sizeof(record));
	for (size_t bit = 0; bit < sizeof(record) * 8; bit++) {
		record[bit / 8] ^= (unsigned char)(1U << bit % 8);
		assert_true(checksum_of(record, sizeof(record)) != before);
		record[bit / 8] ^= (unsigned char)(1U << bit % 8);
	}
	assert_true(checksum_of(record, sizeof(record)) == before);
	assert_true(checksum_of(record, sizeof(record) - 1) != before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_has_the_published_value),
		cmocka_unit_test(every_flipped_bit_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
