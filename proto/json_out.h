/* SPDX-License-Identifier: Apache-2.0 */
/* json_out.h: JSON written straight into a buf, without a tree of its values.
 *
 * Byte for byte what json_dumps(value, JSON_COMPACT) of the JSON library gives: no space, and
 * escaped only what must be. The caller gives valid UTF-8, every key once, and an end for every
 * beginning. Nothing is returned: the buf keeps the first failure, so a run needs one check. */
#ifndef OGID_PROTO_JSON_OUT_H
#define OGID_PROTO_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/base/buf.h"

struct json_out {
	struct buf *out; /* borrowed */
	bool comma;      /* a value stands before the next one */
};

/* key: of the member of an object, a name in which nothing needs an escape; NULL in an array and
 * for the outermost value. */
void json_out_object(struct json_out *json, const char *key);
void json_out_object_end(struct json_out *json);
void json_out_array(struct json_out *json, const char *key);
void json_out_array_end(struct json_out *json);
void json_out_text(struct json_out *json, const char *key, const char *text); /* null for NULL */
void json_out_integer(struct json_out *json, const char *key, int64_t value);
void json_out_bool(struct json_out *json, const char *key, bool value);
void json_out_null(struct json_out *json, const char *key);

#endif
