/* SPDX-License-Identifier: Apache-2.0 */
/* The map grows while what is in memory goes into it, with a verification under way beside. Many
 * first sizes, so that it is found full at many places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "daemon/load/load.h"
#include "daemon/register/registry.h"
#include "proto/base/date.h"
#include "proto/base/file.h"

#define SIZES   40
#define CHANGES 400

static struct catalogue *catalogue;

static void log_one(struct registry *registry, size_t i)
{
	struct change *change = change_new();
	struct change *batch[] = { change };
	struct intent *intent = arena_alloc(&change->arena, sizeof(*intent));

	*intent = (struct intent){ .action = ACTION_LOG, .on = DATE_NONE };
	field_set_number(&intent->fields, FIELD_CATEGORY, CATEGORY_NATURAL_PERSON);
	field_set_text(&intent->fields, FIELD_NAME, arena_printf(&change->arena, "申请人%zu", i));
	field_set_number(&intent->fields, FIELD_CHANNEL, CHANNEL_IN_PERSON);
	field_set_text(&intent->fields, FIELD_SUBJECT, "财政预算");
	change->actor = "test";
	change->roles = ROLE_ALL;
	change->intents = intent;
	change->intent_count = 1;
	assert_int_equal(registry_act(registry, batch, 1), 0);
	assert_int_equal(change->problem.code, PROBLEM_NONE);
	assert_int_equal(change->applications[0].number, number_make(2026, (uint32_t)i + 1));
	change_free(change);
}

static void assert_verified(struct registry *registry)
{
	struct verification *verification;
	const struct verify_problem *problems;
	uint64_t checked, of;
	int r;

	assert_int_equal(verification_new(registry, 0, &verification), 0);
	while ((r = verification_step(verification, &checked, &of)) > 0) {
	}
	assert_int_equal(r, 0);
	assert_int_equal(checked, CHANGES);
	assert_int_equal(verification_problems(verification, &problems), 0);
	verification_free(verification);
}

static void grow_from(size_t map_bytes)
{
	char data[] = "/tmp/ogid-growth-XXXXXX", path[64], why[400];
	struct registry_options options = { .data = path,
					    .catalogue = catalogue,
					    .map_bytes = map_bytes };
	struct registry_start start;
	struct registry *registry;
	struct status status;
	struct verification *beside = NULL;

	assert_non_null(mkdtemp(data));
	snprintf(path, sizeof(path), "%s/data", data);
	assert_int_equal(date_parse("2026-11-24", &options.today), 0);
	assert_int_equal(registry_open(&options, &registry, &start, why), 0);
	for (size_t i = 0; i < CHANGES; i++) {
		uint64_t checked, of;

		/* a verification under way does not hold the growing up between its steps */
		if (i == CHANGES / 4) {
			assert_int_equal(verification_new(registry, 0, &beside), 0);
		}
		if (beside != NULL) {
			assert_true(verification_step(beside, &checked, &of) >= 0);
		}
		log_one(registry, i);
		if (i % 10 == 9) {
			assert_int_equal(registry_checkpoint(registry), 0);
		}
	}
	verification_free(beside);
	assert_int_equal(registry_status(registry, &status), 0);
	assert_int_equal(status.applications, CHANGES);
	assert_true(state_map_bytes(registry->store->state) > map_bytes);
	assert_verified(registry);
	registry_close(registry);
	assert_int_equal(file_remove_tree(data), 0);
}

static void the_map_grows_wherever_it_is_full(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIZES; i++) {
		grow_from(128 * 1024 + i * 4096);
	}
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
		cmocka_unit_test(the_map_grows_wherever_it_is_full),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
