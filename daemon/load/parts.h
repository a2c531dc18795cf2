/* SPDX-License-Identifier: Apache-2.0 */
/* parts.h: one loader for each kind of file, and the files they are given. Private to daemon/load.
 *
 * Every function returns 0, -EINVAL with the problem filled, or -ENOMEM. What a loader returns
 * lives in source->arena. */
#ifndef OGID_LOAD_PARTS_H
#define OGID_LOAD_PARTS_H

#include "daemon/load/load.h"
#include "daemon/load/schema.h"

/* Of a report, a calendar, the register's beginning. */
#define YEAR_MIN 2000
#define YEAR_MAX 2199

#define FIGURE_COLUMN       "value" /* the one column of a table of figures */
#define TOTAL_COLUMN        "total"
#define PUBLICATIONS_PREFIX "publications." /* of the keys of what ogid.yaml counts */

/* What ogid.yaml says. */
struct configuration {
	struct settings settings;
	struct load_places places;
	const char *catalogue; /* the folder; NULL: none */
};

/* Replaces what the file says and leaves the rest, so that defaults are read first. */
int load_settings(const struct source *source, const struct yaml_node *root,
		  struct configuration *configuration);
int load_reasons(const struct source *source, const struct yaml_node *root,
		 const struct reason **ret_reasons, size_t *ret_count);
int load_fees(const struct source *source, const struct yaml_node *root, struct tariff *ret_tariff);
/* By when the organ answers in a case; of one kind and procedure in order of valid_from. */
int load_cases(const struct source *source, const struct yaml_node *root,
	       const struct case_limit **ret_limits, size_t *ret_count);
/* Checks the rows of table 3 against the catalogue's reasons, which are loaded before. */
int load_form(const struct source *source, const struct yaml_node *root,
	      const struct catalogue *catalogue, struct form *ret_form);
int load_calendar(const struct source *source, const struct yaml_node *root,
		  struct calendar_year *ret_year);
/* The local file: days of any years, in one list; the year is 0. */
int load_calendar_local(const struct source *source, const struct yaml_node *root,
			struct calendar_year *ret_local);

/* The fields of a struct table_form: table 4 and the fees; table 3, whose rows may count several
 * keys; table 2, whose rows are figures. Every row gets its `counts`, at least itself. */
extern const struct field table_plain_fields[];
extern const struct field table_counted_fields[];
extern const struct field table_figure_fields[];
/* Each for the node of a table that was read by its fields. */
int table2_check(const struct source *source, const struct yaml_node *table);
int table4_check(const struct source *source, const struct yaml_node *table);
int fees_check(const struct source *source, const struct yaml_node *table);
/* Whether a list of columns or rows has just these keys, in this order. line: "column" or "row";
 * what: the noun for one of the keys. */
int table_keys_check(const struct source *source, const struct yaml_node *list, const char *line,
		     const char *what, const char *const names[], size_t count);
/* Whether no key stands in a list of rows twice. */
int table_rows_differ(const struct source *source, const struct yaml_node *list);
/* The reader of ogid.yaml's publications, into a struct table_form. */
int read_publications(const struct source *source, const struct yaml_node *node,
		      const struct field *field, void *target);
/* Makes a row count its own key. -ENOMEM. */
int row_counts_itself(const struct source *source, struct form_row *row);
bool name_in(const char *name, const char *const names[], size_t count);

/* A file that can be read: one on disk, or one that was embedded. */
struct input {
	const char *file; /* its name in messages; of a real file its path */
	const char *text; /* embedded: its text; NULL: it is on disk */
	size_t bytes;
	struct source source; /* after input_read */
	struct yaml_node *root;
};

#define INPUTS_MAX 256

struct input_list {
	struct input items[INPUTS_MAX];
	size_t count;
};

/* source: a template, with all but the file. */
int input_read(struct input *input, const struct source *source);
/* One shipped file; path as in shipped_files. */
int input_shipped(struct input *ret_input, const char *path, const struct source *source);
/* Appends the shipped files whose path begins with folder ("forms/"). */
int inputs_add_shipped(struct input_list *list, const char *folder, const struct source *source);
/* Appends the *.yaml of a folder by name. Other files are refused, save hidden ones and the copies
 * that editors leave ("x~"): a file that is not read should not look as if it were. */
int inputs_add_folder(struct input_list *list, const char *folder, const struct source *source);
/* Reads the calendar files and makes of them what was known on each day. An own file takes the
 * place of the shipped one of its name, or of its year and day. */
int load_views(struct input_list *list, const struct source *source, struct catalogue *catalogue);

#endif
