/* SPDX-License-Identifier: Apache-2.0 */
/* number.h: an application's number, YYYY-NNNN: year of receipt and serial, never reused.
 * Packed as year << 32 | serial, so that numbers sort as they read. 0 is no number. */
#ifndef OGID_CORE_NUMBER_H
#define OGID_CORE_NUMBER_H

#include <stdint.h>

#define NUMBER_TEXT_BYTES 18

static inline uint64_t number_make(int year, uint32_t serial)
{
	return (uint64_t)(uint32_t)year << 32 | serial;
}

static inline int number_year(uint64_t number)
{
	return (int)(number >> 32);
}

static inline uint32_t number_serial(uint64_t number)
{
	return (uint32_t)number;
}

/* At least four digits of serial, more only without leading zeros: 0, or -EINVAL. */
int number_parse(const char *text, uint64_t *ret_number);
char *number_format(uint64_t number, char text[static NUMBER_TEXT_BYTES]); /* returns text */

#endif
