/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/cleanup.h"
#include "proto/frame.h"
#include "proto/message.h"

static int read_call(const char *text, struct message_call *ret_call)
{
	char why[200] = "";

	int r = message_read_call(text, strlen(text), ret_call, why);
	assert_true(r == 0 || why[0] != '\0');
	return r;
}

static void refuse_call(const char *text)
{
	struct message_call call = { 0 };

	if (read_call(text, &call) != -EBADMSG) {
		fail_msg("should be refused: %s", text);
	}
	assert_null(call.root);
}

static void refuse_reply(const char *text)
{
	struct message_reply reply = { 0 };
	char why[200] = "";

	if (message_read_reply(text, strlen(text), &reply, why) != -EBADMSG) {
		fail_msg("should be refused: %s", text);
	}
	assert_true(why[0] != '\0');
}

static void test_call(void **state)
{
	struct message_call call;

	(void)state;
	assert_int_equal(
		read_call("{\"method\":\"a.b.C\",\"parameters\":{\"x\":7},\"more\":true}", &call),
		0);
	assert_string_equal(call.method, "a.b.C");
	assert_int_equal(json_integer_value(json_object_get(call.parameters, "x")), 7);
	assert_true(call.more);
	assert_false(call.oneway);
	message_call_done(&call);
	assert_null(call.root);

	assert_int_equal(read_call("{\"oneway\":true,\"upgrade\":false,\"method\":\"a\"}", &call),
			 0);
	assert_true(call.oneway);
	assert_false(call.more);
	message_call_done(&call);
}

static void test_call_parameters_absent(void **state)
{
	static const char *const texts[] = {
		"{\"method\":\"a.b.C\"}",
		"{\"method\":\"a.b.C\",\"parameters\":{}}",
		" { \"parameters\" : null , \"method\" : \"a.b.C\", \"more\":null }\n",
		"{\"method\":\"a.b.C\",\"oneway\":null}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct message_call call;
		assert_int_equal(read_call(texts[i], &call), 0);
		assert_true(json_is_object(call.parameters));
		assert_int_equal(json_object_size(call.parameters), 0);
		message_call_done(&call);
	}
}

static void test_call_refused(void **state)
{
	(void)state;
	refuse_call("");
	refuse_call(" ");
	refuse_call("null");
	refuse_call("7");
	refuse_call("\"method\"");
	refuse_call("[]");
	refuse_call("[{\"method\":\"a.b.C\"}]");
	refuse_call("{}");
	refuse_call("{\"parameters\":{}}");
	refuse_call("{\"method\":\"\"}");
	refuse_call("{\"method\":null}");
	refuse_call("{\"method\":7}");
	refuse_call("{\"method\":\"a\",\"parameters\":[]}");
	refuse_call("{\"method\":\"a\",\"parameters\":\"x\"}");
	refuse_call("{\"method\":\"a\",\"more\":1}");
	refuse_call("{\"method\":\"a\",\"oneway\":\"true\"}");
	refuse_call("{\"method\":\"a\",\"more\":true,\"oneway\":true}");
	refuse_call("{\"method\":\"a\",\"upgrade\":true}");
	refuse_call("{\"method\":\"a\",\"continues\":true}");
	refuse_call("{\"method\":\"a\",\"Method\":\"b\"}");
}

static void test_json_refused(void **state)
{
	(void)state;
	refuse_call("{\"method\":\"a\"");
	refuse_call("{\"method\":\"a\"}}");
	refuse_call("{\"method\":\"a\"} x");
	refuse_call("{\"method\":\"a\"}{\"method\":\"a\"}");
	refuse_call("{\"method\":\"a\",}");
	refuse_call("{'method':'a'}");
	refuse_call("{method:\"a\"}");
	refuse_call("{\"method\":\"a\" /* c */}");
	refuse_call("\xEF\xBB\xBF{\"method\":\"a\"}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":NaN}}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":01}}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":\"\t\"}}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":\"\\x\"}}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":\"");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":\"\\");
}

static void test_duplicate_keys(void **state)
{
	(void)state;
	refuse_call("{\"method\":\"a\",\"method\":\"b\"}");
	refuse_call("{\"method\":\"x\",\"parameters\":{\"a\":1,\"b\":2,\"a\":1}}");
	refuse_call("{\"method\":\"x\",\"parameters\":{\"a\":1,\"\\u0061\":1}}");
	refuse_call("{\"method\":\"x\",\"parameters\":{\"q\":[{\"a\":1,\"a\":1}]}}");
}

static void test_text(void **state)
{
	struct message_call call;

	(void)state;
	refuse_call("{\"method\":\"a\\u0000b\"}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":\"\\u0000\"}}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"\\u0000\":1}}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":\"\xFF\"}}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":\"\xC0\xAF\"}}");     /* overlong */
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":\"\xED\xA0\x80\"}}"); /* surrogate */
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":\"\xF4\x90\x80\x80\"}}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":\"\xE4\xBE\"}}"); /* cut */
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":\"\\ud800\"}}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":\"\\udc00\\ud800\"}}");

	assert_int_equal(
		read_call("{\"method\":\"a\",\"parameters\":{\"x\":\"\\u4f9d\\ud83d\\ude00\"}}",
			  &call),
		0);
	assert_string_equal(json_string_value(json_object_get(call.parameters, "x")),
			    "\xE4\xBE\x9D\xF0\x9F\x98\x80");
	message_call_done(&call);
}

/* A NUL cannot come through a frame, but the bytes are counted here all the same. */
static void test_raw_nul(void **state)
{
	const char inside[] = "{\"method\":\"a\0b\"}";
	const char behind[] = "{\"method\":\"a\"}\0";
	struct message_call call = { 0 };
	char why[200];

	(void)state;
	assert_int_equal(message_read_call(inside, sizeof(inside) - 1, &call, why), -EBADMSG);
	assert_int_equal(message_read_call(behind, sizeof(behind) - 1, &call, why), -EBADMSG);
}

static void test_numbers(void **state)
{
	struct message_call call;

	(void)state;
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":9223372036854775808}}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":-9223372036854775809}}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":1e400}}");
	refuse_call("{\"method\":\"a\",\"parameters\":{\"x\":-1e400}}");

	assert_int_equal(read_call("{\"method\":\"a\",\"parameters\":{\"max\":9223372036854775807,"
				   "\"min\":-9223372036854775808,\"real\":1.0}}",
				   &call),
			 0);
	assert_true(json_integer_value(json_object_get(call.parameters, "max")) == INT64_MAX);
	assert_true(json_integer_value(json_object_get(call.parameters, "min")) == INT64_MIN);
	assert_true(json_is_real(json_object_get(call.parameters, "real")));
	message_call_done(&call);
}

/* {"method":"a","parameters":{"x": ... }} with `levels` arrays within the two objects. */
static int read_nested(size_t levels, char open, char close)
{
	char text[400] = "{\"method\":\"a\",\"parameters\":{\"x\":";
	struct message_call call = { 0 };
	size_t used = strlen(text);

	memset(text + used, open, levels);
	memset(text + used + levels, close, levels);
	memcpy(text + used + 2 * levels, "}}", 3);
	int r = read_call(text, &call);
	message_call_done(&call);
	return r;
}

static void test_depth(void **state)
{
	(void)state;
	assert_int_equal(read_nested(30, '[', ']'), 0);
	assert_int_equal(read_nested(31, '[', ']'), -EBADMSG);
}

static void test_depth_of_strings(void **state)
{
	struct message_call call;
	char text[400];

	(void)state;
	/* Brackets in strings are no depth, and an escaped quote does not end one. */
	snprintf(text, sizeof(text), "{\"method\":\"a\",\"parameters\":{\"x\":\"%s\\\"%s\\\\\"}}",
		 "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
		 "{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{");
	assert_int_equal(read_call(text, &call), 0);
	message_call_done(&call);
	/* Depth, not number. */
	snprintf(text, sizeof(text), "{\"method\":\"a\",\"parameters\":{\"x\":[%s[]]}}",
		 "[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
		 "[],[],[],[],[],[],[],[],[],[],[],[],[],");
	assert_int_equal(read_call(text, &call), 0);
	message_call_done(&call);
}

static void test_depth_bomb(void **state)
{
	char *text = malloc(FRAME_MAX_BYTES);
	struct message_call call = { 0 };
	char why[200];

	(void)state;
	assert_non_null(text);
	memset(text, '[', FRAME_MAX_BYTES);
	assert_int_equal(message_read_call(text, FRAME_MAX_BYTES, &call, why), -EBADMSG);
	free(text);
}

static void test_reply(void **state)
{
	struct message_reply reply;
	char why[200];
	const char *success = "{\"parameters\":{\"x\":1},\"continues\":true}";
	const char *error = "{\"error\":\"a.b.E\"}";

	(void)state;
	assert_int_equal(message_read_reply(success, strlen(success), &reply, why), 0);
	assert_null(reply.error);
	assert_true(reply.continues);
	assert_int_equal(json_object_size(reply.parameters), 1);
	message_reply_done(&reply);

	assert_int_equal(message_read_reply(error, strlen(error), &reply, why), 0);
	assert_string_equal(reply.error, "a.b.E");
	assert_false(reply.continues);
	assert_int_equal(json_object_size(reply.parameters), 0);
	message_reply_done(&reply);

	assert_int_equal(message_read_reply("{}", 2, &reply, why), 0);
	message_reply_done(&reply);

	refuse_reply("[]");
	refuse_reply("{\"error\":7}");
	refuse_reply("{\"error\":\"\"}");
	refuse_reply("{\"parameters\":7}");
	refuse_reply("{\"continues\":1}");
	refuse_reply("{\"method\":\"a\"}");
	refuse_reply("{\"error\":\"a.b.E\",\"continues\":true}");
}

static void expect_written(struct buf *buf, const char *wanted)
{
	assert_int_equal(buf->len, strlen(wanted) + 1);
	assert_string_equal(buf->data, wanted);
	buf_clear(buf);
}

static void test_write(void **state)
{
	struct buf buf;
	json_t *parameters = json_pack("{s:s}", "x", "a\"\n\xE4\xBE\x9D");

	(void)state;
	buf_init(&buf, 10000);
	assert_int_equal(message_write_call(&buf, "a.b.C", NULL, false, false), 0);
	expect_written(&buf, "{\"method\":\"a.b.C\"}");
	assert_int_equal(message_write_call(&buf, "a.\"C", parameters, true, false), 0);
	expect_written(&buf,
		       "{\"method\":\"a.\\\"C\",\"parameters\":{\"x\":\"a\\\"\\n\xE4\xBE\x9D\"},"
		       "\"more\":true}");
	assert_int_equal(message_write_call(&buf, "a.b.C", NULL, false, true), 0);
	expect_written(&buf, "{\"method\":\"a.b.C\",\"oneway\":true}");
	assert_int_equal(message_write_reply(&buf, NULL, false), 0);
	expect_written(&buf, "{\"parameters\":{}}");
	assert_int_equal(message_write_reply(&buf, parameters, true), 0);
	expect_written(&buf,
		       "{\"parameters\":{\"x\":\"a\\\"\\n\xE4\xBE\x9D\"},\"continues\":true}");
	assert_int_equal(message_write_error(&buf, "a.b.E", NULL), 0);
	expect_written(&buf, "{\"error\":\"a.b.E\",\"parameters\":{}}");
	buf_done(&buf);
	json_decref(parameters);
}

/* A reply whose text is exactly `bytes` long, behind another one. */
static int write_sized(struct buf *buf, size_t bytes)
{
	const size_t around = strlen("{\"parameters\":{\"x\":\"\"}}");
	char *text = malloc(bytes);

	assert_non_null(text);
	memset(text, 'x', bytes - around);
	json_t *parameters = json_pack("{s:s%}", "x", text, bytes - around);
	int r = message_write_reply(buf, parameters, false);
	json_decref(parameters);
	free(text);
	return r;
}

static void test_write_limit(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 3 * FRAME_MAX_BYTES);
	assert_int_equal(message_write_reply(&buf, NULL, false), 0);
	size_t first = buf.len;
	assert_int_equal(write_sized(&buf, FRAME_MAX_BYTES + 1), -EMSGSIZE);
	assert_int_equal(buf.len, first);
	assert_int_equal(buf.error, 0);
	assert_int_equal(write_sized(&buf, FRAME_MAX_BYTES), 0);
	assert_int_equal(buf.len, first + FRAME_MAX_BYTES + 1);
	buf_done(&buf);
}

/* What does not fit the buf leaves it as it was, good for something shorter. */
static void test_write_full(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 30);
	assert_int_equal(write_sized(&buf, 30), -EMSGSIZE); /* its NUL is one too many */
	assert_int_equal(buf.len, 0);
	assert_int_equal(write_sized(&buf, 29), 0);
	assert_int_equal(buf.len, 30);
	assert_int_equal(message_write_reply(&buf, NULL, false), -EMSGSIZE);
	assert_int_equal(buf.len, 30);
	buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_call),
		cmocka_unit_test(test_call_parameters_absent),
		cmocka_unit_test(test_call_refused),
		cmocka_unit_test(test_json_refused),
		cmocka_unit_test(test_duplicate_keys),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_raw_nul),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_depth_of_strings),
		cmocka_unit_test(test_depth_bomb),
		cmocka_unit_test(test_reply),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_write_limit),
		cmocka_unit_test(test_write_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
