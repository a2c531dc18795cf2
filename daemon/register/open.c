/* SPDX-License-Identifier: Apache-2.0 */
/* Opening: what the state lacks is read from the ledger, and what a crash left of an unfinished
 * batch is cut. A batch is synced before the next one is written, so only lines of one moment can
 * be torn; anything else that is wrong is damage, and is not cut but named. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/load/load.h"
#include "daemon/register/replay.h"
#include "daemon/store/entry.h"
#include "proto/base/date.h"

#define REPLAY_LINES 2000 /* a step, and a commit */

int32_t registry_today(const struct registry *registry)
{
	return registry->today != DATE_NONE
		       ? registry->today
		       : moment_date(moment_now(),
				     registry->catalogue->settings.utc_offset_minutes);
}

const struct catalogue *registry_catalogue(const struct registry *registry)
{
	return registry->catalogue;
}

/* Whether what follows a bad line may be the rest of one unsynced batch: every line behind it that
 * can still be read was entered at one moment. */
static bool tail_is_one_batch(const struct ledger *ledger, struct position bad)
{
	struct ledger_reader reader;
	struct ledger_line line;
	struct ledger_problem problem;
	int64_t moment = 0;
	bool one = true;
	int r;

	ledger_reader_init(&reader, ledger, bad, (struct position){ 0 });
	while (one && (r = ledger_next(&reader, &line, &problem)) > 0) {
		struct arena arena = { 0 };
		struct event event;
		char why[200];

		if (entry_read(line.json, line.bytes, &arena, &event, why) == 0) {
			one = moment == 0 || moment == event.recorded_usec;
			moment = event.recorded_usec;
		}
		arena_done(&arena);
	}
	ledger_reader_done(&reader);
	return one;
}

/* The state must not know more than the ledger holds. */
static int mark_check(struct registry *registry, const struct store_mark *mark,
		      char reterr_why[static 400])
{
	struct state_txn txn;
	struct event event;
	struct arena arena = { 0 };
	int r = state_begin(registry->store->state, false, &txn);

	if (r < 0) {
		return r;
	}
	r = mark->sequence == 0 ? 0 : ask_entry(registry, &txn, mark->sequence, &arena, &event);
	if (r == 0 && mark->sequence > 0 &&
	    memcmp(&event.digest, &mark->head.digest, sizeof(event.digest)) != 0) {
		r = -EUCLEAN;
	}
	state_abort(&txn);
	arena_done(&arena);
	if (r < 0 && r != -ENOMEM) {
		snprintf(reterr_why, 400,
			 "the ledger was cut or replaced: the state knows %llu entries, and the "
			 "ledger does not hold the last of them; put the right ledger files back, "
			 "or, "
			 "when they are right, move the directory state away and start again",
			 (unsigned long long)mark->sequence);
		return -EUCLEAN;
	}
	return r;
}

static int replay_all(struct replay *replay, const struct registry_options *options)
{
	int r;

	do {
		r = replay_step(replay, REPLAY_LINES);
		if (options->progress != NULL) {
			options->progress(replay->mark.sequence, options->userdata);
		}
	} while (r > 0);
	return r;
}

static int recover(struct registry *registry, const struct registry_options *options,
		   struct registry_start *start, char reterr_why[static 400])
{
	struct store *store = registry->store;
	struct store_mark mark = { 0 };
	struct replay replay;
	int r = replay_mark(registry, &mark);

	if (r < 0) {
		return r;
	}
	r = mark_check(registry, &mark, reterr_why);
	if (r < 0) {
		return r;
	}
	replay_init(&replay, store->ledger, store->state, registry->catalogue,
		    registry_today(registry), &mark, (struct position){ 0 });
	r = replay_all(&replay, options);
	start->applied = replay.mark.sequence - mark.sequence;
	if (r == -EBADMSG && !tail_is_one_batch(store->ledger, replay.mark.head.end)) {
		r = -EUCLEAN;
	}
	if (r == -EBADMSG) {
		r = 0;
	} else if (r < 0 && r != -ENOTRECOVERABLE) {
		snprintf(reterr_why, 400,
			 "the ledger is damaged: %d.ledger, byte %llu, entry %llu: %s; nothing was "
			 "changed; restore this file from a copy",
			 replay.problem.at.year, (unsigned long long)replay.problem.at.offset,
			 (unsigned long long)replay.problem_sequence,
			 r == -EUCLEAN ? replay.problem.text : strerror(-r));
	}
	if (r == 0) {
		r = ledger_resume(store->ledger, &replay.mark.head, &start->torn_bytes);
	}
	replay_done(&replay);
	return r;
}

struct opening {
	struct registry *registry;
	int32_t today;
};

static int due_write(struct state_txn *txn, void *userdata)
{
	struct opening *opening = userdata;

	return due_ensure(opening->registry, txn, opening->today);
}

static int due_open(struct registry *registry)
{
	struct opening opening = { registry, registry_today(registry) };
	int r = write_whole(registry->store->state, due_write, &opening);

	if (r == 0) {
		registry->due_day = opening.today;
	}
	return r;
}

static int state_usable(struct registry *registry, struct registry_start *start,
			char reterr_why[static 400])
{
	bool usable;
	int r = store_open_state(registry->store, &usable, reterr_why);

	if (r == 0 && !usable) {
		start->rebuilt = true;
		snprintf(start->because, sizeof(start->because), "%s", reterr_why);
		reterr_why[0] = '\0';
	}
	return r;
}

int registry_open(const struct registry_options *options, struct registry **ret_registry,
		  struct registry_start *ret_start, char reterr_why[static 400])
{
	struct registry *registry = calloc(1, sizeof(*registry));
	int r = registry == NULL ? -ENOMEM : 0;

	memset(ret_start, 0, sizeof(*ret_start));
	reterr_why[0] = '\0';
	if (r == 0) {
		registry->catalogue = options->catalogue;
		registry->configuration = options->configuration;
		registry->today = options->today;
		registry->due_day = DATE_NONE;
		r = store_open(options->data, &registry->store, reterr_why);
	}
	if (r == 0) {
		registry->store->map_bytes = options->map_bytes;
		r = store_remove_scratches(registry->store);
	}
	if (r == 0) {
		r = state_usable(registry, ret_start, reterr_why);
	}
	if (r == 0) {
		r = recover(registry, options, ret_start, reterr_why);
	}
	if (r == -ENOTRECOVERABLE && !ret_start->rebuilt) {
		/* a record of the state is damaged: the ledger has it all */
		ret_start->rebuilt = true;
		snprintf(ret_start->because, sizeof(ret_start->because), "a record is damaged");
		reterr_why[0] = '\0';
		r = store_reset_state(registry->store);
		if (r == 0) {
			r = recover(registry, options, ret_start, reterr_why);
		}
	}
	if (r == 0) {
		r = due_open(registry);
	}
	if (r < 0) {
		if (reterr_why[0] == '\0') {
			snprintf(reterr_why, 400, "%s could not be opened: %s", options->data,
				 strerror(-r));
		}
		if (registry != NULL) {
			store_close(registry->store);
			free(registry);
		}
		return r;
	}
	ret_start->rebuilt = ret_start->rebuilt && ret_start->applied > 0;
	*ret_registry = registry;
	return 0;
}

struct registry *registry_close(struct registry *registry)
{
	if (registry != NULL) {
		if (!registry->failed) {
			store_checkpoint(registry->store, true);
		}
		store_close(registry->store);
		for (size_t i = 0; i < registry->loaded_count; i++) {
			catalogue_free(registry->loaded[i]);
		}
		free(registry);
	}
	return NULL;
}

int registry_checkpoint(struct registry *registry)
{
	return registry->failed ? -EIO : store_checkpoint(registry->store, false);
}

int registry_status(struct registry *registry, struct status *ret_status)
{
	struct status status = { 0 };
	struct store_mark mark = { 0 };
	struct state_cursor cursor;
	struct bytes key, value;
	struct state_txn txn;
	int r = state_begin(registry->store->state, false, &txn);

	if (r < 0) {
		return r;
	}
	if (store_read_mark(&txn, &mark) == 0) {
		status.sequence = mark.sequence;
		status.digest = mark.head.digest;
	}
	status.applications = state_count(&txn, TABLE_APPLICATIONS);
	status.open = state_count(&txn, TABLE_OPEN);
	r = state_cursor_open(&txn, TABLE_COUNTERS, &cursor);
	if (r == 0) {
		r = state_cursor_seek(&cursor, NULL, 0, &key, &value);
		status.first_year = r > 0 ? (int)state_load_u32(key.data) : 0;
		state_cursor_close(&cursor);
	}
	if (r >= 0) {
		r = publish_sealed_years(&txn, status.sealed_years, &status.sealed_count);
	}
	state_abort(&txn);
	status.store_bytes =
		ledger_bytes(registry->store->ledger) + state_used_bytes(registry->store->state);
	status.store_limit_bytes = state_map_bytes(registry->store->state);
	*ret_status = status;
	return r < 0 ? r : 0;
}
