/* SPDX-License-Identifier: Apache-2.0 */
/* view.h: the register's values as JSON, masked unless revealed.
 *
 * Every function gives a new reference, or NULL when there was no memory; but those of view_write.c
 * write what is asked for most straight into the answer (json_out.h). From any thread. */
#ifndef OGID_SERVE_VIEW_H
#define OGID_SERVE_VIEW_H

#include <jansson.h>

#include "daemon/register/register.h"
#include "proto/json_out.h"

struct view {
	const struct catalogue *catalogue;
	int32_t today; /* the day for which deadlines are told */
	bool reveal;
};

struct view view_make(struct registry *registry);

/* category: of the application, which decides whether a name is masked, where the entry does not
 * say. */
json_t *view_event(const struct view *view, const struct event *event, enum category category);
json_t *view_counts(const struct count_step *steps, size_t count);
json_t *view_summary(const struct summary *summary);
json_t *view_number(uint64_t number);
json_t *view_date(int32_t date); /* null for DATE_NONE */
json_t *view_digest(const struct sm3 *digest);
json_t *view_text(const char *text); /* null for NULL */

/* key as in json_out.h. */
void view_write_application(const struct view *view, struct json_out *json, const char *key,
			    const struct application *application);
void view_write_backlog_item(const struct view *view, struct json_out *json, const char *key,
			     const struct backlog_item *item);
void view_write_case_item(struct json_out *json, const char *key, const struct case_item *item);
void view_write_number(struct json_out *json, const char *key, uint64_t number);
void view_write_date(struct json_out *json, const char *key, int32_t date); /* as view_date */
void view_write_digest(struct json_out *json, const char *key, const struct sm3 *digest);

/* {key: value}; value is taken, NULL gives NULL. */
json_t *view_wrap(const char *key, json_t *value);
/* Appends, or sets; the value is taken, and a NULL makes the whole fail: *object is then released
 * and NULL. */
void view_append(json_t **array, json_t *value);
void view_set(json_t **object, const char *key, json_t *value);

#endif
