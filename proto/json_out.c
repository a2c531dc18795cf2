/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/json_out.h"

#include <string.h>

#define INTEGER_BYTES 20 /* of INT64_MIN, the longest */

/* What an escape ends with, 'u' for \u00XX; 0: the byte stands for itself. */
static const char escapes[256] = {
	'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b',         't',           'n', 'u',
	'f', 'r', 'u', 'u', 'u', 'u', 'u', 'u', 'u',         'u',           'u', 'u',
	'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', ['"'] = '"', ['\\'] = '\\',
};

static void json_put_escape(struct buf *out, unsigned char byte)
{
	static const char digits[] = "0123456789ABCDEF";
	const char escape[6] = {
		'\\', escapes[byte], '0', '0', digits[byte >> 4], digits[byte & 15]
	};

	buf_append(out, escape, escapes[byte] == 'u' ? 6 : 2);
}

static void json_put_string(struct buf *out, const char *text)
{
	const char *plain = text; /* what waits to be copied */

	buf_append(out, "\"", 1);
	for (;; text++) {
		unsigned char byte = (unsigned char)*text;

		/* Of NUL too: it ends the last run. */
		if (escapes[byte] == 0) {
			continue;
		}
		buf_append(out, plain, (size_t)(text - plain));
		if (byte == '\0') {
			break;
		}
		json_put_escape(out, byte);
		plain = text + 1;
	}
	buf_append(out, "\"", 1);
}

/* What stands before a value. */
static void json_put_place(struct json_out *json, const char *key)
{
	size_t bytes = key != NULL ? strlen(key) : 0;
	char *room = buf_reserve(json->out, bytes + 4), *at = room;

	if (room == NULL) {
		return;
	}
	if (json->comma) {
		*at++ = ',';
	}
	if (key != NULL) {
		*at++ = '"';
		memcpy(at, key, bytes);
		at += bytes;
		*at++ = '"';
		*at++ = ':';
	}
	json->out->len += (size_t)(at - room);
	json->comma = true;
}

static void json_begin(struct json_out *json, const char *key, const char *bracket)
{
	json_put_place(json, key);
	buf_append(json->out, bracket, 1);
	json->comma = false;
}

static void json_end(struct json_out *json, const char *bracket)
{
	buf_append(json->out, bracket, 1);
	json->comma = true;
}

void json_out_object(struct json_out *json, const char *key)
{
	json_begin(json, key, "{");
}

void json_out_object_end(struct json_out *json)
{
	json_end(json, "}");
}

void json_out_array(struct json_out *json, const char *key)
{
	json_begin(json, key, "[");
}

void json_out_array_end(struct json_out *json)
{
	json_end(json, "]");
}

void json_out_text(struct json_out *json, const char *key, const char *text)
{
	if (text == NULL) {
		json_out_null(json, key);
		return;
	}
	json_put_place(json, key);
	json_put_string(json->out, text);
}

void json_out_integer(struct json_out *json, const char *key, int64_t value)
{
	char text[INTEGER_BYTES], *first = text + INTEGER_BYTES;
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do {
		*--first = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0) {
		*--first = '-';
	}
	json_put_place(json, key);
	buf_append(json->out, first, (size_t)(text + INTEGER_BYTES - first));
}

void json_out_bool(struct json_out *json, const char *key, bool value)
{
	json_put_place(json, key);
	buf_append_text(json->out, value ? "true" : "false");
}

void json_out_null(struct json_out *json, const char *key)
{
	json_put_place(json, key);
	buf_append_text(json->out, "null");
}
