/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "client/language.h"
#include "client/print.h"
#include "client/reply.h"
#include "client/words.h"
#include "proto/base/cleanup.h"

/* Text of several lines, each made safe for the screen, none of them broken: who checks the
 * signature needs them as they are. */
static void seal_lines(const char *text)
{
	while (*text != '\0') {
		size_t bytes = strcspn(text, "\n");
		auto_free char *line = strndup(text, bytes);
		screen_say("%s", line != NULL ? line : "");
		text += bytes + (text[bytes] == '\n' ? 1 : 0);
	}
}

/* What the year was closed with, to be copied as it stands into what is published. */
static void seal_print(const json_t *seal)
{
	if (!json_is_object(seal)) {
		return;
	}
	putchar('\n');
	seal_lines(reply_text(seal, "statement"));
	putchar('\n');
	if (!reply_has(seal, "signature")) {
		screen_say("%s", _("Not signed: the office has no key."));
		return;
	}
	screen_say(_("Signed (SM2 with SM3): %s"), reply_text(seal, "signature"));
	seal_lines(reply_text(seal, "public_key"));
}

static void seal_checks(struct print *print, const json_t *report)
{
	putchar('\n');
	print->report = report;
	print_checks(print, json_object_get(report, "checks"));
	print_warnings(print, json_object_get(report, "warnings"));
}

void print_sealed(struct print *print, json_t *reply)
{
	json_t *report = json_object_get(reply, "report");

	screen_say(_("%lld sealed as revision %lld; the ledger stands at entry %lld"),
		   (long long)reply_int(report, "year"), (long long)reply_int(report, "revision"),
		   (long long)reply_int(report, "ledger_sequence"));
	seal_print(json_object_get(report, "seal"));
	seal_checks(print, report);
}

static void restated_cell(const json_t *report, const json_t *cell)
{
	const char *table = reply_text(cell, "table"), *column = reply_text(cell, "column");
	const char *row = reply_text(cell, "row");
	char after[CELL_TEXT_BYTES], before[CELL_TEXT_BYTES];

	cell_text(report, table, row, reply_int(cell, "after"), after);
	cell_text(report, table, row, reply_int(cell, "before"), before);
	if (strcmp(column, "value") == 0) {
		screen_say(_("%s, %s: %s, before %s"), word_of(WORD_TABLE, table),
			   word_of_row(table, row), after, before);
	} else {
		screen_say(_("%s, %s, %s: %s, before %s"), word_of(WORD_TABLE, table),
			   word_of_row(table, row), word_of_column(table, column), after, before);
	}
}

void print_restated(struct print *print, json_t *reply)
{
	json_t *report = json_object_get(reply, "report");
	json_t *changed = json_object_get(reply, "changed");
	long long year = reply_int(report, "year"), revision = reply_int(report, "revision");
	size_t i;
	json_t *cell;

	if (json_array_size(changed) == 0) {
		screen_say(_("%lld: no cell has changed; revision %lld stands"), year, revision);
		seal_checks(print, report);
		return;
	}
	screen_say(_("%lld restated as revision %lld"), year, revision);
	json_array_foreach(changed, i, cell)
	{
		restated_cell(report, cell);
	}
	seal_print(json_object_get(report, "seal"));
	seal_checks(print, report);
}
