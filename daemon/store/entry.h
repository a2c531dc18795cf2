/* SPDX-License-Identifier: Apache-2.0 */
/* entry.h: an event as the JSON of its line, and back. The only file of the store that knows JSON.
 *
 * Members in this order: sequence, action, number, version, on, recorded_at, actor, uid, part and
 * of (only when of > 1), key and call (only with a key), data, was (only when not empty). In `data`
 * and `was` the fields stand in the order of enum field, dates as YYYY-MM-DD, names as their names.
 */
#ifndef OGID_STORE_ENTRY_H
#define OGID_STORE_ENTRY_H

#include "daemon/core/event.h"
#include "proto/base/buf.h"

int entry_write(const struct event *event, struct buf *out);
/* Strict: unknown members, wrong types, unknown names are -EBADMSG with a sentence. Texts are
 * copied into arena. The digest is left zero. */
int entry_read(const char *json, size_t bytes, struct arena *arena, struct event *ret_event,
	       char reterr_why[static 200]);

#endif
