/*
 * Text as search compares it: one code point at a time, folded.
 *
 * Case and width are folded (full-width letters are letters), marks above and below letters are left out, and traditional characters
 * become simplified ones (hanzi.def). What is neither letter nor digit is a break. Pure functions over texts; any thread.
 */
#ifndef LUNTAN_SERVER_UTIL_FOLD_H
#define LUNTAN_SERVER_UTIL_FOLD_H

#include <stdint.h>

#include "protocol/text.h"

/* Between words. */
enum { FOLD_BREAK = 0 };

/*
 * The next character from `*at` on, folded: FOLD_BREAK or a code point; `*at` moves behind it. False: the text has ended. Bytes that are no
 * UTF-8 are breaks. `from`, unless NULL, becomes where it begins: behind the marks that were left out before it.
 */
bool fold_next(struct text text, size_t *at, uint32_t *out, size_t *from);

/* Whether a folded character is written without spaces between words: Han, kana, hangul. */
bool fold_is_dense(uint32_t c);

/* A code point as UTF-8; returns how many bytes, at most 4. */
size_t fold_write(uint32_t c, char out[4]);

#endif
