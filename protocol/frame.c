/* See frame.h. */
#include "protocol/frame.h"

static void put(uint8_t *out, unsigned bytes, uint32_t value)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

static uint32_t get(const uint8_t *in, unsigned bytes)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value = value << 8 | in[i];
    return value;
}

void frame_put(uint8_t out[FRAME_HEADER], const struct frame *frame)
{
    put(out, 4, frame->len);
    out[4] = frame->kind;
    out[5] = frame->flags;
    put(out + 6, 2, frame->op);
    put(out + 8, 4, frame->id);
}

bool frame_get(const uint8_t in[FRAME_HEADER], struct frame *frame)
{
    *frame = (struct frame){
        .len = get(in, 4),
        .kind = in[4],
        .flags = in[5],
        .op = (uint16_t)get(in + 6, 2),
        .id = get(in + 8, 4),
    };
    return in[0] == 0;
}

bool frame_known(uint8_t kind)
{
    return kind >= FRAME_REQUEST && kind <= FRAME_GOAWAY && kind != FRAME_RESERVED;
}
