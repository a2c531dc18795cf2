/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/foreign.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/text.h"

#define YEAR_MIN   1900
#define YEAR_MAX   9999
#define QUOTED_MAX 40 /* bytes of the caller's text that a problem tells */
#define PATH_BYTES 64 /* as problem.field */

struct reader {
	const struct catalogue *catalogue;
	struct foreign *foreign;
	struct problem *problem;
	char path[PATH_BYTES];
};

/* --- where we are, and what is wrong there --- */

/* Goes into a list's item; returns the length of the path before, for path_leave. */
static size_t path_enter(struct reader *reader, const char *list, size_t index)
{
	size_t before = strlen(reader->path);

	snprintf(reader->path + before, sizeof(reader->path) - before, "%s%s[%zu]",
		 before > 0 ? "." : "", list, index);
	return before;
}

static void path_leave(struct reader *reader, size_t before)
{
	reader->path[before] = '\0';
}

/* member NULL: of the item itself. */
__attribute__((format(printf, 3, 4))) static int
complain(const struct reader *reader, const char *member, const char *format, ...)
{
	char field[2 * PATH_BYTES], text[sizeof(reader->problem->text)];
	bool both = member != NULL && reader->path[0] != '\0';
	va_list arguments;

	snprintf(field, sizeof(field), "%s%s%s", reader->path, both ? "." : "",
		 member != NULL ? member : "");
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return problem_field(reader->problem, field, "%s", text);
}

/* So many bytes of the caller's text are told; never a part of a character. */
static int quoted(const char *text)
{
	uint32_t code_point;
	size_t bytes = 0;

	while (text[bytes] != '\0') {
		size_t len = text_decode(text + bytes, 4, &code_point);

		if (len == 0 || bytes + len > QUOTED_MAX) {
			break;
		}
		bytes += len;
	}
	return (int)bytes;
}

/* NULL when absent or null. */
static const json_t *member_get(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_null(value) ? NULL : value;
}

/* A text; NULL when absent. */
static int text_get(const struct reader *reader, const json_t *object, const char *key,
		    const char **ret_text)
{
	const json_t *value = member_get(object, key);

	*ret_text = json_string_value(value);
	if (value != NULL && *ret_text == NULL) {
		return complain(reader, key, "it must be a text");
	}
	return 0;
}

/* --- rows --- */

static size_t row_find(const struct table_form *form, const char *key)
{
	size_t row = 0;

	while (row < form->row_count && strcmp(form->rows[row].key, key) != 0) {
		row++;
	}
	return row;
}

/* Which row of the form an item is; row_count: a publication that is none of ours. */
static int row_place(const struct reader *reader, const json_t *item, size_t index,
		     const struct table *table, size_t *ret_row)
{
	const struct table_form *form = table->form;
	bool publications = form == &reader->catalogue->settings.publications;
	const char *key;

	int r = text_get(reader, item, "key", &key);
	if (r < 0) {
		return r;
	}
	if (key == NULL && publications) {
		return complain(reader, "key",
				"a publication needs its key, such as publications.portal");
	}
	*ret_row = key != NULL ? row_find(form, key) : index;
	if (*ret_row < form->row_count || publications) {
		return 0;
	}
	if (key != NULL) {
		return complain(reader, "key", "%s of form %s has no row \"%.*s\"", form->id,
				reader->foreign->form->name, quoted(key), key);
	}
	return complain(reader, NULL, "%s of form %s has only %zu rows, from %s to %s", form->id,
			reader->foreign->form->name, form->row_count, form->rows[0].key,
			form->rows[form->row_count - 1].key);
}

static int cell_read(struct reader *reader, const json_t *value, size_t index, int64_t *ret_cell)
{
	json_int_t cell = json_integer_value(value);
	int r = 0;

	*ret_cell = TABLE_NOT_STATED;
	if (json_is_null(value)) {
		return 0;
	}
	size_t before = path_enter(reader, "cells", index);
	if (!json_is_integer(value)) {
		r = complain(reader, NULL,
			     "it must be a whole number, or null where nothing is stated");
	} else if (cell < -FOREIGN_CELL_MAX || cell > FOREIGN_CELL_MAX) {
		r = complain(reader, NULL, "it must lie between %lld and %lld",
			     -(long long)FOREIGN_CELL_MAX, (long long)FOREIGN_CELL_MAX);
	} else {
		*ret_cell = cell;
	}
	path_leave(reader, before);
	return r;
}

/* row row_count: looked at, but not kept. */
static int cells_read(struct reader *reader, const json_t *item, bool stated, struct table *table,
		      size_t row)
{
	size_t columns = table->form->column_count;
	const json_t *cells = member_get(item, "cells");
	bool any = false;

	if (!json_is_array(cells)) {
		return complain(reader, "cells", "it must be a list of %zu cells", columns);
	}
	if (json_array_size(cells) != columns) {
		return complain(reader, "cells",
				"there are %zu cells; it must be %zu, from %s to %s",
				json_array_size(cells), columns, table->form->columns[0].key,
				table->form->columns[columns - 1].key);
	}
	for (size_t column = 0; column < columns; column++) {
		int64_t cell;
		int r = cell_read(reader, json_array_get(cells, column), column, &cell);

		if (r < 0) {
			return r;
		}
		if (row < table->form->row_count && stated && cell != TABLE_NOT_STATED) {
			*table_cell(table, row, column) = cell;
			any = true;
		}
	}
	if (row < table->form->row_count && table->stated != NULL) {
		table->stated[row] = any;
	}
	return 0;
}

/* What a row says of itself besides its cells. */
static int row_look(const struct reader *reader, const json_t *item, const struct form_row *row,
		    bool *ret_stated)
{
	const json_t *decimals = member_get(item, "decimals");
	const json_t *stated = member_get(item, "stated");

	if (decimals != NULL && (!json_is_integer(decimals) ||
				 (row != NULL && json_integer_value(decimals) != row->decimals))) {
		return complain(reader, "decimals", "the form has %d of them in this row",
				row != NULL ? row->decimals : 0);
	}
	if (stated != NULL && !json_is_boolean(stated)) {
		return complain(reader, "stated", "it must be true or false");
	}
	*ret_stated = !json_is_false(stated);
	return 0;
}

static int row_read(struct reader *reader, const json_t *item, size_t index, struct table *table,
		    bool *taken)
{
	bool stated = true;
	size_t row = 0;

	if (!json_is_object(item)) {
		return complain(reader, NULL, "it must be an object with key and cells");
	}
	int r = row_place(reader, item, index, table, &row);
	if (r < 0) {
		return r;
	}
	bool ours = row < table->form->row_count;
	if (ours && taken[row]) {
		return complain(reader, member_get(item, "key") != NULL ? "key" : NULL,
				"the row %s stands here twice", table->form->rows[row].key);
	}
	if (ours) {
		taken[row] = true;
	}
	r = row_look(reader, item, ours ? &table->form->rows[row] : NULL, &stated);
	return r < 0 ? r : cells_read(reader, item, stated, table, row);
}

static int rows_read(struct reader *reader, const json_t *rows, struct table *table,
		     struct arena *arena)
{
	bool *taken = arena_alloc(arena, sizeof(*taken) * (table->form->row_count + 1));
	const json_t *item;
	size_t i;

	if (taken == NULL) {
		return -ENOMEM;
	}
	json_array_foreach(rows, i, item)
	{
		size_t before = path_enter(reader, "rows", i);
		int r = row_read(reader, item, i, table, taken);

		if (r < 0) {
			return r;
		}
		path_leave(reader, before);
	}
	return 0;
}

/* --- tables --- */

/* Which of the year's tables an id names. */
static int table_find(const struct reader *reader, const char *id, int *ret_which)
{
	const struct tables *tables = &reader->foreign->tables;
	char known[200];
	size_t len = 0;

	known[0] = '\0';
	for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
		const struct table_form *form = tables->of[which].form;

		/* Ours may be none: then what others publish is passed over. */
		if (form->row_count == 0 && which != YEAR_PUBLICATIONS) {
			continue;
		}
		const char *name = which == YEAR_PUBLICATIONS ? "publications" : form->id;
		if (strcmp(name, id) == 0) {
			*ret_which = which;
			return 0;
		}
		if (len < sizeof(known)) {
			len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s",
						len > 0 ? ", " : "", name);
		}
	}
	return complain(reader, "id", "form %s has no table \"%.*s\", only %s",
			reader->foreign->form->name, quoted(id), id, known);
}

/* Cells that stand in another order would be read as something else. */
static int columns_look(const struct reader *reader, const json_t *item,
			const struct table_form *form)
{
	const json_t *columns = member_get(item, "columns");
	bool same = json_array_size(columns) == form->column_count;

	if (columns == NULL || form->column_count == 0) {
		return 0;
	}
	for (size_t i = 0; same && i < form->column_count; i++) {
		const char *key = json_string_value(json_array_get(columns, i));

		same = key != NULL && strcmp(key, form->columns[i].key) == 0;
	}
	return same ? 0
		    : complain(reader, "columns", "they must be the form's %zu, from %s to %s",
			       form->column_count, form->columns[0].key,
			       form->columns[form->column_count - 1].key);
}

static int table_read(struct reader *reader, const json_t *item, struct arena *arena)
{
	const json_t *rows = member_get(item, "rows");
	const char *id;
	int which = 0;

	int r = text_get(reader, item, "id", &id);
	if (r < 0) {
		return r;
	}
	if (id == NULL) {
		return complain(reader, "id", "it must be there, such as table3");
	}
	r = table_find(reader, id, &which);
	if (r < 0) {
		return r;
	}
	struct table *table = &reader->foreign->tables.of[which];
	if (reader->foreign->has[which]) {
		return complain(reader, "id", "the table %s stands here twice", id);
	}
	reader->foreign->has[which] = true;
	r = columns_look(reader, item, table->form);
	if (r < 0) {
		return r;
	}
	if (!json_is_array(rows)) {
		return complain(reader, "rows", "it must be a list of rows");
	}
	/* Without a form there is nothing to hold them against, nor to add them to. */
	return table->form->row_count == 0 ? 0 : rows_read(reader, rows, table, arena);
}

static int tables_take(struct reader *reader, const json_t *report, const char *list,
		       struct arena *arena)
{
	const json_t *tables = member_get(report, list);
	const json_t *item;
	size_t i;

	if (tables != NULL && !json_is_array(tables)) {
		return complain(reader, list, "it must be a list of tables");
	}
	json_array_foreach(tables, i, item)
	{
		size_t before = path_enter(reader, list, i);
		int r = json_is_object(item)
				? table_read(reader, item, arena)
				: complain(reader, NULL, "it must be an object with id and rows");

		if (r < 0) {
			return r;
		}
		path_leave(reader, before);
	}
	return 0;
}

/* --- the whole --- */

static int organ_read(const struct reader *reader, const json_t *report)
{
	const char *organ;

	int r = text_get(reader, report, "organ", &organ);
	if (r < 0 || organ == NULL) {
		return r;
	}
	const char *problem = text_problem(organ, false);
	if (problem != NULL) {
		return complain(reader, "organ", "%s", problem);
	}
	if (organ[0] == '\0' || text_length(organ) > FOREIGN_ORGAN_MAX_CHARACTERS) {
		return complain(reader, "organ", "it must have 1 to %d characters",
				FOREIGN_ORGAN_MAX_CHARACTERS);
	}
	reader->foreign->organ = organ;
	return 0;
}

static int year_read(const struct reader *reader, const json_t *report)
{
	const json_t *value = member_get(report, "year");
	json_int_t year = json_integer_value(value);

	if (value == NULL) {
		return complain(reader, "year", "it must be there, such as 2025");
	}
	if (!json_is_integer(value) || year < YEAR_MIN || year > YEAR_MAX) {
		return complain(reader, "year", "it must be a number between %d and %d", YEAR_MIN,
				YEAR_MAX);
	}
	reader->foreign->year = (int)year;
	return 0;
}

static int form_read(const struct reader *reader, const json_t *report)
{
	const struct catalogue *catalogue = reader->catalogue;
	int year = reader->foreign->year;
	const struct form *in_force = catalogue_form(catalogue, NULL, year);
	const char *name;

	int r = text_get(reader, report, "form", &name);
	if (r < 0) {
		return r;
	}
	if (in_force == NULL) {
		return complain(reader, "year", "no form is in force for %d; the first is from %d",
				year, catalogue->forms[0].from_year);
	}
	if (name != NULL && strcmp(name, in_force->name) != 0) {
		bool known = catalogue_form(catalogue, name, year) != NULL;

		return complain(reader, "form", "\"%.*s\" is %s; for %d it is \"%s\"", quoted(name),
				name, known ? "not in force for that year" : "no form", year,
				in_force->name);
	}
	reader->foreign->form = in_force;
	return 0;
}

/* Nothing is stated until it is read. */
static void tables_clear(struct tables *tables)
{
	for (int which = 0; which < YEAR_TABLE_COUNT; which++) {
		struct table *table = &tables->of[which];
		size_t rows = table->form->row_count;

		if (table->stated != NULL) {
			memset(table->stated, 0, sizeof(*table->stated) * rows);
			continue;
		}
		for (size_t i = 0; i < rows * table->form->column_count; i++) {
			table->cells[i] = TABLE_NOT_STATED;
		}
	}
}

int foreign_read(const json_t *report, const char *path, const struct catalogue *catalogue,
		 struct arena *arena, struct foreign *ret_foreign, struct problem *reterr_problem)
{
	struct reader reader = {
		.catalogue = catalogue,
		.foreign = ret_foreign,
		.problem = reterr_problem,
	};

	*ret_foreign = (struct foreign){ 0 };
	snprintf(reader.path, sizeof(reader.path), "%s", path);
	int r = organ_read(&reader, report);
	if (r == 0) {
		r = year_read(&reader, report);
	}
	if (r == 0) {
		r = form_read(&reader, report);
	}
	if (r == 0) {
		r = tables_init(&ret_foreign->tables, ret_foreign->form, &catalogue->settings,
				arena);
	}
	if (r < 0) {
		return r;
	}
	tables_clear(&ret_foreign->tables);
	if (json_array_size(member_get(report, "tables")) == 0) {
		return complain(&reader, "tables", "it must be a list of tables, one at least");
	}
	r = tables_take(&reader, report, "tables", arena);
	return r < 0 ? r : tables_take(&reader, report, "sections", arena);
}
