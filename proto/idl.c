/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/idl.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"

#define IDL_LINE_COLUMNS 100 /* idl_write breaks longer declarations */

struct idl *idl_free(struct idl *idl)
{
	if (idl != NULL) {
		if (idl->memory != NULL) {
			arena_done(idl->memory);
			free(idl->memory);
		}
		free(idl);
	}
	return NULL;
}

/* --- looking up --- */

static const struct idl_entry *idl_entry_find(const struct idl *idl, int what, const char *name)
{
	for (size_t i = 0; i < idl->entry_count; i++) {
		if ((int)idl->entries[i].what == what && strcmp(idl->entries[i].name, name) == 0) {
			return &idl->entries[i];
		}
	}
	return NULL;
}

const struct idl_entry *idl_method(const struct idl *idl, const char *name)
{
	return idl_entry_find(idl, IDL_METHOD, name);
}

const struct idl_entry *idl_error(const struct idl *idl, const char *name)
{
	return idl_entry_find(idl, IDL_ERROR, name);
}

const struct idl_entry *idl_named(const struct idl *idl, const char *name)
{
	return idl_entry_find(idl, IDL_TYPE, name);
}

const struct idl_type *idl_resolve(const struct idl_type *type)
{
	while (type->kind == IDL_NAMED) {
		type = type->named;
	}
	return type;
}

/* --- writing --- */

static void write_type(const struct idl_type *type, struct buf *out);

static void write_member(const struct idl_member *member, struct buf *out)
{
	buf_append_text(out, member->name);
	if (member->type != NULL) {
		buf_append_text(out, ": ");
		write_type(member->type, out);
	}
}

/* A broken body has one member a line; what is within its members is never broken. */
static void write_body(const struct idl_type *body, bool broken, struct buf *out)
{
	buf_append_text(out, "(");
	for (size_t i = 0; i < body->member_count; i++) {
		if (broken) {
			buf_append_text(out, i > 0 ? ",\n  " : "\n  ");
		} else if (i > 0) {
			buf_append_text(out, ", ");
		}
		write_member(&body->members[i], out);
	}
	buf_append_text(out, broken && body->member_count > 0 ? "\n)" : ")");
}

static void write_type(const struct idl_type *type, struct buf *out)
{
	static const char *const words[] = {
		[IDL_BOOL] = "bool",     [IDL_INT] = "int",       [IDL_FLOAT] = "float",
		[IDL_STRING] = "string", [IDL_OBJECT] = "object",
	};

	if (type->nullable) {
		buf_append_text(out, "?");
	}
	switch (type->kind) {
	case IDL_BOOL:
	case IDL_INT:
	case IDL_FLOAT:
	case IDL_STRING:
	case IDL_OBJECT:
		buf_append_text(out, words[type->kind]);
		break;
	case IDL_ENUM:
	case IDL_STRUCT:
		write_body(type, false, out);
		break;
	case IDL_ARRAY:
		buf_append_text(out, "[]");
		write_type(type->element, out);
		break;
	case IDL_MAP:
		buf_append_text(out, "[string]");
		write_type(type->element, out);
		break;
	case IDL_NAMED:
		buf_append_text(out, type->name);
		break;
	}
}

static void write_comment(const char *comment, struct buf *out)
{
	while (*comment != '\0') {
		size_t line = strcspn(comment, "\n");
		buf_append_text(out, line > 0 ? "# " : "#");
		buf_append(out, comment, line);
		buf_append_text(out, "\n");
		comment += line;
		comment += *comment == '\n';
	}
}

static void write_declaration(const struct idl_entry *entry, bool broken, struct buf *out)
{
	switch (entry->what) {
	case IDL_TYPE:
		buf_printf(out, "type %s ", entry->name);
		write_body(entry->type, broken, out);
		break;
	case IDL_METHOD:
		buf_printf(out, "method %s", entry->name);
		write_body(entry->type, broken, out);
		buf_append_text(out, " -> ");
		write_body(entry->reply, broken, out);
		break;
	case IDL_ERROR:
		buf_printf(out, "error %s ", entry->name);
		write_body(entry->type, broken, out);
		break;
	}
}

int idl_write(const struct idl *idl, struct buf *out)
{
	write_comment(idl->comment, out);
	buf_printf(out, "interface %s\n", idl->name);
	for (size_t i = 0; i < idl->entry_count; i++) {
		const struct idl_entry *entry = &idl->entries[i];

		buf_append_text(out, "\n");
		write_comment(entry->comment, out);
		size_t start = out->len;
		write_declaration(entry, false, out);
		if (out->error == 0 && out->len - start > IDL_LINE_COLUMNS) {
			out->len = start;
			write_declaration(entry, true, out);
		}
		buf_append_text(out, "\n");
	}
	return out->error;
}
