/*
 * A text on its way to the forum: bytes that this program owns, from a file, from standard input, from an answer or
 * from the editor. Kept byte for byte.
 *
 * The editor is $VISUAL, else $EDITOR, else vi, run by the shell on a file that only the owner can read; the
 * file is removed afterwards. While it runs the program waits, and hands over what was saved so far every
 * few seconds. One thread.
 */
#ifndef LUNTAN_TERMINAL_BODY_H
#define LUNTAN_TERMINAL_BODY_H

#include <stdbool.h>

#include "protocol/text.h"

struct body {
    char *at;   /* terminated, for convenience; owned */
    size_t len; /* bytes */
};

enum { BODY_MOST = 1000000 }; /* bytes; a request frame holds no more, the server's own limit is below */

void body_free(struct body *body);

static inline struct text body_text(const struct body *body)
{
    return (struct text){body->at ? body->at : "", body->len};
}

/* A copy of `text`. False without memory. */
bool body_copy(struct body *out, struct text text);

/* Reads a file, or standard input for "-". False: errno says why, EFBIG where it is longer than BODY_MOST. */
bool body_read(struct body *out, const char *path);

/*
 * Lets the person edit `body` in place. `saved` is called with what the file holds whenever that has changed, at
 * most every ten seconds, while the editor runs. False, with errno, where the editor could not be run or failed; the
 * text is then as it was.
 */
bool body_edit(struct body *body, void (*saved)(void *context, struct text text), void *context);

#endif
