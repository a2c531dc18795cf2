/* SPDX-License-Identifier: Apache-2.0 */
/* All calendar files together: a year may have several notices, each known from its day, and a
 * local file lies over them. For each day on which what is known changed, one calendar is made. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/load/parts.h"
#include "proto/base/date.h"

#define LOCAL_NAME "local.yaml"

/* One notice of one year. */
struct version {
	struct calendar_year year;
	struct calendar_year laid; /* with the local days over it; as `year` where there are none */
	const struct input *input;
};

struct versions {
	const struct source *source;
	struct version *items; /* by year, then by the day of the notice */
	size_t count;
	const struct calendar_year *local; /* NULL: no local file */
	struct calendar_year *local_years; /* cut into years, which have no notice of their own */
	size_t local_year_count;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool input_is_shipped(const struct input *input)
{
	return input->text != NULL;
}

/* A file 2025.yaml that says 2026 is a copy that somebody forgot to finish. */
static int name_check(const struct input *input, const struct calendar_year *year)
{
	const char *name = base_name(input->file);
	char digits[16];
	size_t length;

	length = (size_t)snprintf(digits, sizeof(digits), "%d", year->year);
	if (strncmp(name, digits, length) == 0) {
		const char *rest = name + length;

		if (strcmp(rest, ".yaml") == 0 ||
		    (rest[0] == '-' && strlen(rest) > strlen("-.yaml"))) {
			return 0;
		}
	}
	return schema_fail(
		&input->source, yaml_get(input->root, "year"),
		"year: the file of %d is expected to be called %d.yaml or %d-amended.yaml",
		year->year, year->year, year->year);
}

static int version_add(struct versions *versions, const struct input *input,
		       const struct calendar_year *year)
{
	struct version *items = versions->items;
	size_t at = versions->count;

	for (size_t i = 0; i < versions->count; i++) {
		const struct version *other = &items[i];
		bool same_day = other->year.year == year->year &&
				other->year.known_from == year->known_from;
		bool same_name = strcmp(base_name(other->input->file), base_name(input->file)) == 0;

		if ((same_day || same_name) && input_is_shipped(input) &&
		    !input_is_shipped(other->input)) {
			return 0;
		}
		if (same_day) {
			return schema_fail(&input->source, yaml_get(input->root, "known_from"),
					   "known_from: %s is of the same year and the same day",
					   base_name(other->input->file));
		}
	}
	while (at > 0 && (items[at - 1].year.year > year->year ||
			  (items[at - 1].year.year == year->year &&
			   items[at - 1].year.known_from > year->known_from))) {
		items[at] = items[at - 1];
		at--;
	}
	items[at] = (struct version){ .year = *year, .laid = *year, .input = input };
	versions->count++;
	return 0;
}

static int version_read(struct versions *versions, struct input *input, struct calendar_year *local)
{
	struct calendar_year year;
	int r = input_read(input, versions->source);

	if (r < 0) {
		return r;
	}
	if (!input_is_shipped(input) && strcmp(base_name(input->file), LOCAL_NAME) == 0) {
		versions->local = local;
		return load_calendar_local(&input->source, input->root, local);
	}
	r = load_calendar(&input->source, input->root, &year);
	if (r == 0) {
		r = name_check(input, &year);
	}
	return r < 0 ? r : version_add(versions, input, &year);
}

/* A day that an amended version leaves as it was is still the earlier notice's. */
static int notices_inherit(struct versions *versions, const struct calendar_year *before,
			   struct calendar_year *year)
{
	struct calendar_day *days =
		arena_alloc(versions->source->arena, (year->day_count + 1) * sizeof(*days));
	size_t old = 0;

	if (!days) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < year->day_count; i++) {
		days[i] = year->days[i];
		while (old < before->day_count && before->days[old].date < days[i].date) {
			old++;
		}
		if (old < before->day_count && before->days[old].date == days[i].date &&
		    before->days[old].works == days[i].works && !days[i].notice) {
			days[i].notice = before->days[old].notice ? before->days[old].notice
								  : before->notice;
		}
	}
	year->days = days;
	return 0;
}

static int local_cut(struct versions *versions)
{
	const struct calendar_year *local = versions->local;
	struct arena *arena = versions->source->arena;
	struct calendar_day *days = arena_alloc(arena, (local->day_count + 1) * sizeof(*days));
	struct calendar_year *years = arena_alloc(arena, (local->day_count + 1) * sizeof(*years));
	size_t count = 0;

	if (!days || !years) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < local->day_count; i++) {
		int year = date_year(local->days[i].date);

		days[i] = local->days[i];
		if (!days[i].notice) {
			days[i].notice = local->notice;
		}
		if (count == 0 || years[count - 1].year != year) {
			years[count++] = (struct calendar_year){ .year = year,
								 .known_from = local->known_from,
								 .days = &days[i] };
		}
		years[count - 1].day_count++;
	}
	versions->local_years = years;
	versions->local_year_count = count;
	return 0;
}

/* Both lists in one, in order; of a day that is in both, the local one. */
static int local_lay(struct versions *versions, const struct calendar_year *local,
		     struct calendar_year *year)
{
	size_t size = year->day_count + local->day_count, count = 0, i = 0, j = 0;
	struct calendar_day *days = arena_alloc(versions->source->arena, size * sizeof(*days));

	if (!days) {
		return -ENOMEM;
	}
	while (i < year->day_count || j < local->day_count) {
		if (j == local->day_count ||
		    (i < year->day_count && year->days[i].date < local->days[j].date)) {
			days[count++] = year->days[i++];
			continue;
		}
		if (i < year->day_count && year->days[i].date == local->days[j].date) {
			i++;
		}
		days[count++] = local->days[j++];
	}
	year->days = days;
	year->day_count = count;
	return 0;
}

static int versions_finish(struct versions *versions)
{
	int r = versions->local ? local_cut(versions) : 0;

	for (size_t i = 0; i < versions->count && r == 0; i++) {
		struct version *version = &versions->items[i];

		if (i > 0 && version[-1].year.year == version->year.year) {
			r = notices_inherit(versions, &version[-1].year, &version->year);
		}
		version->laid = version->year;
		for (size_t j = 0; j < versions->local_year_count && r == 0; j++) {
			if (versions->local_years[j].year == version->year.year) {
				r = local_lay(versions, &versions->local_years[j], &version->laid);
			}
		}
	}
	return r;
}

static int day_compare(const void *left, const void *right)
{
	int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

	return a < b ? -1 : a > b;
}

/* The days on which what is known changed, in order, each once. */
static size_t days_of_change(const struct versions *versions, int32_t *days)
{
	size_t count = 0, kept = 0;

	for (size_t i = 0; i < versions->count; i++) {
		days[count++] = versions->items[i].year.known_from;
	}
	if (versions->local) {
		days[count++] = versions->local->known_from;
	}
	qsort(days, count, sizeof(*days), day_compare);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || days[kept - 1] != days[i]) {
			days[kept++] = days[i];
		}
	}
	return kept;
}

/* In order of year; a year that is there stays. */
static void year_put(struct calendar_year *years, size_t *count, const struct calendar_year *year)
{
	size_t at = *count;

	while (at > 0 && years[at - 1].year > year->year) {
		at--;
	}
	if (at > 0 && years[at - 1].year == year->year) {
		return;
	}
	memmove(&years[at + 1], &years[at], (*count - at) * sizeof(*years));
	years[at] = *year;
	(*count)++;
}

static int view_make(const struct versions *versions, int32_t from, struct calendar_view *ret_view)
{
	size_t most = versions->count + versions->local_year_count, count = 0;
	bool local = versions->local && versions->local->known_from <= from;
	struct calendar_year *years =
		arena_alloc(versions->source->arena, (most + 1) * sizeof(*years));

	if (!years) {
		return -ENOMEM;
	}
	/* From the end, so that of a year the last known notice comes first, and stays. */
	for (size_t i = versions->count; i > 0; i--) {
		const struct version *version = &versions->items[i - 1];

		if (version->year.known_from <= from) {
			year_put(years, &count, local ? &version->laid : &version->year);
		}
	}
	for (size_t i = 0; local && i < versions->local_year_count; i++) {
		year_put(years, &count, &versions->local_years[i]);
	}
	*ret_view = (struct calendar_view){ from, { years, count } };
	return 0;
}

static int views_make(const struct versions *versions, struct catalogue *catalogue)
{
	int32_t *days =
		arena_alloc(versions->source->scratch, (versions->count + 1) * sizeof(*days));
	struct calendar_view *views;
	size_t count;
	int r = 0;

	if (!days) {
		return -ENOMEM;
	}
	count = days_of_change(versions, days);
	views = arena_alloc(versions->source->arena, (count + 1) * sizeof(*views));
	if (!views) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < count && r == 0; i++) {
		r = view_make(versions, days[i], &views[i]);
	}
	catalogue->views = views;
	catalogue->view_count = count;
	return r;
}

int load_views(struct input_list *list, const struct source *source, struct catalogue *catalogue)
{
	struct versions versions = { .source = source };
	struct calendar_year local;
	int r = 0;

	versions.items = arena_alloc(source->scratch, (list->count + 1) * sizeof(*versions.items));
	if (!versions.items) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < list->count && r == 0; i++) {
		r = version_read(&versions, &list->items[i], &local);
	}
	if (r == 0) {
		r = versions_finish(&versions);
	}
	return r < 0 ? r : views_make(&versions, catalogue);
}
