/* SPDX-License-Identifier: Apache-2.0 */
#include "client/help.h"

#include <string.h>

#include "client/arguments.h"
#include "client/fields.h"
#include "client/language.h"
#include "client/value.h"
#include "proto/base/cleanup.h"

#define HELP_NAME_COLUMNS   28
#define HELP_WIDTH_LEAST    60
#define HELP_WIDTH_MOST     100
#define HELP_COMMAND_INDENT 20

/* Where the groups of the overview begin, by the first command of each. */
static const struct {
	const char *first;
	const char *title;
} help_groups[] = {
	{ "log", N_("Enter and act:") },
	{ "show", N_("Ask:") },
	{ "rollup", N_("Year and report:") },
	{ "due", N_("Ledger and daemon:") },
};

static size_t help_width(void)
{
	struct screen screen = screen_of_output();
	size_t width = screen.width > 0 ? screen.width : 80;

	width = width > HELP_WIDTH_MOST ? HELP_WIDTH_MOST : width;
	return width < HELP_WIDTH_LEAST ? HELP_WIDTH_LEAST : width;
}

/* Prints head, pads it to `indent` columns, and lets text follow in lines that begin there. */
static void help_entry(FILE *to, const char *head, const char *text, size_t indent)
{
	size_t width = help_width() - indent;
	struct buf line;

	buf_init(&line, SCREEN_TEXT_MAX);
	buf_append_text(&line, head);
	if (screen_columns(head) + 1 > indent && head[0] != '\0') {
		buf_append_text(&line, "\n");
		buf_append(&line, "", 1);
		line.len--;
		screen_pad(&line, line.len, indent);
	} else {
		screen_pad(&line, 0, indent);
	}
	while (line.error == 0) {
		const char *next;
		size_t bytes = screen_wrap(text, width, &next);
		buf_append(&line, text, bytes);
		fwrite(line.data, 1, line.len, to);
		fputc('\n', to);
		text = next;
		if (*text == '\0') {
			break;
		}
		buf_clear(&line);
		screen_pad(&line, 0, indent);
	}
	buf_done(&line);
}

void help_overview(FILE *to)
{
	fprintf(to, "%s\n", _("ogi - the register of applications for government information"));
	fprintf(to, "%s\n", _("Usage: ogi [--json] [--lang zh|en] [--socket PATH] COMMAND ..."));
	for (size_t i = 0; i < command_count; i++) {
		char head[64];
		for (size_t j = 0; j < ARRAY_SIZE(help_groups); j++) {
			if (strcmp(help_groups[j].first, commands[i].name) == 0) {
				fprintf(to, "\n%s\n", _(help_groups[j].title));
			}
		}
		snprintf(head, sizeof(head), "  %s", commands[i].name);
		help_entry(to, head, _(commands[i].summary), HELP_COMMAND_INDENT + 2);
	}
	fprintf(to, "\n%s\n", _("ogi COMMAND --help says more, with examples."));
	fprintf(to, "%s\n",
		_("Exit status: 0 done, 1 a check failed, 2 usage, 3 not found, 4 refused by a "
		  "rule,\n"
		  "5 not permitted, 6 conflict, 7 daemon unreachable, 8 bad data."));
}

/* What stands behind an option: the kind of its value. */
static const char *help_value(const struct slot *slot, const struct field *field)
{
	const struct idl_type *type = idl_resolve(slot->type);

	switch (type->kind) {
	case IDL_INT:
		return "N";
	case IDL_BOOL:
		return "[true|false]";
	case IDL_ENUM:
		return _("WORD");
	case IDL_ARRAY:
		return field->kind == FIELD_FILE ? _("FILE") : _("WORD,...");
	case IDL_OBJECT:
		return field->kind == FIELD_FILE ? _("FILE") : _("FIELD=VALUE");
	case IDL_STRING:
	case IDL_FLOAT:
	case IDL_STRUCT:
	case IDL_MAP:
	case IDL_NAMED:
		break;
	}
	switch (field->kind) {
	case FIELD_DATE:
		return _("DATE");
	case FIELD_APPLICATION:
		return _("NUMBER");
	case FIELD_CODE:
		return _("CODE");
	case FIELD_FILE:
		return _("FILE");
	case FIELD_DIRECTORY:
		return _("DIRECTORY");
	case FIELD_TEXT:
		break;
	}
	return _("TEXT");
}

static void help_usage(const struct command *command, const struct slot *slots, size_t count)
{
	struct buf usage;
	char head[64];

	buf_init(&usage, SCREEN_TEXT_MAX);
	for (size_t i = 0; i < count; i++) {
		const struct field *field = field_of(command_method(command), slots[i].name);
		enum idl_kind kind = idl_resolve(slots[i].type)->kind;
		bool defaulted =
			command->defaults != NULL &&
			strncmp(command->defaults, slots[i].name, strlen(slots[i].name)) == 0;
		if (slots[i].positional) {
			bool many = kind == IDL_ARRAY ||
				    (kind == IDL_OBJECT && field->kind != FIELD_FILE);
			buf_printf(&usage, slots[i].required && !defaulted ? "%s%s " : "[%s%s] ",
				   slots[i].argument, many ? "..." : "");
		} else if (slots[i].required && !defaulted) {
			buf_printf(&usage, "%s %s ", slots[i].option, help_value(&slots[i], field));
		}
	}
	buf_append_text(&usage, _("[OPTIONS]"));
	buf_append(&usage, "", 1);
	snprintf(head, sizeof(head), _("Usage: ogi %s"), command->name);
	if (usage.error == 0) {
		help_entry(stdout, head, usage.data, screen_columns(head) + 1);
	}
	buf_done(&usage);
}

static void help_slot(const struct command *command, const struct slot *slot)
{
	const struct field *field = field_of(command_method(command), slot->name);
	const struct idl_type *type = idl_resolve(slot->type);
	struct buf about;
	char head[160];

	if (slot->positional) {
		snprintf(head, sizeof(head), "  %s", slot->argument);
	} else {
		snprintf(head, sizeof(head), "  %s %s", slot->option, help_value(slot, field));
	}
	buf_init(&about, SCREEN_TEXT_MAX);
	if (field->about != NULL) {
		buf_append_text(&about, _(field->about));
	}
	if (type->kind == IDL_ARRAY) {
		type = idl_resolve(type->element);
	}
	if (type->kind == IDL_ENUM) {
		buf_append_text(&about, ": ");
		value_allowed(type, &about);
	}
	buf_append(&about, "", 1);
	if (about.error == 0) {
		help_entry(stdout, head, about.data, HELP_NAME_COLUMNS);
	}
	buf_done(&about);
}

/* The options that only the client reads, behind the interface's. */
static void help_locals(const struct command *command, bool any)
{
	for (size_t i = 0; i < command_locals(command); i++) {
		const struct local *local = &command->locals[i];
		char head[160];
		if (!any && i == 0) {
			printf("\n%s\n", _("Options:"));
		}
		snprintf(head, sizeof(head), "  %s%s%s", local->option,
			 local->value != NULL ? " " : "",
			 local->words != NULL   ? local->words
			 : local->value != NULL ? _(local->value)
						: "");
		help_entry(stdout, head, _(local->about), HELP_NAME_COLUMNS);
	}
}

static void help_slots(const struct command *command, const struct slot *slots, size_t count,
		       bool positional)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (slots[i].positional != positional) {
			continue;
		}
		if (!any) {
			printf("\n%s\n",
			       positional ? _("Arguments (each may also be given as an option):")
					  : _("Options:"));
		}
		any = true;
		help_slot(command, &slots[i]);
	}
	if (!positional) {
		help_locals(command, any);
	}
}

/* The codes of a catalogue that the client knows the words of. */
static void help_codes(const char *title, enum word_group group)
{
	const char *name;

	printf("\n%s\n", title);
	for (size_t i = 0; (name = word_at(group, i)) != NULL; i++) {
		char head[80];
		snprintf(head, sizeof(head), "  %s", name);
		help_entry(stdout, head, word_of(group, name), 44);
	}
}

void help_command(const struct command *command)
{
	struct slot slots[SLOT_MAX];
	size_t count = slots_of(command, slots);
	const char *example = command->examples;

	printf("ogi %s - %s\n", command->name, _(command->summary));
	help_usage(command, slots, count);
	if (command->help != NULL) {
		putchar('\n');
		help_entry(stdout, "", _(command->help), 0);
	}
	help_slots(command, slots, count, true);
	help_slots(command, slots, count, false);
	if (strcmp(command->name, "refuse") == 0) {
		help_codes(_("Reasons:"), WORD_REASON);
	}
	if (example != NULL) {
		printf("\n%s\n", _("Examples:"));
	}
	while (example != NULL && *example != '\0') {
		size_t bytes = strcspn(example, "\n");
		printf("  %.*s\n", (int)bytes, example);
		example += bytes + (example[bytes] == '\n' ? 1 : 0);
	}
}
