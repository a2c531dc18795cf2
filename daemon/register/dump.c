/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "daemon/register/registry.h"

static void bytes_print(FILE *out, struct bytes bytes)
{
	for (size_t i = 0; i < bytes.bytes; i++) {
		fprintf(out, "%02x", ((const uint8_t *)bytes.data)[i]);
	}
}

static int table_dump(struct state_txn *txn, enum state_table table, FILE *out)
{
	struct state_cursor cursor;
	struct bytes key, value;
	int r = state_cursor_open(txn, table, &cursor);

	if (r < 0) {
		return r;
	}
	for (r = state_cursor_seek(&cursor, NULL, 0, &key, &value); r > 0;
	     r = state_cursor_next(&cursor, &key, &value)) {
		fprintf(out, "%s ", state_table_names[table]);
		bytes_print(out, key);
		fputc(' ', out);
		bytes_print(out, value);
		fputc('\n', out);
	}
	state_cursor_close(&cursor);
	return r;
}

int registry_dump(struct registry *registry, FILE *out)
{
	struct state_txn txn;
	int r = state_begin(registry->store->state, false, &txn);

	if (r < 0) {
		return r;
	}
	/* TABLE_META tells of this start and this machine, not of the register */
	for (int table = TABLE_META + 1; r == 0 && table < TABLE_COUNT; table++) {
		r = table_dump(&txn, (enum state_table)table, out);
	}
	state_abort(&txn);
	return r < 0 ? r : ferror(out) != 0 ? -EIO : 0;
}
