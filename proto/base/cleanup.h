/* SPDX-License-Identifier: Apache-2.0 */
/* cleanup.h: releasing things at the end of a scope.
 *
 * `auto_(fn) type *x = NULL;` calls fn(&x) when x goes out of scope; TAKE(x) hands x's value on and
 * leaves NULL behind, so that the clean-up does nothing. The only macros of the house. */
#ifndef OGID_BASE_CLEANUP_H
#define OGID_BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

#define auto_(fn) __attribute__((cleanup(fn)))

#define TAKE(x)                                                                                    \
	({                                                                                         \
		__typeof__(x) take_ = (x);                                                         \
		(x) = NULL;                                                                        \
		take_;                                                                             \
	})

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
	}
}

#define auto_free  auto_(cleanup_free)
#define auto_close auto_(cleanup_close)

#endif
