/* See boards.h. */
#include "server/store/boards.h"

/* The columns of BOARD_COLUMNS (boards.def), in order. */
enum board_column {
    ID, SLUG, NAME, NAME_EN, KIND, ABOUT, ABOUT_EN, POSITION, READ, START, REPLY, HOLD, FEED, CLOSED,
    THREADS, POSTS, LAST_TIME, CREATED, HEAD, LAST_POST,
};

/* A text column in which '' stands for absent. */
static struct text text_or_absent(struct query *q, int column, struct arena *arena)
{
    struct text text = query_text_at(q, column, arena);
    return text.len ? text : (struct text){NULL, 0};
}

static enum role role_at(struct query *q, int column)
{
    return (enum role)enumeration_by_number(&enumeration_role, query_int_at(q, column))->number;
}

static void read_row(struct query *q, struct arena *arena, struct board_row *out)
{
    struct board_record *board = &out->record;

    *out = (struct board_row){.head = query_int_at(q, HEAD), .last_post = query_int_at(q, LAST_POST)};
    board->id = query_int_at(q, ID);
    board->slug = query_text_at(q, SLUG, arena);
    board->name = query_text_at(q, NAME, arena);
    board->name_en = text_or_absent(q, NAME_EN, arena);
    board->kind = (enum board_kind)enumeration_by_number(&enumeration_board_kind, query_int_at(q, KIND))->number;
    board->about = text_or_absent(q, ABOUT, arena);
    board->about_en = text_or_absent(q, ABOUT_EN, arena);
    board->position = query_int_at(q, POSITION);
    board->read = role_at(q, READ);
    board->start = role_at(q, START);
    board->reply = role_at(q, REPLY);
    board->hold = query_int_at(q, HOLD) != 0;
    board->feed = query_int_at(q, FEED) != 0;
    board->closed = query_int_at(q, CLOSED) != 0;
    board->threads = query_int_at(q, THREADS);
    board->posts = query_int_at(q, POSTS);
    board->last_time = query_int_at(q, LAST_TIME);
    board->created = query_int_at(q, CREATED);
    out->policy = (struct board_policy){
        .board = board->id,
        .kind = board->kind,
        .read = board->read,
        .start = board->start,
        .reply = board->reply,
        .hold = board->hold,
        .closed = board->closed,
    };
}

static struct text present(struct text text)
{
    return text.at ? text : TEXT("");
}

/* Binds what insert and update have in common; ids and positions of 0 stay NULL. */
static void bind_record(struct query *q, const struct board_record *board)
{
    if (board->id)
        query_int(q, ":id", board->id);
    if (board->position)
        query_int(q, ":position", board->position);
    query_text(q, ":slug", board->slug);
    query_text(q, ":name", board->name);
    query_text(q, ":name_en", present(board->name_en));
    query_int(q, ":kind", board->kind);
    query_text(q, ":about", present(board->about));
    query_text(q, ":about_en", present(board->about_en));
    query_int(q, ":read", board->read);
    query_int(q, ":start", board->start);
    query_int(q, ":reply", board->reply);
    query_int(q, ":hold", board->hold);
    query_int(q, ":feed", board->feed);
    query_int(q, ":closed", board->closed);
    query_int(q, ":created", board->created);
}

uint64_t store_board_insert(struct db *db, const struct board_record *board)
{
    struct query q = db_query(db, SQL_BOARD_INSERT);

    bind_record(&q, board);
    query_run(&q);
    return db_last_id(db);
}

void store_board_update(struct db *db, const struct board_record *board)
{
    struct query q = db_query(db, SQL_BOARD_UPDATE);

    bind_record(&q, board);
    query_run(&q);
}

static bool one_row(struct query *q, struct arena *arena, struct board_row *out)
{
    bool found = query_row(q);

    if (found)
        read_row(q, arena, out);
    query_end(q);
    return found;
}

bool store_board_row(struct db *db, uint64_t id, struct arena *arena, struct board_row *out)
{
    struct query q = db_query(db, SQL_BOARD_BY_ID);

    query_int(&q, ":id", id);
    return one_row(&q, arena, out);
}

bool store_board_of_kind(struct db *db, enum board_kind kind, struct arena *arena, struct board_row *out)
{
    struct query q = db_query(db, SQL_BOARD_OF_KIND);

    query_int(&q, ":kind", kind);
    return one_row(&q, arena, out);
}

/* The number that the text writes in digits, or 0. */
static uint64_t number_of(struct text text)
{
    uint64_t number = 0;

    if (text.len > 18)
        return 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return 0;
        number = number * 10 + (uint64_t)(text.at[i] - '0');
    }
    return number;
}

bool store_board_resolve(struct db *db, struct text slug_or_number, struct arena *arena, struct board_row *out)
{
    uint64_t number = number_of(slug_or_number);

    if (number)
        return store_board_row(db, number, arena, out);
    struct query q = db_query(db, SQL_BOARD_BY_SLUG);
    query_text(&q, ":slug", slug_or_number);
    return one_row(&q, arena, out);
}

struct query store_boards(struct db *db)
{
    return db_query(db, SQL_BOARDS_ALL);
}

bool store_board_next(struct query *q, struct arena *arena, struct board_row *out)
{
    if (!query_row(q))
        return false;
    read_row(q, arena, out);
    return true;
}

void store_board_posted(struct db *db, uint64_t board, uint64_t threads, uint64_t post, int64_t time, uint64_t head)
{
    struct query q = db_query(db, SQL_BOARD_POSTED);

    query_int(&q, ":id", board);
    query_int(&q, ":threads", threads);
    query_int(&q, ":post", post);
    query_time(&q, ":time", time);
    query_int(&q, ":head", head);
    query_run(&q);
}

void store_board_told(struct db *db, uint64_t board, uint64_t head)
{
    struct query q = db_query(db, SQL_BOARD_TOLD);

    query_int(&q, ":id", board);
    query_int(&q, ":head", head);
    query_run(&q);
}

void store_board_resettled(struct db *db, uint64_t board, int64_t threads, int64_t posts, uint64_t head)
{
    struct query q = db_query(db, SQL_BOARD_RESETTLED);

    query_int(&q, ":id", board);
    query_time(&q, ":threads", threads);
    query_time(&q, ":posts", posts);
    query_int(&q, ":head", head);
    query_run(&q);
}
