/* SPDX-License-Identifier: Apache-2.0 */
/* store.h: the data directory: who holds it, how it comes to be, what its state knows of the
 * ledger.
 *
 *   DATA/lock      flock'ed by the daemon for its life
 *   DATA/identity  store id and format: one line, made at creation
 *   DATA/ledger/   the lines (ledger.h)
 *   DATA/state/    LMDB (state.h), derived; its file `boot` says who has it open: a kernel's boot
 * id, or "closed". It is no row of a table, because commits are not synced: after a crash of the
 * machine an old page may stand for a new one, and would say "closed".
 */
#ifndef OGID_STORE_STORE_H
#define OGID_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/store/ledger.h"
#include "daemon/store/state.h"

struct store {
	char *data; /* the directory, owned */
	int lock_fd;
	char id[33]; /* 32 hexadecimal characters */
	struct ledger *ledger;
	struct state_db *state; /* NULL until store_open_state */
	size_t map_bytes;       /* of a new state's map; 0: the default */
};

/* What the state knows of the ledger: its TABLE_META rows. */
struct store_mark {
	uint64_t sequence;       /* of the last line applied; 0: none */
	struct ledger_head head; /* after that line */
};

/* Takes the lock (-EBUSY: held by another, with its pid in reterr_why), creates the store when the
 * directory is missing (built in a temporary directory beside it, synced, renamed) or empty (built
 * inside, the identity last), checks identity and format, opens the ledger. -ENOTEMPTY: files but
 * no identity; nothing is ever made over them. reterr_why gets a sentence for a person. */
int store_open(const char *data, struct store **ret_store, char reterr_why[static 300]);
struct store *store_close(struct store *store); /* takes NULL, returns NULL */

/* Opens the state. ret_usable is false when it must be made anew from the first line: missing,
 * damaged, of another format or store, or left open by a kernel that no longer runs (another boot
 * id). An unusable one has then been removed and an empty one opened, and reterr_why says the
 * reason. */
int store_open_state(struct store *store, bool *ret_usable, char reterr_why[static 300]);
/* Replaces the state by an empty one (a rebuild found it wrong). */
int store_reset_state(struct store *store);
/* Opens an empty state beside the real one, for a comparison (verify); store_discard_scratch closes
 * and removes it. */
int store_open_scratch(struct store *store, const char *name, struct state_db **ret_state);
void store_discard_scratch(struct store *store, const char *name, struct state_db *state);
/* Removes the scratch states that a killed process left; at start. */
int store_remove_scratches(struct store *store);

/* The mark in a transaction of any state: read (-ENOENT: none yet) and write. */
int store_read_mark(struct state_txn *txn, struct store_mark *ret_mark);
int store_write_mark(struct state_txn *txn, const struct store_mark *mark);
/* Checkpoint: everything in the state is on disk. With `closing` the state is marked as closed, so
 * that the next start takes it even after a reboot; nothing may be committed to it after that. */
int store_checkpoint(struct store *store, bool closing);

#endif
