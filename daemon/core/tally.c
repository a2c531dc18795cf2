/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/tally.h"

#include <errno.h>
#include <string.h>

#include "proto/base/date.h"

#define ROW_CARRIED_IN    "carried_in"
#define ROW_CARRIED_OUT   "carried_out"
#define ROW_TOTAL_RESULTS "total_results"

void tally_of(const struct application *application,
	      void (*count)(int year, const char *row, enum category category, void *userdata),
	      void *userdata)
{
	enum category category = application->category;
	int received = date_year(application->received_on);
	int decided;

	count(received, TALLY_NEW, category, userdata);
	if (application->first_decided_on == DATE_NONE) {
		count(received, TALLY_OPEN, category, userdata);
		return;
	}
	decided = date_year(application->first_decided_on);
	for (int year = received; year < decided; year++) {
		count(year, TALLY_CROSSED, category, userdata);
	}
	count(decided, TALLY_DECIDED, category, userdata);
	count(decided, application->first_row, category, userdata);
}

static bool was_open_at_end(const struct application *application, int year)
{
	int32_t end = date_year_end(year);

	return application->received_on <= end &&
	       (application->first_decided_on == DATE_NONE || application->first_decided_on > end);
}

bool tally_is_in(const struct application *application, int year, const char *row)
{
	if (strcmp(row, TALLY_NEW) == 0) {
		return date_year(application->received_on) == year;
	}
	if (strcmp(row, ROW_CARRIED_IN) == 0) {
		return was_open_at_end(application, year - 1);
	}
	if (strcmp(row, ROW_CARRIED_OUT) == 0) {
		return was_open_at_end(application, year);
	}
	return application->first_decided_on != DATE_NONE &&
	       date_year(application->first_decided_on) == year &&
	       (strcmp(row, ROW_TOTAL_RESULTS) == 0 || strcmp(row, application->first_row) == 0);
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

int table_fill(struct table *table, const struct form *form, int year, int first_year,
	       int64_t (*count)(int year, const char *row, enum category category, void *userdata),
	       void *userdata, struct arena *arena)
{
	struct source source = { year, first_year, count, userdata };

	table->form = form;
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
