/* SPDX-License-Identifier: Apache-2.0 */
/* Records: what is written is read again; any one flipped bit is noticed. Numbers, masking. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/record.h"
#include "proto/base/date.h"

static struct mark marks[] = { { 19265, MARK_START, 0, 7, 0 }, { 19280, MARK_STOP, 6, 9, 2000 } };
static const char *const warnings[] = { "decision_late: due on 2022-11-02" };

static const struct application sample = {
	.number = 2022ULL << 32 | 12345,
	.version = 3,
	.state = STATE_REFUSED,
	.extent = EXTENT_NONE,
	.reason = "unable.not_held",
	.category = CATEGORY_NATURAL_PERSON,
	.name = "𠮷野家",
	.id_number = "110101199003070038",
	.contact = "13800005678",
	.address = "河南省新郑市城关乡",
	.agent = NULL,
	.channel = CHANNEL_FAX,
	.subject = "征地批复\n及附件",
	.delivery = NULL,
	.handler = "李四",
	.waiting_until = DATE_NONE,
	.submitted_on = 19264,
	.received_on = 19265,
	.decided_on = 19290,
	.latest_on = 19290,
	.first_decided_on = 19290,
	.first_row = "unable.not_held",
	.decisions = 1,
	.carried_through = 2022,
	.extensions = 20,
	.correction_asked = true,
	.warnings = { warnings, 1 },
	.marks = marks,
	.mark_count = 2,
	.sequence = 99,
	.digest = { { 1, 2, 3 } },
};

static void what_is_written_is_read(void **state)
{
	struct arena arena = { 0 };
	struct application read;
	struct buf first, second;

	(void)state;
	buf_init(&first, 1 << 20);
	buf_init(&second, 1 << 20);
	assert_int_equal(record_write(&sample, &first), 0);
	assert_int_equal(record_read(first.data, first.len, &arena, &read), 0);
	assert_string_equal(read.name, sample.name);
	assert_string_equal(read.subject, sample.subject);
	assert_null(read.agent);
	assert_int_equal(read.number, sample.number);
	assert_int_equal(read.waiting_until, DATE_NONE);
	assert_int_equal(read.marks[1].kind, MARK_STOP);
	assert_int_equal(read.marks[1].yuan, 2000);
	assert_string_equal(read.warnings.texts[0], warnings[0]);
	assert_int_equal(record_write(&read, &second), 0);
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.data, second.data, first.len);
	buf_done(&first);
	buf_done(&second);
	arena_done(&arena);
}

static void every_flipped_bit_is_noticed(void **state)
{
	struct application read;
	struct buf record;

	(void)state;
	buf_init(&record, 1 << 20);
	assert_int_equal(record_write(&sample, &record), 0);
	for (size_t bit = 0; bit < record.len * 8; bit++) {
		struct arena arena = { 0 };

		record.data[bit / 8] = (char)(record.data[bit / 8] ^ 1 << bit % 8);
		assert_int_equal(record_read(record.data, record.len, &arena, &read), -EBADMSG);
		record.data[bit / 8] = (char)(record.data[bit / 8] ^ 1 << bit % 8);
		arena_done(&arena);
	}
	for (size_t bytes = 0; bytes < record.len; bytes++) {
		struct arena arena = { 0 };

		assert_int_equal(record_read(record.data, bytes, &arena, &read), -EBADMSG);
		arena_done(&arena);
	}
	buf_done(&record);
}

static void numbers(void **state)
{
	static const char *const wrong[] = {
		"",        "2022",      "2022-1",    "2022-0000",  "2022-00001",
		"22-0001", "2022-12a4", "2022_0001", "2022-0001 ", "2022-99999999999"
	};
	char text[NUMBER_TEXT_BYTES];
	uint64_t number;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(number_parse(wrong[i], &number), -EINVAL);
	}
	assert_int_equal(number_parse("2022-0001", &number), 0);
	assert_int_equal(number, number_make(2022, 1));
	assert_int_equal(number_parse("2022-12345", &number), 0);
	assert_string_equal(number_format(number, text), "2022-12345");
	assert_string_equal(number_format(number_make(2022, 7), text), "2022-0007");
}

static void masked(void **state)
{
	struct application application = sample;
	struct masked room;

	(void)state;
	application.agent = "王五";
	application_mask(&application, &room);
	assert_string_equal(application.name, "𠮷**");
	assert_string_equal(application.agent, "王*");
	assert_string_equal(application.id_number, "****0038");
	assert_string_equal(application.contact, "138****5678");
	assert_string_equal(application.address, "河南省****");
	application = sample;
	application.category = CATEGORY_COMMERCIAL_ENTERPRISE;
	application.contact = "12";
	application_mask(&application, &room);
	assert_string_equal(application.name, sample.name);
	assert_string_equal(application.contact, "1*");
}

/* The longest that can be: every character that is kept has four bytes. */
static void masked_long(void **state)
{
	struct application application = sample;
	struct masked room;

	(void)state;
	application.id_number = NULL;
	application.contact = "𠮷𠮷𠮷𠮶𠮶𠮶𠮶𠮶𠮷𠮷𠮷𠮷";
	memset(&room, 'x', sizeof(room));
	application_mask(&application, &room);
	assert_null(application.id_number);
	assert_string_equal(application.contact, "𠮷𠮷𠮷****𠮷𠮷𠮷𠮷");
	assert_int_equal(strlen(application.contact), MASKED_BYTES - 1);
	assert_int_equal(room.id_number[0], 'x');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(every_flipped_bit_is_noticed),
		cmocka_unit_test(numbers),
		cmocka_unit_test(masked),
		cmocka_unit_test(masked_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
