/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/certify/certify.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/cleanup.h"
#include "proto/base/file.h"

#define FOUR "\"bool\":false,\"int\":2,\"float\":3.141592653589793,\"string\":\"a lot of string\""
#define MAP  "{\"foo\":\"Foo\",\"bar\":\"Bar\"}"
#define SET  "{\"one\":{},\"two\":{},\"three\":{}}"
#define MYTYPE                                                                                     \
	"{\"mytype\":{\"object\":{\"method\":\"org.varlink.certification.Test09\","                \
	"\"parameters\":{\"map\":" MAP "}},\"enum\":\"two\","                                      \
	"\"struct\":{\"first\":1,\"second\":\"2\"},\"array\":[\"one\",\"two\",\"three\"],"         \
	"\"dictionary\":" MAP ",\"stringset\":" SET ",\"nullable\":null,"                          \
	"\"nullable_array_struct\":null,\"interface\":{\"foo\":[null,"                             \
	"{\"foo\":\"foo\",\"bar\":\"bar\"},null,{\"one\":\"foo\",\"two\":\"bar\"}],"               \
	"\"anon\":{\"foo\":true,\"bar\":false}}}}"
#define REPLIES                                                                                    \
	"[\"Reply number 1\",\"Reply number 2\",\"Reply number 3\",\"Reply number 4\","            \
	"\"Reply number 5\",\"Reply number 6\",\"Reply number 7\",\"Reply number 8\","             \
	"\"Reply number 9\",\"Reply number 10\"]"

const struct certify_step certify_steps[] = {
	{ "Start", "{}", NULL },
	{ "Test01", "{}", "{\"bool\":true}" },
	{ "Test02", "{\"bool\":true}", "{\"int\":1}" },
	{ "Test03", "{\"int\":1}", "{\"float\":1.0}" },
	{ "Test04", "{\"float\":1.0}", "{\"string\":\"ping\"}" },
	{ "Test05", "{\"string\":\"ping\"}", "{" FOUR "}" },
	{ "Test06", "{" FOUR "}", "{\"struct\":{" FOUR "}}" },
	{ "Test07", "{\"struct\":{" FOUR "}}", "{\"map\":" MAP "}" },
	{ "Test08", "{\"map\":" MAP "}", "{\"set\":" SET "}" },
	{ "Test09", "{\"set\":" SET "}", MYTYPE },
	{ "Test10", MYTYPE, NULL },
	{ "Test11", "{\"last_more_replies\":" REPLIES "}", NULL },
	{ "End", "{}", "{\"all_ok\":true}" },
};
const size_t certify_step_count = ARRAY_SIZE(certify_steps);

size_t certify_step_find(const char *qualified)
{
	const char *name = strrchr(qualified, '.');
	size_t i = 0;

	while (i < certify_step_count &&
	       (name == NULL || strcmp(certify_steps[i].method, name + 1) != 0)) {
		i++;
	}
	return i;
}

json_t *certify_json(const char *text)
{
	json_t *value = json_loads(text, 0, NULL);

	if (value == NULL) {
		abort();
	}
	return value;
}

/* Every member of a that is not null is the same in b. */
static bool certify_within(const json_t *a, const json_t *b)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)a, key, value)
	{
		json_t *other = json_object_get(b, key);
		if (!json_is_null(value) && (other == NULL || !certify_equal(value, other))) {
			return false;
		}
	}
	return true;
}

bool certify_equal(const json_t *a, const json_t *b)
{
	if (json_is_object(a) && json_is_object(b)) {
		return certify_within(a, b) && certify_within(b, a);
	}
	if (json_is_array(a) && json_is_array(b)) {
		size_t count = json_array_size(a);
		size_t i = 0;
		while (i < count && i < json_array_size(b) &&
		       certify_equal(json_array_get(a, i), json_array_get(b, i))) {
			i++;
		}
		return i == count && count == json_array_size(b);
	}
	if (json_is_number(a) && json_is_number(b)) {
		double x = json_number_value(a), y = json_number_value(b);
		return x <= y && x >= y;
	}
	return json_equal(a, b);
}

struct idl *certify_idl(const char *path)
{
	static struct buf text; /* must outlive the idl */
	struct idl *idl = NULL;
	char why[200] = "cannot be read";

	buf_init(&text, 1024 * 1024);
	if (file_read(path, &text) < 0 || buf_append(&text, "", 1) < 0 ||
	    idl_read(text.data, &idl, why) < 0) {
		fprintf(stderr, "%s: %s\n", path, why);
		exit(1);
	}
	return idl;
}

int certify_receive(int fd, struct frame *frame, const char **ret_message, size_t *ret_bytes)
{
	const size_t chunk = 4096;
	int r;

	while ((r = frame_next(frame, ret_message, ret_bytes)) == 0) {
		char *space = frame_space(frame, chunk);
		if (space == NULL) {
			return -ENOMEM;
		}
		ssize_t count = read(fd, space, chunk);
		if (count <= 0) {
			return count < 0 ? -errno : 0;
		}
		frame_filled(frame, (size_t)count);
	}
	return r;
}
