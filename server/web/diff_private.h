/*
 * What diff.c and diff_script.c share: two rows of texts, and the shortest way from one to the other.
 */
#ifndef LUNTAN_SERVER_WEB_DIFF_PRIVATE_H
#define LUNTAN_SERVER_WEB_DIFF_PRIVATE_H

#include "server/util/arena.h"

/* A row of pieces: a text's lines, or a line's words. */
struct row {
    const struct text *at;
    size_t count;
};

enum edit_kind { EDIT_KEEP, EDIT_REMOVE, EDIT_ADD };

/* `count` pieces: of the row before from `before` on, of the row after from `after` on, or (EDIT_KEEP) of both. */
struct edit {
    enum edit_kind kind;
    size_t before, after, count;
};

struct script {
    struct edit *at;
    size_t count;
};

/*
 * How `before` becomes `after`, in order; no two edits of one kind follow each other, and what is removed comes before what is added
 * in its place. Where more than `most` pieces differ, all that lies between the common start and end is removed and added whole.
 * Memory is the arena's; false where it was short.
 */
bool diff_script(struct row before, struct row after, size_t most, struct arena *arena, struct script *script);

#endif
