/* SPDX-License-Identifier: Apache-2.0 */
/* log.h: one event a line on standard error.
 *
 * Only the edge logs (main, serve); libraries return what went wrong. With the journal listening
 * (JOURNAL_STREAM set) a line begins with <N>, its priority. Never put personal data here. */
#ifndef OGID_BASE_LOG_H
#define OGID_BASE_LOG_H

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

void log_set_level(enum log_level level); /* INFO at start */
void log_event(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
