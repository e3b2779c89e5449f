/* See chain.h. */
#include "protocol/chain.h"

#include <sodium.h>
#include <string.h>

static void add_number(crypto_generichash_state *state, uint64_t number)
{
    uint8_t bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    crypto_generichash_update(state, bytes, sizeof bytes);
}

static void add_text(crypto_generichash_state *state, struct text text)
{
    add_number(state, text.len);
    if (text.len)
        crypto_generichash_update(state, (const uint8_t *)text.at, text.len);
}

void chain_hash(const uint8_t before[CHAIN_HASH], const struct audit_record *entry, uint8_t out[CHAIN_HASH])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, CHAIN_HASH);
    add_text(&state, TEXT("luntan audit 1"));
    crypto_generichash_update(&state, before, CHAIN_HASH);
    add_number(&state, entry->id);
    add_number(&state, entry->time);
    add_number(&state, entry->actor);
    add_text(&state, entry->by);
    add_text(&state, entry->act);
    add_number(&state, entry->target);
    add_text(&state, entry->detail);
    add_number(&state, entry->decision);
    add_number(&state, entry->reason);
    add_text(&state, entry->words);
    add_text(&state, entry->content);
    add_number(&state, entry->public_id);
    add_text(&state, entry->salt);
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
