/* SPDX-License-Identifier: Apache-2.0 */
/* The index of seals, restatements and snapshots, and what a seal forbids. Each is an entry that
 * holds the tables of a year as lines (statement.h), so that what was published can be printed
 * again whatever is entered later, and be compared with what the entries before it give. */
#include <errno.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "proto/base/date.h"

#define REPORT_KEY_BYTES 13
#define REPORT_PREFIX    5

/* ---- the index ---- */

static void report_key(enum publication kind, int year, uint64_t sequence,
		       uint8_t key[static REPORT_KEY_BYTES])
{
	key[0] = (uint8_t)kind;
	state_store_u32(key + 1, (uint32_t)year);
	state_store_u64(key + 5, sequence);
}

void publish_fold(struct state_txn *txn, const struct event *event)
{
	uint8_t key[REPORT_KEY_BYTES], value[4];

	report_key(event->action == ACTION_SNAPSHOT ? PUBLICATION_SNAPSHOT : PUBLICATION_SEAL,
		   (int)field_number(&event->fields, FIELD_YEAR, 0), event->sequence, key);
	state_store_u32(value, (uint32_t)field_number(&event->fields, FIELD_REVISION, 0));
	state_put(txn, TABLE_REPORTS, key, sizeof(key), value, sizeof(value));
}

struct index_row {
	int year;
	uint64_t sequence;
	int revision;
};

static int index_read(struct bytes key, struct bytes value, struct index_row *ret_row)
{
	if (key.bytes != REPORT_KEY_BYTES || value.bytes != 4) {
		return -EBADMSG;
	}
	ret_row->year = (int)state_load_u32((const uint8_t *)key.data + 1);
	ret_row->sequence = state_load_u64((const uint8_t *)key.data + 5);
	ret_row->revision = (int)state_load_u32(value.data);
	return 0;
}

/* ---- finding ---- */

struct search {
	struct registry *registry;
	struct state_txn *txn;
	int revision;
	int32_t known_on;
	uint64_t found;
};

static int search_row(struct bytes key, struct bytes value, void *userdata)
{
	struct search *search = userdata;
	int offset = search->registry->catalogue->settings.utc_offset_minutes;
	struct arena arena = { 0 };
	struct index_row row;
	struct event event;
	int r = index_read(key, value, &row);

	if (r < 0 || (search->revision >= 0 && row.revision != search->revision)) {
		return r;
	}
	if (search->known_on != DATE_NONE) {
		r = ask_entry(search->registry, search->txn, row.sequence, &arena, &event);
		if (r == 0 && moment_date(event.recorded_usec, offset) > search->known_on) {
			row.sequence = search->found;
		}
	}
	arena_done(&arena);
	search->found = row.sequence;
	return r;
}

int publish_last(struct registry *registry, struct state_txn *txn, enum publication kind, int year,
		 int revision, int32_t known_on, uint64_t *ret_sequence)
{
	struct search search = { registry, txn, revision, known_on, 0 };
	uint8_t from[REPORT_KEY_BYTES];
	int r;

	report_key(kind, year, 0, from);
	r = walk_rows(txn, TABLE_REPORTS, (struct bytes){ from, REPORT_PREFIX }, REPORT_PREFIX,
		      search_row, &search);
	*ret_sequence = search.found;
	return r;
}

int publish_seal(struct registry *registry, struct state_txn *txn, int year, int revision,
		 int32_t known_on, struct arena *arena, struct seal *ret_seal)
{
	struct event *event = arena_alloc(arena, sizeof(*event));
	uint64_t sequence;
	int r = publish_last(registry, txn, PUBLICATION_SEAL, year, revision, known_on, &sequence);

	if (r < 0 || event == NULL) {
		return r < 0 ? r : -ENOMEM;
	}
	if (sequence == 0) {
		return -ENOENT;
	}
	r = ask_entry(registry, txn, sequence, arena, event);
	return r < 0 ? r : seal_of_event(event, ret_seal);
}

struct sealed_walk {
	int *years;
	size_t count;
};

static int sealed_row(struct bytes key, struct bytes value, void *userdata)
{
	struct sealed_walk *walk = userdata;
	struct index_row row;
	int r = index_read(key, value, &row);

	if (r == 0 && (walk->count == 0 || walk->years[walk->count - 1] != row.year) &&
	    walk->count < STATUS_YEARS_MAX) {
		walk->years[walk->count++] = row.year;
	}
	return r;
}

int publish_sealed_years(struct state_txn *txn, int *ret_years, size_t *ret_count)
{
	uint8_t kind = PUBLICATION_SEAL;
	struct sealed_walk walk = { ret_years, 0 };
	int r = walk_rows(txn, TABLE_REPORTS, (struct bytes){ &kind, 1 }, 1, sealed_row, &walk);

	*ret_count = walk.count;
	return r;
}

int publish_check(struct draft *draft, const struct sealed_question *question,
		  struct problem *problem)
{
	bool may = question->excused && (draft->change->roles & ROLE_SUPERVISOR) != 0;
	int r = 0;

	if (!draft->sealed_known) {
		r = publish_sealed_years(draft->txn, draft->sealed, &draft->sealed_count);
		draft->sealed_known = r == 0;
	}
	for (size_t i = 0; r == 0 && !may && i < draft->sealed_count; i++) {
		if (question->differs(draft->sealed[i], question->userdata)) {
			problem->code = PROBLEM_YEAR_SEALED;
			problem->year = draft->sealed[i];
			return -EINVAL;
		}
	}
	return r;
}

struct last_seal {
	uint64_t sequence;
};

static int last_row(struct bytes key, struct bytes value, void *userdata)
{
	struct last_seal *last = userdata;
	struct index_row row;
	int r = index_read(key, value, &row);

	if (r == 0 && row.sequence > last->sequence) {
		last->sequence = row.sequence;
	}
	return r;
}

int publish_last_seal(struct state_txn *txn, uint64_t *ret_sequence)
{
	uint8_t kind = PUBLICATION_SEAL;
	struct last_seal last = { 0 };
	int r = walk_rows(txn, TABLE_REPORTS, (struct bytes){ &kind, 1 }, 1, last_row, &last);

	*ret_sequence = last.sequence;
	return r;
}
