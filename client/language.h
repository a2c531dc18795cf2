/* SPDX-License-Identifier: Apache-2.0 */
/* language.h: which language people see. Everything for people goes through _(); the wire, --json
 * and the names of commands, options and words on the command line never do. */
#ifndef OGID_CLIENT_LANGUAGE_H
#define OGID_CLIENT_LANGUAGE_H

#include <libintl.h>

#define _(text)  gettext(text)
#define N_(text) text

/* Sets the locale and the catalogue. given: "zh" or "en" of --lang, or NULL for what LC_ALL,
 * LC_MESSAGES or LANG say. Text is always UTF-8, whatever the locale. -EINVAL: no such language. */
int language_start(const char *given);

#endif
