/* SPDX-License-Identifier: Apache-2.0 */
/* event.h: one entry of the ledger: who did what to which application, the day it took effect, the
 * moment it was recorded, the values it set and the values they replaced. A value; its texts belong
 * to whoever made it. */
#ifndef OGID_CORE_EVENT_H
#define OGID_CORE_EVENT_H

#include <stdint.h>

#include "daemon/core/field.h"
#include "daemon/core/names.h"
#include "proto/base/sm3.h"

#define EVENT_KEY_MAX 128 /* bytes of a caller's key */

struct event {
	uint64_t sequence; /* from 1, without gaps, through all years */
	enum action action;
	uint64_t number;       /* 0: about no application */
	uint32_t version;      /* of the application after it; 0: it made none (reveal) */
	int32_t on;            /* the day it took effect */
	int64_t recorded_usec; /* the moment it was entered */
	const char *actor;     /* the user's name */
	uint32_t uid;
	uint32_t part, of; /* the part-th line of a change of `of` lines; both from 1 */
	const char *key;   /* the caller's name for the change; NULL */
	struct sm3 call;   /* with key: digest of the call, to know a repetition from a misuse */
	struct field_set fields; /* what it sets, and its own parameters */
	struct field_set was;    /* the values that it replaced */
	struct sm3 digest;       /* of its line; not part of the line */
};

#endif
