/*
 * A text to be read on a screen: paragraphs, each in a style, wrapped to the screen's width and scrolled by rows.
 *
 * Owns copies of what is put in; wraps anew when the width is another. Without memory it shows less. One thread.
 */
#ifndef LUNTAN_TERMINAL_SHEET_H
#define LUNTAN_TERMINAL_SHEET_H

#include "terminal/ui.h"

struct sheet_paragraph;

struct sheet_row {
    size_t paragraph, from, len; /* bytes of it */
};

struct sheet {
    struct sheet_paragraph *paragraphs;
    size_t count, room;
    struct sheet_row *rows;
    int row_count, row_room;
    int columns; /* that rows are wrapped to; 0: not yet */
    int top;     /* the first row seen */
};

/* Empties it and frees what it holds. A zero struct is empty. */
void sheet_clear(struct sheet *sheet);

/* Adds a paragraph, which may be of several lines. */
void sheet_put(struct sheet *sheet, enum style style, struct text text);

/* The same of a stream that was opened by open_memstream: closes it and frees `*text`. */
void sheet_put_stream(struct sheet *sheet, enum style style, FILE *out, char **text);

/* Draws it into `height` rows from FIRST_ROW on. */
void sheet_draw(struct ui *ui, struct sheet *sheet, int height);

/* Scrolls by a key. False where the key does not scroll. */
bool sheet_key(struct sheet *sheet, struct key key, int height);

#endif
