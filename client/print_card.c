/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "client/language.h"
#include "client/print.h"

#define CARD_LINES_MAX 40

struct card {
	struct buf texts; /* "label\0value\0" a line, both escaped */
	size_t lines;
	size_t label_columns;
};

struct card *card_new(void)
{
	struct card *card = calloc(1, sizeof(*card));
	if (card != NULL) {
		buf_init(&card->texts, SCREEN_TEXT_MAX);
	}
	return card;
}

void card_line(struct card *card, const char *label, const char *value)
{
	const char *word = _(label);

	if (card == NULL || value == NULL || value[0] == '\0' || card->lines >= CARD_LINES_MAX) {
		return;
	}
	size_t columns = screen_columns(word);
	card->label_columns = columns > card->label_columns ? columns : card->label_columns;
	buf_append(&card->texts, word, strlen(word) + 1);
	screen_escape(&card->texts, value);
	buf_append(&card->texts, "", 1);
	card->lines++;
}

/* One label and its value, wrapped under itself. */
static void card_print_line(const struct screen *screen, const char *label, const char *value,
			    size_t indent)
{
	size_t width = screen->width > indent ? screen->width - indent : 0;
	struct buf head;

	buf_init(&head, SCREEN_TEXT_MAX);
	buf_append_text(&head, label);
	screen_pad(&head, 0, indent);
	buf_append(&head, "", 1);
	if (head.error == 0) {
		screen_paint(screen, "2", head.data);
	}
	buf_done(&head);
	do {
		const char *next;
		size_t bytes = screen_wrap(value, width, &next);
		fwrite(value, 1, bytes, stdout);
		putchar('\n');
		value = next;
		if (*value != '\0') {
			printf("%*s", (int)indent, "");
		}
	} while (*value != '\0');
}

struct card *card_print(struct card *card, const struct screen *screen)
{
	if (card == NULL) {
		return NULL;
	}
	const char *text = card->texts.data;
	for (size_t i = 0; card->texts.error == 0 && i < card->lines; i++) {
		const char *value = text + strlen(text) + 1;
		card_print_line(screen, text, value, card->label_columns + 2);
		text = value + strlen(value) + 1;
	}
	buf_done(&card->texts);
	free(card);
	return NULL;
}
