/* SPDX-License-Identifier: Apache-2.0 */
/* address.h: where the socket is. Both programs link this file, so that they agree. */
#ifndef OGID_PROTO_ADDRESS_H
#define OGID_PROTO_ADDRESS_H

#include <stddef.h>
#include <sys/un.h>

/* The given path when not NULL, else OGID_SOCKET, else $XDG_RUNTIME_DIR/ogid/ogid.sock, else
 * /tmp/ogid-UID/ogid.sock. -ENAMETOOLONG when it does not fit a socket address (107 bytes). */
int address_socket(const char *given, struct sockaddr_un *ret_address);
/* The given path when not NULL, else OGID_DATA, else $XDG_STATE_HOME/ogid, else
 * $HOME/.local/state/ogid; -ENOENT when there is no HOME. */
int address_data(const char *given, char *ret_path, size_t bytes);

#endif
