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

static void act_write(struct request *request, const struct change *change, struct json_out *json)
{
	struct view view = view_make(request_server(request)->registry);

	view_write_application(&view, json, "application", &change->applications[0]);
}

int act_answer(struct request *request, struct change *change, struct problem *reterr_problem)
{
	(void)reterr_problem;
	struct reply reply = request_begin_reply(request);
	act_write(request, change, &reply.message.json);
	request_end_reply(request, &reply);
	return 0;
}

static void fee_write_charges(struct json_out *json, const struct charge *charges, size_t count)
{
	json_out_array(json, "charges");
	for (size_t i = 0; i < count; i++) {
		json_out_object(json, NULL);
		json_out_integer(json, "from", (int64_t)charges[i].from);
		json_out_integer(json, "to", (int64_t)charges[i].to);
		json_out_integer(json, "yuan", (int64_t)charges[i].yuan);
		json_out_integer(json, "amount_yuan", (int64_t)charges[i].amount_yuan);
		json_out_object_end(json);
	}
	json_out_array_end(json);
}

int fee_answer(struct request *request, struct change *change, struct problem *reterr_problem)
{
	const struct server *server = request_server(request);
	const struct tariff *tariff = &registry_catalogue(server->registry)->tariff;
	struct charge *charges;
	size_t count;

	(void)reterr_problem;
	int r = tariff_charges(tariff, change->fee.basis, change->fee.before, change->fee.quantity,
			       &change->arena, &charges, &count);
	if (r < 0) {
		return r;
	}
	struct reply reply = request_begin_reply(request);
	act_write(request, change, &reply.message.json);
	json_out_integer(&reply.message.json, "amount_yuan", (int64_t)change->fee.amount_yuan);
	fee_write_charges(&reply.message.json, charges, count);
	request_end_reply(request, &reply);
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
	struct view view = view_make(request_server(request)->registry);
	struct reply reply = request_begin_reply(request);
	struct json_out *json = &reply.message.json;

	(void)reterr_problem;
	json_out_array(json, "applications");
	size_t begin = request->out.len;
	for (size_t i = 0; i < change->intent_count; i++) {
		struct json_out before = *json;
		size_t len = request->out.len;
		view_write_application(&view, json, NULL, &change->applications[i]);
		if (request->out.len - begin > APPLY_REPLY_BYTES) {
			request->out.len = len;
			*json = before;
			break;
		}
	}
	json_out_array_end(json);
	request_end_reply(request, &reply);
	return 0;
}
