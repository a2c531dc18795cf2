/* SPDX-License-Identifier: Apache-2.0 */
/* arguments.h: the command line against the interface: every field of a method's input is an
 * option, the fields of its nested structs too; some may stand as arguments without their option.
 */
#ifndef OGID_CLIENT_ARGUMENTS_H
#define OGID_CLIENT_ARGUMENTS_H

#include <jansson.h>
#include <stdbool.h>

#include "client/command.h"
#include "proto/base/buf.h"
#include "proto/idl.h"

#define SLOT_MAX        40
#define SLOT_NAME_BYTES 64

/* One option of a command and where its value goes. */
struct slot {
	const char *group; /* the struct that it is a field of; NULL: the input itself */
	const char *name;
	const struct idl_type *type;
	bool required;
	bool positional;
	char option[SLOT_NAME_BYTES];   /* "--id-number" */
	char argument[SLOT_NAME_BYTES]; /* "ID_NUMBER" */
};

/* The options of a command in the order of the interface, but its arguments first, in their order.
 * Returns how many; at most SLOT_MAX. */
size_t slots_of(const struct command *command, struct slot slots[static SLOT_MAX]);

/* What may stand anywhere on the command line. */
struct globals {
	bool json, help, version;
	const char *language, *socket;
	/* Of the command's own options, in the order of its rows; NULL: not given; "": a switch. */
	const char *locals[LOCAL_MAX];
};

/* Takes one global option at argv[*at] and moves *at behind it. 1: taken; 0: not a global option;
 * -EINVAL with a sentence. */
int globals_take(int argc, char *const argv[], int *at, struct globals *globals,
		 struct buf *reterr_why);

/* Reads what stands behind the command. 0 with the call's parameters (unless help or version is
 * asked for), or negative errno with a sentence. */
int arguments_read(const struct command *command, int argc, char *const argv[],
		   struct globals *globals, json_t **ret_parameters, struct buf *reterr_why);

#endif
