/* SPDX-License-Identifier: Apache-2.0 */
/* words.h: the names on the wire as words of the user's language, one table. */
#ifndef OGID_CLIENT_WORDS_H
#define OGID_CLIENT_WORDS_H

#include <stddef.h>

enum word_group {
	WORD_NONE,
	WORD_STATE,
	WORD_WAITING,
	WORD_CATEGORY,
	WORD_COLUMN, /* short, for the head of table 3; '|' parts its lines */
	WORD_CHANNEL,
	WORD_EXTENT,
	WORD_REASON,
	WORD_ROW,     /* rows of table 3 that are no reason */
	WORD_HEADING, /* groups of rows of table 3 */
	WORD_ANSWER,
	WORD_BASIS,
	WORD_ACTION, /* the kinds of entries, done */
	WORD_LIGHT,
	WORD_EFFECT, /* steps of a deadline's count */
	WORD_STATUS, /* of a report */
	WORD_RULE,
	WORD_CASE,
	WORD_CASE_COLUMN, /* short, for the head of table 4 */
	WORD_RESULT,
	WORD_PROCEDURE, /* of a review or suit */
	WORD_ROLE,
	WORD_ENDING, /* how a refusal ends: the part of its reason before the dot */
	WORD_TABLE,
	WORD_DUE,       /* what falls due */
	WORD_WARNING,   /* by the code that a warning begins with */
	WORD_BEGINNING, /* of such a sentence that goes on with figures; the word is a whole one */
	WORD_SENTENCE,  /* what the daemon says of a field; name and word are the same */
};

/* The word for a name, or the name itself when the group has none for it. Never NULL. */
const char *word_of(enum word_group group, const char *name);
/* The word for a row or column of a table. */
const char *word_of_row(const char *table, const char *row);
const char *word_of_column(const char *table, const char *column);
/* The name that a person meant: the name itself, with hyphens for underscores, or its word in the
 * user's language. NULL: none of the group. */
const char *word_name(enum word_group group, const char *text);
/* The index-th name of a group, or NULL behind the last. */
const char *word_at(enum word_group group, size_t index);

#endif
