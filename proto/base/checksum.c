/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/checksum.h"

#include <xxhash.h>

uint64_t checksum_of(const void *data, size_t bytes)
{
	return XXH3_64bits(data, bytes);
}
