/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/cleanup.h"
#include "proto/base/log.h"

static int old_stderr = -1;
static int pipe_out = -1;

/* Standard error into a pipe, the level and the journal as at start. */
static int catch_stderr(void **state)
{
	int ends[2];

	(void)state;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
		return -1;
	}
	old_stderr = dup(STDERR_FILENO);
	pipe_out = ends[0];
	if (old_stderr < 0 || dup2(ends[1], STDERR_FILENO) < 0) {
		return -1;
	}
	close(ends[1]);
	unsetenv("JOURNAL_STREAM");
	log_set_level(LOG_LEVEL_INFO);
	return 0;
}

static int release_stderr(void **state)
{
	(void)state;
	dup2(old_stderr, STDERR_FILENO);
	close(old_stderr);
	close(pipe_out);
	return 0;
}

static void assert_logged(const char *expected)
{
	char got[8192];
	ssize_t n = read(pipe_out, got, sizeof(got) - 1);

	got[n > 0 ? n : 0] = '\0';
	assert_string_equal(got, expected);
}

static void one_event_is_one_line(void **state)
{
	(void)state;
	log_event(LOG_LEVEL_INFO, "listening on %s, %d peers", "/run/x", 3);
	assert_logged("listening on /run/x, 3 peers\n");
	log_event(LOG_LEVEL_ERROR, "a\nb\x1b[0m\x7f%s", "");
	assert_logged("a b [0m \n");
	log_event(LOG_LEVEL_ERROR, "%s", "工作");
	assert_logged("工作\n");
}

static void the_journal_gets_priorities(void **state)
{
	(void)state;
	setenv("JOURNAL_STREAM", "8:1234", 1);
	log_event(LOG_LEVEL_ERROR, "one");
	log_event(LOG_LEVEL_WARNING, "two");
	log_event(LOG_LEVEL_INFO, "three\n<0>four");
	assert_logged("<3>one\n<4>two\n<6>three <0>four\n");
}

static void the_level_decides(void **state)
{
	(void)state;
	log_event(LOG_LEVEL_DEBUG, "hidden");
	assert_logged("");
	log_set_level(LOG_LEVEL_DEBUG);
	log_event(LOG_LEVEL_DEBUG, "shown");
	assert_logged("shown\n");
	log_set_level(LOG_LEVEL_ERROR);
	log_event(LOG_LEVEL_WARNING, "hidden");
	log_event(LOG_LEVEL_ERROR, "shown");
	assert_logged("shown\n");
}

static void long_lines_are_cut(void **state)
{
	char text[5001], expected[2049];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memset(expected, 'x', sizeof(expected));
	memcpy(expected + 2044, "...\n", 5);
	log_event(LOG_LEVEL_INFO, "%s", text);
	assert_logged(expected);
	/* The longest that is whole. */
	text[2047] = '\0';
	memset(expected, 'x', 2047);
	log_event(LOG_LEVEL_INFO, "%s", text);
	assert_logged(expected);
}

static void errno_survives(void **state)
{
	(void)state;
	errno = ENOTTY;
	log_event(LOG_LEVEL_INFO, "x");
	assert_int_equal(errno, ENOTTY);
	assert_logged("x\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_event_is_one_line, catch_stderr,
						release_stderr),
		cmocka_unit_test_setup_teardown(the_journal_gets_priorities, catch_stderr,
						release_stderr),
		cmocka_unit_test_setup_teardown(the_level_decides, catch_stderr, release_stderr),
		cmocka_unit_test_setup_teardown(long_lines_are_cut, catch_stderr, release_stderr),
		cmocka_unit_test_setup_teardown(errno_survives, catch_stderr, release_stderr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
