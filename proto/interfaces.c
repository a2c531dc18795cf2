/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/interfaces.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/cleanup.h"

extern const char embedded_org_varlink_service_varlink[];
extern const char embedded_org_ogid_Applications_varlink[];
extern const char embedded_org_ogid_Ledger_varlink[];
extern const char embedded_org_ogid_Report_varlink[];

static const char *const interfaces_texts[] = {
	embedded_org_varlink_service_varlink,
	embedded_org_ogid_Applications_varlink,
	embedded_org_ogid_Ledger_varlink,
	embedded_org_ogid_Report_varlink,
};

const struct idl *const *interfaces_all(void)
{
	static const struct idl *all[ARRAY_SIZE(interfaces_texts) + 1];

	if (all[0] != NULL) {
		return all;
	}
	/* The first last: it says that all are there. */
	for (size_t i = ARRAY_SIZE(interfaces_texts); i-- > 0;) {
		char why[200];
		struct idl *idl = NULL;

		if (idl_read(interfaces_texts[i], &idl, why) < 0) {
			abort();
		}
		all[i] = idl;
	}
	return all;
}

static const struct idl *interfaces_find_part(const char *name, size_t bytes)
{
	for (const struct idl *const *idl = interfaces_all(); *idl != NULL; idl++) {
		if (strncmp((*idl)->name, name, bytes) == 0 && (*idl)->name[bytes] == '\0') {
			return *idl;
		}
	}
	return NULL;
}

const struct idl *interfaces_find(const char *name)
{
	return interfaces_find_part(name, strlen(name));
}

const struct idl_entry *interfaces_method(const char *qualified, const struct idl **ret_interface)
{
	const char *dot = strrchr(qualified, '.');
	const struct idl *idl = NULL;

	if (dot != NULL) {
		idl = interfaces_find_part(qualified, (size_t)(dot - qualified));
	}
	if (ret_interface != NULL) {
		*ret_interface = idl;
	}
	return idl != NULL ? idl_method(idl, dot + 1) : NULL;
}
