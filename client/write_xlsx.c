/* SPDX-License-Identifier: Apache-2.0 */
/* write_xlsx.c: a sheet a table, merged as printed, numbers as numbers; the only file that knows
 * libxlsxwriter. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "client/report.h"
#include "client/screen.h"
#include "proto/base/cleanup.h"
#include "proto/base/date.h"

#define XLSX_FONT            "SimSun"
#define XLSX_DECIMALS        19
#define XLSX_LINE            15.0 /* points */
#define XLSX_COLUMNS_UPRIGHT 12   /* a table with more lies on the page */
#define XLSX_SECONDS_A_DAY   86400

/* One workbook being written. */
struct book {
	lxw_workbook *workbook;
	lxw_format *title, *head, *label, *group;
	lxw_format *figure[XLSX_DECIMALS]; /* by decimals; NULL until wanted */
};

static lxw_format *book_format(struct book *book, bool bold, uint8_t align, bool border)
{
	lxw_format *format = workbook_add_format(book->workbook);

	if (format == NULL) {
		return NULL;
	}
	format_set_font_name(format, XLSX_FONT);
	format_set_font_size(format, border ? 10 : 14);
	format_set_align(format, align);
	format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
	format_set_text_wrap(format);
	if (bold) {
		format_set_bold(format);
	}
	if (border) {
		format_set_border(format, LXW_BORDER_THIN);
	}
	return format;
}

static lxw_format *book_figure(struct book *book, int decimals)
{
	char number[XLSX_DECIMALS + 3] = "0";

	if (decimals < 0 || decimals >= XLSX_DECIMALS) {
		decimals = 0;
	}
	if (book->figure[decimals] == NULL) {
		book->figure[decimals] = book_format(book, false, LXW_ALIGN_CENTER, true);
		if (decimals > 0) {
			snprintf(number, sizeof(number), "0.%0*d", decimals, 0);
		}
		if (book->figure[decimals] != NULL) {
			format_set_num_format(book->figure[decimals], number);
		}
	}
	return book->figure[decimals];
}

static double xlsx_number(const struct cell *cell)
{
	double unit = 1;

	for (int i = 0; i < cell->decimals; i++) {
		unit *= 10;
	}
	return (double)cell->value / unit;
}

/* The table's own title takes the sheet's first row. */
static lxw_error book_cell(struct book *book, lxw_worksheet *sheet, const struct cell *cell)
{
	lxw_row_t row = (lxw_row_t)cell->row + 1;
	lxw_col_t column = (lxw_col_t)cell->column;
	bool figure = cell->kind == CELL_FIGURE;
	lxw_format *format = figure                    ? book_figure(book, cell->decimals)
			     : cell->kind == CELL_HEAD ? book->head
			     : cell->rows > 1          ? book->group
						       : book->label;
	lxw_error error = LXW_NO_ERROR;

	if (cell->rows > 1 || cell->columns > 1) {
		error = worksheet_merge_range(sheet, row, column, row + (lxw_row_t)cell->rows - 1,
					      (lxw_col_t)(column + cell->columns - 1),
					      figure ? "" : cell->text, format);
		if (error != LXW_NO_ERROR || !figure) {
			return error;
		}
	}
	return figure ? worksheet_write_number(sheet, row, column, xlsx_number(cell), format)
		      : worksheet_write_string(sheet, row, column, cell->text, format);
}

/* Readers do not agree on the height of a row whose text wraps; so it is said. */
static double xlsx_height(const struct grid *grid, size_t row, size_t *at)
{
	size_t most = 1;

	for (; *at < grid->count && grid->cells[*at].row == row; ++*at) {
		const struct cell *cell = &grid->cells[*at];
		size_t wide = 0, columns = screen_columns(cell->text);
		for (size_t i = 0; i < cell->columns; i++) {
			wide += grid->weights[cell->column + i];
		}
		size_t lines = wide > 1 ? (columns + wide - 2) / (wide - 1) : 1;
		if (cell->rows == 1 && lines > most) {
			most = lines;
		}
	}
	return XLSX_LINE * (double)most + 3;
}

static void xlsx_page(lxw_worksheet *sheet, const struct grid *grid)
{
	worksheet_set_paper(sheet, 9); /* A4 */
	worksheet_set_margins(sheet, 0.6, 0.6, 0.8, 0.8);
	worksheet_center_horizontally(sheet);
	worksheet_fit_to_pages(sheet, 1, 0);
	if (grid->columns > XLSX_COLUMNS_UPRIGHT) {
		worksheet_set_landscape(sheet);
	}
	if (grid->head_rows > 0) {
		worksheet_repeat_rows(sheet, 0, (lxw_row_t)grid->head_rows);
	}
}

static lxw_error book_sheet(struct book *book, const struct grid *grid)
{
	lxw_worksheet *sheet = workbook_add_worksheet(book->workbook, grid->name);
	lxw_error error = LXW_NO_ERROR;
	size_t at = 0;

	if (sheet == NULL) {
		return LXW_ERROR_SHEETNAME_ALREADY_USED;
	}
	xlsx_page(sheet, grid);
	for (size_t i = 0; i < grid->columns; i++) {
		worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, grid->weights[i], NULL);
	}
	worksheet_set_row(sheet, 0, 24, NULL);
	for (size_t row = 0; row < grid->rows; row++) {
		worksheet_set_row(sheet, (lxw_row_t)row + 1, xlsx_height(grid, row, &at), NULL);
	}
	if (grid->columns > 1) {
		error = worksheet_merge_range(sheet, 0, 0, 0, (lxw_col_t)(grid->columns - 1),
					      grid->title, book->title);
	}
	for (size_t i = 0; i < grid->count && error == LXW_NO_ERROR; i++) {
		error = book_cell(book, sheet, &grid->cells[i]);
	}
	return error;
}

/* Everything that would be today's is the year's. */
static void book_properties(struct book *book, const struct document *document, int year)
{
	int32_t day = date_year_end(year);
	lxw_doc_properties properties = {
		.title = document->first != NULL ? (char *)document->first->text : NULL,
		.created = (time_t)day * XLSX_SECONDS_A_DAY,
	};
	workbook_set_properties(book->workbook, &properties);
}

static int book_write(const struct document *document, int year, const char *path)
{
	struct book book = { .workbook = workbook_new(path) };
	lxw_error error = LXW_NO_ERROR;

	if (book.workbook == NULL) {
		return -ENOMEM;
	}
	book_properties(&book, document, year);
	book.title = book_format(&book, true, LXW_ALIGN_CENTER, false);
	book.head = book_format(&book, true, LXW_ALIGN_CENTER, true);
	book.label = book_format(&book, false, LXW_ALIGN_LEFT, true);
	book.group = book_format(&book, false, LXW_ALIGN_CENTER, true);
	/* The form's tables first, then the figures for the texts. */
	for (int figures = 0; figures < 2; figures++) {
		for (const struct block *block = document->first; block != NULL;
		     block = block->next) {
			if (block->kind == BLOCK_GRID && block->grid->figures == (figures == 1) &&
			    error == LXW_NO_ERROR) {
				error = book_sheet(&book, block->grid);
			}
		}
	}
	lxw_error closed = workbook_close(book.workbook);
	return error == LXW_NO_ERROR && closed == LXW_NO_ERROR ? 0 : -EIO;
}

static int xlsx_copy(const char *path, FILE *to)
{
	FILE *from = fopen(path, "re");
	char part[8192];
	size_t bytes;

	if (from == NULL) {
		return -errno;
	}
	while ((bytes = fread(part, 1, sizeof(part), from)) > 0) {
		fwrite(part, 1, bytes, to);
	}
	int r = ferror(from) != 0 || ferror(to) != 0 ? -EIO : 0;
	fclose(from);
	return r;
}

/* The library writes to a name only. */
int report_write_xlsx(const struct document *document, int year, FILE *to)
{
	const char *folder = getenv("TMPDIR");
	auto_free char *path = NULL;
	int fd;

	if (asprintf(&path, "%s/ogi-XXXXXX",
		     folder != NULL && folder[0] != '\0' ? folder : "/tmp") < 0) {
		path = NULL;
		return -ENOMEM;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	close(fd);
	int r = book_write(document, year, path);
	if (r == 0) {
		r = xlsx_copy(path, to);
	}
	unlink(path);
	return r;
}
