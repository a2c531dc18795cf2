/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve/fault.h"

#include <stdio.h>
#include <string.h>

#include "daemon/core/number.h"
#include "daemon/serve/reply.h"
#include "daemon/serve/view_report.h"
#include "proto/base/date.h"
#include "proto/base/text.h"

char *fault_method_name(enum action action, char text[static 32])
{
	const char *name = action_names[action];
	bool upper = true;
	size_t len = 0;

	for (; *name != '\0' && len < 31; name++) {
		if (*name == '_') {
			upper = true;
			continue;
		}
		text[len++] = upper ? (char)(*name - 'a' + 'A') : *name;
		upper = false;
	}
	text[len] = '\0';
	return text;
}

static json_t *fault_number(uint64_t number)
{
	char text[NUMBER_TEXT_BYTES];

	return json_string(number_format(number, text));
}

static json_t *fault_date(int32_t date)
{
	char text[DATE_TEXT_BYTES];

	return date == DATE_NONE ? json_null() : json_string(date_format(date, text));
}

/* A problem's texts have been cut to fit it, perhaps within a character. */
static json_t *fault_text(const char *text)
{
	size_t bytes = strlen(text);

	for (int i = 0; i < 3 && bytes > 0 && !text_is_utf8(text, bytes); i++) {
		bytes--;
	}
	return json_stringn(text, bytes);
}

/* The ledger's name of a field is not always the interface's. */
static const char *fault_field(const struct problem *problem)
{
	return strcmp(problem->field, "whom_name") == 0 ? "name" : problem->field;
}

static json_t *fault_only_number(const struct problem *problem)
{
	return json_pack("{s:o}", "number", fault_number(problem->number));
}

static json_t *fault_transition(const struct problem *problem)
{
	json_t *allowed = json_array();
	char name[32];

	for (enum action action = 0; action < ACTION_COUNT; action++) {
		/* These are the register's own, nobody calls them. */
		if (action == ACTION_CARRY_OVER || action == ACTION_TAKE_BACK_CARRY_OVER ||
		    action == ACTION_REVEAL || action == ACTION_LOG) {
			continue;
		}
		if ((problem->allowed >> action & 1) != 0) {
			json_array_append_new(allowed,
					      json_string(fault_method_name(action, name)));
		}
	}
	json_t *waiting = problem->waiting == WAITING_NONE
				  ? json_null()
				  : json_string(waiting_names[problem->waiting]);
	return json_pack("{s:o, s:s, s:o, s:s, s:o}", "number", fault_number(problem->number),
			 "state", state_names[problem->state], "waiting", waiting, "action",
			 fault_method_name(problem->action, name), "allowed", allowed);
}

static json_t *fault_invalid_field(const struct problem *problem)
{
	return json_pack("{s:o, s:o}", "field", fault_text(fault_field(problem)), "problem",
			 fault_text(problem->text));
}

static json_t *fault_date_order(const struct problem *problem)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "field", fault_text(fault_field(problem)), "date",
			 fault_date(problem->date), "not_before", fault_date(problem->not_before),
			 "not_after", fault_date(problem->not_after));
}

static json_t *fault_conflict(const struct problem *problem)
{
	return json_pack("{s:o, s:I}", "number", fault_number(problem->number), "version",
			 (json_int_t)problem->version);
}

static json_t *fault_key(const struct problem *problem)
{
	return json_pack("{s:o}", "key", fault_text(problem->text));
}

static json_t *fault_year(const struct problem *problem)
{
	return json_pack("{s:i}", "year", problem->year);
}

static json_t *fault_form(const struct problem *problem)
{
	return json_pack("{s:o}", "form", fault_text(problem->text));
}

static json_t *fault_cell(const struct problem *problem)
{
	return json_pack("{s:o, s:o, s:o}", "table", fault_text(problem->text), "row",
			 fault_text(problem->field), "column", fault_text(problem->other));
}

static json_t *fault_empty(const struct problem *problem)
{
	(void)problem;
	return json_object();
}

static json_t *fault_internal(const struct problem *problem)
{
	char text[600];

	snprintf(text, sizeof(text), "%s%s%s", problem->text, problem->text[0] != '\0' ? ": " : "",
		 problem->result < 0 ? strerror(-problem->result) : "an unexpected state");
	return json_pack("{s:o}", "problem", fault_text(text));
}

static json_t *fault_figure(const struct problem *problem)
{
	json_t *known = json_array();

	for (size_t i = 0; i < problem->known_count; i++) {
		json_array_append_new(known, json_string(problem->known[i]));
	}
	return json_pack("{s:o, s:o}", "figure", fault_text(problem->text), "known", known);
}

static json_t *fault_case(const struct problem *problem)
{
	return json_pack("{s:o}", "case", fault_text(problem->text));
}

static json_t *fault_checks(const struct problem *problem)
{
	return json_pack("{s:o}", "checks", view_checks(problem->checks));
}

static json_t *fault_reload(const struct problem *problem)
{
	return json_pack("{s:o, s:i, s:i, s:o}", "file", fault_text(problem->file), "line",
			 problem->line, "column", problem->column, "problem",
			 fault_text(problem->text));
}

static const struct {
	const char *error;
	json_t *(*parameters)(const struct problem *problem);
} fault_table[] = {
	[PROBLEM_NONE] = { REPLY_LEDGER "Internal", fault_internal },
	[PROBLEM_UNKNOWN_NUMBER] = { REPLY_APPLICATIONS "UnknownNumber", fault_only_number },
	[PROBLEM_INVALID_TRANSITION] = { REPLY_APPLICATIONS "InvalidTransition", fault_transition },
	[PROBLEM_INVALID_FIELD] = { REPLY_APPLICATIONS "InvalidField", fault_invalid_field },
	[PROBLEM_DATE_OUT_OF_ORDER] = { REPLY_APPLICATIONS "DateOutOfOrder", fault_date_order },
	[PROBLEM_CONFLICT] = { REPLY_APPLICATIONS "Conflict", fault_conflict },
	[PROBLEM_KEY_REUSED] = { REPLY_APPLICATIONS "KeyReused", fault_key },
	[PROBLEM_YEAR_SEALED] = { REPLY_APPLICATIONS "YearSealed", fault_year },
	[PROBLEM_NOT_PERMITTED] = { REPLY_NOT_PERMITTED, fault_empty },
	[PROBLEM_UNKNOWN_YEAR] = { REPLY_REPORT "UnknownYear", fault_year },
	[PROBLEM_UNKNOWN_FORM] = { REPLY_REPORT "UnknownForm", fault_form },
	[PROBLEM_UNKNOWN_CELL] = { REPLY_REPORT "UnknownCell", fault_cell },
	[PROBLEM_YEAR_NOT_OVER] = { REPLY_REPORT "YearNotOver", fault_year },
	[PROBLEM_NOT_SEALED] = { REPLY_REPORT "NotSealed", fault_year },
	[PROBLEM_UNKNOWN_FIGURE] = { REPLY_REPORT "UnknownFigure", fault_figure },
	[PROBLEM_UNKNOWN_CASE] = { REPLY_REPORT "UnknownCase", fault_case },
	[PROBLEM_CHECKS_FAIL] = { REPLY_REPORT "ChecksFail", fault_checks },
	[PROBLEM_RELOAD_REFUSED] = { REPLY_LEDGER "ReloadRefused", fault_reload },
	[PROBLEM_NO_SPACE] = { REPLY_LEDGER "NoSpace", fault_empty },
	[PROBLEM_OUTCOME_UNKNOWN] = { REPLY_LEDGER "OutcomeUnknown", fault_empty },
	[PROBLEM_INTERNAL] = { REPLY_LEDGER "Internal", fault_internal },
};

const char *fault_of(const struct problem *problem, json_t **ret_parameters)
{
	const char *error = fault_table[problem->code].error;
	json_t *parameters = fault_table[problem->code].parameters(problem);

	/* What befell the disk befell the whole, not one step. */
	if (problem->step < 0 || problem->code >= PROBLEM_NO_SPACE) {
		*ret_parameters = parameters;
		return error;
	}
	return fault_step(problem->step, error, parameters, ret_parameters);
}

const char *fault_step(int step, const char *error, json_t *parameters, json_t **ret_parameters)
{
	*ret_parameters = json_pack("{s:i, s:s, s:o}", "step", step, "error", error, "parameters",
				    parameters);
	return REPLY_APPLICATIONS "StepFailed";
}
