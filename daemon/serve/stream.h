/* SPDX-License-Identifier: Apache-2.0 */
/* stream.h: what the methods that answer in steps share (see methods.h for the methods themselves).
 */
#ifndef OGID_SERVE_STREAM_H
#define OGID_SERVE_STREAM_H

#include "daemon/serve/jobs.h"

/* In a step: the last reply, which is empty. 0 (done) or negative errno. */
int stream_end(struct job *job);
/* Begins the job, or frees it when its parameters made an error. Returns the error or 0. */
int stream_begin(struct request *request, struct job *job, int error);

#endif
