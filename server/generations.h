/*
 * Whether something kept is still true: when each topic last changed, as a number of commits.
 *
 * Written by the writer after each commit and before any reply leaves; read by anybody. What is kept remembers the
 * stamp that was current before its snapshot began, and the topics it was made from; it holds while none of these was
 * touched after that stamp. Topics share a fixed number of slots, so that one may be taken for changed that was not. Lock-free.
 */
#ifndef LUNTAN_SERVER_GENERATIONS_H
#define LUNTAN_SERVER_GENERATIONS_H

#include "protocol/messages.h"

struct generations;

/* NULL: no memory. */
struct generations *generations_new(void);
void generations_free(struct generations *generations);

/* ---- anybody ---- */

/* To be taken before the snapshot begins. */
uint64_t generations_stamp(const struct generations *generations);
/* Whether the topic was not touched since. TOPIC_NONE 0: the list of boards, touched with every board; with another number: a feed. */
bool generations_hold(const struct generations *generations, enum topic topic, uint64_t id, uint64_t stamp);

/* A feed's number, by what it follows: a board, thread or account by `ref`, a tag by `name`. Never 0. */
uint64_t generations_feed(enum feed_kind kind, uint64_t ref, struct text name);
/* The number that stands for what is added to a feed, where `feed` stands for what changes in it or goes from it. */
uint64_t generations_growth(uint64_t feed);

/* ---- the writer, after each commit ---- */

/* A new number begins; nobody sees it yet as a stamp. */
void generations_begin(struct generations *generations);
void generations_touch(struct generations *generations, enum topic topic, uint64_t id);
/* Names, policies, what is everywhere: nothing kept holds any more. */
void generations_touch_all(struct generations *generations);
/* The new number becomes the stamp. */
void generations_publish(struct generations *generations);

#endif
