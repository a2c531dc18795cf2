/* SPDX-License-Identifier: Apache-2.0 */
#include "client/report.h"

#include <errno.h>
#include <string.h>

#include "client/layout.h"
#include "client/reply.h"

#define REPORT_TITLE   "年政府信息公开工作年度报告"
#define REPORT_MISSING "［缺：%s］"
#define REPORT_FEES    "本年度共发出收费通知%s件，总金额%s元，实际收取%s元。"
#define REPORT_NO_FEES "本年度未收取信息处理费。"
#define REPORT_FEES_OF "信息处理费收取情况"

/* One report being made. */
struct building {
	struct document *document;
	json_t *report;
	const struct texts *texts;
	struct figures figures;
	struct yaml_problem *problem;
};

static json_t *building_table(const json_t *tables, const char *id)
{
	size_t i;
	json_t *table;

	json_array_foreach(tables, i, table)
	{
		if (strcmp(reply_text(table, "id"), id) == 0) {
			return table;
		}
	}
	return NULL;
}

static void building_missing(struct building *building, const char *what, const char *key)
{
	struct arena *arena = &building->document->arena;
	struct block *block = document_add(building->document, BLOCK_MISSING,
					   arena_printf(arena, REPORT_MISSING, what));
	if (block != NULL) {
		block->about = arena_strdup(arena, key);
	}
}

static void building_heading(struct building *building, enum section section)
{
	document_add(building->document, BLOCK_HEADING, layout_heading(building->report, section));
}

static int building_text(struct building *building, enum block_kind kind, enum text_part part)
{
	if (!texts_have(building->texts, part)) {
		return 0;
	}
	return texts_add(building->document, kind, building->texts, part, &building->figures,
			 building->problem);
}

/* A section that somebody has to write. */
static int building_section(struct building *building, enum section section, enum text_part part)
{
	building_heading(building, section);
	if (texts_have(building->texts, part)) {
		return building_text(building, BLOCK_PARAGRAPH, part);
	}
	building_missing(building, layout_heading(building->report, section), texts_key(part));
	return 0;
}

static void building_section_table(struct building *building, enum section section, const char *id)
{
	json_t *table = building_table(json_object_get(building->report, "tables"), id);

	building_heading(building, section);
	if (table != NULL) {
		layout_table(building->document, table);
	} else {
		building_missing(building, layout_heading(building->report, section), id);
	}
}

static void building_figures(struct building *building, const char *id)
{
	json_t *table = building_table(json_object_get(building->report, "sections"), id);

	if (table != NULL) {
		layout_figures(building->document, table);
	}
}

/* What the form of 2021 asks for in section six. */
static void building_fees(struct building *building)
{
	static const char *const names[] = { "fees.notices", "fees.noticed_yuan",
					     "fees.collected_yuan" };
	const char *said[3];
	bool any = false;

	for (size_t i = 0; i < 3; i++) {
		const struct figure *figure = figures_find(&building->figures, names[i]);
		if (figure == NULL || !figure->stated) {
			building_missing(building, REPORT_FEES_OF, names[i]);
			return;
		}
		said[i] = figure->text;
		any = any || strcmp(figure->text, "0") != 0;
	}
	document_add(building->document, BLOCK_PARAGRAPH,
		     any ? arena_printf(&building->document->arena, REPORT_FEES, said[0], said[1],
					said[2])
			 : REPORT_NO_FEES);
}

static int building_six(struct building *building)
{
	json_t *fees = building_table(json_object_get(building->report, "sections"), "fees");

	building_heading(building, SECTION_SIX);
	if (fees != NULL && !texts_mention(building->texts, TEXT_SIX, "fees.")) {
		building_fees(building);
	} else if (!texts_have(building->texts, TEXT_SIX)) {
		building_missing(building, layout_heading(building->report, SECTION_SIX),
				 texts_key(TEXT_SIX));
	}
	int r = building_text(building, BLOCK_PARAGRAPH, TEXT_SIX);
	building_figures(building, "fees");
	return r;
}

/* The seal's statement, line by line. */
static void building_seal(struct building *building)
{
	const json_t *seal = json_object_get(building->report, "seal");
	const char *line = reply_text(seal, "statement");

	while (*line != '\0') {
		size_t bytes = strcspn(line, "\n");
		if (bytes > 0) {
			document_add(building->document, BLOCK_SEAL,
				     arena_strndup(&building->document->arena, line, bytes));
		}
		line += bytes + (line[bytes] == '\n' ? 1 : 0);
	}
}

static int building_title(struct building *building)
{
	struct arena *arena = &building->document->arena;

	if (texts_have(building->texts, TEXT_TITLE)) {
		return building_text(building, BLOCK_TITLE, TEXT_TITLE);
	}
	document_add(building->document, BLOCK_TITLE,
		     arena_printf(arena, "%s%d" REPORT_TITLE, reply_text(building->report, "organ"),
				  reply_year(building->report, "year")));
	return 0;
}

int report_build(struct document *document, json_t *report, const struct texts *texts,
		 struct yaml_problem *reterr_problem)
{
	struct building building = {
		.document = document, .report = report, .texts = texts, .problem = reterr_problem
	};
	int r;

	figures_collect(&document->arena, report, &building.figures);
	r = building_title(&building);
	r = r < 0 ? r : building_text(&building, BLOCK_PARAGRAPH, TEXT_PREFACE);
	r = r < 0 ? r : building_section(&building, SECTION_ONE, TEXT_ONE);
	if (r == 0) {
		building_figures(&building, "publications");
		building_section_table(&building, SECTION_TWO, "table2");
		building_section_table(&building, SECTION_THREE, "table3");
		building_section_table(&building, SECTION_FOUR, "table4");
	}
	r = r < 0 ? r : building_section(&building, SECTION_FIVE, TEXT_FIVE);
	r = r < 0 ? r : building_six(&building);
	r = r < 0 ? r : building_text(&building, BLOCK_SIGNATURE, TEXT_SIGNED);
	if (r == 0) {
		building_seal(&building);
	}
	return r < 0 ? r : document->arena.failed ? -ENOMEM : 0;
}
