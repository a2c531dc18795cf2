/* SPDX-License-Identifier: Apache-2.0 */
/* A register of two years, and in each trial one row of its state changed, removed or added behind
 * its back: a verification has to name that row, every time. The row is put back after it, and the
 * state is then byte for byte what it was.
 *
 * OGID_SEED sets the register and the rows; OGID_TRIALS=50: so many trials of each kind. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/record.h"
#include "daemon/load/load.h"
#include "proto/base/date.h"
#include "tests/unit/made_register.h"

#define APPLICATIONS 520
#define ROW_MAX      4096

static struct catalogue *catalogue;
static struct made made;

struct row {
	struct bytes key, value;
};

/* The clean state: every table's rows, and the digest of all. */
static struct rows {
	struct arena arena;
	struct row *rows[TABLE_COUNT];
	size_t count[TABLE_COUNT], size[TABLE_COUNT];
	struct sm3 digest;
} clean;

/* One row made different, and back. */
struct mutation {
	enum state_table table;
	uint8_t key[256];
	size_t key_bytes;
	bool had, has;
	uint8_t old[ROW_MAX], new[ROW_MAX];
	size_t old_bytes, new_bytes;
	char expected[300]; /* what names it */
	uint64_t flipped;   /* the application whose record is unreadable */
	bool same_row;      /* the tables count it as before */
};

static uint64_t any(uint64_t below)
{
	return made_random(&made, below);
}

/* ---- the state, read and written behind the register's back ---- */

static struct bytes bytes_keep(struct arena *arena, struct bytes bytes)
{
	void *copy = arena_alloc(arena, bytes.bytes + 1);

	assert_non_null(copy);
	if (bytes.bytes > 0) {
		memcpy(copy, bytes.data, bytes.bytes);
	}
	return (struct bytes){ copy, bytes.bytes };
}

static void row_keep(struct rows *rows, enum state_table table, struct row row)
{
	struct row *grown = arena_grow(&rows->arena, rows->rows[table], rows->count[table],
				       &rows->size[table], sizeof(*grown));

	assert_non_null(grown);
	rows->rows[table] = grown;
	grown[rows->count[table]++] = (struct row){ bytes_keep(&rows->arena, row.key),
						    bytes_keep(&rows->arena, row.value) };
}

static void rows_read(struct rows *rows)
{
	struct state_db *state;
	struct state_txn txn;

	*rows = (struct rows){ 0 };
	assert_int_equal(state_open(made.state, 0, &state), 0);
	assert_int_equal(state_begin(state, false, &txn), 0);
	for (int table = TABLE_META + 1; table < TABLE_COUNT; table++) {
		struct state_cursor cursor;
		struct row row;
		int r;

		assert_int_equal(state_cursor_open(&txn, (enum state_table)table, &cursor), 0);
		r = state_cursor_seek(&cursor, NULL, 0, &row.key, &row.value);
		for (; r > 0; r = state_cursor_next(&cursor, &row.key, &row.value)) {
			row_keep(rows, (enum state_table)table, row);
			rows->digest = sm3_of(&rows->digest, sizeof(rows->digest), row.key.data,
					      row.key.bytes);
			rows->digest = sm3_of(&rows->digest, sizeof(rows->digest), row.value.data,
					      row.value.bytes);
		}
		assert_int_equal(r, 0);
		state_cursor_close(&cursor);
	}
	state_abort(&txn);
	state_close(state);
}

static void row_put(const struct mutation *m, bool has, const uint8_t *value, size_t bytes)
{
	struct state_db *state;
	struct state_txn txn;

	assert_int_equal(state_open(made.state, 0, &state), 0);
	assert_int_equal(state_begin(state, true, &txn), 0);
	assert_int_equal(has ? state_put(&txn, m->table, m->key, m->key_bytes, value, bytes)
			     : state_delete(&txn, m->table, m->key, m->key_bytes),
			 0);
	assert_int_equal(state_commit(&txn), 0);
	state_close(state);
}

/* What stands there now is what was put, and is not what was there. */
static void assert_hit(const struct mutation *m)
{
	struct state_db *state;
	struct state_txn txn;
	struct bytes value;

	assert_int_equal(state_open(made.state, 0, &state), 0);
	assert_int_equal(state_begin(state, false, &txn), 0);
	assert_int_equal(state_get(&txn, m->table, m->key, m->key_bytes, &value),
			 m->has ? 0 : -ENOENT);
	if (m->has) {
		assert_int_equal(value.bytes, m->new_bytes);
		assert_memory_equal(value.data, m->new, m->new_bytes);
	}
	assert_true(m->had != m->has || m->old_bytes != m->new_bytes ||
		    memcmp(m->old, m->new, m->old_bytes) != 0);
	state_abort(&txn);
	state_close(state);
}

/* ---- choosing a row ---- */

static void mutation_key(struct mutation *m, enum state_table table, const void *key, size_t bytes)
{
	assert_true(bytes <= sizeof(m->key));
	m->table = table;
	memcpy(m->key, key, bytes);
	m->key_bytes = bytes;
}

/* A row that is there, to be changed: new begins as a copy of old. */
static void mutation_of(struct mutation *m, enum state_table table, const struct row *row)
{
	assert_true(row->value.bytes <= ROW_MAX);
	mutation_key(m, table, row->key.data, row->key.bytes);
	m->had = m->has = true;
	m->old_bytes = m->new_bytes = row->value.bytes;
	memcpy(m->old, row->value.data, row->value.bytes);
	memcpy(m->new, row->value.data, row->value.bytes);
}

static const struct row *any_row(enum state_table table)
{
	assert_true(clean.count[table] > 0);
	return &clean.rows[table][any(clean.count[table])];
}

static void any_of(struct mutation *m, enum state_table table)
{
	mutation_of(m, table, any_row(table));
}

static bool is_there(enum state_table table, const void *key, size_t bytes)
{
	for (size_t i = 0; i < clean.count[table]; i++) {
		struct bytes have = clean.rows[table][i].key;

		if (have.bytes == bytes && memcmp(have.data, key, bytes) == 0) {
			return true;
		}
	}
	return false;
}

static void expect_number(struct mutation *m, const char *what, uint64_t number)
{
	char text[NUMBER_TEXT_BYTES];

	snprintf(m->expected, sizeof(m->expected), "%s of application %s:", what,
		 number_format(number, text));
}

/* Names the row of a mutation's key, for every table. */
static void expect(struct mutation *m)
{
	const uint8_t *key = m->key;
	size_t most = sizeof(m->expected);

	switch (m->table) {
	case TABLE_APPLICATIONS:
		expect_number(m, "applications", state_load_u64(key));
		break;
	case TABLE_OPEN:
		expect_number(m, "open", state_load_u64(key));
		break;
	case TABLE_HISTORY:
		expect_number(m, "history", state_load_u64(key));
		break;
	case TABLE_DUE:
		expect_number(m, "due", state_load_u64(key + 4));
		break;
	case TABLE_APPLICANTS:
		expect_number(m, "applicants", state_load_u64(key + 16));
		break;
	case TABLE_ENTRIES:
		snprintf(m->expected, most,
			 "place of entry %llu:", (unsigned long long)state_load_u64(key));
		break;
	case TABLE_KEYS:
		snprintf(m->expected, most, "key of entry %llu:",
			 (unsigned long long)state_load_u64(m->had ? m->old : m->new));
		break;
	case TABLE_SERIALS:
		snprintf(m->expected, most, "last serial of %u:", state_load_u32(key));
		break;
	case TABLE_COUNTERS:
		snprintf(m->expected, most, "counter of %u, %s, %.*s:", state_load_u32(key),
			 category_names[key[4]], (int)m->key_bytes - 5, (const char *)key + 5);
		break;
	case TABLE_CASES:
		snprintf(m->expected, most, "case C%u-%04u:", state_load_u32(key),
			 state_load_u32(key + 4));
		break;
	case TABLE_FIGURES:
		snprintf(m->expected, most, "figure %s of %u, entry %llu:", (const char *)key + 4,
			 state_load_u32(key),
			 (unsigned long long)state_load_u64(key + m->key_bytes - 8));
		break;
	case TABLE_REPORTS:
		snprintf(m->expected, most, "%s of %u, entry %llu:", key[0] ? "snapshot" : "seal",
			 state_load_u32(key + 1), (unsigned long long)state_load_u64(key + 5));
		break;
	default:
		fail();
	}
}

/* ---- the kinds ---- */

static void removed(struct mutation *m, enum state_table table)
{
	any_of(m, table);
	m->has = false;
	m->new_bytes = 0;
}

static void counter_changed(struct mutation *m, enum state_table table)
{
	uint64_t count;

	any_of(m, table);
	count = state_load_u64(m->old) + 1 + any(9);
	if (any(2) == 0 && state_load_u64(m->old) > 1) {
		count = 1 + any(state_load_u64(m->old) - 1);
	}
	state_store_u64(m->new, count);
}

static void counter_added(struct mutation *m, enum state_table table)
{
	do {
		any_of(m, table);
		state_store_u32(m->key, MADE_FIRST_YEAR + (uint32_t)any(3));
		m->key[4] = (uint8_t)any(CATEGORY_COUNT);
	} while (is_there(table, m->key, m->key_bytes));
	m->had = false;
	state_store_u64(m->new, 1 + any(9));
}

static uint64_t any_number(void)
{
	return state_load_u64(any_row(TABLE_APPLICATIONS)->key.data);
}

/* A row that is not there, beside one that is. */
static void index_added(struct mutation *m, enum state_table table)
{
	do {
		any_of(m, table);
		switch (table) {
		case TABLE_OPEN:
			state_store_u64(m->key, any_number());
			break;
		case TABLE_DUE:
			m->key[3] = (uint8_t)any(256);
			break;
		case TABLE_APPLICANTS:
			state_store_u64(m->key + 16, any_number());
			break;
		case TABLE_HISTORY:
			state_store_u64(m->key + 8, 1 + any(clean.count[TABLE_ENTRIES]));
			break;
		case TABLE_ENTRIES:
			state_store_u64(m->key, clean.count[TABLE_ENTRIES] + 1 + any(1000));
			break;
		case TABLE_KEYS:
			m->key[any(SM3_BYTES)] ^= (uint8_t)(1 + any(255));
			break;
		case TABLE_SERIALS:
			state_store_u32(m->key, 1990 + (uint32_t)any(100));
			break;
		case TABLE_REPORTS:
			state_store_u64(m->key + 5, 1 + any(clean.count[TABLE_ENTRIES]));
			break;
		default:
			fail();
		}
	} while (is_there(table, m->key, m->key_bytes));
	m->had = false;
}

/* One bit of the value. */
static void flipped(struct mutation *m, enum state_table table)
{
	any_of(m, table);
	m->new[any(m->new_bytes)] ^= (uint8_t)(1 << any(8));
	if (table == TABLE_APPLICATIONS) {
		m->flipped = state_load_u64(m->key);
	}
}

static int32_t other_day(int32_t day)
{
	int32_t by = 1 + (int32_t)any(400);

	return any(2) == 0 ? day + by : day - by;
}

static const char *other_reason(const char *reason)
{
	const char *other;

	do {
		other = catalogue->reasons[any(catalogue->reason_count)].code;
	} while (strcmp(other, reason) == 0);
	return other;
}

enum fact { FACT_CATEGORY, FACT_RECEIVED_ON, FACT_FIRST_DECIDED_ON, FACT_FIRST_ROW };

/* The form counts a withdrawal among the others. */
static bool is_misc(const char *row)
{
	return strcmp(row, "other.withdrawn") == 0 || strcmp(row, "other.misc") == 0;
}

static bool fact_change(struct mutation *m, struct application *application, enum fact fact)
{
	switch (fact) {
	case FACT_CATEGORY:
		application->category = (enum category)(
			(application->category + 1 + any(CATEGORY_COUNT - 1)) % CATEGORY_COUNT);
		return true;
	case FACT_RECEIVED_ON:
		application->received_on = other_day(application->received_on);
		return true;
	case FACT_FIRST_DECIDED_ON:
		if (application->decisions == 0) {
			return false;
		}
		application->first_decided_on = other_day(application->first_decided_on);
		return true;
	case FACT_FIRST_ROW:
		if (application->state != STATE_REFUSED) {
			return false;
		}
		application->reason = other_reason(application->first_row);
		m->same_row = is_misc(application->first_row) && is_misc(application->reason);
		application->first_row = application->reason;
		return true;
	}
	return false;
}

/* Another fact in a record, under a checksum that is right. */
static void record_changed(struct mutation *m, enum fact fact)
{
	bool changed = false;

	while (!changed) {
		struct application application;
		struct arena arena = { 0 };
		struct buf out;

		any_of(m, TABLE_APPLICATIONS);
		buf_init(&out, ROW_MAX);
		assert_int_equal(record_read(m->old, m->old_bytes, &arena, &application), 0);
		changed = fact_change(m, &application, fact);
		assert_int_equal(record_write(&application, &out), 0);
		m->new_bytes = out.len;
		memcpy(m->new, out.data, out.len);
		buf_done(&out);
		arena_done(&arena);
	}
}

static void category_changed(struct mutation *m, enum state_table table)
{
	(void)table;
	record_changed(m, FACT_CATEGORY);
}

static void received_on_changed(struct mutation *m, enum state_table table)
{
	(void)table;
	record_changed(m, FACT_RECEIVED_ON);
}

static void first_decided_on_changed(struct mutation *m, enum state_table table)
{
	(void)table;
	record_changed(m, FACT_FIRST_DECIDED_ON);
}

static void first_row_changed(struct mutation *m, enum state_table table)
{
	(void)table;
	record_changed(m, FACT_FIRST_ROW);
}

static void case_changed(struct mutation *m, bool result)
{
	struct dispute dispute = { 0 };
	struct arena arena = { 0 };
	struct buf out;

	do {
		any_of(m, TABLE_CASES);
		assert_int_equal(dispute_read(m->old, m->old_bytes, &arena, &dispute), 0);
	} while (dispute.conclusion_count == 0);
	if (result) {
		dispute.conclusions[0].result = (enum case_result)(
			(dispute.conclusions[0].result + 1 + any(2)) % RESULT_COUNT);
	} else if (any(2) == 0) {
		dispute.conclusions[0].on = other_day(dispute.conclusions[0].on);
	} else {
		dispute.opened_on = other_day(dispute.opened_on);
	}
	buf_init(&out, ROW_MAX);
	assert_int_equal(dispute_write(&dispute, &out), 0);
	m->new_bytes = out.len;
	memcpy(m->new, out.data, out.len);
	buf_done(&out);
	arena_done(&arena);
}

static void case_result_changed(struct mutation *m, enum state_table table)
{
	(void)table;
	case_changed(m, true);
}

static void case_day_changed(struct mutation *m, enum state_table table)
{
	(void)table;
	case_changed(m, false);
}

static void figure_changed(struct mutation *m, enum state_table table)
{
	uint8_t *digit;

	any_of(m, table);
	digit = &m->new[4 + any(m->new_bytes - 4)];
	*digit = (uint8_t)('0' + ((uint64_t)*digit - '0' + 1 + any(9)) % 10);
}

static void number_changed(struct mutation *m, enum state_table table)
{
	any_of(m, table);
	state_store_u32(m->new, state_load_u32(m->old) + 1 + (uint32_t)any(5));
}

static const struct kind {
	const char *name;
	void (*make)(struct mutation *m, enum state_table table);
	enum state_table table;
	bool recounted; /* a recount fails too */
} kinds[] = {
	{ "a counter changed", counter_changed, TABLE_COUNTERS, true },
	{ "a counter removed", removed, TABLE_COUNTERS, true },
	{ "a counter added", counter_added, TABLE_COUNTERS, true },
	{ "an open one removed", removed, TABLE_OPEN, false },
	{ "an open one added", index_added, TABLE_OPEN, false },
	{ "a due date removed", removed, TABLE_DUE, false },
	{ "a due date added", index_added, TABLE_DUE, false },
	{ "an applicant removed", removed, TABLE_APPLICANTS, false },
	{ "an applicant added", index_added, TABLE_APPLICANTS, false },
	{ "a row of the history removed", removed, TABLE_HISTORY, false },
	{ "a row of the history added", index_added, TABLE_HISTORY, false },
	{ "a row of the history flipped", flipped, TABLE_HISTORY, false },
	{ "the place of an entry removed", removed, TABLE_ENTRIES, false },
	{ "the place of an entry added", index_added, TABLE_ENTRIES, false },
	{ "the place of an entry flipped", flipped, TABLE_ENTRIES, false },
	{ "a key removed", removed, TABLE_KEYS, false },
	{ "a key added", index_added, TABLE_KEYS, false },
	{ "a last serial removed", removed, TABLE_SERIALS, false },
	{ "a last serial added", index_added, TABLE_SERIALS, false },
	{ "a last serial changed", number_changed, TABLE_SERIALS, false },
	{ "a record removed", removed, TABLE_APPLICATIONS, false },
	{ "a record's category", category_changed, TABLE_APPLICATIONS, true },
	{ "a record's received_on", received_on_changed, TABLE_APPLICATIONS, false },
	{ "a record's first_decided_on", first_decided_on_changed, TABLE_APPLICATIONS, false },
	{ "a record's first_row and reason", first_row_changed, TABLE_APPLICATIONS, true },
	{ "a record's bit flipped", flipped, TABLE_APPLICATIONS, false },
	{ "a case's result", case_result_changed, TABLE_CASES, false },
	{ "a case's day", case_day_changed, TABLE_CASES, false },
	{ "a case removed", removed, TABLE_CASES, false },
	{ "a case's bit flipped", flipped, TABLE_CASES, false },
	{ "a figure's value", figure_changed, TABLE_FIGURES, false },
	{ "a figure removed", removed, TABLE_FIGURES, false },
	{ "a seal or snapshot removed", removed, TABLE_REPORTS, false },
	{ "a seal or snapshot added", index_added, TABLE_REPORTS, false },
	{ "a seal or snapshot changed", number_changed, TABLE_REPORTS, false },
};

/* ---- a trial ---- */

/* An unreadable record is read from the ledger in its stead. */
static void mended_get(struct registry *registry, void *userdata)
{
	const struct mutation *m = userdata;
	struct application good, got;
	struct problem problem = { 0 };
	struct arena arena = { 0 };

	if (m->flipped != 0) {
		assert_int_equal(record_read(m->old, m->old_bytes, &arena, &good), 0);
		assert_int_equal(
			registry_get(registry, m->flipped, DATE_NONE, &arena, &got, &problem), 0);
		assert_int_equal(got.version, good.version);
		assert_int_equal(got.category, good.category);
		assert_int_equal(got.received_on, good.received_on);
		assert_string_equal(got.name, good.name);
	}
	arena_done(&arena);
}

static bool is_last_place(const struct mutation *m)
{
	return m->table == TABLE_ENTRIES && m->had &&
	       state_load_u64(m->key) == clean.count[TABLE_ENTRIES];
}

static void assert_found(const struct kind *kind, const struct mutation *m,
			 const struct finding *finding)
{
	bool found = finding->opened && finding->problems == 1 &&
		     finding_says(finding, m->expected) &&
		     (!kind->recounted || m->same_row || finding->recounted > 0);

	if (is_last_place(m)) {
		/* the start looks at the last entry, and does not go on without it */
		found = !finding->opened &&
			finding_says(finding, "the ledger does not hold the last of them");
	}
	if (!found) {
		printf("# %s: \"%s\" was not found so:\n# %.*s\n", kind->name, m->expected,
		       (int)finding->text.len, finding->text.data);
	}
	assert_true(found);
}

static void assert_put_back(void)
{
	struct rows rows;

	rows_read(&rows);
	assert_memory_equal(&rows.digest, &clean.digest, sizeof(rows.digest));
	arena_done(&rows.arena);
}

struct tally {
	size_t checks, reports, refused;
};

static void trial(const struct kind *kind, const struct mutation *m, struct tally *tally)
{
	struct finding finding;

	row_put(m, m->has, m->new, m->new_bytes);
	assert_hit(m);
	made_find(&made, &finding, mended_get, (void *)m);
	assert_found(kind, m, &finding);
	tally->checks += finding.failing > 0;
	tally->reports += finding.reports > 0;
	tally->refused += !finding.opened;
	finding_done(&finding);
	row_put(m, m->had, m->old, m->old_bytes);
	assert_put_back();
}

static void every_mutation_is_named(void **state)
{
	size_t trials = made_trials();

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct tally tally = { 0 };

		for (size_t at = 0; at < trials; at++) {
			struct mutation m = { 0 };

			kinds[i].make(&m, kinds[i].table);
			expect(&m);
			trial(&kinds[i], &m, &tally);
		}
		made_assert_clean(&made);
		printf("# %s: %zu of %zu named; a check failed too in %zu, a report in %zu, the "
		       "start in %zu\n",
		       kinds[i].name, trials, trials, tally.checks, tally.reports, tally.refused);
	}
}

/* What the start itself stands on. */
static void the_last_place_is_missed_at_the_start(void **state)
{
	const struct kind kind = { "the place of the last entry removed", NULL, TABLE_ENTRIES,
				   false };
	struct mutation m = { 0 };
	struct tally tally = { 0 };

	(void)state;
	mutation_of(&m, TABLE_ENTRIES, &clean.rows[TABLE_ENTRIES][clean.count[TABLE_ENTRIES] - 1]);
	m.has = false;
	expect(&m);
	trial(&kind, &m, &tally);
	assert_int_equal(tally.refused, 1);
	made_assert_clean(&made);
}

/* The register holds what the mutations are to hit. */
static void the_register_is_a_full_one(void **state)
{
	bool row[64] = { false };

	(void)state;
	assert_true(clean.count[TABLE_APPLICATIONS] >= 500);
	assert_true(clean.count[TABLE_OPEN] >= 20);
	assert_true(clean.count[TABLE_CASES] >= 20);
	assert_true(clean.count[TABLE_KEYS] >= 20);
	for (size_t i = 0; i < clean.count[TABLE_COUNTERS]; i++) {
		struct bytes key = clean.rows[TABLE_COUNTERS][i].key;

		for (size_t reason = 0; reason < catalogue->reason_count; reason++) {
			const char *code = catalogue->reasons[reason].code;

			row[reason] = row[reason] ||
				      (key.bytes == 5 + strlen(code) &&
				       memcmp((const char *)key.data + 5, code, strlen(code)) == 0);
		}
	}
	for (size_t reason = 0; reason < catalogue->reason_count; reason++) {
		assert_true(row[reason]);
	}
	/* seal and restatement of the first year, snapshots of every one */
	assert_int_equal(*(const uint8_t *)clean.rows[TABLE_REPORTS][0].key.data, 0);
	assert_int_equal(*(const uint8_t *)clean.rows[TABLE_REPORTS][1].key.data, 0);
	assert_int_equal(*(const uint8_t *)clean.rows[TABLE_REPORTS][2].key.data, 1);
	assert_true(clean.count[TABLE_REPORTS] >= 8);
	printf("# %zu applications, %zu open, %zu entries, %zu counters, %zu seals and snapshots\n",
	       clean.count[TABLE_APPLICATIONS], clean.count[TABLE_OPEN], clean.count[TABLE_ENTRIES],
	       clean.count[TABLE_COUNTERS], clean.count[TABLE_REPORTS]);
	made_assert_clean(&made);
}

static int setup(void **state)
{
	struct yaml_problem problem;
	struct load_places places;
	int r = load_catalogue(NULL, &catalogue, &places, &problem);

	(void)state;
	if (r == 0) {
		made_register(&made, catalogue, made_seed(), APPLICATIONS);
		rows_read(&clean);
	}
	return r;
}

static int teardown(void **state)
{
	(void)state;
	arena_done(&clean.arena);
	made_remove(&made);
	catalogue_free(catalogue);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_register_is_a_full_one),
		cmocka_unit_test(the_last_place_is_missed_at_the_start),
		cmocka_unit_test(every_mutation_is_named),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
