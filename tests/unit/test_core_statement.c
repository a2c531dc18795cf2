/* SPDX-License-Identifier: Apache-2.0 */
/* A year's tables as lines, and a seal: what is written is read, and what is not a line is not. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/statement.h"
#include "proto/base/cleanup.h"
#include "proto/base/date.h"

/* Of `printf LINES | openssl dgst -sm3`, of the lines of the first test. */
#define DIGEST_OF_LINES "8eb14dc7885b4970d8c263103e4c950e3431f7fd64349d6ce101e871a8b1c1a4"

static const struct form_column value_column[] = { { "value", "数量" } };
static const struct form_column table3_columns[] = { { "natural_person", "自然人" },
						     { "other", "其他" },
						     { "total", "总计" } };
static const struct form_column table4_columns[] = { { "upheld", "结果维持" },
						     { "corrected", "结果纠正" },
						     { "other", "其他结果" },
						     { "pending", "尚未审结" },
						     { "total", "总计" } };
static const struct form_row table2_rows[] = { { .key = "normative_documents.in_force" },
					       { .key = "fees.income", .decimals = 4 } };
static const struct form_row table3_rows[] = { { .key = "new" },
					       { .key = "refused.state_secret" } };
static const struct form_row table4_rows[] = { { .key = "review" }, { .key = "suit" } };
static const struct form_row publication_rows[] = { { .key = "website", .negative = true } };
static const struct form_row fee_rows[] = { { .key = "notices" }, { .key = "noticed_yuan" } };

static const struct form form = {
	.name = "2019",
	.table2 = { "table2", "", value_column, 1, table2_rows, 2 },
	.table3 = { "table3", "", table3_columns, 3, table3_rows, 2 },
	.table4 = { "table4", "", table4_columns, 5, table4_rows, 2 },
};
static const struct settings settings = {
	.publications = { "publications", "", value_column, 1, publication_rows, 1 },
};
static const struct settings no_publications;

static const char *const written[] = {
	"table2 normative_documents.in_force 6",
	"table2 fees.income -",
	"table3 new 1 2 3",
	"table3 refused.state_secret 0 1 1",
	"table4 review 1 0 6 0 7",
	"table4 suit 2 0 1 0 -",
	"publications website -40",
};

static void tables_fill(struct tables *tables)
{
	static const int64_t table3[] = { 1, 2, 3, 0, 1, 1 };
	static const int64_t table4[] = { 1, 0, 6, 0, 7, 2, 0, 1, 0, TABLE_NOT_STATED };

	tables->of[YEAR_TABLE2].cells[0] = 6;
	tables->of[YEAR_TABLE2].stated[1] = false;
	memcpy(tables->of[YEAR_TABLE3].cells, table3, sizeof(table3));
	memcpy(tables->of[YEAR_TABLE4].cells, table4, sizeof(table4));
	tables->of[YEAR_PUBLICATIONS].cells[0] = -40;
}

static void lines_are_the_rows_in_order(void **state)
{
	struct arena arena = { 0 };
	struct tables tables;
	struct text_list lines;
	char text[SM3_TEXT_BYTES];
	struct sm3 digest;

	(void)state;
	assert_int_equal(tables_init(&tables, &form, &settings, &arena), 0);
	tables_fill(&tables);
	assert_int_equal(tables_write(&tables, &arena, &lines), 0);
	assert_int_equal(lines.count, ARRAY_SIZE(written));
	for (size_t i = 0; i < lines.count; i++) {
		assert_string_equal(lines.texts[i], written[i]);
	}
	digest = tables_digest(&lines);
	assert_string_equal(sm3_format(&digest, text), DIGEST_OF_LINES);
	arena_done(&arena);
}

static void a_new_table_is_zero_and_stated(void **state)
{
	struct arena arena = { 0 };
	struct tables tables;
	struct text_list lines;

	(void)state;
	assert_int_equal(tables_init(&tables, &form, &no_publications, &arena), 0);
	assert_true(tables.of[YEAR_TABLE2].stated[0] && tables.of[YEAR_TABLE2].stated[1]);
	assert_null(tables.of[YEAR_TABLE3].stated);
	assert_null(tables.of[YEAR_TABLE4].stated);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(tables.of[YEAR_TABLE3].cells[i], 0);
	}
	assert_int_equal(tables.of[YEAR_FEES].form->row_count, 0);
	assert_null(tables.of[YEAR_FEES].cells);
	assert_null(tables.of[YEAR_PUBLICATIONS].cells);
	assert_int_equal(tables_write(&tables, &arena, &lines), 0);
	assert_int_equal(lines.count, 6);
	assert_string_equal(lines.texts[1], "table2 fees.income 0");
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

/* Small, large, the ends of the range, or none. */
static int64_t random_cell(void)
{
	switch (random_next() % 5) {
	case 0:
		return TABLE_NOT_STATED;
	case 1:
		return random_next() % 2 == 0 ? INT64_MAX : TABLE_NOT_STATED + 1;
	case 2:
		return (int64_t)random_next();
	default:
		return (int64_t)(random_next() % 100) - 10;
	}
}

static void tables_randomize(struct tables *tables)
{
	for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
		struct table *table = &tables->of[which];

		for (size_t row = 0; row < table->form->row_count; row++) {
			for (size_t column = 0; column < table->form->column_count; column++) {
				int64_t cell = random_cell();

				*table_cell(table, row, column) =
					table->stated != NULL && cell == TABLE_NOT_STATED ? 7
											  : cell;
			}
			if (table->stated != NULL) {
				table->stated[row] = random_next() % 3 != 0;
			}
		}
	}
}

static void differs(const struct table *table, size_t row, size_t column, int64_t before,
		    int64_t after, void *userdata)
{
	fail_msg("%s %zu %zu: %lld, %lld", table->form->id, row, column, (long long)before,
		 (long long)after);
	(void)userdata;
}

static void what_is_written_is_read(void **state)
{
	struct form with_fees = form;

	(void)state;
	with_fees.fees = (struct table_form){ "fees", "", value_column, 1, fee_rows, 2 };
	for (int round = 0; round < 2000; round++) {
		struct arena arena = { 0 };
		struct tables tables, read;
		struct text_list lines, again;

		assert_int_equal(tables_init(&tables, &with_fees, &settings, &arena), 0);
		assert_int_equal(tables_init(&read, &with_fees, &settings, &arena), 0);
		tables_randomize(&tables);
		assert_int_equal(tables_write(&tables, &arena, &lines), 0);
		assert_int_equal(lines.count, 9);
		assert_int_equal(tables_read(&lines, &read), 0);
		tables_compare(&tables, &read, differs, NULL);
		for (size_t row = 0; row < 2; row++) {
			const struct table *table2 = &read.of[YEAR_TABLE2];

			assert_int_equal(table2->stated[row], tables.of[YEAR_TABLE2].stated[row]);
			assert_true(table2->stated[row] || table2->cells[row] == 0);
		}
		assert_int_equal(tables_write(&read, &arena, &again), 0);
		for (size_t i = 0; i < lines.count; i++) {
			assert_string_equal(lines.texts[i], again.texts[i]);
		}
		arena_done(&arena);
	}
}

static void what_is_no_line_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"table2",
		"table2 ",
		"table2 fees.income",
		"table2 fees.income ",
		"table2 fees.income 1 ",
		"table2 fees.income 1 2",
		"table2 fees.income  1",
		" table2 fees.income 1",
		"table2 fees.income 01",
		"table2 fees.income +1",
		"table2 fees.income -0",
		"table2 fees.income --",
		"table2 fees.income 1\n",
		"table2 fees.income 1.5",
		"table2 fees.income 9223372036854775808",
		"table2 fees.income -9223372036854775808",
		"table2 fees.income 00000000000000000000000001",
		"table2 gone",
		"table2 gone x",
		"table2  1",
		"table3 new 1 2",
		"table3 new 1 2 3 4",
		"table5 new 1 2 3",
		"Table3 new 1 2 3",
		"table 1",
		"fees notices",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct arena arena = { 0 };
		struct tables tables;

		assert_int_equal(tables_init(&tables, &form, &settings, &arena), 0);
		assert_int_equal(tables_read(&(struct text_list){ &wrong[i], 1 }, &tables),
				 -EBADMSG);
		arena_done(&arena);
	}
}

static void lines_of_another_form(void **state)
{
	static const char *const lines[] = {
		"table2 gone.row 5", "table2 gone.wider 5 - 6", "table3 new 4 5 9",
		"fees notices 3",    "publications weibo 12",
	};
	struct arena arena = { 0 };
	struct tables tables;

	(void)state;
	assert_int_equal(tables_init(&tables, &form, &settings, &arena), 0);
	assert_int_equal(tables_read(&(struct text_list){ lines, ARRAY_SIZE(lines) }, &tables), 0);
	assert_int_equal(*table_cell(&tables.of[YEAR_TABLE3], 0, 2), 9);
	assert_int_equal(*table_cell(&tables.of[YEAR_TABLE3], 1, 2), 0);
	assert_int_equal(tables.of[YEAR_TABLE2].cells[0], 0);
	assert_int_equal(tables.of[YEAR_PUBLICATIONS].cells[0], 0);
	assert_false(tables.of[YEAR_PUBLICATIONS].stated[0]);
	arena_done(&arena);
}

struct difference {
	const char *table;
	size_t row, column;
	int64_t before, after;
};

struct differences {
	struct difference list[8];
	size_t count;
};

static void difference_add(const struct table *table, size_t row, size_t column, int64_t before,
			   int64_t after, void *userdata)
{
	struct differences *found = userdata;

	assert_true(found->count < ARRAY_SIZE(found->list));
	found->list[found->count++] =
		(struct difference){ table->form->id, row, column, before, after };
}

static void differences_are_named(void **state)
{
	/* A figure that was not stated and is 0 now differs; one not stated both times does not,
	 * whatever stands in its cell. */
	static const struct difference expected[] = {
		{ "table2", 0, 0, TABLE_NOT_STATED, 0 },
		{ "table3", 1, 2, 1, 2 },
		{ "table4", 0, 4, 7, TABLE_NOT_STATED },
	};
	struct differences found = { .count = 0 };
	struct arena arena = { 0 };
	struct tables before, after;

	(void)state;
	assert_int_equal(tables_init(&before, &form, &settings, &arena), 0);
	assert_int_equal(tables_init(&after, &form, &settings, &arena), 0);
	tables_fill(&before);
	tables_fill(&after);
	before.of[YEAR_TABLE2].stated[0] = false;
	after.of[YEAR_TABLE2].cells[0] = 0;
	after.of[YEAR_TABLE2].cells[1] = 99;
	after.of[YEAR_TABLE3].cells[5] = 2;
	after.of[YEAR_TABLE4].cells[4] = TABLE_NOT_STATED;
	tables_compare(&before, &after, difference_add, &found);
	assert_int_equal(found.count, ARRAY_SIZE(expected));
	for (size_t i = 0; i < found.count; i++) {
		assert_string_equal(found.list[i].table, expected[i].table);
		assert_int_equal(found.list[i].row, expected[i].row);
		assert_int_equal(found.list[i].column, expected[i].column);
		assert_int_equal(found.list[i].before, expected[i].before);
		assert_int_equal(found.list[i].after, expected[i].after);
	}
	arena_done(&arena);
}

static const char *const changed[] = { "table3 new total 3 4" };

static const struct seal sample = {
	.year = 2025,
	.revision = 2,
	.on = 20500, /* 2026-02-16 */
	.form = "2021",
	.organ = "甲乡人民政府",
	.first_sequence = 11,
	.last_sequence = 40,
	.applications = 23,
	.head = { { 0xab, 1 } },
	.tables = { { 0xcd, 2 } },
	.has_previous = true,
	.previous = { { 0xef, 3 } },
	.why = "漏计一件\npublic_key: 无",
	.signature = "MEUCIQ==",
	.public_key = "-----BEGIN PUBLIC KEY-----\n",
	.rows = { written, ARRAY_SIZE(written) },
	.changed = { changed, 1 },
	.sequence = 41,
	.digest = { { 9, 9 } },
};

#define ZEROS_56 "00000000000000000000000000000000000000000000000000000000"

static void a_seal_is_a_text(void **state)
{
	struct seal first = sample;
	struct buf text;

	(void)state;
	buf_init(&text, 4096);
	assert_int_equal(seal_statement(&sample, &text), 0);
	buf_append(&text, "", 1);
	assert_string_equal(text.data, "ogid seal\n"
				       "organ: 甲乡人民政府\n"
				       "year: 2025\n"
				       "revision: 2\n"
				       "form: 2021\n"
				       "on: 2026-02-16\n"
				       "first_sequence: 11\n"
				       "last_sequence: 40\n"
				       "entries: 30\n"
				       "applications: 23\n"
				       "head: ab010000" ZEROS_56 "\n"
				       "tables: cd020000" ZEROS_56 "\n"
				       "previous: ef030000" ZEROS_56 "\n"
				       "why: 漏计一件 public_key: 无\n");
	buf_clear(&text);
	first.why = NULL;
	first.has_previous = false;
	first.first_sequence = 41;
	assert_int_equal(seal_statement(&first, &text), 0);
	buf_append(&text, "", 1);
	assert_non_null(strstr(text.data, "\nentries: 0\n"));
	assert_non_null(strstr(text.data, "\nprevious: -\n"));
	assert_null(strstr(text.data, "why"));
	buf_done(&text);
	buf_init(&text, 40);
	assert_int_equal(seal_statement(&sample, &text), -EMSGSIZE);
	buf_done(&text);
}

static struct event event_of(const struct seal *seal, struct arena *arena)
{
	struct event event = { .action = seal->revision == 1 ? ACTION_SEAL : ACTION_RESTATE,
			       .on = seal->on,
			       .sequence = seal->sequence,
			       .digest = seal->digest };

	seal_to_fields(seal, arena, &event.fields);
	assert_false(arena->failed);
	return event;
}

static void assert_same_seal(const struct seal *a, const struct seal *b)
{
	auto_(buf_done) struct buf first, second;

	buf_init(&first, 4096);
	buf_init(&second, 4096);
	assert_int_equal(seal_statement(a, &first), 0);
	assert_int_equal(seal_statement(b, &second), 0);
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.data, second.data, first.len);
	assert_int_equal(a->sequence, b->sequence);
	assert_memory_equal(&a->digest, &b->digest, sizeof(a->digest));
	assert_int_equal(a->rows.count, b->rows.count);
	assert_int_equal(a->changed.count, b->changed.count);
	assert_int_equal(a->signature == NULL, b->signature == NULL);
	assert_int_equal(a->public_key == NULL, b->public_key == NULL);
}

static void a_seal_is_fields(void **state)
{
	struct arena arena = { 0 };
	struct seal first = sample, read;
	struct event event = event_of(&sample, &arena);

	(void)state;
	assert_int_equal(seal_of_event(&event, &read), 0);
	assert_same_seal(&sample, &read);
	assert_string_equal(read.rows.texts[6], written[6]);
	assert_string_equal(read.changed.texts[0], changed[0]);
	assert_string_equal(read.signature, sample.signature);
	assert_string_equal(read.public_key, sample.public_key);
	assert_string_equal(read.why, sample.why);

	first.revision = 1;
	first.has_previous = false;
	first.why = first.signature = first.public_key = NULL;
	first.changed = (struct text_list){ 0 };
	first.first_sequence = 1;
	event = event_of(&first, &arena);
	assert_false(field_has(&event.fields, FIELD_PREVIOUS));
	assert_false(field_has(&event.fields, FIELD_WHY));
	assert_false(field_has(&event.fields, FIELD_CHANGED));
	assert_false(field_has(&event.fields, FIELD_SIGNATURE));
	assert_int_equal(seal_of_event(&event, &read), 0);
	assert_same_seal(&first, &read);
	arena_done(&arena);
}

static void a_damaged_seal_is_none(void **state)
{
	static const enum field needed[] = { FIELD_YEAR,          FIELD_REVISION,
					     FIELD_FORM,          FIELD_FIRST_SEQUENCE,
					     FIELD_LAST_SEQUENCE, FIELD_APPLICATIONS,
					     FIELD_HEAD,          FIELD_TABLES,
					     FIELD_ROWS };
	struct arena arena = { 0 };
	struct event event;
	struct seal read;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		event = event_of(&sample, &arena);
		event.fields.present &= ~(1ULL << needed[i]);
		assert_int_equal(seal_of_event(&event, &read), -EBADMSG);
		event = event_of(&sample, &arena);
		field_set_null(&event.fields, needed[i]);
		assert_int_equal(seal_of_event(&event, &read), -EBADMSG);
	}
	event = event_of(&sample, &arena);
	field_set_text(&event.fields, FIELD_HEAD, "AB01");
	assert_int_equal(seal_of_event(&event, &read), -EBADMSG);
	event = event_of(&sample, &arena);
	field_set_text(&event.fields, FIELD_PREVIOUS, "-");
	assert_int_equal(seal_of_event(&event, &read), -EBADMSG);
	event = event_of(&sample, &arena);
	field_set_number(&event.fields, FIELD_LAST_SEQUENCE, 9); /* entries 11 to 9 */
	assert_int_equal(seal_of_event(&event, &read), -EBADMSG);
	event = event_of(&sample, &arena);
	event.action = ACTION_SNAPSHOT;
	assert_int_equal(seal_of_event(&event, &read), -EBADMSG);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_the_rows_in_order),
		cmocka_unit_test(a_new_table_is_zero_and_stated),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(what_is_no_line_is_refused),
		cmocka_unit_test(lines_of_another_form),
		cmocka_unit_test(differences_are_named),
		cmocka_unit_test(a_seal_is_a_text),
		cmocka_unit_test(a_seal_is_fields),
		cmocka_unit_test(a_damaged_seal_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
