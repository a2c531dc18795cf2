/* SPDX-License-Identifier: Apache-2.0 */
#include "client/language.h"
#include "client/print.h"
#include "client/reply.h"
#include "client/table.h"
#include "client/words.h"

void print_case_opened(struct print *print, json_t *reply)
{
	(void)print;
	screen_say(_("case %s opened"), reply_text(reply, "case"));
}

static void case_columns(struct table *table)
{
	table_column(table, _("case"), TABLE_LEFT);
	table_column(table, _("kind"), TABLE_CUT);
	table_column(table, _("opened"), TABLE_LEFT);
	table_column(table, _("answer due"), TABLE_LEFT);
	table_column(table, _("answered on"), TABLE_LEFT);
	table_column(table, _("concluded"), TABLE_LEFT);
	table_column(table, _("result"), TABLE_CUT);
	table_column(table, _("application"), TABLE_LEFT);
	table_column(table, _("title"), TABLE_CUT);
}

void print_case(struct print *print, json_t *reply)
{
	json_t *one = json_object_get(reply, "case");
	const char *result = reply_has(one, "result") ? reply_text(one, "result") : "pending";

	if (print->table == NULL) {
		print->table = table_new(print->screen, true);
		case_columns(print->table);
	}
	table_row(print->table);
	table_cell(print->table, reply_text(one, "case"), NULL);
	table_cell(print->table, word_of(WORD_CASE, reply_text(one, "kind")), NULL);
	table_cell(print->table, reply_text(one, "opened_on"), NULL);
	table_cell(print->table, reply_text(one, "answer_by"), NULL);
	table_cell(print->table, reply_text(one, "answered_on"), NULL);
	table_cell(print->table, reply_text(one, "concluded_on"), NULL);
	table_cell(print->table, word_of(WORD_RESULT, result), NULL);
	table_cell(print->table, reply_text(one, "number"), NULL);
	table_cell(print->table, reply_text(one, "title"), NULL);
}

void print_case_end(struct print *print)
{
	if (print->items == 0) {
		screen_say("%s", _("no case fits"));
		return;
	}
	table_print(print->table);
	screen_say(ngettext("%zu case", "%zu cases", print->items), print->items);
}
