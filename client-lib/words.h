/* The library's own words for people, in both languages (text.def). Pure; any thread. */
#ifndef LUNTAN_CLIENT_WORDS_H
#define LUNTAN_CLIENT_WORDS_H

#include <stdbool.h>

enum words {
#define WORDS(NAME, zh, en) WORDS_##NAME,
#include "client-lib/text.def"
#undef WORDS
};

/* What this says; `english` picks the language. A constant. */
const char *words_of(enum words words, bool english);

#endif
