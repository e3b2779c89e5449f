/*
 * A piece of text that somebody else owns.
 *
 * `struct text` always borrows: from a frame, an arena or a constant. It is never freed and never
 * written through. A text whose `at` is NULL is absent; one with a pointer and length 0 is empty. The
 * difference matters on the wire, where an absent field is left out.
 */
#ifndef LUNTAN_PROTOCOL_TEXT_H
#define LUNTAN_PROTOCOL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct text {
    const char *at;
    size_t len; /* bytes */
};

/* A text over a string literal, in an expression; and in the initializer of a static table. */
#define TEXT(literal) ((struct text){"" literal, sizeof(literal) - 1})
#define TEXT_INIT(literal) {"" literal, sizeof(literal) - 1}

/* A text over a NUL-terminated string, which must outlive it. NULL gives an absent text. */
static inline struct text text_of(const char *string)
{
    return (struct text){string, string ? strlen(string) : 0};
}

/* Whether the bytes are the same. Absent and empty are equal here. */
static inline bool text_equal(struct text a, struct text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

#endif
