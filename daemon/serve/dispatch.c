/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/dispatch.h"

#include <errno.h>
#include <string.h>

#include "daemon/core/workflow.h"
#include "daemon/serve/methods.h"
#include "daemon/serve/reply.h"
#include "daemon/serve/session.h"

#define READERS (ROLE_CLERK | ROLE_SUPERVISOR | ROLE_AUDITOR | ROLE_BATCH)

static const struct method method_table[] = {
	/* name, roles, kind, needs more, action, unless, start, answer */
	{ "org.ogid.Applications.Log", 0, METHOD_WRITE, false, ACTION_LOG, NULL, act_start,
	  act_answer },
	{ "org.ogid.Applications.RequestCorrection", 0, METHOD_WRITE, false,
	  ACTION_REQUEST_CORRECTION, NULL, act_start, act_answer },
	{ "org.ogid.Applications.Correct", 0, METHOD_WRITE, false, ACTION_CORRECT, NULL, act_start,
	  act_answer },
	{ "org.ogid.Applications.RequestReasons", 0, METHOD_WRITE, false, ACTION_REQUEST_REASONS,
	  NULL, act_start, act_answer },
	{ "org.ogid.Applications.GiveReasons", 0, METHOD_WRITE, false, ACTION_GIVE_REASONS, NULL,
	  act_start, act_answer },
	{ "org.ogid.Applications.Consult", 0, METHOD_WRITE, false, ACTION_CONSULT, NULL, act_start,
	  act_answer },
	{ "org.ogid.Applications.EndConsultation", 0, METHOD_WRITE, false, ACTION_END_CONSULTATION,
	  NULL, act_start, act_answer },
	{ "org.ogid.Applications.Extend", 0, METHOD_WRITE, false, ACTION_EXTEND, NULL, act_start,
	  act_answer },
	{ "org.ogid.Applications.NoticeFee", 0, METHOD_WRITE, false, ACTION_NOTICE_FEE, NULL,
	  act_start, fee_answer },
	{ "org.ogid.Applications.PayFee", 0, METHOD_WRITE, false, ACTION_PAY_FEE, NULL, act_start,
	  act_answer },
	{ "org.ogid.Applications.Disclose", 0, METHOD_WRITE, false, ACTION_DISCLOSE, NULL,
	  act_start, act_answer },
	{ "org.ogid.Applications.Refuse", 0, METHOD_WRITE, false, ACTION_REFUSE, NULL, act_start,
	  act_answer },
	{ "org.ogid.Applications.Assign", 0, METHOD_WRITE, false, ACTION_ASSIGN, NULL, act_start,
	  act_answer },
	{ "org.ogid.Applications.Note", 0, METHOD_WRITE, false, ACTION_NOTE, NULL, act_start,
	  act_answer },
	{ "org.ogid.Applications.Amend", 0, METHOD_WRITE, false, ACTION_AMEND, NULL, act_start,
	  act_answer },
	{ "org.ogid.Applications.Reopen", 0, METHOD_WRITE, false, ACTION_REOPEN, NULL, act_start,
	  act_answer },
	/* Each step is held to the roles of its own action besides. */
	{ "org.ogid.Applications.Apply", ROLE_CLERK | ROLE_SUPERVISOR, METHOD_WRITE, false,
	  ACTION_COUNT, NULL, apply_start, apply_answer },
	{ "org.ogid.Applications.Get", READERS, METHOD_READ, false, ACTION_COUNT, "reveal",
	  get_start, get_answer },
	{ "org.ogid.Applications.History", READERS, METHOD_WALK, true, ACTION_COUNT, NULL,
	  history_start, NULL },
	{ "org.ogid.Applications.Explain", READERS, METHOD_READ, false, ACTION_COUNT, NULL,
	  explain_start, NULL },
	{ "org.ogid.Applications.List", READERS, METHOD_WALK, true, ACTION_COUNT, NULL, list_start,
	  NULL },
	{ "org.ogid.Applications.Backlog", READERS, METHOD_WALK, true, ACTION_COUNT, NULL,
	  backlog_start, NULL },
	{ "org.ogid.Applications.Summary", READERS, METHOD_WALK, false, ACTION_COUNT, NULL,
	  summary_start, NULL },
	{ "org.ogid.Applications.Watch", READERS, METHOD_WATCH, true, ACTION_COUNT, NULL,
	  watch_start, NULL },

	{ "org.ogid.Ledger.Status", ROLE_ALL, METHOD_READ, false, ACTION_COUNT, NULL, status_start,
	  NULL },
	{ "org.ogid.Ledger.Verify", ROLE_ALL, METHOD_WALK, false, ACTION_COUNT, NULL, verify_start,
	  NULL },
	{ "org.ogid.Ledger.Export", ROLE_AUDITOR | ROLE_SUPERVISOR, METHOD_WALK, true, ACTION_COUNT,
	  NULL, export_start, NULL },
	{ "org.ogid.Ledger.Backup", ROLE_ADMINISTRATOR, METHOD_ABSENT, false, ACTION_COUNT, NULL,
	  NULL, NULL },
	{ "org.ogid.Ledger.WorkingDay", READERS, METHOD_READ, false, ACTION_COUNT, NULL,
	  working_day_start, NULL },
	{ "org.ogid.Ledger.Reload", ROLE_ADMINISTRATOR, METHOD_WRITE, false, ACTION_COUNT, NULL,
	  reload_start, reload_answer },

	{ "org.ogid.Report.Get", READERS, METHOD_WALK, false, ACTION_COUNT, NULL, report_start,
	  NULL },
	{ "org.ogid.Report.Cell", READERS, METHOD_WALK, true, ACTION_COUNT, NULL, cell_start,
	  NULL },
	/* They read first, and then change. */
	{ "org.ogid.Report.Rollup", ROLE_BATCH | ROLE_SUPERVISOR, METHOD_WALK, false, ACTION_COUNT,
	  NULL, rollup_start, rollup_answer },
	{ "org.ogid.Report.Seal", ROLE_SUPERVISOR, METHOD_WALK, false, ACTION_COUNT, NULL,
	  seal_start, seal_answer },
	{ "org.ogid.Report.Restate", ROLE_SUPERVISOR, METHOD_WALK, false, ACTION_COUNT, NULL,
	  restate_start, restate_answer },
	{ "org.ogid.Report.SetFigure", ROLE_CLERK | ROLE_SUPERVISOR, METHOD_WRITE, false,
	  ACTION_SET_FIGURE, NULL, act_start, figure_answer },
	{ "org.ogid.Report.Consolidate", READERS, METHOD_WALK, false, ACTION_COUNT, NULL,
	  consolidate_start, NULL },
	{ "org.ogid.Report.CheckTables", READERS, METHOD_WALK, false, ACTION_COUNT, NULL,
	  check_tables_start, NULL },
	{ "org.ogid.Report.OpenCase", ROLE_CLERK | ROLE_SUPERVISOR, METHOD_WRITE, false,
	  ACTION_OPEN_CASE, NULL, act_start, open_case_answer },
	{ "org.ogid.Report.AnswerCase", ROLE_CLERK | ROLE_SUPERVISOR, METHOD_WRITE, false,
	  ACTION_ANSWER_CASE, NULL, act_start, figure_answer },
	{ "org.ogid.Report.ConcludeCase", ROLE_CLERK | ROLE_SUPERVISOR, METHOD_WRITE, false,
	  ACTION_CONCLUDE_CASE, NULL, act_start, figure_answer },
	{ "org.ogid.Report.Cases", READERS, METHOD_WALK, true, ACTION_COUNT, NULL, cases_start,
	  NULL },
	{ 0 },
};

const struct method *method_find(const char *qualified)
{
	for (const struct method *method = method_table; method->name != NULL; method++) {
		if (strcmp(method->name, qualified) == 0) {
			return method;
		}
	}
	return NULL;
}

uint32_t method_roles(const struct method *method)
{
	return method->roles != 0 ? method->roles : workflow_table[method->action].roles;
}

void dispatch_check(struct request *request)
{
	const struct message_call *call = &request->message;
	const struct idl_entry *entry;
	json_t *reply = NULL, *parameters = NULL;
	const char *error = NULL;

	int r = call_check(reply_service(), call, &entry, &reply, &error, &parameters);
	if (r == 1) {
		request_reply(request, reply, false);
		return;
	}
	if (r == -EINVAL) {
		request_fail(request, error, parameters);
		return;
	}
	if (r < 0) {
		struct problem problem = { 0 };
		request_failed(request, r, &problem);
		return;
	}
	request->method = method_find(call->method);
	if (request->method == NULL) {
		request_fail(request, REPLY_SERVICE "MethodNotImplemented",
			     json_pack("{s:s}", "method", call->method));
		return;
	}
	request->write = request->method->kind == METHOD_WRITE;
	if (request->method->unless != NULL) {
		request->write =
			json_is_true(json_object_get(call->parameters, request->method->unless));
	}
}

void dispatch_start(struct request *request)
{
	const struct method *method = request->method;
	struct server *server = request_server(request);
	struct problem problem = { .step = -1 };

	request->progress = REQUEST_RUNNING;
	request->roles = access_roles(&server->access, session_peer(request->session));
	if ((request->roles & method_roles(method)) == 0) {
		request_deny(request);
		return;
	}
	if (method->kind == METHOD_ABSENT) {
		request_fail(request, REPLY_SERVICE "MethodNotImplemented",
			     json_pack("{s:s}", "method", method->name));
		return;
	}
	if (method->needs_more && !request->message.more) {
		request_fail(request, REPLY_SERVICE "ExpectedMore", json_object());
		return;
	}
	int r = method->start(request, &problem);
	if (r < 0) {
		request_failed(request, r, &problem);
	}
}

void dispatch_answer(struct request *request, struct change *change)
{
	struct problem problem = { .step = -1 };

	if (change->problem.code != PROBLEM_NONE) {
		request_fault(request, &change->problem);
		return;
	}
	int r = request->method->answer(request, change, &problem);
	if (r < 0) {
		request_failed(request, r, &problem);
	}
}
