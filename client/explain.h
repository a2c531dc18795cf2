/* SPDX-License-Identifier: Apache-2.0 */
/* explain.h: an error of the wire as one sentence and an exit status. */
#ifndef OGID_CLIENT_EXPLAIN_H
#define OGID_CLIENT_EXPLAIN_H

#include <jansson.h>

#include "proto/base/buf.h"

enum exit_status {
	EXIT_DONE = 0,
	EXIT_CHECK_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_FOUND = 3,
	EXIT_REFUSED = 4, /* by a rule or a sealed year */
	EXIT_NOT_PERMITTED = 5,
	EXIT_CONFLICT = 6,
	EXIT_UNREACHABLE = 7,
	EXIT_BAD_DATA = 8,
};

/* Appends what is wrong and what would be right. command: the name of the command that was run. */
enum exit_status explain_error(const char *error, json_t *parameters, const char *command,
			       struct buf *out);

#endif
