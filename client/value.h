/* SPDX-License-Identifier: Apache-2.0 */
/* value.h: words of the command line as values of the interface's types. */
#ifndef OGID_CLIENT_VALUE_H
#define OGID_CLIENT_VALUE_H

#include <jansson.h>

#include "client/fields.h"
#include "proto/base/buf.h"
#include "proto/idl.h"

/* Makes *value of text (NULL at first; arrays and objects grow when called again). called: how the
 * value is written, for the sentence ("--on" or "NUMBER"). 0, or -EINVAL with a sentence in
 * reterr_why (appended), -EEXIST when a single value is given twice (with its sentence too). */
int value_add(const char *called, const struct field *field, const struct idl_type *type,
	      const char *text, json_t **value, struct buf *reterr_why);
/* Appends the names that an enum allows, "a, b or c". */
void value_allowed(const struct idl_type *type, struct buf *out);

#endif
