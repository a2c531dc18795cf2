/* SPDX-License-Identifier: Apache-2.0 */
/* workflow.h: what the law says of the process, as one table: which action from where, by whom, to
 * what. Pure. The table is printed by a test and compared with a golden file. */
#ifndef OGID_CORE_WORKFLOW_H
#define OGID_CORE_WORKFLOW_H

#include "daemon/core/application.h"
#include "daemon/core/catalogue.h"
#include "daemon/core/problem.h"

/* Where an action may start. */
enum from { FROM_NOTHING, FROM_OPEN, FROM_DECIDED, FROM_ANY };

struct transition {
	enum from from;
	uint32_t waiting;            /* bits: enum waiting that it may start from */
	int state_after;             /* enum state, or -1: same */
	int waiting_after;           /* enum waiting, or -1: same, or -2: by the call (Consult) */
	uint32_t roles;              /* any of these */
	bool moves;                  /* moves the application: its date orders with the others' */
	uint64_t required, optional; /* fields of the call, bits: enum field; `on` is apart */
};

extern const struct transition workflow_table[ACTION_ACTS];

/* What the caller asks for: one action on one application. */
struct intent {
	enum action action;
	uint64_t number;         /* 0 for a Log that takes the next number */
	int32_t on;              /* DATE_NONE: today */
	struct field_set fields; /* borrowed texts */
	uint32_t version;        /* 0: not given */
};

struct workflow_context {
	const struct catalogue *catalogue;
	int32_t today;
	uint32_t roles;
	struct arena *arena; /* for what the event needs beyond the intent's texts */
};

/* May it be done, and what then? Check, then apply: this checks and writes the event's number, on,
 * action, fields and was (not its sequence, times, actor and digests); application_apply does it.
 * application is NULL for Log. event->number of a Log without a number stays 0. 0, or -EINVAL with
 * the problem, or -ENOMEM. Warnings that the act earns are put into event->fields. */
int workflow_check(const struct workflow_context *context, const struct application *application,
		   const struct intent *intent, struct event *ret_event,
		   struct problem *reterr_problem);
/* The part of workflow_check that is each action's own (workflow_check.c); `on` is settled. NULL:
 * none. */
typedef int workflow_check_action(const struct workflow_context *context,
				  const struct application *application,
				  const struct intent *intent, struct event *event,
				  struct problem *reterr_problem);
extern workflow_check_action *const workflow_checks[ACTION_ACTS];
workflow_check_action workflow_check_amend; /* workflow_amend.c */
/* Adds a warning to the event: a code, a colon and what it is about, never localised. */
int workflow_warn(const struct workflow_context *context, struct event *event, const char *format,
		  ...) __attribute__((format(printf, 3, 4)));
/* Bits of the actions that the state (not the roles) allows now. */
uint32_t workflow_allowed(const struct application *application);

#endif
