/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/books.h"

#include <errno.h>
#include <stdio.h>

#include "daemon/serve/view.h"

int books_step(struct books *books, struct job *job)
{
	uint64_t checked, of;

	if (books->known) {
		return 0;
	}
	if (books->verification == NULL) {
		int r = verification_new(job->registry, 0, &books->verification);

		if (r == -EBUSY) {
			snprintf(job->problem.text, sizeof(job->problem.text),
				 "%d verifications are under way; ask again when one has ended",
				 VERIFICATIONS_MAX);
			job->problem.code = PROBLEM_INTERNAL;
			job->problem.result = r;
		}
		return r < 0 ? r : 1;
	}
	int r = verification_step(books->verification, &checked, &of);
	books->known = r == 0;
	return r;
}

bool books_are_right(const struct books *books)
{
	const struct verify_problem *problems;

	return verification_problems(books->verification, &problems) == 0;
}

static json_t *problem_view(const struct verify_problem *problem)
{
	json_t *object = json_object();

	view_set(&object, "sequence",
		 problem->sequence != 0 ? json_integer((json_int_t)problem->sequence)
					: json_null());
	view_set(&object, "number",
		 problem->number != 0 ? view_number(problem->number) : json_null());
	view_set(&object, "what", json_string(problem->what));
	return object;
}

json_t *books_problems_view(const struct verify_problem *problems, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		view_append(&array, problem_view(&problems[i]));
	}
	return array;
}

int books_check_list(const struct books *books, struct arena *arena, struct problem *ret_problem)
{
	const struct verify_problem *problems;
	size_t count = verification_problems(books->verification, &problems);
	struct check_list *checks = arena_alloc(arena, sizeof(*checks));

	if (checks == NULL) {
		return -ENOMEM;
	}
	check_list_init(checks, arena);
	for (size_t i = 0; i < count; i++) {
		uint64_t *number = arena_alloc(arena, sizeof(*number));

		if (number == NULL) {
			return -ENOMEM;
		}
		*number = problems[i].number;
		check_add(checks, &(struct check){
					  .rule = "recount",
					  .table = "table3",
					  .detail = arena_strdup(arena, problems[i].what),
					  .cases = number,
					  .case_count = problems[i].number != 0,
				  });
	}
	ret_problem->code = PROBLEM_CHECKS_FAIL;
	ret_problem->step = -1;
	ret_problem->checks = checks;
	return arena->failed ? -ENOMEM : 0;
}

void books_done(struct books *books)
{
	books->verification = verification_free(books->verification);
}
