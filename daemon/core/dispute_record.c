/* SPDX-License-Identifier: Apache-2.0 */
/* A case as stored bytes, as record.c: big-endian numbers, a text behind its length, the checksum
 * of all of it at the end. A change of the layout takes the next version: what has another one is
 * read again from the ledger. */
#include <errno.h>
#include <string.h>

#include "daemon/core/dispute.h"
#include "proto/base/checksum.h"

#define DISPUTE_VERSION 1
#define CHECKSUM_BYTES  8
#define TEXT_NULL       UINT32_MAX

static void put(struct buf *out, uint64_t value, int bytes)
{
	uint8_t text[8];

	for (int i = 0; i < bytes; i++) {
		text[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
	}
	buf_append(out, text, (size_t)bytes);
}

static void put_date(struct buf *out, int32_t date)
{
	put(out, (uint32_t)date, 4);
}

int dispute_write(const struct dispute *dispute, struct buf *out)
{
	size_t start = out->len;

	put(out, DISPUTE_VERSION, 1);
	put(out, (uint32_t)dispute->year, 4);
	put(out, dispute->serial, 4);
	put(out, dispute->kind, 1);
	put(out, dispute->procedure, 1);
	put(out, dispute->number, 8);
	put_date(out, dispute->opened_on);
	put_date(out, dispute->opened_recorded_on);
	put_date(out, dispute->answered_on);
	put(out, dispute->conclusion_count, 1);
	for (size_t i = 0; i < dispute->conclusion_count; i++) {
		put_date(out, dispute->conclusions[i].on);
		put_date(out, dispute->conclusions[i].recorded_on);
		put(out, dispute->conclusions[i].result, 1);
	}
	put(out, dispute->title != NULL ? strlen(dispute->title) : TEXT_NULL, 4);
	if (dispute->title != NULL) {
		buf_append_text(out, dispute->title);
	}
	if (out->error < 0) {
		return out->error;
	}
	put(out, checksum_of(out->data + start, out->len - start), CHECKSUM_BYTES);
	return out->error;
}

struct reader {
	const uint8_t *at, *end;
	bool failed;
};

static uint64_t take(struct reader *reader, int bytes)
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
	return (int32_t)(uint32_t)take(reader, 4);
}

/* A number of 0 to most. */
static unsigned take_small(struct reader *reader, unsigned most)
{
	uint64_t value = take(reader, 1);

	if (value > most) {
		reader->failed = true;
		return 0;
	}
	return (unsigned)value;
}

static const char *take_text(struct reader *reader, struct arena *arena)
{
	uint64_t bytes = take(reader, 4);
	const char *text;

	if (reader->failed || bytes == TEXT_NULL) {
		return NULL;
	}
	if ((uint64_t)(reader->end - reader->at) < bytes) {
		reader->failed = true;
		return NULL;
	}
	text = arena_strndup(arena, (const char *)reader->at, (size_t)bytes);
	reader->at += bytes;
	return text;
}

static struct dispute fields_read(struct reader *reader, struct arena *arena)
{
	struct dispute dispute = { 0 };

	dispute.year = (int)take(reader, 4);
	dispute.serial = (uint32_t)take(reader, 4);
	dispute.kind = (enum case_kind)take_small(reader, CASE_KIND_COUNT - 1);
	dispute.procedure = (enum case_procedure)take_small(reader, PROCEDURE_COUNT - 1);
	dispute.number = take(reader, 8);
	dispute.opened_on = take_date(reader);
	dispute.opened_recorded_on = take_date(reader);
	dispute.answered_on = take_date(reader);
	dispute.conclusion_count = take_small(reader, DISPUTE_CONCLUSIONS_MAX);
	for (size_t i = 0; i < dispute.conclusion_count; i++) {
		struct conclusion *conclusion = &dispute.conclusions[i];

		conclusion->on = take_date(reader);
		conclusion->recorded_on = take_date(reader);
		conclusion->result = (enum case_result)take_small(reader, RESULT_COUNT - 1);
	}
	dispute.title = take_text(reader, arena);
	return dispute;
}

int dispute_read(const void *data, size_t bytes, struct arena *arena, struct dispute *ret_dispute)
{
	const uint8_t *start = data;
	struct reader reader;
	struct dispute dispute;

	if (bytes < 1 + CHECKSUM_BYTES) {
		return -EBADMSG;
	}
	reader = (struct reader){ start + bytes - CHECKSUM_BYTES, start + bytes, false };
	if (take(&reader, CHECKSUM_BYTES) != checksum_of(data, bytes - CHECKSUM_BYTES) ||
	    *start != DISPUTE_VERSION) {
		return -EBADMSG;
	}
	reader = (struct reader){ start + 1, start + bytes - CHECKSUM_BYTES, false };
	dispute = fields_read(&reader, arena);
	if (arena->failed) {
		return -ENOMEM;
	}
	if (reader.failed || reader.at != reader.end) {
		return -EBADMSG;
	}
	*ret_dispute = dispute;
	return 0;
}
