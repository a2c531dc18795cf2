/* SPDX-License-Identifier: Apache-2.0 */
/* What the report needs and no application yields: the figures of table 2 and of the publications,
 * and the cases of table 4. Each is an entry of the ledger. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/register/registry.h"
#include "proto/base/date.h"
#include "proto/base/text.h"

#define FIGURE_KEY_MAX    100
#define VALUE_TEXT_BYTES  32
#define VALUE_MAX         INT64_C(1000000000000000)
#define DISPUTE_MAX_BYTES 4096
#define CASE_KEY_BYTES    8

/* ---- figures ---- */

static size_t figure_prefix(int year, const char *figure, uint8_t key[static FIGURE_KEY_MAX])
{
	size_t length = strlen(figure);

	if (length > FIGURE_KEY_MAX - 13) {
		length = FIGURE_KEY_MAX - 13;
	}
	state_store_u32(key, (uint32_t)year);
	memcpy(key + 4, figure, length);
	key[4 + length] = 0;
	return length + 5;
}

static void figure_fold(struct state_txn *txn, const struct event *event, int32_t recorded_on)
{
	uint8_t key[FIGURE_KEY_MAX], row[4 + VALUE_TEXT_BYTES] = { 0 };
	const char *value = field_text(&event->fields, FIELD_VALUE);
	size_t bytes = figure_prefix((int)field_number(&event->fields, FIELD_YEAR, 0),
				     field_text(&event->fields, FIELD_FIGURE), key);
	size_t length = strlen(value) < VALUE_TEXT_BYTES ? strlen(value) : VALUE_TEXT_BYTES;

	state_store_u64(key + bytes, event->sequence);
	state_store_u32(row, (uint32_t)recorded_on);
	memcpy(row + 4, value, length);
	state_put(txn, TABLE_FIGURES, key, bytes + 8, row, 4 + length);
}

/* "12", "-3", "0.04": as a count of the last digit that the figure has. */
static int value_parse(const char *text, const struct form_row *figure, int64_t *ret_value)
{
	bool negative = text[0] == '-';
	const char *digits = text + negative;
	size_t whole = strspn(digits, "0123456789"), behind = 0;
	int64_t value = 0;

	if (digits[whole] == '.') {
		behind = strspn(digits + whole + 1, "0123456789");
		if (behind == 0 || digits[whole + 1 + behind] != '\0') {
			return -EINVAL;
		}
	} else if (digits[whole] != '\0') {
		return -EINVAL;
	}
	if (whole == 0 || behind > (size_t)figure->decimals || (negative && !figure->negative)) {
		return -EINVAL;
	}
	for (size_t i = 0; i < whole + (size_t)figure->decimals; i++) {
		size_t at = i < whole ? i : i + 1;

		value = value * 10 + (i < whole + behind ? digits[at] - '0' : 0);
		if (value > VALUE_MAX) {
			return -ERANGE;
		}
	}
	*ret_value = negative ? -value : value;
	return 0;
}

struct figure_search {
	int32_t known_on;
	char value[VALUE_TEXT_BYTES + 1];
};

static int figure_row(struct bytes key, struct bytes value, void *userdata)
{
	struct figure_search *search = userdata;
	size_t length = value.bytes - 4;

	(void)key;
	if (value.bytes <= 4 || value.bytes > 4 + VALUE_TEXT_BYTES) {
		return -EBADMSG;
	}
	if (search->known_on == DATE_NONE ||
	    (int32_t)state_load_u32(value.data) <= search->known_on) {
		memcpy(search->value, (const uint8_t *)value.data + 4, length);
		search->value[length] = '\0';
	}
	return 0;
}

int book_figure(struct state_txn *txn, int year, const struct form_row *figure, int32_t known_on,
		int64_t *ret_value)
{
	struct figure_search search = { .known_on = known_on };
	uint8_t key[FIGURE_KEY_MAX];
	size_t bytes = figure_prefix(year, figure->key, key);
	int r = walk_rows(txn, TABLE_FIGURES, (struct bytes){ key, bytes }, bytes, figure_row,
			  &search);

	if (r < 0) {
		return r;
	}
	if (search.value[0] == '\0') {
		return -ENOENT;
	}
	return value_parse(search.value, figure, ret_value) < 0 ? -EBADMSG : 0;
}

/* ---- cases ---- */

static void case_key(int year, uint32_t serial, uint8_t key[static CASE_KEY_BYTES])
{
	state_store_u32(key, (uint32_t)year);
	state_store_u32(key + 4, serial);
}

static int case_load(struct state_txn *txn, const char *name, struct arena *arena,
		     struct dispute *ret_dispute)
{
	uint8_t key[CASE_KEY_BYTES];
	struct bytes value;
	uint32_t serial;
	int year, r = dispute_parse(name, &year, &serial);

	if (r < 0) {
		return -ENOENT;
	}
	case_key(year, serial, key);
	r = state_get(txn, TABLE_CASES, key, sizeof(key), &value);
	return r < 0 ? r : dispute_read(value.data, value.bytes, arena, ret_dispute);
}

static int case_fold(const struct fold *fold, const struct event *event, int32_t recorded_on,
		     struct arena *arena)
{
	struct dispute dispute = { 0 };
	uint8_t key[CASE_KEY_BYTES];
	struct buf bytes;
	int r = case_load(fold->txn, field_text(&event->fields, FIELD_CASE), arena, &dispute);

	if ((r == -ENOENT) != (event->action == ACTION_OPEN_CASE)) {
		return r == -EBADMSG ? r : -EUCLEAN;
	}
	if (r < 0 && r != -ENOENT) {
		return r;
	}
	r = dispute_apply(&dispute, event, recorded_on, arena);
	if (r < 0) {
		return r == -EINVAL ? -EUCLEAN : r;
	}
	buf_init(&bytes, DISPUTE_MAX_BYTES);
	case_key(dispute.year, dispute.serial, key);
	r = dispute_write(&dispute, &bytes);
	if (r == 0) {
		r = state_put(fold->txn, TABLE_CASES, key, sizeof(key), bytes.data, bytes.len);
	}
	buf_done(&bytes);
	return r;
}

int book_fold(const struct fold *fold, const struct event *event, struct arena *arena)
{
	int32_t recorded_on =
		moment_date(event->recorded_usec, fold->catalogue->settings.utc_offset_minutes);

	switch (event->action) {
	case ACTION_SET_FIGURE:
		if (field_text(&event->fields, FIELD_FIGURE) == NULL ||
		    field_text(&event->fields, FIELD_VALUE) == NULL) {
			return -EUCLEAN;
		}
		figure_fold(fold->txn, event, recorded_on);
		return 0;
	case ACTION_OPEN_CASE:
	case ACTION_ANSWER_CASE:
	case ACTION_CONCLUDE_CASE:
		return field_text(&event->fields, FIELD_CASE) == NULL
			       ? -EUCLEAN
			       : case_fold(fold, event, recorded_on, arena);
	default:
		return 0;
	}
}

/* ---- setting a figure ---- */

static int figure_unknown(struct draft *draft, const struct form *form, const char *figure,
			  struct problem *problem)
{
	const struct settings *settings = &draft->registry->catalogue->settings;
	const struct table_form *tables[] = { &form->table2, &settings->publications };
	const char **known = arena_alloc(
		&draft->change->arena,
		sizeof(*known) * (form->table2.row_count + settings->publications.row_count));

	if (known == NULL) {
		return -ENOMEM;
	}
	problem->code = PROBLEM_UNKNOWN_FIGURE;
	snprintf(problem->text, sizeof(problem->text), "%s", figure);
	problem->known = known;
	for (size_t table = 0; table < 2; table++) {
		for (size_t row = 0; row < tables[table]->row_count; row++) {
			known[problem->known_count++] = tables[table]->rows[row].key;
		}
	}
	return -EINVAL;
}

static const char *figure_expects(const struct form_row *figure, char text[static 160])
{
	char decimals[60] = "a whole number";

	if (figure->decimals > 0) {
		snprintf(decimals, sizeof(decimals), "a number, with at most %d decimals",
			 figure->decimals);
	}
	snprintf(text, 160, "it is %s%s, like %s", decimals,
		 figure->negative ? "" : ", not below zero", figure->decimals > 0 ? "12.5" : "12");
	return text;
}

static bool year_is(int year, const void *userdata)
{
	return year == *(const int *)userdata;
}

static int figure_draft(struct draft *draft, const struct intent *intent, struct event *event,
			struct problem *problem)
{
	int year = (int)field_number(&intent->fields, FIELD_YEAR, 0);
	const char *name = field_text(&intent->fields, FIELD_FIGURE);
	const struct form_row *figure;
	const struct form *form;
	char text[160];
	int64_t value;
	int r = report_form(draft->registry, year, NULL, &form, problem);

	if (r < 0) {
		return r;
	}
	figure = catalogue_figure(draft->registry->catalogue, form, name, NULL);
	if (figure == NULL) {
		return figure_unknown(draft, form, name, problem);
	}
	if (value_parse(field_text(&intent->fields, FIELD_VALUE), figure, &value) < 0) {
		return problem_field(problem, "value", "%s", figure_expects(figure, text));
	}
	event->on = draft->today;
	return publish_check(draft,
			     &(struct sealed_question){
				     .differs = year_is,
				     .userdata = &year,
				     .excused = field_given(&intent->fields, FIELD_WHY),
			     },
			     problem);
}

/* ---- opening, answering, concluding ---- */

static int serial_row(struct bytes key, struct bytes value, void *userdata)
{
	uint32_t *serial = userdata;

	(void)value;
	*serial = state_load_u32((const uint8_t *)key.data + 4);
	return 0;
}

static int case_name(struct draft *draft, struct event *event)
{
	char text[DISPUTE_TEXT_BYTES];
	uint8_t prefix[4];
	uint32_t serial = 0;
	struct dispute named = { .year = date_year(event->on) };
	int r;

	state_store_u32(prefix, (uint32_t)named.year);
	r = walk_rows(draft->txn, TABLE_CASES, (struct bytes){ prefix, sizeof(prefix) },
		      sizeof(prefix), serial_row, &serial);
	named.serial = serial + 1;
	field_set_text(&event->fields, FIELD_CASE,
		       arena_strdup(&draft->change->arena, dispute_format(&named, text)));
	snprintf(draft->change->case_name, sizeof(draft->change->case_name), "%s", text);
	return r;
}

struct case_change {
	const struct dispute *before, *after;
};

static bool case_differs(int year, const void *userdata)
{
	const struct case_change *change = userdata;

	return dispute_differs(change->before, change->after, year);
}

/* What a sealed year would say of it. */
static int case_sealed_check(struct draft *draft, const struct dispute *before,
			     const struct event *event, struct problem *problem)
{
	struct dispute after = { 0 };
	struct case_change change = { before, &after };
	int r;

	if (before != NULL) {
		after = *before;
	}
	r = dispute_apply(&after, event, draft->today, &draft->change->arena);
	if (r < 0) {
		return r == -EINVAL ? -EUCLEAN : r;
	}
	return publish_check(draft,
			     &(struct sealed_question){
				     .differs = case_differs,
				     .userdata = &change,
				     .excused = field_given(&event->fields, FIELD_WHY),
			     },
			     problem);
}

static int case_draft(struct draft *draft, const struct intent *intent, struct event *event,
		      struct problem *problem)
{
	const char *name = field_text(&intent->fields, FIELD_CASE);
	struct dispute stored, *before = NULL;
	struct application *application;
	int r = 0;

	event->on = intent->on == DATE_NONE ? draft->today : intent->on;
	if (intent->action != ACTION_OPEN_CASE) {
		r = case_load(draft->txn, name, &draft->change->arena, &stored);
		if (r == -ENOENT) {
			problem->code = PROBLEM_UNKNOWN_CASE;
			snprintf(problem->text, sizeof(problem->text), "%s", name);
			return -EINVAL;
		}
		before = &stored;
		event->number = stored.number;
	} else if (intent->number != 0) {
		event->number = intent->number;
		r = draft_find(draft, intent->number, &application);
		if (r == -ENOENT) {
			problem->code = PROBLEM_UNKNOWN_NUMBER;
			problem->number = intent->number;
			return -EINVAL;
		}
	}
	if (r == 0) {
		r = dispute_check(before, event, draft->today, problem);
	}
	if (r == 0 && intent->action == ACTION_OPEN_CASE) {
		r = case_name(draft, event);
	}
	return r < 0 ? r : case_sealed_check(draft, before, event, problem);
}

static int fields_check(const struct intent *intent, struct problem *problem)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		const char *what = field_given(&intent->fields, (enum field)i)
					   ? field_problem((enum field)i, intent->fields.values[i])
					   : NULL;

		if (what != NULL) {
			return problem_field(problem, field_table[i].name, "%s", what);
		}
	}
	return 0;
}

int book_draft(struct draft *draft, const struct intent *intent, struct problem *problem)
{
	struct event event = { .action = intent->action, .fields = intent->fields };
	int r = fields_check(intent, problem);

	if (r == 0) {
		r = intent->action == ACTION_SET_FIGURE
			    ? figure_draft(draft, intent, &event, problem)
			    : case_draft(draft, intent, &event, problem);
	}
	return r < 0 ? r : draft_enter(draft, &event);
}
