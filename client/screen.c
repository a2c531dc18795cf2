/* SPDX-License-Identifier: Apache-2.0 */
#include "client/screen.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "proto/base/cleanup.h"
#include "proto/base/text.h"

#define SCREEN_WIDTH_OTHERWISE 80
#define SCREEN_WIDTH_LEAST     40

struct screen screen_of_output(void)
{
	struct screen screen = { .terminal = isatty(STDOUT_FILENO) == 1 };
	const char *no_colour = getenv("NO_COLOR");
	const char *kind = getenv("TERM");
	struct winsize size = { 0 };

	if (!screen.terminal) {
		return screen;
	}
	screen.colour = (no_colour == NULL || no_colour[0] == '\0') &&
			(kind == NULL || strcmp(kind, "dumb") != 0);
	screen.width = SCREEN_WIDTH_OTHERWISE;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
		screen.width = size.ws_col;
	}
	if (screen.width < SCREEN_WIDTH_LEAST) {
		screen.width = SCREEN_WIDTH_LEAST;
	}
	return screen;
}

static size_t screen_columns_of(uint32_t character)
{
	int width = wcwidth((wchar_t)character);
	return width > 0 ? (size_t)width : 0;
}

/* One character; a byte that is no UTF-8 counts as one column. */
static size_t screen_step(const char *text, size_t left, size_t *ret_columns)
{
	uint32_t character = 0;
	size_t bytes = text_decode(text, left, &character);

	*ret_columns = bytes == 0 ? 1 : screen_columns_of(character);
	return bytes == 0 ? 1 : bytes;
}

size_t screen_columns(const char *text)
{
	size_t left = strlen(text), sum = 0;

	while (left > 0) {
		size_t columns;
		size_t bytes = screen_step(text, left, &columns);
		sum += columns;
		text += bytes;
		left -= bytes;
	}
	return sum;
}

static bool screen_unfit(uint32_t c)
{
	bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
	bool turns = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
	bool hidden = (c >= 0x200b && c <= 0x200f) || c == 0x2028 || c == 0x2029 || c == 0x2060 ||
		      c == 0xfeff || c == 0x061c || c == 0x00ad;
	return control || turns || hidden;
}

void screen_escape(struct buf *out, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		uint32_t c = 0;
		size_t bytes = text_decode(text, left, &c);
		if (bytes == 0) {
			buf_printf(out, "\\x%02x", (unsigned char)text[0]);
			bytes = 1;
		} else if (c == '\n') {
			buf_append_text(out, "\\n");
		} else if (screen_unfit(c)) {
			buf_printf(out, "\\u%04x", c);
		} else {
			buf_append(out, text, bytes);
		}
		text += bytes;
		left -= bytes;
	}
}

void screen_pad(struct buf *out, size_t from, size_t columns)
{
	if (buf_append(out, "", 1) < 0) {
		return;
	}
	out->len--;
	size_t has = screen_columns(out->data + from);
	for (; has < columns; has++) {
		buf_append(out, " ", 1);
	}
}

size_t screen_wrap(const char *text, size_t columns, const char **ret_next)
{
	size_t left = strlen(text), at = 0, sum = 0, fits = 0;
	size_t next = 0;

	while (at < left) {
		size_t wide;
		size_t bytes = screen_step(text + at, left - at, &wide);
		if (columns > 0 && at > 0 && sum + wide > columns) {
			/* Nowhere to break: in the middle of the word. */
			*ret_next = text + (next > 0 ? next : at);
			return next > 0 ? fits : at;
		}
		if (text[at] == ' ') {
			fits = at;
			next = at + 1;
		} else if (wide > 1 && at > 0) {
			fits = next = at;
		}
		sum += wide;
		at += bytes;
	}
	*ret_next = text + left;
	return left;
}

void screen_paint(const struct screen *screen, const char *sgr, const char *text)
{
	if (screen->colour) {
		printf("\033[%sm%s\033[0m", sgr, text);
	} else {
		fputs(text, stdout);
	}
}

/* Line ends of the format itself stay; what the arguments bring in was made of one line before. */
static void screen_write(FILE *to, const char *text)
{
	struct buf safe;

	buf_init(&safe, SCREEN_TEXT_MAX);
	screen_escape(&safe, text);
	if (safe.error == 0 && safe.len > 0) {
		fwrite(safe.data, 1, safe.len, to);
	}
	buf_done(&safe);
}

void screen_say(const char *format, ...)
{
	auto_free char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	int r = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (r < 0) {
		text = NULL;
		return;
	}
	screen_write(stdout, text);
	putchar('\n');
}

void screen_say_hanging(const struct screen *screen, size_t used, size_t hang, const char *text)
{
	struct buf safe;

	buf_init(&safe, SCREEN_TEXT_MAX);
	screen_escape(&safe, text);
	buf_append(&safe, "", 1);
	const char *rest = safe.error == 0 ? safe.data : "";
	do {
		const char *next;
		size_t bytes =
			screen_wrap(rest, screen->width > used ? screen->width - used : 0, &next);
		fwrite(rest, 1, bytes, stdout);
		putchar('\n');
		rest = next;
		used = hang;
		if (*rest != '\0') {
			printf("%*s", (int)hang, "");
		}
	} while (*rest != '\0');
	buf_done(&safe);
}

void screen_complain(const char *format, ...)
{
	auto_free char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	int r = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (r < 0) {
		text = NULL;
		return;
	}
	fputs("ogi: ", stderr);
	screen_write(stderr, text);
	fputc('\n', stderr);
}
