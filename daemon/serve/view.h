/* SPDX-License-Identifier: Apache-2.0 */
/* view.h: the register's values as JSON, masked unless revealed.
 *
 * Every function gives a new reference, or NULL when there was no memory; what it must copy on the
 * way comes from the view's arena. From any thread. */
#ifndef OGID_SERVE_VIEW_H
#define OGID_SERVE_VIEW_H

#include <jansson.h>

#include "daemon/register/register.h"

struct view {
	const struct catalogue *catalogue;
	struct arena *arena; /* borrowed */
	int32_t today;       /* the day for which deadlines are told */
	bool reveal;
};

struct view view_make(struct registry *registry, struct arena *arena);

json_t *view_application(const struct view *view, const struct application *application);
/* category: of the application, which decides whether a name is masked, where the entry does not
 * say. */
json_t *view_event(const struct view *view, const struct event *event, enum category category);
json_t *view_counts(const struct count_step *steps, size_t count);
json_t *view_backlog_item(const struct view *view, const struct backlog_item *item);
json_t *view_summary(const struct summary *summary);
json_t *view_number(uint64_t number);
json_t *view_date(int32_t date); /* null for DATE_NONE */
json_t *view_digest(const struct sm3 *digest);
json_t *view_text(const char *text); /* null for NULL */

/* {key: value}; value is taken, NULL gives NULL. */
json_t *view_wrap(const char *key, json_t *value);
/* Appends, or sets; the value is taken, and a NULL makes the whole fail: *object is then released
 * and NULL. */
void view_append(json_t **array, json_t *value);
void view_set(json_t **object, const char *key, json_t *value);

#endif
