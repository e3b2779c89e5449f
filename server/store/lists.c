/* See lists.h. */
#include "server/store/lists.h"

struct text lists_pack(struct arena *arena, struct items list)
{
    if (list.count == 0)
        return (struct text){NULL, 0};
    struct wire_writer w = arena_writer(arena, list.len + 9);
    wire_put_array(&w, list.count);
    wire_put_raw(&w, list.at, list.len);
    return w.error ? (struct text){NULL, 0} : (struct text){(const char *)w.at, w.len};
}

struct items lists_unpack(struct text column)
{
    struct wire_reader r = wire_reader_over(column.at, column.len);
    if (!column.at)
        return (struct items){NULL, 0, 0};
    uint64_t count = wire_get_array(&r);
    return (struct items){r.at, (size_t)(r.end - r.at), count};
}
