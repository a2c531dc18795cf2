/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "daemon/load/parts.h"
#include "proto/base/date.h"

#define RULES_MAX 100
#define DAYS_MAX  366

/* A rule as the file says it: a case_limit, or one for each procedure. */
struct rule {
	const char *kind, *procedure; /* procedure NULL: both */
	int days, working_days;       /* one of them; 0: not said */
	int32_t valid_from;
	const char *article;
	const struct yaml_node *node;
};

struct cases_file {
	const struct rule *rules;
	size_t rule_count;
};

static const struct field rule_fields[] = {
	{ .key = "kind",
	  .read = read_name,
	  .names = case_kind_names,
	  .offset = offsetof(struct rule, kind),
	  .required = true },
	{ .key = "procedure",
	  .read = read_name,
	  .names = case_procedure_names,
	  .offset = offsetof(struct rule, procedure) },
	{ .key = "days",
	  .read = read_int,
	  .min = 1,
	  .max = DAYS_MAX,
	  .offset = offsetof(struct rule, days) },
	{ .key = "working_days",
	  .read = read_int,
	  .min = 1,
	  .max = DAYS_MAX,
	  .offset = offsetof(struct rule, working_days) },
	{ .key = "valid_from", .read = read_date, .offset = offsetof(struct rule, valid_from) },
	{ .key = "article",
	  .read = read_text,
	  .offset = offsetof(struct rule, article),
	  .required = true,
	  .max = 60 },
	{ .key = NULL },
};

static int read_rule(const struct source *source, const struct yaml_node *node,
		     const struct field *field, void *target)
{
	struct rule *rule = target;
	int r;

	rule->valid_from = DATE_NONE;
	rule->node = node;
	r = schema_read(source, node, rule_fields, rule);
	if (r < 0) {
		return r;
	}
	if (!rule->days == !rule->working_days) {
		return schema_fail(source, node, "%s: either days or working_days is expected",
				   field->key);
	}
	return 0;
}

static const struct field rule_item = { .key = "limit", .read = read_rule };

static const struct field cases_fields[] = {
	{ .key = "limits",
	  .read = read_list,
	  .inner = &rule_item,
	  .required = true,
	  .min = 1,
	  .max = RULES_MAX,
	  .item_bytes = sizeof(struct rule),
	  .offset = offsetof(struct cases_file, rules),
	  .count_offset = offsetof(struct cases_file, rule_count) },
	{ .key = NULL },
};

static bool limit_is_of(const struct case_limit *limit, enum case_kind kind,
			enum case_procedure procedure)
{
	return limit->kind == kind && limit->procedure == procedure;
}

/* Rules are few: sorted by insertion, behind those that were valid before. */
static int limit_add(const struct source *source, const struct yaml_node *node,
		     const struct case_limit *limit, struct case_limit *limits, size_t *count)
{
	size_t at = *count;

	for (size_t i = 0; i < *count; i++) {
		if (!limit_is_of(&limits[i], limit->kind, limit->procedure)) {
			continue;
		}
		if (limits[i].valid_from == limit->valid_from) {
			return schema_fail(source, node,
					   "limit: there is another for \"%s\", %s, valid from the "
					   "same day",
					   case_kind_names[limit->kind],
					   case_procedure_names[limit->procedure]);
		}
		if (limits[i].valid_from > limit->valid_from && at == *count) {
			at = i;
		}
	}
	memmove(&limits[at + 1], &limits[at], (*count - at) * sizeof(*limits));
	limits[at] = *limit;
	(*count)++;
	return 0;
}

static int rule_expand(const struct source *source, const struct rule *rule,
		       struct case_limit *limits, size_t *count)
{
	int kind = name_find(case_kind_names, rule->kind), r = 0;

	for (int i = 0; i < PROCEDURE_COUNT && r == 0; i++) {
		struct case_limit limit = {
			.kind = (enum case_kind)kind,
			.procedure = (enum case_procedure)i,
			.days = rule->days ? rule->days : rule->working_days,
			.working = rule->working_days > 0,
			.valid_from = rule->valid_from,
			.article = rule->article,
		};

		if (!rule->procedure || rule->procedure == case_procedure_names[i]) {
			r = limit_add(source, rule->node, &limit, limits, count);
		}
	}
	return r;
}

/* A case without a limit would be one that never falls due. */
static int coverage_check(const struct source *source, const struct yaml_node *list,
			  const struct case_limit *limits, size_t count)
{
	for (int kind = 0; kind < CASE_KIND_COUNT; kind++) {
		for (int procedure = 0; procedure < PROCEDURE_COUNT; procedure++) {
			size_t i = 0;

			while (i < count && !limit_is_of(&limits[i], (enum case_kind)kind,
							 (enum case_procedure)procedure)) {
				i++;
			}
			if (i == count) {
				return schema_fail(source, list,
						   "limits: there is none for \"%s\", %s; at least "
						   "one is expected",
						   case_kind_names[kind],
						   case_procedure_names[procedure]);
			}
		}
	}
	return 0;
}

int load_cases(const struct source *source, const struct yaml_node *root,
	       const struct case_limit **ret_limits, size_t *ret_count)
{
	struct cases_file file = { 0 };
	struct case_limit *limits;
	size_t count = 0;
	int r;

	r = schema_read(source, root, cases_fields, &file);
	if (r < 0) {
		return r;
	}
	limits = arena_alloc(source->arena, file.rule_count * PROCEDURE_COUNT * sizeof(*limits));
	if (!limits) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < file.rule_count; i++) {
		r = rule_expand(source, &file.rules[i], limits, &count);
		if (r < 0) {
			return r;
		}
	}
	r = coverage_check(source, yaml_get(root, "limits"), limits, count);
	if (r < 0) {
		return r;
	}
	*ret_limits = limits;
	*ret_count = count;
	return 0;
}
