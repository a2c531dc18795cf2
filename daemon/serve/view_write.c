/* SPDX-License-Identifier: Apache-2.0 */
/* Applications and what presses, which are asked for all day, written without a tree. */
#include "daemon/serve/view.h"
#include "proto/base/date.h"

/* for which one application may be carried over; the law allows weeks */
#define VIEW_YEARS_MAX 100

/* --- small things --- */

void view_write_number(struct json_out *json, const char *key, uint64_t number)
{
	char text[NUMBER_TEXT_BYTES];

	json_out_text(json, key, number_format(number, text));
}

void view_write_date(struct json_out *json, const char *key, int32_t date)
{
	char text[DATE_TEXT_BYTES];

	json_out_text(json, key, date != DATE_NONE ? date_format(date, text) : NULL);
}

void view_write_digest(struct json_out *json, const char *key, const struct sm3 *digest)
{
	char text[SM3_TEXT_BYTES];

	json_out_text(json, key, sm3_format(digest, text));
}

/* --- applications --- */

static void write_standing(struct json_out *json, const struct application *application)
{
	bool waits = application->waiting != WAITING_NONE;
	bool answered = application->extent != EXTENT_NONE;

	view_write_number(json, "number", application->number);
	json_out_integer(json, "version", application->version);
	json_out_text(json, "state", state_names[application->state]);
	json_out_text(json, "waiting", waits ? waiting_names[application->waiting] : NULL);
	view_write_date(json, "waiting_until", application->waiting_until);
	json_out_text(json, "extent", answered ? extent_names[application->extent] : NULL);
	json_out_text(json, "reason", application->reason);
}

static void write_applicant(struct json_out *json, const struct application *application)
{
	json_out_object(json, "applicant");
	json_out_text(json, "category", category_names[application->category]);
	json_out_text(json, "name", application->name);
	json_out_text(json, "id_number", application->id_number);
	json_out_text(json, "contact", application->contact);
	json_out_text(json, "address", application->address);
	json_out_text(json, "agent", application->agent);
	json_out_object_end(json);
}

static void write_due(struct json_out *json, const struct deadline *deadline)
{
	view_write_date(json, "due_on", deadline->due_on);
	if (deadline->due_on != DATE_NONE) {
		json_out_bool(json, "due_provisional", deadline->provisional);
	} else {
		json_out_null(json, "due_provisional");
	}
}

static void write_years(struct json_out *json, const struct application *application)
{
	int years[VIEW_YEARS_MAX];
	size_t count = application_carried_from(application, years, VIEW_YEARS_MAX);

	json_out_array(json, "carried_from");
	for (size_t i = 0; i < count && i < VIEW_YEARS_MAX; i++) {
		json_out_integer(json, NULL, years[i]);
	}
	json_out_array_end(json);
}

static void write_warnings(struct json_out *json, const struct text_list *warnings)
{
	json_out_array(json, "warnings");
	for (size_t i = 0; i < warnings->count; i++) {
		json_out_text(json, NULL, warnings->texts[i]);
	}
	json_out_array_end(json);
}

static void write_application(const struct view *view, struct json_out *json, const char *key,
			      const struct application *application,
			      const struct deadline *deadline)
{
	struct application shown = *application;
	struct masked room;

	if (!view->reveal) {
		application_mask(&shown, &room);
	}
	json_out_object(json, key);
	write_standing(json, &shown);
	write_applicant(json, &shown);
	json_out_text(json, "channel", channel_names[shown.channel]);
	json_out_text(json, "subject", shown.subject);
	json_out_text(json, "delivery", shown.delivery);
	json_out_text(json, "handler", shown.handler);
	view_write_date(json, "submitted_on", shown.submitted_on);
	view_write_date(json, "received_on", shown.received_on);
	write_due(json, deadline);
	view_write_date(json, "decided_on", shown.decided_on);
	write_years(json, &shown);
	write_warnings(json, &shown.warnings);
	json_out_integer(json, "sequence", (int64_t)shown.sequence);
	view_write_digest(json, "digest", &shown.digest);
	json_out_object_end(json);
}

void view_write_application(const struct view *view, struct json_out *json, const char *key,
			    const struct application *application)
{
	struct deadline deadline = deadline_of(application, view->catalogue, view->today);

	write_application(view, json, key, application, &deadline);
}

/* --- backlog --- */

void view_write_backlog_item(const struct view *view, struct json_out *json, const char *key,
			     const struct backlog_item *item)
{
	const struct pressing *pressing = &item->pressing;

	json_out_object(json, key);
	write_application(view, json, "application", &item->application, &pressing->deadline);
	json_out_text(json, "light", light_names[pressing->light]);
	if (pressing->light != LIGHT_GREY) {
		json_out_integer(json, "working_days_left", pressing->working_days_left);
	} else {
		json_out_null(json, "working_days_left");
	}
	json_out_integer(json, "open_days", pressing->open_days);
	json_out_array(json, "owed");
	for (size_t i = 0; i < pressing->owed_count; i++) {
		json_out_object(json, NULL);
		json_out_text(json, "what", pressing->owed[i].what);
		view_write_date(json, "by", pressing->owed[i].by);
		json_out_bool(json, "lapsed", pressing->owed[i].lapsed);
		json_out_object_end(json);
	}
	json_out_array_end(json);
	json_out_object_end(json);
}

void view_write_case_item(struct json_out *json, const char *key, const struct case_item *item)
{
	const struct dispute *dispute = &item->dispute;
	char name[DISPUTE_TEXT_BYTES];

	json_out_object(json, key);
	json_out_text(json, "case", dispute_format(dispute, name));
	json_out_text(json, "kind", case_kind_names[dispute->kind]);
	if (dispute->number != 0) {
		view_write_number(json, "number", dispute->number);
	} else {
		json_out_null(json, "number");
	}
	json_out_text(json, "title", dispute->title);
	json_out_text(json, "what", dispute->kind == CASE_REVIEW ? "answer" : "defence");
	view_write_date(json, "due_on", item->due_on);
	json_out_text(json, "light", light_names[item->light]);
	json_out_integer(json, "working_days_left", item->working_days_left);
	json_out_object_end(json);
}
