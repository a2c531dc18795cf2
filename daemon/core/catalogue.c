/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/core/catalogue.h"

#include <errno.h>
#include <string.h>

#include "proto/base/cleanup.h"

/* No applicant asks for more; keeps the arithmetic below far from the end of 128 bits. */
#define QUANTITY_MAX INT64_C(1000000000000)

const char *const role_names[ROLE_BITS + 1] = {
	"clerk", "supervisor", "auditor", "batch", "administrator", NULL,
};

const struct calendar *catalogue_calendar(const struct catalogue *catalogue, int32_t known_on)
{
	static const struct calendar nothing_known;

	/* From the end: it is nearly always asked for today. */
	for (size_t i = catalogue->view_count; i > 0; i--) {
		if (catalogue->views[i - 1].from <= known_on) {
			return &catalogue->views[i - 1].calendar;
		}
	}
	return &nothing_known;
}

const char *const policy_pause_begins[] = { "day_after_letter", "day_of_letter", NULL };
const char *const policy_pause_ends[] = { "day_of_answer", "day_before_answer", NULL };
const char *const policy_late_notice[] = { "stops_limit", "limit_runs_on", NULL };

/* In rising order, save for a department, which may be of any; the first is the default. */
const char *const settings_levels[] = {
	"township", "department", "county", "city", "province", NULL,
};

bool settings_makes_regulations(const struct settings *settings)
{
	const char *level = settings->level;

	return level != NULL && (strcmp(level, "city") == 0 || strcmp(level, "province") == 0);
}

bool policy_differs(const char *word, const char *const list[])
{
	return word != NULL && strcmp(word, list[1]) == 0;
}

const struct reason *catalogue_reason(const struct catalogue *catalogue, const char *code)
{
	for (size_t i = 0; i < catalogue->reason_count; i++) {
		if (strcmp(catalogue->reasons[i].code, code) == 0) {
			return &catalogue->reasons[i];
		}
	}
	return NULL;
}

const struct form *catalogue_form(const struct catalogue *catalogue, const char *name, int year)
{
	for (size_t i = 0; i < catalogue->form_count; i++) {
		const struct form *form = &catalogue->forms[i];

		if (name) {
			if (strcmp(form->name, name) == 0) {
				return form;
			}
		} else if (form->from_year <= year && (!form->to_year || year <= form->to_year)) {
			return form;
		}
	}
	return NULL;
}

const struct case_limit *catalogue_case_limit(const struct catalogue *catalogue,
					      enum case_kind kind, enum case_procedure procedure,
					      int32_t on)
{
	const struct case_limit *found = NULL;

	for (size_t i = 0; i < catalogue->case_limit_count; i++) {
		const struct case_limit *limit = &catalogue->case_limits[i];

		if (limit->kind == kind && limit->procedure == procedure &&
		    limit->valid_from <= on) {
			found = limit;
		}
	}
	return found;
}

const struct form_row *catalogue_figure(const struct catalogue *catalogue, const struct form *form,
					const char *figure, const struct table_form **ret_table)
{
	const struct table_form *tables[] = { &form->table2, &catalogue->settings.publications };

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		for (size_t row = 0; row < tables[i]->row_count; row++) {
			if (strcmp(tables[i]->rows[row].key, figure) != 0) {
				continue;
			}
			if (ret_table) {
				*ret_table = tables[i];
			}
			return &tables[i]->rows[row];
		}
	}
	return NULL;
}

/* What `units` in one band cost: the first `step` of them at `yuan`, the next `step` at step_yuan
 * more, and so on. In closed form, since a quantity may be any number that a clerk types. */
static __int128 band_amount(const struct tariff_band *band, int64_t units)
{
	__int128 amount = (__int128)units * band->yuan;

	if (band->step > 0) {
		__int128 full = units / band->step, rest = units % band->step;

		amount += (full * (full - 1) / 2 * band->step + full * rest) * band->step_yuan;
	}
	return amount;
}

int64_t tariff_amount(const struct tariff *tariff, enum basis basis, int64_t quantity)
{
	const struct tariff_band *bands = tariff->bands[basis];
	size_t count = tariff->band_count[basis];
	__int128 amount = 0;

	if (quantity > QUANTITY_MAX) {
		quantity = QUANTITY_MAX;
	}
	for (size_t i = 0; i < count && quantity >= bands[i].from; i++) {
		int64_t last = quantity;

		if (i + 1 < count && last >= bands[i + 1].from) {
			last = bands[i + 1].from - 1;
		}
		amount += band_amount(&bands[i], last - bands[i].from + 1);
	}
	return amount > INT64_MAX ? INT64_MAX : (int64_t)amount;
}

static int charge_add(struct arena *arena, struct charge **charges, size_t *count, size_t *size,
		      struct charge charge)
{
	struct charge *grown = arena_grow(arena, *charges, *count, size, sizeof(*grown));

	if (grown == NULL) {
		return -ENOMEM;
	}
	charge.amount_yuan = (charge.to - charge.from + 1) * charge.yuan;
	*charges = grown;
	grown[(*count)++] = charge;
	return 0;
}

int tariff_charges(const struct tariff *tariff, enum basis basis, int64_t before, int64_t quantity,
		   struct arena *arena, struct charge **ret_charges, size_t *ret_count)
{
	const struct tariff_band *bands = tariff->bands[basis];
	size_t count = tariff->band_count[basis], size = 0;
	int64_t at = before + 1, last = before + quantity;

	*ret_charges = NULL;
	*ret_count = 0;
	for (size_t i = 0; i < count && at <= last; i++) {
		int64_t band_end = i + 1 < count ? bands[i + 1].from - 1 : last;

		while (at <= last && at <= band_end) {
			int64_t steps =
				bands[i].step > 0 ? (at - bands[i].from) / bands[i].step : 0;
			int64_t to = bands[i].step > 0
					     ? bands[i].from + (steps + 1) * bands[i].step - 1
					     : band_end;
			struct charge charge = {
				.from = at, .yuan = bands[i].yuan + steps * bands[i].step_yuan
			};

			to = to < band_end ? to : band_end;
			charge.to = to < last ? to : last;
			if (charge_add(arena, ret_charges, ret_count, &size, charge) < 0) {
				return -ENOMEM;
			}
			at = charge.to + 1;
		}
	}
	return 0;
}
