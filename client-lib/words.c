/* See words.h. */
#include "client-lib/words.h"

static const struct row {
    const char *zh, *en;
} rows[] = {
#define WORDS(NAME, zh, en) [WORDS_##NAME] = {zh, en},
#include "client-lib/text.def"
#undef WORDS
};

const char *words_of(enum words words, bool english)
{
    return english ? rows[words].en : rows[words].zh;
}
