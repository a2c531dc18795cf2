/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/text.h"

#include <errno.h>

#include "proto/base/cleanup.h"

/* Bytes of the sequence that begins with `first`, its payload bits, and the least code point that
 * needs that many bytes (below it the form is overlong). 0 for what cannot begin one. */
static size_t sequence_start(unsigned char first, uint32_t *ret_bits, uint32_t *ret_least)
{
	if (first < 0x80) {
		*ret_bits = first;
		*ret_least = 0;
		return 1;
	}
	if ((first & 0xe0) == 0xc0) {
		*ret_bits = first & 0x1f;
		*ret_least = 0x80;
		return 2;
	}
	if ((first & 0xf0) == 0xe0) {
		*ret_bits = first & 0x0f;
		*ret_least = 0x800;
		return 3;
	}
	if ((first & 0xf8) == 0xf0) {
		*ret_bits = first & 0x07;
		*ret_least = 0x10000;
		return 4;
	}
	return 0;
}

size_t text_decode(const char *text, size_t bytes, uint32_t *ret_code_point)
{
	uint32_t code_point, least;
	size_t len;

	if (bytes == 0) {
		return 0;
	}
	len = sequence_start((unsigned char)text[0], &code_point, &least);
	if (len == 0 || len > bytes) {
		return 0;
	}
	for (size_t i = 1; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c & 0xc0) != 0x80) {
			return 0;
		}
		code_point = code_point << 6 | (c & 0x3f);
	}
	if (code_point < least || code_point > 0x10ffff ||
	    (code_point >= 0xd800 && code_point <= 0xdfff)) {
		return 0;
	}
	*ret_code_point = code_point;
	return len;
}

bool text_is_utf8(const char *text, size_t bytes)
{
	while (bytes > 0) {
		uint32_t code_point;
		size_t len = text_decode(text, bytes, &code_point);

		if (len == 0) {
			return false;
		}
		text += len;
		bytes -= len;
	}
	return true;
}

size_t text_length(const char *text)
{
	size_t length = 0;

	for (; *text != '\0'; text++) {
		if (((unsigned char)*text & 0xc0) != 0x80) {
			length++;
		}
	}
	return length;
}

static const char control[] = "the text holds a control character";
static const char direction[] = "the text holds a character that changes the writing direction";
static const char invisible[] = "the text holds a character without width, which nobody can see";
static const char unassigned[] = "the text holds a code point that is no character";

/* In order. Variation selectors are not here: Chinese names need them. */
static const struct {
	uint32_t first, last;
	const char *problem;
} refused[] = {
	{ 0x00, 0x1f, control },         { 0x7f, 0x9f, control },
	{ 0x61c, 0x61c, direction },     /* Arabic letter mark */
	{ 0x180e, 0x180e, invisible },   /* Mongolian vowel separator */
	{ 0x200b, 0x200d, invisible },   /* zero-width space, non-joiner, joiner */
	{ 0x200e, 0x200f, direction },   /* left-to-right and right-to-left marks */
	{ 0x2028, 0x2029, control },     /* line and paragraph separators */
	{ 0x202a, 0x202e, direction },   /* embeddings and overrides */
	{ 0x2060, 0x2065, invisible },   /* word joiner, invisible operators */
	{ 0x2066, 0x2069, direction },   /* isolates */
	{ 0x206a, 0x206f, invisible },   /* deprecated format characters */
	{ 0xfdd0, 0xfdef, unassigned },  /* non-characters amid Arabic */
	{ 0xfeff, 0xfeff, invisible },   /* zero-width no-break space, the byte order mark */
	{ 0xfff9, 0xfffb, invisible },   /* interlinear annotation */
	{ 0xe0000, 0xe007f, invisible }, /* tags: a whole message may hide in them */
};

static const char *code_point_problem(uint32_t code_point)
{
	/* The last two of every plane. */
	if ((code_point & 0xfffe) == 0xfffe) {
		return unassigned;
	}
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		if (code_point >= refused[i].first && code_point <= refused[i].last) {
			return refused[i].problem;
		}
	}
	return NULL;
}

const char *text_problem(const char *text, bool multiline)
{
	while (*text != '\0') {
		const char *problem;
		uint32_t code_point;
		/* No sequence is longer than 4, and none goes on over a NUL. */
		size_t len = text_decode(text, 4, &code_point);

		if (len == 0) {
			return "the text is not valid UTF-8";
		}
		text += len;
		if (code_point == '\n' || code_point == '\t') {
			if (multiline) {
				continue;
			}
			return "the text must be one line, without line breaks and tabs";
		}
		problem = code_point_problem(code_point);
		if (problem != NULL) {
			return problem;
		}
	}
	return NULL;
}

int text_to_int(const char *text, int64_t min, int64_t max, int64_t *ret_value)
{
	bool negative = text[0] == '-';
	const char *digits = negative ? text + 1 : text;
	bool too_large = false;
	int64_t value = 0;

	if (digits[0] == '\0' || (digits[0] == '0' && (negative || digits[1] != '\0'))) {
		return -EINVAL;
	}
	/* Counts below zero, where one more number has room. All digits are looked at, because a
	 * letter is worse than a number too large. */
	for (const char *c = digits; *c != '\0'; c++) {
		if (*c < '0' || *c > '9') {
			return -EINVAL;
		}
		too_large = too_large || __builtin_mul_overflow(value, 10, &value) ||
			    __builtin_sub_overflow(value, *c - '0', &value);
	}
	if (too_large || (!negative && value == INT64_MIN)) {
		return -ERANGE;
	}
	if (!negative) {
		value = -value;
	}
	if (value < min || value > max) {
		return -ERANGE;
	}
	*ret_value = value;
	return 0;
}
