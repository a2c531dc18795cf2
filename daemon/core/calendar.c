/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/calendar.h"

#include <assert.h>

#include "proto/base/date.h"

/* Walks day after day without asking for the year and searching its list every time: deadlines of
 * all open applications are counted anew for every backlog. */
struct walk {
	const struct calendar *calendar;
	const struct calendar_year *year; /* NULL: nothing is known of the year of `date` */
	int32_t date;
	int32_t year_end; /* the last day for which `year` holds */
	size_t next;      /* in year->days: the first that is not before `date` */
};

/* With or without a notice. */
static const struct calendar_year *year_of(const struct calendar *calendar, int year)
{
	size_t low = 0, high = calendar->year_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (calendar->years[middle].year < year) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	if (low < calendar->year_count && calendar->years[low].year == year) {
		return &calendar->years[low];
	}
	return NULL;
}

const struct calendar_year *calendar_find(const struct calendar *calendar, int year)
{
	const struct calendar_year *found = year_of(calendar, year);

	return found && found->notice ? found : NULL;
}

/* Index of the first day that is not before date; year->day_count: none. */
static size_t year_search(const struct calendar_year *year, int32_t date)
{
	size_t low = 0, high = year->day_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (year->days[middle].date < date) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

enum day_kind calendar_day_kind(const struct calendar *calendar, int32_t date,
				const struct calendar_day **ret_day)
{
	const struct calendar_year *year = year_of(calendar, date_year(date));
	const struct calendar_day *day = NULL;

	if (year) {
		size_t at = year_search(year, date);

		if (at < year->day_count && year->days[at].date == date) {
			day = &year->days[at];
		}
	}
	if (ret_day) {
		*ret_day = day;
	}
	if (day) {
		return day->works ? DAY_MAKE_UP : DAY_HOLIDAY;
	}
	return date_weekday(date) >= SATURDAY ? DAY_WEEKEND : DAY_WORKING;
}

bool calendar_works(const struct calendar *calendar, int32_t date)
{
	enum day_kind kind = calendar_day_kind(calendar, date, NULL);

	return kind == DAY_WORKING || kind == DAY_MAKE_UP;
}

static void walk_enter_year(struct walk *walk)
{
	int year = date_year(walk->date);

	walk->year = year_of(walk->calendar, year);
	walk->year_end = date_year_end(year);
	walk->next = walk->year ? year_search(walk->year, walk->date) : 0;
}

static struct walk walk_from(const struct calendar *calendar, int32_t date)
{
	struct walk walk = { .calendar = calendar, .date = date };

	walk_enter_year(&walk);
	return walk;
}

/* Goes to the next day and says whether it works. */
static bool walk_step(struct walk *walk)
{
	const struct calendar_year *year;

	walk->date++;
	if (walk->date > walk->year_end) {
		walk_enter_year(walk);
	}
	year = walk->year;
	while (year && walk->next < year->day_count && year->days[walk->next].date < walk->date) {
		walk->next++;
	}
	if (year && walk->next < year->day_count && year->days[walk->next].date == walk->date) {
		return year->days[walk->next].works;
	}
	return date_weekday(walk->date) < SATURDAY;
}

int32_t calendar_add(const struct calendar *calendar, int32_t from, int working_days,
		     bool *ret_provisional)
{
	struct walk walk = walk_from(calendar, from);
	bool provisional = false;

	assert(working_days >= 0);
	while (working_days > 0) {
		if (walk_step(&walk)) {
			working_days--;
		}
		provisional |= !walk.year || !walk.year->notice;
	}
	if (ret_provisional) {
		*ret_provisional = provisional;
	}
	return walk.date;
}

int calendar_between(const struct calendar *calendar, int32_t from, int32_t to)
{
	struct walk walk;
	int working_days = 0;

	if (to < from) {
		return -calendar_between(calendar, to, from);
	}
	walk = walk_from(calendar, from);
	while (walk.date < to) {
		working_days += walk_step(&walk);
	}
	return working_days;
}
