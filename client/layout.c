/* SPDX-License-Identifier: Apache-2.0 */
#include "client/layout.h"

#include <stdio.h>
#include <string.h>

#include "client/reply.h"
#include "proto/base/cleanup.h"

#define LAYOUT_CORNER        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
#define LAYOUT_PERSONS       "申请人情况"
#define LAYOUT_ORGANIZATIONS "法人或其他组织"
#define LAYOUT_CONTENT       "信息内容"
#define LAYOUT_ITEM          "项目"
#define LAYOUT_FIGURE        "数值"
#define LAYOUT_LABELS_MAX    4 /* columns of labels at the left of a table */
#define LAYOUT_LINE_MAX      16

static const char *const layout_headings[SECTION_COUNT] = {
	"一、总体情况",
	"二、主动公开政府信息情况",
	"三、收到和处理政府信息公开申请情况",
	"四、政府信息公开行政复议、行政诉讼情况",
	"五、存在的主要问题及改进情况",
	"六、其他需要报告的事项",
};

static const struct {
	const char *table, *key, *label;
} layout_columns[] = {
	{ "table3", "natural_person", "自然人" },
	{ "table3", "commercial_enterprise", "商业企业" },
	{ "table3", "research_institution", "科研机构" },
	{ "table3", "public_welfare_organization", "社会公益组织" },
	{ "table3", "legal_service_institution", "法律服务机构" },
	{ "table3", "other", "其他" },
	{ "table3", "total", "总计" },
	{ "table4", "upheld", "结果维持" },
	{ "table4", "corrected", "结果纠正" },
	{ "table4", "other", "其他结果" },
	{ "table4", "pending", "尚未审结" },
	{ "table4", "total", "总计" },
};

static const struct {
	const char *id, *name;
} layout_names[] = {
	{ "table2", "表2" },      { "table3", "表3" },
	{ "table4", "表4" },      { "publications", "公开渠道" },
	{ "fees", "信息处理费" },
};

const char *layout_heading(const json_t *report, enum section section)
{
	const json_t *headings = json_object_get(report, "headings");
	const char *text = json_string_value(json_array_get(headings, section));
	return text != NULL ? text : layout_headings[section];
}

const char *layout_column(const char *table, const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(layout_columns); i++) {
		if (strcmp(layout_columns[i].table, table) == 0 &&
		    strcmp(layout_columns[i].key, key) == 0) {
			return layout_columns[i].label;
		}
	}
	return key;
}

static const char *layout_text(const json_t *array, size_t index)
{
	const char *text = json_string_value(json_array_get(array, index));
	return text != NULL ? text : "";
}

static struct grid *layout_grid(struct document *document, json_t *table)
{
	const char *id = reply_text(table, "id"), *name = id;

	for (size_t i = 0; i < ARRAY_SIZE(layout_names); i++) {
		name = strcmp(layout_names[i].id, id) == 0 ? layout_names[i].name : name;
	}
	struct grid *grid = document_grid(document, name, reply_text(table, "title"));
	if (grid != NULL) {
		grid->source = table;
	}
	return grid;
}

static void layout_cell(struct document *document, struct grid *grid, enum cell_kind kind,
			const size_t place[static 4], const char *text)
{
	grid_text(document, grid,
		  &(struct cell){ .kind = kind,
				  .row = place[0],
				  .column = place[1],
				  .rows = place[2],
				  .columns = place[3],
				  .text = text });
}

static void layout_figure(struct document *document, struct grid *grid, const json_t *row,
			  size_t index, const size_t place[static 4])
{
	const json_t *cells = json_object_get(row, "cells");

	grid_figure(document, grid,
		    &(struct cell){ .row = place[0],
				    .column = place[1],
				    .rows = place[2],
				    .columns = place[3],
				    .value = json_integer_value(json_array_get(cells, index)),
				    .decimals = (int)reply_int(row, "decimals") });
}

/* Whether two rows stand under the same headings, as far as `level`, counted from 0. */
static bool layout_same_group(const json_t *row, const json_t *other, size_t level)
{
	const json_t *a = json_object_get(row, "group"), *b = json_object_get(other, "group");

	for (size_t i = 0; i <= level; i++) {
		const json_t *mine = json_array_get(a, i);
		if (mine == NULL || !json_equal(mine, json_array_get(b, i))) {
			return false;
		}
	}
	return true;
}

/* How many rows from `at` on stand under the heading that begins at it; 0: it began before. */
static size_t layout_span(const json_t *rows, size_t at, size_t level)
{
	const json_t *row = json_array_get(rows, at);
	size_t span = 1;

	if (at > 0 && layout_same_group(row, json_array_get(rows, at - 1), level)) {
		return 0;
	}
	while (at + span < json_array_size(rows) &&
	       layout_same_group(row, json_array_get(rows, at + span), level)) {
		span++;
	}
	return span;
}

static size_t layout_groups(const json_t *row)
{
	size_t count = json_array_size(json_object_get(row, "group"));
	return count < LAYOUT_LABELS_MAX ? count : LAYOUT_LABELS_MAX - 1;
}

/* A row: its headings where they begin, its label as wide as they leave it, its figures. */
static void layout_row(struct document *document, struct grid *grid, const json_t *rows, size_t at,
		       size_t labels)
{
	const json_t *row = json_array_get(rows, at);
	size_t groups = layout_groups(row), y = grid->head_rows + at;

	for (size_t level = 0; level < groups; level++) {
		size_t span = layout_span(rows, at, level);
		if (span > 0) {
			layout_cell(document, grid, CELL_LABEL, (size_t[]){ y, level, span, 1 },
				    layout_text(json_object_get(row, "group"), level));
		}
	}
	layout_cell(document, grid, CELL_LABEL, (size_t[]){ y, groups, 1, labels - groups },
		    reply_text(row, "label"));
	for (size_t c = 0; c < json_array_size(json_object_get(row, "cells")); c++) {
		layout_figure(document, grid, row, c, (size_t[]){ y, labels + c, 1, 1 });
	}
}

/* 申请人情况 over 自然人, 法人或其他组织 (with what lies between) and 总计. */
static void layout_persons(struct document *document, struct grid *grid, const json_t *columns,
			   size_t labels)
{
	size_t count = json_array_size(columns), at = labels;

	grid->head_rows = 3;
	layout_cell(document, grid, CELL_HEAD, (size_t[]){ 0, 0, 3, labels }, LAYOUT_CORNER);
	layout_cell(document, grid, CELL_HEAD, (size_t[]){ 0, labels, 1, count }, LAYOUT_PERSONS);
	for (size_t c = 0; c < count; c++, at++) {
		const char *key = layout_text(columns, c);
		bool outside = c == 0 || c == count - 1;
		layout_cell(document, grid, CELL_HEAD,
			    (size_t[]){ outside ? 1 : 2, at, outside ? 2 : 1, 1 },
			    layout_column("table3", key));
	}
	if (count > 2) {
		layout_cell(document, grid, CELL_HEAD, (size_t[]){ 1, labels + 1, 1, count - 2 },
			    LAYOUT_ORGANIZATIONS);
	}
}

static void layout_plain_head(struct document *document, struct grid *grid, const json_t *columns,
			      size_t labels)
{
	grid->head_rows = 1;
	layout_cell(document, grid, CELL_HEAD, (size_t[]){ 0, 0, 1, labels }, "");
	for (size_t c = 0; c < json_array_size(columns); c++) {
		layout_cell(document, grid, CELL_HEAD, (size_t[]){ 0, labels + c, 1, 1 },
			    layout_text(columns, c));
	}
}

/* Table 3, and any table that has nothing else said of it. */
static void layout_rows(struct document *document, struct grid *grid, json_t *table)
{
	static const unsigned labels_wide[LAYOUT_LABELS_MAX] = { 6, 11, 31, 31 };
	const json_t *rows = json_object_get(table, "rows");
	const json_t *columns = json_object_get(table, "columns");
	size_t labels = 1, i;
	json_t *row;

	json_array_foreach(rows, i, row)
	{
		size_t groups = layout_groups(row);
		labels = groups + 1 > labels ? groups + 1 : labels;
	}
	if (strcmp(reply_text(table, "id"), "table3") == 0) {
		layout_persons(document, grid, columns, labels);
	} else {
		layout_plain_head(document, grid, columns, labels);
	}
	for (i = 0; i < json_array_size(rows); i++) {
		layout_row(document, grid, rows, i, labels);
	}
	for (i = 0; i < GRID_COLUMNS_MAX; i++) {
		grid->weights[i] = i < labels ? labels_wide[i] : 8;
	}
	grid->weights[labels - 1] = labels_wide[2];
}

/* Whether two lines of a block have the same columns. */
static bool layout_same_labels(const json_t *rows, size_t one, size_t other, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(reply_text(json_array_get(rows, one + i), "label"),
			   reply_text(json_array_get(rows, other + i), "label")) != 0) {
			return false;
		}
	}
	return true;
}

/* Where a cell of a line begins, and how far it goes: the last one takes what the block leaves. */
static void layout_line(struct document *document, struct grid *grid, const json_t *rows,
			size_t first, size_t count, size_t widest, size_t y, bool head)
{
	const json_t *group = json_object_get(json_array_get(rows, first), "group");
	size_t groups = json_array_size(group);

	layout_cell(document, grid, head ? CELL_HEAD : CELL_LABEL, (size_t[]){ y, 0, 1, 1 },
		    head ? LAYOUT_CONTENT : layout_text(group, groups > 0 ? groups - 1 : 0));
	for (size_t i = 0; i < count; i++) {
		const json_t *row = json_array_get(rows, first + i);
		size_t place[] = { y, 1 + i, 1, i + 1 < count ? 1 : widest - i };
		if (head) {
			layout_cell(document, grid, CELL_HEAD, place, reply_text(row, "label"));
		} else {
			layout_figure(document, grid, row, 0, place);
		}
	}
}

/* Table 2: blocks of lines; each block has a title and columns of its own. */
static void layout_blocks(struct document *document, struct grid *grid, json_t *table)
{
	const json_t *rows = json_object_get(table, "rows");
	size_t widest = 1, y = 0, span, headed = 0, headed_count = 0;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		span = layout_span(rows, i, 1);
		span = span < LAYOUT_LINE_MAX ? span : LAYOUT_LINE_MAX;
		widest = span > widest ? span : widest;
	}
	for (size_t i = 0; i < json_array_size(rows); i += span) {
		const json_t *row = json_array_get(rows, i);
		span = layout_span(rows, i, 1);
		span = span == 0 ? 1 : span < LAYOUT_LINE_MAX ? span : LAYOUT_LINE_MAX;
		bool begins = layout_span(rows, i, 0) > 0;
		if (begins) {
			layout_cell(document, grid, CELL_HEAD, (size_t[]){ y++, 0, 1, 1 + widest },
				    layout_text(json_object_get(row, "group"), 0));
		}
		if (begins || span != headed_count || !layout_same_labels(rows, headed, i, span)) {
			layout_line(document, grid, rows, i, span, widest, y++, true);
			headed = i;
			headed_count = span;
		}
		layout_line(document, grid, rows, i, span, widest, y++, false);
	}
	for (size_t i = 0; i < GRID_COLUMNS_MAX; i++) {
		grid->weights[i] = i == 0 ? 30 : 20;
	}
}

/* Table 4: its rows stand beside each other, in one line of figures. */
static void layout_cases(struct document *document, struct grid *grid, json_t *table)
{
	const json_t *rows = json_object_get(table, "rows");
	const json_t *columns = json_object_get(table, "columns");
	size_t wide = json_array_size(columns), at = 0, i;
	json_t *row;

	grid->head_rows = 3;
	json_array_foreach(rows, i, row)
	{
		size_t groups = layout_groups(row), span = groups > 0 ? layout_span(rows, i, 0) : 0;
		const char *label = reply_text(row, "label");
		if (span > 0) {
			layout_cell(document, grid, CELL_HEAD, (size_t[]){ 0, at, 1, wide * span },
				    layout_text(json_object_get(row, "group"), 0));
		}
		layout_cell(document, grid, CELL_HEAD,
			    groups == 0 ? (size_t[]){ 0, at, 2, wide }
					: (size_t[]){ 1, at, 1, wide },
			    label);
		for (size_t c = 0; c < wide; c++, at++) {
			layout_cell(document, grid, CELL_HEAD, (size_t[]){ 2, at, 1, 1 },
				    layout_column("table4", layout_text(columns, c)));
			layout_figure(document, grid, row, c, (size_t[]){ 3, at, 1, 1 });
		}
	}
	for (i = 0; i < GRID_COLUMNS_MAX; i++) {
		grid->weights[i] = 6;
	}
}

void layout_table(struct document *document, json_t *table)
{
	struct grid *grid = layout_grid(document, table);

	if (grid == NULL) {
		return;
	}
	if (strcmp(reply_text(table, "id"), "table2") == 0) {
		layout_blocks(document, grid, table);
	} else if (strcmp(reply_text(table, "id"), "table4") == 0) {
		layout_cases(document, grid, table);
	} else {
		layout_rows(document, grid, table);
	}
	grid_finish(grid);
}

void layout_figures(struct document *document, json_t *table)
{
	struct grid *grid = layout_grid(document, table);
	const json_t *rows = json_object_get(table, "rows");
	size_t i;
	json_t *row;

	if (grid == NULL) {
		return;
	}
	grid->figures = true;
	grid->head_rows = 1;
	layout_cell(document, grid, CELL_HEAD, (size_t[]){ 0, 0, 1, 1 }, LAYOUT_ITEM);
	layout_cell(document, grid, CELL_HEAD, (size_t[]){ 0, 1, 1, 1 }, LAYOUT_FIGURE);
	json_array_foreach(rows, i, row)
	{
		layout_cell(document, grid, CELL_LABEL, (size_t[]){ 1 + i, 0, 1, 1 },
			    reply_text(row, "label"));
		layout_figure(document, grid, row, 0, (size_t[]){ 1 + i, 1, 1, 1 });
	}
	grid->weights[0] = 40;
	grid->weights[1] = 16;
	grid_finish(grid);
}
