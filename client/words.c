/* SPDX-License-Identifier: Apache-2.0 */
#include "client/words.h"

#include <stdbool.h>
#include <string.h>

#include "client/language.h"
#include "proto/base/cleanup.h"

struct word {
	enum word_group group;
	const char *name; /* NULL: the same as the word */
	const char *word;
};

static const struct word words[] = {
	{ WORD_STATE, "received", N_("received") },
	{ WORD_STATE, "corrected", N_("corrected") },
	{ WORD_STATE, "disclosed", N_("disclosed") },
	{ WORD_STATE, "refused", N_("refused") },
	{ WORD_STATE, "carried_over", N_("carried over") },

	{ WORD_WAITING, "correction", N_("correction") },
	{ WORD_WAITING, "reasons", N_("reasons") },
	{ WORD_WAITING, "third_party", N_("third party") },
	{ WORD_WAITING, "joint_maker", N_("joint maker") },
	{ WORD_WAITING, "other_organ", N_("other organ") },
	{ WORD_WAITING, "payment", N_("payment") },

	{ WORD_CATEGORY, "natural_person", N_("natural person") },
	{ WORD_CATEGORY, "commercial_enterprise", N_("commercial enterprise") },
	{ WORD_CATEGORY, "research_institution", N_("research institution") },
	{ WORD_CATEGORY, "public_welfare_organization", N_("public welfare organization") },
	{ WORD_CATEGORY, "legal_service_institution", N_("legal service institution") },
	{ WORD_CATEGORY, "other", N_("other") },
	{ WORD_CATEGORY, "total", N_("total") },

	{ WORD_COLUMN, "natural_person", N_("natural|person") },
	{ WORD_COLUMN, "commercial_enterprise", N_("company|") },
	{ WORD_COLUMN, "research_institution", N_("research|") },
	{ WORD_COLUMN, "public_welfare_organization", N_("public|welfare") },
	{ WORD_COLUMN, "legal_service_institution", N_("legal|service") },
	{ WORD_COLUMN, "other", N_("other|") },
	{ WORD_COLUMN, "total", N_("total|") },

	{ WORD_CHANNEL, "in_person", N_("in person") },
	{ WORD_CHANNEL, "signed_mail", N_("signed mail") },
	{ WORD_CHANNEL, "ordinary_mail", N_("ordinary mail") },
	{ WORD_CHANNEL, "internet", N_("internet") },
	{ WORD_CHANNEL, "fax", N_("fax") },

	{ WORD_EXTENT, "full", N_("in full") },
	{ WORD_EXTENT, "partial", N_("in part") },

	{ WORD_REASON, "refused.state_secret", N_("state secret") },
	{ WORD_REASON, "refused.forbidden_by_law", N_("forbidden by another law") },
	{ WORD_REASON, "refused.three_securities_one_stability",
	  N_("endangers security or stability") },
	{ WORD_REASON, "refused.third_party_rights", N_("rights of a third party") },
	{ WORD_REASON, "refused.internal_affairs", N_("internal affairs") },
	{ WORD_REASON, "refused.process_information", N_("process information") },
	{ WORD_REASON, "refused.enforcement_file", N_("enforcement file") },
	{ WORD_REASON, "refused.administrative_query", N_("administrative query") },
	{ WORD_REASON, "unable.not_held", N_("not held by this organ") },
	{ WORD_REASON, "unable.needs_creation", N_("would have to be created") },
	{ WORD_REASON, "unable.unclear_after_correction", N_("unclear after correction") },
	{ WORD_REASON, "not_processed.petition", N_("petition, complaint or report") },
	{ WORD_REASON, "not_processed.duplicate", N_("repeated application") },
	{ WORD_REASON, "not_processed.publication", N_("asks for a publication") },
	{ WORD_REASON, "not_processed.excessive", N_("excessive without reason") },
	{ WORD_REASON, "not_processed.reconfirm", N_("asks to confirm or reissue") },
	{ WORD_REASON, "other.correction_overdue", N_("not corrected in time") },
	{ WORD_REASON, "other.fee_overdue", N_("fee not paid in time") },
	{ WORD_REASON, "other.withdrawn", N_("withdrawn by the applicant") },
	{ WORD_REASON, "other.misc", N_("another ending") },

	{ WORD_ROW, "new", N_("1. New applications this year") },
	{ WORD_ROW, "carried_in", N_("2. Carried over from last year") },
	{ WORD_ROW, "disclosed", N_("(1) disclosed") },
	{ WORD_ROW, "partially_disclosed", N_("(2) disclosed in part") },
	{ WORD_ROW, "other", N_("(6) otherwise ended") },
	{ WORD_ROW, "total_results", N_("(7) total") },
	{ WORD_ROW, "carried_out", N_("4. Carried over to next year") },

	{ WORD_HEADING, "results", N_("3. Results of this year") },
	{ WORD_HEADING, "refused", N_("(3) not disclosed") },
	{ WORD_HEADING, "unable", N_("(4) unable to supply") },
	{ WORD_HEADING, "not_processed", N_("(5) not processed") },
	{ WORD_HEADING, "other", N_("(6) otherwise ended") },

	{ WORD_ANSWER, "agrees", N_("agrees") },
	{ WORD_ANSWER, "objects", N_("objects") },
	{ WORD_ANSWER, "silent", N_("silent") },

	{ WORD_BASIS, "items", N_("by item") },
	{ WORD_BASIS, "pages", N_("by page") },

	{ WORD_ACTION, "log", N_("logged") },
	{ WORD_ACTION, "request_correction", N_("correction requested") },
	{ WORD_ACTION, "correct", N_("correction received") },
	{ WORD_ACTION, "request_reasons", N_("reasons requested") },
	{ WORD_ACTION, "give_reasons", N_("reasons received") },
	{ WORD_ACTION, "consult", N_("sent for consultation") },
	{ WORD_ACTION, "end_consultation", N_("consultation ended") },
	{ WORD_ACTION, "extend", N_("limit extended") },
	{ WORD_ACTION, "notice_fee", N_("fee notice sent") },
	{ WORD_ACTION, "pay_fee", N_("fee paid") },
	{ WORD_ACTION, "disclose", N_("answered: disclosed") },
	{ WORD_ACTION, "refuse", N_("answered: refused") },
	{ WORD_ACTION, "carry_over", N_("carried over to next year") },
	{ WORD_ACTION, "take_back_carry_over", N_("carry-over taken back") },
	{ WORD_ACTION, "reopen", N_("reopened") },
	{ WORD_ACTION, "assign", N_("assigned") },
	{ WORD_ACTION, "note", N_("note added") },
	{ WORD_ACTION, "amend", N_("entry amended") },
	{ WORD_ACTION, "reveal", N_("personal data revealed") },
	{ WORD_ACTION, "set_figure", N_("figure set") },
	{ WORD_ACTION, "open_case", N_("case opened") },
	{ WORD_ACTION, "answer_case", N_("case answered") },
	{ WORD_ACTION, "conclude_case", N_("case concluded") },
	{ WORD_ACTION, "snapshot", N_("snapshot kept") },
	{ WORD_ACTION, "seal", N_("year sealed") },
	{ WORD_ACTION, "restate", N_("year restated") },

	{ WORD_LIGHT, "overdue", N_("late") },
	{ WORD_LIGHT, "red", N_("red") },
	{ WORD_LIGHT, "amber", N_("amber") },
	{ WORD_LIGHT, "green", N_("green") },
	{ WORD_LIGHT, "grey", N_("grey") },

	{ WORD_EFFECT, "counted", N_("counted") },
	{ WORD_EFFECT, "weekend", N_("weekend") },
	{ WORD_EFFECT, "holiday", N_("holiday") },
	{ WORD_EFFECT, "make_up_workday", N_("make-up working day") },
	{ WORD_EFFECT, "paused", N_("paused") },
	{ WORD_EFFECT, "stopped", N_("clock stopped") },
	{ WORD_EFFECT, "start", N_("start") },
	{ WORD_EFFECT, "restart", N_("counted anew") },
	{ WORD_EFFECT, "extended", N_("extended") },
	{ WORD_EFFECT, "due", N_("last day") },

	{ WORD_STATUS, "provisional", N_("provisional") },
	{ WORD_STATUS, "sealed", N_("sealed") },
	{ WORD_STATUS, "restated", N_("restated") },

	{ WORD_RULE, "sum_of_columns", N_("total = sum of the six categories") },
	{ WORD_RULE, "sum_of_results", N_("total of results = sum of the results") },
	{ WORD_RULE, "balance", N_("new + carried in = results + carried out") },
	{ WORD_RULE, "year_chain", N_("carried in = last year's carried out") },
	{ WORD_RULE, "recount", N_("counters = the applications counted one by one") },
	{ WORD_RULE, "case_totals", N_("totals = sums of the results") },
	{ WORD_RULE, "below_zero", N_("no figure is below zero") },
	{ WORD_RULE, "seal", N_("the seal covers what stands in the ledger") },
	{ WORD_RULE, "not_stated", N_("every figure is stated") },
	{ WORD_RULE, "in_force", N_("in force = last year's + made - repealed") },
	{ WORD_RULE, "regulations", N_("an organ of this level makes no regulations") },
	{ WORD_RULE, "same_as_last_year", N_("not the same figures as last year") },
	{ WORD_RULE, "restatement", N_("no change since the seal waits to be restated") },

	{ WORD_CASE, "review", N_("administrative review") },
	{ WORD_CASE, "suit", N_("suit without review") },
	{ WORD_CASE, "suit_after_review", N_("suit after review") },

	{ WORD_CASE_COLUMN, "upheld", N_("upheld|") },
	{ WORD_CASE_COLUMN, "corrected", N_("set|right") },
	{ WORD_CASE_COLUMN, "other", N_("other|result") },
	{ WORD_CASE_COLUMN, "pending", N_("pending|") },
	{ WORD_CASE_COLUMN, "total", N_("total|") },

	{ WORD_RESULT, "upheld", N_("upheld") },
	{ WORD_RESULT, "corrected", N_("set right") },
	{ WORD_RESULT, "other", N_("other result") },
	{ WORD_RESULT, "pending", N_("not concluded yet") },

	{ WORD_PROCEDURE, "ordinary", N_("ordinary procedure") },
	{ WORD_PROCEDURE, "simplified", N_("simplified procedure") },

	{ WORD_ROLE, "clerk", N_("clerk") },
	{ WORD_ROLE, "supervisor", N_("supervisor") },
	{ WORD_ROLE, "auditor", N_("auditor") },
	{ WORD_ROLE, "batch", N_("batch job") },
	{ WORD_ROLE, "administrator", N_("administrator") },

	{ WORD_ENDING, "refused", N_("not disclosed") },
	{ WORD_ENDING, "unable", N_("unable to supply") },
	{ WORD_ENDING, "not_processed", N_("not processed") },
	{ WORD_ENDING, "other", N_("otherwise ended") },

	{ WORD_TABLE, "table2", N_("table 2") },
	{ WORD_TABLE, "table3", N_("table 3") },
	{ WORD_TABLE, "table4", N_("table 4") },
	{ WORD_TABLE, "publications", N_("publications") },
	{ WORD_TABLE, "fees", N_("fees") },

	{ WORD_DUE, "answer", N_("answer to the applicant") },
	{ WORD_DUE, "correction", N_("correction by the applicant") },
	{ WORD_DUE, "fee", N_("payment of the fee") },
	{ WORD_DUE, "consultation", N_("answer of whom was consulted") },
	{ WORD_DUE, "case_answer", N_("answer to the review") },
	{ WORD_DUE, "case_defence", N_("defence in the suit") },

	{ WORD_WARNING, "correction_asked_before", N_("a correction was asked for before") },
	{ WORD_WARNING, "correction_notice_late",
	  N_("the correction notice is late, it was owed by") },
	{ WORD_WARNING, "extension_late", N_("the extension is late, the limit ended on") },
	{ WORD_WARNING, "decision_late", N_("the answer is late, it was due on") },
	{ WORD_WARNING, "earlier_applications", N_("the applicant applied before:") },

	{ WORD_BEGINNING, "it is missing: what comes by", N_("it is missing: what comes by") },
	{ WORD_BEGINNING, "what comes by", N_("what comes by") },
	{ WORD_BEGINNING, "its year is not that of the receipt",
	  N_("its year is not that of the receipt") },
	{ WORD_BEGINNING, "it is 1 to", N_("it is 1 to") },
	{ WORD_BEGINNING, "it is one of third_party", N_("it is one of third_party") },
	{ WORD_BEGINNING, "the catalogue has no such code; a code looks like",
	  N_("the catalogue has no such code; a code looks like") },
	{ WORD_BEGINNING, "only a partial disclosure has a reason",
	  N_("only a partial disclosure has a reason") },
	{ WORD_BEGINNING, "only the reason not_processed.duplicate",
	  N_("only the reason not_processed.duplicate") },

	{ WORD_BEGINNING, "it was answered on", N_("it was answered on") },
	{ WORD_BEGINNING, "it was concluded on", N_("it was concluded on") },
	{ WORD_BEGINNING, "it is a whole number", N_("it is a whole number") },
	{ WORD_BEGINNING, "it is a number, with at most", N_("it is a number, with at most") },

	{ WORD_SENTENCE, NULL, N_("it is missing, and this act needs it") },
	{ WORD_SENTENCE, NULL, N_("it is no part of this act") },
	{ WORD_SENTENCE, NULL, N_("it may not be empty: say the right value") },
	{ WORD_SENTENCE, NULL, N_("the application is not decided yet") },
	{ WORD_SENTENCE, NULL, N_("only a disclosure has an extent") },
	{ WORD_SENTENCE, NULL, N_("only a refusal or a partial disclosure has a reason") },
	{ WORD_SENTENCE, NULL, N_("the catalogue has no such code") },
	{ WORD_SENTENCE, NULL, N_("it is empty: name a field and its right value") },
	{ WORD_SENTENCE, NULL, N_("reasons that are not reasonable move no limit: leave it out") },
	{ WORD_SENTENCE, NULL, N_("it is at least 1") },
	{ WORD_SENTENCE, NULL, N_("it is the number of another application, like 2026-0001") },
	{ WORD_SENTENCE, NULL, N_("it is not UTF-8") },
	{ WORD_SENTENCE, NULL, N_("it is empty; leave it out or fill it in") },
	{ WORD_SENTENCE, NULL, N_("it is too long") },
	{ WORD_SENTENCE, NULL, N_("it is negative") },
	{ WORD_SENTENCE, NULL, N_("it is too large") },
	{ WORD_SENTENCE, NULL, N_("it has too many entries") },
	{ WORD_SENTENCE, NULL, N_("it is taken: numbers are never used again") },
	{ WORD_SENTENCE, NULL, N_("there is no application of that number") },
	{ WORD_SENTENCE, NULL, N_("the text holds a control character") },
	{ WORD_SENTENCE, NULL,
	  N_("the text holds a character that changes the writing direction") },
	{ WORD_SENTENCE, NULL,
	  N_("the text holds a character without width, which nobody can see") },
	{ WORD_SENTENCE, NULL, N_("the text holds a code point that is no character") },
	{ WORD_SENTENCE, NULL, N_("the text is not valid UTF-8") },
	{ WORD_SENTENCE, NULL, N_("the text must be one line, without line breaks and tabs") },

	/* What a check adds to its figures. */
	{ WORD_SENTENCE, NULL,
	  N_("what was open at the end of the year before is not what has been carried over: a "
	     "rollup "
	     "enters what is missing") },
	{ WORD_SENTENCE, NULL,
	  N_("the year before was published with another number carried over: restate it first") },
	{ WORD_SENTENCE, NULL,
	  N_("only a city with districts and what is above it makes regulations") },
	{ WORD_SENTENCE, NULL,
	  N_("it is not last year's, and what was made, less what was repealed") },
	{ WORD_SENTENCE, NULL, N_("every figure is that of the year before") },
	{ WORD_SENTENCE, NULL,
	  N_("nobody has set this figure yet, and perhaps others of its table") },
	{ WORD_SENTENCE, NULL,
	  N_("the register has changed since the year was published: restate it") },
};

const char *word_of(enum word_group group, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const char *own = words[i].name != NULL ? words[i].name : words[i].word;
		if (words[i].group == group && strcmp(own, name) == 0) {
			return _(words[i].word);
		}
	}
	return name;
}

const char *word_of_row(const char *table, const char *row)
{
	if (strcmp(table, "table4") == 0) {
		return word_of(WORD_CASE, row);
	}
	const char *word = word_of(WORD_ROW, row);
	return word == row ? word_of(WORD_REASON, row) : word;
}

const char *word_of_column(const char *table, const char *column)
{
	if (strcmp(table, "table4") != 0 || strcmp(column, "total") == 0) {
		return word_of(WORD_CATEGORY, column);
	}
	/* The daemon that checks table 4 by kind of case calls the kind its column. */
	const char *word = word_of(WORD_RESULT, column);
	return word == column ? word_of(WORD_CASE, column) : word;
}

static bool word_same(const char *name, const char *text)
{
	for (; *name != '\0'; name++, text++) {
		if (*text != *name && !(*name == '_' && *text == '-')) {
			return false;
		}
	}
	return *text == '\0';
}

const char *word_name(enum word_group group, const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const struct word *word = &words[i];
		if (word->group == group && word->name != NULL &&
		    (word_same(word->name, text) || strcmp(_(word->word), text) == 0)) {
			return word->name;
		}
	}
	return NULL;
}

const char *word_at(enum word_group group, size_t index)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (words[i].group == group && index-- == 0) {
			return words[i].name;
		}
	}
	return NULL;
}
