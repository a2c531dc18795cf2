/* SPDX-License-Identifier: Apache-2.0 */
/* Reload: the whole of configuration and catalogue, or nothing of it. What is open is counted anew by the
 * calendars as they are now; what is decided stays with what was known on the day of its decision. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/load/load.h"
#include "daemon/register/registry.h"
#include "proto/base/date.h"

static int reload_refuse(struct problem *problem, const struct yaml_problem *found)
{
	problem->code = PROBLEM_RELOAD_REFUSED;
	problem->line = found->line;
	problem->column = found->column;
	snprintf(problem->file, sizeof(problem->file), "%s", found->file);
	snprintf(problem->text, sizeof(problem->text), "%s", found->text);
	return -EINVAL;
}

static int moved_add(struct change *change, size_t *size, struct moved moved)
{
	if (change->moved_count == *size) {
		struct moved *grown =
			arena_alloc(&change->arena, sizeof(*grown) * (*size * 2 + 64));

		if (grown == NULL) {
			return -ENOMEM;
		}
		if (change->moved_count > 0) {
			memcpy(grown, change->moved, sizeof(*grown) * change->moved_count);
		}
		change->moved = grown;
		*size = *size * 2 + 64;
	}
	change->moved[change->moved_count++] = moved;
	return 0;
}

/* The open applications whose due date another catalogue moves, in order of number. */
static int moved_find(struct registry *registry, struct state_txn *txn,
		      const struct catalogue *after, int32_t today, struct change *change)
{
	struct state_cursor cursor;
	struct bytes key, value;
	size_t size = 0;
	int r = state_cursor_open(txn, TABLE_OPEN, &cursor);

	if (r < 0) {
		return r;
	}
	change->moved_count = 0;
	for (r = state_cursor_seek(&cursor, NULL, 0, &key, &value); r > 0;
	     r = state_cursor_next(&cursor, &key, &value)) {
		struct arena arena = { 0 };
		struct application application;
		struct moved moved = { .number = state_load_u64(key.data) };
		int found = ask_load(registry, txn, moved.number, &arena, &application);

		if (found == 0) {
			moved.before = deadline_of(&application, registry->catalogue, today).due_on;
			moved.after = deadline_of(&application, after, today).due_on;
			found = moved.before == moved.after ? 0 : moved_add(change, &size, moved);
		}
		arena_done(&arena);
		if (found < 0) {
			r = found;
			break;
		}
	}
	state_cursor_close(&cursor);
	return r;
}

/* Counts by the new catalogue and makes the index of due dates by it. */
static int reload_apply(struct registry *registry, const struct catalogue *catalogue,
			struct change *change)
{
	int32_t today = registry_today(registry);

	for (;;) {
		struct state_txn txn;
		int r = state_begin(registry->store->state, true, &txn);

		if (r < 0) {
			return r;
		}
		r = moved_find(registry, &txn, catalogue, today, change);
		if (r == 0) {
			r = due_rebuild(registry, &txn, catalogue, today);
		}
		if (r == 0) {
			r = state_commit(&txn);
		} else {
			state_abort(&txn);
		}
		if (r == 0) {
			registry->due_day = today;
			return 0;
		}
		if (!txn.map_full || state_grow(registry->store->state) < 0) {
			return r;
		}
	}
}

int reload_do(struct registry *registry, struct change *change)
{
	struct catalogue *catalogue;
	struct load_places places;
	struct yaml_problem found = { 0 };
	int r;

	change->problem = (struct problem){ .step = -1 };
	if (registry->loaded_count == RETIRED_MAX) {
		snprintf(found.text, sizeof(found.text),
			 "there have been %d reloads since the daemon started: restart it",
			 RETIRED_MAX);
		reload_refuse(&change->problem, &found);
		return 0;
	}
	r = load_catalogue(registry->configuration, &catalogue, &places, &found);
	if (r == -EINVAL) {
		reload_refuse(&change->problem, &found);
		return 0;
	}
	if (r == 0) {
		r = reload_apply(registry, catalogue, change);
		if (r == 0) {
			registry->loaded[registry->loaded_count++] = catalogue;
			registry->catalogue = catalogue;
		} else {
			catalogue_free(catalogue);
		}
	}
	if (r < 0) {
		problem_internal(&change->problem, "the catalogue could not be read again", r);
	}
	return 0;
}
