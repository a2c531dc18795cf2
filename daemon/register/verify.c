/* SPDX-License-Identifier: Apache-2.0 */
/* verify: every line of the ledger, its digest and its entry, folded into a scratch state; then
 * every table of the live state, as one reading of it stands, compared with the scratch one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/register/replay.h"

#define STEP_LINES   500
#define PROBLEMS_MAX 100

enum phase { PHASE_LINES, PHASE_DONE };

struct verification {
	struct registry *registry;
	char name[32]; /* of the scratch state */
	struct state_db *scratch;
	struct replay replay;
	bool replaying;
	uint64_t from, of;
	enum phase phase;

	/* comparing: one transaction on each side */
	struct state_txn live, made;
	struct state_cursor live_cursor, made_cursor;
	int table;
	int live_has, made_has; /* 1: the row below, 0: at the end */
	struct bytes live_key, live_value, made_key, made_value;

	struct arena arena;
	struct verify_problem problems[PROBLEMS_MAX];
	size_t problem_count;
};

static void problem_add(struct verification *verification, uint64_t sequence, uint64_t number,
			const char *what)
{
	if (what != NULL && verification->problem_count < PROBLEMS_MAX) {
		verification->problems[verification->problem_count++] =
			(struct verify_problem){ sequence, number, what };
	}
}

/* What was published must be what the entries before it give. */
static int published_check(struct state_txn *txn, const struct event *event, void *userdata)
{
	struct verification *verification = userdata;
	const char *what;
	int r;

	if (event->action != ACTION_SNAPSHOT && event->action != ACTION_SEAL &&
	    event->action != ACTION_RESTATE) {
		return 0;
	}
	r = publish_verify(verification->registry, txn, event, &verification->arena, &what);
	if (r > 0) {
		problem_add(verification, event->sequence, 0, what);
	}
	return r < 0 ? r : 0;
}

static void replay_begin(struct verification *verification, const struct store_mark *from,
			 struct position limit)
{
	struct registry *registry = verification->registry;

	replay_init(&verification->replay, registry->store->ledger, verification->scratch,
		    registry->catalogue, registry_today(registry), from, limit);
	verification->replay.before = published_check;
	verification->replay.userdata = verification;
}

static int live_mark(struct verification *verification, struct store_mark *ret_mark)
{
	int r = state_begin(verification->registry->store->state, false, &verification->live);

	memset(ret_mark, 0, sizeof(*ret_mark));
	if (r < 0) {
		return r;
	}
	r = store_read_mark(&verification->live, ret_mark);
	if (r < 0 && r != -ENOENT) {
		state_abort(&verification->live);
		return r;
	}
	return 0;
}

int verification_new(struct registry *registry, uint64_t from,
		     struct verification **ret_verification)
{
	struct verification *verification = calloc(1, sizeof(*verification));
	struct store_mark mark, nothing = { 0 };
	int r;

	if (verification == NULL) {
		return -ENOMEM;
	}
	verification->registry = registry;
	verification->from = from;
	snprintf(verification->name, sizeof(verification->name), "verify-%u",
		 registry->scratches++);
	r = ++registry->verifications > VERIFICATIONS_MAX ? -EBUSY : live_mark(verification, &mark);
	if (r == 0) {
		state_abort(&verification->live);
		r = store_open_scratch(registry->store, verification->name, &verification->scratch);
	}
	if (r < 0) {
		registry->verifications--;
		free(verification);
		return r;
	}
	verification->of = mark.sequence;
	replay_begin(verification, &nothing, mark.head.end);
	verification->replaying = true;
	if (mark.sequence == 0) {
		/* a limit of year 0 would read to the end of the files */
		verification->phase = PHASE_DONE;
	}
	*ret_verification = verification;
	return 0;
}

/* ---- comparing ---- */

/* Where in its key a row names the application that it is about; SIZE_MAX: nowhere. */
static size_t number_at(enum state_table table)
{
	switch (table) {
	case TABLE_APPLICATIONS:
	case TABLE_OPEN:
	case TABLE_HISTORY:
		return 0;
	case TABLE_DUE:
		return DUE_KEY_BYTES - 8;
	case TABLE_APPLICANTS:
		return APPLICANT_BYTES;
	default:
		return SIZE_MAX;
	}
}

/* The application that a row is about; 0: none. */
static uint64_t row_number(enum state_table table, struct bytes key)
{
	size_t at = number_at(table);

	return at != SIZE_MAX && key.bytes >= at + 8
		       ? state_load_u64((const uint8_t *)key.data + at)
		       : 0;
}

/* A row of what is about a year. false: its key is none of that table. */
static bool year_row_name(enum state_table table, struct bytes key, char *text, size_t bytes)
{
	const uint8_t *at = key.data;
	char name[DISPUTE_TEXT_BYTES];

	if (table == TABLE_COUNTERS && key.bytes > 5 && at[4] < CATEGORY_COUNT) {
		snprintf(text, bytes, "counter of %u, %s, %.*s", state_load_u32(at),
			 category_names[at[4]], (int)key.bytes - 5, (const char *)at + 5);
	} else if (table == TABLE_SERIALS && key.bytes == 4) {
		snprintf(text, bytes, "last serial of %u", state_load_u32(at));
	} else if (table == TABLE_CASES && key.bytes == 8) {
		struct dispute dispute = { .year = (int)state_load_u32(at),
					   .serial = state_load_u32(at + 4) };

		snprintf(text, bytes, "case %s", dispute_format(&dispute, name));
	} else if (table == TABLE_FIGURES && key.bytes > 13) {
		snprintf(text, bytes, "figure %.*s of %u, entry %llu", (int)key.bytes - 13,
			 (const char *)at + 4, state_load_u32(at),
			 (unsigned long long)state_load_u64(at + key.bytes - 8));
	} else if (table == TABLE_REPORTS && key.bytes == 13) {
		snprintf(text, bytes, "%s of %u, entry %llu",
			 at[0] == PUBLICATION_SNAPSHOT ? "snapshot" : "seal",
			 state_load_u32(at + 1), (unsigned long long)state_load_u64(at + 5));
	} else {
		return false;
	}
	return true;
}

static void row_name(enum state_table table, struct bytes key, struct bytes value, char *text,
		     size_t bytes)
{
	uint64_t about = row_number(table, key);
	char number[NUMBER_TEXT_BYTES];

	if (about != 0) {
		snprintf(text, bytes, "%s of application %s", state_table_names[table],
			 number_format(about, number));
	} else if (table == TABLE_ENTRIES && key.bytes == 8) {
		snprintf(text, bytes, "place of entry %llu",
			 (unsigned long long)state_load_u64(key.data));
	} else if (table == TABLE_KEYS && value.bytes >= 8) {
		snprintf(text, bytes, "key of entry %llu",
			 (unsigned long long)state_load_u64(value.data));
	} else if (!year_row_name(table, key, text, bytes)) {
		snprintf(text, bytes, "a row of %s", state_table_names[table]);
	}
}

static int table_open(struct verification *verification)
{
	enum state_table table = (enum state_table)verification->table;
	int r = state_cursor_open(&verification->live, table, &verification->live_cursor);

	if (r < 0) {
		return r;
	}
	r = state_cursor_open(&verification->made, table, &verification->made_cursor);
	if (r < 0) {
		state_cursor_close(&verification->live_cursor);
		return r;
	}
	verification->live_has =
		state_cursor_seek(&verification->live_cursor, NULL, 0, &verification->live_key,
				  &verification->live_value);
	verification->made_has =
		state_cursor_seek(&verification->made_cursor, NULL, 0, &verification->made_key,
				  &verification->made_value);
	return 0;
}

static void table_close(struct verification *verification)
{
	state_cursor_close(&verification->live_cursor);
	state_cursor_close(&verification->made_cursor);
}

static int key_order(const struct bytes *a, const struct bytes *b)
{
	size_t shorter = a->bytes < b->bytes ? a->bytes : b->bytes;
	int order = memcmp(a->data, b->data, shorter);

	return order != 0 ? order : (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

/* Compares the rows that both cursors stand on, and moves on the one behind, or both. */
static void row_compare(struct verification *verification)
{
	struct verification *v = verification;
	int order = v->live_has <= 0   ? 1
		    : v->made_has <= 0 ? -1
				       : key_order(&v->live_key, &v->made_key);
	bool same = order == 0 && v->live_value.bytes == v->made_value.bytes &&
		    memcmp(v->live_value.data, v->made_value.data, v->live_value.bytes) == 0;
	struct bytes key = order > 0 ? v->made_key : v->live_key;
	struct bytes value = order > 0 ? v->made_value : v->live_value;
	char name[200];

	if (!same) {
		row_name((enum state_table)v->table, key, value, name, sizeof(name));
		problem_add(v, 0, row_number((enum state_table)v->table, key),
			    arena_printf(&v->arena, "%s: %s", name,
					 order == 0  ? "it is not what the entries give"
					 : order > 0 ? "it is missing"
						     : "no entry gives it"));
	}
	if (order <= 0) {
		v->live_has = state_cursor_next(&v->live_cursor, &v->live_key, &v->live_value);
	}
	if (order >= 0) {
		v->made_has = state_cursor_next(&v->made_cursor, &v->made_key, &v->made_value);
	}
}

/* The live index of due dates was made as of some day: so is the one it is compared with. */
static int due_align(struct state_txn *txn, void *userdata)
{
	struct verification *verification = userdata;
	struct registry *registry = verification->registry;

	return due_rebuild(registry, txn, registry->catalogue, due_known_on(&verification->live));
}

/* Takes one reading of the live state and brings the scratch state up to it. 1: more lines came
 * since. */
static int compare_begin(struct verification *verification)
{
	struct store_mark mark;
	struct position limit;
	int r = live_mark(verification, &mark);

	if (r < 0) {
		return r;
	}
	if (mark.sequence > verification->replay.mark.sequence) {
		state_abort(&verification->live);
		verification->of = mark.sequence;
		limit = mark.head.end;
		replay_done(&verification->replay);
		replay_begin(verification,
			     &(struct store_mark){ verification->replay.mark.sequence,
						   verification->replay.mark.head },
			     limit);
		return 1;
	}
	r = write_whole(verification->scratch, due_align, verification);
	if (r == 0) {
		r = state_begin(verification->scratch, false, &verification->made);
	}
	if (r < 0) {
		state_abort(&verification->live);
		return r;
	}
	return 0;
}

/* Both states are read whole in one step: a transaction that outlived its step would keep the
 * writer from growing the map, and the loop, which has to begin the next step, behind the writer.
 */
static int states_compare(struct verification *verification)
{
	int r = 0;

	for (int table = TABLE_META + 1; r == 0 && table < TABLE_COUNT; table++) {
		verification->table = table;
		r = table_open(verification);
		if (r < 0) {
			break;
		}
		while (verification->live_has > 0 || verification->made_has > 0) {
			row_compare(verification);
		}
		r = verification->live_has < 0 ? verification->live_has : verification->made_has;
		table_close(verification);
	}
	state_abort(&verification->live);
	state_abort(&verification->made);
	return r;
}

static int lines_step(struct verification *verification)
{
	int r = replay_step(&verification->replay, STEP_LINES);

	if (r == -EBADMSG || r == -EUCLEAN) {
		const struct ledger_problem *problem = &verification->replay.problem;

		problem_add(verification, verification->replay.problem_sequence, 0,
			    arena_printf(&verification->arena, "%d.ledger, byte %llu: %s",
					 problem->at.year, (unsigned long long)problem->at.offset,
					 problem->text));
		/* nothing behind it can be compared */
		verification->phase = PHASE_DONE;
		return 1;
	}
	if (r != 0) {
		return r;
	}
	r = compare_begin(verification);
	if (r == 0) {
		r = states_compare(verification);
		verification->phase = PHASE_DONE;
	}
	return r < 0 ? r : 1;
}

int verification_step(struct verification *verification, uint64_t *ret_checked, uint64_t *ret_of)
{
	int r = 0;

	switch (verification->phase) {
	case PHASE_LINES:
		r = lines_step(verification);
		break;
	case PHASE_DONE:
		break;
	}
	*ret_checked = verification->replay.mark.sequence;
	*ret_of = verification->of;
	return r;
}

size_t verification_problems(const struct verification *verification,
			     const struct verify_problem **ret_problems)
{
	*ret_problems = verification->problems;
	return verification->problem_count;
}

struct verification *verification_free(struct verification *verification)
{
	if (verification != NULL) {
		replay_done(&verification->replay);
		store_discard_scratch(verification->registry->store, verification->name,
				      verification->scratch);
		verification->registry->verifications--;
		arena_done(&verification->arena);
		free(verification);
	}
	return NULL;
}
