/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/made_register.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/date.h"
#include "proto/base/file.h"

#define TRIALS       15
#define TRIALS_SMALL 3
#define ACTS_MAX     8  /* of one application */
#define HAND         40 /* acts of one change */
#define CASES        40
#define FIXED_SEED   20260101

/* The days on which somebody sits down and enters what has happened since. */
static const char *const entered_on[] = { "2024-07-01", "2025-01-06", "2025-07-01",
					  "2025-12-01", "2026-01-06", "2026-03-20" };
#define DAYS        (sizeof(entered_on) / sizeof(entered_on[0]))
#define SEALING_DAY 2

static const char *const reasons[] = {
	"refused.state_secret",
	"refused.forbidden_by_law",
	"refused.three_securities_one_stability",
	"refused.third_party_rights",
	"refused.internal_affairs",
	"refused.process_information",
	"refused.enforcement_file",
	"refused.administrative_query",
	"unable.not_held",
	"unable.needs_creation",
	"unable.unclear_after_correction",
	"not_processed.petition",
	"not_processed.duplicate",
	"not_processed.publication",
	"not_processed.excessive",
	"not_processed.reconfirm",
	"other.withdrawn",
	"other.misc",
};
#define REASONS (sizeof(reasons) / sizeof(reasons[0]))

struct act {
	int32_t entered;
	size_t order;
	struct intent intent;
};

struct case_plan {
	int32_t opened, answered, concluded; /* DATE_NONE: not */
	char name[DISPUTE_TEXT_BYTES];
};

struct plan {
	struct made *made;
	struct arena arena;
	struct act *acts;
	size_t act_count, done;
	size_t refusals;
	struct case_plan cases[CASES];
	int32_t on; /* of the last act planned */
	uint64_t number;
	uint64_t decided_first_year; /* one that was: the restatement is about it */
};

uint64_t made_random(struct made *made, uint64_t below)
{
	uint64_t z = made->random += 0x9e3779b97f4a7c15U;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
	z = (z ^ z >> 27) * 0x94d049bb133111ebU;
	return (z ^ z >> 31) % below;
}

uint64_t made_seed(void)
{
	const char *given = getenv("OGID_SEED");
	uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : FIXED_SEED;

	printf("# OGID_SEED=%llu\n", (unsigned long long)seed);
	return seed;
}

size_t made_trials(void)
{
	const char *trials = getenv("OGID_TRIALS");
	long count = trials != NULL ? strtol(trials, NULL, 10) : 0;

	return count > 0 ? (size_t)count : made_small() ? TRIALS_SMALL : TRIALS;
}

bool made_small(void)
{
	const char *small = getenv("OGID_SMALL");

	return small != NULL && strcmp(small, "1") == 0;
}

/* ---- what happens ---- */

static int32_t day_of(const char *text)
{
	int32_t day;

	assert_int_equal(date_parse(text, &day), 0);
	return day;
}

/* The next act, so many days after the one before; entered the same day or late. */
static struct intent *act_plan(struct plan *plan, enum action action, uint64_t days)
{
	struct act *act = &plan->acts[plan->act_count];

	plan->on += (int32_t)days;
	*act = (struct act){ .entered = plan->on + (made_random(plan->made, 10) == 0 ? 18 : 0),
			     .order = plan->act_count,
			     .intent = { .action = action,
					 .number = plan->number,
					 .on = action == ACTION_LOG ? DATE_NONE : plan->on } };
	if (plan->act_count > 0 && plan->acts[plan->act_count - 1].intent.number == plan->number &&
	    act->entered < plan->acts[plan->act_count - 1].entered) {
		act->entered = plan->acts[plan->act_count - 1].entered;
	}
	plan->act_count++;
	return &act->intent;
}

static uint64_t days_about(struct plan *plan, uint64_t days)
{
	return days + made_random(plan->made, days);
}

static void refuse_plan(struct plan *plan, const char *reason, uint64_t days)
{
	field_set_text(&act_plan(plan, ACTION_REFUSE, days)->fields, FIELD_REASON, reason);
}

static void disclose_plan(struct plan *plan, enum extent extent, uint64_t days)
{
	struct intent *intent = act_plan(plan, ACTION_DISCLOSE, days);

	field_set_number(&intent->fields, FIELD_EXTENT, extent);
	if (extent == EXTENT_PARTIAL) {
		field_set_text(&intent->fields, FIELD_REASON, "refused.third_party_rights");
	}
}

static void fee_plan(struct plan *plan, enum basis basis)
{
	struct intent *intent = act_plan(plan, ACTION_NOTICE_FEE, days_about(plan, 4));

	field_set_number(&intent->fields, FIELD_BASIS, basis);
	field_set_number(&intent->fields, FIELD_QUANTITY,
			 20 + (int64_t)made_random(plan->made, 300));
}

static void correction_plan(struct plan *plan)
{
	struct intent *intent = act_plan(plan, ACTION_REQUEST_CORRECTION, days_about(plan, 3));

	field_set_number(&intent->fields, FIELD_REPLY_BY, plan->on + 15);
	field_set_text(&intent->fields, FIELD_ITEMS, "写明所需信息的名称");
}

static void reasons_plan(struct plan *plan)
{
	struct intent *intent;

	act_plan(plan, ACTION_REQUEST_REASONS, days_about(plan, 4));
	intent = act_plan(plan, ACTION_GIVE_REASONS, days_about(plan, 5));
	field_set_number(&intent->fields, FIELD_REASONABLE, 1);
	field_set_number(&intent->fields, FIELD_ANSWER_BY, plan->on + 60);
}

static void consultation_plan(struct plan *plan)
{
	struct intent *intent = act_plan(plan, ACTION_CONSULT, days_about(plan, 4));

	field_set_number(&intent->fields, FIELD_WHOM, WAITING_THIRD_PARTY);
	field_set_text(&intent->fields, FIELD_WHOM_NAME, "某公司");
	intent = act_plan(plan, ACTION_END_CONSULTATION, days_about(plan, 6));
	field_set_number(&intent->fields, FIELD_ANSWER, ANSWER_OBJECTS);
}

static void extension_plan(struct plan *plan)
{
	struct intent *intent = act_plan(plan, ACTION_EXTEND, days_about(plan, 8));

	field_set_number(&intent->fields, FIELD_WORKING_DAYS, 15);
	field_set_text(&intent->fields, FIELD_APPROVED_BY, "主任");
}

/* What happens to it after it was logged. `wait`: until it is decided. */
static void life_plan(struct plan *plan, uint64_t wait)
{
	switch (made_random(plan->made, 16)) {
	case 0: /* left open */
		break;
	case 1:
	case 2:
		disclose_plan(plan, EXTENT_FULL, wait);
		break;
	case 3:
		disclose_plan(plan, EXTENT_PARTIAL, wait);
		break;
	case 4:
		correction_plan(plan);
		act_plan(plan, ACTION_CORRECT, days_about(plan, 5));
		disclose_plan(plan, EXTENT_FULL, wait);
		break;
	case 5:
		correction_plan(plan);
		refuse_plan(plan, "other.correction_overdue", 40 + wait);
		break;
	case 6:
	case 7:
		fee_plan(plan, BASIS_PAGES);
		act_plan(plan, ACTION_PAY_FEE, days_about(plan, 5));
		disclose_plan(plan, EXTENT_FULL, wait);
		break;
	case 8:
		fee_plan(plan, BASIS_ITEMS);
		refuse_plan(plan, "other.fee_overdue", 60 + wait);
		break;
	case 9: /* left waiting */
		fee_plan(plan, BASIS_PAGES);
		break;
	case 10:
		consultation_plan(plan);
		refuse_plan(plan, "refused.third_party_rights", wait);
		break;
	case 11:
		reasons_plan(plan);
		disclose_plan(plan, EXTENT_PARTIAL, wait);
		break;
	case 12:
		extension_plan(plan);
		disclose_plan(plan, EXTENT_FULL, wait);
		break;
	case 13:
		disclose_plan(plan, EXTENT_FULL, wait);
		field_set_text(&act_plan(plan, ACTION_REOPEN, days_about(plan, 30))->fields,
			       FIELD_WHY, "复议决定撤销");
		refuse_plan(plan, "unable.not_held", days_about(plan, 10));
		break;
	default:
		refuse_plan(plan, reasons[plan->refusals++ % REASONS], wait);
		break;
	}
}

static void application_plan(struct plan *plan, size_t i)
{
	struct made *made = plan->made;
	int32_t received = day_of("2024-01-02") + (int32_t)made_random(made, 728);
	uint64_t wait =
		made_random(made, 6) == 0 ? 100 + made_random(made, 400) : days_about(plan, 7);
	size_t first = plan->act_count;
	struct intent *log;

	plan->on = received;
	plan->number = number_make(date_year(received), (uint32_t)i + 1);
	log = act_plan(plan, ACTION_LOG, 0);
	field_set_number(&log->fields, FIELD_CATEGORY, (int64_t)made_random(made, CATEGORY_COUNT));
	field_set_text(&log->fields, FIELD_NAME,
		       arena_printf(&plan->arena, "申请人%d", (int)made_random(made, 200)));
	field_set_number(&log->fields, FIELD_CHANNEL, CHANNEL_IN_PERSON);
	field_set_text(&log->fields, FIELD_SUBJECT, "财政预算");
	field_set_number(&log->fields, FIELD_SUBMITTED_ON, received);
	if (made_random(made, 8) == 0) {
		struct intent *amend = act_plan(plan, ACTION_AMEND, 0);

		field_set_number(&amend->fields, FIELD_CATEGORY,
				 (int64_t)made_random(made, CATEGORY_COUNT));
		field_set_text(&amend->fields, FIELD_WHY, "登记有误");
	}
	life_plan(plan, wait);
	if (made_random(made, 8) == 0) {
		field_set_text(&act_plan(plan, ACTION_NOTE, 1)->fields, FIELD_TEXT, "已归档");
	}
	if (plan->acts[plan->act_count - 1].intent.action == ACTION_DISCLOSE &&
	    date_year(plan->on) == MADE_FIRST_YEAR && plan->act_count > first + 1) {
		plan->decided_first_year = plan->number;
	}
}

static int act_order(const void *left, const void *right)
{
	const struct act *a = left, *b = right;

	return a->entered != b->entered ? (a->entered < b->entered ? -1 : 1)
					: (a->order > b->order) - (a->order < b->order);
}

static void cases_plan(struct plan *plan)
{
	for (size_t i = 0; i < CASES; i++) {
		struct case_plan *planned = &plan->cases[i];

		*planned = (struct case_plan){ .answered = DATE_NONE, .concluded = DATE_NONE };
		planned->opened = day_of("2024-02-01") + (int32_t)made_random(plan->made, 700);
		if (i % 4 != 0) {
			planned->answered = planned->opened + (int32_t)days_about(plan, 5);
			planned->concluded = planned->answered + (int32_t)days_about(plan, 40);
		}
	}
}

/* ---- entering it ---- */

static struct change *change_make(enum change_kind kind)
{
	struct change *change = change_new();

	assert_non_null(change);
	change->kind = kind;
	change->actor = "test";
	change->roles = ROLE_ALL;
	change->on = DATE_NONE;
	return change;
}

static void change_do(struct registry *registry, struct change *change)
{
	struct change *batch[] = { change };

	assert_int_equal(registry_act(registry, batch, 1), 0);
	if (change->problem.code != PROBLEM_NONE) {
		const struct problem *problem = &change->problem;
		const struct intent *intent =
			problem->step >= 0 ? &change->intents[problem->step] : change->intents;

		printf("# %s of %u-%u: problem %d, %s %s, year %d, date %d, from %d to %d\n",
		       intent != NULL ? action_names[intent->action] : "change",
		       (unsigned)number_year(problem->number), number_serial(problem->number),
		       (int)problem->code, problem->field, problem->text, problem->year,
		       problem->date, problem->not_before, problem->not_after);
	}
	assert_int_equal(change->problem.code, PROBLEM_NONE);
}

static void acts_enter(struct registry *registry, struct plan *plan, int32_t today)
{
	while (plan->done < plan->act_count && plan->acts[plan->done].entered <= today) {
		struct change *change = change_make(CHANGE_ACTS);

		change->many = true;
		change->key = arena_printf(&change->arena, "key-%zu", plan->done);
		change->intents = arena_alloc(&change->arena, sizeof(*change->intents) * HAND);
		while (change->intent_count < HAND && plan->done < plan->act_count &&
		       plan->acts[plan->done].entered <= today) {
			change->intents[change->intent_count++] = plan->acts[plan->done++].intent;
		}
		change_do(registry, change);
		change_free(change);
	}
}

static void book_enter(struct registry *registry, const struct intent *intent, char *ret_name)
{
	struct change *change = change_make(CHANGE_ACTS);
	struct intent copy = *intent;

	change->intents = &copy;
	change->intent_count = 1;
	change_do(registry, change);
	if (ret_name != NULL) {
		memcpy(ret_name, change->case_name, DISPUTE_TEXT_BYTES);
	}
	change_free(change);
}

static void cases_enter(struct registry *registry, struct plan *plan, int32_t today)
{
	for (size_t i = 0; i < CASES; i++) {
		struct case_plan *planned = &plan->cases[i];
		struct intent intent = { .action = ACTION_OPEN_CASE, .on = planned->opened };

		if (planned->name[0] == '\0' && planned->opened <= today) {
			field_set_number(&intent.fields, FIELD_KIND,
					 (int64_t)made_random(plan->made, CASE_KIND_COUNT));
			book_enter(registry, &intent, planned->name);
		}
		intent = (struct intent){ .action = ACTION_ANSWER_CASE, .on = planned->answered };
		field_set_text(&intent.fields, FIELD_CASE, planned->name);
		if (planned->answered != DATE_NONE && planned->answered <= today) {
			book_enter(registry, &intent, NULL);
			planned->answered = DATE_NONE;
		}
		intent.action = ACTION_CONCLUDE_CASE;
		intent.on = planned->concluded;
		if (planned->concluded != DATE_NONE && planned->concluded <= today) {
			field_set_number(&intent.fields, FIELD_RESULT,
					 (int64_t)made_random(plan->made, RESULT_COUNT));
			book_enter(registry, &intent, NULL);
			planned->concluded = DATE_NONE;
		}
	}
}

static void figures_enter(struct registry *registry, struct plan *plan, int year)
{
	const struct form *form = catalogue_form(plan->made->catalogue, NULL, year);

	for (size_t i = 0; i < form->table2.row_count; i++) {
		struct intent intent = { .action = ACTION_SET_FIGURE, .on = DATE_NONE };
		char value[32];

		snprintf(value, sizeof(value), "%d", 10 + (int)made_random(plan->made, 500));
		field_set_number(&intent.fields, FIELD_YEAR, year);
		field_set_text(&intent.fields, FIELD_FIGURE, form->table2.rows[i].key);
		field_set_text(&intent.fields, FIELD_VALUE, value);
		book_enter(registry, &intent, NULL);
	}
}

static void year_change(struct registry *registry, enum change_kind kind, int32_t on)
{
	struct change *change = change_make(kind);

	change->on = on;
	change->year = MADE_FIRST_YEAR;
	change->why = kind == CHANGE_RESTATE ? "登记有误" : NULL;
	change_do(registry, change);
	if (kind == CHANGE_RESTATE) {
		assert_true(change->changed_count > 0);
	}
	change_free(change);
}

/* Another category for one that the sealed year counts. */
static void sealed_amend(struct registry *registry, struct plan *plan)
{
	struct problem problem = { 0 };
	struct application application;
	struct intent intent = { .action = ACTION_AMEND,
				 .number = plan->decided_first_year,
				 .on = DATE_NONE };

	assert_int_not_equal(intent.number, 0);
	assert_int_equal(registry_get(registry, intent.number, DATE_NONE, &plan->arena,
				      &application, &problem),
			 0);
	field_set_number(&intent.fields, FIELD_CATEGORY,
			 (application.category + 1) % CATEGORY_COUNT);
	field_set_text(&intent.fields, FIELD_WHY, "登记有误");
	book_enter(registry, &intent, NULL);
}

static void day_enter(struct made *made, struct plan *plan, size_t day)
{
	struct registry_start start;
	struct registry *registry;

	made->today = day_of(entered_on[day]);
	registry = made_open(made, &start);
	acts_enter(registry, plan, made->today);
	cases_enter(registry, plan, made->today);
	if (date_year(made->today) > MADE_FIRST_YEAR) {
		figures_enter(registry, plan, MADE_FIRST_YEAR + (day > SEALING_DAY));
	}
	year_change(registry, CHANGE_ROLLUP, made->today);
	if (day == SEALING_DAY) {
		year_change(registry, CHANGE_SEAL, DATE_NONE);
	}
	if (day + 1 == DAYS) {
		sealed_amend(registry, plan);
		year_change(registry, CHANGE_RESTATE, DATE_NONE);
		year_change(registry, CHANGE_ROLLUP, made->today);
	}
	registry_close(registry);
}

void made_register(struct made *made, const struct catalogue *catalogue, uint64_t seed,
		   size_t applications)
{
	struct plan *plan = calloc(1, sizeof(*plan));

	*made = (struct made){ .directory = "/tmp/ogid-made-XXXXXX",
			       .catalogue = catalogue,
			       .random = seed };
	assert_non_null(mkdtemp(made->directory));
	snprintf(made->data, sizeof(made->data), "%s/data", made->directory);
	snprintf(made->state, sizeof(made->state), "%s/state", made->data);
	assert_non_null(plan);
	plan->made = made;
	plan->acts = arena_alloc(&plan->arena, sizeof(*plan->acts) * applications * ACTS_MAX);
	for (size_t i = 0; i < applications; i++) {
		application_plan(plan, i);
	}
	qsort(plan->acts, plan->act_count, sizeof(*plan->acts), act_order);
	cases_plan(plan);
	for (size_t day = 0; day < DAYS; day++) {
		day_enter(made, plan, day);
	}
	arena_done(&plan->arena);
	free(plan);
}

void made_remove(struct made *made)
{
	assert_int_equal(file_remove_tree(made->directory), 0);
}

static int open_result(struct made *made, struct registry **ret_registry,
		       struct registry_start *ret_start, char why[static 400])
{
	struct registry_options options = { .data = made->data,
					    .catalogue = made->catalogue,
					    .today = made->today };

	return registry_open(&options, ret_registry, ret_start, why);
}

struct registry *made_open(struct made *made, struct registry_start *ret_start)
{
	struct registry *registry;
	char why[400];

	assert_int_equal(open_result(made, &registry, ret_start, why), 0);
	return registry;
}

/* ---- what is found ---- */

static void verify_find(struct registry *registry, struct finding *finding)
{
	struct verification *verification;
	const struct verify_problem *problems;
	uint64_t checked, of;
	int r;

	assert_int_equal(verification_new(registry, 0, &verification), 0);
	while ((r = verification_step(verification, &checked, &of)) > 0) {
	}
	assert_int_equal(r, 0);
	finding->problems = verification_problems(verification, &problems);
	for (size_t i = 0; i < finding->problems; i++) {
		buf_printf(&finding->text, "%llu: %s\n", (unsigned long long)problems[i].sequence,
			   problems[i].what);
	}
	verification_free(verification);
}

static void check_find(const struct check *check, struct finding *finding)
{
	char number[NUMBER_TEXT_BYTES];

	if (check->holds || check->warning) {
		return;
	}
	finding->failing++;
	finding->recounted += strcmp(check->rule, "recount") == 0;
	buf_printf(&finding->text, "check %s %s %s %s %lld %lld", check->rule, check->table,
		   check->row != NULL ? check->row : "-",
		   check->column != NULL ? check->column : "-", (long long)check->expected,
		   (long long)check->found);
	for (size_t i = 0; i < check->case_count; i++) {
		buf_printf(&finding->text, " %s", number_format(check->cases[i], number));
	}
	buf_append_text(&finding->text, "\n");
}

static void report_find(struct registry *registry, int year, int revision, struct finding *finding)
{
	struct report_query query = { .year = year, .known_on = DATE_NONE, .revision = revision };
	struct problem problem = { 0 };
	struct arena arena = { 0 };
	struct report report;

	if (registry_report(registry, &query, &arena, &report, &problem) < 0) {
		finding->reports++;
		buf_printf(&finding->text, "report of %d: %s\n", year, problem.text);
	} else {
		for (struct check *check = report.checks.first; check != NULL;
		     check = check->next) {
			check_find(check, finding);
		}
	}
	arena_done(&arena);
}

void made_find(struct made *made, struct finding *ret_finding,
	       void (*each)(struct registry *registry, void *userdata), void *userdata)
{
	struct finding finding = { 0 };
	struct registry_start start;
	struct registry *registry;
	char why[400];

	buf_init(&finding.text, 1 << 20);
	if (open_result(made, &registry, &start, why) < 0) {
		buf_printf(&finding.text, "%s\n", why);
		*ret_finding = finding;
		return;
	}
	finding.opened = true;
	finding.rebuilt = start.rebuilt;
	verify_find(registry, &finding);
	for (int year = MADE_FIRST_YEAR; year <= MADE_LAST_YEAR; year++) {
		report_find(registry, year, 0, &finding);
		report_find(registry, year, -1, &finding);
	}
	if (each != NULL) {
		each(registry, userdata);
	}
	registry_close(registry);
	*ret_finding = finding;
}

void finding_done(struct finding *finding)
{
	buf_done(&finding->text);
}

bool finding_says(const struct finding *finding, const char *text)
{
	return finding->text.len > 0 &&
	       memmem(finding->text.data, finding->text.len, text, strlen(text)) != NULL;
}

void made_assert_clean(struct made *made)
{
	struct finding finding;

	made_find(made, &finding, NULL, NULL);
	if (finding.text.len > 0) {
		printf("# not clean:\n# %.*s\n", (int)finding.text.len, finding.text.data);
	}
	assert_true(finding.opened);
	assert_int_equal(finding.text.len, 0);
	finding_done(&finding);
}
