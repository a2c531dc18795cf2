/* SPDX-License-Identifier: Apache-2.0 */
/* dispatch.h: every method of the interfaces, one row each, and what happens before its function.
 */
#ifndef OGID_SERVE_DISPATCH_H
#define OGID_SERVE_DISPATCH_H

#include "daemon/core/names.h"
#include "daemon/register/register.h"
#include "daemon/serve/request.h"

enum method_kind {
	METHOD_READ,   /* quick, on the loop */
	METHOD_WRITE,  /* through the writer */
	METHOD_WALK,   /* in steps on the pool (jobs.h) */
	METHOD_WATCH,  /* ends only with its session */
	METHOD_ABSENT, /* of the interface, but not there yet */
};

struct method {
	const char *name; /* qualified */
	uint32_t roles;   /* any of these; 0: those of its action in workflow_table */
	enum method_kind kind;
	bool needs_more;
	enum action action; /* that it enters, act_start's; ACTION_COUNT: none */
	const char *unless; /* of a reading method: true in this parameter makes it a write */
	/* Sees to an answer, now or later. -EINVAL with the problem, or another negative errno: the
	 * caller answers. */
	int (*start)(struct request *request, struct problem *reterr_problem);
	/* Of a write: the same, once the change is done. change is borrowed. */
	int (*answer)(struct request *request, struct change *change,
		      struct problem *reterr_problem);
};

/* NULL: not ours. */
const struct method *method_find(const char *qualified);
uint32_t method_roles(const struct method *method);

/* When a call has come in: the interface's say. What does not fit is answered here. */
void dispatch_check(struct request *request);
/* When its turn has come: roles, then its function. */
void dispatch_start(struct request *request);
/* When the writer is done with its change. */
void dispatch_answer(struct request *request, struct change *change);

#endif
