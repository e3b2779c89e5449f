/* See markdown_private.h. */
#include <strings.h>

#include "server/web/markdown_private.h"

/* Bytes of the UTF-8 sequence that starts at `at`, as far as the text goes. */
static size_t sequence(struct text text, size_t at)
{
    const uint8_t c = (uint8_t)text.at[at];
    size_t len = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    return len < text.len - at ? len : text.len - at;
}

/* Characters that a browser skips, or that nobody sees: controls, blanks of any width, marks of direction. */
static bool is_unseen(const char *at, size_t len)
{
    static const struct text unseen[] = {
        TEXT_INIT("\u00a0"), TEXT_INIT("\u00ad"), TEXT_INIT("\u1680"), TEXT_INIT("\u180e"), TEXT_INIT("\u3000"), TEXT_INIT("\ufeff"),
        TEXT_INIT("\u205f"), TEXT_INIT("\u2028"), TEXT_INIT("\u2029"), TEXT_INIT("\u202f"),
    };
    const uint8_t *byte = (const uint8_t *)at;

    if (len == 1)
        return byte[0] <= 0x20 || byte[0] == 0x7f;
    if (len == 2 && byte[0] == 0xc2 && byte[1] < 0xa0)
        return true;
    if (len == 3 && byte[0] == 0xe2 && byte[1] == 0x80 && (byte[2] <= 0x8f || (byte[2] >= 0xaa && byte[2] <= 0xae)))
        return true; /* U+2000 to U+200F, U+202A to U+202E */
    if (len == 3 && byte[0] == 0xe2 && byte[1] == 0x81 && byte[2] >= 0xa0 && byte[2] <= 0xaf)
        return true; /* U+2060 to U+206F */
    for (size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++) {
        if (text_equal((struct text){at, len}, unseen[i]))
            return true;
    }
    return false;
}

static bool has_scheme(struct text url, const char *scheme)
{
    size_t len = strlen(scheme);
    return url.len > len && strncasecmp(url.at, scheme, len) == 0;
}

enum link_kind markdown_link(struct text url, struct arena *arena, struct text *clean)
{
    static const char *const schemes[] = {"https://", "http://", "mailto:"};
    char *kept = arena_alloc(arena, url.len + 1);
    size_t len = 0, n;

    *clean = (struct text){NULL, 0};
    if (!kept)
        return LINK_REFUSED;
    for (size_t at = 0; at < url.len; at += n) {
        n = sequence(url, at);
        struct text character = {url.at + at, n};
        if (is_unseen(character.at, n) || text_equal(character, TEXT(MARKDOWN_MARKER)))
            continue;
        memcpy(kept + len, character.at, n);
        len += n;
    }
    *clean = (struct text){kept, len};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (has_scheme(*clean, schemes[i]))
            return LINK_FOREIGN;
    }
    /* Browsers take a backslash for a slash, and two of either for another site. */
    if (len > 0 && kept[0] == '/' && (len == 1 || (kept[1] != '/' && kept[1] != '\\')))
        return LINK_LOCAL;
    return LINK_REFUSED;
}
