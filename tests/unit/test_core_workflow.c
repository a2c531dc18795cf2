/* SPDX-License-Identifier: Apache-2.0 */
/* The workflow table, printed and compared with a golden file made by hand from the contract; and
 * what each check refuses or warns of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/workflow.h"
#include "daemon/load/load.h"
#include "proto/base/buf.h"
#include "proto/base/date.h"
#include "proto/base/file.h"

static struct catalogue *catalogue;
static struct arena arena;

static int32_t day(const char *text)
{
	int32_t date;

	assert_int_equal(date_parse(text, &date), 0);
	return date;
}

static void names_print(struct buf *out, const char *const names[], uint32_t bits)
{
	const char *space = "";

	for (int i = 0; names[i] != NULL; i++) {
		if ((bits >> i & 1) != 0) {
			buf_printf(out, "%s%s", space, names[i]);
			space = " ";
		}
	}
}

/* Line by line, so that what differs can be read. */
static void lines_compare(const char *printed, const char *golden)
{
	for (int line = 1; *printed != '\0' || *golden != '\0'; line++) {
		size_t left = strcspn(printed, "\n"), right = strcspn(golden, "\n");

		if (left != right || memcmp(printed, golden, left) != 0) {
			fail_msg("line %d: printed \"%.*s\", golden \"%.*s\"", line, (int)left,
				 printed, (int)right, golden);
		}
		printed += left + (printed[left] == '\n');
		golden += right + (golden[right] == '\n');
	}
}

static void golden_compare(struct buf *printed, const char *name)
{
	const char *data = getenv("OGID_TEST_DATA");
	struct buf golden;
	char path[1024];

	buf_init(&golden, 1 << 20);
	snprintf(path, sizeof(path), "%s/workflow/%s", data != NULL ? data : "tests/data", name);
	assert_int_equal(file_read(path, &golden), 0);
	buf_append(printed, "", 1);
	buf_append(&golden, "", 1);
	lines_compare(printed->data, golden.data);
	buf_done(&golden);
}

static void table_is_golden(void **state)
{
	static const char *const from[] = { "nothing", "open", "decided", "any" };
	struct buf printed;

	(void)state;
	buf_init(&printed, 1 << 20);
	for (int i = 0; i < ACTION_ACTS; i++) {
		const struct transition *row = &workflow_table[i];

		buf_printf(&printed, "%s | %s | ", action_names[i], from[row->from]);
		if (row->waiting == 0) {
			buf_append_text(&printed, "-");
		}
		names_print(&printed, waiting_names, row->waiting);
		buf_printf(&printed, " | %s | %s | ",
			   row->state_after < 0 ? "same" : state_names[row->state_after],
			   row->waiting_after == -1   ? "same"
			   : row->waiting_after == -2 ? "by call"
						      : waiting_names[row->waiting_after]);
		names_print(&printed, role_names, row->roles);
		buf_append_text(&printed, "\n");
	}
	golden_compare(&printed, "table.golden");
	buf_done(&printed);
}

static const struct workflow_context *context_at(const char *today)
{
	static struct workflow_context context;

	context = (struct workflow_context){ catalogue, day(today), ROLE_ALL, &arena };
	return &context;
}

static struct application *application_at(const char *received)
{
	static struct application application;
	struct intent intent = { .action = ACTION_LOG, .on = DATE_NONE };
	struct problem problem = { 0 };
	struct event event;

	memset(&application, 0, sizeof(application));
	field_set_number(&intent.fields, FIELD_CATEGORY, CATEGORY_NATURAL_PERSON);
	field_set_text(&intent.fields, FIELD_NAME, "张三");
	field_set_number(&intent.fields, FIELD_CHANNEL, CHANNEL_IN_PERSON);
	field_set_text(&intent.fields, FIELD_SUBJECT, "财政预算");
	field_set_number(&intent.fields, FIELD_SUBMITTED_ON, day(received));
	assert_int_equal(workflow_check(context_at("2026-12-31"), NULL, &intent, &event, &problem),
			 0);
	event.number = number_make(2022, 1);
	event.sequence = 1;
	assert_int_equal(application_apply(&application, &event, &arena), 0);
	return &application;
}

/* Does it, or returns the problem. */
static enum problem_code act(struct application *application, struct intent intent,
			     const char *today, struct problem *ret_problem)
{
	struct event event;

	*ret_problem = (struct problem){ 0 };
	intent.number = application->number;
	if (workflow_check(context_at(today), application, &intent, &event, ret_problem) < 0) {
		return ret_problem->code;
	}
	event.sequence = application->sequence + 1;
	assert_int_equal(application_apply(application, &event, &arena), 0);
	return PROBLEM_NONE;
}

static struct intent correction(const char *on, const char *reply_by)
{
	struct intent intent = { .action = ACTION_REQUEST_CORRECTION, .on = day(on) };

	field_set_number(&intent.fields, FIELD_REPLY_BY, day(reply_by));
	field_set_text(&intent.fields, FIELD_ITEMS, "写明文号");
	return intent;
}

static struct intent refusal(const char *on, const char *reason)
{
	struct intent intent = { .action = ACTION_REFUSE, .on = day(on) };

	field_set_text(&intent.fields, FIELD_REASON, reason);
	return intent;
}

/* A value for every field that the action takes. */
static void fields_fill(struct intent *intent)
{
	const struct transition *row = &workflow_table[intent->action];

	for (int i = 0; i < FIELD_COUNT; i++) {
		enum field field = (enum field)i;

		if (((row->required) >> i & 1) == 0) {
			continue;
		}
		if (field_table[i].type == FIELD_TYPE_TEXT) {
			field_set_text(&intent->fields, field,
				       field == FIELD_REASON ? "other.withdrawn" : "写明");
		} else if (field_table[i].type == FIELD_TYPE_DATE) {
			field_set_number(&intent->fields, field, day("2023-01-31"));
		} else {
			field_set_number(&intent->fields, field, 3);
		}
	}
}

/* The letters of the roles with which an action may be taken, tried one by one. */
static void roles_print(struct buf *out, const struct application *application, enum action action)
{
	static const char letters[ROLE_BITS] = { 'C', 'S', 'A', 'B', 'M' };
	size_t before = out->len;

	for (int bit = 0; bit < ROLE_BITS; bit++) {
		struct workflow_context context = { catalogue, day("2022-12-01"), 1U << bit,
						    &arena };
		struct intent intent = { .action = action, .on = DATE_NONE };
		struct problem problem = { 0 };
		struct event event;

		/* every field that the action takes is there, so that only state and role can
		 * refuse; what is left to refuse is the action's own check, which comes after them
		 */
		fields_fill(&intent);
		workflow_check(&context, application, &intent, &event, &problem);
		if (problem.code != PROBLEM_NOT_PERMITTED &&
		    problem.code != PROBLEM_INVALID_TRANSITION) {
			buf_append(out, &letters[bit], 1);
		}
	}
	if (out->len == before) {
		buf_append_text(out, "-");
	}
}

static void matrix_is_golden(void **state)
{
	static const enum state states[] = { STATE_RECEIVED, STATE_CORRECTED, STATE_CARRIED_OVER,
					     STATE_DISCLOSED, STATE_REFUSED };
	static const enum action actions[] = {
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
		ACTION_REOPEN,
		ACTION_ASSIGN,
		ACTION_NOTE,
		ACTION_AMEND,
		ACTION_REVEAL,
	};
	struct buf printed;

	(void)state;
	buf_init(&printed, 1 << 20);
	buf_append_text(
		&printed,
		"# Who may do what, by state and waiting. C clerk, S supervisor, A auditor; - "
		"nobody.\n# refuse: which reason may end which waiting is in the contract's "
		"table, not here.\n\n");
	for (size_t s = 0; s < sizeof(states) / sizeof(states[0]); s++) {
		bool open = states[s] != STATE_DISCLOSED && states[s] != STATE_REFUSED;

		for (int waiting = 0; waiting < (open ? WAITING_COUNT : 1); waiting++) {
			struct application application = *application_at("2022-09-30");

			application.state = states[s];
			application.waiting = (enum waiting)waiting;
			application.decided_on = open ? DATE_NONE : day("2022-10-10");
			buf_printf(&printed, "%s, waiting for %s\n", state_names[states[s]],
				   waiting_names[waiting]);
			for (size_t a = 0; a < sizeof(actions) / sizeof(actions[0]); a++) {
				buf_printf(&printed, "  %-20s", action_names[actions[a]]);
				roles_print(&printed, &application, actions[a]);
				buf_append_text(&printed, "\n");
			}
			buf_append_text(&printed, "\n");
		}
	}
	golden_compare(&printed, "matrix.golden");
	buf_done(&printed);
}

/* Receipt 2022-09-30: the 7th working day is 2022-10-14 (10-08 and 10-09 work). */
static void correction_notice_in_time_and_late(void **state)
{
	struct problem problem;
	struct application *a = application_at("2022-09-30");

	(void)state;
	assert_int_equal(act(a, correction("2022-10-14", "2022-10-28"), "2022-12-01", &problem),
			 PROBLEM_NONE);
	assert_int_equal(a->warnings.count, 0);
	a = application_at("2022-09-30");
	assert_int_equal(act(a, correction("2022-10-17", "2022-10-28"), "2022-12-01", &problem),
			 PROBLEM_NONE);
	assert_int_equal(a->warnings.count, 1);
	assert_string_equal(a->warnings.texts[0], "correction_notice_late: owed by 2022-10-14");
	assert_int_equal(a->waiting, WAITING_CORRECTION);
	assert_int_equal(a->waiting_until, day("2022-10-28"));
	assert_int_equal(a->state, STATE_RECEIVED);
}

static void correction_overdue_only_after_its_period(void **state)
{
	struct problem problem;
	struct application *a = application_at("2022-09-30");

	(void)state;
	assert_int_equal(
		act(a, refusal("2022-10-10", "other.correction_overdue"), "2022-12-01", &problem),
		PROBLEM_INVALID_TRANSITION);
	act(a, correction("2022-10-10", "2022-10-20"), "2022-12-01", &problem);
	assert_int_equal(
		act(a, refusal("2022-10-20", "other.correction_overdue"), "2022-12-01", &problem),
		PROBLEM_DATE_OUT_OF_ORDER);
	assert_int_equal(problem.not_before, day("2022-10-21"));
	assert_int_equal(act(a, refusal("2022-10-21", "unable.not_held"), "2022-12-01", &problem),
			 PROBLEM_INVALID_TRANSITION);
	assert_int_equal(
		act(a, refusal("2022-10-21", "other.correction_overdue"), "2022-12-01", &problem),
		PROBLEM_NONE);
	assert_int_equal(a->state, STATE_REFUSED);
	assert_string_equal(a->first_row, "other.correction_overdue");
	assert_int_equal(a->waiting, WAITING_NONE);
	assert_int_equal(a->waiting_until, DATE_NONE);
}

static void withdrawn_from_any_waiting(void **state)
{
	struct problem problem;
	struct application *a = application_at("2022-09-30");

	(void)state;
	act(a, correction("2022-10-10", "2022-10-20"), "2022-12-01", &problem);
	assert_int_equal(act(a, refusal("2022-10-11", "other.withdrawn"), "2022-12-01", &problem),
			 PROBLEM_NONE);
}

static void a_refused_one_is_not_refused_again(void **state)
{
	struct problem problem;
	struct application *a = application_at("2022-09-30");

	(void)state;
	act(a, refusal("2022-10-11", "unable.not_held"), "2022-12-01", &problem);
	assert_int_equal(act(a, refusal("2022-10-12", "unable.not_held"), "2022-12-01", &problem),
			 PROBLEM_INVALID_TRANSITION);
	assert_int_equal(problem.state, STATE_REFUSED);
	assert_int_equal(problem.allowed, 1U << ACTION_REOPEN | 1U << ACTION_ASSIGN |
						  1U << ACTION_NOTE | 1U << ACTION_AMEND);
}

static void dates_are_in_order(void **state)
{
	struct problem problem;
	struct application *a = application_at("2022-09-30");

	(void)state;
	assert_int_equal(act(a, refusal("2022-09-29", "unable.not_held"), "2022-12-01", &problem),
			 PROBLEM_DATE_OUT_OF_ORDER);
	assert_int_equal(problem.not_before, day("2022-09-30"));
	assert_int_equal(act(a, refusal("2022-12-02", "unable.not_held"), "2022-12-01", &problem),
			 PROBLEM_DATE_OUT_OF_ORDER);
	assert_int_equal(problem.not_after, day("2022-12-01"));
	assert_int_equal(act(a, refusal("2022-09-30", "refused.nothing"), "2022-12-01", &problem),
			 PROBLEM_INVALID_FIELD);
}

static void fees_begin_with_2021(void **state)
{
	struct intent fee = { .action = ACTION_NOTICE_FEE, .on = day("2020-12-31") };
	struct application *a = application_at("2020-12-21");
	struct problem problem;

	(void)state;
	field_set_number(&fee.fields, FIELD_BASIS, BASIS_ITEMS);
	field_set_number(&fee.fields, FIELD_QUANTITY, 31);
	assert_int_equal(act(a, fee, "2021-01-31", &problem), PROBLEM_DATE_OUT_OF_ORDER);
	assert_int_equal(problem.not_before, day("2021-01-01"));
	fee.on = day("2021-01-04");
	assert_int_equal(act(a, fee, "2021-03-31", &problem), PROBLEM_NONE);
	assert_int_equal(a->waiting, WAITING_PAYMENT);
}

static void extension_once(void **state)
{
	struct intent extend = { .action = ACTION_EXTEND, .on = day("2022-10-20") };
	struct application *a = application_at("2022-09-30");
	struct problem problem;

	(void)state;
	field_set_number(&extend.fields, FIELD_WORKING_DAYS, 21);
	field_set_text(&extend.fields, FIELD_APPROVED_BY, "李主任");
	assert_int_equal(act(a, extend, "2022-12-01", &problem), PROBLEM_INVALID_FIELD);
	field_set_number(&extend.fields, FIELD_WORKING_DAYS, 20);
	assert_int_equal(act(a, extend, "2022-12-01", &problem), PROBLEM_NONE);
	assert_int_equal(act(a, extend, "2022-12-01", &problem), PROBLEM_INVALID_TRANSITION);
}

static void an_unconfirmed_channel_needs_its_day(void **state)
{
	struct intent intent = { .action = ACTION_LOG, .on = DATE_NONE };
	struct problem problem = { 0 };
	struct event event;

	(void)state;
	field_set_number(&intent.fields, FIELD_CATEGORY, CATEGORY_OTHER);
	field_set_text(&intent.fields, FIELD_NAME, "某村委会");
	field_set_number(&intent.fields, FIELD_CHANNEL, CHANNEL_INTERNET);
	field_set_text(&intent.fields, FIELD_SUBJECT, "补偿标准");
	assert_true(workflow_check(context_at("2026-11-24"), NULL, &intent, &event, &problem) < 0);
	assert_string_equal(problem.field, "received_on");
	field_set_number(&intent.fields, FIELD_RECEIVED_ON, day("2026-11-21"));
	assert_int_equal(workflow_check(context_at("2026-11-24"), NULL, &intent, &event, &problem),
			 0);
	assert_int_equal(event.on, day("2026-11-21"));
}

static int setup(void **state)
{
	struct yaml_problem problem;
	struct load_places places;

	(void)state;
	return load_catalogue(NULL, &catalogue, &places, &problem);
}

static int teardown(void **state)
{
	(void)state;
	catalogue_free(catalogue);
	arena_done(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_golden),
		cmocka_unit_test(matrix_is_golden),
		cmocka_unit_test(correction_notice_in_time_and_late),
		cmocka_unit_test(correction_overdue_only_after_its_period),
		cmocka_unit_test(withdrawn_from_any_waiting),
		cmocka_unit_test(a_refused_one_is_not_refused_again),
		cmocka_unit_test(dates_are_in_order),
		cmocka_unit_test(fees_begin_with_2021),
		cmocka_unit_test(extension_once),
		cmocka_unit_test(an_unconfirmed_channel_needs_its_day),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
