/* Words with values in them, cut at {1}, {2} and {3} when the templates are read, so that writing them is copying. */
#include "server/web/template_private.h"

/* Where the next {1}, {2} or {3} stands, with its `number` from 0; text.len where there is none. */
static size_t next_place(struct text text, uint32_t *number)
{
    for (size_t i = 0; i + 2 < text.len; i++) {
        char c = text.at[i + 1];
        if (text.at[i] == '{' && c >= '1' && c <= '0' + SAY_VALUES && text.at[i + 2] == '}') {
            *number = (uint32_t)(c - '1');
            return i;
        }
    }
    return text.len;
}

static struct text behind(struct text text, size_t bytes)
{
    return (struct text){text.at + bytes, text.len - bytes};
}

/* A bit for every value that the words take. `pieces` receives how many pieces they are cut into. */
static unsigned places_of(struct text text, uint32_t *pieces)
{
    unsigned places = 0;
    uint32_t number = 0;

    *pieces = 1;
    for (size_t at = next_place(text, &number); at < text.len; at = next_place(text, &number)) {
        places |= 1U << number;
        text = behind(text, at + sizeof "{1}" - 1);
        ++*pieces;
    }
    return places;
}

bool say_takes(enum words words, uint32_t values)
{
    const unsigned all = (1U << values) - 1;
    uint32_t pieces;

    return places_of(words_text(words, LANG_ZH), &pieces) == all && places_of(words_text(words, LANG_EN), &pieces) == all;
}

static bool cut(struct say *say, enum lang lang, struct text words, const struct operand *const *values, enum place place,
                struct arena *arena)
{
    places_of(words, &say->counts[lang]);
    say->pieces[lang] = arena_alloc(arena, say->counts[lang] * sizeof *say->pieces[lang]);
    if (!say->pieces[lang])
        return false;
    for (uint32_t i = 0; i < say->counts[lang]; i++) {
        struct sink sink = {.arena = arena};
        uint32_t number = 0;
        size_t at = next_place(words, &number);
        sink_escaped(&sink, place, (struct text){words.at, at});
        say->pieces[lang][i].literal = arena_text(arena, (struct text){sink.at, sink.len});
        if (sink.failed || (sink.at && !say->pieces[lang][i].literal.at))
            return false;
        if (at < words.len) {
            say->pieces[lang][i].operand = values[number];
            words = behind(words, at + sizeof "{1}" - 1);
        }
    }
    return true;
}

bool say_cut(struct say *say, enum words words, const struct operand *const *values, enum place place, struct arena *arena)
{
    return cut(say, LANG_ZH, words_text(words, LANG_ZH), values, place, arena) &&
           cut(say, LANG_EN, words_text(words, LANG_EN), values, place, arena);
}
