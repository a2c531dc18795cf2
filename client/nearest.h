/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.h: what somebody may have meant. */
#ifndef OGID_CLIENT_NEAREST_H
#define OGID_CLIENT_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *wanted;
	const char *found; /* borrowed from the best candidate; NULL while none is near enough */
	size_t distance;
};

/* Start with { .wanted = ... }, offer every candidate, look at `found`. */
void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
