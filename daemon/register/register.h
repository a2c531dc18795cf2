/* SPDX-License-Identifier: Apache-2.0 */
/* register.h: the use cases of the register, one transaction each: act, ask, report, roll up,
 * verify. It knows no sockets, no JSON and no wire names. (`register` is a word of C, hence struct
 * registry.)
 *
 * Threads: registry_act belongs to one thread, the writer. Everything else only reads, and may be
 * called from any thread beside it; an answer reflects every change that registry_act has returned.
 * What an answer holds lives in the arena that the caller gave. */
#ifndef OGID_REGISTER_REGISTER_H
#define OGID_REGISTER_REGISTER_H

#include <stdio.h>

#include "daemon/core/catalogue.h"
#include "daemon/core/deadline.h"
#include "daemon/core/dispute.h"
#include "daemon/core/filter.h"
#include "daemon/core/statement.h"
#include "daemon/core/workflow.h"

struct registry;

struct registry_options {
	const char *data;
	const struct catalogue *catalogue; /* borrowed, outlives the registry */
	const char *configuration; /* its file, for Reload; NULL: the shipped one; borrowed */
	size_t map_bytes; /* of a new state's map; 0: the default; for tests of its growth */
	int32_t today;    /* a rehearsal's date; DATE_NONE: the organ's civil date */
	/* Called while the state is rebuilt; may be NULL. */
	void (*progress)(uint64_t lines, void *userdata);
	void *userdata;
};

/* What the start found and did, for one log line. */
struct registry_start {
	uint64_t torn_bytes; /* cut from the ledger's end */
	uint64_t applied;    /* lines that the state lacked */
	bool rebuilt;
	char because[300]; /* rebuilt: why; else empty */
};

/* Opens the store and recovers: cuts a torn tail and the rest of a change that is not whole,
 * applies the lines that the state lacks, or rebuilds it. -EBUSY: held by another; -EUCLEAN: the
 * ledger is damaged or was cut; each with a sentence for a person. */
int registry_open(const struct registry_options *options, struct registry **ret_registry,
		  struct registry_start *ret_start, char reterr_why[static 400]);
/* Checkpoints and closes. Takes NULL, returns NULL. */
struct registry *registry_close(struct registry *registry);
int registry_checkpoint(struct registry *registry);
int32_t registry_today(const struct registry *registry);
/* What is in force now. It stays valid for the registry's life, whatever is loaded later. */
const struct catalogue *registry_catalogue(const struct registry *registry);

enum change_kind {
	CHANGE_ACTS,   /* intents, all or none: acts, figures, cases */
	CHANGE_ROLLUP, /* carry over what was open at the end of every year before that of `on`, and
			* keep a snapshot of every year whose tables have changed */
	CHANGE_SEAL,   /* close `year`; nothing is entered when it is sealed */
	CHANGE_RESTATE, /* publish what has changed in the sealed `year`, `why` */
	CHANGE_RELOAD,  /* read configuration, catalogue, forms and calendars again */
};

/* A report, from the counters or from a seal. */
enum report_status { REPORT_PROVISIONAL, REPORT_SEALED, REPORT_RESTATED, REPORT_STATUS_COUNT };
struct report {
	int year;
	const struct form *form;
	const char *organ;
	enum report_status status;
	int revision; /* 0: provisional */
	int32_t known_on;
	uint64_t sequence; /* the last entry that it knows */
	struct sm3 digest;
	struct tables tables;
	struct check_list checks;
	const struct seal *seal; /* by which it was published; NULL: provisional */
};

/* A cell that a restatement changed. */
struct changed_cell {
	const char *table, *row, *column;
	int64_t before, after;
};

struct moved {
	uint64_t number;
	int32_t before, after; /* DATE_NONE: no limit runs */
};

/* One change and its answer. The caller makes it (change_new), the writer fills the answer. */
struct change {
	struct arena arena; /* owns every text of the call and of the answer */
	enum change_kind kind;
	const char *actor;
	uint32_t uid;
	uint32_t roles;
	const char *key; /* NULL: none */
	struct sm3 call; /* with key */
	struct intent *intents;
	size_t intent_count;
	bool many; /* Apply: problems name their step */
	bool dry_run;
	int32_t on;      /* CHANGE_ROLLUP */
	bool bare;       /* CHANGE_ROLLUP: carry over only, for the books were found wrong */
	int year;        /* CHANGE_SEAL, CHANGE_RESTATE */
	const char *why; /* CHANGE_RESTATE */

	/* the answer */
	struct problem problem;           /* code PROBLEM_NONE: done */
	bool repeated;                    /* the key was known: this is the first answer again */
	struct application *applications; /* CHANGE_ACTS: one an intent, as the change left them */
	struct event *events;             /* what was entered; none when repeated or dry_run */
	size_t event_count;
	struct {
		enum basis basis;
		int64_t quantity, before, amount_yuan;
	} fee;               /* of the last NoticeFee */
	struct moved *moved; /* CHANGE_RELOAD: the open ones whose due date moved */
	size_t moved_count;
	char case_name[DISPUTE_TEXT_BYTES]; /* of the OpenCase */
	struct report *report;              /* CHANGE_SEAL, CHANGE_RESTATE: as published */
	struct changed_cell *changed;       /* CHANGE_RESTATE */
	size_t changed_count;
	void *userdata; /* the caller's */
};

struct change *change_new(void);                   /* NULL: no memory */
struct change *change_free(struct change *change); /* takes NULL, returns NULL */
/* Does a batch with one sync. Every change has its answer afterwards, committed or refused. 0; or
 * -EIO when the disk failed: then the changes of this batch are PROBLEM_OUTCOME_UNKNOWN, nothing
 * more can be written, and the daemon has to end. */
int registry_act(struct registry *registry, struct change *const *changes, size_t count);

/* Readers return 0; -EINVAL with the problem; or another negative errno, also set as
 * PROBLEM_INTERNAL. */

#define STATUS_YEARS_MAX 200
struct status {
	uint64_t sequence;
	struct sm3 digest;
	uint64_t applications, open;
	int first_year; /* 0: none */
	int sealed_years[STATUS_YEARS_MAX];
	size_t sealed_count;
	uint64_t store_bytes, store_limit_bytes;
};
int registry_status(struct registry *registry, struct status *ret_status);

/* as_of: DATE_NONE for now, else as it was known at the end of that day. */
int registry_get(struct registry *registry, uint64_t number, int32_t as_of, struct arena *arena,
		 struct application *ret_application, struct problem *reterr_problem);

/* At most `max` applications that match, looking at no more than a bounded number of records;
 * *after moves on to where the next page begins. *ret_done: there are no more. */
int registry_list(struct registry *registry, const struct filter *filter, uint64_t *after,
		  size_t max, struct arena *arena, struct application **ret_applications,
		  size_t *ret_count, bool *ret_done);

/* Entries about one application, after a sequence. */
int registry_history(struct registry *registry, uint64_t number, uint64_t *after, size_t max,
		     struct arena *arena, struct event **ret_events, size_t *ret_count,
		     bool *ret_done, struct problem *reterr_problem);

/* Exactly the stored lines, from a sequence on (*next, from 1). */
struct stored_entry {
	uint64_t sequence;
	const char *json;
	struct sm3 digest;
};
int registry_export(struct registry *registry, uint64_t *next, size_t max, struct arena *arena,
		    struct stored_entry **ret_entries, size_t *ret_count, bool *ret_done);

struct backlog_item {
	struct application application;
	struct pressing pressing;
};
/* Open applications, most pressing first: by due date, then those without one, then by number.
 * within -1: any; else due within so many working days. limit 0: all. */
int registry_backlog(struct registry *registry, int32_t as_of, int within_working_days,
		     const struct filter *filter, size_t limit, struct arena *arena,
		     struct backlog_item **ret_items, size_t *ret_count);

struct handler_count {
	const char *handler; /* "" for none */
	uint64_t count;
};
struct summary {
	int32_t as_of;
	uint64_t open, overdue;
	uint64_t by_light[LIGHT_COUNT];
	uint64_t by_state[STATE_COUNT];
	uint64_t by_waiting[WAITING_COUNT]; /* [WAITING_NONE]: the organ itself has to act */
	struct handler_count *handlers;     /* in order of name */
	size_t handler_count;
};
int registry_summary(struct registry *registry, int32_t as_of, struct arena *arena,
		     struct summary *ret_summary);

struct report_query {
	int year;
	const char *form; /* NULL: the one in force, or that of the seal */
	int32_t known_on; /* DATE_NONE: now */
	int revision;     /* -1: the last published one, if any; 0: counted anew */
};
/* Walks the applications for the checks: off the loop, please. */
int registry_report(struct registry *registry, const struct report_query *query,
		    struct arena *arena, struct report *ret_report, struct problem *reterr_problem);
/* The sealed years, in order, whose tables the register no longer gives as they were published. */
int registry_unrestated(struct registry *registry, struct arena *arena,
			int ret_years[static STATUS_YEARS_MAX], size_t *ret_count);
/* The names (applications' numbers, cases) behind a cell of table 3 or 4, in order, page by page as
 * registry_list. */
int registry_cell(struct registry *registry, int year, const char *table, const char *row,
		  const char *column, const char *form, uint64_t *after, size_t max,
		  struct arena *arena, const char ***ret_names, size_t *ret_count, bool *ret_done,
		  struct problem *reterr_problem);
/* What would be carried over if the year of `on` ended then. */
int registry_would_carry(struct registry *registry, int32_t on, struct arena *arena,
			 uint64_t **ret_numbers, size_t *ret_count);

/* Cases in order of their names, page by page. */
int registry_cases(struct registry *registry, uint64_t *after, size_t max, struct arena *arena,
		   struct dispute **ret_disputes, size_t *ret_count, bool *ret_done);
struct case_item {
	struct dispute dispute;
	int32_t due_on;
	enum light light;
	int working_days_left;
};
/* Those whose answer or defence is owed, most pressing first; the parameters as registry_backlog's.
 */
int registry_case_backlog(struct registry *registry, int32_t as_of, int within_working_days,
			  struct arena *arena, struct case_item **ret_items, size_t *ret_count);

struct due_item {
	char name[DISPUTE_TEXT_BYTES]; /* the application's number, or the case */
	int32_t due_on;
	int working_days_left;
	const char *what; /* "answer", "correction", "fee", "consultation": what falls due; of a
			   * case "case_answer", "case_defence" */
};
/* What falls due within the amber days of `on`, or is overdue, or has lapsed. */
int registry_due(struct registry *registry, int32_t on, struct arena *arena,
		 struct due_item **ret_items, size_t *ret_count);

/* verify: every digest, then the state made again from the lines into a scratch state and compared
 * with the live one as of the same line. Steps of bounded work, from one thread at a time. */
struct verification;
struct verify_problem {
	uint64_t sequence; /* 0: none */
	uint64_t number;   /* of the application; 0: none */
	const char *what;
};
/* from: digests are checked from that line on (0 or 1: all); the comparison always takes all. */
#define VERIFICATIONS_MAX 4 /* at once; one more is -EBUSY */
int verification_new(struct registry *registry, uint64_t from,
		     struct verification **ret_verification);
/* 1: go on; 0: done; negative errno. */
int verification_step(struct verification *verification, uint64_t *ret_checked, uint64_t *ret_of);
size_t verification_problems(const struct verification *verification,
			     const struct verify_problem **ret_problems);
struct verification *verification_free(struct verification *verification);

/* Every record, index and counter as text, in order: equal states dump equally. */
int registry_dump(struct registry *registry, FILE *out);

#endif
