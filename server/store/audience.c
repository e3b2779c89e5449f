/* See audience.h. */
#include "server/store/audience.h"

/* The columns of PERSON_COLUMNS (audience.def), in order. */
enum person_column { ID, ROLE, STATE, RESTS, BOARD_ROLE, BANNED };

static enum role role_at(struct query *q, int column)
{
    return (enum role)enumeration_by_number(&enumeration_role, query_int_at(q, column))->number;
}

bool store_person_next(struct query *q, uint64_t board, struct person *out)
{
    if (!query_row(q))
        return false;
    *out = (struct person){
        .actor = {
            .account = query_int_at(q, ID),
            .role = role_at(q, ROLE),
            .suspended = query_int_at(q, STATE) != ACCOUNT_STATE_ACTIVE,
            .rests = query_int_at(q, RESTS) != 0,
            .banned = query_int_at(q, BANNED) != 0,
        },
        .on_board = {board, role_at(q, BOARD_ROLE)},
    };
    out->actor.boards = &out->on_board;
    out->actor.board_count = out->on_board.role != ROLE_VISITOR;
    return true;
}

static void bind_board(struct query *q, uint64_t board, int64_t now)
{
    query_int(q, ":unit", SCOPE_UNIT); /* a deputy is one on every board */
    query_int(q, ":scope", SCOPE_BOARD);
    query_int(q, ":board", board);
    query_int(q, ":ban", SANCTION_KIND_BAN);
    query_time(q, ":now", now);
}

bool store_person(struct db *db, uint64_t account, uint64_t board, int64_t now, struct person *out)
{
    struct query q = db_query(db, SQL_PERSON_BY_ID);

    bind_board(&q, board, now);
    query_int(&q, ":id", account);
    bool found = store_person_next(&q, board, out);
    query_end(&q);
    return found;
}

bool store_person_by_handle(struct db *db, struct text handle_key, uint64_t board, int64_t now, struct person *out)
{
    struct query q = db_query(db, SQL_PERSON_BY_HANDLE);

    bind_board(&q, board, now);
    query_text(&q, ":key", handle_key);
    bool found = store_person_next(&q, board, out);
    query_end(&q);
    return found;
}

struct query store_watching(struct db *db, enum topic kind, uint64_t id, uint64_t board, int64_t now, uint64_t count)
{
    struct query q = db_query(db, SQL_PERSONS_WATCHING);

    bind_board(&q, board, now);
    query_int(&q, ":kind", kind);
    query_int(&q, ":ref", id);
    query_int(&q, ":count", count);
    return q;
}
