/*
 * Names that the server normalizes or checks: handles, slugs, tags, titles, display names.
 *
 * Bodies are never touched. Pure functions over texts, results in an arena; any thread. Character classes
 * and normalization forms are Unicode's, by utf8proc.
 */
#ifndef LUNTAN_SERVER_UTIL_WORDS_H
#define LUNTAN_SERVER_UTIL_WORDS_H

#include "protocol/text.h"
#include "server/util/arena.h"

/*
 * A handle: NFKC, lower case, of letters and digits of any script, `_`, `-` and `.` inside; 2 to
 * LIMIT_HANDLE characters. Absent where it cannot be one.
 */
struct text words_handle(struct text raw, struct arena *arena);

/* What handles are compared by: look-alike letters of other scripts and full width folded together. */
struct text words_handle_key(struct text handle, struct arena *arena);

/* A tag: NFKC, lower case, one line, inner white space as one space, 1 to LIMIT_TAG characters. Absent where it cannot be one. */
struct text words_tag(struct text raw, struct arena *arena);

/* Whether it is a board's slug: a-z, 0-9 and inner hyphens, not only digits, up to LIMIT_SLUG. */
bool words_is_slug(struct text slug);

/*
 * Whether it is one line that a person can see: no control, format or separator characters but single
 * spaces and the joiners that scripts need, and not only blanks. For titles, display names, unit names.
 */
bool words_is_line(struct text line);

/* Whether the body has something to see: not only white space and invisible characters. */
bool words_is_body(struct text body);

/* Number of code points. */
size_t words_count(struct text text);

/* The longest prefix of at most `bytes` bytes that ends between characters (extended grapheme clusters where possible). */
struct text words_cut(struct text text, size_t bytes);

#endif
