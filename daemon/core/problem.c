/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/problem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int problem_field(struct problem *problem, const char *field, const char *format, ...)
{
	va_list arguments;

	problem->code = PROBLEM_INVALID_FIELD;
	snprintf(problem->field, sizeof(problem->field), "%s", field);
	va_start(arguments, format);
	vsnprintf(problem->text, sizeof(problem->text), format, arguments);
	va_end(arguments);
	return -EINVAL;
}

int problem_date(struct problem *problem, const char *field, int32_t date, int32_t not_before,
		 int32_t not_after)
{
	problem->code = PROBLEM_DATE_OUT_OF_ORDER;
	snprintf(problem->field, sizeof(problem->field), "%s", field);
	problem->date = date;
	problem->not_before = not_before;
	problem->not_after = not_after;
	return -EINVAL;
}
