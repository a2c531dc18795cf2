/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped configuration says what the design and the printed forms say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

static void shipped_settings(void **state)
{
	struct catalogue *catalogue = load_shipped();
	const struct settings *settings = &catalogue->settings;

	(void)state;
	assert_string_equal(settings->organ, "本机关");
	assert_string_equal(settings->number_format, "依申请〔%Y〕%N号");
	assert_int_equal(settings->utc_offset_minutes, 480);
	assert_int_equal(settings->answer_working_days, 20);
	assert_int_equal(settings->correction_notice_working_days, 7);
	assert_int_equal(settings->consultation_working_days, 15);
	assert_int_equal(settings->payment_working_days, 20);
	assert_int_equal(settings->extension_max_working_days, 20);
	assert_int_equal(settings->red_working_days, 1);
	assert_int_equal(settings->amber_working_days, 5);
	assert_string_equal(settings->level, "township");
	assert_int_equal(settings->first_year, 0);
	assert_null(settings->seal_key);
	assert_int_equal(settings->unit_count, 0);
	assert_false(settings->grants_given);
	assert_int_equal(settings->grant_count, 0);
	catalogue_free(catalogue);
}

/* design.md section 3, in the order of the forms. */
static const char *const all_codes[] = {
	"refused.state_secret",
	"refused.forbidden_by_law",
	"refused.three_securities_one_stability",
	"refused.third_party_rights",
	"refused.internal_affairs",
	"refused.process_information",
	"refused.enforcement_file",
	"refused.administrative_query",
	"unable.not_held",
	"unable.needs_creation",
	"unable.unclear_after_correction",
	"not_processed.petition",
	"not_processed.duplicate",
	"not_processed.publication",
	"not_processed.excessive",
	"not_processed.reconfirm",
	"other.correction_overdue",
	"other.fee_overdue",
	"other.withdrawn",
	"other.misc",
};

static void shipped_reasons(void **state)
{
	struct catalogue *catalogue = load_shipped();
	const struct reason *reason;
	char text[DATE_TEXT_BYTES];

	(void)state;
	assert_int_equal(catalogue->reason_count, ARRAY_SIZE(all_codes));
	for (size_t i = 0; i < ARRAY_SIZE(all_codes); i++) {
		assert_string_equal(catalogue->reasons[i].code, all_codes[i]);
		reason = catalogue_reason(catalogue, all_codes[i]);
		assert_ptr_equal(reason, &catalogue->reasons[i]);
		assert_int_equal(reason->valid_from != DATE_NONE,
				 strcmp(all_codes[i], "other.fee_overdue") == 0);
	}
	assert_null(catalogue_reason(catalogue, "refused"));
	assert_null(catalogue_reason(catalogue, "new"));
	reason = catalogue_reason(catalogue, "other.fee_overdue");
	assert_string_equal(date_format(reason->valid_from, text), "2021-01-01");
	reason = catalogue_reason(catalogue, "refused.administrative_query");
	assert_string_equal(reason->article, "36(7)");
	assert_string_equal(reason->label_zh, "属于行政查询事项");
	assert_null(catalogue_reason(catalogue, "not_processed.reconfirm")->article);
	catalogue_free(catalogue);
}

struct expected_row {
	const char *key, *label, *heading; /* the innermost heading; NULL: none */
};

/* domain.md section 3.5, rows 1 to 20: the same in both forms. */
#define RESULTS "三、本年度办理结果"
static const struct expected_row common_rows[] = {
	{ "new", "一、本年新收政府信息公开申请数量", NULL },
	{ "carried_in", "二、上年结转政府信息公开申请数量", NULL },
	{ "disclosed", "（一）予以公开", RESULTS },
	{ "partially_disclosed", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
	  RESULTS },
	{ "refused.state_secret", "1.属于国家秘密", "（三）不予公开" },
	{ "refused.forbidden_by_law", "2.其他法律行政法规禁止公开", "（三）不予公开" },
	{ "refused.three_securities_one_stability", "3.危及“三安全一稳定”", "（三）不予公开" },
	{ "refused.third_party_rights", "4.保护第三方合法权益", "（三）不予公开" },
	{ "refused.internal_affairs", "5.属于三类内部事务信息", "（三）不予公开" },
	{ "refused.process_information", "6.属于四类过程性信息", "（三）不予公开" },
	{ "refused.enforcement_file", "7.属于行政执法案卷", "（三）不予公开" },
	{ "refused.administrative_query", "8.属于行政查询事项", "（三）不予公开" },
	{ "unable.not_held", "1.本机关不掌握相关政府信息", "（四）无法提供" },
	{ "unable.needs_creation", "2.没有现成信息需要另行制作", "（四）无法提供" },
	{ "unable.unclear_after_correction", "3.补正后申请内容仍不明确", "（四）无法提供" },
	{ "not_processed.petition", "1.信访举报投诉类申请", "（五）不予处理" },
	{ "not_processed.duplicate", "2.重复申请", "（五）不予处理" },
	{ "not_processed.publication", "3.要求提供公开出版物", "（五）不予处理" },
	{ "not_processed.excessive", "4.无正当理由大量反复申请", "（五）不予处理" },
	{ "not_processed.reconfirm", "5.要求行政机关确认或重新出具已获取信息", "（五）不予处理" },
};
static const struct expected_row last_rows_2019[] = {
	{ "other", "（六）其他处理", RESULTS },
	{ "total_results", "（七）总计", RESULTS },
	{ "carried_out", "四、结转下年度继续办理", NULL },
};
static const struct expected_row last_rows_2021[] = {
	{ "other.correction_overdue",
	  "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "（六）其他处理" },
	{ "other.fee_overdue",
	  "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
	  "（六）其他处理" },
	{ "other.misc", "3.其他", "（六）其他处理" },
	{ "total_results", "（七）总计", RESULTS },
	{ "carried_out", "四、结转下年度继续办理", NULL },
};

static void assert_row(const struct form_row *row, const struct expected_row *expected)
{
	assert_string_equal(row->key, expected->key);
	assert_string_equal(row->label, expected->label);
	if (!expected->heading) {
		assert_int_equal(row->group_count, 0);
		return;
	}
	assert_true(row->group_count >= 1);
	assert_string_equal(row->group[0], RESULTS);
	assert_string_equal(row->group[row->group_count - 1], expected->heading);
}

static void assert_table3(const struct table_form *form, const struct expected_row last[],
			  size_t count)
{
	static const char *const labels[] = { "自然人",       "商业企业",     "科研机构",
					      "社会公益组织", "法律服务机构", "其他",
					      "总计" };

	assert_int_equal(form->row_count, ARRAY_SIZE(common_rows) + count);
	for (size_t i = 0; i < form->row_count; i++) {
		assert_row(&form->rows[i], i < ARRAY_SIZE(common_rows)
						   ? &common_rows[i]
						   : &last[i - ARRAY_SIZE(common_rows)]);
	}
	assert_int_equal(form->column_count, 7);
	for (size_t i = 0; i < 7; i++) {
		assert_string_equal(form->columns[i].label, labels[i]);
		assert_string_equal(form->columns[i].key,
				    i < CATEGORY_COUNT ? category_names[i] : "total");
	}
}

static size_t form_places_of(const struct table_form *form, const char *code, const char **ret_row)
{
	size_t places = 0;

	for (size_t i = 0; i < form->row_count; i++) {
		for (size_t j = 0; j < form->rows[i].count_count; j++) {
			if (strcmp(form->rows[i].counts[j], code) == 0) {
				places++;
				*ret_row = form->rows[i].key;
			}
		}
	}
	return places;
}

static void shipped_forms(void **state)
{
	struct catalogue *catalogue = load_shipped();
	const struct form *old = catalogue_form(catalogue, "2019", 0);
	const struct form *new = catalogue_form(catalogue, "2021", 0);
	const char *row = NULL;

	(void)state;
	assert_non_null(old);
	assert_non_null(new);
	assert_int_equal(catalogue->form_count, 2);
	assert_null(catalogue_form(catalogue, NULL, 2018));
	assert_ptr_equal(catalogue_form(catalogue, NULL, 2019), old);
	assert_ptr_equal(catalogue_form(catalogue, NULL, 2020), old);
	assert_ptr_equal(catalogue_form(catalogue, NULL, 2021), new);
	assert_ptr_equal(catalogue_form(catalogue, NULL, 2099), new);
	assert_null(catalogue_form(catalogue, "2020", 2020));
	assert_string_equal(old->notice, "国办公开办函〔2019〕60号");
	assert_string_equal(new->notice, "国办公开办函〔2021〕30号");
	/* 23 and 25 rows of data. */
	assert_int_equal(old->table3.row_count, 23);
	assert_int_equal(new->table3.row_count, 25);
	assert_table3(&old->table3, last_rows_2019, ARRAY_SIZE(last_rows_2019));
	assert_table3(&new->table3, last_rows_2021, ARRAY_SIZE(last_rows_2021));
	for (size_t i = 0; i < ARRAY_SIZE(all_codes); i++) {
		bool other = strncmp(all_codes[i], "other.", 6) == 0;

		assert_int_equal(form_places_of(&old->table3, all_codes[i], &row), 1);
		assert_string_equal(row, other ? "other" : all_codes[i]);
		assert_int_equal(form_places_of(&new->table3, all_codes[i], &row), 1);
		assert_string_equal(row, strcmp(all_codes[i], "other.withdrawn") == 0
						 ? "other.misc"
						 : all_codes[i]);
	}
	catalogue_free(catalogue);
}

static void roles_have_their_bits(void **state)
{
	(void)state;
	assert_int_equal(name_find(role_names, "clerk"), 0);
	for (size_t i = 0; i < ROLE_BITS; i++) {
		static const enum role roles[] = { ROLE_CLERK, ROLE_SUPERVISOR, ROLE_AUDITOR,
						   ROLE_BATCH, ROLE_ADMINISTRATOR };
		static const char *const names[] = { "clerk", "supervisor", "auditor", "batch",
						     "administrator" };

		assert_int_equal(1 << name_find(role_names, names[i]), roles[i]);
	}
	assert_null(role_names[ROLE_BITS]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shipped_settings),
		cmocka_unit_test(shipped_reasons),
		cmocka_unit_test(shipped_forms),
		cmocka_unit_test(roles_have_their_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
