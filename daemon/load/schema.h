/* SPDX-License-Identifier: Apache-2.0 */
/* schema.h: nodes of YAML into structs, by a table of fields.
 *
 * A table says of each key where its value goes, what it may be, and whether it must be there; the
 * reader finds what does not fit and says where. Values are copied into the catalogue's arena.
 * Every function returns 0, -EINVAL with source->problem filled, or -ENOMEM. */
#ifndef OGID_LOAD_SCHEMA_H
#define OGID_LOAD_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/arena.h"
#include "proto/base/yaml.h"

/* One file that is being read. */
struct source {
	const char *file;      /* its name in messages */
	const char *folder;    /* where relative paths in it start; NULL: the working directory */
	struct arena *arena;   /* the catalogue's: what is read lives there */
	struct arena *scratch; /* gone after the load: the nodes, and what only checks need */
	struct yaml_problem *problem;
};

struct field {
	const char *key; /* NULL ends a table; of a list's item: what to call it in messages */
	/* Reads node into target, the struct that the table describes. */
	int (*read)(const struct source *source, const struct yaml_node *node,
		    const struct field *field, void *target);
	size_t offset; /* of the member in target */
	bool required;
	int64_t min, max; /* int: the value; text: characters; list: items; max 0: the default */
	const struct field *inner; /* map: its fields; list: its item */
	size_t item_bytes;         /* list: of one item */
	size_t count_offset;       /* list: of the size_t in target that counts the items */
	const char *const *names;  /* name: the list, ended by NULL */
};

#define FIELD_DEFAULT_MAX 200 /* characters of a text, items of a list */

/* A map with the fields of a table, into target. */
int schema_read(const struct source *source, const struct yaml_node *node,
		const struct field *fields, void *target);

/* The readers of the types, for the tables. */
int read_text(const struct source *source, const struct yaml_node *node, const struct field *field,
	      void *target); /* const char *: one line, not empty */
int read_int(const struct source *source, const struct yaml_node *node, const struct field *field,
	     void *target); /* int, min to max */
int read_bool(const struct source *source, const struct yaml_node *node, const struct field *field,
	      void *target); /* bool: true or false */
int read_date(const struct source *source, const struct yaml_node *node, const struct field *field,
	      void *target); /* int32_t */
int read_name(const struct source *source, const struct yaml_node *node, const struct field *field,
	      void *target); /* const char *: one of field->names, and that very pointer */
int read_map(const struct source *source, const struct yaml_node *node, const struct field *field,
	     void *target); /* a struct inside, or a list's item: field->inner's fields */
int read_list(const struct source *source, const struct yaml_node *node, const struct field *field,
	      void *target); /* item[] and its count */

/* Refuses with a sentence at a node. */
int schema_fail(const struct source *source, const struct yaml_node *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Refuses a text that is none of `count` names: says the nearest, or all. `what` is the noun. */
int schema_fail_name(const struct source *source, int line, int column, const char *what,
		     const char *text, const char *const names[], size_t count);
/* A text as it may stand in a message: short, without control characters. */
const char *schema_show(const char *text, char shown[static 64]);

#endif
