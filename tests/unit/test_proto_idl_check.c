/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/cleanup.h"
#include "proto/idl.h"

static struct idl *read_good(const char *what, const char *text)
{
	struct idl *idl = NULL;
	char why[200] = "";

	if (idl_read(text, &idl, why) < 0) {
		fail_msg("%s: %s", what, why);
	}
	return idl;
}

struct check_row {
	const char *value;
	const char *field; /* NULL: fits */
	const char *why;
};

static const char check_interface[] =
	"interface a.b\n"
	"type E (red, green)\n"
	"type S (i: int, e: E)\n"
	"type All (b: ?bool, i: ?int, f: ?float, s: ?string, o: ?object, e: ?E, m: ?[string]int,\n"
	"  a: ?[]S, n: ?[]?[]int, t: ?S, r: ?All, set: ?[string]())\n"
	"type Needs (b: bool, i: int, f: float, s: string, o: object, e: E, m: [string]int,\n"
	"  a: []S, t: S)\n";

static void check_rows(const char *type_name, const struct check_row *rows, size_t count)
{
	struct idl *idl = read_good("check", check_interface);
	const struct idl_type *type = idl_named(idl, type_name)->type;

	for (size_t i = 0; i < count; i++) {
		char field[128] = "", why[200] = "";
		json_t *value = json_loads(rows[i].value, JSON_DECODE_ANY, NULL);
		assert_non_null(value);
		int r = idl_check(type, value, field, why);
		json_decref(value);
		if (r != (rows[i].field == NULL ? 0 : -EINVAL)) {
			fail_msg("%s: %d, %s, %s", rows[i].value, r, field, why);
		}
		if (rows[i].field != NULL) {
			assert_string_equal(field, rows[i].field);
			assert_string_equal(why, rows[i].why);
		}
	}
	idl_free(idl);
}

static void test_check_scalars(void **state)
{
	static const struct check_row rows[] = {
		{ "{}", NULL, NULL },
		{ "{\"b\":true}", NULL, NULL },
		{ "{\"b\":false,\"i\":-7,\"f\":1.5,\"s\":\"\",\"o\":{\"any\":[1]},\"e\":\"red\"}",
		  NULL, NULL },
		{ "{\"f\":1}", NULL, NULL }, /* JSON has one kind of number */
		{ "{\"b\":null,\"i\":null,\"f\":null,\"s\":null,\"o\":null,\"e\":null}", NULL,
		  NULL },
		{ "{\"b\":1}", "b", "True or false is required here, not an integer." },
		{ "{\"b\":\"true\"}", "b", "True or false is required here, not a string." },
		{ "{\"i\":1.0}", "i",
		  "An integer is required here, not a number with a fraction." },
		{ "{\"i\":\"1\"}", "i", "An integer is required here, not a string." },
		{ "{\"i\":true}", "i", "An integer is required here, not true or false." },
		{ "{\"f\":\"1.5\"}", "f", "A number is required here, not a string." },
		{ "{\"s\":7}", "s", "A string is required here, not an integer." },
		{ "{\"s\":[]}", "s", "A string is required here, not an array." },
		{ "{\"o\":[]}", "o", "An object is required here, not an array." },
		{ "{\"o\":\"{}\"}", "o", "An object is required here, not a string." },
		{ "{\"e\":\"blue\"}", "e", "One of red, green is required here." },
		{ "{\"e\":\"Red\"}", "e", "One of red, green is required here." },
		{ "{\"e\":\"\"}", "e", "One of red, green is required here." },
		{ "{\"e\":0}", "e", "A string is required here, not an integer." },
		{ "[]", "", "An object is required here, not an array." },
		{ "null", "", "An object is required here." },
	};

	(void)state;
	check_rows("All", rows, ARRAY_SIZE(rows));
}

static void test_check_nested(void **state)
{
	static const struct check_row rows[] = {
		{ "{\"m\":{},\"a\":[],\"n\":[]}", NULL, NULL },
		{ "{\"m\":{\"x\":1},\"a\":[{\"i\":1,\"e\":\"red\"}],\"n\":[null,[1,2]]}", NULL,
		  NULL },
		{ "{\"r\":{\"r\":{\"i\":1}}}", NULL, NULL },
		{ "{\"set\":{\"one\":{},\"two\":{}}}", NULL, NULL },
		{ "{\"set\":{\"one\":{\"x\":1}}}", "set[\"one\"].x", "There is no such field." },
		{ "{\"m\":{\"x\":\"1\"}}", "m[\"x\"]",
		  "An integer is required here, not a string." },
		{ "{\"m\":{\"x\":null}}", "m[\"x\"]", "An integer is required here." },
		{ "{\"m\":[]}", "m", "An object is required here, not an array." },
		{ "{\"a\":{}}", "a", "An array is required here, not an object." },
		{ "{\"a\":[null]}", "a[0]", "An object is required here." },
		{ "{\"a\":[{\"i\":1,\"e\":\"red\"},{\"i\":1,\"e\":\"blue\"}]}", "a[1].e",
		  "One of red, green is required here." },
		{ "{\"a\":[{\"i\":1,\"e\":\"red\"},7]}", "a[1]",
		  "An object is required here, not an integer." },
		{ "{\"n\":[[1],[1,null]]}", "n[1][1]", "An integer is required here." },
		{ "{\"n\":[[1],[1,\"\"]]}", "n[1][1]",
		  "An integer is required here, not a string." },
		{ "{\"t\":{}}", "t.i", "An integer is required here." },
		{ "{\"t\":{\"i\":1}}", "t.e", "A string is required here." },
		{ "{\"r\":{\"r\":{\"t\":{\"i\":1,\"e\":3}}}}", "r.r.t.e",
		  "A string is required here, not an integer." },
	};

	(void)state;
	check_rows("All", rows, ARRAY_SIZE(rows));
}

static void test_check_surplus(void **state)
{
	static const struct check_row rows[] = {
		{ "{\"x\":1}", "x", "There is no such field." },
		{ "{\"x\":null}", "x", "There is no such field." },
		{ "{\"B\":true}", "B", "There is no such field." },
		{ "{\"t\":{\"i\":1,\"e\":\"red\",\"z\":1}}", "t.z", "There is no such field." },
		/* What is wrong in the interface's own fields comes first. */
		{ "{\"x\":1,\"s\":1}", "s", "A string is required here, not an integer." },
		{ "{\"s\":1,\"i\":\"\"}", "i", "An integer is required here, not a string." },
	};

	(void)state;
	check_rows("All", rows, ARRAY_SIZE(rows));
}

/* Every field in turn: absent, and null. */
static void test_check_missing(void **state)
{
	static const struct {
		const char *name, *why;
	} fields[] = {
		{ "b", "True or false is required here." }, { "i", "An integer is required here." },
		{ "f", "A number is required here." },      { "s", "A string is required here." },
		{ "o", "An object is required here." },     { "e", "A string is required here." },
		{ "m", "An object is required here." },     { "a", "An array is required here." },
		{ "t", "An object is required here." },
	};
	struct idl *idl = read_good("check", check_interface);
	const struct idl_type *type = idl_named(idl, "Needs")->type;
	char field[128], why[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		json_t *value = json_pack("{s:b,s:i,s:f,s:s,s:{},s:s,s:{},s:[],s:{s:i,s:s}}", "b",
					  1, "i", 1, "f", 1.0, "s", "", "o", "e", "red", "m", "a",
					  "t", "i", 1, "e", "green");
		assert_int_equal(idl_check(type, value, field, why), 0);
		json_object_set_new(value, fields[i].name, json_null());
		assert_int_equal(idl_check(type, value, field, why), -EINVAL);
		assert_string_equal(field, fields[i].name);
		assert_string_equal(why, fields[i].why);
		json_object_del(value, fields[i].name);
		assert_int_equal(idl_check(type, value, field, why), -EINVAL);
		assert_string_equal(field, fields[i].name);
		assert_string_equal(why, fields[i].why);
		json_decref(value);
	}
	idl_free(idl);
}

/* A path longer than its room ends at a whole character. */
static void test_check_long_path(void **state)
{
	struct idl *idl = read_good("check", check_interface);
	const struct idl_type *type = idl_named(idl, "All")->type;
	char key[301] = "", field[128], why[200];

	(void)state;
	for (int i = 0; i < 100; i++) {
		memcpy(key + 3 * i, "\xE4\xBE\x9D", 4);
	}
	json_t *value = json_pack("{s:i}", key, 1);
	assert_int_equal(idl_check(type, value, field, why), -EINVAL);
	assert_int_equal(strlen(field), 126); /* 42 characters of 3 bytes in 127 */
	assert_memory_equal(field, key, 126);
	json_decref(value);
	value = json_pack("{s:{s:s}}", "m", key, "");
	assert_int_equal(idl_check(type, value, field, why), -EINVAL);
	assert_int_equal(strlen(field), 3 + 123); /* m[" and 41 characters in 124 bytes */
	json_decref(value);
	idl_free(idl);
}

static void test_check_long_enum(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 10000);
	buf_append_text(&buf, "interface a.b type T (e: (value_0");
	for (int i = 1; i < 100; i++) {
		buf_printf(&buf, ",value_%d", i);
	}
	assert_int_equal(buf_append(&buf, "))", 3), 0);
	struct idl *idl = read_good("enum", buf.data);
	json_t *value = json_pack("{s:s}", "e", "value_100");
	char field[128], why[200];
	assert_int_equal(idl_check(idl->entries[0].type, value, field, why), -EINVAL);
	assert_non_null(strstr(why, "One of value_0, value_1, "));
	assert_non_null(strstr(why, ", ... is required here."));
	json_decref(value);
	idl_free(idl);
	buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_scalars),   cmocka_unit_test(test_check_nested),
		cmocka_unit_test(test_check_surplus),   cmocka_unit_test(test_check_missing),
		cmocka_unit_test(test_check_long_path), cmocka_unit_test(test_check_long_enum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
