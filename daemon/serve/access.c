/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/access.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/base/cleanup.h"
#include "proto/base/log.h"

/* The kernel's name for users of another namespace; all of them share it. */
#define OVERFLOW_UID ((uid_t)65534)

/* Reads the groups at connect; the kernel tells the size when the room is too small. */
static int peer_read_groups(int fd, gid_t primary, struct peer *peer)
{
	socklen_t bytes = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &bytes) < 0 && errno != ERANGE) {
		return -errno;
	}
	auto_free gid_t *groups = calloc(1 + bytes / sizeof(gid_t), sizeof(gid_t));
	if (groups == NULL) {
		return -ENOMEM;
	}
	if (bytes > 0 && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups + 1, &bytes) < 0) {
		return -errno;
	}
	groups[0] = primary;
	peer->group_count = 1 + bytes / sizeof(gid_t);
	peer->groups = TAKE(groups);
	return 0;
}

int peer_read(int fd, struct peer *ret_peer)
{
	struct ucred credentials = { .uid = (uid_t)-1 };
	socklen_t bytes = sizeof(credentials);
	struct peer peer = { 0 };

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &bytes) < 0) {
		return -errno;
	}
	if (credentials.uid == (uid_t)-1 || credentials.uid == OVERFLOW_UID) {
		return -EACCES;
	}
	peer.uid = credentials.uid;
	int r = peer_read_groups(fd, credentials.gid, &peer);
	if (r < 0) {
		return r;
	}
	const struct passwd *user = getpwuid(peer.uid);
	if (user != NULL && strlen(user->pw_name) < sizeof(peer.name)) {
		snprintf(peer.name, sizeof(peer.name), "%s", user->pw_name);
	} else {
		snprintf(peer.name, sizeof(peer.name), "uid:%u", peer.uid);
	}
	*ret_peer = peer;
	return 0;
}

void peer_done(struct peer *peer)
{
	free(peer->groups);
	*peer = (struct peer){ .uid = (uid_t)-1 };
}

static bool access_resolve(const struct grant *grant, struct access_entry *entry)
{
	entry->group = grant->group;
	entry->roles = grant->roles;
	if (grant->group) {
		const struct group *group = getgrnam(grant->name);
		entry->id = group != NULL ? group->gr_gid : 0;
		return group != NULL;
	}
	const struct passwd *user = getpwnam(grant->name);
	entry->id = user != NULL ? user->pw_uid : 0;
	return user != NULL;
}

int access_init(struct access *access, const struct settings *settings)
{
	*access = (struct access){ 0 };
	access->entries = calloc(settings->grant_count + 1, sizeof(*access->entries));
	if (access->entries == NULL) {
		return -ENOMEM;
	}
	if (!settings->grants_given) {
		access->entries[access->count++] = (struct access_entry){
			.id = getuid(),
			.roles = ROLE_ALL,
		};
		return 0;
	}
	for (size_t i = 0; i < settings->grant_count; i++) {
		const struct grant *grant = &settings->grants[i];

		if (access_resolve(grant, &access->entries[access->count])) {
			access->count++;
		} else {
			log_event(
				LOG_LEVEL_WARNING,
				"There is no %s %s here; what the configuration grants it is void.",
				grant->group ? "group" : "user", grant->name);
		}
	}
	return 0;
}

void access_done(struct access *access)
{
	free(access->entries);
	*access = (struct access){ 0 };
}

static bool peer_in_group(const struct peer *peer, gid_t group)
{
	for (size_t i = 0; i < peer->group_count; i++) {
		if (peer->groups[i] == group) {
			return true;
		}
	}
	return false;
}

uint32_t access_roles(const struct access *access, const struct peer *peer)
{
	uint32_t roles = 0;

	for (size_t i = 0; i < access->count; i++) {
		const struct access_entry *entry = &access->entries[i];
		bool meant = entry->group ? peer_in_group(peer, entry->id) : peer->uid == entry->id;

		if (meant) {
			roles |= entry->roles;
		}
	}
	return roles;
}
