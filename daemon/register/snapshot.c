/* SPDX-License-Identifier: Apache-2.0 */
/* What the nightly job keeps of a year: its tables as they stood, when they have changed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "proto/base/date.h"

static bool lines_equal(const struct text_list *a, const struct text_list *b)
{
	if (a->count != b->count) {
		return false;
	}
	for (size_t i = 0; i < a->count; i++) {
		if (strcmp(a->texts[i], b->texts[i]) != 0) {
			return false;
		}
	}
	return true;
}

/* The lines of a year that nothing was ever entered for. */
static bool lines_empty(const struct text_list *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		const char *cells = strchr(strchr(lines->texts[i], ' ') + 1, ' ');

		if (cells[strspn(cells, " 0-")] != '\0') {
			return false;
		}
	}
	return true;
}

/* Whether the lines are what was last kept of the year. */
static int snapshot_is_kept(struct draft *draft, int year, const struct text_list *lines)
{
	struct event event;
	uint64_t kept;
	int r = publish_last(draft->registry, draft->txn, PUBLICATION_SNAPSHOT, year, -1, DATE_NONE,
			     &kept);

	if (r < 0) {
		return r;
	}
	if (kept == 0) {
		return lines_empty(lines);
	}
	r = ask_entry(draft->registry, draft->txn, kept, &draft->change->arena, &event);
	if (r < 0 || !field_given(&event.fields, FIELD_ROWS)) {
		return r < 0 ? r : -EUCLEAN;
	}
	return lines_equal(event.fields.values[FIELD_ROWS].list, lines);
}

static int snapshot_year(struct draft *draft, const struct form *form, int year)
{
	struct arena *arena = &draft->change->arena;
	struct text_list *lines = arena_alloc(arena, sizeof(*lines));
	struct event event = { .action = ACTION_SNAPSHOT, .on = draft->change->on };
	char digest[SM3_TEXT_BYTES];
	struct sm3 tables_are;
	struct tables tables;
	int r = count_tables(draft->registry, draft->txn, form, year, DATE_NONE, arena, &tables);

	if (r == 0) {
		r = lines == NULL ? -ENOMEM : tables_write(&tables, arena, lines);
	}
	if (r == 0) {
		r = snapshot_is_kept(draft, year, lines);
	}
	if (r != 0) {
		return r < 0 ? r : 0;
	}
	tables_are = tables_digest(lines);
	field_set_number(&event.fields, FIELD_YEAR, year);
	field_set_text(&event.fields, FIELD_FORM, form->name);
	field_set_number(&event.fields, FIELD_LAST_SEQUENCE,
			 (int64_t)(draft->sequence + draft->change->event_count));
	field_set_text(&event.fields, FIELD_TABLES,
		       arena_strdup(arena, sm3_format(&tables_are, digest)));
	field_set_list(&event.fields, FIELD_ROWS, lines);
	return draft_enter(draft, &event);
}

/* What this change carries over alters no table, so the counters before it serve. */
int publish_snapshot_draft(struct draft *draft)
{
	const struct catalogue *catalogue = draft->registry->catalogue;
	int last = date_year(draft->change->on), first, r = count_first_year(draft->txn, &first);

	if (first == 0 || first > last - 1) {
		first = last - 1;
	}
	if (first < catalogue->settings.first_year) {
		first = catalogue->settings.first_year;
	}
	for (int year = first; r == 0 && year <= last; year++) {
		const struct form *form = catalogue_form(catalogue, NULL, year);

		if (form != NULL) {
			r = snapshot_year(draft, form, year);
		}
	}
	return r;
}

/* ---- what was published, against the entries before it ---- */

struct differing {
	struct arena *arena;
	const struct event *event;
	const char *what;
};

static const char *cell_text(int64_t cell, char text[static 32])
{
	if (cell == TABLE_NOT_STATED) {
		return "nothing";
	}
	snprintf(text, 32, "%lld", (long long)cell);
	return text;
}

static void cell_differs(const struct table *table, size_t row, size_t column, int64_t before,
			 int64_t after, void *userdata)
{
	struct differing *differing = userdata;
	char said[32], given[32];

	if (differing->what == NULL) {
		differing->what = arena_printf(
			differing->arena,
			"the %s of %lld says %s in %s, %s, %s; the entries before it give %s",
			action_names[differing->event->action],
			(long long)field_number(&differing->event->fields, FIELD_YEAR, 0),
			cell_text(before, said), table->form->id, table->form->rows[row].key,
			table->form->columns[column].key, cell_text(after, given));
	}
}

/* The lines and what they cover, apart from what their cells say. */
static const char *lines_differ(const struct event *event, struct arena *arena)
{
	const char *action = action_names[event->action], *kept;
	long long year = field_number(&event->fields, FIELD_YEAR, 0);
	struct sm3 digest = tables_digest(event->fields.values[FIELD_ROWS].list);
	char text[SM3_TEXT_BYTES];

	kept = field_text(&event->fields, FIELD_TABLES);
	if (kept == NULL || strcmp(kept, sm3_format(&digest, text)) != 0) {
		return arena_printf(arena, "the %s of %lld has lines that do not give its digest",
				    action, year);
	}
	if (field_number(&event->fields, FIELD_LAST_SEQUENCE, -1) != (int64_t)event->sequence - 1) {
		return arena_printf(arena, "the %s of %lld does not say the entry before it",
				    action, year);
	}
	return NULL;
}

static int tables_verify(struct registry *registry, struct state_txn *txn,
			 const struct event *event, const struct form *form, struct arena *arena,
			 const char **ret_what)
{
	int year = (int)field_number(&event->fields, FIELD_YEAR, 0);
	struct differing differing = { arena, event, NULL };
	struct tables said, given;
	int r = tables_init(&said, form, &registry->catalogue->settings, arena);

	if (r == 0) {
		r = tables_read(event->fields.values[FIELD_ROWS].list, &said);
	}
	if (r == -EBADMSG) {
		*ret_what = arena_printf(arena, "the %s of %d has a line that is none of a table",
					 action_names[event->action], year);
		return 1;
	}
	if (r == 0) {
		r = count_tables(registry, txn, form, year, DATE_NONE, arena, &given);
	}
	if (r < 0) {
		return r;
	}
	tables_compare(&said, &given, cell_differs, &differing);
	*ret_what = differing.what != NULL ? differing.what : lines_differ(event, arena);
	if (*ret_what == NULL && event->action != ACTION_SNAPSHOT) {
		return publish_seal_verify(registry, txn, event, &given, arena, ret_what);
	}
	return *ret_what != NULL;
}

int publish_verify(struct registry *registry, struct state_txn *txn, const struct event *event,
		   struct arena *arena, const char **ret_what)
{
	const struct form *form =
		catalogue_form(registry->catalogue, field_text(&event->fields, FIELD_FORM),
			       (int)field_number(&event->fields, FIELD_YEAR, 0));

	*ret_what = NULL;
	if (form == NULL || !field_given(&event->fields, FIELD_ROWS)) {
		*ret_what = "its form is not known any more: it cannot be compared";
		return form == NULL ? 1 : -EUCLEAN;
	}
	return tables_verify(registry, txn, event, form, arena, ret_what);
}
