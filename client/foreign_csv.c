/* SPDX-License-Identifier: Apache-2.0 */
/* Table 3 as CSV, alone or among the tables of a whole report. Offices save it from a spreadsheet:
 * headings above, labels in front, headings of groups between, empty columns behind. What counts
 * are the last seven fields of a row. A row that ends in fifteen figures is table 4. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "client/foreign.h"
#include "client/language.h"
#include "client/rows.h"
#include "proto/base/cleanup.h"
#include "proto/base/text.h"

#define CSV_FIGURES      7
#define CSV_CASES        15
#define CSV_CASES_A_KIND 5
#define CSV_NUMBER_BYTES 32
#define CSV_FIGURE_MAX   1000000000000 /* no office has so many applications */

/* How many rows table 3 has: of 2019 and 2020, and from 2021. Only used to know whether a row
 * without a figure is a heading or one of them. */
static const size_t csv_rows[] = { 23, 25 };

enum csv_kind {
	CSV_HEADING, /* words */
	CSV_BLANK,   /* a heading of a group, or a row without a figure */
	CSV_FIGURED,
	CSV_BAD,      /* figures and words */
	CSV_OF_CASES, /* table 4 */
};

/* What the rows of a file are. */
struct csv_count {
	size_t empty;          /* columns behind, in every row */
	size_t figured, blank; /* rows; blank ones behind the first with figures */
	size_t first, last;    /* those with figures; first rows->count: none */
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

/* Whether a row ends in fifteen figures. */
static bool csv_is_of_cases(const struct row *row, size_t empty)
{
	size_t count = row->count > empty ? row->count - empty : 0;
	int64_t figure;

	for (size_t i = 1; count >= CSV_CASES && i <= CSV_CASES; i++) {
		if (csv_figure(row->fields[count - i], &figure) != 1) {
			return false;
		}
	}
	return count >= CSV_CASES;
}

/* The kind of a row, and its last seven fields. */
static enum csv_kind csv_kind(const struct row *row, size_t empty,
			      const char *last[static CSV_FIGURES], const char **ret_odd)
{
	size_t figures = 0, words = 0;

	csv_last(row, empty, last);
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
	if (csv_is_of_cases(row, empty)) {
		return CSV_OF_CASES;
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

static struct csv_count csv_count(const struct rows *rows)
{
	struct csv_count count = { .empty = csv_empty_columns(rows), .first = rows->count };

	for (size_t i = 0; i < rows->count; i++) {
		const char *last[CSV_FIGURES], *odd;
		enum csv_kind kind = csv_kind(&rows->row[i], count.empty, last, &odd);
		if (kind == CSV_FIGURED) {
			count.first = count.figured == 0 ? i : count.first;
			count.last = i;
			count.figured++;
		}
		count.blank += kind == CSV_BLANK && count.figured > 0;
	}
	return count;
}

/* Words and figures may be mixed in other tables, above and below, but not among the rows of this
 * one. */
static int csv_check(struct foreign *foreign, const struct rows *rows,
		     const struct csv_count *count)
{
	bool fits = csv_fits(count->figured) || csv_fits(count->figured + count->blank);
	/* When a row is missing, the one next to them may have been meant. */
	size_t near = fits ? 0 : 1;

	for (size_t i = count->first > near ? count->first - near : 0;
	     i < rows->count && i <= count->last + near; i++) {
		const char *last[CSV_FIGURES], *odd;
		if (csv_kind(&rows->row[i], count->empty, last, &odd) == CSV_BAD) {
			return csv_complain(foreign, rows->row[i].line, odd);
		}
	}
	if (!fits) {
		buf_printf(foreign->why,
			   _("%s: %zu rows with seven figures; table 3 has 23 (2019, 2020) or 25"),
			   foreign->path, count->figured);
		return -EBADMSG;
	}
	return 0;
}

static void csv_take_cases(struct foreign *foreign, const struct row *row, size_t empty)
{
	static const char *const kinds[] = { "review", "suit", "suit_after_review" };
	const char **field = row->fields + row->count - empty - CSV_CASES;
	json_t *table = foreign_table(foreign, "table4");

	for (size_t kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		json_t *cells = json_array();
		for (size_t i = 0; i < CSV_CASES_A_KIND; i++) {
			int64_t figure = 0;
			csv_figure(*field++, &figure);
			json_array_append_new(cells, json_integer(figure));
		}
		foreign_row(table, kinds[kind], cells, 0);
	}
}

static int csv_take(struct foreign *foreign, const struct rows *rows)
{
	struct csv_count count = csv_count(rows);
	bool blanks = !csv_fits(count.figured), cases = false;
	size_t taken = 0;

	int r = csv_check(foreign, rows, &count);
	if (r < 0) {
		return r;
	}
	json_t *table = foreign_table(foreign, "table3");
	for (size_t i = 0; i < rows->count; i++) {
		const char *last[CSV_FIGURES], *odd;
		enum csv_kind kind = csv_kind(&rows->row[i], count.empty, last, &odd);
		if (kind == CSV_FIGURED || (kind == CSV_BLANK && blanks && taken > 0)) {
			foreign_row(table, NULL, csv_cells(last), 0);
			taken++;
		} else if (kind == CSV_OF_CASES && !cases) {
			csv_take_cases(foreign, &rows->row[i], count.empty);
			cases = true;
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
