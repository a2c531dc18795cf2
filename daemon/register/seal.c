/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing a year, and restating a sealed one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "proto/base/date.h"
#include "proto/base/sm2.h"

static int64_t applications_of(const struct tables *tables)
{
	const struct table *table = &tables->of[YEAR_TABLE3];
	int64_t sum = 0;

	for (size_t row = 0; row < table->form->row_count; row++) {
		if (strcmp(table->form->rows[row].key, "new") == 0 ||
		    strcmp(table->form->rows[row].key, "carried_in") == 0) {
			sum += *table_cell(table, row, table->form->column_count - 1);
		}
	}
	return sum;
}

/* What is known before the line is written; publish_complete adds the rest. */
static int seal_enter(struct draft *draft, enum action action, const struct report *report,
		      struct seal *seal)
{
	struct arena *arena = &draft->change->arena;
	struct event event = { .action = action, .on = draft->today };
	uint64_t before;
	int r = publish_last_seal(draft->txn, &before);

	if (r == 0) {
		r = tables_write(&report->tables, arena, &seal->rows);
	}
	if (r < 0) {
		return r;
	}
	seal->year = report->year;
	seal->on = draft->today;
	seal->form = report->form->name;
	seal->organ = report->organ;
	seal->first_sequence = before + 1;
	seal->last_sequence = draft->sequence + draft->change->event_count;
	seal->applications = applications_of(&report->tables);
	seal->tables = tables_digest(&seal->rows);
	seal_to_fields(seal, arena, &event.fields);
	return arena->failed ? -ENOMEM : draft_enter(draft, &event);
}

static int seal_sign(const char *key_file, struct seal *seal, struct arena *arena,
		     struct problem *problem)
{
	char *signature = NULL, *public_key = NULL, why[200];
	struct buf statement;
	int r;

	buf_init(&statement, 64 * 1024);
	r = seal_statement(seal, &statement);
	if (r == 0) {
		r = sm2_sign(key_file, statement.data, statement.len, &signature, &public_key, why);
		if (r < 0) {
			problem->code = PROBLEM_INTERNAL;
			problem->result = r;
			snprintf(problem->text, sizeof(problem->text), "%s", why);
		}
	}
	if (r == 0) {
		seal->signature = arena_strdup(arena, signature);
		seal->public_key = arena_strdup(arena, public_key);
	}
	free(signature);
	free(public_key);
	buf_done(&statement);
	return r;
}

int publish_complete(struct draft *draft, struct event *event)
{
	const char *key_file = draft->registry->catalogue->settings.seal_key;
	struct arena *arena = &draft->change->arena;
	struct event before;
	struct seal seal;
	int r = seal_of_event(event, &seal);

	seal.head = ledger_head(draft->registry->store->ledger).digest;
	if (r == 0 && seal.first_sequence > 1) {
		r = ask_entry(draft->registry, draft->txn, seal.first_sequence - 1, arena, &before);
		seal.has_previous = r == 0;
		seal.previous = before.digest;
	}
	if (r == 0 && key_file != NULL) {
		r = seal_sign(key_file, &seal, arena, &draft->change->problem);
	}
	if (r == 0) {
		seal_to_fields(&seal, arena, &event->fields);
	}
	return r < 0 ? r : arena->failed ? -ENOMEM : 0;
}

/* A key that cannot sign is found before anything is written. */
static int key_check(struct draft *draft)
{
	const char *key_file = draft->registry->catalogue->settings.seal_key;
	struct seal nothing = { .form = "", .organ = "", .on = draft->today };

	return key_file == NULL ? 0
				: seal_sign(key_file, &nothing, &draft->change->arena,
					    &draft->change->problem);
}

/* The entry on whose digest a seal rests. 1: it is not the one that the seal says. */
static int head_differs(struct registry *registry, struct state_txn *txn, uint64_t sequence,
			const struct sm3 *said, struct arena *arena)
{
	struct event *event = arena_alloc(arena, sizeof(*event));
	int r = event == NULL ? -ENOMEM : ask_entry(registry, txn, sequence, arena, event);

	return r < 0 ? r : memcmp(&event->digest, said, sizeof(*said)) != 0;
}

int publish_seal_verify(struct registry *registry, struct state_txn *txn, const struct event *event,
			const struct tables *given, struct arena *arena, const char **ret_what)
{
	const char *wrong = NULL;
	uint64_t before;
	struct seal seal;
	int r = publish_last_seal(txn, &before), differs = 0;

	if (r == 0 && seal_of_event(event, &seal) < 0) {
		wrong = "something that no seal says";
	} else if (r == 0 && seal.applications != applications_of(given)) {
		wrong = "another number of applications than its tables";
	} else if (r == 0 &&
		   (seal.first_sequence != before + 1 || seal.has_previous != (before > 0))) {
		wrong = "another seal before it than there is";
	} else if (r == 0) {
		differs = head_differs(registry, txn, seal.last_sequence, &seal.head, arena);
		wrong = differs > 0 ? "another digest of the entry before it" : NULL;
		if (differs == 0 && seal.has_previous) {
			differs = head_differs(registry, txn, before, &seal.previous, arena);
			wrong = differs > 0 ? "another digest of the seal before it" : NULL;
		}
	}
	if (r < 0 || differs < 0) {
		return r < 0 ? r : differs;
	}
	if (wrong != NULL) {
		*ret_what =
			arena_printf(arena, "the %s of %lld says %s", action_names[event->action],
				     (long long)field_number(&event->fields, FIELD_YEAR, 0), wrong);
	}
	return wrong != NULL;
}

static int checks_fail(struct draft *draft, const struct report *report)
{
	struct check_list *checks = arena_alloc(&draft->change->arena, sizeof(*checks));

	if (checks == NULL) {
		return -ENOMEM;
	}
	*checks = report->checks;
	draft->change->problem.code = PROBLEM_CHECKS_FAIL;
	draft->change->problem.checks = checks;
	return -EINVAL;
}

/* The year counted as it stands, every check holding. */
static int sealable(struct draft *draft, const char *form_name, struct report *ret_report)
{
	struct change *change = draft->change;
	const struct form *form;
	int r = report_form(draft->registry, change->year, form_name, &form, &change->problem);

	if (r == 0) {
		r = report_count(draft->registry, draft->txn, form, change->year, &change->arena,
				 ret_report);
	}
	if (r == 0) {
		r = key_check(draft);
	}
	if (r == 0 && !check_list_holds(&ret_report->checks)) {
		r = checks_fail(draft, ret_report);
	}
	return r;
}

int publish_seal_draft(struct draft *draft)
{
	struct change *change = draft->change;
	struct report report;
	struct seal seal = { .revision = 1 };
	int r = publish_seal(draft->registry, draft->txn, change->year, -1, DATE_NONE,
			     &change->arena, &seal);

	if (r != -ENOENT) {
		return r; /* sealed already */
	}
	r = sealable(draft, NULL, &report);
	if (r == 0 && draft->today <= date_year_end(change->year)) {
		change->problem.code = PROBLEM_YEAR_NOT_OVER;
		change->problem.year = change->year;
		r = -EINVAL;
	}
	if (r == 0) {
		change->on = draft->today;
		r = rollup_draft(draft);
	}
	return r < 0 ? r : seal_enter(draft, ACTION_SEAL, &report, &seal);
}

/* ---- a restatement ---- */

struct changing {
	struct change *change;
	size_t size;
	const char **lines;
	size_t line_size;
	bool failed;
};

static void cell_changed(const struct table *table, size_t row, size_t column, int64_t before,
			 int64_t after, void *userdata)
{
	struct changing *changing = userdata;
	struct change *change = changing->change;
	struct changed_cell *cells =
		arena_grow(&change->arena, change->changed, change->changed_count, &changing->size,
			   sizeof(*cells));
	const char **lines = arena_grow(&change->arena, changing->lines, change->changed_count,
					&changing->line_size, sizeof(*lines));

	if (cells == NULL || lines == NULL) {
		changing->failed = true;
		return;
	}
	/* a figure that was not stated is printed as 0 */
	before = before == TABLE_NOT_STATED ? 0 : before;
	after = after == TABLE_NOT_STATED ? 0 : after;
	cells[change->changed_count] =
		(struct changed_cell){ table->form->id, table->form->rows[row].key,
				       table->form->columns[column].key, before, after };
	lines[change->changed_count] = arena_printf(
		&change->arena, "%s %s %s %lld %lld", table->form->id, table->form->rows[row].key,
		table->form->columns[column].key, (long long)before, (long long)after);
	change->changed = cells;
	changing->lines = lines;
	change->changed_count++;
}

int publish_restate_draft(struct draft *draft)
{
	struct change *change = draft->change;
	struct changing changing = { .change = change };
	struct report published, report;
	struct seal seal, next = { .why = change->why };
	int r = publish_seal(draft->registry, draft->txn, change->year, -1, DATE_NONE,
			     &change->arena, &seal);

	if (r == -ENOENT) {
		change->problem.code = PROBLEM_NOT_SEALED;
		change->problem.year = change->year;
		return -EINVAL;
	}
	if (r == 0) {
		r = report_of_seal(draft->registry, &seal, &change->arena, &published);
	}
	if (r == 0) {
		r = sealable(draft, seal.form, &report);
	}
	if (r < 0) {
		return r;
	}
	change->changed = NULL;
	change->changed_count = 0;
	tables_compare(&published.tables, &report.tables, cell_changed, &changing);
	if (change->changed_count == 0 || changing.failed) {
		return changing.failed ? -ENOMEM : 0;
	}
	next.revision = seal.revision + 1;
	next.changed = (struct text_list){ changing.lines, change->changed_count };
	return seal_enter(draft, ACTION_RESTATE, &report, &next);
}

int publish_answer(struct draft *draft)
{
	struct change *change = draft->change;
	struct seal seal;
	int r = publish_seal(draft->registry, draft->txn, change->year, -1, DATE_NONE,
			     &change->arena, &seal);

	change->report = arena_alloc(&change->arena, sizeof(*change->report));
	if (r == 0) {
		r = change->report == NULL ? -ENOMEM
					   : report_of_seal(draft->registry, &seal, &change->arena,
							    change->report);
	}
	return r;
}
