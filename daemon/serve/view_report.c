/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/view_report.h"

#include <string.h>

#include "proto/base/date.h"

#define VIEW_CASES_MAX 200 /* numbers that one check names; a message has a limit */
#define STATEMENT_MAX  ((size_t)64 * 1024)

static const char *const status_names[REPORT_STATUS_COUNT] = { "provisional", "sealed",
							       "restated" };

static json_t *view_group(const struct form_row *row)
{
	json_t *group = json_array();

	for (size_t i = 0; i < row->group_count; i++) {
		view_append(&group, json_string(row->group[i]));
	}
	if (row->group_count == 0) {
		json_decref(group);
		return json_null();
	}
	return group;
}

static json_t *view_row(const struct table *table, size_t index)
{
	const struct form_row *row = &table->form->rows[index];
	bool stated = table->stated == NULL || table->stated[index];
	json_t *object = json_object(), *cells = json_array();

	for (size_t i = 0; i < table->form->column_count; i++) {
		view_append(&cells, json_integer(*table_cell(table, index, i)));
	}
	view_set(&object, "key", json_string(row->key));
	view_set(&object, "label", view_text(row->label));
	view_set(&object, "group", view_group(row));
	view_set(&object, "cells", cells);
	if (row->decimals > 0) {
		view_set(&object, "decimals", json_integer(row->decimals));
	}
	if (!stated) {
		view_set(&object, "stated", json_false());
	}
	return object;
}

json_t *view_table(const struct table *table)
{
	json_t *object = json_object(), *columns = json_array(), *rows = json_array();

	for (size_t i = 0; i < table->form->column_count; i++) {
		view_append(&columns, json_string(table->form->columns[i].key));
	}
	for (size_t i = 0; i < table->form->row_count; i++) {
		view_append(&rows, view_row(table, i));
	}
	view_set(&object, "id", json_string(table->form->id));
	view_set(&object, "title", view_text(table->form->title));
	view_set(&object, "columns", columns);
	view_set(&object, "rows", rows);
	return object;
}

json_t *view_tables(const struct tables *tables, enum year_table first, enum year_table last)
{
	json_t *array = json_array();

	for (int i = (int)first; i <= (int)last; i++) {
		if (tables->of[i].form->row_count > 0) {
			view_append(&array, view_table(&tables->of[i]));
		}
	}
	return array;
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
	view_set(&object, "row", view_text(check->row));
	if (check->organ != NULL) {
		view_set(&object, "organ", json_string(check->organ));
	}
	return object;
}

static json_t *view_list(const struct check_list *checks, bool warnings)
{
	json_t *array = json_array();

	for (const struct check *check = checks->first; check != NULL; check = check->next) {
		if (check->warning == warnings) {
			view_append(&array, view_check(check));
		}
	}
	return array;
}

json_t *view_checks(const struct check_list *checks)
{
	return view_list(checks, false);
}

static json_t *view_statement(const struct seal *seal)
{
	struct buf statement;
	json_t *text = NULL;

	buf_init(&statement, STATEMENT_MAX);
	if (seal_statement(seal, &statement) == 0) {
		text = json_stringn(statement.data, statement.len);
	}
	buf_done(&statement);
	return text;
}

static json_t *view_seal(const struct seal *seal)
{
	json_t *object = json_object();
	uint64_t entries = seal->last_sequence + 1 - seal->first_sequence;

	view_set(&object, "year", json_integer(seal->year));
	view_set(&object, "revision", json_integer(seal->revision));
	view_set(&object, "on", view_date(seal->on));
	view_set(&object, "form", view_text(seal->form));
	view_set(&object, "organ", view_text(seal->organ));
	view_set(&object, "first_sequence", json_integer((json_int_t)seal->first_sequence));
	view_set(&object, "last_sequence", json_integer((json_int_t)seal->last_sequence));
	view_set(&object, "entries", json_integer((json_int_t)entries));
	view_set(&object, "applications", json_integer((json_int_t)seal->applications));
	view_set(&object, "head", view_digest(&seal->head));
	view_set(&object, "tables", view_digest(&seal->tables));
	view_set(&object, "previous",
		 seal->has_previous ? view_digest(&seal->previous) : json_null());
	view_set(&object, "why", view_text(seal->why));
	view_set(&object, "sequence", json_integer((json_int_t)seal->sequence));
	view_set(&object, "digest", view_digest(&seal->digest));
	view_set(&object, "statement", view_statement(seal));
	view_set(&object, "signature", view_text(seal->signature));
	view_set(&object, "public_key", view_text(seal->public_key));
	return object;
}

static json_t *view_headings(const struct form *form)
{
	json_t *array = json_array();

	for (size_t i = 0; i < form->heading_count; i++) {
		view_append(&array, json_string(form->headings[i]));
	}
	return array;
}

json_t *view_report(const struct report *report)
{
	json_t *object = json_object();

	view_set(&object, "year", json_integer(report->year));
	view_set(&object, "form", json_string(report->form->name));
	view_set(&object, "organ", view_text(report->organ));
	view_set(&object, "status", json_string(status_names[report->status]));
	view_set(&object, "revision", json_integer(report->revision));
	view_set(&object, "known_on", view_date(report->known_on));
	view_set(&object, "ledger_sequence", json_integer((json_int_t)report->sequence));
	view_set(&object, "ledger_digest", view_digest(&report->digest));
	view_set(&object, "tables", view_tables(&report->tables, YEAR_TABLE2, YEAR_TABLE4));
	view_set(&object, "checks", view_checks(&report->checks));
	view_set(&object, "headings", view_headings(report->form));
	view_set(&object, "sections", view_tables(&report->tables, YEAR_PUBLICATIONS, YEAR_FEES));
	view_set(&object, "warnings", view_list(&report->checks, true));
	view_set(&object, "seal", report->seal == NULL ? json_null() : view_seal(report->seal));
	return object;
}

json_t *view_case(const struct view *view, const struct dispute *dispute)
{
	const struct conclusion *last =
		dispute->conclusion_count == 0
			? NULL
			: &dispute->conclusions[dispute->conclusion_count - 1];
	json_t *object = json_object();
	char name[DISPUTE_TEXT_BYTES];

	view_set(&object, "case", json_string(dispute_format(dispute, name)));
	view_set(&object, "kind", json_string(case_kind_names[dispute->kind]));
	view_set(&object, "procedure", json_string(case_procedure_names[dispute->procedure]));
	view_set(&object, "number",
		 dispute->number != 0 ? view_number(dispute->number) : json_null());
	view_set(&object, "title", view_text(dispute->title));
	view_set(&object, "opened_on", view_date(dispute->opened_on));
	view_set(&object, "answer_by",
		 view_date(dispute_answer_by(dispute, view->catalogue, view->today)));
	view_set(&object, "answered_on", view_date(dispute->answered_on));
	view_set(&object, "concluded_on", view_date(last == NULL ? DATE_NONE : last->on));
	view_set(&object, "result",
		 last == NULL ? json_null() : json_string(case_result_names[last->result]));
	return object;
}
