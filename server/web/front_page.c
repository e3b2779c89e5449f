/* The front page: boards in their groups, what is newest on all of them, and the notices that the editors pinned. */
#include <stdlib.h>

#include "server/web/page.h"
#include "server/web/pieces.h"

enum {
    NEWEST = 8,         /* threads shown */
    NEWEST_ASKED = 12,  /* per board; some of them may be pinned ones, which come first however old */
    PINNED_ASKED = 5,
};

static const struct text notice_board = TEXT_INIT("news");

/* The groups of the list, in their order. */
static const struct {
    enum board_kind kind;
    const char *key;
    enum words words;
} groups[] = {
    {BOARD_KIND_COLUMN, "columns", WORDS_boards_columns},
    {BOARD_KIND_FORUM, "forums", WORDS_boards_forums},
    {BOARD_KIND_GUESTBOOK, "guestbooks", WORDS_boards_guestbooks},
    {BOARD_KIND_STATION, "stations", WORDS_boards_stations},
};

struct boards {
    struct board_record *at;
    uint32_t count;
};

static struct boards read_boards(struct page *p, struct items items)
{
    struct boards boards = {arena_alloc(p->arena, (size_t)(items.count + 1) * sizeof *boards.at), 0};

    while (boards.at && items_next(&items, &shape_board_record, &boards.at[boards.count]))
        boards.count++;
    return boards;
}

/* ---- boards ---- */

static void add_board(struct page *p, struct list *list, const struct board_record *board)
{
    struct object *row = list_add(list);

    object_record(row, "board", &shape_board_record, board);
    object_text(row, "name", page_board_name(p, board));
    object_text(row, "about", page_board_about(p, board));
    object_flag(row, "empty", board->kind == BOARD_KIND_STATION);
}

static void add_groups(struct page *p, struct object *o, const struct boards *boards)
{
    struct list *list = object_list(o, "groups");

    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        struct object *group = NULL;
        struct list *rows = NULL;
        uint32_t count = 0;
        for (uint32_t n = 0; n < boards->count; n++) {
            if (boards->at[n].kind != groups[i].kind)
                continue;
            if (!group) {
                group = list_add(list);
                object_text(group, "key", text_of(groups[i].key));
                object_words(group, "title", groups[i].words);
                rows = object_list(group, "boards");
            }
            add_board(p, rows, &boards->at[n]);
            count++;
        }
        object_flag(group, "single", count == 1);
    }
}

static void add_totals(struct object *o, const struct boards *boards)
{
    uint64_t threads = 0, posts = 0;

    for (uint32_t i = 0; i < boards->count; i++) {
        threads += boards->at[i].threads;
        posts += boards->at[i].posts;
    }
    object_number(o, "threads", threads);
    object_number(o, "posts", posts);
}

/* ---- newest threads ---- */

struct newest {
    struct thread_record *at;
    uint32_t count;
};

static int newest_first(const void *a, const void *b)
{
    const struct thread_record *one = a, *other = b;

    return (one->activity < other->activity) - (one->activity > other->activity);
}

static int newest_board_first(const void *a, const void *b)
{
    const struct board_record *const *one = a, *const *other = b;

    return ((*one)->last_time < (*other)->last_time) - ((*one)->last_time > (*other)->last_time);
}

static const struct board_record *find_board(const struct boards *boards, uint64_t id)
{
    for (uint32_t i = 0; i < boards->count; i++)
        if (boards->at[i].id == id)
            return &boards->at[i];
    return NULL;
}

static void gather(struct page *p, const struct board_record *board, struct newest *newest)
{
    struct threads_request in = {.board = board->slug, .count = NEWEST_ASKED};
    struct threads_reply out;

    if (!ask_threads(p, &in, &out))
        return;
    while (newest->count < (uint32_t)NEWEST * NEWEST_ASKED &&
           items_next(&out.threads, &shape_thread_record, &newest->at[newest->count]))
        newest->count++;
}

/* Each of the newest threads stands on one of as many boards that were written on last: only these are asked. */
static void add_newest(struct page *p, struct object *o, const struct boards *boards)
{
    const struct board_record **order = arena_alloc(p->arena, (boards->count + 1) * sizeof(const struct board_record *));
    struct newest newest = {arena_alloc(p->arena, (size_t)NEWEST * NEWEST_ASKED * sizeof *newest.at + sizeof *newest.at), 0};
    struct list *rows = object_list(o, "newest");

    if (!order || !newest.at)
        return;
    for (uint32_t i = 0; i < boards->count; i++)
        order[i] = &boards->at[i];
    qsort(order, boards->count, sizeof *order, newest_board_first);
    for (uint32_t i = 0; i < boards->count && i < NEWEST && order[i]->threads; i++)
        gather(p, order[i], &newest);
    qsort(newest.at, newest.count, sizeof *newest.at, newest_first);
    for (uint32_t i = 0; i < newest.count && i < NEWEST; i++) {
        const struct board_record *board = find_board(boards, newest.at[i].board);
        struct object *row = piece_thread(rows, &newest.at[i]);
        if (board)
            object_text(row, "board_name", page_board_name(p, board));
    }
}

/* ---- notices ---- */

/* The threads that are pinned on the board of news, if there is one that the reader may see. */
static void add_pinned(struct page *p, struct object *o, const struct boards *boards)
{
    struct list *rows = object_list(o, "pinned");
    struct threads_reply out;

    for (uint32_t i = 0; i < boards->count; i++) {
        if (!text_equal(boards->at[i].slug, notice_board) || !boards->at[i].threads)
            continue;
        if (!ask_threads(p, &(struct threads_request){.board = notice_board, .count = PINNED_ASKED}, &out))
            return;
        for (uint64_t n = 0; n < PINNED_ASKED; n++) {
            struct thread_record *thread = arena_alloc(p->arena, sizeof *thread);
            if (!thread || !items_next(&out.threads, &shape_thread_record, thread) || !thread->pinned)
                return;
            piece_thread(rows, thread);
        }
    }
}

void view_front(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct boards_reply out;

    if (!ask_boards(p, &(struct boards_request){0}, &out))
        return;
    struct boards boards = read_boards(p, out.boards);
    add_pinned(p, o, &boards);
    add_newest(p, o, &boards);
    if (p->refusal.status)
        return;
    add_groups(p, o, &boards);
    add_totals(o, &boards);
    page_depends(p, TOPIC_NONE, 0);
    page_show(p, &(struct shown){.template = TEMPLATE_front, .values = o, .canonical = TEXT("/")});
}
