/* See sanctions.h. */
#include "server/store/sanctions.h"

#include <string.h>

uint64_t store_sanction_insert(struct db *db, const struct sanction_row *sanction)
{
    struct query q = db_query(db, SQL_SANCTION_INSERT);

    query_int(&q, ":account", sanction->account);
    query_int(&q, ":kind", sanction->kind);
    query_int(&q, ":board", sanction->board);
    query_time(&q, ":since", sanction->since);
    query_time(&q, ":until", sanction->until);
    query_int(&q, ":reason", sanction->reason);
    query_text(&q, ":words", sanction->words);
    query_run(&q);
    return db_last_id(db);
}

void store_sanction_decided(struct db *db, uint64_t sanction, uint64_t decision)
{
    struct query q = db_query(db, SQL_SANCTION_DECIDED);

    query_int(&q, ":id", sanction);
    query_int(&q, ":decision", decision);
    query_run(&q);
}

/* The columns of SANCTION_COLUMNS (sanctions.def), in order. */
enum sanction_column {
    SANCTION_ID, SANCTION_ACCOUNT, SANCTION_KIND, SANCTION_BOARD, SANCTION_SINCE, SANCTION_UNTIL, SANCTION_REASON, SANCTION_WORDS,
    SANCTION_DECISION, SANCTION_LIFTED,
};

bool store_sanction_next(struct query *q, struct arena *arena, struct sanction_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct sanction_row){
        .id = query_int_at(q, SANCTION_ID), .account = query_int_at(q, SANCTION_ACCOUNT),
        .kind = (enum sanction_kind)query_int_at(q, SANCTION_KIND), .board = query_int_at(q, SANCTION_BOARD),
        .since = (int64_t)query_int_at(q, SANCTION_SINCE), .until = (int64_t)query_int_at(q, SANCTION_UNTIL),
        .reason = (enum reason)query_int_at(q, SANCTION_REASON), .words = query_text_at(q, SANCTION_WORDS, arena),
        .decision = query_int_at(q, SANCTION_DECISION), .lifted = (int64_t)query_int_at(q, SANCTION_LIFTED),
    };
    return true;
}

bool store_sanction(struct db *db, uint64_t id, struct arena *arena, struct sanction_row *out)
{
    struct query q = db_query(db, SQL_SANCTION_BY_ID);

    query_int(&q, ":id", id);
    bool found = store_sanction_next(&q, arena, out);
    query_end(&q);
    return found;
}

uint64_t store_sanction_like(struct db *db, uint64_t account, enum sanction_kind kind, uint64_t board, int64_t now)
{
    struct query q = db_query(db, SQL_SANCTION_LIKE);

    query_int(&q, ":account", account);
    query_int(&q, ":kind", kind);
    query_int(&q, ":board", board);
    query_time(&q, ":now", now);
    return query_only_int(&q);
}

bool store_sanction_lift(struct db *db, uint64_t id, int64_t now)
{
    struct query q = db_query(db, SQL_SANCTION_LIFT);

    query_int(&q, ":id", id);
    query_time(&q, ":now", now);
    return query_run(&q) != 0;
}

struct query store_sanctions(struct db *db, uint64_t account, uint64_t count)
{
    struct query q = db_query(db, SQL_SANCTIONS_OF_ACCOUNT);

    query_int(&q, ":account", account);
    query_int(&q, ":count", count);
    return q;
}

/* A list of mutes that grows in the arena. */
struct mutes {
    struct mute *at;
    uint32_t count, room;
};

static bool add_mute(struct mutes *mutes, struct arena *arena, struct mute mute)
{
    if (mutes->count == mutes->room) {
        uint32_t more = mutes->room ? mutes->room * 2 : 4;
        struct mute *larger = arena_alloc(arena, more * sizeof *larger);
        if (!larger)
            return false; /* the arena says so at the end */
        if (mutes->count)
            memcpy(larger, mutes->at, mutes->count * sizeof *larger);
        mutes->at = larger;
        mutes->room = more;
    }
    mutes->at[mutes->count++] = mute;
    return true;
}

void store_sanctions_weigh(struct db *db, struct arena *arena, int64_t now, struct actor *out)
{
    struct query q = db_query(db, SQL_SANCTIONS_UNLIFTED);
    struct mutes mutes = {NULL, 0, 0};
    struct sanction_row row;

    query_int(&q, ":account", out->account);
    while (store_sanction_next(&q, arena, &row)) {
        bool ban = row.kind == SANCTION_KIND_BAN && row.board == 0, holds = row.until == 0 || row.until > now;
        if (ban && !holds) {
            out->lapsed = true;
        } else if (ban) {
            out->banned = true; /* one at a time: a second one is refused while the first holds */
            out->banned_until = row.until;
        } else if (holds && !add_mute(&mutes, arena, (struct mute){row.board, row.until})) {
            break;
        }
    }
    query_end(&q);
    out->mutes = mutes.at;
    out->mute_count = mutes.count;
}

void store_appeal_insert(struct db *db, uint64_t decision, uint64_t item, int64_t time, struct text words)
{
    struct query q = db_query(db, SQL_APPEAL_INSERT);

    query_int(&q, ":decision", decision);
    query_int(&q, ":item", item);
    query_time(&q, ":time", time);
    query_text(&q, ":words", words);
    query_run(&q);
}

struct text store_appeal_words(struct db *db, uint64_t decision, struct arena *arena)
{
    struct query q = db_query(db, SQL_APPEAL_WORDS);
    struct text words = {NULL, 0};

    query_int(&q, ":decision", decision);
    if (query_row(&q))
        words = query_text_at(&q, 0, arena);
    query_end(&q);
    return words;
}
