/* SPDX-License-Identifier: Apache-2.0 */
/* A seal as fields of its entry, and as the text that is printed, published and signed. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "daemon/core/statement.h"
#include "proto/base/date.h"

static void digest_set(struct field_set *fields, enum field field, const struct sm3 *digest,
		       struct arena *arena)
{
	char text[SM3_TEXT_BYTES];

	field_set_text(fields, field, arena_strdup(arena, sm3_format(digest, text)));
}

static void list_set(struct field_set *fields, enum field field, const struct text_list *list,
		     struct arena *arena)
{
	struct text_list *copy = arena_alloc(arena, sizeof(*copy));

	if (copy != NULL) {
		*copy = *list;
		field_set_list(fields, field, copy);
	}
}

static void text_set(struct field_set *fields, enum field field, const char *text)
{
	if (text != NULL) {
		field_set_text(fields, field, text);
	}
}

/* What there is not is left out. */
void seal_to_fields(const struct seal *seal, struct arena *arena, struct field_set *ret_fields)
{
	struct field_set fields = { 0 };

	field_set_number(&fields, FIELD_YEAR, seal->year);
	field_set_number(&fields, FIELD_REVISION, seal->revision);
	text_set(&fields, FIELD_FORM, seal->form);
	text_set(&fields, FIELD_ORGAN, seal->organ);
	field_set_number(&fields, FIELD_FIRST_SEQUENCE, (int64_t)seal->first_sequence);
	field_set_number(&fields, FIELD_LAST_SEQUENCE, (int64_t)seal->last_sequence);
	field_set_number(&fields, FIELD_APPLICATIONS, seal->applications);
	digest_set(&fields, FIELD_HEAD, &seal->head, arena);
	digest_set(&fields, FIELD_TABLES, &seal->tables, arena);
	if (seal->has_previous) {
		digest_set(&fields, FIELD_PREVIOUS, &seal->previous, arena);
	}
	text_set(&fields, FIELD_WHY, seal->why);
	text_set(&fields, FIELD_SIGNATURE, seal->signature);
	text_set(&fields, FIELD_PUBLIC_KEY, seal->public_key);
	list_set(&fields, FIELD_ROWS, &seal->rows, arena);
	if (seal->changed.count > 0) {
		list_set(&fields, FIELD_CHANGED, &seal->changed, arena);
	}
	*ret_fields = fields;
}

static int digest_read(const struct field_set *fields, enum field field, struct sm3 *ret_digest)
{
	const char *text = field_text(fields, field);

	return text != NULL && sm3_parse(text, strlen(text), ret_digest) == 0 ? 0 : -EBADMSG;
}

static struct text_list list_read(const struct field_set *fields, enum field field)
{
	return field_given(fields, field) ? *fields->values[field].list : (struct text_list){ 0 };
}

/* Revisions count from 1; the entries covered are none at the least. */
static bool numbers_fit(const struct field_set *fields)
{
	int64_t first = field_number(fields, FIELD_FIRST_SEQUENCE, -1);
	int64_t last = field_number(fields, FIELD_LAST_SEQUENCE, -1);
	int64_t year = field_number(fields, FIELD_YEAR, -1);
	int64_t revision = field_number(fields, FIELD_REVISION, -1);

	return year >= 0 && year <= field_table[FIELD_YEAR].max && revision > 0 &&
	       revision <= field_table[FIELD_REVISION].max && first > 0 && last >= first - 1 &&
	       field_number(fields, FIELD_APPLICATIONS, -1) >= 0;
}

int seal_of_event(const struct event *event, struct seal *ret_seal)
{
	const struct field_set *fields = &event->fields;
	struct seal seal = {
		.year = (int)field_number(fields, FIELD_YEAR, 0),
		.revision = (int)field_number(fields, FIELD_REVISION, 0),
		.on = event->on,
		.form = field_text(fields, FIELD_FORM),
		.organ = field_text(fields, FIELD_ORGAN),
		.first_sequence = (uint64_t)field_number(fields, FIELD_FIRST_SEQUENCE, 0),
		.last_sequence = (uint64_t)field_number(fields, FIELD_LAST_SEQUENCE, 0),
		.applications = field_number(fields, FIELD_APPLICATIONS, 0),
		.has_previous = field_given(fields, FIELD_PREVIOUS),
		.why = field_text(fields, FIELD_WHY),
		.signature = field_text(fields, FIELD_SIGNATURE),
		.public_key = field_text(fields, FIELD_PUBLIC_KEY),
		.rows = list_read(fields, FIELD_ROWS),
		.changed = list_read(fields, FIELD_CHANGED),
		.sequence = event->sequence,
		.digest = event->digest,
	};

	if ((event->action != ACTION_SEAL && event->action != ACTION_RESTATE) ||
	    !numbers_fit(fields) || seal.form == NULL || !field_given(fields, FIELD_ROWS) ||
	    digest_read(fields, FIELD_HEAD, &seal.head) < 0 ||
	    digest_read(fields, FIELD_TABLES, &seal.tables) < 0 ||
	    (seal.has_previous && digest_read(fields, FIELD_PREVIOUS, &seal.previous) < 0)) {
		return -EBADMSG;
	}
	*ret_seal = seal;
	return 0;
}

/* A value is one line, whatever a person wrote: else it could pass for a line of its own. */
static void line_text(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, "%s: ", name);
	for (const char *c = value != NULL ? value : "-"; *c != '\0'; c++) {
		buf_append(out, *c == '\n' ? " " : c, 1);
	}
	buf_append(out, "\n", 1);
}

static void line_digest(struct buf *out, const char *name, const struct sm3 *digest)
{
	char text[SM3_TEXT_BYTES];

	line_text(out, name, sm3_format(digest, text));
}

int seal_statement(const struct seal *seal, struct buf *out)
{
	char on[DATE_TEXT_BYTES];

	buf_append_text(out, "ogid seal\n");
	line_text(out, "organ", seal->organ);
	buf_printf(out, "year: %d\nrevision: %d\n", seal->year, seal->revision);
	line_text(out, "form", seal->form);
	line_text(out, "on", date_format(seal->on, on));
	buf_printf(out, "first_sequence: %" PRIu64 "\nlast_sequence: %" PRIu64 "\n",
		   seal->first_sequence, seal->last_sequence);
	buf_printf(out, "entries: %" PRIu64 "\napplications: %" PRId64 "\n",
		   seal->last_sequence - seal->first_sequence + 1, seal->applications);
	line_digest(out, "head", &seal->head);
	line_digest(out, "tables", &seal->tables);
	if (seal->has_previous) {
		line_digest(out, "previous", &seal->previous);
	} else {
		line_text(out, "previous", NULL);
	}
	if (seal->why != NULL) {
		line_text(out, "why", seal->why);
	}
	return out->error;
}
