/* SPDX-License-Identifier: Apache-2.0 */
#include "client/fields.h"

#include <stdbool.h>
#include <string.h>

#include "client/language.h"
#include "proto/base/cleanup.h"

/* Rows of one method stand before the row of all. */
static const struct field fields[] = {
	{ "Log", "number", FIELD_APPLICATION, WORD_NONE, N_("number"),
	  N_("number in a register kept before; the next of the year when left out") },
	{ "Refuse", "reason", FIELD_CODE, WORD_REASON, N_("reason"),
	  N_("code of the reason, see below") },
	{ "Disclose", "reason", FIELD_CODE, WORD_REASON, N_("reason"),
	  N_("why a part is withheld") },
	{ "Consult", "name", FIELD_TEXT, WORD_NONE, N_("consulted"), N_("who is consulted") },
	{ "WorkingDay", "from", FIELD_DATE, WORD_NONE, N_("from"),
	  N_("day before the first that counts") },
	{ "WorkingDay", "working_days", FIELD_TEXT, WORD_NONE, N_("working days"),
	  N_("how many working days") },
	{ "Extend", "working_days", FIELD_TEXT, WORD_NONE, N_("working days"),
	  N_("how many working days are added, 1 to 20") },
	{ "Note", "text", FIELD_TEXT, WORD_NONE, N_("note"), N_("text of the note") },
	{ "Assign", "handler", FIELD_TEXT, WORD_NONE, N_("handler"), N_("who handles it from now on") },
	{ "Correct", "subject", FIELD_TEXT, WORD_NONE, N_("subject"),
	  N_("what is asked for after the correction; left out: as before") },
	{ "OpenCase", "number", FIELD_APPLICATION, WORD_NONE, N_("number"),
	  N_("application that the case is about; none when left out") },
	{ "OpenCase", "title", FIELD_TEXT, WORD_NONE, N_("title"), N_("title of the case") },
	{ "Rollup", "on", FIELD_DATE, WORD_NONE, N_("on"),
	  N_("day whose night this is; today when left out") },
	{ "Consolidate", "organ", FIELD_TEXT, WORD_NONE, N_("organ"),
	  N_("name of the organ that the sum is for") },

	{ NULL, "number", FIELD_APPLICATION, WORD_NONE, N_("number"),
	  N_("number of the application, such as 2026-0001") },
	{ NULL, "on", FIELD_DATE, WORD_NONE, N_("on"), N_("day it took effect; today when left out") },
	{ NULL, "key", FIELD_TEXT, WORD_NONE, N_("key"),
	  N_("your own name for this change: the same key again changes nothing") },
	{ NULL, "version", FIELD_TEXT, WORD_NONE, N_("version"),
	  N_("version that you saw last; another one is refused") },
	{ NULL, "category", FIELD_TEXT, WORD_CATEGORY, N_("category"), N_("class of the applicant") },
	{ NULL, "name", FIELD_TEXT, WORD_NONE, N_("applicant"), N_("name of the applicant") },
	{ NULL, "id_number", FIELD_TEXT, WORD_NONE, N_("identity number"),
	  N_("number of the identity card or the credit code") },
	{ NULL, "contact", FIELD_TEXT, WORD_NONE, N_("contact"), N_("telephone or e-mail") },
	{ NULL, "address", FIELD_TEXT, WORD_NONE, N_("address"), N_("postal address") },
	{ NULL, "agent", FIELD_TEXT, WORD_NONE, N_("agent"), N_("who acts for the applicant") },
	{ NULL, "channel", FIELD_TEXT, WORD_CHANNEL, N_("channel"), N_("way the application came") },
	{ NULL, "subject", FIELD_TEXT, WORD_NONE, N_("subject"), N_("information asked for") },
	{ NULL, "delivery", FIELD_TEXT, WORD_NONE, N_("delivery"), N_("form of supply asked for") },
	{ NULL, "handler", FIELD_TEXT, WORD_NONE, N_("handler"), N_("who handles it") },
	{ NULL, "submitted_on", FIELD_DATE, WORD_NONE, N_("submitted on"),
	  N_("day it was handed in, signed for or arrived") },
	{ NULL, "received_on", FIELD_DATE, WORD_NONE, N_("received on"),
	  N_("day confirmed with the applicant (ordinary mail, internet, fax)") },
	{ NULL, "reply_by", FIELD_DATE, WORD_NONE, N_("reply by"),
	  N_("last day for the applicant's correction") },
	{ NULL, "items", FIELD_TEXT, WORD_NONE, N_("to correct"), N_("what has to be corrected") },
	{ NULL, "reasonable", FIELD_TEXT, WORD_NONE, N_("reasonable"),
	  N_("are the reasons reasonable?") },
	{ NULL, "answer_by", FIELD_DATE, WORD_NONE, N_("answer by"),
	  N_("later day that replaces the limit (article 35)") },
	{ NULL, "whom", FIELD_TEXT, WORD_WAITING, N_("whom"), N_("kind of whom is consulted") },
	{ NULL, "answer", FIELD_TEXT, WORD_ANSWER, N_("answer"), N_("what they answered") },
	{ NULL, "approved_by", FIELD_TEXT, WORD_NONE, N_("approved by"),
	  N_("head of the disclosure office who agreed") },
	{ NULL, "basis", FIELD_TEXT, WORD_BASIS, N_("basis"), N_("what the fee is counted by") },
	{ NULL, "quantity", FIELD_TEXT, WORD_NONE, N_("quantity"), N_("number of items or pages") },
	{ NULL, "extent", FIELD_TEXT, WORD_EXTENT, N_("extent"),
	  N_("in full (when left out) or in part") },
	{ NULL, "reason", FIELD_CODE, WORD_REASON, N_("reason"), N_("code of the reason") },
	{ NULL, "note", FIELD_TEXT, WORD_NONE, N_("note"), N_("a note on it") },
	{ NULL, "earlier", FIELD_APPLICATION, WORD_NONE, N_("earlier"),
	  N_("application answered before (for not_processed.duplicate)") },
	{ NULL, "changes", FIELD_TEXT, WORD_NONE, N_("changes"),
	  N_("fields to put right; may be repeated, or one JSON object") },
	{ NULL, "why", FIELD_TEXT, WORD_NONE, N_("why"), N_("why; it is kept for ever") },
	{ NULL, "reveal", FIELD_TEXT, WORD_NONE, N_("reveal"),
	  N_("show name and numbers unmasked; this is recorded") },
	{ NULL, "as_of", FIELD_DATE, WORD_NONE, N_("as of"), N_("as it was known on that day") },
	{ NULL, "states", FIELD_TEXT, WORD_STATE, N_("states"), N_("only these states") },
	{ NULL, "waiting", FIELD_TEXT, WORD_WAITING, N_("waiting for"), N_("only those that wait for this") },
	{ NULL, "categories", FIELD_TEXT, WORD_CATEGORY, N_("categories"),
	  N_("only these classes of applicants") },
	{ NULL, "reasons", FIELD_CODE, WORD_REASON, N_("reasons"), N_("only these reasons") },
	{ NULL, "received_from", FIELD_DATE, WORD_NONE, N_("received from"),
	  N_("received on that day or later") },
	{ NULL, "received_to", FIELD_DATE, WORD_NONE, N_("received to"),
	  N_("received on that day or before") },
	{ NULL, "decided_from", FIELD_DATE, WORD_NONE, N_("decided from"),
	  N_("decided on that day or later") },
	{ NULL, "decided_to", FIELD_DATE, WORD_NONE, N_("decided to"),
	  N_("decided on that day or before") },
	{ NULL, "due_to", FIELD_DATE, WORD_NONE, N_("due to"), N_("due on that day or before") },
	{ NULL, "text", FIELD_TEXT, WORD_NONE, N_("text"), N_("words in the subject or the name") },
	{ NULL, "after", FIELD_APPLICATION, WORD_NONE, N_("after"),
	  N_("goes on behind that number") },
	{ NULL, "limit", FIELD_TEXT, WORD_NONE, N_("limit"), N_("at most so many") },
	{ NULL, "within_working_days", FIELD_TEXT, WORD_NONE, N_("within working days"),
	  N_("only what is due within so many working days") },
	{ NULL, "year", FIELD_TEXT, WORD_NONE, N_("year"), N_("year of the report") },
	{ NULL, "form", FIELD_CODE, WORD_NONE, N_("form"),
	  N_("form of the report; the one in force for the year when left out") },
	{ NULL, "known_on", FIELD_DATE, WORD_NONE, N_("known on"),
	  N_("as the ledger stood at the end of that day") },
	{ NULL, "table", FIELD_CODE, WORD_NONE, N_("table"),
	  N_("table2, table3 or table4; table3 when left out") },
	{ NULL, "row", FIELD_CODE, WORD_NONE, N_("row"),
	  N_("row, such as new, carried_in, disclosed or refused.state_secret") },
	{ NULL, "column", FIELD_CODE, WORD_CATEGORY, N_("column"),
	  N_("column, such as natural_person or total") },
	{ NULL, "figure", FIELD_CODE, WORD_NONE, N_("figure"),
	  N_("name of the figure, such as normative_documents.in_force") },
	{ NULL, "value", FIELD_TEXT, WORD_NONE, N_("value"), N_("its value") },
	{ NULL, "reports", FIELD_FILE, WORD_NONE, N_("reports"),
	  N_("files that ogi report --json wrote") },
	{ NULL, "kind", FIELD_TEXT, WORD_CASE, N_("kind"), N_("kind of the case") },
	{ NULL, "case", FIELD_CODE, WORD_NONE, N_("case"), N_("the case, as open-case named it") },
	{ NULL, "result", FIELD_TEXT, WORD_RESULT, N_("result"), N_("how the case ended") },
	{ NULL, "from", FIELD_TEXT, WORD_NONE, N_("from"), N_("begins at this entry of the ledger") },
	{ NULL, "directory", FIELD_DIRECTORY, WORD_NONE, N_("directory"),
	  N_("new directory for the copy, with its whole path") },

	/* What only replies and entries have. */
	{ NULL, "state", FIELD_TEXT, WORD_STATE, N_("state"), NULL },
	{ NULL, "waiting_until", FIELD_DATE, WORD_NONE, N_("waiting until"), NULL },
	{ NULL, "due_on", FIELD_DATE, WORD_NONE, N_("due on"), NULL },
	{ NULL, "decided_on", FIELD_DATE, WORD_NONE, N_("decided on"), NULL },
	{ NULL, "carried_from", FIELD_TEXT, WORD_NONE, N_("carried over from"), NULL },
	{ NULL, "whom_name", FIELD_TEXT, WORD_NONE, N_("consulted"), NULL },
	{ NULL, "working_days", FIELD_TEXT, WORD_NONE, N_("working days"), NULL },
	{ NULL, "amount_yuan", FIELD_TEXT, WORD_NONE, N_("yuan"), NULL },
	{ NULL, "warnings", FIELD_TEXT, WORD_NONE, N_("warnings"), NULL },
	{ NULL, "was", FIELD_TEXT, WORD_NONE, N_("before"), NULL },
};

const struct field *field_of(const char *method, const char *name)
{
	static struct field unknown;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct field *field = &fields[i];
		bool ours = field->method == NULL ||
			    (method != NULL && strcmp(field->method, method) == 0);
		if (ours && strcmp(field->name, name) == 0) {
			return field;
		}
	}
	unknown = (struct field){ .name = name, .label = name };
	return &unknown;
}
