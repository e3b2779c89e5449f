/* See feeds.h. */
#include "server/store/feeds.h"

#include <stdio.h>
#include <sys/random.h>
#include <time.h>

#include "server/store/lists.h"

/* ---- logs ---- */

static struct query query_log(struct db *db, enum statement statement, struct feed_log log)
{
    struct query q = db_query(db, statement);

    query_int(&q, ":kind", log.kind);
    query_int(&q, ":ref", log.ref);
    return q;
}

void store_feed_add(struct db *db, struct feed_log log, uint64_t post, uint64_t revision)
{
    struct query q = query_log(db, SQL_FEED_ADD, log);

    query_int(&q, ":post", post);
    query_int(&q, ":revision", revision);
    query_run(&q);
}

uint64_t store_feed_head(struct db *db, struct feed_log log)
{
    struct query q = query_log(db, SQL_FEED_HEAD, log);
    return query_only_int(&q);
}

struct query store_feed_rows(struct db *db, struct feed_log log, uint64_t from, uint64_t to, uint64_t count)
{
    struct query q = query_log(db, SQL_FEED_ROWS, log);

    query_int(&q, ":from", from);
    query_int(&q, ":to", to);
    query_int(&q, ":count", count);
    return q;
}

struct query store_feed_post(struct db *db, uint64_t post)
{
    struct query q = db_query(db, SQL_FEED_POST);

    query_int(&q, ":post", post);
    return q;
}

/* The columns of FEED_ROWS (feeds.def), in order. */
enum feed_column {
    NO, POST, REVISION, THREAD, FLOOR, AUTHOR_HANDLE, AUTHOR_NAME, CREATED, EDITED, UPDATED, PRESENT, STATE,
    TITLE, FLOORS, TAGS, BOARD, REPLY_POST, REPLY_FLOOR, REPLY_CREATED,
};

bool store_feed_next(struct query *q, struct arena *arena, struct feed_row *out)
{
    struct feed_entry_record *entry = &out->entry;

    if (!query_row(q))
        return false;
    *out = (struct feed_row){
        .present = query_int_at(q, PRESENT),
        .edited = query_int_at(q, EDITED),
        .board = query_int_at(q, BOARD),
    };
    entry->no = query_int_at(q, NO);
    entry->post = query_int_at(q, POST);
    entry->revision = query_int_at(q, REVISION);
    entry->thread = query_int_at(q, THREAD);
    entry->floor = query_int_at(q, FLOOR);
    entry->author = query_text_at(q, AUTHOR_HANDLE, arena);
    entry->author_name = query_text_at(q, AUTHOR_NAME, arena);
    entry->published = query_int_at(q, CREATED);
    entry->updated = query_int_at(q, UPDATED);
    entry->gone = query_int_at(q, STATE) != POST_STATE_VISIBLE;
    entry->title = query_text_at(q, TITLE, arena);
    entry->tags = lists_unpack(query_blob_at(q, TAGS, arena));
    entry->reply_to = query_int_at(q, REPLY_POST);
    entry->reply_floor = query_int_at(q, REPLY_FLOOR);
    entry->reply_published = query_int_at(q, REPLY_CREATED);
    if (entry->floor == 1)
        entry->replies = query_int_at(q, FLOORS) - 1;
    if (!entry->updated)
        entry->updated = entry->published;
    return true;
}

struct feed_standing store_feed_standing(struct db *db, uint64_t post)
{
    struct query q = db_query(db, SQL_FEED_STANDING);
    struct feed_standing standing = {0, false};

    query_int(&q, ":id", post);
    if (query_row(&q))
        standing = (struct feed_standing){query_int_at(&q, 0), query_int_at(&q, 1) != 0};
    query_end(&q);
    return standing;
}

void store_feed_stand(struct db *db, uint64_t post, struct feed_standing standing)
{
    struct query q = db_query(db, SQL_FEED_STAND);

    query_int(&q, ":id", post);
    query_int(&q, ":board", standing.board);
    query_int(&q, ":public", standing.public);
    query_run(&q);
}

void store_post_updated(struct db *db, uint64_t post, int64_t time)
{
    struct query q = db_query(db, SQL_POST_UPDATED);

    query_int(&q, ":id", post);
    query_time(&q, ":time", time);
    query_run(&q);
}

struct text store_thread_title_at(struct db *db, uint64_t thread, uint64_t time, struct arena *arena)
{
    struct query q = db_query(db, SQL_THREAD_TITLE_AT);

    query_int(&q, ":thread", thread);
    query_int(&q, ":time", time);
    struct text title = query_row(&q) ? query_text_at(&q, 0, arena) : (struct text){NULL, 0};
    query_end(&q);
    return title;
}

/* ---- tags ---- */

uint64_t store_tag_find(struct db *db, struct text name)
{
    struct query q = db_query(db, SQL_TAG_ID);

    query_text(&q, ":name", name);
    return query_only_int(&q);
}

uint64_t store_tag(struct db *db, struct text name)
{
    uint64_t id = store_tag_find(db, name);

    if (id)
        return id;
    struct query q = db_query(db, SQL_TAG_ADD);
    query_text(&q, ":name", name);
    query_run(&q);
    return db_last_id(db);
}

/* ---- what lasting ids begin with ---- */

struct text store_feed_tag(struct db *db, struct arena *arena)
{
    struct query q = db_query(db, SQL_SETTING_READ);

    query_text(&q, ":name", TEXT("tag"));
    struct text tag = query_row(&q) ? query_text_at(&q, 0, arena) : (struct text){NULL, 0};
    query_end(&q);
    return tag;
}

void store_feed_tag_set(struct db *db, struct text tag)
{
    struct query q = db_query(db, SQL_SETTING_WRITE);

    query_text(&q, ":name", TEXT("tag"));
    query_text(&q, ":value", tag);
    query_run(&q);
}

/* Under a name that nobody can own (RFC 2606 section 2), so that the id is told apart by its random letters alone. */
bool store_feed_mint(struct db *db)
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789"; /* 32: each five bits */
    enum { LETTERS = 20, ROOM = 80 };
    struct query q = db_query(db, SQL_SETTING_READ);
    time_t now = (time_t)(db_now(db) / 1000);
    char name[LETTERS + 1] = "", day[16] = "", tag[ROOM];
    unsigned char random[LETTERS];
    struct tm when;

    query_text(&q, ":name", TEXT("tag"));
    bool minted = query_row(&q);
    query_end(&q);
    if (minted)
        return true;
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random || !gmtime_r(&now, &when))
        return false;
    for (int i = 0; i < LETTERS; i++)
        name[i] = letters[random[i] % (sizeof letters - 1)];
    (void)strftime(day, sizeof day, "%Y-%m-%d", &when);
    int len = snprintf(tag, sizeof tag, "tag:%s.luntan.invalid,%s:", name, day);
    store_feed_tag_set(db, (struct text){tag, (size_t)len});
    return true;
}

/* ---- keys ---- */

uint64_t store_feed_key_add(struct db *db, uint64_t account, enum feed_kind kind, struct text name, struct text hash, int64_t now)
{
    struct query q = db_query(db, SQL_FEED_KEY_ADD);

    query_int(&q, ":account", account);
    query_int(&q, ":kind", kind);
    query_text(&q, ":name", name.at ? name : TEXT(""));
    query_blob(&q, ":hash", hash);
    query_time(&q, ":now", now);
    query_run(&q);
    return db_last_id(db);
}

uint64_t store_feed_keys_count(struct db *db, uint64_t account)
{
    struct query q = db_query(db, SQL_FEED_KEY_COUNT);

    query_int(&q, ":account", account);
    return query_only_int(&q);
}

bool store_feed_key_next(struct query *q, struct arena *arena, struct feed_key_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct feed_key_row){.account = query_int_at(q, 1), .revoked = query_int_at(q, 5)};
    out->record.id = query_int_at(q, 0);
    out->record.kind = (enum feed_kind)enumeration_by_number(&enumeration_feed_kind, query_int_at(q, 2))->number;
    out->record.name = query_text_at(q, 3, arena);
    out->record.created = query_int_at(q, 4);
    return true;
}

bool store_feed_key_find(struct db *db, struct text hash, struct arena *arena, struct feed_key_row *out)
{
    struct query q = db_query(db, SQL_FEED_KEY_FIND);

    query_blob(&q, ":hash", hash);
    bool found = store_feed_key_next(&q, arena, out);
    query_end(&q);
    return found;
}

struct query store_feed_keys(struct db *db, uint64_t account, uint64_t count)
{
    struct query q = db_query(db, SQL_FEED_KEY_LIST);

    query_int(&q, ":account", account);
    query_int(&q, ":count", count);
    return q;
}

bool store_feed_key_revoke(struct db *db, uint64_t account, uint64_t id, int64_t now)
{
    struct query q = db_query(db, SQL_FEED_KEY_REVOKE);

    query_int(&q, ":account", account);
    query_int(&q, ":id", id);
    query_time(&q, ":now", now);
    return query_run(&q) > 0;
}

uint64_t store_feed_posts_of(struct db *db, uint64_t account, uint64_t most)
{
    struct query q = db_query(db, SQL_FEED_POSTS_OF);

    query_int(&q, ":account", account);
    query_int(&q, ":most", most);
    return query_only_int(&q);
}
