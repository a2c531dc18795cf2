/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.h: the ledger: the register's truth, lines of text that are only ever added to.
 *
 * A line is DIGEST SPACE JSON LF: the SM3 of the digest (64 hexadecimal characters) of the line
 * before and the JSON bytes; 64 zeros before the first line of all. Files are ledger/YYYY.ledger by
 * year of entry, one chain through all. This file knows bytes and digests, not what the JSON says.
 *
 * One writer. Reading (ledger_read, ledger_next) is safe from any thread beside it, for positions
 * before the end as the reader last saw it. */
#ifndef OGID_STORE_LEDGER_H
#define OGID_STORE_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "proto/base/arena.h"
#include "proto/base/buf.h"
#include "proto/base/sm3.h"

#define LEDGER_LINE_MAX_BYTES (2 * 1024 * 1024)

struct ledger;

/* Where a line begins: the file's year and the byte in it. */
struct position {
	int year;
	uint64_t offset;
};

/* What is at the end: the last line's digest and the place behind it. Sequences are not its matter.
 */
struct ledger_head {
	struct position end; /* year 0 while there is no line */
	struct sm3 digest;   /* all zeros while there is no line */
};

struct ledger_problem {
	struct position at;
	char text[200];
};

/* Opens DATA/ledger, which must exist (store.h creates it). Nothing is checked or cut yet. */
int ledger_open(const char *data, struct ledger **ret_ledger);
struct ledger *ledger_close(struct ledger *ledger); /* takes NULL, returns NULL */

/* Sets where the next line goes, after the caller has read all lines: cuts every byte behind `head`
 * (a torn tail) and removes files after it, synced. ret_cut_bytes may be NULL. */
int ledger_resume(struct ledger *ledger, const struct ledger_head *head, uint64_t *ret_cut_bytes);
struct ledger_head ledger_head(const struct ledger *ledger);

/* Adds a line to the pending batch (in memory): its digest continues the chain. Lines of one batch
 * go to one file: -EXDEV when the year differs from that of lines already pending, or is before the
 * file in use. ret_position and ret_digest (may be NULL): where it will be, and its digest. */
int ledger_add(struct ledger *ledger, int year, const char *json, size_t bytes,
	       struct position *ret_position, struct sm3 *ret_digest);
/* Undoes ledger_add back to a head taken before: the rest of the batch stays. */
void ledger_forget(struct ledger *ledger, const struct ledger_head *head);
/* Writes the pending batch and syncs it (fdatasync; a new file's directory too). 0: on disk.
 * -ENOSPC, -EDQUOT: nothing was added, the file is cut back and synced, the batch is forgotten. Any
 * other error: nobody knows what is on the disk; the ledger then refuses everything but closing,
 * with -EIO. */
int ledger_sync(struct ledger *ledger);

/* Reads lines in order from a position (year 0: the very first). `limit` is the end as known to the
 * caller (ledger_head at some moment), so that half a batch is never seen. */
struct ledger_reader {
	const struct ledger *ledger;
	struct position at;    /* of the next line */
	struct position limit; /* year 0: to the end of the files, torn tail included */
	int fd;
	int fd_year;
	struct buf buf;
	size_t used;
};
struct ledger_line {
	struct position at;
	struct sm3 digest;
	const char *json; /* valid until the next call on the reader */
	size_t bytes;
};
void ledger_reader_init(struct ledger_reader *reader, const struct ledger *ledger,
			struct position from, struct position limit);
void ledger_reader_done(struct ledger_reader *reader);
/* 1 a line; 0 the end; -EBADMSG: what stands at `at` is no line (no end, no digest, too long), with
 * a sentence; or negative errno. Digests are not checked here: ledger_link does. */
int ledger_next(struct ledger_reader *reader, struct ledger_line *ret_line,
		struct ledger_problem *reterr_problem);
/* Whether `line` continues the chain after `before`. */
int ledger_link(const struct sm3 *before, const struct ledger_line *line); /* 0, or -EBADMSG */
/* One line at a known place, into buf (cleared first). */
int ledger_read(const struct ledger *ledger, struct position at, struct buf *buf,
		struct ledger_line *ret_line);
/* A line of the pending batch, for the writer alone: valid until the next ledger_add. -ENOENT: not
 * in the batch (then it is on disk: ledger_read). */
int ledger_read_pending(const struct ledger *ledger, struct position at,
			struct ledger_line *ret_line);
uint64_t ledger_bytes(const struct ledger *ledger); /* of all files */

#endif
