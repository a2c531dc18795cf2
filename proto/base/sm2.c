/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/sm2.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>

#include "proto/base/cleanup.h"
#include "proto/base/file.h"

#define KEY_FILE_BYTES_MAX  16384
#define SIGNATURE_BYTES_MAX 72 /* DER: a sequence of two integers below 2^256 */
#define SIGNATURE_TEXT_MAX  96 /* the same in base64 */

static char distinguishing_id[] = "1234567812345678";

static void cleanup_key(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void cleanup_md(EVP_MD_CTX **ctx)
{
	EVP_MD_CTX_free(*ctx);
}

static void cleanup_bio(BIO **bio)
{
	BIO_free(*bio);
}

/* What OpenSSL has to say would otherwise wait in its queue for a caller that asks. */
static int sm2_fail(int error)
{
	ERR_clear_error();
	return error;
}

static int sm2_say(int error, char reterr_why[static SM2_WHY_BYTES], const char *path,
		   const char *what)
{
	/* the end of a long path says more than its beginning */
	size_t length = strlen(path);
	const char *end = length > 80 ? path + length - 80 : path;

	while (((unsigned char)*end & 0xc0) == 0x80) { /* in the middle of a character */
		end++;
	}
	snprintf(reterr_why, SM2_WHY_BYTES, "%s%.80s: %s", end == path ? "" : "...", end, what);
	return sm2_fail(error);
}

static bool key_is_sm2(const EVP_PKEY *key)
{
	char group[20] = "";

	return EVP_PKEY_is_a(key, "SM2") == 1 &&
	       EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1 &&
	       strcmp(group, "SM2") == 0;
}

/* --- the key file --- */

/* NULL when the file may be read as a key. */
static const char *key_file_problem(const struct stat *st)
{
	if (!S_ISREG(st->st_mode)) {
		return "This is not a file; a private SM2 key in PEM is wanted.";
	}
	if (st->st_size > KEY_FILE_BYTES_MAX) {
		return "The file is over 16 KiB; a private SM2 key in PEM is wanted.";
	}
	return NULL;
}

static int key_file_missing(int error, const char *path, char reterr_why[static SM2_WHY_BYTES])
{
	char what[100];

	if (error == -ENOENT) {
		return sm2_say(error, reterr_why, path,
			       "There is no such file; a private SM2 key in PEM is wanted (openssl "
			       "genpkey -algorithm SM2).");
	}
	if (error == -EACCES) {
		return sm2_say(
			error, reterr_why, path,
			"The service may not read it; it has to belong to the service's user.");
	}
	snprintf(what, sizeof(what), "It cannot be read: %s.", strerror(-error));
	return sm2_say(error, reterr_why, path, what);
}

/* Into a buffer of KEY_FILE_BYTES_MAX, which the caller cleanses. */
static int key_file_read(const char *path, char *pem, size_t *ret_bytes,
			 char reterr_why[static SM2_WHY_BYTES])
{
	struct stat st;
	/* a pipe must not hold us up */
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st) < 0) {
		return key_file_missing(-errno, path, reterr_why);
	}
	const char *problem = key_file_problem(&st);
	if (problem != NULL) {
		return sm2_say(-EINVAL, reterr_why, path, problem);
	}
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		return sm2_say(-EPERM, reterr_why, path,
			       "Others than its owner may use this private key; make its mode "
			       "0600.");
	}
	*ret_bytes = (size_t)st.st_size;
	int r = file_pread_all(fd, pem, *ret_bytes, 0);
	return r < 0 ? sm2_say(r, reterr_why, path, "The file cannot be read to its end.") : 0;
}

/* Nobody is there to be asked for a passphrase. */
static int refuse_passphrase(char *text, int size, int writing, void *userdata)
{
	bool *asked = userdata;

	(void)text;
	(void)size;
	(void)writing;
	*asked = true;
	return -1;
}

static int key_parse(const char *path, const char *pem, size_t bytes, EVP_PKEY **ret_key,
		     char reterr_why[static SM2_WHY_BYTES])
{
	bool asked = false;
	auto_(cleanup_key) EVP_PKEY *key = NULL;
	auto_(cleanup_bio) BIO *bio = BIO_new_mem_buf(pem, (int)bytes);

	if (bio == NULL) {
		return sm2_say(-ENOMEM, reterr_why, path, "No memory for the key.");
	}
	key = PEM_read_bio_PrivateKey(bio, NULL, refuse_passphrase, &asked);
	if (key == NULL && asked) {
		return sm2_say(
			-EINVAL, reterr_why, path,
			"The key has a passphrase, for which nobody can be asked; one without "
			"is wanted.");
	}
	if (key == NULL) {
		return sm2_say(
			-EINVAL, reterr_why, path,
			"There is no private key in it; a private SM2 key in PEM is wanted.");
	}
	if (!key_is_sm2(key)) {
		char what[80];

		snprintf(what, sizeof(what), "This is a key of kind %.20s; an SM2 key is wanted.",
			 EVP_PKEY_get0_type_name(key));
		return sm2_say(-EINVAL, reterr_why, path, what);
	}
	*ret_key = TAKE(key);
	return 0;
}

static int key_load(const char *path, EVP_PKEY **ret_key, char reterr_why[static SM2_WHY_BYTES])
{
	auto_free char *pem = malloc(KEY_FILE_BYTES_MAX);
	size_t bytes = 0;

	if (pem == NULL) {
		return sm2_say(-ENOMEM, reterr_why, path, "No memory for the key.");
	}
	int r = key_file_read(path, pem, &bytes, reterr_why);
	if (r == 0) {
		r = key_parse(path, pem, bytes, ret_key, reterr_why);
	}
	OPENSSL_cleanse(pem, KEY_FILE_BYTES_MAX);
	return r;
}

/* --- signing and verifying --- */

/* EVP_DigestSignInit_ex, EVP_DigestVerifyInit_ex */
typedef int init_fn(EVP_MD_CTX *ctx, EVP_PKEY_CTX **pctx, const char *digest, OSSL_LIB_CTX *library,
		    const char *properties, EVP_PKEY *key, const OSSL_PARAM params[]);

static EVP_MD_CTX *sm2_begin(init_fn *init, EVP_PKEY *key)
{
	auto_(cleanup_md) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_DIST_ID, distinguishing_id,
						  sizeof(distinguishing_id) - 1),
		OSSL_PARAM_construct_end(),
	};

	return ctx != NULL && init(ctx, NULL, "SM3", NULL, NULL, key, params) == 1 ? TAKE(ctx)
										   : NULL;
}

static int key_sign(EVP_PKEY *key, const void *text, size_t bytes, char **ret_base64)
{
	unsigned char der[SIGNATURE_BYTES_MAX];
	size_t der_bytes = sizeof(der);
	auto_free char *base64 = malloc(SIGNATURE_TEXT_MAX + 1);
	auto_(cleanup_md) EVP_MD_CTX *ctx = sm2_begin(EVP_DigestSignInit_ex, key);

	if (base64 == NULL) {
		return -ENOMEM;
	}
	if (ctx == NULL || (bytes > 0 && EVP_DigestSignUpdate(ctx, text, bytes) != 1) ||
	    EVP_DigestSignFinal(ctx, der, &der_bytes) != 1) {
		return sm2_fail(-ENOSYS);
	}
	(void)EVP_EncodeBlock((unsigned char *)base64, der, (int)der_bytes);
	*ret_base64 = TAKE(base64);
	return 0;
}

static int key_public_pem(EVP_PKEY *key, char **ret_pem)
{
	auto_(cleanup_bio) BIO *bio = BIO_new(BIO_s_mem());
	char *data = NULL;

	if (bio == NULL || PEM_write_bio_PUBKEY(bio, key) != 1) {
		return sm2_fail(-ENOMEM);
	}
	/* what OpenSSL hands out has no NUL behind it, which strndup of the sanitizers wants */
	long bytes = BIO_get_mem_data(bio, &data);
	*ret_pem = bytes > 0 ? calloc((size_t)bytes + 1, 1) : NULL;
	if (*ret_pem == NULL) {
		return -ENOMEM;
	}
	memcpy(*ret_pem, data, (size_t)bytes);
	return 0;
}

int sm2_sign(const char *key_file, const void *text, size_t bytes, char **ret_signature_base64,
	     char **ret_public_key_pem, char reterr_why[static SM2_WHY_BYTES])
{
	auto_(cleanup_key) EVP_PKEY *key = NULL;
	auto_free char *signature = NULL, *public_key = NULL;

	int r = key_load(key_file, &key, reterr_why);
	if (r < 0) {
		return r;
	}
	r = key_public_pem(key, &public_key);
	if (r == 0) {
		r = key_sign(key, text, bytes, &signature);
	}
	if (r < 0) {
		return sm2_say(r, reterr_why, key_file,
			       r == -ENOMEM ? "No memory to sign with the key."
					    : "OpenSSL here cannot sign with SM2 and SM3.");
	}
	/* A file can hold a public half that is not that of its private one. */
	r = sm2_verify(public_key, text, bytes, signature);
	if (r < 0) {
		return sm2_say(r == -ENOMEM ? r : -EINVAL, reterr_why, key_file,
			       "What this key signs does not fit its own public half; make a new "
			       "key.");
	}
	*ret_signature_base64 = TAKE(signature);
	*ret_public_key_pem = TAKE(public_key);
	return 0;
}

/* Exactly what EVP_EncodeBlock writes: no spaces, no loose bits in the last character. */
static int signature_decode(const char *base64, unsigned char der[static SIGNATURE_TEXT_MAX],
			    size_t *ret_bytes)
{
	char again[SIGNATURE_TEXT_MAX + 1];
	size_t length = strnlen(base64, SIGNATURE_TEXT_MAX + 1);

	if (length == 0 || length > SIGNATURE_TEXT_MAX || length % 4 != 0) {
		return -EINVAL;
	}
	int bytes = EVP_DecodeBlock(der, (const unsigned char *)base64, (int)length);
	if (bytes < 0) {
		return sm2_fail(-EINVAL);
	}
	/* it counts the padding as zeros */
	bytes -= base64[length - 1] != '=' ? 0 : base64[length - 2] != '=' ? 1 : 2;
	(void)EVP_EncodeBlock((unsigned char *)again, der, bytes);
	*ret_bytes = (size_t)bytes;
	return strcmp(again, base64) == 0 ? 0 : -EINVAL;
}

static int public_key_parse(const char *pem, EVP_PKEY **ret_key)
{
	auto_(cleanup_key) EVP_PKEY *key = NULL;
	auto_(cleanup_bio) BIO *bio = NULL;
	size_t length = strnlen(pem, KEY_FILE_BYTES_MAX + 1);

	if (length > KEY_FILE_BYTES_MAX) {
		return -EINVAL;
	}
	bio = BIO_new_mem_buf(pem, (int)length);
	if (bio == NULL) {
		return sm2_fail(-ENOMEM);
	}
	key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	if (key == NULL || !key_is_sm2(key)) {
		return sm2_fail(-EINVAL);
	}
	*ret_key = TAKE(key);
	return 0;
}

int sm2_verify(const char *public_key_pem, const void *text, size_t bytes,
	       const char *signature_base64)
{
	unsigned char der[SIGNATURE_TEXT_MAX];
	size_t der_bytes = 0;
	auto_(cleanup_key) EVP_PKEY *key = NULL;
	auto_(cleanup_md) EVP_MD_CTX *ctx = NULL;

	int r = signature_decode(signature_base64, der, &der_bytes);
	if (r == 0) {
		r = public_key_parse(public_key_pem, &key);
	}
	if (r < 0) {
		return r;
	}
	ctx = sm2_begin(EVP_DigestVerifyInit_ex, key);
	if (ctx == NULL || (bytes > 0 && EVP_DigestVerifyUpdate(ctx, text, bytes) != 1)) {
		return sm2_fail(-ENOMEM);
	}
	r = EVP_DigestVerifyFinal(ctx, der, der_bytes);
	/* 0: another signature; below: not even one */
	return r == 1 ? 0 : sm2_fail(r == 0 ? -EBADMSG : -EINVAL);
}
