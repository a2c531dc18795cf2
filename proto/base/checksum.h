/* SPDX-License-Identifier: Apache-2.0 */
/* checksum.h: finds flipped bits in stored records (XXH3-64); no protection against people. */
#ifndef OGID_BASE_CHECKSUM_H
#define OGID_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

uint64_t checksum_of(const void *data, size_t bytes);

#endif
