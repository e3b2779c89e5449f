/*
 * What the pages that split and merge threads share: floors as people write and tick them, and the reason that may be given.
 *
 * Only reads what was asked and makes values for templates. Views on reader threads, plans on the loop; all memory is the page's arena.
 */
#ifndef LUNTAN_SERVER_WEB_SPLIT_FORM_H
#define LUNTAN_SERVER_WEB_SPLIT_FORM_H

#include "server/web/page.h"

/* Floors in rising order, each once. */
struct split_floors {
    uint64_t floor[LIMIT_SPLIT_FLOORS];
    size_t count;
    bool wrong; /* what was written is no list of floors, or too long a one */
};

/*
 * The floors of `form`: of a field `floors` such as "3-7,9" (parted by commas or blanks), and of any number of fields `floor`.
 */
void split_floors_read(struct page *p, const struct form *form, struct split_floors *out);
bool split_floors_have(const struct split_floors *floors, uint64_t floor);
/* As the requests take them; and as they are written. */
struct items split_floors_items(struct page *p, const struct split_floors *floors);
struct text split_floors_text(struct page *p, const struct split_floors *floors);

/* A post in a few words: members post, author, summary. The record must last. */
struct object *split_post(struct page *p, struct list *rows, const struct post_record *post);

/* Adds reasons and words to a page's values (template split_why); and what was typed of them. */
void split_why(struct page *p, struct object *o);
enum reason split_reason(const struct page *p);
struct text split_words(const struct page *p);

/* Reads a thread's header and some posts; false: refused. Those that may not be moderated are refused like what does not exist. */
bool split_thread(struct page *p, const struct read_request *in, struct thread_record *thread, struct board_record *board, struct post_record **posts,
                  uint32_t *count, uint64_t *next);

/* What every page of a split or merge shows, and then itself under its title. */
struct split_shown {
    enum template template;
    enum words title;
    const struct thread_record *thread; /* must last */
    const struct board_record *board;
    const struct split_floors *floors;
};
void split_show(struct page *p, struct object *o, const struct split_shown *shown);

#endif
