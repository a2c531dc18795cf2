/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "daemon/core/record.h"
#include "daemon/register/registry.h"
#include "proto/base/date.h"

#define COUNTER_KEY_MAX  96
#define KEY_ROW_BYTES    (8 + 4 + 4 + SM3_BYTES)

static size_t counter_key(int year, const char *row, enum category category,
			  uint8_t key[static COUNTER_KEY_MAX])
{
	size_t length = strlen(row);

	if (length > COUNTER_KEY_MAX - 5) {
		length = COUNTER_KEY_MAX - 5;
	}
	state_store_u32(key, (uint32_t)year);
	key[4] = (uint8_t)category;
	memcpy(key + 5, row, length);
	return length + 5;
}

int64_t fold_counter(struct state_txn *txn, int year, const char *row, enum category category)
{
	uint8_t key[COUNTER_KEY_MAX];
	size_t key_bytes = counter_key(year, row, category, key);
	struct bytes value;

	if (state_get(txn, TABLE_COUNTERS, key, key_bytes, &value) < 0 || value.bytes != 8) {
		return 0;
	}
	return (int64_t)state_load_u64(value.data);
}

struct counting {
	struct state_txn *txn;
	int sign;
};

/* A counter at zero is not kept, so that states that count alike are alike. */
static void counter_add(int year, const char *row, enum category category, int64_t by,
			void *userdata)
{
	struct counting *counting = userdata;
	uint8_t key[COUNTER_KEY_MAX], value[8];
	size_t key_bytes = counter_key(year, row, category, key);
	int64_t count = fold_counter(counting->txn, year, row, category) + by * counting->sign;

	if (count == 0) {
		state_delete(counting->txn, TABLE_COUNTERS, key, key_bytes);
		return;
	}
	state_store_u64(value, (uint64_t)count);
	state_put(counting->txn, TABLE_COUNTERS, key, key_bytes, value, sizeof(value));
}

void fold_applicant(enum category category, const char *name, const char *id_number,
		    uint8_t ret_key[static APPLICANT_BYTES])
{
	const char *head = id_number != NULL ? "id_number" : category_names[category];
	const char *tail = id_number != NULL ? id_number : name;
	struct sm3 digest = sm3_of(head, strlen(head) + 1, tail, strlen(tail));

	memcpy(ret_key, digest.bytes, APPLICANT_BYTES);
}

static void applicant_index(struct state_txn *txn, const struct application *application, bool add)
{
	uint8_t key[APPLICANT_BYTES + 8];

	fold_applicant(application->category, application->name, application->id_number, key);
	state_store_u64(key + APPLICANT_BYTES, application->number);
	if (add) {
		state_put(txn, TABLE_APPLICANTS, key, sizeof(key), NULL, 0);
	} else {
		state_delete(txn, TABLE_APPLICANTS, key, sizeof(key));
	}
}

static void open_index(struct state_txn *txn, const struct application *application, bool add)
{
	uint8_t key[8];

	state_store_u64(key, application->number);
	if (add && application_is_open(application)) {
		state_put(txn, TABLE_OPEN, key, sizeof(key), NULL, 0);
	} else if (!add && application_is_open(application)) {
		state_delete(txn, TABLE_OPEN, key, sizeof(key));
	}
}

/* Takes an application out of the indexes and counters, or puts it in. */
static void application_index(const struct fold *fold, const struct application *application,
			      bool add)
{
	struct counting counting = { fold->txn, add ? 1 : -1 };

	applicant_index(fold->txn, application, add);
	open_index(fold->txn, application, add);
	tally_of(application, counter_add, &counting);
}

uint32_t fold_serial(struct state_txn *txn, int year)
{
	uint8_t key[4];
	struct bytes value;

	state_store_u32(key, (uint32_t)year);
	if (state_get(txn, TABLE_SERIALS, key, sizeof(key), &value) < 0 || value.bytes != 4) {
		return 0;
	}
	return state_load_u32(value.data);
}

static void serial_put(struct state_txn *txn, uint64_t number)
{
	uint8_t key[4], value[4];

	if (number_serial(number) <= fold_serial(txn, number_year(number))) {
		return;
	}
	state_store_u32(key, (uint32_t)number_year(number));
	state_store_u32(value, number_serial(number));
	state_put(txn, TABLE_SERIALS, key, sizeof(key), value, sizeof(value));
}

static struct sm3 key_digest(const char *key)
{
	return sm3_of(key, strlen(key), NULL, 0);
}

static void key_put(struct state_txn *txn, const struct event *event)
{
	struct sm3 digest = key_digest(event->key);
	uint8_t value[KEY_ROW_BYTES];

	state_store_u64(value, event->sequence);
	state_store_u32(value + 8, event->of);
	state_store_u32(value + 12, event->uid);
	memcpy(value + 16, event->call.bytes, SM3_BYTES);
	state_put(txn, TABLE_KEYS, digest.bytes, SM3_BYTES, value, sizeof(value));
}

int fold_find_key(struct state_txn *txn, const char *key, struct key_row *ret_row)
{
	struct sm3 digest = key_digest(key);
	struct bytes value;
	int r = state_get(txn, TABLE_KEYS, digest.bytes, SM3_BYTES, &value);

	if (r < 0) {
		return r;
	}
	if (value.bytes != KEY_ROW_BYTES) {
		return -EBADMSG;
	}
	ret_row->sequence = state_load_u64(value.data);
	ret_row->of = state_load_u32((const uint8_t *)value.data + 8);
	ret_row->uid = state_load_u32((const uint8_t *)value.data + 12);
	memcpy(ret_row->call.bytes, (const uint8_t *)value.data + 16, SM3_BYTES);
	return 0;
}

static void entry_index(struct state_txn *txn, const struct event *event, struct position at)
{
	uint8_t key[16], value[12];

	state_store_u64(key, event->sequence);
	state_store_u32(value, (uint32_t)at.year);
	state_store_u64(value + 4, at.offset);
	state_put(txn, TABLE_ENTRIES, key, 8, value, sizeof(value));
	if (event->number != 0) {
		state_store_u64(key, event->number);
		state_store_u64(key + 8, event->sequence);
		state_store_u32(value, event->version);
		value[4] = (uint8_t)event->action;
		state_put(txn, TABLE_HISTORY, key, 16, value, 5);
	}
	if (event->key != NULL && event->part == 1) {
		key_put(txn, event);
	}
}

int fold_load(struct state_txn *txn, uint64_t number, struct arena *arena,
	      struct application *ret_application)
{
	uint8_t key[8];
	struct bytes value;
	int r;

	state_store_u64(key, number);
	r = state_get(txn, TABLE_APPLICATIONS, key, sizeof(key), &value);
	if (r < 0) {
		return r;
	}
	r = record_read(value.data, value.bytes, arena, ret_application);
	if (r == 0 && ret_application->number != number) {
		r = -EBADMSG;
	}
	return r;
}

static int record_put(struct state_txn *txn, uint64_t number, const struct buf *record)
{
	uint8_t key[8];

	state_store_u64(key, number);
	return state_put(txn, TABLE_APPLICATIONS, key, sizeof(key), record->data, record->len);
}

int fold_mend(struct state_txn *txn, const struct application *application)
{
	struct buf record;
	int r;

	buf_init(&record, RECORD_MAX_BYTES);
	r = record_write(application, &record);
	if (r == 0) {
		r = record_put(txn, application->number, &record);
	}
	buf_done(&record);
	return r;
}

/* The record, and in the index of what comes next once more. */
static int record_fold(const struct fold *fold, const struct application *application)
{
	struct buf record;
	int r;

	buf_init(&record, RECORD_MAX_BYTES);
	r = record_write(application, &record);
	if (r == 0) {
		due_add(fold, application, &record);
		r = record_put(fold->txn, application->number, &record);
	}
	buf_done(&record);
	return r;
}

static int fold_application(const struct fold *fold, const struct event *event, struct arena *arena)
{
	struct state_txn *txn = fold->txn;
	struct application application = { 0 };
	int r = fold_load(txn, event->number, arena, &application);

	if (r < 0 && r != -ENOENT) {
		return r;
	}
	if ((r == -ENOENT) != (event->action == ACTION_LOG)) {
		return -EUCLEAN;
	}
	if (r == 0) {
		application_index(fold, &application, false);
		due_remove(fold, &application);
	}
	r = application_apply(&application, event, arena);
	if (r < 0) {
		return r == -EINVAL ? -EUCLEAN : r;
	}
	application_index(fold, &application, true);
	if (event->action == ACTION_LOG) {
		serial_put(txn, event->number);
	}
	return record_fold(fold, &application);
}

int fold_event(const struct fold *fold, const struct event *event, struct position at)
{
	struct arena arena = { 0 };
	int r = 0;

	entry_index(fold->txn, event, at);
	if (event->version != 0) {
		r = fold_application(fold, event, &arena);
	} else if (event->action == ACTION_SNAPSHOT || event->action == ACTION_SEAL ||
		   event->action == ACTION_RESTATE) {
		publish_fold(fold->txn, event);
	} else {
		r = book_fold(fold, event, &arena);
	}
	arena_done(&arena);
	return r < 0 ? r : fold->txn->error;
}
