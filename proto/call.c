/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/call.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CALL_SERVICE "org.varlink.service"

/* A name "a.b.c.M" taken apart: its interface, when the service has it, and "M". */
struct call_name {
	const char *qualified;
	size_t interface_bytes;
	const struct idl *interface; /* NULL: unknown */
	const char *member;          /* NULL: no dot in the name */
};

static const struct idl *call_interface(const struct call_service *service, const char *name,
					size_t bytes)
{
	for (const struct idl *const *idl = service->interfaces; *idl != NULL; idl++) {
		if (strncmp((*idl)->name, name, bytes) == 0 && (*idl)->name[bytes] == '\0') {
			return *idl;
		}
	}
	return NULL;
}

static struct call_name call_name_split(const struct call_service *service, const char *qualified)
{
	const char *dot = strrchr(qualified, '.');
	struct call_name name = { .qualified = qualified };

	if (dot != NULL) {
		name.interface_bytes = (size_t)(dot - qualified);
		name.interface = call_interface(service, qualified, name.interface_bytes);
		name.member = dot + 1;
	}
	return name;
}

/* Takes parameters; NULL means that there was no memory for them. */
static int call_refuse(const char *error, json_t *parameters, const char **reterr_name,
		       json_t **reterr_parameters)
{
	if (parameters == NULL) {
		return -ENOMEM;
	}
	*reterr_name = error;
	*reterr_parameters = parameters;
	return -EINVAL;
}

static json_t *call_info(const struct call_service *service)
{
	json_t *names = json_array();

	for (const struct idl *const *idl = service->interfaces; *idl != NULL; idl++) {
		if (json_array_append_new(names, json_string((*idl)->name)) < 0) {
			json_decref(names);
			return NULL;
		}
	}
	/* "o" takes names even when packing fails. */
	return json_pack("{s:s, s:s, s:s, s:s, s:o}", "vendor", service->vendor, "product",
			 service->product, "version", service->version, "url", service->url,
			 "interfaces", names);
}

/* Answers a call of org.varlink.service, whose parameters have been checked. */
static int call_answer(const struct call_service *service, const struct message_call *call,
		       const struct idl_entry *method, json_t **ret_reply, const char **reterr_name,
		       json_t **reterr_parameters)
{
	if (strcmp(method->name, "GetInfo") == 0) {
		*ret_reply = call_info(service);
		return *ret_reply != NULL ? 1 : -ENOMEM;
	}
	if (strcmp(method->name, "GetInterfaceDescription") != 0) {
		return call_refuse(CALL_SERVICE ".MethodNotImplemented",
				   json_pack("{s:s}", "method", call->method), reterr_name,
				   reterr_parameters);
	}
	const char *wanted = json_string_value(json_object_get(call->parameters, "interface"));
	const struct idl *idl = call_interface(service, wanted, strlen(wanted));
	if (idl == NULL) {
		return call_refuse(CALL_SERVICE ".InterfaceNotFound",
				   json_pack("{s:s}", "interface", wanted), reterr_name,
				   reterr_parameters);
	}
	*ret_reply = json_pack("{s:s}", "description", idl->text);
	return *ret_reply != NULL ? 1 : -ENOMEM;
}

int call_check(const struct call_service *service, const struct message_call *call,
	       const struct idl_entry **ret_method, json_t **ret_reply, const char **reterr_name,
	       json_t **reterr_parameters)
{
	struct call_name name = call_name_split(service, call->method);
	char field[128], why[200];

	if (name.member != NULL && name.interface == NULL) {
		return call_refuse(
			CALL_SERVICE ".InterfaceNotFound",
			json_pack("{s:s%}", "interface", name.qualified, name.interface_bytes),
			reterr_name, reterr_parameters);
	}
	const struct idl_entry *method = NULL;
	if (name.member != NULL) {
		method = idl_method(name.interface, name.member);
	}
	if (method == NULL) {
		return call_refuse(CALL_SERVICE ".MethodNotFound",
				   json_pack("{s:s}", "method", call->method), reterr_name,
				   reterr_parameters);
	}
	if (idl_check(method->type, call->parameters, field, why) < 0) {
		return call_refuse(CALL_SERVICE ".InvalidParameter",
				   json_pack("{s:s, s:s}", "parameter", field, "problem", why),
				   reterr_name, reterr_parameters);
	}
	if (strcmp(name.interface->name, CALL_SERVICE) == 0) {
		return call_answer(service, call, method, ret_reply, reterr_name,
				   reterr_parameters);
	}
	*ret_method = method;
	return 0;
}

/* What the parameters of a reply must fit; NULL with a sentence. */
static const struct idl_type *call_reply_type(const struct call_service *service,
					      const char *qualified, bool error,
					      char reterr_why[static 400])
{
	struct call_name name = call_name_split(service, qualified);
	const struct idl_entry *entry = NULL;

	if (name.interface != NULL) {
		entry = error ? idl_error(name.interface, name.member)
			      : idl_method(name.interface, name.member);
	}
	if (entry == NULL) {
		snprintf(reterr_why, 400, "There is no %s %.300s.", error ? "error" : "method",
			 qualified);
		return NULL;
	}
	return error ? entry->type : entry->reply;
}

int call_check_reply(const struct call_service *service, const char *method, const char *error,
		     json_t *parameters, char reterr_why[static 400])
{
	char field[128], why[200];

	if (error != NULL && strncmp(error, CALL_SERVICE ".", sizeof(CALL_SERVICE)) == 0) {
		return 0;
	}
	const struct idl_type *type =
		call_reply_type(service, error != NULL ? error : method, error != NULL, reterr_why);
	if (type == NULL) {
		return -EINVAL;
	}
	json_t *empty = parameters == NULL ? json_object() : NULL;
	int r = idl_check(type, parameters != NULL ? parameters : empty, field, why);
	json_decref(empty);
	if (r < 0) {
		snprintf(reterr_why, 400, "%s: %s", field, why);
	}
	return r;
}
