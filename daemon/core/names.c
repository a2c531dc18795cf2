/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/names.h"

#include <errno.h>
#include <string.h>

const char *const category_names[CATEGORY_COUNT + 1] = {
	"natural_person",
	"commercial_enterprise",
	"research_institution",
	"public_welfare_organization",
	"legal_service_institution",
	"other",
	NULL,
};

const char *const channel_names[CHANNEL_COUNT + 1] = {
	"in_person", "signed_mail", "ordinary_mail", "internet", "fax", NULL,
};

const char *const state_names[STATE_COUNT + 1] = {
	"received", "corrected", "disclosed", "refused", "carried_over", NULL,
};

const char *const waiting_names[WAITING_COUNT + 1] = {
	"none",        "correction",  "reasons", "third_party",
	"joint_maker", "other_organ", "payment", NULL,
};

const char *const extent_names[EXTENT_COUNT + 1] = { "none", "full", "partial", NULL };
const char *const answer_names[ANSWER_COUNT + 1] = { "agrees", "objects", "silent", NULL };
const char *const basis_names[BASIS_COUNT + 1] = { "items", "pages", NULL };

const char *const case_kind_names[CASE_KIND_COUNT + 1] = {
	"review",
	"suit",
	"suit_after_review",
	NULL,
};
const char *const case_procedure_names[PROCEDURE_COUNT + 1] = { "ordinary", "simplified", NULL };
const char *const case_result_names[RESULT_COUNT + 1] = { "upheld", "corrected", "other", NULL };

const char *const action_names[ACTION_COUNT + 1] = {
	[ACTION_LOG] = "log",
	[ACTION_REQUEST_CORRECTION] = "request_correction",
	[ACTION_CORRECT] = "correct",
	[ACTION_REQUEST_REASONS] = "request_reasons",
	[ACTION_GIVE_REASONS] = "give_reasons",
	[ACTION_CONSULT] = "consult",
	[ACTION_END_CONSULTATION] = "end_consultation",
	[ACTION_EXTEND] = "extend",
	[ACTION_NOTICE_FEE] = "notice_fee",
	[ACTION_PAY_FEE] = "pay_fee",
	[ACTION_DISCLOSE] = "disclose",
	[ACTION_REFUSE] = "refuse",
	[ACTION_CARRY_OVER] = "carry_over",
	[ACTION_TAKE_BACK_CARRY_OVER] = "take_back_carry_over",
	[ACTION_REOPEN] = "reopen",
	[ACTION_ASSIGN] = "assign",
	[ACTION_NOTE] = "note",
	[ACTION_AMEND] = "amend",
	[ACTION_REVEAL] = "reveal",
	[ACTION_SET_FIGURE] = "set_figure",
	[ACTION_OPEN_CASE] = "open_case",
	[ACTION_ANSWER_CASE] = "answer_case",
	[ACTION_CONCLUDE_CASE] = "conclude_case",
	[ACTION_SNAPSHOT] = "snapshot",
	[ACTION_SEAL] = "seal",
	[ACTION_RESTATE] = "restate",
};

int name_find(const char *const names[], const char *name)
{
	for (int i = 0; names[i] != NULL; i++) {
		if (strcmp(names[i], name) == 0) {
			return i;
		}
	}
	return -ENOENT;
}
