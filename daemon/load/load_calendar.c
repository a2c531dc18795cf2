/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/load/parts.h"
#include "proto/base/date.h"

#define DAYS_MAX       366
#define LOCAL_DAYS_MAX 4000 /* of many years */

/* A day with its place, which a day that contradicts another is reported by. */
struct file_day {
	struct calendar_day day;
	const struct yaml_node *node;
};

struct calendar_file {
	int year; /* 0: a local one, of any years */
	const char *notice;
	int32_t known_from;
	const struct file_day *off, *work;
	size_t off_count, work_count;
};

static const struct field off_fields[] = {
	{ .key = "date",
	  .read = read_date,
	  .offset = offsetof(struct calendar_day, date),
	  .required = true },
	{ .key = "name",
	  .read = read_text,
	  .offset = offsetof(struct calendar_day, name),
	  .max = 40 },
	{ .key = "notice", .read = read_text, .offset = offsetof(struct calendar_day, notice) },
	{ .key = NULL },
};

static int read_off(const struct source *source, const struct yaml_node *node,
		    const struct field *field, void *target)
{
	struct file_day *day = target;

	(void)field;
	day->node = node;
	return schema_read(source, node, off_fields, &day->day);
}

static int read_work(const struct source *source, const struct yaml_node *node,
		     const struct field *field, void *target)
{
	struct file_day *day = target;

	day->node = node;
	day->day.works = true;
	return read_date(source, node, field, &day->day);
}

static const struct field off_item = { .key = "off", .read = read_off };
static const struct field work_item = {
	.key = "work",
	.read = read_work,
	.offset = offsetof(struct calendar_day, date),
};

static const struct field file_fields[] = {
	{ .key = "year",
	  .read = read_int,
	  .offset = offsetof(struct calendar_file, year),
	  .required = true,
	  .min = YEAR_MIN,
	  .max = YEAR_MAX },
	{ .key = "notice",
	  .read = read_text,
	  .offset = offsetof(struct calendar_file, notice),
	  .required = true },
	{ .key = "known_from",
	  .read = read_date,
	  .offset = offsetof(struct calendar_file, known_from),
	  .required = true },
	{ .key = "off",
	  .read = read_list,
	  .inner = &off_item,
	  .max = DAYS_MAX,
	  .required = true,
	  .item_bytes = sizeof(struct file_day),
	  .offset = offsetof(struct calendar_file, off),
	  .count_offset = offsetof(struct calendar_file, off_count) },
	{ .key = "work",
	  .read = read_list,
	  .inner = &work_item,
	  .max = DAYS_MAX,
	  .required = true,
	  .item_bytes = sizeof(struct file_day),
	  .offset = offsetof(struct calendar_file, work),
	  .count_offset = offsetof(struct calendar_file, work_count) },
	{ .key = NULL },
};

static const struct field local_fields[] = {
	{ .key = "notice",
	  .read = read_text,
	  .offset = offsetof(struct calendar_file, notice),
	  .required = true },
	{ .key = "known_from",
	  .read = read_date,
	  .offset = offsetof(struct calendar_file, known_from),
	  .required = true },
	{ .key = "off",
	  .read = read_list,
	  .inner = &off_item,
	  .max = LOCAL_DAYS_MAX,
	  .required = true,
	  .item_bytes = sizeof(struct file_day),
	  .offset = offsetof(struct calendar_file, off),
	  .count_offset = offsetof(struct calendar_file, off_count) },
	{ .key = "work",
	  .read = read_list,
	  .inner = &work_item,
	  .max = LOCAL_DAYS_MAX,
	  .required = true,
	  .item_bytes = sizeof(struct file_day),
	  .offset = offsetof(struct calendar_file, work),
	  .count_offset = offsetof(struct calendar_file, work_count) },
	{ .key = NULL },
};

/* By date; the same date by its place in the file. */
static int day_compare(const void *left, const void *right)
{
	const struct file_day *a = left, *b = right;

	if (a->day.date != b->day.date) {
		return a->day.date < b->day.date ? -1 : 1;
	}
	return a->node->line != b->node->line ? a->node->line - b->node->line
					      : a->node->column - b->node->column;
}

/* A local work day may be any: one that the nation has off, too. */
static int day_check(const struct source *source, const struct file_day *day, int year)
{
	char text[DATE_TEXT_BYTES];

	if (year == 0) {
		return 0;
	}
	if (date_year(day->day.date) != year) {
		return schema_fail(source, day->node, "%s is no day of %d",
				   date_format(day->day.date, text), year);
	}
	if (day->day.works && date_weekday(day->day.date) < SATURDAY) {
		return schema_fail(source, day->node,
				   "work: a Saturday or Sunday is expected; %s works "
				   "anyway",
				   date_format(day->day.date, text));
	}
	return 0;
}

/* One list of both, in order; each day once. */
static int days_sort(const struct source *source, const struct calendar_file *file,
		     struct calendar_day *ret_days)
{
	size_t count = file->off_count + file->work_count;
	struct file_day *all = arena_alloc(source->scratch, (count + 1) * sizeof(*all));
	int r;

	if (!all) {
		return -ENOMEM;
	}
	memcpy(all, file->off, file->off_count * sizeof(*all));
	memcpy(all + file->off_count, file->work, file->work_count * sizeof(*all));
	for (size_t i = 0; i < count; i++) {
		r = day_check(source, &all[i], file->year);
		if (r < 0) {
			return r;
		}
	}
	qsort(all, count, sizeof(*all), day_compare);
	for (size_t i = 0; i < count; i++) {
		char text[DATE_TEXT_BYTES];

		if (i > 0 && all[i].day.date == all[i - 1].day.date) {
			return schema_fail(
				source, all[i].node, "%s stands here twice, first in line %d",
				date_format(all[i].day.date, text), all[i - 1].node->line);
		}
		ret_days[i] = all[i].day;
	}
	return 0;
}

static int file_finish(const struct source *source, const struct calendar_file *file,
		       struct calendar_year *ret_year)
{
	size_t count = file->off_count + file->work_count;
	struct calendar_day *days = arena_alloc(source->arena, (count + 1) * sizeof(*days));
	int r;

	if (!days) {
		return -ENOMEM;
	}
	r = days_sort(source, file, days);
	if (r < 0) {
		return r;
	}
	*ret_year = (struct calendar_year){
		.year = file->year,
		.notice = file->notice,
		.known_from = file->known_from,
		.days = days,
		.day_count = count,
	};
	return 0;
}

int load_calendar(const struct source *source, const struct yaml_node *root,
		  struct calendar_year *ret_year)
{
	struct calendar_file file = { 0 };
	int r;

	r = schema_read(source, root, file_fields, &file);
	if (r < 0) {
		return r;
	}
	if (date_year(file.known_from) > file.year) {
		return schema_fail(
			source, yaml_get(root, "known_from"),
			"known_from: the notice for %d is expected to come before its end",
			file.year);
	}
	return file_finish(source, &file, ret_year);
}

int load_calendar_local(const struct source *source, const struct yaml_node *root,
			struct calendar_year *ret_local)
{
	struct calendar_file file = { 0 };
	int r;

	r = schema_read(source, root, local_fields, &file);
	return r < 0 ? r : file_finish(source, &file, ret_local);
}
