/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader who has not asked for a disclosure of personal data sees: 张*, the last four of a
 * number, 138****5678, the first part of an address. */
#include <string.h>

#include "daemon/core/application.h"
#include "proto/base/text.h"

/* At most so many characters are kept, of four bytes at most, and so many stars put between. */
#define KEPT_MAX  7
#define STARS_MAX 4
_Static_assert(KEPT_MAX * 4 + STARS_MAX + 1 == MASKED_BYTES, "what is masked fits its room");

/* Appends the first `count` characters of a text. */
static void text_keep(const char *text, size_t count, char **at)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t code_point;
		/* No sequence is longer than 4, and none goes on over a NUL. */
		size_t bytes = text_decode(text, 4, &code_point);

		if (bytes == 0 || *text == '\0') {
			break;
		}
		memcpy(*at, text, bytes);
		*at += bytes;
		text += bytes;
	}
}

/* Where the last `count` characters begin. */
static const char *text_tail(const char *text, size_t count)
{
	const char *end = text + strlen(text);

	while (count > 0 && end > text) {
		end--;
		count -= ((unsigned char)*end & 0xc0) != 0x80;
	}
	return end;
}

/* Keeps the first `head` and last `tail` characters when at least as many lie between. NULL in,
 * NULL out. */
static const char *text_mask(const char *text, size_t head, size_t tail,
			     char masked[static MASKED_BYTES])
{
	size_t length, stars;
	char *at = masked;

	if (text == NULL) {
		return NULL;
	}
	length = text_length(text);
	if (length <= head + tail) {
		head = length > 1 ? 1 : 0;
		tail = 0;
	}
	/* so that a long middle does not show its length */
	stars = length - head - tail < STARS_MAX ? length - head - tail : STARS_MAX;
	text_keep(text, head, &at);
	memset(at, '*', stars);
	at += stars;
	text_keep(text_tail(text, tail), tail, &at);
	*at = '\0';
	return masked;
}

void application_mask(struct application *application, struct masked *room)
{
	if (application->category == CATEGORY_NATURAL_PERSON) {
		application->name = text_mask(application->name, 1, 0, room->name);
	}
	application->agent = text_mask(application->agent, 1, 0, room->agent);
	application->id_number = text_mask(application->id_number, 0, 4, room->id_number);
	application->contact = text_mask(application->contact, 3, 4, room->contact);
	application->address = text_mask(application->address, 3, 0, room->address);
}
