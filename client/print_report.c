/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/command.h"
#include "client/language.h"
#include "client/print.h"
#include "client/reply.h"
#include "client/report.h"
#include "client/table.h"
#include "client/words.h"

static void report_head(const struct print *print, json_t *report)
{
	char text[120];
	struct card *card = card_new();

	screen_say(_("Annual report %lld, %s"), (long long)reply_int(report, "year"),
		   reply_text(report, "organ"));
	card_line(card, N_("form"), reply_text(report, "form"));
	snprintf(text, sizeof(text), _("%s, revision %lld"),
		 word_of(WORD_STATUS, reply_text(report, "status")),
		 (long long)reply_int(report, "revision"));
	card_line(card, N_("status"), text);
	/* The ledger goes on; a sealed report is the same every time, and its seal says the rest.
	 */
	if (!reply_has(report, "seal")) {
		card_line(card, N_("known on"), reply_text(report, "known_on"));
		snprintf(text, sizeof(text), _("entry %lld, %.16s..."),
			 (long long)reply_int(report, "ledger_sequence"),
			 reply_text(report, "ledger_digest"));
		card_line(card, N_("ledger"), text);
	}
	card_print(card, print->screen);
}

/* A line of its own between blocks of different kinds. */
static void report_block(const struct print *print, const struct block *block, bool first)
{
	if (first) {
		putchar('\n');
	}
	switch (block->kind) {
	case BLOCK_TITLE:
	case BLOCK_HEADING:
		screen_say("%s", block->text);
		break;
	case BLOCK_MISSING:
	case BLOCK_PARAGRAPH:
	case BLOCK_SIGNATURE:
	case BLOCK_SEAL:
		screen_say_hanging(print->screen, 0, 0, block->text);
		break;
	case BLOCK_GRID:
		print_form_table(print, block->grid->source);
		break;
	}
}

void print_report_text(struct print *print, json_t *report, const struct document *document)
{
	const struct block *before = NULL;

	report_head(print, report);
	for (const struct block *block = document->first; block != NULL; block = block->next) {
		/* The card has said the title. */
		if (block->kind != BLOCK_TITLE) {
			bool grid = block->kind == BLOCK_GRID;
			report_block(print, block,
				     before == NULL ||
					     (before->kind != block->kind &&
					      before->kind != BLOCK_HEADING) ||
					     (grid && before->kind == BLOCK_GRID));
		}
		before = block;
	}
	putchar('\n');
	print_checks(print, json_object_get(report, "checks"));
}

/* A report in the shape of no office's: without texts. */
static void report_whole(struct print *print, json_t *report)
{
	struct document document = { 0 };
	struct yaml_problem problem;

	int r = report_build(&document, report, NULL, &problem);
	if (r == 0) {
		print_report_text(print, report, &document);
	} else {
		screen_complain("%s", strerror(-r));
		print->status = EXIT_BAD_DATA;
	}
	document_done(&document);
}

void print_sealed(struct print *print, json_t *reply)
{
	json_t *report = json_object_get(reply, "report");

	screen_say(_("%lld sealed as revision %lld; the ledger stands at entry %lld"),
		   (long long)reply_int(report, "year"), (long long)reply_int(report, "revision"),
		   (long long)reply_int(report, "ledger_sequence"));
	print_checks(print, json_object_get(report, "checks"));
}

void print_restated(struct print *print, json_t *reply)
{
	json_t *report = json_object_get(reply, "report");
	json_t *changed = json_object_get(reply, "changed");
	size_t i;
	json_t *cell;

	screen_say(_("%lld restated as revision %lld"), (long long)reply_int(report, "year"),
		   (long long)reply_int(report, "revision"));
	json_array_foreach(changed, i, cell)
	{
		const char *key = reply_text(cell, "row");
		const char *row = word_of(WORD_ROW, key);
		screen_say(_("%s, %s, %s: %lld, before %lld"),
			   word_of(WORD_TABLE, reply_text(cell, "table")),
			   row == key ? word_of(WORD_REASON, key) : row,
			   word_of(WORD_CATEGORY, reply_text(cell, "column")),
			   (long long)reply_int(cell, "after"),
			   (long long)reply_int(cell, "before"));
	}
	if (json_array_size(changed) == 0) {
		screen_say("%s", _("no cell has changed"));
	}
	print_checks(print, json_object_get(report, "checks"));
}

void print_consolidated(struct print *print, json_t *reply)
{
	size_t i;
	json_t *one;

	report_whole(print, json_object_get(reply, "report"));
	json_array_foreach(json_object_get(reply, "missing"), i, one)
	{
		const char *organ = json_string_value(one);
		screen_say(_("missing: %s"), organ != NULL ? organ : "");
	}
}

static void rollup_due(const struct print *print, json_t *due)
{
	struct table *table = table_new(print->screen, true);
	size_t i;
	json_t *one;

	table_column(table, _("number"), TABLE_LEFT);
	table_column(table, _("due on"), TABLE_LEFT);
	table_column(table, _("left"), TABLE_RIGHT);
	table_column(table, _("what"), TABLE_CUT);
	json_array_foreach(due, i, one)
	{
		char left[32];
		const char *what = reply_text(one, "what");
		int64_t days = reply_int(one, "working_days_left");
		snprintf(left, sizeof(left), "%" PRId64, days);
		table_row(table);
		table_cell(table, reply_text(one, "number"), NULL);
		table_cell(table, reply_text(one, "due_on"), NULL);
		table_cell(table, left, days < 0 ? "red" : NULL);
		table_cell(table, word_of(WORD_DUE, what), NULL);
	}
	table_print(table);
	table_free(table);
}

void print_rollup(struct print *print, json_t *reply)
{
	json_t *carried = json_object_get(reply, "carried_over");
	json_t *due = json_object_get(reply, "due");
	size_t i;
	json_t *one;

	screen_say(_("Rollup of %s"), reply_text(reply, "on"));
	screen_say(ngettext("%zu application carried over", "%zu applications carried over",
			    json_array_size(carried)),
		   json_array_size(carried));
	json_array_foreach(carried, i, one)
	{
		const char *number = json_string_value(one);
		screen_say("  %s", number != NULL ? number : "");
	}
	if (json_array_size(due) > 0) {
		screen_say("%s", _("Falls due:"));
		rollup_due(print, due);
	} else {
		screen_say("%s", _("Nothing falls due."));
	}
	json_array_foreach(json_object_get(reply, "reports"), i, one)
	{
		screen_say(_("Checks of %lld (%s):"), (long long)reply_int(one, "year"),
			   word_of(WORD_STATUS, reply_text(one, "status")));
		print_checks(print, json_object_get(one, "checks"));
	}
}
