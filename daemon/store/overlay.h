/* SPDX-License-Identifier: Apache-2.0 */
/* overlay.h: rows that are committed and not yet in LMDB, in memory and in order of table and key.
 *
 * One writer, any number of readers beside it without a lock. Every value carries the commit that
 * made it, and a reader sees the newest that is not after its own; so it reads one moment, whatever
 * is added. Nothing is taken away before the overlay is given up as a whole. */
#ifndef OGID_STORE_OVERLAY_H
#define OGID_STORE_OVERLAY_H

#include "daemon/store/state.h"

struct overlay;
struct overlay_node;

struct overlay *overlay_new(void); /* NULL: no memory */
struct overlay *overlay_free(struct overlay *overlay);
size_t overlay_bytes(const struct overlay *overlay); /* of rows and their keeping */

/* The writer's: sets or deletes (value NULL data and gone) a row as of a commit. Keys and values
 * are copied. -ENOMEM. */
int overlay_put(struct overlay *overlay, unsigned table, struct bytes key, struct bytes value,
		bool gone, uint64_t commit);
/* The writer's: takes back what was put as of that commit since overlay_settle. */
void overlay_undo(struct overlay *overlay, uint64_t commit);
/* The writer's: what was put stays. */
void overlay_settle(struct overlay *overlay);

enum overlay_answer { OVERLAY_UNKNOWN, OVERLAY_GONE, OVERLAY_THERE };
enum overlay_answer overlay_get(const struct overlay *overlay, unsigned table, struct bytes key,
				uint64_t commit, struct bytes *ret_value);

/* Walks in order. NULL at the end, or where another table begins. */
const struct overlay_node *overlay_seek(const struct overlay *overlay, unsigned table,
					struct bytes key);
const struct overlay_node *overlay_next(const struct overlay_node *node);
/* Every row, whatever its table; for writing them all. */
const struct overlay_node *overlay_first(const struct overlay *overlay);
const struct overlay_node *overlay_next_of_all(const struct overlay_node *node);
unsigned overlay_table(const struct overlay_node *node);
struct bytes overlay_key(const struct overlay_node *node);
enum overlay_answer overlay_value(const struct overlay_node *node, uint64_t commit,
				  struct bytes *ret_value);

#endif
