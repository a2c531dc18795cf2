/* SPDX-License-Identifier: Apache-2.0 */
/* layout.h: how the form of the annual report is printed: where its tables merge cells, and the few
 * words that stand on the page and in no definition. The forms' data is the daemon's; this is
 * paper.
 */
#ifndef OGID_CLIENT_LAYOUT_H
#define OGID_CLIENT_LAYOUT_H

#include <jansson.h>

#include "client/document.h"

enum section { SECTION_ONE, SECTION_TWO, SECTION_THREE, SECTION_FOUR, SECTION_FIVE, SECTION_SIX };

#define SECTION_COUNT 6

/* The title of a section, of the report's headings, or as both forms print it. */
const char *layout_heading(const json_t *report, enum section section);
/* Adds one table of the report to the document, merged as the form merges it. */
void layout_table(struct document *document, json_t *table);
/* Adds the figures of a section (publications, fees) as a list. */
void layout_figures(struct document *document, json_t *table);
/* The printed heading of a column of table 3 or table 4, or the key itself. */
const char *layout_column(const char *table, const char *key);

#endif
