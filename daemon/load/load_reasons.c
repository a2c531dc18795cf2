/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "daemon/load/parts.h"
#include "proto/base/cleanup.h"
#include "proto/base/date.h"

#define REASONS_MAX         100
#define CODE_MAX_CHARACTERS 60

static const char *const code_groups[] = { "refused", "unable", "not_processed", "other" };

/* Codes that the workflow itself knows: when they may be used depends on more than the state. */
static const char *const codes_of_rules[] = {
	"not_processed.excessive",
	"other.correction_overdue",
	"other.fee_overdue",
	"other.withdrawn",
};

/* GROUP.WORDS, with nothing that a key on the wire could trip over. */
static int read_code(const struct source *source, const struct yaml_node *node,
		     const struct field *field, void *target)
{
	const char *dot;
	char group[CODE_MAX_CHARACTERS + 1];
	int r;

	r = read_text(source, node, field, target);
	if (r < 0) {
		return r;
	}
	dot = strchr(node->text, '.');
	if (!dot || !dot[1] || dot[1 + strspn(dot + 1, "abcdefghijklmnopqrstuvwxyz0123456789_")]) {
		return schema_fail(source, node,
				   "code: GROUP.WORDS in a-z, 0-9 and _ is expected, "
				   "like refused.state_secret");
	}
	if ((size_t)(dot - node->text) >= sizeof(group)) {
		return schema_fail(source, node, "code: the group before the dot is too long");
	}
	memcpy(group, node->text, (size_t)(dot - node->text));
	group[dot - node->text] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(code_groups); i++) {
		if (strcmp(group, code_groups[i]) == 0) {
			return 0;
		}
	}
	return schema_fail_name(source, node->line, node->column, "group of reasons", group,
				code_groups, ARRAY_SIZE(code_groups));
}

static const struct field reason_fields[] = {
	{ .key = "code",
	  .read = read_code,
	  .offset = offsetof(struct reason, code),
	  .required = true,
	  .max = CODE_MAX_CHARACTERS },
	{ .key = "label_zh",
	  .read = read_text,
	  .offset = offsetof(struct reason, label_zh),
	  .required = true },
	{ .key = "label_en",
	  .read = read_text,
	  .offset = offsetof(struct reason, label_en),
	  .required = true },
	{ .key = "article",
	  .read = read_text,
	  .offset = offsetof(struct reason, article),
	  .max = 60 },
	{ .key = "valid_from", .read = read_date, .offset = offsetof(struct reason, valid_from) },
	{ .key = NULL },
};

static int read_reason(const struct source *source, const struct yaml_node *node,
		       const struct field *field, void *target)
{
	struct reason *reason = target;

	(void)field;
	reason->valid_from = DATE_NONE;
	return schema_read(source, node, reason_fields, target);
}

static const struct field reason_item = { .key = "reasons", .read = read_reason };

struct reasons_file {
	const struct reason *reasons;
	size_t count;
};

static const struct field file_fields[] = {
	{ .key = "reasons",
	  .read = read_list,
	  .inner = &reason_item,
	  .item_bytes = sizeof(struct reason),
	  .min = 1,
	  .max = REASONS_MAX,
	  .required = true,
	  .offset = offsetof(struct reasons_file, reasons),
	  .count_offset = offsetof(struct reasons_file, count) },
	{ .key = NULL },
};

static const struct reason *reasons_find(const struct reason *reasons, size_t count,
					 const char *code)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(reasons[i].code, code) == 0) {
			return &reasons[i];
		}
	}
	return NULL;
}

static int reasons_check(const struct source *source, const struct yaml_node *list,
			 const struct reasons_file *file)
{
	size_t i = 0;

	for (const struct yaml_node *node = list->first; node; node = node->next, i++) {
		if (reasons_find(file->reasons, i, file->reasons[i].code)) {
			return schema_fail(source, yaml_get(node, "code"),
					   "code: \"%s\" stands here twice", file->reasons[i].code);
		}
	}
	for (i = 0; i < ARRAY_SIZE(codes_of_rules); i++) {
		if (!reasons_find(file->reasons, file->count, codes_of_rules[i])) {
			return schema_fail(source, list,
					   "the code \"%s\" is missing; a rule of the "
					   "register depends on it",
					   codes_of_rules[i]);
		}
	}
	return 0;
}

int load_reasons(const struct source *source, const struct yaml_node *root,
		 const struct reason **ret_reasons, size_t *ret_count)
{
	struct reasons_file file = { 0 };
	int r;

	r = schema_read(source, root, file_fields, &file);
	if (r < 0) {
		return r;
	}
	r = reasons_check(source, yaml_get(root, "reasons"), &file);
	if (r < 0) {
		return r;
	}
	*ret_reasons = file.reasons;
	*ret_count = file.count;
	return 0;
}
