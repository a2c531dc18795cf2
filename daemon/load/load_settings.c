/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "daemon/load/parts.h"
#include "proto/base/text.h"

#define WORKING_DAYS_MAX    250 /* a year's */
#define NAME_MAX_CHARACTERS 100
#define PATH_MAX_CHARACTERS 4000
#define SOCKET_MAX_BYTES    107  /* sun_path and its end */
#define UNITS_MAX           5000 /* a province's towns */
#define OFFSET_MIN          (-12 * 60)
#define OFFSET_MAX          (14 * 60)

static int read_number_format(const struct source *source, const struct yaml_node *node,
			      const struct field *field, void *target)
{
	bool year = false, serial = false;
	int r;

	r = read_text(source, node, field, target);
	if (r < 0) {
		return r;
	}
	for (const char *c = strchr(node->text, '%'); c; c = strchr(c + 2, '%')) {
		if (c[1] != 'Y' && c[1] != 'N' && c[1] != '%') {
			return schema_fail(source, node,
					   "%s: after %% comes Y (year), N (serial) or "
					   "another %%",
					   field->key);
		}
		year |= c[1] == 'Y';
		serial |= c[1] == 'N';
	}
	if (!year || !serial) {
		return schema_fail(source, node,
				   "%s: %%Y (year) and %%N (serial) must both stand in it",
				   field->key);
	}
	return 0;
}

/* "+08:00" or "-03:30". */
static bool offset_parse(const char *text, int64_t *ret_minutes)
{
	int hours, minutes;

	if (strlen(text) != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
		return false;
	}
	for (size_t i = 1; i < 6; i++) {
		if (i != 3 && !isdigit((unsigned char)text[i])) {
			return false;
		}
	}
	hours = (text[1] - '0') * 10 + (text[2] - '0');
	minutes = (text[4] - '0') * 10 + (text[5] - '0');
	*ret_minutes = (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
	return minutes < 60 && *ret_minutes >= OFFSET_MIN && *ret_minutes <= OFFSET_MAX;
}

static int read_offset(const struct source *source, const struct yaml_node *node,
		       const struct field *field, void *target)
{
	char shown[64];
	int64_t minutes;

	if (node->kind != YAML_SCALAR) {
		return schema_fail(source, node, "%s: a single value is expected", field->key);
	}
	if (!offset_parse(node->text, &minutes) &&
	    text_to_int(node->text, OFFSET_MIN, OFFSET_MAX, &minutes) < 0) {
		return schema_fail(
			source, node,
			"%s: +HH:MM, -HH:MM or minutes from %d to %d are expected, not \"%s\"",
			field->key, OFFSET_MIN, OFFSET_MAX, schema_show(node->text, shown));
	}
	*(int *)((char *)target + field->offset) = (int)minutes;
	return 0;
}

/* Text, and a relative path made to start at the file's folder. */
static int read_path(const struct source *source, const struct yaml_node *node,
		     const struct field *field, void *target)
{
	const char **member = (const char **)((char *)target + field->offset);
	int r;

	r = read_text(source, node, field, target);
	if (r < 0) {
		return r;
	}
	if (node->text[0] != '/' && source->folder) {
		*member = arena_printf(source->arena, "%s%s", source->folder, node->text);
	}
	return *member ? 0 : -ENOMEM;
}

static int read_socket(const struct source *source, const struct yaml_node *node,
		       const struct field *field, void *target)
{
	int r = read_path(source, node, field, target);

	if (r < 0) {
		return r;
	}
	if (strlen(((struct load_places *)target)->socket) > SOCKET_MAX_BYTES) {
		return schema_fail(source, node, "%s: a socket's path may have %d bytes at most",
				   field->key, SOCKET_MAX_BYTES);
	}
	return 0;
}

static int read_roles(const struct source *source, const struct yaml_node *node,
		      const struct field *field, void *target)
{
	uint32_t *roles = (uint32_t *)((char *)target + field->offset);

	if (node->kind != YAML_LIST || node->count == 0) {
		return schema_fail(source, node,
				   "roles: a list of roles is expected, like [clerk]");
	}
	for (const struct yaml_node *child = node->first; child; child = child->next) {
		int bit;

		if (child->kind != YAML_SCALAR) {
			return schema_fail(source, child, "roles: the name of a role is expected");
		}
		bit = name_find(role_names, child->text);
		if (bit < 0) {
			return schema_fail_name(source, child->line, child->column, "role",
						child->text, role_names, ROLE_BITS);
		}
		if (*roles & 1U << bit) {
			return schema_fail(source, child, "roles: \"%s\" stands here twice",
					   role_names[bit]);
		}
		*roles |= 1U << bit;
	}
	return 0;
}

struct grant_file {
	const char *group, *user;
	uint32_t roles;
};

static const struct field grant_fields[] = {
	{ .key = "group",
	  .read = read_text,
	  .offset = offsetof(struct grant_file, group),
	  .max = NAME_MAX_CHARACTERS },
	{ .key = "user",
	  .read = read_text,
	  .offset = offsetof(struct grant_file, user),
	  .max = NAME_MAX_CHARACTERS },
	{ .key = "roles",
	  .read = read_roles,
	  .offset = offsetof(struct grant_file, roles),
	  .required = true },
	{ .key = NULL },
};

static int read_grant(const struct source *source, const struct yaml_node *node,
		      const struct field *field, void *target)
{
	struct grant_file file = { 0 };
	struct grant *grant = target;
	int r;

	r = schema_read(source, node, grant_fields, &file);
	if (r < 0) {
		return r;
	}
	if (!file.group == !file.user) {
		return schema_fail(source, node, "%s: either a group or a user is expected",
				   field->key);
	}
	*grant = (struct grant){
		.group = file.group,
		.name = file.group ? file.group : file.user,
		.roles = file.roles,
	};
	return 0;
}

static int read_access(const struct source *source, const struct yaml_node *node,
		       const struct field *field, void *target)
{
	struct settings *settings = target;
	size_t i = 0;
	int r;

	r = read_list(source, node, field, target);
	if (r < 0) {
		return r;
	}
	for (const struct yaml_node *child = node->first; child; child = child->next, i++) {
		const struct grant *grant = &settings->grants[i];

		for (size_t j = 0; j < i; j++) {
			if (settings->grants[j].group == grant->group &&
			    strcmp(settings->grants[j].name, grant->name) == 0) {
				return schema_fail(source, child,
						   "%s: \"%s\" stands here twice; "
						   "put all roles into one line",
						   grant->group ? "group" : "user", grant->name);
			}
		}
	}
	settings->grants_given = true;
	return 0;
}

static const struct field unit_fields[] = {
	{ .key = "name",
	  .read = read_text,
	  .offset = offsetof(struct unit, name),
	  .required = true,
	  .max = NAME_MAX_CHARACTERS },
	{ .key = "kind",
	  .read = read_text,
	  .offset = offsetof(struct unit, kind),
	  .required = true,
	  .max = NAME_MAX_CHARACTERS },
	{ .key = NULL },
};

static int read_units(const struct source *source, const struct yaml_node *node,
		      const struct field *field, void *target)
{
	struct settings *settings = target;
	size_t i = 0;
	int r;

	r = read_list(source, node, field, target);
	if (r < 0) {
		return r;
	}
	for (const struct yaml_node *child = node->first; child; child = child->next, i++) {
		for (size_t j = 0; j < i; j++) {
			if (strcmp(settings->units[j].name, settings->units[i].name) == 0) {
				return schema_fail(source, yaml_get(child, "name"),
						   "name: unit \"%s\" stands here twice",
						   settings->units[i].name);
			}
		}
	}
	return 0;
}

static const struct field deadline_fields[] = {
	{ .key = "answer_working_days",
	  .read = read_int,
	  .min = 1,
	  .max = WORKING_DAYS_MAX,
	  .offset = offsetof(struct settings, answer_working_days) },
	{ .key = "correction_notice_working_days",
	  .read = read_int,
	  .min = 1,
	  .max = WORKING_DAYS_MAX,
	  .offset = offsetof(struct settings, correction_notice_working_days) },
	{ .key = "consultation_working_days",
	  .read = read_int,
	  .min = 1,
	  .max = WORKING_DAYS_MAX,
	  .offset = offsetof(struct settings, consultation_working_days) },
	{ .key = "payment_working_days",
	  .read = read_int,
	  .min = 1,
	  .max = WORKING_DAYS_MAX,
	  .offset = offsetof(struct settings, payment_working_days) },
	{ .key = "extension_max_working_days",
	  .read = read_int,
	  .min = 1,
	  .max = WORKING_DAYS_MAX,
	  .offset = offsetof(struct settings, extension_max_working_days) },
	{ .key = NULL },
};

static const struct field policy_fields[] = {
	{ .key = "pause_begins",
	  .read = read_name,
	  .names = policy_pause_begins,
	  .offset = offsetof(struct settings, pause_begins) },
	{ .key = "pause_ends",
	  .read = read_name,
	  .names = policy_pause_ends,
	  .offset = offsetof(struct settings, pause_ends) },
	{ .key = "late_correction_notice",
	  .read = read_name,
	  .names = policy_late_notice,
	  .offset = offsetof(struct settings, late_correction_notice) },
	{ .key = NULL },
};

static const struct field light_fields[] = {
	{ .key = "red_working_days",
	  .read = read_int,
	  .max = WORKING_DAYS_MAX,
	  .offset = offsetof(struct settings, red_working_days) },
	{ .key = "amber_working_days",
	  .read = read_int,
	  .max = WORKING_DAYS_MAX,
	  .offset = offsetof(struct settings, amber_working_days) },
	{ .key = NULL },
};

static int read_lights(const struct source *source, const struct yaml_node *node,
		       const struct field *field, void *target)
{
	struct settings *settings = target;
	int r;

	r = read_map(source, node, field, target);
	if (r < 0) {
		return r;
	}
	if (settings->amber_working_days < settings->red_working_days) {
		return schema_fail(source, node,
				   "lights: amber (%d working days) must not come after "
				   "red (%d)",
				   settings->amber_working_days, settings->red_working_days);
	}
	return 0;
}

static const struct field access_item = { .key = "access", .read = read_grant };
static const struct field unit_item = { .key = "unit", .read = read_map, .inner = unit_fields };

/* `settings` is the first member of struct configuration, so that readers that know struct settings
 * can be given the whole. */
_Static_assert(offsetof(struct configuration, settings) == 0, "settings come first");

static int read_places_socket(const struct source *source, const struct yaml_node *node,
			      const struct field *field, void *target)
{
	return read_socket(source, node, field, &((struct configuration *)target)->places);
}

static const struct field configuration_fields[] = {
	{ .key = "organ",
	  .read = read_text,
	  .offset = offsetof(struct settings, organ),
	  .required = true },
	{ .key = "number_format",
	  .read = read_number_format,
	  .max = 60,
	  .offset = offsetof(struct settings, number_format) },
	{ .key = "utc_offset",
	  .read = read_offset,
	  .offset = offsetof(struct settings, utc_offset_minutes) },
	{ .key = "level",
	  .read = read_name,
	  .names = settings_levels,
	  .offset = offsetof(struct settings, level) },
	{ .key = "first_year",
	  .read = read_int,
	  .min = YEAR_MIN,
	  .max = YEAR_MAX,
	  .offset = offsetof(struct settings, first_year) },
	{ .key = "publications",
	  .read = read_publications,
	  .offset = offsetof(struct settings, publications) },
	{ .key = "deadlines", .read = read_map, .inner = deadline_fields },
	{ .key = "policy", .read = read_map, .inner = policy_fields },
	{ .key = "lights", .read = read_lights, .inner = light_fields },
	{ .key = "access",
	  .read = read_access,
	  .min = 1,
	  .inner = &access_item,
	  .item_bytes = sizeof(struct grant),
	  .offset = offsetof(struct settings, grants),
	  .count_offset = offsetof(struct settings, grant_count) },
	{ .key = "units",
	  .read = read_units,
	  .min = 1,
	  .max = UNITS_MAX,
	  .inner = &unit_item,
	  .item_bytes = sizeof(struct unit),
	  .offset = offsetof(struct settings, units),
	  .count_offset = offsetof(struct settings, unit_count) },
	{ .key = "seal_key",
	  .read = read_path,
	  .max = PATH_MAX_CHARACTERS,
	  .offset = offsetof(struct settings, seal_key) },
	{ .key = "data",
	  .read = read_path,
	  .max = PATH_MAX_CHARACTERS,
	  .offset = offsetof(struct configuration, places.data) },
	{ .key = "socket",
	  .read = read_places_socket,
	  .max = PATH_MAX_CHARACTERS,
	  .offset = offsetof(struct load_places, socket) },
	{ .key = "catalogue",
	  .read = read_path,
	  .max = PATH_MAX_CHARACTERS,
	  .offset = offsetof(struct configuration, catalogue) },
	{ .key = NULL },
};

int load_settings(const struct source *source, const struct yaml_node *root,
		  struct configuration *configuration)
{
	return schema_read(source, root, configuration_fields, configuration);
}
