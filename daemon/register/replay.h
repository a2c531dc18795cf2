/* SPDX-License-Identifier: Apache-2.0 */
/* replay.h: the ledger's lines, checked and folded into a state: at start, for a rebuild, for
 * verify. */
#ifndef OGID_REGISTER_REPLAY_H
#define OGID_REGISTER_REPLAY_H

#include "daemon/register/registry.h"

struct replay {
	const struct ledger *ledger;
	struct state_db *state;
	const struct catalogue *catalogue; /* and known_on: as in struct fold */
	int32_t known_on;
	/* Called for each entry before it is folded; NULL: nobody. A negative errno ends the
	 * replay.
	 */
	int (*before)(struct state_txn *txn, const struct event *event, void *userdata);
	void *userdata;
	struct ledger_reader reader;
	struct store_mark mark; /* what the state holds after the last commit */
	struct store_mark read; /* what has been read and folded */
	struct event *change;   /* the lines of a change that is not whole yet */
	struct position *places;
	size_t change_count, change_size;
	struct arena arena; /* of the change */
	struct ledger_problem problem;
	uint64_t problem_sequence;
};

/* limit: year 0 for all there is. */
void replay_init(struct replay *replay, const struct ledger *ledger, struct state_db *state,
		 const struct catalogue *catalogue, int32_t known_on, const struct store_mark *from,
		 struct position limit);
void replay_done(struct replay *replay);
/* Reads and folds whole changes, about `lines` lines, and commits. 1: go on; 0: the end, everything
 * whole; -EBADMSG: what follows replay->mark is no line, breaks the chain, or a change that is not
 * whole (problem says which); -EUCLEAN: a line that cannot follow; -ENOTRECOVERABLE: a
 * record of the state is damaged, so that it has to be made anew; or another negative errno. */
int replay_step(struct replay *replay, size_t lines);
/* What the live state holds; all zeros while it holds nothing. */
int replay_mark(struct registry *registry, struct store_mark *ret_mark);

#endif
