/* SPDX-License-Identifier: Apache-2.0 */
/* Table 3 as CSV. Offices save it from a spreadsheet: headings above, labels in front, headings of
 * groups between, empty columns behind. What counts are the last seven fields of a row. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "client/foreign.h"
#include "client/language.h"
#include "client/rows.h"
#include "proto/base/cleanup.h"
#include "proto/base/text.h"

#define CSV_FIGURES      7
#define CSV_NUMBER_BYTES 32
#define CSV_FIGURE_MAX   1000000000000 /* no office has so many applications */

/* How many rows table 3 has: of 2019 and 2020, and from 2021. Only used to know whether a row
 * without a figure is a heading or one of them. */
static const size_t csv_rows[] = { 23, 25 };

enum csv_kind {
	CSV_HEADING, /* words */
	CSV_BLANK,   /* a heading of a group, or a row without a figure */
	CSV_FIGURED,
	CSV_BAD, /* figures and words */
};

static bool csv_space(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0xa0 || c == 0x3000;
}

/* The field without the spaces around, full-width digits as digits; cut when it is too long to be
 * a figure. */
static void csv_trim(const char *field, char text[static CSV_NUMBER_BYTES])
{
	size_t left = strlen(field), len = 0, end = 0;

	while (left > 0 && len + 4 < CSV_NUMBER_BYTES) {
		uint32_t c = 0;
		size_t bytes = text_decode(field, left, &c);
		bytes = bytes > 0 ? bytes : 1;
		if (c >= 0xff10 && c <= 0xff19) {
			text[len++] = (char)('0' + (c - 0xff10));
		} else if (!csv_space(c) || len > 0) {
			memcpy(text + len, field, bytes);
			len += bytes;
		}
		end = csv_space(c) ? end : len;
		field += bytes;
		left -= bytes;
	}
	text[end] = '\0';
}

static bool csv_blank(const char *field)
{
	char text[CSV_NUMBER_BYTES];

	csv_trim(field, text);
	return text[0] == '\0';
}

/* 1: a figure; 0: nothing there; -EINVAL: something else. */
static int csv_figure(const char *field, int64_t *ret_figure)
{
	char text[CSV_NUMBER_BYTES];

	csv_trim(field, text);
	if (text[0] == '\0') {
		return 0;
	}
	return text_to_int(text, -CSV_FIGURE_MAX, CSV_FIGURE_MAX, ret_figure) < 0 ? -EINVAL : 1;
}

/* Columns that are empty in every row stand behind the total. */
static size_t csv_empty_columns(const struct rows *rows)
{
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->row[i];
		size_t empty = 0;
		while (empty < row->count && csv_blank(row->fields[row->count - 1 - empty])) {
			empty++;
		}
		if (empty < row->count && empty < least) {
			least = empty;
		}
	}
	return least == SIZE_MAX ? 0 : least;
}

/* The last seven fields; what a short row lacks in front is NULL. */
static void csv_last(const struct row *row, size_t empty, const char *last[static CSV_FIGURES])
{
	size_t count = row->count > empty ? row->count - empty : 0;

	for (size_t i = 0; i < CSV_FIGURES; i++) {
		size_t behind = CSV_FIGURES - i;
		last[i] = count >= behind ? row->fields[count - behind] : NULL;
	}
}

static enum csv_kind csv_kind(const char *const last[static CSV_FIGURES], const char **ret_odd)
{
	size_t figures = 0, words = 0;

	*ret_odd = NULL;
	for (size_t i = 0; i < CSV_FIGURES; i++) {
		int64_t figure;
		int r = last[i] == NULL ? -EINVAL : csv_figure(last[i], &figure);
		figures += r == 1;
		if (r < 0) {
			words++;
			*ret_odd = last[i];
		}
	}
	if (figures == 0) {
		return words == 0 ? CSV_BLANK : CSV_HEADING;
	}
	return words == 0 ? CSV_FIGURED : CSV_BAD;
}

/* An applicant's cell left blank is a zero; a total left blank is not stated. */
static json_t *csv_cells(const char *const last[static CSV_FIGURES])
{
	json_t *cells = json_array();

	for (size_t i = 0; i < CSV_FIGURES; i++) {
		int64_t figure = 0;
		bool stated = csv_figure(last[i], &figure) == 1 || i + 1 < CSV_FIGURES;
		json_array_append_new(cells, stated ? json_integer(figure) : json_null());
	}
	return cells;
}

static int csv_complain(struct foreign *foreign, size_t line, const char *odd)
{
	if (odd != NULL) {
		buf_printf(foreign->why, _("%s:%zu: \"%s\" stands among the figures"),
			   foreign->path, line, odd);
	} else {
		buf_printf(foreign->why, _("%s:%zu: the row has not seven figures"), foreign->path,
			   line);
	}
	return -EBADMSG;
}

static bool csv_fits(size_t count)
{
	for (size_t i = 0; i < ARRAY_SIZE(csv_rows); i++) {
		if (count == csv_rows[i]) {
			return true;
		}
	}
	return false;
}

/* Counts the rows with figures, and the blank ones; before the first figures, words and figures
 * may be mixed, as in a title. */
static int csv_count(struct foreign *foreign, const struct rows *rows, size_t empty,
		     size_t *ret_figured, size_t *ret_blank)
{
	*ret_figured = *ret_blank = 0;
	for (size_t i = 0; i < rows->count; i++) {
		const char *last[CSV_FIGURES], *odd;
		csv_last(&rows->row[i], empty, last);
		enum csv_kind kind = csv_kind(last, &odd);
		if (kind == CSV_BAD && (*ret_figured > 0 || odd == NULL)) {
			return csv_complain(foreign, rows->row[i].line, odd);
		}
		*ret_figured += kind == CSV_FIGURED;
		*ret_blank += kind == CSV_BLANK && *ret_figured > 0;
	}
	return 0;
}

static int csv_take(struct foreign *foreign, const struct rows *rows)
{
	size_t empty = csv_empty_columns(rows), figured, blank, taken = 0;

	int r = csv_count(foreign, rows, empty, &figured, &blank);
	if (r < 0) {
		return r;
	}
	bool with_blank = !csv_fits(figured) && csv_fits(figured + blank);
	if (!csv_fits(figured) && !with_blank) {
		buf_printf(foreign->why,
			   _("%s: %zu rows with seven figures; table 3 has 23 (2019, 2020) or 25"),
			   foreign->path, figured);
		return -EBADMSG;
	}
	json_t *table = foreign_table(foreign, "table3");
	for (size_t i = 0; i < rows->count; i++) {
		const char *last[CSV_FIGURES], *odd;
		csv_last(&rows->row[i], empty, last);
		enum csv_kind kind = csv_kind(last, &odd);
		if (kind == CSV_FIGURED || (kind == CSV_BLANK && with_blank && taken > 0)) {
			foreign_row(table, NULL, csv_cells(last), 0);
			taken++;
		}
	}
	return 0;
}

int foreign_read_csv(struct foreign *foreign, const struct buf *utf8)
{
	struct rows rows;
	size_t line = 0;

	int r = rows_read(utf8, &rows, &line);
	if (r == -EBADMSG) {
		buf_printf(foreign->why, _("%s:%zu: this is no CSV: look at the quotes"),
			   foreign->path, line);
		return r;
	}
	if (r < 0) {
		buf_append_text(foreign->why, strerror(-r));
		return r;
	}
	r = csv_take(foreign, &rows);
	rows_done(&rows);
	return r;
}
