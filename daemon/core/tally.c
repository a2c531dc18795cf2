/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/tally.h"

#include <errno.h>
#include <string.h>

#include "proto/base/date.h"

#define ROW_CARRIED_IN    "carried_in"
#define ROW_CARRIED_OUT   "carried_out"
#define ROW_TOTAL_RESULTS "total_results"

/* What was asked for, by the day of the notice, and what came of it, by the day of the payment: the
 * clock stops at the one and begins anew at the other. */
static void fees_of(const struct application *application,
		    void (*count)(int year, const char *row, enum category category, int64_t by,
				  void *userdata),
		    void *userdata)
{
	enum category category = application->category;

	for (size_t i = 0; i < application->mark_count; i++) {
		const struct mark *mark = &application->marks[i];
		const struct mark *next = mark + 1;

		if (mark->kind != MARK_STOP || mark->argument != WAITING_PAYMENT) {
			continue;
		}
		count(date_year(mark->on), TALLY_FEE_NOTICES, category, 1, userdata);
		count(date_year(mark->on), TALLY_FEE_NOTICED, category, mark->yuan, userdata);
		if (i + 1 < application->mark_count && next->kind == MARK_RESTART) {
			count(date_year(next->on), TALLY_FEE_COLLECTED, category, mark->yuan,
			      userdata);
		}
	}
}

void tally_of(const struct application *application,
	      void (*count)(int year, const char *row, enum category category, int64_t by,
			    void *userdata),
	      void *userdata)
{
	enum category category = application->category;
	int received = date_year(application->received_on);
	int decided;

	fees_of(application, count, userdata);
	count(received, TALLY_NEW, category, 1, userdata);
	if (application->first_decided_on == DATE_NONE) {
		count(received, TALLY_OPEN, category, 1, userdata);
		return;
	}
	decided = date_year(application->first_decided_on);
	for (int year = received; year < decided; year++) {
		count(year, TALLY_CROSSED, category, 1, userdata);
	}
	count(decided, TALLY_DECIDED, category, 1, userdata);
	count(decided, application->first_row, category, 1, userdata);
}

struct standing tally_standing(const struct application *application, int year)
{
	int32_t before = date_year_end(year - 1), end = date_year_end(year);
	int32_t received = application->received_on, decided = application->first_decided_on;
	bool ever = decided != DATE_NONE;

	return (struct standing){
		.new = received > before &&received <= end,
		.carried_in = received <= before && (!ever || decided > before),
		.carried_out = received <= end && (!ever || decided > end),
		.decided = ever &&decided > before &&decided <= end,
	};
}

bool tally_stands_in(const struct standing *standing, const struct application *application,
		     const char *row)
{
	if (strcmp(row, TALLY_NEW) == 0) {
		return standing->new;
	}
	if (strcmp(row, ROW_CARRIED_IN) == 0) {
		return standing->carried_in;
	}
	if (strcmp(row, ROW_CARRIED_OUT) == 0) {
		return standing->carried_out;
	}
	return standing->decided &&
	       (strcmp(row, ROW_TOTAL_RESULTS) == 0 || strcmp(row, application->first_row) == 0);
}

bool tally_is_in(const struct application *application, int year, const char *row)
{
	struct standing standing = tally_standing(application, year);

	return tally_stands_in(&standing, application, row);
}

/* What an application adds to one year, in a form that can be compared. */
struct share {
	int year;
	bool present; /* in any row */
	enum category category;
	struct standing standing;
	const char *result; /* NULL: none */
	int64_t notices, noticed, collected;
};

static void share_count(int year, const char *row, enum category category, int64_t by,
			void *userdata)
{
	struct share *share = userdata;

	(void)category;
	if (year != share->year) {
		return;
	}
	if (strcmp(row, TALLY_FEE_NOTICES) == 0) {
		share->notices += by;
	} else if (strcmp(row, TALLY_FEE_NOTICED) == 0) {
		share->noticed += by;
	} else if (strcmp(row, TALLY_FEE_COLLECTED) == 0) {
		share->collected += by;
	}
}

static struct share share_of(const struct application *application, int year)
{
	struct share share = { .year = year, .category = CATEGORY_COUNT };

	if (application == NULL) {
		return share;
	}
	share.standing = tally_standing(application, year);
	if (share.standing.decided) {
		share.result = application->first_row;
	}
	tally_of(application, share_count, &share);
	share.present = share.standing.new || share.standing.carried_in ||
			share.standing.carried_out || share.result != NULL || share.notices > 0 ||
			share.collected > 0;
	share.category = share.present ? application->category : CATEGORY_COUNT;
	return share;
}

bool tally_differs(const struct application *before, const struct application *after, int year)
{
	struct share a = share_of(before, year), b = share_of(after, year);
	bool same_result = a.result == NULL || b.result == NULL ? a.result == b.result
								: strcmp(a.result, b.result) == 0;

	return a.present != b.present || a.category != b.category ||
	       a.standing.new != b.standing.new || a.standing.carried_in != b.standing.carried_in ||
	       a.standing.carried_out != b.standing.carried_out || !same_result ||
	       a.notices != b.notices || a.noticed != b.noticed || a.collected != b.collected;
}

struct source {
	int year, first_year;
	int64_t (*count)(int year, const char *row, enum category category, void *userdata);
	void *userdata;
};

static int64_t carried_count(const struct source *source, int year, enum category category)
{
	int64_t sum = source->count(year, TALLY_CROSSED, category, source->userdata);

	for (int received = source->first_year; received <= year; received++) {
		sum += source->count(received, TALLY_OPEN, category, source->userdata);
	}
	return sum;
}

static int64_t cell_count(const struct source *source, const struct form_row *row,
			  enum category category)
{
	int64_t sum = 0;

	if (strcmp(row->key, ROW_CARRIED_IN) == 0) {
		return carried_count(source, source->year - 1, category);
	}
	if (strcmp(row->key, ROW_CARRIED_OUT) == 0) {
		return carried_count(source, source->year, category);
	}
	if (strcmp(row->key, ROW_TOTAL_RESULTS) == 0) {
		return source->count(source->year, TALLY_DECIDED, category, source->userdata);
	}
	for (size_t i = 0; i < row->count_count; i++) {
		sum += source->count(source->year, row->counts[i], category, source->userdata);
	}
	return sum;
}

int table_fill(struct table *table, const struct table_form *form, int year, int first_year,
	       int64_t (*count)(int year, const char *row, enum category category, void *userdata),
	       void *userdata, struct arena *arena)
{
	struct source source = { year, first_year, count, userdata };

	table->form = form;
	table->stated = NULL;
	table->cells = arena_alloc(arena, sizeof(int64_t) * form->row_count * form->column_count);
	if (table->cells == NULL) {
		return -ENOMEM;
	}
	for (size_t row = 0; row < form->row_count; row++) {
		int64_t total = 0;

		for (size_t column = 0; column + 1 < form->column_count; column++) {
			int64_t cell = cell_count(&source, &form->rows[row], (enum category)column);

			*table_cell(table, row, column) = cell;
			total += cell;
		}
		*table_cell(table, row, form->column_count - 1) = total;
	}
	return 0;
}
