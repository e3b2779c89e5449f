/*
 * The CBOR profile. Whatever wire_skip accepts, a reader of single items accepts too, and what that writes
 * is the same bytes: the profile knows one encoding only. The input must be one item.
 */
#include <stdlib.h>

#include "protocol/limits.h"
#include "protocol/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads one item at `level` and writes it again. */
static void copy(struct wire_reader *r, struct wire_writer *w, unsigned level)
{
    uint64_t count;

    if (r->error || level > LIMIT_DEPTH)
        abort();
    switch (wire_peek(r)) {
    case WIRE_UINT:
        wire_put_uint(w, wire_get_uint(r));
        break;
    case WIRE_BOOL:
        wire_put_bool(w, wire_get_bool(r));
        break;
    case WIRE_BYTES:
        wire_put_bytes(w, wire_get_bytes(r));
        break;
    case WIRE_TEXT:
        wire_put_text(w, wire_get_text(r));
        break;
    case WIRE_ARRAY:
        count = wire_get_array(r);
        wire_put_array(w, count);
        for (; count; count--)
            copy(r, w, level + 1);
        break;
    case WIRE_MAP:
        count = wire_get_map(r);
        wire_put_map(w, count);
        for (; count; count--) {
            wire_put_uint(w, wire_get_uint(r));
            copy(r, w, level + 1);
        }
        break;
    case WIRE_NONE:
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wire_reader skipped = wire_reader_over(data, size), r = wire_reader_over(data, size);
    uint8_t *again = malloc(size + 1);
    struct wire_writer w = wire_writer_over(again, size);

    if (!again)
        return 0;
    wire_skip(&skipped, 1);
    if (wire_finish(&skipped) == WIRE_OK) {
        copy(&r, &w, 1);
        if (wire_finish(&r) || w.error || w.len != size || (size && memcmp(again, data, size) != 0))
            abort();
    }
    free(again);
    return 0;
}
