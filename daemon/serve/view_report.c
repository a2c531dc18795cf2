/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/view_report.h"

#define VIEW_CASES_MAX 200 /* numbers that one check names; a message has a limit */

static json_t *view_row(const struct table *table, size_t index)
{
	const struct form_row *row = &table->form->rows[index];
	json_t *object = json_object(), *group = json_array(), *cells = json_array();

	for (size_t i = 0; i < row->group_count; i++) {
		view_append(&group, json_string(row->group[i]));
	}
	if (row->group_count == 0) {
		json_decref(group);
		group = json_null();
	}
	for (size_t i = 0; i < table->form->column_count; i++) {
		view_append(&cells, json_integer(*table_cell(table, index, i)));
	}
	view_set(&object, "key", json_string(row->key));
	view_set(&object, "label", view_text(row->label));
	view_set(&object, "group", group);
	view_set(&object, "cells", cells);
	return object;
}

static json_t *view_table3(const struct table *table)
{
	json_t *object = json_object(), *columns = json_array(), *rows = json_array();

	for (size_t i = 0; i < table->form->column_count; i++) {
		view_append(&columns, json_string(table->form->columns[i].key));
	}
	for (size_t i = 0; i < table->form->row_count; i++) {
		view_append(&rows, view_row(table, i));
	}
	view_set(&object, "id", json_string("table3"));
	view_set(&object, "title", json_string(table->form->table3_title));
	view_set(&object, "columns", columns);
	view_set(&object, "rows", rows);
	return object;
}

static json_t *view_check(const struct check *check)
{
	json_t *object = json_object(), *cases = json_array();

	for (size_t i = 0; i < check->case_count && i < VIEW_CASES_MAX; i++) {
		view_append(&cases, view_number(check->cases[i]));
	}
	view_set(&object, "rule", json_string(check->rule));
	view_set(&object, "holds", json_boolean(check->holds));
	view_set(&object, "table", json_string(check->table));
	view_set(&object, "column", view_text(check->column));
	view_set(&object, "expected",
		 check->has_figures ? json_integer(check->expected) : json_null());
	view_set(&object, "found", check->has_figures ? json_integer(check->found) : json_null());
	view_set(&object, "detail", view_text(check->detail));
	view_set(&object, "cases", cases);
	return object;
}

json_t *view_report(const struct view *view, const struct report *report)
{
	json_t *object = json_object(), *tables = json_array(), *checks = json_array();

	view_append(&tables, view_table3(&report->table3));
	for (const struct check *check = report->checks.first; check != NULL; check = check->next) {
		view_append(&checks, view_check(check));
	}
	view_set(&object, "year", json_integer(report->year));
	view_set(&object, "form", json_string(report->form->name));
	view_set(&object, "organ", view_text(view->catalogue->settings.organ));
	/* Sealing is not there yet, so every report may still change. */
	view_set(&object, "status", json_string("provisional"));
	view_set(&object, "revision", json_integer(0));
	view_set(&object, "known_on", view_date(report->known_on));
	view_set(&object, "ledger_sequence", json_integer((json_int_t)report->sequence));
	view_set(&object, "ledger_digest", view_digest(&report->digest));
	view_set(&object, "tables", tables);
	view_set(&object, "checks", checks);
	return object;
}
