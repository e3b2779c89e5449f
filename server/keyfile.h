/*
 * Files of our own in etc/: lines of `key = value`, `[section]`, `# comment`, or nothing.
 *
 * White space around keys, values and sections does not count. A `#` starts a comment only at the start of
 * a line, so that values may hold it. Reading the bytes and going through the lines are apart: the lines
 * can come from a file or from the program itself. What a key means is the caller's business. No state.
 *
 *     struct keyfile file = keyfile_over(bytes);
 *     for (struct keyfile_line line; keyfile_next(&file, &line);) ...
 */
#ifndef LUNTAN_SERVER_KEYFILE_H
#define LUNTAN_SERVER_KEYFILE_H

#include "protocol/text.h"
#include "server/tell.h"
#include "server/util/arena.h"

enum { KEYFILE_MAX = 1048576 }; /* bytes of one file */

enum keyfile_kind { KEYFILE_PAIR, KEYFILE_SECTION, KEYFILE_WRONG };

struct keyfile_line {
    enum keyfile_kind kind;
    unsigned number;          /* from 1 */
    struct text name, value;  /* of a section only the name; borrowed from the bytes */
};

struct keyfile {
    struct text rest;
    unsigned number;
};

static inline struct keyfile keyfile_over(struct text bytes)
{
    return (struct keyfile){bytes, 0};
}

/* The next line that says something; false at the end. */
bool keyfile_next(struct keyfile *file, struct keyfile_line *out);

/* The whole file, in the arena; absent, with a complaint, where it cannot be read, is too large or is not UTF-8. */
struct text keyfile_read(const char *path, struct arena *arena, bool english, struct complaint *complaint);

#endif
