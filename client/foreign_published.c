/* SPDX-License-Identifier: Apache-2.0 */
/* Published tables as they are collected by hand, in the words of who collected them. */
#include <errno.h>
#include <string.h>

#include "client/foreign.h"
#include "client/language.h"
#include "client/reply.h"
#include "proto/base/cleanup.h"

#define TABLE3_COLUMNS  7
#define TABLE4_COLUMNS  5
#define FIGURES_OF_NAME 3

/* table2, by form: which figures a name's numbers are, in the order of the form's columns. The
 * names of figures, and their decimals, are those of config/forms. */
static const struct published_figures {
	const char *form, *name;
	struct {
		const char *key;
		int decimals;
	} figures[FIGURES_OF_NAME];
} published_figures[] = {
	/* clang-format off */
	{ "2019", "regulations",
	  { { "regulations.made", 0 }, { "regulations.published", 0 },
	    { "regulations.in_total", 0 } } },
	{ "2019", "normative_documents",
	  { { "normative_documents.made", 0 }, { "normative_documents.published", 0 },
	    { "normative_documents.in_total", 0 } } },
	{ "2019", "licences",
	  { { "licences.items_before", 0 }, { "licences.change", 0 },
	    { "licences.decisions", 0 } } },
	{ "2019", "other_services",
	  { { "other_services.items_before", 0 }, { "other_services.change", 0 },
	    { "other_services.decisions", 0 } } },
	{ "2019", "penalties",
	  { { "penalties.items_before", 0 }, { "penalties.change", 0 },
	    { "penalties.decisions", 0 } } },
	{ "2019", "coercion",
	  { { "coercion.items_before", 0 }, { "coercion.change", 0 },
	    { "coercion.decisions", 0 } } },
	{ "2019", "fees", { { "fees.items_before", 0 }, { "fees.change", 0 } } },
	{ "2019", "procurement", { { "procurement.projects", 0 }, { "procurement.amount", 2 } } },
	{ "2021", "regulations",
	  { { "regulations.made", 0 }, { "regulations.repealed", 0 },
	    { "regulations.in_force", 0 } } },
	{ "2021", "normative_documents",
	  { { "normative_documents.made", 0 }, { "normative_documents.repealed", 0 },
	    { "normative_documents.in_force", 0 } } },
	{ "2021", "licences", { { "licences.decisions", 0 } } },
	{ "2021", "penalties", { { "penalties.decisions", 0 } } },
	{ "2021", "coercion", { { "coercion.decisions", 0 } } },
	{ "2021", "fees", { { "fees.amount", 6 } } },
	/* clang-format on */
};

/* Cells as they are printed, the last of them a total: blank, an applicant's is a zero, a total is
 * not stated. NULL: one is something else. */
static json_t *published_cells(json_t *printed, size_t from, size_t count)
{
	json_t *cells = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *cell = json_array_get(printed, from + i);
		if (json_is_integer(cell)) {
			json_array_append(cells, cell);
		} else if (json_is_null(cell)) {
			json_array_append_new(cells, i + 1 < count ? json_integer(0) : json_null());
		} else {
			json_decref(cells);
			return NULL;
		}
	}
	return cells;
}

static int published_table3(struct foreign *foreign, json_t *rows)
{
	json_t *table = foreign_table(foreign, "table3"), *printed;
	const char *key;

	if (!json_is_object(rows)) {
		buf_printf(foreign->why, _("%s: its table3 has no rows"), foreign->path);
		return -EBADMSG;
	}
	json_object_foreach(rows, key, printed)
	{
		json_t *cells = json_array_size(printed) == TABLE3_COLUMNS
					? published_cells(printed, 0, TABLE3_COLUMNS)
					: NULL;
		if (cells == NULL) {
			buf_printf(foreign->why, _("%s: table3, row %s: it is not seven numbers"),
				   foreign->path, key);
			return -EBADMSG;
		}
		foreign_row(table, key, cells, 0);
	}
	return 0;
}

static int published_table4(struct foreign *foreign, json_t *printed)
{
	static const char *const kinds[] = { "review", "suit", "suit_after_review" };

	if (printed == NULL) {
		return 0;
	}
	json_t *table = foreign_table(foreign, "table4");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		json_t *cells =
			json_array_size(printed) == ARRAY_SIZE(kinds) * TABLE4_COLUMNS
				? published_cells(printed, i * TABLE4_COLUMNS, TABLE4_COLUMNS)
				: NULL;
		if (cells == NULL) {
			buf_printf(foreign->why, _("%s: table4: it is not 15 numbers"),
				   foreign->path);
			return -EBADMSG;
		}
		foreign_row(table, kinds[i], cells, 0);
	}
	return 0;
}

/* A number with so many decimals, as a whole one. NULL: it is none, or has more of them. */
static json_t *published_figure(const json_t *value, int decimals)
{
	int64_t scale = 1;

	for (int i = 0; i < decimals; i++) {
		scale *= 10;
	}
	if (json_is_null(value)) {
		return json_null();
	}
	if (json_is_integer(value)) {
		return json_integer(json_integer_value(value) * scale);
	}
	if (!json_is_real(value)) {
		return NULL;
	}
	double scaled = json_real_value(value) * (double)scale;
	if (scaled > 1e15 || scaled < -1e15) {
		return NULL;
	}
	int64_t whole = (int64_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
	double rest = scaled - (double)whole;
	return rest < 1e-3 && rest > -1e-3 ? json_integer(whole) : NULL;
}

static const struct published_figures *published_find(const char *form, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(published_figures); i++) {
		if (strcmp(published_figures[i].form, form) == 0 &&
		    strcmp(published_figures[i].name, name) == 0) {
			return &published_figures[i];
		}
	}
	return NULL;
}

static size_t published_figure_count(const struct published_figures *known)
{
	size_t count = 0;

	while (count < FIGURES_OF_NAME && known->figures[count].key != NULL) {
		count++;
	}
	return count;
}

/* What cannot be read for certain is passed over, and said: a wrong figure is worse than none. */
static void published_named(struct foreign *foreign, json_t *table,
			    const struct published_figures *known, const char *name, json_t *value)
{
	size_t count = known != NULL ? published_figure_count(known) : 0;
	bool many = json_is_array(value);

	if (known == NULL || (many ? json_array_size(value) : 1) != count) {
		screen_complain(_("%s: table2, %s: passed over, for it is no figure of the form"),
				foreign->path, name);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		json_t *cell = published_figure(many ? json_array_get(value, i) : value,
						known->figures[i].decimals);
		if (cell == NULL) {
			screen_complain(_("%s: table2, %s: passed over, for it is no number"),
					foreign->path, known->figures[i].key);
		} else {
			foreign_row(table, known->figures[i].key, json_pack("[o]", cell),
				    known->figures[i].decimals);
		}
	}
}

static void published_table2(struct foreign *foreign, json_t *printed, const char *form)
{
	json_t *table, *value;
	const char *name;

	if (json_object_size(printed) == 0) {
		return;
	}
	table = foreign_table(foreign, "table2");
	json_object_foreach(printed, name, value)
	{
		if (strcmp(name, "template") != 0) {
			published_named(foreign, table, published_find(form, name), name, value);
		}
	}
}

int foreign_read_published(struct foreign *foreign, json_t *file)
{
	const char *form = reply_text(file, "template");

	if (reply_has(file, "body")) {
		json_object_set(foreign->report, "organ", json_object_get(file, "body"));
	}
	if (reply_has(file, "year")) {
		json_object_set(foreign->report, "year", json_object_get(file, "year"));
	}
	if (form[0] != '\0') {
		json_object_set_new(foreign->report, "form", json_string(form));
	}
	int r = published_table3(foreign, json_object_get(json_object_get(file, "table3"), "rows"));
	if (r == 0) {
		r = published_table4(foreign, json_object_get(file, "table4"));
	}
	if (r == 0) {
		published_table2(foreign, json_object_get(file, "table2"), form);
	}
	return r;
}
