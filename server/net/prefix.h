/*
 * Address prefixes: what stands for an address wherever one is told from another, without keeping it.
 *
 * A prefix is /32 of IPv4 and /64 of IPv6; its number is a hash keyed by random bytes that die with the process.
 * Counts per prefix are kept in a table of fixed size (two rows, of which the smaller count holds), so that strangers
 * cost no memory; where many share its places a count may be too high, never too low. Any thread.
 */
#ifndef LUNTAN_SERVER_NET_PREFIX_H
#define LUNTAN_SERVER_NET_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/text.h"

struct prefix_table;
struct sockaddr;

struct prefix_table *prefix_table_new(void);
void prefix_table_free(struct prefix_table *table);

/* The number of the prefix that `address` is in. */
uint64_t prefix_of(const struct prefix_table *table, const struct sockaddr *address);
/* The same of a numeric address, IPv4 or IPv6, as it is written (RFC 5952, without brackets, zone or port); 0 where it is none. */
uint64_t prefix_named(const struct prefix_table *table, struct text address);

/* Counts one more of the prefix. False, and nothing is counted, where there are `limit` already; 0 is no limit. */
bool prefix_enter(struct prefix_table *table, uint64_t prefix, unsigned limit);
/* Counts one less. */
void prefix_leave(struct prefix_table *table, uint64_t prefix);

#endif
