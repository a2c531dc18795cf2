/* SPDX-License-Identifier: Apache-2.0 */
/* Where the organ publishes of its own accord, as ogid.yaml lists it: a form of one column, whose
 * figures section one of the report states. */
#include <errno.h>
#include <string.h>

#include "daemon/load/parts.h"
#include "proto/base/cleanup.h"

#define KEY_MAX_CHARACTERS 40
#define CHANNELS_MAX       50

static const struct form_column value_columns[] = { { .key = FIGURE_COLUMN, .label = "数量" } };

/* The row's key is that of the figure: publications.portal. */
static int read_channel_key(const struct source *source, const struct yaml_node *node,
			    const struct field *field, void *target)
{
	const char **member = (const char **)((char *)target + field->offset);
	int r;

	r = read_text(source, node, field, target);
	if (r < 0) {
		return r;
	}
	if (node->text[strspn(node->text, "abcdefghijklmnopqrstuvwxyz0123456789_")]) {
		return schema_fail(source, node, "key: only a-z, 0-9 and _ are expected");
	}
	*member = arena_printf(source->arena, PUBLICATIONS_PREFIX "%s", node->text);
	return *member ? 0 : -ENOMEM;
}

static const struct field channel_fields[] = {
	{ .key = "key",
	  .read = read_channel_key,
	  .offset = offsetof(struct form_row, key),
	  .required = true,
	  .max = KEY_MAX_CHARACTERS },
	{ .key = "label",
	  .read = read_text,
	  .offset = offsetof(struct form_row, label),
	  .required = true },
	{ .key = NULL },
};

static int read_channel(const struct source *source, const struct yaml_node *node,
			const struct field *field, void *target)
{
	int r = schema_read(source, node, channel_fields, target);

	(void)field;
	return r < 0 ? r : row_counts_itself(source, target);
}

static const struct field channel_item = { .key = "publication", .read = read_channel };

static const struct field publications_list = {
	.key = "publications",
	.read = read_list,
	.inner = &channel_item,
	.max = CHANNELS_MAX,
	.item_bytes = sizeof(struct form_row),
	.offset = offsetof(struct table_form, rows),
	.count_offset = offsetof(struct table_form, row_count),
};

int read_publications(const struct source *source, const struct yaml_node *node,
		      const struct field *field, void *target)
{
	struct table_form form = {
		.id = "publications",
		.title = "公开渠道",
		.columns = value_columns,
		.column_count = ARRAY_SIZE(value_columns),
	};
	int r;

	r = read_list(source, node, &publications_list, &form);
	if (r == 0) {
		r = table_rows_differ(source, node);
	}
	if (r == 0) {
		*(struct table_form *)((char *)target + field->offset) = form;
	}
	return r;
}
