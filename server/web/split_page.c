/* Splitting a thread, for moderators: floors are chosen, and what is going to happen is looked at before it does. */
#include <inttypes.h>

#include "server/web/decide_form.h"
#include "server/web/form_page.h"
#include "server/web/pieces.h"
#include "server/web/split_form.h"

/* The page being made. */
struct splitting {
    struct object *o;
    struct thread_record thread;
    struct board_record board;
    struct split_floors floors;
};

static void show(struct page *p, struct splitting *s, enum template template)
{
    split_show(p, s->o, &(struct split_shown){template, WORDS_split_title, &s->thread, &s->board, &s->floors});
}

/* ---- choosing ---- */

static void add_pager(struct page *p, struct splitting *s, uint64_t from, uint64_t next)
{
    struct pager pager = {0};

    if (from > 1)
        pager.first = page_path(p, "/t/%" PRIu64 "/split", s->thread.id);
    if (next)
        pager.next = page_path(p, "/t/%" PRIu64 "/split?from=%" PRIu64, s->thread.id, next);
    piece_pager(s->o, &pager);
}

static void choose(struct page *p, struct splitting *s, enum words wrong)
{
    struct read_request in = {.thread = page_number(p->params[0]), .from = page_number(page_query(p, "from"))};
    struct list *rows = object_list(s->o, "posts");
    struct post_record *posts;
    uint64_t next;
    uint32_t count;

    in.from = in.from ? in.from : 1;
    if (!split_thread(p, &in, &s->thread, &s->board, &posts, &count, &next))
        return;
    for (uint32_t i = 0; i < count; i++) {
        struct object *row = split_post(p, rows, &posts[i]);
        object_flag(row, "free", posts[i].floor > 1 && posts[i].state != POST_STATE_MOVED);
        object_flag(row, "chosen", split_floors_have(&s->floors, posts[i].floor));
    }
    add_pager(p, s, in.from, next);
    object_path(s->o, "action", "/t/%" PRIu64 "/split", s->thread.id);
    if (wrong != WORDS_split_title)
        object_text(s->o, "refused", page_words(p, wrong, arena_format(p->arena, "%d", LIMIT_SPLIT_FLOORS), (struct text){NULL, 0}));
    show(p, s, TEMPLATE_split);
}

/* ---- what is going to happen ---- */

/* The boards to choose from, beginning with the thread's own. */
static bool add_boards(struct page *p, struct splitting *s)
{
    struct list *rows = object_list(s->o, "boards");
    struct text typed = page_typed(p, "board");
    struct board_record board;
    struct boards_reply out;

    if (!ask_boards(p, &(struct boards_request){0}, &out))
        return false;
    while (items_next(&out.boards, &shape_board_record, &board))
        if (board.may_moderate && board.kind != BOARD_KIND_BIN)
            form_page_option(rows, board.slug, page_board_name(p, &board), text_equal(typed.at ? typed : s->board.slug, board.slug));
    return true;
}

/* Every post that was chosen, in a few words. */
static bool add_chosen(struct page *p, struct splitting *s)
{
    struct list *rows = object_list(s->o, "chosen");
    struct read_request in = {.thread = page_number(p->params[0])};
    struct post_record *posts;
    uint64_t next, shown = 0;
    uint32_t count;

    for (size_t i = 0; i < s->floors.count; i++) {
        if (s->floors.floor[i] <= shown)
            continue;
        in.from = s->floors.floor[i];
        if (!split_thread(p, &in, &s->thread, &s->board, &posts, &count, &next))
            return false;
        for (uint32_t k = 0; k < count; k++) {
            if (split_floors_have(&s->floors, posts[k].floor))
                split_post(p, rows, &posts[k]);
            shown = posts[k].floor;
        }
    }
    return true;
}

static void confirm(struct page *p, struct splitting *s)
{
    const struct floors_hash_request look = {.thread = page_number(p->params[0]), .floors = split_floors_items(p, &s->floors)};
    struct floors_hash_reply out;

    if (!ask_floors_hash(p, &look, &out)) {
        if (!text_equal(p->refusal.field, TEXT("floors")))
            return;
        p->refusal = (struct refusal){0};
        choose(p, s, WORDS_split_wrong);
        return;
    }
    if (!add_chosen(p, s) || !add_boards(p, s))
        return;
    page_form(p, s->o, "form", page_path(p, "/t/%" PRIu64 "/split", look.thread));
    split_why(p, s->o);
    object_text(s->o, "hash", page_base64(p, out.hash));
    object_number(s->o, "posts", out.posts);
    object_text(s->o, "title", page_typed(p, "title"));
    object_text(s->o, "tags", page_typed(p, "tags"));
    object_number(s->o, "limit_title", LIMIT_TITLE);
    object_number(s->o, "limit_tags", LIMIT_TAGS);
    object_number(s->o, "limit_tag", LIMIT_TAG);
    object_flag(s->o, "changed", decide_changed(p));
    object_path(s->o, "again", "/t/%" PRIu64 "/split", look.thread);
    show(p, s, TEMPLATE_split_confirm);
}

void view_split(struct page *p)
{
    struct splitting s = {.o = object_new(p->arena)};
    bool asked = p->query.count && !page_query(p, "from").at;

    split_floors_read(p, p->form.count ? &p->form : &p->query, &s.floors);
    if (s.floors.wrong)
        choose(p, &s, WORDS_split_wrong);
    else if (!s.floors.count)
        choose(p, &s, asked ? WORDS_split_none : WORDS_split_title);
    else
        confirm(p, &s);
}

/* ---- the act ---- */

static void done_split(struct page *p, const void *reply)
{
    const struct thread_split_reply *out = reply;

    page_notice(p, WORDS_split_done);
    page_redirect(p, page_path(p, "/t/%" PRIu64, out->thread));
}

bool plan_split(struct page *p, struct submission *s)
{
    struct split_floors floors;
    struct text tags = page_typed(p, "tags");

    split_floors_read(p, &p->form, &floors);
    return form_page_submit(p, s, INDEX_THREAD_SPLIT, &(struct thread_split_request){
        .op_id = page_op(p),
        .thread = page_number(p->params[0]),
        .floors = split_floors_items(p, &floors),
        .title = page_typed(p, "title"),
        .tags = tags.len ? page_texts(p, tags) : (struct items){0},
        .board = page_typed(p, "board"),
        .reason = split_reason(p),
        .words = split_words(p),
        .hash = page_bytes(p, page_typed(p, "hash")),
    }, done_split);
}
