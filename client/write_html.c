/* SPDX-License-Identifier: Apache-2.0 */
/* write_html.c: one page of HTML that prints on A4 as offices publish the report. Attributes say
 * again what the style sheet says, because word processors read those. */
#include <errno.h>
#include <string.h>

#include "client/report.h"

/* The first half is as old and plain as word processors read it: one font a rule, each margin by
 * its name, lengths in points. Behind @supports, which they skip, browsers find the rest. */
static const char html_style[] =
	"@page { size: A4; margin: 25mm 20mm 22mm 20mm }\n"
	"body { font-family: FangSong; font-size: 14pt; color: #000000 }\n"
	"h1 { font-family: SimSun; font-size: 20pt; font-weight: bold; text-align: center; "
	"line-height: 30pt; margin-top: 0cm; margin-bottom: 16pt; text-indent: 0cm }\n"
	"h2 { font-family: SimHei; font-size: 15pt; font-weight: bold; margin-top: 14pt; "
	"margin-bottom: 6pt; margin-left: 0cm; text-indent: 0cm }\n"
	"p { font-family: FangSong; font-size: 14pt; margin-top: 0cm; margin-bottom: 0cm; "
	"text-indent: 28pt; text-align: justify; line-height: 25pt }\n"
	"p.missing { color: #b00000; font-weight: bold }\n"
	"p.signed { text-align: right; text-indent: 0cm }\n"
	"p.seal { font-family: SimSun; font-size: 7.5pt; line-height: 10pt; text-indent: 0cm; "
	"text-align: left; color: #444444 }\n"
	"td p { font-size: 9.5pt; margin-top: 0cm; margin-bottom: 0cm; text-indent: 0cm; "
	"text-align: center; line-height: 13pt }\n"
	"th p { font-size: 9.5pt; margin-top: 0cm; margin-bottom: 0cm; text-indent: 0cm; "
	"text-align: center; line-height: 13pt; font-weight: bold }\n"
	"@supports (display: block) {\n"
	"body { max-width: 170mm; margin: 0 auto }\n"
	"body, p { font-family: FangSong, \"仿宋\", FangSong_GB2312, \"仿宋_GB2312\", STFangsong, "
	"\"Noto Serif CJK SC\", SimSun, \"宋体\", \"WenQuanYi Zen Hei\", serif }\n"
	"h1 { font-family: \"方正小标宋简体\", SimSun, \"宋体\", \"Noto Serif CJK SC\", serif }\n"
	"h2 { font-family: SimHei, \"黑体\", \"Noto Sans CJK SC\", \"WenQuanYi Zen Hei\", "
	"sans-serif; break-after: avoid; page-break-after: avoid }\n"
	"*:not(.signed) + p.signed { margin-top: 18pt }\n"
	"p.seal { font-family: monospace, \"Noto Sans CJK SC\"; word-break: break-all }\n"
	"*:not(.seal) + p.seal { margin-top: 20pt; border-top: 1px solid #888; padding-top: 4pt }\n"
	/* A collapsed border reaches half its width beyond the table. */
	"table { border-collapse: collapse; width: calc(100% - 2px); table-layout: fixed; "
	"margin: 6pt 1px 10pt 1px; break-inside: avoid; page-break-inside: avoid }\n"
	"thead { display: table-header-group }\n"
	"tr { break-inside: avoid; page-break-inside: avoid }\n"
	"th, td { border: 1px solid #000; padding: 3pt 2pt; vertical-align: middle; "
	"text-align: center; font-size: 9.5pt; line-height: 13pt; overflow-wrap: anywhere }\n"
	"table.wide th, table.wide td { font-size: 8.5pt }\n"
	"th { text-wrap: balance }\n"
	"td.group { word-break: keep-all }\n"
	"td.label { text-align: left }\n"
	"td.figure { white-space: nowrap; overflow-wrap: normal }\n"
	"}\n";

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

/* Word processors take the relative widths of old HTML, browsers those of the style, in hundredths
 * of a percent. */
static void html_columns(FILE *to, const struct grid *grid)
{
	unsigned long sum = 0;

	for (size_t i = 0; i < grid->columns; i++) {
		sum += grid->weights[i];
	}
	fputs("<colgroup>", to);
	for (size_t i = 0; i < grid->columns; i++) {
		unsigned long part = sum > 0 ? grid->weights[i] * 10000UL / sum : 0;
		fprintf(to, "<col width=\"%lu*\" style=\"width: %lu.%02lu%%\">", part, part / 100,
			part % 100);
	}
	fputs("</colgroup>\n", to);
}

static void html_grid(FILE *to, const struct grid *grid)
{
	size_t at = 0;

	fprintf(to,
		"<table border=\"1\" bordercolor=\"#000000\" cellspacing=\"0\" cellpadding=\"3\" "
		"width=\"100%%\"%s>\n",
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

/* Word processors leave a space behind a paragraph that does not itself say that it has none. */
static void html_paragraph(FILE *to, const char *attributes, const char *text)
{
	fprintf(to, "<p%s style=\"margin-bottom: 0cm\">", attributes);
	html_text(to, text);
	fputs("</p>\n", to);
}

static void html_line(FILE *to, const char *tag, const char *attributes, const char *text)
{
	fprintf(to, "<%s%s>", tag, attributes);
	html_text(to, text);
	fprintf(to, "</%s>\n", tag);
}

static void html_block(FILE *to, const struct block *block)
{
	switch (block->kind) {
	case BLOCK_TITLE:
		html_line(to, "h1", " align=\"center\"", block->text);
		break;
	case BLOCK_HEADING:
		html_line(to, "h2", "", block->text);
		break;
	case BLOCK_PARAGRAPH:
		html_paragraph(to, "", block->text);
		break;
	case BLOCK_MISSING:
		html_paragraph(to, " class=\"missing\"", block->text);
		break;
	case BLOCK_GRID:
		/* What the texts say need not stand there twice. */
		if (!block->grid->figures) {
			html_grid(to, block->grid);
		}
		break;
	case BLOCK_SIGNATURE:
		html_paragraph(to, " class=\"signed\" align=\"right\"", block->text);
		break;
	case BLOCK_SEAL:
		html_paragraph(to, " class=\"seal\"", block->text);
		break;
	}
}

int report_write_html(const struct document *document, FILE *to)
{
	const char *title = document->first != NULL ? document->first->text : "";

	fputs("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<title>",
	      to);
	html_text(to, title);
	fprintf(to, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", html_style);
	for (const struct block *block = document->first; block != NULL; block = block->next) {
		html_block(to, block);
	}
	fputs("</body>\n</html>\n", to);
	return ferror(to) != 0 ? -EIO : 0;
}
