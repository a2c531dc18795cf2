/* SPDX-License-Identifier: Apache-2.0 */
#include "client/arguments.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/fields.h"
#include "client/language.h"
#include "client/nearest.h"
#include "client/value.h"
#include "proto/base/cleanup.h"
#include "proto/interfaces.h"

/* One reading of a command line. */
struct reading {
	const struct command *command;
	struct slot slots[SLOT_MAX];
	json_t *values[SLOT_MAX];
	size_t count;
	const char **words; /* those that stand without an option; borrowed */
	size_t word_count;
	struct globals *globals;
	struct buf *why;
};

static void slot_fill(struct slot *slot, const char *group, const struct idl_member *member,
		      bool required)
{
	*slot = (struct slot){
		.group = group, .name = member->name, .type = member->type, .required = required
	};
	snprintf(slot->option, sizeof(slot->option), "--%s", member->name);
	snprintf(slot->argument, sizeof(slot->argument), "%s", member->name);
	for (char *c = slot->option; *c != '\0'; c++) {
		*c = *c == '_' ? '-' : *c;
	}
	for (char *c = slot->argument; *c != '\0'; c++) {
		*c = (char)toupper((unsigned char)*c);
	}
}

static size_t slots_collect(const struct idl_type *input, struct slot slots[static SLOT_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < input->member_count; i++) {
		const struct idl_member *member = &input->members[i];
		const struct idl_type *real = idl_resolve(member->type);
		if (real->kind != IDL_STRUCT) {
			assert(count < SLOT_MAX);
			slot_fill(&slots[count++], NULL, member, !member->type->nullable);
			continue;
		}
		for (size_t j = 0; j < real->member_count; j++) {
			bool required = !member->type->nullable && !real->members[j].type->nullable;
			assert(count < SLOT_MAX);
			slot_fill(&slots[count++], member->name, &real->members[j], required);
		}
	}
	return count;
}

/* Moves the positional ones to the front, in the order that the command names them. */
static void slots_order(const char *positional, struct slot *slots, size_t count)
{
	size_t front = 0;

	while (positional != NULL && *positional != '\0') {
		size_t bytes = strcspn(positional, " ");
		for (size_t i = front; i < count; i++) {
			if (strncmp(slots[i].name, positional, bytes) == 0 &&
			    slots[i].name[bytes] == '\0') {
				struct slot found = slots[i];
				memmove(&slots[front + 1], &slots[front],
					(i - front) * sizeof(slots[0]));
				slots[front] = found;
				slots[front++].positional = true;
				break;
			}
		}
		positional += bytes + (positional[bytes] == ' ' ? 1 : 0);
	}
}

size_t slots_of(const struct command *command, struct slot slots[static SLOT_MAX])
{
	const struct idl_entry *method = interfaces_method(command->method, NULL);
	size_t count = method != NULL ? slots_collect(method->type, slots) : 0;

	slots_order(command->positional, slots, count);
	return count;
}

/* The value of an option: behind '=', or the next word. */
static const char *option_value(int argc, char *const argv[], int *at)
{
	const char *equals = strchr(argv[*at], '=');

	if (equals != NULL) {
		return equals + 1;
	}
	if (*at + 1 < argc) {
		return argv[++*at];
	}
	return NULL;
}

static bool option_is(const char *word, const char *option)
{
	size_t bytes = strlen(option);
	return strncmp(word, option, bytes) == 0 && (word[bytes] == '\0' || word[bytes] == '=');
}

int globals_take(int argc, char *const argv[], int *at, struct globals *globals, struct buf *why)
{
	const struct {
		const char *option;
		bool *flag;
		const char **value;
	} table[] = {
		{ "--json", &globals->json, NULL },     { "--help", &globals->help, NULL },
		{ "-h", &globals->help, NULL },         { "--version", &globals->version, NULL },
		{ "--lang", NULL, &globals->language }, { "--socket", NULL, &globals->socket },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].flag != NULL && strcmp(argv[*at], table[i].option) == 0) {
			*table[i].flag = true;
			++*at;
			return 1;
		}
		if (table[i].value != NULL && option_is(argv[*at], table[i].option)) {
			*table[i].value = option_value(argc, argv, at);
			if (*table[i].value == NULL) {
				buf_printf(why, _("%s needs a value"), table[i].option);
				return -EINVAL;
			}
			++*at;
			return 1;
		}
	}
	return 0;
}

static int reading_unknown(struct reading *reading, const char *word)
{
	char option[SLOT_NAME_BYTES];
	struct nearest nearest = { .wanted = option };

	snprintf(option, sizeof(option), "%.*s", (int)strcspn(word, "="), word);
	for (size_t i = 0; i < reading->count; i++) {
		nearest_offer(&nearest, reading->slots[i].option);
	}
	for (size_t i = 0; i < command_locals(reading->command); i++) {
		nearest_offer(&nearest, reading->command->locals[i].option);
	}
	nearest_offer(&nearest, "--json");
	nearest_offer(&nearest, "--lang");
	nearest_offer(&nearest, "--socket");
	nearest_offer(&nearest, "--help");
	if (nearest.found != NULL) {
		buf_printf(reading->why, _("%s has no option %s; did you mean %s?"),
			   reading->command->name, option, nearest.found);
	} else {
		buf_printf(reading->why, _("%s has no option %s; ogi %s --help lists them"),
			   reading->command->name, option, reading->command->name);
	}
	return -EINVAL;
}

/* Whether a word is an option, or the beginning of this one and of no other: --within will do. */
static bool reading_is(const struct reading *reading, const char *word, const char *option)
{
	size_t bytes = strcspn(word, "="), alike = 0;

	if (option_is(word, option)) {
		return true;
	}
	for (size_t i = 0; i < reading->count; i++) {
		if (option_is(word, reading->slots[i].option)) {
			return false;
		}
		alike += strncmp(word, reading->slots[i].option, bytes) == 0;
	}
	for (size_t i = 0; i < command_locals(reading->command); i++) {
		if (option_is(word, reading->command->locals[i].option)) {
			return false;
		}
		alike += strncmp(word, reading->command->locals[i].option, bytes) == 0;
	}
	return bytes > 2 && alike == 1 && strncmp(word, option, bytes) == 0;
}

/* Whether words, "text|html", has the word. */
static bool local_allows(const char *words, const char *word)
{
	size_t bytes = strlen(word);

	while (words != NULL && *words != '\0') {
		size_t one = strcspn(words, "|");
		if (one == bytes && strncmp(words, word, one) == 0) {
			return true;
		}
		words += one + (words[one] == '|' ? 1 : 0);
	}
	return words == NULL;
}

/* An option that the client itself reads. */
static int reading_local(struct reading *reading, int argc, char *const argv[], int *at)
{
	for (size_t i = 0; i < command_locals(reading->command); i++) {
		const struct local *local = &reading->command->locals[i];
		const char **value = &reading->globals->locals[i];
		if (!reading_is(reading, argv[*at], local->option)) {
			continue;
		}
		if (*value != NULL) {
			buf_printf(reading->why, _("%s is given twice"), local->option);
			return -EINVAL;
		}
		if (local->value == NULL && strchr(argv[*at], '=') != NULL) {
			buf_printf(reading->why, _("%s takes no value"), local->option);
			return -EINVAL;
		}
		*value = local->value == NULL ? "" : option_value(argc, argv, at);
		if (*value == NULL) {
			buf_printf(reading->why, _("%s needs a value"), local->option);
			return -EINVAL;
		}
		if (!local_allows(local->words, *value)) {
			buf_printf(reading->why, _("%s takes %s, not \"%s\""), local->option,
				   local->words, *value);
			return -EINVAL;
		}
		++*at;
		return 0;
	}
	return reading_unknown(reading, argv[*at]);
}

static int reading_option(struct reading *reading, int argc, char *const argv[], int *at)
{
	for (size_t i = 0; i < reading->count; i++) {
		const struct slot *slot = &reading->slots[i];
		const char *value;
		if (!reading_is(reading, argv[*at], slot->option)) {
			continue;
		}
		if (idl_resolve(slot->type)->kind == IDL_BOOL && strchr(argv[*at], '=') == NULL) {
			const char *next = *at + 1 < argc ? argv[*at + 1] : "";
			bool said = strcmp(next, "true") == 0 || strcmp(next, "false") == 0 ||
				    strcmp(next, "yes") == 0 || strcmp(next, "no") == 0;
			*at += said ? 1 : 0;
			value = said ? next : "true";
		} else {
			value = option_value(argc, argv, at);
		}
		if (value == NULL) {
			buf_printf(reading->why, _("%s needs a value"), slot->option);
			return -EINVAL;
		}
		++*at;
		return value_add(slot->option,
				 field_of(command_method(reading->command), slot->name), slot->type,
				 value, &reading->values[i], reading->why);
	}
	return reading_local(reading, argc, argv, at);
}

/* The slot that the defaults of the command fill, or count. */
static size_t reading_defaulted(const struct reading *reading)
{
	const char *defaults = reading->command->defaults;
	size_t bytes = defaults != NULL ? strcspn(defaults, "=") : 0, i = 0;

	while (i < reading->count && (bytes == 0 || strlen(reading->slots[i].name) != bytes ||
				      memcmp(reading->slots[i].name, defaults, bytes) != 0)) {
		i++;
	}
	return i;
}

/* Gives the words without an option to the arguments, in order. */
static int reading_arguments(struct reading *reading)
{
	size_t skipped = reading_defaulted(reading), places = 0, at = 0;

	while (places < reading->count && reading->slots[places].positional) {
		places++;
	}
	for (size_t i = 0; i < reading->word_count; i++) {
		const char *word = reading->words[i];
		if (at == skipped && reading->word_count < places) {
			at++;
		}
		if (at >= places) {
			buf_printf(reading->why,
				   _("%s does not know what to do with \"%s\"; see ogi %s --help"),
				   reading->command->name, word, reading->command->name);
			return -EINVAL;
		}
		const struct slot *slot = &reading->slots[at];
		const struct field *field = field_of(command_method(reading->command), slot->name);
		enum idl_kind kind = idl_resolve(slot->type)->kind;
		int r = value_add(slot->argument, field, slot->type, word, &reading->values[at],
				  reading->why);
		if (r < 0) {
			return r;
		}
		/* The last one may take any number of words when its type does. */
		at += kind != IDL_ARRAY && kind != IDL_OBJECT ? 1 : 0;
	}
	return 0;
}

/* "-5" is an argument; what else begins with '-' is an option. */
static bool word_is_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0' && !isdigit((unsigned char)word[1]);
}

static bool reading_has(const struct reading *reading, const char *word)
{
	for (size_t i = 0; i < reading->count; i++) {
		if (option_is(word, reading->slots[i].option)) {
			return true;
		}
	}
	return false;
}

static int reading_words(struct reading *reading, int argc, char *const argv[])
{
	bool options = true;
	int at = 0;

	while (at < argc) {
		int r = 0;
		if (options && strcmp(argv[at], "--") == 0) {
			options = false;
			at++;
			continue;
		}
		if (!options || !word_is_option(argv[at])) {
			reading->words[reading->word_count++] = argv[at++];
		} else {
			/* The command's own come first: --version is a field of many. */
			r = reading_has(reading, argv[at])
				    ? 0
				    : globals_take(argc, argv, &at, reading->globals, reading->why);
			if (r == 0) {
				r = reading_option(reading, argc, argv, &at);
			}
		}
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static void reading_defaults(struct reading *reading)
{
	size_t at = reading_defaulted(reading);

	if (at < reading->count && reading->values[at] == NULL) {
		reading->values[at] = json_string(strchr(reading->command->defaults, '=') + 1);
	}
}

static int reading_complete(struct reading *reading)
{
	size_t missing = 0;

	for (size_t i = 0; i < reading->count; i++) {
		const struct slot *slot = &reading->slots[i];
		if (!slot->required || reading->values[i] != NULL) {
			continue;
		}
		if (missing++ == 0) {
			buf_printf(reading->why, _("%s needs "), reading->command->name);
		} else {
			buf_append_text(reading->why, ", ");
		}
		buf_append_text(reading->why, slot->positional ? slot->argument : slot->option);
		if (idl_resolve(slot->type)->kind == IDL_ENUM) {
			buf_append_text(reading->why, " (");
			value_allowed(idl_resolve(slot->type), reading->why);
			buf_append_text(reading->why, ")");
		}
	}
	return missing > 0 ? -EINVAL : 0;
}

/* --json is what the wire had; options about what people see have nothing to do there. */
static int reading_agrees(const struct reading *reading)
{
	for (size_t i = 0; i < command_locals(reading->command); i++) {
		const struct local *local = &reading->command->locals[i];
		if (reading->globals->json && local->shown && reading->globals->locals[i] != NULL) {
			buf_printf(reading->why,
				   _("--json prints the daemon's own answer: leave out %s"),
				   local->option);
			return -EINVAL;
		}
	}
	return 0;
}

/* Hands the values over to the call's parameters. */
static json_t *reading_parameters(struct reading *reading)
{
	json_t *parameters = json_object();

	for (size_t i = 0; i < reading->count; i++) {
		const struct slot *slot = &reading->slots[i];
		json_t *into = parameters;
		if (reading->values[i] == NULL) {
			continue;
		}
		if (slot->group != NULL) {
			into = json_object_get(parameters, slot->group);
			if (into == NULL) {
				into = json_object();
				json_object_set_new(parameters, slot->group, into);
			}
		}
		json_object_set_new(into, slot->name, TAKE(reading->values[i]));
	}
	return parameters;
}

int arguments_read(const struct command *command, int argc, char *const argv[],
		   struct globals *globals, json_t **ret_parameters, struct buf *why)
{
	struct reading reading = { .command = command, .globals = globals, .why = why };

	reading.count = slots_of(command, reading.slots);
	reading.words = calloc((size_t)argc + 1, sizeof(*reading.words));
	int r = reading.words != NULL ? reading_words(&reading, argc, argv) : -ENOMEM;
	if (r == 0 && !globals->help && !globals->version) {
		r = reading_arguments(&reading);
		if (r == 0) {
			reading_defaults(&reading);
			r = reading_complete(&reading);
		}
		r = r < 0 ? r : reading_agrees(&reading);
		if (r == 0) {
			*ret_parameters = reading_parameters(&reading);
		}
	}
	free(reading.words);
	for (size_t i = 0; i < reading.count; i++) {
		json_decref(reading.values[i]);
	}
	return r;
}
