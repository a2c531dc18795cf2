/* SPDX-License-Identifier: Apache-2.0 */
/* field.h: the fields of an entry, one row each: its name on the wire and in the ledger, its type,
 * its limits. An entry carries any set of them; what they mean is the action's. */
#ifndef OGID_CORE_FIELD_H
#define OGID_CORE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/arena.h"

enum field {
	/* the application's own */
	FIELD_CATEGORY,
	FIELD_NAME,
	FIELD_ID_NUMBER,
	FIELD_CONTACT,
	FIELD_ADDRESS,
	FIELD_AGENT,
	FIELD_CHANNEL,
	FIELD_SUBJECT,
	FIELD_DELIVERY,
	FIELD_HANDLER,
	FIELD_SUBMITTED_ON,
	FIELD_RECEIVED_ON,
	FIELD_DECIDED_ON,
	FIELD_STATE,
	FIELD_WAITING,
	FIELD_WAITING_UNTIL,
	FIELD_EXTENT,
	FIELD_REASON,
	/* what an action says besides */
	FIELD_REPLY_BY,
	FIELD_ITEMS,
	FIELD_REASONABLE,
	FIELD_ANSWER_BY,
	FIELD_WHOM,
	FIELD_WHOM_NAME, /* "name" of Consult; "whom_name" in the ledger */
	FIELD_ANSWER,
	FIELD_WORKING_DAYS,
	FIELD_APPROVED_BY,
	FIELD_BASIS,
	FIELD_QUANTITY,
	FIELD_ITEMS_BEFORE, /* the applicant's items of the month before this notice */
	FIELD_AMOUNT_YUAN,
	FIELD_EARLIER,
	FIELD_NOTE,
	FIELD_TEXT,
	FIELD_WHY,
	FIELD_YEAR,
	FIELD_WARNINGS,
	/* of what is about no application */
	FIELD_FIGURE,
	FIELD_VALUE,
	FIELD_CASE,
	FIELD_KIND,
	FIELD_PROCEDURE,
	FIELD_TITLE,
	FIELD_RESULT,
	FIELD_ORGAN,
	FIELD_FORM,
	FIELD_REVISION,
	FIELD_FIRST_SEQUENCE, /* what a snapshot or seal covers */
	FIELD_LAST_SEQUENCE,
	FIELD_APPLICATIONS,
	FIELD_HEAD,     /* digest of the last entry covered */
	FIELD_TABLES,   /* digest of the lines of FIELD_ROWS */
	FIELD_PREVIOUS, /* digest of the seal before */
	FIELD_ROWS,     /* the tables, a line a row (statement.h) */
	FIELD_CHANGED,  /* by a restatement, a line a cell */
	FIELD_SIGNATURE,
	FIELD_PUBLIC_KEY,
	FIELD_COUNT
};

enum field_type {
	FIELD_TYPE_TEXT, /* value.text */
	FIELD_TYPE_DATE, /* value.number: a date */
	FIELD_TYPE_INT,  /* value.number */
	FIELD_TYPE_BOOL, /* value.number: 0 or 1 */
	FIELD_TYPE_NAME, /* value.number: index into names */
	FIELD_TYPE_LIST, /* value.list */
};

struct field_info {
	const char *name;
	enum field_type type;
	const char *const *names; /* FIELD_TYPE_NAME */
	int max;                  /* TEXT: code points, LIST: entries, INT: the largest value */
	bool multiline;           /* TEXT: \n and \t allowed */
	bool personal;            /* masked unless revealed; never in a log */
};

extern const struct field_info field_table[FIELD_COUNT];

struct text_list {
	const char *const *texts;
	size_t count;
};

union field_value {
	const char *text;
	int64_t number;
	const struct text_list *list;
};

/* A set of fields, each absent, null or with a value. Texts are borrowed from whoever made the set.
 */
struct field_set {
	uint64_t present; /* bit = enum field; null ones too */
	uint64_t null;
	union field_value values[FIELD_COUNT];
};

static inline bool field_has(const struct field_set *set, enum field field)
{
	return (set->present >> field & 1) != 0;
}

/* Present and not null. */
static inline bool field_given(const struct field_set *set, enum field field)
{
	return ((set->present & ~set->null) >> field & 1) != 0;
}

void field_set_null(struct field_set *set, enum field field);
void field_set_text(struct field_set *set, enum field field, const char *text); /* NULL: null */
/* DATE, INT, BOOL and NAME. DATE_NONE, WAITING_NONE and EXTENT_NONE become null. */
void field_set_number(struct field_set *set, enum field field, int64_t number);
void field_set_list(struct field_set *set, enum field field, const struct text_list *list);
const char *field_text(const struct field_set *set, enum field field); /* NULL unless given */
int64_t field_number(const struct field_set *set, enum field field, int64_t otherwise);
/* FIELD_COUNT when there is none of that name. */
enum field field_find(const char *name);
/* NULL when the value may be stored, else a static sentence of what is wrong. */
const char *field_problem(enum field field, union field_value value);
/* Copies values into arena. */
void field_set_copy(struct field_set *to, const struct field_set *from, struct arena *arena);

#endif
