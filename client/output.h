/* SPDX-License-Identifier: Apache-2.0 */
/* output.h: standard output, sent into a file for a while. Whoever reads the file sees the old one
 * or the whole new one, never half of it. */
#ifndef OGID_CLIENT_OUTPUT_H
#define OGID_CLIENT_OUTPUT_H

struct output {
	const char *path; /* NULL: standard output stays what it is */
	char *temporary;
	int saved; /* standard output, meanwhile */
};

/* Whatever is written to stdout from now on goes into a temporary file beside path. path may be
 * NULL: then nothing changes. 0 or negative errno, with nothing to close. */
int output_open(struct output *output, const char *path);
/* Gives standard output back. good: the file takes its name; else it is removed. 0 or negative
 * errno: then there is no new file. */
int output_close(struct output *output, int good);

#endif
