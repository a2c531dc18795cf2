/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/filter.h"

#include <string.h>

#include "proto/base/date.h"

void filter_init(struct filter *filter)
{
	memset(filter, 0, sizeof(*filter));
	filter->received_from = filter->received_to = DATE_NONE;
	filter->decided_from = filter->decided_to = filter->due_to = DATE_NONE;
}

static bool in_bits(uint32_t bits, unsigned value)
{
	return bits == 0 || (bits >> value & 1) != 0;
}

/* A date that is missing lies in no period. */
static bool in_period(int32_t date, int32_t from, int32_t to)
{
	if (from == DATE_NONE && to == DATE_NONE) {
		return true;
	}
	return date != DATE_NONE && (from == DATE_NONE || date >= from) &&
	       (to == DATE_NONE || date <= to);
}

static bool reason_listed(const struct text_list *reasons, const char *reason)
{
	if (reasons->count == 0) {
		return true;
	}
	for (size_t i = 0; reason != NULL && i < reasons->count; i++) {
		if (strcmp(reasons->texts[i], reason) == 0) {
			return true;
		}
	}
	return false;
}

bool filter_matches(const struct filter *filter, const struct application *application,
		    int32_t due_on)
{
	return in_bits(filter->states, application->state) &&
	       in_bits(filter->waiting, application->waiting) &&
	       in_bits(filter->categories, application->category) &&
	       reason_listed(&filter->reasons, application->reason) &&
	       (filter->handler == NULL || (application->handler != NULL &&
					    strcmp(filter->handler, application->handler) == 0)) &&
	       in_period(application->received_on, filter->received_from, filter->received_to) &&
	       in_period(application->decided_on, filter->decided_from, filter->decided_to) &&
	       in_period(due_on, DATE_NONE, filter->due_to) &&
	       (filter->text == NULL || strstr(application->subject, filter->text) != NULL);
}
