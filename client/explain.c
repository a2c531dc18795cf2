/* SPDX-License-Identifier: Apache-2.0 */
#include "client/explain.h"

#include <string.h>

#include "client/command.h"
#include "client/fields.h"
#include "client/language.h"
#include "client/nearest.h"
#include "client/reply.h"
#include "client/words.h"
#include "proto/base/cleanup.h"
#include "proto/interfaces.h"

/* command: for the sentences that send the reader to its help. */
typedef void explain_sentence(json_t *parameters, const char *command, struct buf *out);

/* Appends the option that a field of the wire is: "applicant.id_number" is --id-number. */
static void explain_option(const char *field, struct buf *out)
{
	const char *last = strrchr(field, '.');

	buf_append_text(out, "--");
	for (const char *c = last != NULL ? last + 1 : field; *c != '\0'; c++) {
		buf_append(out, *c == '_' ? "-" : c, 1);
	}
}

/* The name of a command from the name of an action or method: RequestCorrection,
 * request_correction. */
static void explain_action(const char *action, struct buf *out)
{
	for (const char *c = action; *c != '\0'; c++) {
		bool upper = *c >= 'A' && *c <= 'Z';
		char lower = (char)(upper ? *c - 'A' + 'a' : *c);
		if (upper && c != action) {
			buf_append_text(out, "-");
		}
		buf_append(out, lower == '_' ? "-" : &lower, 1);
	}
}

static void explain_unknown_number(json_t *p, const char *command, struct buf *out)
{
	(void)command;
	buf_printf(out, _("there is no application %s; ogi list shows those there are"),
		   reply_text(p, "number"));
}

static void explain_transition(json_t *p, const char *command, struct buf *out)
{
	json_t *allowed = json_object_get(p, "allowed");
	const char *number = reply_text(p, "number");
	const char *state = word_of(WORD_STATE, reply_text(p, "state"));
	size_t i;
	json_t *one;

	if (reply_has(p, "waiting")) {
		buf_printf(out, _("%s is %s and waits for %s, so %s cannot be done"), number, state,
			   word_of(WORD_WAITING, reply_text(p, "waiting")), command);
	} else {
		buf_printf(out, _("%s is %s, so %s cannot be done"), number, state, command);
	}
	if (json_array_size(allowed) == 0) {
		return;
	}
	buf_append_text(out, _("; allowed now: "));
	json_array_foreach(allowed, i, one)
	{
		const char *name = json_string_value(one);
		buf_append_text(out, i == 0 ? "" : ", ");
		explain_action(name != NULL ? name : "", out);
	}
}

/* The daemon's sentence, in the user's language where it is known; one that goes on with figures is
 * known by its beginning. */
static const char *explain_problem(const char *problem)
{
	const char *beginning;

	for (size_t i = 0; (beginning = word_at(WORD_BEGINNING, i)) != NULL; i++) {
		const char *word = word_of(WORD_BEGINNING, beginning);
		if (strncmp(problem, beginning, strlen(beginning)) == 0 &&
		    strcmp(word, beginning) != 0) {
			return word;
		}
	}
	return word_of(WORD_SENTENCE, problem);
}

static void explain_field(json_t *p, const char *command, struct buf *out)
{
	(void)command;
	explain_option(reply_text(p, "field"), out);
	buf_printf(out, ": %s", explain_problem(reply_text(p, "problem")));
}

static void explain_date(json_t *p, const char *command, struct buf *out)
{
	const char *date = reply_text(p, "date");
	const char *before = reply_text(p, "not_before"), *after = reply_text(p, "not_after");

	(void)command;
	explain_option(reply_text(p, "field"), out);
	if (before[0] != '\0' && after[0] != '\0') {
		buf_printf(out, _(" cannot be %s: it must be from %s to %s"), date, before, after);
	} else if (before[0] != '\0') {
		buf_printf(out, _(" cannot be %s: it must not be before %s"), date, before);
	} else if (after[0] != '\0') {
		buf_printf(out, _(" cannot be %s: it must not be after %s"), date, after);
	} else {
		buf_printf(out, _(" cannot be %s"), date);
	}
}

static void explain_conflict(json_t *p, const char *command, struct buf *out)
{
	(void)command;
	buf_printf(out,
		   _("%s was changed by somebody else and is now at version %lld: look at it again "
		     "with "
		     "ogi show, then repeat with --version %lld"),
		   reply_text(p, "number"), (long long)reply_int(p, "version"),
		   (long long)reply_int(p, "version"));
}

static void explain_key(json_t *p, const char *command, struct buf *out)
{
	(void)command;
	buf_printf(out, _("the key \"%s\" stands for another change already; take a new one"),
		   reply_text(p, "key"));
}

/* Whether a command's method has a field of that name. */
static bool explain_takes(const char *command, const char *field)
{
	const struct command *row = command_find(command);
	const struct idl_entry *method = row != NULL ? interfaces_method(row->method, NULL) : NULL;

	for (size_t i = 0; method != NULL && i < method->type->member_count; i++) {
		if (strcmp(method->type->members[i].name, field) == 0) {
			return true;
		}
	}
	return false;
}

static void explain_sealed(json_t *p, const char *command, struct buf *out)
{
	long long year = reply_int(p, "year");

	if (explain_takes(command, "why")) {
		buf_printf(
			out,
			_("the year %lld is sealed: a supervisor may repeat this with --why, and "
			  "then publish the change with ogi restate %lld"),
			year, year);
	} else {
		buf_printf(out,
			   _("the year %lld is sealed: a supervisor may put the entry right with "
			     "ogi amend, and then publish the change with ogi restate %lld"),
			   year, year);
	}
}

static void explain_year(json_t *p, const char *command, struct buf *out)
{
	(void)command;
	buf_printf(out,
		   _("the ledger holds nothing of the year %lld; ogi status shows where it begins"),
		   (long long)reply_int(p, "year"));
}

static void explain_form(json_t *p, const char *command, struct buf *out)
{
	(void)command;
	buf_printf(out, _("there is no form \"%s\"; leave --form out for the one in force"),
		   reply_text(p, "form"));
}

static void explain_cell(json_t *p, const char *command, struct buf *out)
{
	(void)command;
	buf_printf(
		out,
		_("%s has no cell in row \"%s\", column \"%s\"; ogi report --json shows the keys"),
		reply_text(p, "table"), reply_text(p, "row"), reply_text(p, "column"));
}

/* A figure is often called by its last part alone: in_force. */
static void explain_offer_figure(struct nearest *nearest, const char *name)
{
	const char *last = strrchr(name, '.');
	const char *before = nearest->found;

	nearest_offer(nearest, name);
	if (last != NULL && strchr(nearest->wanted, '.') == NULL) {
		nearest_offer(nearest, last + 1);
	}
	nearest->found = nearest->found != before ? name : before;
}

static void explain_figure(json_t *p, const char *command, struct buf *out)
{
	struct nearest nearest = { .wanted = reply_text(p, "figure") };
	json_t *known = json_object_get(p, "known");
	size_t i;
	json_t *one;

	(void)command;
	buf_printf(out, _("there is no figure \"%s\""), nearest.wanted);
	if (json_array_size(known) == 0) {
		return;
	}
	buf_append_text(out, _("; there are: "));
	json_array_foreach(known, i, one)
	{
		const char *name = json_string_value(one);
		explain_offer_figure(&nearest, name != NULL ? name : "");
	}
	if (nearest.found != NULL) {
		buf_append_text(out, nearest.found);
	}
	json_array_foreach(known, i, one)
	{
		const char *name = json_string_value(one);
		if (name != NULL && name != nearest.found) {
			buf_append_text(out, i == 0 && nearest.found == NULL ? "" : ", ");
			buf_append_text(out, name);
		}
	}
}

static void explain_case(json_t *p, const char *command, struct buf *out)
{
	(void)command;
	buf_printf(out, _("there is no case \"%s\"; ogi cases lists them"), reply_text(p, "case"));
}

static void explain_checks(json_t *p, const char *command, struct buf *out)
{
	size_t broken = 0, i;
	json_t *one;

	json_array_foreach(json_object_get(p, "checks"), i, one)
	{
		broken += json_is_false(json_object_get(one, "holds")) ? 1 : 0;
	}
	if (strcmp(command, "consolidate") == 0) {
		buf_printf(out,
			   ngettext("%zu check fails, so nothing was added up",
				    "%zu checks fail, so nothing was added up", broken),
			   broken);
		return;
	}
	buf_printf(out,
		   ngettext("%zu check fails, so the year stays open; ogi report shows the cases",
			    "%zu checks fail, so the year stays open; ogi report shows the cases",
			    broken),
		   broken);
}

static void explain_year_open(json_t *p, const char *command, struct buf *out)
{
	long long year = reply_int(p, "year");

	(void)command;
	buf_printf(out, _("the year %lld is not over yet: it can be sealed from %lld-01-01"), year,
		   year + 1);
}

static void explain_not_sealed(json_t *p, const char *command, struct buf *out)
{
	long long year = reply_int(p, "year");

	(void)command;
	buf_printf(out, _("the year %lld is not sealed; ogi seal %lld closes it"), year, year);
}

static void explain_reload(json_t *p, const char *command, struct buf *out)
{
	(void)command;
	buf_printf(out, _("%s:%lld:%lld: %s; the daemon keeps what it had"), reply_text(p, "file"),
		   (long long)reply_int(p, "line"), (long long)reply_int(p, "column"),
		   reply_text(p, "problem"));
}

static void explain_backup(json_t *p, const char *command, struct buf *out)
{
	(void)command;
	buf_printf(out, _("no copy was made in %s: %s"), reply_text(p, "directory"),
		   reply_text(p, "problem"));
}

static void explain_no_space(json_t *p, const char *command, struct buf *out)
{
	(void)p;
	buf_printf(out,
		   _("the daemon's disk is full: nothing was changed; make room, then repeat %s"),
		   command);
}

static void explain_internal(json_t *p, const char *command, struct buf *out)
{
	(void)command;
	buf_printf(out, _("the daemon failed: %s; its log says more"), reply_text(p, "problem"));
}

static void explain_parameter(json_t *p, const char *command, struct buf *out)
{
	explain_option(reply_text(p, "parameter"), out);
	if (reply_has(p, "problem")) {
		buf_printf(out, ": %s", reply_text(p, "problem"));
	} else {
		buf_printf(out, _(" has a value that the daemon does not take; see ogi %s --help"),
			   command);
	}
}

static void explain_permission(json_t *p, const char *command, struct buf *out)
{
	(void)p;
	buf_printf(
		out,
		_("you have no role that may do %s; ogi status shows your roles, the administrator "
		  "gives them"),
		command);
}

static void explain_not_implemented(json_t *p, const char *command, struct buf *out)
{
	(void)p;
	buf_printf(out, _("this daemon cannot do %s yet; ogi status shows its version"), command);
}

static void explain_foreign(json_t *p, const char *command, struct buf *out)
{
	(void)p;
	buf_printf(out, _("what listens there does not know %s; is it ogid, and of this version?"),
		   command);
}

static const struct explanation {
	const char *error;
	enum exit_status status;
	explain_sentence *sentence;
} explanations[] = {
	{ "org.ogid.Applications.UnknownNumber", EXIT_NOT_FOUND, explain_unknown_number },
	{ "org.ogid.Applications.InvalidTransition", EXIT_REFUSED, explain_transition },
	{ "org.ogid.Applications.InvalidField", EXIT_USAGE, explain_field },
	{ "org.ogid.Applications.DateOutOfOrder", EXIT_REFUSED, explain_date },
	{ "org.ogid.Applications.Conflict", EXIT_CONFLICT, explain_conflict },
	{ "org.ogid.Applications.KeyReused", EXIT_CONFLICT, explain_key },
	{ "org.ogid.Applications.YearSealed", EXIT_REFUSED, explain_sealed },
	{ "org.ogid.Report.UnknownYear", EXIT_NOT_FOUND, explain_year },
	{ "org.ogid.Report.UnknownForm", EXIT_NOT_FOUND, explain_form },
	{ "org.ogid.Report.UnknownCell", EXIT_NOT_FOUND, explain_cell },
	{ "org.ogid.Report.UnknownFigure", EXIT_NOT_FOUND, explain_figure },
	{ "org.ogid.Report.UnknownCase", EXIT_NOT_FOUND, explain_case },
	{ "org.ogid.Report.ChecksFail", EXIT_CHECK_FAILED, explain_checks },
	{ "org.ogid.Report.YearNotOver", EXIT_REFUSED, explain_year_open },
	{ "org.ogid.Report.NotSealed", EXIT_REFUSED, explain_not_sealed },
	{ "org.ogid.Ledger.ReloadRefused", EXIT_BAD_DATA, explain_reload },
	{ "org.ogid.Ledger.BackupRefused", EXIT_REFUSED, explain_backup },
	{ "org.ogid.Ledger.NoSpace", EXIT_BAD_DATA, explain_no_space },
	{ "org.ogid.Ledger.Internal", EXIT_BAD_DATA, explain_internal },
	{ "org.varlink.service.InvalidParameter", EXIT_USAGE, explain_parameter },
	{ "org.varlink.service.PermissionDenied", EXIT_NOT_PERMITTED, explain_permission },
	{ "org.varlink.service.MethodNotImplemented", EXIT_BAD_DATA, explain_not_implemented },
	{ "org.varlink.service.MethodNotFound", EXIT_BAD_DATA, explain_foreign },
	{ "org.varlink.service.InterfaceNotFound", EXIT_BAD_DATA, explain_foreign },
};

enum exit_status explain_error(const char *error, json_t *parameters, const char *command,
			       struct buf *out)
{
	/* A step's error is explained like the error itself, behind its place. */
	if (strcmp(error, "org.ogid.Applications.StepFailed") == 0 &&
	    strcmp(reply_text(parameters, "error"), error) != 0) {
		buf_printf(out, _("step %lld: "), (long long)reply_int(parameters, "step") + 1);
		return explain_error(reply_text(parameters, "error"),
				     json_object_get(parameters, "parameters"), command, out);
	}
	for (size_t i = 0; i < ARRAY_SIZE(explanations); i++) {
		if (strcmp(explanations[i].error, error) == 0) {
			explanations[i].sentence(parameters, command, out);
			return explanations[i].status;
		}
	}
	auto_free char *text = json_dumps(parameters, JSON_COMPACT);
	buf_printf(out, _("the daemon answered %s %s"), error, text != NULL ? text : "");
	return EXIT_BAD_DATA;
}
