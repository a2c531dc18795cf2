/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/similar.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/cleanup.h"
#include "proto/base/text.h"

/* Letters, digits and ideographs of every script; what separates them does not count. */
static bool counts(uint32_t c)
{
	if (c < 0x80) {
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	}
	return !(c == 0xa0 || c == 0xb7 || (c >= 0x2000 && c <= 0x206f) ||
		 (c >= 0x3000 && c <= 0x303f && !(c >= 0x3005 && c <= 0x3007)) ||
		 (c >= 0xff00 && c <= 0xff0f) || (c >= 0xff1a && c <= 0xff20) ||
		 (c >= 0xff3b && c <= 0xff40) || (c >= 0xff5b && c <= 0xff65));
}

static size_t characters_read(const char *text, uint32_t *characters)
{
	size_t left = strlen(text), count = 0;

	while (left > 0 && count < SIMILAR_CHARACTERS) {
		uint32_t c;
		size_t bytes = text_decode(text, left, &c);

		if (bytes == 0) {
			break;
		}
		if (counts(c)) {
			characters[count++] = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
		}
		text += bytes;
		left -= bytes;
	}
	return count;
}

static int pair_order(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static size_t pairs_make(const uint32_t *characters, size_t count, uint64_t *pairs)
{
	if (count < 2) {
		return 0;
	}
	for (size_t i = 0; i + 1 < count; i++) {
		pairs[i] = (uint64_t)characters[i] << 32 | characters[i + 1];
	}
	qsort(pairs, count - 1, sizeof(*pairs), pair_order);
	return count - 1;
}

static size_t pairs_common(const uint64_t *left, size_t left_count, const uint64_t *right,
			   size_t right_count)
{
	size_t common = 0;

	for (size_t i = 0, j = 0; i < left_count && j < right_count;) {
		if (left[i] == right[j]) {
			common++;
			i++;
			j++;
		} else if (left[i] < right[j]) {
			i++;
		} else {
			j++;
		}
	}
	return common;
}

bool similar_texts(const char *left, const char *right)
{
	auto_free uint32_t *characters = malloc(sizeof(uint32_t) * SIMILAR_CHARACTERS * 2);
	auto_free uint64_t *pairs = malloc(sizeof(uint64_t) * SIMILAR_CHARACTERS * 2);
	size_t left_count, right_count, left_pairs, right_pairs;

	if (characters == NULL || pairs == NULL) {
		return false;
	}
	left_count = characters_read(left, characters);
	right_count = characters_read(right, characters + SIMILAR_CHARACTERS);
	if (left_count == right_count && memcmp(characters, characters + SIMILAR_CHARACTERS,
						sizeof(uint32_t) * left_count) == 0) {
		return true;
	}
	left_pairs = pairs_make(characters, left_count, pairs);
	right_pairs = pairs_make(characters + SIMILAR_CHARACTERS, right_count,
				 pairs + SIMILAR_CHARACTERS);
	return left_pairs > 0 && right_pairs > 0 &&
	       20 * pairs_common(pairs, left_pairs, pairs + SIMILAR_CHARACTERS, right_pairs) >=
		       9 * (left_pairs + right_pairs);
}
