/* SPDX-License-Identifier: Apache-2.0 */
/* The backlog's cost follows its answer, not the ledger: the 50 that press most take as many
 * operations of LMDB in a register of OGID_MANY applications (20,000 by default) as in one of
 * 4,000. Counted, not timed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/load/load.h"
#include "daemon/register/registry.h"
#include "proto/base/date.h"
#include "proto/base/file.h"

#define CHANGE_INTENTS 2000
#define FEW            2000
#define ASKED          50

static struct catalogue *catalogue;

/* Logs and, but for two in a hundred, decides; receipts are spread over four years. */
static void fill(struct registry *registry, size_t count, int32_t today)
{
	for (size_t done = 0; done < count; done += CHANGE_INTENTS / 2) {
		struct change *change = change_new();
		struct change *batch[] = { change };
		size_t intents = 0;

		change->actor = "test";
		change->roles = ROLE_ALL;
		change->many = true;
		change->intents =
			arena_alloc(&change->arena, sizeof(*change->intents) * CHANGE_INTENTS);
		for (size_t i = done; i < done + CHANGE_INTENTS / 2; i++) {
			int32_t received = today - 20 - (int32_t)(i * 7919 % 1400);
			struct intent *log = &change->intents[intents++];

			*log = (struct intent){ .action = ACTION_LOG, .on = DATE_NONE };
			log->number = number_make(date_year(received), (uint32_t)i + 1);
			field_set_number(&log->fields, FIELD_CATEGORY, CATEGORY_NATURAL_PERSON);
			field_set_text(&log->fields, FIELD_NAME,
				       arena_printf(&change->arena, "申请人%zu", i));
			field_set_number(&log->fields, FIELD_CHANNEL, CHANNEL_IN_PERSON);
			field_set_text(&log->fields, FIELD_SUBJECT, "财政预算");
			field_set_number(&log->fields, FIELD_SUBMITTED_ON, received);
			if (i % 50 != 0) {
				struct intent *refuse = &change->intents[intents++];

				*refuse = (struct intent){ .action = ACTION_REFUSE,
							   .number = log->number,
							   .on = received + 10 };
				field_set_text(&refuse->fields, FIELD_REASON, "unable.not_held");
			}
		}
		change->intent_count = intents;
		assert_int_equal(registry_act(registry, batch, 1), 0);
		assert_int_equal(change->problem.code, PROBLEM_NONE);
		change_free(change);
	}
}

static uint64_t operations_of_backlog(size_t count)
{
	char data[] = "/tmp/ogid-backlog-XXXXXX", path[64], why[400];
	struct registry_options options = { .data = path, .catalogue = catalogue };
	struct registry_start start;
	struct registry *registry;
	struct backlog_item *items;
	struct arena arena = { 0 };
	struct filter any;
	uint64_t before, operations;
	size_t found;

	assert_non_null(mkdtemp(data));
	snprintf(path, sizeof(path), "%s/data", data);
	assert_int_equal(date_parse("2026-11-24", &options.today), 0);
	assert_int_equal(registry_open(&options, &registry, &start, why), 0);
	fill(registry, count, options.today);
	filter_init(&any);
	before = state_operations(registry->store->state);
	assert_int_equal(
		registry_backlog(registry, DATE_NONE, -1, &any, ASKED, &arena, &items, &found), 0);
	operations = state_operations(registry->store->state) - before;
	assert_int_equal(found, count / 50 < ASKED ? count / 50 : ASKED);
	for (size_t i = 1; i < found; i++) {
		assert_true(items[i - 1].pressing.next_on <= items[i].pressing.next_on);
	}
	printf("# %zu applications: %llu operations for the %zu that press most\n", count,
	       (unsigned long long)operations, found);
	arena_done(&arena);
	registry_close(registry);
	assert_int_equal(file_remove_tree(data), 0);
	return operations;
}

static void the_same_in_a_large_register(void **state)
{
	const char *many = getenv("OGID_MANY");

	(void)state;
	assert_int_equal(operations_of_backlog(FEW * 2),
			 operations_of_backlog(many != NULL ? strtoul(many, NULL, 10) : FEW * 10));
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
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_in_a_large_register),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
