/* SPDX-License-Identifier: Apache-2.0 */
/* Reload: the whole of configuration and catalogue, or nothing of it. What is open is counted anew
 * by the calendars as they are now; what is decided stays with what was known on the day of its
 * decision. */
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

struct reloading {
	struct registry *registry;
	struct state_txn *txn;
	const struct catalogue *after;
	int32_t today;
	struct change *change;
	size_t size;
};

/* An open application whose due date the new catalogue moves is told. */
static int moved_row(struct bytes key, struct bytes value, void *userdata)
{
	struct reloading *reloading = userdata;
	struct change *change = reloading->change;
	struct moved moved = { .number = state_load_u64(key.data) }, *grown;
	struct application application;
	struct arena arena = { 0 };
	int r = ask_load(reloading->registry, reloading->txn, moved.number, &arena, &application);

	(void)value;
	if (r == 0) {
		moved.before =
			deadline_of(&application, reloading->registry->catalogue, reloading->today)
				.due_on;
		moved.after = deadline_of(&application, reloading->after, reloading->today).due_on;
	}
	arena_done(&arena);
	if (r < 0 || moved.before == moved.after) {
		return r;
	}
	grown = arena_grow(&change->arena, change->moved, change->moved_count, &reloading->size,
			   sizeof(*grown));
	if (grown == NULL) {
		return -ENOMEM;
	}
	change->moved = grown;
	grown[change->moved_count++] = moved;
	return 0;
}

/* Counts by the new catalogue and makes the index of due dates by it. */
static int reload_write(struct state_txn *txn, void *userdata)
{
	struct reloading *reloading = userdata;
	int r;

	reloading->txn = txn;
	reloading->change->moved_count = 0;
	r = walk_all(txn, TABLE_OPEN, moved_row, reloading);
	return r < 0 ? r
		     : due_rebuild(reloading->registry, txn, reloading->after, reloading->today);
}

static int reload_apply(struct registry *registry, const struct catalogue *catalogue,
			struct change *change)
{
	struct reloading reloading = { .registry = registry,
				       .after = catalogue,
				       .today = registry_today(registry),
				       .change = change };
	int r = write_whole(registry->store->state, reload_write, &reloading);

	if (r == 0) {
		registry->due_day = reloading.today;
	}
	return r;
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
