/* SPDX-License-Identifier: Apache-2.0 */
/* methods.h: the functions behind the rows of dispatch.c, one for each method or kind of method:
 * from the call's JSON to the register's use case, and its answer back. Contract of struct method.
 *
 * method_act.c: what changes an application; method_ask.c: questions about applications;
 * method_ledger.c, method_report.c and method_rollup.c: those interfaces; method_area.c: the
 * reports of others. Streams are in stream.c. */
#ifndef OGID_SERVE_METHODS_H
#define OGID_SERVE_METHODS_H

#include "daemon/serve/dispatch.h"

int act_start(struct request *request, struct problem *reterr_problem);
int act_answer(struct request *request, struct change *change, struct problem *reterr_problem);
int fee_answer(struct request *request, struct change *change, struct problem *reterr_problem);
int apply_start(struct request *request, struct problem *reterr_problem);
int apply_answer(struct request *request, struct change *change, struct problem *reterr_problem);

/* Get asks, or with reveal enters that it was asked and shows all. */
int get_start(struct request *request, struct problem *reterr_problem);
int get_answer(struct request *request, struct change *change, struct problem *reterr_problem);
int explain_start(struct request *request, struct problem *reterr_problem);
int summary_start(struct request *request, struct problem *reterr_problem);
int watch_start(struct request *request, struct problem *reterr_problem);

int status_start(struct request *request, struct problem *reterr_problem);
int working_day_start(struct request *request, struct problem *reterr_problem);
int verify_start(struct request *request, struct problem *reterr_problem);

int report_start(struct request *request, struct problem *reterr_problem);
int reload_start(struct request *request, struct problem *reterr_problem);
int reload_answer(struct request *request, struct change *change, struct problem *reterr_problem);
int seal_start(struct request *request, struct problem *reterr_problem);
int seal_answer(struct request *request, struct change *change, struct problem *reterr_problem);
int restate_start(struct request *request, struct problem *reterr_problem);
int restate_answer(struct request *request, struct change *change, struct problem *reterr_problem);
/* Of a figure set, a case answered or concluded: done, and nothing to say. */
int figure_answer(struct request *request, struct change *change, struct problem *reterr_problem);
int open_case_answer(struct request *request, struct change *change,
		     struct problem *reterr_problem);
int cases_start(struct request *request, struct problem *reterr_problem);
int check_tables_start(struct request *request, struct problem *reterr_problem);
int consolidate_start(struct request *request, struct problem *reterr_problem);
int rollup_start(struct request *request, struct problem *reterr_problem);
int rollup_answer(struct request *request, struct change *change, struct problem *reterr_problem);

int history_start(struct request *request, struct problem *reterr_problem);
int list_start(struct request *request, struct problem *reterr_problem);
int backlog_start(struct request *request, struct problem *reterr_problem);
int cell_start(struct request *request, struct problem *reterr_problem);
int export_start(struct request *request, struct problem *reterr_problem);

#endif
