/*
 * The audit log's chain: each entry's hash covers the entry and the hash of the one before, so that whoever keeps one hash elsewhere
 * can tell whether anything up to it was altered, left out, put in or reordered.
 *
 * The server makes entries, and an administrator's program checks them by the same functions. Pure; any thread. It proves what came before
 * a head that is kept elsewhere, and no more: whoever holds the database can write a whole chain anew.
 */
#ifndef LUNTAN_PROTOCOL_CHAIN_H
#define LUNTAN_PROTOCOL_CHAIN_H

#include "protocol/messages.h"

enum {
    CHAIN_HASH = 32, /* bytes */
    CHAIN_SALT = 16,
};

/* BLAKE2b-256 (RFC 7693) over every field of the entry but what the answer adds (differs), each with its length, and over `before`. */
void chain_hash(const uint8_t before[CHAIN_HASH], const struct audit_record *entry, uint8_t out[CHAIN_HASH]);

/* What is wrong with an entry where it stands. */
enum chain_fault {
    CHAIN_WHOLE,
    CHAIN_MISSING,   /* one or more entries before it are not there */
    CHAIN_REORDERED, /* its number is not above the last */
    CHAIN_ALTERED,   /* its hash is not that of its fields after the one before */
    CHAIN_DIFFERS,   /* the decision that it tells of reads otherwise now, or is gone */
};

/* A walk along the chain; zero at its beginning. */
struct chain_walk {
    uint64_t last;            /* the number of the entry before */
    uint8_t hash[CHAIN_HASH]; /* its hash as it is written there, so that each alteration is told once */
    bool joined;              /* where the walk begins in the middle: the first entry has been taken as it is */
};

/* Takes the next entry. Started at an entry above the first (`last` set, not joined), the first is believed. */
enum chain_fault chain_step(struct chain_walk *walk, const struct audit_record *entry);

#endif
