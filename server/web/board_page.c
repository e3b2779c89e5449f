/* A board: its threads, the pinned ones first, then by newest post; page by page. */
#include <inttypes.h>

#include "server/web/page.h"
#include "server/web/pieces.h"

/* Whether the reader watches the board; boards stand first in the list of what one watches. */
static bool is_watched(struct page *p, uint64_t board)
{
    struct watches_request in = {0};
    struct watches_reply out;
    struct watch_record watch;

    do {
        if (!ask_watches(p, &in, &out))
            return false;
        while (items_next(&out.watches, &shape_watch_record, &watch)) {
            if (watch.kind != TOPIC_BOARD)
                return false;
            if (watch.id == board)
                return true;
        }
        in.after = out.next;
    } while (in.after.at);
    return false;
}

/* Small forms of what one does to the whole board. */
static void add_buttons(struct page *p, struct object *o, const struct board_record *board)
{
    struct list *buttons = object_list(o, "buttons");
    bool watched = is_watched(p, board->id);

    piece_button(p, buttons, page_path(p, "/b/%" PRIu64 "/watch", board->id), watched ? "off" : NULL, TEXT("1"),
                 watched ? WORDS_board_unwatch : WORDS_board_watch);
    piece_button(p, buttons, page_path(p, "/b/%.*s/mark", (int)board->slug.len, board->slug.at), NULL, (struct text){0},
                 WORDS_board_mark);
}

static void add_threads(struct page *p, struct object *o, struct items items)
{
    struct thread_record *threads = arena_alloc(p->arena, (size_t)(items.count + 1) * sizeof *threads);
    struct list *rows = object_list(o, "threads");

    for (uint64_t i = 0; threads && items_next(&items, &shape_thread_record, &threads[i]); i++)
        piece_thread(rows, &threads[i]);
}

/* A page of the board. Slugs are made of letters, digits and hyphens, and need no escaping. */
static struct text board_path(struct page *p, const struct board_record *board, bool featured, struct text after)
{
    struct text cursor = after.at ? page_base64(p, after) : (struct text){0};

    return page_path(p, "/b/%.*s%s%s%.*s", (int)board->slug.len, board->slug.at, featured ? "?featured=1" : "",
                     cursor.len ? (featured ? "&after=" : "?after=") : "", (int)cursor.len, cursor.at ? cursor.at : "");
}

static void show(struct page *p, const struct threads_request *in, const struct threads_reply *out, const struct board_record *board)
{
    struct object *o = object_new(p->arena);
    struct shown shown = {.template = TEMPLATE_board, .values = o, .title = page_board_name(p, board),
                          .description = page_board_about(p, board), .unlisted = in->featured,
                          .canonical = board_path(p, board, false, in->featured ? (struct text){0} : in->after)};
    struct pager pager = {0};

    object_record(o, "board", &shape_board_record, board);
    object_text(o, "name", shown.title);
    object_text(o, "about", shown.description);
    object_flag(o, "featured", in->featured);
    object_flag(o, "station", board->kind == BOARD_KIND_STATION);
    piece_refused(p, o);
    add_threads(p, o, out->threads);
    if (p->signed_in)
        add_buttons(p, o, board);
    if (in->after.at)
        pager.first = board_path(p, board, in->featured, (struct text){0});
    if (out->next.at)
        pager.next = board_path(p, board, in->featured, out->next);
    piece_pager(o, &pager);
    if (board->read == ROLE_VISITOR && board->feed)
        shown.feed = page_path(p, "/b/%.*s/feed", (int)board->slug.len, board->slug.at);
    object_url(o, "feed", shown.feed.at ? page_path(p, "%.*s.atom", (int)shown.feed.len, shown.feed.at)
                                        : page_path(p, "/settings/feeds?kind=board&name=%.*s", (int)board->slug.len, board->slug.at));
    page_depends(p, TOPIC_BOARD, board->id);
    if (!in->after.at)
        page_live(p, &shown, out->cursor);
    page_show(p, &shown);
}

void view_board(struct page *p)
{
    struct threads_request in = {.board = p->params[0], .featured = page_number(page_query(p, "featured")) == 1,
                                 .after = page_bytes(p, page_query(p, "after"))};
    struct board_record board;
    struct threads_reply out;

    if (!ask_threads(p, &in, &out) || !page_record(out.board, &shape_board_record, &board))
        return;
    if (p->http->method == METHOD_GET && !text_equal(p->params[0], board.slug))
        page_moved(p, board_path(p, &board, in.featured, in.after));
    else
        show(p, &in, &out, &board);
}
