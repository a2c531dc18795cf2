/* SPDX-License-Identifier: Apache-2.0 */
/* 结转: what is open on 31 December is carried over into the next year, by an entry of its own.
 *
 * The nightly job enters it for the open applications. A decision enters first what the job has not
 * done yet, and takes back what a late entry shows to be wrong; so the entries always say the same
 * as the dates. A reopened application has been decided once and is in no table again: it is not
 * carried. */
#include <errno.h>

#include "daemon/register/registry.h"
#include "proto/base/date.h"

static int carry_over_enter(struct draft *draft, uint64_t number, int year)
{
	struct application *application;
	struct event event = { .action = ACTION_CARRY_OVER, .number = number };
	int r = draft_find(draft, number, &application);

	if (r < 0) {
		return r;
	}
	event.on = date_year_end(year);
	event.version = application->version + 1;
	field_set_number(&event.fields, FIELD_YEAR, year);
	if (application_is_open(application) && application->decisions == 0 &&
	    application->state != STATE_CARRIED_OVER && year > application->carried_through) {
		field_set_number(&event.fields, FIELD_STATE, STATE_CARRIED_OVER);
		field_set_number(&event.was, FIELD_STATE, application->state);
	}
	return draft_enter(draft, &event);
}

static bool was_corrected(const struct application *application)
{
	for (size_t i = 1; i < application->mark_count; i++) {
		if (application->marks[i].kind == MARK_RESTART &&
		    application->marks[i - 1].kind == MARK_STOP &&
		    application->marks[i - 1].argument == WAITING_CORRECTION) {
			return true;
		}
	}
	return false;
}

static int carry_over_take_back(struct draft *draft, uint64_t number, int year)
{
	struct application *application;
	struct event event = { .action = ACTION_TAKE_BACK_CARRY_OVER, .number = number };
	int r = draft_find(draft, number, &application);

	if (r < 0) {
		return r;
	}
	event.on = date_year_end(year);
	event.version = application->version + 1;
	field_set_number(&event.fields, FIELD_YEAR, year);
	if (application->state == STATE_CARRIED_OVER && year == application->carried_through &&
	    year <= date_year(application->received_on)) {
		field_set_number(&event.fields, FIELD_STATE,
				 was_corrected(application) ? STATE_CORRECTED : STATE_RECEIVED);
		field_set_number(&event.was, FIELD_STATE, STATE_CARRIED_OVER);
	}
	return draft_enter(draft, &event);
}

int rollup_align(struct draft *draft, uint64_t number, int received_before, int through)
{
	struct application *application;
	int r = draft_find(draft, number, &application);
	int received, carried;

	if (r < 0) {
		return r;
	}
	received = date_year(application->received_on);
	carried = application->carried_through;
	for (int year = received; r == 0 && year <= through; year++) {
		if (year < received_before || year > carried) {
			r = carry_over_enter(draft, number, year);
		}
	}
	for (int year = carried; r == 0 && year >= received_before; year--) {
		if (year < received || year > through) {
			r = carry_over_take_back(draft, number, year);
		}
	}
	return r;
}

static int rollup_row(struct bytes key, struct bytes value, void *userdata)
{
	struct draft *draft = userdata;
	int through = date_year(draft->change->on) - 1;
	struct application *application;
	uint64_t number = state_load_u64(key.data);
	int r = draft_find(draft, number, &application);

	(void)value;
	if (r == 0 && application->decisions == 0 && application->carried_through < through &&
	    date_year(application->received_on) <= through) {
		r = rollup_align(draft, number, date_year(application->received_on), through);
	}
	return r;
}

/* Nothing is written before the draft is whole, so the walk is not disturbed. */
int rollup_draft(struct draft *draft)
{
	return walk_all(draft->txn, TABLE_OPEN, rollup_row, draft);
}

struct would_carry {
	struct registry *registry;
	struct state_txn *txn;
	int32_t on;
	struct arena *arena;
	uint64_t *numbers;
	size_t count, size;
};

static int would_carry_row(struct bytes key, struct bytes value, void *userdata)
{
	struct would_carry *would = userdata;
	uint64_t number = state_load_u64(key.data), *grown;
	struct application application;
	struct arena arena = { 0 };
	int r = ask_load(would->registry, would->txn, number, &arena, &application);
	bool carried = r == 0 && application.decisions == 0 && application.received_on <= would->on;

	(void)value;
	arena_done(&arena);
	if (r < 0 || !carried) {
		return r;
	}
	grown = arena_grow(would->arena, would->numbers, would->count, &would->size,
			   sizeof(*grown));
	if (grown == NULL) {
		return -ENOMEM;
	}
	would->numbers = grown;
	grown[would->count++] = number;
	return 0;
}

int registry_would_carry(struct registry *registry, int32_t on, struct arena *arena,
			 uint64_t **ret_numbers, size_t *ret_count)
{
	struct would_carry would = { .registry = registry, .on = on, .arena = arena };
	struct state_txn txn;
	int r = state_begin(registry->store->state, false, &txn);

	if (r < 0) {
		return r;
	}
	would.txn = &txn;
	r = walk_all(&txn, TABLE_OPEN, would_carry_row, &would);
	state_abort(&txn);
	*ret_numbers = would.numbers;
	*ret_count = would.count;
	return r;
}
