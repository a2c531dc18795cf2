/* SPDX-License-Identifier: Apache-2.0 */
/* The index of what comes next: every open application under the day by which its answer is due, or
 * while no limit runs, under the last day of what it waits for. It depends on the calendar, which
 * the entries do not, so the state says which calendar it was made by; another one, and it is made
 * anew. */
#include <errno.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "proto/base/date.h"

#define DUE_ROW       "calendar"
#define DUE_ROW_BYTES (4 + SM3_BYTES)

static uint32_t date_biased(int32_t date)
{
	return (uint32_t)date ^ 0x80000000U;
}

static void due_key(const struct fold *fold, const struct application *application,
		    uint8_t key[static DUE_KEY_BYTES])
{
	state_store_u32(key,
			date_biased(deadline_next(application, fold->catalogue, fold->known_on)));
	state_store_u64(key + 4, application->number);
}

void due_index(const struct fold *fold, const struct application *application, bool add)
{
	uint8_t key[DUE_KEY_BYTES];

	if (!application_is_open(application)) {
		return;
	}
	due_key(fold, application, key);
	if (add) {
		state_put(fold->txn, TABLE_DUE, key, sizeof(key), NULL, 0);
	} else {
		state_delete(fold->txn, TABLE_DUE, key, sizeof(key));
	}
}

/* What a due date depends on besides the entries. */
static struct sm3 calendar_digest(const struct catalogue *catalogue, int32_t known_on)
{
	const struct calendar *calendar = catalogue_calendar(catalogue, known_on);
	const struct settings *settings = &catalogue->settings;
	int32_t numbers[] = {
		settings->answer_working_days,
		settings->consultation_working_days,
		settings->payment_working_days,
		settings->correction_notice_working_days,
		policy_differs(settings->pause_begins, policy_pause_begins),
		policy_differs(settings->pause_ends, policy_pause_ends),
		policy_differs(settings->late_correction_notice, policy_late_notice),
	};
	struct sm3 digest = sm3_of(numbers, sizeof(numbers), NULL, 0);

	for (size_t i = 0; i < calendar->year_count; i++) {
		const struct calendar_year *year = &calendar->years[i];

		digest = sm3_of(digest.bytes, SM3_BYTES, &year->year, sizeof(year->year));
		for (size_t day = 0; day < year->day_count; day++) {
			int32_t row[] = { year->days[day].date, year->days[day].works };

			digest = sm3_of(digest.bytes, SM3_BYTES, row, sizeof(row));
		}
	}
	return digest;
}

int32_t due_known_on(struct state_txn *txn)
{
	struct bytes value;

	if (state_get(txn, TABLE_META, DUE_ROW, strlen(DUE_ROW), &value) < 0 ||
	    value.bytes != DUE_ROW_BYTES) {
		return DATE_NONE;
	}
	return (int32_t)state_load_u32(value.data);
}

static bool due_is_current(struct state_txn *txn, const struct sm3 *digest)
{
	struct bytes value;

	return state_get(txn, TABLE_META, DUE_ROW, strlen(DUE_ROW), &value) == 0 &&
	       value.bytes == DUE_ROW_BYTES &&
	       memcmp((const uint8_t *)value.data + 4, digest->bytes, SM3_BYTES) == 0;
}

static int clear_row(struct bytes key, struct bytes value, void *userdata)
{
	(void)value;
	return state_delete(userdata, TABLE_DUE, key.data, key.bytes);
}

struct rebuilding {
	struct registry *registry;
	struct fold fold;
};

static int rebuild_row(struct bytes key, struct bytes value, void *userdata)
{
	struct rebuilding *rebuilding = userdata;
	struct application application;
	struct arena arena = { 0 };
	int r = ask_load(rebuilding->registry, rebuilding->fold.txn, state_load_u64(key.data),
			 &arena, &application);

	(void)value;
	if (r == 0) {
		due_index(&rebuilding->fold, &application, true);
		r = rebuilding->fold.txn->error;
	}
	arena_done(&arena);
	return r;
}

int due_rebuild(struct registry *registry, struct state_txn *txn, const struct catalogue *catalogue,
		int32_t known_on)
{
	struct rebuilding rebuilding = { registry, { txn, catalogue, known_on } };
	struct sm3 digest = calendar_digest(catalogue, known_on);
	uint8_t row[DUE_ROW_BYTES];
	int r = walk_all(txn, TABLE_DUE, clear_row, txn);

	if (r == 0) {
		r = walk_all(txn, TABLE_OPEN, rebuild_row, &rebuilding);
	}
	if (r < 0) {
		return r;
	}
	state_store_u32(row, (uint32_t)known_on);
	memcpy(row + 4, digest.bytes, SM3_BYTES);
	return state_put(txn, TABLE_META, DUE_ROW, strlen(DUE_ROW), row, sizeof(row));
}

int due_ensure(struct registry *registry, struct state_txn *txn, int32_t today)
{
	struct sm3 digest;

	if (registry->due_day == today) {
		return 0;
	}
	digest = calendar_digest(registry->catalogue, today);
	return due_is_current(txn, &digest)
		       ? 0
		       : due_rebuild(registry, txn, registry->catalogue, today);
}
