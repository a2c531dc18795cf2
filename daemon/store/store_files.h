/* SPDX-License-Identifier: Apache-2.0 */
/* store_files.h: what store.c (the directory) and store_state.c (its state) share; for nobody else.
 */
#ifndef OGID_STORE_STORE_FILES_H
#define OGID_STORE_STORE_FILES_H

#include <stddef.h>

#define STORE_WHY_BYTES 300

/* One sentence into a reterr_why of STORE_WHY_BYTES. */
void store_why(char *why, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *store_path(const char *directory, const char *name); /* given; NULL without memory */
/* A small file as text, without the LF at its end. -EBADMSG: longer than any of ours. */
int store_file_read(const char *directory, const char *name, char *text, size_t size);
/* Puts a line in place of what a small file says: the old or the new after a crash, never a part.
 */
int store_file_replace(const char *directory, const char *name, const char *line);

#endif
