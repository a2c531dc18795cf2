/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/idl_scan.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int scan_fail(struct scan *scan, const char *at, const char *format, ...)
{
	size_t line = 1, column = 1;
	va_list arguments;

	for (const char *p = scan->text; p < at; p++) {
		if (*p == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)*p & 0xC0) != 0x80) { /* columns are characters */
			column++;
		}
	}
	int written = snprintf(scan->reterr_why, SCAN_WHY_BYTES, "%zu:%zu: ", line, column);
	va_start(arguments, format);
	vsnprintf(scan->reterr_why + written, SCAN_WHY_BYTES - (size_t)written, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

void scan_space(struct scan *scan)
{
	bool line_start = scan->at == scan->text;
	int newlines = 0;

	scan->comment = NULL;
	for (;; scan->at++) {
		char c = *scan->at;

		if (c == '\n') {
			line_start = true;
			if (++newlines > 1) {
				scan->comment = NULL; /* an empty line parts it from what follows */
			}
		} else if (c == '#') {
			if (scan->comment == NULL && line_start) {
				scan->comment = scan->at;
			}
			scan->at += strcspn(scan->at, "\n");
			scan->comment_end = scan->at;
			scan->at--; /* the line's end is counted above */
			newlines = 0;
		} else if (c != ' ' && c != '\t' && c != '\r') {
			return;
		}
	}
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
	return is_upper(c) || (c >= 'a' && c <= 'z');
}

bool scan_is_alnum(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

/* [A-Z][A-Za-z0-9]* */
bool scan_is_member(const char *name, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		if (!scan_is_alnum(name[i])) {
			return false;
		}
	}
	return bytes > 0 && is_upper(name[0]);
}

/* [A-Za-z](_?[A-Za-z0-9])* */
bool scan_is_field(const char *name, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		bool joins = name[i] == '_' && i > 0 && i + 1 < bytes && name[i - 1] != '_';
		if (!scan_is_alnum(name[i]) && !joins) {
			return false;
		}
	}
	return bytes > 0 && is_letter(name[0]);
}

/* [A-Za-z](-*[A-Za-z0-9])*(\.[A-Za-z0-9](-*[A-Za-z0-9])*)+ */
bool scan_is_interface(const char *name, size_t bytes)
{
	bool dotted = false;

	for (size_t i = 0; i < bytes; i++) {
		bool edge = i == 0 || name[i - 1] == '.' || i + 1 == bytes || name[i + 1] == '.';
		if (name[i] == '.' && i > 0 && name[i - 1] != '.' && i + 1 < bytes) {
			dotted = true;
		} else if (!scan_is_alnum(name[i]) && (name[i] != '-' || edge)) {
			return false;
		}
	}
	return dotted && is_letter(name[0]);
}

size_t scan_word(const struct scan *scan)
{
	size_t bytes = 0;

	while (scan_is_alnum(scan->at[bytes]) || scan->at[bytes] == '_') {
		bytes++;
	}
	return bytes;
}

bool scan_word_is(const char *word, size_t bytes, const char *wanted)
{
	return strlen(wanted) == bytes && memcmp(word, wanted, bytes) == 0;
}

bool scan_mark(struct scan *scan, const char *mark)
{
	scan_space(scan);
	if (strncmp(scan->at, mark, strlen(mark)) != 0) {
		return false;
	}
	scan->at += strlen(mark);
	return true;
}
