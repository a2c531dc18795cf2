/* SPDX-License-Identifier: Apache-2.0 */
/* view_report.h: the annual report as JSON; as view.h. */
#ifndef OGID_SERVE_VIEW_REPORT_H
#define OGID_SERVE_VIEW_REPORT_H

#include "daemon/serve/view.h"

json_t *view_report(const struct view *view, const struct report *report);

#endif
