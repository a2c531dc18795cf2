/* SPDX-License-Identifier: Apache-2.0 */
/* report.h: the annual report as a document of blocks, and its formats. */
#ifndef OGID_CLIENT_REPORT_H
#define OGID_CLIENT_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "client/document.h"
#include "client/texts.h"

/* Makes the document of a report as Get returns it. texts: what the office wrote, or NULL; what is
 * missing of it becomes a block that says so. 0, -ENOMEM, or -EINVAL with what is wrong with the
 * texts. */
int report_build(struct document *document, json_t *report, const struct texts *texts,
		 struct yaml_problem *reterr_problem);

/* The writers: the same document and report give the same bytes, always. 0 or negative errno. */
int report_write_html(const struct document *document, FILE *to);
int report_write_csv(const struct document *document, FILE *to);
/* year: for the workbook's date. */
int report_write_xlsx(const struct document *document, int year, FILE *to);
/* The report's tables as they were on the wire, and what they are of. */
int report_write_json(const json_t *report, FILE *to);
/* A file of texts to fill in. */
int report_write_texts(json_t *report, FILE *to);

#endif
