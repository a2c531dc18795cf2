/* SPDX-License-Identifier: Apache-2.0 */
/* sm2.h: signatures by SM2 with SM3 (GB/T 32918.2), by OpenSSL, under the default distinguishing
 * ID 1234567812345678 (GB/T 35276), so that the openssl command line checks them without us.
 *
 * Texts in and out: keys are PEM, a signature is its DER in base64 on one line. Safe from any
 * thread. */
#ifndef OGID_BASE_SM2_H
#define OGID_BASE_SM2_H

#include <stddef.h>

#define SM2_WHY_BYTES 200

/* Signs `bytes` of text (NULL for none) with the private key in a file, which is read anew each
 * time and kept nowhere. Both results are the caller's to free(), and are set on success only.
 *
 * Else a sentence of what is wrong and what would be right, and: -ENOENT, -EACCES or what else
 * open() says of the file; -EPERM: group or others may read or write it; -EINVAL: it holds no
 * private SM2 key without a passphrase (OID 1.2.156.10197.1.301); -ENOMEM; -ENOSYS: this OpenSSL
 * cannot do it. */
int sm2_sign(const char *key_file, const void *text, size_t bytes, char **ret_signature_base64,
	     char **ret_public_key_pem, char reterr_why[static SM2_WHY_BYTES]);

/* 0: the signature fits key and text. -EBADMSG: it does not. -EINVAL: that is no SM2 public key, or
 * no signature at all. -ENOMEM. */
int sm2_verify(const char *public_key_pem, const void *text, size_t bytes,
	       const char *signature_base64);

#endif
