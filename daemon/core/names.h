/* SPDX-License-Identifier: Apache-2.0 */
/* names.h: the words of the register, each list once. The order of every enum is the order of its
 * names, and the stored form is the name, never the number. */
#ifndef OGID_CORE_NAMES_H
#define OGID_CORE_NAMES_H

#include <stddef.h>

/* The columns of table 3, in the order of the form. */
enum category {
	CATEGORY_NATURAL_PERSON,
	CATEGORY_COMMERCIAL_ENTERPRISE,
	CATEGORY_RESEARCH_INSTITUTION,
	CATEGORY_PUBLIC_WELFARE_ORGANIZATION,
	CATEGORY_LEGAL_SERVICE_INSTITUTION,
	CATEGORY_OTHER,
	CATEGORY_COUNT
};

enum channel {
	CHANNEL_IN_PERSON,
	CHANNEL_SIGNED_MAIL,
	CHANNEL_ORDINARY_MAIL,
	CHANNEL_INTERNET,
	CHANNEL_FAX,
	CHANNEL_COUNT
};

enum state {
	STATE_RECEIVED,
	STATE_CORRECTED,
	STATE_DISCLOSED,
	STATE_REFUSED,
	STATE_CARRIED_OVER,
	STATE_COUNT
};

enum waiting {
	WAITING_NONE, /* the organ itself has to act; null on the wire */
	WAITING_CORRECTION,
	WAITING_REASONS,
	WAITING_THIRD_PARTY,
	WAITING_JOINT_MAKER,
	WAITING_OTHER_ORGAN,
	WAITING_PAYMENT,
	WAITING_COUNT
};

enum extent { EXTENT_NONE, EXTENT_FULL, EXTENT_PARTIAL, EXTENT_COUNT };
enum answer { ANSWER_AGREES, ANSWER_OBJECTS, ANSWER_SILENT, ANSWER_COUNT };
enum basis { BASIS_ITEMS, BASIS_PAGES, BASIS_COUNT };

/* Reviews and suits (行政复议法; 行政诉讼法), in the order of table 4. */
enum case_kind { CASE_REVIEW, CASE_SUIT, CASE_SUIT_AFTER_REVIEW, CASE_KIND_COUNT };
enum case_procedure { PROCEDURE_ORDINARY, PROCEDURE_SIMPLIFIED, PROCEDURE_COUNT };
enum case_result { RESULT_UPHELD, RESULT_CORRECTED, RESULT_OTHER, RESULT_COUNT };

/* What an entry of the ledger says was done. */
enum action {
	ACTION_LOG,
	ACTION_REQUEST_CORRECTION,
	ACTION_CORRECT,
	ACTION_REQUEST_REASONS,
	ACTION_GIVE_REASONS,
	ACTION_CONSULT,
	ACTION_END_CONSULTATION,
	ACTION_EXTEND,
	ACTION_NOTICE_FEE,
	ACTION_PAY_FEE,
	ACTION_DISCLOSE,
	ACTION_REFUSE,
	ACTION_CARRY_OVER,
	ACTION_TAKE_BACK_CARRY_OVER,
	ACTION_REOPEN,
	ACTION_ASSIGN,
	ACTION_NOTE,
	ACTION_AMEND,
	ACTION_REVEAL,
	ACTION_ACTS, /* those above are acts on an application: the workflow's */
	/* about no application, or about no single one */
	ACTION_SET_FIGURE = ACTION_ACTS,
	ACTION_OPEN_CASE,
	ACTION_ANSWER_CASE,
	ACTION_CONCLUDE_CASE,
	ACTION_SNAPSHOT,
	ACTION_SEAL,
	ACTION_RESTATE,
	ACTION_COUNT
};

/* Each list ends with NULL; index = enum. waiting_names[0] and extent_names[0] are "none", which
 * never leaves the program. */
extern const char *const category_names[CATEGORY_COUNT + 1];
extern const char *const channel_names[CHANNEL_COUNT + 1];
extern const char *const state_names[STATE_COUNT + 1];
extern const char *const waiting_names[WAITING_COUNT + 1];
extern const char *const extent_names[EXTENT_COUNT + 1];
extern const char *const answer_names[ANSWER_COUNT + 1];
extern const char *const basis_names[BASIS_COUNT + 1];
extern const char *const case_kind_names[CASE_KIND_COUNT + 1];
extern const char *const case_procedure_names[PROCEDURE_COUNT + 1];
extern const char *const case_result_names[RESULT_COUNT + 1];
extern const char *const action_names[ACTION_COUNT + 1]; /* "log", "request_correction", ... */

/* The index of name in a list that ends with NULL, or -ENOENT. */
int name_find(const char *const names[], const char *name);

#endif
