/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/serve/fault.h"
#include "daemon/serve/methods.h"
#include "daemon/serve/params.h"
#include "daemon/serve/reply.h"
#include "daemon/serve/session.h"
#include "daemon/serve/view.h"

#define APPLY_STEPS_MAX 10000
#define APPLY_REPLY_BYTES                                                                          \
	((size_t)900 * 1024) /* of applications; the limit of a message is 1 MiB */

/* The digest by which a repetition of a call is told from a misuse of its key. */
static int act_digest(const struct request *request, struct sm3 *ret_digest)
{
	char *text = json_dumps(request->message.parameters, JSON_SORT_KEYS | JSON_COMPACT);

	if (text == NULL) {
		return -ENOMEM;
	}
	*ret_digest = sm3_of(request->method->name, strlen(request->method->name) + 1, text,
			     strlen(text));
	free(text);
	return 0;
}

/* Hands the change on, or frees it after an error. */
static int act_finish(struct request *request, struct change *change, int error)
{
	if (error == 0 && change->key != NULL) {
		error = act_digest(request, &change->call);
	}
	if (error < 0) {
		change_free(change);
		return error;
	}
	return request_write(request, change);
}

int act_start(struct request *request, struct problem *reterr_problem)
{
	const json_t *parameters = request->message.parameters;
	struct change *change = change_new();

	if (change == NULL) {
		return -ENOMEM;
	}
	change->kind = CHANGE_ACTS;
	change->intent_count = 1;
	change->intents = arena_alloc(&change->arena, sizeof(*change->intents));
	int r = change->intents == NULL ? -ENOMEM : 0;
	if (r == 0) {
		r = params_key(parameters, &change->arena, &change->key, reterr_problem);
	}
	if (r == 0) {
		r = params_intent(parameters, request->method->action, &change->arena,
				  change->intents, reterr_problem);
	}
	return act_finish(request, change, r);
}

static json_t *act_application(struct request *request, struct change *change)
{
	struct view view = view_make(request_server(request)->registry, &change->arena);

	return view_wrap("application", view_application(&view, &change->applications[0]));
}

int act_answer(struct request *request, struct change *change, struct problem *reterr_problem)
{
	(void)reterr_problem;
	request_reply(request, act_application(request, change), false);
	return 0;
}

int fee_answer(struct request *request, struct change *change, struct problem *reterr_problem)
{
	const struct server *server = request_server(request);
	const struct tariff *tariff = &registry_catalogue(server->registry)->tariff;
	json_t *reply = act_application(request, change), *bands = json_array();
	struct charge *charges;
	size_t count;

	(void)reterr_problem;
	view_set(&reply, "amount_yuan", json_integer((json_int_t)change->fee.amount_yuan));
	if (tariff_charges(tariff, change->fee.basis, change->fee.before, change->fee.quantity,
			   &change->arena, &charges, &count) < 0) {
		json_decref(reply);
		reply = NULL;
	}
	for (size_t i = 0; reply != NULL && i < count; i++) {
		view_append(&bands, json_pack("{sIsIsIsI}", "from", (json_int_t)charges[i].from,
					      "to", (json_int_t)charges[i].to, "yuan",
					      (json_int_t)charges[i].yuan, "amount_yuan",
					      (json_int_t)charges[i].amount_yuan));
	}
	view_set(&reply, "charges", bands);
	request_reply(request, reply, false);
	return 0;
}

/* --- Apply --- */

/* A step's method: "Log", or with the interface's name before it. NULL: none that acts. */
static const struct method *apply_method(const char *name)
{
	char qualified[128];

	snprintf(qualified, sizeof(qualified), "%s%s",
		 strchr(name, '.') == NULL ? REPLY_APPLICATIONS : "", name);
	const struct method *method = method_find(qualified);
	return method != NULL && method->action < ACTION_ACTS ? method : NULL;
}

/* What the interface says of a step, as of a call. NULL when it fits, else the error's name. */
static const char *apply_check_step(const struct request *request, const json_t *step,
				    const struct method **ret_method, json_t **reterr_parameters)
{
	const struct call_service *service = reply_service();
	struct message_call call = {
		.parameters = json_object_get(step, "parameters"),
	};
	const struct idl_entry *entry;
	const char *error = NULL;
	json_t *reply = NULL;

	const char *name = json_string_value(json_object_get(step, "method"));
	const struct method *method = apply_method(name);
	if (method == NULL) {
		*reterr_parameters = json_pack("{s:s}", "method", name);
		return REPLY_SERVICE "MethodNotFound";
	}
	call.method = method->name;
	int r = call_check(service, &call, &entry, &reply, &error, reterr_parameters);
	if (r < 0) {
		return r == -EINVAL ? error : REPLY_LEDGER "Internal";
	}
	if ((request->roles & method_roles(method)) == 0) {
		*reterr_parameters = json_object();
		return REPLY_NOT_PERMITTED;
	}
	*ret_method = method;
	return NULL;
}

/* 1: the step does not fit the interface and the call is answered. */
static int apply_take_step(struct request *request, struct change *change, size_t index,
			   const json_t *step, struct problem *reterr_problem)
{
	const struct method *method = NULL;
	json_t *parameters = NULL;

	const char *error = apply_check_step(request, step, &method, &parameters);
	if (error != NULL) {
		json_t *wrapped;
		error = fault_step((int)index, error, parameters, &wrapped);
		request_fail(request, error, wrapped);
		return 1;
	}
	parameters = json_object_get(step, "parameters");
	reterr_problem->step = (int)index;
	const char *key = NULL;
	int r = params_key(parameters, &change->arena, &key, reterr_problem);
	if (r == 0) {
		r = params_intent(parameters, method->action, &change->arena,
				  &change->intents[index], reterr_problem);
	}
	if (change->key == NULL) {
		change->key = key;
	}
	return r;
}

int apply_start(struct request *request, struct problem *reterr_problem)
{
	const json_t *steps = json_object_get(request->message.parameters, "steps");
	size_t count = json_array_size(steps);

	if (count > APPLY_STEPS_MAX) {
		request_fail(request, REPLY_INVALID,
			     reply_invalid("steps", "There are more than 10,000 steps."));
		return 0;
	}
	if (count == 0) {
		request_reply(request, view_wrap("applications", json_array()), false);
		return 0;
	}
	struct change *change = change_new();
	if (change == NULL) {
		return -ENOMEM;
	}
	change->kind = CHANGE_ACTS;
	change->many = true;
	change->dry_run = json_is_true(json_object_get(request->message.parameters, "dry_run"));
	change->intent_count = count;
	change->intents = arena_alloc(&change->arena, count * sizeof(*change->intents));
	int r = change->intents == NULL ? -ENOMEM : 0;
	for (size_t i = 0; r == 0 && i < count; i++) {
		r = apply_take_step(request, change, i, json_array_get(steps, i), reterr_problem);
	}
	if (r == 1) {
		change_free(change);
		return 0;
	}
	return act_finish(request, change, r);
}

/* The change is done, so an answer that is too long for a message must not become an error. */
int apply_answer(struct request *request, struct change *change, struct problem *reterr_problem)
{
	struct view view = view_make(request_server(request)->registry, &change->arena);
	json_t *array = json_array();
	size_t bytes = 0;

	(void)reterr_problem;
	for (size_t i = 0; i < change->intent_count; i++) {
		json_t *item = view_application(&view, &change->applications[i]);
		bytes += json_dumpb(item, NULL, 0, JSON_COMPACT) + 1;
		if (bytes > APPLY_REPLY_BYTES) {
			json_decref(item);
			break;
		}
		view_append(&array, item);
	}
	request_reply(request, view_wrap("applications", array), false);
	return 0;
}
