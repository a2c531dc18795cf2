/* SPDX-License-Identifier: Apache-2.0 */
/* rows.h: a CSV file as rows of fields, in whatever of the two encodings an office saves it; the
 * only file that knows libcsv. */
#ifndef OGID_CLIENT_ROWS_H
#define OGID_CLIENT_ROWS_H

#include <stddef.h>

#include "proto/base/buf.h"

#define ROWS_FIELDS_MAX 1024 /* of one row */

struct row {
	size_t line; /* where it begins, from 1 */
	size_t count;
	const char **fields; /* without quotes and the spaces around; ended by NUL each */
};

struct rows {
	size_t count;
	struct row *row; /* empty lines are left out */
	void *memory;
};

/* Appends data as UTF-8 without a byte order mark: it is UTF-8, or else GB18030. 0, -EILSEQ when
 * it is neither, or another negative errno. */
int rows_to_utf8(const struct buf *data, struct buf *out);
/* Commas part the fields. 0; -EBADMSG with the line in reterr_line when quotes do not fit, a field
 * holds a NUL, or a row has too many fields; -ENOMEM. What it gives lives until rows_done. */
int rows_read(const struct buf *utf8, struct rows *ret_rows, size_t *reterr_line);
void rows_done(struct rows *rows);

#endif
