/* SPDX-License-Identifier: Apache-2.0 */
/* books.h: a verification as the first part of a longer job: the books recounted from the entries
 * before a year is rolled up or closed on them. */
#ifndef OGID_SERVE_BOOKS_H
#define OGID_SERVE_BOOKS_H

#include "daemon/serve/jobs.h"

/* Zeroed before its first step. */
struct books {
	struct verification *verification;
	bool known; /* every line has been read and compared */
};

/* 1: go on; 0: done, from now on; or a negative errno, with the job's problem when a person can
 * help.
 */
int books_step(struct books *books, struct job *job);
bool books_are_right(const struct books *books);
/* What is wrong: {sequence, number, what}. */
json_t *books_problems_view(const struct verify_problem *problems, size_t count);
/* The same as failing checks of rule recount: sets the problem ChecksFail. 0 or -ENOMEM. */
int books_check_list(const struct books *books, struct arena *arena, struct problem *ret_problem);
void books_done(struct books *books);

#endif
