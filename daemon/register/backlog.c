/* SPDX-License-Identifier: Apache-2.0 */
/* The open applications, and what presses: their cost follows how many are open. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/record.h"
#include "daemon/register/registry.h"
#include "proto/base/date.h"

/* Calls `each` for every application that was open as of a day (DATE_NONE: now), until it returns
 * not 0. Now, they come in the order of what comes next, from the index, unless the day has turned
 * since it was made; then, and for the past, which has to be made again from the entries of every
 * application, in order of number. */
struct open_walk {
	struct registry *registry;
	struct state_txn txn;
	enum state_table table;
	int32_t on;
	struct arena *arena;
	int (*each)(const struct application *application, void *userdata);
	void *userdata;
};

static int open_row(struct bytes key, struct bytes value, void *userdata)
{
	struct open_walk *walk = userdata;
	struct registry *registry = walk->registry;
	uint64_t number =
		state_load_u64((const uint8_t *)key.data + (walk->table == TABLE_DUE ? 4 : 0));
	struct application application;
	int r = walk->table == TABLE_DUE
			? record_read(value.data, value.bytes, walk->arena, &application)
			: -EBADMSG;

	if (walk->table == TABLE_APPLICATIONS) {
		r = ask_fold(registry, &walk->txn, number, UINT64_MAX, walk->on, walk->arena,
			     &application);
	} else if (r == -EBADMSG || (r == 0 && application.number != number)) {
		r = ask_load(registry, &walk->txn, number, walk->arena, &application);
	}
	if (r == -ENOENT) {
		return 0; /* not known by then */
	}
	if (r < 0 || !application_is_open(&application)) {
		return r;
	}
	application.waiting_until =
		deadline_waiting_until(&application, registry->catalogue, walk->on);
	return walk->each(&application, walk->userdata);
}

static int open_walk(struct registry *registry, int32_t as_of, struct arena *arena,
		     int (*each)(const struct application *application, void *userdata),
		     void *userdata)
{
	int32_t today = registry_today(registry);
	struct open_walk walk = { .registry = registry,
				  .on = as_of != DATE_NONE ? as_of : today,
				  .arena = arena,
				  .each = each,
				  .userdata = userdata };
	int r = state_begin(registry->store->state, false, &walk.txn);

	if (r < 0) {
		return r;
	}
	walk.table = walk.on < today              ? TABLE_APPLICATIONS
		     : registry->due_day == today ? TABLE_DUE
						  : TABLE_OPEN;
	r = walk_all(&walk.txn, walk.table, open_row, &walk);
	state_abort(&walk.txn);
	return r;
}

struct backlog {
	struct registry *registry;
	const struct filter *filter;
	struct arena *arena;
	int32_t today;
	int within;
	int32_t last_on;
	bool in_order; /* they come from the index */
	size_t limit;  /* 0: all */
	struct backlog_item *items;
	size_t count, size;
};

/* Whether nothing that comes on `next_on` or later can be within the days asked for. */
static bool backlog_is_past(const struct backlog *backlog, int32_t next_on)
{
	return backlog->within >= 0 && next_on > backlog->last_on;
}

static int backlog_each(const struct application *application, void *userdata)
{
	struct backlog *backlog = userdata;
	struct pressing pressing =
		pressing_of(application, backlog->registry->catalogue, backlog->today);
	struct backlog_item *grown;

	if (backlog->in_order && ((backlog->limit > 0 && backlog->count == backlog->limit) ||
				  backlog_is_past(backlog, pressing.next_on))) {
		return 1;
	}
	if (!filter_matches(backlog->filter, application, pressing.deadline.due_on) ||
	    (backlog->within >= 0 &&
	     (pressing.light == LIGHT_GREY || pressing.working_days_left > backlog->within))) {
		return 0;
	}
	grown = arena_grow(backlog->arena, backlog->items, backlog->count, &backlog->size,
			   sizeof(*grown));
	if (grown == NULL) {
		return -ENOMEM;
	}
	backlog->items = grown;
	grown[backlog->count++] = (struct backlog_item){ *application, pressing };
	return 0;
}

static int pressing_order(const void *left, const void *right)
{
	const struct backlog_item *a = left, *b = right;

	if (a->pressing.next_on != b->pressing.next_on) {
		return a->pressing.next_on < b->pressing.next_on ? -1 : 1;
	}
	return a->application.number < b->application.number
		       ? -1
		       : a->application.number > b->application.number;
}

int registry_backlog(struct registry *registry, int32_t as_of, int within_working_days,
		     const struct filter *filter, size_t limit, struct arena *arena,
		     struct backlog_item **ret_items, size_t *ret_count)
{
	int32_t today = registry_today(registry);
	struct backlog backlog = {
		.registry = registry,
		.filter = filter,
		.arena = arena,
		.today = as_of == DATE_NONE ? today : as_of,
		.within = within_working_days,
		.in_order = (as_of == DATE_NONE || as_of >= today) && registry->due_day == today,
		.limit = limit,
	};
	int r;

	if (within_working_days >= 0) {
		backlog.last_on =
			calendar_add(catalogue_calendar(registry->catalogue, backlog.today),
				     backlog.today, within_working_days + 1, NULL);
	}
	r = open_walk(registry, as_of, arena, backlog_each, &backlog);

	if (r < 0) {
		return r;
	}
	if (backlog.count > 0) {
		qsort(backlog.items, backlog.count, sizeof(*backlog.items), pressing_order);
	}
	*ret_items = backlog.items;
	*ret_count = limit > 0 && limit < backlog.count ? limit : backlog.count;
	return 0;
}

struct summing {
	struct registry *registry;
	struct arena *arena;
	struct summary *summary;
	size_t handler_size;
};

static int handler_add(struct summing *summing, const char *handler)
{
	struct summary *summary = summing->summary;
	struct handler_count *grown;

	for (size_t i = 0; i < summary->handler_count; i++) {
		if (strcmp(summary->handlers[i].handler, handler) == 0) {
			summary->handlers[i].count++;
			return 0;
		}
	}
	grown = arena_grow(summing->arena, summary->handlers, summary->handler_count,
			   &summing->handler_size, sizeof(*grown));
	if (grown == NULL) {
		return -ENOMEM;
	}
	summary->handlers = grown;
	grown[summary->handler_count++] = (struct handler_count){ handler, 1 };
	return 0;
}

static int summary_each(const struct application *application, void *userdata)
{
	struct summing *summing = userdata;
	struct summary *summary = summing->summary;
	struct pressing pressing =
		pressing_of(application, summing->registry->catalogue, summary->as_of);

	summary->open++;
	summary->overdue += pressing.light == LIGHT_OVERDUE;
	summary->by_light[pressing.light]++;
	summary->by_state[application->state]++;
	summary->by_waiting[application->waiting]++;
	return handler_add(summing, application->handler == NULL ? "" : application->handler);
}

static int handler_order(const void *left, const void *right)
{
	return strcmp(((const struct handler_count *)left)->handler,
		      ((const struct handler_count *)right)->handler);
}

int registry_summary(struct registry *registry, int32_t as_of, struct arena *arena,
		     struct summary *ret_summary)
{
	struct summary summary = { .as_of = as_of == DATE_NONE ? registry_today(registry) : as_of };
	struct summing summing = { registry, arena, &summary, 0 };
	int r = open_walk(registry, as_of, arena, summary_each, &summing);

	if (r < 0) {
		return r;
	}
	if (summary.handler_count > 0) {
		qsort(summary.handlers, summary.handler_count, sizeof(*summary.handlers),
		      handler_order);
	}
	*ret_summary = summary;
	return 0;
}

struct dues {
	struct registry *registry;
	struct arena *arena;
	int32_t on;
	struct due_item *items;
	size_t count, size;
};

static int due_tell(struct dues *dues, const char *name, int32_t due_on, const char *what)
{
	const struct catalogue *catalogue = dues->registry->catalogue;
	int left = calendar_between(catalogue_calendar(catalogue, dues->on), dues->on, due_on);
	struct due_item *grown;

	if (due_on > dues->on && left > catalogue->settings.amber_working_days) {
		return 0;
	}
	grown = arena_grow(dues->arena, dues->items, dues->count, &dues->size, sizeof(*grown));
	if (grown == NULL) {
		return -ENOMEM;
	}
	dues->items = grown;
	grown[dues->count] =
		(struct due_item){ .due_on = due_on, .working_days_left = left, .what = what };
	snprintf(grown[dues->count].name, sizeof(grown[dues->count].name), "%s", name);
	dues->count++;
	return 0;
}

static int due_each(const struct application *application, void *userdata)
{
	struct dues *dues = userdata;
	struct pressing pressing = pressing_of(application, dues->registry->catalogue, dues->on);
	char number[NUMBER_TEXT_BYTES];
	int r = 0;

	number_format(application->number, number);

	if (pressing.deadline.due_on != DATE_NONE) {
		r = due_tell(dues, number, pressing.deadline.due_on, "answer");
	}
	for (size_t i = 0; r == 0 && i < pressing.owed_count; i++) {
		r = due_tell(dues, number, pressing.owed[i].by, pressing.owed[i].what);
	}
	return r;
}

static int due_order(const void *left, const void *right)
{
	const struct due_item *a = left, *b = right;

	if (a->due_on != b->due_on) {
		return a->due_on < b->due_on ? -1 : 1;
	}
	return strcmp(a->name, b->name);
}

int registry_due(struct registry *registry, int32_t on, struct arena *arena,
		 struct due_item **ret_items, size_t *ret_count)
{
	struct dues dues = { registry, arena, on, NULL, 0, 0 };
	struct case_item *cases;
	size_t count = 0;
	int r = open_walk(registry, on, arena, due_each, &dues);

	if (r == 0) {
		r = registry_case_backlog(registry, on, -1, arena, &cases, &count);
	}
	for (size_t i = 0; r == 0 && i < count; i++) {
		char name[DISPUTE_TEXT_BYTES];

		r = due_tell(&dues, dispute_format(&cases[i].dispute, name), cases[i].due_on,
			    cases[i].dispute.kind == CASE_REVIEW ? "case_answer" : "case_defence");
	}

	if (r < 0) {
		return r;
	}
	if (dues.count > 0) {
		qsort(dues.items, dues.count, sizeof(*dues.items), due_order);
	}
	*ret_items = dues.items;
	*ret_count = dues.count;
	return 0;
}
