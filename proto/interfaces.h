/* SPDX-License-Identifier: Apache-2.0 */
/* interfaces.h: the project's interfaces, embedded at build time and read once. */
#ifndef OGID_PROTO_INTERFACES_H
#define OGID_PROTO_INTERFACES_H

#include <stddef.h>

#include "proto/idl.h"

/* org.varlink.service, org.ogid.Applications, org.ogid.Ledger, org.ogid.Report, in this order. The
 * first call reads them (call it before starting threads); aborts when one does not read, which a
 * test rules out. The list ends with NULL. */
const struct idl *const *interfaces_all(void);
const struct idl *interfaces_find(const char *name); /* NULL: unknown */
/* Splits "org.ogid.Ledger.Status"; NULL when the interface or the method is unknown; ret_interface
 * (may be NULL) is set when at least the interface is known, else to NULL. */
const struct idl_entry *interfaces_method(const char *qualified, const struct idl **ret_interface);

#endif
