/* SPDX-License-Identifier: Apache-2.0 */
/* dispute.h: reviews (行政复议) and suits (行政诉讼) about disclosure: table 4, and by when the
 * organ answers. A case stands alone or is about an application. (`case` is a word of C, hence
 * struct dispute.)
 *
 * A value whose texts live in an arena that the caller names. */
#ifndef OGID_CORE_DISPUTE_H
#define OGID_CORE_DISPUTE_H

#include "daemon/core/catalogue.h"
#include "daemon/core/event.h"
#include "daemon/core/problem.h"
#include "daemon/core/tally.h"
#include "proto/base/buf.h"

#define DISPUTE_TEXT_BYTES      20
#define DISPUTE_CONCLUSIONS_MAX 8 /* instances */

/* A result, and the day on which it was entered: a table can be asked for as it was known then. */
struct conclusion {
	int32_t on, recorded_on;
	enum case_result result;
};

struct dispute {
	int year; /* of opening, and a serial of that year: its name is C2026-0001 */
	uint32_t serial;
	enum case_kind kind;
	enum case_procedure procedure;
	uint64_t number;                       /* of the application; 0: none */
	const char *title;                     /* NULL: none */
	int32_t opened_on, opened_recorded_on; /* opened_on: the organ received the copy */
	int32_t answered_on;                   /* DATE_NONE: not yet */
	struct conclusion conclusions[DISPUTE_CONCLUSIONS_MAX]; /* in order of entry and of `on` */
	size_t conclusion_count;
};

const char *dispute_format(const struct dispute *dispute, char text[static DISPUTE_TEXT_BYTES]);
/* "C2026-0001": -EINVAL for anything else. */
int dispute_parse(const char *text, int *ret_year, uint32_t *ret_serial);

/* Applies an entry (open, answer, conclude) that passed its checks; zeroed before its first.
 * recorded_on: the civil day of the entry's recording. -EINVAL: it cannot follow; -ENOMEM. */
int dispute_apply(struct dispute *dispute, const struct event *event, int32_t recorded_on,
		  struct arena *arena);
/* Whether an act may be done: 0, or -EINVAL with the problem. dispute NULL: OpenCase. `on` is
 * settled: not in the future, not before what is there. */
int dispute_check(const struct dispute *dispute, const struct event *event, int32_t today,
		  struct problem *reterr_problem);

/* Adds the case to a year's table 4: under its latest result of that year, or as pending when it
 * was open at the year's end (or is, while the year runs); known_on DATE_NONE: as known now. */
void dispute_count(const struct dispute *dispute, int year, int32_t known_on,
		   const struct table *table4);
/* The same for one cell: column upheld, corrected, other, pending or total. */
bool dispute_is_in(const struct dispute *dispute, int year, enum case_kind row, const char *column);
/* Whether a change of a case changes a year's table; before NULL: it was not there. */
bool dispute_differs(const struct dispute *before, const struct dispute *after, int year);
/* The last day for the organ's own answer or defence; DATE_NONE when it was sent or the case is
 * concluded, or nothing limits it. */
int32_t dispute_answer_by(const struct dispute *dispute, const struct catalogue *catalogue,
			  int32_t known_on);

/* As stored bytes, behind an XXH3-64; as record.h. */
int dispute_write(const struct dispute *dispute, struct buf *out);
int dispute_read(const void *data, size_t bytes, struct arena *arena, struct dispute *ret_dispute);

#endif
