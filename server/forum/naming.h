/*
 * Whether a text names a moderator of the board that it is for: by @handle, or by the name that people see.
 *
 * Whoever is named does not decide on it, and to take it away takes two. Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_NAMING_H
#define LUNTAN_SERVER_FORUM_NAMING_H

#include "server/request.h"

enum { NAMED_MOST = 32 };

/* Accounts of those who are named, each once. */
struct named {
    uint64_t account[NAMED_MOST];
    size_t count;
};

/* Finds the moderators of the board (0: of the site alone) and the administrators whom the text names, but for its author. */
void naming_find(struct request *r, uint64_t board, struct text title, struct text body, uint64_t author, struct named *out);

bool naming_has(const struct named *named, uint64_t account);

#endif
