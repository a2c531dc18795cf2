/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody who can write the ledger changes one character of a line and makes the whole chain of
 * digests anew, so that every digest is right. What was published says otherwise: a verification
 * names the snapshot or seal that no longer fits the entries before it.
 *
 * OGID_SEED sets the register and the characters; OGID_TRIALS=50: so many trials of each kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/load/load.h"
#include "daemon/store/entry.h"
#include "proto/base/date.h"
#include "proto/base/file.h"
#include "tests/unit/made_register.h"

#define APPLICATIONS 200
#define LINES_MAX    20000
#define PREFIX_BYTES 65 /* digest and space */

static struct catalogue *catalogue;
static struct made made;

/* The ledger as it was made. */
static struct line {
	int year; /* of its file */
	char *json;
	size_t bytes;
	struct event event;
} lines[LINES_MAX];
static size_t line_count;
static struct buf files[MADE_LAST_YEAR - MADE_FIRST_YEAR + 1]; /* byte for byte */
static struct arena arena;

static char *file_path(int year, char path[static 128])
{
	snprintf(path, 128, "%s/ledger/%d.ledger", made.data, year);
	return path;
}

static uint64_t any(uint64_t below)
{
	return made_random(&made, below);
}

static void lines_of(int year, const struct buf *file)
{
	for (size_t at = 0; at < file->len;) {
		const char *begin = file->data + at, *end = memchr(begin, '\n', file->len - at);
		struct line *line = &lines[line_count++];
		char why[200];

		assert_non_null(end);
		assert_true(line_count < LINES_MAX);
		line->year = year;
		line->json = arena_strndup(&arena, begin + PREFIX_BYTES,
					   (size_t)(end - begin) - PREFIX_BYTES);
		line->bytes = (size_t)(end - begin) - PREFIX_BYTES;
		assert_int_equal(entry_read(line->json, line->bytes, &arena, &line->event, why), 0);
		at += (size_t)(end - begin) + 1;
	}
}

static void ledger_load(void)
{
	char path[128];

	for (int year = MADE_FIRST_YEAR; year <= MADE_LAST_YEAR; year++) {
		struct buf *file = &files[year - MADE_FIRST_YEAR];

		buf_init(file, 64 << 20);
		assert_int_equal(file_read(file_path(year, path), file), 0);
		lines_of(year, file);
	}
}

static void file_put(int year, const struct buf *file)
{
	char path[128];

	assert_int_equal(file_remove_tree(file_path(year, path)), 0);
	assert_int_equal(file_create(path, file->data, file->len), 0);
}

/* Writes the ledger with the digests that its lines now have. */
static void ledger_chain(struct buf *out)
{
	char digest[SM3_TEXT_BYTES];

	memset(digest, '0', SM3_TEXT_BYTES - 1);
	for (int year = MADE_FIRST_YEAR; year <= MADE_LAST_YEAR; year++) {
		buf_clear(out);
		for (size_t i = 0; i < line_count; i++) {
			struct sm3 sm3;

			if (lines[i].year != year) {
				continue;
			}
			sm3 = sm3_of(digest, SM3_TEXT_BYTES - 1, lines[i].json, lines[i].bytes);
			buf_append(out, sm3_format(&sm3, digest), SM3_TEXT_BYTES - 1);
			buf_append(out, " ", 1);
			buf_append(out, lines[i].json, lines[i].bytes);
			buf_append(out, "\n", 1);
		}
		assert_int_equal(out->error, 0);
		file_put(year, out);
	}
}

/* The state knows the ledger that was there before: it is put away. */
static void ledger_chain_anew(void)
{
	struct buf out;

	buf_init(&out, 64 << 20);
	ledger_chain(&out);
	buf_done(&out);
	assert_int_equal(file_remove_tree(made.state), 0);
}

static void ledger_put_back(void)
{
	for (int year = MADE_FIRST_YEAR; year <= MADE_LAST_YEAR; year++) {
		file_put(year, &files[year - MADE_FIRST_YEAR]);
	}
	assert_int_equal(file_remove_tree(made.state), 0);
}

/* ---- what is found ---- */

/* The file differs from what it was, and its line is what was put. */
static void assert_hit(const struct line *line, const char *before)
{
	struct buf file;
	char path[128];

	assert_string_not_equal(line->json, before);
	buf_init(&file, 64 << 20);
	assert_int_equal(file_read(file_path(line->year, path), &file), 0);
	assert_non_null(memmem(file.data, file.len, line->json, line->bytes));
	assert_null(memmem(file.data, file.len, before, strlen(before)));
	buf_done(&file);
}

/* Opens what was changed: the line `sequence` is told of with a sentence that begins so, and `also`
 * (may be NULL) is said. */
static void assert_found(const struct line *line, const char *before, uint64_t sequence,
			 const char *sentence, const char *also)
{
	struct finding finding;
	char text[500];

	ledger_chain_anew();
	assert_hit(line, before);
	made_find(&made, &finding, NULL, NULL);
	snprintf(text, sizeof(text), "%llu: %s", (unsigned long long)sequence, sentence);
	if (!finding_says(&finding, text) || (also != NULL && !finding_says(&finding, also))) {
		printf("# line %llu: \"%s\" was not found:\n# %.*s\n",
		       (unsigned long long)line->event.sequence, sentence, (int)finding.text.len,
		       finding.text.data);
		fail();
	}
	assert_true(finding.opened);
	assert_true(finding.rebuilt);
	finding_done(&finding);
}

/* What is no JSON any more is not read: the start says which entry, and goes no further. */
static void assert_refused(const struct line *line, const char *before)
{
	struct finding finding;
	char text[100];

	ledger_chain_anew();
	assert_hit(line, before);
	made_find(&made, &finding, NULL, NULL);
	snprintf(text, sizeof(text), "entry %llu: no JSON",
		 (unsigned long long)line->event.sequence);
	assert_false(finding.opened);
	assert_true(finding_says(&finding, text));
	finding_done(&finding);
}

static void assert_undone(struct line *line, char *before)
{
	struct buf out;

	line->json = before;
	line->bytes = strlen(before);
	/* chained as they were, the files are byte for byte what the register wrote */
	buf_init(&out, 64 << 20);
	ledger_chain(&out);
	for (int year = MADE_FIRST_YEAR; year <= MADE_LAST_YEAR; year++) {
		const struct buf *file = &files[year - MADE_FIRST_YEAR];
		char path[128];

		buf_clear(&out);
		assert_int_equal(file_read(file_path(year, path), &out), 0);
		assert_int_equal(out.len, file->len);
		assert_memory_equal(out.data, file->data, file->len);
	}
	buf_done(&out);
}

static struct line *any_line(bool (*fits)(const struct line *line))
{
	struct line *line;

	do {
		line = &lines[any(line_count)];
	} while (!fits(line));
	return line;
}

static bool is_snapshot(const struct line *line)
{
	return line->event.action == ACTION_SNAPSHOT;
}

static bool is_seal(const struct line *line)
{
	return line->event.action == ACTION_SEAL || line->event.action == ACTION_RESTATE;
}

/* ---- a digit of a table that was published ---- */

/* A digit between two places of a line's copy, made another one. Returns where. */
static char *digit_change(char *from, const char *end)
{
	char *at;

	do {
		at = from + any((uint64_t)(end - from));
	} while (*at < '0' || *at > '9');
	*at = (char)('0' + (*at - '0' + 1 + (int)any(9)) % 10);
	return at;
}

/* What a verification says of a row with one digit changed: "table3 new 1 2 3". NULL: it is no
 * matter of a cell. *ret_also: what it says of the digit that was there. */
static const char *cell_sentence(const struct line *line, const char *row, size_t row_bytes,
				 const char *before, size_t digit, const char **ret_also)
{
	char name[40], key[80], is[40], was[40];
	size_t at = strcspn(row, " ") + 1, cell = at + strcspn(row + at, " ") + 1;

	if (digit < cell) {
		return NULL; /* the table's name or the row's key */
	}
	snprintf(name, sizeof(name), "%.*s", (int)at - 1, row);
	snprintf(key, sizeof(key), "%.*s", (int)(cell - at) - 1, row + at);
	while (digit >= cell + strcspn(row + cell, " \"")) {
		cell += strcspn(row + cell, " \"") + 1;
	}
	assert_true(cell < row_bytes);
	snprintf(is, sizeof(is), "%.*s", (int)strcspn(row + cell, " \""), row + cell);
	snprintf(was, sizeof(was), "%.*s", (int)strcspn(before + cell, " \""), before + cell);
	if (is[0] == '0' && is[1] != '\0') {
		return NULL; /* no number is written so */
	}
	*ret_also = arena_printf(&arena, "; the entries before it give %s\n", was);
	return arena_printf(
		&arena, "the %s of %lld says %s in %s, %s, ", action_names[line->event.action],
		(long long)field_number(&line->event.fields, FIELD_YEAR, 0), is, name, key);
}

static void published_digit(struct line *line)
{
	char *before = line->json, *copy = arena_strdup(&arena, before), *rows, *end, *at, *row;
	const char *sentence, *also = NULL;

	rows = strstr(copy, "\"rows\":[") + strlen("\"rows\":[");
	end = strchr(rows, ']');
	at = digit_change(rows, end);
	for (row = at; *row != '"'; row--) {
	}
	row++;
	sentence = cell_sentence(line, row, strcspn(row, "\""), before + (row - copy),
				 (size_t)(at - row), &also);
	if (sentence == NULL) {
		sentence =
			arena_printf(&arena, "the %s of %lld ", action_names[line->event.action],
				     (long long)field_number(&line->event.fields, FIELD_YEAR, 0));
	}
	line->json = copy;
	assert_found(line, before, line->event.sequence, sentence, also);
	assert_undone(line, before);
}

static void a_digit_of_a_snapshot(void **state)
{
	(void)state;
	for (size_t i = 0; i < made_trials(); i++) {
		published_digit(any_line(is_snapshot));
	}
	ledger_put_back();
	made_assert_clean(&made);
}

static void a_digit_of_a_seal(void **state)
{
	(void)state;
	for (size_t i = 0; i < made_trials(); i++) {
		published_digit(any_line(is_seal));
	}
	ledger_put_back();
	made_assert_clean(&made);
}

/* A digit of the table's name in a row that holds nothing: the tables then read as before, and only
 * the digest of the lines tells. */
static void a_row_of_zeros_moved_to_another_table(void **state)
{
	struct line *line = any_line(is_seal);
	char *before = line->json, *copy = arena_strdup(&arena, before), *row;

	(void)state;
	row = strstr(copy, "\"table4 review 0 0 0 0 0\"");
	if (row == NULL) {
		row = strstr(copy, " 0 0 0 0 0 0 0\"");
		assert_non_null(row);
		while (*row != '"' || row[1] != 't') {
			row--;
		}
	}
	row[strlen("\"table")] = '2';
	line->json = copy;
	assert_found(line, before, line->event.sequence,
		     arena_printf(&arena, "the %s of %d has lines that do not give its digest",
				  action_names[line->event.action], MADE_FIRST_YEAR),
		     NULL);
	assert_undone(line, before);
	ledger_put_back();
	made_assert_clean(&made);
}

/* A digit of what a seal says besides its tables. */
static void what_a_seal_says_besides(void **state)
{
	static const char *const facts[] = { "\"first_sequence\":", "\"last_sequence\":",
					     "\"applications\":",   "\"head\":\"",
					     "\"tables\":\"",       "\"previous\":\"" };

	(void)state;
	for (size_t i = 0; i < made_trials(); i++) {
		struct line *line = any_line(is_seal);
		char *before = line->json, *copy = arena_strdup(&arena, before);
		const char *fact = facts[i % (sizeof(facts) / sizeof(facts[0]))];
		char *at = strstr(copy, fact);

		if (at == NULL) {
			assert_string_equal(fact, "\"previous\":\"");
			assert_int_equal(line->event.action, ACTION_SEAL);
			continue;
		}
		at += strlen(fact);
		digit_change(at, at + strcspn(at, ",\"}"));
		line->json = copy;
		if (at[0] == '0' && at[1] >= '0' && at[1] <= '9' && fact[strlen(fact) - 1] == ':') {
			assert_refused(line, before); /* no number begins so */
		} else {
			assert_found(line, before, line->event.sequence,
				     arena_printf(&arena, "the %s of %d ",
						  action_names[line->event.action],
						  MADE_FIRST_YEAR),
				     NULL);
		}
		assert_undone(line, before);
	}
	ledger_put_back();
	made_assert_clean(&made);
}

/* ---- a fact of an application, before what was published of it ---- */

static bool was_amended(uint64_t number)
{
	for (size_t i = 0; i < line_count; i++) {
		if (lines[i].event.number == number && lines[i].event.action == ACTION_AMEND) {
			return true;
		}
	}
	return false;
}

static bool is_log(const struct line *line)
{
	return line->event.action == ACTION_LOG && !was_amended(line->event.number);
}

/* The first snapshot or seal of a year behind a line. */
static const struct line *published_after(const struct line *line, int year)
{
	const struct line *at = line + 1;

	while (at < lines + line_count &&
	       !((is_snapshot(at) || is_seal(at)) &&
		 field_number(&at->event.fields, FIELD_YEAR, 0) == year)) {
		at++;
	}
	assert_true(at < lines + line_count);
	return at;
}

/* Changes a member of a line to another value, and the first table published of its year tells. */
static void fact_before_a_snapshot(struct line *line, int year, const char *old, const char *new,
				   const char *table)
{
	const struct line *published = published_after(line, year);
	char *before = line->json, *at = strstr(before, old);

	assert_non_null(at);
	line->json =
		arena_printf(&arena, "%.*s%s%s", (int)(at - before), before, new, at + strlen(old));
	line->bytes = strlen(line->json);
	assert_found(line, before, published->event.sequence,
		     arena_printf(&arena, "the %s of %d says ",
				  action_names[published->event.action], year),
		     table);
	assert_undone(line, before);
}

static void category_of_a_log_entry(struct line *line)
{
	enum category was = (enum category)field_number(&line->event.fields, FIELD_CATEGORY, 0);
	enum category is = (enum category)((was + 1 + any(CATEGORY_COUNT - 1)) % CATEGORY_COUNT);

	fact_before_a_snapshot(line, number_year(line->event.number),
			       arena_printf(&arena, "\"category\":\"%s\"", category_names[was]),
			       arena_printf(&arena, "\"category\":\"%s\"", category_names[is]),
			       " in table3, ");
}

static bool is_figure(const struct line *line)
{
	return line->event.action == ACTION_SET_FIGURE;
}

static void value_of_a_figure(struct line *line)
{
	const char *was = field_text(&line->event.fields, FIELD_VALUE);
	char *is = arena_strdup(&arena, was);

	digit_change(is, is + strlen(is));
	is[0] = is[0] == '0' ? (was[0] == '9' ? '8' : '9') : is[0];
	fact_before_a_snapshot(line, (int)field_number(&line->event.fields, FIELD_YEAR, 0),
			       arena_printf(&arena, "\"value\":\"%s\"", was),
			       arena_printf(&arena, "\"value\":\"%s\"", is),
			       arena_printf(&arena, " in table2, %s, value; ",
					    field_text(&line->event.fields, FIELD_FIGURE)));
}

static bool is_conclusion(const struct line *line)
{
	return line->event.action == ACTION_CONCLUDE_CASE;
}

static void result_of_a_case(struct line *line)
{
	enum case_result was = (enum case_result)field_number(&line->event.fields, FIELD_RESULT, 0);
	enum case_result is = (enum case_result)((was + 1 + any(2)) % RESULT_COUNT);

	fact_before_a_snapshot(line, date_year(line->event.on),
			       arena_printf(&arena, "\"result\":\"%s\"", case_result_names[was]),
			       arena_printf(&arena, "\"result\":\"%s\"", case_result_names[is]),
			       " in table4, ");
}

static void a_category_before_a_snapshot(void **state)
{
	(void)state;
	for (size_t i = 0; i < made_trials(); i++) {
		category_of_a_log_entry(any_line(is_log));
	}
	ledger_put_back();
	made_assert_clean(&made);
}

static void a_figure_before_a_snapshot(void **state)
{
	(void)state;
	for (size_t i = 0; i < made_trials(); i++) {
		value_of_a_figure(any_line(is_figure));
	}
	ledger_put_back();
	made_assert_clean(&made);
}

static void a_result_before_a_snapshot(void **state)
{
	(void)state;
	for (size_t i = 0; i < made_trials(); i++) {
		result_of_a_case(any_line(is_conclusion));
	}
	ledger_put_back();
	made_assert_clean(&made);
}

/* ---- a chain that was not made anew ---- */

/* The last line apart: the start looks at it. */
static void a_digit_and_no_new_chain(void **state)
{
	(void)state;
	for (size_t i = 0; i < made_trials(); i++) {
		struct line *line = &lines[any(line_count - 1)];
		struct buf *file = &files[line->year - MADE_FIRST_YEAR], copy;
		struct finding finding;
		char text[100], *at;

		buf_init(&copy, 64 << 20);
		buf_append(&copy, file->data, file->len);
		at = memmem(copy.data, copy.len, line->json, line->bytes);
		assert_non_null(at);
		digit_change(at, at + line->bytes);
		file_put(line->year, &copy);
		made_find(&made, &finding, NULL, NULL);
		snprintf(text, sizeof(text), "%llu: %d.ledger, byte ",
			 (unsigned long long)line->event.sequence, line->year);
		assert_true(finding_says(&finding, text));
		assert_true(finding_says(&finding, "the digest does not continue the chain"));
		finding_done(&finding);
		buf_done(&copy);
		file_put(line->year, file);
	}
	made_assert_clean(&made);
}

static int setup(void **state)
{
	struct yaml_problem problem;
	struct load_places places;
	int r = load_catalogue(NULL, &catalogue, &places, &problem);

	(void)state;
	if (r == 0) {
		made_register(&made, catalogue, made_seed(), APPLICATIONS);
		ledger_load();
	}
	return r;
}

static int teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		buf_done(&files[i]);
	}
	arena_done(&arena);
	made_remove(&made);
	catalogue_free(catalogue);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_digit_and_no_new_chain),
		cmocka_unit_test(a_digit_of_a_snapshot),
		cmocka_unit_test(a_digit_of_a_seal),
		cmocka_unit_test(a_row_of_zeros_moved_to_another_table),
		cmocka_unit_test(what_a_seal_says_besides),
		cmocka_unit_test(a_category_before_a_snapshot),
		cmocka_unit_test(a_figure_before_a_snapshot),
		cmocka_unit_test(a_result_before_a_snapshot),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
