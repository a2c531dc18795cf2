/* SPDX-License-Identifier: Apache-2.0 */
/* deadline.h: when an answer is due: a function of the clock marks and the calendar, never stored.
 */
#ifndef OGID_CORE_DEADLINE_H
#define OGID_CORE_DEADLINE_H

#include "daemon/core/application.h"
#include "daemon/core/catalogue.h"

struct deadline {
	int32_t due_on;   /* DATE_NONE: decided, or no limit runs */
	bool provisional; /* depends on a year of which no holiday notice is known */
};

/* One step of the count: an entry that moved the clock, or a day. effect: counted, weekend,
 * holiday, make_up_workday, paused, start, restart, stopped, extended, due. left: working days
 * still left. */
struct count_step {
	int32_t on;
	const char *effect;
	const char *
		because; /* may be NULL: the entry that says so, or the day's name and its notice */
	int left;
};

/* Days are counted by the notices known on `today`, of a decided application on the day of its
 * decision. While a consultation is open, the limit is computed as if its period runs out
 * unanswered (15 wd). Another organ has no period: until it answers there is no due date. */
struct deadline deadline_of(const struct application *application,
			    const struct catalogue *catalogue, int32_t today);
/* The same, day by day; where no limit runs, up to the entry that stopped it or up to today. Steps
 * come from arena. */
int deadline_explain(const struct application *application, const struct catalogue *catalogue,
		     int32_t today, struct arena *arena, struct count_step **ret_steps,
		     size_t *ret_count, struct deadline *ret_deadline);

/* The last day of what it waits for: the correction's reply_by, 15 wd of a third party or joint
 * maker, 20 wd of a payment; DATE_NONE when it waits for nothing or for no set time. */
int32_t deadline_waiting_until(const struct application *application,
			       const struct catalogue *catalogue, int32_t today);
/* The day whose knowledge of the calendar its count goes by. */
int32_t deadline_known_on(const struct application *application, int32_t today);

enum light { LIGHT_OVERDUE, LIGHT_RED, LIGHT_AMBER, LIGHT_GREEN, LIGHT_GREY, LIGHT_COUNT };
extern const char *const light_names[LIGHT_COUNT + 1];

/* Of a limit that ends on due_on, with so many working days left. */
enum light light_of(const struct settings *settings, int32_t today, int32_t due_on,
		    int working_days_left);

/* What is owed besides the answer: "correction_notice" (art. 30, while it can still leave in time),
 * "consultation" (the third party's or joint maker's 15 wd), "correction" (the applicant's period),
 * "payment". */
struct owed {
	const char *what;
	int32_t by;
	bool lapsed;
};
#define OWED_MAX 2

/* The day that comes next: the due date, or while no limit runs the last day of what it waits for;
 * INT32_MAX: none. The order of the backlog. */
int32_t deadline_next(const struct application *application, const struct catalogue *catalogue,
		      int32_t known_on);

struct pressing {
	enum light light;
	int32_t next_on;
	struct owed owed[OWED_MAX];
	size_t owed_count;
	int working_days_left; /* negative when overdue; meaningless for grey */
	int open_days;         /* calendar days since receipt */
	struct deadline deadline;
};

struct pressing pressing_of(const struct application *application,
			    const struct catalogue *catalogue, int32_t today);

#endif
