/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about reviews and suits. An office has few of them: they are walked. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "proto/base/date.h"

struct case_page {
	struct arena *arena;
	struct dispute *disputes;
	size_t count, max;
	uint64_t after;
};

static int page_row(struct bytes key, struct bytes value, void *userdata)
{
	struct case_page *page = userdata;
	uint64_t at = state_load_u64(key.data);
	int r;

	if (at <= page->after) {
		return 0;
	}
	if (page->count == page->max) {
		return 1;
	}
	r = dispute_read(value.data, value.bytes, page->arena, &page->disputes[page->count]);
	page->count += r == 0;
	page->after = at;
	return r;
}

int registry_cases(struct registry *registry, uint64_t *after, size_t max, struct arena *arena,
		   struct dispute **ret_disputes, size_t *ret_count, bool *ret_done)
{
	struct case_page page = { arena, arena_alloc(arena, sizeof(*page.disputes) * max), 0, max,
				  *after };
	uint8_t from[8];
	struct state_txn txn;
	int r = page.disputes == NULL ? -ENOMEM : state_begin(registry->store->state, false, &txn);

	if (r < 0) {
		return r;
	}
	state_store_u64(from, *after);
	r = walk_rows(&txn, TABLE_CASES, (struct bytes){ from, sizeof(from) }, 0, page_row, &page);
	state_abort(&txn);
	*ret_done = page.count < max;
	*ret_disputes = page.disputes;
	*ret_count = page.count;
	*after = page.after;
	return r;
}

struct case_pressing {
	struct registry *registry;
	int32_t on;
	int within;
	struct arena *arena;
	struct case_item *items;
	size_t count, size;
};

static int pressing_row(struct bytes key, struct bytes value, void *userdata)
{
	struct case_pressing *pressing = userdata;
	const struct catalogue *catalogue = pressing->registry->catalogue;
	const struct calendar *calendar = catalogue_calendar(catalogue, pressing->on);
	struct case_item item, *grown;
	int r = dispute_read(value.data, value.bytes, pressing->arena, &item.dispute);

	(void)key;
	if (r < 0 || item.dispute.opened_on > pressing->on) {
		return r;
	}
	item.due_on = dispute_answer_by(&item.dispute, catalogue, pressing->on);
	if (item.due_on == DATE_NONE) {
		return 0;
	}
	item.working_days_left = calendar_between(calendar, pressing->on, item.due_on);
	item.light =
		light_of(&catalogue->settings, pressing->on, item.due_on, item.working_days_left);
	if (pressing->within >= 0 && item.working_days_left > pressing->within) {
		return 0;
	}
	grown = arena_grow(pressing->arena, pressing->items, pressing->count, &pressing->size,
			   sizeof(*grown));
	if (grown == NULL) {
		return -ENOMEM;
	}
	pressing->items = grown;
	grown[pressing->count++] = item;
	return 0;
}

static int pressing_order(const void *left, const void *right)
{
	const struct case_item *a = left, *b = right;

	if (a->due_on != b->due_on) {
		return a->due_on < b->due_on ? -1 : 1;
	}
	if (a->dispute.year != b->dispute.year) {
		return a->dispute.year < b->dispute.year ? -1 : 1;
	}
	return a->dispute.serial < b->dispute.serial ? -1 : 1;
}

int registry_case_backlog(struct registry *registry, int32_t as_of, int within_working_days,
			  struct arena *arena, struct case_item **ret_items, size_t *ret_count)
{
	struct case_pressing pressing = { registry,
					  as_of == DATE_NONE ? registry_today(registry) : as_of,
					  within_working_days,
					  arena,
					  NULL,
					  0,
					  0 };
	struct state_txn txn;
	int r = state_begin(registry->store->state, false, &txn);

	if (r < 0) {
		return r;
	}
	r = walk_all(&txn, TABLE_CASES, pressing_row, &pressing);
	state_abort(&txn);
	if (pressing.count > 0) {
		qsort(pressing.items, pressing.count, sizeof(*pressing.items), pressing_order);
	}
	*ret_items = pressing.items;
	*ret_count = pressing.count;
	return r;
}
