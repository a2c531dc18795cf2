/* SPDX-License-Identifier: Apache-2.0 */
/* calendar.h: which days are working days.
 *
 * A day named in a year's `work` list works; else one in its `off` list does not; else Monday to
 * Friday work. A year without a notice counts weekends only (and what a local file says of it) and
 * makes a date that depends on it provisional. A calendar is what was known on one day; the
 * catalogue has one for each day on which that changed. Immutable after loading. */
#ifndef OGID_CORE_CALENDAR_H
#define OGID_CORE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum day_kind { DAY_WORKING, DAY_WEEKEND, DAY_HOLIDAY, DAY_MAKE_UP };

struct calendar_day {
	int32_t date;
	bool works;
	const char *name;   /* what the notice calls it; may be NULL */
	const char *notice; /* the notice that says so; NULL: the year's */
};

struct calendar_year {
	int year;
	const char *notice; /* the last notice of it; NULL: none, only a local file names days */
	int32_t known_from; /* the day of the notice, or of the local file */
	const struct calendar_day *days; /* in order of date */
	size_t day_count;
};

struct calendar {
	const struct calendar_year *years; /* in order of year */
	size_t year_count;
};

/* NULL: no notice of that year. */
const struct calendar_year *calendar_find(const struct calendar *calendar, int year);
/* ret_day (may be NULL): the row that says so, or NULL for an ordinary day. */
enum day_kind calendar_day_kind(const struct calendar *calendar, int32_t date,
				const struct calendar_day **ret_day);
bool calendar_works(const struct calendar *calendar, int32_t date);
/* The last of `working_days` (0 or more) working days after `from`, which is not itself counted
 * (art. 33; civil procedure law art. 85). ret_provisional (may be NULL): a year on the way has no
 * notice. */
int32_t calendar_add(const struct calendar *calendar, int32_t from, int working_days,
		     bool *ret_provisional);
/* Working days after `from` up to and including `to`; negative when `to` is before `from`. */
int calendar_between(const struct calendar *calendar, int32_t from, int32_t to);

#endif
