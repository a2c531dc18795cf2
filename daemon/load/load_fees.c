/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "daemon/load/parts.h"

#define YUAN_MAX  1000000
#define UNITS_MAX 1000000000
#define BANDS_MAX 50

static const struct field band_fields[] = {
	{ .key = "from",
	  .read = read_int,
	  .offset = offsetof(struct tariff_band, from),
	  .required = true,
	  .min = 1,
	  .max = UNITS_MAX },
	{ .key = "yuan",
	  .read = read_int,
	  .offset = offsetof(struct tariff_band, yuan),
	  .required = true,
	  .max = YUAN_MAX },
	{ .key = "step",
	  .read = read_int,
	  .offset = offsetof(struct tariff_band, step),
	  .min = 1,
	  .max = UNITS_MAX },
	{ .key = "step_yuan",
	  .read = read_int,
	  .offset = offsetof(struct tariff_band, step_yuan),
	  .min = 1,
	  .max = YUAN_MAX },
	{ .key = NULL },
};

static const struct field band_item = { .key = "band", .read = read_map, .inner = band_fields };

static const struct field fees_fields[] = {
	{ .key = "notice",
	  .read = read_text,
	  .offset = offsetof(struct tariff, notice),
	  .required = true },
	{ .key = "valid_from",
	  .read = read_date,
	  .offset = offsetof(struct tariff, valid_from),
	  .required = true },
	{ .key = "items",
	  .read = read_list,
	  .inner = &band_item,
	  .required = true,
	  .min = 1,
	  .max = BANDS_MAX,
	  .item_bytes = sizeof(struct tariff_band),
	  .offset = offsetof(struct tariff, bands[BASIS_ITEMS]),
	  .count_offset = offsetof(struct tariff, band_count[BASIS_ITEMS]) },
	{ .key = "pages",
	  .read = read_list,
	  .inner = &band_item,
	  .required = true,
	  .min = 1,
	  .max = BANDS_MAX,
	  .item_bytes = sizeof(struct tariff_band),
	  .offset = offsetof(struct tariff, bands[BASIS_PAGES]),
	  .count_offset = offsetof(struct tariff, band_count[BASIS_PAGES]) },
	{ .key = NULL },
};

/* Each band begins above the one before, costs no less, and only the last goes on in steps. */
static int bands_check(const struct source *source, const struct yaml_node *list,
		       const struct tariff_band *bands, size_t count)
{
	const struct yaml_node *node = list->first;

	for (size_t i = 0; i < count; i++, node = node->next) {
		if (i == 0 && bands[i].from != 1) {
			return schema_fail(source, yaml_get(node, "from"),
					   "from: the first band must begin with 1, not %d",
					   bands[i].from);
		}
		if (i > 0 && bands[i].from <= bands[i - 1].from) {
			return schema_fail(source, yaml_get(node, "from"),
					   "from: more than %d is expected; bands rise",
					   bands[i - 1].from);
		}
		if (i > 0 && bands[i].yuan < bands[i - 1].yuan) {
			return schema_fail(source, yaml_get(node, "yuan"),
					   "yuan: %d or more is expected; the fee does not fall",
					   bands[i - 1].yuan);
		}
		if (!bands[i].step != !bands[i].step_yuan) {
			return schema_fail(source, node,
					   "step and step_yuan are expected both or neither");
		}
		if (bands[i].step && i + 1 < count) {
			return schema_fail(source, yaml_get(node, "step"),
					   "step: only the last band may go on in steps");
		}
	}
	return 0;
}

int load_fees(const struct source *source, const struct yaml_node *root, struct tariff *ret_tariff)
{
	struct tariff tariff = { 0 };
	int r;

	r = schema_read(source, root, fees_fields, &tariff);
	if (r < 0) {
		return r;
	}
	for (size_t basis = 0; basis < BASIS_COUNT; basis++) {
		r = bands_check(source, yaml_get(root, basis == BASIS_ITEMS ? "items" : "pages"),
				tariff.bands[basis], tariff.band_count[basis]);
		if (r < 0) {
			return r;
		}
	}
	*ret_tariff = tariff;
	return 0;
}
