/* SPDX-License-Identifier: Apache-2.0 */
/* main.c: ogi, the client: find the command, read its words, run it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client/arguments.h"
#include "client/help.h"
#include "client/language.h"
#include "client/nearest.h"
#include "client/run.h"

/* The language has to be known before the first sentence; --lang may stand anywhere. */
static const char *main_language(int argc, char *const argv[])
{
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--lang=", 7) == 0) {
			return argv[i] + 7;
		}
		if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) {
			return argv[i + 1];
		}
	}
	return NULL;
}

static enum exit_status main_no_command(const char *word)
{
	struct nearest nearest = { .wanted = word };

	for (size_t i = 0; i < command_count; i++) {
		nearest_offer(&nearest, commands[i].name);
	}
	if (word[0] == '-') {
		screen_complain(
			_("there is no option %s before the command; ogi --help lists them"), word);
	} else if (nearest.found != NULL) {
		screen_complain(_("there is no command \"%s\"; did you mean %s?"), word,
				nearest.found);
	} else {
		screen_complain(_("there is no command \"%s\"; ogi --help lists them"), word);
	}
	return EXIT_USAGE;
}

static enum exit_status main_complain(struct buf *why)
{
	buf_append(why, "", 1);
	screen_complain("%s", why->error == 0 ? why->data : strerror(ENOMEM));
	return EXIT_USAGE;
}

/* Help and version are shown here. 1: go on with the command. */
static int main_shown(const struct globals *globals, const struct command *command)
{
	if (globals->help && command != NULL) {
		help_command(command);
		return 0;
	}
	if (globals->help) {
		help_overview(stdout);
		return 0;
	}
	if (globals->version) {
		puts("ogi " OGID_VERSION);
		return 0;
	}
	return 1;
}

static enum exit_status main_run(int argc, char *const argv[], struct buf *why)
{
	struct globals globals = { 0 };
	json_t *parameters = NULL;
	int at = 1, r = 1;

	while (at < argc && r > 0) {
		r = globals_take(argc, argv, &at, &globals, why);
	}
	if (r < 0) {
		return main_complain(why);
	}
	/* "ogi help log" is what many try first. */
	if (at < argc && strcmp(argv[at], "help") == 0) {
		globals.help = true;
		at++;
	}
	if (at >= argc) {
		if (main_shown(&globals, NULL) == 0) {
			return EXIT_DONE;
		}
		help_overview(stderr);
		return EXIT_USAGE;
	}
	const struct command *command = command_find(argv[at]);
	if (command == NULL) {
		return main_no_command(argv[at]);
	}
	r = arguments_read(command, argc - at - 1, argv + at + 1, &globals, &parameters, why);
	if (r < 0) {
		return main_complain(why);
	}
	if (main_shown(&globals, command) == 0) {
		json_decref(parameters);
		return EXIT_DONE;
	}
	enum exit_status status = EXIT_DONE;
	if (command->prepare != NULL) {
		status = command->prepare(parameters, &globals, why);
	}
	if (status == EXIT_DONE) {
		status = run_command(command, parameters, &globals);
	} else {
		main_complain(why);
	}
	json_decref(parameters);
	return status;
}

int main(int argc, char *argv[])
{
	struct buf why;

	if (language_start(main_language(argc, argv)) < 0) {
		screen_complain("--lang takes zh or en");
		return EXIT_USAGE;
	}
	buf_init(&why, SCREEN_TEXT_MAX);
	enum exit_status status = main_run(argc, argv, &why);
	buf_done(&why);
	if (fflush(stdout) != 0 || ferror(stdout) != 0) {
		screen_complain(_("cannot write the output: %s"), strerror(errno));
		return status == EXIT_DONE ? EXIT_BAD_DATA : (int)status;
	}
	return (int)status;
}
