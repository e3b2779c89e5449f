/*
 * Templates: the pages' HTML, read once at start from what the program brings along (templates/NAME.html).
 *
 * Escaping is by construction. Where a value stands decides how it is written: in text, in a quoted attribute, in an
 * address (href, src, action, formaction, poster, cite: a value that begins the address must be a URL, what follows a
 * literal beginning is percent-escaped). A value in any other place (a tag's or attribute's name, an unquoted attribute,
 * a script, a style, a comment, an on* attribute) makes the template unreadable, and the server does not start; so does
 * HTML that is not well-formed: each element that is opened is closed, whichever way the blocks go. Only `struct html`,
 * which nothing but this module, markdown.h and diff.h makes, is written as it is, and only in text.
 *
 *     {{name}}  {{name.sub}}       a value: of the innermost object that has it; absent prints nothing
 *     {{name|filter}}              time, date, iso, count, key, size; see template_filters.c
 *     {{say name}} {{say name a b}}  words (words.h), with values for {1} and {2}, each a name or name|filter
 *     {{if name}} {{if not name}} {{if name is word}} {{if not name is word}} {{elif ...}} {{else}} {{end}}
 *                                  set: not false, 0, absent, empty. `is` compares an enumeration's or words' name, a text
 *                                  or a number
 *     {{each name}} ... {{else}} ... {{end}}   items; the item's members are looked up first. {{item}} for a list of
 *                                  texts or numbers
 *     {{use name}}                 another template, with the same values
 *
 * A flag prints true or false; bytes print as base64url; words and enumerations print in the reader's language. A text
 * that holds letters read from right to left is put into <bdi>, so that it turns nothing around it.
 *
 * Blanks at the start of a line before, and the line end after, an {{if}}, {{elif}}, {{else}}, {{each}}, {{end}} or
 * {{use}} that stands alone on its line are dropped, and so are comments. Constant once loaded; any thread.
 */
#ifndef LUNTAN_SERVER_WEB_TEMPLATE_H
#define LUNTAN_SERVER_WEB_TEMPLATE_H

#include "server/web/value.h"

enum template {
#define TEMPLATE(name) TEMPLATE_##name,
#include "server/web/templates.def"
#undef TEMPLATE
    TEMPLATES,
};

struct templates;

/* For whom it is written. Dates and times are in the reader's zone, which is read from the disk at its first use (zone.h). */
struct reader {
    enum lang lang;
    struct text zone; /* IANA name; Asia/Shanghai where absent or unknown */
};

/* Reads all templates. NULL with `why` filled (a line for a developer) where one is wrong. */
struct templates *templates_load(char *why, size_t size);
void templates_free(struct templates *templates);

/* Renders into the arena. Absent text where memory was short. */
struct html template_render(const struct templates *templates, enum template which, const struct object *values,
                            const struct reader *reader, struct arena *arena);

/* The time of day of a moment (ms since 1970, UTC), such as 10:03, for what is no template. Absent where memory was short. */
struct text reader_clock(const struct reader *reader, uint64_t time, struct arena *arena);

#endif
