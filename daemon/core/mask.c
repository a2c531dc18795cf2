/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader who has not asked for a disclosure of personal data sees: 张*, the last four of a
 * number, 138****5678, the first part of an address. */
#include <string.h>

#include "daemon/core/application.h"
#include "proto/base/text.h"

/* Keeps the first `head` and last `tail` characters when at least as many lie between. */
static const char *text_mask(const char *text, size_t head, size_t tail, struct arena *arena)
{
	size_t length = text_length(text), at = 0, out = 0;
	char *masked = arena_alloc(arena, strlen(text) + 5);

	if (masked == NULL) {
		return "*";
	}
	if (length <= head + tail) {
		head = length > 1 ? 1 : 0;
		tail = 0;
	}
	for (size_t i = 0; text[at] != '\0'; i++) {
		uint32_t code_point;
		size_t bytes = text_decode(text + at, strlen(text + at), &code_point);

		if (bytes == 0) {
			break;
		}
		if (i < head || i >= length - tail) {
			memcpy(masked + out, text + at, bytes);
			out += bytes;
		} else if (i < head + 4) {
			/* at most four stars, so that a long middle does not show its length */
			masked[out++] = '*';
		}
		at += bytes;
	}
	masked[out] = '\0';
	return masked;
}

static const char *optional_mask(const char *text, size_t head, size_t tail, struct arena *arena)
{
	return text == NULL ? NULL : text_mask(text, head, tail, arena);
}

void application_mask(struct application *application, struct arena *arena)
{
	if (application->category == CATEGORY_NATURAL_PERSON) {
		application->name = text_mask(application->name, 1, 0, arena);
	}
	application->agent = optional_mask(application->agent, 1, 0, arena);
	application->id_number = optional_mask(application->id_number, 0, 4, arena);
	application->contact = optional_mask(application->contact, 3, 4, arena);
	application->address = optional_mask(application->address, 3, 0, arena);
}
