/*
 * Feeds of a town, fetched as anybody would fetch them, and compared.
 *
 * What is fetched lasts until the next request; feed_keep copies what must be the same later.
 */
#ifndef LUNTAN_TESTS_UNIT_FEED_FIXTURE_H
#define LUNTAN_TESTS_UNIT_FEED_FIXTURE_H

#include "tests/unit/forum_fixture.h"

struct fetched {
    struct feed_reply reply;
    struct feed_record feed;
    const struct feed_entry_record *entries; /* newest number first, texts whole */
    uint32_t count;
};

/* Asks as a visitor. */
enum status feed_ask(struct town *t, const struct feed_request *in, struct fetched *out);
/* The answer alone. */
enum status feed_status(struct town *t, enum feed_kind kind, const char *name);
/* The same; what is refused fails the test. */
struct fetched feed_get(struct town *t, enum feed_kind kind, const char *name);
struct fetched feed_archive(struct town *t, enum feed_kind kind, const char *name, uint64_t archive);

/* The entry of a post, or NULL. No post may be there twice. */
const struct feed_entry_record *feed_find_entry(const struct fetched *f, uint64_t post);

/* All that is said of the entries and when the last of them changed, in the arena. */
struct text feed_keep(const struct fetched *f, struct arena *arena);
/* The entries are these still. */
void feed_assert_kept(struct text kept, const struct fetched *f);

/* Waits until the clock shows another millisecond, so that what is done next is later than what was done. */
void feed_later(void);

/* As somebody who may; what is refused fails the test. */
void feed_edit(struct town *t, struct member by, struct edit_request in);
void feed_delete(struct town *t, struct member by, uint64_t post);
void feed_move(struct town *t, uint64_t thread, const char *board);
void feed_set_board(struct town *t, struct board_set_request in);
/* A thread with one tag. */
struct post_reply feed_post_tagged(struct town *t, struct member by, const char *board, const char *tag, const char *body);

#endif
