/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOGS        4096   /* different applications, logged again and again under new keys */
#define GETS        262144 /* different requests, so that the order does not fit a cache */
#define KEY_DIGITS  16
#define WHO_DIGITS  9 /* of an applicant: seldom the same twice */
#define YEARS_MAX   64
#define REQUEST_MAX 1024

const char *const work_names[WORK_COUNT] = { "log", "mix", "get", "backlog", "report", "raw" };

enum work_kind work_find(const char *name, size_t bytes)
{
	enum work_kind kind = 0;

	while (kind < WORK_COUNT &&
	       (strlen(work_names[kind]) != bytes || memcmp(work_names[kind], name, bytes) != 0)) {
		kind++;
	}
	return kind;
}

static uint64_t work_random(struct work *work)
{
	uint64_t x = work->random += 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

static void work_write_hex(char *at, uint64_t value)
{
	static const char digits[] = "0123456789abcdef";

	for (int i = KEY_DIGITS; i-- > 0; value >>= 4) {
		at[i] = digits[value & 15];
	}
}

static void work_write_digits(char *at, uint64_t value)
{
	for (int i = WHO_DIGITS; i-- > 0; value /= 10) {
		at[i] = (char)('0' + value % 10);
	}
}

/* The key and who it is stand first, so that they are at the same
 * place in every request. */
static int work_write_log(struct work *work, char *text, size_t bytes)
{
	static const char *const matters[] = { "部门预算执行情况及三公经费明细",
					       "征地补偿安置方案和听证笔录",
					       "建设工程规划许可证及其附图",
					       "行政处罚决定书和处罚依据" };
	uint64_t dice = work_random(work);
	unsigned who = (unsigned)(dice % 1000000000);

	return snprintf(text, bytes,
			"{\"method\":\"org.ogid.Applications.Log\",\"parameters\":{\"key\":"
			"\"bench-%016d\",\"applicant\":{\"category\":\"natural_person\",\"name\":"
			"\"申请人%09u\",\"id_number\":\"220101%09u018\",\"contact\":\"139%08u\","
			"\"address\":\"某市某区某街道%03u号\",\"agent\":null},\"channel\":"
			"\"in_person\",\"subject\":\"申请公开某街道%s（第%05u号项目）\","
			"\"delivery\":\"电子邮件\",\"handler\":\"经办%03u\"}}",
			0, who, who, who % 100000000, (unsigned)(dice >> 32) % 1000,
			matters[dice >> 40 & 3], (unsigned)(dice >> 42) % 100000,
			(unsigned)(dice >> 20) % 200);
}

struct years {
	int years[YEARS_MAX];
	uint64_t counts[YEARS_MAX], sum;
	size_t count;
};

static int years_read(const char *text, struct years *years)
{
	*years = (struct years){ 0 };
	while (text != NULL && *text != '\0' && years->count < YEARS_MAX) {
		int year, used;
		unsigned long long count;

		if (sscanf(text, "%d:%llu%n", &year, &count, &used) != 2) {
			return -EINVAL;
		}
		years->years[years->count] = year;
		years->counts[years->count++] = count;
		years->sum += count;
		text += used;
		text += *text == ',';
	}
	return years->sum > 0 ? 0 : -EINVAL;
}

static int work_write_get(struct work *work, const struct years *years, char *text, size_t bytes)
{
	uint64_t serial = work_random(work) % years->sum;
	size_t i = 0;

	while (serial >= years->counts[i]) {
		serial -= years->counts[i++];
	}
	return snprintf(text, bytes,
			"{\"method\":\"org.ogid.Applications.Get\",\"parameters\":{\"number\":"
			"\"%d-%04llu\"}}",
			years->years[i], (unsigned long long)serial + 1);
}

static int work_write(struct work *work, const struct work_options *options,
		      const struct years *years, char *text, size_t bytes)
{
	switch (work->kind) {
	case WORK_LOG:
	case WORK_MIX:
		return work_write_log(work, text, bytes);
	case WORK_GET:
		return work_write_get(work, years, text, bytes);
	case WORK_BACKLOG:
		return snprintf(text, bytes,
				"{\"method\":\"org.ogid.Applications.Backlog\",\"parameters\":{"
				"\"limit\":50},\"more\":true}");
	case WORK_REPORT:
		return snprintf(text, bytes,
				"{\"method\":\"org.ogid.Report.Get\",\"parameters\":{\"year\":%d,"
				"\"revision\":0}}",
				options->year);
	case WORK_RAW:
		memset(text, 'r', options->raw_bytes);
		return (int)options->raw_bytes;
	default:
		return -1;
	}
}

static size_t work_many(enum work_kind kind)
{
	return kind == WORK_GET ? GETS : kind == WORK_LOG || kind == WORK_MIX ? LOGS : 1;
}

static int work_prepare(struct work *work, const struct work_options *options,
			const struct years *years)
{
	char text[REQUEST_MAX];
	struct buf all;

	buf_init(&all, (size_t)work_many(work->kind) * REQUEST_MAX);
	for (size_t i = 0; i < work->count; i++) {
		int bytes = work_write(work, options, years, text, sizeof(text) - 1);

		text[bytes] = '\0';
		buf_append(&all, text, (size_t)bytes + 1);
		work->offsets[i + 1] = all.len;
	}
	work->bytes = all.data;
	return all.error;
}

int work_init(struct work *work, enum work_kind kind, const struct work_options *options)
{
	struct timespec now;
	struct years years = { 0 };

	*work = (struct work){ .kind = kind, .count = work_many(kind), .random = options->seed };
	if (kind >= WORK_COUNT || (kind == WORK_GET && years_read(options->numbers, &years) < 0) ||
	    (kind == WORK_REPORT && options->year == 0) || options->raw_bytes >= REQUEST_MAX) {
		return -EINVAL;
	}
	work->offsets = calloc(work->count + 1, sizeof(*work->offsets));
	if (work->offsets == NULL) {
		return -ENOMEM;
	}
	int r = work_prepare(work, options, &years);
	if (r == 0 && (kind == WORK_LOG || kind == WORK_MIX)) {
		work->key_offset = (size_t)(strstr(work->bytes, "bench-") - work->bytes) + 6;
		work->who_offset = (size_t)(strstr(work->bytes, "220101") - work->bytes) + 6;
		clock_gettime(CLOCK_REALTIME, &now);
		work->run = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec +
			    ((uint64_t)kind << 61);
		work->random ^= work->run; /* other applicants than in the run before */
	}
	return r;
}

void work_done(struct work *work)
{
	free(work->bytes);
	free(work->offsets);
}

/* A key that no other request has: a run begins at its moment in nanoseconds, and no run sends more
 * requests than it takes nanoseconds. */
static uint64_t work_key(struct work *work)
{
	return work->run + work->keys++;
}

static int work_put_step(struct work *work, const struct work_turn *turn, struct buf *out)
{
	char text[REQUEST_MAX];
	int bytes;

	if (turn->step == 1) {
		bytes = snprintf(
			text, sizeof(text),
			"{\"method\":\"org.ogid.Applications.Disclose\",\"parameters\":{"
			"\"key\":\"bench-%016llx\",\"number\":\"%s\",\"extent\":\"full\"}}",
			(unsigned long long)work_key(work), turn->number);
	} else {
		bytes = snprintf(text, sizeof(text),
				 "{\"method\":\"org.ogid.Applications.Get\",\"parameters\":{"
				 "\"number\":\"%s\"}}",
				 turn->number);
	}
	return buf_append(out, text, (size_t)bytes + 1);
}

int work_put(struct work *work, const struct work_turn *turn, struct buf *out)
{
	if (work->kind == WORK_MIX && turn->step > 0) {
		return work_put_step(work, turn, out);
	}
	size_t at = work->next++ % work->count;
	size_t start = out->len;
	int r = buf_append(out, work->bytes + work->offsets[at],
			   work->offsets[at + 1] - work->offsets[at]);
	if (r == 0 && work->key_offset > 0) {
		work_write_hex(out->data + start + work->key_offset, work_key(work));
		work_write_digits(out->data + start + work->who_offset, work_random(work));
	}
	return r;
}

/* The first "number" of a reply is the application's. */
static bool work_number(const char *reply, size_t bytes, char number[static WORK_NUMBER_BYTES])
{
	static const char before[] = "\"number\":\"";
	const char *found = memmem(reply, bytes, before, sizeof(before) - 1);
	size_t i = 0;

	if (found == NULL) {
		return false;
	}
	found += sizeof(before) - 1;
	while (found[i] != '"' && found[i] != '\0' && i < WORK_NUMBER_BYTES - 1) {
		number[i] = found[i];
		i++;
	}
	number[i] = '\0';
	return i > 0;
}

void work_take(const struct work *work, struct work_turn *turn, const char *reply, size_t bytes)
{
	if (work->kind != WORK_MIX) {
		return;
	}
	if (turn->step == 0 && !work_number(reply, bytes, turn->number)) {
		return; /* refused: the next one is logged */
	}
	turn->step = (turn->step + 1) % 3;
}
