/* SPDX-License-Identifier: Apache-2.0 */
/* What json_out.h and message_out.h write beside what the JSON library writes of the same values.
 */
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

#include "proto/frame.h"
#include "proto/message.h"
#include "proto/message_out.h"

#define TREES     3000
#define DEPTH_MAX 4

static uint64_t seed = 20261124;

static uint64_t any(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

static void is_written(const struct buf *out, const json_t *value)
{
	char *expected = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	assert_non_null(expected);
	assert_int_equal(out->error, 0);
	assert_int_equal(out->len, strlen(expected));
	assert_memory_equal(out->data, expected, out->len);
	free(expected);
}

static void is_text(const char *text)
{
	json_t *value = json_string(text);
	struct json_out json = { 0 };
	struct buf out;

	assert_non_null(value);
	buf_init(&out, SIZE_MAX / 2);
	json.out = &out;
	json_out_text(&json, NULL, text);
	is_written(&out, value);
	json_decref(value);
	buf_done(&out);
}

static size_t encode(uint32_t c, char text[static 5])
{
	size_t bytes = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char heads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	text[bytes] = '\0';
	for (size_t i = bytes - 1; i > 0; i--, c >>= 6) {
		text[i] = (char)(0x80 | (c & 0x3f));
	}
	text[0] = (char)(heads[bytes] | c);
	return bytes;
}

static void every_character(void **state)
{
	(void)state;
	for (uint32_t c = 1; c < 0x11000; c++) {
		char text[16] = "a", one[5];

		if (c >= 0xd800 && c <= 0xdfff) {
			continue;
		}
		encode(c, one);
		strcat(text, one);
		is_text(text + 1);
		is_text(text);
		strcat(text, "z");
		is_text(text);
		is_text(text + 1);
	}
	is_text("");
	is_text("\U0010ffff");
}

/* By the words of RFC 8259, not by the library's. */
static void what_is_escaped(void **state)
{
	struct json_out json = { 0 };
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	json.out = &out;
	json_out_text(&json, NULL, "\b\f\n\r\t\"\\/\x01\x1f\x7f张");
	buf_append(&out, "", 1);
	assert_string_equal(out.data, "\"\\b\\f\\n\\r\\t\\\"\\\\/\\u0001\\u001F\x7f张\"");
	buf_done(&out);
}

static void integers(void **state)
{
	static const int64_t numbers[] = {
		0, 1, -1, 9, 10, -10, 99, INT64_MAX, INT64_MIN, INT32_MIN, INT64_MIN + 1, 1000
	};
	struct json_out json = { 0 };
	json_t *array = json_array();
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	json.out = &out;
	json_out_array(&json, NULL);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		json_out_integer(&json, NULL, numbers[i]);
		json_array_append_new(array, json_integer(numbers[i]));
	}
	json_out_array_end(&json);
	is_written(&out, array);
	json_decref(array);
	buf_done(&out);
}

static json_t *any_text(struct json_out *json, const char *key)
{
	char text[200] = "";

	for (uint64_t left = any(40), at = 0; left > 0; left--) {
		uint32_t c = (uint32_t)(any(2) == 0 ? 1 + any(0x7f) : 1 + any(0xd000));
		at += encode(c, text + at);
	}
	json_out_text(json, key, text);
	return json_string(text);
}

/* Writes a value and gives the same as a tree. */
static json_t *any_value(struct json_out *json, const char *key, int depth)
{
	uint64_t kind = any(depth < DEPTH_MAX ? 6 : 4);
	bool truth = any(2) == 0;
	json_t *value;

	switch (kind) {
	case 0:
		json_out_bool(json, key, truth);
		return json_boolean(truth);
	case 1:
		truth ? json_out_null(json, key) : json_out_text(json, key, NULL);
		return json_null();
	case 2:
		value = json_integer((json_int_t)(seed >> any(64)));
		json_out_integer(json, key, json_integer_value(value));
		return value;
	case 3:
		return any_text(json, key);
	case 4:
		value = json_array();
		json_out_array(json, key);
		for (uint64_t left = any(5); left > 0; left--) {
			json_array_append_new(value, any_value(json, NULL, depth + 1));
		}
		json_out_array_end(json);
		return value;
	default:
		value = json_object();
		json_out_object(json, key);
		for (uint64_t left = any(5); left > 0; left--) {
			char name[24];
			snprintf(name, sizeof(name), "k%u", (unsigned)left);
			json_object_set_new(value, name, any_value(json, name, depth + 1));
		}
		json_out_object_end(json);
		return value;
	}
}

static void any_tree(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, SIZE_MAX / 2);
	for (int i = 0; i < TREES; i++) {
		struct json_out json = { .out = &out };
		json_t *value = any_value(&json, NULL, 0);

		is_written(&out, value);
		json_decref(value);
		buf_clear(&out);
	}
	buf_done(&out);
}

static void is_reply(bool continues)
{
	json_t *parameters = json_pack("{s:s, s:{s:i}}", "a", "甲", "b", "c", 7);
	struct buf tree, out;

	buf_init(&tree, 1000);
	buf_init(&out, 1000);
	buf_append(&out, "before", 7);
	buf_append(&tree, "before", 7);
	assert_int_equal(message_write_reply(&tree, parameters, continues), 0);
	struct message_out message = message_out_begin(&out);
	json_out_text(&message.json, "a", "甲");
	json_out_object(&message.json, "b");
	json_out_integer(&message.json, "c", 7);
	json_out_object_end(&message.json);
	assert_int_equal(message_out_end(&message, continues), 0);
	assert_int_equal(out.len, tree.len);
	assert_memory_equal(out.data, tree.data, out.len);
	json_decref(parameters);
	buf_done(&tree);
	buf_done(&out);
}

static void replies(void **state)
{
	(void)state;
	is_reply(false);
	is_reply(true);
}

/* A reply whose one member is a text of so many bytes. */
static int reply_of(struct buf *out, size_t bytes)
{
	struct message_out message = message_out_begin(out);
	char *text = malloc(bytes + 1);

	assert_non_null(text);
	memset(text, 'x', bytes);
	text[bytes] = '\0';
	json_out_text(&message.json, "t", text);
	free(text);
	return message_out_end(&message, false);
}

static void the_limit_of_a_message(void **state)
{
	const size_t around = sizeof("{\"parameters\":{\"t\":\"\"}}") - 1;
	struct buf out;

	(void)state;
	buf_init(&out, SIZE_MAX / 2);
	assert_int_equal(reply_of(&out, 5), 0);
	size_t len = out.len;
	assert_int_equal(reply_of(&out, FRAME_MAX_BYTES - around + 1), -EMSGSIZE);
	assert_int_equal(out.len, len);
	assert_int_equal(out.error, 0);
	assert_int_equal(reply_of(&out, FRAME_MAX_BYTES - around), 0);
	assert_int_equal(out.len, len + FRAME_MAX_BYTES + 1);
	buf_done(&out);
}

static void a_full_buf_is_as_it_was(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_int_equal(reply_of(&out, 10), 0);
	size_t len = out.len;
	assert_int_equal(reply_of(&out, 90), -EMSGSIZE);
	assert_int_equal(out.len, len);
	assert_int_equal(reply_of(&out, 10), 0);
	assert_int_equal(out.len, 2 * len);
	out.error = -ENOMEM;
	assert_int_equal(reply_of(&out, 1), -ENOMEM);
	assert_int_equal(out.error, -ENOMEM);
	assert_int_equal(out.len, 2 * len);
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character),
		cmocka_unit_test(what_is_escaped),
		cmocka_unit_test(integers),
		cmocka_unit_test(any_tree),
		cmocka_unit_test(replies),
		cmocka_unit_test(the_limit_of_a_message),
		cmocka_unit_test(a_full_buf_is_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
