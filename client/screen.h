/* SPDX-License-Identifier: Apache-2.0 */
/* screen.h: what people read on: its width, its colours, and text made safe for it.
 *
 * Data never reaches a terminal raw: control characters, bidirectional overrides and zero-width
 * characters are shown as \uXXXX. */
#ifndef OGID_CLIENT_SCREEN_H
#define OGID_CLIENT_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/base/buf.h"

#define SCREEN_TEXT_MAX (8 * 1024 * 1024) /* bytes of one text made for the screen */

struct screen {
	bool terminal;
	bool colour;  /* a terminal, and no NO_COLOR */
	size_t width; /* columns; 0: not a terminal, nothing is cut */
};

/* Of standard output. */
struct screen screen_of_output(void);

/* Columns that text takes; the text must be escaped already. */
size_t screen_columns(const char *text);
/* Appends text with what does not belong on a screen escaped. */
void screen_escape(struct buf *out, const char *text);
/* Appends spaces until out, which had `from` bytes before the text, shows `columns` columns. */
void screen_pad(struct buf *out, size_t from, size_t columns);
/* How many bytes of text fit into `columns`: breaks at a space, or before a wide character; always
 * at least one character. *ret_next: where the next line begins. columns 0: all of it. */
size_t screen_wrap(const char *text, size_t columns, const char **ret_next);

/* Writes to standard output, between the sequences of a colour when there are colours. sgr: as in
 * "1;31". */
void screen_paint(const struct screen *screen, const char *sgr, const char *text);
/* printf to standard output, with its arguments escaped. */
void screen_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* One paragraph; on a terminal it goes on in lines of its own behind `hang` columns. `used`:
 * columns that stand on its first line already. */
void screen_say_hanging(const struct screen *screen, size_t used, size_t hang, const char *text);
/* One sentence on standard error, behind the program's name, escaped. */
void screen_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
