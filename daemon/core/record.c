/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/record.h"

#include <errno.h>
#include <string.h>

#include "proto/base/checksum.h"

#define TEXT_NULL UINT32_MAX

static void put_u64(struct buf *out, uint64_t value, int bytes)
{
	uint8_t text[8];

	for (int i = 0; i < bytes; i++) {
		text[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
	}
	buf_append(out, text, (size_t)bytes);
}

static void put_text(struct buf *out, const char *text)
{
	if (text == NULL) {
		put_u64(out, TEXT_NULL, 4);
		return;
	}
	put_u64(out, strlen(text), 4);
	buf_append_text(out, text);
}

/* Reads a copy of its own. */
struct reader {
	uint8_t *at, *end;
	struct arena *arena;
	bool failed;
};

static uint64_t take_u64(struct reader *reader, int bytes)
{
	uint64_t value = 0;

	if (reader->failed || reader->end - reader->at < bytes) {
		reader->failed = true;
		return 0;
	}
	for (int i = 0; i < bytes; i++) {
		value = value << 8 | reader->at[i];
	}
	reader->at += bytes;
	return value;
}

static int32_t take_date(struct reader *reader)
{
	return (int32_t)(uint32_t)take_u64(reader, 4);
}

static const char *take_text(struct reader *reader)
{
	uint64_t bytes = take_u64(reader, 4);
	char *text;

	if (bytes == TEXT_NULL) {
		return NULL;
	}
	if (reader->failed || (uint64_t)(reader->end - reader->at) < bytes) {
		reader->failed = true;
		return NULL;
	}
	/* It moves over its length, and so there is room for its NUL. */
	text = memmove(reader->at - 1, reader->at, (size_t)bytes);
	text[bytes] = '\0';
	reader->at += bytes;
	return text;
}

static unsigned take_enum(struct reader *reader, unsigned count)
{
	uint64_t value = take_u64(reader, 1);

	if (value >= count) {
		reader->failed = true;
		return 0;
	}
	return (unsigned)value;
}

static void put_date(struct buf *out, int32_t date)
{
	put_u64(out, (uint32_t)date, 4);
}

int record_write(const struct application *a, struct buf *out)
{
	size_t start = out->len;

	put_u64(out, RECORD_VERSION, 1);
	put_u64(out, a->number, 8);
	put_u64(out, a->version, 4);
	put_u64(out, a->state, 1);
	put_u64(out, a->waiting, 1);
	put_u64(out, a->extent, 1);
	put_u64(out, a->category, 1);
	put_u64(out, a->channel, 1);
	put_u64(out, a->correction_asked, 1);
	put_date(out, a->waiting_until);
	put_date(out, a->submitted_on);
	put_date(out, a->received_on);
	put_date(out, a->decided_on);
	put_date(out, a->latest_on);
	put_date(out, a->first_decided_on);
	put_u64(out, a->decisions, 4);
	put_u64(out, (uint32_t)a->carried_through, 4);
	put_u64(out, (uint32_t)a->extensions, 4);
	put_u64(out, (uint32_t)a->fee_items, 4);
	put_u64(out, a->sequence, 8);
	buf_append(out, a->digest.bytes, sizeof(a->digest.bytes));
	put_text(out, a->reason);
	put_text(out, a->first_row);
	put_text(out, a->name);
	put_text(out, a->id_number);
	put_text(out, a->contact);
	put_text(out, a->address);
	put_text(out, a->agent);
	put_text(out, a->subject);
	put_text(out, a->delivery);
	put_text(out, a->handler);
	put_u64(out, a->warnings.count, 2);
	for (size_t i = 0; i < a->warnings.count; i++) {
		put_text(out, a->warnings.texts[i]);
	}
	put_u64(out, a->mark_count, 1);
	for (size_t i = 0; i < a->mark_count; i++) {
		put_date(out, a->marks[i].on);
		put_u64(out, a->marks[i].kind, 1);
		put_u64(out, (uint32_t)a->marks[i].argument, 4);
		put_u64(out, a->marks[i].sequence, 8);
		put_u64(out, (uint32_t)a->marks[i].yuan, 4);
	}
	if (out->error < 0) {
		return out->error;
	}
	put_u64(out, checksum_of(out->data + start, out->len - start), 8);
	return out->error;
}

static void lists_read(struct reader *reader, struct application *a)
{
	const char **texts;

	a->warnings.count = (size_t)take_u64(reader, 2);
	texts = arena_alloc(reader->arena, sizeof(*texts) * (a->warnings.count + 1));
	for (size_t i = 0; texts != NULL && i < a->warnings.count; i++) {
		texts[i] = take_text(reader);
	}
	a->warnings.texts = texts;
	a->mark_count = (size_t)take_u64(reader, 1);
	a->marks = arena_alloc(reader->arena, sizeof(*a->marks) * (a->mark_count + 1));
	for (size_t i = 0; a->marks != NULL && i < a->mark_count; i++) {
		a->marks[i].on = take_date(reader);
		a->marks[i].kind = (enum mark_kind)take_enum(reader, MARK_COUNT);
		a->marks[i].argument = take_date(reader);
		a->marks[i].sequence = take_u64(reader, 8);
		a->marks[i].yuan = take_date(reader);
	}
}

static void fields_read(struct reader *reader, struct application *a)
{
	a->number = take_u64(reader, 8);
	a->version = (uint32_t)take_u64(reader, 4);
	a->state = (enum state)take_enum(reader, STATE_COUNT);
	a->waiting = (enum waiting)take_enum(reader, WAITING_COUNT);
	a->extent = (enum extent)take_enum(reader, EXTENT_COUNT);
	a->category = (enum category)take_enum(reader, CATEGORY_COUNT);
	a->channel = (enum channel)take_enum(reader, CHANNEL_COUNT);
	a->correction_asked = take_enum(reader, 2) != 0;
	a->waiting_until = take_date(reader);
	a->submitted_on = take_date(reader);
	a->received_on = take_date(reader);
	a->decided_on = take_date(reader);
	a->latest_on = take_date(reader);
	a->first_decided_on = take_date(reader);
	a->decisions = (uint32_t)take_u64(reader, 4);
	a->carried_through = (int)take_u64(reader, 4);
	a->extensions = (int)take_u64(reader, 4);
	a->fee_items = (int)take_u64(reader, 4);
	a->sequence = take_u64(reader, 8);
	if (reader->end - reader->at >= SM3_BYTES) {
		memcpy(a->digest.bytes, reader->at, SM3_BYTES);
		reader->at += SM3_BYTES;
	} else {
		reader->failed = true;
	}
	a->reason = take_text(reader);
	a->first_row = take_text(reader);
	a->name = take_text(reader);
	a->id_number = take_text(reader);
	a->contact = take_text(reader);
	a->address = take_text(reader);
	a->agent = take_text(reader);
	a->subject = take_text(reader);
	a->delivery = take_text(reader);
	a->handler = take_text(reader);
}

int record_read(const void *data, size_t bytes, struct arena *arena,
		struct application *ret_application)
{
	struct reader reader = { .arena = arena };
	struct application a = { 0 };
	uint8_t *copy;
	uint64_t sum;

	if (bytes < 9) {
		return -EBADMSG;
	}
	copy = arena_alloc(arena, bytes);
	if (copy == NULL) {
		return -ENOMEM;
	}
	memcpy(copy, data, bytes);
	reader.at = copy + bytes - 8;
	reader.end = copy + bytes;
	sum = take_u64(&reader, 8);
	if (sum != checksum_of(copy, bytes - 8) || copy[0] != RECORD_VERSION) {
		return -EBADMSG;
	}
	reader.at = copy + 1;
	reader.end = copy + bytes - 8;
	fields_read(&reader, &a);
	lists_read(&reader, &a);
	if (arena->failed) {
		return -ENOMEM;
	}
	if (reader.failed || reader.at != reader.end) {
		return -EBADMSG;
	}
	*ret_application = a;
	return 0;
}
