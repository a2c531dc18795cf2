/* SPDX-License-Identifier: Apache-2.0 */
/* date.h: civil dates and moments.
 *
 * A date is a number of days since 1970-01-01 of the proleptic Gregorian calendar, with no time
 * zone; DATE_NONE stands for "no date". Years 1900 to 9999 are accepted. A moment is a number of
 * microseconds since 1970-01-01T00:00:00Z. */
#ifndef OGID_BASE_DATE_H
#define OGID_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATE_NONE         INT32_MIN
#define DATE_TEXT_BYTES   11 /* "2026-01-31" and its end */
#define MOMENT_TEXT_BYTES 28 /* "2026-01-31T08:00:00.000000Z" and its end */

enum weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

/* Exactly "YYYY-MM-DD" and a day that exists: 0, else -EINVAL. */
int date_parse(const char *text, int32_t *ret_date);
/* Writes "" for DATE_NONE. Returns its argument. */
char *date_format(int32_t date, char text[static DATE_TEXT_BYTES]);
/* DATE_NONE when there is no such day. */
int32_t date_from_civil(int year, int month, int day);
void date_to_civil(int32_t date, int *ret_year, int *ret_month, int *ret_day);
int date_year(int32_t date);
int32_t date_year_end(int year); /* 31 December */
enum weekday date_weekday(int32_t date);

/* RFC 3339 in UTC, with exactly six digits after the second. */
char *moment_format(int64_t moment_usec, char text[static MOMENT_TEXT_BYTES]);
int moment_parse(const char *text, int64_t *ret_moment_usec);
int64_t moment_now(void);
/* The civil date of a moment, `offset_minutes` east of UTC. */
int32_t moment_date(int64_t moment_usec, int offset_minutes);

#endif
