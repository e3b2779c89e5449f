/* See chain.h. */
#include "protocol/chain.h"

#include <string.h>

#include "protocol/digest.h"

void chain_hash(const uint8_t before[CHAIN_HASH], const struct audit_record *entry, uint8_t out[CHAIN_HASH])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, CHAIN_HASH);
    digest_text(&state, TEXT("luntan audit 1"));
    digest_bytes(&state, (struct text){(const char *)before, CHAIN_HASH});
    digest_number(&state, entry->id);
    digest_number(&state, entry->time);
    digest_number(&state, entry->actor);
    digest_text(&state, entry->by);
    digest_text(&state, entry->act);
    digest_number(&state, entry->target);
    digest_text(&state, entry->detail);
    digest_number(&state, entry->decision);
    digest_number(&state, entry->reason);
    digest_text(&state, entry->words);
    digest_text(&state, entry->content);
    digest_number(&state, entry->public_id);
    digest_text(&state, entry->salt);
    crypto_generichash_final(&state, out, CHAIN_HASH);
}

static enum chain_fault compare(const struct chain_walk *walk, const struct audit_record *entry)
{
    uint8_t hash[CHAIN_HASH];

    if (entry->id <= walk->last)
        return CHAIN_REORDERED;
    if (entry->id != walk->last + 1)
        return CHAIN_MISSING;
    if (entry->hash.len != CHAIN_HASH || entry->salt.len != CHAIN_SALT)
        return CHAIN_ALTERED;
    if (!walk->joined && walk->last)
        return entry->differs ? CHAIN_DIFFERS : CHAIN_WHOLE;
    chain_hash(walk->hash, entry, hash);
    if (memcmp(hash, entry->hash.at, CHAIN_HASH) != 0)
        return CHAIN_ALTERED;
    return entry->differs ? CHAIN_DIFFERS : CHAIN_WHOLE;
}

enum chain_fault chain_step(struct chain_walk *walk, const struct audit_record *entry)
{
    enum chain_fault fault = compare(walk, entry);

    if (fault == CHAIN_REORDERED)
        return fault;
    walk->last = entry->id;
    walk->joined = true;
    memset(walk->hash, 0, CHAIN_HASH);
    if (entry->hash.len == CHAIN_HASH)
        memcpy(walk->hash, entry->hash.at, CHAIN_HASH);
    return fault;
}
