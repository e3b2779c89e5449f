/*
 * HTML being written: a buffer in an arena that grows, and the escaping that everything from people goes through.
 *
 * Literals are put as they are; texts only by markup_escape and markup_url. What could not be kept for want of memory is
 * remembered, and markup_html gives nothing then. For markdown, diff and the feed of the moderation log. One thread at a time.
 */
#ifndef LUNTAN_SERVER_WEB_MARKUP_H
#define LUNTAN_SERVER_WEB_MARKUP_H

#include "server/web/value.h"

struct markup {
    struct arena *arena; /* of the buffer */
    struct text dropped; /* a character that is left out of every text, or absent */
    struct text base;    /* what stands before paths of this site; absent: nothing */
    char *at;
    size_t len, room;
    bool failed;
};

/* A literal of ours, as it is. */
void markup_put(struct markup *m, const char *literal);
void markup_number(struct markup *m, uint64_t number);
/* What stands before a path of this site. */
void markup_base(struct markup *m);
/*
 * A text, for the inside of an element or a quoted attribute. Controls other than tab and line end, and the two characters
 * that turn the order of what follows them around (U+202D, U+202E), become U+FFFD; a lone carriage return becomes a line end.
 */
void markup_escape(struct markup *m, struct text text);
/* A text with <br> at its line ends. */
void markup_lines(struct markup *m, struct text text);
/* An address, for a quoted attribute: what may not stand in one (RFC 3986 section 2) is percent-encoded. */
void markup_url(struct markup *m, struct text url);
/* Words of the table; `value` stands for {1}. */
void markup_words(struct markup *m, enum words words, enum lang lang, struct text value);
/* All of it, copied into `arena` at its exact size; absent where memory was short. */
struct html markup_html(const struct markup *m, struct arena *arena);

#endif
