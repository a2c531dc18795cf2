/* SPDX-License-Identifier: Apache-2.0 */
/* problem.h: why a call cannot be done, in terms of the interface's errors. */
#ifndef OGID_CORE_PROBLEM_H
#define OGID_CORE_PROBLEM_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/names.h"

enum problem_code {
	PROBLEM_NONE,
	PROBLEM_UNKNOWN_NUMBER,     /* number */
	PROBLEM_INVALID_TRANSITION, /* number, state, waiting, action, allowed */
	PROBLEM_INVALID_FIELD,      /* field, text */
	PROBLEM_DATE_OUT_OF_ORDER,  /* field, date, not_before, not_after */
	PROBLEM_CONFLICT,           /* number, version */
	PROBLEM_KEY_REUSED,         /* text: the key */
	PROBLEM_YEAR_SEALED,        /* year */
	PROBLEM_NOT_PERMITTED,      /* the role is missing */
	PROBLEM_UNKNOWN_YEAR,       /* year */
	PROBLEM_UNKNOWN_FORM,       /* text */
	PROBLEM_UNKNOWN_CELL,       /* table, row, column in text, field, other */
	PROBLEM_YEAR_NOT_OVER,      /* year */
	PROBLEM_NOT_SEALED,         /* year */
	PROBLEM_UNKNOWN_FIGURE,     /* text: the figure; known */
	PROBLEM_UNKNOWN_CASE,       /* text: the case */
	PROBLEM_CHECKS_FAIL,        /* checks */
	PROBLEM_RELOAD_REFUSED,     /* file, line, column, text */
	PROBLEM_NO_SPACE,           /* the disk is full; nothing was changed */
	PROBLEM_OUTCOME_UNKNOWN,    /* the disk failed; ask again with the same key */
	PROBLEM_INTERNAL            /* result: negative errno; text: where */
};

struct check_list;

struct problem {
	enum problem_code code;
	int step; /* of a change of several: the step that failed, from 0; -1: a single call */
	uint64_t number;
	enum state state;
	enum waiting waiting;
	enum action action;
	uint32_t allowed; /* bits: enum action */
	uint32_t version;
	int year;
	int32_t date, not_before, not_after;
	int result;
	int line, column;
	const char *const *known; /* of the arena of the call; known_count of them */
	size_t known_count;
	const struct check_list *checks; /* of the arena of the call */
	char file[256];
	char field[64];
	char text[400];
	char other[64];
};

/* Fills and returns -EINVAL, for `return problem_field(...)`. */
int problem_field(struct problem *problem, const char *field, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int problem_date(struct problem *problem, const char *field, int32_t date, int32_t not_before,
		 int32_t not_after);

#endif
