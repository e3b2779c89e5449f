/* See cursor.h. */
#include "server/cursor.h"

enum { VERSION = 1 };

static void put64(uint8_t *out, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (8 * (7 - i)));
}

static uint64_t get64(const uint8_t *in)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++)
        value = value << 8 | in[i];
    return value;
}

void cursor_encode(const struct cursor *cursor, uint8_t out[CURSOR_BYTES])
{
    out[0] = VERSION;
    memcpy(out + 1, cursor->epoch, sizeof cursor->epoch);
    out[9] = (uint8_t)cursor->topic;
    put64(out + 10, cursor->id);
    put64(out + 18, cursor->seq);
}

bool cursor_decode(struct text bytes, struct cursor *out)
{
    const uint8_t *at = (const uint8_t *)bytes.at;

    if (bytes.len != CURSOR_BYTES || at[0] != VERSION)
        return false;
    memcpy(out->epoch, at + 1, sizeof out->epoch);
    out->topic = (enum topic)enumeration_by_number(&enumeration_topic, at[9])->number;
    out->id = get64(at + 10);
    out->seq = get64(at + 18);
    return true;
}
