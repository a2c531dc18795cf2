/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "daemon/register/registry.h"

struct change *change_new(void)
{
	return calloc(1, sizeof(struct change));
}

void change_note_fee(struct change *change, const struct event *event)
{
	change->fee.basis = (enum basis)field_number(&event->fields, FIELD_BASIS, BASIS_ITEMS);
	change->fee.quantity = field_number(&event->fields, FIELD_QUANTITY, 0);
	change->fee.before = field_number(&event->fields, FIELD_ITEMS_BEFORE, 0);
	change->fee.amount_yuan = field_number(&event->fields, FIELD_AMOUNT_YUAN, 0);
}

struct change *change_free(struct change *change)
{
	if (change != NULL) {
		arena_done(&change->arena);
		free(change);
	}
	return NULL;
}
