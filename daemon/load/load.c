/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/load/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/load/parts.h"
#include "proto/base/cleanup.h"

/* One load on its way. */
struct load {
	struct catalogue *catalogue;
	struct arena scratch;
	struct source source; /* template for every file */
	struct configuration configuration;
};

/* Settings are read twice: the shipped file for the defaults, then what the office says. */
static int load_configuration(struct load *load, const char *path)
{
	struct input input;
	int r;

	r = input_shipped(&input, "ogid.yaml", &load->source);
	if (r == 0) {
		r = input_read(&input, &load->source);
	}
	if (r == 0) {
		r = load_settings(&input.source, input.root, &load->configuration);
	}
	if (r < 0 || !path) {
		return r;
	}
	input = (struct input){ .file = path };
	r = input_read(&input, &load->source);
	if (r == 0) {
		r = load_settings(&input.source, input.root, &load->configuration);
	}
	if (r == 0 && load->configuration.catalogue) {
		struct stat info;

		if (stat(load->configuration.catalogue, &info) < 0 || !S_ISDIR(info.st_mode)) {
			return schema_fail(
				&input.source, yaml_get(input.root, "catalogue"),
				"catalogue: the path of a folder is expected; there is none "
				"at \"%.200s\"",
				load->configuration.catalogue);
		}
	}
	return r;
}

/* Where the office's own file or folder of that name is; *ret_path NULL: it has none. */
static int find_own(struct load *load, const char *name, const char **ret_path)
{
	struct stat info;
	char *path;

	*ret_path = NULL;
	if (!load->configuration.catalogue) {
		return 0;
	}
	path = arena_printf(&load->scratch, "%s/%s", load->configuration.catalogue, name);
	if (!path) {
		return -ENOMEM;
	}
	if (stat(path, &info) < 0) {
		return errno == ENOENT ? 0
				       : yaml_fail(load->source.problem, path, 0, 0,
						   "cannot be read: %s", strerrordesc_np(errno));
	}
	*ret_path = path;
	return 0;
}

static int read_one(struct load *load, const char *name, struct input *ret_input)
{
	const char *own;
	int r;

	r = find_own(load, name, &own);
	if (r < 0) {
		return r;
	}
	if (own) {
		*ret_input = (struct input){ .file = own };
	} else {
		r = input_shipped(ret_input, name, &load->source);
		if (r < 0) {
			return r;
		}
	}
	return input_read(ret_input, &load->source);
}

/* Forms are few: sorted by insertion, and each pair compared. */
static int form_add(struct load *load, const struct input *input, const struct form *form,
		    struct form *forms)
{
	size_t at = load->catalogue->form_count;

	for (size_t i = 0; i < at; i++) {
		int from = forms[i].from_year, to = forms[i].to_year;

		if (strcmp(forms[i].name, form->name) == 0) {
			return schema_fail(&input->source, yaml_get(input->root, "name"),
					   "name: there is another form \"%s\"", form->name);
		}
		if ((!to || form->from_year <= to) && (!form->to_year || from <= form->to_year)) {
			return schema_fail(
				&input->source, yaml_get(input->root, "from_year"),
				"from_year: the years overlap those of form \"%s\" (%d to %d)",
				forms[i].name, from, to);
		}
	}
	while (at > 0 && forms[at - 1].from_year > form->from_year) {
		forms[at] = forms[at - 1];
		at--;
	}
	forms[at] = *form;
	load->catalogue->form_count++;
	return 0;
}

static int load_forms(struct load *load, struct input_list *list)
{
	struct form *forms;
	const char *own;
	int r;

	r = find_own(load, "forms", &own);
	if (r == 0) {
		r = own ? inputs_add_folder(list, own, &load->source)
			: inputs_add_shipped(list, "forms/", &load->source);
	}
	if (r < 0) {
		return r;
	}
	if (list->count == 0) {
		return yaml_fail(load->source.problem, own ? own : "forms", 0, 0,
				 "at least one form is expected in this folder");
	}
	forms = arena_alloc(load->source.arena, list->count * sizeof(*forms));
	if (!forms) {
		return -ENOMEM;
	}
	load->catalogue->forms = forms;
	for (size_t i = 0; i < list->count && r == 0; i++) {
		struct input *input = &list->items[i];
		struct form form;

		r = input_read(input, &load->source);
		if (r == 0) {
			r = load_form(&input->source, input->root, load->catalogue, &form);
		}
		if (r == 0) {
			r = form_add(load, input, &form, forms);
		}
	}
	return r;
}

/* The office's own files come before the shipped ones, whose place they take. */
static int load_calendars(struct load *load, struct input_list *list)
{
	const char *own;
	int r;

	r = find_own(load, "calendars", &own);
	if (r == 0 && own) {
		r = inputs_add_folder(list, own, &load->source);
	}
	if (r == 0) {
		r = inputs_add_shipped(list, "calendars/", &load->source);
	}
	if (r < 0) {
		return r;
	}
	return load_views(list, &load->source, load->catalogue);
}

static int load_parts(struct load *load, const char *configuration)
{
	struct catalogue *catalogue = load->catalogue;
	auto_free struct input_list *lists = calloc(2, sizeof(*lists));
	struct input input;
	int r;

	if (!lists) {
		return -ENOMEM;
	}
	r = load_configuration(load, configuration);
	if (r < 0) {
		return r;
	}
	r = read_one(load, "reasons.yaml", &input);
	if (r == 0) {
		r = load_reasons(&input.source, input.root, &catalogue->reasons,
				 &catalogue->reason_count);
	}
	if (r == 0) {
		r = read_one(load, "fees.yaml", &input);
	}
	if (r == 0) {
		r = load_fees(&input.source, input.root, &catalogue->tariff);
	}
	if (r == 0) {
		r = read_one(load, "cases.yaml", &input);
	}
	if (r == 0) {
		r = load_cases(&input.source, input.root, &catalogue->case_limits,
			       &catalogue->case_limit_count);
	}
	if (r == 0) {
		r = load_forms(load, &lists[0]);
	}
	if (r == 0) {
		r = load_calendars(load, &lists[1]);
	}
	return r;
}

int load_catalogue(const char *configuration, struct catalogue **ret_catalogue,
		   struct load_places *ret_places, struct yaml_problem *reterr_problem)
{
	struct load load = { .catalogue = calloc(1, sizeof(*load.catalogue)) };
	int r;

	if (!load.catalogue) {
		return -ENOMEM;
	}
	load.source.arena = &load.catalogue->arena;
	load.source.scratch = &load.scratch;
	load.source.problem = reterr_problem;
	r = load_parts(&load, configuration);
	arena_done(&load.scratch);
	if (r < 0) {
		catalogue_free(load.catalogue);
		return r;
	}
	load.catalogue->settings = load.configuration.settings;
	*ret_places = load.configuration.places;
	*ret_catalogue = load.catalogue;
	return 0;
}

struct catalogue *catalogue_free(struct catalogue *catalogue)
{
	if (catalogue) {
		arena_done(&catalogue->arena);
		free(catalogue);
	}
	return NULL;
}
