/*
 * What somebody searches for, read from what they typed.
 *
 *     words          posts that hold all of them; Latin words whole, or by their beginning with a star: commun*, one of at least three letters
 *     "a phrase"     these words side by side; also “…” and 「…」
 *     -word          posts without it
 *     author: board: tag: before: after: title:   with a value, which may be a phrase; 作者：版块：标签：之前：之后：标题： too
 *     -author: -board: -tag: -title:              posts that are not so
 *
 * Each of author, board, tag, before and after stands once, and so does each with a minus. Dates are 2026, 2026-11 or 2026-11-25, in the asker's zone by `offset`. Pure; memory is the arena's.
 */
#ifndef LUNTAN_SERVER_FORUM_SEARCH_QUERY_H
#define LUNTAN_SERVER_FORUM_SEARCH_QUERY_H

#include "protocol/messages.h"
#include "server/util/arena.h"

/* One thing to be found, folded (util/fold.h): characters, with FOLD_BREAK between words. */
struct search_term {
    const uint32_t *characters;
    uint32_t count;
    bool prefix;  /* a word that begins so */
    bool without; /* posts that lack it */
    bool title;   /* in the thread's title */
};

struct search_query {
    struct search_term terms[LIMIT_TERMS];
    uint32_t term_count;
    struct text author, board, tag; /* as typed; absent: any */
    struct text not_author, not_board, not_tag; /* absent: none */
    int64_t since, until;           /* UTC ms: not before, before; 0 and INT64_MAX: whenever */
};

/* OK; BAD_FIELD where something is typed wrong; TOO_MANY terms. */
MUST_USE enum status search_query_read(struct text typed, int64_t offset_ms, struct arena *arena, struct search_query *out);

/* Whether it says what is wanted: some term, or where, whose or when; not only what is not. */
bool search_query_says(const struct search_query *query);

#endif
