/* SPDX-License-Identifier: Apache-2.0 */
/* call.h: one call on its way to an answer, on any service made of these parts.
 *
 * What must hold before a handler runs is decided here once: the interface and the method exist,
 * the parameters fit the interface. What does not is answered with the standard org.varlink.service
 * errors, whose parameters this file builds. */
#ifndef OGID_PROTO_CALL_H
#define OGID_PROTO_CALL_H

#include "proto/idl.h"
#include "proto/message.h"

struct call_service {
	const char *vendor, *product, *version, *url;
	const struct idl *const *interfaces; /* ended by NULL; org.varlink.service among them */
};

/* Checks a call. 0 with its method entry; 1 when it was a call of org.varlink.service and
 * *ret_reply holds the answer's parameters (a new reference); -EINVAL with the name of a standard
 * error (static) and its parameters (a new reference). For InvalidParameter, parameters hold
 * "parameter": the field's path; the sentence of why goes with it as "problem". */
int call_check(const struct call_service *service, const struct message_call *call,
	       const struct idl_entry **ret_method, json_t **ret_reply, const char **reterr_name,
	       json_t **reterr_parameters);

/* Checks a reply (error NULL) or an error of `method` (interface "a.b.c", method "M" as in
 * "a.b.c.M"). 0, or -EINVAL with a sentence. Errors of org.varlink.service are always allowed. */
int call_check_reply(const struct call_service *service, const char *method, const char *error,
		     json_t *parameters, char reterr_why[static 400]);

#endif
