/* See figures.h. */
#include "server/store/figures.h"

void store_figure_decided(struct db *db, uint64_t decision)
{
    struct query q = db_query(db, SQL_FIGURE_DECIDED);

    query_int(&q, ":id", decision);
    query_run(&q);
}

void store_figure_appealed(struct db *db, uint64_t decision, enum figure_what what)
{
    struct query q = db_query(db, SQL_FIGURE_APPEALED);

    query_int(&q, ":id", decision);
    query_int(&q, ":what", what);
    query_run(&q);
}

static struct query query_sums(struct db *db, enum statement statement, uint64_t ref, int64_t day)
{
    struct query q = db_query(db, statement);

    query_int(&q, ":ref", ref);
    query_time(&q, ":day", day);
    return q;
}

struct query store_figures_of_actor(struct db *db, uint64_t actor, int64_t day)
{
    return query_sums(db, SQL_FIGURES_OF_ACTOR, actor, day);
}

struct query store_figures_of_board(struct db *db, uint64_t board, int64_t day)
{
    return query_sums(db, SQL_FIGURES_OF_BOARD, board, day);
}

bool store_figure_next(struct query *q, struct figure_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct figure_row){(enum figure_what)query_int_at(q, 0), query_int_at(q, 1), query_int_at(q, 2)};
    return true;
}

uint64_t store_figure_next_actor(struct db *db, uint64_t after)
{
    struct query q = db_query(db, SQL_FIGURE_NEXT_ACTOR);

    query_int(&q, ":after", after);
    return query_only_int(&q);
}

size_t store_figure_waits(struct db *db, uint64_t *edges, size_t room)
{
    struct query q = db_query(db, SQL_FIGURE_WAITS);
    size_t count = 0;

    query_int(&q, ":count", room);
    while (count < room && query_row(&q))
        edges[count++] = query_int_at(&q, 0);
    query_end(&q);
    return count;
}

uint64_t store_items_waiting(struct db *db, uint64_t board, uint64_t most)
{
    struct query q = db_query(db, SQL_ITEMS_WAITING);

    query_int(&q, ":board", board);
    query_int(&q, ":most", most);
    return query_only_int(&q);
}

int64_t store_items_oldest(struct db *db, uint64_t board)
{
    struct query q = db_query(db, SQL_ITEMS_OLDEST);

    query_int(&q, ":board", board);
    return (int64_t)query_only_int(&q);
}
