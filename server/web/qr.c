/* See qr.h. */
#include "server/web/qr.h"

#include <qrencode.h>
#include <sodium.h>
#include <stdio.h>

enum { QUIET = 4, RUN = sizeof "M177,177h177v1h-177z" };

static bool dark(const QRcode *code, int x, int y)
{
    return x < code->width && code->data[y * code->width + x] & 1;
}

/* Each run of dark modules in a row as a rectangle. */
static size_t draw(const QRcode *code, char *out, size_t size)
{
    size_t len = 0;

    for (int y = 0; y < code->width; y++)
        for (int x = 0, start; x < code->width; x++) {
            if (!dark(code, x, y))
                continue;
            for (start = x; dark(code, x, y); x++)
                ;
            int wrote = snprintf(out + len, size - len, "M%d,%dh%dv1h-%dz", start + QUIET, y + QUIET, x - start, x - start);
            if (wrote < 0 || (size_t)wrote >= size - len)
                return 0;
            len += (size_t)wrote;
        }
    return len;
}

struct qr qr_draw(struct text text, struct arena *arena)
{
    struct qr out = {.size = 0};
    struct text copy = arena_text(arena, text);
    QRcode *code = copy.at ? QRcode_encodeString8bit(copy.at, 0, QR_ECLEVEL_M) : NULL;

    if (!code)
        return out;
    /* No row has more runs than half its modules. */
    size_t modules = (size_t)code->width * (size_t)code->width;
    size_t room = (size_t)code->width * ((size_t)code->width / 2 + 1) * RUN + 1;
    char *path = arena_alloc(arena, room);
    size_t len = path ? draw(code, path, room) : 0;
    if (len)
        out = (struct qr){{path, len}, (uint32_t)code->width + 2 * QUIET};
    /* It is a secret as a rule. */
    sodium_memzero(code->data, modules);
    QRcode_free(code);
    return out;
}
