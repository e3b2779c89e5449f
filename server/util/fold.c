/* See fold.h. */
#include "server/util/fold.h"

#include <utf8proc.h>

enum { HAN_FIRST = 0x3400, HAN_LAST = 0x9fff, SKIPPED = -1 };

/* The simplified form of each traditional character, 0 for all others. */
static const uint32_t simplified[HAN_LAST - HAN_FIRST + 1] = {
#define HAN(from, to) [from - HAN_FIRST] = to,
#include "server/util/hanzi.def"
#undef HAN
};

bool fold_is_dense(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x4e00, 0x9fff}, {0x3400, 0x4dbf}, {0x3040, 0x30ff}, {0xac00, 0xd7af}, {0x3005, 0x3007}, {0x3100, 0x312f}, {0x31a0, 0x31ff},
        {0x1100, 0x11ff}, {0xf900, 0xfaff}, {0x20000, 0x3ffff},
    };

    if (c < 0x1100)
        return false;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

size_t fold_write(uint32_t c, char out[4])
{
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)out);
}

static int32_t fold_ascii(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c + ('a' - 'A');
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ? c : FOLD_BREAK;
}

/* Everything but ASCII and the common Han characters, by Unicode's tables. */
static int32_t fold_other(int32_t c)
{
    enum { ROOM = 20 };
    utf8proc_int32_t folded[ROOM];
    int class = 0;
    utf8proc_category_t category = utf8proc_category(c);

    if (fold_is_dense((uint32_t)c) && !(c >= 0xf900 && c <= 0xfaff))
        return c; /* kana and hangul as they are: taken apart they would be other sounds */
    if (category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME || category == UTF8PROC_CATEGORY_CF)
        return SKIPPED;
    utf8proc_ssize_t count = utf8proc_decompose_char(c, folded, ROOM, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK, &class);
    if (count == 0)
        return SKIPPED; /* a mark alone, of half width */
    if (count < 0 || count > ROOM)
        return FOLD_BREAK;
    c = folded[0];
    if (c >= HAN_FIRST && c <= HAN_LAST)
        return simplified[c - HAN_FIRST] ? (int32_t)simplified[c - HAN_FIRST] : c;
    if (c < 0x80)
        return fold_ascii((unsigned char)c);
    category = utf8proc_category(c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO ? c : FOLD_BREAK;
}

bool fold_next(struct text text, size_t *at, uint32_t *out, size_t *from)
{
    while (*at < text.len) {
        if (from)
            *from = *at;
        unsigned char first = (unsigned char)text.at[*at];
        utf8proc_int32_t c;
        if (first < 0x80) {
            ++*at;
            *out = (uint32_t)fold_ascii(first);
            return true;
        }
        utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)text.at + *at, (utf8proc_ssize_t)(text.len - *at), &c);
        *at += size > 0 ? (size_t)size : 1;
        if (size <= 0) {
            *out = FOLD_BREAK;
            return true;
        }
        if (c >= HAN_FIRST && c <= HAN_LAST) {
            *out = simplified[c - HAN_FIRST] ? simplified[c - HAN_FIRST] : (uint32_t)c;
            return true;
        }
        int32_t folded = fold_other(c);
        if (folded != SKIPPED) {
            *out = (uint32_t)folded;
            return true;
        }
    }
    return false;
}
