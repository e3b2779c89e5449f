/*
 * A guestbook, and people without an account who leave messages on it, over a forum of the tests.
 *
 * What a step cannot do fails the test.
 */
#ifndef LUNTAN_TESTS_UNIT_GUEST_FIXTURE_H
#define LUNTAN_TESTS_UNIT_GUEST_FIXTURE_H

#include "tests/unit/queue_fixture.h"

/* A guestbook `guests`, open to everybody, made by an administrator. */
void guests_open(struct forum *forum, struct member administrator);

/* A form of that age, ms; it lasts until the next call. */
struct text guest_form_aged(const struct forum *forum, int64_t age);

/* What pays for it by work; it lasts until the next call. */
struct text guest_work(struct text token);

/* Leaves a message with a form and work that suffice: a new one with a title, or an answer in a thread. */
enum status guest_leave(struct forum *forum, const char *title, uint64_t thread, const char *name, const char *body);

/* The same, and a moderator lets it through. */
struct decide_reply guest_passed(struct forum *forum, struct member moderator, const char *title, uint64_t thread, const char *name, const char *body);

#endif
