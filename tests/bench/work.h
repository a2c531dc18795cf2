/* SPDX-License-Identifier: Apache-2.0 */
/* work.h: the requests of the load generator: made beforehand, so that sending one is a copy. */
#ifndef OGID_BENCH_WORK_H
#define OGID_BENCH_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/buf.h"

#define WORK_NUMBER_BYTES 20

enum work_kind {
	WORK_LOG,     /* a new application of some 450 bytes, with a key of its own */
	WORK_MIX,     /* log, decide and get it again, in turn */
	WORK_GET,     /* one application of all, at random */
	WORK_BACKLOG, /* the 50 that press most, with their records: one stream counts as one */
	WORK_REPORT,  /* a year's report, counted anew */
	WORK_RAW,     /* so many bytes and a NUL, for a server that knows no Varlink */
	WORK_COUNT
};

extern const char *const work_names[WORK_COUNT];

struct work_options {
	const char *numbers; /* YEAR:COUNT,... of the register: for get */
	int year;            /* of the report */
	size_t raw_bytes;
	uint64_t seed;
};

/* The requests of one kind of work, and what makes each different. */
struct work {
	enum work_kind kind;
	char *bytes;     /* owned: all requests, one behind the other */
	size_t *offsets; /* owned: count + 1 of them */
	size_t count, next;
	size_t key_offset; /* in each request: where its key's last 16 digits are; 0: no key */
	size_t who_offset; /* and nine digits of the applicant's number */
	uint64_t run;      /* what makes the keys of this run its own */
	uint64_t keys;     /* given out so far */
	uint64_t random;
};

/* What one place in a client's pipeline goes on with: only a mix needs to know. */
struct work_turn {
	int step; /* 0 log, 1 decide, 2 get */
	char number[WORK_NUMBER_BYTES];
};

/* WORK_COUNT when there is none of that name. */
enum work_kind work_find(const char *name, size_t bytes);
/* 0, -ENOMEM, or -EINVAL: the options lack what this work needs. */
int work_init(struct work *work, enum work_kind kind, const struct work_options *options);
void work_done(struct work *work);
/* Appends the next request, its NUL included. */
int work_put(struct work *work, const struct work_turn *turn, struct buf *out);
/* Looks at the last reply to a request and moves the turn on. */
void work_take(const struct work *work, struct work_turn *turn, const char *reply, size_t bytes);

#endif
