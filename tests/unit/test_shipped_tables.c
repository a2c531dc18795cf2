/* SPDX-License-Identifier: Apache-2.0 */
/* What is shipped beside table 3: the report's other tables and headings, the publications, the
 * limits of cases. The lists are those of the printed forms and of the law, not the program's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/load/load.h"
#include "proto/base/cleanup.h"
#include "proto/base/date.h"

static struct catalogue *load_shipped(void)
{
	struct yaml_problem problem;
	struct catalogue *catalogue;
	struct load_places places = { .data = "", .socket = "" };

	assert_int_equal(load_catalogue(NULL, &catalogue, &places, &problem), 0);
	assert_null(places.data);
	assert_null(places.socket);
	return catalogue;
}

/* domain.md section 3.2. */
static const char *const headings[] = {
	"一、总体情况",
	"二、主动公开政府信息情况",
	"三、收到和处理政府信息公开申请情况",
	"四、政府信息公开行政复议、行政诉讼情况",
	"五、存在的主要问题及改进情况",
	"六、其他需要报告的事项",
};

struct expected_figure {
	const char *key, *block, *line, *label;
	int decimals;
	bool negative;
};

/* domain.md section 3.3. */
static const struct expected_figure figures_2019[] = {
	{ "regulations.made", "一", "规章", "本年新制作数量", 0, false },
	{ "regulations.published", "一", "规章", "本年新公开数量", 0, false },
	{ "regulations.in_total", "一", "规章", "对外公开总数量", 0, false },
	{ "normative_documents.made", "一", "规范性文件", "本年新制作数量", 0, false },
	{ "normative_documents.published", "一", "规范性文件", "本年新公开数量", 0, false },
	{ "normative_documents.in_total", "一", "规范性文件", "对外公开总数量", 0, false },
	{ "licences.items_before", "五", "行政许可", "上一年项目数量", 0, false },
	{ "licences.change", "五", "行政许可", "本年增/减", 0, true },
	{ "licences.decisions", "五", "行政许可", "处理决定数量", 0, false },
	{ "other_services.items_before", "五", "其他对外管理服务事项", "上一年项目数量", 0, false },
	{ "other_services.change", "五", "其他对外管理服务事项", "本年增/减", 0, true },
	{ "other_services.decisions", "五", "其他对外管理服务事项", "处理决定数量", 0, false },
	{ "penalties.items_before", "六", "行政处罚", "上一年项目数量", 0, false },
	{ "penalties.change", "六", "行政处罚", "本年增/减", 0, true },
	{ "penalties.decisions", "六", "行政处罚", "处理决定数量", 0, false },
	{ "coercion.items_before", "六", "行政强制", "上一年项目数量", 0, false },
	{ "coercion.change", "六", "行政强制", "本年增/减", 0, true },
	{ "coercion.decisions", "六", "行政强制", "处理决定数量", 0, false },
	{ "fees.items_before", "八", "行政事业性收费", "上一年项目数量", 0, false },
	{ "fees.change", "八", "行政事业性收费", "本年增/减", 0, true },
	{ "procurement.projects", "九", "政府集中采购", "采购项目数量", 0, false },
	{ "procurement.amount", "九", "政府集中采购", "采购总金额", 2, false },
};
/* domain.md section 3.4. */
static const struct expected_figure figures_2021[] = {
	{ "regulations.made", "一", "规章", "本年制发件数", 0, false },
	{ "regulations.repealed", "一", "规章", "本年废止件数", 0, false },
	{ "regulations.in_force", "一", "规章", "现行有效件数", 0, false },
	{ "normative_documents.made", "一", "行政规范性文件", "本年制发件数", 0, false },
	{ "normative_documents.repealed", "一", "行政规范性文件", "本年废止件数", 0, false },
	{ "normative_documents.in_force", "一", "行政规范性文件", "现行有效件数", 0, false },
	{ "licences.decisions", "五", "行政许可", "本年处理决定数量", 0, false },
	{ "penalties.decisions", "六", "行政处罚", "本年处理决定数量", 0, false },
	{ "coercion.decisions", "六", "行政强制", "本年处理决定数量", 0, false },
	{ "fees.amount", "八", "行政事业性收费", "本年收费金额（单位：万元）", 6, false },
};

static void assert_value_table(const struct table_form *form, const char *id, const char *title)
{
	assert_string_equal(form->id, id);
	assert_string_equal(form->title, title);
	assert_int_equal(form->column_count, 1);
	assert_string_equal(form->columns[0].key, "value");
	assert_string_equal(form->columns[0].label, "数量");
}

static void assert_table2(const struct catalogue *catalogue, const struct form *form,
			  const struct expected_figure figures[], size_t count)
{
	assert_value_table(&form->table2, "table2", "主动公开政府信息情况");
	assert_int_equal(form->table2.row_count, count);
	for (size_t i = 0; i < count; i++) {
		const struct form_row *row = &form->table2.rows[i];
		const struct table_form *table = NULL;
		char block[64];

		assert_string_equal(row->key, figures[i].key);
		assert_string_equal(row->label, figures[i].label);
		assert_int_equal(row->group_count, 2);
		snprintf(block, sizeof(block), "第二十条第（%s）项", figures[i].block);
		assert_string_equal(row->group[0], block);
		assert_string_equal(row->group[1], figures[i].line);
		assert_int_equal(row->decimals, figures[i].decimals);
		assert_int_equal(row->negative, figures[i].negative);
		assert_ptr_equal(catalogue_figure(catalogue, form, figures[i].key, &table), row);
		assert_ptr_equal(table, &form->table2);
	}
}

/* domain.md section 3.6: one data row of 15 numbers, here three of five. */
static void assert_table4(const struct table_form *form)
{
	static const char *const columns[] = { "upheld", "结果维持", "corrected", "结果纠正",
					       "other",  "其他结果", "pending",   "尚未审结",
					       "total",  "总计" };

	assert_string_equal(form->id, "table4");
	assert_string_equal(form->title, "政府信息公开行政复议、行政诉讼情况");
	assert_int_equal(form->column_count, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_string_equal(form->columns[i].key, columns[2 * i]);
		assert_string_equal(form->columns[i].label, columns[2 * i + 1]);
	}
	/* By result, and by kind of case. */
	for (size_t i = 0; i < RESULT_COUNT; i++) {
		assert_string_equal(form->columns[i].key, case_result_names[i]);
	}
	assert_int_equal(form->row_count, 3);
	assert_string_equal(form->rows[CASE_REVIEW].key, "review");
	assert_string_equal(form->rows[CASE_REVIEW].label, "行政复议");
	assert_int_equal(form->rows[CASE_REVIEW].group_count, 0);
	assert_string_equal(form->rows[CASE_SUIT].key, "suit");
	assert_string_equal(form->rows[CASE_SUIT].label, "未经复议直接起诉");
	assert_string_equal(form->rows[CASE_SUIT].group[0], "行政诉讼");
	assert_string_equal(form->rows[CASE_SUIT_AFTER_REVIEW].key, "suit_after_review");
	assert_string_equal(form->rows[CASE_SUIT_AFTER_REVIEW].label, "复议后起诉");
	assert_string_equal(form->rows[CASE_SUIT_AFTER_REVIEW].group[0], "行政诉讼");
}

static void tables_of_figures_and_cases(void **state)
{
	static const char *const fees[] = { "notices",        "收费通知件数",
					    "noticed_yuan",   "收费通知总金额（元）",
					    "collected_yuan", "实际收取总金额（元）" };
	struct catalogue *catalogue = load_shipped();
	const struct form *old = catalogue_form(catalogue, "2019", 0);
	const struct form *new = catalogue_form(catalogue, "2021", 0);

	(void)state;
	for (size_t i = 0; i < catalogue->form_count; i++) {
		assert_int_equal(catalogue->forms[i].heading_count, ARRAY_SIZE(headings));
		for (size_t j = 0; j < ARRAY_SIZE(headings); j++) {
			assert_string_equal(catalogue->forms[i].headings[j], headings[j]);
		}
		assert_string_equal(catalogue->forms[i].table3.id, "table3");
		assert_table4(&catalogue->forms[i].table4);
	}
	assert_table2(catalogue, old, figures_2019, ARRAY_SIZE(figures_2019));
	assert_table2(catalogue, new, figures_2021, ARRAY_SIZE(figures_2021));
	assert_null(catalogue_figure(catalogue, new, "procurement.amount", NULL));
	assert_null(catalogue_figure(catalogue, old, "fees.amount", NULL));
	/* What the register counts itself is no figure that may be set. */
	assert_null(catalogue_figure(catalogue, new, "new", NULL));
	assert_null(catalogue_figure(catalogue, new, "notices", NULL));
	assert_int_equal(old->fees.row_count, 0);
	assert_value_table(&new->fees, "fees", "信息处理费");
	assert_int_equal(new->fees.row_count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(new->fees.rows[i].key, fees[2 * i]);
		assert_string_equal(new->fees.rows[i].label, fees[2 * i + 1]);
	}
	catalogue_free(catalogue);
}

static void shipped_publications(void **state)
{
	static const char *const channels[] = { "publications.portal",
						"政府门户网站",
						"publications.xuexi_qiangguo",
						"学习强国",
						"publications.provincial_media",
						"省级媒体",
						"publications.city_media",
						"市级媒体",
						"publications.county_media",
						"县级媒体",
						"publications.new_media",
						"政务新媒体",
						"publications.gazette",
						"政府公报",
						"publications.bulletin_boards",
						"公示栏",
						"publications.other",
						"其他渠道" };
	struct catalogue *catalogue = load_shipped();
	const struct table_form *form = &catalogue->settings.publications;

	(void)state;
	assert_value_table(form, "publications", "公开渠道");
	assert_int_equal(2 * form->row_count, ARRAY_SIZE(channels));
	for (size_t i = 0; i < form->row_count; i++) {
		const struct table_form *table = NULL;

		assert_string_equal(form->rows[i].key, channels[2 * i]);
		assert_string_equal(form->rows[i].label, channels[2 * i + 1]);
		assert_int_equal(form->rows[i].group_count, 0);
		assert_false(form->rows[i].negative);
		for (size_t j = 0; j < catalogue->form_count; j++) {
			assert_ptr_equal(catalogue_figure(catalogue, &catalogue->forms[j],
							  channels[2 * i], &table),
					 &form->rows[i]);
			assert_ptr_equal(table, form);
		}
	}
	assert_null(catalogue_figure(catalogue, &catalogue->forms[0], "portal", NULL));
	catalogue_free(catalogue);
}

static int32_t day(const char *text)
{
	int32_t date = DATE_NONE;

	assert_int_equal(date_parse(text, &date), 0);
	return date;
}

/* 行政复议法 2017 art. 23: ten days; 2023 arts. 48, 54 and 88, from 2024-01-01: ten working days,
 * and five in the simplified procedure. 行政诉讼法 art. 67: fifteen days. */
static void limits_of_cases(void **state)
{
	static const struct {
		enum case_kind kind;
		enum case_procedure procedure;
		const char *on;
		int days;
		bool working;
		const char *article;
	} expected[] = {
		{ CASE_REVIEW, PROCEDURE_ORDINARY, "2019-05-15", 10, false, "第二十三条" },
		{ CASE_REVIEW, PROCEDURE_ORDINARY, "2023-12-31", 10, false, "第二十三条" },
		{ CASE_REVIEW, PROCEDURE_SIMPLIFIED, "2023-12-31", 10, false, "第二十三条" },
		{ CASE_REVIEW, PROCEDURE_ORDINARY, "2024-01-01", 10, true, "第四十八条" },
		{ CASE_REVIEW, PROCEDURE_SIMPLIFIED, "2024-01-01", 5, true, "第五十四条" },
		{ CASE_REVIEW, PROCEDURE_SIMPLIFIED, "2026-11-02", 5, true, "第五十四条" },
		{ CASE_SUIT, PROCEDURE_ORDINARY, "2023-12-31", 15, false, "第六十七条" },
		{ CASE_SUIT, PROCEDURE_ORDINARY, "2024-01-01", 15, false, "第六十七条" },
		{ CASE_SUIT, PROCEDURE_SIMPLIFIED, "2024-01-01", 15, false, "第六十七条" },
		{ CASE_SUIT_AFTER_REVIEW, PROCEDURE_ORDINARY, "2020-02-29", 15, false,
		  "第六十七条" },
		{ CASE_SUIT_AFTER_REVIEW, PROCEDURE_SIMPLIFIED, "2026-01-01", 15, false,
		  "第六十七条" },
	};
	struct catalogue *catalogue = load_shipped();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct case_limit *limit = catalogue_case_limit(
			catalogue, expected[i].kind, expected[i].procedure, day(expected[i].on));

		assert_non_null(limit);
		assert_int_equal(limit->days, expected[i].days);
		assert_int_equal(limit->working, expected[i].working);
		assert_non_null(strstr(limit->article, expected[i].article));
	}
	catalogue_free(catalogue);
}

/* 立法法 art. 93: a province, a city with districts. */
static void who_makes_regulations(void **state)
{
	static const char *const makers[] = { "city", "province" };
	static const char *const others[] = { "township", "department", "county", NULL };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		struct settings settings = { .level = makers[i] };

		assert_true(settings_makes_regulations(&settings));
		assert_true(name_find(settings_levels, makers[i]) >= 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct settings settings = { .level = others[i] };

		assert_false(settings_makes_regulations(&settings));
		assert_true(!others[i] || name_find(settings_levels, others[i]) >= 0);
	}
	assert_string_equal(settings_levels[0], "township");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_of_figures_and_cases),
		cmocka_unit_test(shipped_publications),
		cmocka_unit_test(limits_of_cases),
		cmocka_unit_test(who_makes_regulations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
