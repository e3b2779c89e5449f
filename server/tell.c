/* See tell.h. */
#include "server/tell.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *zh, *en;
} words[] = {
#define TELLING(NAME, zh, en) [TELL_##NAME] = {zh, en},
#include "server/text.def"
#undef TELLING
};

/* A text under way into bytes that may end before it. */
struct line {
    char *at;
    size_t len, cap;
};

static void put(struct line *line, char c)
{
    if (line->len + 1 < line->cap)
        line->at[line->len++] = c;
}

static void put_harmless(struct line *line, const char *value)
{
    for (; *value; value++)
        put(line, (unsigned char)*value < 0x20 || *value == 0x7f ? '?' : *value);
}

/* The value's number where a place like {1} stands, otherwise 0. */
static unsigned place(const char *at)
{
    return at[0] == '{' && at[1] >= '1' && at[1] <= '9' && at[2] == '}' ? (unsigned)(at[1] - '0') : 0;
}

static void put_words(struct line *line, const char *at, const char *const *values)
{
    unsigned count = 0;

    while (values[count])
        count++;
    while (*at) {
        unsigned number = place(at);
        if (number && number <= count)
            put_harmless(line, values[number - 1]);
        if (number)
            at += 3;
        else
            put(line, *at++);
    }
}

/* Terminates, taking back a character whose bytes were cut. */
static void finish(struct line *line)
{
    if (line->len + 1 == line->cap) {
        size_t start = line->len;
        while (start > 0 && ((unsigned char)line->at[start - 1] & 0xc0) == 0x80)
            start--;
        if (start > 0 && (unsigned char)line->at[start - 1] >= 0xc0)
            line->len = start - 1;
    }
    line->at[line->len] = '\0';
}

void tell_into(char *out, size_t cap, bool english, enum telling what, const char *const *values)
{
    struct line line = {out, 0, cap};

    put_words(&line, english ? words[what].en : words[what].zh, values);
    finish(&line);
}

bool complain(struct complaint *complaint, bool english, const char *where, const char *about, enum telling what,
              const char *const *values)
{
    struct line line = {complaint->text, 0, sizeof complaint->text};
    const char *const before[] = {where, about};

    for (size_t i = 0; i < 2; i++) {
        if (!before[i])
            continue;
        put_harmless(&line, before[i]);
        put(&line, ':');
        put(&line, ' ');
    }
    put_words(&line, english ? words[what].en : words[what].zh, values);
    finish(&line);
    return false;
}
