/* SPDX-License-Identifier: Apache-2.0 */
/* application.h: one application as the entries so far leave it.
 *
 * A value: it owns nothing, its texts live in an arena that the caller names. It knows no store, no
 * clock on the wall and no calendar; deadlines are computed from its clock marks (deadline.h). */
#ifndef OGID_CORE_APPLICATION_H
#define OGID_CORE_APPLICATION_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/event.h"
#include "daemon/core/number.h"

/* One thing that moved the clock. */
enum mark_kind {
	MARK_START,     /* receipt, or reopening: day 1 is the next working day (arts. 31, 33) */
	MARK_STOP,      /* correction or fee notice: no limit runs (art. 30; 109号) */
	MARK_RESTART,   /* corrected, or paid: a new limit from the next working day */
	MARK_PAUSE,     /* consultation begun (arts. 32 to 34); argument: enum waiting */
	MARK_RESUME,    /* consultation ended */
	MARK_EXTEND,    /* argument: working days (art. 33) */
	MARK_ANSWER_BY, /* argument: the date that replaces the limit (art. 35) */
	MARK_REASONS,   /* reasons asked for or given (art. 35): the clock runs on */
	MARK_COUNT
};

struct mark {
	int32_t on;
	enum mark_kind kind;
	int32_t argument;
	uint64_t sequence; /* the entry that made it */
	int32_t yuan;      /* MARK_STOP for a payment: what was asked for; else 0 */
};

#define APPLICATION_MARKS_MAX 255

struct application {
	uint64_t number;
	uint32_t version;
	enum state state;
	enum waiting waiting;
	int32_t waiting_until; /* last day of what it waits for; DATE_NONE: none. The fold sets it
				* for a correction only; deadline.h computes the others */
	enum extent extent;
	const char *reason; /* NULL: none */

	enum category category;
	const char *name, *id_number, *contact, *address, *agent; /* all but name may be NULL */

	enum channel channel;
	const char *subject;
	const char *delivery, *handler; /* may be NULL */
	int32_t submitted_on, received_on;
	int32_t decided_on; /* of the last decision, DATE_NONE while open */
	int32_t latest_on;  /* `on` of the last action that moved it; no later one may be before */

	/* What table 3 counts: the first decision only. */
	int32_t first_decided_on; /* DATE_NONE: never decided */
	const char *first_row;    /* row key: disclosed, partially_disclosed or a reason code */
	uint32_t decisions;       /* how often it was decided: more than once after reopening */

	int carried_through;   /* carried over at the end of every year from that of receipt to this
				* one; 0 or a year before the receipt: of none */
	int extensions;        /* working days granted so far; an extension is given once */
	bool correction_asked; /* art. 30: asked before */
	int fee_items;         /* items that a fee notice by item charged; 0: none */
	struct text_list warnings;
	struct mark *marks;
	size_t mark_count;
	uint64_t sequence; /* the entry that made this version: the caller's receipt */
	struct sm3 digest;
};

bool application_is_open(const struct application *application);
/* Applies an entry that has passed its checks: the fold by which the register is made.
 * `application` is zeroed before its first entry. Texts are copied into arena. Also the only place
 * that sets state, waiting and marks. -EINVAL when the entry cannot follow (a damaged ledger),
 * -ENOMEM. */
int application_apply(struct application *application, const struct event *event,
		      struct arena *arena);
void application_copy(struct application *to, const struct application *from, struct arena *arena);
/* The years at whose end it was open, as far as carried over or since decided; returns how many,
 * fills at most max. */
size_t application_carried_from(const struct application *application, int *ret_years, size_t max);
/* Copies the values of the application's own fields (category to reason) named in `bits` into set;
 * texts are borrowed from the application. */
void application_fields(const struct application *application, uint64_t bits,
			struct field_set *set);
/* Bits of the application's own fields. */
#define APPLICATION_FIELDS ((1ULL << (FIELD_REASON + 1)) - 1)
/* Masks name, numbers, contact and address: the application then points into room. Organisations'
 * names stay: they are public. */
#define MASKED_BYTES 33
struct masked {
	char name[MASKED_BYTES], agent[MASKED_BYTES], id_number[MASKED_BYTES];
	char contact[MASKED_BYTES], address[MASKED_BYTES];
};
void application_mask(struct application *application, struct masked *room);

#endif
