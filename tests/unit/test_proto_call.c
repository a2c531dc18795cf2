/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/address.h"
#include "proto/base/cleanup.h"
#include "proto/call.h"
#include "proto/interfaces.h"

static struct call_service service = {
	.vendor = "Vendor", .product = "Product", .version = "1.2", .url = "https://example.org"
};

/* What call_check made of a call. */
struct outcome {
	int result;
	const struct idl_entry *method;
	json_t *reply;
	const char *error;
	json_t *parameters;
};

static struct outcome call(const char *text)
{
	struct message_call message;
	struct outcome outcome = { 0 };
	char why[200];

	service.interfaces = interfaces_all();
	if (message_read_call(text, strlen(text), &message, why) < 0) {
		fail_msg("%s: %s", text, why);
	}
	outcome.result = call_check(&service, &message, &outcome.method, &outcome.reply,
				    &outcome.error, &outcome.parameters);
	message_call_done(&message);
	return outcome;
}

static void same_json(json_t *taken, const char *wanted)
{
	json_t *value = json_loads(wanted, 0, NULL);

	assert_non_null(value);
	if (!json_equal(taken, value)) {
		char *text = json_dumps(taken, JSON_COMPACT);
		fail_msg("%s instead of %s", text, wanted);
	}
	json_decref(value);
	json_decref(taken);
}

static void expect_error(const char *text, const char *error, const char *parameters)
{
	struct outcome outcome = call(text);

	assert_int_equal(outcome.result, -EINVAL);
	assert_null(outcome.method);
	assert_null(outcome.reply);
	assert_string_equal(outcome.error, error);
	same_json(outcome.parameters, parameters);
}

static void test_method(void **state)
{
	struct outcome outcome = call("{\"method\":\"org.ogid.Applications.Get\","
				      "\"parameters\":{\"number\":\"2026-1\"}}");

	(void)state;
	assert_int_equal(outcome.result, 0);
	assert_string_equal(outcome.method->name, "Get");
	assert_int_equal(outcome.method->what, IDL_METHOD);
	assert_null(outcome.reply);
	assert_null(outcome.parameters);
	outcome = call("{\"method\":\"org.ogid.Ledger.Status\"}");
	assert_int_equal(outcome.result, 0);
}

static void test_info(void **state)
{
	struct outcome outcome = call("{\"method\":\"org.varlink.service.GetInfo\"}");

	(void)state;
	assert_int_equal(outcome.result, 1);
	same_json(outcome.reply,
		  "{\"vendor\":\"Vendor\",\"product\":\"Product\",\"version\":\"1.2\","
		  "\"url\":\"https://example.org\",\"interfaces\":[\"org.varlink.service\","
		  "\"org.ogid.Applications\",\"org.ogid.Ledger\",\"org.ogid.Report\"]}");
	expect_error("{\"method\":\"org.varlink.service.GetInfo\",\"parameters\":{\"x\":1}}",
		     "org.varlink.service.InvalidParameter",
		     "{\"parameter\":\"x\",\"problem\":\"There is no such field.\"}");
}

static void test_description(void **state)
{
	for (const struct idl *const *idl = interfaces_all(); *idl != NULL; idl++) {
		struct message_call message = {
			.method = "org.varlink.service.GetInterfaceDescription",
			.parameters = json_pack("{s:s}", "interface", (*idl)->name),
		};
		struct outcome outcome = { 0 };
		char why[400];

		service.interfaces = interfaces_all();
		assert_int_equal(call_check(&service, &message, &outcome.method, &outcome.reply,
					    &outcome.error, &outcome.parameters),
				 1);
		assert_int_equal(
			call_check_reply(&service, message.method, NULL, outcome.reply, why), 0);
		assert_string_equal(
			json_string_value(json_object_get(outcome.reply, "description")),
			(*idl)->text);
		json_decref(outcome.reply);
		json_decref(message.parameters);
	}
	(void)state;
	expect_error("{\"method\":\"org.varlink.service.GetInterfaceDescription\","
		     "\"parameters\":{\"interface\":\"org.ogid\"}}",
		     "org.varlink.service.InterfaceNotFound", "{\"interface\":\"org.ogid\"}");
	expect_error("{\"method\":\"org.varlink.service.GetInterfaceDescription\"}",
		     "org.varlink.service.InvalidParameter",
		     "{\"parameter\":\"interface\",\"problem\":\"A string is required here.\"}");
}

static void test_interface_not_found(void **state)
{
	static const char *const error = "org.varlink.service.InterfaceNotFound";

	(void)state;
	expect_error("{\"method\":\"org.example.nothing.Get\"}", error,
		     "{\"interface\":\"org.example.nothing\"}");
	expect_error("{\"method\":\"org.ogid.Get\"}", error, "{\"interface\":\"org.ogid\"}");
	expect_error("{\"method\":\"org.ogid.Ledger.Status.Get\"}", error,
		     "{\"interface\":\"org.ogid.Ledger.Status\"}");
	expect_error("{\"method\":\"ORG.ogid.Ledger.Status\"}", error,
		     "{\"interface\":\"ORG.ogid.Ledger\"}");
	expect_error("{\"method\":\".Get\"}", error, "{\"interface\":\"\"}");
}

static void test_method_not_found(void **state)
{
	static const char *const error = "org.varlink.service.MethodNotFound";

	(void)state;
	expect_error("{\"method\":\"org.ogid.Ledger.Nothing\"}", error,
		     "{\"method\":\"org.ogid.Ledger.Nothing\"}");
	expect_error("{\"method\":\"org.ogid.Ledger.\"}", error,
		     "{\"method\":\"org.ogid.Ledger.\"}");
	expect_error("{\"method\":\"org.ogid.Ledger.status\"}", error,
		     "{\"method\":\"org.ogid.Ledger.status\"}");
	/* Types and errors are no methods. */
	expect_error("{\"method\":\"org.ogid.Report.Row\"}", error,
		     "{\"method\":\"org.ogid.Report.Row\"}");
	expect_error("{\"method\":\"org.ogid.Report.UnknownYear\"}", error,
		     "{\"method\":\"org.ogid.Report.UnknownYear\"}");
	expect_error("{\"method\":\"Status\"}", error, "{\"method\":\"Status\"}");
}

static void test_invalid_parameter(void **state)
{
	static const char *const error = "org.varlink.service.InvalidParameter";

	(void)state;
	expect_error("{\"method\":\"org.ogid.Applications.Get\"}", error,
		     "{\"parameter\":\"number\",\"problem\":\"A string is required here.\"}");
	expect_error("{\"method\":\"org.ogid.Applications.Get\",\"parameters\":"
		     "{\"number\":\"1\",\"reveal\":\"yes\"}}",
		     error,
		     "{\"parameter\":\"reveal\",\"problem\":"
		     "\"True or false is required here, not a string.\"}");
	expect_error("{\"method\":\"org.ogid.Applications.Log\",\"parameters\":"
		     "{\"applicant\":{\"category\":\"person\",\"name\":\"x\"},"
		     "\"channel\":\"fax\",\"subject\":\"x\"}}",
		     error,
		     "{\"parameter\":\"applicant.category\",\"problem\":\"One of natural_person, "
		     "commercial_enterprise, research_institution, public_welfare_organization, "
		     "legal_service_institution, other is required here.\"}");
	expect_error(
		"{\"method\":\"org.ogid.Applications.Apply\",\"parameters\":{\"steps\":["
		"{\"method\":\"a\",\"parameters\":{}},{\"method\":\"a\",\"parameters\":{}},"
		"{\"parameters\":{}}]}}",
		error,
		"{\"parameter\":\"steps[2].method\",\"problem\":\"A string is required here.\"}");
}

static int reply(const char *method, const char *error, const char *parameters)
{
	json_t *value = parameters != NULL ? json_loads(parameters, 0, NULL) : NULL;
	char why[400] = "";

	service.interfaces = interfaces_all();
	int r = call_check_reply(&service, method, error, value, why);
	assert_true((r == 0) == (why[0] == '\0'));
	json_decref(value);
	return r;
}

static void test_reply(void **state)
{
	static const char *const method = "org.ogid.Ledger.WorkingDay";

	(void)state;
	assert_int_equal(reply(method, NULL, "{\"on\":\"2026-01-05\",\"provisional\":false}"), 0);
	assert_int_equal(reply(method, NULL, "{\"on\":\"2026-01-05\"}"), -EINVAL);
	assert_int_equal(reply(method, NULL, "{\"on\":5,\"provisional\":false}"), -EINVAL);
	assert_int_equal(reply(method, NULL, NULL), -EINVAL);
	assert_int_equal(reply("org.ogid.Report.ConcludeCase", NULL, NULL), 0);
	assert_int_equal(reply("org.ogid.Ledger.Nothing", NULL, "{}"), -EINVAL);
	assert_int_equal(reply("Nothing", NULL, "{}"), -EINVAL);
}

static void test_reply_error(void **state)
{
	static const char *const method = "org.ogid.Applications.Get";

	(void)state;
	assert_int_equal(
		reply(method, "org.ogid.Applications.UnknownNumber", "{\"number\":\"2026-1\"}"), 0);
	assert_int_equal(reply(method, "org.ogid.Applications.UnknownNumber", "{}"), -EINVAL);
	assert_int_equal(reply(method, "org.ogid.Applications.Unknown", "{}"), -EINVAL);
	assert_int_equal(reply(method, "UnknownNumber", "{\"number\":\"1\"}"), -EINVAL);
	assert_int_equal(reply(method, "org.varlink.service.PermissionDenied", NULL), 0);
	assert_int_equal(reply(method, "org.varlink.service.InvalidParameter",
			       "{\"parameter\":\"x\",\"problem\":\"y\"}"),
			 0);
	assert_int_equal(reply(method, "org.varlink.servicePermissionDenied", NULL), -EINVAL);
}

static void test_address_socket(void **state)
{
	struct sockaddr_un address;
	char path[120], wanted[120];

	(void)state;
	setenv("OGID_SOCKET", "/run/one", 1);
	setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
	assert_int_equal(address_socket("/run/given", &address), 0);
	assert_int_equal(address.sun_family, AF_UNIX);
	assert_string_equal(address.sun_path, "/run/given");
	assert_int_equal(address_socket(NULL, &address), 0);
	assert_string_equal(address.sun_path, "/run/one");
	unsetenv("OGID_SOCKET");
	assert_int_equal(address_socket(NULL, &address), 0);
	assert_string_equal(address.sun_path, "/run/user/7/ogid/ogid.sock");
	unsetenv("XDG_RUNTIME_DIR");
	assert_int_equal(address_socket(NULL, &address), 0);
	snprintf(wanted, sizeof(wanted), "/tmp/ogid-%u/ogid.sock", (unsigned)getuid());
	assert_string_equal(address.sun_path, wanted);

	memset(path, 'x', sizeof(path));
	path[107] = '\0';
	assert_int_equal(address_socket(path, &address), 0);
	assert_string_equal(address.sun_path, path);
	path[107] = 'x';
	path[108] = '\0';
	assert_int_equal(address_socket(path, &address), -ENAMETOOLONG);
}

static void test_address_data(void **state)
{
	char path[100];

	(void)state;
	setenv("OGID_DATA", "/data/one", 1);
	setenv("XDG_STATE_HOME", "/state", 1);
	setenv("HOME", "/home/x", 1);
	assert_int_equal(address_data("given", path, sizeof(path)), 0);
	assert_string_equal(path, "given");
	assert_int_equal(address_data(NULL, path, sizeof(path)), 0);
	assert_string_equal(path, "/data/one");
	unsetenv("OGID_DATA");
	assert_int_equal(address_data(NULL, path, sizeof(path)), 0);
	assert_string_equal(path, "/state/ogid");
	setenv("XDG_STATE_HOME", "", 1);
	assert_int_equal(address_data(NULL, path, sizeof(path)), 0);
	assert_string_equal(path, "/home/x/.local/state/ogid");
	assert_int_equal(address_data(NULL, path, 25), -ENAMETOOLONG);
	assert_int_equal(address_data(NULL, path, 26), 0);
	unsetenv("HOME");
	assert_int_equal(address_data(NULL, path, sizeof(path)), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_method),
		cmocka_unit_test(test_info),
		cmocka_unit_test(test_description),
		cmocka_unit_test(test_interface_not_found),
		cmocka_unit_test(test_method_not_found),
		cmocka_unit_test(test_invalid_parameter),
		cmocka_unit_test(test_reply),
		cmocka_unit_test(test_reply_error),
		cmocka_unit_test(test_address_socket),
		cmocka_unit_test(test_address_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
