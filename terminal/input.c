/* See input.h. */
#include "terminal/input.h"

#include <stdlib.h>
#include <wctype.h>

enum { CTRL_A = 1, CTRL_D = 4, CTRL_E = 5, BACKSPACE = 8, CTRL_K = 11, CTRL_U = 21, DELETE = 127 };

void input_wipe(struct input *input)
{
    explicit_bzero(input->at, sizeof input->at);
    input->len = input->cursor = 0;
}

void input_set(struct input *input, const char *text)
{
    size_t n = mbstowcs(input->at, text, INPUT_CHARACTERS);

    input->len = input->cursor = n == (size_t)-1 ? 0 : n;
    input->at[input->len] = L'\0';
}

bool input_get(const struct input *input, char *out, size_t cap)
{
    size_t n = wcstombs(out, input->at, cap);

    if (n == (size_t)-1 || n >= cap) {
        out[0] = '\0';
        return false;
    }
    return true;
}

static void remove_at(struct input *input, size_t from, size_t to)
{
    memmove(input->at + from, input->at + to, (input->len - to + 1) * sizeof input->at[0]);
    input->len -= to - from;
    input->cursor = from;
}

static bool insert(struct input *input, wint_t c)
{
    if (!iswprint(c))
        return false;
    if (input->len == INPUT_CHARACTERS)
        return true;
    memmove(input->at + input->cursor + 1, input->at + input->cursor, (input->len - input->cursor + 1) * sizeof input->at[0]);
    input->at[input->cursor++] = (wchar_t)c;
    input->len++;
    return true;
}

/* What an editing key does, by the code it stands for. */
static bool edit(struct input *input, wint_t code)
{
    switch (code) {
    case KEY_BACKSPACE:
        if (input->cursor)
            remove_at(input, input->cursor - 1, input->cursor);
        return true;
    case KEY_DC:
        if (input->cursor < input->len)
            remove_at(input, input->cursor, input->cursor + 1);
        return true;
    case KEY_LEFT:
        input->cursor -= input->cursor > 0;
        return true;
    case KEY_RIGHT:
        input->cursor += input->cursor < input->len;
        return true;
    case KEY_HOME:
        input->cursor = 0;
        return true;
    case KEY_END:
        input->cursor = input->len;
        return true;
    default:
        return false;
    }
}

bool input_key(struct input *input, struct key key)
{
    if (key.function)
        return edit(input, key.code);
    switch (key.code) {
    case BACKSPACE:
    case DELETE:
        return edit(input, KEY_BACKSPACE);
    case CTRL_D:
        return edit(input, KEY_DC);
    case CTRL_A:
        return edit(input, KEY_HOME);
    case CTRL_E:
        return edit(input, KEY_END);
    case CTRL_U:
        remove_at(input, 0, input->cursor);
        return true;
    case CTRL_K:
        remove_at(input, input->cursor, input->len);
        return true;
    default:
        return insert(input, key.code);
    }
}

/* Columns of one character as it is drawn. */
static int width_of(const struct input *input, size_t i)
{
    int width = input->hidden ? 1 : wcwidth(input->at[i]);

    return width < 0 ? 1 : width;
}

void input_draw(const struct input *input, int row, int column, int columns)
{
    size_t from = input->cursor, i;
    int taken = 0, at = 0;

    /* As much before the cursor as leaves room for the cursor itself. */
    while (from && taken + width_of(input, from - 1) < columns - 1)
        taken += width_of(input, --from);
    ui_fill(row, column, columns);
    move(row, column);
    for (i = from, at = 0; i < input->len && at + width_of(input, i) <= columns; i++) {
        wchar_t one[2] = {input->hidden ? L'*' : input->at[i], L'\0'};

        addwstr(one);
        at += width_of(input, i);
    }
    move(row, column + taken);
}
