/* SPDX-License-Identifier: Apache-2.0 */
#include "client/foreign.h"

#include <errno.h>
#include <string.h>

#include "client/arguments.h"
#include "client/language.h"
#include "client/reply.h"
#include "client/rows.h"
#include "proto/base/cleanup.h"
#include "proto/base/file.h"
#include "proto/base/text.h"

#define FOREIGN_FILE_MAX (8 * 1024 * 1024) /* bytes of one file */

enum { CHECK_YEAR, CHECK_FORM };

const struct local check_locals[] = {
	[CHECK_YEAR] = { "--year", N_("YEAR"), NULL,
			 N_("year of the tables, when the file does not say it"), false },
	[CHECK_FORM] = { "--form", N_("CODE"), NULL,
			 N_("form to check by; as the file says, or the one in force, when left "
			    "out"),
			 false },
	{ NULL, NULL, NULL, NULL, false },
};

json_t *foreign_table(struct foreign *foreign, const char *id)
{
	json_t *tables = json_object_get(foreign->report, "tables");
	json_t *table = json_object();

	json_object_set_new(table, "id", json_string(id));
	json_object_set_new(table, "rows", json_array());
	if (tables == NULL) {
		tables = json_array();
		json_object_set_new(foreign->report, "tables", tables);
	}
	json_array_append_new(tables, table);
	return table;
}

void foreign_row(json_t *table, const char *key, json_t *cells, int64_t decimals)
{
	json_t *row = json_object();

	if (key != NULL) {
		json_object_set_new(row, "key", json_string(key));
	}
	json_object_set_new(row, "cells", cells);
	if (decimals > 0) {
		json_object_set_new(row, "decimals", json_integer(decimals));
	}
	json_array_append_new(json_object_get(table, "rows"), row);
}

/* One row as Report.Get gives it. A figure that nobody has set is sent as not stated. */
static int foreign_own_row(struct foreign *foreign, json_t *table, const json_t *row, size_t place)
{
	json_t *cells = json_object_get(row, "cells"), *kept = json_array(), *cell;
	bool stated = !json_is_false(json_object_get(row, "stated"));
	const char *key = reply_has(row, "key") ? reply_text(row, "key") : NULL;
	bool good = json_is_array(cells);
	size_t i;

	json_array_foreach(cells, i, cell)
	{
		good = good && (json_is_integer(cell) || json_is_null(cell));
		json_array_append_new(kept, stated ? json_incref(cell) : json_null());
	}
	if (!good) {
		buf_printf(foreign->why,
			   _("%s: %s, row %zu (%s): its cells are not all whole numbers"),
			   foreign->path, reply_text(table, "id"), place + 1,
			   key != NULL ? key : "-");
		json_decref(kept);
		return -EBADMSG;
	}
	foreign_row(table, key, kept, reply_int(row, "decimals"));
	return 0;
}

/* Tables and sections alike. */
static int foreign_own_tables(struct foreign *foreign, json_t *tables)
{
	size_t i, j;
	json_t *one, *row;

	json_array_foreach(tables, i, one)
	{
		json_t *rows = json_object_get(one, "rows");
		if (!reply_has(one, "id") || !json_is_array(rows)) {
			buf_printf(foreign->why, _("%s: its table %zu has no id or no rows"),
				   foreign->path, i + 1);
			return -EBADMSG;
		}
		json_t *table = foreign_table(foreign, reply_text(one, "id"));
		json_array_foreach(rows, j, row)
		{
			int r = foreign_own_row(foreign, table, row, j);
			if (r < 0) {
				return r;
			}
		}
	}
	return 0;
}

static int foreign_read_own(struct foreign *foreign, json_t *file)
{
	static const char *const kept[] = { "organ", "year", "form" };

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		if (reply_has(file, kept[i])) {
			json_object_set(foreign->report, kept[i], json_object_get(file, kept[i]));
		}
	}
	int r = foreign_own_tables(foreign, json_object_get(file, "tables"));
	return r < 0 ? r : foreign_own_tables(foreign, json_object_get(file, "sections"));
}

static int foreign_read_json(struct foreign *foreign, const struct buf *utf8)
{
	json_error_t error;
	json_t *file = json_loadb(utf8->data, utf8->len, JSON_REJECT_DUPLICATES, &error);
	int r = -EBADMSG;

	if (file == NULL) {
		buf_printf(foreign->why, _("%s:%d:%d: this is no JSON: %s"), foreign->path,
			   error.line, error.column, error.text);
		return -EBADMSG;
	}
	json_t *inner = json_object_get(file, "report");
	json_t *report = json_is_object(inner) ? inner : file;
	if (json_is_array(json_object_get(report, "tables"))) {
		r = foreign_read_own(foreign, report);
	} else if (json_is_object(json_object_get(report, "table3"))) {
		r = foreign_read_published(foreign, report);
	} else {
		buf_printf(foreign->why,
			   _("%s: there are no tables in it; ogi report --json writes them"),
			   foreign->path);
	}
	json_decref(file);
	return r;
}

static int foreign_read_file(struct foreign *foreign)
{
	struct buf data, utf8;

	buf_init(&data, FOREIGN_FILE_MAX);
	buf_init(&utf8, 3 * FOREIGN_FILE_MAX);
	int r = file_read(foreign->path, &data);
	if (r < 0) {
		buf_printf(foreign->why, _("cannot read %s: %s"), foreign->path, strerror(-r));
	} else {
		r = rows_to_utf8(&data, &utf8);
		if (r < 0) {
			buf_printf(foreign->why, _("%s is neither UTF-8 nor GB18030"),
				   foreign->path);
		}
	}
	if (r == 0) {
		size_t at = 0;
		while (at < utf8.len && strchr(" \t\r\n", utf8.data[at]) != NULL) {
			at++;
		}
		r = at < utf8.len && utf8.data[at] == '{' ? foreign_read_json(foreign, &utf8)
							  : foreign_read_csv(foreign, &utf8);
	}
	buf_done(&data);
	buf_done(&utf8);
	return r;
}

/* What the command line says beside what the file says: they must not differ. */
static enum exit_status foreign_settle_year(struct foreign *foreign, int64_t year)
{
	json_t *said = json_object_get(foreign->report, "year");

	if (said == NULL && year == 0) {
		buf_printf(foreign->why, _("%s does not say its year: add --year"), foreign->path);
		return EXIT_USAGE;
	}
	if (said == NULL) {
		json_object_set_new(foreign->report, "year", json_integer(year));
		return EXIT_DONE;
	}
	if (!json_is_integer(said) || (year != 0 && json_integer_value(said) != year)) {
		buf_printf(foreign->why, _("%s is of the year %lld, not of %lld"), foreign->path,
			   (long long)json_integer_value(said), (long long)year);
		return EXIT_BAD_DATA;
	}
	return EXIT_DONE;
}

/* year 0: the file has to say it. */
static enum exit_status foreign_read(const char *path, int64_t year, json_t **ret_report,
				     struct buf *why)
{
	struct foreign foreign = { .path = path, .report = json_object(), .why = why };

	int r = foreign_read_file(&foreign);
	enum exit_status status = r < 0 ? EXIT_BAD_DATA : foreign_settle_year(&foreign, year);
	if (status != EXIT_DONE) {
		json_decref(foreign.report);
		return status;
	}
	*ret_report = foreign.report;
	return EXIT_DONE;
}

enum exit_status foreign_prepare_check(json_t *parameters, const struct globals *globals,
				       struct buf *why)
{
	const char *said = globals->locals[CHECK_YEAR], *form = globals->locals[CHECK_FORM];
	const char *path = reply_text(parameters, "report");
	int64_t year = 0;
	json_t *report;

	if (said != NULL && text_to_int(said, 1, 9999, &year) < 0) {
		buf_printf(why, _("%s takes a whole number, not \"%s\""), "--year", said);
		return EXIT_USAGE;
	}
	if (form != NULL && !text_is_utf8(form, strlen(form))) {
		buf_printf(why, _("%s is not UTF-8 text"), "--form");
		return EXIT_USAGE;
	}
	enum exit_status status = foreign_read(path, year, &report, why);
	if (status != EXIT_DONE) {
		return status;
	}
	if (form != NULL) {
		json_object_set_new(report, "form", json_string(form));
	}
	json_object_set_new(parameters, "report", report);
	return EXIT_DONE;
}

/* A file that names no organ is known by its own name: "某乡.csv" is 某乡. */
static void foreign_name(json_t *report, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	size_t bytes = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);

	if (!reply_has(report, "organ")) {
		json_object_set_new(report, "organ", json_stringn(name, bytes));
	}
}

enum exit_status foreign_prepare_consolidate(json_t *parameters, const struct globals *globals,
					     struct buf *why)
{
	json_t *paths = json_object_get(parameters, "reports"), *reports = json_array(), *path;
	int64_t year = reply_int(parameters, "year");
	size_t i;

	(void)globals;
	json_array_foreach(paths, i, path)
	{
		json_t *report;
		enum exit_status status = foreign_read(json_string_value(path), year, &report, why);
		if (status != EXIT_DONE) {
			json_decref(reports);
			return status;
		}
		foreign_name(report, json_string_value(path));
		json_array_append_new(reports, report);
	}
	json_object_set_new(parameters, "reports", reports);
	return EXIT_DONE;
}
