/*
 * Passwords: asked for on the terminal without showing them, or read from a file's first line; never
 * taken from an argument.
 *
 * Whoever gets one wipes it with secret_wipe. One thread.
 */
#ifndef LUNTAN_TERMINAL_SECRET_H
#define LUNTAN_TERMINAL_SECRET_H

#include "terminal/terminal.h"

enum { SECRET_ROOM = LIMIT_PASSWORD * 4 + 2 };

struct secret {
    char at[SECRET_ROOM];
    size_t len; /* bytes */
};

/*
 * A password for this run: from the file that option `file` names, else asked for with the words of `prompt` and,
 * where `twice`, again. Says what failed.
 */
MUST_USE enum outcome secret_get(struct terminal *t, enum option file, enum saying prompt, bool twice, struct secret *out);

/* Overwrites it. */
void secret_wipe(struct secret *secret);

static inline struct text secret_text(const struct secret *secret)
{
    return (struct text){secret->at, secret->len};
}

#endif
