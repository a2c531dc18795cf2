/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/language.h"
#include "client/print.h"
#include "client/reply.h"
#include "client/table.h"
#include "client/words.h"
#include "proto/base/cleanup.h"

void print_checked(struct print *print, json_t *reply)
{
	screen_say(_("Checks of %lld by the form %s:"), (long long)reply_int(reply, "year"),
		   reply_text(reply, "form"));
	print_checks(print, json_object_get(reply, "checks"));
}

static json_t *area_find(json_t *array, const char *field, const char *name)
{
	size_t i;
	json_t *one;

	json_array_foreach(array, i, one)
	{
		if (strcmp(reply_text(one, field), name) == 0) {
			return one;
		}
	}
	return NULL;
}

/* The last column of a row of table 3: its total. */
static void area_total(struct table *out, json_t *tables, const char *key)
{
	json_t *rows = json_object_get(area_find(tables, "id", "table3"), "rows");
	json_t *cells = json_object_get(area_find(rows, "key", key), "cells");
	json_t *total = json_array_get(cells, json_array_size(cells) - 1);
	char text[32] = "";

	if (json_is_integer(total)) {
		snprintf(text, sizeof(text), "%" PRId64, (int64_t)json_integer_value(total));
	}
	table_cell(out, text, NULL);
}

/* The kinds of units side by side; ogi consolidate --json has all their cells. */
static void area_kinds(const struct print *print, json_t *kinds)
{
	static const char *const keys[] = { "new", "carried_in", "total_results", "carried_out" };
	struct table *table = table_new(print->screen, true);
	size_t i;
	json_t *kind;

	putchar('\n');
	screen_say("%s", _("By kind of unit (table 3, totals):"));
	table_column(table, _("kind"), TABLE_CUT);
	table_column(table, _("organs"), TABLE_RIGHT);
	table_column(table, _("new"), TABLE_RIGHT);
	table_column(table, _("carried in"), TABLE_RIGHT);
	table_column(table, _("results"), TABLE_RIGHT);
	table_column(table, _("carried out"), TABLE_RIGHT);
	json_array_foreach(kinds, i, kind)
	{
		const char *name = reply_text(kind, "kind");
		char organs[32];
		snprintf(organs, sizeof(organs), "%zu",
			 json_array_size(json_object_get(kind, "organs")));
		table_row(table);
		table_cell(table, name[0] != '\0' ? name : _("no unit of the settings"), NULL);
		table_cell(table, organs, NULL);
		for (size_t j = 0; j < ARRAY_SIZE(keys); j++) {
			area_total(table, json_object_get(kind, "tables"), keys[j]);
		}
	}
	table_print(table);
	table_free(table);
}

void print_consolidated(struct print *print, json_t *reply)
{
	json_t *missing = json_object_get(reply, "missing");
	json_t *kinds = json_object_get(reply, "kinds");
	size_t i;
	json_t *one;

	print_report(print, reply);
	if (json_array_size(kinds) > 0) {
		area_kinds(print, kinds);
	}
	if (json_array_size(missing) > 0) {
		putchar('\n');
	}
	json_array_foreach(missing, i, one)
	{
		const char *organ = json_string_value(one);
		screen_say(_("missing: %s"), organ != NULL ? organ : "");
	}
}
