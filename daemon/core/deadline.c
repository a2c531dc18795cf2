/* SPDX-License-Identifier: Apache-2.0 */
/* The marks are cut into runs: each begins at a receipt, a restart or a reopening and has one
 * limit. The last run says when the answer is due. Within a run a day counts when it is a working
 * day and lies in no pause. A pause takes the days after the letter is sent, up to and including
 * the day the answer arrives, or the day its period runs out (arts. 32 to 34; the boundaries are
 * this file's). */
#include "daemon/core/deadline.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/date.h"

const char *const light_names[LIGHT_COUNT + 1] = {
	"overdue", "red", "amber", "green", "grey", NULL,
};

struct pause {
	int32_t after, until; /* takes the days after < day <= until */
	const struct mark *mark;
};

struct run {
	const struct calendar *calendar; /* as known on `today` */
	int32_t today;
	const struct mark *begin;
	const struct mark *stop;      /* NULL: it runs to its end */
	const struct mark *extension; /* NULL: none */
	const struct mark *answer_by; /* NULL: none */
	const struct mark
		*unanswered; /* a consultation without a period that is still open; NULL: none */
	int limit;
	size_t pause_count;
	struct pause pauses[APPLICATION_MARKS_MAX]; /* only so many are set */
};

/* Where a count is written down; all NULL for the bare date. */
struct steps {
	struct arena *arena;
	struct count_step *steps;
	size_t count, size;
};

static void step_add(struct steps *steps, int32_t on, const char *effect, const char *because,
		     int left)
{
	struct count_step *grown;

	if (steps == NULL) {
		return;
	}
	if (steps->count == steps->size) {
		grown = arena_alloc(steps->arena, sizeof(*grown) * (steps->size * 2 + 64));
		if (grown == NULL) {
			return;
		}
		if (steps->count > 0) {
			memcpy(grown, steps->steps, sizeof(*grown) * steps->count);
		}
		steps->steps = grown;
		steps->size = steps->size * 2 + 64;
	}
	steps->steps[steps->count++] = (struct count_step){ on, effect, because, left };
}

static const char *entry_text(struct steps *steps, const struct mark *mark)
{
	return steps == NULL ? NULL
			     : arena_printf(steps->arena, "entry %llu",
					    (unsigned long long)mark->sequence);
}

/* resumed_on: DATE_NONE while it is open. */
static int32_t pause_end(const struct mark *mark, int32_t resumed_on, const struct run *run,
			 const struct settings *settings)
{
	int32_t silent, answered = resumed_on;

	if (resumed_on != DATE_NONE && policy_differs(settings->pause_ends, policy_pause_ends)) {
		answered--;
	}
	if (mark->argument == WAITING_OTHER_ORGAN) {
		return resumed_on == DATE_NONE ? INT32_MAX : answered;
	}
	silent = calendar_add(run->calendar, mark->on, settings->consultation_working_days, NULL);
	return resumed_on == DATE_NONE || silent < resumed_on ? silent : answered;
}

/* A correction notice that left after its 7 wd, where the office's policy is that such a one does
 * not stop the limit; then its correction does not begin a new one either. */
static bool notice_is_void(const struct run *run, const struct mark *mark,
			   const struct settings *settings)
{
	return mark->argument == WAITING_CORRECTION && run->begin->kind == MARK_START &&
	       policy_differs(settings->late_correction_notice, policy_late_notice) &&
	       mark->on > calendar_add(run->calendar, run->begin->on,
				       settings->correction_notice_working_days, NULL);
}

/* Reads one run from marks[*at] on and moves *at behind it. Marks of a run that has stopped (none
 * should be there) are passed over. */
static void run_read(const struct application *application, size_t *at,
		     const struct catalogue *catalogue, int32_t today, struct run *run)
{
	const struct settings *settings = &catalogue->settings;
	struct pause *open = NULL;
	bool early = policy_differs(settings->pause_begins, policy_pause_begins);
	bool void_notice = false;

	/* not the whole: it is counted for every application of a backlog */
	memset(run, 0, offsetof(struct run, pauses));
	run->calendar = catalogue_calendar(catalogue, today);
	run->today = today;
	run->begin = &application->marks[(*at)++];
	run->limit = settings->answer_working_days;
	for (; *at < application->mark_count; (*at)++) {
		const struct mark *mark = &application->marks[*at];

		if (mark->kind == MARK_RESTART && void_notice) {
			void_notice = false;
		} else if (mark->kind == MARK_START || mark->kind == MARK_RESTART) {
			break;
		} else if (mark->kind == MARK_STOP && notice_is_void(run, mark, settings)) {
			void_notice = true;
		} else if (run->stop != NULL) {
			continue;
		} else if (mark->kind == MARK_STOP) {
			run->stop = mark;
		} else if (mark->kind == MARK_EXTEND) {
			/* The date told to the applicant stands (art. 35). */
			if (run->answer_by == NULL) {
				run->extension = mark;
				run->limit += mark->argument;
			}
		} else if (mark->kind == MARK_ANSWER_BY) {
			run->answer_by = mark;
		} else if (mark->kind == MARK_PAUSE) {
			open = &run->pauses[run->pause_count++];
			*open = (struct pause){ mark->on - early,
						pause_end(mark, DATE_NONE, run, settings), mark };
		} else if (mark->kind == MARK_RESUME && open != NULL) {
			open->until = pause_end(open->mark, mark->on, run, settings);
			open = NULL;
		}
	}
	if (open != NULL && open->until == INT32_MAX) {
		run->unanswered = open->mark;
	}
}

static const struct pause *pause_of(const struct run *run, int32_t day)
{
	for (size_t i = 0; i < run->pause_count; i++) {
		if (day > run->pauses[i].after && day <= run->pauses[i].until) {
			return &run->pauses[i];
		}
	}
	return NULL;
}

/* What a notice calls the day, and the notice: "春节, 国办发明电〔2020〕1号". NULL: an ordinary
 * day. */
static const char *day_text(struct steps *steps, const struct calendar *calendar,
			    const struct calendar_day *named)
{
	const char *notice;

	if (steps == NULL || named == NULL) {
		return NULL;
	}
	notice = named->notice;
	if (notice == NULL) {
		notice = calendar_find(calendar, date_year(named->date))->notice;
	}
	return named->name == NULL ? notice
				   : arena_printf(steps->arena, "%s, %s", named->name, notice);
}

/* One day of a run; returns how many working days are left after it. */
static int day_count(const struct run *run, int32_t day, int left, struct steps *steps)
{
	const struct calendar_day *named;
	enum day_kind kind = calendar_day_kind(run->calendar, day, &named);
	const struct pause *pause = pause_of(run, day);

	if (kind == DAY_WEEKEND) {
		step_add(steps, day, "weekend", NULL, left);
	} else if (kind == DAY_HOLIDAY) {
		step_add(steps, day, "holiday", day_text(steps, run->calendar, named), left);
	} else if (pause != NULL) {
		step_add(steps, day, "paused", entry_text(steps, pause->mark), left);
	} else {
		left--;
		step_add(steps, day, kind == DAY_MAKE_UP ? "make_up_workday" : "counted",
			 day_text(steps, run->calendar, named), left);
	}
	return left;
}

/* The day up to which a run is counted when its limit does not end before. An entry that ends the
 * count comes before a consultation that is not answered. */
static int32_t run_horizon(const struct run *run)
{
	if (run->stop != NULL) {
		return run->stop->on;
	}
	if (run->answer_by != NULL) {
		return run->answer_by->on;
	}
	if (run->unanswered != NULL) {
		return run->today > run->unanswered->on ? run->today : run->unanswered->on;
	}
	return INT32_MAX;
}

/* An extension adds its days on its own day, or when the limit has ended before it. */
static const struct mark *extension_take(const struct mark *pending, int32_t day, int *left,
					 struct steps *steps)
{
	if (pending == NULL || (day<pending->on && * left> 0)) {
		return pending;
	}
	*left += pending->argument;
	step_add(steps, pending->on, "extended", entry_text(steps, pending), *left);
	return NULL;
}

/* Counts a run to its due date, or to the day on which no limit runs any more (then DATE_NONE). */
static struct deadline run_count(const struct run *run, struct steps *steps)
{
	struct deadline deadline = { DATE_NONE, false };
	const struct mark *pending = run->extension;
	int32_t day = run->begin->on, horizon = run_horizon(run);
	int left = run->limit - (pending == NULL ? 0 : pending->argument);

	step_add(steps, day, run->begin->kind == MARK_START ? "start" : "restart",
		 entry_text(steps, run->begin), left);
	pending = extension_take(pending, day, &left, steps);
	while (left > 0 && day < horizon) {
		day++;
		if (calendar_find(run->calendar, date_year(day)) == NULL) {
			deadline.provisional = true;
		}
		left = day_count(run, day, left, steps);
		pending = extension_take(pending, day, &left, steps);
	}
	/* granted while another organ is being consulted */
	extension_take(pending, INT32_MAX, &left, steps);
	if (run->stop != NULL) {
		step_add(steps, run->stop->on, "stopped", entry_text(steps, run->stop), left);
		return (struct deadline){ DATE_NONE, false };
	}
	if (run->answer_by != NULL) {
		step_add(steps, run->answer_by->on, "extended", entry_text(steps, run->answer_by),
			 left);
		deadline = (struct deadline){ run->answer_by->argument, false };
	} else if (left > 0) {
		return (struct deadline){ DATE_NONE, false };
	} else {
		deadline.due_on = day;
	}
	step_add(steps, deadline.due_on, "due", NULL, 0);
	return deadline;
}

/* The same without its steps. Where nothing pauses it, a run is working days after its beginning,
 * and an extension adds to their number on whatever day it was granted. */
static struct deadline run_end(const struct run *run)
{
	struct deadline deadline = { DATE_NONE, false };

	if (run->stop != NULL) {
		return deadline;
	}
	if (run->answer_by != NULL) {
		deadline.due_on = run->answer_by->argument;
		return deadline;
	}
	if (run->pause_count > 0 || run->limit < 0) {
		return run_count(run, NULL);
	}
	deadline.due_on =
		calendar_add(run->calendar, run->begin->on, run->limit, &deadline.provisional);
	return deadline;
}

static struct deadline marks_count(const struct application *application,
				   const struct catalogue *catalogue, int32_t today,
				   struct steps *steps)
{
	struct deadline deadline = { DATE_NONE, false };
	size_t at = 0;

	while (at < application->mark_count) {
		struct run run;

		run_read(application, &at, catalogue, today, &run);
		/* Earlier runs matter only to the reader of the count. */
		if (steps != NULL) {
			deadline = run_count(&run, steps);
		} else if (at == application->mark_count) {
			deadline = run_end(&run);
		}
	}
	if (!application_is_open(application)) {
		deadline = (struct deadline){ DATE_NONE, false };
	}
	return deadline;
}

struct deadline deadline_of(const struct application *application,
			    const struct catalogue *catalogue, int32_t today)
{
	if (!application_is_open(application)) {
		return (struct deadline){ DATE_NONE, false };
	}
	return marks_count(application, catalogue, today, NULL);
}

int deadline_explain(const struct application *application, const struct catalogue *catalogue,
		     int32_t today, struct arena *arena, struct count_step **ret_steps,
		     size_t *ret_count, struct deadline *ret_deadline)
{
	struct steps steps = { .arena = arena };
	struct deadline deadline =
		marks_count(application, catalogue, deadline_known_on(application, today), &steps);

	if (arena->failed) {
		return -ENOMEM;
	}
	*ret_steps = steps.steps;
	*ret_count = steps.count;
	*ret_deadline = deadline;
	return 0;
}

int32_t deadline_known_on(const struct application *application, int32_t today)
{
	return application_is_open(application) ? today : application->decided_on;
}

int32_t deadline_waiting_until(const struct application *application,
			       const struct catalogue *catalogue, int32_t today)
{
	const struct calendar *calendar = catalogue_calendar(catalogue, today);
	const struct settings *settings = &catalogue->settings;
	int32_t since = application->received_on;

	/* From the letter: an extension may have come after it. */
	for (size_t i = application->mark_count; i > 0; i--) {
		const struct mark *mark = &application->marks[i - 1];

		if (mark->kind == MARK_PAUSE || mark->kind == MARK_STOP) {
			since = mark->on;
			break;
		}
	}
	switch (application->waiting) {
	case WAITING_CORRECTION:
		return application->waiting_until;
	case WAITING_THIRD_PARTY:
	case WAITING_JOINT_MAKER:
		return calendar_add(calendar, since, settings->consultation_working_days, NULL);
	case WAITING_PAYMENT:
		return calendar_add(calendar, since, settings->payment_working_days, NULL);
	default:
		return DATE_NONE;
	}
}

static int32_t next_of(const struct application *application, const struct catalogue *catalogue,
		       int32_t known_on, int32_t due_on)
{
	int32_t next = due_on;

	if (next == DATE_NONE) {
		next = deadline_waiting_until(application, catalogue, known_on);
	}
	return next == DATE_NONE ? INT32_MAX : next;
}

int32_t deadline_next(const struct application *application, const struct catalogue *catalogue,
		      int32_t known_on)
{
	return next_of(application, catalogue, known_on,
		       deadline_of(application, catalogue, known_on).due_on);
}

static void owed_add(struct pressing *pressing, const char *what, int32_t by, int32_t today)
{
	if (by != DATE_NONE) {
		pressing->owed[pressing->owed_count++] = (struct owed){ what, by, today > by };
	}
}

/* A correction can be asked for in time until the 7th working day, and before anything else was. */
static void owed_find(const struct application *application, const struct catalogue *catalogue,
		      int32_t today, struct pressing *pressing)
{
	static const char *const what[WAITING_COUNT] = {
		[WAITING_CORRECTION] = "correction",
		[WAITING_THIRD_PARTY] = "consultation",
		[WAITING_JOINT_MAKER] = "consultation",
		[WAITING_PAYMENT] = "payment",
	};
	int32_t notice =
		calendar_add(catalogue_calendar(catalogue, today), application->received_on,
			     catalogue->settings.correction_notice_working_days, NULL);

	if (what[application->waiting] != NULL) {
		owed_add(pressing, what[application->waiting],
			 deadline_waiting_until(application, catalogue, today), today);
	}
	if (application_is_open(application) && application->mark_count == 1 &&
	    application->decisions == 0 && today <= notice) {
		owed_add(pressing, "correction_notice", notice, today);
	}
}

enum light light_of(const struct settings *settings, int32_t today, int32_t due_on,
		    int working_days_left)
{
	return today > due_on                                      ? LIGHT_OVERDUE
	       : working_days_left <= settings->red_working_days   ? LIGHT_RED
	       : working_days_left <= settings->amber_working_days ? LIGHT_AMBER
								   : LIGHT_GREEN;
}

struct pressing pressing_of(const struct application *application,
			    const struct catalogue *catalogue, int32_t today)
{
	struct pressing pressing = {
		.light = LIGHT_GREY,
		.open_days = today - application->received_on,
		.deadline = deadline_of(application, catalogue, today),
	};

	pressing.next_on = next_of(application, catalogue, today, pressing.deadline.due_on);

	owed_find(application, catalogue, today, &pressing);
	if (pressing.deadline.due_on == DATE_NONE) {
		return pressing;
	}
	pressing.working_days_left = calendar_between(catalogue_calendar(catalogue, today), today,
						      pressing.deadline.due_on);
	pressing.light = light_of(&catalogue->settings, today, pressing.deadline.due_on,
				  pressing.working_days_left);
	return pressing;
}
