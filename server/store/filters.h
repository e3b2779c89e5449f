/*
 * Filters as they are stored, what they have hit, and what was sent lately. Typed functions over db.h; call them inside a transaction, on the
 * thread that owns the db.
 */
#ifndef LUNTAN_SERVER_STORE_FILTERS_H
#define LUNTAN_SERVER_STORE_FILTERS_H

#include "protocol/messages.h"
#include "server/store/db.h"

struct filter_row {
    uint64_t id;
    struct text name, text; /* in the arena */
    int64_t changed;
};

/* What is another number after each change of a filter. */
uint64_t store_filters_version(struct db *db);
uint64_t store_filters_count(struct db *db);
MUST_USE bool store_filter(struct db *db, struct text name, struct arena *arena, struct filter_row *out);
/* All above a number: query, then next until false, then query_end. */
struct query store_filters(struct db *db, uint64_t after, uint64_t count);
MUST_USE bool store_filter_next(struct query *q, struct arena *arena, struct filter_row *out);

/* Stores the text under this name, old or new; returns the filter's number. Its rules are told by store_filter_rule, each, and then ended. */
uint64_t store_filter_put(struct db *db, struct text name, struct text text, int64_t time);
void store_filter_rule(struct db *db, uint64_t filter, uint64_t place, struct text name, enum filter_action action, enum reason reason);
void store_filter_rules_end(struct db *db, uint64_t filter);
void store_filter_remove(struct db *db, uint64_t filter);

/* A rule's number by its name; 0: there is none. */
uint64_t store_filter_rule_id(struct db *db, uint64_t filter, struct text name);
void store_filter_rule_hit(struct db *db, uint64_t rule, uint64_t hits, int64_t time);

struct filter_rule_row {
    struct filter_record record; /* texts in the arena */
    uint64_t id, filter, place;
};

/* Rules behind this place of this filter, in order: query, then next until false, then query_end. Before the first: place -1 as UINT64_MAX. */
struct query store_filter_rules(struct db *db, uint64_t filter, int64_t place, uint64_t count);
MUST_USE bool store_filter_rule_next(struct query *q, struct arena *arena, struct filter_rule_row *out);

/* A visible post as filters see it. */
struct filter_post_row {
    struct filter_hit_record hit; /* post, thread, floor, title, author, created; texts in the arena */
    struct items tags;
    struct text body;             /* lent until the next step */
};

/* Visible posts below a number, newest first: query, then next until false, then query_end. */
struct query store_filter_posts(struct db *db, uint64_t before, uint64_t count);
MUST_USE bool store_filter_post_next(struct query *q, struct arena *arena, struct filter_post_row *out);

/* Somebody sent something now. `print`: what stands for its text, 0: nothing does. Forgets a few that are older than `before`. */
void store_sent_add(struct db *db, uint64_t account, uint64_t print, int64_t time, int64_t before);
/* How much somebody sent since then, and how often the text was sent by anybody, counted up to `most`. */
uint64_t store_sent_by(struct db *db, uint64_t account, int64_t since, uint64_t most);
uint64_t store_sent_alike(struct db *db, uint64_t print, int64_t since, uint64_t most);

/* The rule that hit a submission, and an item; absent: none did. */
void store_held_rule_set(struct db *db, struct text held, struct text rule);
struct text store_held_rule(struct db *db, struct text held, struct arena *arena);
void store_item_rule_set(struct db *db, uint64_t item, struct text rule);
struct text store_item_rule(struct db *db, uint64_t item, struct arena *arena);

#endif
