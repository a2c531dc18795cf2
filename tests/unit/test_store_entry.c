/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/number.h"
#include "daemon/store/entry.h"
#include "daemon/store/entry_plain.h"
#include "proto/base/cleanup.h"
#include "proto/base/date.h"

/* 𠀀 and 𪛖 are beyond the 16-bit plane; so are some people's names. */
#define RARE_NAME "\xf0\xa0\x80\x80\xf0\xaa\x9b\x96"

static struct event event_plain(void)
{
	struct event event = {
		.sequence = 7,
		.action = ACTION_LOG,
		.number = number_make(2026, 1),
		.version = 1,
		.on = date_from_civil(2026, 1, 5),
		.recorded_usec = 1767600000000001,
		.actor = "wang",
		.uid = 1000,
		.part = 1,
		.of = 1,
	};
	return event;
}

static void writes_what_the_format_says(void **state)
{
	auto_(buf_done) struct buf out;
	struct event event = event_plain();

	(void)state;
	buf_init(&out, 10000);
	field_set_number(&event.fields, FIELD_CATEGORY, CATEGORY_NATURAL_PERSON);
	field_set_text(&event.fields, FIELD_NAME, "王\"小\\明\"\n");
	field_set_null(&event.fields, FIELD_AGENT);
	field_set_number(&event.fields, FIELD_RECEIVED_ON, date_from_civil(2026, 1, 5));
	assert_int_equal(entry_write(&event, &out), 0);
	buf_append(&out, "", 1);
	assert_string_equal(
		out.data,
		"{\"sequence\":7,\"action\":\"log\",\"number\":\"2026-0001\",\"version\":1,"
		"\"on\":\"2026-01-05\",\"recorded_at\":\"2026-01-05T08:00:00.000001Z\","
		"\"actor\":\"wang\",\"uid\":1000,\"data\":{\"category\":\"natural_person\","
		"\"name\":\"王\\\"小\\\\明\\\"\\u000a\",\"agent\":null,"
		"\"received_on\":\"2026-01-05\"}}");
}

static void writes_every_optional_member(void **state)
{
	auto_(buf_done) struct buf out;
	struct event event = event_plain();

	(void)state;
	buf_init(&out, 10000);
	event.action = ACTION_REVEAL;
	event.number = 0;
	event.version = 0;
	event.part = 2;
	event.of = 3;
	event.key = "k-1";
	field_set_text(&event.was, FIELD_HANDLER, "li");
	assert_int_equal(entry_write(&event, &out), 0);
	buf_append(&out, "", 1);
	assert_string_equal(
		out.data,
		"{\"sequence\":7,\"action\":\"reveal\",\"number\":null,\"version\":null,"
		"\"on\":\"2026-01-05\",\"recorded_at\":\"2026-01-05T08:00:00.000001Z\","
		"\"actor\":\"wang\",\"uid\":1000,\"part\":2,\"of\":3,\"key\":\"k-1\",\"call\":\""
		"0000000000000000000000000000000000000000000000000000000000000000\","
		"\"data\":{},\"was\":{\"handler\":\"li\"}}");
}

static void fill_every_field(struct field_set *set, const struct text_list *list, int turn)
{
	static const char *const texts[] = { "", "plain", RARE_NAME, "a\"b\\c/d\te\x01\x1f\x7f",
					     "依申请公开" };

	for (int i = 0; i < FIELD_COUNT; i++) {
		enum field field = (enum field)i;
		const struct field_info *info = &field_table[i];

		switch (info->type) {
		case FIELD_TYPE_TEXT:
			field_set_text(set, field, texts[(i + turn) % 5]);
			break;
		case FIELD_TYPE_DATE:
			field_set_number(set, field, date_from_civil(1900 + i * turn, 2, 28));
			break;
		case FIELD_TYPE_INT:
			field_set_number(set, field, turn % 2 == 0 ? INT64_MAX : INT64_MIN);
			break;
		case FIELD_TYPE_BOOL:
			field_set_number(set, field, turn % 2);
			break;
		case FIELD_TYPE_NAME:
			/* The second name: the first may be "none", which is null. */
			field_set_number(set, field, 1);
			break;
		case FIELD_TYPE_LIST:
			field_set_list(set, field, list);
			break;
		}
		if (i % 7 == turn) {
			field_set_null(set, field);
		}
	}
}

static void assert_same_fields(const struct field_set *a, const struct field_set *b)
{
	assert_int_equal(a->present, b->present);
	assert_int_equal(a->null, b->null);
	for (int i = 0; i < FIELD_COUNT; i++) {
		if (!field_given(a, (enum field)i)) {
			continue;
		}
		union field_value left = a->values[i], right = b->values[i];
		if (field_table[i].type == FIELD_TYPE_TEXT) {
			assert_string_equal(left.text, right.text);
		} else if (field_table[i].type == FIELD_TYPE_LIST) {
			assert_int_equal(left.list->count, right.list->count);
			for (size_t k = 0; k < left.list->count; k++) {
				assert_string_equal(left.list->texts[k], right.list->texts[k]);
			}
		} else {
			assert_true(left.number == right.number);
		}
	}
}

static void assert_same_event(const struct event *a, const struct event *b)
{
	assert_int_equal(a->sequence, b->sequence);
	assert_int_equal(a->action, b->action);
	assert_int_equal(a->number, b->number);
	assert_int_equal(a->version, b->version);
	assert_int_equal(a->on, b->on);
	assert_int_equal(a->recorded_usec, b->recorded_usec);
	assert_string_equal(a->actor, b->actor);
	assert_int_equal(a->uid, b->uid);
	assert_int_equal(a->part, b->part);
	assert_int_equal(a->of, b->of);
	assert_int_equal(a->key == NULL, b->key == NULL);
	if (a->key != NULL) {
		assert_string_equal(a->key, b->key);
		assert_memory_equal(&a->call, &b->call, sizeof(a->call));
	}
	assert_same_fields(&a->fields, &b->fields);
	assert_same_fields(&a->was, &b->was);
}

static void reads_back_every_field_of_every_type(void **state)
{
	static const char *const warnings[] = { "重复申请：2025-0003", RARE_NAME, "\"", "" };
	const struct text_list lists[] = { { warnings, 4 }, { warnings, 0 } };

	(void)state;
	for (int turn = 0; turn < 7; turn++) {
		auto_(buf_done) struct buf out;
		auto_(arena_done) struct arena arena = { 0 };
		struct event event = event_plain(), back;
		char why[200];

		buf_init(&out, 100000);
		event.action = (enum action)((int)ACTION_COUNT - 1 - turn);
		event.number = number_make(1999 + turn, (uint32_t)(turn == 0 ? 1 : 987654321));
		event.version = UINT32_MAX;
		event.sequence = INT64_MAX;
		event.uid = UINT32_MAX;
		event.actor = RARE_NAME;
		event.part = event.of = (uint32_t)turn + 1;
		event.key = turn % 2 == 0 ? "schl\xc3\xbcssel \"1\"" : NULL;
		memset(&event.call, 0xa0 + turn, sizeof(event.call));
		fill_every_field(&event.fields, &lists[turn % 2], turn);
		if (turn % 3 != 0) {
			fill_every_field(&event.was, &lists[0], turn + 1);
		}
		assert_int_equal(entry_write(&event, &out), 0);
		assert_null(memchr(out.data, '\n', out.len));
		assert_int_equal(entry_read(out.data, out.len, &arena, &back, why), 0);
		assert_same_event(&event, &back);
	}
}

/* A byte changed, taken away or put in, or a piece said twice. */
static size_t line_spoil(char *line, size_t bytes)
{
	static const char likely[] = "\"\\,:{}[]0-1eEnulltrufasue .\x01\x7f\xff\xe5";
	size_t at = (size_t)rand() % bytes, piece = 1 + (size_t)rand() % 12;

	switch (rand() % 5) {
	case 0:
		line[at] = likely[(size_t)rand() % (sizeof(likely) - 1)];
		return bytes;
	case 1:
		line[at] = (char)(line[at] ^ 1 << rand() % 8);
		return bytes;
	case 2:
		memmove(line + at, line + at + 1, bytes - at - 1);
		return bytes - 1;
	case 3:
		memmove(line + at + 1, line + at, bytes - at);
		line[at] = likely[(size_t)rand() % (sizeof(likely) - 1)];
		return bytes + 1;
	default:
		piece = piece > bytes - at ? bytes - at : piece;
		memmove(line + at + piece, line + at, bytes - at);
		return bytes + piece;
	}
}

/* What the quick way accepts, the library reads the same; what we write, it accepts. */
static void both_ways_read_the_same(void **state)
{
	static const char *const warnings[] = { "重复申请：2025-0003", "\"a\"\\\x01\x1f", "" };
	const struct text_list list = { warnings, 3 };
	unsigned accepted = 0, tried = 0;

	(void)state;
	srand(20261124);
	for (int turn = 0; turn < 400; turn++) {
		auto_(buf_done) struct buf out;
		struct event event = event_plain();

		buf_init(&out, 100000);
		event.action = (enum action)(turn % (int)ACTION_COUNT);
		event.of = event.part = (uint32_t)(turn % 3) + 1;
		event.key = turn % 2 == 0 ? "k\"\t" : NULL;
		event.number = turn % 5 == 0 ? 0 : number_make(2026, (uint32_t)turn + 1);
		fill_every_field(&event.fields, &list, turn % 7);
		/* a number of nineteen digits is left to the library */
		for (int i = 0; i < FIELD_COUNT; i++) {
			if (field_table[i].type == FIELD_TYPE_INT) {
				field_set_number(&event.fields, (enum field)i, turn * 1000 - 7);
			}
		}
		assert_int_equal(entry_write(&event, &out), 0);
		for (int spoiled = 0; spoiled < 60; spoiled++) {
			auto_(arena_done) struct arena arena = { 0 };
			struct event quick, slow;
			char *line = malloc(out.len + 16), why[200];
			size_t bytes = out.len;

			memcpy(line, out.data, bytes);
			if (spoiled > 0) {
				bytes = line_spoil(line, bytes);
			}
			int r = entry_read_plain(line, bytes, &arena, &quick);
			assert_true(r == 0 || r == -EAGAIN);
			assert_true(r == 0 || spoiled > 0);
			if (r == 0) {
				assert_int_equal(entry_read_any(line, bytes, &arena, &slow, why),
						 0);
				assert_same_event(&quick, &slow);
				accepted += spoiled > 0;
			}
			tried += spoiled > 0;
			free(line);
		}
	}
	printf("# %u of %u spoiled lines were still as we write them\n", accepted, tried);
	assert_true(accepted > 0);
}

static void refuses_to_write_what_it_could_not_read(void **state)
{
	auto_(buf_done) struct buf out;
	struct event good = event_plain(), event;
	char long_key[EVENT_KEY_MAX + 2];

	(void)state;
	buf_init(&out, 10000);
	buf_append_text(&out, "before");
	event = good, event.sequence = 0;
	assert_int_equal(entry_write(&event, &out), -EINVAL);
	event = good, event.action = ACTION_COUNT;
	assert_int_equal(entry_write(&event, &out), -EINVAL);
	event = good, event.actor = NULL;
	assert_int_equal(entry_write(&event, &out), -EINVAL);
	event = good, event.actor = "\xff";
	assert_int_equal(entry_write(&event, &out), -EINVAL);
	event = good, event.on = DATE_NONE;
	assert_int_equal(entry_write(&event, &out), -EINVAL);
	event = good, event.part = 2;
	assert_int_equal(entry_write(&event, &out), -EINVAL);
	event = good, event.part = 0;
	assert_int_equal(entry_write(&event, &out), -EINVAL);
	event = good, event.key = "";
	assert_int_equal(entry_write(&event, &out), -EINVAL);
	memset(long_key, 'k', sizeof(long_key));
	long_key[EVENT_KEY_MAX + 1] = '\0';
	event = good, event.key = long_key;
	assert_int_equal(entry_write(&event, &out), -EINVAL);
	long_key[EVENT_KEY_MAX] = '\0';
	event = good;
	field_set_text(&event.fields, FIELD_NOTE, "half a character: \xe4\xb8");
	assert_int_equal(entry_write(&event, &out), -EINVAL);
	event = good;
	field_set_number(&event.fields, FIELD_STATE, STATE_COUNT);
	assert_int_equal(entry_write(&event, &out), -EINVAL);
	event = good;
	field_set_number(&event.was, FIELD_REPLY_BY, INT64_MAX);
	assert_int_equal(entry_write(&event, &out), -EINVAL);
	assert_int_equal(out.len, strlen("before"));
	event = good, event.key = long_key;
	assert_int_equal(entry_write(&event, &out), 0);
}

static void tells_when_the_buffer_is_full(void **state)
{
	struct event event = event_plain();

	(void)state;
	field_set_text(&event.fields, FIELD_NOTE, "text \" text");
	for (size_t max = 0; max < 210; max++) {
		auto_(buf_done) struct buf out;
		buf_init(&out, max);
		int r = entry_write(&event, &out);
		if (r == 0) {
			assert_true(max > 100);
			return;
		}
		assert_int_equal(r, -EMSGSIZE);
		assert_int_equal(out.len, 0);
	}
	fail();
}

#define HEAD                                                                                       \
	"{\"sequence\":1,\"action\":\"log\",\"number\":\"2026-0001\",\"version\":1,\"on\":\"2026-" \
	"01-05\","                                                                                 \
	"\"recorded_at\":\"2026-01-05T08:00:00.000000Z\",\"actor\":\"w\",\"uid\":0"
#define CALL "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void refuses_bad_entries(void **state)
{
	static const struct {
		const char *json, *why; /* a part of the sentence; NULL: it is fine */
	} cases[] = {
		{ HEAD ",\"data\":{}}", NULL },
		{ HEAD ",\"data\":{},\"was\":{}}", NULL },
		{ HEAD ",\"part\":2,\"of\":2,\"key\":\"k\",\"call\":\"" CALL "\",\"data\":{}}",
		  NULL },
		{ "", "no JSON" },
		{ "[]", "object" },
		{ "{}", "missing" },
		{ HEAD "}", "'data' is missing" },
		{ HEAD ",\"data\":{}", "no JSON" },
		{ HEAD ",\"data\":{}} x", "no JSON" },
		{ HEAD ",\"data\":{},\"data\":{}}", "no JSON" },
		{ HEAD ",\"data\":{},\"extra\":1}", "unknown member 'extra'" },
		{ HEAD ",\"data\":[]}", "object" },
		{ HEAD ",\"data\":null}", "object" },
		{ HEAD ",\"data\":{\"nonsense\":1}}", "unknown field 'nonsense'" },
		{ HEAD ",\"data\":{\"name\":1}}", "text" },
		{ HEAD ",\"data\":{\"name\":\"a\\u0000b\"}}", "no JSON" },
		{ HEAD ",\"data\":{\"name\":\"\xff\"}}", "no JSON" },
		{ HEAD ",\"data\":{\"name\":\"\\ud840\"}}", "no JSON" },
		{ HEAD ",\"data\":{\"state\":\"gone\"}}", "names" },
		{ HEAD ",\"data\":{\"state\":0}}", "names" },
		{ HEAD ",\"data\":{\"waiting\":\"none\"}}", "names" },
		{ HEAD ",\"data\":{\"extent\":\"none\"}}", "names" },
		{ HEAD ",\"data\":{\"received_on\":\"2026-02-30\"}}", "date" },
		{ HEAD ",\"data\":{\"received_on\":20260230}}", "date" },
		{ HEAD ",\"data\":{\"year\":2026.0}}", "integer" },
		{ HEAD ",\"data\":{\"year\":\"2026\"}}", "integer" },
		{ HEAD ",\"data\":{\"year\":9223372036854775808}}", "no JSON" },
		{ HEAD ",\"data\":{\"reasonable\":1}}", "true or false" },
		{ HEAD ",\"data\":{\"warnings\":\"x\"}}", "list" },
		{ HEAD ",\"data\":{\"warnings\":[\"x\",null]}}", "list" },
		{ HEAD ",\"part\":1,\"data\":{}}", "without 'of'" },
		{ HEAD ",\"of\":2,\"data\":{}}", "without 'part'" },
		{ HEAD ",\"part\":3,\"of\":2,\"data\":{}}", "more than" },
		{ HEAD ",\"part\":0,\"of\":2,\"data\":{}}", "'part'" },
		{ HEAD ",\"part\":1,\"of\":1,\"data\":{}}", "'of'" },
		{ HEAD ",\"key\":\"k\",\"data\":{}}", "without 'call'" },
		{ HEAD ",\"call\":\"" CALL "\",\"data\":{}}", "without 'key'" },
		{ HEAD ",\"key\":\"\",\"call\":\"" CALL "\",\"data\":{}}", "1 to 128" },
		{ HEAD ",\"key\":null,\"call\":\"" CALL "\",\"data\":{}}", "'key'" },
		{ HEAD ",\"key\":\"k\",\"call\":\"0\",\"data\":{}}", "SM3" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_(arena_done) struct arena arena = { 0 };
		struct event event = { .sequence = 99 };
		char why[200] = "";
		int r = entry_read(cases[i].json, strlen(cases[i].json), &arena, &event, why);

		if (cases[i].why == NULL) {
			assert_int_equal(r, 0);
			continue;
		}
		assert_int_equal(r, -EBADMSG);
		if (strstr(why, cases[i].why) == NULL) {
			fail_msg("%s: '%s' is not about '%s'", cases[i].json, why, cases[i].why);
		}
		assert_int_equal(event.sequence, 99); /* untouched */
	}
}

/* Every member of the head in turn gets a wrong value. */
static void refuses_bad_heads(void **state)
{
	static const char *const names[] = { "sequence",    "action", "number", "version", "on",
					     "recorded_at", "actor",  "uid",    "data" };
	static const char *const good[] = { "1",
					    "\"log\"",
					    "null",
					    "null",
					    "\"2026-01-05\"",
					    "\"2026-01-05T08:00:00.000000Z\"",
					    "\"w\"",
					    "0",
					    "{}" };
	static const char *const bad[][9] = {
		{ "0", "\"Log\"", "\"2026-1\"", "0", "\"2026-1-5\"", "\"2026-01-05T08:00:00Z\"",
		  "1", "-1", "1" },
		{ "null", "0", "\"2026-00001\"", "-1", "null", "0", "null", "4294967296", "null" },
		{ "\"1\"", "null", "20260001", "4294967296", "1", "\"2026-01-05 08:00:00.000000Z\"",
		  "{}", "null", "[]" },
		{ "1.0", "\"none\"", "\"\"", "1.5", "\"\"", "null", "true", "\"0\"", "\"\"" },
	};

	(void)state;
	for (size_t row = 0; row < ARRAY_SIZE(bad); row++) {
		for (size_t column = 0; column <= 9; column++) { /* 9: nothing wrong */
			auto_(arena_done) struct arena arena = { 0 };
			auto_(buf_done) struct buf json;
			struct event event;
			char why[200] = "";

			buf_init(&json, 1000);
			for (size_t i = 0; i < 9; i++) {
				buf_printf(&json, "%c\"%s\":%s", i == 0 ? '{' : ',', names[i],
					   i == column ? bad[row][i] : good[i]);
			}
			buf_append_text(&json, "}");
			int r = entry_read(json.data, json.len, &arena, &event, why);
			if (r != (column == 9 ? 0 : -EBADMSG)) {
				fail_msg("%.*s: %d %s", (int)json.len, json.data, r, why);
			}
			assert_true(column == 9 || why[0] != '\0');
		}
	}
}

/* Whatever a flipped bit makes of a line: an answer, no crash, and nothing that could not be
 * written. */
static void survives_every_flipped_bit(void **state)
{
	auto_(buf_done) struct buf out;
	struct event event = event_plain();
	static const char *const texts[] = { "依" };
	const struct text_list list = { texts, 1 };

	(void)state;
	buf_init(&out, 100000);
	event.key = "k";
	fill_every_field(&event.fields, &list, 3);
	assert_int_equal(entry_write(&event, &out), 0);
	for (size_t i = 0; i < out.len * 8; i++) {
		auto_(arena_done) struct arena arena = { 0 };
		struct event back;
		char why[200];

		out.data[i / 8] = (char)(out.data[i / 8] ^ 1 << i % 8);
		int r = entry_read(out.data, out.len, &arena, &back, why);
		out.data[i / 8] = (char)(out.data[i / 8] ^ 1 << i % 8);
		assert_true(r == 0 || r == -EBADMSG);
		if (r == 0) {
			auto_(buf_done) struct buf again;
			buf_init(&again, 100000);
			assert_int_equal(entry_write(&back, &again), 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_what_the_format_says),
		cmocka_unit_test(writes_every_optional_member),
		cmocka_unit_test(reads_back_every_field_of_every_type),
		cmocka_unit_test(both_ways_read_the_same),
		cmocka_unit_test(refuses_to_write_what_it_could_not_read),
		cmocka_unit_test(tells_when_the_buffer_is_full),
		cmocka_unit_test(refuses_bad_entries),
		cmocka_unit_test(refuses_bad_heads),
		cmocka_unit_test(survives_every_flipped_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
