/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Blocks double from the first size to the last, so that a small call stays small and a large file
 * needs few of them. What would not fit into a new block gets one of its own. */
#define BLOCK_FIRST_BYTES ((size_t)1024)
#define BLOCK_LAST_BYTES  ((size_t)64 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	alignas(max_align_t) unsigned char data[];
};

void arena_done(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block != NULL) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
	*arena = (struct arena){ 0 };
}

static struct arena_block *block_new(size_t size)
{
	/* calloc, because arena_alloc promises zeroes and no byte is given twice. */
	struct arena_block *block = calloc(1, sizeof(*block) + size);

	if (block != NULL) {
		block->size = size;
	}
	return block;
}

/* A block with room for `bytes`, or NULL. */
static struct arena_block *arena_block_for(struct arena *arena, size_t bytes)
{
	struct arena_block *top = arena->blocks;
	struct arena_block *block;
	size_t size = BLOCK_FIRST_BYTES;

	if (top != NULL && top->size - top->used >= bytes) {
		return top;
	}
	if (top != NULL) {
		size = top->size < BLOCK_LAST_BYTES ? top->size * 2 : BLOCK_LAST_BYTES;
	}
	/* A first one leaves nothing unused behind it. */
	if (bytes <= (top == NULL ? size : size / 4)) {
		block = block_new(size);
		if (block != NULL) {
			block->next = top;
			arena->blocks = block;
		}
		return block;
	}
	block = block_new(bytes);
	if (block == NULL) {
		return NULL;
	}
	/* Behind the top one, whose remaining room stays in use. */
	if (top != NULL) {
		block->next = top->next;
		top->next = block;
	} else {
		arena->blocks = block;
	}
	return block;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *block;
	void *memory;

	if (bytes > PTRDIFF_MAX - sizeof(struct arena_block) - align) {
		arena->failed = true;
		return NULL;
	}
	/* Nothing asked still gets an address of its own. */
	bytes = bytes == 0 ? align : (bytes + align - 1) / align * align;
	block = arena_block_for(arena, bytes);
	if (block == NULL) {
		arena->failed = true;
		return NULL;
	}
	memory = block->data + block->used;
	block->used += bytes;
	return memory;
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t *size, size_t item_bytes)
{
	size_t more = *size * 2 + 8;
	void *grown;

	if (count < *size) {
		return items;
	}
	grown = more > SIZE_MAX / item_bytes ? NULL : arena_alloc(arena, more * item_bytes);
	if (grown == NULL) {
		return NULL;
	}
	if (count > 0) {
		memcpy(grown, items, count * item_bytes);
	}
	*size = more;
	return grown;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return text == NULL ? NULL : arena_strndup(arena, text, strlen(text));
}

char *arena_strndup(struct arena *arena, const char *text, size_t bytes)
{
	char *copy;

	if (text == NULL) {
		return NULL;
	}
	bytes = strnlen(text, bytes);
	copy = arena_alloc(arena, bytes + 1);
	if (copy != NULL) {
		memcpy(copy, text, bytes);
	}
	return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0) {
		arena->failed = true;
		return NULL;
	}
	text = arena_alloc(arena, (size_t)len + 1);
	if (text == NULL) {
		return NULL;
	}
	va_start(args, format);
	(void)vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text;
}
