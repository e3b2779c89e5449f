/*
 * The words of the pages, in both languages; rows stand in words/NAME.def, one file a group of pages.
 *
 * WORDS(name, zh, en)   {1}, {2}, {3} in a text stand for what is put there. Plain text, never HTML.
 *
 * Constant data; any thread.
 */
#ifndef LUNTAN_SERVER_WEB_WORDS_H
#define LUNTAN_SERVER_WEB_WORDS_H

#include "protocol/messages.h"

enum words {
    WORDS_NONE, /* no words: prints nothing */
#define WORDS(name, zh, en) WORDS_##name,
#include "server/web/words/all.def"
#undef WORDS
    WORDS_COUNT,
};

struct text words_text(enum words words, enum lang lang);
/* WORDS_NONE where there is no row with this name. */
enum words words_by_name(struct text name);
/* The row's name; empty for WORDS_NONE. */
struct text words_name(enum words words);

#endif
