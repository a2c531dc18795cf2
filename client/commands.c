/* SPDX-License-Identifier: Apache-2.0 */
#include "client/command.h"

#include <string.h>

#include "client/foreign.h"
#include "client/language.h"

#define APPLICATIONS "org.ogid.Applications."
#define LEDGER       "org.ogid.Ledger."
#define REPORT       "org.ogid.Report."

/* By hand: a row reads like a sentence. */
/* clang-format off */
const struct command commands[] = {
	{
		.name = "log", .method = APPLICATIONS "Log", .positional = "subject",
		.flags = COMMAND_CLOCK, .done = N_("logged"), .reply = print_changed,
		.summary = N_("enter a new application"),
		.help = N_("What is handed in or signed for is received on that day (--submitted-on). "
			   "Ordinary mail, internet and fax are received on the day confirmed with the "
			   "applicant (--received-on). The answer is due 20 working days after receipt."),
		.examples = "ogi log \"2025年度村级财务公开情况\" --name 张三 --category natural_person "
			    "--channel in_person\n"
			    "ogi log \"征地补偿安置方案\" --name 李四 --category natural_person "
			    "--channel internet --submitted-on 2026-03-02 --received-on 2026-03-03",
	},
	{
		.name = "request-correction", .method = APPLICATIONS "RequestCorrection",
		.positional = "number", .done = N_("correction requested"), .reply = print_changed,
		.summary = N_("ask the applicant to correct an unclear application"),
		.help = N_("The clock stops until the correction arrives. The notice is owed within "
			   "7 working days of receipt (article 30)."),
		.examples = "ogi request-correction 2026-0001 --reply-by 2026-03-20 "
			    "--items \"请明确所需信息的年份和文件名称\"",
	},
	{
		.name = "correct", .method = APPLICATIONS "Correct", .positional = "number",
		.flags = COMMAND_CLOCK, .done = N_("corrected"), .reply = print_changed,
		.summary = N_("enter the applicant's correction"),
		.help = N_("A new limit of 20 working days begins."),
		.examples = "ogi correct 2026-0001 --on 2026-03-16 --subject \"2024年征地补偿标准\"",
	},
	{
		.name = "request-reasons", .method = APPLICATIONS "RequestReasons",
		.positional = "number", .done = N_("reasons requested"), .reply = print_changed,
		.summary = N_("ask for the reasons of clearly excessive applications"),
		.help = N_("Article 35. The clock runs on."),
		.examples = "ogi request-reasons 2026-0001",
	},
	{
		.name = "give-reasons", .method = APPLICATIONS "GiveReasons", .positional = "number",
		.done = N_("reasons received"), .reply = print_changed,
		.summary = N_("enter the reasons that the applicant gave"),
		.help = N_("When they are reasonable and the limit cannot be kept, --answer-by says the "
			   "later day. When they are not: ogi refuse NUMBER not_processed.excessive."),
		.examples = "ogi give-reasons 2026-0001 --reasonable true --answer-by 2026-06-30\n"
			    "ogi give-reasons 2026-0001 --reasonable false",
	},
	{
		.name = "consult", .method = APPLICATIONS "Consult", .positional = "number",
		.done = N_("sent for consultation"), .reply = print_changed,
		.summary = N_("ask a third party, a joint maker or another organ"),
		.help = N_("The clock pauses from the day after the letter until the answer is in. A "
			   "third party or joint maker that is silent for 15 working days has answered."),
		.examples = "ogi consult 2026-0001 --whom third_party --name 某某公司",
	},
	{
		.name = "end-consultation", .method = APPLICATIONS "EndConsultation",
		.positional = "number", .done = N_("consultation ended"), .reply = print_changed,
		.summary = N_("enter the answer of whom was consulted"),
		.help = N_("The clock resumes."),
		.examples = "ogi end-consultation 2026-0001 --answer objects",
	},
	{
		.name = "extend", .method = APPLICATIONS "Extend", .positional = "number",
		.done = N_("extended"), .reply = print_changed,
		.summary = N_("extend the limit, once, by 1 to 20 working days"),
		.help = N_("The head of the disclosure office must agree, and the applicant be told, "
			   "before the limit ends (article 33)."),
		.examples = "ogi extend 2026-0001 --working-days 20 --approved-by 王主任",
	},
	{
		.name = "notice-fee", .method = APPLICATIONS "NoticeFee", .positional = "number",
		.done = N_("fee notice sent"), .reply = print_changed,
		.summary = N_("charge the information processing fee"),
		.help = N_("The amount comes from the tariff. The clock stops; unpaid after 20 working "
			   "days, the application may be closed with other.fee_overdue."),
		.examples = "ogi notice-fee 2026-0001 --basis pages --quantity 120",
	},
	{
		.name = "pay-fee", .method = APPLICATIONS "PayFee", .positional = "number",
		.flags = COMMAND_CLOCK, .done = N_("fee paid"), .reply = print_changed,
		.summary = N_("enter that the fee was paid"),
		.help = N_("A new limit of 20 working days begins on the day after the payment."),
		.examples = "ogi pay-fee 2026-0001 --on 2026-03-16",
	},
	{
		.name = "disclose", .method = APPLICATIONS "Disclose", .positional = "number",
		.done = N_("answered"), .reply = print_changed,
		.summary = N_("answer: disclosed, in full or in part"),
		.help = N_("In part whenever anything is withheld; then --reason says why."),
		.examples = "ogi disclose 2026-0001\n"
			    "ogi disclose 2026-0001 --extent partial --reason refused.third_party_rights",
	},
	{
		.name = "refuse", .method = APPLICATIONS "Refuse", .positional = "number reason",
		.done = N_("answered"), .reply = print_changed,
		.summary = N_("answer: not disclosed, unable, not processed or otherwise ended"),
		.help = N_("The reason is the row of table 3 that counts it."),
		.examples = "ogi refuse 2026-0001 refused.third_party_rights --note \"第三方书面不同意公开\"\n"
			    "ogi refuse 2026-0002 not_processed.duplicate --earlier 2026-0001",
	},
	{
		.name = "assign", .method = APPLICATIONS "Assign", .positional = "number handler",
		.done = N_("assigned"), .reply = print_changed,
		.summary = N_("give an application to a handler"),
		.examples = "ogi assign 2026-0001 李四",
	},
	{
		.name = "note", .method = APPLICATIONS "Note", .positional = "number text",
		.done = N_("note added"), .reply = print_changed,
		.summary = N_("add a note"),
		.examples = "ogi note 2026-0001 \"已电话联系申请人\"",
	},
	{
		.name = "amend", .method = APPLICATIONS "Amend", .positional = "number changes",
		.done = N_("amended"), .reply = print_changed,
		.summary = N_("put a wrong entry right"),
		.help = N_("The old values stay in the history. FIELD= without a value empties a field."),
		.examples = "ogi amend 2026-0001 received_on=2026-03-03 --why \"收到日期录入有误\"",
	},
	{
		.name = "reopen", .method = APPLICATIONS "Reopen", .positional = "number",
		.flags = COMMAND_CLOCK, .done = N_("reopened"), .reply = print_changed,
		.summary = N_("take a decided application up again"),
		.help = N_("After a review decision or a judgment. It is not counted again in table 3."),
		.examples = "ogi reopen 2026-0001 --why \"行政复议决定责令重新答复\"",
	},
	{
		.name = "show", .method = APPLICATIONS "Get", .positional = "number",
		.reply = print_card,
		.summary = N_("show one application"),
		.examples = "ogi show 2026-0001\nogi show 2026-0001 --reveal\n"
			    "ogi show 2026-0001 --as-of 2026-03-31",
	},
	{
		.name = "history", .method = APPLICATIONS "History", .positional = "number",
		.item = "event", .reply = print_event, .end = print_event_end,
		.summary = N_("show what was done to an application"),
		.examples = "ogi history 2026-0001",
	},
	{
		.name = "explain", .method = APPLICATIONS "Explain", .positional = "number",
		.reply = print_explain,
		.summary = N_("count an application's deadline day by day"),
		.help = N_("Made to be handed to an applicant."),
		.examples = "ogi explain 2026-0001",
	},
	{
		.name = "list", .method = APPLICATIONS "List", .item = "application",
		.reply = print_list, .end = print_list_end,
		.summary = N_("list applications by number"),
		.examples = "ogi list --states received,corrected --handler 李四\n"
			    "ogi list --received-from 2026-01-01 --received-to 2026-03-31",
	},
	{
		.name = "backlog", .method = APPLICATIONS "Backlog", .item = "item",
		.reply = print_backlog, .end = print_backlog_end,
		.summary = N_("list open applications, the most pressing first"),
		.help = N_("Reviews and suits to which an answer is owed stand among them."),
		.examples = "ogi backlog\nogi backlog --within 5 --handler 李四",
	},
	{
		.name = "summary", .method = APPLICATIONS "Summary", .reply = print_summary,
		.summary = N_("count the open applications"),
		.examples = "ogi summary\nogi summary --as-of 2026-03-31",
	},
	{
		.name = "watch", .method = APPLICATIONS "Watch", .item = "event",
		.reply = print_event, .end = print_event_end,
		.summary = N_("show every entry as it is made, until interrupted"),
		.examples = "ogi watch\nogi watch --json",
	},
	{
		.name = "rollup", .method = REPORT "Rollup", .reply = print_rollup,
		.summary = N_("do the nightly job"),
		.help = N_("Carries over what is open when a year has ended, closes what the law closes, "
			   "recounts and checks the tables, lists what falls due. Twice is the same as "
			   "once. Says nothing when there is nothing to say; from December it lists what "
			   "the end of the year would carry over. The exit status is 1 when a check fails "
			   "or a problem was found."),
		.examples = "ogi rollup",
	},
	{
		.name = "report", .method = REPORT "Get", .positional = "year form",
		.reply = print_report, .locals = report_locals,
		.summary = N_("show the annual report, or write it in a format"),
		.help = N_("With the year's texts it is the whole report in its six sections, as it is "
			   "published; --make-texts gives the file to write them into."),
		.examples = "ogi report 2026\nogi report 2026 --known-on 2027-01-15\n"
			    "ogi report 2026 --make-texts --output texts-2026.yaml\n"
			    "ogi report 2026 --texts texts-2026.yaml --format html --output report-2026.html\n"
			    "ogi report 2026 --format xlsx --output report-2026.xlsx",
	},
	{
		.name = "cell", .method = REPORT "Cell", .positional = "year table row column",
		.defaults = "table=table3", .item = "number", .reply = print_cell,
		.end = print_cell_end,
		.summary = N_("list the applications behind one cell"),
		.help = N_("Behind a cell of table 4 stand cases."),
		.examples = "ogi cell 2026 refused.third_party_rights total\n"
			    "ogi cell 2026 table4 review pending",
	},
	{
		.name = "seal", .method = REPORT "Seal", .positional = "year", .flags = COMMAND_ONCE,
		.reply = print_sealed,
		.summary = N_("close a year for good"),
		.help = N_("Prints the seal as a text that can be published. Refused while a check fails; "
			   "a warning keeps nobody from it. Later changes need ogi restate."),
		.examples = "ogi seal 2026",
	},
	{
		.name = "restate", .method = REPORT "Restate", .positional = "year",
		.flags = COMMAND_ONCE, .reply = print_restated,
		.summary = N_("publish a sealed year again with the changes made since"),
		.help = N_("Lists the cells that change. The revisions before stay as they were."),
		.examples = "ogi restate 2026 --why \"行政复议后更正\"",
	},
	{
		.name = "figure", .method = REPORT "SetFigure", .positional = "year figure value",
		.done = N_("figure set"), .reply = print_done,
		.summary = N_("set a figure that no application yields"),
		.help = N_("A figure of table 2, or of what was published. One that the form does not have "
			   "is refused, with the names of those that it has."),
		.examples = "ogi figure 2026 normative_documents.in_force 6",
	},
	{
		.name = "open-case", .method = REPORT "OpenCase", .positional = "kind",
		.reply = print_case_opened,
		.summary = N_("enter a review or a suit"),
		.help = N_("About an application (--number), or about none. The organ's own answer or defence "
			   "is owed from the day on which it received the copy (--on)."),
		.examples = "ogi open-case review --number 2026-0001 --title \"张三不服答复案\"\n"
			    "ogi open-case suit_after_review --number 2026-0001 --on 2026-06-01",
	},
	{
		.name = "answer-case", .method = REPORT "AnswerCase", .positional = "case",
		.done = N_("answer entered"), .reply = print_done,
		.summary = N_("enter that the organ's answer or defence was sent"),
		.examples = "ogi answer-case C2026-0001 --on 2026-06-10",
	},
	{
		.name = "conclude-case", .method = REPORT "ConcludeCase", .positional = "case result",
		.done = N_("case concluded"), .reply = print_done,
		.summary = N_("enter how a review or suit ended"),
		.help = N_("Again, with a later day, for the next instance: the latest result of a year is the "
			   "one that table 4 counts."),
		.examples = "ogi conclude-case C2026-0001 upheld",
	},
	{
		.name = "cases", .method = REPORT "Cases", .item = "case", .reply = print_case,
		.end = print_case_end,
		.summary = N_("list reviews and suits"),
		.examples = "ogi cases\nogi cases --open\nogi cases --open=false",
	},
	{
		.name = "check", .method = REPORT "CheckTables", .positional = "report",
		.locals = check_locals, .prepare = foreign_prepare_check, .reply = print_checked,
		.summary = N_("check tables that somebody else made"),
		.help = N_("The file is what ogi report --json wrote, published tables as JSON, or table 3 as "
			   "CSV (UTF-8 or GB18030): its rows in the order of the form, seven figures at the end "
			   "of each, with or without labels and headings. A blank is a zero, a blank total is not "
			   "stated. The exit status is 1 when a check fails, 8 when the file cannot be read."),
		.examples = "ogi check 某乡.json\nogi check 某乡.csv --year 2025",
	},
	{
		.name = "consolidate", .method = REPORT "Consolidate",
		.positional = "year organ reports", .prepare = foreign_prepare_consolidate,
		.reply = print_consolidated,
		.summary = N_("add the tables of other organs into one"),
		.help = N_("One file an organ, as for ogi check. A file that names no organ is known by its own "
			   "name. Nothing is added up while a check of any of them fails."),
		.examples = "ogi consolidate 2026 某县 某乡.json 某镇.csv",
	},
	{
		.name = "due", .method = LEDGER "WorkingDay", .positional = "from working_days",
		.reply = print_working_day,
		.summary = N_("count working days from a day"),
		.examples = "ogi due 2026-02-14 --working-days 20",
	},
	{
		.name = "verify", .method = LEDGER "Verify", .item = "", .reply = print_verify,
		.summary = N_("check the whole ledger and all that is derived from it"),
		.examples = "ogi verify",
	},
	{
		.name = "export", .method = LEDGER "Export", .item = "entry", .reply = print_export,
		.summary = N_("write the ledger's lines, exactly as stored"),
		.help = N_("A line is the SM3 digest of the digest before it and the entry, a space, and "
			   "the entry."),
		.examples = "ogi export > all.ledger",
	},
	{
		.name = "backup", .method = LEDGER "Backup", .positional = "directory",
		.flags = COMMAND_ONCE, .reply = print_backup,
		.summary = N_("write a consistent copy into a new directory"),
		.examples = "ogi backup /var/backups/ogid-2026-03-31",
	},
	{
		.name = "status", .method = LEDGER "Status", .reply = print_status,
		.summary = N_("show how the daemon and its ledger are"),
		.examples = "ogi status",
	},
	{
		.name = "reload", .method = LEDGER "Reload", .flags = COMMAND_ONCE,
		.reply = print_reload,
		.summary = N_("read configuration and calendars again"),
		.examples = "ogi reload",
	},
};
/* clang-format on */

const size_t command_count = sizeof(commands) / sizeof(commands[0]);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++) {
		if (strcmp(commands[i].name, name) == 0) {
			return &commands[i];
		}
	}
	return NULL;
}

size_t command_locals(const struct command *command)
{
	size_t count = 0;

	while (command->locals != NULL && command->locals[count].option != NULL) {
		count++;
	}
	return count;
}

const char *command_method(const struct command *command)
{
	return strrchr(command->method, '.') + 1;
}
