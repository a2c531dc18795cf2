/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/dispute.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/core/number.h"
#include "proto/base/date.h"

/* The columns of table 4 behind those of the results. */
#define COLUMN_PENDING "pending"
#define COLUMN_TOTAL   "total"

const char *dispute_format(const struct dispute *dispute, char text[static DISPUTE_TEXT_BYTES])
{
	char number[NUMBER_TEXT_BYTES];

	snprintf(text, DISPUTE_TEXT_BYTES, "C%s",
		 number_format(number_make(dispute->year, dispute->serial), number));
	return text;
}

int dispute_parse(const char *text, int *ret_year, uint32_t *ret_serial)
{
	uint64_t number;

	if (text[0] != 'C' || number_parse(text + 1, &number) < 0) {
		return -EINVAL;
	}
	*ret_year = number_year(number);
	*ret_serial = number_serial(number);
	return 0;
}

static bool is_opened(const struct dispute *dispute)
{
	return dispute->serial != 0;
}

static const struct conclusion *last_conclusion(const struct dispute *dispute)
{
	return dispute->conclusion_count > 0 ? &dispute->conclusions[dispute->conclusion_count - 1]
					     : NULL;
}

/* The earliest day of a further conclusion. */
static int32_t concluded_from(const struct dispute *dispute)
{
	const struct conclusion *last = last_conclusion(dispute);

	return last != NULL ? last->on : dispute->opened_on;
}

static int open_apply(struct dispute *dispute, const struct event *event, int year, uint32_t serial,
		      int32_t recorded_on, struct arena *arena)
{
	const struct field_set *fields = &event->fields;
	const char *title = arena_strdup(arena, field_text(fields, FIELD_TITLE));

	if (is_opened(dispute) || !field_given(fields, FIELD_KIND)) {
		return -EINVAL;
	}
	if (title == NULL && field_given(fields, FIELD_TITLE)) {
		return -ENOMEM;
	}
	*dispute = (struct dispute){
		.year = year,
		.serial = serial,
		.kind = (enum case_kind)field_number(fields, FIELD_KIND, CASE_REVIEW),
		.procedure = (enum case_procedure)field_number(fields, FIELD_PROCEDURE,
							       PROCEDURE_ORDINARY),
		.number = event->number,
		.title = title,
		.opened_on = event->on,
		.opened_recorded_on = recorded_on,
		.answered_on = DATE_NONE,
	};
	return 0;
}

static int answer_apply(struct dispute *dispute, const struct event *event)
{
	if (dispute->answered_on != DATE_NONE || dispute->conclusion_count > 0 ||
	    event->on < dispute->opened_on) {
		return -EINVAL;
	}
	dispute->answered_on = event->on;
	return 0;
}

static int conclude_apply(struct dispute *dispute, const struct event *event, int32_t recorded_on)
{
	const struct field_set *fields = &event->fields;

	if (!field_given(fields, FIELD_RESULT) || event->on < concluded_from(dispute) ||
	    dispute->conclusion_count == DISPUTE_CONCLUSIONS_MAX) {
		return -EINVAL;
	}
	dispute->conclusions[dispute->conclusion_count++] =
		(struct conclusion){ .on = event->on,
				     .recorded_on = recorded_on,
				     .result = (enum case_result)field_number(fields, FIELD_RESULT,
									      RESULT_OTHER) };
	return 0;
}

int dispute_apply(struct dispute *dispute, const struct event *event, int32_t recorded_on,
		  struct arena *arena)
{
	const char *name = field_text(&event->fields, FIELD_CASE);
	uint32_t serial;
	int year;

	if (name == NULL || dispute_parse(name, &year, &serial) < 0) {
		return -EINVAL;
	}
	if (event->action == ACTION_OPEN_CASE) {
		return open_apply(dispute, event, year, serial, recorded_on, arena);
	}
	if (!is_opened(dispute) || dispute->year != year || dispute->serial != serial) {
		return -EINVAL;
	}
	if (event->action == ACTION_ANSWER_CASE) {
		return answer_apply(dispute, event);
	}
	return event->action == ACTION_CONCLUDE_CASE ? conclude_apply(dispute, event, recorded_on)
						     : -EINVAL;
}

static int answer_check(const struct dispute *dispute, struct problem *problem)
{
	const struct conclusion *last = last_conclusion(dispute);
	char text[DATE_TEXT_BYTES];

	if (dispute->answered_on != DATE_NONE) {
		return problem_field(problem, "case", "it was answered on %s",
				     date_format(dispute->answered_on, text));
	}
	if (last != NULL) {
		return problem_field(problem, "case",
				     "it was concluded on %s: nothing is left to answer",
				     date_format(last->on, text));
	}
	return 0;
}

static int conclude_check(const struct dispute *dispute, const struct event *event,
			  struct problem *problem)
{
	if (!field_given(&event->fields, FIELD_RESULT)) {
		return problem_field(problem, "result", "it is missing");
	}
	if (dispute->conclusion_count == DISPUTE_CONCLUSIONS_MAX) {
		return problem_field(problem, "case", "it has %d conclusions: no case has more",
				     DISPUTE_CONCLUSIONS_MAX);
	}
	return 0;
}

int dispute_check(const struct dispute *dispute, const struct event *event, int32_t today,
		  struct problem *reterr_problem)
{
	int32_t not_before = DATE_NONE;
	int r = 0;

	if (dispute == NULL) {
		if (!field_given(&event->fields, FIELD_KIND)) {
			return problem_field(reterr_problem, "kind", "it is missing");
		}
	} else if (event->action == ACTION_ANSWER_CASE) {
		not_before = dispute->opened_on;
		r = answer_check(dispute, reterr_problem);
	} else {
		not_before = concluded_from(dispute);
		r = conclude_check(dispute, event, reterr_problem);
	}
	if (r < 0) {
		return r;
	}
	if (event->on > today || event->on < not_before) {
		return problem_date(reterr_problem, "on", event->on, not_before, today);
	}
	return 0;
}

static bool is_known(int32_t recorded_on, int32_t known_on)
{
	return known_on == DATE_NONE || recorded_on <= known_on;
}

/* The column in which a case stands in a year's table; NULL: it is not in it. Conclusions are in
 * order of `on`, so the last that counts is the latest. */
static const char *column_of(const struct dispute *dispute, int year, int32_t known_on)
{
	int32_t year_end = date_year_end(year);
	const struct conclusion *latest = NULL;

	if (!is_known(dispute->opened_recorded_on, known_on) || dispute->opened_on > year_end) {
		return NULL;
	}
	for (size_t i = 0; i < dispute->conclusion_count; i++) {
		const struct conclusion *conclusion = &dispute->conclusions[i];

		if (conclusion->on <= year_end && is_known(conclusion->recorded_on, known_on)) {
			latest = conclusion;
		}
	}
	if (latest == NULL) {
		return COLUMN_PENDING;
	}
	return date_year(latest->on) == year ? case_result_names[latest->result] : NULL;
}

void dispute_count(const struct dispute *dispute, int year, int32_t known_on,
		   const struct table *table4)
{
	const struct table_form *form = table4->form;
	const char *in = column_of(dispute, year, known_on);

	for (size_t row = 0; in != NULL && row < form->row_count; row++) {
		if (strcmp(form->rows[row].key, case_kind_names[dispute->kind]) != 0) {
			continue;
		}
		for (size_t column = 0; column < form->column_count; column++) {
			const char *key = form->columns[column].key;

			*table_cell(table4, row, column) +=
				strcmp(key, in) == 0 || strcmp(key, COLUMN_TOTAL) == 0;
		}
	}
}

bool dispute_is_in(const struct dispute *dispute, int year, enum case_kind row, const char *column)
{
	const char *in = column_of(dispute, year, DATE_NONE);

	return in != NULL && dispute->kind == row &&
	       (strcmp(column, in) == 0 || strcmp(column, COLUMN_TOTAL) == 0);
}

bool dispute_differs(const struct dispute *before, const struct dispute *after, int year)
{
	const char *was = before != NULL ? column_of(before, year, DATE_NONE) : NULL;
	const char *is = after != NULL ? column_of(after, year, DATE_NONE) : NULL;

	if (was == NULL || is == NULL) {
		return was != is;
	}
	return before->kind != after->kind || strcmp(was, is) != 0;
}

int32_t dispute_answer_by(const struct dispute *dispute, const struct catalogue *catalogue,
			  int32_t known_on)
{
	const struct calendar *calendar = catalogue_calendar(catalogue, known_on);
	const struct case_limit *limit = catalogue_case_limit(
		catalogue, dispute->kind, dispute->procedure, dispute->opened_on);
	int32_t last;

	if (limit == NULL || dispute->answered_on != DATE_NONE || dispute->conclusion_count > 0) {
		return DATE_NONE;
	}
	if (limit->working) {
		return calendar_add(calendar, dispute->opened_on, limit->days, NULL);
	}
	/* A period whose last day is a holiday ends on the first day after it (民事诉讼法 art. 85).
	 */
	last = dispute->opened_on + limit->days;
	return calendar_works(calendar, last) ? last : calendar_add(calendar, last, 1, NULL);
}
