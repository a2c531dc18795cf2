/* SPDX-License-Identifier: Apache-2.0 */
/* Reading of configurations: tests/data/config/ok_* load, bad_* are refused at the place, and with
 * the words, that bad_*.expect says: "[FILE:]LINE:COLUMN PART OF THE TEXT", FILE being how the
 * path ends. A folder is a catalogue, a file an ogid.yaml. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/load/load.h"
#include "daemon/load/shipped.h"
#include "proto/base/cleanup.h"
#include "proto/base/date.h"

static char temporary[] = "/tmp/ogid-test-load-XXXXXX";

static const char *data_folder(void)
{
	const char *data = getenv("OGID_TEST_DATA");

	return data ? data : "tests/data";
}

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Loads an ogid.yaml, or a folder through one that is made for it. */
static int load_path(const char *path, struct catalogue **ret_catalogue,
		     struct load_places *ret_places, struct yaml_problem *ret_problem)
{
	char made[sizeof(temporary) + 20], text[4200], full[4096];
	struct stat info;

	assert_int_equal(stat(path, &info), 0);
	if (!S_ISDIR(info.st_mode)) {
		return load_catalogue(path, ret_catalogue, ret_places, ret_problem);
	}
	assert_non_null(realpath(path, full));
	snprintf(made, sizeof(made), "%s/ogid.yaml", temporary);
	snprintf(text, sizeof(text), "organ: 城关乡人民政府\ncatalogue: %s\n", full);
	write_text(made, text);
	return load_catalogue(made, ret_catalogue, ret_places, ret_problem);
}

static void data_path(char path[static 512], const char *name)
{
	assert_true(snprintf(path, 512, "%s/config/%s", data_folder(), name) < 512);
}

static struct catalogue *load_good(const char *name, struct load_places *ret_places)
{
	struct yaml_problem problem;
	struct catalogue *catalogue;
	char path[512];

	data_path(path, name);
	if (load_path(path, &catalogue, ret_places, &problem) < 0) {
		fail_msg("%s: %s:%d:%d: %s", name, problem.file, problem.line, problem.column,
			 problem.text);
	}
	return catalogue;
}

static bool ends_with(const char *text, const char *end)
{
	return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

/* "[FILE:]LINE:COLUMN TEXT" */
struct expectation {
	char line[600];
	const char *file, *text;
	int line_number, column;
};

static void expectation_read(const char *path, struct expectation *ret)
{
	FILE *file = fopen(path, "r");
	char *space, *colon;

	if (!file) {
		fail_msg("%s is missing", path);
	}
	assert_non_null(fgets(ret->line, sizeof(ret->line), file));
	fclose(file);
	ret->line[strcspn(ret->line, "\n")] = '\0';
	space = strchr(ret->line, ' ');
	assert_non_null(space);
	*space = '\0';
	ret->text = space + 1;
	colon = strrchr(ret->line, ':');
	assert_non_null(colon);
	*colon = '\0';
	ret->column = atoi(colon + 1);
	colon = strrchr(ret->line, ':');
	if (colon) {
		*colon = '\0';
		ret->line_number = atoi(colon + 1);
		ret->file = ret->line;
	} else {
		ret->line_number = atoi(ret->line);
		ret->file = NULL;
	}
}

static bool bad_is_refused(const char *name)
{
	struct yaml_problem problem = { 0 };
	struct expectation expected;
	struct catalogue *catalogue = NULL;
	struct load_places places;
	char path[512], stem[300];
	int r;

	snprintf(stem, sizeof(stem), "%.250s", name);
	if (ends_with(stem, ".yaml")) {
		stem[strlen(stem) - strlen(".yaml")] = '\0';
	}
	strcat(stem, ".expect");
	data_path(path, stem);
	expectation_read(path, &expected);
	data_path(path, name);
	r = load_path(path, &catalogue, &places, &problem);
	if (r != -EINVAL) {
		print_error("%s: loads, but \"%s\" is expected\n", name, expected.text);
		catalogue_free(catalogue);
		return false;
	}
	if (problem.line != expected.line_number || problem.column != expected.column ||
	    !strstr(problem.text, expected.text) ||
	    !ends_with(problem.file, expected.file ? expected.file : path)) {
		print_error("%s: expected %s:%d:%d: %s\n  found %s:%d:%d: %s\n", name,
			    expected.file ? expected.file : path, expected.line_number,
			    expected.column, expected.text, problem.file, problem.line,
			    problem.column, problem.text);
		return false;
	}
	return true;
}

static void bad_ones_are_refused(void **state)
{
	char folder[512];
	struct dirent *entry;
	int cases = 0, wrong = 0;
	DIR *dir;

	(void)state;
	data_path(folder, "");
	dir = opendir(folder);
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, "bad_", 4) == 0 &&
		    !ends_with(entry->d_name, ".expect")) {
			wrong += !bad_is_refused(entry->d_name);
			cases++;
		}
	}
	closedir(dir);
	assert_true(cases >= 150);
	assert_int_equal(wrong, 0);
}

static void good_ones_load(void **state)
{
	char folder[512];
	struct dirent *entry;
	int cases = 0;
	DIR *dir;

	(void)state;
	data_path(folder, "");
	dir = opendir(folder);
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		struct load_places places;

		if (strncmp(entry->d_name, "ok_", 3) == 0) {
			catalogue_free(load_good(entry->d_name, &places));
			cases++;
		}
	}
	closedir(dir);
	assert_true(cases >= 5);
}

#define SHIPPED_REASONS 20

static void settings_of_a_full_file(void **state)
{
	struct load_places places;
	struct catalogue *catalogue = load_good("ok_full.yaml", &places);
	const struct settings *settings = &catalogue->settings;
	char path[512];

	(void)state;
	assert_string_equal(settings->organ, "城关乡人民政府");
	assert_string_equal(settings->number_format, "%N/%Y 100%%");
	assert_int_equal(settings->utc_offset_minutes, 480);
	assert_int_equal(settings->answer_working_days, 21);
	assert_int_equal(settings->correction_notice_working_days, 8);
	assert_int_equal(settings->consultation_working_days, 16);
	assert_int_equal(settings->payment_working_days, 22);
	assert_int_equal(settings->extension_max_working_days, 19);
	assert_int_equal(settings->red_working_days, 2);
	assert_int_equal(settings->amber_working_days, 2);
	assert_true(settings->grants_given);
	assert_int_equal(settings->grant_count, 2);
	assert_true(settings->grants[0].group);
	assert_string_equal(settings->grants[0].name, "clerks");
	assert_int_equal(settings->grants[0].roles, ROLE_CLERK | ROLE_SUPERVISOR);
	assert_false(settings->grants[1].group);
	assert_string_equal(settings->grants[1].name, "wang");
	assert_int_equal(settings->grants[1].roles, ROLE_ADMINISTRATOR);
	assert_string_equal(settings->level, "city");
	assert_int_equal(settings->first_year, 2021);
	/* The own list stands in place of the shipped one. */
	assert_int_equal(settings->publications.row_count, 2);
	assert_string_equal(settings->publications.rows[1].key, "publications.board_2");
	assert_null(catalogue_figure(catalogue, &catalogue->forms[0], "publications.portal", NULL));
	assert_int_equal(settings->unit_count, 2);
	assert_string_equal(settings->units[0].name, "甲乡");
	assert_string_equal(settings->units[0].kind, "乡镇");
	/* A relative path starts at the file's folder. */
	data_path(path, "keys/seal.pem");
	assert_string_equal(settings->seal_key, path);
	data_path(path, "store");
	assert_string_equal(places.data, path);
	assert_string_equal(places.socket, "/run/ogid/ogid.sock");
	assert_non_null(catalogue_reason(catalogue, "refused.local_rule"));
	catalogue_free(catalogue);
}

static void defaults_stay_where_a_file_is_silent(void **state)
{
	struct load_places places;
	struct catalogue *catalogue = load_good("ok_minimal.yaml", &places);

	(void)state;
	assert_string_equal(catalogue->settings.organ, "城关乡人民政府");
	assert_int_equal(catalogue->settings.answer_working_days, 20);
	assert_int_equal(catalogue->settings.utc_offset_minutes, 480);
	assert_int_equal(catalogue->reason_count, SHIPPED_REASONS);
	assert_null(places.data);
	catalogue_free(catalogue);
	catalogue = load_good("ok_west_of_utc.yaml", &places);
	assert_int_equal(catalogue->settings.utc_offset_minutes, -210);
	catalogue_free(catalogue);
}

static int32_t day(const char *text)
{
	int32_t date = DATE_NONE;

	assert_int_equal(date_parse(text, &date), 0);
	return date;
}

static void own_catalogue_stands_in_place(void **state)
{
	struct load_places places;
	struct catalogue *catalogue = load_good("ok_catalogue", &places);
	const struct calendar *calendar = catalogue_calendar(catalogue, day("2026-12-31"));

	(void)state;
	assert_int_equal(catalogue->reason_count, SHIPPED_REASONS + 1);
	/* The own forms only, in the order of their years. */
	assert_int_equal(catalogue->form_count, 3);
	assert_string_equal(catalogue->forms[0].name, "2019");
	assert_string_equal(catalogue_form(catalogue, NULL, 2021)->name, "first");
	assert_string_equal(catalogue_form(catalogue, NULL, 2022)->name, "second");
	/* Its calendars, and the shipped ones of the other years. */
	assert_int_equal(calendar->year_count, 9);
	for (size_t i = 0; i < calendar->year_count; i++) {
		assert_int_equal(calendar->years[i].year, 2019 + (int)i);
	}
	assert_false(calendar_works(calendar, day("2026-03-03")));
	assert_true(calendar_works(calendar, day("2026-10-01")));
	assert_false(calendar_works(calendar, day("2025-10-01")));
	assert_false(calendar_works(calendar, day("2027-01-01")));
	assert_true(calendar_works(calendar, day("2027-01-02")));
	/* The shipped tariff stays. */
	assert_int_equal(tariff_amount(&catalogue->tariff, BASIS_ITEMS, 11), 100);
	catalogue_free(catalogue);
}

/* 2026-amended.yaml beside the shipped 2026.yaml; 2025-own.yaml is of the shipped one's year and
 * day. */
static void an_own_notice_changes_a_shipped_year(void **state)
{
	struct load_places places;
	struct catalogue *catalogue = load_good("ok_calendar_amended", &places);
	const struct calendar *before = catalogue_calendar(catalogue, day("2026-04-30"));
	const struct calendar *after = catalogue_calendar(catalogue, day("2026-05-01"));
	const struct calendar_day *found;

	(void)state;
	assert_true(calendar_works(before, day("2026-05-06")));
	assert_false(calendar_works(after, day("2026-05-06")));
	assert_int_equal(before->year_count, after->year_count);
	assert_int_equal(calendar_day_kind(after, day("2026-05-05"), &found), DAY_HOLIDAY);
	assert_string_equal(found->notice, "国办发明电〔2025〕7号");
	assert_int_equal(calendar_day_kind(after, day("2026-05-06"), &found), DAY_HOLIDAY);
	assert_null(found->notice);
	assert_string_equal(calendar_find(after, 2026)->notice, "改期的通知");
	assert_string_equal(calendar_find(after, 2025)->notice, "手抄的通知");
	catalogue_free(catalogue);
}

/* Known from 2026-02-01: a day off in 2026 and in 2028, which has no notice; two work days, one of
 * which the nation has off. */
static void local_days_lie_over_the_national_ones(void **state)
{
	struct load_places places;
	struct catalogue *catalogue = load_good("ok_calendar_local", &places);
	const struct calendar *before = catalogue_calendar(catalogue, day("2026-01-31"));
	const struct calendar *after = catalogue_calendar(catalogue, day("2026-02-01"));
	const struct calendar_day *found;
	bool provisional = false;

	(void)state;
	assert_true(calendar_works(before, day("2026-04-20")));
	assert_int_equal(calendar_day_kind(after, day("2026-04-20"), &found), DAY_HOLIDAY);
	assert_string_equal(found->name, "三月三");
	assert_string_equal(found->notice, "自治区的通知");
	assert_false(calendar_works(before, day("2026-10-02")));
	assert_int_equal(calendar_day_kind(after, day("2026-10-02"), &found), DAY_MAKE_UP);
	assert_string_equal(found->notice, "自治区的通知");
	assert_true(calendar_works(after, day("2026-04-21")));
	/* What it does not name stays the nation's. */
	assert_int_equal(calendar_day_kind(after, day("2026-10-01"), &found), DAY_HOLIDAY);
	assert_null(found->notice);
	assert_string_equal(calendar_find(after, 2026)->notice, "国办发明电〔2025〕7号");
	/* Of a past year, too, and that is known before and after. */
	assert_true(calendar_works(before, day("2019-05-06")));
	assert_false(calendar_works(after, day("2019-05-06")));
	/* A year that only it names has days, but is no known year. */
	assert_null(calendar_find(after, 2028));
	assert_true(calendar_works(before, day("2028-03-28")));
	assert_false(calendar_works(after, day("2028-03-28")));
	assert_true(calendar_works(after, day("2028-01-03")));
	assert_int_equal(calendar_add(after, day("2028-03-27"), 1, &provisional),
			 day("2028-03-29"));
	assert_true(provisional);
	calendar_add(after, day("2026-04-17"), 1, &provisional);
	assert_false(provisional);
	catalogue_free(catalogue);
}

static void own_fees_stand_in_place(void **state)
{
	struct load_places places;
	struct catalogue *catalogue = load_good("ok_fees_only", &places);

	(void)state;
	assert_int_equal(tariff_amount(&catalogue->tariff, BASIS_ITEMS, 11), 11);
	/* Three at 2, three at 6, one at 10. */
	assert_int_equal(tariff_amount(&catalogue->tariff, BASIS_PAGES, 7), 6 + 18 + 10);
	assert_int_equal(catalogue->form_count, 2);
	assert_int_equal(catalogue_calendar(catalogue, day("2026-12-31"))->year_count, 8);
	catalogue_free(catalogue);
}

static void own_limits_stand_in_place(void **state)
{
	static const struct {
		enum case_kind kind;
		enum case_procedure procedure;
		const char *on;
		int days;
		bool working;
	} expected[] = {
		{ CASE_REVIEW, PROCEDURE_ORDINARY, "2020-01-01", 12, false },
		{ CASE_REVIEW, PROCEDURE_ORDINARY, "2025-05-31", 12, false },
		{ CASE_REVIEW, PROCEDURE_ORDINARY, "2025-06-01", 9, true },
		{ CASE_REVIEW, PROCEDURE_ORDINARY, "2030-01-01", 8, true },
		{ CASE_SUIT, PROCEDURE_ORDINARY, "2024-01-01", 14, false },
		{ CASE_SUIT, PROCEDURE_SIMPLIFIED, "2024-01-01", 14, false },
		{ CASE_SUIT_AFTER_REVIEW, PROCEDURE_ORDINARY, "2024-01-01", 11, false },
		{ CASE_SUIT_AFTER_REVIEW, PROCEDURE_SIMPLIFIED, "2024-01-01", 13, false },
	};
	struct load_places places;
	struct catalogue *catalogue = load_good("ok_cases_only", &places);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct case_limit *limit = catalogue_case_limit(
			catalogue, expected[i].kind, expected[i].procedure, day(expected[i].on));

		assert_non_null(limit);
		assert_int_equal(limit->days, expected[i].days);
		assert_int_equal(limit->working, expected[i].working);
	}
	assert_null(catalogue_case_limit(catalogue, CASE_REVIEW, PROCEDURE_ORDINARY,
					 day("2019-12-31")));
	catalogue_free(catalogue);
}

static void missing_files_are_named(void **state)
{
	struct yaml_problem problem;
	struct catalogue *catalogue;
	struct load_places places;

	(void)state;
	assert_int_equal(load_catalogue("/nowhere/ogid.yaml", &catalogue, &places, &problem),
			 -EINVAL);
	assert_string_equal(problem.file, "/nowhere/ogid.yaml");
	assert_int_equal(problem.line, 0);
	assert_non_null(strstr(problem.text, "No such file"));
	assert_int_equal(load_catalogue(temporary, &catalogue, &places, &problem), -EINVAL);
	assert_non_null(strstr(problem.text, "directory"));
}

/* A file that ends too early, wherever, is refused or read, and never more than that. */
static void cut_files_do_no_harm(void **state)
{
	char path[sizeof(temporary) + 40], folder[sizeof(temporary) + 40];

	(void)state;
	snprintf(folder, sizeof(folder), "%s/forms", temporary);
	assert_int_equal(mkdir(folder, 0700), 0);
	for (const struct embedded_file *file = shipped_files; file->path; file++) {
		bool form = strcmp(file->path, "forms/2021.yaml") == 0;

		if (strchr(file->path, '/') && !form) {
			continue;
		}
		snprintf(path, sizeof(path), "%s/%s", temporary, file->path);
		for (size_t bytes = 0; bytes < file->bytes; bytes += 37) {
			struct yaml_problem problem = { 0 };
			struct catalogue *catalogue = NULL;
			struct load_places places;
			char *text = strndup(file->text, bytes);
			int r;

			assert_non_null(text);
			write_text(path, text);
			free(text);
			r = load_path(strcmp(file->path, "ogid.yaml") == 0 ? path : temporary,
				      &catalogue, &places, &problem);
			assert_true(r == 0 || r == -EINVAL);
			assert_int_equal(r == 0, catalogue != NULL);
			assert_int_equal(r == 0, problem.text[0] == '\0');
			catalogue_free(catalogue);
		}
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(rmdir(folder), 0);
}

static int make_temporary(void **state)
{
	(void)state;
	return mkdtemp(temporary) ? 0 : -1;
}

static int remove_temporary(void **state)
{
	char made[sizeof(temporary) + 20];

	(void)state;
	snprintf(made, sizeof(made), "%s/ogid.yaml", temporary);
	unlink(made);
	return rmdir(temporary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones_load),
		cmocka_unit_test(bad_ones_are_refused),
		cmocka_unit_test(settings_of_a_full_file),
		cmocka_unit_test(defaults_stay_where_a_file_is_silent),
		cmocka_unit_test(own_catalogue_stands_in_place),
		cmocka_unit_test(an_own_notice_changes_a_shipped_year),
		cmocka_unit_test(local_days_lie_over_the_national_ones),
		cmocka_unit_test(own_fees_stand_in_place),
		cmocka_unit_test(own_limits_stand_in_place),
		cmocka_unit_test(missing_files_are_named),
		cmocka_unit_test(cut_files_do_no_harm),
	};

	return cmocka_run_group_tests(tests, make_temporary, remove_temporary);
}
