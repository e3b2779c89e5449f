/* See words.h. Characters are classed by utf8proc; what it cannot know is in small tables here. */
#include "server/util/words.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "protocol/limits.h"

/* ---- characters ---- */

/* Takes the first character off `rest`; -1 at its end or where it is not UTF-8. */
static int32_t next_character(struct text *rest)
{
    utf8proc_int32_t c = -1;

    if (rest->len == 0)
        return -1;
    utf8proc_ssize_t len = utf8proc_iterate((const uint8_t *)rest->at, (utf8proc_ssize_t)rest->len, &c);
    if (len <= 0)
        return -1;
    rest->at += len;
    rest->len -= (size_t)len;
    return c;
}

enum class { CLASS_LETTER, CLASS_MARK, CLASS_OTHER, CLASS_SPACE, CLASS_JOINER, CLASS_BLANK, CLASS_HIDDEN };

/* Letters and symbols by their category that show nothing: Hangul fillers, the empty Braille cell. */
static bool is_blank(int32_t c)
{
    return c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x2800;
}

/* Not a character, or of the planes where only tags, selectors and private ones live. */
static bool is_no_character(int32_t c)
{
    return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) || (c >= 0xfff0 && c <= 0xfff8) || c >= 0xe0000;
}

static enum class class_of(int32_t c)
{
    if (c == ' ' || c == 0x3000)
        return CLASS_SPACE;
    if (c == 0x200c || c == 0x200d)
        return CLASS_JOINER;
    if (is_blank(c))
        return CLASS_BLANK;
    if (is_no_character(c))
        return CLASS_HIDDEN;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
        return CLASS_LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return CLASS_MARK;
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return CLASS_HIDDEN;
    case UTF8PROC_CATEGORY_CN: /* newer than our tables: an emoji, most likely */
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO:
        return CLASS_OTHER;
    }
    return CLASS_HIDDEN;
}

size_t words_count(struct text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((uint8_t)text.at[i] & 0xc0) != 0x80;
    return count;
}

/* ---- normalizing ---- */

static utf8proc_int32_t lower(utf8proc_int32_t c, void *context)
{
    (void)context;
    return utf8proc_tolower(c);
}

/* NFKC of the small letters of NFKC, in the arena; absent for what is longer than `most` characters or not UTF-8. */
static struct text normalize(struct text raw, size_t most, struct arena *arena)
{
    const utf8proc_option_t nfkc = (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
    utf8proc_uint8_t *wide = NULL, *small = NULL;
    utf8proc_ssize_t len;
    struct text out = {NULL, 0};

    if (!raw.at || raw.len > most * 4)
        return out;
    /* Capitals come out of compatibility forms as well, so that they are put right after these are gone. */
    len = utf8proc_map((const uint8_t *)raw.at, (utf8proc_ssize_t)raw.len, &wide, nfkc);
    if (len < 0)
        goto end;
    len = utf8proc_map_custom(wide, len, &small, nfkc, lower, NULL);
    if (len < 0)
        goto end;
    out = (struct text){(const char *)small, (size_t)len};
    out = words_count(out) <= most ? arena_text(arena, out) : (struct text){NULL, 0};
end:
    free(wide);
    free(small);
    return out;
}

struct text words_handle(struct text raw, struct arena *arena)
{
    const struct text none = {NULL, 0};
    struct text handle = normalize(raw, LIMIT_HANDLE, arena), rest = handle;
    bool joint = true; /* a sign may not stand here: at the beginning, or after another sign */
    int32_t c;

    if (!handle.at || words_count(handle) < 2)
        return none;
    while ((c = next_character(&rest)) >= 0) {
        bool sign = c == '_' || c == '-' || c == '.';
        if (sign ? joint : class_of(c) != CLASS_LETTER)
            return none;
        joint = sign;
    }
    return joint || rest.len ? none : handle;
}

struct lookalike {
    int32_t seen, compared;
};

static int compare_seen(const void *key, const void *row)
{
    int32_t c = *(const int32_t *)key, seen = ((const struct lookalike *)row)->seen;
    return (c > seen) - (c < seen);
}

static int32_t fold(int32_t c)
{
    static const struct lookalike rows[] = {
#define LOOKALIKE(seen, compared) {seen, compared},
#include "server/util/lookalikes.def"
    };
    const struct lookalike *row = bsearch(&c, rows, sizeof rows / sizeof rows[0], sizeof rows[0], compare_seen);
    return row ? row->compared : c;
}

struct text words_handle_key(struct text handle, struct arena *arena)
{
    struct text rest = handle;
    uint8_t *key = handle.at ? arena_alloc(arena, handle.len * 2 + 1) : NULL; /* no row doubles a length */
    size_t len = 0;
    int32_t c;

    if (!key)
        return (struct text){NULL, 0};
    while ((c = next_character(&rest)) >= 0)
        len += (size_t)utf8proc_encode_char(fold(c), key + len);
    return (struct text){(const char *)key, len};
}

struct text words_tag(struct text raw, struct arena *arena)
{
    struct text tag = normalize(raw, LIMIT_TAG, arena), rest = tag;
    char *out = tag.at ? arena_alloc(arena, tag.len + 1) : NULL;
    size_t len = 0;
    bool gap = false;
    int32_t c;

    if (!out)
        return (struct text){NULL, 0};
    for (const char *at = rest.at; (c = next_character(&rest)) >= 0; at = rest.at) {
        if (class_of(c) == CLASS_SPACE || c == '\t') {
            gap = len > 0;
            continue;
        }
        if (gap)
            out[len++] = ' ';
        gap = false;
        memcpy(out + len, at, (size_t)(rest.at - at));
        len += (size_t)(rest.at - at);
    }
    tag = (struct text){out, len};
    return words_is_line(tag) ? tag : (struct text){NULL, 0};
}

/* ---- checking ---- */

bool words_is_slug(struct text slug)
{
    bool letter = false;

    if (slug.len == 0 || slug.len > LIMIT_SLUG || slug.at[0] == '-' || slug.at[slug.len - 1] == '-')
        return false;
    for (size_t i = 0; i < slug.len; i++) {
        char c = slug.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
        letter = letter || c < '0' || c > '9';
    }
    return letter;
}

bool words_is_line(struct text line)
{
    bool seen = false, space = false;
    int32_t c;

    while ((c = next_character(&line)) >= 0) {
        enum class class = class_of(c);
        if (class == CLASS_HIDDEN || class == CLASS_BLANK || (class == CLASS_SPACE && space))
            return false;
        space = class == CLASS_SPACE;
        seen = seen || class == CLASS_LETTER || class == CLASS_OTHER;
    }
    return seen && line.len == 0;
}

bool words_is_body(struct text body)
{
    int32_t c;

    while ((c = next_character(&body)) >= 0) {
        enum class class = class_of(c);
        if (class == CLASS_LETTER || class == CLASS_OTHER)
            return true;
    }
    return false;
}

struct text words_cut(struct text text, size_t bytes)
{
    struct text rest = text;
    utf8proc_int32_t state = 0;
    int32_t c, before = -1;
    size_t cluster = 0, character = 0; /* ends of the last whole ones that fit */

    if (text.len <= bytes)
        return text;
    while ((c = next_character(&rest)) >= 0) {
        size_t start = character;
        if (before >= 0 && utf8proc_grapheme_break_stateful(before, c, &state))
            cluster = start;
        if ((size_t)(rest.at - text.at) > bytes)
            break;
        character = (size_t)(rest.at - text.at);
        before = c;
    }
    return (struct text){text.at, cluster ? cluster : character};
}
