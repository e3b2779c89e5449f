/*
 * What a decision is about, as one hash: whoever decides gives back the hash of what was on the screen, and where anything of it has
 * changed meanwhile nothing is decided.
 *
 * Pure; any thread. The hash stands in the log of decisions, never in public: a text that few could have written would be recognized by it.
 */
#ifndef LUNTAN_MODERATION_CONTENT_H
#define LUNTAN_MODERATION_CONTENT_H

#include "protocol/messages.h"

enum { CONTENT_HASH = 32 }; /* bytes */

struct content {
    uint64_t board, thread, post, reply_to, revision; /* where it stands or is to stand; 0 where it does not apply */
    struct text title, body;                          /* title absent where it has none */
    struct items tags;
};

/* BLAKE2b-256 (RFC 7693) over every part with its length, so that nothing can pass from one part to the next. */
void content_hash(const struct content *content, uint8_t out[CONTENT_HASH]);

#endif
