/* SPDX-License-Identifier: Apache-2.0 */
/* fault.h: a problem of the register as an error of the interface. One table. */
#ifndef OGID_SERVE_FAULT_H
#define OGID_SERVE_FAULT_H

#include <jansson.h>

#include "daemon/core/problem.h"

/* The error's name (static) and its parameters (a new reference, NULL without memory). A problem
 * with a step becomes StepFailed around the error of that step. */
const char *fault_of(const struct problem *problem, json_t **ret_parameters);
/* StepFailed around an error whose parameters are taken. */
const char *fault_step(int step, const char *error, json_t *parameters, json_t **ret_parameters);
/* "request_correction" is called by the method RequestCorrection. Returns text. */
char *fault_method_name(enum action action, char text[static 32]);

#endif
