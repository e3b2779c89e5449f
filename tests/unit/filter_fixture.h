/* A filter made of a text, and texts put before it; what cannot be made fails the test. */
#ifndef LUNTAN_TESTS_UNIT_FILTER_FIXTURE_H
#define LUNTAN_TESTS_UNIT_FILTER_FIXTURE_H

#include "moderation/filter.h"
#include "server/util/arena.h"

struct sieve {
    struct arena *arena;
    struct filter *filter;
};

void sieve_make(struct sieve *sieve, const char *rules);
void sieve_end(struct sieve *sieve);

/* What a filter of these rules is refused for. */
struct filter_fault sieve_fault(const char *rules);

/* What becomes of a body, without a clock; and of a title and tags, one a line. */
struct filter_verdict sieve_look(struct sieve *sieve, const char *body);
struct filter_verdict sieve_look_at(struct sieve *sieve, const char *title, const char *tag, const char *body);

#endif
