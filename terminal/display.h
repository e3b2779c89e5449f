/*
 * What people wrote, made fit for a terminal: the one place through which every text from the forum passes
 * before it is shown.
 *
 * Texts are kept by the forum byte for byte, so they may hold escape sequences, bell characters, bytes
 * that are no UTF-8, or controls that turn the reading direction around. Nothing of that reaches the terminal:
 * C0 controls become their Unicode pictures (ESC is shown as U+241B), everything else that steers or hides
 * becomes U+FFFD. Width is counted in terminal columns, so that a Chinese character takes two; a
 * character on whose width Unicode's tables and this system's C library disagree is replaced too, because
 * the terminal and we would then disagree about where the line ends.
 *
 * Pure functions over borrowed texts; no memory of their own; any thread. Needs a UTF-8 locale for the
 * comparison with the C library; without one, only the tables count.
 *
 *     struct glyph g;
 *     while (display_next(&rest, &g))
 *         fwrite(g.bytes, 1, g.len, stdout);
 */
#ifndef LUNTAN_TERMINAL_DISPLAY_H
#define LUNTAN_TERMINAL_DISPLAY_H

#include <stdint.h>
#include <stdio.h>

#include "protocol/text.h"

enum {
    GLYPH_MARKS = 4,                       /* combining marks kept on one character; more are dropped */
    GLYPH_BYTES = 4 + 4 * GLYPH_MARKS + 4, /* the character, its marks, a carrier for lonely marks */
    TAB_COLUMNS = 4,
};

/* One character with its marks, harmless, ready to be drawn. */
struct glyph {
    char bytes[GLYPH_BYTES]; /* UTF-8, not terminated */
    uint8_t len;             /* bytes; 0 for a line's end */
    uint8_t width;           /* columns: 0 for a line's end, else 1 or 2; a tab is TAB_COLUMNS blanks */
    bool newline;            /* the end of a line; the caller decides what that is */
    bool blank;              /* a place where a line may be broken and the blank dropped */
};

/* Takes the next glyph off `rest`. False at the end. */
bool display_next(struct text *rest, struct glyph *out);

/* Columns that the text takes on one line; a line's end counts as its picture. */
size_t display_width(struct text text);

/* Writes the text on one line; ends of lines become pictures. */
void display_line(FILE *out, struct text text);

/* Writes the text with its lines, each after `margin` blanks. A last line without an end gets one. */
void display_lines(FILE *out, struct text text, unsigned margin);

/* Writes the text on one line in exactly `columns` columns: cut with an ellipsis, or filled with blanks. */
void display_cell(FILE *out, struct text text, unsigned columns);

/*
 * The same into `out`, of `cap` bytes, terminated; without filling. Returns the columns taken, at most
 * `columns`. A character is never cut in half, neither by bytes nor by columns.
 */
unsigned display_fit(char *out, size_t cap, struct text text, unsigned columns);

/*
 * Takes from `rest` as much as fits on one line of `columns` columns (2 at least) and writes it to `out`,
 * terminated. Breaks at blanks where a Latin word would be cut, between any two Chinese characters, and
 * not before closing punctuation. Returns the columns taken; `rest` ends with `at` past the last byte.
 * `ended` tells whether the line ended of itself. A `cap` of columns * GLYPH_BYTES + 1 holds any line.
 */
unsigned display_wrap(struct text *rest, unsigned columns, char *out, size_t cap, bool *ended);

#endif
