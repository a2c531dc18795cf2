/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures of ours are checked by the openssl command line, and its by us. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/buf.h"
#include "proto/base/cleanup.h"
#include "proto/base/file.h"
#include "proto/base/sm2.h"

#define DISTID  "-pkeyopt distid:1234567812345678"
#define QUIETLY " >said 2>&1"

/* A text as a seal's, with what a shell or a C string could trip over. */
static const char text[] = "year: 2020\norgan: 金湖县黎城街道\n\t\0'\"$x\\ \r\n";
static const size_t text_bytes = sizeof(text) - 1;

static char place[] = "/tmp/ogid-test-sm2-XXXXXX";

static bool run(const char *command)
{
	return system(command) == 0;
}

/* Every test begins in a directory of its own with a key.pem, its public.pem, and the text. */
static int enter(void **state)
{
	(void)state;
	strcpy(place + strlen(place) - 6, "XXXXXX");
	if (mkdtemp(place) == NULL || chdir(place) < 0 ||
	    file_create("text", text, text_bytes) < 0) {
		return -1;
	}
	return run("umask 077 && openssl genpkey -algorithm SM2 -out key.pem" QUIETLY
		   " && openssl pkey -in key.pem -pubout -out public.pem" QUIETLY)
		       ? 0
		       : -1;
}

static int leave(void **state)
{
	(void)state;
	return chdir("/") < 0 || file_remove_tree(place) < 0 ? -1 : 0;
}

static char *slurp(const char *path)
{
	struct buf buf;

	buf_init(&buf, 65536);
	assert_int_equal(file_read(path, &buf), 0);
	assert_int_equal(buf_append(&buf, "", 1), 0);
	return buf.data;
}

static void sign(const char *key, char **ret_signature, char **ret_public)
{
	char why[SM2_WHY_BYTES] = "";

	if (sm2_sign(key, text, text_bytes, ret_signature, ret_public, why) < 0) {
		fail_msg("%s", why);
	}
}

/* GB/T 32918.5-2017, annex A: the curve recommended, the message "message digest". */
static void the_standards_example(void **state)
{
	static const char public_key[] =
		"-----BEGIN PUBLIC KEY-----\n"
		"MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAECfnfMR5UIaFQ3X0WHkvFxnIXn60Y\n"
		"M/wHa7CP81bzUCDM6kkM4md1pS3G6nGMwapgCu0F+/NeCEpmMvYHLamtEw==\n"
		"-----END PUBLIC KEY-----\n";
	/* SEQUENCE of r F5A03B06 48D2C463 0EEAC513 E1BB81A1 5944DA38 27D5B741 43AC7EAC EEE720B3
	 * and s B1B6AA29 DF212FD8 763182BC 0D421CA1 BB9038FD 1F7F42D4 840B69C4 85BBC1AA */
	static const char signature[] =
		"MEYCIQD1oDsGSNLEYw7qxRPhu4GhWUTaOCfVt0FDrH6s7ucgswIhALG2qinfIS/YdjGCvA1C"
		"HKG7kDj9H39C1IQLacSFu8Gq";

	(void)state;
	assert_int_equal(sm2_verify(public_key, "message digest", 14, signature), 0);
	assert_int_equal(sm2_verify(public_key, "message digesT", 14, signature), -EBADMSG);
	assert_int_equal(sm2_verify(public_key, "message digest", 13, signature), -EBADMSG);
}

static void openssl_verifies_ours(void **state)
{
	auto_free char *signature = NULL, *public_key = NULL, *expected = slurp("public.pem");

	(void)state;
	sign("key.pem", &signature, &public_key);
	assert_string_equal(public_key, expected);
	assert_null(strpbrk(signature, " \n\r"));
	assert_int_equal(file_create("base64", signature, strlen(signature)), 0);
	assert_int_equal(file_create("ours.pem", public_key, strlen(public_key)), 0);
	assert_true(run("openssl base64 -d -A -in base64 -out signature"));
	assert_true(run("openssl pkeyutl -verify -rawin -digest sm3 " DISTID
			" -pubin -inkey ours.pem -in text -sigfile signature" QUIETLY));
	assert_true(run("openssl dgst -sm3 -sigopt distid:1234567812345678 -verify ours.pem "
			"-signature signature text" QUIETLY));
	assert_true(run("echo >>text"));
	assert_false(run("openssl pkeyutl -verify -rawin -digest sm3 " DISTID
			 " -pubin -inkey ours.pem -in text -sigfile signature" QUIETLY));
}

static void we_verify_openssls(void **state)
{
	auto_free char *public_key = slurp("public.pem"), *signature = NULL, *other = NULL;

	(void)state;
	assert_true(run("openssl pkeyutl -sign -rawin -digest sm3 " DISTID
			" -inkey key.pem -in text -out signature" QUIETLY
			" && openssl base64 -A -in signature -out base64"));
	signature = slurp("base64");
	assert_int_equal(sm2_verify(public_key, text, text_bytes, signature), 0);
	/* under another ID it is another signature */
	assert_true(run("openssl pkeyutl -sign -rawin -digest sm3 -pkeyopt distid:8765432187654321 "
			"-inkey key.pem -in text -out signature" QUIETLY
			" && openssl base64 -A -in signature -out other"));
	other = slurp("other");
	assert_int_equal(sm2_verify(public_key, text, text_bytes, other), -EBADMSG);
}

static void a_key_made_by_ecparam(void **state)
{
	auto_free char *signature = NULL, *public_key = NULL;

	(void)state;
	assert_true(run("umask 077 && openssl ecparam -name SM2 -genkey -out ec.pem" QUIETLY));
	sign("ec.pem", &signature, &public_key);
	assert_int_equal(sm2_verify(public_key, text, text_bytes, signature), 0);
}

/* As other versions of OpenSSL write it: the same key between other lines. */
static void a_key_in_its_older_forms(void **state)
{
	auto_free char *expected = slurp("public.pem");
	static const char *const commands[] = {
		"umask 077 && openssl ec -in key.pem -out old1.pem" QUIETLY
		" && grep -q 'BEGIN SM2 PRIVATE KEY' old1.pem",
		"umask 077 && sed 's/SM2 PRIVATE/EC PRIVATE/' old1.pem >old2.pem"
		" && grep -q 'BEGIN EC PRIVATE KEY' old2.pem",
	};
	static const char *const files[] = { "old1.pem", "old2.pem" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		auto_free char *signature = NULL, *public_key = NULL;

		assert_true(run(commands[i]));
		sign(files[i], &signature, &public_key);
		assert_string_equal(public_key, expected);
		assert_int_equal(sm2_verify(expected, text, text_bytes, signature), 0);
	}
}

static void nothing_can_be_signed(void **state)
{
	auto_free char *signature = NULL, *public_key = NULL;
	char why[SM2_WHY_BYTES] = "";

	(void)state;
	assert_int_equal(sm2_sign("key.pem", NULL, 0, &signature, &public_key, why), 0);
	assert_int_equal(sm2_verify(public_key, NULL, 0, signature), 0);
	assert_int_equal(sm2_verify(public_key, "\n", 1, signature), -EBADMSG);
}

static void every_changed_byte_fails(void **state)
{
	auto_free char *signature = NULL, *public_key = NULL;
	char changed[sizeof(text)];

	(void)state;
	sign("key.pem", &signature, &public_key);
	for (size_t i = 0; i < text_bytes; i++) {
		for (unsigned bit = 0; bit < 8; bit += 7) {
			memcpy(changed, text, sizeof(text));
			changed[i] = (char)(changed[i] ^ (1 << bit));
			assert_int_equal(sm2_verify(public_key, changed, text_bytes, signature),
					 -EBADMSG);
		}
	}
	assert_int_equal(sm2_verify(public_key, text, text_bytes - 1, signature), -EBADMSG);
	assert_int_equal(sm2_verify(public_key, text, text_bytes, signature), 0);
}

/* Another character of base64, one outside it, one more, one less: none gets through. Some are
 * another signature (-EBADMSG), others none at all (-EINVAL). */
static void every_changed_character_of_the_signature_fails(void **state)
{
	auto_free char *signature = NULL, *public_key = NULL;
	static const char others[] = "ABQgw059+/= \n.\x80";
	int refused = 0, unfit = 0;

	(void)state;
	sign("key.pem", &signature, &public_key);
	for (size_t i = 0; i < strlen(signature); i++) {
		char before = signature[i];

		for (size_t o = 0; o < sizeof(others); o++) { /* its end is tried, too */
			signature[i] = others[o] == before ? 'C' : others[o];
			int r = sm2_verify(public_key, text, text_bytes, signature);
			assert_true(r == -EBADMSG || r == -EINVAL);
			refused += r == -EINVAL;
			unfit += r == -EBADMSG;
		}
		signature[i] = before;
	}
	assert_true(refused > 0 && unfit > 0);
	assert_int_equal(sm2_verify(public_key, text, text_bytes, signature), 0);
}

static void no_signature_at_all(void **state)
{
	auto_free char *public_key = slurp("public.pem"), *signature = NULL, *mine = NULL;
	char longer[200];

	(void)state;
	assert_int_equal(sm2_verify(public_key, text, text_bytes, ""), -EINVAL);
	assert_int_equal(sm2_verify(public_key, text, text_bytes, "===="), -EINVAL);
	assert_int_equal(sm2_verify(public_key, text, text_bytes, "AAAA"), -EINVAL);
	memset(longer, 'A', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(sm2_verify(public_key, text, text_bytes, longer), -EINVAL);
	sign("key.pem", &signature, &mine);
	snprintf(longer, sizeof(longer), "%s\n", signature);
	assert_int_equal(sm2_verify(public_key, text, text_bytes, longer), -EINVAL);
	snprintf(longer, sizeof(longer), "%sAAAA", signature);
	assert_int_equal(sm2_verify(public_key, text, text_bytes, longer), -EINVAL);
}

static void another_key_does_not_fit(void **state)
{
	auto_free char *signature = NULL, *public_key = NULL, *other = NULL, *p256 = NULL;
	auto_free char *private_key = slurp("key.pem");

	(void)state;
	sign("key.pem", &signature, &public_key);
	assert_true(run("openssl genpkey -algorithm SM2 -out o.pem" QUIETLY
			" && openssl pkey -in o.pem -pubout -out other" QUIETLY
			" && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 "
			"-out p.pem" QUIETLY
			" && openssl pkey -in p.pem -pubout -out p256" QUIETLY));
	other = slurp("other");
	p256 = slurp("p256");
	assert_int_equal(sm2_verify(other, text, text_bytes, signature), -EBADMSG);
	assert_int_equal(sm2_verify(p256, text, text_bytes, signature), -EINVAL);
	assert_int_equal(sm2_verify(private_key, text, text_bytes, signature), -EINVAL);
	assert_int_equal(sm2_verify("", text, text_bytes, signature), -EINVAL);
	public_key[60] = public_key[60] == 'A' ? 'B' : 'A'; /* within the identifier */
	assert_int_equal(sm2_verify(public_key, text, text_bytes, signature), -EINVAL);
}

static void assert_refused(const char *path, int error, const char *sentence)
{
	char *signature = NULL, *public_key = NULL;
	char why[SM2_WHY_BYTES] = "";

	assert_int_equal(sm2_sign(path, text, text_bytes, &signature, &public_key, why), error);
	assert_null(signature);
	assert_null(public_key);
	if (strncmp(why, path, strlen(path)) != 0 || strstr(why, sentence) == NULL ||
	    why[strlen(why) - 1] != '.') {
		fail_msg("%s: %s", path, why);
	}
}

static void wrong_kinds_of_key(void **state)
{
	(void)state;
	assert_true(
		run("umask 077; openssl genpkey -algorithm EC -pkeyopt "
		    "ec_paramgen_curve:P-256 -out p256.pem" QUIETLY
		    " && openssl genpkey -algorithm RSA -out rsa.pem" QUIETLY
		    " && openssl genpkey -algorithm ED25519 -out ed25519.pem" QUIETLY
		    " && openssl pkey -in key.pem -aes256 -passout pass:1 -out locked.pem" QUIETLY
		    " && openssl pkey -in key.pem -outform DER -out key.der" QUIETLY
		    " && chmod 600 public.pem && : >empty.pem"
		    " && head -c 100 key.pem >half.pem && mkfifo pipe"
		    " && cat rsa.pem key.pem >two.pem"
		    " && head -c 20000 /dev/zero >large.pem"));
	assert_refused("p256.pem", -EINVAL, "kind EC; an SM2 key");
	assert_refused("rsa.pem", -EINVAL, "kind RSA; an SM2 key");
	assert_refused("ed25519.pem", -EINVAL, "kind ED25519; an SM2 key");
	assert_refused("two.pem", -EINVAL, "kind RSA; an SM2 key");
	assert_refused("locked.pem", -EINVAL, "passphrase");
	assert_refused("public.pem", -EINVAL, "no private key");
	assert_refused("key.der", -EINVAL, "no private key");
	assert_refused("empty.pem", -EINVAL, "no private key");
	assert_refused("half.pem", -EINVAL, "no private key");
	assert_refused("large.pem", -EINVAL, "16 KiB");
	assert_refused("pipe", -EINVAL, "not a file");
	assert_refused(".", -EINVAL, "not a file");
}

/* A private half in a file with the public half of another key. */
static void halves_that_do_not_fit(void **state)
{
	(void)state;
	assert_true(
		run("umask 077; openssl genpkey -algorithm SM2 -out other.pem" QUIETLY
		    " && for k in key other; do openssl ec -in $k.pem -outform DER -out $k.der; "
		    "done"
		    /* the last 64 bytes are the point */
		    " && { head -c -64 key.der; tail -c 64 other.der; } >mixed.der"
		    " && { echo -----BEGIN EC PRIVATE KEY-----; openssl base64 -in mixed.der; "
		    "echo -----END EC PRIVATE KEY-----; } >mixed.pem"));
	assert_refused("mixed.pem", -EINVAL, "its own public half");
}

static void a_file_that_cannot_be_trusted(void **state)
{
	static const mode_t others[] = { 0640, 0604, 0660, 0620, 0602, 0644, 0666 };

	(void)state;
	assert_refused("none.pem", -ENOENT, "no such file");
	assert_refused("text/none.pem", -ENOTDIR, "Not a directory");
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		assert_int_equal(chmod("key.pem", others[i]), 0);
		assert_refused("key.pem", -EPERM, "mode 0600");
	}
	assert_int_equal(chmod("key.pem", 0), 0);
	if (access("key.pem", R_OK) < 0) { /* root may */
		assert_refused("key.pem", -EACCES, "belong to the service");
	}
}

static void a_long_path_is_cut_at_its_front(void **state)
{
	char path[600], *signature = NULL, *public_key = NULL;
	char why[SM2_WHY_BYTES] = "";

	(void)state;
	memset(path, 'd', sizeof(path));
	memcpy(path + sizeof(path) - 10, "/none.pem", 10);
	assert_int_equal(sm2_sign(path, text, text_bytes, &signature, &public_key, why),
			 -ENAMETOOLONG);
	assert_memory_equal(why, "...ddd", 6);
	assert_non_null(strstr(why, "/none.pem: "));
	assert_int_equal(why[strlen(why) - 1], '.');
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_standards_example),
		TEST(openssl_verifies_ours),
		TEST(we_verify_openssls),
		TEST(a_key_made_by_ecparam),
		TEST(a_key_in_its_older_forms),
		TEST(nothing_can_be_signed),
		TEST(every_changed_byte_fails),
		TEST(every_changed_character_of_the_signature_fails),
		TEST(no_signature_at_all),
		TEST(another_key_does_not_fit),
		TEST(wrong_kinds_of_key),
		TEST(halves_that_do_not_fit),
		TEST(a_file_that_cannot_be_trusted),
		TEST(a_long_path_is_cut_at_its_front),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
