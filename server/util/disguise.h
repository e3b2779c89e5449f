/*
 * Text as filters compare it (moderation/filter.h): what people do to letters so that a filter does not see them is undone.
 *
 * Folded as search folds it (fold.h: width, case, marks, traditional characters), and look-alikes of other scripts too (lookalikes.def);
 * characters that cannot be seen are left out; references by number (&#36151;) and escapes of addresses (%61) are what they stand for. Where
 * Markdown writes a link, its address comes after everything else, so that it parts no word. Pure; memory is the arena's, about eight bytes
 * for each byte of the text.
 */
#ifndef LUNTAN_SERVER_UTIL_DISGUISE_H
#define LUNTAN_SERVER_UTIL_DISGUISE_H

#include <stdint.h>

#include "protocol/text.h"
#include "server/util/arena.h"

/* What stands before a letter: nothing, signs or blanks, or the end of a sentence. */
enum disguise_gap { DISGUISE_GAP_NONE, DISGUISE_GAP_SIGNS, DISGUISE_GAP_SENTENCE };

struct disguised {
    uint32_t *letters; /* letters and digits; a digit that looks like a letter is that */
    uint8_t *gaps;     /* before each: enum disguise_gap */
    size_t count;
    struct text plain;    /* with signs, blanks together as one; digits as they are */
    struct text squeezed; /* letters and digits alone, digits as they are */
};

/* Without memory everything is empty, and the arena says so. An absent text is an empty one. */
struct disguised disguise_see(struct text text, struct arena *arena);

/* A pattern: its characters folded one by one, as many as before; what is ASCII stays. */
struct text disguise_pattern(struct text pattern, struct arena *arena);

#endif
