/* SPDX-License-Identifier: Apache-2.0 */
/* Tables that others made: published ones are checked and added up; sums against sums by hand. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "daemon/core/area.h"
#include "proto/base/cleanup.h"

static const struct form_column value_column[] = { { "value", "" } };
static const struct form_column table3_columns[] = { { "natural_person", "" },
						     { "commercial_enterprise", "" },
						     { "research_institution", "" },
						     { "public_welfare_organization", "" },
						     { "legal_service_institution", "" },
						     { "other", "" },
						     { "total", "" } };
static const struct form_column table4_columns[] = {
	{ "upheld", "" }, { "corrected", "" }, { "other", "" }, { "pending", "" }, { "total", "" }
};
static const struct form_row table2_rows[] = { { .key = "normative_documents.made" },
					       { .key = "licences.change", .negative = true },
					       { .key = "penalties" } };
static const struct form_row table3_rows[] = { { .key = "new" },
					       { .key = "carried_in" },
					       { .key = "disclosed" },
					       { .key = "partially_disclosed" },
					       { .key = "refused.state_secret" },
					       { .key = "refused.forbidden_by_law" },
					       { .key = "refused.three_securities_one_stability" },
					       { .key = "refused.third_party_rights" },
					       { .key = "refused.internal_affairs" },
					       { .key = "refused.process_information" },
					       { .key = "refused.enforcement_file" },
					       { .key = "refused.administrative_query" },
					       { .key = "unable.not_held" },
					       { .key = "unable.needs_creation" },
					       { .key = "unable.unclear_after_correction" },
					       { .key = "not_processed.petition" },
					       { .key = "not_processed.duplicate" },
					       { .key = "not_processed.publication" },
					       { .key = "not_processed.excessive" },
					       { .key = "not_processed.reconfirm" },
					       { .key = "other.correction_overdue" },
					       { .key = "other.fee_overdue" },
					       { .key = "other.misc" },
					       { .key = "total_results" },
					       { .key = "carried_out" } };
static const struct form_row table4_rows[] = { { .key = "review" },
					       { .key = "suit" },
					       { .key = "suit_after_review" } };
static const struct form_row publication_rows[] = { { .key = "website" }, { .key = "bulletin" } };

static const struct form form = {
	.name = "2021",
	.table2 = { "table2", "", value_column, 1, table2_rows, 3 },
	.table3 = { "table3", "", table3_columns, 7, table3_rows, 25 },
	.table4 = { "table4", "", table4_columns, 5, table4_rows, 3 },
};
static const struct unit settings_units[] = { { "平潭综合实验区", "开发区" },
					      { "金湖县", "县" },
					      { "丙乡人民政府", "乡镇" } };
static const struct settings settings = {
	.publications = { "publications", "", value_column, 1, publication_rows, 2 },
	.units = settings_units,
	.unit_count = 3,
};

static struct foreign foreign_make(const char *organ, struct arena *arena)
{
	struct foreign foreign = { .organ = organ, .form = &form };

	assert_int_equal(tables_init(&foreign.tables, &form, &settings, arena), 0);
	return foreign;
}

/* A report's tables 3 and 4. */
static struct foreign report_read(const char *name, const char *organ, struct arena *arena)
{
	struct foreign foreign = foreign_make(organ, arena);
	const char *data = getenv("OGID_TEST_DATA");
	json_t *report, *rows, *figures;
	char path[1024];

	snprintf(path, sizeof(path), "%s/reports/%s.json", data != NULL ? data : "tests/data",
		 name);
	report = json_load_file(path, 0, NULL);
	assert_non_null(report);
	rows = json_object_get(json_object_get(report, "table3"), "rows");
	figures = json_object_get(report, "table4");
	assert_int_equal(json_object_size(rows), 25);
	assert_int_equal(json_array_size(figures), 15);
	for (size_t row = 0; row < 25; row++) {
		json_t *cells = json_object_get(rows, table3_rows[row].key);

		assert_int_equal(json_array_size(cells), 7);
		for (size_t column = 0; column < 7; column++) {
			*table_cell(&foreign.tables.of[YEAR_TABLE3], row, column) =
				json_integer_value(json_array_get(cells, column));
		}
	}
	for (size_t i = 0; i < 15; i++) {
		foreign.tables.of[YEAR_TABLE4].cells[i] =
			json_integer_value(json_array_get(figures, i));
	}
	foreign.has[YEAR_TABLE3] = foreign.has[YEAR_TABLE4] = true;
	json_decref(report);
	return foreign;
}

/* What breaks was found by adding up the published figures by hand (test_published.c). */
static void published_tables_are_checked(void **state)
{
	static const struct {
		const char *rule, *column, *organ;
		int64_t expected, found;
	} broken[] = {
		{ "sum_of_results", "natural_person", "资源局", 16, 18 },
		{ "balance", "natural_person", "资源局", 16, 18 },
		{ "sum_of_results", "public_welfare_organization", "资源局", 2, 0 },
		{ "balance", "public_welfare_organization", "资源局", 2, 0 },
		{ "case_totals", "suit", "金湖县", 3, 0 },
	};
	struct arena arena = { 0 };
	struct check_list list;
	struct foreign units[3];
	size_t count = 0;

	(void)state;
	units[0] = report_read("pingtan_natural_resources_2021", "资源局", &arena);
	units[1] = report_read("jinhu_county_2023", "金湖县", &arena);
	units[2] = report_read("pingtan_zone_2022", NULL, &arena);
	check_list_init(&list, &arena);
	check_held(&list, "year_chain", "table3"); /* one of our own keeps none */
	for (size_t i = 0; i < 3; i++) {
		area_check(&units[i], &list);
	}
	assert_null(list.first->organ);
	for (const struct check *check = list.first->next; check != NULL; check = check->next) {
		if (check->holds) {
			continue;
		}
		assert_true(count < ARRAY_SIZE(broken));
		assert_string_equal(check->rule, broken[count].rule);
		assert_string_equal(check->column, broken[count].column);
		assert_string_equal(check->organ, broken[count].organ);
		assert_int_equal(check->expected, broken[count].expected);
		assert_int_equal(check->found, broken[count].found);
		count++;
	}
	assert_int_equal(count, ARRAY_SIZE(broken));
	arena_done(&arena);
}

static size_t checks_count(const struct check_list *list, const char *rule, bool holds)
{
	size_t count = 0;

	for (const struct check *check = list->first; check != NULL; check = check->next) {
		count += check->holds == holds && strcmp(check->rule, rule) == 0;
	}
	return count;
}

static void each_rule_answers_for_the_tables_brought(void **state)
{
	struct arena arena = { 0 };
	struct foreign unit = foreign_make("甲", &arena);
	struct check_list list;

	(void)state;
	/* A wrong table that the unit does not bring is nobody's. */
	*table_cell(&unit.tables.of[YEAR_TABLE3], 0, 6) = 5;
	*table_cell(&unit.tables.of[YEAR_TABLE4], 0, 0) = -5;
	check_list_init(&list, &arena);
	area_check(&unit, &list);
	assert_null(list.first);
	unit.has[YEAR_TABLE2] = unit.has[YEAR_FEES] = true; /* the form has no fees */
	area_check(&unit, &list);
	assert_int_equal(checks_count(&list, "below_zero", true), 1);
	assert_null(list.first->next);
	assert_string_equal(list.first->organ, "甲");
	assert_true(check_list_holds(&list));
	unit.has[YEAR_TABLE3] = true;
	area_check(&unit, &list);
	assert_int_equal(checks_count(&list, "sum_of_columns", false), 1);
	assert_false(check_list_holds(&list));
	arena_done(&arena);
}

static void figures_below_zero(void **state)
{
	struct arena arena = { 0 };
	struct foreign unit = foreign_make("甲", &arena);
	struct table *table2 = &unit.tables.of[YEAR_TABLE2];
	struct check_list list;

	(void)state;
	unit.has[YEAR_TABLE2] = unit.has[YEAR_PUBLICATIONS] = true;
	table2->cells[1] = -7; /* it may */
	table2->cells[2] = -3; /* nobody states it */
	table2->stated[2] = false;
	unit.tables.of[YEAR_PUBLICATIONS].cells[0] = TABLE_NOT_STATED;
	check_list_init(&list, &arena);
	area_check(&unit, &list);
	assert_int_equal(checks_count(&list, "below_zero", true), 2);
	assert_true(check_list_holds(&list));

	table2->stated[2] = true;
	unit.tables.of[YEAR_PUBLICATIONS].cells[1] = -1;
	check_list_init(&list, &arena);
	area_check(&unit, &list);
	assert_int_equal(checks_count(&list, "below_zero", false), 2);
	assert_string_equal(list.first->table, "table2");
	assert_string_equal(list.first->row, "penalties");
	assert_int_equal(list.first->expected, 0);
	assert_int_equal(list.first->found, -3);
	assert_true(list.first->has_figures);
	assert_string_equal(list.first->organ, "甲");
	assert_string_equal(list.first->next->table, "publications");
	assert_string_equal(list.first->next->row, "bulletin");
	arena_done(&arena);
}

static void published_tables_are_added_up(void **state)
{
	/* new: 29 + 71 + 140, 1 + 3 + 1, the county's 2 of others; 30 + 74 + 143. */
	static const int64_t new[] = { 240, 5, 0, 0, 0, 2, 247 };
	static const int64_t carried_in[] = { 1, 0, 0, 0, 0, 0, 1 };
	static const int64_t not_held[] = { 107, 0, 0, 0, 0, 2, 109 };
	static const int64_t total_results[] = { 241, 5, 0, 0, 0, 2, 248 };
	/* The county's suits stand in its total as 0, and so they do here. */
	static const int64_t cases[] = { 1, 2, 7, 1, 11, 3, 0, 1, 0, 1, 0, 0, 1, 0, 1 };
	struct arena arena = { 0 };
	struct foreign units[3];
	struct tables sums;

	(void)state;
	units[0] = report_read("pingtan_natural_resources_2022", "资源局", &arena);
	units[1] = report_read("pingtan_zone_2022", "平潭综合实验区", &arena);
	units[2] = report_read("jinhu_county_2023", "金湖县", &arena);
	assert_int_equal(tables_init(&sums, &form, &settings, &arena), 0);
	assert_int_equal(area_add(units, 3, &sums), 0);
	assert_memory_equal(table_cell(&sums.of[YEAR_TABLE3], 0, 0), new, sizeof(new));
	assert_memory_equal(table_cell(&sums.of[YEAR_TABLE3], 1, 0), carried_in,
			    sizeof(carried_in));
	assert_memory_equal(table_cell(&sums.of[YEAR_TABLE3], 12, 0), not_held, sizeof(not_held));
	assert_memory_equal(table_cell(&sums.of[YEAR_TABLE3], 23, 0), total_results,
			    sizeof(total_results));
	assert_memory_equal(sums.of[YEAR_TABLE4].cells, cases, sizeof(cases));
	for (size_t row = 0; row < 3; row++) {
		assert_false(sums.of[YEAR_TABLE2].stated[row]); /* nobody brought it */
	}
	arena_done(&arena);
}

static uint64_t seed = 20190515;

static uint64_t random_next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Random tables; every cell that is stated goes into the sums by hand, too. */
static void unit_randomize(struct foreign *unit, int64_t sums[YEAR_TABLE_COUNT][175],
			   bool stated[YEAR_TABLE_COUNT][25])
{
	for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
		struct table *table = &unit->tables.of[which];
		size_t width = table->form->column_count;

		unit->has[which] = random_next() % 4 != 0;
		for (size_t i = 0; i < table->form->row_count * width; i++) {
			bool says = random_next() % 5 != 0, row_says = true;

			table->cells[i] =
				says ? (int64_t)(random_next() % 1000) - 200 : TABLE_NOT_STATED;
			if (table->stated != NULL && i % width == 0) {
				table->stated[i / width] = random_next() % 3 != 0;
			}
			if (table->stated != NULL) {
				row_says = table->stated[i / width];
			}
			if (unit->has[which] && says && row_says) {
				sums[which][i] += table->cells[i];
				stated[which][i / width] = true;
			}
		}
	}
}

static void sums_are_those_by_hand(void **state)
{
	(void)state;
	for (int round = 0; round < 300; round++) {
		static int64_t by_hand[YEAR_TABLE_COUNT][175];
		static bool stated[YEAR_TABLE_COUNT][25];
		struct foreign units[6];
		size_t count = random_next() % 7;
		struct arena arena = { 0 };
		struct tables sums;

		memset(by_hand, 0, sizeof(by_hand));
		memset(stated, 0, sizeof(stated));
		for (size_t i = 0; i < count; i++) {
			units[i] = foreign_make("甲", &arena);
			unit_randomize(&units[i], by_hand, stated);
		}
		assert_int_equal(tables_init(&sums, &form, &settings, &arena), 0);
		assert_int_equal(area_add(units, count, &sums), 0);
		for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
			const struct table *table = &sums.of[which];
			size_t rows = table->form->row_count;

			for (size_t i = 0; i < rows * table->form->column_count; i++) {
				assert_int_equal(table->cells[i], by_hand[which][i]);
			}
			for (size_t row = 0; table->stated != NULL && row < rows; row++) {
				assert_int_equal(table->stated[row], stated[which][row]);
			}
		}
		arena_done(&arena);
	}
}

static void too_large_a_sum_is_none(void **state)
{
	struct arena arena = { 0 };
	struct foreign units[2];
	struct tables sums;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		units[i] = foreign_make("甲", &arena);
		units[i].has[YEAR_TABLE2] = true;
	}
	assert_int_equal(tables_init(&sums, &form, &settings, &arena), 0);
	units[0].tables.of[YEAR_TABLE2].cells[1] = INT64_MAX;
	assert_int_equal(area_add(units, 2, &sums), 0);
	units[1].tables.of[YEAR_TABLE2].cells[1] = 1;
	assert_int_equal(area_add(units, 2, &sums), -EOVERFLOW);
	units[1].tables.of[YEAR_TABLE2].stated[1] = false;
	assert_int_equal(area_add(units, 2, &sums), 0);
	/* -2^63 would read as "not stated". */
	units[1].tables.of[YEAR_TABLE2].stated[1] = true;
	units[0].tables.of[YEAR_TABLE2].cells[1] = -INT64_MAX;
	units[1].tables.of[YEAR_TABLE2].cells[1] = -1;
	assert_int_equal(area_add(units, 2, &sums), -EOVERFLOW);
	arena_done(&arena);
}

static void units_missing_and_their_kind(void **state)
{
	struct foreign units[] = {
		{ .organ = NULL }, { .organ = "金湖县" }, { .organ = "别处" }, { .organ = "金湖县" }
	};
	const char *const *missing;
	struct arena arena = { 0 };
	size_t count;

	(void)state;
	assert_int_equal(area_missing(&settings, units, 4, &arena, &missing, &count), 0);
	assert_int_equal(count, 2);
	assert_string_equal(missing[0], "平潭综合实验区");
	assert_string_equal(missing[1], "丙乡人民政府");
	assert_int_equal(area_missing(&settings, NULL, 0, &arena, &missing, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(area_missing(&(struct settings){ 0 }, units, 4, &arena, &missing, &count),
			 0);
	assert_int_equal(count, 0);
	assert_string_equal(area_kind(&settings, "金湖县"), "县");
	assert_string_equal(area_kind(&settings, "丙乡人民政府"), "乡镇");
	assert_null(area_kind(&settings, "别处"));
	assert_null(area_kind(&settings, NULL));
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_tables_are_checked),
		cmocka_unit_test(each_rule_answers_for_the_tables_brought),
		cmocka_unit_test(figures_below_zero),
		cmocka_unit_test(published_tables_are_added_up),
		cmocka_unit_test(sums_are_those_by_hand),
		cmocka_unit_test(too_large_a_sum_is_none),
		cmocka_unit_test(units_missing_and_their_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
