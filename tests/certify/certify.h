/* SPDX-License-Identifier: Apache-2.0 */
/* certify.h: what client and server of the certification agree on: each step's values, how values
 * compare, and a blocking link made of the parts of proto/. */
#ifndef OGID_TESTS_CERTIFY_H
#define OGID_TESTS_CERTIFY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "proto/frame.h"
#include "proto/idl.h"

#define CERTIFY_INTERFACE "org.varlink.certification"
#define CERTIFY_REPLIES   10 /* of Test10 */

/* One call of the certification. JSON texts of parameters, without client_id. */
struct certify_step {
	const char *method;
	const char *call;
	const char *reply; /* NULL where it is not one fixed reply: Start, Test10, Test11 */
};

extern const struct certify_step certify_steps[];
extern const size_t certify_step_count;

/* The step of "org.varlink.certification.Test01"; certify_step_count when there is none. */
size_t certify_step_find(const char *qualified);
json_t *certify_json(const char *text); /* aborts when it is no JSON */

/* Equal as Varlink sees it: null is absent, 1.0 and 1 are the same float. */
bool certify_equal(const json_t *a, const json_t *b);

/* Reads the interface file and keeps its text; exits with a sentence when it cannot. */
struct idl *certify_idl(const char *path);

/* The next message of a blocking socket: 1, 0 at the end of the stream, negative errno. */
int certify_receive(int fd, struct frame *frame, const char **ret_message, size_t *ret_bytes);

#endif
