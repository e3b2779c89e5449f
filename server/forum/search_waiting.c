/* See search_waiting.h. */
#include "server/forum/search_waiting.h"

#include "server/forum/oversight.h"
#include "server/forum/queue.h"
#include "server/forum/search_match.h"

enum { SCRATCH = 16 * 1024 * 1024 };

/* The items of the queue are gone through with what has been found so far. */
struct looking {
    struct request *r;
    const struct waiting_wanted *wanted;
    struct arena *scratch; /* for one submission at a time */
    struct wire_writer w;
    struct items found;
    uint64_t examined, read;
};

static bool has_tag(struct items tags, struct text wanted)
{
    struct text tag;

    while (items_next_text(&tags, &tag))
        if (text_equal(tag, wanted))
            return true;
    return false;
}

static bool is_wanted(const struct looking *l, const struct held_row *held)
{
    const struct search_filter *f = l->wanted->filter;
    int64_t sent = (int64_t)held->record.sent;

    return (!f->author || held->account == f->author) && (!f->not_author || held->account != f->not_author) &&
           (!f->tag.at || has_tag(held->record.tags, f->tag)) && (!f->not_tag.at || !has_tag(held->record.tags, f->not_tag)) &&
           sent >= f->since && sent < f->until;
}

static void look_at(struct looking *l, const struct item_row *item)
{
    struct folded title, body;
    struct held_row held;

    arena_reset(l->scratch);
    l->examined++;
    if (!store_held(l->r->db, item->held, true, l->scratch, &held) || !is_wanted(l, &held))
        return;
    l->read += held.record.body.len;
    if (!search_fold(held.record.title.at ? held.record.title : TEXT(""), l->scratch, &title) || !search_fold(held.record.body, l->scratch, &body) ||
        !search_holds(l->wanted->query, &title, &body))
        return;
    struct item_record record;
    queue_describe(l->r, item, &record);
    items_add(&l->w, &l->found, &shape_item_record, &record);
}

static bool is_enough(const struct looking *l)
{
    return l->found.count == LIMIT_PAGE_ITEMS || l->examined >= WAITING_EXAMINED || l->read >= WAITING_READ;
}

static void look_through(struct looking *l, uint64_t board)
{
    const struct item_filter filter = {
        .board = board, .gravity = GRAVITY_MOST, .self = l->r->actor.account, .now = l->r->now, .count = WAITING_EXAMINED,
    };
    struct query q = store_items(l->r->db, &filter);
    struct item_row item;

    while (!is_enough(l) && store_item_next(&q, l->r->arena, &item))
        if (item.kind == ITEM_KIND_HELD)
            look_at(l, &item);
    query_end(&q);
}

struct items search_waiting(struct request *r, const struct waiting_wanted *wanted)
{
    struct looking l = {.r = r, .wanted = wanted};
    struct board_row board;

    if (oversight_anywhere(r) != STATUS_OK)
        return l.found;
    struct query q = store_boards(r->db);
    while (!is_enough(&l) && store_board_next(&q, r->arena, &board)) {
        bool asked = (!wanted->board || board.record.id == wanted->board) && board.record.id != wanted->filter->not_board;
        if (!asked || policy_decide(ACT_MODERATE, &r->actor, &(struct subject){.board = &board.policy}))
            continue;
        if (!l.scratch) {
            l.scratch = arena_new(SCRATCH);
            if (!l.scratch)
                break;
            l.w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * QUEUE_ITEM);
            l.found = items_begin(&l.w);
        }
        look_through(&l, board.record.id);
    }
    query_end(&q);
    arena_free(l.scratch);
    return l.found;
}
