/* See push_address.h. */
#include "server/feeds/push_address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { V4 = 4, V6 = 16 };

/* An address as bytes: 4 or 16 of them. */
struct address {
    uint8_t bytes[V6];
    unsigned len;
};

enum verdict { REFUSED, EMBEDDED };

/* IANA's registries of special-purpose addresses; EMBEDDED: the IPv4 address in the last four bytes is judged. */
static const struct special {
    const char *prefix;
    unsigned bits;
    enum verdict verdict;
} specials[] = {
    {"0.0.0.0", 8, REFUSED},        /* this network: RFC 791 section 3.2 */
    {"10.0.0.0", 8, REFUSED},       /* private: RFC 1918 */
    {"100.64.0.0", 10, REFUSED},    /* shared by a carrier's customers: RFC 6598 */
    {"127.0.0.0", 8, REFUSED},      /* loopback: RFC 1122 section 3.2.1.3 */
    {"169.254.0.0", 16, REFUSED},   /* link-local, and clouds' metadata: RFC 3927 */
    {"172.16.0.0", 12, REFUSED},    /* private: RFC 1918 */
    {"192.0.0.0", 24, REFUSED},     /* protocol assignments: RFC 6890 section 2.1 */
    {"192.0.2.0", 24, REFUSED},     /* documentation: RFC 5737 */
    {"192.88.99.0", 24, REFUSED},   /* relays of 6to4, deprecated: RFC 7526 */
    {"192.168.0.0", 16, REFUSED},   /* private: RFC 1918 */
    {"198.18.0.0", 15, REFUSED},    /* benchmarks: RFC 2544 */
    {"198.51.100.0", 24, REFUSED},  /* documentation: RFC 5737 */
    {"203.0.113.0", 24, REFUSED},   /* documentation: RFC 5737 */
    {"224.0.0.0", 4, REFUSED},      /* multicast: RFC 5771 */
    {"240.0.0.0", 4, REFUSED},      /* reserved: RFC 1112 section 4; broadcast: RFC 919 */
    {"::ffff:0:0", 96, EMBEDDED},   /* mapped IPv4: RFC 4291 section 2.5.5.2 */
    {"64:ff9b::", 96, EMBEDDED},    /* translated to IPv4: RFC 6052 */
    {"2001::", 23, REFUSED},        /* protocol assignments with Teredo, benchmarks, ORCHID: RFC 2928, 4380, 5180, 7343 */
    {"2001:db8::", 32, REFUSED},    /* documentation: RFC 3849 */
    {"2002::", 16, REFUSED},        /* 6to4, which leads to whatever IPv4 address is in it: RFC 3056 */
    {"3fff::", 20, REFUSED},        /* documentation: RFC 9637 */
};

/* Unspecified, loopback, compatible IPv4, discard-only, site- and link-local, unique local, multicast: all outside. */
static const struct special global = {"2000::", 3, REFUSED}; /* RFC 4291 section 2.4 */

/* ---- prefixes ---- */

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;

    if (memcmp(a, b, whole))
        return false;
    return !rest || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

static unsigned length_of(int family)
{
    return family == AF_INET ? V4 : V6;
}

static bool is_in(const struct address *address, const struct special *special)
{
    int family = strchr(special->prefix, ':') ? AF_INET6 : AF_INET;
    uint8_t prefix[V6];

    return length_of(family) == address->len && inet_pton(family, special->prefix, prefix) == 1 &&
           same_bits(address->bytes, prefix, special->bits);
}

/* ---- addresses ---- */

static bool read_address(const struct sockaddr *from, socklen_t len, struct address *out)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;

    *out = (struct address){.len = 0};
    if (from->sa_family == AF_INET && len >= sizeof four) {
        memcpy(&four, from, sizeof four);
        out->len = V4;
        memcpy(out->bytes, &four.sin_addr, V4);
    } else if (from->sa_family == AF_INET6 && len >= sizeof six) {
        memcpy(&six, from, sizeof six);
        out->len = V6;
        memcpy(out->bytes, &six.sin6_addr, V6);
    }
    return out->len != 0;
}

/* The IPv4 address in it becomes the address. */
static void take_out(struct address *address)
{
    memmove(address->bytes, address->bytes + V6 - V4, V4);
    address->len = V4;
}

static bool is_mapped(const struct address *address)
{
    static const uint8_t prefix[V6 - V4] = {[10] = 0xff, [11] = 0xff};
    return address->len == V6 && memcmp(address->bytes, prefix, sizeof prefix) == 0;
}

static bool is_public(struct address address)
{
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
        if (!is_in(&address, &specials[i]))
            continue;
        if (specials[i].verdict == REFUSED)
            return false;
        take_out(&address);
        return is_public(address);
    }
    return address.len == V4 || is_in(&address, &global);
}

static bool is_named(const struct address *address, const struct push_networks *networks)
{
    for (unsigned i = 0; i < networks->count; i++)
        if (length_of(networks->rows[i].family) == address->len &&
            same_bits(address->bytes, networks->rows[i].bytes, networks->rows[i].bits))
            return true;
    return false;
}

bool push_address_may(const struct sockaddr *at, socklen_t len, const struct push_networks *networks)
{
    struct address address;

    if (!read_address(at, len, &address))
        return false;
    if (is_mapped(&address))
        take_out(&address);
    return is_named(&address, networks) || (is_public(address) && !push_address_is_near(at, len));
}

/* ---- this machine's own ---- */

static unsigned bits_of(const struct address *mask)
{
    unsigned bits = 0;

    while (bits < mask->len * 8 && mask->bytes[bits / 8] >> (7 - bits % 8) & 1)
        bits++;
    return bits;
}

static bool is_beside(const struct address *address, const struct ifaddrs *one)
{
    struct address own, mask;
    socklen_t room = sizeof(struct sockaddr_in6); /* what the system keeps for either family */

    if (!one->ifa_addr || !one->ifa_netmask || !read_address(one->ifa_addr, room, &own) || own.len != address->len)
        return false;
    if (!read_address(one->ifa_netmask, room, &mask) || mask.len != own.len)
        return memcmp(own.bytes, address->bytes, own.len) == 0;
    return same_bits(own.bytes, address->bytes, bits_of(&mask));
}

bool push_address_is_near(const struct sockaddr *at, socklen_t len)
{
    struct ifaddrs *all, *one;
    struct address address;
    bool near = false;

    if (!read_address(at, len, &address) || getifaddrs(&all) != 0)
        return true;
    if (is_mapped(&address))
        take_out(&address);
    for (one = all; one && !near; one = one->ifa_next)
        near = is_beside(&address, one);
    freeifaddrs(all);
    return near;
}

/* ---- the administrator's ---- */

static bool read_bits(struct text digits, unsigned most, unsigned *out)
{
    *out = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9' || digits.len > 3)
            return false;
        *out = *out * 10 + (unsigned)(digits.at[i] - '0');
    }
    return digits.len && *out <= most;
}

static bool read_network(struct text word, struct push_network *out)
{
    char address[INET6_ADDRSTRLEN];
    const char *slash = word.len ? memchr(word.at, '/', word.len) : NULL;
    size_t len = slash ? (size_t)(slash - word.at) : 0;

    if (!len || len >= sizeof address)
        return false;
    memcpy(address, word.at, len);
    address[len] = '\0';
    out->family = strchr(address, ':') ? AF_INET6 : AF_INET;
    return inet_pton(out->family, address, out->bytes) == 1 &&
           read_bits((struct text){slash + 1, word.len - len - 1}, length_of(out->family) * 8, &out->bits);
}

static struct text trimmed(struct text word)
{
    while (word.len && *word.at == ' ')
        word = (struct text){word.at + 1, word.len - 1};
    while (word.len && word.at[word.len - 1] == ' ')
        word.len--;
    return word;
}

bool push_networks_read(struct text list, struct push_networks *out)
{
    *out = (struct push_networks){.count = 0};
    while (list.len) {
        const char *comma = memchr(list.at, ',', list.len);
        size_t len = comma ? (size_t)(comma - list.at) : list.len;
        if (out->count == PUSH_NETWORKS || !read_network(trimmed((struct text){list.at, len}), &out->rows[out->count]))
            return false;
        out->count++;
        list = comma ? (struct text){comma + 1, list.len - len - 1} : (struct text){NULL, 0};
        if (comma && !list.len)
            return false;
    }
    return true;
}
