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

#define ESCAPE_BYTES 6

/* Returns where it ends. */
static char *json_put_escape(char *at, unsigned char byte)
{
	static const char digits[] = "0123456789ABCDEF";

	*at++ = '\\';
	*at++ = escapes[byte];
	if (escapes[byte] == 'u') {
		*at++ = '0';
		*at++ = '0';
		*at++ = digits[byte >> 4];
		*at++ = digits[byte & 15];
	}
	return at;
}

/* Whether one of eight bytes needs an escape: it is below 0x20, or none is left of it after what
 * it is compared with is taken out. */
static bool word_escapes(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101, high = 0x8080808080808080;
	uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';

	return ((((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) |
		 ((backslash - ones) & ~backslash)) &
		high) != 0;
}

/* How many bytes stand for themselves before the first that does not. */
static size_t json_plain(const char *text, size_t bytes)
{
	size_t at = 0;

	for (uint64_t word; at + sizeof(word) <= bytes; at += sizeof(word)) {
		memcpy(&word, text + at, sizeof(word));
		if (word_escapes(word)) {
			break;
		}
	}
	while (at < bytes && escapes[(unsigned char)text[at]] == 0) {
		at++;
	}
	return at;
}

/* All of a string but its first quote. */
static void json_put_string(struct buf *out, const char *text)
{
	size_t bytes = strlen(text);

	for (;;) {
		size_t plain = json_plain(text, bytes);
		char *at = buf_reserve(out, plain + ESCAPE_BYTES);

		if (at == NULL) {
			return;
		}
		memcpy(at, text, plain);
		at += plain;
		if (plain == bytes) {
			*at++ = '"';
			out->len = (size_t)(at - out->data);
			return;
		}
		at = json_put_escape(at, (unsigned char)text[plain]);
		out->len = (size_t)(at - out->data);
		text += plain + 1;
		bytes -= plain + 1;
	}
}

/* What stands before a value, and how it begins. */
static void json_put(struct json_out *json, const char *key, const char *begin)
{
	size_t key_bytes = key != NULL ? strlen(key) : 0, begin_bytes = strlen(begin);
	char *at = buf_reserve(json->out, key_bytes + begin_bytes + 4);

	if (at == NULL) {
		return;
	}
	if (json->comma) {
		*at++ = ',';
	}
	if (key != NULL) {
		*at++ = '"';
		memcpy(at, key, key_bytes);
		at += key_bytes;
		*at++ = '"';
		*at++ = ':';
	}
	memcpy(at, begin, begin_bytes);
	json->out->len = (size_t)(at + begin_bytes - json->out->data);
	json->comma = true;
}

static void json_begin(struct json_out *json, const char *key, const char *bracket)
{
	json_put(json, key, bracket);
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
	json_put(json, key, "\"");
	json_put_string(json->out, text);
}

void json_out_integer(struct json_out *json, const char *key, int64_t value)
{
	char text[INTEGER_BYTES + 1], *first = text + INTEGER_BYTES;
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

	*first = '\0';
	do {
		*--first = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0) {
		*--first = '-';
	}
	json_put(json, key, first);
}

void json_out_bool(struct json_out *json, const char *key, bool value)
{
	json_put(json, key, value ? "true" : "false");
}

void json_out_null(struct json_out *json, const char *key)
{
	json_put(json, key, "null");
}
