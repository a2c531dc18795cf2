/* SPDX-License-Identifier: Apache-2.0 */
#include "client/texts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client/language.h"
#include "client/nearest.h"
#include "proto/base/buf.h"
#include "proto/base/cleanup.h"
#include "proto/base/file.h"

#define TEXTS_FILE_BYTES      ((size_t)1024 * 1024)
#define TEXTS_PARAGRAPH_BYTES ((size_t)256 * 1024)
#define TEXTS_NAME_BYTES      96

static const char *const text_keys[TEXT_PART_COUNT] = {
	[TEXT_TITLE] = "title", [TEXT_PREFACE] = "preface", [TEXT_ONE] = "one",
	[TEXT_FIVE] = "five",   [TEXT_SIX] = "six",         [TEXT_SIGNED] = "signed",
};

/* One part on its way into a document. */
struct placing {
	const struct texts *texts;
	const struct yaml_node *node;
	const struct figures *figures;
	struct yaml_problem *problem;
	struct buf out;
};

const char *texts_key(enum text_part part)
{
	return text_keys[part];
}

static int texts_key_unknown(const char *file, const struct yaml_node *node,
			     struct yaml_problem *problem)
{
	struct nearest nearest = { .wanted = node->key };

	for (size_t i = 0; i < TEXT_PART_COUNT; i++) {
		nearest_offer(&nearest, text_keys[i]);
	}
	if (nearest.found != NULL) {
		return yaml_fail(problem, file, node->key_line, node->key_column,
				 _("there is no text \"%s\"; did you mean %s?"), node->key,
				 nearest.found);
	}
	return yaml_fail(
		problem, file, node->key_line, node->key_column,
		_("there is no text \"%s\": the texts are title, preface, one, five, six, signed"),
		node->key);
}

static int texts_part(struct texts *texts, const struct yaml_node *node,
		      struct yaml_problem *problem)
{
	size_t part = 0;

	while (part < TEXT_PART_COUNT && strcmp(text_keys[part], node->key) != 0) {
		part++;
	}
	if (part == TEXT_PART_COUNT) {
		return texts_key_unknown(texts->file, node, problem);
	}
	const struct yaml_node *wrong = node->kind == YAML_MAP ? node : NULL;
	for (const struct yaml_node *child = node->first; wrong == NULL && child != NULL;
	     child = child->next) {
		wrong = child->kind != YAML_SCALAR ? child : NULL;
	}
	if (wrong != NULL) {
		return yaml_fail(problem, texts->file, wrong->line, wrong->column,
				 _("%s is a text or a list of texts; a text that begins with a "
				   "brace stands in quotation marks"),
				 node->key);
	}
	texts->parts[part] = node;
	return 0;
}

int texts_read(struct arena *arena, const char *path, struct texts *ret_texts,
	       struct yaml_problem *reterr_problem)
{
	struct yaml_node *root;
	struct buf text;

	*ret_texts = (struct texts){ .file = path };
	buf_init(&text, TEXTS_FILE_BYTES);
	int r = file_read(path, &text);
	r = r < 0 ? r : buf_append(&text, "", 1);
	if (r == 0) {
		ret_texts->source = arena_strndup(arena, text.data, text.len - 1);
		r = ret_texts->source == NULL ? -ENOMEM
					      : yaml_read(arena, path, text.data, text.len - 1,
							  &root, reterr_problem);
	}
	buf_done(&text);
	if (r < 0) {
		return r;
	}
	if (root->kind != YAML_MAP) {
		return yaml_fail(reterr_problem, path, root->line, root->column,
				 _("the texts are keys (one, five, six) with a text each"));
	}
	for (const struct yaml_node *node = root->first; node != NULL && r == 0;
	     node = node->next) {
		r = texts_part(ret_texts, node, reterr_problem);
	}
	return r;
}

/* The first text of a part, and the one after; a part is a text or a list of them. */
static const struct yaml_node *texts_first(const struct texts *texts, enum text_part part)
{
	const struct yaml_node *node = texts != NULL ? texts->parts[part] : NULL;
	return node != NULL && node->kind == YAML_LIST ? node->first : node;
}

static const struct yaml_node *texts_next(const struct texts *texts, enum text_part part,
					  const struct yaml_node *node)
{
	return node == texts->parts[part] ? NULL : node->next;
}

/* Spaces that stand around a paragraph; the page indents it itself. */
static const char *texts_trim(const char *line, size_t *bytes)
{
	static const char wide[] = "\xe3\x80\x80"; /* U+3000 */
	size_t left = *bytes;

	while (left > 0) {
		size_t skip = strchr(" \t\r", line[0]) != NULL                         ? 1
			      : left >= 3 && memcmp(line, wide, sizeof(wide) - 1) == 0 ? 3
										       : 0;
		if (skip == 0) {
			break;
		}
		line += skip;
		left -= skip;
	}
	while (left > 0 && strchr(" \t\r", line[left - 1]) != NULL) {
		left--;
	}
	*bytes = left;
	return line;
}

bool texts_have(const struct texts *texts, enum text_part part)
{
	for (const struct yaml_node *node = texts_first(texts, part); node != NULL;
	     node = texts_next(texts, part, node)) {
		for (const char *line = node->text; *line != '\0';) {
			size_t all = strcspn(line, "\n"), bytes = all;
			texts_trim(line, &bytes);
			if (bytes > 0) {
				return true;
			}
			line += all + (line[all] == '\n' ? 1 : 0);
		}
	}
	return false;
}

/* Where {name} stands in the file: YAML keeps only where a text begins, and folds its lines. */
static void placing_find(const struct placing *placing, const char *name, int *ret_line,
			 int *ret_column)
{
	const char *at = placing->texts->source, *source = at;
	char wanted[TEXTS_NAME_BYTES + 2];
	int line = 1, column = 1;

	*ret_line = placing->node->line;
	*ret_column = placing->node->column;
	for (; *at != '\0' && line < placing->node->line; at++) {
		line += *at == '\n';
	}
	snprintf(wanted, sizeof(wanted), "{%s", name);
	while ((at = strstr(at, wanted)) != NULL) {
		const char *behind = at + strlen(wanted);
		/* The end of the line, or of the file, where the brace does not close. */
		if (strchr("}\r\n", *behind) != NULL && (at == source || at[-1] != '{')) {
			break;
		}
		at++;
	}
	if (at == NULL) {
		return;
	}
	line = 1;
	for (const char *c = source; c < at; c++) {
		column = *c == '\n' ? 1 : column + (((unsigned char)*c & 0xc0) != 0x80);
		line += *c == '\n';
	}
	*ret_line = line;
	*ret_column = column;
}

static int placing_refuse(const struct placing *placing, const char *name)
{
	const struct figure *figure = figures_find(placing->figures, name);
	const char *file = placing->texts->file;
	int line, column;

	placing_find(placing, name, &line, &column);
	if (figure != NULL) {
		return yaml_fail(placing->problem, file, line, column,
				 _("nobody has stated %s yet: set it with ogi figure"), name);
	}
	const char *near = figures_nearest(placing->figures, name);
	if (near != NULL) {
		return yaml_fail(placing->problem, file, line, column,
				 _("there is no figure {%s}; did you mean {%s}?"), name, near);
	}
	return yaml_fail(placing->problem, file, line, column,
			 _("there is no figure {%s}; ogi report YEAR --make-texts lists them"),
			 name);
}

/* A name between braces; *at stands behind the opening one. */
static int placing_figure(struct placing *placing, const char **at, const char *end)
{
	const char *close = memchr(*at, '}', (size_t)(end - *at));
	size_t bytes = close != NULL ? (size_t)(close - *at) : (size_t)(end - *at);
	char name[TEXTS_NAME_BYTES];

	snprintf(name, sizeof(name), "%.*s", (int)(bytes < sizeof(name) ? bytes : sizeof(name) - 1),
		 *at);
	if (close == NULL) {
		int line, column;
		placing_find(placing, name, &line, &column);
		return yaml_fail(placing->problem, placing->texts->file, line, column,
				 _("a brace is not closed; write {{ for a brace itself"));
	}
	const struct figure *figure = figures_find(placing->figures, name);
	if (figure == NULL || !figure->stated) {
		return placing_refuse(placing, name);
	}
	*at = close + 1;
	return buf_append_text(&placing->out, figure->text);
}

static int placing_line(struct placing *placing, const char *line, size_t bytes)
{
	const char *end = line + bytes;
	int r = 0;

	buf_clear(&placing->out);
	while (line < end && r == 0) {
		if (*line != '{') {
			r = buf_append(&placing->out, line++, 1);
		} else if (line + 1 < end && line[1] == '{') {
			r = buf_append(&placing->out, "{", 1);
			line += 2;
		} else {
			line++;
			r = placing_figure(placing, &line, end);
		}
	}
	return r < 0 ? r : buf_append(&placing->out, "", 1);
}

int texts_add(struct document *document, enum block_kind kind, const struct texts *texts,
	      enum text_part part, const struct figures *figures,
	      struct yaml_problem *reterr_problem)
{
	struct placing placing = { .texts = texts, .figures = figures, .problem = reterr_problem };
	int r = 0;

	buf_init(&placing.out, TEXTS_PARAGRAPH_BYTES);
	for (placing.node = texts_first(texts, part); placing.node != NULL && r == 0;
	     placing.node = texts_next(texts, part, placing.node)) {
		const char *line = placing.node->text;
		while (*line != '\0' && r == 0) {
			size_t all = strcspn(line, "\n"), bytes = all;
			const char *paragraph = texts_trim(line, &bytes);
			if (bytes > 0) {
				r = placing_line(&placing, paragraph, bytes);
				if (r == 0) {
					document_add(document, kind, placing.out.data);
				}
			}
			line += all + (line[all] == '\n' ? 1 : 0);
		}
	}
	buf_done(&placing.out);
	return r;
}

bool texts_mention(const struct texts *texts, enum text_part part, const char *beginning)
{
	size_t bytes = strlen(beginning);

	for (const struct yaml_node *node = texts_first(texts, part); node != NULL;
	     node = texts_next(texts, part, node)) {
		for (const char *at = strchr(node->text, '{'); at != NULL;
		     at = strchr(at + 1, '{')) {
			if (strncmp(at + 1, beginning, bytes) == 0 &&
			    (at == node->text || at[-1] != '{')) {
				return true;
			}
		}
	}
	return false;
}
