/*
 * Lists of texts as they are stored: the array as on the wire, head included, so that the count is kept.
 */
#ifndef LUNTAN_SERVER_STORE_LISTS_H
#define LUNTAN_SERVER_STORE_LISTS_H

#include "protocol/messages.h"
#include "server/util/arena.h"

/* The column's bytes for a list; absent for an empty one. In the arena. */
struct text lists_pack(struct arena *arena, struct items list);

/* The list in a column's bytes, borrowed from them; absent gives an empty list. */
struct items lists_unpack(struct text column);

#endif
