/* See filters.h. */
#include "server/store/filters.h"

#include "server/store/lists.h"

/* ---- filters ---- */

uint64_t store_filters_version(struct db *db)
{
    struct query q = db_query(db, SQL_FILTER_VERSION);

    return query_only_int(&q);
}

uint64_t store_filters_count(struct db *db)
{
    struct query q = db_query(db, SQL_FILTERS_COUNT);

    return query_only_int(&q);
}

bool store_filter_next(struct query *q, struct arena *arena, struct filter_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct filter_row){
        .id = query_int_at(q, 0), .name = query_text_at(q, 1, arena), .text = query_text_at(q, 2, arena), .changed = (int64_t)query_int_at(q, 3),
    };
    return true;
}

bool store_filter(struct db *db, struct text name, struct arena *arena, struct filter_row *out)
{
    struct query q = db_query(db, SQL_FILTER_BY_NAME);

    query_text(&q, ":name", name);
    bool found = store_filter_next(&q, arena, out);
    query_end(&q);
    return found;
}

struct query store_filters(struct db *db, uint64_t after, uint64_t count)
{
    struct query q = db_query(db, SQL_FILTERS_FROM);

    query_int(&q, ":after", after);
    query_int(&q, ":count", count);
    return q;
}

/* Whatever was compiled of the filters is old now. */
static void renew_version(struct db *db)
{
    struct query q = db_query(db, SQL_FILTER_VERSION_NEW);

    query_run(&q);
}

static void run_on_filter(struct db *db, enum statement statement, uint64_t filter)
{
    struct query q = db_query(db, statement);

    query_int(&q, ":filter", filter);
    query_run(&q);
}

uint64_t store_filter_put(struct db *db, struct text name, struct text text, int64_t time)
{
    struct query q = db_query(db, SQL_FILTER_PUT);

    query_text(&q, ":name", name);
    query_text(&q, ":text", text);
    query_time(&q, ":time", time);
    query_run(&q);
    renew_version(db);
    q = db_query(db, SQL_FILTER_BY_NAME);
    query_text(&q, ":name", name);
    uint64_t id = query_only_int(&q);
    run_on_filter(db, SQL_FILTER_RULES_AGE, id);
    return id;
}

void store_filter_rule(struct db *db, uint64_t filter, uint64_t place, struct text name, enum filter_action action, enum reason reason)
{
    struct query q = db_query(db, SQL_FILTER_RULE_PUT);

    query_int(&q, ":filter", filter);
    query_int(&q, ":place", place);
    query_text(&q, ":name", name);
    query_int(&q, ":action", action);
    query_int(&q, ":reason", reason);
    query_run(&q);
}

void store_filter_rules_end(struct db *db, uint64_t filter)
{
    run_on_filter(db, SQL_FILTER_RULES_END, filter);
}

void store_filter_remove(struct db *db, uint64_t filter)
{
    run_on_filter(db, SQL_FILTER_RULES_AGE, filter);
    run_on_filter(db, SQL_FILTER_RULES_END, filter);
    run_on_filter(db, SQL_FILTER_REMOVE, filter);
    renew_version(db);
}

/* ---- rules ---- */

uint64_t store_filter_rule_id(struct db *db, uint64_t filter, struct text name)
{
    struct query q = db_query(db, SQL_FILTER_RULE_BY_NAME);

    query_int(&q, ":filter", filter);
    query_text(&q, ":name", name);
    return query_only_int(&q);
}

void store_filter_rule_hit(struct db *db, uint64_t rule, uint64_t hits, int64_t time)
{
    struct query q = db_query(db, SQL_FILTER_RULE_HIT);

    query_int(&q, ":id", rule);
    query_int(&q, ":hits", hits);
    query_time(&q, ":time", time);
    query_run(&q);
}

struct query store_filter_rules(struct db *db, uint64_t filter, int64_t place, uint64_t count)
{
    struct query q = db_query(db, SQL_FILTER_RULES);

    query_int(&q, ":filter", filter);
    query_time(&q, ":place", place);
    query_int(&q, ":count", count);
    return q;
}

bool store_filter_rule_next(struct query *q, struct arena *arena, struct filter_rule_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct filter_rule_row){
        .filter = query_int_at(q, 0), .place = query_int_at(q, 1), .id = query_int_at(q, 9),
        .record = {
            .name = query_text_at(q, 2, arena), .rule = query_text_at(q, 3, arena), .action = (enum filter_action)query_int_at(q, 4),
            .reason = (enum reason)query_int_at(q, 5), .hits = query_int_at(q, 6), .last = query_int_at(q, 7), .changed = query_int_at(q, 8),
        },
    };
    return true;
}

/* ---- posts, to try a filter on ---- */

struct query store_filter_posts(struct db *db, uint64_t before, uint64_t count)
{
    struct query q = db_query(db, SQL_FILTER_POSTS);

    query_int(&q, ":before", before);
    query_int(&q, ":count", count);
    return q;
}

bool store_filter_post_next(struct query *q, struct arena *arena, struct filter_post_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct filter_post_row){
        .hit = {
            .post = query_int_at(q, 0), .thread = query_int_at(q, 1), .floor = query_int_at(q, 2), .created = query_int_at(q, 3),
            .author = query_text_at(q, 4, arena), .title = query_text_at(q, 5, arena),
        },
        .tags = lists_unpack(query_blob_at(q, 6, arena)), .body = query_borrow_at(q, 7),
    };
    return true;
}

/* ---- what was sent ---- */

void store_sent_add(struct db *db, uint64_t account, uint64_t print, int64_t time, int64_t before)
{
    struct query q = db_query(db, SQL_SENT_ADD);

    query_int(&q, ":account", account);
    query_int(&q, ":print", print);
    query_time(&q, ":time", time);
    query_run(&q);
    q = db_query(db, SQL_SENT_FORGET);
    query_time(&q, ":before", before);
    query_run(&q);
}

uint64_t store_sent_by(struct db *db, uint64_t account, int64_t since, uint64_t most)
{
    struct query q = db_query(db, SQL_SENT_BY);

    query_int(&q, ":account", account);
    query_time(&q, ":since", since);
    query_int(&q, ":most", most);
    return query_only_int(&q);
}

uint64_t store_sent_alike(struct db *db, uint64_t print, int64_t since, uint64_t most)
{
    struct query q = db_query(db, SQL_SENT_ALIKE);

    query_int(&q, ":print", print);
    query_time(&q, ":since", since);
    query_int(&q, ":most", most);
    return query_only_int(&q);
}

/* ---- what hit ---- */

static struct text read_rule(struct query *q, struct arena *arena)
{
    struct text rule = {NULL, 0};

    if (query_row(q))
        rule = query_text_at(q, 0, arena);
    query_end(q);
    return rule;
}

void store_held_rule_set(struct db *db, struct text held, struct text rule)
{
    struct query q = db_query(db, SQL_HELD_RULE);

    query_blob(&q, ":held", held);
    query_text(&q, ":rule", rule);
    query_run(&q);
}

struct text store_held_rule(struct db *db, struct text held, struct arena *arena)
{
    struct query q = db_query(db, SQL_HELD_RULE_OF);

    query_blob(&q, ":held", held);
    return read_rule(&q, arena);
}

void store_item_rule_set(struct db *db, uint64_t item, struct text rule)
{
    struct query q = db_query(db, SQL_ITEM_RULE);

    query_int(&q, ":item", item);
    query_text(&q, ":rule", rule);
    query_run(&q);
}

struct text store_item_rule(struct db *db, uint64_t item, struct arena *arena)
{
    struct query q = db_query(db, SQL_ITEM_RULE_OF);

    query_int(&q, ":item", item);
    return read_rule(&q, arena);
}
