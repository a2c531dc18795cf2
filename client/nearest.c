/* SPDX-License-Identifier: Apache-2.0 */
#include "client/nearest.h"

#include <string.h>

#define NEAREST_BYTES_MAX 80 /* the longest name of a figure has 60 */

static size_t nearest_least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Insertions, deletions, replacements and swapped neighbours (optimal string alignment). */
static size_t nearest_distance(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
	size_t rows[3][NEAREST_BYTES_MAX + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b_bytes; j++) {
		above[j] = j;
		before[j] = 0;
	}
	for (size_t i = 1; i <= a_bytes; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b_bytes; j++) {
			size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
			size_t best = nearest_least(above[j], row[j - 1]) + 1;
			best = nearest_least(best, above[j - 1] + change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
				best = nearest_least(best, before[j - 2] + 1);
			}
			row[j] = best;
		}
		size_t *spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return above[b_bytes];
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
	size_t wanted = strlen(nearest->wanted), bytes = strlen(candidate);

	if (wanted == 0 || wanted > NEAREST_BYTES_MAX || bytes > NEAREST_BYTES_MAX) {
		return;
	}
	size_t distance = nearest_distance(nearest->wanted, wanted, candidate, bytes);
	/* The beginning of a word is always worth a guess. */
	if (wanted >= 2 && strncmp(candidate, nearest->wanted, wanted) == 0) {
		distance = nearest_least(distance, 1);
	}
	if (distance <= 1 + wanted / 3 &&
	    (nearest->found == NULL || distance < nearest->distance)) {
		nearest->found = candidate;
		nearest->distance = distance;
	}
}
