/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "daemon/register/registry.h"

int walk_rows(struct state_txn *txn, enum state_table table, struct bytes from, size_t prefix_bytes,
	      walk_row *each, void *userdata)
{
	struct state_cursor cursor;
	struct bytes key, value;
	int r = state_cursor_open(txn, table, &cursor);

	if (r < 0) {
		return r;
	}
	for (r = state_cursor_seek(&cursor, from.data, from.bytes, &key, &value); r > 0;
	     r = state_cursor_next(&cursor, &key, &value)) {
		int stop;

		if (prefix_bytes > 0 &&
		    (key.bytes < prefix_bytes || memcmp(key.data, from.data, prefix_bytes) != 0)) {
			r = 0;
			break;
		}
		stop = each(key, value, userdata);
		if (stop != 0) {
			r = stop < 0 ? stop : 0;
			break;
		}
	}
	state_cursor_close(&cursor);
	return r;
}

int walk_all(struct state_txn *txn, enum state_table table, walk_row *each, void *userdata)
{
	return walk_rows(txn, table, (struct bytes){ NULL, 0 }, 0, each, userdata);
}

int write_whole(struct state_db *state, int (*work)(struct state_txn *txn, void *userdata),
		void *userdata)
{
	struct state_txn txn;
	int r = state_begin(state, true, &txn);

	if (r < 0) {
		return r;
	}
	r = work(&txn, userdata);
	if (r < 0) {
		state_abort(&txn);
		return r;
	}
	return state_commit(&txn);
}
