/* SPDX-License-Identifier: Apache-2.0 */
/* similar.h: whether two applications ask for the same, by their text. A hint for a person, no
 * more. */
#ifndef OGID_CORE_SIMILAR_H
#define OGID_CORE_SIMILAR_H

#include <stdbool.h>

/* The same letters and signs apart from spaces and punctuation, or nearly: nine tenths of their
 * pairs of neighbouring characters in common (Dice's coefficient over pairs). Texts are valid
 * UTF-8; only the first SIMILAR_CHARACTERS of each count. No memory: false. */
#define SIMILAR_CHARACTERS 2000
bool similar_texts(const char *left, const char *right);

#endif
