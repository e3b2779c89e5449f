/* See encoding.h. */
#include "server/http/encoding.h"

#include <brotli/encode.h>
#include <zlib.h>

#include "server/http/value.h"

/* ---- choosing ---- */

static const struct text names[ENCODINGS] = {
    [ENCODING_NONE] = TEXT_INIT("identity"),
    [ENCODING_GZIP] = TEXT_INIT("gzip"),
    [ENCODING_BROTLI] = TEXT_INIT("br"),
};

/* What stands before `byte` in `rest`, which then begins after it. */
static struct text before(struct text *rest, char byte)
{
    const char *end = rest->len ? memchr(rest->at, byte, rest->len) : NULL;
    struct text piece = {rest->at, end ? (size_t)(end - rest->at) : rest->len};
    size_t step = end ? piece.len + 1 : piece.len;

    rest->at += step;
    rest->len -= step;
    return value_trim(piece);
}

/* RFC 9110 section 12.4.2 in thousandths; what is no weight is 0. */
static int weight(struct text value)
{
    int unit = 1000, sum;

    if (value.len == 0 || value.len > strlen("0.000") || value.at[0] < '0' || value.at[0] > '1')
        return 0;
    sum = (value.at[0] - '0') * unit;
    if (value.len > 1 && value.at[1] != '.')
        return 0;
    for (size_t i = 2; i < value.len; i++) {
        if (value.at[i] < '0' || value.at[i] > '9')
            return 0;
        unit /= 10;
        sum += (value.at[i] - '0') * unit;
    }
    return sum <= 1000 ? sum : 0;
}

static int weight_of(struct text parameters)
{
    int found = 1000;

    while (parameters.len) {
        struct text value = before(&parameters, ';');
        struct text name = before(&value, '=');
        if (value_same(name, TEXT("q")))
            found = weight(value_trim(value));
    }
    return found;
}

static enum encoding encoding_of(struct text name)
{
    for (int i = 0; i < ENCODINGS; i++)
        if (value_same(name, names[i]))
            return (enum encoding)i;
    return value_same(name, TEXT("x-gzip")) ? ENCODING_GZIP : ENCODINGS;
}

enum encoding encoding_choose(struct text accept)
{
    enum { UNSAID = -1 };
    int weights[ENCODINGS] = {UNSAID, UNSAID, UNSAID}, any = 0;
    enum encoding best = ENCODING_NONE;

    while (accept.len) {
        struct text item = before(&accept, ',');
        struct text name = before(&item, ';');
        enum encoding encoding = encoding_of(name);
        if (encoding < ENCODINGS)
            weights[encoding] = weight_of(item);
        else if (value_same(name, TEXT("*")))
            any = weight_of(item);
    }
    /* Plain bytes are the last choice, unless they are preferred by name. */
    int most = weights[ENCODING_NONE];
    for (int i = ENCODING_GZIP; i < ENCODINGS; i++) {
        int value = weights[i] == UNSAID ? any : weights[i];
        if (value <= 0 || value < most)
            continue;
        best = (enum encoding)i;
        most = value;
    }
    return best;
}

struct text encoding_name(enum encoding encoding)
{
    return encoding == ENCODING_NONE ? (struct text){NULL, 0} : names[encoding];
}

/* ---- encoding ---- */

static const struct {
    int gzip, brotli;
} efforts[] = {
    [EFFORT_QUICK] = {3, 3},
    [EFFORT_THOROUGH] = {6, 5},
    [EFFORT_BEST] = {9, 11},
};

/* Bytes written to `out`; 0: they do not fit, or there is no memory. */
typedef size_t (*encoder)(struct text bytes, enum effort effort, uint8_t *out, size_t room);

static size_t encode_gzip(struct text bytes, enum effort effort, uint8_t *out, size_t room)
{
    enum { GZIP = 16 }; /* added to the window's bits it asks for that wrapping */
    z_stream z = {.zalloc = Z_NULL};

    if (deflateInit2(&z, efforts[effort].gzip, Z_DEFLATED, MAX_WBITS + GZIP, MAX_MEM_LEVEL - 1, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    z.next_in = (z_const Bytef *)(uintptr_t)bytes.at;
    z.avail_in = (uInt)bytes.len;
    z.next_out = out;
    z.avail_out = (uInt)room;
    size_t len = deflate(&z, Z_FINISH) == Z_STREAM_END ? room - z.avail_out : 0;
    deflateEnd(&z);
    return len;
}

static size_t encode_brotli(struct text bytes, enum effort effort, uint8_t *out, size_t room)
{
    int window = BROTLI_MIN_WINDOW_BITS;
    size_t len = room;

    while (window < BROTLI_DEFAULT_WINDOW && (size_t)1 << window < bytes.len)
        window++;
    if (!BrotliEncoderCompress(efforts[effort].brotli, window, BROTLI_MODE_TEXT, bytes.len, (const uint8_t *)bytes.at, &len, out))
        return 0;
    return len;
}

struct text encoding_apply(enum encoding encoding, enum effort effort, struct text bytes, struct arena *arena)
{
    static const encoder encoders[ENCODINGS] = {[ENCODING_GZIP] = encode_gzip, [ENCODING_BROTLI] = encode_brotli};
    const struct text none = {NULL, 0};

    if (encoding == ENCODING_NONE || bytes.len < 2 || bytes.len > INT32_MAX)
        return none;
    struct wire_writer w = arena_writer(arena, bytes.len - 1);
    if (w.cap)
        w.len = encoders[encoding](bytes, effort, w.at, w.cap);
    arena_trim(arena, &w);
    return w.len ? (struct text){(const char *)w.at, w.len} : none;
}
