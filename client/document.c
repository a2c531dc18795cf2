/* SPDX-License-Identifier: Apache-2.0 */
#include "client/document.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENT_DECIMALS_MAX  18 /* of a number of 64 bits */
#define DOCUMENT_DECIMALS_YUAN 2

void document_done(struct document *document)
{
	arena_done(&document->arena);
	*document = (struct document){ 0 };
}

struct block *document_add(struct document *document, enum block_kind kind, const char *text)
{
	struct block *block = arena_alloc(&document->arena, sizeof(*block));

	if (block == NULL) {
		return NULL;
	}
	block->kind = kind;
	block->text = arena_strdup(&document->arena, text);
	if (document->last != NULL) {
		document->last->next = block;
	} else {
		document->first = block;
	}
	document->last = block;
	return block;
}

struct grid *document_grid(struct document *document, const char *name, const char *title)
{
	struct grid *grid = arena_alloc(&document->arena, sizeof(*grid));
	struct block *block = grid != NULL ? document_add(document, BLOCK_GRID, NULL) : NULL;

	if (block == NULL) {
		return NULL;
	}
	grid->name = arena_strdup(&document->arena, name);
	grid->title = arena_strdup(&document->arena, title);
	block->grid = grid;
	return grid;
}

void grid_text(struct document *document, struct grid *grid, const struct cell *cell)
{
	struct cell *cells = NULL;

	if (grid != NULL && cell->column + cell->columns <= GRID_COLUMNS_MAX) {
		cells = arena_grow(&document->arena, grid->cells, grid->count, &grid->size,
				   sizeof(*cells));
	}
	if (cells == NULL) {
		document->arena.failed = true;
		return;
	}
	grid->cells = cells;
	struct cell *own = &cells[grid->count++];
	*own = *cell;
	own->text = arena_strdup(&document->arena, cell->text);
	if (grid->rows < cell->row + cell->rows) {
		grid->rows = cell->row + cell->rows;
	}
	if (grid->columns < cell->column + cell->columns) {
		grid->columns = cell->column + cell->columns;
	}
}

void grid_figure(struct document *document, struct grid *grid, const struct cell *cell)
{
	struct cell figure = *cell;
	int decimals =
		cell->decimals < DOCUMENT_DECIMALS_MAX ? cell->decimals : DOCUMENT_DECIMALS_MAX;
	char text[FIGURE_BYTES];

	figure.kind = CELL_FIGURE;
	figure.text = text;
	figure.decimals = figure_format(cell->value, decimals, text);
	for (int i = figure.decimals; i < decimals; i++) {
		figure.value /= 10;
	}
	grid_text(document, grid, &figure);
}

static int grid_order(const void *one, const void *other)
{
	const struct cell *a = one, *b = other;

	if (a->row != b->row) {
		return a->row < b->row ? -1 : 1;
	}
	return a->column < b->column ? -1 : a->column > b->column;
}

void grid_finish(struct grid *grid)
{
	if (grid != NULL && grid->count > 0) {
		qsort(grid->cells, grid->count, sizeof(*grid->cells), grid_order);
	}
}

int figure_format(int64_t value, int decimals, char text[static FIGURE_BYTES])
{
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value, unit = 1;
	const char *sign = value < 0 ? "-" : "";

	decimals = decimals < 0 ? 0 : decimals;
	decimals = decimals > DOCUMENT_DECIMALS_MAX ? DOCUMENT_DECIMALS_MAX : decimals;
	while (decimals > DOCUMENT_DECIMALS_YUAN && magnitude % 10 == 0) {
		magnitude /= 10;
		decimals--;
	}
	for (int i = 0; i < decimals; i++) {
		unit *= 10;
	}
	if (magnitude % unit == 0) {
		snprintf(text, FIGURE_BYTES, "%s%" PRIu64, sign, magnitude / unit);
		return 0;
	}
	snprintf(text, FIGURE_BYTES, "%s%" PRIu64 ".%0*" PRIu64, sign, magnitude / unit, decimals,
		 magnitude % unit);
	return decimals;
}
