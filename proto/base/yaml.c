/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/yaml.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "proto/base/cleanup.h"
#include "proto/base/text.h"

#define FILE_MAX_BYTES   ((size_t)1024 * 1024)
#define SCALAR_MAX_BYTES ((size_t)64 * 1024)
#define NODES_MAX        200000
#define DEPTH_MAX        32 /* lists and maps inside one another, the root included */

/* A list or map whose end has not come yet. */
struct frame {
	struct yaml_node *node;
	struct yaml_node *last; /* child */
	const char *key;        /* read, its value not yet; NULL: a key is next */
	int key_line, key_column;
};

struct reader {
	struct arena *arena;
	const char *file;
	struct yaml_problem *problem;
	struct frame frames[DEPTH_MAX];
	size_t depth;
	size_t nodes;
	size_t documents;
	struct yaml_node *root;
};

/* libyaml counts from 0. A file of at most 1 MiB fits into int. */
static int mark_line(const yaml_mark_t *mark)
{
	return (int)mark->line + 1;
}

static int mark_column(const yaml_mark_t *mark)
{
	return (int)mark->column + 1;
}

static int reader_fail(struct reader *reader, const yaml_mark_t *mark, const char *sentence)
{
	return yaml_fail(reader->problem, reader->file, mark_line(mark), mark_column(mark), "%s",
			 sentence);
}

/* Bytes and characters that cannot stand in a file. libyaml would refuse most of them too, but
 * without their place; the line ends it alone knows would put every later place wrong. */
static const char *character_problem(uint32_t c)
{
	if (c == '\t' || c == '\n' || c == '\r') {
		return NULL;
	}
	if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) {
		return "a control character; only line ends and tabs are allowed";
	}
	if (c == 0x2028 || c == 0x2029) {
		return "a line separator that editors do not show; write an ordinary line end";
	}
	if (c == 0xfeff || c == 0xfffe || c == 0xffff) {
		return "an invisible mark of byte order; it may only begin the file";
	}
	return NULL;
}

/* Looks at every character before libyaml does. */
static int text_check(const char *file, const char *text, size_t bytes,
		      struct yaml_problem *reterr_problem)
{
	int line = 1, column = 1;

	for (size_t at = 0; at < bytes;) {
		const char *problem = "bytes that are not UTF-8; save the file as UTF-8";
		uint32_t c = 0;
		size_t len = text_decode(text + at, bytes - at, &c);

		if (len > 0) {
			problem = character_problem(c);
		}
		if (problem != NULL) {
			return yaml_fail(reterr_problem, file, line, column, "%s", problem);
		}
		at += len;
		column++;
		if (c == '\n' || (c == '\r' && (at == bytes || text[at] != '\n'))) {
			line++;
			column = 1;
		}
	}
	return 0;
}

static int properties_check(struct reader *reader, const yaml_event_t *event, const void *anchor,
			    const void *tag)
{
	if (anchor != NULL) {
		return reader_fail(reader, &event->start_mark,
				   "anchors (&name) are not allowed; write the value out");
	}
	if (tag != NULL) {
		return reader_fail(reader, &event->start_mark,
				   "tags (!name) are not allowed; quote a text that begins with !");
	}
	return 0;
}

/* A new node, put into the list or map that is open. */
static int node_new(struct reader *reader, enum yaml_kind kind, const yaml_mark_t *mark,
		    struct yaml_node **ret_node)
{
	struct frame *frame = reader->depth > 0 ? &reader->frames[reader->depth - 1] : NULL;
	struct yaml_node *node;

	if (reader->nodes == NODES_MAX) {
		return yaml_fail(reader->problem, reader->file, mark_line(mark), mark_column(mark),
				 "more than %d values in one file", NODES_MAX);
	}
	node = arena_alloc(reader->arena, sizeof(*node));
	if (node == NULL) {
		return -ENOMEM;
	}
	reader->nodes++;
	node->kind = kind;
	node->line = mark_line(mark);
	node->column = mark_column(mark);
	*ret_node = node;
	if (frame == NULL) {
		reader->root = node;
		return 0;
	}
	node->key = frame->key;
	node->key_line = frame->key_line;
	node->key_column = frame->key_column;
	frame->key = NULL;
	frame->key_line = 0;
	frame->key_column = 0;
	if (frame->last == NULL) {
		frame->node->first = node;
	} else {
		frame->last->next = node;
	}
	frame->last = node;
	frame->node->count++;
	return 0;
}

/* The open map that waits for a key, or NULL. */
static struct frame *frame_wanting_key(struct reader *reader)
{
	struct frame *frame;

	if (reader->depth == 0) {
		return NULL;
	}
	frame = &reader->frames[reader->depth - 1];
	return frame->node->kind == YAML_MAP && frame->key == NULL ? frame : NULL;
}

static int read_scalar(struct reader *reader, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t bytes = event->data.scalar.length;
	struct frame *frame = frame_wanting_key(reader);
	struct yaml_node *node;
	char *text;
	int r;

	r = properties_check(reader, event, event->data.scalar.anchor, event->data.scalar.tag);
	if (r < 0) {
		return r;
	}
	if (bytes > SCALAR_MAX_BYTES) {
		return yaml_fail(reader->problem, reader->file, mark_line(&event->start_mark),
				 mark_column(&event->start_mark), "a text of more than %zu bytes",
				 SCALAR_MAX_BYTES);
	}
	if (memchr(value, '\0', bytes) != NULL) {
		return reader_fail(reader, &event->start_mark, "a text with a NUL (\\0) in it");
	}
	text = arena_strndup(reader->arena, value, bytes);
	if (text == NULL) {
		return -ENOMEM;
	}
	if (frame != NULL) {
		frame->key = text;
		frame->key_line = mark_line(&event->start_mark);
		frame->key_column = mark_column(&event->start_mark);
		return 0;
	}
	r = node_new(reader, YAML_SCALAR, &event->start_mark, &node);
	if (r < 0) {
		return r;
	}
	node->text = text;
	return 0;
}

static int read_start(struct reader *reader, const yaml_event_t *event, enum yaml_kind kind,
		      const void *anchor, const void *tag)
{
	struct yaml_node *node;
	int r;

	r = properties_check(reader, event, anchor, tag);
	if (r < 0) {
		return r;
	}
	if (frame_wanting_key(reader) != NULL) {
		return reader_fail(reader, &event->start_mark,
				   "a key must be a text, not a list or a map");
	}
	if (reader->depth == DEPTH_MAX) {
		return yaml_fail(reader->problem, reader->file, mark_line(&event->start_mark),
				 mark_column(&event->start_mark),
				 "more than %d lists and maps inside one another", DEPTH_MAX);
	}
	r = node_new(reader, kind, &event->start_mark, &node);
	if (r < 0) {
		return r;
	}
	reader->frames[reader->depth++] = (struct frame){ .node = node };
	return 0;
}

/* For qsort: by key, equal keys by their place. */
static int key_compare(const void *a, const void *b)
{
	const struct yaml_node *left = *(const struct yaml_node *const *)a;
	const struct yaml_node *right = *(const struct yaml_node *const *)b;
	int order = strcmp(left->key, right->key);

	if (order == 0) {
		order = left->key_line - right->key_line;
	}
	return order != 0 ? order : left->key_column - right->key_column;
}

static bool key_before(const struct yaml_node *a, const struct yaml_node *b)
{
	return a->key_line != b->key_line ? a->key_line < b->key_line
					  : a->key_column < b->key_column;
}

/* Names the first key of the map that was there before. Sorts, because comparing each with each
 * would take minutes for a map of 100,000 keys. */
static int keys_check(struct reader *reader, const struct yaml_node *map)
{
	const struct yaml_node *again = NULL, *before = NULL;
	auto_free const struct yaml_node **nodes = NULL;
	size_t n = 0;

	if (map->count < 2) {
		return 0;
	}
	nodes = calloc(map->count, sizeof(const struct yaml_node *));
	if (nodes == NULL) {
		return -ENOMEM;
	}
	for (const struct yaml_node *node = map->first; node != NULL; node = node->next) {
		nodes[n++] = node;
	}
	qsort(nodes, n, sizeof(const struct yaml_node *), key_compare);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(nodes[i - 1]->key, nodes[i]->key) == 0 &&
		    (again == NULL || key_before(nodes[i], again))) {
			before = nodes[i - 1];
			again = nodes[i];
		}
	}
	if (again == NULL) {
		return 0;
	}
	/* The key comes last, where a long one may be cut. */
	return yaml_fail(reader->problem, reader->file, again->key_line, again->key_column,
			 "a key for the second time, first at line %d, column %d: %s",
			 before->key_line, before->key_column, again->key);
}

static int read_end(struct reader *reader)
{
	const struct yaml_node *node = reader->frames[--reader->depth].node;

	return node->kind == YAML_MAP ? keys_check(reader, node) : 0;
}

static int read_document(struct reader *reader, const yaml_event_t *event)
{
	const yaml_version_directive_t *version = event->data.document_start.version_directive;

	/* A directive of a second document is the smaller of its two faults. */
	if (++reader->documents > 1) {
		return reader_fail(reader, &event->start_mark,
				   "a second document; one file holds one");
	}
	if (version != NULL || event->data.document_start.tag_directives.start !=
				       event->data.document_start.tag_directives.end) {
		return reader_fail(reader, &event->start_mark,
				   "directives (%YAML, %TAG) are not allowed; leave them out");
	}
	return 0;
}

static int read_event(struct reader *reader, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return read_document(reader, event);
	case YAML_ALIAS_EVENT:
		return reader_fail(reader, &event->start_mark,
				   "aliases (*name) are not allowed; write the value out");
	case YAML_SCALAR_EVENT:
		return read_scalar(reader, event);
	case YAML_SEQUENCE_START_EVENT:
		return read_start(reader, event, YAML_LIST, event->data.sequence_start.anchor,
				  event->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return read_start(reader, event, YAML_MAP, event->data.mapping_start.anchor,
				  event->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return read_end(reader);
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return 0;
}

/* What libyaml itself refused. */
static int parser_fail(struct reader *reader, const yaml_parser_t *parser)
{
	const char *problem = parser->problem != NULL ? parser->problem : "unreadable";
	int line = mark_line(&parser->problem_mark);
	int column = mark_column(&parser->problem_mark);

	if (parser->error == YAML_MEMORY_ERROR) {
		return -ENOMEM;
	}
	if (parser->context == NULL) {
		return yaml_fail(reader->problem, reader->file, line, column, "not YAML: %s",
				 problem);
	}
	return yaml_fail(reader->problem, reader->file, line, column,
			 "not YAML: %s %s that begins at line %d, column %d", problem,
			 parser->context, mark_line(&parser->context_mark),
			 mark_column(&parser->context_mark));
}

static int read_events(struct reader *reader, yaml_parser_t *parser)
{
	bool more = true;

	while (more) {
		yaml_event_t event;
		int r;

		if (yaml_parser_parse(parser, &event) == 0) {
			return parser_fail(reader, parser);
		}
		more = event.type != YAML_STREAM_END_EVENT;
		r = read_event(reader, &event);
		yaml_event_delete(&event);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

int yaml_read(struct arena *arena, const char *file, const char *text, size_t bytes,
	      struct yaml_node **ret_root, struct yaml_problem *reterr_problem)
{
	static const char bom[] = "\xef\xbb\xbf";
	struct reader reader = { .arena = arena, .file = file, .problem = reterr_problem };
	yaml_parser_t parser;
	int r;

	if (bytes > FILE_MAX_BYTES) {
		return yaml_fail(reterr_problem, file, 0, 0, "the file is larger than %zu bytes",
				 FILE_MAX_BYTES);
	}
	/* Some editors write this mark before everything; it is no column. */
	if (bytes >= 3 && memcmp(text, bom, 3) == 0) {
		text += 3;
		bytes -= 3;
	}
	r = text_check(file, text, bytes, reterr_problem);
	if (r < 0) {
		return r;
	}
	if (yaml_parser_initialize(&parser) == 0) {
		return -ENOMEM;
	}
	/* Set, so that libyaml does not guess UTF-16. */
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, bytes);
	r = read_events(&reader, &parser);
	yaml_parser_delete(&parser);
	if (r < 0) {
		return r;
	}
	/* "---" and nothing behind it is a document, of an empty text. */
	if (reader.root == NULL ||
	    (reader.root->kind == YAML_SCALAR && reader.root->text[0] == '\0')) {
		return yaml_fail(reterr_problem, file, 0, 0,
				 "the file is empty; a map was expected");
	}
	*ret_root = reader.root;
	return 0;
}

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	if (map->kind != YAML_MAP) {
		return NULL;
	}
	for (struct yaml_node *node = map->first; node != NULL; node = node->next) {
		if (strcmp(node->key, key) == 0) {
			return node;
		}
	}
	return NULL;
}

/* Takes away a character that was cut in its middle. */
static void cut_end(char *text)
{
	size_t len = strlen(text);
	size_t start = len;
	uint32_t c;

	while (start > 0 && len - start < 4 && ((unsigned char)text[start - 1] & 0xc0) == 0x80) {
		start--;
	}
	if (start > 0 && (unsigned char)text[start - 1] >= 0xc0) {
		start--;
	}
	if (start < len && text_decode(text + start, len - start, &c) == 0) {
		text[start] = '\0';
	}
}

int yaml_fail(struct yaml_problem *problem, const char *file, int line, int column,
	      const char *format, ...)
{
	va_list args;

	problem->line = line;
	problem->column = column;
	(void)snprintf(problem->file, sizeof(problem->file), "%s", file);
	cut_end(problem->file);
	va_start(args, format);
	(void)vsnprintf(problem->text, sizeof(problem->text), format, args);
	va_end(args);
	cut_end(problem->text);
	return -EINVAL;
}
