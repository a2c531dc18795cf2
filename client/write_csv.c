/* SPDX-License-Identifier: Apache-2.0 */
/* write_csv.c: the tables as RFC 4180 has it, in UTF-8 with a byte order mark, which the office
 * programs need to know it. A merged cell stands where it begins; what it covers is empty. */
#include <errno.h>
#include <string.h>

#include "client/report.h"

#define CSV_MARK "\xef\xbb\xbf"
#define CSV_END  "\r\n"

/* A text that a spreadsheet would take for a formula is given a quote in front. Figures are none:
 * -8 is a number. */
static void csv_text(FILE *to, const char *text, bool figure)
{
	bool formula = !figure && text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;

	if (quoted) {
		fputc('"', to);
	}
	if (formula) {
		fputc('\'', to);
	}
	for (; *text != '\0'; text++) {
		if (*text == '"') {
			fputc('"', to);
		}
		fputc(*text, to);
	}
	if (quoted) {
		fputc('"', to);
	}
}

static void csv_grid(FILE *to, const struct grid *grid)
{
	size_t at = 0;

	for (size_t row = 0; row < grid->rows; row++) {
		for (size_t column = 0; column < grid->columns; column++) {
			const struct cell *cell = &grid->cells[at];
			if (column > 0) {
				fputc(',', to);
			}
			if (at < grid->count && cell->row == row && cell->column == column) {
				csv_text(to, cell->text, cell->kind == CELL_FIGURE);
				at++;
			}
		}
		fputs(CSV_END, to);
	}
}

int report_write_csv(const struct document *document, FILE *to)
{
	bool first = true;

	fputs(CSV_MARK, to);
	for (const struct block *block = document->first; block != NULL; block = block->next) {
		if (block->kind != BLOCK_GRID) {
			continue;
		}
		if (!first) {
			fputs(CSV_END, to);
		}
		first = false;
		csv_text(to, block->grid->name, false);
		fputc(',', to);
		csv_text(to, block->grid->title, false);
		fputs(CSV_END, to);
		csv_grid(to, block->grid);
	}
	return ferror(to) != 0 ? -EIO : 0;
}
