/*
 * What moderators look at before they decide, and what is heard of it, asked over a forum of the tests.
 *
 * What a step cannot do fails the test.
 */
#ifndef LUNTAN_TESTS_UNIT_QUEUE_FIXTURE_H
#define LUNTAN_TESTS_UNIT_QUEUE_FIXTURE_H

#include "tests/unit/forum_fixture.h"

/* The first item of somebody's queue, and how many it lists; number 0: it is empty. Its texts last until the next request. */
struct item_record queue_first(struct forum *forum, struct member who, uint64_t *count);

/* The item as a moderator sees it when they open it; its texts last until the next request. */
struct item_get_reply queue_open(struct forum *forum, struct member who, uint64_t item);

/* The hash that a decision on what was opened has to carry, where it lasts until the next call. */
struct text queue_keep_hash(struct text hash);

/* Somebody's newest notice; its texts last until the next request. */
struct notice_record newest_notice(struct forum *forum, struct member who);

#endif
