/* SPDX-License-Identifier: Apache-2.0 */
/* document.h: a printed document as blocks, before it has a format. Every writer walks the same
 * blocks, so that the screen, the page, the sheet and the CSV file say the same.
 *
 * A grid is a table with merged cells: its cells never overlap and together fill its rectangle. */
#ifndef OGID_CLIENT_DOCUMENT_H
#define OGID_CLIENT_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/base/arena.h"

#define GRID_COLUMNS_MAX 48
#define FIGURE_BYTES     48

enum cell_kind {
	CELL_HEAD,   /* heading of columns */
	CELL_LABEL,  /* heading of rows */
	CELL_FIGURE, /* a number; text is how it is printed */
};

struct cell {
	enum cell_kind kind;
	size_t row, column;   /* from 0, of its upper left corner */
	size_t rows, columns; /* that it spans, at least 1 */
	const char *text;     /* never NULL */
	int64_t value;
	int decimals; /* as many of value's last digits stand behind the point */
};

struct grid {
	const char *name, *title; /* "表3" and what it is about */
	json_t *source;           /* the table on the wire; borrowed */
	bool figures;             /* for who writes the texts: no table of the printed form */
	size_t rows, columns;
	size_t head_rows;                   /* repeated on every page */
	unsigned weights[GRID_COLUMNS_MAX]; /* of the columns' widths, about characters */
	struct cell *cells;                 /* by row, then column, once grid_finish was called */
	size_t count, size;
};

enum block_kind {
	BLOCK_TITLE,
	BLOCK_HEADING,
	BLOCK_PARAGRAPH,
	BLOCK_MISSING, /* says what should stand here */
	BLOCK_GRID,
	BLOCK_SIGNATURE, /* organ and date below the text, a line each */
	BLOCK_SEAL,      /* what the year was closed with, a line each */
};

struct block {
	enum block_kind kind;
	const char *text;  /* NULL for a grid */
	const char *about; /* of what is missing: the heading it stands under */
	struct grid *grid;
	struct block *next;
};

/* A zeroed one is empty. What is given to it is copied. After building, arena.failed tells whether
 * memory was short; nothing of it may be read then. */
struct document {
	struct arena arena;
	struct block *first, *last;
};

void document_done(struct document *document);
struct block *document_add(struct document *document, enum block_kind kind, const char *text);
/* NULL: no memory. The functions below take a NULL grid and do nothing. */
struct grid *document_grid(struct document *document, const char *name, const char *title);
void grid_text(struct document *document, struct grid *grid, const struct cell *cell);
/* The text of the cell is made of its value. */
void grid_figure(struct document *document, struct grid *grid, const struct cell *cell);
/* Sorts the cells. */
void grid_finish(struct grid *grid);

/* A number as it is printed: whole when nothing but zeros stands behind the point, and without
 * trailing zeros where there are more than the two digits of an amount in yuan. Returns how many
 * digits stand behind the point. */
int figure_format(int64_t value, int decimals, char text[static FIGURE_BYTES]);

#endif
