/* SPDX-License-Identifier: Apache-2.0 */
/* write_texts.c: a file of texts to fill in, with the name of every figure of this report. */
#include <errno.h>
#include <string.h>

#include "client/language.h"
#include "client/layout.h"
#include "client/report.h"

/* Comments of the file; its own texts are the office's, and so is their language. */
static void texts_comment(FILE *to, const char *text)
{
	while (*text != '\0') {
		size_t bytes = strcspn(text, "\n");
		fprintf(to, "# %.*s\n", (int)bytes, text);
		text += bytes + (text[bytes] == '\n' ? 1 : 0);
	}
}

static void texts_part(FILE *to, const json_t *report, enum section section, enum text_part part,
		       const char *text)
{
	fprintf(to, "\n# %s\n", layout_heading(report, section));
	texts_comment(to, text);
	fprintf(to, "%s: |\n\n", texts_key(part));
}

static void texts_optional(FILE *to, enum text_part part, const char *text)
{
	fputc('\n', to);
	texts_comment(to, text);
	fprintf(to, "# %s:\n", texts_key(part));
}

/* Of table 3 and 4 every row once, with its last column, the total. */
static bool texts_listed(const struct figure *figure)
{
	const char *dot = strrchr(figure->name, '.');

	return (strncmp(figure->name, "table3.", 7) != 0 &&
		strncmp(figure->name, "table4.", 7) != 0) ||
	       (dot != NULL && strcmp(dot, ".total") == 0);
}

static void texts_names(FILE *to, const struct figures *figures)
{
	fputc('\n', to);
	texts_comment(to, _("The figures. In table 3, natural_person, commercial_enterprise,\n"
			    "research_institution, public_welfare_organization, "
			    "legal_service_institution or\n"
			    "other may stand for total; in table 4 upheld, corrected, other or "
			    "pending."));
	fputs("#\n", to);
	for (size_t i = 0; i < figures->count; i++) {
		const struct figure *figure = &figures->items[i];
		if (texts_listed(figure)) {
			fprintf(to, "# {%s}%s%s%s\n", figure->name,
				figure->label[0] != '\0' ? "  " : "", figure->label,
				figure->stated ? "" : _("  (not stated yet)"));
		}
	}
}

int report_write_texts(json_t *report, FILE *to)
{
	struct arena arena = { 0 };
	struct figures figures;

	figures_collect(&arena, report, &figures);
	if (arena.failed) {
		arena_done(&arena);
		return -ENOMEM;
	}
	texts_comment(to, _("Texts of an annual report, for: ogi report YEAR --texts FILE\n"
			    "Write below a key, two spaces in; every line is a paragraph. {NAME} "
			    "stands\n"
			    "for a figure of the report; {{ is a brace itself."));
	texts_optional(to, TEXT_TITLE, _("Title; left out, it is made of the organ and the year."));
	texts_optional(to, TEXT_PREFACE, _("What stands before section one."));
	texts_part(to, report, SECTION_ONE, TEXT_ONE,
		   "例：{year}年新收政府信息公开申请{table3.new.total}件，上年结转"
		   "{table3.carried_in.total}件，\n"
		   "办结{table3.total_results.total}件，结转下年度{table3.carried_out.total}件。");
	texts_part(to, report, SECTION_FIVE, TEXT_FIVE, "");
	texts_part(to, report, SECTION_SIX, TEXT_SIX,
		   figures_find(&figures, "fees.notices") != NULL
			   ? _("The fees are stated by themselves, unless a text names them.")
			   : "");
	texts_optional(to, TEXT_SIGNED, _("Below the text: the organ and the date, a line each."));
	texts_names(to, &figures);
	arena_done(&arena);
	return ferror(to) != 0 ? -EIO : 0;
}
