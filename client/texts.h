/* SPDX-License-Identifier: Apache-2.0 */
/* texts.h: what an office writes itself into its annual report, a file of YAML.
 *
 * Keys: title, preface, one, five, six, signed; each a text or a list of texts. Every line is a
 * paragraph. {NAME} stands for a figure (figures.h), {{ for a brace. */
#ifndef OGID_CLIENT_TEXTS_H
#define OGID_CLIENT_TEXTS_H

#include <stdbool.h>

#include "client/document.h"
#include "client/figures.h"
#include "proto/base/yaml.h"

enum text_part {
	TEXT_TITLE,
	TEXT_PREFACE,
	TEXT_ONE,
	TEXT_FIVE,
	TEXT_SIX,
	TEXT_SIGNED,
};

#define TEXT_PART_COUNT 6

struct texts {
	const char *file;
	const char *source;                             /* the file's bytes */
	const struct yaml_node *parts[TEXT_PART_COUNT]; /* NULL: not there */
};

/* Reads a file; everything lives in arena. 0, -EINVAL with the problem, or another negative errno
 * when the file cannot be read. */
int texts_read(struct arena *arena, const char *path, struct texts *ret_texts,
	       struct yaml_problem *reterr_problem);
/* Whether a part says anything. texts may be NULL. */
bool texts_have(const struct texts *texts, enum text_part part);
/* Whether a part names a figure that begins with `beginning`, such as "fees.". */
bool texts_mention(const struct texts *texts, enum text_part part, const char *beginning);
/* Adds the paragraphs of a part to the document, figures in their places. 0, or -EINVAL with the
 * problem: an unknown name, a figure that nobody has stated, a brace that does not close. */
int texts_add(struct document *document, enum block_kind kind, const struct texts *texts,
	      enum text_part part, const struct figures *figures,
	      struct yaml_problem *reterr_problem);
/* The key of a part in the file. */
const char *texts_key(enum text_part part);

#endif
