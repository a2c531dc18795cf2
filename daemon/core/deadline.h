/* SPDX-License-Identifier: Apache-2.0 */
/* deadline.h: when an answer is due: a function of the clock marks and the calendar, never stored. */
#ifndef OGID_CORE_DEADLINE_H
#define OGID_CORE_DEADLINE_H

#include "daemon/core/application.h"
#include "daemon/core/catalogue.h"

struct deadline {
	int32_t due_on;   /* DATE_NONE: decided, or no limit runs */
	bool provisional; /* depends on a year without a holiday notice */
};

/* One step of the count: an entry that moved the clock, or a day. effect: counted, weekend, holiday,
 * make_up_workday, paused, start, restart, stopped, extended, due. left: working days still left. */
struct count_step {
	int32_t on;
	const char *effect;
	const char *because; /* may be NULL: the entry or the notice that says so */
	int left;
};

/* While a consultation is still open, the limit is computed as if its period runs out unanswered
 * (15 wd; other organs: as if it ended today). */
struct deadline deadline_of(const struct application *application,
			    const struct catalogue *catalogue, int32_t today);
/* The same, day by day. Steps come from arena. */
int deadline_explain(const struct application *application, const struct catalogue *catalogue,
		     int32_t today, struct arena *arena, struct count_step **ret_steps,
		     size_t *ret_count, struct deadline *ret_deadline);

/* The last day of what it waits for: the correction's reply_by, 15 wd of a third party or joint maker,
 * 20 wd of a payment; DATE_NONE when it waits for nothing or for no set time. */
int32_t deadline_waiting_until(const struct application *application,
			       const struct catalogue *catalogue);

enum light { LIGHT_OVERDUE, LIGHT_RED, LIGHT_AMBER, LIGHT_GREEN, LIGHT_GREY, LIGHT_COUNT };
extern const char *const light_names[LIGHT_COUNT + 1];

struct pressing {
	enum light light;
	int working_days_left; /* negative when overdue; meaningless for grey */
	int open_days;         /* calendar days since receipt */
	struct deadline deadline;
};

struct pressing pressing_of(const struct application *application,
			    const struct catalogue *catalogue, int32_t today);

#endif
