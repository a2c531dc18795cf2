/* SPDX-License-Identifier: Apache-2.0 */
/* access.h: who a caller is, as the kernel says, and what he may.
 *
 * The identity is that of the moment of connect; the roles are looked up for every call. */
#ifndef OGID_SERVE_ACCESS_H
#define OGID_SERVE_ACCESS_H

#include <sys/types.h>

#include "daemon/core/catalogue.h"

#define PEER_NAME_BYTES 64

struct peer {
	uid_t uid;
	gid_t *groups; /* owned: the primary one first */
	size_t group_count;
	char name[PEER_NAME_BYTES]; /* the user's name, or "uid:N" */
};

/* Of a connected Unix socket. -EACCES: the kernel does not know the caller, or only as the overflow
 * user, behind which anybody may stand. */
int peer_read(int fd, struct peer *ret_peer);
void peer_done(struct peer *peer);

struct access_entry {
	bool group;
	uint32_t id; /* uid or gid */
	uint32_t roles;
};

struct access {
	struct access_entry *entries; /* owned */
	size_t count;
};

/* Looks the names of the grants up, once. A name that the system does not know gives nobody
 * anything and is logged. -ENOMEM. */
int access_init(struct access *access, const struct settings *settings);
void access_done(struct access *access);
/* Bits: enum role. */
uint32_t access_roles(const struct access *access, const struct peer *peer);

#endif
