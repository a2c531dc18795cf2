/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/buf.h"
#include "proto/base/cleanup.h"
#include "proto/base/file.h"
#include "proto/base/yaml.h"

#define FILE_BYTES_MAX   1048576
#define SCALAR_BYTES_MAX 65536
#define NODES_MAX        200000

/* Every value a line: indent, line:column, the key with its place, then "text" or [n] or {n}. */
static void dump(struct buf *out, const struct yaml_node *node, int depth)
{
	buf_printf(out, "%*s%d:%d ", depth * 2, "", node->line, node->column);
	if (node->key != NULL) {
		buf_printf(out, "(%d:%d %s) ", node->key_line, node->key_column, node->key);
	}
	if (node->kind == YAML_SCALAR) {
		buf_append_text(out, "\"");
		for (const char *c = node->text; *c != '\0'; c++) {
			if (*c == '\n') {
				buf_append_text(out, "\\n");
			} else {
				buf_append(out, c, 1);
			}
		}
		buf_append_text(out, "\"\n");
		return;
	}
	buf_printf(out, node->kind == YAML_LIST ? "[%zu]\n" : "{%zu}\n", node->count);
	for (const struct yaml_node *child = node->first; child != NULL; child = child->next) {
		dump(out, child, depth + 1);
	}
}

/* Whether it was read: then out is the dump, else "<line>:<column> <sentence>". */
static bool verdict(struct buf *out, const char *text, size_t bytes)
{
	auto_(arena_done) struct arena arena = { 0 };
	struct yaml_problem problem = { .line = -1 };
	struct yaml_node *root = NULL;
	int r = yaml_read(&arena, "test.yaml", text, bytes, &root, &problem);

	buf_clear(out);
	if (r == 0) {
		assert_non_null(root);
		assert_int_equal(problem.line, -1);
		dump(out, root, 0);
	} else {
		assert_int_equal(r, -EINVAL);
		assert_null(root);
		assert_string_equal(problem.file, "test.yaml");
		buf_printf(out, "%d:%d %s\n", problem.line, problem.column, problem.text);
	}
	assert_int_equal(buf_append(out, "", 1), 0);
	return r == 0;
}

static bool ends_with(const char *text, const char *end)
{
	return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

/* 0, or 1 when the file is not read as its neighbour .expect says. */
static int file_wrong(const char *directory, const char *name)
{
	auto_(buf_done) struct buf text, expect, got;
	char path[512], expect_path[512];
	bool ok;

	buf_init(&text, FILE_BYTES_MAX);
	buf_init(&expect, FILE_BYTES_MAX);
	buf_init(&got, FILE_BYTES_MAX);
	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	(void)snprintf(expect_path, sizeof(expect_path), "%.*s.expect", (int)strlen(path) - 5,
		       path);
	if (file_read(path, &text) < 0 || file_read(expect_path, &expect) < 0 ||
	    buf_append(&expect, "", 1) < 0) {
		print_error("%s: it or its .expect cannot be read\n", name);
		return 1;
	}
	ok = verdict(&got, text.data == NULL ? "" : text.data, text.len);
	if (strcmp(got.data, expect.data) != 0) {
		print_error("%s\n expected: %s got:      %s", name, expect.data, got.data);
		return 1;
	}
	/* Else an .expect could turn a refusal into an acceptance unseen. */
	if (strncmp(name, ok ? "ok_" : "bad_", ok ? 3 : 4) != 0) {
		print_error("%s: the name promises something else\n", name);
		return 1;
	}
	return 0;
}

static void files_are_as_their_names_say(void **state)
{
	const char *data = getenv("OGID_TEST_DATA");
	char directory[256];
	struct dirent *entry;
	int ok = 0, bad = 0, wrong = 0;
	DIR *dir;

	(void)state;
	if (data == NULL) {
		fail_msg("OGID_TEST_DATA is not set");
	}
	(void)snprintf(directory, sizeof(directory), "%s/yaml", data);
	dir = opendir(directory);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (!ends_with(entry->d_name, ".yaml")) {
			continue;
		}
		ok += strncmp(entry->d_name, "ok_", 3) == 0;
		bad += strncmp(entry->d_name, "bad_", 4) == 0;
		wrong += file_wrong(directory, entry->d_name);
	}
	closedir(dir);
	/* Else an empty directory would be a success. */
	assert_true(ok >= 9);
	assert_true(bad >= 35);
	assert_int_equal(wrong, 0);
}

static void assert_verdict(const char *text, size_t bytes, const char *expected)
{
	auto_(buf_done) struct buf got;

	buf_init(&got, 64 * 1024 * 1024);
	(void)verdict(&got, text, bytes);
	if (strncmp(got.data, expected, strlen(expected)) != 0) {
		got.data[got.len > 500 ? 500 : got.len - 1] = '\0';
		fail_msg("expected %s\ngot %s", expected, got.data);
	}
}

static void bytes_no_editor_writes(void **state)
{
	static const char nul[] = "a: b\nc: \0d\n";
	static const char utf16[] = "\xff\xfe"
				    "a\0:\0 \0b\0\n\0";

	(void)state;
	assert_verdict(nul, sizeof(nul) - 1, "2:4 a control character");
	assert_verdict(utf16, sizeof(utf16) - 1, "1:1 bytes that are not UTF-8");
	assert_verdict("", 0, "0:0 the file is empty; a map was expected\n");
	/* The text ends where bytes says, not at a NUL. */
	assert_verdict("a: bc", 4, "1:1 {1}\n  1:4 (1:1 a) \"b\"\n");
	assert_verdict("a: \xe5\xb7\xa5", 5, "1:4 bytes that are not UTF-8");
}

static void large_files_are_refused(void **state)
{
	auto_(buf_done) struct buf text;

	(void)state;
	buf_init(&text, FILE_BYTES_MAX + 1);
	buf_append_text(&text, "a: b\n#");
	while (text.len < FILE_BYTES_MAX) {
		buf_append(&text, "x", 1);
	}
	assert_int_equal(text.error, 0);
	assert_verdict(text.data, text.len, "1:1 {1}\n");
	assert_int_equal(buf_append(&text, "x", 1), 0);
	assert_verdict(text.data, text.len, "0:0 the file is larger than 1048576 bytes\n");
}

static void long_texts_are_refused(void **state)
{
	auto_(buf_done) struct buf text;

	(void)state;
	buf_init(&text, FILE_BYTES_MAX);
	buf_append_text(&text, "a: ");
	while (text.len < SCALAR_BYTES_MAX + 3) {
		buf_append(&text, "x", 1);
	}
	assert_verdict(text.data, text.len, "1:1 {1}\n  1:4 (1:1 a) \"xxx");
	assert_int_equal(buf_append(&text, "x", 1), 0);
	assert_verdict(text.data, text.len, "1:4 a text of more than 65536 bytes\n");
}

static void many_values_are_refused(void **state)
{
	auto_(buf_done) struct buf text;

	(void)state;
	buf_init(&text, FILE_BYTES_MAX);
	/* The list itself is one of them. */
	buf_append_text(&text, "- a");
	for (int i = 2; i < NODES_MAX; i++) {
		buf_append_text(&text, "\n- a");
	}
	assert_int_equal(text.error, 0);
	assert_verdict(text.data, text.len, "1:1 [199999]\n");
	assert_int_equal(buf_append_text(&text, "\n- b"), 0);
	assert_verdict(text.data, text.len, "200000:3 more than 200000 values in one file\n");
}

/* A comparison of each key with each would not come back in time. */
static void a_map_may_have_many_keys(void **state)
{
	auto_(buf_done) struct buf text;

	(void)state;
	buf_init(&text, FILE_BYTES_MAX);
	for (int i = 0; i < 90000; i++) {
		buf_printf(&text, "k%d: a\n", i);
	}
	assert_int_equal(text.error, 0);
	assert_verdict(text.data, text.len, "1:1 {90000}\n");
	assert_int_equal(buf_append_text(&text, "k12: b\n"), 0);
	assert_verdict(text.data, text.len,
		       "90001:1 a key for the second time, first at line 13, column 1: k12\n");
}

static void nesting_ends_at_32(void **state)
{
	char text[100] = "";

	(void)state;
	memset(text, '[', 32);
	memset(text + 32, ']', 32);
	assert_verdict(text, 64, "1:1 [1]\n  1:2 [1]\n");
	memset(text, '[', 33);
	memset(text + 33, ']', 33);
	assert_verdict(text, 66, "1:33 more than 32 lists and maps inside one another\n");
}

static void finds_keys(void **state)
{
	static const char text[] = "a: 1\nb: [x, y]\nc: {a: 2}\n'': empty\n";
	auto_(arena_done) struct arena arena = { 0 };
	struct yaml_problem problem;
	struct yaml_node *root, *list;

	(void)state;
	assert_int_equal(yaml_read(&arena, "f", text, strlen(text), &root, &problem), 0);
	assert_int_equal(root->count, 4);
	assert_string_equal(yaml_get(root, "a")->text, "1");
	assert_string_equal(yaml_get(yaml_get(root, "c"), "a")->text, "2");
	assert_string_equal(yaml_get(root, "")->text, "empty");
	assert_null(yaml_get(root, "d"));
	list = yaml_get(root, "b");
	assert_int_equal(list->kind, YAML_LIST);
	assert_null(list->first->key);
	assert_null(yaml_get(list, "x"));
	assert_null(yaml_get(list->first, "x"));
}

static void problems_fit_and_stay_utf8(void **state)
{
	struct yaml_problem problem;
	char name[1001];

	(void)state;
	/* 255 bytes are 85 characters of three, 399 are 133. */
	for (size_t i = 0; i < 1000; i++) {
		name[i] = "\xe5\xb7\xa5"[i % 3];
	}
	name[1000] = '\0';
	assert_int_equal(yaml_fail(&problem, name, 3, 4, "%s", name), -EINVAL);
	assert_int_equal(problem.line, 3);
	assert_int_equal(problem.column, 4);
	assert_int_equal(strlen(problem.file), 255);
	assert_int_equal(strlen(problem.text), 399);
	assert_int_equal(yaml_fail(&problem, "x", 0, 0, "a%s", name), -EINVAL);
	/* One and 132 whole ones; the two bytes left are half a character. */
	assert_int_equal(strlen(problem.text), 1 + 132 * 3);
	assert_int_equal(yaml_fail(&problem, "x", 0, 0, "ab%s", name), -EINVAL);
	assert_int_equal(strlen(problem.text), 2 + 132 * 3);
	assert_int_equal(yaml_fail(&problem, "", 0, 0, "%s", "工"), -EINVAL);
	assert_string_equal(problem.text, "工");
	assert_string_equal(problem.file, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_as_their_names_say),
		cmocka_unit_test(bytes_no_editor_writes),
		cmocka_unit_test(large_files_are_refused),
		cmocka_unit_test(long_texts_are_refused),
		cmocka_unit_test(many_values_are_refused),
		cmocka_unit_test(a_map_may_have_many_keys),
		cmocka_unit_test(nesting_ends_at_32),
		cmocka_unit_test(finds_keys),
		cmocka_unit_test(problems_fit_and_stay_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
