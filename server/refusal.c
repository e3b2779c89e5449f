/* See refusal.h. */
#include "server/refusal.h"

#include <inttypes.h>

struct field_words {
    struct text field, zh, en;
};

static const struct field_words field_words[] = {
#define FIELD_WORDS(field, zh, en) {TEXT_INIT(#field), TEXT_INIT(zh), TEXT_INIT(en)},
#define WAIT_WORDS(ms, zh, en)
#define SANCTION_WORDS(lang, whole, ends, why, appeal, site, endless, appealed)
#include "server/refusal.def"
#undef FIELD_WORDS
#undef WAIT_WORDS
#undef SANCTION_WORDS
};

/* How the parts of a sentence are joined: what happened, the field, the limit, the wait in its unit. */
struct sentence {
    const char *field, *limit, *wait, *more, *place;
};

static const struct sentence sentences[] = {
    [LANG_ZH] = {"%.*s（%.*s）", "%.*s，上限为 %" PRIu64, "%.*s（约 %" PRIu64 " %.*s后）", "%.*s：%.*s", "%.*s：第 %" PRIu64 " 行第 %" PRIu64 " 个字，%.*s"},
    [LANG_EN] = {"%.*s (%.*s)", "%.*s The limit is %" PRIu64 ".", "%.*s (In about %" PRIu64 " %.*s.)", "%.*s: %.*s.", "%.*s: line %" PRIu64 ", column %" PRIu64 ": %.*s."},
};

/* How somebody is told of the sanction for which an act is refused: what happened, where, until when, why, what to do about it. */
struct sanction_sentence {
    const char *whole, *ends, *why, *appeal;
    struct text site, endless, appealed;
};

static const struct sanction_sentence sanction_sentences[] = {
#define FIELD_WORDS(field, zh, en)
#define WAIT_WORDS(ms, zh, en)
#define SANCTION_WORDS(lang, whole, ends, why, appeal, site, endless, appealed) \
    [LANG_##lang] = {whole, ends, why, appeal, TEXT_INIT(site), TEXT_INIT(endless), TEXT_INIT(appealed)},
#include "server/refusal.def"
#undef FIELD_WORDS
#undef WAIT_WORDS
#undef SANCTION_WORDS
};

/* The units in which a wait is told, the smallest first; each is used from the double of it on. */
struct wait_words {
    uint64_t ms;
    struct text zh, en;
};

static const struct wait_words wait_words[] = {
#define FIELD_WORDS(field, zh, en)
#define WAIT_WORDS(ms, zh, en) {ms, TEXT_INIT(zh), TEXT_INIT(en)},
#define SANCTION_WORDS(lang, whole, ends, why, appeal, site, endless, appealed)
#include "server/refusal.def"
#undef FIELD_WORDS
#undef WAIT_WORDS
#undef SANCTION_WORDS
};

static struct text words_for_field(struct text field, enum lang lang)
{
    for (size_t i = 0; i < sizeof field_words / sizeof field_words[0]; i++)
        if (text_equal(field_words[i].field, field))
            return lang == LANG_EN ? field_words[i].en : field_words[i].zh;
    return field;
}

static const struct wait_words *unit_of(uint64_t wait)
{
    const struct wait_words *unit = wait_words;

    for (size_t i = 1; i < sizeof wait_words / sizeof wait_words[0]; i++)
        if (wait >= 2 * wait_words[i].ms)
            unit = &wait_words[i];
    return unit;
}

static struct text words_of_reason(enum reason number, enum lang lang)
{
    const struct enumeration_value *reason = enumeration_by_number(&enumeration_reason, number);

    if (!number || !reason)
        return (struct text){NULL, 0};
    return lang == LANG_EN ? reason->en : reason->zh;
}

/* What the detail adds in words; a reason has its own. */
static struct text words_of_detail(const struct refusal_detail *detail, enum lang lang)
{
    return detail->words.at ? detail->words : words_of_reason(detail->reason, lang);
}

/* The formats come from the tables above, where each takes what is passed here. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* Everything that the person is owed: what it is, where, until when, why, and how to appeal. `left` in ms, 0: it does not end by itself. */
static struct text sentence_of_sanction(struct arena *arena, struct text what, const struct sanction_record *sanction, uint64_t left, enum lang lang)
{
    const struct sanction_sentence *how = &sanction_sentences[lang == LANG_EN ? LANG_EN : LANG_ZH];
    const struct wait_words *unit = unit_of(left);
    const struct text name = lang == LANG_EN ? unit->en : unit->zh;
    const struct text board = lang == LANG_EN && sanction->board_name_en.len ? sanction->board_name_en : sanction->board_name;
    const struct text where = sanction->board_slug.at ? board : how->site;
    struct text why = words_of_reason(sanction->reason, lang), end = how->endless, appeal = TEXT("");

    if (left)
        end = arena_format(arena, how->ends, (left + unit->ms - 1) / unit->ms, (int)name.len, name.at);
    if (sanction->words.len)
        why = arena_format(arena, how->why, (int)why.len, why.at, (int)sanction->words.len, sanction->words.at);
    if (sanction->appeal_by)
        appeal = arena_format(arena, how->appeal, sanction->decision);
    else if (sanction->appeal == APPEAL_STATE_WAITING)
        appeal = how->appealed;
    if (!end.at || !why.at || !appeal.at)
        return what;
    return arena_format(arena, how->whole, (int)what.len, what.at, (int)where.len, where.at, (int)end.len, end.at, (int)why.len, why.at,
                        (int)appeal.len, appeal.at);
}

static struct text sentence_of(struct arena *arena, const struct fault *fault, uint64_t retry_after, const struct refusal_detail *detail, enum lang lang)
{
    struct text words = status_words(fault->status, lang == LANG_EN);
    const struct sentence *how = &sentences[lang == LANG_EN ? LANG_EN : LANG_ZH];

    if (detail && detail->sanction)
        return sentence_of_sanction(arena, words, detail->sanction, retry_after, lang);
    if (fault->field) {
        struct text field = words_for_field(text_of(fault->field), lang);
        words = arena_format(arena, how->field, (int)words.len, words.at, (int)field.len, field.at);
    }
    if (fault->limit && words.at)
        words = arena_format(arena, how->limit, (int)words.len, words.at, fault->limit);
    const struct text more = detail ? words_of_detail(detail, lang) : (struct text){NULL, 0};
    if (more.at && lang == LANG_EN && words.len && words.at[words.len - 1] == '.')
        words.len--; /* the sentence goes on */
    if (more.at && words.at)
        words = detail->line ? arena_format(arena, how->place, (int)words.len, words.at, detail->line, detail->column, (int)more.len, more.at)
                             : arena_format(arena, how->more, (int)words.len, words.at, (int)more.len, more.at);
    if (retry_after && words.at) {
        const struct wait_words *unit = unit_of(retry_after);
        const struct text name = lang == LANG_EN ? unit->en : unit->zh;
        words = arena_format(arena, how->wait, (int)words.len, words.at, (retry_after + unit->ms - 1) / unit->ms, (int)name.len, name.at);
    }
    return words;
}
#pragma GCC diagnostic pop

/* The sanction encoded, for the payload. */
static struct items encoded(struct arena *arena, const struct sanction_record *sanction)
{
    struct wire_writer w = arena_writer(arena, 4 * (LIMIT_WORDS + LIMIT_HANDLE + LIMIT_SLUG + 2 * LIMIT_NAME) + 128);

    shape_encode(&shape_sanction_record, sanction, &w);
    arena_trim(arena, &w);
    return w.error ? (struct items){NULL, 0, 0} : (struct items){w.at, w.len, 1};
}

struct text refusal_payload(struct arena *arena, const struct fault *fault, uint64_t retry_after, const struct refusal_detail *detail, enum lang lang)
{
    const struct error_payload payload = {
        .code = fault->status,
        .name = status_name(fault->status),
        .text = sentence_of(arena, fault, retry_after, detail, lang),
        .field = text_of(fault->field),
        .limit = fault->limit,
        .retryable = status_retryable(fault->status),
        .retry_after = retry_after,
        .line = detail ? detail->line : 0,
        .column = detail ? detail->column : 0,
        .reason = detail ? detail->reason : REASON_NONE,
        .sanction = detail && detail->sanction ? encoded(arena, detail->sanction) : (struct items){NULL, 0, 0},
    };
    struct wire_writer w = arena_writer(arena, 128 + payload.name.len + payload.text.len + payload.field.len + payload.sanction.len);

    shape_encode(&shape_error, &payload, &w);
    arena_trim(arena, &w);
    return w.error ? (struct text){NULL, 0} : (struct text){(const char *)w.at, w.len};
}
