/* SPDX-License-Identifier: Apache-2.0 */
/* write_html.c: one page of HTML that prints on A4 as offices publish the report. Attributes say
 * again what the style sheet says, because word processors read those. */
#include <errno.h>
#include <string.h>

#include "client/report.h"

static const char html_style[] =
	"@page { size: A4; margin: 25mm 20mm 22mm 20mm }\n"
	"body { font-family: FangSong, \"仿宋\", FangSong_GB2312, \"仿宋_GB2312\", STFangsong, "
	"\"FandolFang R\", \"Noto Serif CJK SC\", SimSun, \"宋体\", \"WenQuanYi Zen Hei\", serif; "
	"font-size: 14pt; line-height: 1.7; color: #000; max-width: 170mm; margin: 0 auto }\n"
	"h1 { font-family: \"方正小标宋简体\", SimSun, \"宋体\", \"Noto Serif CJK SC\", serif; "
	"font-size: 20pt; font-weight: bold; text-align: center; line-height: 1.4; "
	"margin: 0 0 16pt 0 }\n"
	"h2 { font-family: SimHei, \"黑体\", \"Noto Sans CJK SC\", \"WenQuanYi Zen Hei\", "
	"sans-serif; font-size: 15pt; font-weight: bold; margin: 14pt 0 6pt 0; "
	"break-after: avoid; page-break-after: avoid }\n"
	"p { margin: 0; text-indent: 2em; text-align: justify }\n"
	"p.missing { color: #b00000; font-weight: bold }\n"
	"p.signed { text-align: right; text-indent: 0 }\n"
	"p.signed.first { margin-top: 18pt }\n"
	"p.seal { font-family: monospace, \"Noto Sans CJK SC\"; font-size: 7.5pt; "
	"line-height: 1.35; text-indent: 0; text-align: left; color: #444; "
	"word-break: break-all }\n"
	"p.seal.first { margin-top: 20pt; border-top: 1px solid #888; padding-top: 4pt }\n"
	/* A collapsed border reaches half its width beyond the table. */
	"table { border-collapse: collapse; width: calc(100% - 2px); table-layout: fixed; "
	"margin: 6pt 1px 10pt 1px; font-size: 9.5pt; line-height: 1.25; "
	"break-inside: avoid; page-break-inside: avoid }\n"
	"table.wide { font-size: 8.5pt }\n"
	"thead { display: table-header-group }\n"
	"tr { break-inside: avoid; page-break-inside: avoid }\n"
	"th, td { border: 1px solid #000; padding: 3pt 2pt; text-align: center; "
	"vertical-align: middle; overflow-wrap: anywhere }\n"
	"th { font-weight: bold; text-wrap: balance }\n"
	"td.group { word-break: keep-all }\n"
	"td.label { text-align: left }\n"
	"td.figure { white-space: nowrap; overflow-wrap: normal }\n";

#define HTML_WIDE_COLUMNS 12 /* a table with more is set smaller */

static void html_text(FILE *to, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", to);
			break;
		case '<':
			fputs("&lt;", to);
			break;
		case '>':
			fputs("&gt;", to);
			break;
		case '"':
			fputs("&quot;", to);
			break;
		case '\'':
			fputs("&#39;", to);
			break;
		default:
			fputc(*text, to);
		}
	}
}

static void html_cell(FILE *to, const struct cell *cell)
{
	bool label = cell->kind == CELL_LABEL && cell->rows == 1;
	const char *tag = cell->kind == CELL_HEAD ? "th" : "td";

	fprintf(to, "<%s", tag);
	if (cell->kind != CELL_HEAD) {
		fprintf(to, " class=\"%s\"",
			cell->kind == CELL_FIGURE ? "figure"
			: label                   ? "label"
						  : "group");
	}
	if (cell->rows > 1) {
		fprintf(to, " rowspan=\"%zu\"", cell->rows);
	}
	if (cell->columns > 1) {
		fprintf(to, " colspan=\"%zu\"", cell->columns);
	}
	fprintf(to, " align=\"%s\" valign=\"middle\">", label ? "left" : "center");
	html_text(to, cell->text);
	fprintf(to, "</%s>", tag);
}

/* Widths in hundredths of a percent, so that they add up to a hundred in every locale. */
static void html_columns(FILE *to, const struct grid *grid)
{
	unsigned long sum = 0;

	for (size_t i = 0; i < grid->columns; i++) {
		sum += grid->weights[i];
	}
	fputs("<colgroup>", to);
	for (size_t i = 0; i < grid->columns; i++) {
		unsigned long part = sum > 0 ? grid->weights[i] * 10000UL / sum : 0;
		fprintf(to, "<col width=\"%lu.%02lu%%\">", part / 100, part % 100);
	}
	fputs("</colgroup>\n", to);
}

static void html_grid(FILE *to, const struct grid *grid)
{
	size_t at = 0;

	fprintf(to, "<table border=\"1\" cellspacing=\"0\" cellpadding=\"3\" width=\"100%%\"%s>\n",
		grid->columns > HTML_WIDE_COLUMNS ? " class=\"wide\"" : "");
	html_columns(to, grid);
	fputs(grid->head_rows > 0 ? "<thead>\n" : "<tbody>\n", to);
	for (size_t row = 0; row < grid->rows; row++) {
		if (row > 0 && row == grid->head_rows) {
			fputs("</thead>\n<tbody>\n", to);
		}
		fputs("<tr>", to);
		for (; at < grid->count && grid->cells[at].row == row; at++) {
			html_cell(to, &grid->cells[at]);
		}
		fputs("</tr>\n", to);
	}
	fputs(grid->rows > grid->head_rows ? "</tbody>\n</table>\n" : "</thead>\n</table>\n", to);
}

static void html_line(FILE *to, const char *tag, const char *attributes, const char *text)
{
	fprintf(to, "<%s%s>", tag, attributes);
	html_text(to, text);
	fprintf(to, "</%s>\n", tag);
}

static void html_block(FILE *to, const struct block *block, bool first)
{
	switch (block->kind) {
	case BLOCK_TITLE:
		html_line(to, "h1", " align=\"center\"", block->text);
		break;
	case BLOCK_HEADING:
		html_line(to, "h2", "", block->text);
		break;
	case BLOCK_PARAGRAPH:
		html_line(to, "p", "", block->text);
		break;
	case BLOCK_MISSING:
		html_line(to, "p", " class=\"missing\"", block->text);
		break;
	case BLOCK_GRID:
		/* What the texts say need not stand there twice. */
		if (!block->grid->figures) {
			html_grid(to, block->grid);
		}
		break;
	case BLOCK_SIGNATURE:
		html_line(to, "p",
			  first ? " class=\"signed first\" align=\"right\""
				: " class=\"signed\" align=\"right\"",
			  block->text);
		break;
	case BLOCK_SEAL:
		html_line(to, "p", first ? " class=\"seal first\"" : " class=\"seal\"",
			  block->text);
		break;
	}
}

int report_write_html(const struct document *document, FILE *to)
{
	const struct block *before = NULL;
	const char *title = document->first != NULL ? document->first->text : "";

	fputs("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<title>",
	      to);
	html_text(to, title);
	fprintf(to, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", html_style);
	for (const struct block *block = document->first; block != NULL; block = block->next) {
		html_block(to, block, before == NULL || before->kind != block->kind);
		before = block;
	}
	fputs("</body>\n</html>\n", to);
	return ferror(to) != 0 ? -EIO : 0;
}
