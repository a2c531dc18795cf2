/* SPDX-License-Identifier: Apache-2.0 */
/* run.h: one command from its parameters to its exit status. */
#ifndef OGID_CLIENT_RUN_H
#define OGID_CLIENT_RUN_H

#include "client/arguments.h"
#include "client/explain.h"

/* Calls the daemon and shows the answer. parameters gets a key when the method takes one and the
 * caller gave none. */
enum exit_status run_command(const struct command *command, json_t *parameters,
			     const struct globals *globals);

#endif
