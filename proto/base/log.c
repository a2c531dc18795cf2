/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Longer lines are cut. Below PIPE_BUF, so that one write to a pipe stays in one piece. */
#define LINE_BYTES 2048

static atomic_int log_level_max = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
	atomic_store(&log_level_max, (int)level);
}

/* A control character could end the line early or forge a priority. */
static void line_clean(char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if (c < 0x20 || c == 0x7f) {
			line[i] = ' ';
		}
	}
}

void log_event(enum log_level level, const char *format, ...)
{
	static const char cut[] = "...";
	int saved_errno = errno;
	char line[LINE_BYTES];
	size_t start = 0, len;
	va_list args;
	int n;

	if ((int)level > atomic_load(&log_level_max)) {
		return;
	}
	if (getenv("JOURNAL_STREAM") != NULL) {
		start = (size_t)snprintf(line, sizeof(line), "<%d>", (int)level);
	}
	va_start(args, format);
	n = vsnprintf(line + start, sizeof(line) - start, format, args);
	va_end(args);
	if (n < 0) {
		n = 0;
	}
	len = start + (size_t)n;
	if (len > sizeof(line) - 1) {
		len = sizeof(line) - 1;
		memcpy(line + len - (sizeof(cut) - 1), cut, sizeof(cut) - 1);
	}
	line_clean(line + start, len - start);
	line[len++] = '\n';
	/* One write a line needs no lock. Where standard error is gone there is nobody to tell. */
	while (write(STDERR_FILENO, line, len) < 0 && errno == EINTR) {
	}
	errno = saved_errno;
}
