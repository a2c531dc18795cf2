/* SPDX-License-Identifier: Apache-2.0 */
/* A skip list for the order, and a hash table for single rows. Nodes and values come from blocks
 * that are freed together. */
#include "daemon/store/overlay.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/checksum.h"

#define HEIGHT_MAX  14
#define SLOTS_FIRST ((size_t)1 << 12)
#define BLOCK_BYTES ((size_t)256 * 1024)

struct version {
	struct version *older;
	uint64_t commit;
	uint32_t bytes;
	bool gone;
	uint8_t data[];
};

struct overlay_node {
	_Atomic(struct version *) newest;
	struct overlay_node *undo; /* the writer's list of what this commit touched */
	uint32_t key_bytes;
	uint8_t table, height;
	_Atomic(struct overlay_node *) next[]; /* height of them, then the key */
};

struct block {
	struct block *next;
	size_t used, size;
	_Alignas(max_align_t) uint8_t data[];
};

/* Open addressing. A larger one takes its place when it fills; a reader that still looks into the
 * smaller one misses only what its moment does not know. */
struct slots {
	struct slots *smaller;
	size_t size; /* a power of 2 */
	_Atomic(struct overlay_node *) nodes[];
};

struct overlay {
	struct block *blocks;
	size_t bytes, nodes;
	uint64_t dice;
	struct overlay_node *touched; /* by the commit that is being made */
	_Atomic(struct overlay_node *) head[HEIGHT_MAX];
	_Atomic(struct slots *) slots;
};

static struct slots *slots_new(size_t size, struct slots *smaller)
{
	struct slots *slots = calloc(1, sizeof(*slots) + size * sizeof(slots->nodes[0]));

	if (slots != NULL) {
		slots->size = size;
		slots->smaller = smaller;
	}
	return slots;
}

struct overlay *overlay_new(void)
{
	struct overlay *overlay = calloc(1, sizeof(*overlay));
	struct slots *slots = slots_new(SLOTS_FIRST, NULL);

	if (overlay == NULL || slots == NULL) {
		free(overlay);
		free(slots);
		return NULL;
	}
	overlay->dice = 0x9E3779B97F4A7C15ULL;
	atomic_init(&overlay->slots, slots);
	return overlay;
}

struct overlay *overlay_free(struct overlay *overlay)
{
	if (overlay != NULL) {
		while (overlay->blocks != NULL) {
			struct block *block = overlay->blocks;

			overlay->blocks = block->next;
			free(block);
		}
		for (struct slots *slots = overlay->slots, *smaller; slots != NULL;
		     slots = smaller) {
			smaller = slots->smaller;
			free(slots);
		}
		free(overlay);
	}
	return NULL;
}

size_t overlay_bytes(const struct overlay *overlay)
{
	return overlay->bytes;
}

static void *overlay_alloc(struct overlay *overlay, size_t bytes)
{
	struct block *block = overlay->blocks;
	void *at;

	bytes = (bytes + 15) & ~(size_t)15;
	if (block == NULL || block->size - block->used < bytes) {
		size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;

		block = malloc(sizeof(*block) + size);
		if (block == NULL) {
			return NULL;
		}
		block->used = 0;
		block->size = size;
		block->next = overlay->blocks;
		overlay->blocks = block;
	}
	at = block->data + block->used;
	block->used += bytes;
	overlay->bytes += bytes;
	return at;
}

/* ---- keys ---- */

static uint8_t *node_key(const struct overlay_node *node)
{
	return (uint8_t *)(uintptr_t)&node->next[node->height];
}

static int key_order(const struct overlay_node *node, unsigned table, struct bytes key)
{
	size_t shorter = node->key_bytes < key.bytes ? node->key_bytes : key.bytes;
	int order;

	if (node->table != table) {
		return node->table < table ? -1 : 1;
	}
	order = shorter == 0 ? 0 : memcmp(node_key(node), key.data, shorter);
	return order != 0 ? order : (node->key_bytes > key.bytes) - (node->key_bytes < key.bytes);
}

static uint64_t hash_of(unsigned table, struct bytes key)
{
	uint64_t hash = key.bytes == 0 ? 0 : checksum_of(key.data, key.bytes);

	return hash + table * 0x9E3779B97F4A7C15ULL;
}

/* Where a key is, or would be put. */
static _Atomic(struct overlay_node *) *slot_find(struct slots *slots, unsigned table,
						 struct bytes key)
{
	size_t slot = hash_of(table, key) & (slots->size - 1);
	struct overlay_node *node;

	while ((node = atomic_load_explicit(&slots->nodes[slot], memory_order_acquire)) != NULL &&
	       key_order(node, table, key) != 0) {
		slot = (slot + 1) & (slots->size - 1);
	}
	return &slots->nodes[slot];
}

static struct overlay_node *node_find(const struct overlay *overlay, unsigned table,
				      struct bytes key)
{
	struct slots *slots = atomic_load_explicit(&overlay->slots, memory_order_acquire);

	return atomic_load_explicit(slot_find(slots, table, key), memory_order_acquire);
}

/* ---- writing ---- */

static uint8_t height_any(struct overlay *overlay)
{
	uint8_t height = 1;
	uint64_t dice;

	overlay->dice ^= overlay->dice << 13;
	overlay->dice ^= overlay->dice >> 7;
	overlay->dice ^= overlay->dice << 17;
	for (dice = overlay->dice; height < HEIGHT_MAX && (dice & 3) == 0; dice >>= 2) {
		height++;
	}
	return height;
}

static int slots_grow(struct overlay *overlay)
{
	struct slots *slots = atomic_load_explicit(&overlay->slots, memory_order_relaxed), *larger;

	if (overlay->nodes < slots->size / 2) {
		return 0;
	}
	larger = slots_new(slots->size * 4, slots);
	if (larger == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < slots->size; i++) {
		struct overlay_node *node =
			atomic_load_explicit(&slots->nodes[i], memory_order_relaxed);

		if (node != NULL) {
			atomic_store_explicit(slot_find(larger, node->table, overlay_key(node)),
					      node, memory_order_relaxed);
		}
	}
	atomic_store_explicit(&overlay->slots, larger, memory_order_release);
	return 0;
}

/* Whole before anybody can come by, and from the ground up: a reader that finds it on one level
 * finds it on those below. */
static void node_link(struct overlay *overlay, struct overlay_node *node)
{
	struct bytes key = overlay_key(node);
	_Atomic(struct overlay_node *) *at = overlay->head, *before[HEIGHT_MAX];

	for (int level = HEIGHT_MAX - 1; level >= 0; level--) {
		struct overlay_node *next;

		while ((next = atomic_load_explicit(&at[level], memory_order_relaxed)) != NULL &&
		       key_order(next, node->table, key) < 0) {
			at = next->next;
		}
		before[level] = at;
		if (level < node->height) {
			atomic_init(&node->next[level], next);
		}
	}
	for (int level = 0; level < node->height; level++) {
		atomic_store_explicit(&before[level][level], node, memory_order_release);
	}
}

static struct overlay_node *node_add(struct overlay *overlay, unsigned table, struct bytes key)
{
	uint8_t height = height_any(overlay);
	struct overlay_node *node =
		slots_grow(overlay) < 0
			? NULL
			: overlay_alloc(overlay,
					sizeof(*node) + height * sizeof(node->next[0]) + key.bytes);

	if (node == NULL) {
		return NULL;
	}
	atomic_init(&node->newest, NULL);
	node->undo = NULL;
	node->key_bytes = (uint32_t)key.bytes;
	node->table = (uint8_t)table;
	node->height = height;
	if (key.bytes > 0) {
		memcpy(node_key(node), key.data, key.bytes);
	}
	node_link(overlay, node);
	atomic_store_explicit(slot_find(overlay->slots, table, key), node, memory_order_release);
	overlay->nodes++;
	return node;
}

int overlay_put(struct overlay *overlay, unsigned table, struct bytes key, struct bytes value,
		bool gone, uint64_t commit)
{
	struct overlay_node *node = node_find(overlay, table, key);
	struct version *newest, *version;

	if (node == NULL) {
		node = node_add(overlay, table, key);
	}
	if (node == NULL) {
		return -ENOMEM;
	}
	newest = atomic_load_explicit(&node->newest, memory_order_relaxed);
	if (newest != NULL && newest->commit == commit && newest->bytes == value.bytes) {
		/* nobody sees it yet but the writer */
		newest->gone = gone;
		memmove(newest->data, value.bytes > 0 ? value.data : newest->data, value.bytes);
		return 0;
	}
	version = overlay_alloc(overlay, sizeof(*version) + value.bytes);
	if (version == NULL) {
		return -ENOMEM;
	}
	version->commit = commit;
	version->bytes = (uint32_t)value.bytes;
	version->gone = gone;
	if (value.bytes > 0) {
		memcpy(version->data, value.data, value.bytes);
	}
	if (newest != NULL && newest->commit == commit) {
		version->older = newest->older;
	} else {
		version->older = newest;
		node->undo = overlay->touched;
		overlay->touched = node;
	}
	atomic_store_explicit(&node->newest, version, memory_order_release);
	return 0;
}

void overlay_undo(struct overlay *overlay, uint64_t commit)
{
	while (overlay->touched != NULL) {
		struct overlay_node *node = overlay->touched;
		struct version *newest = atomic_load_explicit(&node->newest, memory_order_relaxed);

		if (newest->commit == commit) {
			atomic_store_explicit(&node->newest, newest->older, memory_order_release);
		}
		overlay->touched = node->undo;
		node->undo = NULL;
	}
}

void overlay_settle(struct overlay *overlay)
{
	while (overlay->touched != NULL) {
		struct overlay_node *node = overlay->touched;

		overlay->touched = node->undo;
		node->undo = NULL;
	}
}

/* ---- reading ---- */

enum overlay_answer overlay_value(const struct overlay_node *node, uint64_t commit,
				  struct bytes *ret_value)
{
	const struct version *version = atomic_load_explicit(&node->newest, memory_order_acquire);

	while (version != NULL && version->commit > commit) {
		version = version->older;
	}
	if (version == NULL) {
		return OVERLAY_UNKNOWN;
	}
	*ret_value = (struct bytes){ version->data, version->bytes };
	return version->gone ? OVERLAY_GONE : OVERLAY_THERE;
}

enum overlay_answer overlay_get(const struct overlay *overlay, unsigned table, struct bytes key,
				uint64_t commit, struct bytes *ret_value)
{
	const struct overlay_node *node = node_find(overlay, table, key);

	return node == NULL ? OVERLAY_UNKNOWN : overlay_value(node, commit, ret_value);
}

const struct overlay_node *overlay_seek(const struct overlay *overlay, unsigned table,
					struct bytes key)
{
	const _Atomic(struct overlay_node *) *at = overlay->head;
	const struct overlay_node *next = NULL;

	for (int level = HEIGHT_MAX - 1; level >= 0; level--) {
		while ((next = atomic_load_explicit(&at[level], memory_order_acquire)) != NULL &&
		       key_order(next, table, key) < 0) {
			at = next->next;
		}
	}
	return next != NULL && next->table == table ? next : NULL;
}

const struct overlay_node *overlay_next_of_all(const struct overlay_node *node)
{
	return atomic_load_explicit(&node->next[0], memory_order_acquire);
}

const struct overlay_node *overlay_next(const struct overlay_node *node)
{
	const struct overlay_node *next = overlay_next_of_all(node);

	return next != NULL && next->table == node->table ? next : NULL;
}

const struct overlay_node *overlay_first(const struct overlay *overlay)
{
	return atomic_load_explicit(&overlay->head[0], memory_order_acquire);
}

unsigned overlay_table(const struct overlay_node *node)
{
	return node->table;
}

struct bytes overlay_key(const struct overlay_node *node)
{
	return (struct bytes){ node_key(node), node->key_bytes };
}
