/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue.h: what the law changes by notice, as data: the reasons, the forms, the tariff, the
 * calendars, and the office's own settings. Loaded once (daemon/load), immutable then, owned by one
 * arena that the loader made; safe from any thread. */
#ifndef OGID_CORE_CATALOGUE_H
#define OGID_CORE_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/core/calendar.h"
#include "daemon/core/names.h"
#include "proto/base/arena.h"

/* A reason code, such as refused.state_secret; also the key of its row in table 3. */
struct reason {
	const char *code;
	const char *label_zh, *label_en;
	const char *article; /* of the Regulation, as text: "14", "36(7)"; may be NULL */
	int32_t valid_from;  /* DATE_NONE: always */
};

struct form_row {
	const char *key;
	const char *label;        /* as printed */
	const char *const *group; /* headings above it, outermost first */
	size_t group_count;
	const char *const
		*counts; /* the row keys of the register that it adds up; [key] by default */
	size_t count_count;
	/* of a figure (table 2): */
	int decimals;  /* so many of a cell's last digits stand behind the point */
	bool negative; /* it may be below zero: 本年增/减 */
};

struct form_column {
	const char *key; /* a category, a result or "value"; or "total" */
	const char *label;
};

struct table_form {
	const char *id; /* table2, table3, table4, publications, fees */
	const char *title;
	const struct form_column *columns;
	size_t column_count;
	const struct form_row *rows; /* in the order of the form */
	size_t row_count;
};

/* A form of the annual report, in force for the years from_year to to_year (0: no end). */
struct form {
	const char *name; /* "2019", "2021" */
	const char *notice;
	int from_year, to_year;
	const char *const *headings; /* of the six sections */
	size_t heading_count;
	struct table_form table2; /* one column, value; a row a figure that no application yields */
	struct table_form table3; /* the six categories, then total */
	struct table_form table4; /* the four results and total; a row a kind of case */
	/* What section six states of the fees (from 2021): row_count 0: nothing. Rows: notices,
	 * noticed_yuan, collected_yuan. */
	struct table_form fees;
};

/* By when the organ answers: to a review, or in a suit. Data, for the law has changed it. */
struct case_limit {
	enum case_kind kind;
	enum case_procedure procedure;
	int days;
	bool working;       /* working days; else days of the calendar */
	int32_t valid_from; /* of the day the copy was received; DATE_NONE: always */
	const char *article;
};

/* An organ below, whose tables are added up into those of the area. */
struct unit {
	const char *name;
	const char *kind; /* such as 乡镇, 部门; never NULL */
};

/* A band of the fee tariff (国办函〔2020〕109号): each unit from `from` up costs `yuan`. The last
 * band may repeat: every further `step` units cost `step_yuan` more each. */
struct tariff_band {
	int from;
	int yuan;
	int step; /* 0: none */
	int step_yuan;
};

struct tariff {
	const char *notice;
	int32_t valid_from;
	const struct tariff_band
		*bands[BASIS_COUNT]; /* in rising order of `from`, the first from 1 */
	size_t band_count[BASIS_COUNT];
};

enum role {
	ROLE_CLERK = 1 << 0,
	ROLE_SUPERVISOR = 1 << 1,
	ROLE_AUDITOR = 1 << 2,
	ROLE_BATCH = 1 << 3,
	ROLE_ADMINISTRATOR = 1 << 4,
};
#define ROLE_ALL  31U
#define ROLE_BITS 5
extern const char *const role_names[ROLE_BITS + 1]; /* by bit */

/* One line of the configuration's access list: a user or a group (by name), and its roles. */
struct grant {
	bool group;
	const char *name;
	uint32_t roles;
};

struct settings {
	const char *organ;         /* the organ's name, as printed */
	const char *number_format; /* how a number is printed: "依申请〔%Y〕%N号" (%Y year, %N
				      serial) */
	int utc_offset_minutes;    /* of the organ's civil day; 480 for China */
	int answer_working_days;   /* art. 33: 20 */
	int correction_notice_working_days; /* art. 30: 7 */
	int consultation_working_days;      /* arts. 32, 34: 15 */
	int payment_working_days;           /* 109号: 20 */
	int extension_max_working_days;     /* art. 33: 20 */
	/* What the law leaves open (docs/clock.md); each a word of its list, the first the default.
	 * NULL: the default. */
	const char *pause_begins;                 /* policy_pause_begins */
	const char *pause_ends;                   /* policy_pause_ends */
	const char *late_correction_notice;       /* policy_late_notice */
	int red_working_days, amber_working_days; /* lights of the backlog: 1, 5 */
	const char *level; /* settings_levels: what the organ is; NULL: the default, a township */
	int first_year; /* the first that the register answers for; applications received before are
			 * its opening list. 0: not said */
	const char *seal_key; /* a private SM2 key, PEM, by which seals are signed; NULL: none */
	/* Where information is published of its own accord: what section one counts. A form of one
	 * column, value; its id is publications. */
	struct table_form publications;
	const struct unit *units; /* of the area, for Consolidate */
	size_t unit_count;
	const struct grant *grants;
	size_t grant_count;
	bool grants_given; /* false: the user who started the daemon has all roles */
};

/* What is known of the days from one day on. */
struct calendar_view {
	int32_t from;
	struct calendar calendar;
};

/* The first day that a consultation takes; the last; what a correction notice after its 7 wd does.
 */
extern const char *const policy_pause_begins[]; /* day_after_letter, day_of_letter */
extern const char *const policy_pause_ends[];   /* day_of_answer, day_before_answer */
extern const char *const policy_late_notice[];  /* stops_limit, limit_runs_on */
/* township, department, county, city, province. Only from a city with districts up are regulations
 * (规章) made (立法法 art. 93). */
extern const char *const settings_levels[];
bool settings_makes_regulations(const struct settings *settings);
/* Whether a policy is its list's second word: the one that is not the default. */
bool policy_differs(const char *word, const char *const list[]);

struct catalogue {
	struct arena arena; /* owns everything below */
	struct settings settings;
	const struct reason *reasons;
	size_t reason_count;
	const struct form *forms; /* in order of from_year */
	size_t form_count;
	const struct case_limit *case_limits; /* of one kind and procedure in order of valid_from */
	size_t case_limit_count;
	struct tariff tariff;
	const struct calendar_view
		*views; /* in order of `from`: one for each day that brought a notice */
	size_t view_count;
};

/* The calendar as it was known on a day: an empty one before the first notice. Never NULL. */
const struct calendar *catalogue_calendar(const struct catalogue *catalogue, int32_t known_on);
const struct reason *catalogue_reason(const struct catalogue *catalogue, const char *code);
/* By name, or for name NULL the form in force for the year; NULL: none. */
const struct form *catalogue_form(const struct catalogue *catalogue, const char *name, int year);
/* The one in force for a case whose copy was received on a day; NULL: none. */
const struct case_limit *catalogue_case_limit(const struct catalogue *catalogue,
					      enum case_kind kind, enum case_procedure procedure,
					      int32_t on);
/* The row of a figure, in table 2 of a form or among the publications; NULL: none.
 * ret_table may be NULL. */
const struct form_row *catalogue_figure(const struct catalogue *catalogue, const struct form *form,
					const char *figure, const struct table_form **ret_table);
/* One band of what a notice charges: units from `from` to `to`, each at `yuan`. */
struct charge {
	int64_t from, to;
	int64_t yuan;
	int64_t amount_yuan;
};
/* What `quantity` units cost that come after `before` others, band by band, free bands too; the
 * amounts add up to tariff_amount(before + quantity) - tariff_amount(before). -ENOMEM. */
int tariff_charges(const struct tariff *tariff, enum basis basis, int64_t before, int64_t quantity,
		   struct arena *arena, struct charge **ret_charges, size_t *ret_count);
/* What `quantity` units cost in all, in yuan, by excess progression (109号 arts. 3 to 5). */
int64_t tariff_amount(const struct tariff *tariff, enum basis basis, int64_t quantity);

#endif
