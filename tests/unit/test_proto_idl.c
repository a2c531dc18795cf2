/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/cleanup.h"
#include "proto/base/file.h"
#include "proto/idl.h"
#include "proto/interfaces.h"

static struct idl *read_good(const char *what, const char *text)
{
	struct idl *idl = NULL;
	char why[200] = "";

	if (idl_read(text, &idl, why) < 0) {
		fail_msg("%s: %s", what, why);
	}
	return idl;
}

static char *write_text(const struct idl *idl)
{
	struct buf buf;

	buf_init(&buf, 1024 * 1024);
	assert_int_equal(idl_write(idl, &buf), 0);
	assert_int_equal(buf_append(&buf, "", 1), 0);
	return buf.data; /* given */
}

static void same_type(const struct idl_type *a, const struct idl_type *b);

static void same_members(const struct idl_type *a, const struct idl_type *b)
{
	assert_int_equal(a->member_count, b->member_count);
	for (size_t i = 0; i < a->member_count; i++) {
		assert_string_equal(a->members[i].name, b->members[i].name);
		assert_true((a->members[i].type == NULL) == (b->members[i].type == NULL));
		if (a->members[i].type != NULL) {
			same_type(a->members[i].type, b->members[i].type);
		}
	}
}

static void same_type(const struct idl_type *a, const struct idl_type *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->nullable, b->nullable);
	switch (a->kind) {
	case IDL_ARRAY:
	case IDL_MAP:
		same_type(a->element, b->element);
		break;
	case IDL_STRUCT:
	case IDL_ENUM:
		same_members(a, b);
		break;
	case IDL_NAMED:
		assert_string_equal(a->name, b->name);
		assert_non_null(a->named);
		break;
	default:
		break;
	}
}

static void same_interface(const struct idl *a, const struct idl *b)
{
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->comment, b->comment);
	assert_int_equal(a->entry_count, b->entry_count);
	for (size_t i = 0; i < a->entry_count; i++) {
		const struct idl_entry *x = &a->entries[i], *y = &b->entries[i];
		assert_int_equal(x->what, y->what);
		assert_string_equal(x->name, y->name);
		assert_string_equal(x->comment, y->comment);
		same_type(x->type, y->type);
		assert_true((x->reply == NULL) == (x->what != IDL_METHOD));
		if (x->reply != NULL) {
			same_type(x->reply, y->reply);
		}
	}
}

/* Written and read it is the same, and written again it is the same to the byte. */
static void check_round_trip(const char *what, const char *text)
{
	struct idl *first = read_good(what, text);
	auto_free char *written = write_text(first);
	struct idl *second = read_good(what, written);
	auto_free char *again = write_text(second);

	same_interface(first, second);
	assert_string_equal(written, again);
	idl_free(first);
	idl_free(second);
}

static void test_own_interfaces(void **state)
{
	static const char *const names[] = { "org.varlink.service", "org.ogid.Applications",
					     "org.ogid.Ledger", "org.ogid.Report" };
	const struct idl *const *all = interfaces_all();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_non_null(all[i]);
		assert_string_equal(all[i]->name, names[i]);
		assert_ptr_equal(interfaces_find(names[i]), all[i]);
		check_round_trip(names[i], all[i]->text);
	}
	assert_null(all[ARRAY_SIZE(names)]);
	assert_null(interfaces_find("org.ogid"));
	assert_null(interfaces_find("org.ogid.Ledger.Status"));
}

static void test_own_methods(void **state)
{
	const struct idl *idl = NULL;

	(void)state;
	const struct idl_entry *entry = interfaces_method("org.ogid.Ledger.Status", &idl);
	assert_non_null(entry);
	assert_string_equal(entry->name, "Status");
	assert_string_equal(idl->name, "org.ogid.Ledger");
	assert_null(interfaces_method("org.ogid.Ledger.Nothing", &idl));
	assert_string_equal(idl->name, "org.ogid.Ledger");
	assert_null(interfaces_method("org.ogid.Report.Status", NULL)); /* a type */
	assert_null(interfaces_method("org.ogid.Nothing.Status", &idl));
	assert_null(idl);
	assert_null(interfaces_method("Status", &idl));
	assert_null(idl);
	assert_null(interfaces_method("", NULL));
}

static char *read_data(const char *name)
{
	const char *root = getenv("OGID_TEST_DATA");
	char path[4096];
	struct buf buf;

	snprintf(path, sizeof(path), "%s/idl/%s", root != NULL ? root : "tests/data", name);
	buf_init(&buf, 1024 * 1024);
	assert_int_equal(file_read(path, &buf), 0);
	assert_int_equal(buf_append(&buf, "", 1), 0);
	return buf.data; /* given */
}

static void check_refused(const char *name, const char *text)
{
	struct idl *idl = NULL;
	char why[200] = "", expect[256];

	snprintf(expect, sizeof(expect), "%.*s.expect", (int)(strlen(name) - strlen(".varlink")),
		 name);
	auto_free char *place = read_data(expect);
	size_t bytes = strcspn(place, "\n");
	if (idl_read(text, &idl, why) != -EINVAL) {
		fail_msg("%s: not refused", name);
	}
	assert_null(idl);
	if (strncmp(why, place, bytes) != 0 || strncmp(why + bytes, ": expected ", 11) != 0) {
		fail_msg("%s: %s instead of %s", name, why, place);
	}
}

/* The name of a file is its verdict. */
static void test_data(void **state)
{
	const char *root = getenv("OGID_TEST_DATA");
	struct dirent **files = NULL;
	int good = 0, bad = 0;
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s/idl", root != NULL ? root : "tests/data");
	int count = scandir(path, &files, NULL, alphasort);
	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		const char *name = files[i]->d_name;
		const char *end = strrchr(name, '.');
		if (end != NULL && strcmp(end, ".varlink") == 0) {
			auto_free char *text = read_data(name);
			if (strncmp(name, "ok_", 3) == 0) {
				check_round_trip(name, text);
				good++;
			} else {
				check_refused(name, text);
				bad++;
			}
		}
		free(files[i]);
	}
	free(files);
	print_message("%d good, %d bad\n", good, bad);
	assert_true(good > 10 && bad > 60);
}

static void test_comments(void **state)
{
	auto_free char *text = read_data("ok_comments.varlink");
	struct idl *idl = read_good("ok_comments", text);

	(void)state;
	assert_string_equal(idl->comment, "About\n\nthe interface");
	assert_int_equal(idl->entry_count, 2);
	assert_string_equal(idl->entries[0].comment, "Kept.\nTwo lines.");
	assert_string_equal(idl->entries[1].comment, "Indented.");
	idl_free(idl);
}

static void test_comments_crlf(void **state)
{
	auto_free char *text = read_data("ok_crlf.varlink");
	struct idl *idl = read_good("ok_crlf", text);

	(void)state;
	assert_string_equal(idl->comment, "A comment");
	assert_string_equal(idl->entries[0].comment, "Another");
	idl_free(idl);
}

static void test_tree(void **state)
{
	struct idl *idl = read_good("tree", "interface a.b\n"
					    "type T (a: ?[]?[string](x, y), b: ?U)\n"
					    "type U ()\n"
					    "method M(t: T) -> (u: int)\n"
					    "error E (s: object)\n");

	(void)state;
	const struct idl_member *a = &idl->entries[0].type->members[0];
	assert_string_equal(a->name, "a");
	assert_int_equal(a->type->kind, IDL_ARRAY);
	assert_true(a->type->nullable);
	assert_int_equal(a->type->element->kind, IDL_MAP);
	assert_true(a->type->element->nullable);
	assert_int_equal(a->type->element->element->kind, IDL_ENUM);
	assert_false(a->type->element->element->nullable);
	assert_int_equal(a->type->element->element->member_count, 2);
	assert_string_equal(a->type->element->element->members[1].name, "y");
	assert_null(a->type->element->element->members[1].type);

	const struct idl_type *b = idl->entries[0].type->members[1].type;
	assert_int_equal(b->kind, IDL_NAMED);
	assert_true(b->nullable);
	assert_ptr_equal(idl_resolve(b), idl->entries[1].type);
	assert_int_equal(idl_resolve(b)->kind, IDL_STRUCT);
	assert_ptr_equal(idl_method(idl, "M"), &idl->entries[2]);
	assert_ptr_equal(idl_error(idl, "E"), &idl->entries[3]);
	assert_ptr_equal(idl_named(idl, "T"), &idl->entries[0]);
	assert_null(idl_method(idl, "E"));
	assert_null(idl_method(idl, "T"));
	assert_null(idl_error(idl, "M"));
	assert_null(idl_method(idl, "m"));
	assert_null(idl_free(idl));
	assert_null(idl_free(NULL));
}

static void test_member_limit(void **state)
{
	struct buf buf;
	struct idl *idl = NULL;
	char why[200];

	(void)state;
	for (int count = 1000; count <= 1001; count++) {
		buf_init(&buf, 1024 * 1024);
		buf_append_text(&buf, "interface a.b type T (v0");
		for (int i = 1; i < count; i++) {
			buf_printf(&buf, ",v%d", i);
		}
		assert_int_equal(buf_append(&buf, ")", 2), 0);
		assert_int_equal(idl_read(buf.data, &idl, why), count == 1000 ? 0 : -EINVAL);
		if (count == 1000) {
			idl = idl_free(idl);
		}
		buf_done(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_interfaces), cmocka_unit_test(test_own_methods),
		cmocka_unit_test(test_data),           cmocka_unit_test(test_comments),
		cmocka_unit_test(test_comments_crlf),  cmocka_unit_test(test_tree),
		cmocka_unit_test(test_member_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
