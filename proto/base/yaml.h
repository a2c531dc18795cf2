/* SPDX-License-Identifier: Apache-2.0 */
/* yaml.h: YAML text into a tree of nodes with their places; the only file that knows libyaml.
 *
 * Refused: anchors, aliases, tags, directives, a second document, duplicate keys, keys that are not
 * scalars, depth over 32, more than 200,000 nodes, files over 1 MiB, scalars over 64 KiB, bytes
 * that are not UTF-8. Every scalar is text; types come from the reader's schema, never from
 * guessing. */
#ifndef OGID_BASE_YAML_H
#define OGID_BASE_YAML_H

#include <stddef.h>

#include "proto/base/arena.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	int line, column; /* from 1, in characters */
	const char *key;  /* of this node in its map; NULL elsewhere */
	int key_line, key_column;
	const char *text;        /* YAML_SCALAR: never NULL */
	struct yaml_node *first; /* children, in order */
	struct yaml_node *next;
	size_t count; /* children */
};

/* Where and what: filled whenever a reader of a configuration file refuses it. */
struct yaml_problem {
	char file[256];
	int line, column; /* 0 when the file as a whole is meant */
	char text[400];   /* one sentence: what is wrong, what would be right */
};

/* Reads a text; file is the name for messages. Everything is allocated from arena. 0 with the root
 * node, -EINVAL with the problem, -ENOMEM. */
int yaml_read(struct arena *arena, const char *file, const char *text, size_t bytes,
	      struct yaml_node **ret_root, struct yaml_problem *reterr_problem);

/* The child of a map with that key, or NULL. */
struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* Fills problem from a node and returns -EINVAL, for `return yaml_fail(...)`. */
int yaml_fail(struct yaml_problem *problem, const char *file, int line, int column,
	      const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
