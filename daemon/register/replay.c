/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/register/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/entry.h"

#define CHANGE_LINES_MAX (1024 * 1024)

void replay_init(struct replay *replay, const struct ledger *ledger, struct state_db *state,
		 const struct catalogue *catalogue, int32_t known_on, const struct store_mark *from,
		 struct position limit)
{
	*replay = (struct replay){ .ledger = ledger,
				   .state = state,
				   .catalogue = catalogue,
				   .known_on = known_on,
				   .mark = *from,
				   .read = *from };
	ledger_reader_init(&replay->reader, ledger, from->head.end, limit);
}

void replay_done(struct replay *replay)
{
	ledger_reader_done(&replay->reader);
	arena_done(&replay->arena);
	free(replay->change);
	free(replay->places);
	replay->change = NULL;
	replay->places = NULL;
}

static int replay_fail(struct replay *replay, struct position at, uint64_t sequence,
		       const char *text, int result)
{
	replay->problem.at = at;
	replay->problem_sequence = sequence;
	if (text != replay->problem.text) {
		snprintf(replay->problem.text, sizeof(replay->problem.text), "%s", text);
	}
	return result;
}

static int change_keep(struct replay *replay, const struct event *event, struct position at)
{
	if (replay->change_count == replay->change_size) {
		size_t size = replay->change_size * 2 + 8;
		struct event *events = realloc(replay->change, sizeof(*events) * size);
		struct position *places;

		if (events == NULL) {
			return -ENOMEM;
		}
		replay->change = events;
		places = realloc(replay->places, sizeof(*places) * size);
		if (places == NULL) {
			return -ENOMEM;
		}
		replay->places = places;
		replay->change_size = size;
	}
	replay->change[replay->change_count] = *event;
	replay->places[replay->change_count++] = at;
	return 0;
}

/* Reads one line: its link, its JSON, its place in its change. 1 a line, 0 the end. */
static int line_read(struct replay *replay, struct store_mark *at)
{
	struct ledger_line line;
	struct event event;
	char why[200];
	int r = ledger_next(&replay->reader, &line, &replay->problem);

	if (r == -EBADMSG) {
		return replay_fail(replay, replay->problem.at, at->sequence + 1,
				   replay->problem.text, r);
	}
	if (r <= 0) {
		return r;
	}
	if (ledger_link(&at->head.digest, &line) < 0) {
		return replay_fail(replay, line.at, at->sequence + 1,
				   "the digest does not continue the chain", -EBADMSG);
	}
	r = entry_read(line.json, line.bytes, &replay->arena, &event, why);
	if (r < 0) {
		return r == -EBADMSG ? replay_fail(replay, line.at, at->sequence + 1, why, -EUCLEAN)
				     : r;
	}
	event.digest = line.digest;
	if (event.sequence != at->sequence + 1 || event.part != replay->change_count + 1 ||
	    event.of > CHANGE_LINES_MAX ||
	    (replay->change_count > 0 && event.of != replay->change[0].of)) {
		return replay_fail(replay, line.at, at->sequence + 1,
				   "the sequence or the part is not the one that follows",
				   -EUCLEAN);
	}
	at->sequence = event.sequence;
	at->head.digest = line.digest;
	at->head.end = replay->reader.at;
	r = change_keep(replay, &event, line.at);
	return r < 0 ? r : 1;
}

/* Folds the change that is now whole. */
static int change_fold(struct replay *replay, struct state_txn *txn, const struct store_mark *at)
{
	struct fold fold = { txn, replay->catalogue, replay->known_on };
	int r = 0;

	for (size_t i = 0; r == 0 && i < replay->change_count; i++) {
		if (replay->before != NULL) {
			r = replay->before(txn, &replay->change[i], replay->userdata);
		}
		r = r < 0 ? r : fold_event(&fold, &replay->change[i], replay->places[i]);
		if (r == -EUCLEAN) {
			replay_fail(replay, replay->places[i], replay->change[i].sequence,
				    "the entry cannot follow those before it", r);
		} else if (r == -EBADMSG) {
			r = -ENOTRECOVERABLE;
		}
	}
	replay->change_count = 0;
	arena_done(&replay->arena);
	replay->arena = (struct arena){ 0 };
	replay->read = *at;
	return r;
}

static int lines_fold(struct replay *replay, struct state_txn *txn, size_t lines)
{
	struct store_mark at = replay->read;

	for (size_t i = 0; i < lines || replay->change_count > 0; i++) {
		int r = line_read(replay, &at);

		if (r == 0 && replay->change_count > 0) {
			return replay_fail(replay, replay->places[0], replay->change[0].sequence,
					   "a change is not whole: its last lines are missing",
					   -EBADMSG);
		}
		if (r <= 0) {
			return r;
		}
		if (replay->change_count == replay->change[0].of) {
			r = change_fold(replay, txn, &at);
			if (r < 0) {
				return r;
			}
		}
	}
	return 1;
}

int replay_step(struct replay *replay, size_t lines)
{
	struct state_txn txn;
	int r = state_begin(replay->state, true, &txn), done;

	if (r < 0) {
		return r;
	}
	done = lines_fold(replay, &txn, lines);
	/* the whole changes before a bad line stay */
	r = replay->read.sequence > replay->mark.sequence ? store_write_mark(&txn, &replay->read)
							  : 0;
	if (r == 0 && txn.error == 0) {
		r = state_commit(&txn);
	} else {
		r = txn.error < 0 ? txn.error : r;
		state_abort(&txn);
	}
	if (r == 0) {
		replay->mark = replay->read;
	}
	return r < 0 ? r : done;
}

int replay_mark(struct registry *registry, struct store_mark *ret_mark)
{
	struct state_txn txn;
	int r = state_begin(registry->store->state, false, &txn);

	if (r < 0) {
		return r;
	}
	*ret_mark = (struct store_mark){ 0 };
	r = store_read_mark(&txn, ret_mark);
	state_abort(&txn);
	return r == -ENOENT ? 0 : r;
}
