/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/sm3.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

/* Fetched once and kept until the process ends: looking it up takes longer than a short digest. So is
 * a context for each thread, which ends with it. */
static pthread_once_t md_once = PTHREAD_ONCE_INIT;
static EVP_MD *md;
static pthread_key_t context_key;

static void context_free(void *context)
{
	EVP_MD_CTX_free(context);
}

static void md_fetch(void)
{
	md = EVP_MD_fetch(NULL, "SM3", NULL);
	if (pthread_key_create(&context_key, context_free) != 0) {
		md = NULL;
	}
}

static EVP_MD_CTX *context_get(void)
{
	EVP_MD_CTX *context = pthread_getspecific(context_key);

	if (context == NULL) {
		context = EVP_MD_CTX_new();
		if (pthread_setspecific(context_key, context) != 0) {
			EVP_MD_CTX_free(context);
			context = NULL;
		}
	}
	return context;
}

int sm3_available(void)
{
	(void)pthread_once(&md_once, md_fetch);
	return md != NULL ? 0 : -ENOSYS;
}

struct sm3 sm3_of(const void *head, size_t head_bytes, const void *tail, size_t tail_bytes)
{
	struct sm3 digest;
	unsigned int len = 0;
	EVP_MD_CTX *ctx;

	/* A chain of records without its digests would be worthless, so no failure is survived. */
	if (sm3_available() < 0) {
		abort();
	}
	ctx = context_get();
	if (ctx == NULL || EVP_DigestInit_ex(ctx, md, NULL) != 1) {
		abort();
	}
	if (head_bytes > 0 && EVP_DigestUpdate(ctx, head, head_bytes) != 1) {
		abort();
	}
	if (tail_bytes > 0 && EVP_DigestUpdate(ctx, tail, tail_bytes) != 1) {
		abort();
	}
	if (EVP_MD_get_size(md) != SM3_BYTES || EVP_DigestFinal_ex(ctx, digest.bytes, &len) != 1 ||
	    len != SM3_BYTES) {
		abort();
	}
	return digest;
}

char *sm3_format(const struct sm3 *digest, char text[static SM3_TEXT_BYTES])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < SM3_BYTES; i++) {
		text[2 * i] = digits[digest->bytes[i] >> 4];
		text[2 * i + 1] = digits[digest->bytes[i] & 15];
	}
	text[SM3_TEXT_BYTES - 1] = '\0';
	return text;
}

/* The value of one lower-case digit, or -EINVAL. */
static int digit_value(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return -EINVAL;
}

int sm3_parse(const char *text, size_t bytes, struct sm3 *ret_digest)
{
	struct sm3 digest;

	if (bytes != SM3_TEXT_BYTES - 1) {
		return -EINVAL;
	}
	for (size_t i = 0; i < SM3_BYTES; i++) {
		int high = digit_value(text[2 * i]);
		int low = digit_value(text[2 * i + 1]);

		if (high < 0 || low < 0) {
			return -EINVAL;
		}
		digest.bytes[i] = (uint8_t)(high * 16 + low);
	}
	*ret_digest = digest;
	return 0;
}
