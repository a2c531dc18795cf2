/* SPDX-License-Identifier: Apache-2.0 */
/* print.h: replies as text for people, one printer a kind of reply. All write to standard output.
 */
#ifndef OGID_CLIENT_PRINT_H
#define OGID_CLIENT_PRINT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/explain.h"
#include "client/screen.h"

struct command;
struct table;

/* One command's output. */
struct print {
	const struct command *command;
	const struct screen *screen;
	json_t *request;     /* the call's parameters; borrowed */
	struct table *table; /* of a listing; owned by whoever made the print */
	size_t items;
	size_t lights[5];             /* of a backlog's applications, in the order of its lights */
	size_t cases, case_lights[5]; /* of its reviews and suits */
	const json_t *report;         /* whose checks are shown; NULL: not there */
	bool failed;                  /* a check does not hold: the exit status says so */
	const char *const *locals;    /* values of the command's own options; see print_local */
	enum exit_status status;      /* why a printer could not do its work, which it has said */
};

typedef void print_reply(struct print *print, json_t *reply);
typedef void print_end(struct print *print);

/* run.c: the value of one of the command's own options, "" for a switch; NULL: not given. */
const char *print_local(const struct print *print, const char *option);

/* print_application.c */
print_reply print_changed; /* one line after a change, and its warnings */
print_reply print_card;
/* A warning in words: "code: text 2026-03-12" keeps only its figures. */
void print_warning(struct buf *out, const char *text);
print_reply print_list;
print_end print_list_end;

/* print_pressing.c */
print_reply print_backlog;
print_end print_backlog_end;
print_reply print_summary;
print_reply print_explain;
print_reply print_working_day;

/* print_history.c */
print_reply print_event;
print_end print_event_end;

/* report_command.c */
print_reply print_report;

/* print_tables.c: one table of a report, under a line that names it. */
void print_form_table(const struct print *print, json_t *table);

/* print_report.c */
struct document;
/* A report's card, its document as text, its checks. */
void print_report_text(struct print *print, json_t *report, const struct document *document);

/* print_rollup.c */
print_reply print_rollup;
/* What is wrong in the register's own books, a line each; sets `failed` when anything is. */
void print_problems(struct print *print, json_t *problems);

/* print_seal.c */
print_reply print_sealed;
print_reply print_restated;

/* print_area.c: tables that others made. */
print_reply print_consolidated;
print_reply print_checked;

/* print_case.c */
print_reply print_case_opened;
print_reply print_case;
print_end print_case_end;

/* print_checks.c */
/* One line a check; sets `failed` when one is broken. */
void print_checks(struct print *print, json_t *checks);
/* Only those that do not hold. */
void print_broken(struct print *print, json_t *checks);
/* What is only implausible, and fails nothing. */
void print_warnings(const struct print *print, json_t *warnings);
/* Whether one does not hold. */
bool checks_fail(const json_t *checks);
#define CELL_TEXT_BYTES 40
/* A figure as the form has it: a report's row says how many of its digits are decimals. */
void cell_text(const json_t *report, const char *table, const char *row, int64_t figure,
	       char text[static CELL_TEXT_BYTES]);

/* print_ledger.c */
print_reply print_cell;
print_end print_cell_end;
print_reply print_done; /* what has no fields to show: the command's `done` */
print_reply print_status;
print_reply print_verify;
print_reply print_export;
print_reply print_backup;
print_reply print_reload;

/* print_card.c: two columns, label and value; empty values are left out. */
struct card;
struct card *card_new(void);
/* label: N_; takes NULL card and does nothing. */
void card_line(struct card *card, const char *label, const char *value);
/* Prints, frees, returns NULL. */
struct card *card_print(struct card *card, const struct screen *screen);

#endif
