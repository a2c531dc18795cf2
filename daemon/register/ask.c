/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about applications and entries. Each is one short read transaction. */
#include <errno.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "daemon/store/entry.h"
#include "proto/base/date.h"

/* A page looks at no more than so many records, so that a filter that lets little through does not
 * hold a transaction open. */
#define PAGE_LOOKS_MAX 2000

static int place_of(struct state_txn *txn, uint64_t sequence, struct position *ret_at)
{
	uint8_t key[8];
	struct bytes value;
	int r;

	state_store_u64(key, sequence);
	r = state_get(txn, TABLE_ENTRIES, key, sizeof(key), &value);
	if (r < 0 || value.bytes != 12) {
		return r < 0 ? r : -EBADMSG;
	}
	ret_at->year = (int)state_load_u32(value.data);
	ret_at->offset = state_load_u64((const uint8_t *)value.data + 4);
	return 0;
}

static int line_of(struct registry *registry, struct state_txn *txn, uint64_t sequence,
		   struct buf *buf, struct ledger_line *ret_line)
{
	struct position at;
	int r = place_of(txn, sequence, &at);

	if (r == 0 && txn->writes && txn->state == registry->store->state) {
		/* the writer may ask for a line of the batch that it is making */
		r = ledger_read_pending(registry->store->ledger, at, ret_line);
		if (r != -ENOENT) {
			return r;
		}
		r = 0;
	}
	return r < 0 ? r : ledger_read(registry->store->ledger, at, buf, ret_line);
}

int ask_entry(struct registry *registry, struct state_txn *txn, uint64_t sequence,
	      struct arena *arena, struct event *ret_event)
{
	struct ledger_line line;
	struct buf buf;
	char why[200];
	int r;

	buf_init(&buf, LEDGER_LINE_MAX_BYTES + SM3_TEXT_BYTES + 1);
	r = line_of(registry, txn, sequence, &buf, &line);
	if (r == 0) {
		r = entry_read(line.json, line.bytes, arena, ret_event, why);
		ret_event->digest = line.digest;
	}
	buf_done(&buf);
	return r == 0 && ret_event->sequence != sequence ? -EBADMSG : r;
}

/* Calls `each` for the entries about a number, in order, after a sequence. */
static int history_walk(struct state_txn *txn, uint64_t number, uint64_t after, walk_row *each,
			void *userdata)
{
	uint8_t from[16];

	state_store_u64(from, number);
	state_store_u64(from + 8, after + 1);
	return walk_rows(txn, TABLE_HISTORY, (struct bytes){ from, sizeof(from) }, 8, each,
			 userdata);
}

static uint64_t history_sequence(struct bytes key)
{
	return key.bytes < 16 ? 0 : state_load_u64((const uint8_t *)key.data + 8);
}

struct folding {
	struct registry *registry;
	struct state_txn *txn;
	uint64_t last_sequence;
	int32_t as_of;
	struct arena *arena;
	struct application *application;
};

static int fold_row(struct bytes key, struct bytes value, void *userdata)
{
	struct folding *folding = userdata;
	uint64_t sequence = history_sequence(key);
	int offset = folding->registry->catalogue->settings.utc_offset_minutes;
	struct event event;
	int r;

	(void)value;
	if (sequence > folding->last_sequence) {
		return 1;
	}
	r = ask_entry(folding->registry, folding->txn, sequence, folding->arena, &event);
	if (r < 0 || event.version == 0) {
		return r;
	}
	if (folding->as_of != DATE_NONE &&
	    moment_date(event.recorded_usec, offset) > folding->as_of) {
		return 1;
	}
	r = application_apply(folding->application, &event, folding->arena);
	return r == -EINVAL ? -EUCLEAN : r;
}

int ask_fold(struct registry *registry, struct state_txn *txn, uint64_t number,
	     uint64_t last_sequence, int32_t as_of, struct arena *arena,
	     struct application *ret_application)
{
	struct application application = { 0 };
	struct folding folding = { registry, txn, last_sequence, as_of, arena, &application };
	int r = history_walk(txn, number, 0, fold_row, &folding);

	if (r < 0) {
		return r;
	}
	if (application.version == 0) {
		return -ENOENT;
	}
	*ret_application = application;
	return 0;
}

int ask_load(struct registry *registry, struct state_txn *txn, uint64_t number, struct arena *arena,
	     struct application *ret_application)
{
	int r = fold_load(txn, number, arena, ret_application);

	/* A record that fails its checksum is not believed; the ledger knows. */
	return r == -EBADMSG ? ask_fold(registry, txn, number, UINT64_MAX, DATE_NONE, arena,
					ret_application)
			     : r;
}

int ask_known(struct registry *registry, struct state_txn *txn, int32_t known_on,
	      uint64_t *ret_sequence, struct sm3 *ret_digest)
{
	int offset = registry->catalogue->settings.utc_offset_minutes;
	struct store_mark mark = { 0 };
	uint64_t low = 0, high;
	int r = store_read_mark(txn, &mark);

	*ret_sequence = 0;
	memset(ret_digest, 0, sizeof(*ret_digest));
	high = mark.sequence;
	while (r == 0 && low < high) {
		uint64_t middle = low + (high - low + 1) / 2;
		struct arena arena = { 0 };
		struct event event;

		r = ask_entry(registry, txn, middle, &arena, &event);
		if (r == 0 && moment_date(event.recorded_usec, offset) <= known_on) {
			low = middle;
			*ret_sequence = middle;
			*ret_digest = event.digest;
		} else {
			high = middle - 1;
		}
		arena_done(&arena);
	}
	return r == -ENOENT ? 0 : r;
}

void ask_finish(const struct registry *registry, struct application *application)
{
	application->waiting_until =
		deadline_waiting_until(application, registry->catalogue, registry_today(registry));
}

int registry_get(struct registry *registry, uint64_t number, int32_t as_of, struct arena *arena,
		 struct application *ret_application, struct problem *reterr_problem)
{
	struct state_txn txn;
	int r = state_begin(registry->store->state, false, &txn);

	if (r < 0) {
		return problem_internal(reterr_problem, "the state could not be read", r);
	}
	r = as_of == DATE_NONE
		    ? ask_load(registry, &txn, number, arena, ret_application)
		    : ask_fold(registry, &txn, number, UINT64_MAX, as_of, arena, ret_application);
	state_abort(&txn);
	if (r == -ENOENT) {
		reterr_problem->code = PROBLEM_UNKNOWN_NUMBER;
		reterr_problem->number = number;
		return -EINVAL;
	}
	if (r < 0) {
		return problem_internal(reterr_problem, "the application could not be read", r);
	}
	ask_finish(registry, ret_application);
	return 0;
}

struct listing {
	struct registry *registry;
	struct state_txn *txn;
	const struct filter *filter;
	struct arena *arena;
	int32_t today;
	struct application *found;
	size_t count, max, looks;
	uint64_t last;
	bool more;
};

static int list_row(struct bytes key, struct bytes value, void *userdata)
{
	struct listing *listing = userdata;
	struct application *application = &listing->found[listing->count];
	struct deadline deadline;
	int r;

	(void)value;
	if (listing->count == listing->max || listing->looks++ == PAGE_LOOKS_MAX) {
		listing->more = true;
		return 1;
	}
	listing->last = state_load_u64(key.data);
	r = ask_load(listing->registry, listing->txn, listing->last, listing->arena, application);
	if (r < 0) {
		return r;
	}
	deadline = deadline_of(application, listing->registry->catalogue, listing->today);
	if (filter_matches(listing->filter, application, deadline.due_on)) {
		ask_finish(listing->registry, application);
		listing->count++;
	}
	return 0;
}

int registry_list(struct registry *registry, const struct filter *filter, uint64_t *after,
		  size_t max, struct arena *arena, struct application **ret_applications,
		  size_t *ret_count, bool *ret_done)
{
	struct state_txn txn;
	struct listing listing = { .registry = registry,
				   .txn = &txn,
				   .filter = filter,
				   .arena = arena,
				   .today = registry_today(registry),
				   .found = arena_alloc(arena, sizeof(struct application) * max),
				   .max = max,
				   .last = *after };
	uint8_t from[8];
	int r = listing.found == NULL ? -ENOMEM : state_begin(registry->store->state, false, &txn);

	if (r < 0) {
		return r;
	}
	state_store_u64(from, *after + 1);
	r = walk_rows(&txn, TABLE_APPLICATIONS, (struct bytes){ from, sizeof(from) }, 0, list_row,
		      &listing);
	state_abort(&txn);
	*after = listing.last;
	*ret_applications = listing.found;
	*ret_count = listing.count;
	*ret_done = r == 0 && !listing.more;
	return r;
}

struct paging {
	struct registry *registry;
	struct state_txn *txn;
	struct arena *arena;
	struct event *events;
	size_t count, max;
	uint64_t last;
};

static int page_row(struct bytes key, struct bytes value, void *userdata)
{
	struct paging *paging = userdata;
	uint64_t sequence = history_sequence(key);
	int r;

	(void)value;
	if (paging->count == paging->max) {
		return 1;
	}
	r = ask_entry(paging->registry, paging->txn, sequence, paging->arena,
		      &paging->events[paging->count]);
	if (r == 0) {
		paging->count++;
		paging->last = sequence;
	}
	return r;
}

int registry_history(struct registry *registry, uint64_t number, uint64_t *after, size_t max,
		     struct arena *arena, struct event **ret_events, size_t *ret_count,
		     bool *ret_done, struct problem *reterr_problem)
{
	struct state_txn txn;
	struct paging paging = { registry, &txn,
				 arena,    arena_alloc(arena, sizeof(struct event) * max),
				 0,        max,
				 *after };
	int r = paging.events == NULL ? -ENOMEM : state_begin(registry->store->state, false, &txn);

	if (r < 0) {
		return problem_internal(reterr_problem, "the history could not be read", r);
	}
	r = history_walk(&txn, number, *after, page_row, &paging);
	state_abort(&txn);
	if (r < 0) {
		return problem_internal(reterr_problem, "the history could not be read", r);
	}
	if (paging.count == 0 && *after == 0) {
		reterr_problem->code = PROBLEM_UNKNOWN_NUMBER;
		reterr_problem->number = number;
		return -EINVAL;
	}
	*after = paging.last;
	*ret_events = paging.events;
	*ret_count = paging.count;
	*ret_done = paging.count < max;
	return 0;
}

int registry_export(struct registry *registry, uint64_t *next, size_t max, struct arena *arena,
		    struct stored_entry **ret_entries, size_t *ret_count, bool *ret_done)
{
	struct stored_entry *entries = arena_alloc(arena, sizeof(*entries) * max);
	struct state_txn txn;
	struct buf buf;
	size_t count = 0;
	int r = entries == NULL ? -ENOMEM : state_begin(registry->store->state, false, &txn);

	if (r < 0) {
		return r;
	}
	if (*next == 0) {
		*next = 1;
	}
	buf_init(&buf, LEDGER_LINE_MAX_BYTES + SM3_TEXT_BYTES + 1);
	while (count < max) {
		struct ledger_line line;

		r = line_of(registry, &txn, *next, &buf, &line);
		if (r < 0) {
			break;
		}
		entries[count++] =
			(struct stored_entry){ *next, arena_strndup(arena, line.json, line.bytes),
					       line.digest };
		(*next)++;
	}
	buf_done(&buf);
	state_abort(&txn);
	*ret_entries = entries;
	*ret_count = count;
	*ret_done = r == -ENOENT;
	return r < 0 && r != -ENOENT ? r : 0;
}
