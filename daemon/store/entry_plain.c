/* SPDX-License-Identifier: Apache-2.0 */
/* A line as entry_write writes it, read without a tree: members and fields in their order, nothing
 * between them. Whatever is otherwise is left to the library (entry_read.c), which knows what is
 * wrong with it or reads it all the same; so this accepts no line that the library would not. */
#include <errno.h>
#include <string.h>

#include "daemon/core/number.h"
#include "daemon/store/entry_plain.h"
#include "proto/base/date.h"
#include "proto/base/text.h"

struct scan {
	const char *at, *end;
	struct arena *arena;
	bool other; /* it is not as we write it */
};

static bool scan_is(const struct scan *scan, const char *literal, size_t bytes)
{
	return (size_t)(scan->end - scan->at) >= bytes && memcmp(scan->at, literal, bytes) == 0;
}

static bool scan_take(struct scan *scan, const char *literal)
{
	size_t bytes = strlen(literal);

	if (scan->other || !scan_is(scan, literal, bytes)) {
		return false;
	}
	scan->at += bytes;
	return true;
}

static void scan_need(struct scan *scan, const char *literal)
{
	if (!scan_take(scan, literal)) {
		scan->other = true;
	}
}

static int64_t scan_integer(struct scan *scan, int64_t min, int64_t max)
{
	bool negative = scan_take(scan, "-");
	const char *begin = scan->at;
	int64_t value = 0;

	/* eighteen digits fit, whatever they are; longer ones are the library's */
	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9' &&
	       scan->at - begin < 18) {
		value = value * 10 + (*scan->at++ - '0');
	}
	value = negative ? -value : value;
	if (scan->at == begin || (*begin == '0' && (negative || scan->at - begin > 1)) ||
	    scan->at == scan->end || (*scan->at != ',' && *scan->at != '}') || value < min ||
	    value > max) {
		scan->other = true;
		return 0;
	}
	return value;
}

/* "\u00XX" of a control character. */
static char scan_control(struct scan *scan)
{
	static const char digits[] = "0123456789abcdef";
	const char *high, *low;

	if (scan->end - scan->at < 6 || memcmp(scan->at, "\\u00", 4) != 0) {
		scan->other = true;
		return 1;
	}
	high = memchr(digits, scan->at[4], 2);
	low = memchr(digits, scan->at[5], 16);
	if (high == NULL || low == NULL || (high == digits && low == digits)) {
		scan->other = true;
		return 1;
	}
	scan->at += 6;
	return (char)((high - digits) * 16 + (low - digits));
}

/* The text from its opening quote, copied; *ret_bytes without the NUL. */
static char *scan_text(struct scan *scan, size_t *ret_bytes)
{
	const char *close = scan->at + 1;
	char *text, *out;

	*ret_bytes = 0;
	if (scan->other || scan->at == scan->end || *scan->at != '"') {
		scan->other = true;
		return NULL;
	}
	while (close < scan->end && *close != '"') {
		if ((unsigned char)*close < 0x20) {
			scan->other = true;
			return NULL;
		}
		close += *close == '\\' ? 2 : 1;
	}
	if (close >= scan->end || !text_is_utf8(scan->at + 1, (size_t)(close - scan->at - 1))) {
		scan->other = true;
		return NULL;
	}
	text = out = arena_alloc(scan->arena, (size_t)(close - scan->at));
	if (text == NULL) {
		return NULL;
	}
	scan->at++;
	while (scan->at < close && !scan->other) {
		const char *slash = memchr(scan->at, '\\', (size_t)(close - scan->at));
		size_t plain = (size_t)((slash == NULL ? close : slash) - scan->at);

		memcpy(out, scan->at, plain);
		out += plain;
		scan->at += plain;
		if (slash != NULL && (slash[1] == '"' || slash[1] == '\\')) {
			*out++ = slash[1];
			scan->at += 2;
		} else if (slash != NULL) {
			*out++ = scan_control(scan);
		}
	}
	*out = '\0';
	*ret_bytes = (size_t)(out - text);
	scan->at = close + 1;
	return text;
}

/* A short text that has no escape, such as a name or a date; into `text`. */
static const char *scan_word(struct scan *scan, char text[static 80])
{
	const char *close = scan->at < scan->end
				    ? memchr(scan->at + 1, '"', (size_t)(scan->end - scan->at - 1))
				    : NULL;
	size_t bytes = close == NULL ? 0 : (size_t)(close - scan->at - 1);

	text[0] = '\0';
	if (scan->other || close == NULL || *scan->at != '"' || bytes > 79 ||
	    memchr(scan->at + 1, '\\', bytes) != NULL ||
	    memchr(scan->at + 1, '\0', bytes) != NULL) {
		scan->other = true;
		return text;
	}
	memcpy(text, scan->at + 1, bytes);
	text[bytes] = '\0';
	scan->at = close + 1;
	return text;
}

static int32_t scan_date(struct scan *scan)
{
	int32_t date = DATE_NONE;
	char text[80];

	if (date_parse(scan_word(scan, text), &date) < 0) {
		scan->other = true;
	}
	return date;
}

static int64_t scan_name(struct scan *scan, const char *const names[])
{
	char text[80];
	int index = name_find(names, scan_word(scan, text));

	if (index < 0 || strcmp(text, "none") == 0) {
		scan->other = true;
		return 0;
	}
	return index;
}

static void scan_list(struct scan *scan, enum field field, struct field_set *set)
{
	struct text_list *list = arena_alloc(scan->arena, sizeof(*list));
	const char **texts = NULL;
	size_t count = 0, size = 0, bytes;

	scan_need(scan, "[");
	while (!scan->other && list != NULL && !scan_take(scan, "]")) {
		const char **grown = arena_grow(scan->arena, texts, count, &size, sizeof(*texts));

		if (count > 0) {
			scan_need(scan, ",");
		}
		if (grown == NULL) {
			return;
		}
		texts = grown;
		texts[count++] = scan_text(scan, &bytes);
	}
	if (list != NULL) {
		*list = (struct text_list){ .texts = texts, .count = count };
		field_set_list(set, field, list);
	}
}

static void scan_value(struct scan *scan, enum field field, struct field_set *set)
{
	const struct field_info *info = &field_table[field];
	size_t bytes;

	if (scan_take(scan, "null")) {
		field_set_null(set, field);
		return;
	}
	switch (info->type) {
	case FIELD_TYPE_TEXT: {
		char *text = scan_text(scan, &bytes);

		/* a text that is missing would be null */
		if (text != NULL) {
			field_set_text(set, field, text);
		}
		return;
	}
	case FIELD_TYPE_DATE:
		field_set_number(set, field, scan_date(scan));
		return;
	case FIELD_TYPE_INT:
		field_set_number(set, field, scan_integer(scan, INT64_MIN, INT64_MAX));
		return;
	case FIELD_TYPE_BOOL: {
		bool yes = scan_take(scan, "true");

		if (!yes) {
			scan_need(scan, "false");
		}
		field_set_number(set, field, yes);
		return;
	}
	case FIELD_TYPE_NAME:
		field_set_number(set, field, scan_name(scan, info->names));
		return;
	case FIELD_TYPE_LIST:
		scan_list(scan, field, set);
		return;
	}
	scan->other = true;
}

/* Fields come in the order of their enum, so none comes twice. */
static void scan_fields(struct scan *scan, struct field_set *set)
{
	int next = 0;

	scan_need(scan, "{");
	if (scan_take(scan, "}")) {
		return;
	}
	do {
		char name[80];

		scan_word(scan, name);
		scan_need(scan, ":");
		while (next < FIELD_COUNT && strcmp(field_table[next].name, name) != 0) {
			next++;
		}
		if (next == FIELD_COUNT || scan->other) {
			scan->other = true;
			return;
		}
		scan_value(scan, (enum field)next++, set);
	} while (scan_take(scan, ","));
	scan_need(scan, "}");
}

static void scan_head(struct scan *scan, struct event *event)
{
	char text[80];

	scan_need(scan, "{\"sequence\":");
	event->sequence = (uint64_t)scan_integer(scan, 1, INT64_MAX);
	scan_need(scan, ",\"action\":");
	event->action = (enum action)scan_name(scan, action_names);
	scan_need(scan, ",\"number\":");
	if (!scan_take(scan, "null") && number_parse(scan_word(scan, text), &event->number) < 0) {
		scan->other = true;
	}
	scan_need(scan, ",\"version\":");
	if (!scan_take(scan, "null")) {
		event->version = (uint32_t)scan_integer(scan, 1, UINT32_MAX);
	}
	scan_need(scan, ",\"on\":");
	event->on = scan_date(scan);
	scan_need(scan, ",\"recorded_at\":");
	if (moment_parse(scan_word(scan, text), &event->recorded_usec) < 0) {
		scan->other = true;
	}
}

static void scan_change(struct scan *scan, struct event *event)
{
	char text[80];
	size_t bytes;

	scan_need(scan, ",\"actor\":");
	event->actor = scan_text(scan, &bytes);
	scan_need(scan, ",\"uid\":");
	event->uid = (uint32_t)scan_integer(scan, 0, UINT32_MAX);
	if (scan_take(scan, ",\"part\":")) {
		event->part = (uint32_t)scan_integer(scan, 1, UINT32_MAX);
		scan_need(scan, ",\"of\":");
		event->of = (uint32_t)scan_integer(scan, 2, UINT32_MAX);
		scan->other |= event->part > event->of;
	}
	if (scan_take(scan, ",\"key\":")) {
		event->key = scan_text(scan, &bytes);
		scan->other |= bytes == 0 || bytes > EVENT_KEY_MAX;
		scan_need(scan, ",\"call\":");
		scan_word(scan, text);
		scan->other |= sm3_parse(text, strlen(text), &event->call) < 0;
	}
}

int entry_read_plain(const char *json, size_t bytes, struct arena *arena, struct event *ret_event)
{
	struct event event = { .on = DATE_NONE, .part = 1, .of = 1 };
	struct scan scan = { json, json + bytes, arena, false };

	scan_head(&scan, &event);
	scan_change(&scan, &event);
	scan_need(&scan, ",\"data\":");
	scan_fields(&scan, &event.fields);
	if (scan_take(&scan, ",\"was\":")) {
		scan_fields(&scan, &event.was);
	}
	scan_need(&scan, "}");
	if (arena->failed) {
		return -ENOMEM;
	}
	if (scan.other || scan.at != scan.end) {
		return -EAGAIN;
	}
	*ret_event = event;
	return 0;
}
