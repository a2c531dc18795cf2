/* SPDX-License-Identifier: Apache-2.0 */
/* record.h: an application as stored bytes.
 *
 * Layout: version byte (RECORD_VERSION), the fields in the order of record.c (numbers big endian,
 * texts behind their length), then the XXH3-64 of all before it. Whoever changes the layout raises
 * RECORD_VERSION; the state is then rebuilt from the ledger at the next start, so no old reader is
 * kept. */
#ifndef OGID_CORE_RECORD_H
#define OGID_CORE_RECORD_H

#include "daemon/core/application.h"
#include "proto/base/buf.h"

#define RECORD_VERSION 2

int record_write(const struct application *application, struct buf *out);
/* -EBADMSG: checksum, version or layout; -ENOMEM. Texts lie in a copy from arena. */
int record_read(const void *data, size_t bytes, struct arena *arena,
		struct application *ret_application);

#endif
