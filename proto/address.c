/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/address.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* An empty variable is as good as none. */
static const char *address_environment(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

static int address_fits(int written, size_t bytes)
{
	return written >= 0 && (size_t)written < bytes ? 0 : -ENAMETOOLONG;
}

int address_socket(const char *given, struct sockaddr_un *ret_address)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *path = given != NULL ? given : address_environment("OGID_SOCKET");
	const char *runtime = address_environment("XDG_RUNTIME_DIR");
	size_t bytes = sizeof(address.sun_path);
	int written;

	if (path != NULL) {
		written = snprintf(address.sun_path, bytes, "%s", path);
	} else if (runtime != NULL) {
		written = snprintf(address.sun_path, bytes, "%s/ogid/ogid.sock", runtime);
	} else {
		written = snprintf(address.sun_path, bytes, "/tmp/ogid-%ju/ogid.sock",
				   (uintmax_t)getuid());
	}
	int r = address_fits(written, bytes);
	if (r < 0) {
		return r;
	}
	*ret_address = address;
	return 0;
}

int address_data(const char *given, char *ret_path, size_t bytes)
{
	const char *path = given != NULL ? given : address_environment("OGID_DATA");
	if (path != NULL) {
		return address_fits(snprintf(ret_path, bytes, "%s", path), bytes);
	}
	const char *state = address_environment("XDG_STATE_HOME");
	if (state != NULL) {
		return address_fits(snprintf(ret_path, bytes, "%s/ogid", state), bytes);
	}
	const char *home = address_environment("HOME");
	if (home == NULL) {
		return -ENOENT;
	}
	return address_fits(snprintf(ret_path, bytes, "%s/.local/state/ogid", home), bytes);
}
