/* See framing.h. */
#include "server/native/framing.h"

static enum framing_step next_header(struct framing *f, const uint8_t **at, size_t *len)
{
    size_t want = (size_t)FRAME_HEADER - f->have;
    size_t take = want < *len ? want : *len;

    memcpy(f->header + f->have, *at, take);
    f->have = (uint8_t)(f->have + take);
    /* Typed text or HTTP shows in the first byte; waiting for twelve would leave its sender without an answer. */
    if (f->have > 0 && f->header[0] != 0)
        return FRAMING_ALIEN;
    *at += take;
    *len -= take;
    if (f->have < FRAME_HEADER)
        return FRAMING_MORE;
    if (!frame_get(f->header, &f->frame))
        return FRAMING_ALIEN;
    f->left = f->frame.len;
    f->have = 0;
    f->inside = true;
    return FRAMING_HEADER;
}

enum framing_step framing_next(struct framing *f, const uint8_t **at, size_t *len, struct text *piece)
{
    *piece = (struct text){NULL, 0};
    if (!f->inside)
        return *len ? next_header(f, at, len) : FRAMING_MORE;
    if (f->left == 0) {
        f->inside = false;
        return FRAMING_END;
    }
    if (*len == 0)
        return FRAMING_MORE;
    *piece = (struct text){(const char *)*at, f->left < *len ? f->left : *len};
    *at += piece->len;
    *len -= piece->len;
    f->left -= (uint32_t)piece->len;
    return FRAMING_PIECE;
}
