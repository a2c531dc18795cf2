/* SPDX-License-Identifier: Apache-2.0 */
/* serve.h: the socket side of the daemon: with main.c the only room that knows libuv.
 *
 * The loop thread reads, validates, authorises and answers quick questions. One writer thread takes
 * whatever has queued up as one batch (registry_act). What walks the register runs in steps on
 * libuv's pool and streams, at the pace at which its reader reads. */
#ifndef OGID_SERVE_SERVE_H
#define OGID_SERVE_SERVE_H

#include <stdbool.h>

#include "daemon/register/register.h"

struct serve_options {
	struct registry *registry;
	int listen_fd;         /* a bound, listening Unix stream socket; taken */
	bool rehearsal;        /* said in Status */
	unsigned max_sessions; /* 0: the default */
};

/* Holds SIGTERM and SIGINT back until serve_run can see to them: call it before there is a socket
 * to be seen, else a stop that comes at once ends the process without its closing. */
void serve_hold_signals(void);

/* Serves until SIGTERM or SIGINT: then calls under way are finished, sessions closed. 0, or -EIO
 * when the disk failed (the daemon has to end with an error), or another negative errno. */
int serve_run(const struct serve_options *options);

/* A listening socket for a path. A socket file on which nobody answers is stale and is replaced;
 * one where somebody does is another register's (-EADDRINUSE); anything else is left alone
 * (-EEXIST). Makes the directory (0700) when it is missing. Mode 0660 of the socket. -ENAMETOOLONG.
 * A socket passed by systemd (LISTEN_FDS) is taken instead when there is one. */
int listen_open(const char *path, int *ret_fd, char reterr_why[static 300]);
/* Removes the socket file that listen_open made; not one passed by systemd. */
void listen_close(const char *path);

#endif
