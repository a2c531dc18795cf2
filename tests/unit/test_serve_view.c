/* SPDX-License-Identifier: Apache-2.0 */
/* Applications as they are answered: read back, every member is what the application says, and the
 * whole is what the interface promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/load/load.h"
#include "daemon/serve/reply.h"
#include "daemon/serve/view.h"
#include "proto/base/date.h"
#include "proto/message.h"

#define APPLICATIONS 5000

static struct catalogue *catalogue;
static uint64_t seed = 20261124;

static uint64_t any(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

static const char *any_text(void)
{
	static const char *const texts[] = {
		"张三",
		"某市某区某街道某路1号院2号楼",
		"a \"quoted\" \\ word",
		"第一行\n第二行\t尾",
		"/",
		"\U00020bb7野家\x7f",
		"13800001234",
		"x",
	};

	return texts[any(sizeof(texts) / sizeof(texts[0]))];
}

static const char *perhaps_text(void)
{
	return any(3) == 0 ? NULL : any_text();
}

static int32_t any_date(void)
{
	return date_from_civil(2019, 1, 1) + (int32_t)any(2900);
}

static struct application any_application(struct mark *mark, const char **warnings)
{
	struct application a = {
		.number = number_make(2019 + (int)any(8), 1 + (uint32_t)any(20000)),
		.version = 1 + (uint32_t)any(9),
		.state = (enum state)any(STATE_COUNT),
		.waiting = (enum waiting)any(WAITING_COUNT),
		.waiting_until = any(2) == 0 ? DATE_NONE : any_date(),
		.extent = (enum extent)any(EXTENT_COUNT),
		.reason = perhaps_text(),
		.category = (enum category)any(CATEGORY_COUNT),
		.name = any_text(),
		.id_number = perhaps_text(),
		.contact = perhaps_text(),
		.address = perhaps_text(),
		.agent = perhaps_text(),
		.channel = (enum channel)any(CHANNEL_COUNT),
		.subject = any_text(),
		.delivery = perhaps_text(),
		.handler = perhaps_text(),
		.submitted_on = any_date(),
		.received_on = any_date(),
		.decided_on = any(2) == 0 ? DATE_NONE : any_date(),
		.first_decided_on = any(2) == 0 ? DATE_NONE : any_date(),
		.carried_through = any(2) == 0 ? 0 : 2019 + (int)any(9),
		.warnings = { .texts = warnings, .count = any(3) },
		.marks = mark,
		.mark_count = 1,
		.sequence = 1 + (seed >> 2),
	};

	*mark = (struct mark){ .on = a.received_on, .kind = MARK_START };
	warnings[0] = any_text();
	warnings[1] = any_text();
	for (size_t i = 0; i < SM3_BYTES; i++) {
		a.digest.bytes[i] = (uint8_t)any(256);
	}
	return a;
}

/* --- what is read back --- */

/* The members in turn: each is asked for once, in the order of the text. */
struct reading {
	json_t *object;
	void *at;
};

static json_t *next_member(struct reading *reading, const char *key)
{
	void *at = reading->at;

	assert_non_null(at);
	assert_string_equal(json_object_iter_key(at), key);
	reading->at = json_object_iter_next(reading->object, at);
	return json_object_iter_value(at);
}

static void next_text(struct reading *reading, const char *key, const char *expected)
{
	json_t *value = next_member(reading, key);

	if (expected == NULL) {
		assert_true(json_is_null(value));
	} else {
		assert_string_equal(json_string_value(value), expected);
	}
}

static void next_date(struct reading *reading, const char *key, int32_t expected)
{
	json_t *value = next_member(reading, key);
	int32_t date = DATE_NONE;

	if (!json_is_null(value)) {
		assert_int_equal(date_parse(json_string_value(value), &date), 0);
	}
	assert_int_equal(date, expected);
}

static void next_integer(struct reading *reading, const char *key, uint64_t expected)
{
	json_t *value = next_member(reading, key);

	assert_true(json_is_integer(value));
	assert_int_equal(json_integer_value(value), expected);
}

static struct reading object_of(json_t *object)
{
	assert_true(json_is_object(object));
	return (struct reading){ object, json_object_iter(object) };
}

static void is_applicant(json_t *object, const struct application *a)
{
	struct reading reading = object_of(object);

	next_text(&reading, "category", category_names[a->category]);
	next_text(&reading, "name", a->name);
	next_text(&reading, "id_number", a->id_number);
	next_text(&reading, "contact", a->contact);
	next_text(&reading, "address", a->address);
	next_text(&reading, "agent", a->agent);
	assert_null(reading.at);
}

static void is_due(struct reading *reading, const struct application *a, int32_t today)
{
	struct deadline deadline = deadline_of(a, catalogue, today);

	next_date(reading, "due_on", deadline.due_on);
	json_t *provisional = next_member(reading, "due_provisional");
	if (deadline.due_on == DATE_NONE) {
		assert_true(json_is_null(provisional));
	} else {
		assert_true(json_is_boolean(provisional));
		assert_int_equal(json_is_true(provisional), deadline.provisional);
	}
}

static void are_lists(struct reading *reading, const struct application *a)
{
	json_t *years = next_member(reading, "carried_from");
	json_t *warnings = next_member(reading, "warnings");
	int expected[100];

	size_t count = application_carried_from(a, expected, 100);
	assert_int_equal(json_array_size(years), count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(json_integer_value(json_array_get(years, i)), expected[i]);
	}
	assert_int_equal(json_array_size(warnings), a->warnings.count);
	for (size_t i = 0; i < a->warnings.count; i++) {
		assert_string_equal(json_string_value(json_array_get(warnings, i)),
				    a->warnings.texts[i]);
	}
}

static void is_application(json_t *object, const struct application *a, int32_t today)
{
	struct reading reading = object_of(object);
	uint64_t number = 0;
	struct sm3 digest;

	assert_int_equal(number_parse(json_string_value(next_member(&reading, "number")), &number),
			 0);
	assert_int_equal(number, a->number);
	next_integer(&reading, "version", a->version);
	next_text(&reading, "state", state_names[a->state]);
	next_text(&reading, "waiting",
		  a->waiting == WAITING_NONE ? NULL : waiting_names[a->waiting]);
	next_date(&reading, "waiting_until", a->waiting_until);
	next_text(&reading, "extent", a->extent == EXTENT_NONE ? NULL : extent_names[a->extent]);
	next_text(&reading, "reason", a->reason);
	is_applicant(next_member(&reading, "applicant"), a);
	next_text(&reading, "channel", channel_names[a->channel]);
	next_text(&reading, "subject", a->subject);
	next_text(&reading, "delivery", a->delivery);
	next_text(&reading, "handler", a->handler);
	next_date(&reading, "submitted_on", a->submitted_on);
	next_date(&reading, "received_on", a->received_on);
	is_due(&reading, a, today);
	next_date(&reading, "decided_on", a->decided_on);
	are_lists(&reading, a);
	next_integer(&reading, "sequence", a->sequence);
	const char *hex = json_string_value(next_member(&reading, "digest"));
	assert_int_equal(sm3_parse(hex, strlen(hex), &digest), 0);
	assert_memory_equal(digest.bytes, a->digest.bytes, SM3_BYTES);
	assert_null(reading.at);
}

/* The one member of a reply's parameters, when the reply is what the interface promises and what
 * the JSON library would write itself. `reply` is to be released. */
static json_t *read_back(struct reply *written, struct message_reply *reply)
{
	struct buf *out = written->message.json.out, again;
	char why[400] = "";

	assert_int_equal(reply_end(written, true), 0);
	assert_int_equal(message_read_reply(out->data, out->len - 1, reply, why), 0);
	if (call_check_reply(reply_service(), written->method, NULL, reply->parameters, why) < 0) {
		fail_msg("%s", why);
	}
	buf_init(&again, SIZE_MAX / 2);
	assert_int_equal(message_write_reply(&again, reply->parameters, true), 0);
	assert_int_equal(again.len, out->len);
	assert_memory_equal(again.data, out->data, out->len);
	buf_done(&again);
	buf_clear(out);
	return json_object_iter_value(json_object_iter(reply->parameters));
}

static void any_application_is_read_back(void **state)
{
	struct view view = { .catalogue = catalogue };
	struct message_reply reply;
	const char *warnings[2];
	struct mark mark;
	struct buf out;

	(void)state;
	buf_init(&out, SIZE_MAX / 2);
	for (int i = 0; i < APPLICATIONS; i++) {
		struct application a = any_application(&mark, warnings);
		struct masked room;

		view.today = any_date();
		view.reveal = any(2) == 0;
		struct reply written = reply_begin(&out, "org.ogid.Applications.List");
		view_write_application(&view, &written.message.json, "application", &a);
		if (!view.reveal) {
			application_mask(&a, &room);
		}
		is_application(read_back(&written, &reply), &a, view.today);
		message_reply_done(&reply);
	}
	buf_done(&out);
}

static void is_item(json_t *object, const struct backlog_item *item, int32_t today)
{
	const struct pressing *pressing = &item->pressing;
	struct reading reading = object_of(object);

	is_application(next_member(&reading, "application"), &item->application, today);
	next_text(&reading, "light", light_names[pressing->light]);
	json_t *left = next_member(&reading, "working_days_left");
	assert_int_equal(json_is_null(left), pressing->light == LIGHT_GREY);
	assert_int_equal(json_integer_value(left),
			 pressing->light == LIGHT_GREY ? 0 : pressing->working_days_left);
	next_integer(&reading, "open_days", (uint64_t)pressing->open_days);
	json_t *list = next_member(&reading, "owed");
	assert_null(reading.at);
	assert_int_equal(json_array_size(list), pressing->owed_count);
	for (size_t j = 0; j < pressing->owed_count; j++) {
		struct reading one = object_of(json_array_get(list, j));
		next_text(&one, "what", pressing->owed[j].what);
		next_date(&one, "by", pressing->owed[j].by);
		json_t *lapsed = next_member(&one, "lapsed");
		assert_true(json_is_boolean(lapsed));
		assert_int_equal(json_is_true(lapsed), pressing->owed[j].lapsed);
		assert_null(one.at);
	}
}

static void any_pressing_is_read_back(void **state)
{
	struct view view = { .catalogue = catalogue, .reveal = true };
	struct message_reply reply;
	const char *warnings[2];
	size_t owed = 0, grey = 0;
	struct mark mark;
	struct buf out;

	(void)state;
	buf_init(&out, SIZE_MAX / 2);
	for (int i = 0; i < APPLICATIONS; i++) {
		struct backlog_item item = { .application = any_application(&mark, warnings) };
		const struct pressing *pressing = &item.pressing;

		view.today = item.application.received_on + (int32_t)any(40);
		item.pressing = pressing_of(&item.application, catalogue, view.today);
		struct reply written = reply_begin(&out, "org.ogid.Applications.Backlog");
		view_write_backlog_item(&view, &written.message.json, "item", &item);
		is_item(read_back(&written, &reply), &item, view.today);
		owed += pressing->owed_count;
		grey += pressing->light == LIGHT_GREY;
		message_reply_done(&reply);
	}
	/* All kinds have been there. */
	assert_true(owed > 100 && grey > 100 && grey < APPLICATIONS - 100);
	buf_done(&out);
}

static int prepare(void **state)
{
	struct yaml_problem problem;
	struct load_places places;

	(void)state;
	return load_catalogue(NULL, &catalogue, &places, &problem);
}

static int tidy(void **state)
{
	(void)state;
	catalogue = catalogue_free(catalogue);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_application_is_read_back),
		cmocka_unit_test(any_pressing_is_read_back),
	};

	return cmocka_run_group_tests(tests, prepare, tidy);
}
