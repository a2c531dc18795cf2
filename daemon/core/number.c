/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/number.h"

#include <errno.h>
#include <string.h>

static int digits_parse(const char *text, size_t count, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9') {
			return -EINVAL;
		}
		value = value * 10 + (uint64_t)(text[i] - '0');
	}
	*ret_value = value;
	return 0;
}

static void digits_format(char *text, int count, uint32_t value)
{
	for (int i = count - 1; i >= 0; i--) {
		text[i] = (char)('0' + value % 10);
		value /= 10;
	}
}

int number_parse(const char *text, uint64_t *ret_number)
{
	size_t length = strlen(text);
	uint64_t year, serial;

	/* "2026-0001" is the shortest; ten digits of serial are the most a uint32_t has. */
	if (length < 9 || length > 15 || text[4] != '-' || digits_parse(text, 4, &year) < 0 ||
	    digits_parse(text + 5, length - 5, &serial) < 0) {
		return -EINVAL;
	}
	if (year < 1900 || serial == 0 || serial > UINT32_MAX || (length > 9 && text[5] == '0')) {
		return -EINVAL;
	}
	*ret_number = number_make((int)year, (uint32_t)serial);
	return 0;
}

char *number_format(uint64_t number, char text[static NUMBER_TEXT_BYTES])
{
	uint32_t year = (uint32_t)number_year(number) % 10000, serial = number_serial(number);
	int digits = 4;

	for (uint32_t rest = serial / 10000; rest > 0; rest /= 10) {
		digits++;
	}
	digits_format(text, 4, year);
	text[4] = '-';
	digits_format(text + 5, digits, serial);
	text[5 + digits] = '\0';
	return text;
}
