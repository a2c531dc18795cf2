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
	print->report = report;
	print_checks(print, json_object_get(report, "checks"));
	print_warnings(print, json_object_get(report, "warnings"));
}
