/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/load/parts.h"
#include "daemon/load/shipped.h"
#include "proto/base/buf.h"
#include "proto/base/cleanup.h"
#include "proto/base/file.h"

#define FILE_MAX_BYTES ((size_t)1024 * 1024) /* as in yaml.h */
#define SHIPPED        "shipped:"

static int input_read_file(struct input *input, struct source *source)
{
	auto_(buf_done) struct buf buf;
	const char *slash = strrchr(input->file, '/');
	int r;

	buf_init(&buf, FILE_MAX_BYTES);
	if (slash) {
		source->folder = arena_strndup(source->scratch, input->file,
					       (size_t)(slash - input->file) + 1);
		if (!source->folder) {
			return -ENOMEM;
		}
	}
	r = file_read(input->file, &buf);
	if (r == -ENOMEM) {
		return r;
	}
	if (r == -EMSGSIZE) {
		return yaml_fail(source->problem, input->file, 0, 0,
				 "the file is larger than %zu bytes", FILE_MAX_BYTES);
	}
	if (r < 0) {
		return yaml_fail(source->problem, input->file, 0, 0, "cannot be read: %s",
				 strerrordesc_np(-r));
	}
	return yaml_read(source->scratch, input->file, buf.data ? buf.data : "", buf.len,
			 &input->root, source->problem);
}

int input_read(struct input *input, const struct source *source)
{
	input->source = *source;
	input->source.file = input->file;
	input->source.folder = NULL;
	if (input->text) {
		return yaml_read(source->scratch, input->file, input->text, input->bytes,
				 &input->root, source->problem);
	}
	return input_read_file(input, &input->source);
}

static int input_from_embedded(struct input *ret_input, const struct embedded_file *embedded,
			       const struct source *source)
{
	*ret_input = (struct input){
		.file = arena_printf(source->scratch, SHIPPED "%s", embedded->path),
		.text = embedded->text,
		.bytes = embedded->bytes,
	};
	return ret_input->file ? 0 : -ENOMEM;
}

int input_shipped(struct input *ret_input, const char *path, const struct source *source)
{
	for (const struct embedded_file *embedded = shipped_files; embedded->path; embedded++) {
		if (strcmp(embedded->path, path) == 0) {
			return input_from_embedded(ret_input, embedded, source);
		}
	}
	return yaml_fail(source->problem, path, 0, 0, "was not built into the program");
}

static int input_list_add(struct input_list *list, const struct input *input,
			  const struct source *source)
{
	if (list->count == INPUTS_MAX) {
		return yaml_fail(source->problem, input->file, 0, 0,
				 "more than %d files of one kind", INPUTS_MAX);
	}
	list->items[list->count++] = *input;
	return 0;
}

int inputs_add_shipped(struct input_list *list, const char *folder, const struct source *source)
{
	for (const struct embedded_file *embedded = shipped_files; embedded->path; embedded++) {
		struct input input;
		int r;

		if (strncmp(embedded->path, folder, strlen(folder)) != 0) {
			continue;
		}
		r = input_from_embedded(&input, embedded, source);
		if (r < 0) {
			return r;
		}
		r = input_list_add(list, &input, source);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int file_is_meant(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && entry->d_name[length - 1] != '~';
}

/* By bytes, so that the order is no matter of locale. */
static int entry_compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int inputs_add_entry(struct input_list *list, const char *folder, const char *name,
			    const struct source *source)
{
	struct input input = { .file = arena_printf(source->scratch, "%s/%s", folder, name) };
	const char *suffix = strrchr(name, '.');

	if (!input.file) {
		return -ENOMEM;
	}
	if (!suffix || strcmp(suffix, ".yaml") != 0) {
		return yaml_fail(source->problem, input.file, 0, 0,
				 "only files that end with .yaml are expected in this folder");
	}
	return input_list_add(list, &input, source);
}

int inputs_add_folder(struct input_list *list, const char *folder, const struct source *source)
{
	struct dirent **entries = NULL;
	int count, r = 0;

	count = scandir(folder, &entries, file_is_meant, entry_compare);
	if (count < 0) {
		if (errno == ENOMEM) {
			return -ENOMEM;
		}
		return yaml_fail(source->problem, folder, 0, 0, "cannot be read: %s",
				 strerrordesc_np(errno));
	}
	for (int i = 0; i < count; i++) {
		if (r == 0) {
			r = inputs_add_entry(list, folder, entries[i]->d_name, source);
		}
		free(entries[i]);
	}
	free(entries);
	return r;
}
