/*
 * A story that tests of splitting and merging begin with, and what can be seen of posts, threads and lists afterwards.
 *
 * What a step cannot do fails the test. Records' texts last until the next request.
 */
#ifndef LUNTAN_TESTS_UNIT_SPLIT_STORY_H
#define LUNTAN_TESTS_UNIT_SPLIT_STORY_H

#include "tests/unit/split_fixture.h"

enum { FLOORS = 6 };

/* A thread of six floors by two authors: the third answers the second, the fourth the third, the sixth the fourth. */
struct story {
    uint64_t thread, posts[FLOORS + 1];
};

extern const struct member nobody; /* a visitor */

struct story tell_story(struct town *t, const char *board);
const struct fault *fault(const struct town *t);
struct post_record post_of(struct town *t, struct member who, uint64_t post);
struct thread_record thread_of(struct town *t, struct member who, uint64_t thread);
/* The threads that a board lists, newest first, as digits; they last until the next call. */
const char *listed(struct town *t, const char *board);
struct hit_record only_hit(struct town *t, struct member who, const char *query);
/* How many changes of a topic somebody who was away is told. */
unsigned told_since(struct town *t, enum topic topic, uint64_t id, uint64_t since);

#endif
