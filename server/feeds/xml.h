/*
 * XML being written: libxml2's writer into memory, with what people write made fit for it. Private to server/feeds/.
 *
 * Errors (no memory, broken use) are sticky; xml_end tells. Characters that XML 1.0 cannot hold (section 2.2) and bytes that are not
 * UTF-8 become U+FFFD. Any thread; nothing is shared.
 */
#ifndef LUNTAN_SERVER_FEEDS_XML_H
#define LUNTAN_SERVER_FEEDS_XML_H

#include "server/feeds/feed.h"

struct xml;

/* Begins a document with this root element. NULL: no memory. */
struct xml *xml_begin(const char *root);
/* Ends what is open and gives the bytes, in the arena; absent where something failed. Frees it. */
struct text xml_end(struct xml *x, struct arena *arena);

void xml_open(struct xml *x, const char *element);
void xml_close(struct xml *x);
/* Of the element opened last, before anything else in it. An absent value writes nothing. */
void xml_attribute(struct xml *x, const char *name, struct text value);
void xml_attribute_number(struct xml *x, const char *name, uint64_t value);
void xml_say(struct xml *x, struct text text);
/* An element with text alone; an absent one writes nothing. */
void xml_element(struct xml *x, const char *element, struct text text);

/* Dates of RFC 3339 with milliseconds, and of RFC 822 with a year of four digits; `ms` since 1970, UTC. */
enum { XML_DATE = 40 };
struct text xml_date(char room[XML_DATE], uint64_t ms);
struct text xml_date_of_mail(char room[XML_DATE], uint64_t ms);

/*
 * The next character of `text` from `at` on, which is moved: a code point that XML may hold, or U+FFFD. Also used for JSON, so that every
 * format says the same.
 */
uint32_t xml_next(struct text text, size_t *at);

#endif
