/* SPDX-License-Identifier: Apache-2.0 */
/* view_report.h: the annual report, and cases, as JSON; as view.h. */
#ifndef OGID_SERVE_VIEW_REPORT_H
#define OGID_SERVE_VIEW_REPORT_H

#include "daemon/serve/view.h"

json_t *view_report(const struct report *report);
json_t *view_table(const struct table *table);
/* Those from first to last that have rows. */
json_t *view_tables(const struct tables *tables, enum year_table first, enum year_table last);
/* But for the warnings. */
json_t *view_checks(const struct check_list *checks);
json_t *view_case(const struct view *view, const struct dispute *dispute);

#endif
