/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/text.h"
#include "proto/idl.h"
#include "proto/idl_scan.h"

#define IDL_MAX_DEPTH   32   /* types within types; the reader calls itself once a level */
#define IDL_MAX_MEMBERS 1000 /* of one struct, enum or interface: names are compared in pairs */

struct member_node {
	struct idl_member member;
	struct member_node *next;
};

struct entry_node {
	struct idl_entry entry;
	struct entry_node *next;
};

/* A type name whose declaration may come later in the text. */
struct name_node {
	struct idl_type *type;
	const char *at;
	struct name_node *next;
};

struct reader {
	struct scan scan;
	struct arena *arena;
	struct name_node *names;
	int depth;
};

static int read_member_name(struct reader *reader, const char **ret_name)
{
	scan_space(&reader->scan);
	size_t bytes = scan_word(&reader->scan);
	if (!scan_is_member(reader->scan.at, bytes)) {
		return scan_fail(&reader->scan, reader->scan.at,
				 "expected a name of letters and digits, the first upper-case");
	}
	*ret_name = arena_strndup(reader->arena, reader->scan.at, bytes);
	reader->scan.at += bytes;
	return *ret_name != NULL ? 0 : -ENOMEM;
}

/* --- reading: types --- */

static int read_type(struct reader *reader, const struct idl_type **ret_type);

static int read_field_name(struct reader *reader, const struct member_node *others,
			   const char **ret_name)
{
	scan_space(&reader->scan);
	size_t bytes = scan_word(&reader->scan);
	if (!scan_is_field(reader->scan.at, bytes)) {
		return scan_fail(&reader->scan, reader->scan.at,
				 "expected a name of letters and digits, with single '_' between");
	}
	for (; others != NULL; others = others->next) {
		if (scan_word_is(reader->scan.at, bytes, others->member.name)) {
			return scan_fail(&reader->scan, reader->scan.at,
					 "expected a name not used above");
		}
	}
	*ret_name = arena_strndup(reader->arena, reader->scan.at, bytes);
	reader->scan.at += bytes;
	return *ret_name != NULL ? 0 : -ENOMEM;
}

static int body_finish(struct reader *reader, struct idl_type *body, const struct member_node *node)
{
	struct idl_member *members =
		arena_alloc(reader->arena, sizeof(*members) * (body->member_count + 1));

	if (members == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; node != NULL; i++, node = node->next) {
		members[i] = node->member;
	}
	body->members = members;
	return 0;
}

/* One field or value. The first one says which of them the body is made of. */
static int read_body_member(struct reader *reader, struct idl_type *body, bool may_be_enum,
			    const struct member_node *others, struct idl_member *ret_member)
{
	if (body->member_count == IDL_MAX_MEMBERS) {
		return scan_fail(&reader->scan, reader->scan.at, "expected no more than %d names",
				 IDL_MAX_MEMBERS);
	}
	int r = read_field_name(reader, others, &ret_member->name);
	if (r < 0) {
		return r;
	}
	body->member_count++;
	if (body->kind == IDL_ENUM) {
		return 0;
	}
	if (scan_mark(&reader->scan, ":")) {
		return read_type(reader, &ret_member->type);
	}
	if (!may_be_enum || others != NULL) {
		return scan_fail(&reader->scan, reader->scan.at, "expected ':' and a type");
	}
	body->kind = IDL_ENUM;
	return 0;
}

/* "(a: int, b: string)" or, where allowed, "(a, b)". "()" is a struct without fields. */
static int read_body(struct reader *reader, bool may_be_enum, struct idl_type *body)
{
	struct member_node *first = NULL, **next = &first;

	body->kind = IDL_STRUCT;
	if (!scan_mark(&reader->scan, "(")) {
		return scan_fail(&reader->scan, reader->scan.at, "expected '('");
	}
	if (scan_mark(&reader->scan, ")")) {
		return 0;
	}
	do {
		struct member_node *node = arena_alloc(reader->arena, sizeof(*node));
		if (node == NULL) {
			return -ENOMEM;
		}
		int r = read_body_member(reader, body, may_be_enum, first, &node->member);
		if (r < 0) {
			return r;
		}
		*next = node;
		next = &node->next;
	} while (scan_mark(&reader->scan, ","));
	if (!scan_mark(&reader->scan, ")")) {
		return scan_fail(&reader->scan, reader->scan.at, "expected ',' or ')'");
	}
	return body_finish(reader, body, first);
}

static int read_named(struct reader *reader, size_t bytes, struct idl_type *type)
{
	struct name_node *node = arena_alloc(reader->arena, sizeof(*node));

	type->kind = IDL_NAMED;
	type->name = arena_strndup(reader->arena, reader->scan.at, bytes);
	if (node == NULL || type->name == NULL) {
		return -ENOMEM;
	}
	*node = (struct name_node){ .type = type, .at = reader->scan.at, .next = reader->names };
	reader->names = node;
	return 0;
}

static int read_element(struct reader *reader, struct idl_type *type)
{
	static const char *const words[] = {
		[IDL_BOOL] = "bool",     [IDL_INT] = "int",       [IDL_FLOAT] = "float",
		[IDL_STRING] = "string", [IDL_OBJECT] = "object",
	};
	size_t bytes = scan_word(&reader->scan);

	for (enum idl_kind kind = IDL_BOOL; kind <= IDL_OBJECT; kind++) {
		if (scan_word_is(reader->scan.at, bytes, words[kind])) {
			type->kind = kind;
			reader->scan.at += bytes;
			return 0;
		}
	}
	if (!scan_is_member(reader->scan.at, bytes)) {
		return scan_fail(&reader->scan, reader->scan.at, "expected a type");
	}
	int r = read_named(reader, bytes, type);
	reader->scan.at += bytes;
	return r;
}

static int read_type_at(struct reader *reader, struct idl_type *type)
{
	type->nullable = scan_mark(&reader->scan, "?");
	if (scan_mark(&reader->scan, "[]")) {
		type->kind = IDL_ARRAY;
		return read_type(reader, &type->element);
	}
	if (scan_mark(&reader->scan, "[string]")) {
		type->kind = IDL_MAP;
		return read_type(reader, &type->element);
	}
	if (*reader->scan.at == '[') {
		return scan_fail(&reader->scan, reader->scan.at, "expected [] or [string]");
	}
	return *reader->scan.at == '(' ? read_body(reader, true, type) : read_element(reader, type);
}

static int read_type(struct reader *reader, const struct idl_type **ret_type)
{
	struct idl_type *type = arena_alloc(reader->arena, sizeof(*type));

	if (type == NULL) {
		return -ENOMEM;
	}
	scan_space(&reader->scan);
	if (reader->depth == IDL_MAX_DEPTH) {
		return scan_fail(&reader->scan, reader->scan.at,
				 "expected no more than %d levels of types", IDL_MAX_DEPTH);
	}
	*ret_type = type;
	reader->depth++;
	int r = read_type_at(reader, type);
	reader->depth--;
	return r;
}

/* The body of a declaration. */
static int read_declared(struct reader *reader, bool may_be_enum, const struct idl_type **ret_type)
{
	struct idl_type *type = arena_alloc(reader->arena, sizeof(*type));

	*ret_type = type;
	return type != NULL ? read_body(reader, may_be_enum, type) : -ENOMEM;
}

/* --- reading: declarations --- */

/* The remembered comment without its marks. "" when there is none. */
static int read_comment(struct reader *reader, const char **ret_comment)
{
	const char *from = reader->scan.comment;
	const char *end = from != NULL ? reader->scan.comment_end : NULL;
	char *comment = arena_alloc(reader->arena, (size_t)(end - from) + 1);
	char *to = comment;

	if (comment == NULL) {
		return -ENOMEM;
	}
	while (from < end) {
		from += strspn(from, " \t\r") + 1; /* and the '#' */
		from += *from == ' ';
		size_t line = strcspn(from, "\n");
		size_t shown = line > 0 && from[line - 1] == '\r' ? line - 1 : line;
		memcpy(to, from, shown);
		to += shown;
		from += line;
		if (from < end) {
			*to++ = '\n';
			from++;
		}
	}
	*ret_comment = comment;
	return 0;
}

static int read_method(struct reader *reader, struct idl_entry *entry)
{
	int r = read_declared(reader, false, &entry->type);
	if (r < 0) {
		return r;
	}
	if (!scan_mark(&reader->scan, "->")) {
		return scan_fail(&reader->scan, reader->scan.at, "expected '->'");
	}
	return read_declared(reader, false, &entry->reply);
}

/* Behind white space, at the first letter of the declaration. */
static int read_entry(struct reader *reader, const struct entry_node *others,
		      struct idl_entry *entry)
{
	static const char *const words[] = { "type", "method", "error" };
	size_t bytes = scan_word(&reader->scan);
	size_t what = 0;

	while (what < 3 && !scan_word_is(reader->scan.at, bytes, words[what])) {
		what++;
	}
	if (what == 3) {
		return scan_fail(&reader->scan, reader->scan.at, "expected type, method or error");
	}
	int r = read_comment(reader, &entry->comment);
	if (r < 0) {
		return r;
	}
	reader->scan.at += bytes;
	scan_space(&reader->scan);
	const char *name_at = reader->scan.at;
	r = read_member_name(reader, &entry->name);
	if (r < 0) {
		return r;
	}
	for (; others != NULL; others = others->next) {
		if (strcmp(others->entry.name, entry->name) == 0) {
			return scan_fail(&reader->scan, name_at, "expected a name not used above");
		}
	}
	entry->what = what == 0 ? IDL_TYPE : what == 1 ? IDL_METHOD : IDL_ERROR;
	if (entry->what == IDL_METHOD) {
		return read_method(reader, entry);
	}
	return read_declared(reader, entry->what == IDL_TYPE, &entry->type);
}

static int read_entries(struct reader *reader, struct idl *idl)
{
	struct entry_node *first = NULL, **next = &first;

	scan_space(&reader->scan);
	do {
		struct entry_node *node = arena_alloc(reader->arena, sizeof(*node));
		if (node == NULL) {
			return -ENOMEM;
		}
		if (idl->entry_count == IDL_MAX_MEMBERS) {
			return scan_fail(&reader->scan, reader->scan.at,
					 "expected no more than %d names", IDL_MAX_MEMBERS);
		}
		int r = read_entry(reader, first, &node->entry);
		if (r < 0) {
			return r;
		}
		idl->entry_count++;
		*next = node;
		next = &node->next;
		scan_space(&reader->scan);
	} while (*reader->scan.at != '\0');

	struct idl_entry *entries = arena_alloc(reader->arena, sizeof(*entries) * idl->entry_count);
	if (entries == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; first != NULL; i++, first = first->next) {
		entries[i] = first->entry;
	}
	idl->entries = entries;
	return 0;
}

static int read_interface(struct reader *reader, struct idl *idl)
{
	scan_space(&reader->scan);
	size_t bytes = scan_word(&reader->scan);
	if (!scan_word_is(reader->scan.at, bytes, "interface")) {
		return scan_fail(&reader->scan, reader->scan.at, "expected interface");
	}
	int r = read_comment(reader, &idl->comment);
	if (r < 0) {
		return r;
	}
	reader->scan.at += bytes;
	scan_space(&reader->scan);
	bytes = 0;
	while (scan_is_alnum(reader->scan.at[bytes]) ||
	       (reader->scan.at[bytes] != '\0' && strchr("_.-", reader->scan.at[bytes]) != NULL)) {
		bytes++;
	}
	if (!scan_is_interface(reader->scan.at, bytes)) {
		return scan_fail(&reader->scan, reader->scan.at,
				 "expected a name such as org.example.thing");
	}
	idl->name = arena_strndup(reader->arena, reader->scan.at, bytes);
	reader->scan.at += bytes;
	return idl->name != NULL ? 0 : -ENOMEM;
}

static int read_names(struct reader *reader, const struct idl *idl)
{
	const struct name_node *unknown = NULL;

	for (const struct name_node *node = reader->names; node != NULL; node = node->next) {
		const struct idl_entry *entry = idl_named(idl, node->type->name);
		if (entry == NULL) {
			unknown = node; /* the list runs backwards: the last is the first */
		} else {
			node->type->named = entry->type;
		}
	}
	if (unknown != NULL) {
		return scan_fail(&reader->scan, unknown->at,
				 "expected a type of this interface, not %s", unknown->type->name);
	}
	return 0;
}

int idl_read(const char *text, struct idl **ret_idl, char reterr_why[static SCAN_WHY_BYTES])
{
	struct arena *arena = calloc(1, sizeof(*arena));
	struct idl *idl = calloc(1, sizeof(*idl));
	struct reader reader = {
		.scan = { .text = text, .at = text, .reterr_why = reterr_why },
		.arena = arena,
	};
	int r = arena != NULL && idl != NULL ? 0 : -ENOMEM;

	if (r == 0) {
		*idl = (struct idl){ .text = text, .memory = arena };
		if (!text_is_utf8(text, strlen(text))) {
			r = scan_fail(&reader.scan, text, "expected UTF-8");
		}
	}
	if (r == 0) {
		r = read_interface(&reader, idl);
	}
	if (r == 0) {
		r = read_entries(&reader, idl);
	}
	if (r == 0) {
		r = read_names(&reader, idl);
	}
	if (r < 0) {
		if (r == -ENOMEM) {
			snprintf(reterr_why, SCAN_WHY_BYTES, "There is no memory left.");
		}
		if (idl == NULL) {
			free(arena);
		}
		idl_free(idl);
		return r;
	}
	*ret_idl = idl;
	return 0;
}
