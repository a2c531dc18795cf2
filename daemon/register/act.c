/* SPDX-License-Identifier: Apache-2.0 */
/* The write path. Each change is worked out as a draft in memory: every check of every step passes
 * before anything is written. Then its lines join the ledger's pending batch and are folded into
 * the state's transaction. One sync puts the batch on disk, the transaction is committed, and only
 * then do the callers have their answers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "daemon/store/entry.h"
#include "proto/base/date.h"

int problem_internal(struct problem *problem, const char *where, int result)
{
	problem->code = PROBLEM_INTERNAL;
	problem->result = result;
	snprintf(problem->text, sizeof(problem->text), "%s", where);
	return result;
}

/* ---- one change ---- */

/* The application that each intent was about: for Log the one that it made. */
static int answers_fill(struct draft *draft)
{
	struct change *change = draft->change;
	size_t event = 0;

	change->applications = arena_alloc(&change->arena, sizeof(*change->applications) *
								   (change->intent_count + 1));
	if (change->applications == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < change->intent_count; i++) {
		uint64_t number = change->intents[i].number;
		struct application *application;

		if (change->intents[i].action >= ACTION_ACTS) {
			continue;
		}
		if (change->intents[i].action == ACTION_LOG) {
			while (change->events[event].action != ACTION_LOG) {
				event++;
			}
			number = change->events[event++].number;
		}
		if (draft_find(draft, number, &application) < 0) {
			return -EIO;
		}
		change->applications[i] = *application;
		ask_finish(draft->registry, &change->applications[i]);
	}
	return 0;
}

static int change_write(struct draft *draft)
{
	struct change *change = draft->change;
	struct fold fold = { draft->txn, draft->registry->catalogue, draft->today };
	struct ledger *ledger = draft->registry->store->ledger;
	int year = date_year(moment_date(draft->now_usec,
					 draft->registry->catalogue->settings.utc_offset_minutes));
	struct buf line;
	int r = 0;

	if (year < ledger_head(ledger).end.year) {
		/* the clock was set back over a new year: the chain goes on where it is */
		year = ledger_head(ledger).end.year;
	}
	buf_init(&line, LEDGER_LINE_MAX_BYTES);
	for (size_t i = 0; r == 0 && i < change->event_count; i++) {
		struct event *event = &change->events[i];
		struct application *application = draft_touched(draft, event->number);
		struct position at;

		event->part = (uint32_t)i + 1;
		event->of = (uint32_t)change->event_count;
		buf_clear(&line);
		if (event->action == ACTION_SEAL || event->action == ACTION_RESTATE) {
			r = publish_complete(draft, event);
		}
		r = r < 0 ? r : entry_write(event, &line);
		if (r == 0) {
			r = ledger_add(ledger, year, line.data, line.len, &at, &event->digest);
		}
		if (r == 0) {
			r = fold_event(&fold, event, at);
		}
		if (r == 0 && application != NULL && event->version == application->version) {
			application->digest = event->digest;
		}
	}
	buf_done(&line);
	return r;
}

/* What the entries of a change say that its answer needs: the numbers given, the amount. */
static int repeat_read(struct draft *draft, uint64_t first, uint64_t last, uint64_t *numbers)
{
	struct change *change = draft->change;
	size_t intent = 0;

	for (uint64_t at = first; at <= last; at++) {
		struct event event;
		int r = ask_entry(draft->registry, draft->txn, at, &change->arena, &event);

		if (r < 0) {
			return r;
		}
		if (event.action == ACTION_NOTICE_FEE) {
			change_note_fee(change, &event);
		}
		if (event.action == ACTION_OPEN_CASE) {
			snprintf(change->case_name, sizeof(change->case_name), "%s",
				 field_text(&event.fields, FIELD_CASE));
		}
		if (event.action != ACTION_LOG) {
			continue;
		}
		while (intent < change->intent_count &&
		       change->intents[intent].action != ACTION_LOG) {
			intent++;
		}
		if (intent == change->intent_count) {
			return -EBADMSG;
		}
		numbers[intent++] = event.number;
	}
	return 0;
}

/* The first answer to a change with this key, from the ledger. */
static int change_repeat(struct draft *draft, const struct key_row *row)
{
	struct change *change = draft->change;
	uint64_t last = row->sequence + row->of - 1;
	uint64_t *numbers =
		arena_alloc(&change->arena, sizeof(*numbers) * (change->intent_count + 1));
	int r;

	if (row->uid != change->uid || memcmp(&row->call, &change->call, sizeof(row->call)) != 0) {
		change->problem.code = PROBLEM_KEY_REUSED;
		snprintf(change->problem.text, sizeof(change->problem.text), "%s", change->key);
		return -EINVAL;
	}
	change->repeated = true;
	change->applications = arena_alloc(&change->arena, sizeof(*change->applications) *
								   (change->intent_count + 1));
	if (numbers == NULL || change->applications == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < change->intent_count; i++) {
		numbers[i] = change->intents[i].number;
	}
	r = repeat_read(draft, row->sequence, last, numbers);
	for (size_t i = 0; r == 0 && i < change->intent_count; i++) {
		if (change->intents[i].action >= ACTION_ACTS) {
			continue;
		}
		r = ask_fold(draft->registry, draft->txn, numbers[i], last, DATE_NONE,
			     &change->arena, &change->applications[i]);
		if (r == 0) {
			ask_finish(draft->registry, &change->applications[i]);
		}
	}
	return r;
}

static int change_draft(struct draft *draft)
{
	struct change *change = draft->change;
	int r = 0;

	switch (change->kind) {
	case CHANGE_ROLLUP:
		r = rollup_draft(draft);
		return r < 0 || change->bare ? r : publish_snapshot_draft(draft);
	case CHANGE_SEAL:
		return publish_seal_draft(draft);
	case CHANGE_RESTATE:
		return publish_restate_draft(draft);
	default:
		break;
	}
	for (size_t i = 0; r == 0 && i < change->intent_count; i++) {
		change->problem.step = change->many ? (int)i : -1;
		r = intent_draft(draft, &change->intents[i], &change->problem);
	}
	return r < 0 ? r : answers_fill(draft);
}

static int change_do(struct registry *registry, struct state_txn *txn, struct change *change,
		     int64_t now_usec, int32_t today, uint64_t *sequence)
{
	struct draft draft = { .registry = registry,
			       .txn = txn,
			       .change = change,
			       .now_usec = now_usec,
			       .today = today,
			       .sequence = *sequence };
	struct key_row row;
	int r;

	change->problem = (struct problem){ .step = -1 };
	change->events = NULL;
	change->event_count = 0;
	change->repeated = false;
	if (change->key != NULL && fold_find_key(txn, change->key, &row) == 0) {
		r = change_repeat(&draft, &row);
	} else {
		r = change_draft(&draft);
		if (r == 0 && change->dry_run) {
			change->event_count = 0;
		} else if (r == 0) {
			r = change_write(&draft);
			*sequence += change->event_count;
			if (r == 0 && change->kind == CHANGE_ACTS) {
				r = answers_fill(&draft);
			} else if (r == 0 && change->kind != CHANGE_ROLLUP) {
				r = publish_answer(&draft);
			}
		}
	}
	if (r < 0 && change->problem.code == PROBLEM_NONE) {
		problem_internal(&change->problem, "the change could not be worked out", r);
	}
	if (r < 0) {
		change->event_count = 0;
	}
	return txn->error;
}

/* ---- a batch ---- */

static void batch_fail(struct change *const *changes, size_t count, enum problem_code code)
{
	for (size_t i = 0; i < count; i++) {
		/* Refusals stand: they promised nothing. A repetition may repeat what is in this
		 * very batch; asked once more, it finds out. */
		if (changes[i]->event_count > 0 || changes[i]->repeated) {
			changes[i]->problem = (struct problem){ .code = code, .step = -1 };
			changes[i]->event_count = 0;
		}
	}
}

static int64_t batch_moment(const struct registry *registry)
{
	int64_t day = 86400LL * 1000000, now = moment_now();
	int offset = registry->catalogue->settings.utc_offset_minutes;

	if (registry->today == DATE_NONE) {
		return now;
	}
	/* a rehearsal: the time of day is real, the day is the rehearsal's */
	return now + (registry->today - moment_date(now, offset)) * day;
}

static int batch_prepare(struct registry *registry, struct state_txn *txn,
			 struct change *const *changes, size_t count, int32_t today)
{
	struct store_mark mark = { 0 };
	int64_t now = batch_moment(registry);
	uint64_t sequence;
	int r = store_read_mark(txn, &mark);

	if (r == 0 || r == -ENOENT) {
		r = due_ensure(registry, txn, today);
	}
	if (r < 0) {
		return r;
	}
	sequence = mark.sequence;
	for (size_t i = 0; i < count; i++) {
		struct ledger_head before = ledger_head(registry->store->ledger);
		uint64_t from = sequence;

		r = change_do(registry, txn, changes[i], now, today, &sequence);
		if (r < 0) {
			return r;
		}
		if (changes[i]->event_count == 0 && sequence != from) {
			/* failed while being written: nothing of it stays, nor of the transaction
			 */
			ledger_forget(registry->store->ledger, &before);
			return -EUCLEAN;
		}
	}
	if (sequence == mark.sequence) {
		return 0;
	}
	mark.sequence = sequence;
	mark.head = ledger_head(registry->store->ledger);
	r = store_write_mark(txn, &mark);
	return r < 0 ? r : 1;
}

static int batch_finish(struct registry *registry, struct state_txn *txn,
			struct change *const *changes, size_t count, int32_t today)
{
	int r = ledger_sync(registry->store->ledger);

	if (r == -ENOSPC || r == -EDQUOT || r == -EFBIG) {
		state_abort(txn);
		batch_fail(changes, count, PROBLEM_NO_SPACE);
		return 0;
	}
	if (r == 0) {
		r = state_commit(txn);
	} else {
		state_abort(txn);
	}
	if (r == 0) {
		registry->due_day = today;
	}
	if (r < 0) {
		/* The lines may be on disk, or are and the state lacks them: the next start reads.
		 */
		batch_fail(changes, count, PROBLEM_OUTCOME_UNKNOWN);
		registry->failed = true;
		return -EIO;
	}
	return 0;
}

/* A batch of changes to the register. */
static int batch_do(struct registry *registry, struct change *const *changes, size_t count)
{
	struct ledger_head before = ledger_head(registry->store->ledger);
	int32_t today = registry_today(registry);
	struct state_txn txn;
	int r = registry->failed ? -EIO : state_begin(registry->store->state, true, &txn);

	if (r < 0) {
		for (size_t i = 0; i < count; i++) {
			changes[i]->problem =
				(struct problem){ .code = PROBLEM_OUTCOME_UNKNOWN, .step = -1 };
		}
		return -EIO;
	}
	r = batch_prepare(registry, &txn, changes, count, today);
	if (r > 0) {
		return batch_finish(registry, &txn, changes, count, today);
	}
	state_abort(&txn);
	ledger_forget(registry->store->ledger, &before);
	for (size_t i = 0; r < 0 && i < count; i++) {
		changes[i]->event_count = 0;
		problem_internal(&changes[i]->problem, "the state could not be written", r);
	}
	return 0;
}

int registry_act(struct registry *registry, struct change *const *changes, size_t count)
{
	size_t from = 0;
	int r = 0;

	/* What is loaded anew holds for the changes behind it, so a reload parts the batch. */
	for (size_t i = 0; i <= count; i++) {
		bool reload = i < count && changes[i]->kind == CHANGE_RELOAD;

		if ((reload || i == count) && i > from) {
			int done = batch_do(registry, changes + from, i - from);

			r = r < 0 ? r : done;
		}
		if (reload) {
			int done = reload_do(registry, changes[i]);

			r = r < 0 ? r : done;
			from = i + 1;
		}
	}
	return r;
}
