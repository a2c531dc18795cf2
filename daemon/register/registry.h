/* SPDX-License-Identifier: Apache-2.0 */
/* registry.h: what the files of this folder share; nobody else includes it. */
#ifndef OGID_REGISTER_REGISTRY_H
#define OGID_REGISTER_REGISTRY_H

#include "daemon/register/register.h"
#include "daemon/store/store.h"

struct registry {
	struct store *store;
	const struct catalogue *catalogue;
	int32_t today; /* DATE_NONE: by the clock */
	bool failed;   /* the disk failed: nothing is written any more */
};

/* ---- fold.c: entries into the state ---- */

/* Applies one entry to a state within a write transaction: entries, history, keys, record, counters,
 * indexes. The one way by which the state changes, whether the entry is new or read again. -EUCLEAN when
 * the entry cannot follow. */
int fold_event(struct state_txn *txn, const struct event *event, struct position at);
/* Reads an application's record; -ENOENT: there is none; -EBADMSG: damaged. */
int fold_load(struct state_txn *txn, uint64_t number, struct arena *arena,
	      struct application *ret_application);
/* Writes the record of an application that was made again from its entries. */
int fold_mend(struct state_txn *txn, const struct application *application);
/* One counter; 0 when it is not there. */
int64_t fold_counter(struct state_txn *txn, int year, const char *row, enum category category);
uint32_t fold_serial(struct state_txn *txn, int year);
/* The key of TABLE_KEYS for a caller's key, and its row. */
struct key_row {
	uint64_t sequence; /* of the first entry of the change */
	uint32_t of;
	uint32_t uid;
	struct sm3 call;
};
int fold_find_key(struct state_txn *txn, const char *key, struct key_row *ret_row); /* or -ENOENT */
/* Who an applicant is, for finding earlier applications: the first 16 bytes of an SM3. */
#define APPLICANT_BYTES 16
void fold_applicant(enum category category, const char *name, const char *id_number,
		    uint8_t ret_key[static APPLICANT_BYTES]);

/* ---- ask.c ---- */

/* The entry of a sequence, read from the ledger; its digest too. */
int ask_entry(struct registry *registry, struct state_txn *txn, uint64_t sequence,
	      struct arena *arena, struct event *ret_event);
/* An application made again from its entries, up to a sequence and a day of recording (DATE_NONE:
 * any). -ENOENT: not known by then. */
int ask_fold(struct registry *registry, struct state_txn *txn, uint64_t number,
	     uint64_t last_sequence, int32_t as_of, struct arena *arena,
	     struct application *ret_application);
/* fold_load; a damaged record is mended from the ledger in the answer. */
int ask_load(struct registry *registry, struct state_txn *txn, uint64_t number,
	     struct arena *arena, struct application *ret_application);
/* Sets what is computed, not stored: waiting_until. */
void ask_finish(const struct registry *registry, struct application *application);
int problem_internal(struct problem *problem, const char *where, int result);

/* ---- change.c ---- */

void change_note_fee(struct change *change, const struct event *event);

/* ---- draft.c ---- */

struct touched {
	uint64_t number;
	struct application application;
};

/* A change being worked out: what it touches, in memory, before anything is written. */
struct draft {
	struct registry *registry;
	struct state_txn *txn;
	struct change *change;
	int64_t now_usec;
	int32_t today;
	uint64_t sequence;       /* of the last entry before */
	struct touched *touched; /* in order of number */
	size_t touched_count, touched_size;
	size_t event_size;
};

/* The application as the draft leaves it so far, else as stored. -ENOENT: unknown. Valid until the next
 * call on the draft. */
int draft_find(struct draft *draft, uint64_t number, struct application **ret_application);
/* Only when the draft has touched it; else NULL. */
struct application *draft_touched(struct draft *draft, uint64_t number);
/* The last serial used in a year, the draft's own included. */
uint32_t draft_serial(struct draft *draft, int year);
/* Completes an event (sequence, times, actor, key) and applies it in the draft. */
int draft_enter(struct draft *draft, const struct event *event);

/* ---- intent.c ---- */

/* Checks an intent against the draft and enters it. -EINVAL with the problem. */
int intent_draft(struct draft *draft, const struct intent *intent, struct problem *problem);

/* ---- rollup.c ---- */

/* Brings the carry-over entries of an application in line with its decision: those that are missing up to
 * year `through` are entered, those after it taken back. */
int rollup_align(struct draft *draft, uint64_t number, int through);
int rollup_draft(struct draft *draft);

#endif
