/* SPDX-License-Identifier: Apache-2.0 */
/* params.h: a call's parameters as the register's values.
 *
 * They fit the interface already; what is checked here is what the interface cannot say: dates,
 * numbers, lengths, characters. Texts are copied into the arena. Every function returns 0, -EINVAL
 * with the problem, or -ENOMEM. A parameter that is absent or null leaves its value as it says. */
#ifndef OGID_SERVE_PARAMS_H
#define OGID_SERVE_PARAMS_H

#include <jansson.h>

#include "daemon/core/filter.h"
#include "daemon/core/workflow.h"

/* 0 when absent. */
int params_number(const json_t *parameters, const char *key, uint64_t *ret_number,
		  struct problem *reterr_problem);
/* DATE_NONE when absent. */
int params_date(const json_t *parameters, const char *key, int32_t *ret_date,
		struct problem *reterr_problem);
/* As params_date, and not later than `today`. */
int params_past(const json_t *parameters, const char *key, int32_t today, int32_t *ret_date,
		struct problem *reterr_problem);
/* Between min and max; `otherwise` when absent. */
int params_int(const json_t *parameters, const char *key, int64_t min, int64_t max,
	       int64_t otherwise, int64_t *ret_value, struct problem *reterr_problem);
/* NULL when absent. */
int params_text(const json_t *parameters, const char *key, struct arena *arena,
		const char **ret_text, struct problem *reterr_problem);
/* The reason that is kept for ever; NULL when absent. */
int params_why(const json_t *parameters, struct arena *arena, const char **ret_why,
	       struct problem *reterr_problem);
/* The caller's name for a change: 1 to 128 bytes; NULL when absent. */
int params_key(const json_t *parameters, struct arena *arena, const char **ret_key,
	       struct problem *reterr_problem);
/* Everything when absent. */
int params_filter(const json_t *parameters, struct arena *arena, struct filter *ret_filter,
		  struct problem *reterr_problem);
/* What a call of the action's method wants done. */
int params_intent(const json_t *parameters, enum action action, struct arena *arena,
		  struct intent *ret_intent, struct problem *reterr_problem);

#endif
