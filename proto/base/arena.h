/* SPDX-License-Identifier: Apache-2.0 */
/* arena.h: many small things, freed at once.
 *
 * What an arena gives lives until arena_done. It is not safe for two threads at once; it may be
 * handed from one to the other. Every function that returns memory returns NULL when there is none
 * left, and then sets `failed`, so that a run of allocations needs one check at its end. */
#ifndef OGID_BASE_ARENA_H
#define OGID_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
	bool failed;
};

/* A zeroed struct arena is an empty one; nothing need be called before the first arena_alloc. */
void arena_done(struct arena *arena);

/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* An array with room for one more item than `count`: `items` itself while *size has it, else a
 * larger copy with *size set (what it was copied from stays in the arena). NULL: no memory, and
 * items stay valid. */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *size, size_t item_bytes);
/* NULL in, NULL out. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t bytes);
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
