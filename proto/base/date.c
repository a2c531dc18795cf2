/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/date.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define YEAR_FIRST 1900
#define YEAR_LAST  9999

#define USEC_PER_SEC    INT64_C(1000000)
#define USEC_PER_MINUTE (60 * USEC_PER_SEC)
#define USEC_PER_DAY    (24 * 60 * USEC_PER_MINUTE)

/* Days are counted in years that begin on 1 March, so that the leap day is the last of its year,
 * and in eras of 400 years, which all have the same number of days. */
#define DAYS_PER_ERA 146097
#define DAYS_TO_1970 719468 /* from 0000-03-01 to 1970-01-01 */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

/* Not a - floor_div(a, b) * b, whose product overflows near INT64_MIN. */
static int64_t floor_rest(int64_t a, int64_t b)
{
	int64_t rest = a % b;

	return rest < 0 ? rest + b : rest;
}

static int days_in_month(int year, int month)
{
	static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

int32_t date_from_civil(int year, int month, int day)
{
	int march_year, era, year_of_era, day_of_year, day_of_era;

	if (year < YEAR_FIRST || year > YEAR_LAST || month < 1 || month > 12) {
		return DATE_NONE;
	}
	if (day < 1 || day > days_in_month(year, month)) {
		return DATE_NONE;
	}
	march_year = month > 2 ? year : year - 1;
	era = march_year / 400;
	year_of_era = march_year % 400;
	/* The months from March on have 31 30 31 30 31 31 30 31 30 31 31 days: 153 in five. */
	day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return (int32_t)(era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970);
}

void date_to_civil(int32_t date, int *ret_year, int *ret_month, int *ret_day)
{
	int64_t days = (int64_t)date + DAYS_TO_1970;
	/* of an era that has begun, in words of 32 bits, for it is asked often */
	bool plain = days >= 0 && days <= INT32_MAX;
	int64_t era = plain ? (uint32_t)days / DAYS_PER_ERA : floor_div(days, DAYS_PER_ERA);
	int day_of_era =
		plain ? (int)((uint32_t)days % DAYS_PER_ERA) : (int)floor_rest(days, DAYS_PER_ERA);
	int year_of_era, day_of_year, month;

	if (date == DATE_NONE) {
		*ret_year = 0;
		*ret_month = 0;
		*ret_day = 0;
		return;
	}
	/* Takes the leap days out: one in 1461 days but for centuries, and the era's last day. */
	year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	month = (5 * day_of_year + 2) / 153; /* 0 is March */
	*ret_day = day_of_year - (153 * month + 2) / 5 + 1;
	*ret_month = month < 10 ? month + 3 : month - 9;
	*ret_year = (int)(era * 400) + year_of_era + (*ret_month <= 2 ? 1 : 0);
}

int date_year(int32_t date)
{
	int year, month, day;

	date_to_civil(date, &year, &month, &day);
	return year;
}

int32_t date_year_end(int year)
{
	return date_from_civil(year, 12, 31);
}

enum weekday date_weekday(int32_t date)
{
	/* 1970-01-01 was a Thursday. */
	if (date >= 0) {
		return (enum weekday)(((uint32_t)date + THURSDAY) % 7);
	}
	return (enum weekday)floor_rest((int64_t)date + THURSDAY, 7);
}

/* Reads exactly `digits` digits. */
static int digits_parse(const char *text, int digits, int *ret_value)
{
	int value = 0;

	for (int i = 0; i < digits; i++) {
		if (text[i] < '0' || text[i] > '9') {
			return -EINVAL;
		}
		value = value * 10 + (text[i] - '0');
	}
	*ret_value = value;
	return 0;
}

static void digits_format(char *text, int digits, int64_t value)
{
	for (int i = digits - 1; i >= 0; i--) {
		text[i] = (char)('0' + value % 10);
		value /= 10;
	}
}

/* The first ten characters of text, all of which exist. */
static int date_parse_ten(const char *text, int32_t *ret_date)
{
	int year, month, day;
	int32_t date;

	if (digits_parse(text, 4, &year) < 0 || text[4] != '-' ||
	    digits_parse(text + 5, 2, &month) < 0 || text[7] != '-' ||
	    digits_parse(text + 8, 2, &day) < 0) {
		return -EINVAL;
	}
	date = date_from_civil(year, month, day);
	if (date == DATE_NONE) {
		return -EINVAL;
	}
	*ret_date = date;
	return 0;
}

int date_parse(const char *text, int32_t *ret_date)
{
	if (strnlen(text, DATE_TEXT_BYTES) != DATE_TEXT_BYTES - 1) {
		return -EINVAL;
	}
	return date_parse_ten(text, ret_date);
}

char *date_format(int32_t date, char text[static DATE_TEXT_BYTES])
{
	int year, month, day;

	date_to_civil(date, &year, &month, &day);
	/* What date_parse would not take back is not written either; DATE_NONE has year 0. */
	if (year < YEAR_FIRST || year > YEAR_LAST) {
		text[0] = '\0';
		return text;
	}
	digits_format(text, 4, year);
	text[4] = '-';
	digits_format(text + 5, 2, month);
	text[7] = '-';
	digits_format(text + 8, 2, day);
	text[10] = '\0';
	return text;
}

char *moment_format(int64_t moment_usec, char text[static MOMENT_TEXT_BYTES])
{
	int64_t day = floor_div(moment_usec, USEC_PER_DAY);
	int64_t rest = floor_rest(moment_usec, USEC_PER_DAY);
	int64_t seconds = rest / USEC_PER_SEC;

	date_format((int32_t)day, text);
	if (text[0] == '\0') {
		return text;
	}
	text[10] = 'T';
	digits_format(text + 11, 2, seconds / 3600);
	text[13] = ':';
	digits_format(text + 14, 2, seconds / 60 % 60);
	text[16] = ':';
	digits_format(text + 17, 2, seconds % 60);
	text[19] = '.';
	digits_format(text + 20, 6, rest % USEC_PER_SEC);
	text[26] = 'Z';
	text[27] = '\0';
	return text;
}

int moment_parse(const char *text, int64_t *ret_moment_usec)
{
	int hour, minute, second, usec;
	int32_t date;

	if (strnlen(text, MOMENT_TEXT_BYTES) != MOMENT_TEXT_BYTES - 1 ||
	    date_parse_ten(text, &date) < 0) {
		return -EINVAL;
	}
	if (text[10] != 'T' || digits_parse(text + 11, 2, &hour) < 0 || text[13] != ':' ||
	    digits_parse(text + 14, 2, &minute) < 0 || text[16] != ':' ||
	    digits_parse(text + 17, 2, &second) < 0 || text[19] != '.' ||
	    digits_parse(text + 20, 6, &usec) < 0 || text[26] != 'Z') {
		return -EINVAL;
	}
	if (hour > 23 || minute > 59 || second > 59) {
		return -EINVAL;
	}
	*ret_moment_usec = date * USEC_PER_DAY +
			   (hour * INT64_C(3600) + minute * 60 + second) * USEC_PER_SEC + usec;
	return 0;
}

int64_t moment_now(void)
{
	struct timespec now;

	/* Cannot fail: the clock exists and the address is ours. */
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * USEC_PER_SEC + now.tv_nsec / 1000;
}

int32_t moment_date(int64_t moment_usec, int offset_minutes)
{
	int64_t day = floor_div(moment_usec, USEC_PER_DAY);
	/* Apart from the days, so that the sum cannot overflow. */
	int64_t rest = floor_rest(moment_usec, USEC_PER_DAY) + offset_minutes * USEC_PER_MINUTE;

	return (int32_t)(day + floor_div(rest, USEC_PER_DAY));
}
