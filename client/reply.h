/* SPDX-License-Identifier: Apache-2.0 */
/* reply.h: reading fields of a reply without fear: what is absent or of another type reads as
 * empty. */
#ifndef OGID_CLIENT_REPLY_H
#define OGID_CLIENT_REPLY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* There and not null. */
static inline bool reply_has(const json_t *object, const char *field)
{
	const json_t *value = json_object_get(object, field);
	return value != NULL && !json_is_null(value);
}

/* Never NULL; belongs to the reply. */
static inline const char *reply_text(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));
	return text != NULL ? text : "";
}

static inline int64_t reply_int(const json_t *object, const char *field)
{
	return json_integer_value(json_object_get(object, field));
}

/* A year of four digits at most; what is none reads as 0. */
static inline int reply_year(const json_t *object, const char *field)
{
	int64_t year = reply_int(object, field);
	return year > 0 && year <= 9999 ? (int)year : 0;
}

#endif
