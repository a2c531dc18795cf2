/* SPDX-License-Identifier: Apache-2.0 */
#include "client/language.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The first of the three that is set decides, as everywhere in POSIX. */
static bool language_environment_chinese(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);
		if (value != NULL && value[0] != '\0') {
			return strncmp(value, "zh", 2) == 0;
		}
	}
	return false;
}

int language_start(const char *given)
{
	bool chinese = given != NULL ? strcmp(given, "zh") == 0 : language_environment_chinese();
	const char *folder = getenv("OGID_LOCALEDIR");

	/* Widths and gettext need a UTF-8 locale; many small machines have no other than this one.
	 */
	if (setlocale(LC_ALL, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
		setlocale(LC_ALL, "C.UTF-8");
	}
	/* The user's own LANGUAGE list would outdo both --lang and the locale. */
	setenv("LANGUAGE", chinese ? "zh_CN" : "en", 1);
	bindtextdomain("ogid", folder != NULL && folder[0] != '\0' ? folder : OGID_LOCALEDIR);
	bind_textdomain_codeset("ogid", "UTF-8");
	textdomain("ogid");
	return given == NULL || chinese || strcmp(given, "en") == 0 ? 0 : -EINVAL;
}
