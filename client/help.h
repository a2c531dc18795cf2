/* SPDX-License-Identifier: Apache-2.0 */
/* help.h: what --help prints. */
#ifndef OGID_CLIENT_HELP_H
#define OGID_CLIENT_HELP_H

#include <stdio.h>

#include "client/command.h"

void help_overview(FILE *to);
/* Usage, arguments, options with their types from the interface, examples; on standard output. */
void help_command(const struct command *command);

#endif
