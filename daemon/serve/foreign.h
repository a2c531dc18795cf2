/* SPDX-License-Identifier: Apache-2.0 */
/* foreign.h: a report that another organ handed in, from its JSON: as Report.Get gives it, or with
 * nothing but its year and tables. */
#ifndef OGID_SERVE_FOREIGN_H
#define OGID_SERVE_FOREIGN_H

#include <jansson.h>

#include "daemon/core/area.h"
#include "daemon/core/problem.h"

/* A cell is a whole number of at most fourteen digits. So no sum of what fits into one message
 * overflows: the more digits, the fewer cells. */
#define FOREIGN_CELL_MAX             INT64_C(99999999999999)
#define FOREIGN_ORGAN_MAX_CHARACTERS 100

/* Reads one report. Its organ is borrowed from the JSON, its tables are of the arena.
 *
 * A table that it does not bring has all its cells not stated; so has a row that is left out or
 * whose `stated` is false. Of the publications, which each organ names for itself, only those that
 * our settings name too are taken. What else is in the report is passed over.
 *
 * path: where the report stands, such as "reports[3]"; "" for the only one. 0; -EINVAL with the
 * problem InvalidField, whose field goes on from the path ("reports[3].tables[0].rows[7].cells");
 * -ENOMEM. */
int foreign_read(const json_t *report, const char *path, const struct catalogue *catalogue,
		 struct arena *arena, struct foreign *ret_foreign, struct problem *reterr_problem);

#endif
