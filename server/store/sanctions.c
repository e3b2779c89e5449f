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

/* Room for one more in a list that grows in the arena; NULL without memory, of which the arena says so at the end. */
static void *one_more(void *list, uint32_t count, size_t size, struct arena *arena)
{
    if (count & (count - 1)) /* it grows where there are 0, 1, 2, 4, 8... */
        return list;
    void *larger = arena_alloc(arena, (count ? 2 * count : 1) * size);
    if (larger && count)
        memcpy(larger, list, count * size);
    return larger;
}

/* What holds, but for bans of the site. False: no memory. */
static bool add_sanction(const struct sanction_row *row, struct arena *arena, struct mute **mutes, struct person_hold **holds, struct actor *out)
{
    if (row->kind == SANCTION_KIND_HOLD) {
        struct person_hold *larger = one_more(*holds, out->hold_count, sizeof **holds, arena);
        if (!larger)
            return false;
        *holds = larger;
        larger[out->hold_count++] = (struct person_hold){row->board};
    } else {
        struct mute *larger = one_more(*mutes, out->mute_count, sizeof **mutes, arena);
        if (!larger)
            return false;
        *mutes = larger;
        larger[out->mute_count++] = (struct mute){.board = row->board, .until = row->until, .sanction = row->id};
    }
    return true;
}

void store_sanctions_weigh(struct db *db, struct arena *arena, int64_t now, struct actor *out)
{
    struct query q = db_query(db, SQL_SANCTIONS_UNLIFTED);
    struct mute *mutes = NULL;
    struct person_hold *holds = NULL;
    struct sanction_row row;

    out->mute_count = out->hold_count = 0;
    query_int(&q, ":account", out->account);
    while (store_sanction_next(&q, arena, &row)) {
        bool ban = row.kind == SANCTION_KIND_BAN && row.board == 0, in_force = row.until == 0 || row.until > now;
        if (ban && !in_force) {
            out->lapsed = true;
        } else if (ban) {
            out->banned = true; /* one at a time: a second one is refused while the first holds */
            out->ban = row.id;
        } else if (in_force && !add_sanction(&row, arena, &mutes, &holds, out)) {
            break;
        }
    }
    query_end(&q);
    out->mutes = mutes;
    out->holds = holds;
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
