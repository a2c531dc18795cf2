/* SPDX-License-Identifier: Apache-2.0 */
/* text.h: UTF-8 text, strictly. */
#ifndef OGID_BASE_TEXT_H
#define OGID_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one code point at text; returns its bytes (1 to 4), or 0 when the bytes are not valid
 * UTF-8 (overlong forms, surrogates and what lies beyond U+10FFFF are not). */
size_t text_decode(const char *text, size_t bytes, uint32_t *ret_code_point);
bool text_is_utf8(const char *text, size_t bytes);
/* Code points in valid UTF-8 text ended by NUL. */
size_t text_length(const char *text);

/* What a person may enter: no control characters (but \n and \t where `multiline`), no
 * bidirectional overrides, no zero-width characters, no non-characters. NULL when fine, else a
 * static sentence of what is wrong. The text must be valid UTF-8. */
const char *text_problem(const char *text, bool multiline);

/* Strict decimal: digits with an optional '-', no leading zeros, no spaces. 0 or -EINVAL, -ERANGE.
 */
int text_to_int(const char *text, int64_t min, int64_t max, int64_t *ret_value);

#endif
