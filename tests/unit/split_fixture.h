/*
 * Splitting and merging threads of a forum of the tests, as a moderator does it: look first, then decide.
 *
 * And a recount of everything that goes by floors, from the rows of posts and stubs alone.
 */
#ifndef LUNTAN_TESTS_UNIT_SPLIT_FIXTURE_H
#define LUNTAN_TESTS_UNIT_SPLIT_FIXTURE_H

#include "tests/unit/queue_fixture.h"

/* Floors as the requests take them, from "3-7,9"; they last until the next call. NULL: none. */
struct items split_floors(const char *ranges);

/* The hash of what is to move; it lasts until the next call. What may not be looked at fails the test. */
struct text split_look(struct forum *forum, struct member who, uint64_t thread, const char *ranges);

/* Looks and decides. `board` NULL: the same; `ranges` NULL: the whole thread. */
enum status split_off(struct forum *forum, struct member who, uint64_t thread, const char *ranges, const char *title, const char *board);
enum status split_merge(struct forum *forum, struct member who, uint64_t thread, uint64_t into, const char *ranges);
/* The same, and the new thread's number; what is refused fails the test. */
uint64_t split_made(struct forum *forum, struct member who, uint64_t thread, const char *ranges, const char *title, const char *board);

/* One floor of a thread as somebody (zero: a visitor) reads it; texts last until the next request. */
struct post_record split_read(struct forum *forum, struct member who, uint64_t thread, uint64_t floor);

/* Fails the test where a count, a place, a sequence or a reference is not what the rows say. */
void split_recount(struct forum *forum);

#endif
