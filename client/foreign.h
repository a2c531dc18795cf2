/* SPDX-License-Identifier: Apache-2.0 */
/* foreign.h: tables that others made, read from files into the object that Report.CheckTables and
 * Report.Consolidate take. A file is
 *   JSON as ogi report --json prints it, or the report in it;
 *   JSON as published tables are collected: year, template, body, table3.rows by key, table4 as 15
 *   numbers, table2 by name;
 *   CSV: the rows of table 3 in the order of the form, seven figures at the end of each, alone or
 *   among the tables that ogi report --format csv wrote; fifteen figures are table 4.
 * Of all of it only keys and cells are kept, so that the tables of a county fit into one call. */
#ifndef OGID_CLIENT_FOREIGN_H
#define OGID_CLIENT_FOREIGN_H

#include <jansson.h>

#include "client/command.h"

/* A file at work, and what is made of it. */
struct foreign {
	const char *path;
	json_t *report; /* owned by whoever reads the file */
	struct buf *why;
};

/* The first of the two forms of JSON is foreign.c's own. All return 0, or -EBADMSG with a sentence
 * that says file and place, or -ENOMEM. */
int foreign_read_published(struct foreign *foreign, json_t *file);
int foreign_read_csv(struct foreign *foreign, const struct buf *utf8);

/* A new table of the report; borrowed. Rows are added to it. */
json_t *foreign_table(struct foreign *foreign, const char *id);
/* key NULL: known by its place. cells: taken over. decimals: 0: whole numbers. */
void foreign_row(json_t *table, const char *key, json_t *cells, int64_t decimals);

/* What check and consolidate do before they call: files become objects. */
prepare_call foreign_prepare_check;
prepare_call foreign_prepare_consolidate;

#endif
