/* SPDX-License-Identifier: Apache-2.0 */
/* sm3.h: the SM3 digest (GB/T 32905), by OpenSSL. */
#ifndef OGID_BASE_SM3_H
#define OGID_BASE_SM3_H

#include <stddef.h>
#include <stdint.h>

#define SM3_BYTES      32
#define SM3_TEXT_BYTES 65 /* 64 hexadecimal characters and the end */

struct sm3 {
	uint8_t bytes[SM3_BYTES];
};

/* The digest of two pieces, one behind the other; either may be empty (NULL, 0). Aborts when
 * OpenSSL has no SM3, which sm3_available tells beforehand. Safe from any thread. */
struct sm3 sm3_of(const void *head, size_t head_bytes, const void *tail, size_t tail_bytes);
int sm3_available(void);                                                      /* 0, or -ENOSYS */
char *sm3_format(const struct sm3 *digest, char text[static SM3_TEXT_BYTES]); /* lower case */
int sm3_parse(const char *text, size_t bytes,
	      struct sm3 *ret_digest); /* 64 lower-case digits, or -EINVAL */

#endif
