/* See transfer.h. */
#include "server/store/transfer.h"

#include "server/store/boards.h"
#include "server/store/lists.h"
#include "server/store/moved.h"

/* ---- export ---- */

static const struct {
    enum statement statement;
    unsigned parts; /* of the key */
} tables[] = {
    [TRANSFER_BOARDS] = {SQL_BOARDS_EXPORT, 1},
    [TRANSFER_ACCOUNTS] = {SQL_ACCOUNTS_EXPORT, 1},
    [TRANSFER_THREADS] = {SQL_THREADS_EXPORT, 1},
    [TRANSFER_POSTS] = {SQL_POSTS_EXPORT, 1},
    [TRANSFER_REVISIONS] = {SQL_REVISIONS_EXPORT, 2},
    [TRANSFER_DRAFTS] = {SQL_DRAFTS_EXPORT, 2},
    [TRANSFER_MARKS] = {SQL_MARKS_EXPORT, 2},
    [TRANSFER_BASELINES] = {SQL_BASELINES_EXPORT, 2},
    [TRANSFER_WATCHES] = {SQL_WATCHES_EXPORT, 3},
    [TRANSFER_STUBS] = {SQL_STUBS_EXPORT, 2},
    [TRANSFER_NOTICES] = {SQL_NOTICES_EXPORT, 2},
};

struct query store_transfer(struct db *db, enum transfer table, struct transfer_key after, uint64_t count)
{
    struct query q = db_query(db, tables[table].statement);

    query_int(&q, ":a", after.a);
    if (tables[table].parts > 1)
        query_int(&q, ":b", after.b);
    if (tables[table].parts > 2)
        query_int(&q, ":c", after.c);
    query_int(&q, ":count", count);
    return q;
}

static bool next_board(struct query *q, struct arena *arena, struct transfer_row *out)
{
    struct board_row row;

    if (!store_board_next(q, arena, &row))
        return false;
    out->record.board = row.record;
    out->key.a = row.record.id;
    return true;
}

static bool next_thread(struct query *q, struct arena *arena, struct transfer_row *out)
{
    struct thread_row row;

    if (!store_thread_next(q, arena, &row))
        return false;
    out->record.thread = row.record;
    out->record.thread.into = row.merged;
    out->key.a = row.record.id;
    return true;
}

static bool next_post(struct query *q, struct arena *arena, struct transfer_row *out)
{
    struct post_row row;

    if (!store_post_next(q, arena, &row))
        return false;
    out->record.post = row.record;
    out->key.a = row.record.id;
    return true;
}

static bool next_stub(struct query *q, struct arena *arena, struct transfer_row *out)
{
    struct post_row row;

    if (!store_post_next(q, arena, &row))
        return false;
    out->record.post = row.record;
    out->key = (struct transfer_key){.a = row.record.thread, .b = row.record.floor};
    return true;
}

static bool next_revision(struct query *q, struct arena *arena, struct transfer_row *out)
{
    struct revision_record *revision = &out->record.revision;

    if (!store_revision_next(q, arena, revision))
        return false;
    revision->body = store_revision_body(q);
    out->key = (struct transfer_key){.a = revision->post, .b = revision->number};
    return true;
}

/* The rest stands in tables of which no other file reads whole rows. The account is the first part of the key. */
static void read_draft(struct query *q, struct arena *arena, struct transfer_row *out)
{
    struct draft_record *draft = &out->record.draft;

    *draft = (struct draft_record){
        .id = query_blob_at(q, 1, arena),
        .author = query_text_at(q, 2, arena),
        .version = query_int_at(q, 3),
        .board = query_int_at(q, 4),
        .thread = query_int_at(q, 5),
        .post = query_int_at(q, 6),
        .reply_to = query_int_at(q, 7),
        .title = query_text_at(q, 8, arena),
        .tags = lists_unpack(query_blob_at(q, 9, arena)),
        .updated = query_int_at(q, 10),
        .seq = query_int_at(q, 11),
        .body = query_borrow_at(q, 12),
    };
    out->key.b = draft->seq;
}

static void read_mark(struct query *q, struct arena *arena, struct transfer_row *out)
{
    out->key.b = query_int_at(q, 1);
    out->record.mark = (struct mark_record){
        .thread = out->key.b,
        .account = query_text_at(q, 2, arena),
        .floor = query_int_at(q, 3),
    };
}

static void read_baseline(struct query *q, struct arena *arena, struct transfer_row *out)
{
    out->key.b = query_int_at(q, 1);
    out->record.mark = (struct mark_record){
        .board = out->key.b,
        .account = query_text_at(q, 2, arena),
        .baseline = query_int_at(q, 3),
    };
}

static void read_watch(struct query *q, struct arena *arena, struct transfer_row *out)
{
    out->key.b = query_int_at(q, 1);
    out->key.c = query_int_at(q, 2);
    out->record.watch = (struct watch_record){
        .kind = (enum topic)enumeration_by_number(&enumeration_topic, out->key.b)->number,
        .id = out->key.c,
        .account = query_text_at(q, 3, arena),
    };
}

static void read_notice(struct query *q, struct arena *arena, struct transfer_row *out)
{
    out->key.b = query_int_at(q, 1);
    out->record.notice = (struct notice_record){
        .id = out->key.b,
        .account = query_text_at(q, 2, arena),
        .kind = (enum notice_kind)enumeration_by_number(&enumeration_notice_kind, query_int_at(q, 3))->number,
        .time = query_int_at(q, 4),
        .by = query_text_at(q, 5, arena),
        .board = query_int_at(q, 6),
        .thread = query_int_at(q, 7),
        .post = query_int_at(q, 8),
        .floor = query_int_at(q, 9),
        .role = (enum role)enumeration_by_number(&enumeration_role, query_int_at(q, 10))->number,
        .seq = query_int_at(q, 11),
        .read = query_int_at(q, 12) != 0,
    };
}

bool store_transfer_next(struct query *q, enum transfer table, struct arena *arena, struct transfer_row *out)
{
    static bool (*const nexts[TRANSFER_NOTICES + 1])(struct query *, struct arena *, struct transfer_row *) = {
        [TRANSFER_BOARDS] = next_board,
        [TRANSFER_THREADS] = next_thread,
        [TRANSFER_POSTS] = next_post,
        [TRANSFER_REVISIONS] = next_revision,
        [TRANSFER_STUBS] = next_stub,
    };
    static void (*const reads[TRANSFER_NOTICES + 1])(struct query *, struct arena *, struct transfer_row *) = {
        [TRANSFER_DRAFTS] = read_draft,
        [TRANSFER_MARKS] = read_mark,
        [TRANSFER_BASELINES] = read_baseline,
        [TRANSFER_WATCHES] = read_watch,
        [TRANSFER_NOTICES] = read_notice,
    };

    *out = (struct transfer_row){.key = {0}};
    if (nexts[table])
        return nexts[table](q, arena, out);
    if (!query_row(q))
        return false;
    out->key.a = query_int_at(q, 0);
    if (reads[table])
        reads[table](q, arena, out);
    else
        out->record.account.id = out->key.a;
    return true;
}

/* ---- import ---- */

bool store_import_open(struct db *db, bool *begun)
{
    struct query q = db_query(db, SQL_IMPORT_STATE);
    bool open = query_row(&q) && query_int_at(&q, 1) != 0;

    *begun = open && query_int_at(&q, 0) != 0;
    query_end(&q);
    return open;
}

void store_import_note(struct db *db)
{
    struct query q = db_query(db, SQL_IMPORT_NOTE);
    query_run(&q);
}

void store_import_clear_boards(struct db *db)
{
    struct query q = db_query(db, SQL_IMPORT_CLEAR_GRANTS);
    query_int(&q, ":scope", SCOPE_BOARD);
    query_run(&q);
    q = db_query(db, SQL_IMPORT_CLEAR_WATCHES);
    query_int(&q, ":kind", TOPIC_BOARD);
    query_run(&q);
    q = db_query(db, SQL_IMPORT_CLEAR_BASELINES);
    query_run(&q);
    q = db_query(db, SQL_IMPORT_CLEAR_BOARDS);
    query_run(&q);
}

void store_import_created(struct db *db, uint64_t account, uint64_t created)
{
    struct query q = db_query(db, SQL_IMPORT_CREATED);

    query_int(&q, ":id", account);
    query_int(&q, ":created", created);
    query_run(&q);
}

void store_import_thread(struct db *db, const struct thread_record *thread, uint64_t author, struct arena *arena)
{
    struct text tags = lists_pack(arena, thread->tags);
    struct query q = db_query(db, SQL_IMPORT_THREAD);

    query_int(&q, ":id", thread->id);
    query_int(&q, ":board", thread->board);
    query_text(&q, ":title", thread->title);
    query_int(&q, ":author", author);
    query_text(&q, ":guest", author ? (struct text){NULL, 0} : thread->author_name);
    query_int(&q, ":created", thread->created);
    query_int(&q, ":pinned", thread->pinned);
    query_int(&q, ":locked", thread->locked);
    query_int(&q, ":featured", thread->featured);
    query_int(&q, ":hold", thread->hold);
    query_int(&q, ":seq", thread->seq);
    query_int(&q, ":into", thread->into);
    query_blob(&q, ":tags", tags);
    query_run(&q);
    store_thread_tags(db, thread->id, thread->tags);
    q = db_query(db, SQL_IMPORT_THREAD_COUNT);
    query_int(&q, ":threads", thread->into ? 0 : 1); /* a merged one stands on no board */
    query_int(&q, ":board", thread->board);
    query_int(&q, ":seq", thread->seq);
    query_run(&q);
}

void store_import_post(struct db *db, const struct post_record *post, uint64_t author)
{
    struct query q = db_query(db, SQL_IMPORT_POST);

    query_int(&q, ":id", post->id);
    query_int(&q, ":thread", post->thread);
    query_int(&q, ":floor", post->floor);
    query_int(&q, ":author", author);
    query_text(&q, ":guest", author ? (struct text){NULL, 0} : post->author_name);
    query_int(&q, ":created", post->created);
    query_int(&q, ":edited", post->edited);
    query_int(&q, ":revision", post->revision);
    query_int(&q, ":reply_to", post->reply_to);
    query_int(&q, ":state", post->state);
    query_int(&q, ":reason", post->reason);
    query_int(&q, ":moderated", post->moderated);
    query_int(&q, ":seq", post->seq);
    query_text(&q, ":body", post->body.at ? post->body : TEXT(""));
    query_run(&q);
    /* The board first: it compares with its own newest post. */
    q = db_query(db, SQL_IMPORT_POST_BOARD);
    query_int(&q, ":thread", post->thread);
    query_int(&q, ":id", post->id);
    query_int(&q, ":created", post->created);
    query_run(&q);
    q = db_query(db, SQL_IMPORT_POST_THREAD);
    query_int(&q, ":thread", post->thread);
    query_int(&q, ":floor", post->floor);
    query_int(&q, ":seq", post->seq);
    query_int(&q, ":id", post->id);
    query_int(&q, ":created", post->created);
    query_int(&q, ":author", author);
    query_run(&q);
}

void store_import_stub(struct db *db, const struct post_record *stub)
{
    struct query q = db_query(db, SQL_IMPORT_STUB_THREAD);

    query_int(&q, ":thread", stub->thread);
    query_int(&q, ":floor", stub->floor);
    query_int(&q, ":seq", stub->seq);
    query_run(&q);
    store_stub_insert(db, stub);
}

void store_import_revision(struct db *db, const struct revision_record *revision, uint64_t author)
{
    struct query q = db_query(db, SQL_IMPORT_REVISION);

    query_int(&q, ":post", revision->post);
    query_int(&q, ":number", revision->number);
    query_int(&q, ":author", author);
    query_int(&q, ":time", revision->time);
    query_text(&q, ":title", revision->title);
    query_int(&q, ":size", revision->body.len);
    query_text(&q, ":body", revision->body.at ? revision->body : TEXT(""));
    query_run(&q);
}

void store_import_notice(struct db *db, uint64_t account, const struct notice_record *notice, uint64_t by)
{
    struct query q = db_query(db, SQL_IMPORT_NOTICE);

    query_int(&q, ":account", account);
    query_int(&q, ":id", notice->id);
    query_int(&q, ":kind", notice->kind);
    query_int(&q, ":time", notice->time);
    query_int(&q, ":actor", by);
    query_int(&q, ":board", notice->board);
    query_int(&q, ":thread", notice->thread);
    query_int(&q, ":post", notice->post);
    query_int(&q, ":floor", notice->floor);
    query_int(&q, ":role", notice->role);
    query_int(&q, ":seq", notice->seq);
    query_run(&q);
    q = db_query(db, SQL_IMPORT_NOTICE_ACCOUNT);
    query_int(&q, ":account", account);
    query_int(&q, ":id", notice->id);
    query_int(&q, ":seq", notice->seq);
    query_int(&q, ":read", notice->read);
    query_run(&q);
}

void store_import_head(struct db *db, uint64_t account, uint64_t seq)
{
    struct query q = db_query(db, SQL_IMPORT_HEAD);

    query_int(&q, ":account", account);
    query_int(&q, ":seq", seq);
    query_run(&q);
}

/* ---- numbers of accounts ---- */

uint64_t store_account_free(struct db *db)
{
    struct query q = db_query(db, SQL_RENUMBER_FREE);
    return query_only_int(&q);
}

void store_account_renumber(struct db *db, uint64_t from, uint64_t to)
{
    static const enum statement steps[] = {
        SQL_RENUMBER_COPY, SQL_RENUMBER_GRANT, SQL_RENUMBER_FEED_KEY, SQL_RENUMBER_SESSION, SQL_RENUMBER_ISSUER, SQL_RENUMBER_TAKER,
        SQL_RENUMBER_RESET, SQL_RENUMBER_RESET_ISSUER, SQL_RENUMBER_RECOVERY, SQL_RENUMBER_AUDIT, SQL_RENUMBER_DRAFT,
        SQL_RENUMBER_DRAFT_GONE, SQL_RENUMBER_MARK, SQL_RENUMBER_BASELINE, SQL_RENUMBER_WATCH, SQL_RENUMBER_NOTICE,
        SQL_RENUMBER_NOTICE_ACTOR, SQL_RENUMBER_HELD, SQL_RENUMBER_ITEM_AUTHOR, SQL_RENUMBER_ITEM_BARRED, SQL_RENUMBER_ITEM_CLAIMANT,
        SQL_RENUMBER_ITEM_WITHHELD, SQL_RENUMBER_PROPOSAL, SQL_RENUMBER_FIGURE, SQL_RENUMBER_CONCERN,
        SQL_RENUMBER_DECISION, SQL_RENUMBER_DECISION_ACTOR, SQL_RENUMBER_SANCTION, SQL_RENUMBER_OPERATION, SQL_RENUMBER_OLD, SQL_RENUMBER_KEY,
    };

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct query q = db_query(db, steps[i]);
        query_int(&q, ":from", from);
        query_int(&q, ":to", to);
        query_run(&q);
    }
}
