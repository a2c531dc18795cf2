/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/store/ledger.h"
#include "proto/base/cleanup.h"
#include "proto/base/file.h"

static char data[64];

static int setup(void **state)
{
	char directory[80];

	(void)state;
	snprintf(data, sizeof(data), "/tmp/ogid-ledger-XXXXXX");
	if (mkdtemp(data) == NULL) {
		return -1;
	}
	snprintf(directory, sizeof(directory), "%s/ledger", data);
	return mkdir(directory, 0700);
}

static int teardown(void **state)
{
	(void)state;
	return file_remove_tree(data);
}

static char *year_path(int year)
{
	static char path[96];

	snprintf(path, sizeof(path), "%s/ledger/%d.ledger", data, year);
	return path;
}

static off_t year_bytes(int year)
{
	struct stat st;

	return stat(year_path(year), &st) < 0 ? -1 : st.st_size;
}

static void cleanup_ledger(struct ledger **ledger)
{
	*ledger = ledger_close(*ledger);
}

static void cleanup_reader(struct ledger_reader *reader)
{
	ledger_reader_done(reader);
}

/* Opens and takes up at the end of what there is, as the daemon does: lines that do not link are
 * cut. */
static struct ledger *ledger_start(uint64_t *ret_cut_bytes, int *ret_lines)
{
	struct ledger *ledger;
	struct ledger_head head = { 0 };
	struct ledger_line line;
	struct ledger_problem problem;
	auto_(cleanup_reader) struct ledger_reader reader;
	int lines = 0;

	assert_int_equal(ledger_open(data, &ledger), 0);
	ledger_reader_init(&reader, ledger, (struct position){ 0 }, (struct position){ 0 });
	while (ledger_next(&reader, &line, &problem) == 1 &&
	       ledger_link(&head.digest, &line) == 0) {
		head.digest = line.digest;
		head.end = reader.at;
		lines++;
	}
	assert_int_equal(ledger_resume(ledger, &head, ret_cut_bytes), 0);
	if (ret_lines != NULL) {
		*ret_lines = lines;
	}
	return ledger;
}

static struct position add(struct ledger *ledger, int year, const char *json)
{
	struct position at;

	assert_int_equal(ledger_add(ledger, year, json, strlen(json), &at, NULL), 0);
	return at;
}

/* Walks everything and returns the texts joined with '|'. */
static const char *walk(const struct ledger *ledger, struct position from, struct position limit)
{
	static char all[4096];
	struct sm3 before = { { 0 } };
	struct ledger_line line;
	struct ledger_problem problem;
	auto_(cleanup_reader) struct ledger_reader reader;
	size_t used = 0;
	int r;

	all[0] = '\0';
	ledger_reader_init(&reader, ledger, from, limit);
	while ((r = ledger_next(&reader, &line, &problem)) == 1) {
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%.*s|", (int)line.bytes,
					 line.json);
		if (from.year == 0) {
			assert_int_equal(ledger_link(&before, &line), 0);
		}
		before = line.digest;
	}
	if (r < 0) {
		snprintf(all, sizeof(all), "%d: %s", r, problem.text);
	}
	return all;
}

static void a_line_is_what_the_format_says(void **state)
{
	auto_(cleanup_ledger) struct ledger *ledger = ledger_start(NULL, NULL);
	auto_(buf_done) struct buf buf;
	char zeros[SM3_TEXT_BYTES], digest[SM3_TEXT_BYTES];
	struct stat st;

	(void)state;
	add(ledger, 2026, "{}");
	assert_int_equal(year_bytes(2026), -1); /* nothing before the sync */
	assert_int_equal(ledger_sync(ledger), 0);
	buf_init(&buf, 1000);
	assert_int_equal(file_read(year_path(2026), &buf), 0);
	memset(zeros, '0', 64);
	struct sm3 sum = sm3_of(zeros, 64, "{}", 2);
	assert_int_equal(buf.len, 68);
	assert_memory_equal(buf.data, sm3_format(&sum, digest), 64);
	assert_memory_equal(buf.data + 64, " {}\n", 4);
	assert_int_equal(stat(year_path(2026), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void the_chain_goes_through_the_years(void **state)
{
	struct position at, none = { 0 };
	struct ledger_line line;

	(void)state;
	{
		auto_(cleanup_ledger) struct ledger *ledger = ledger_start(NULL, NULL);
		add(ledger, 2025, "a");
		at = add(ledger, 2025, "bb");
		assert_int_equal(ledger_add(ledger, 2026, "c", 1, NULL, NULL), -EXDEV);
		assert_int_equal(ledger_sync(ledger), 0);
		assert_int_equal(ledger_add(ledger, 2024, "c", 1, NULL, NULL), -EXDEV);
		assert_int_equal(add(ledger, 2027, "ccc").offset, 0);
		assert_int_equal(ledger_add(ledger, 2025, "c", 1, NULL, NULL), -EXDEV);
		assert_int_equal(ledger_sync(ledger), 0);
		assert_int_equal(ledger_add(ledger, 2026, "c", 1, NULL, NULL), -EXDEV);
		assert_int_equal(add(ledger, 2027, "d").offset, 69);
		assert_int_equal(ledger_sync(ledger), 0);
		assert_int_equal(ledger_sync(ledger), 0); /* nothing to do */
	}
	/* Names that are not ours are nobody's business. */
	assert_int_equal(file_create(year_path(2030), "", 0), 0);
	char other[96];
	snprintf(other, sizeof(other), "%s/ledger/2026.ledger.bak", data);
	assert_int_equal(file_create(other, "rubbish", 7), 0);

	int lines;
	uint64_t cut_bytes;
	auto_(cleanup_ledger) struct ledger *ledger = ledger_start(&cut_bytes, &lines);
	assert_int_equal(lines, 4);
	assert_int_equal(cut_bytes, 0);
	assert_int_equal(year_bytes(2030), -1); /* an empty file behind the end went */
	assert_string_equal(walk(ledger, none, none), "a|bb|ccc|d|");
	assert_string_equal(walk(ledger, at, none), "bb|ccc|d|");
	assert_string_equal(walk(ledger, none, at), "a|");
	assert_string_equal(walk(ledger, at, ledger_head(ledger).end), "bb|ccc|d|");
	assert_int_equal(ledger_bytes(ledger), 67 + 68 + 69 + 67);

	auto_(buf_done) struct buf buf;
	buf_init(&buf, LEDGER_LINE_MAX_BYTES + 8192);
	assert_int_equal(ledger_read(ledger, at, &buf, &line), 0);
	assert_int_equal(line.bytes, 2);
	assert_memory_equal(line.json, "bb", 2);
	at.offset++;
	assert_int_equal(ledger_read(ledger, at, &buf, &line), -EBADMSG);
	at.offset = 10000;
	assert_int_equal(ledger_read(ledger, at, &buf, &line), -EBADMSG);
	at.year = 2026;
	assert_int_equal(ledger_read(ledger, at, &buf, &line), -ENOENT);
	assert_string_equal(walk(ledger, at, none), "-74: 2026.ledger is missing");
	at.year = 2027;
	assert_string_equal(walk(ledger, at, none),
			    "-74: 2027.ledger has only 136 bytes, so it was cut or replaced");
}

static void a_reader_reads_on(void **state)
{
	auto_(cleanup_ledger) struct ledger *ledger = ledger_start(NULL, NULL);
	auto_(cleanup_reader) struct ledger_reader reader;
	struct ledger_line line;
	struct ledger_problem problem;

	(void)state;
	ledger_reader_init(&reader, ledger, (struct position){ 0 }, (struct position){ 0 });
	assert_int_equal(ledger_next(&reader, &line, &problem), 0);
	for (int year = 2025; year < 2028; year++) {
		for (int i = 0; i < 2; i++) {
			add(ledger, year, "x");
			assert_int_equal(ledger_sync(ledger), 0);
			reader.limit = ledger_head(ledger).end;
			assert_int_equal(ledger_next(&reader, &line, &problem), 1);
			assert_int_equal(line.at.year, year);
			assert_int_equal(line.at.offset, 67 * i);
			assert_int_equal(ledger_next(&reader, &line, &problem), 0);
		}
	}
}

static void takes_back_what_is_pending(void **state)
{
	auto_(cleanup_ledger) struct ledger *ledger = ledger_start(NULL, NULL);
	struct ledger_line line;

	(void)state;
	struct ledger_head empty = ledger_head(ledger);
	add(ledger, 2025, "never");
	ledger_forget(ledger, &empty);
	add(ledger, 2024, "a"); /* another year, since nothing is pending */
	struct ledger_head one = ledger_head(ledger);
	struct position at = add(ledger, 2024, "never");
	assert_int_equal(ledger_read_pending(ledger, at, &line), 0);
	assert_memory_equal(line.json, "never", 5);
	ledger_forget(ledger, &one);
	assert_int_equal(ledger_read_pending(ledger, at, &line), -ENOENT);
	add(ledger, 2024, "b");
	assert_int_equal(ledger_sync(ledger), 0);
	struct ledger_head two = ledger_head(ledger);
	at = add(ledger, 2024, "never");
	assert_int_equal(ledger_read_pending(ledger, at, &line), 0);
	at.offset++;
	assert_int_equal(ledger_read_pending(ledger, at, &line), -EBADMSG);
	at.offset = 0;
	assert_int_equal(ledger_read_pending(ledger, at, &line), -ENOENT);
	ledger_forget(ledger, &two);
	add(ledger, 2025, "c");
	struct ledger_head three = ledger_head(ledger);
	add(ledger, 2025, "never");
	ledger_forget(ledger, &three);
	add(ledger, 2025, "d");
	assert_int_equal(ledger_sync(ledger), 0);
	assert_string_equal(walk(ledger, (struct position){ 0 }, (struct position){ 0 }),
			    "a|b|c|d|");
}

static void refuses_what_is_no_line(void **state)
{
	auto_(cleanup_ledger) struct ledger *ledger = NULL;
	auto_free char *text = malloc(LEDGER_LINE_MAX_BYTES);

	(void)state;
	memset(text, 'x', LEDGER_LINE_MAX_BYTES);
	assert_int_equal(ledger_open(data, &ledger), 0);
	assert_int_equal(ledger_add(ledger, 2026, "a", 1, NULL, NULL), -EINVAL); /* not taken up */
	assert_int_equal(ledger_resume(ledger, &(struct ledger_head){ 0 }, NULL), 0);
	assert_int_equal(ledger_add(ledger, 2026, "", 0, NULL, NULL), -EINVAL);
	assert_int_equal(ledger_add(ledger, 2026, "a\nb", 3, NULL, NULL), -EINVAL);
	assert_int_equal(ledger_add(ledger, 26, "a", 1, NULL, NULL), -EINVAL);
	assert_int_equal(ledger_add(ledger, 2026, text, LEDGER_LINE_MAX_BYTES - 65, NULL, NULL),
			 -EMSGSIZE);
	assert_int_equal(ledger_add(ledger, 2026, text, LEDGER_LINE_MAX_BYTES - 66, NULL, NULL), 0);
	add(ledger, 2026, "after");
	assert_int_equal(ledger_sync(ledger), 0);
	int lines;
	ledger_close(ledger);
	ledger = ledger_start(NULL, &lines); /* the longest line can be read */
	assert_int_equal(lines, 2);
}

/* A batch is never larger than its buffer, and what was in it stays whole. */
static void a_batch_has_a_limit(void **state)
{
	auto_(cleanup_ledger) struct ledger *ledger = ledger_start(NULL, NULL);
	auto_free char *text = malloc(LEDGER_LINE_MAX_BYTES);
	int r = 0, added = 0;

	(void)state;
	memset(text, 'x', LEDGER_LINE_MAX_BYTES);
	while ((r = ledger_add(ledger, 2026, text, LEDGER_LINE_MAX_BYTES - 66, NULL, NULL)) == 0) {
		added++;
	}
	assert_int_equal(r, -EMSGSIZE);
	assert_int_equal(added, 32);
	assert_int_equal(ledger_sync(ledger), 0);
	add(ledger, 2026, "and on");
	assert_int_equal(ledger_sync(ledger), 0);
	int lines;
	ledger_close(ledger);
	ledger = ledger_start(NULL, &lines);
	assert_int_equal(lines, 33);
}

/* The last line ends anywhere: what is left of it goes, and the next line links to the one before.
 */
static void cuts_a_torn_tail_at_every_byte(void **state)
{
	int years[] = { 2026, 2027 }; /* in the file of the others, or in one of its own */

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		off_t before = 0, whole = 1;
		for (off_t bytes = 0; bytes <= whole; bytes++) {
			auto_(cleanup_ledger) struct ledger *ledger = NULL;
			uint64_t cut_bytes;
			int lines;

			assert_int_equal(teardown(NULL), 0);
			assert_int_equal(setup(NULL), 0);
			ledger = ledger_start(NULL, NULL);
			add(ledger, 2026, "first");
			add(ledger, 2026, "second");
			assert_int_equal(ledger_sync(ledger), 0);
			before = years[i] == 2026 ? year_bytes(2026) : 0;
			add(ledger, years[i], "third, torn");
			assert_int_equal(ledger_sync(ledger), 0);
			whole = year_bytes(years[i]) - before;
			ledger = ledger_close(ledger);

			assert_int_equal(truncate(year_path(years[i]), before + bytes), 0);
			ledger = ledger_start(&cut_bytes, &lines);
			assert_int_equal(lines, bytes == whole ? 3 : 2);
			assert_int_equal(cut_bytes, bytes == whole ? 0 : bytes);
			add(ledger, years[i], "fourth");
			assert_int_equal(ledger_sync(ledger), 0);
			assert_string_equal(
				walk(ledger, (struct position){ 0 }, (struct position){ 0 }),
				bytes == whole ? "first|second|third, torn|fourth|"
					       : "first|second|fourth|");
		}
	}
}

/* One byte changed anywhere: the walk ends there, or the chain does. */
static void finds_every_changed_byte(void **state)
{
	struct ledger_line line;
	struct ledger_problem problem;

	(void)state;
	{
		auto_(cleanup_ledger) struct ledger *ledger = ledger_start(NULL, NULL);
		add(ledger, 2026, "{\"a\":1}");
		add(ledger, 2026, "{\"b\":2}");
		assert_int_equal(ledger_sync(ledger), 0);
	}
	auto_(cleanup_ledger) struct ledger *ledger = NULL;
	assert_int_equal(ledger_open(data, &ledger), 0);
	auto_close int fd = open(year_path(2026), O_RDWR);
	off_t bytes = year_bytes(2026);
	for (off_t i = 0; i < bytes * 8; i++) {
		auto_(cleanup_reader) struct ledger_reader reader;
		struct sm3 before = { { 0 } };
		unsigned char byte;
		int lines = 0, r;

		assert_int_equal(pread(fd, &byte, 1, i / 8), 1);
		byte = (unsigned char)(byte ^ 1 << i % 8);
		assert_int_equal(pwrite(fd, &byte, 1, i / 8), 1);
		ledger_reader_init(&reader, ledger, (struct position){ 0 }, (struct position){ 0 });
		while ((r = ledger_next(&reader, &line, &problem)) == 1) {
			r = ledger_link(&before, &line);
			if (r < 0) {
				break;
			}
			before = line.digest;
			lines++;
		}
		assert_int_equal(r, -EBADMSG);
		assert_int_equal(lines, i / 8 / (bytes / 2));
		byte = (unsigned char)(byte ^ 1 << i % 8);
		assert_int_equal(pwrite(fd, &byte, 1, i / 8), 1);
	}
}

static void refuses_a_ledger_shorter_than_it_was(void **state)
{
	auto_(cleanup_ledger) struct ledger *ledger = ledger_start(NULL, NULL);

	(void)state;
	add(ledger, 2026, "a");
	assert_int_equal(ledger_sync(ledger), 0);
	struct ledger_head head = ledger_head(ledger);
	ledger_close(ledger);
	assert_int_equal(truncate(year_path(2026), 10), 0);
	assert_int_equal(ledger_open(data, &ledger), 0);
	assert_int_equal(ledger_resume(ledger, &head, NULL), -EBADMSG);
	assert_string_equal(walk(ledger, (struct position){ 0 }, head.end),
			    "-74: the line has no end");
	head.end.year = 2027;
	assert_int_equal(ledger_resume(ledger, &head, NULL), -ENOENT);
}

static void limit_file_bytes(rlim_t bytes)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void goes_on_after_no_space(void **state)
{
	auto_(cleanup_ledger) struct ledger *ledger = ledger_start(NULL, NULL);

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	add(ledger, 2026, "a");
	assert_int_equal(ledger_sync(ledger), 0);
	for (rlim_t room = 0; room < 2 * 67; room++) { /* in the file in use */
		add(ledger, 2026, "b");
		add(ledger, 2026, "c");
		limit_file_bytes(67 + room);
		assert_int_equal(ledger_sync(ledger), -ENOSPC);
		assert_int_equal(year_bytes(2026), 67);
		assert_int_equal(ledger_head(ledger).end.offset, 67);
	}
	for (rlim_t room = 0; room < 2 * 67; room++) { /* and in a new one */
		add(ledger, 2027, "b");
		add(ledger, 2027, "c");
		limit_file_bytes(room);
		assert_int_equal(ledger_sync(ledger), -ENOSPC);
		assert_int_equal(year_bytes(2027), -1);
		assert_int_equal(ledger_head(ledger).end.year, 2026);
	}
	limit_file_bytes(RLIM_INFINITY);
	add(ledger, 2026, "d");
	assert_int_equal(ledger_sync(ledger), 0);
	add(ledger, 2027, "e");
	assert_int_equal(ledger_sync(ledger), 0);
	assert_string_equal(walk(ledger, (struct position){ 0 }, (struct position){ 0 }), "a|d|e|");
}

/* Whoever writes into the file beside us has made the end unknown. */
static void stops_when_the_disk_is_not_as_left(void **state)
{
	auto_(cleanup_ledger) struct ledger *ledger = ledger_start(NULL, NULL);
	struct ledger_line line;
	struct ledger_problem problem;

	(void)state;
	add(ledger, 2026, "a");
	assert_int_equal(ledger_sync(ledger), 0);
	assert_int_equal(truncate(year_path(2026), 60), 0);
	add(ledger, 2026, "b");
	assert_int_equal(ledger_sync(ledger), -ESTALE);
	assert_int_equal(year_bytes(2026), 60);
	assert_int_equal(ledger_add(ledger, 2026, "c", 1, NULL, NULL), -EIO);
	assert_int_equal(ledger_sync(ledger), -EIO);
	assert_int_equal(ledger_resume(ledger, &(struct ledger_head){ 0 }, NULL), -EIO);
	auto_(cleanup_reader) struct ledger_reader reader;
	ledger_reader_init(&reader, ledger, (struct position){ 0 }, (struct position){ 0 });
	assert_int_equal(ledger_next(&reader, &line, &problem), -EIO);
}

static void needs_its_directory(void **state)
{
	struct ledger *ledger;

	(void)state;
	assert_int_equal(ledger_open("/nonexistent", &ledger), -ENOENT);
	assert_null(ledger_close(NULL));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_is_what_the_format_says),
		TEST(the_chain_goes_through_the_years),
		TEST(a_reader_reads_on),
		TEST(takes_back_what_is_pending),
		TEST(refuses_what_is_no_line),
		TEST(a_batch_has_a_limit),
		TEST(cuts_a_torn_tail_at_every_byte),
		TEST(finds_every_changed_byte),
		TEST(refuses_a_ledger_shorter_than_it_was),
		TEST(goes_on_after_no_space),
		TEST(stops_when_the_disk_is_not_as_left),
		TEST(needs_its_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
