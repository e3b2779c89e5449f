/* See audit.h. */
#include "server/store/audit.h"

#include <sodium.h>

#include "moderation/period.h"
#include "protocol/chain.h"

struct last {
    uint64_t id; /* 0: there is none yet */
    int64_t time;
    uint8_t hash[CHAIN_HASH];
};

static struct last find_last(struct db *db)
{
    struct query q = db_query(db, SQL_AUDIT_LAST);
    struct last last = {.id = 0};

    if (query_row(&q)) {
        last.id = query_int_at(&q, 0);
        last.time = (int64_t)query_int_at(&q, 1);
        struct text hash = query_borrow_at(&q, 2);
        if (hash.len == CHAIN_HASH)
            memcpy(last.hash, hash.at, CHAIN_HASH);
    }
    query_end(&q);
    return last;
}

static void insert(struct db *db, const struct audit_record *entry)
{
    struct query q = db_query(db, SQL_AUDIT_INSERT);

    query_int(&q, ":id", entry->id);
    query_int(&q, ":time", entry->time);
    query_int(&q, ":actor", entry->actor);
    query_text(&q, ":handle", entry->by.at ? entry->by : TEXT(""));
    query_text(&q, ":act", entry->act);
    query_int(&q, ":target", entry->target);
    query_text(&q, ":detail", entry->detail.at ? entry->detail : TEXT(""));
    query_int(&q, ":decision", entry->decision);
    query_int(&q, ":reason", entry->reason);
    query_text(&q, ":words", entry->words.at ? entry->words : TEXT(""));
    query_blob(&q, ":content", entry->content);
    query_int(&q, ":public", entry->public_id);
    query_blob(&q, ":salt", entry->salt);
    query_blob(&q, ":hash", entry->hash);
    query_run(&q);
}

static void append_after(struct db *db, struct last *last, const struct audit_record *entry)
{
    struct audit_record whole = *entry;
    char salt[CHAIN_SALT];
    uint8_t hash[CHAIN_HASH];

    randombytes_buf(salt, sizeof salt);
    whole.id = last->id + 1;
    whole.salt = (struct text){salt, sizeof salt};
    chain_hash(last->hash, &whole, hash);
    whole.hash = (struct text){(const char *)hash, sizeof hash};
    insert(db, &whole);
    last->id = whole.id;
    last->time = (int64_t)whole.time;
    memcpy(last->hash, hash, sizeof hash);
}

static void close_day(struct db *db, struct last *last, int64_t day, int64_t now)
{
    char date[PERIOD_DATE];

    append_after(db, last, &(struct audit_record){
        .time = (uint64_t)now, .act = TEXT("day"), .detail = period_date(day * PERIOD_DAY_MS - PERIOD_CHINA_MS, date),
    });
}

/* Closes every day between the last entry and now; an entry that ends a day is of the next one. */
static bool close_days(struct db *db, struct last *last, int64_t now)
{
    int64_t today = period_day(now);
    bool any = false;

    for (int64_t day = period_day(last->time); last->id && day < today; day++) {
        close_day(db, last, day, now);
        any = true;
    }
    return any;
}

/* Which board it is under, beside the log: 0 is none. */
static void insert_board(struct db *db, uint64_t board, uint64_t public)
{
    struct query q = db_query(db, SQL_AUDIT_BOARD_INSERT);

    query_int(&q, ":board", board);
    query_int(&q, ":public", public);
    query_run(&q);
}

uint64_t store_audit_append(struct db *db, const struct audit_record *entry, const struct audit_shown *shown)
{
    struct last last = find_last(db);
    struct audit_record numbered = *entry;

    if (!last.id)
        append_after(db, &last, &(struct audit_record){.time = entry->time, .act = TEXT("begin")});
    close_days(db, &last, (int64_t)entry->time);
    if (shown) {
        struct query q = db_query(db, SQL_AUDIT_PUBLIC_LAST);
        numbered.public_id = query_only_int(&q) + 1;
        if (shown->board)
            insert_board(db, shown->board, numbered.public_id);
    }
    append_after(db, &last, &numbered);
    return last.id;
}

bool store_audit_close(struct db *db, int64_t now)
{
    struct last last = find_last(db);

    return close_days(db, &last, now);
}

struct query store_audit_from(struct db *db, uint64_t from, uint64_t count)
{
    struct query q = db_query(db, SQL_AUDIT_FROM);

    query_int(&q, ":from", from);
    query_int(&q, ":count", count);
    return q;
}

struct query store_audit_public(struct db *db, uint64_t board, uint64_t before, uint64_t count)
{
    struct query q = db_query(db, board ? SQL_AUDIT_PUBLIC_ON : SQL_AUDIT_PUBLIC);

    if (board)
        query_int(&q, ":board", board);
    query_int(&q, ":before", before);
    query_int(&q, ":count", count);
    return q;
}

bool store_audit_next(struct query *q, struct arena *arena, struct audit_record *out)
{
    enum { ID, TIME, ACTOR, HANDLE, ACT, TARGET, DETAIL, DECISION, REASON, WORDS, CONTENT, PUBLIC, SALT, HASH };

    if (!query_row(q))
        return false;
    *out = (struct audit_record){
        .id = query_int_at(q, ID), .time = query_int_at(q, TIME), .actor = query_int_at(q, ACTOR), .by = query_text_at(q, HANDLE, arena),
        .act = query_text_at(q, ACT, arena), .target = query_int_at(q, TARGET), .detail = query_text_at(q, DETAIL, arena),
        .decision = query_int_at(q, DECISION), .reason = query_int_at(q, REASON), .words = query_text_at(q, WORDS, arena),
        .content = query_blob_at(q, CONTENT, arena), .public_id = query_int_at(q, PUBLIC), .salt = query_blob_at(q, SALT, arena),
        .hash = query_blob_at(q, HASH, arena),
    };
    return true;
}

struct query store_audit_days(struct db *db, struct text before, uint64_t count)
{
    struct query q = db_query(db, SQL_AUDIT_DAYS);

    query_text(&q, ":before", before.len ? before : TEXT(":")); /* which sorts after every digit */
    query_int(&q, ":count", count);
    return q;
}

bool store_audit_day_next(struct query *q, struct arena *arena, struct head_record *out)
{
    if (!query_row(q))
        return false;
    *out = (struct head_record){.day = query_text_at(q, 0, arena), .hash = query_blob_at(q, 1, arena)};
    return true;
}
