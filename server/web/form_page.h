/*
 * What the pages that are forms share: settings, signing in, administration. A refusal stands once at the top of such a page (template
 * refused); each of its forms lies in a scope of its own, so that every one has its own hidden inputs.
 *
 * Owns nothing; all memory is the page's arena. On a page's reader thread.
 */
#ifndef LUNTAN_SERVER_WEB_FORM_PAGE_H
#define LUNTAN_SERVER_WEB_FORM_PAGE_H

#include "server/web/page.h"

/* A page that others stand below. Constant. */
struct form_place {
    const char *path;
    enum words title;
    const struct form_place *above; /* NULL: none but the home page */
};

extern const struct form_place form_place_settings;

/* How such a page is framed. Constant. */
struct form_page {
    enum template template;
    enum words title;
    const struct form_place *above; /* NULL: none but the home page */
};

/* Shows the page, with the words of the refusal, if there is one, as member `refused`. Such pages are never listed. */
void form_page_show(struct page *p, const struct form_page *page, struct object *values);

/* What was typed where the form that posts to `action` is shown again, otherwise what is there now. */
struct text form_page_filled(const struct page *p, struct text action, const char *name, struct text present);

/*
 * Adds the list `scope` with one object to `o`, and to that the form `form` (page_form); written by {{each scope}}.
 * Returns the object, for further members.
 */
struct object *form_page_scope(struct page *p, struct object *o, const char *scope, struct text action);

/* Adds an item for a <select> to `list`: members value, label, selected. */
void form_page_option(struct list *list, struct text value, struct text label, bool selected);

/* An enumeration's value in the reader's language. */
struct text form_page_words(const struct page *p, const struct enumeration_value *value);

/* Adds the list `name` of an enumeration's values, from the number `least` to `most`, labelled in the reader's language. */
void form_page_options(struct page *p, struct object *o, const char *name, const struct enumeration *e, uint32_t least, uint32_t most,
                       struct text chosen);

/* A field of the form that was posted, as one line: what stood on several is joined by blanks. Absent stays absent. */
struct text form_page_line(struct page *p, const char *name);

/* The number of the enumeration's value that a field of the form that was posted names; `otherwise` where it names none. */
uint32_t form_page_choice(const struct page *p, const char *name, const struct enumeration *e, uint32_t otherwise);

/* Fills a submission with a copy of `in`, a struct of the message's request. False: no memory, and the page refuses. */
MUST_USE bool form_page_submit(struct page *p, struct submission *s, enum message_index message, const void *in,
                               void (*done)(struct page *p, const void *reply));

#endif
