/* See words.h. */
#include "server/web/words.h"

static const struct {
    struct text name, zh, en;
} rows[WORDS_COUNT] = {
#define WORDS(name, zh, en) [WORDS_##name] = {TEXT_INIT(#name), TEXT_INIT(zh), TEXT_INIT(en)},
#include "server/web/words/all.def"
#undef WORDS
};

struct text words_text(enum words words, enum lang lang)
{
    if (words <= WORDS_NONE || words >= WORDS_COUNT)
        return TEXT("");
    return lang == LANG_EN ? rows[words].en : rows[words].zh;
}

enum words words_by_name(struct text name)
{
    for (unsigned i = WORDS_NONE + 1; i < WORDS_COUNT; i++)
        if (text_equal(rows[i].name, name))
            return (enum words)i;
    return WORDS_NONE;
}

struct text words_name(enum words words)
{
    return words > WORDS_NONE && words < WORDS_COUNT ? rows[words].name : TEXT("");
}
