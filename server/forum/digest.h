/*
 * What people raised in a period, gathered: handler digest (request.h), and what the digest's feed shares with it.
 *
 * Costs as much as was marked in the period and the one before, whatever the forum's size. Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_DIGEST_H
#define LUNTAN_SERVER_FORUM_DIGEST_H

#include "moderation/period.h"
#include "server/forum/concerns.h"

enum { DIGEST_KINDS = CONCERN_KIND_TALENT };

struct digest {
    const struct concern_boards *boards;
    struct concern_mark *marks; /* by kind, board, thread and floor; in the arena */
    size_t count;
    struct concern_sum_record sums[DIGEST_KINDS]; /* by kind, from the first */
};

/* Gathers what was marked in `span` on these boards, and counts that of the period before. `out` is zero, or has been used before and is
 * used again. Refuses with BUSY. */
MUST_USE enum status digest_gather(struct request *r, const struct concern_boards *boards, enum period period, const struct period_span *span,
                                   struct digest *out);

#endif
