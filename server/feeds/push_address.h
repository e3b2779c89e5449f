/*
 * Which addresses the hub may call: public ones, and those of networks that the administrator named. Pure, but for
 * push_address_is_near, which asks the system; any thread.
 *
 * Judged is the address that is really connected to, at that moment, so that no name can lead elsewhere than it was judged by.
 * What is not public stands in the registries of special addresses (RFC 6890, IANA); of IPv6 only 2000::/3 is public at all.
 * Where an IPv6 address holds an IPv4 address to which it leads, that one is judged.
 */
#ifndef LUNTAN_SERVER_FEEDS_PUSH_ADDRESS_H
#define LUNTAN_SERVER_FEEDS_PUSH_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "protocol/text.h"

enum { PUSH_NETWORKS = 16 };

/* Networks that may be called although they are not public. */
struct push_networks {
    struct push_network {
        int family;         /* AF_INET or AF_INET6 */
        uint8_t bytes[16];
        unsigned bits;
    } rows[PUSH_NETWORKS];
    unsigned count;
};

/* Reads `10.0.0.0/8, fd00::/8`; empty: none. False where it is no such list, or has more than PUSH_NETWORKS. */
bool push_networks_read(struct text list, struct push_networks *out);

/* Whether a socket may be connected to `address`, of `len` bytes. What is neither IPv4 nor IPv6 may not. */
bool push_address_may(const struct sockaddr *address, socklen_t len, const struct push_networks *networks);

/* Whether the address is one of this machine's, or of a network it is attached to: however public, it is inside. */
bool push_address_is_near(const struct sockaddr *address, socklen_t len);

#endif
