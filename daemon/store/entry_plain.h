/* SPDX-License-Identifier: Apache-2.0 */
/* entry_plain.h: the quick way of entry_read; private to daemon/store. */
#ifndef OGID_STORE_ENTRY_PLAIN_H
#define OGID_STORE_ENTRY_PLAIN_H

#include "daemon/core/event.h"

/* -EAGAIN: it is not as entry_write writes it; -ENOMEM. Texts are copied into arena. */
int entry_read_plain(const char *json, size_t bytes, struct arena *arena, struct event *ret_event);
/* The other way, by the library, whatever the line; as entry_read (entry.h). */
int entry_read_any(const char *json, size_t bytes, struct arena *arena, struct event *ret_event,
		   char reterr_why[static 200]);

#endif
