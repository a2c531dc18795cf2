/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "daemon/load/parts.h"
#include "proto/base/cleanup.h"
#include "proto/base/date.h"

#define SECTIONS 6

#define COLUMN_COUNT (CATEGORY_COUNT + 1)

/* Rows that every form has, and that count what their key says and nothing else. */
static const char *const fixed_rows[] = { "new", "carried_in", "total_results", "carried_out" };
/* Results that are no reason code; a form may merge them, but must count them. */
static const char *const disclosed_rows[] = { "disclosed", "partially_disclosed" };

static const struct field heading_item = { .key = "headings", .read = read_text };

static const struct field form_fields[] = {
	{ .key = "name",
	  .read = read_text,
	  .offset = offsetof(struct form, name),
	  .required = true,
	  .max = 40 },
	{ .key = "notice",
	  .read = read_text,
	  .offset = offsetof(struct form, notice),
	  .required = true },
	{ .key = "from_year",
	  .read = read_int,
	  .offset = offsetof(struct form, from_year),
	  .required = true,
	  .min = YEAR_MIN,
	  .max = YEAR_MAX },
	{ .key = "to_year",
	  .read = read_int,
	  .offset = offsetof(struct form, to_year),
	  .min = YEAR_MIN,
	  .max = YEAR_MAX },
	{ .key = "headings",
	  .read = read_list,
	  .inner = &heading_item,
	  .required = true,
	  .min = SECTIONS,
	  .max = SECTIONS,
	  .item_bytes = sizeof(const char *),
	  .offset = offsetof(struct form, headings),
	  .count_offset = offsetof(struct form, heading_count) },
	{ .key = "table2",
	  .read = read_map,
	  .inner = table_figure_fields,
	  .offset = offsetof(struct form, table2),
	  .required = true },
	{ .key = "table3",
	  .read = read_map,
	  .inner = table_counted_fields,
	  .offset = offsetof(struct form, table3),
	  .required = true },
	{ .key = "table4",
	  .read = read_map,
	  .inner = table_plain_fields,
	  .offset = offsetof(struct form, table4),
	  .required = true },
	{ .key = "fees",
	  .read = read_map,
	  .inner = table_plain_fields,
	  .offset = offsetof(struct form, fees) },
	{ .key = NULL },
};

/* The cells of table 3 are addressed by category, so the order is no choice. */
static int columns_check(const struct source *source, const struct yaml_node *list)
{
	const char *names[COLUMN_COUNT];

	memcpy(names, category_names, CATEGORY_COUNT * sizeof(names[0]));
	names[CATEGORY_COUNT] = TOTAL_COLUMN;
	return table_keys_check(source, list, "column", "category", names, COLUMN_COUNT);
}

/* Whether the register counts something under this key. */
static bool key_is_counted(const struct catalogue *catalogue, const char *key)
{
	return name_in(key, fixed_rows, ARRAY_SIZE(fixed_rows)) ||
	       name_in(key, disclosed_rows, ARRAY_SIZE(disclosed_rows)) ||
	       catalogue_reason(catalogue, key);
}

static int fail_uncounted(const struct source *source, const struct catalogue *catalogue,
			  const struct yaml_node *node)
{
	size_t count = 0;
	const char **names =
		arena_alloc(source->scratch, (catalogue->reason_count + ARRAY_SIZE(fixed_rows) +
					      ARRAY_SIZE(disclosed_rows)) *
						     sizeof(*names));

	if (!names) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < ARRAY_SIZE(fixed_rows); i++) {
		names[count++] = fixed_rows[i];
	}
	for (size_t i = 0; i < ARRAY_SIZE(disclosed_rows); i++) {
		names[count++] = disclosed_rows[i];
	}
	for (size_t i = 0; i < catalogue->reason_count; i++) {
		names[count++] = catalogue->reasons[i].code;
	}
	return schema_fail_name(source, node->line, node->column, "reason code or result",
				node->text, names, count);
}

/* One row for itself: what it counts exists, and a fixed row counts itself alone. */
static int row_check(const struct source *source, const struct yaml_node *node,
		     const struct form_row *row, const struct catalogue *catalogue)
{
	const struct yaml_node *key = yaml_get(node, "key"), *list = yaml_get(node, "counts");
	bool fixed = name_in(row->key, fixed_rows, ARRAY_SIZE(fixed_rows));

	if (!list) {
		return key_is_counted(catalogue, row->key) ? 0
							   : fail_uncounted(source, catalogue, key);
	}
	if (fixed) {
		return schema_fail(source, list, "counts: row \"%s\" counts itself; leave this out",
				   row->key);
	}
	for (const struct yaml_node *child = list->first; child; child = child->next) {
		if (!key_is_counted(catalogue, child->text)) {
			return fail_uncounted(source, catalogue, child);
		}
		if (name_in(child->text, fixed_rows, ARRAY_SIZE(fixed_rows))) {
			return schema_fail(source, child, "counts: \"%s\" has a row of its own",
					   child->text);
		}
	}
	if (key_is_counted(catalogue, row->key) &&
	    !name_in(row->key, row->counts, row->count_count)) {
		return schema_fail(source, list,
				   "counts: \"%s\" itself is expected here too; or the "
				   "row needs another key",
				   row->key);
	}
	return 0;
}

/* In how many places of the form a key is counted. */
static size_t form_counts(const struct form *form, const char *key)
{
	size_t times = 0;

	for (size_t i = 0; i < form->table3.row_count; i++) {
		for (size_t j = 0; j < form->table3.rows[i].count_count; j++) {
			times += strcmp(form->table3.rows[i].counts[j], key) == 0;
		}
	}
	return times;
}

/* Otherwise an application would be in the total and in no row, or in two. needed false: the key
 * cannot occur in the form's years, but may have a row. */
static int coverage_check(const struct source *source, const struct yaml_node *rows,
			  const struct form *form, const char *key, bool needed)
{
	size_t times = form_counts(form, key);

	if (times > 1) {
		return schema_fail(source, rows,
				   "rows: \"%s\" is counted %zu times; exactly one row is "
				   "expected to count it",
				   key, times);
	}
	if (times == 0 && needed) {
		return schema_fail(source, rows,
				   "rows: \"%s\" is counted in no row of form %s; exactly "
				   "one is expected to count it",
				   key, form->name);
	}
	return 0;
}

static int rows_check(const struct source *source, const struct yaml_node *list,
		      const struct form *form, const struct catalogue *catalogue)
{
	const struct yaml_node *node = list->first;
	int r;

	r = table_rows_differ(source, list);
	for (size_t i = 0; i < form->table3.row_count && r == 0; i++, node = node->next) {
		r = row_check(source, node, &form->table3.rows[i], catalogue);
	}
	for (size_t i = 0; i < ARRAY_SIZE(fixed_rows) && r == 0; i++) {
		r = coverage_check(source, list, form, fixed_rows[i], true);
	}
	for (size_t i = 0; i < ARRAY_SIZE(disclosed_rows) && r == 0; i++) {
		r = coverage_check(source, list, form, disclosed_rows[i], true);
	}
	for (size_t i = 0; i < catalogue->reason_count && r == 0; i++) {
		const struct reason *reason = &catalogue->reasons[i];
		bool needed = !form->to_year || reason->valid_from <= date_year_end(form->to_year);

		r = coverage_check(source, list, form, reason->code, needed);
	}
	return r;
}

static int table3_check(const struct source *source, const struct yaml_node *table,
			const struct form *form, const struct catalogue *catalogue)
{
	int r = columns_check(source, yaml_get(table, "columns"));

	return r < 0 ? r : rows_check(source, yaml_get(table, "rows"), form, catalogue);
}

static int tables_check(const struct source *source, const struct yaml_node *root,
			const struct form *form, const struct catalogue *catalogue)
{
	const struct yaml_node *fees = yaml_get(root, "fees");
	int r;

	r = table2_check(source, yaml_get(root, "table2"));
	if (r == 0) {
		r = table3_check(source, yaml_get(root, "table3"), form, catalogue);
	}
	if (r == 0) {
		r = table4_check(source, yaml_get(root, "table4"));
	}
	if (r == 0 && fees) {
		r = fees_check(source, fees);
	}
	return r;
}

int load_form(const struct source *source, const struct yaml_node *root,
	      const struct catalogue *catalogue, struct form *ret_form)
{
	struct form form = { 0 };
	int r;

	r = schema_read(source, root, form_fields, &form);
	if (r < 0) {
		return r;
	}
	if (form.to_year && form.to_year < form.from_year) {
		return schema_fail(source, yaml_get(root, "to_year"),
				   "to_year: %d or later is expected", form.from_year);
	}
	form.table2.id = "table2";
	form.table3.id = "table3";
	form.table4.id = "table4";
	form.fees.id = "fees";
	r = tables_check(source, root, &form, catalogue);
	if (r < 0) {
		return r;
	}
	*ret_form = form;
	return 0;
}
