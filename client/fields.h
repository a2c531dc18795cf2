/* SPDX-License-Identifier: Apache-2.0 */
/* fields.h: what the interface cannot say of a field: what a person calls it, what it is for, and
 * what kind of text it is. Names and types come from the interface. */
#ifndef OGID_CLIENT_FIELDS_H
#define OGID_CLIENT_FIELDS_H

#include "client/words.h"

enum field_kind {
	FIELD_TEXT,
	FIELD_DATE,        /* a string that must be YYYY-MM-DD */
	FIELD_APPLICATION, /* a number such as 2026-0001 */
	FIELD_CODE,        /* a name that a catalogue of the daemon holds */
	FIELD_FILE,        /* read by the client */
	FIELD_DIRECTORY,
};

struct field {
	const char *method; /* "Consult"; NULL: of every method that has no row of its own */
	const char *name;
	enum field_kind kind;
	enum word_group words; /* of its values */
	const char *label;     /* N_: before a value */
	const char *about;     /* N_: in help; NULL: never an option */
};

/* method without its interface, or NULL. Never NULL: an unknown field is text with its own name. */
const struct field *field_of(const char *method, const char *name);

#endif
