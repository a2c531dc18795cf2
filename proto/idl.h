/* SPDX-License-Identifier: Apache-2.0 */
/* idl.h: the Varlink interface language: reads it, and checks values against it.
 *
 * An idl is immutable once read and may be used from any thread. */
#ifndef OGID_PROTO_IDL_H
#define OGID_PROTO_IDL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "proto/base/buf.h"

enum idl_kind {
	IDL_BOOL,
	IDL_INT,
	IDL_FLOAT,
	IDL_STRING,
	IDL_OBJECT, /* any JSON object */
	IDL_ENUM,
	IDL_STRUCT,
	IDL_ARRAY, /* of element */
	IDL_MAP,   /* [string]element */
	IDL_NAMED, /* a type of the interface; resolved in `named` */
};

struct idl_type {
	enum idl_kind kind;
	bool nullable;
	const struct idl_type *element;   /* IDL_ARRAY, IDL_MAP */
	const struct idl_member *members; /* IDL_STRUCT: fields; IDL_ENUM: values (type NULL) */
	size_t member_count;
	const char *name;             /* IDL_NAMED */
	const struct idl_type *named; /* IDL_NAMED: what it stands for, never NULL after reading */
};

struct idl_member {
	const char *name;
	const struct idl_type *type;
};

struct idl_entry {
	enum { IDL_TYPE, IDL_METHOD, IDL_ERROR } what;
	const char *name;
	const char *comment; /* the comment lines above it, without '#', or "" */
	const struct idl_type
		*type; /* IDL_TYPE; IDL_ERROR: its struct; IDL_METHOD: the input struct */
	const struct idl_type *reply; /* IDL_METHOD: the output struct; else NULL */
};

struct idl {
	const char *name;
	const char *text; /* as given, borrowed */
	const char *comment;
	const struct idl_entry *entries;
	size_t entry_count;
	void *memory;
};

/* text must outlive the idl. -EINVAL: line:column and what was expected, in reterr_why. Unknown
 * type names, duplicate names and names that the language does not allow are refused. */
int idl_read(const char *text, struct idl **ret_idl, char reterr_why[static 200]);
struct idl *idl_free(struct idl *idl); /* takes NULL, returns NULL */
/* The interface in the language again; reading that gives an equal interface. */
int idl_write(const struct idl *idl, struct buf *out);

const struct idl_entry *idl_method(const struct idl *idl, const char *name); /* NULL: none */
const struct idl_entry *idl_error(const struct idl *idl, const char *name);
const struct idl_entry *idl_named(const struct idl *idl, const char *name); /* a type */
/* Follows IDL_NAMED. */
const struct idl_type *idl_resolve(const struct idl_type *type);

/* Checks a JSON object against a struct type: every field that is not nullable is there, no other
 * fields are, every value has its type (absent and null are the same; an int is a JSON integer).
 * 0, or -EINVAL with the path of the first field that does not fit, in the order of the interface,
 * then surplus ones ("applicant.category", "steps[2].method"), and a sentence of what is wrong. */
int idl_check(const struct idl_type *type, json_t *value, char reterr_field[static 128],
	      char reterr_why[static 200]);

#endif
