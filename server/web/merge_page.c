/* Merging a thread into another, for moderators of both: where to, then what is going to happen, then it does. */
#include <inttypes.h>

#include "server/web/decide_form.h"
#include "server/web/form_page.h"
#include "server/web/split_form.h"

/* The page being made. */
struct merging {
    struct object *o;
    struct thread_record thread, target;
    struct board_record board, target_board;
    struct split_floors floors;
    struct text into; /* as written */
};

/* A thread's number, or its address: what stands behind the last "/t/". */
static uint64_t number_of(struct text written)
{
    size_t begin = 0, end;

    for (size_t i = 0; i + 3 <= written.len; i++)
        if (memcmp(written.at + i, "/t/", 3) == 0)
            begin = i + 3;
    for (end = begin; end < written.len && written.at[end] >= '0' && written.at[end] <= '9'; end++)
        ;
    return page_number((struct text){written.at + begin, end - begin});
}

static void show(struct page *p, struct merging *m, enum template template)
{
    split_show(p, m->o, &(struct split_shown){template, WORDS_merge_title, &m->thread, &m->board, &m->floors});
}

/* The form; `wrong` names the field that was, `words` why. */
static void ask_where(struct page *p, struct merging *m, const char *wrong, enum words words)
{
    object_path(m->o, "action", "/t/%" PRIu64 "/merge", m->thread.id);
    object_text(m->o, "into", m->into);
    if (wrong) {
        object_flag(m->o, wrong, true);
        object_text(m->o, "refused", page_words(p, words, arena_format(p->arena, "%d", LIMIT_SPLIT_FLOORS), (struct text){NULL, 0}));
    }
    show(p, m, TEMPLATE_merge);
}

/* One of a thread's header; its newest post comes along. */
static bool find(struct page *p, uint64_t id, struct thread_record *thread, struct board_record *board)
{
    struct post_record *posts;
    uint64_t next;
    uint32_t count;

    return split_thread(p, &(struct read_request){.thread = id, .back = true, .count = 1}, thread, board, &posts, &count, &next);
}

static void confirm(struct page *p, struct merging *m)
{
    const struct floors_hash_request look = {.thread = m->thread.id, .floors = split_floors_items(p, &m->floors)};
    struct refusal refused = p->refusal;
    struct floors_hash_reply out;

    if (!find(p, number_of(m->into), &m->target, &m->target_board) || m->target.id == m->thread.id) {
        p->refusal = (struct refusal){0};
        ask_where(p, m, "wrong_into", WORDS_merge_nowhere);
        return;
    }
    if (!ask_floors_hash(p, &look, &out)) {
        if (!text_equal(p->refusal.field, TEXT("floors")))
            return;
        p->refusal = (struct refusal){0};
        ask_where(p, m, "wrong_floors", WORDS_split_wrong);
        return;
    }
    p->refusal = refused;
    page_form(p, m->o, "form", page_path(p, "/t/%" PRIu64 "/merge", m->thread.id));
    split_why(p, m->o);
    object_text(m->o, "hash", page_base64(p, out.hash));
    object_number(m->o, "posts", out.posts);
    object_record(m->o, "target", &shape_thread_record, &m->target);
    object_text(m->o, "board_name", page_board_name(p, &m->target_board));
    object_flag(m->o, "whole", !m->floors.count);
    object_flag(m->o, "changed", decide_changed(p));
    object_path(m->o, "again", "/t/%" PRIu64 "/merge", m->thread.id);
    show(p, m, TEMPLATE_merge_confirm);
}

void view_merge(struct page *p)
{
    const struct form *asked = p->form.count ? &p->form : &p->query;
    struct merging m = {.o = object_new(p->arena), .into = form_get(asked, "into")};

    split_floors_read(p, asked, &m.floors);
    if (!find(p, page_number(p->params[0]), &m.thread, &m.board))
        return;
    if (m.floors.wrong)
        ask_where(p, &m, "wrong_floors", WORDS_split_wrong);
    else if (!m.into.len)
        ask_where(p, &m, NULL, WORDS_merge_title);
    else
        confirm(p, &m);
}

static void done_merged(struct page *p, const void *reply)
{
    const struct thread_merge_reply *out = reply;

    page_notice(p, WORDS_merge_done);
    page_redirect(p, page_path(p, "/t/%" PRIu64 "/%" PRIu64, out->thread, out->floor));
}

bool plan_merge(struct page *p, struct submission *s)
{
    struct split_floors floors;

    split_floors_read(p, &p->form, &floors);
    return form_page_submit(p, s, INDEX_THREAD_MERGE, &(struct thread_merge_request){
        .op_id = page_op(p),
        .thread = page_number(p->params[0]),
        .into = number_of(page_typed(p, "into")),
        .floors = split_floors_items(p, &floors),
        .reason = split_reason(p),
        .words = split_words(p),
        .hash = page_bytes(p, page_typed(p, "hash")),
    }, done_merged);
}
