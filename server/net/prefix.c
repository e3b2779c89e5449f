/* See prefix.h. */
#include "server/net/prefix.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 1 << 14 };

struct prefix_table {
    unsigned char key[crypto_shorthash_KEYBYTES];
    _Atomic uint32_t counts[2][PLACES];
};

struct prefix_table *prefix_table_new(void)
{
    struct prefix_table *table = calloc(1, sizeof *table);
    if (table)
        randombytes_buf(table->key, sizeof table->key);
    return table;
}

void prefix_table_free(struct prefix_table *table)
{
    free(table);
}

uint64_t prefix_of(const struct prefix_table *table, const struct sockaddr *address)
{
    unsigned char bytes[9] = {0};
    unsigned char hash[crypto_shorthash_BYTES];
    uint64_t number;

    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        bytes[0] = 4;
        memcpy(bytes + 1, &v4.sin_addr, 4);
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof v6);
        bool mapped = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr);
        bytes[0] = mapped ? 4 : 6;
        memcpy(bytes + 1, v6.sin6_addr.s6_addr + (mapped ? 12 : 0), mapped ? 4 : 8);
    }
    crypto_shorthash(hash, bytes, sizeof bytes, table->key);
    memcpy(&number, hash, sizeof number);
    return number;
}

uint64_t prefix_named(const struct prefix_table *table, struct text address)
{
    char text[INET6_ADDRSTRLEN];
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

    if (address.len == 0 || address.len >= sizeof text || memchr(address.at, 0, address.len))
        return 0;
    memcpy(text, address.at, address.len);
    text[address.len] = '\0';
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return prefix_of(table, (struct sockaddr *)&v4);
    return inet_pton(AF_INET6, text, &v6.sin6_addr) == 1 ? prefix_of(table, (struct sockaddr *)&v6) : 0;
}

static _Atomic uint32_t *place(struct prefix_table *table, unsigned row, uint64_t prefix)
{
    return &table->counts[row][(row ? prefix >> 32 : prefix) % PLACES];
}

bool prefix_enter(struct prefix_table *table, uint64_t prefix, unsigned limit)
{
    uint32_t a = atomic_fetch_add(place(table, 0, prefix), 1);
    uint32_t b = atomic_fetch_add(place(table, 1, prefix), 1);

    if (limit == 0 || (a < b ? a : b) < limit)
        return true;
    prefix_leave(table, prefix);
    return false;
}

void prefix_leave(struct prefix_table *table, uint64_t prefix)
{
    atomic_fetch_sub(place(table, 0, prefix), 1);
    atomic_fetch_sub(place(table, 1, prefix), 1);
}
