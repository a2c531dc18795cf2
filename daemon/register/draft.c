/* SPDX-License-Identifier: Apache-2.0 */
/* A change being worked out in memory: the applications that it touches, in order of number, and
 * the entries that it makes. */
#include <errno.h>
#include <string.h>

#include "daemon/register/registry.h"

#define EVENTS_MAX (1024 * 1024) /* of one change */

/* Where `number` is in the touched ones, or would be put. */
static size_t touched_place(const struct draft *draft, uint64_t number)
{
	size_t low = 0, high = draft->touched_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (draft->touched[middle].number < number) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static struct application *touched_at(struct draft *draft, size_t place, uint64_t number)
{
	return place < draft->touched_count && draft->touched[place].number == number
		       ? &draft->touched[place].application
		       : NULL;
}

static int touched_insert(struct draft *draft, size_t place, uint64_t number,
			  const struct application *application)
{
	struct touched *grown =
		arena_grow(&draft->change->arena, draft->touched, draft->touched_count,
			   &draft->touched_size, sizeof(*grown));

	if (grown == NULL) {
		return -ENOMEM;
	}
	draft->touched = grown;
	memmove(&draft->touched[place + 1], &draft->touched[place],
		sizeof(*draft->touched) * (draft->touched_count - place));
	draft->touched[place] = (struct touched){ number, *application };
	draft->touched_count++;
	return 0;
}

int draft_find(struct draft *draft, uint64_t number, struct application **ret_application)
{
	size_t place = touched_place(draft, number);
	struct application *application = touched_at(draft, place, number), stored;
	int r;

	if (application == NULL) {
		r = fold_load(draft->txn, number, &draft->change->arena, &stored);
		if (r == -EBADMSG) {
			r = ask_load(draft->registry, draft->txn, number, &draft->change->arena,
				     &stored);
			if (r == 0) {
				r = fold_mend(draft->txn, &stored);
			}
		}
		if (r == 0) {
			r = touched_insert(draft, place, number, &stored);
		}
		if (r < 0) {
			return r;
		}
		application = &draft->touched[place].application;
	}
	*ret_application = application;
	return 0;
}

struct application *draft_touched(struct draft *draft, uint64_t number)
{
	return touched_at(draft, touched_place(draft, number), number);
}

uint32_t draft_serial(struct draft *draft, int year)
{
	uint32_t last = fold_serial(draft->txn, year);
	size_t place = touched_place(draft, number_make(year + 1, 0));

	if (place > 0 && number_year(draft->touched[place - 1].number) == year &&
	    number_serial(draft->touched[place - 1].number) > last) {
		last = number_serial(draft->touched[place - 1].number);
	}
	return last;
}

static struct event *draft_event(struct draft *draft)
{
	struct change *change = draft->change;
	struct event *grown = arena_grow(&change->arena, change->events, change->event_count,
					 &draft->event_size, sizeof(*grown));

	if (grown == NULL || change->event_count >= EVENTS_MAX) {
		return NULL;
	}
	change->events = grown;
	return &change->events[change->event_count++];
}

int draft_enter(struct draft *draft, const struct event *event)
{
	struct event *entered = draft_event(draft);
	struct application *application, logged = { 0 };
	int r;

	if (entered == NULL) {
		return -ENOMEM;
	}
	*entered = *event;
	entered->sequence = draft->sequence + draft->change->event_count;
	entered->recorded_usec = draft->now_usec;
	entered->actor = draft->change->actor;
	entered->uid = draft->change->uid;
	entered->key = draft->change->key;
	if (draft->change->key != NULL) {
		entered->call = draft->change->call;
	}
	if (entered->version == 0) {
		return 0;
	}
	if (entered->action == ACTION_LOG) {
		r = application_apply(&logged, entered, &draft->change->arena);
		return r < 0 ? r
			     : touched_insert(draft, touched_place(draft, entered->number),
					      entered->number, &logged);
	}
	r = draft_find(draft, entered->number, &application);
	return r < 0 ? r : application_apply(application, entered, &draft->change->arena);
}
