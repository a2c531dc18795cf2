/* SPDX-License-Identifier: Apache-2.0 */
/* write_json.c: the report's tables as one JSON object; what Consolidate and Check read. What
 * changes with the ledger although the report does not is left out. */
#include <errno.h>

#include "client/report.h"

int report_write_json(const json_t *report, FILE *to)
{
	static const char *const kept[] = { "year",     "form",   "organ",    "status", "revision",
					    "headings", "tables", "sections", "seal" };
	json_t *object = json_object();
	int r = object != NULL ? 0 : -ENOMEM;

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]) && r == 0; i++) {
		json_t *value = json_object_get(report, kept[i]);
		if (value != NULL && json_object_set(object, kept[i], value) < 0) {
			r = -ENOMEM;
		}
	}
	if (r == 0 && (json_dumpf(object, to, JSON_INDENT(2) | JSON_SORT_KEYS) < 0 ||
		       fputc('\n', to) == EOF)) {
		r = -EIO;
	}
	json_decref(object);
	return r;
}
