/* Pinning, locking, holding and featuring a thread with a reason, for moderators of its board. */
#include <inttypes.h>

#include "server/web/decide_form.h"
#include "server/web/form_page.h"
#include "server/web/pieces.h"

/* What a button asks for, and what is told once it was done; which of two is offered goes by the thread as it is. */
static const struct arranged {
    struct decide_act act;
    enum words done;
} locking[] = {{{DECISION_ACT_LOCK, "l", false, true}, WORDS_state_locked}, {{DECISION_ACT_UNLOCK, "l", true, false}, WORDS_state_unlocked}},
  holding[] = {
      {{DECISION_ACT_HOLD_THREAD, "h", false, true}, WORDS_state_hold}, {{DECISION_ACT_RELEASE_THREAD, "h", true, false}, WORDS_state_released},
  },
  pinning[] = {{{DECISION_ACT_PIN, "p", false, false}, WORDS_state_pinned}, {{DECISION_ACT_UNPIN, "p", false, false}, WORDS_state_unpinned}},
  featuring[] = {
      {{DECISION_ACT_FEATURE, "f", false, false}, WORDS_state_featured}, {{DECISION_ACT_UNFEATURE, "f", false, false}, WORDS_state_unfeatured},
  };

void view_arrange(struct page *p)
{
    const struct read_request in = {.thread = page_number(p->params[0]), .from = UINT32_MAX, .count = 1};
    struct object *o = object_new(p->arena);
    struct thread_record thread;
    struct board_record board;
    struct post_record *posts;
    struct read_reply out;
    uint32_t count;

    if (!ask_posts(p, &in, &out, &posts, &count) || !page_record(out.thread, &shape_thread_record, &thread) ||
        !page_record(out.board, &shape_board_record, &board))
        return;
    if (!board.may_moderate) {
        page_refuse(p, STATUS_FORBIDDEN);
        return;
    }
    const struct decide_act acts[] = {locking[thread.locked].act, holding[thread.hold].act, pinning[thread.pinned].act, featuring[thread.featured].act};
    object_record(o, "thread", &shape_thread_record, &thread);
    decide_form(p, o, p->path, (struct text){NULL, 0}, acts, sizeof acts / sizeof *acts);
    page_show(p, &(struct shown){
        .template = TEMPLATE_arrange,
        .values = o,
        .title = words_text(WORDS_arrange_title, p->reader.lang),
        .up = (struct item_link[]){
            {page_path(p, "/b/%.*s", (int)board.slug.len, board.slug.at), page_board_name(p, &board)},
            {page_path(p, "/t/%" PRIu64, thread.id), thread.title},
        },
        .up_count = 2,
        .unlisted = true,
    });
}

static enum decision_act wanted(const struct page *p)
{
    return (enum decision_act)form_page_choice(p, "act", &enumeration_decision_act, DECISION_ACT_NONE);
}

static enum change change_of(enum decision_act act, const struct arranged pair[2])
{
    return act == pair[0].act.act ? CHANGE_ON : act == pair[1].act.act ? CHANGE_OFF : CHANGE_KEEP;
}

static void done_arranged(struct page *p, const void *reply)
{
    const struct arranged *const pairs[] = {locking, holding, pinning, featuring};

    (void)reply;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        enum change change = change_of(wanted(p), pairs[i]);
        if (change != CHANGE_KEEP)
            page_notice(p, pairs[i][change == CHANGE_OFF].done);
    }
    page_redirect(p, page_path(p, "/t/%" PRIu64, page_number(p->params[0])));
}

bool plan_arrange(struct page *p, struct submission *s)
{
    const struct decide_request typed = decide_typed(p);

    return form_page_submit(p, s, INDEX_THREAD_SET, &(struct thread_set_request){
        .op_id = page_op(p),
        .thread = page_number(p->params[0]),
        .locked = change_of(typed.act, locking),
        .hold = change_of(typed.act, holding),
        .pinned = change_of(typed.act, pinning),
        .featured = change_of(typed.act, featuring),
        .reason = typed.reason,
        .words = typed.words,
    }, done_arranged);
}
