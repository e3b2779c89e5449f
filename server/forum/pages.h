/*
 * Pages: lists of records in an answer, some of them with long bodies, in frames of at most LIMIT_PART.
 *
 * A record that does not fit into the frame begun goes into the next one; a body that does not fit goes on
 * there, in a record with the same fields and a higher `offset`, cut between characters. Used by every
 * handler of kind BULK. Where the face takes records as they are (request.h), each is copied there instead, whole, and the list in
 * the answer stays empty. Straight-line code inside a request, as any handler; bodies may be borrowed from a
 * statement's row, since they are copied as they are added.
 *
 *     static void part(struct request *r, struct items list) { part_read(r, &(struct read_reply){.posts = list}); }
 *
 *     struct page page = page_begin(r, &shape_post_record, part);
 *     while (!page_full(&page) && store_post_next(&q, r->arena, &post))
 *         page_add(&page, &post);
 *     out.posts = page_end(&page);
 *     return reply_read(r, &out);
 */
#ifndef LUNTAN_SERVER_FORUM_PAGES_H
#define LUNTAN_SERVER_FORUM_PAGES_H

#include "server/request.h"

/* Sends a list as one part of the answer. */
typedef void (*page_part)(struct request *r, struct items list);

/* The members of a record that a split goes by; `body` is NULL where its shape has none. */
struct page_split {
    const struct field *body, *size, *offset;
};

struct page {
    struct request *r;
    const struct shape *shape;
    struct page_split split; /* of the shape */
    page_part part;
    struct wire_writer w;   /* the frame begun */
    struct items list;      /* what is in it */
    uint64_t records;       /* added so far */
    uint64_t bytes;         /* of the list, in all frames; about as many where it goes into no frame */
};

/* Begins a page of records of `shape`. Lists of shapes with `body`, `size` and `offset` are split by them. */
struct page page_begin(struct request *r, const struct shape *shape, page_part part);

/* Adds a record; `size` and `offset` are set here where the shape has a body. */
void page_add(struct page *page, const void *record);

/*
 * The same for a record that is one of several composites in each item of the page (export_row): `member`
 * is its field in the page's shape. Never where the face takes records as they are.
 */
void page_add_member(struct page *page, const char *member, const void *record);

/* Whether the page has come to its end: LIMIT_PAGE_ITEMS or LIMIT_PAGE. */
bool page_full(const struct page *page);

/* The list for the final frame, with room left there for the answer's other fields. */
struct items page_end(struct page *page);

/*
 * Where a list goes on: a few numbers of the wire, opaque to clients, for the fields `after` and `next`. An absent place leaves the
 * numbers as they are, from the beginning. False: it is none that was given out.
 */
enum { PAGE_PLACE = 4 };
MUST_USE bool page_place_read(struct text after, uint64_t *numbers, size_t count);
struct text page_place_write(struct request *r, const uint64_t *numbers, size_t count);

#endif
