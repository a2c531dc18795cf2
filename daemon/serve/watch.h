/* SPDX-License-Identifier: Apache-2.0 */
/* watch.h: those who are told of every change. Used only on the loop thread. */
#ifndef OGID_SERVE_WATCH_H
#define OGID_SERVE_WATCH_H

#include "daemon/register/register.h"

struct request;
struct server;

void watch_add(struct request *request);
/* Nothing when it does not watch. */
void watch_remove(struct request *request);
/* Tells everyone the events of a committed change, masked. Who is too far behind is disconnected.
 */
void watch_tell(struct server *server, const struct change *change);
/* Ends every stream, with an empty reply. */
void watch_end(struct server *server);

#endif
