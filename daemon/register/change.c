/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/register/register.h"

#include <stdlib.h>

struct change *change_new(void)
{
	return calloc(1, sizeof(struct change));
}

struct change *change_free(struct change *change)
{
	if (change != NULL) {
		arena_done(&change->arena);
		free(change);
	}
	return NULL;
}
