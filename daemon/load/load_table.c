/* SPDX-License-Identifier: Apache-2.0 */
/* What a form says of its tables, and the checks of those that the register addresses by place.
 * What table 3 counts is checked in load_form.c. */
#include <errno.h>
#include <string.h>

#include "daemon/load/parts.h"
#include "proto/base/cleanup.h"

#define COLUMNS_MAX        20
#define ROWS_MAX           100
#define GROUP_MAX          3
#define DECIMALS_MAX       9
#define KEY_MAX_CHARACTERS 60

static const char *const value_column[] = { FIGURE_COLUMN };
/* In the order of enum case_result, then what is no result yet. */
static const char *const result_columns[] = { "upheld", "corrected", "other", "pending",
					      TOTAL_COLUMN };
static const char *const fee_rows[] = { "notices", "noticed_yuan", "collected_yuan" };

static const struct field group_item = { .key = "group", .read = read_text };
static const struct field count_item = {
	.key = "counts",
	.read = read_text,
	.max = KEY_MAX_CHARACTERS,
};

static const struct field column_fields[] = {
	{ .key = "key",
	  .read = read_text,
	  .offset = offsetof(struct form_column, key),
	  .required = true,
	  .max = KEY_MAX_CHARACTERS },
	{ .key = "label",
	  .read = read_text,
	  .offset = offsetof(struct form_column, label),
	  .required = true },
	{ .key = NULL },
};
static const struct field column_item = {
	.key = "column",
	.read = read_map,
	.inner = column_fields,
};

/* A row's key is spoken on the wire and typed by people. */
static int read_row_key(const struct source *source, const struct yaml_node *node,
			const struct field *field, void *target)
{
	int r = read_text(source, node, field, target);

	if (r == 0 && node->text[strspn(node->text, "abcdefghijklmnopqrstuvwxyz0123456789_.")]) {
		r = schema_fail(source, node, "key: only a-z, 0-9, _ and . are expected");
	}
	return r;
}

/* What every row says, of whichever table. */
#define ROW_KEY                                                                                    \
	{                                                                                          \
		.key = "key", .read = read_row_key, .required = true, .max = KEY_MAX_CHARACTERS,   \
		.offset = offsetof(struct form_row, key)                                           \
	}
#define ROW_LABEL                                                                                  \
	{                                                                                          \
		.key = "label", .read = read_text, .required = true,                               \
		.offset = offsetof(struct form_row, label)                                         \
	}
#define ROW_GROUP                                                                                  \
	{                                                                                          \
		.key = "group", .read = read_list, .inner = &group_item, .max = GROUP_MAX,         \
		.item_bytes = sizeof(const char *), .offset = offsetof(struct form_row, group),    \
		.count_offset = offsetof(struct form_row, group_count)                             \
	}

static const struct field plain_row_fields[] = {
	ROW_KEY,
	ROW_LABEL,
	ROW_GROUP,
	{ .key = NULL },
};

static const struct field counted_row_fields[] = {
	ROW_KEY,
	ROW_LABEL,
	ROW_GROUP,
	{ .key = "counts",
	  .read = read_list,
	  .inner = &count_item,
	  .min = 1,
	  .max = ROWS_MAX,
	  .item_bytes = sizeof(const char *),
	  .offset = offsetof(struct form_row, counts),
	  .count_offset = offsetof(struct form_row, count_count) },
	{ .key = NULL },
};

static const struct field figure_row_fields[] = {
	ROW_KEY,
	ROW_LABEL,
	ROW_GROUP,
	{ .key = "decimals",
	  .read = read_int,
	  .offset = offsetof(struct form_row, decimals),
	  .max = DECIMALS_MAX },
	{ .key = "negative", .read = read_bool, .offset = offsetof(struct form_row, negative) },
	{ .key = NULL },
};

int row_counts_itself(const struct source *source, struct form_row *row)
{
	const char **counts = arena_alloc(source->arena, sizeof(*counts));

	if (!counts) {
		return -ENOMEM;
	}
	counts[0] = row->key;
	row->counts = counts;
	row->count_count = 1;
	return 0;
}

static int read_row(const struct source *source, const struct yaml_node *node,
		    const struct field *field, void *target)
{
	struct form_row *row = target;
	int r = schema_read(source, node, field->inner, row);

	return r < 0 || row->counts ? r : row_counts_itself(source, row);
}

static const struct field plain_row = { .key = "row", .read = read_row, .inner = plain_row_fields };
static const struct field counted_row = {
	.key = "row",
	.read = read_row,
	.inner = counted_row_fields,
};
static const struct field figure_row = {
	.key = "row",
	.read = read_row,
	.inner = figure_row_fields,
};

/* What every table says; its rows are of the given kind. */
#define TABLE_TITLE                                                                                \
	{                                                                                          \
		.key = "title", .read = read_text, .required = true,                               \
		.offset = offsetof(struct table_form, title)                                       \
	}
#define TABLE_COLUMNS                                                                              \
	{                                                                                          \
		.key = "columns", .read = read_list, .inner = &column_item, .required = true,      \
		.min = 1, .max = COLUMNS_MAX, .item_bytes = sizeof(struct form_column),            \
		.offset = offsetof(struct table_form, columns),                                    \
		.count_offset = offsetof(struct table_form, column_count)                          \
	}
#define TABLE_ROWS(item)                                                                           \
	{                                                                                          \
		.key = "rows", .read = read_list, .inner = (item), .required = true, .min = 1,     \
		.max = ROWS_MAX, .item_bytes = sizeof(struct form_row),                            \
		.offset = offsetof(struct table_form, rows),                                       \
		.count_offset = offsetof(struct table_form, row_count)                             \
	}

const struct field table_plain_fields[] = {
	TABLE_TITLE,
	TABLE_COLUMNS,
	TABLE_ROWS(&plain_row),
	{ .key = NULL },
};
const struct field table_counted_fields[] = {
	TABLE_TITLE,
	TABLE_COLUMNS,
	TABLE_ROWS(&counted_row),
	{ .key = NULL },
};
const struct field table_figure_fields[] = {
	TABLE_TITLE,
	TABLE_COLUMNS,
	TABLE_ROWS(&figure_row),
	{ .key = NULL },
};

bool name_in(const char *name, const char *const names[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0) {
			return true;
		}
	}
	return false;
}

int table_keys_check(const struct source *source, const struct yaml_node *list, const char *line,
		     const char *what, const char *const names[], size_t count)
{
	const struct yaml_node *node = list->first;

	if (list->count != count) {
		return schema_fail(source, list, "%ss: %zu %s expected, not %zu", line, count,
				   count == 1 ? "item is" : "items are", list->count);
	}
	for (size_t i = 0; i < count; i++, node = node->next) {
		const struct yaml_node *key = yaml_get(node, "key");

		if (strcmp(key->text, names[i]) == 0) {
			continue;
		}
		if (name_in(key->text, names, count)) {
			return schema_fail(source, key, "key: %s %zu is expected to be \"%s\"",
					   line, i + 1, names[i]);
		}
		return schema_fail_name(source, key->line, key->column, what, key->text, names,
					count);
	}
	return 0;
}

int table_rows_differ(const struct source *source, const struct yaml_node *list)
{
	for (const struct yaml_node *node = list->first; node; node = node->next) {
		const struct yaml_node *key = yaml_get(node, "key");

		for (const struct yaml_node *other = list->first; other != node;
		     other = other->next) {
			if (strcmp(yaml_get(other, "key")->text, key->text) == 0) {
				return schema_fail(source, key, "key: row \"%s\" stands here twice",
						   key->text);
			}
		}
	}
	return 0;
}

static int value_column_check(const struct source *source, const struct yaml_node *table)
{
	return table_keys_check(source, yaml_get(table, "columns"), "column", "column",
				value_column, ARRAY_SIZE(value_column));
}

/* A figure is set and asked for by its key alone, so it must not look like one of the publications,
 * which are ogid.yaml's. */
int table2_check(const struct source *source, const struct yaml_node *table)
{
	const struct yaml_node *rows = yaml_get(table, "rows");
	int r = value_column_check(source, table);

	if (r < 0) {
		return r;
	}
	for (const struct yaml_node *node = rows->first; node; node = node->next) {
		const struct yaml_node *key = yaml_get(node, "key");

		if (strncmp(key->text, PUBLICATIONS_PREFIX, strlen(PUBLICATIONS_PREFIX)) == 0) {
			return schema_fail(source, key,
					   "key: \"" PUBLICATIONS_PREFIX
					   "\" begins the keys of the "
					   "publications in ogid.yaml; another is expected");
		}
	}
	return table_rows_differ(source, rows);
}

int table4_check(const struct source *source, const struct yaml_node *table)
{
	int r = table_keys_check(source, yaml_get(table, "columns"), "column", "result",
				 result_columns, ARRAY_SIZE(result_columns));

	if (r < 0) {
		return r;
	}
	return table_keys_check(source, yaml_get(table, "rows"), "row", "kind of case",
				case_kind_names, CASE_KIND_COUNT);
}

int fees_check(const struct source *source, const struct yaml_node *table)
{
	int r = value_column_check(source, table);

	if (r < 0) {
		return r;
	}
	return table_keys_check(source, yaml_get(table, "rows"), "row", "row", fee_rows,
				ARRAY_SIZE(fee_rows));
}
