/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/load/schema.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/date.h"
#include "proto/base/text.h"

#define FIELDS_MAX 32

static const char *const kind_names[] = {
	[YAML_SCALAR] = "a single value",
	[YAML_LIST] = "a list",
	[YAML_MAP] = "a map of keys",
};

int schema_fail(const struct source *source, const struct yaml_node *node, const char *format, ...)
{
	char text[sizeof(source->problem->text)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return yaml_fail(source->problem, source->file, node->line, node->column, "%s", text);
}

const char *schema_show(const char *text, char shown[static 64])
{
	size_t left = strlen(text), used = 0;

	while (left > 0 && used < 56) {
		uint32_t c = 0;
		size_t bytes = text_decode(text, left, &c);

		if (bytes == 0) {
			break;
		}
		if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
			shown[used++] = '?';
		} else {
			memcpy(shown + used, text, bytes);
			used += bytes;
		}
		text += bytes;
		left -= bytes;
	}
	memcpy(shown + used, left > 0 ? "..." : "", left > 0 ? 4 : 1);
	return shown;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters have to be changed, added or dropped to make one word of the other. */
static size_t word_distance(const char *a, const char *b)
{
	size_t row[64], a_len = strlen(a), b_len = strlen(b);

	if (a_len >= 64 || b_len >= 64) {
		return SIZE_MAX;
	}
	for (size_t j = 0; j <= b_len; j++) {
		row[j] = j;
	}
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t above = row[j];
			size_t other = diagonal + (a[i - 1] != b[j - 1]);

			row[j] = least(other, least(above, row[j - 1]) + 1);
			diagonal = above;
		}
	}
	return row[b_len];
}

/* The name that somebody who wrote `text` most likely meant, or NULL. */
static const char *nearest_name(const char *text, const char *const names[], size_t count)
{
	const char *nearest = NULL;
	size_t best = 2;

	for (size_t i = 0; i < count; i++) {
		size_t limit = strlen(names[i]) / 3 > 2 ? strlen(names[i]) / 3 : 2;
		size_t distance = word_distance(text, names[i]);

		if (distance <= limit && distance < strlen(names[i]) &&
		    (!nearest || distance < best)) {
			nearest = names[i];
			best = distance;
		}
	}
	return nearest;
}

int schema_fail_name(const struct source *source, int line, int column, const char *what,
		     const char *text, const char *const names[], size_t count)
{
	const char *nearest = nearest_name(text, names, count);
	char shown[64], all[240] = "";
	size_t used = 0;

	if (nearest) {
		return yaml_fail(source->problem, source->file, line, column,
				 "unknown %s \"%s\"; did you mean \"%s\"?", what,
				 schema_show(text, shown), nearest);
	}
	for (size_t i = 0; i < count; i++) {
		int more =
			snprintf(all + used, sizeof(all) - used, "%s%s", i ? ", " : "", names[i]);

		if (more < 0 || (size_t)more >= sizeof(all) - used - sizeof(", ...")) {
			memcpy(all + used, ", ...", sizeof(", ..."));
			break;
		}
		used += (size_t)more;
	}
	return yaml_fail(source->problem, source->file, line, column,
			 "unknown %s \"%s\"; expected one of: %s", what, schema_show(text, shown),
			 all);
}

static int expect_kind(const struct source *source, const struct yaml_node *node,
		       const struct field *field, enum yaml_kind kind)
{
	if (node->kind == kind) {
		return 0;
	}
	return schema_fail(source, node, "%s: %s is expected, not %s", field->key, kind_names[kind],
			   kind_names[node->kind]);
}

static int fail_unknown_key(const struct source *source, const struct yaml_node *node,
			    const struct field *fields)
{
	const char *keys[FIELDS_MAX];
	size_t count = 0;

	while (fields[count].key) {
		keys[count] = fields[count].key;
		count++;
	}
	return schema_fail_name(source, node->key_line, node->key_column, "key", node->key, keys,
				count);
}

int schema_read(const struct source *source, const struct yaml_node *node,
		const struct field *fields, void *target)
{
	uint32_t seen = 0;
	int r;

	if (node->kind != YAML_MAP) {
		return schema_fail(source, node, "a map of keys is expected, not %s",
				   kind_names[node->kind]);
	}
	for (const struct yaml_node *child = node->first; child; child = child->next) {
		size_t i = 0;

		while (fields[i].key && strcmp(fields[i].key, child->key) != 0) {
			i++;
			assert(i < FIELDS_MAX);
		}
		if (!fields[i].key) {
			return fail_unknown_key(source, child, fields);
		}
		seen |= UINT32_C(1) << i;
		r = fields[i].read(source, child, &fields[i], target);
		if (r < 0) {
			return r;
		}
	}
	for (size_t i = 0; fields[i].key; i++) {
		if (fields[i].required && !(seen & UINT32_C(1) << i)) {
			return schema_fail(source, node, "the key \"%s\" is missing",
					   fields[i].key);
		}
	}
	return 0;
}

static void *member_of(const struct field *field, void *target)
{
	return (char *)target + field->offset;
}

int read_text(const struct source *source, const struct yaml_node *node, const struct field *field,
	      void *target)
{
	int64_t max = field->max ? field->max : FIELD_DEFAULT_MAX;
	const char **member = member_of(field, target);
	const char *problem;
	int r;

	r = expect_kind(source, node, field, YAML_SCALAR);
	if (r < 0) {
		return r;
	}
	if (!node->text[0]) {
		return schema_fail(source, node, "%s: a text is expected, this is empty",
				   field->key);
	}
	problem = text_problem(node->text, false);
	if (problem) {
		return schema_fail(source, node, "%s: %s", field->key, problem);
	}
	if (text_length(node->text) > (size_t)max) {
		return schema_fail(source, node,
				   "%s: at most %lld characters are expected, not %zu", field->key,
				   (long long)max, text_length(node->text));
	}
	*member = arena_strdup(source->arena, node->text);
	return *member ? 0 : -ENOMEM;
}

int read_int(const struct source *source, const struct yaml_node *node, const struct field *field,
	     void *target)
{
	char shown[64];
	int64_t value;
	int r;

	r = expect_kind(source, node, field, YAML_SCALAR);
	if (r < 0) {
		return r;
	}
	if (text_to_int(node->text, field->min, field->max, &value) < 0) {
		return schema_fail(source, node,
				   "%s: a whole number from %lld to %lld is expected, not \"%s\"",
				   field->key, (long long)field->min, (long long)field->max,
				   schema_show(node->text, shown));
	}
	*(int *)member_of(field, target) = (int)value;
	return 0;
}

int read_bool(const struct source *source, const struct yaml_node *node, const struct field *field,
	      void *target)
{
	bool *member = member_of(field, target);
	char shown[64];
	int r;

	r = expect_kind(source, node, field, YAML_SCALAR);
	if (r < 0) {
		return r;
	}
	*member = strcmp(node->text, "true") == 0;
	if (!*member && strcmp(node->text, "false") != 0) {
		return schema_fail(source, node, "%s: true or false is expected, not \"%s\"",
				   field->key, schema_show(node->text, shown));
	}
	return 0;
}

int read_date(const struct source *source, const struct yaml_node *node, const struct field *field,
	      void *target)
{
	char shown[64];
	int r;

	r = expect_kind(source, node, field, YAML_SCALAR);
	if (r < 0) {
		return r;
	}
	if (date_parse(node->text, member_of(field, target)) < 0) {
		return schema_fail(source, node,
				   "%s: a date that exists, as YYYY-MM-DD, is expected, not \"%s\"",
				   field->key, schema_show(node->text, shown));
	}
	return 0;
}

int read_name(const struct source *source, const struct yaml_node *node, const struct field *field,
	      void *target)
{
	size_t count = 0;
	int r;

	r = expect_kind(source, node, field, YAML_SCALAR);
	if (r < 0) {
		return r;
	}
	for (; field->names[count]; count++) {
		if (strcmp(field->names[count], node->text) == 0) {
			*(const char **)member_of(field, target) = field->names[count];
			return 0;
		}
	}
	return schema_fail_name(source, node->line, node->column, field->key, node->text,
				field->names, count);
}

int read_map(const struct source *source, const struct yaml_node *node, const struct field *field,
	     void *target)
{
	int r = expect_kind(source, node, field, YAML_MAP);

	return r < 0 ? r : schema_read(source, node, field->inner, member_of(field, target));
}

int read_list(const struct source *source, const struct yaml_node *node, const struct field *field,
	      void *target)
{
	size_t max = field->max ? (size_t)field->max : FIELD_DEFAULT_MAX, at = 0;
	char *items;
	int r;

	r = expect_kind(source, node, field, YAML_LIST);
	if (r < 0) {
		return r;
	}
	if (max == (size_t)field->min && node->count != max) {
		return schema_fail(source, node, "%s: %zu items are expected, not %zu", field->key,
				   max, node->count);
	}
	if (node->count < (size_t)field->min || node->count > max) {
		return schema_fail(source, node, "%s: %lld to %zu items are expected, not %zu",
				   field->key, (long long)field->min, max, node->count);
	}
	items = arena_alloc(source->arena, (node->count ? node->count : 1) * field->item_bytes);
	if (!items) {
		return -ENOMEM;
	}
	for (const struct yaml_node *child = node->first; child; child = child->next) {
		r = field->inner->read(source, child, field->inner,
				       items + at++ * field->item_bytes);
		if (r < 0) {
			return r;
		}
	}
	*(void **)member_of(field, target) = items;
	*(size_t *)((char *)target + field->count_offset) = node->count;
	return 0;
}
