/* Moving a thread to another board, for moderators of both. */
#include <inttypes.h>

#include "server/web/decide_form.h"
#include "server/web/form_page.h"
#include "server/web/pieces.h"

/* The boards to choose from; how many there are. */
static uint32_t add_boards(struct page *p, struct object *o, struct items boards, uint64_t stands_on)
{
    struct list *rows = object_list(o, "boards");
    struct board_record board;
    uint32_t count = 0;

    while (items_next(&boards, &shape_board_record, &board)) {
        if (!board.may_moderate || board.id == stands_on)
            continue;
        form_page_option(rows, board.slug, page_board_name(p, &board), text_equal(page_typed(p, "board"), board.slug));
        count++;
    }
    return count;
}

void view_move(struct page *p)
{
    const struct read_request in = {.thread = page_number(p->params[0]), .from = UINT32_MAX, .count = 1};
    struct object *o = object_new(p->arena);
    struct thread_record thread;
    struct board_record board;
    struct boards_reply boards;
    struct post_record *posts;
    struct read_reply out;
    uint32_t count;

    if (!ask_posts(p, &in, &out, &posts, &count) || !page_record(out.thread, &shape_thread_record, &thread) ||
        !page_record(out.board, &shape_board_record, &board) || !ask_boards(p, &(struct boards_request){0}, &boards))
        return;
    if (!board.may_moderate) {
        page_refuse(p, STATUS_FORBIDDEN);
        return;
    }
    object_record(o, "thread", &shape_thread_record, &thread);
    object_text(o, "board_name", page_board_name(p, &board));
    object_flag(o, "some", add_boards(p, o, boards.boards, board.id) > 0);
    page_form(p, o, "form", p->path);
    decide_reasons(p, o);
    object_text(o, "words", page_typed(p, "words"));
    page_show(p, &(struct shown){
        .template = TEMPLATE_move,
        .values = o,
        .title = words_text(WORDS_move_title, p->reader.lang),
        .up = (struct item_link[]){
            {page_path(p, "/b/%.*s", (int)board.slug.len, board.slug.at), page_board_name(p, &board)},
            {page_path(p, "/t/%" PRIu64, thread.id), thread.title},
        },
        .up_count = 2,
        .unlisted = true,
    });
}

static void done_moved(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_move_done);
    page_redirect(p, page_path(p, "/t/%" PRIu64, page_number(p->params[0])));
}

bool plan_move(struct page *p, struct submission *s)
{
    const struct decide_request typed = decide_typed(p);

    return form_page_submit(p, s, INDEX_MOVE, &(struct move_request){
        .op_id = page_op(p),
        .thread = page_number(p->params[0]),
        .board = page_typed(p, "board"),
        .reason = typed.reason,
        .words = typed.words,
    }, done_moved);
}
