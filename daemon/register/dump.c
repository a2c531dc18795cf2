/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "daemon/register/registry.h"

static void bytes_print(FILE *out, struct bytes bytes)
{
	for (size_t i = 0; i < bytes.bytes; i++) {
		fprintf(out, "%02x", ((const uint8_t *)bytes.data)[i]);
	}
}

struct dumping {
	enum state_table table;
	FILE *out;
};

static int dump_row(struct bytes key, struct bytes value, void *userdata)
{
	struct dumping *dumping = userdata;

	fprintf(dumping->out, "%s ", state_table_names[dumping->table]);
	bytes_print(dumping->out, key);
	fputc(' ', dumping->out);
	bytes_print(dumping->out, value);
	fputc('\n', dumping->out);
	return 0;
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
		struct dumping dumping = { (enum state_table)table, out };

		r = walk_all(&txn, dumping.table, dump_row, &dumping);
	}
	state_abort(&txn);
	return r < 0 ? r : ferror(out) != 0 ? -EIO : 0;
}
