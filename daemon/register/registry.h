/* SPDX-License-Identifier: Apache-2.0 */
/* registry.h: what the files of this folder share; nobody else includes it. */
#ifndef OGID_REGISTER_REGISTRY_H
#define OGID_REGISTER_REGISTRY_H

#include "daemon/register/register.h"
#include "daemon/store/store.h"

#define RETIRED_MAX 64

struct registry {
	struct store *store;
	/* Reload puts another one here. Readers may still hold one that was replaced, so those that
	 * Reload loaded live as long as the registry. */
	_Atomic(const struct catalogue *) catalogue;
	struct catalogue *loaded[RETIRED_MAX];
	size_t loaded_count;
	const char *configuration; /* of the first one; NULL: the shipped one */
	int32_t today;             /* DATE_NONE: by the clock */
	_Atomic int32_t due_day;   /* the day for which the index of due dates is right */
	_Atomic unsigned verifications; /* under way */
	_Atomic unsigned scratches;     /* made so far: each has a name of its own */
	bool failed;                    /* the disk failed: nothing is written any more */
};

/* ---- walk.c ---- */

/* 0: go on; positive: enough; negative errno. */
typedef int walk_row(struct bytes key, struct bytes value, void *userdata);
/* Calls `each` for the rows of a table in order of key, from the first that is not before `from`,
 * as long as they share its first prefix_bytes. 0 at the end or when it was enough. */
int walk_rows(struct state_txn *txn, enum state_table table, struct bytes from, size_t prefix_bytes,
	      walk_row *each, void *userdata);
int walk_all(struct state_txn *txn, enum state_table table, walk_row *each, void *userdata);
/* Does `work` in a write transaction and commits it, or nothing. */
int write_whole(struct state_db *state, int (*work)(struct state_txn *txn, void *userdata),
		void *userdata);

/* ---- fold.c: entries into the state ---- */

/* Applies one entry to a state within a write transaction: entries, history, keys, record,
 * counters, indexes. The one way by which the state changes, whether the entry is new or read
 * again. -EUCLEAN when the entry cannot follow. */
struct fold {
	struct state_txn *txn;
	const struct catalogue *catalogue; /* by which the index of due dates is made, */
	int32_t known_on;                  /* as of this day */
};
int fold_event(const struct fold *fold, const struct event *event, struct position at);
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

/* ---- due.c ---- */

#define DUE_KEY_BYTES 12
void due_index(const struct fold *fold, const struct application *application, bool add);
/* The day as of which the index was made; DATE_NONE: there is none. */
int32_t due_known_on(struct state_txn *txn);
/* Makes the index anew as of a day. */
int due_rebuild(struct registry *registry, struct state_txn *txn, const struct catalogue *catalogue,
		int32_t known_on);
/* The same, unless it is already what that day's calendar gives. Once the transaction is committed
 * the caller sets registry->due_day. */
int due_ensure(struct registry *registry, struct state_txn *txn, int32_t today);

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
int ask_load(struct registry *registry, struct state_txn *txn, uint64_t number, struct arena *arena,
	     struct application *ret_application);
/* The last entry that was recorded by the end of a day; 0 and no digest: none. */
int ask_known(struct registry *registry, struct state_txn *txn, int32_t known_on,
	      uint64_t *ret_sequence, struct sm3 *ret_digest);
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
	/* the sealed years, in order; read from the state at the first question */
	bool sealed_known;
	int sealed[STATUS_YEARS_MAX];
	size_t sealed_count;
};

/* The application as the draft leaves it so far, else as stored. -ENOENT: unknown. Valid until the
 * next call on the draft. */
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

/* ---- count.c ---- */

/* The first year that has a counter; 0: none. */
int count_first_year(struct state_txn *txn, int *ret_year);
/* Adds an application to table 3 and the fees of a year. */
void count_application(const struct application *application, int year, struct tables *tables);
/* A year's tables from the counters, or with known_on from the entries as they were known then. */
int count_tables(struct registry *registry, struct state_txn *txn, const struct form *form,
		 int year, int32_t known_on, struct arena *arena, struct tables *ret_tables);

/* ---- report.c ---- */

/* The form of a year's report. -EINVAL with the problem. */
int report_form(struct registry *registry, int year, const char *name, const struct form **ret_form,
		struct problem *problem);
/* Counts a year as the register stands, with every check. */
int report_count(struct registry *registry, struct state_txn *txn, const struct form *form,
		 int year, struct arena *arena, struct report *ret_report);
/* Appends the warnings (plausible.c). */
int plausible_check(struct registry *registry, struct state_txn *txn, struct report *report,
		    struct arena *arena);
/* A report as a seal published it. */
int report_of_seal(struct registry *registry, const struct seal *seal, struct arena *arena,
		   struct report *ret_report);

/* ---- publish.c, seal.c, snapshot.c ---- */

enum publication { PUBLICATION_SEAL, PUBLICATION_SNAPSHOT };
void publish_fold(struct state_txn *txn, const struct event *event);
/* The last entry of a kind for a year that was entered by the end of a day (DATE_NONE: any), and
 * has that revision (-1: any); 0: none. */
int publish_last(struct registry *registry, struct state_txn *txn, enum publication kind, int year,
		 int revision, int32_t known_on, uint64_t *ret_sequence);
/* The last seal or restatement of whatever year; 0: none. */
int publish_last_seal(struct state_txn *txn, uint64_t *ret_sequence);
/* The same, read. -ENOENT: none. */
int publish_seal(struct registry *registry, struct state_txn *txn, int year, int revision,
		 int32_t known_on, struct arena *arena, struct seal *ret_seal);
int publish_sealed_years(struct state_txn *txn, int *ret_years, size_t *ret_count);
/* Whether the change may alter a year's tables: not a sealed one's, but for a supervisor who says
 * why. differs: whether it does. */
struct sealed_question {
	bool (*differs)(int year, const void *userdata);
	const void *userdata;
	bool excused; /* an amendment, or it says why */
};
int publish_check(struct draft *draft, const struct sealed_question *question,
		  struct problem *problem);
int publish_seal_draft(struct draft *draft);
int publish_restate_draft(struct draft *draft);
int publish_snapshot_draft(struct draft *draft);
/* When its line is about to be written: what of a seal only then is known. */
int publish_complete(struct draft *draft, struct event *event);
/* What CHANGE_SEAL and CHANGE_RESTATE answer. */
int publish_answer(struct draft *draft);
/* Compares what a snapshot or seal says with what a state gives before it. 1: *ret_what says how
 * they differ. */
int publish_verify(struct registry *registry, struct state_txn *txn, const struct event *event,
		   struct arena *arena, const char **ret_what);
/* The same for what a seal says besides its tables; given: what a state gives before it. */
int publish_seal_verify(struct registry *registry, struct state_txn *txn, const struct event *event,
			const struct tables *given, struct arena *arena, const char **ret_what);

/* ---- book.c: figures and cases ---- */

int book_fold(const struct fold *fold, const struct event *event, struct arena *arena);
/* A figure's last value as entered by the end of a day (DATE_NONE: any). -ENOENT: not set. */
int book_figure(struct state_txn *txn, int year, const struct form_row *figure, int32_t known_on,
		int64_t *ret_value);
int book_draft(struct draft *draft, const struct intent *intent, struct problem *problem);

/* ---- reload.c ---- */

int reload_do(struct registry *registry, struct change *change);

/* ---- rollup.c ---- */

/* Brings the carry-over entries of an application in line with its dates: what is missing from its
 * year of receipt up to `through` is entered, what stands outside is taken back. received_before:
 * the year of receipt by which the entries that stand were made. */
int rollup_align(struct draft *draft, uint64_t number, int received_before, int through);
int rollup_draft(struct draft *draft);

#endif
