/* SPDX-License-Identifier: Apache-2.0 */
/* table.h: columns aligned by what a terminal shows; the only file that knows libsmartcols. */
#ifndef OGID_CLIENT_TABLE_H
#define OGID_CLIENT_TABLE_H

#include "client/screen.h"

enum table_align {
	TABLE_LEFT,
	TABLE_RIGHT,
	TABLE_CUT /* left; gives way when the screen is narrow */
};

struct table;

/* NULL: no memory. headings false: none is printed. The functions below take NULL and do nothing.
 */
struct table *table_new(const struct screen *screen, bool headings);
struct table *table_free(struct table *table); /* takes NULL, returns NULL */
/* heading is borrowed as long as the table lives. At most 16 columns. */
void table_column(struct table *table, const char *heading, enum table_align align);
void table_row(struct table *table);
/* The next cell of the current row; text is escaped and copied. colour: a name that libsmartcols
 * knows, or NULL. */
void table_cell(struct table *table, const char *text, const char *colour);
size_t table_rows(const struct table *table);
/* Prints the rows and forgets them; headings are printed once. -ENOMEM when something was lost. */
int table_print(struct table *table);

#endif
