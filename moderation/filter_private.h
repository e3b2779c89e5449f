/* What filter.c and filter_match.c share: a compiled set. See filter.h. */
#ifndef LUNTAN_MODERATION_FILTER_PRIVATE_H
#define LUNTAN_MODERATION_FILTER_PRIVATE_H

#include "moderation/filter_pattern.h"

enum { FILTER_CHAINS = 4096 }; /* by which words are found from their first two letters */

struct filter_compiled {
    uint64_t id;
    struct text name; /* the set's */
    enum filter_action action;
    enum reason reason;
    unsigned places;
};

struct filter_word {
    const uint32_t *letters; /* the set's */
    size_t count, rule;
    size_t next; /* of the same chain: its place and one; 0: none */
    bool loose;  /* may stand in pieces without being spelled out */
};

struct filter_expression {
    struct pattern *pattern;
    size_t rule;
};

struct filter_host {
    struct text host; /* the set's */
    size_t rule;
};

struct filter_repeat {
    uint64_t times;
    int64_t span;
    size_t rule;
};

struct filter {
    struct filter_compiled *rules;
    struct filter_word *words;
    struct filter_expression *expressions;
    struct filter_host *hosts; /* by name */
    struct filter_repeat *repeats;
    size_t rule_count, word_count, expression_count, host_count, repeat_count;
    size_t chains[FILTER_CHAINS]; /* a word's place and one */
};

size_t filter_chain(uint32_t first, uint32_t second);

/* Which of the hosts is this one, by name; filter->host_count: none. The first of several. */
size_t filter_find_host(const struct filter *filter, struct text host);

#endif
