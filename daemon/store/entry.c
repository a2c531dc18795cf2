/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/entry.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "daemon/core/number.h"
#include "proto/base/date.h"
#include "proto/base/text.h"

/* Only what JSON demands is escaped, so that a person reads the names as they are. */
static void entry_put_text(struct buf *out, const char *text)
{
	buf_append(out, "\"", 1);
	const char *plain = text; /* what waits to be copied */
	for (const char *c = text; *c != '\0'; c++) {
		unsigned char byte = (unsigned char)*c;
		if (byte >= 0x20 && byte != '"' && byte != '\\') {
			continue;
		}
		buf_append(out, plain, (size_t)(c - plain));
		if (byte < 0x20) {
			buf_printf(out, "\\u%04x", byte);
		} else {
			buf_append(out, "\\", 1);
			buf_append(out, c, 1);
		}
		plain = c + 1;
	}
	buf_append_text(out, plain);
	buf_append(out, "\"", 1);
}

/* Of a text that has nothing to escape. */
static int entry_put_quoted(struct buf *out, const char *text)
{
	buf_append(out, "\"", 1);
	buf_append_text(out, text);
	return buf_append(out, "\"", 1);
}

/* What could not be read back is never written. */
static int entry_check_text(const char *text)
{
	return text != NULL && text_is_utf8(text, strlen(text)) ? 0 : -EINVAL;
}

static int entry_put_list(struct buf *out, const struct text_list *list)
{
	buf_append(out, "[", 1);
	for (size_t i = 0; i < list->count; i++) {
		if (entry_check_text(list->texts[i]) < 0) {
			return -EINVAL;
		}
		if (i > 0) {
			buf_append(out, ",", 1);
		}
		entry_put_text(out, list->texts[i]);
	}
	return buf_append(out, "]", 1);
}

static int entry_put_date(struct buf *out, int64_t date)
{
	char text[DATE_TEXT_BYTES];
	if (date <= DATE_NONE || date > INT32_MAX) {
		return -EINVAL;
	}
	int year = date_year((int32_t)date);
	if (year < 1900 || year > 9999) {
		return -EINVAL;
	}
	return entry_put_quoted(out, date_format((int32_t)date, text));
}

static int entry_put_name(struct buf *out, const char *const names[], int64_t index)
{
	for (int64_t i = 0; names[i] != NULL; i++) {
		if (i == index) {
			return entry_put_quoted(out, names[i]);
		}
	}
	return -EINVAL;
}

static int entry_put_value(struct buf *out, enum field field, union field_value value)
{
	const struct field_info *info = &field_table[field];
	switch (info->type) {
	case FIELD_TYPE_TEXT:
		if (entry_check_text(value.text) < 0) {
			return -EINVAL;
		}
		entry_put_text(out, value.text);
		return out->error;
	case FIELD_TYPE_DATE:
		return entry_put_date(out, value.number);
	case FIELD_TYPE_INT:
		return buf_printf(out, "%" PRId64, value.number);
	case FIELD_TYPE_BOOL:
		return buf_append_text(out, value.number != 0 ? "true" : "false");
	case FIELD_TYPE_NAME:
		return entry_put_name(out, info->names, value.number);
	case FIELD_TYPE_LIST:
		return value.list != NULL ? entry_put_list(out, value.list) : -EINVAL;
	}
	return -EINVAL;
}

static int entry_put_fields(struct buf *out, const char *member, const struct field_set *set)
{
	buf_printf(out, ",\"%s\":{", member);
	bool first = true;
	for (enum field field = 0; field < FIELD_COUNT; field++) {
		if (!field_has(set, field)) {
			continue;
		}
		buf_append_text(out, first ? "\"" : ",\"");
		buf_append_text(out, field_table[field].name);
		buf_append(out, "\":", 2);
		first = false;
		int r = field_given(set, field) ? entry_put_value(out, field, set->values[field])
						: buf_append_text(out, "null");
		if (r < 0) {
			return r;
		}
	}
	return buf_append(out, "}", 1);
}

static int entry_check(const struct event *event)
{
	if (event->sequence == 0 || event->sequence > INT64_MAX) {
		return -EINVAL;
	}
	if ((unsigned)event->action >= ACTION_COUNT || entry_check_text(event->actor) < 0) {
		return -EINVAL;
	}
	if (event->part < 1 || event->of < event->part) {
		return -EINVAL;
	}
	if (event->key != NULL && (entry_check_text(event->key) < 0 || event->key[0] == '\0' ||
				   strlen(event->key) > EVENT_KEY_MAX)) {
		return -EINVAL;
	}
	return 0;
}

/* The members before part and of, which every entry has. */
static int entry_put_head(struct buf *out, const struct event *event)
{
	buf_printf(out, "{\"sequence\":%" PRIu64 ",\"action\":\"%s\",\"number\":", event->sequence,
		   action_names[event->action]);
	if (event->number != 0) {
		char number[NUMBER_TEXT_BYTES];
		entry_put_quoted(out, number_format(event->number, number));
	} else {
		buf_append_text(out, "null");
	}
	if (event->version != 0) {
		buf_printf(out, ",\"version\":%" PRIu32, event->version);
	} else {
		buf_append_text(out, ",\"version\":null");
	}
	buf_append_text(out, ",\"on\":");
	int r = entry_put_date(out, event->on);
	if (r < 0) {
		return r;
	}
	char moment[MOMENT_TEXT_BYTES];
	buf_printf(out, ",\"recorded_at\":\"%s\",\"actor\":",
		   moment_format(event->recorded_usec, moment));
	entry_put_text(out, event->actor);
	return buf_printf(out, ",\"uid\":%" PRIu32, event->uid);
}

static int entry_put(struct buf *out, const struct event *event)
{
	int r = entry_put_head(out, event);
	if (r < 0) {
		return r;
	}
	if (event->of > 1) {
		buf_printf(out, ",\"part\":%" PRIu32 ",\"of\":%" PRIu32, event->part, event->of);
	}
	if (event->key != NULL) {
		char call[SM3_TEXT_BYTES];
		buf_append_text(out, ",\"key\":");
		entry_put_text(out, event->key);
		buf_printf(out, ",\"call\":\"%s\"", sm3_format(&event->call, call));
	}
	r = entry_put_fields(out, "data", &event->fields);
	if (r == 0 && event->was.present != 0) {
		r = entry_put_fields(out, "was", &event->was);
	}
	return r < 0 ? r : buf_append(out, "}", 1);
}

int entry_write(const struct event *event, struct buf *out)
{
	int r = entry_check(event);
	if (r < 0) {
		return r;
	}
	size_t start = out->len;
	r = entry_put(out, event);
	if (r == 0) {
		r = out->error;
	}
	if (r < 0) {
		out->len = start; /* no half an entry */
	}
	return r;
}
