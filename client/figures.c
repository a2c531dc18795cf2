/* SPDX-License-Identifier: Apache-2.0 */
#include "client/figures.h"

#include <string.h>

#include "client/document.h"
#include "client/layout.h"
#include "client/nearest.h"
#include "client/reply.h"

static void figures_add(struct arena *arena, struct figures *figures, const struct figure *figure)
{
	struct figure *items =
		arena_grow(arena, figures->items, figures->count, &figures->size, sizeof(*items));

	if (items != NULL) {
		figures->items = items;
		items[figures->count++] = *figure;
	}
}

/* What a row is, its headings before it. */
static const char *figures_label(struct arena *arena, const json_t *row)
{
	const char *label = "";
	size_t i;
	json_t *group;

	json_array_foreach(json_object_get(row, "group"), i, group)
	{
		const char *text = json_string_value(group);
		label = arena_printf(arena, "%s%s ", label != NULL ? label : "",
				     text != NULL ? text : "");
	}
	return arena_printf(arena, "%s%s", label != NULL ? label : "", reply_text(row, "label"));
}

/* A table with the one column `value` names its figures by their rows alone. */
static void figures_row(struct arena *arena, struct figures *figures, const json_t *table,
			const json_t *row)
{
	const char *id = reply_text(table, "id"), *key = reply_text(row, "key");
	const json_t *columns = json_object_get(table, "columns");
	const char *label = figures_label(arena, row);
	size_t bytes = strlen(id), i;
	json_t *cell;

	/* Rows of a section may carry its name themselves. */
	if (strncmp(key, id, bytes) == 0 && key[bytes] == '.') {
		key += bytes + 1;
	}
	json_array_foreach(json_object_get(row, "cells"), i, cell)
	{
		const char *column = json_string_value(json_array_get(columns, i));
		struct figure figure = {
			.stated = !json_is_false(json_object_get(row, "stated")),
		};
		char text[FIGURE_BYTES];
		column = column != NULL ? column : "";
		figure_format(json_integer_value(cell), (int)reply_int(row, "decimals"), text);
		figure.text = arena_strdup(arena, text);
		if (strcmp(column, "value") == 0) {
			figure.name = arena_printf(arena, "%s.%s", id, key);
			figure.label = label;
		} else {
			figure.name = arena_printf(arena, "%s.%s.%s", id, key, column);
			figure.label = arena_printf(arena, "%s，%s", label != NULL ? label : "",
						    layout_column(id, column));
		}
		if (arena->failed) {
			return;
		}
		figures_add(arena, figures, &figure);
	}
}

static void figures_tables(struct arena *arena, struct figures *figures, const json_t *tables)
{
	size_t i, j;
	json_t *table, *row;

	json_array_foreach(tables, i, table)
	{
		json_array_foreach(json_object_get(table, "rows"), j, row)
		{
			figures_row(arena, figures, table, row);
		}
	}
}

void figures_collect(struct arena *arena, const json_t *report, struct figures *ret_figures)
{
	static const struct {
		const char *name;
		int years;
	} words[] = { { "year", 0 }, { "last_year", -1 }, { "next_year", 1 } };
	int year = reply_year(report, "year");

	*ret_figures = (struct figures){ 0 };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		figures_add(
			arena, ret_figures,
			&(struct figure){ .name = words[i].name,
					  .text = arena_printf(arena, "%d", year + words[i].years),
					  .label = "",
					  .stated = true });
	}
	figures_add(arena, ret_figures,
		    &(struct figure){ .name = "organ",
				      .text = arena_strdup(arena, reply_text(report, "organ")),
				      .label = "",
				      .stated = true });
	figures_tables(arena, ret_figures, json_object_get(report, "tables"));
	figures_tables(arena, ret_figures, json_object_get(report, "sections"));
}

const struct figure *figures_find(const struct figures *figures, const char *name)
{
	for (size_t i = 0; i < figures->count; i++) {
		if (strcmp(figures->items[i].name, name) == 0) {
			return &figures->items[i];
		}
	}
	return NULL;
}

const char *figures_nearest(const struct figures *figures, const char *name)
{
	struct nearest nearest = { .wanted = name };

	for (size_t i = 0; i < figures->count; i++) {
		nearest_offer(&nearest, figures->items[i].name);
	}
	return nearest.found;
}

static size_t figures_unstated_of(const json_t *tables)
{
	size_t count = 0, i, j;
	json_t *table, *row;

	json_array_foreach(tables, i, table)
	{
		json_array_foreach(json_object_get(table, "rows"), j, row)
		{
			count += json_is_false(json_object_get(row, "stated"));
		}
	}
	return count;
}

size_t figures_unstated(const json_t *report)
{
	return figures_unstated_of(json_object_get(report, "tables")) +
	       figures_unstated_of(json_object_get(report, "sections"));
}
