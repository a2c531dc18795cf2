/* SPDX-License-Identifier: Apache-2.0 */
#include "client/rows.h"

#include <csv.h>
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/text.h"

#define ROWS_BOM "\xef\xbb\xbf"

/* One reading; the fields of the row at work are gathered until the row ends. */
struct reader {
	struct arena *arena;
	struct rows *rows;
	size_t room;
	const char *fields[ROWS_FIELDS_MAX];
	size_t count;
	size_t line, begun; /* the line at work; where the row at work began */
	bool carriage;      /* the last thing seen was a CR */
	bool bad;
};

int rows_to_utf8(const struct buf *data, struct buf *out)
{
	size_t bom = strlen(ROWS_BOM);
	bool marked = data->len >= bom && memcmp(data->data, ROWS_BOM, bom) == 0;

	if (text_is_utf8(data->data, data->len)) {
		return buf_append(out, data->data + (marked ? bom : 0),
				  data->len - (marked ? bom : 0));
	}
	/* No character grows to more than three times its bytes. */
	size_t left = data->len, room = 3 * data->len;
	char *from = data->data, *begin = buf_reserve(out, room), *to = begin;
	iconv_t converter = iconv_open("UTF-8", "GB18030");
	if (begin == NULL || converter == (iconv_t)-1) {
		int r = begin == NULL ? out->error : -errno;
		if (converter != (iconv_t)-1) {
			iconv_close(converter);
		}
		return r;
	}
	size_t r = iconv(converter, &from, &left, &to, &room);
	iconv_close(converter);
	if (r != 0 || left > 0) {
		return -EILSEQ;
	}
	out->len += (size_t)(to - begin);
	return 0;
}

static void reader_field(void *field, size_t bytes, void *userdata)
{
	struct reader *reader = userdata;
	const char *text = field;

	if (memchr(text, '\0', bytes) != NULL || reader->count == ROWS_FIELDS_MAX) {
		reader->bad = true;
		return;
	}
	reader->carriage = false;
	reader->begun = reader->count == 0 ? reader->line : reader->begun;
	reader->fields[reader->count++] = arena_strndup(reader->arena, text, bytes);
	/* A line end within quotes belongs to the field, and is a line of the file all the same. */
	for (const char *c = text; c < text + bytes; c++) {
		reader->line += *c == '\n';
	}
}

static void reader_row(int end, void *userdata)
{
	struct reader *reader = userdata;
	struct rows *rows = reader->rows;

	if (reader->count > 0) {
		struct row *row = arena_grow(reader->arena, rows->row, rows->count, &reader->room,
					     sizeof(*row));
		size_t bytes = reader->count * sizeof(*reader->fields);
		const char **fields = arena_alloc(reader->arena, bytes);
		if (row == NULL || fields == NULL) {
			return;
		}
		memcpy(fields, reader->fields, bytes);
		rows->row = row;
		rows->row[rows->count++] = (struct row){ .line = reader->begun,
							 .count = reader->count,
							 .fields = fields };
		reader->count = 0;
	}
	/* CR LF is one line end. */
	reader->line += end == '\r' || (end == '\n' && !reader->carriage) ? 1 : 0;
	reader->carriage = end == '\r';
}

int rows_read(const struct buf *utf8, struct rows *ret_rows, size_t *reterr_line)
{
	struct arena *arena = calloc(1, sizeof(*arena));
	struct reader *reader = calloc(1, sizeof(*reader));
	struct csv_parser parser;
	int r = 0;

	*ret_rows = (struct rows){ .memory = arena };
	if (arena == NULL || reader == NULL ||
	    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL | CSV_APPEND_NULL) !=
		    0) {
		free(reader);
		rows_done(ret_rows);
		return -ENOMEM;
	}
	reader->arena = arena;
	reader->rows = ret_rows;
	reader->line = reader->begun = 1;
	size_t read = csv_parse(&parser, utf8->data, utf8->len, reader_field, reader_row, reader);
	bool whole = read == utf8->len && csv_fini(&parser, reader_field, reader_row, reader) == 0;
	if (arena->failed || csv_error(&parser) == CSV_ENOMEM) {
		r = -ENOMEM;
	} else if (!whole || reader->bad) {
		*reterr_line = reader->line;
		r = -EBADMSG;
	}
	csv_free(&parser);
	free(reader);
	if (r < 0) {
		rows_done(ret_rows);
	}
	return r;
}

void rows_done(struct rows *rows)
{
	if (rows->memory != NULL) {
		arena_done(rows->memory);
		free(rows->memory);
	}
	*rows = (struct rows){ 0 };
}
