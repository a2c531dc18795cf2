/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_files.h: what ledger.c (adding) and ledger_read.c (reading) share; for nobody else.
 *
 * The writer owns everything but `directory_fd` and `poisoned`, which readers in other threads use
 * too: the first never changes, the second is atomic. */
#ifndef OGID_STORE_LEDGER_FILES_H
#define OGID_STORE_LEDGER_FILES_H

#include <stdatomic.h>
#include <stdbool.h>

#include "daemon/store/ledger.h"

#define LEDGER_YEAR_MIN     1900
#define LEDGER_YEAR_MAX     9999
#define LEDGER_NAME_BYTES   12 /* "2026.ledger" and its end */
#define LEDGER_PREFIX_BYTES 65 /* the digest and the space behind it */

struct ledger {
	int directory_fd;
	atomic_bool poisoned; /* a write failed in a way that leaves the disk unknown */
	bool resumed;
	int fd;                     /* the file that durable.end is in; -1 while there is none */
	struct ledger_head durable; /* what is on disk */
	struct ledger_head head;    /* the same with the pending batch */
	struct buf pending;
};

char *ledger_file_name(int year, char name[static LEDGER_NAME_BYTES]); /* returns name */
/* The first file of a year after `year`: 1, 0 when there is none, or negative errno. */
int ledger_year_after(const struct ledger *ledger, int year, int *ret_year);
/* Takes a line apart; bytes include its LF. NULL, or a sentence of what is wrong. */
const char *ledger_line_parse(const char *text, size_t bytes, struct ledger_line *ret_line);

#endif
