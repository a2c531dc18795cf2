/* SPDX-License-Identifier: Apache-2.0 */
/* report_command.c: ogi report: a report, the texts of the year and a format become a file. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "client/command.h"
#include "client/language.h"
#include "client/output.h"
#include "client/reply.h"
#include "client/report.h"

const struct local report_locals[] = {
	{ "--texts", N_("FILE"), NULL,
	  N_("what the office writes itself: sections one, five and six, in YAML"), true },
	{ "--format", N_("WORD"), "text|html|xlsx|csv|json", N_("text when left out"), true },
	{ "--output", N_("FILE"), NULL, N_("file to write; standard output when left out"), true },
	{ "--make-texts", NULL, NULL, N_("write a file of texts to fill in, and no report"), true },
	{ NULL, NULL, NULL, NULL, false },
};

/* One report on its way to a file. */
struct writing {
	struct print *print;
	json_t *report;
	const char *format;
	struct arena arena; /* of the texts */
	struct texts texts;
	bool has_texts;
	struct document document;
};

static bool writing_is(const struct writing *writing, const char *format)
{
	return strcmp(writing->format, format) == 0;
}

static void writing_refuse(struct writing *writing, const char *path, int error,
			   const struct yaml_problem *problem)
{
	writing->print->status = EXIT_BAD_DATA;
	if (error != -EINVAL || problem == NULL || problem->text[0] == '\0') {
		screen_complain("%s: %s", path, strerror(-error));
	} else if (problem->line > 0) {
		screen_complain("%s:%d:%d: %s", problem->file, problem->line, problem->column,
				problem->text);
	} else {
		screen_complain("%s: %s", problem->file, problem->text);
	}
}

/* The texts, then the document of both. */
static int writing_build(struct writing *writing)
{
	const char *path = print_local(writing->print, "--texts");
	struct yaml_problem problem = { 0 };
	int r = 0;

	if (path != NULL) {
		r = texts_read(&writing->arena, path, &writing->texts, &problem);
		writing->has_texts = r == 0;
	}
	if (r == 0) {
		r = report_build(&writing->document, writing->report,
				 writing->has_texts ? &writing->texts : NULL, &problem);
	}
	if (r < 0) {
		writing_refuse(writing, path != NULL ? path : "report", r, &problem);
	}
	return r;
}

/* What is not there is said to whoever makes the report; who only looks at the tables knows. */
static void writing_point_out(const struct writing *writing)
{
	size_t unstated = figures_unstated(writing->report);
	bool published = writing_is(writing, "html") || writing->has_texts;

	for (const struct block *block = writing->document.first; published && block != NULL;
	     block = block->next) {
		if (block->kind == BLOCK_MISSING) {
			screen_complain(_("missing in the report: %s (%s)"), block->text,
					block->about);
		}
	}
	if (unstated > 0 && !writing_is(writing, "text") && !writing_is(writing, "json")) {
		screen_complain(ngettext("%zu figure stands as 0 because nobody has stated it: set "
					 "it with ogi figure",
					 "%zu figures stand as 0 because nobody has stated them: "
					 "set them with ogi figure",
					 unstated),
				unstated);
	}
}

static int writing_write(struct writing *writing)
{
	if (print_local(writing->print, "--make-texts") != NULL) {
		return report_write_texts(writing->report, stdout);
	}
	if (writing_is(writing, "html")) {
		return report_write_html(&writing->document, stdout);
	}
	if (writing_is(writing, "csv")) {
		return report_write_csv(&writing->document, stdout);
	}
	if (writing_is(writing, "xlsx")) {
		return report_write_xlsx(&writing->document, reply_year(writing->report, "year"),
					 stdout);
	}
	if (writing_is(writing, "json")) {
		return report_write_json(writing->report, stdout);
	}
	print_report_text(writing->print, writing->report, &writing->document);
	return 0;
}

/* Into the file that was asked for, or to standard output. */
static void writing_out(struct writing *writing)
{
	const char *path = print_local(writing->print, "--output");
	const struct screen *screen = writing->print->screen;
	const struct screen paper = { 0 };
	struct output output;

	int r = output_open(&output, path);
	if (r == 0) {
		writing->print->screen = path != NULL ? &paper : screen;
		r = writing_write(writing);
		writing->print->screen = screen;
		int closed = output_close(&output, r == 0);
		r = r < 0 ? r : closed;
	}
	if (r < 0) {
		screen_complain(_("cannot write %s: %s"),
				path != NULL ? path : _("standard output"), strerror(-r));
		writing->print->status = EXIT_BAD_DATA;
	}
}

/* Whatever the format: the exit status tells whether the tables hold. */
static bool writing_holds(const struct writing *writing)
{
	size_t i;
	json_t *check;

	json_array_foreach(json_object_get(writing->report, "checks"), i, check)
	{
		if (!json_is_true(json_object_get(check, "holds"))) {
			return false;
		}
	}
	return true;
}

void print_report(struct print *print, json_t *reply)
{
	const char *format = print_local(print, "--format");
	struct writing writing = { .print = print,
				   .report = json_object_get(reply, "report"),
				   .format = format != NULL ? format : "text" };

	if (writing_is(&writing, "xlsx") && print_local(print, "--output") == NULL &&
	    isatty(STDOUT_FILENO) == 1) {
		screen_complain(_("a workbook is not for a terminal: say --output FILE"));
		print->status = EXIT_USAGE;
		return;
	}
	if (writing_build(&writing) == 0) {
		writing_point_out(&writing);
		writing_out(&writing);
		print->failed = print->failed || !writing_holds(&writing);
	}
	document_done(&writing.document);
	arena_done(&writing.arena);
}
