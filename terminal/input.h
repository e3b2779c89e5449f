/*
 * One line of text being typed: characters of any width, a cursor, and for passwords nothing shown but dots. Holds its
 * text in itself; wiped by input_wipe. One thread.
 */
#ifndef LUNTAN_TERMINAL_INPUT_H
#define LUNTAN_TERMINAL_INPUT_H

#include "terminal/ui.h"

enum { INPUT_CHARACTERS = 256 };

struct input {
    wchar_t at[INPUT_CHARACTERS + 1];
    size_t len, cursor; /* characters */
    bool hidden;
};

/* Starts with a text. */
void input_set(struct input *input, const char *text);

/* The text as UTF-8, terminated. False where it does not fit in `cap` bytes. */
bool input_get(const struct input *input, char *out, size_t cap);

/* Deals with a key: typing, deleting, moving. False where it is none of that. */
bool input_key(struct input *input, struct key key);

/* Draws it in `columns` columns and leaves the cursor where one types. */
void input_draw(const struct input *input, int row, int column, int columns);

void input_wipe(struct input *input);

#endif
