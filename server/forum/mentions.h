/*
 * Mentions: `@handle` in a body, outside code.
 *
 * Chinese has no spaces: in `@张三你好` the handle may end after any character, so a mention is a run of text from
 * which prefixes are tried, longest first, by whoever knows the accounts. Pure; bytes in, texts out.
 */
#ifndef LUNTAN_SERVER_FORUM_MENTIONS_H
#define LUNTAN_SERVER_FORUM_MENTIONS_H

#include "protocol/limits.h"
#include "protocol/text.h"

/*
 * Finds the runs that follow an `@` which begins a word, outside code spans and fenced code: at most `room` of
 * them, each of at most LIMIT_HANDLE characters, borrowed from the body. Returns how many.
 */
size_t mentions_find(struct text body, struct text *runs, size_t room);

/*
 * The next shorter prefix of a run that may be a handle, or an absent text: one that ends before a character
 * which is not part of an ASCII word. The whole run is the first to be tried.
 */
struct text mentions_shorter(struct text run);

#endif
