/* SPDX-License-Identifier: Apache-2.0 */
/* command.h: one row a command: what it calls, how it is written, how its answer is shown.
 *
 * Options are not here: they are the fields of the method's input in the interface. What the client
 * alone reads (a file, a format) is a row of the command's own options. */
#ifndef OGID_CLIENT_COMMAND_H
#define OGID_CLIENT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "client/explain.h"
#include "client/print.h"

struct globals;

enum command_flag {
	COMMAND_ONCE = 1 << 0,  /* changes something and takes no key: never repeated by itself */
	COMMAND_CLOCK = 1 << 1, /* a full limit of 20 working days starts */
};

#define LOCAL_MAX 8 /* of one command */

/* An option that goes into no call. */
struct local {
	const char *option; /* "--output" */
	const char *value;  /* N_: what stands behind it, for help; NULL: a switch, nothing does */
	const char *words;  /* the only values, "text|html"; NULL: any */
	const char *about;  /* N_ */
	bool shown; /* of the output for people: refused beside --json, which is the wire's own */
};

extern const struct local check_locals[];  /* foreign.c */
extern const struct local report_locals[]; /* report_command.c */

/* Turns what was read from the command line into the call's parameters. EXIT_DONE: go on; anything
 * else ends the command with that status and a sentence. */
typedef enum exit_status prepare_call(json_t *parameters, const struct globals *globals,
				      struct buf *reterr_why);

struct command {
	const char *name;
	const char *method;     /* "org.ogid.Applications.Log" */
	const char *positional; /* fields that may stand without their option, in order */
	const char *defaults; /* "field=value", or NULL: an argument passed over when there are too
				 few */
	unsigned flags;
	const char *item; /* of a stream (called with more): absent in the closing reply; "" when
			   * the last reply is one like the others; NULL: a single reply */
	const char *done; /* N_: what has happened, for print_changed; or NULL */
	prepare_call *prepare;      /* or NULL */
	print_reply *reply;         /* shows one reply */
	print_end *end;             /* after the last reply; or NULL */
	const char *summary;        /* N_: one line */
	const char *help;           /* N_: some lines more, or NULL */
	const char *examples;       /* lines */
	const struct local *locals; /* the last row has no option; or NULL */
};

extern const struct command commands[];
extern const size_t command_count;

const struct command *command_find(const char *name); /* NULL: none */
/* "Log" of "org.ogid.Applications.Log". */
const char *command_method(const struct command *command);

/* How many local options a command has. */
size_t command_locals(const struct command *command);

#endif
