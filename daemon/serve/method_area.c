/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of others: checked, and added up. Nothing of them is entered. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/serve/foreign.h"
#include "daemon/serve/methods.h"
#include "daemon/serve/params.h"
#include "daemon/serve/session.h"
#include "daemon/serve/stream.h"
#include "daemon/serve/view_report.h"
#include "proto/base/date.h"

#define YEAR_MIN 1900
#define YEAR_MAX 9999

#define AREA_REPORTS_MAX 4000 /* in one call */
#define AREA_CHECKS_MAX  1000 /* that fail and are told; a message has a limit */
#define AREA_NAME_BYTES  40   /* "report 4000", "reports[3999]" */

struct area {
	/* A reload in the middle must not change the forms. */
	const struct catalogue *catalogue;
	int32_t today;
	/* A reference of our own: the request may go away before a step ends. It is taken and
	 * given back on the loop. */
	json_t *given;
	int64_t year;
	const char *organ;
	struct foreign *units;
	size_t count, read; /* reports given, and read so far */
	struct check_list failing;
	size_t failing_count;
};

static void area_done(struct job *job)
{
	struct area *area = job->state;

	json_decref(area->given);
}

static struct job *area_new(struct request *request, int (*step)(struct job *), const char *key)
{
	struct job *job = job_new(request, step, sizeof(struct area));

	if (job == NULL) {
		return NULL;
	}
	struct area *area = job->state;
	job->done = area_done;
	area->catalogue = registry_catalogue(job->registry);
	area->today = registry_today(job->registry);
	area->given = json_incref(json_object_get(request->message.parameters, key));
	return job;
}

/* --- CheckTables --- */

static int check_step(struct job *job)
{
	const struct area *area = job->state;
	struct foreign foreign;
	struct check_list checks;

	int r = foreign_read(area->given, "", area->catalogue, &job->arena, &foreign,
			     &job->problem);
	if (r < 0) {
		return r;
	}
	check_list_init(&checks, &job->arena);
	area_check(&foreign, &checks);
	if (job->arena.failed) {
		return -ENOMEM;
	}
	json_t *object = json_object();
	view_set(&object, "year", json_integer(foreign.year));
	view_set(&object, "form", json_string(foreign.form->name));
	view_set(&object, "checks", view_checks(&checks));
	return job_reply(job, object, false);
}

int check_tables_start(struct request *request, struct problem *reterr_problem)
{
	struct job *job = area_new(request, check_step, "report");

	(void)reterr_problem;
	return job == NULL ? -ENOMEM : stream_begin(request, job, 0);
}

/* --- Consolidate: first every report read and checked --- */

/* An organ hands in once. */
static int unit_repeats(const struct area *area, size_t index, struct problem *reterr_problem)
{
	const char *organ = area->units[index].organ;
	char field[AREA_NAME_BYTES];

	for (size_t i = 0; organ != NULL && i < index; i++) {
		if (area->units[i].organ == NULL || strcmp(area->units[i].organ, organ) != 0) {
			continue;
		}
		snprintf(field, sizeof(field), "reports[%zu].organ", index);
		return problem_field(
			reterr_problem, field,
			"the same organ has handed in reports[%zu]; one report of each "
			"is added up",
			i);
	}
	return 0;
}

/* Keeps what does not hold, with a name to find the report by. */
static int unit_check(struct area *area, size_t index, struct arena *arena)
{
	struct foreign unit = area->units[index];
	struct check_list checks;

	if (unit.organ == NULL) {
		unit.organ = arena_printf(arena, "report %zu", index + 1);
	}
	check_list_init(&checks, arena);
	area_check(&unit, &checks);
	for (const struct check *check = checks.first; check != NULL; check = check->next) {
		if (!check->holds && area->failing_count < AREA_CHECKS_MAX) {
			check_add(&area->failing, check);
			area->failing_count++;
		}
	}
	return arena->failed ? -ENOMEM : 0;
}

static int unit_read(struct job *job, size_t index)
{
	struct area *area = job->state;
	struct foreign *unit = &area->units[index];
	char path[AREA_NAME_BYTES];

	snprintf(path, sizeof(path), "reports[%zu]", index);
	int r = foreign_read(json_array_get(area->given, index), path, area->catalogue, &job->arena,
			     unit, &job->problem);
	if (r == 0 && unit->year != area->year) {
		snprintf(path, sizeof(path), "reports[%zu].year", index);
		r = problem_field(&job->problem, path, "it is of %d; reports of %d are added up",
				  unit->year, (int)area->year);
	}
	if (r == 0) {
		r = unit_repeats(area, index, &job->problem);
	}
	return r < 0 ? r : unit_check(area, index, &job->arena);
}

/* --- then the sums --- */

/* The cells of rows that nobody states: left out of the checks, and 0 in the reply. */
static void unstated_set(struct tables *tables, int64_t cell)
{
	for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
		const struct table *table = &tables->of[which];

		for (size_t row = 0; row < table->form->row_count; row++) {
			for (size_t i = 0; !table->stated[row] && i < table->form->column_count;
			     i++) {
				*table_cell(table, row, i) = cell;
			}
		}
	}
}

/* In a sum any row may be one that nobody states, not only a figure. */
static int sums_make(const struct area *area, const struct foreign *units, size_t count,
		     struct arena *arena, struct tables *ret_sums)
{
	int r = tables_init(ret_sums, units[0].form, &area->catalogue->settings, arena);

	for (int which = 0; r == 0 && which < YEAR_TABLE_COUNT; which++) {
		struct table *table = &ret_sums->of[which];

		if (table->stated == NULL && table->form->row_count > 0) {
			table->stated =
				arena_alloc(arena, sizeof(*table->stated) * table->form->row_count);
			r = table->stated == NULL ? -ENOMEM : 0;
		}
	}
	return r < 0 ? r : area_add(units, count, ret_sums);
}

static void sums_check(const struct area *area, struct tables *sums, struct check_list *checks)
{
	struct foreign whole = { .year = (int)area->year,
				 .form = area->units[0].form,
				 .tables = *sums };

	for (size_t i = 0; i < area->count; i++) {
		for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
			whole.has[which] = whole.has[which] || area->units[i].has[which];
		}
	}
	unstated_set(sums, TABLE_NOT_STATED);
	area_check(&whole, checks);
	unstated_set(sums, 0);
}

static json_t *names_view(const char *const *names, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		view_append(&array, json_string(names[i]));
	}
	return array;
}

static int report_make(const struct area *area, struct arena *arena, json_t **ret_view)
{
	/* It comes from no entries, so it knows none: the chain before its first line. */
	struct report report = {
		.year = (int)area->year,
		.form = area->units[0].form,
		.organ = area->organ,
		.status = REPORT_PROVISIONAL,
		.known_on = area->today,
	};

	int r = sums_make(area, area->units, area->count, arena, &report.tables);
	if (r < 0) {
		return r;
	}
	check_list_init(&report.checks, arena);
	sums_check(area, &report.tables, &report.checks);
	*ret_view = view_report(&report);
	return arena->failed ? -ENOMEM : 0;
}

/* --- and the same by kind --- */

/* One kind's: null when none of its organs has handed in. */
static int kind_make(const struct area *area, const char *const *kinds, const char *kind,
		     struct arena *arena, json_t **ret_view)
{
	struct foreign *units = arena_alloc(arena, sizeof(*units) * area->count);
	const char **organs = arena_alloc(arena, sizeof(*organs) * area->count);
	struct tables sums;
	size_t count = 0;

	*ret_view = NULL;
	if (units == NULL || organs == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < area->count; i++) {
		if (kinds[i] != NULL && strcmp(kinds[i], kind) == 0) {
			organs[count] = area->units[i].organ;
			units[count++] = area->units[i];
		}
	}
	if (count == 0) {
		*ret_view = json_null();
		return 0;
	}
	int r = sums_make(area, units, count, arena, &sums);
	if (r < 0) {
		return r;
	}
	json_t *object = json_object();
	view_set(&object, "kind", json_string(kind));
	view_set(&object, "organs", names_view(organs, count));
	view_set(&object, "tables", view_tables(&sums, YEAR_TABLE2, YEAR_TABLE4));
	*ret_view = object;
	return 0;
}

static bool kind_is_new(const struct settings *settings, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (strcmp(settings->units[i].kind, settings->units[index].kind) == 0) {
			return false;
		}
	}
	return true;
}

/* In the order of the settings; null when they name no units. */
static int kinds_make(const struct area *area, struct arena *arena, json_t **ret_view)
{
	const struct settings *settings = &area->catalogue->settings;
	const char **kinds = arena_alloc(arena, sizeof(*kinds) * area->count);
	json_t *array = settings->unit_count > 0 ? json_array() : json_null();
	int r = 0;

	if (kinds == NULL) {
		json_decref(array);
		return -ENOMEM;
	}
	for (size_t i = 0; i < area->count; i++) {
		kinds[i] = area_kind(settings, area->units[i].organ);
	}
	for (size_t i = 0; r == 0 && i < settings->unit_count; i++) {
		json_t *kind;

		if (!kind_is_new(settings, i)) {
			continue;
		}
		r = kind_make(area, kinds, settings->units[i].kind, arena, &kind);
		if (r == 0 && !json_is_null(kind)) {
			view_append(&array, kind);
		}
	}
	if (r < 0) {
		json_decref(array);
		return r;
	}
	*ret_view = array;
	return 0;
}

/* --- Consolidate --- */

static int consolidate_reply(struct job *job)
{
	const struct area *area = job->state;
	const struct settings *settings = &area->catalogue->settings;
	json_t *object = json_object(), *report = NULL, *kinds = NULL;
	const char *const *missing = NULL;
	size_t missing_count = 0;

	int r = report_make(area, &job->arena, &report);
	if (r == 0 && settings->unit_count > 0) {
		r = area_missing(settings, area->units, area->count, &job->arena, &missing,
				 &missing_count);
	}
	if (r == 0) {
		r = kinds_make(area, &job->arena, &kinds);
	}
	if (r < 0) {
		json_decref(report);
		json_decref(object);
		return r;
	}
	view_set(&object, "report", report);
	view_set(&object, "missing", names_view(missing, missing_count));
	view_set(&object, "kinds", kinds);
	return job_reply(job, object, false);
}

static int consolidate_step(struct job *job)
{
	struct area *area = job->state;

	for (size_t i = 0; i < JOB_STEP_ITEMS && area->read < area->count; i++) {
		int r = unit_read(job, area->read);

		if (r < 0) {
			return r;
		}
		area->read++;
	}
	if (area->read < area->count) {
		return 1;
	}
	if (area->failing_count > 0) {
		job->problem.code = PROBLEM_CHECKS_FAIL;
		job->problem.checks = &area->failing;
		return -EINVAL;
	}
	return consolidate_reply(job);
}

static int consolidate_params(const json_t *parameters, struct job *job,
			      struct problem *reterr_problem)
{
	struct area *area = job->state;

	int r = params_int(parameters, "year", YEAR_MIN, YEAR_MAX, 0, &area->year, reterr_problem);
	if (r == 0) {
		r = params_text(parameters, "organ", &job->arena, &area->organ, reterr_problem);
	}
	if (r < 0) {
		return r;
	}
	area->count = json_array_size(area->given);
	if (area->count == 0 || area->count > AREA_REPORTS_MAX) {
		return problem_field(reterr_problem, "reports",
				     "there are %zu of them; it must be 1 to %d", area->count,
				     AREA_REPORTS_MAX);
	}
	area->units = arena_alloc(&job->arena, sizeof(*area->units) * area->count);
	check_list_init(&area->failing, &job->arena);
	return area->units == NULL ? -ENOMEM : 0;
}

int consolidate_start(struct request *request, struct problem *reterr_problem)
{
	struct job *job = area_new(request, consolidate_step, "reports");

	if (job == NULL) {
		return -ENOMEM;
	}
	return stream_begin(request, job,
			    consolidate_params(request->message.parameters, job, reterr_problem));
}
