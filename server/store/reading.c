/* See reading.h. */
#include "server/store/reading.h"

uint64_t store_mark(struct db *db, uint64_t account, uint64_t thread)
{
    struct query q = db_query(db, SQL_MARK_GET);
    query_int(&q, ":account", account);
    query_int(&q, ":thread", thread);
    return query_only_int(&q);
}

void store_mark_raise(struct db *db, uint64_t account, uint64_t thread, uint64_t floor)
{
    struct query q = db_query(db, SQL_MARK_RAISE);
    query_int(&q, ":account", account);
    query_int(&q, ":thread", thread);
    query_int(&q, ":floor", floor);
    query_run(&q);
}

uint64_t store_baseline(struct db *db, uint64_t account, uint64_t board)
{
    struct query q = db_query(db, SQL_BASELINE_GET);
    query_int(&q, ":account", account);
    query_int(&q, ":board", board);
    return query_only_int(&q);
}

void store_baseline_raise(struct db *db, uint64_t account, uint64_t board, uint64_t post)
{
    struct query q = db_query(db, SQL_BASELINE_RAISE);
    query_int(&q, ":account", account);
    query_int(&q, ":board", board);
    query_int(&q, ":post", post);
    query_run(&q);
}

uint64_t store_unread(struct db *db, uint64_t account, uint64_t board, uint64_t baseline, uint64_t examine,
                      uint64_t most, bool *more)
{
    uint64_t unread = 0, examined = 0;
    struct query q = db_query(db, SQL_UNREAD_NEWEST);
    query_int(&q, ":account", account);
    query_int(&q, ":board", board);
    query_int(&q, ":baseline", baseline);
    query_int(&q, ":count", examine);
    *more = false;
    while (query_row(&q)) {
        examined++;
        if (query_int_at(&q, 0) && unread++ == most) {
            unread = most;
            *more = true;
            break;
        }
    }
    query_end(&q);
    *more = *more || examined == examine;
    return unread;
}

static struct query watch_query(struct db *db, enum statement statement, uint64_t account, enum topic kind, uint64_t id)
{
    struct query q = db_query(db, statement);
    query_int(&q, ":account", account);
    query_int(&q, ":kind", kind);
    query_int(&q, ":ref", id);
    return q;
}

bool store_watch(struct db *db, uint64_t account, enum topic kind, uint64_t id)
{
    struct query q = watch_query(db, SQL_WATCH_GET, account, kind, id);
    return query_only_int(&q) != 0;
}

uint64_t store_watch_count(struct db *db, uint64_t account)
{
    struct query q = db_query(db, SQL_WATCH_COUNT);
    query_int(&q, ":account", account);
    return query_only_int(&q);
}

void store_watch_set(struct db *db, uint64_t account, enum topic kind, uint64_t id, bool on)
{
    struct query q = watch_query(db, on ? SQL_WATCH_INSERT : SQL_WATCH_DELETE, account, kind, id);
    query_run(&q);
}

uint64_t store_watch_page(struct db *db, uint64_t account, enum topic kind, uint64_t id, struct watch_record *out,
                          uint64_t room)
{
    uint64_t count = 0;
    struct query q = watch_query(db, SQL_WATCH_PAGE, account, kind, id);
    query_int(&q, ":count", room);
    while (count < room && query_row(&q))
        out[count++] = (struct watch_record){
            .kind = (enum topic)query_int_at(&q, 0),
            .id = query_int_at(&q, 1),
        };
    query_end(&q);
    return count;
}

void store_notice_insert(struct db *db, uint64_t account, uint64_t actor, struct notice_record *notice)
{
    struct query q = db_query(db, SQL_NOTICE_BUMP);
    query_int(&q, ":account", account);
    if (query_row(&q)) {
        notice->seq = query_int_at(&q, 0);
        notice->id = query_int_at(&q, 1);
    }
    query_end(&q);
    q = db_query(db, SQL_NOTICE_INSERT);
    query_int(&q, ":account", account);
    query_int(&q, ":id", notice->id);
    query_int(&q, ":kind", notice->kind);
    query_int(&q, ":time", notice->time);
    query_int(&q, ":actor", actor);
    query_int(&q, ":board", notice->board);
    query_int(&q, ":thread", notice->thread);
    query_int(&q, ":post", notice->post);
    query_int(&q, ":floor", notice->floor);
    query_int(&q, ":role", notice->role);
    query_int(&q, ":seq", notice->seq);
    query_int(&q, ":decision", notice->decision);
    query_blob(&q, ":held", notice->held);
    query_run(&q);
}

static uint64_t read_notices(struct query *q, uint64_t read, struct arena *arena, struct notice_row *out, uint64_t room)
{
    uint64_t count = 0;
    query_int(q, ":count", room);
    while (count < room && query_row(q)) {
        struct notice_row *row = &out[count++];
        row->notice = (struct notice_record){
            .id = query_int_at(q, 0),
            .kind = (enum notice_kind)query_int_at(q, 1),
            .time = query_int_at(q, 2),
            .by = query_text_at(q, 3, arena),
            .board = query_int_at(q, 4),
            .thread = query_int_at(q, 5),
            .post = query_int_at(q, 6),
            .floor = query_int_at(q, 7),
            .role = (enum role)query_int_at(q, 8),
            .seq = query_int_at(q, 9),
            .title = query_text_at(q, 10, arena),
        };
        row->notice.read = row->notice.id <= read;
        row->stands_on = query_int_at(q, 11);
        row->notice.decision = query_int_at(q, 12);
        row->notice.held = query_blob_at(q, 13, arena);
    }
    query_end(q);
    return count;
}

uint64_t store_notice_page(struct db *db, uint64_t account, uint64_t before, struct arena *arena,
                           struct notice_row *out, uint64_t room)
{
    uint64_t read = store_notice_state(db, account).read;
    struct query q = db_query(db, SQL_NOTICE_PAGE);
    query_int(&q, ":account", account);
    query_int(&q, ":before", before ? before : INT64_MAX);
    return read_notices(&q, read, arena, out, room);
}

uint64_t store_notice_since(struct db *db, uint64_t account, uint64_t since, struct arena *arena,
                            struct notice_row *out, uint64_t room)
{
    uint64_t read = store_notice_state(db, account).read;
    struct query q = db_query(db, SQL_NOTICE_SINCE);
    query_int(&q, ":account", account);
    query_int(&q, ":since", since);
    return read_notices(&q, read, arena, out, room);
}

struct notice_state store_notice_state(struct db *db, uint64_t account)
{
    struct notice_state state = {0};
    struct query q = db_query(db, SQL_NOTICE_STATE);
    query_int(&q, ":account", account);
    if (query_row(&q))
        state = (struct notice_state){query_int_at(&q, 0), query_int_at(&q, 1), query_int_at(&q, 2)};
    query_end(&q);
    return state;
}

bool store_notice_read(struct db *db, uint64_t account, uint64_t id, uint64_t seq)
{
    struct query q = db_query(db, SQL_NOTICE_READ);
    query_int(&q, ":account", account);
    query_int(&q, ":id", id);
    if (query_run(&q) == 0)
        return false;
    q = db_query(db, SQL_NOTICE_TOUCH);
    query_int(&q, ":account", account);
    query_int(&q, ":id", id);
    query_int(&q, ":seq", seq);
    query_run(&q);
    return true;
}

uint64_t store_account_bump(struct db *db, uint64_t account)
{
    struct query q = db_query(db, SQL_ACCOUNT_BUMP);
    query_int(&q, ":account", account);
    return query_only_int(&q);
}
