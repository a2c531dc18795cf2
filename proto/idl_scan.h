/* SPDX-License-Identifier: Apache-2.0 */
/* idl_scan.h: the words and marks of the interface language; for idl_read.c alone.
 *
 * A scan goes forward through a text ended by NUL and allocates nothing. */
#ifndef OGID_PROTO_IDL_SCAN_H
#define OGID_PROTO_IDL_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define SCAN_WHY_BYTES 200

struct scan {
	const char *text;
	const char *at;
	const char *comment;     /* the first line of the comment right above `at`, or NULL */
	const char *comment_end; /* behind its last line */
	char *reterr_why;        /* SCAN_WHY_BYTES, borrowed */
};

/* Fills reterr_why with line:column of `at` and the sentence. Returns -EINVAL. */
int scan_fail(struct scan *scan, const char *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Skips white space and comments, and remembers the comment that ends right here. */
void scan_space(struct scan *scan);
/* Takes a mark such as "(" or "->" behind white space; false when something else is there. */
bool scan_mark(struct scan *scan, const char *mark);
/* Bytes of the word at `at`, which may be 0; takes nothing. */
size_t scan_word(const struct scan *scan);
bool scan_word_is(const char *word, size_t bytes, const char *wanted);

bool scan_is_alnum(char c);
/* What the language allows as the name of a type, method or error; of a field; of an interface. */
bool scan_is_member(const char *name, size_t bytes);
bool scan_is_field(const char *name, size_t bytes);
bool scan_is_interface(const char *name, size_t bytes);

#endif
