/* Small forms on pages that are read: marks, watches, and what moderators set on a thread. */
#include <inttypes.h>

#include "server/web/form_page.h"

/* Back to the page that the form names, or to `otherwise`. */
static void go_back(struct page *p, struct text otherwise)
{
    struct text back = page_typed(p, "back");

    page_redirect(p, back.len ? page_way_back(p, back) : otherwise);
}

/* The thread or board whose small form was sent: the address without its last piece. */
static struct text above(const struct page *p)
{
    struct text path = p->path;

    while (path.len > 1 && path.at[path.len - 1] != '/')
        path.len--;
    return (struct text){path.at, path.len > 1 ? path.len - 1 : path.len};
}

/* ---- marks ---- */

static void done_mark(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_state_marked);
    go_back(p, above(p));
}

bool plan_mark(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_MARK, &(struct mark_request){
        .op_id = page_op(p),
        .thread = page_number(p->params[0]),
        .floor = page_number(page_typed(p, "floor")),
    }, done_mark);
}

static void done_mark_board(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_state_marked_board);
    go_back(p, above(p));
}

bool plan_mark_board(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_MARK_BOARD, &(struct mark_board_request){
        .op_id = page_op(p),
        .board = p->params[0],
    }, done_mark_board);
}

/* ---- watches ---- */

static bool stops(const struct page *p)
{
    return page_number(page_typed(p, "off")) == 1;
}

static void done_watch(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, stops(p) ? WORDS_state_unwatched : WORDS_state_watched);
    go_back(p, above(p));
}

static bool plan_watch(struct page *p, enum topic kind, struct submission *s)
{
    return form_page_submit(p, s, INDEX_WATCH_SET, &(struct watch_set_request){
        .op_id = page_op(p),
        .kind = kind,
        .id = page_number(p->params[0]),
        .off = stops(p),
    }, done_watch);
}

bool plan_watch_thread(struct page *p, struct submission *s)
{
    return plan_watch(p, TOPIC_THREAD, s);
}

/* The address names the board by its number, which is what can be watched; slugs are for reading. */
bool plan_watch_board(struct page *p, struct submission *s)
{
    return plan_watch(p, TOPIC_BOARD, s);
}

/* ---- what moderators set ---- */

/* Each setting of a thread, and what is told once it was changed. */
static const struct setting {
    const char *field;
    enum words on, off;
} settings[] = {
    {"pinned", WORDS_state_pinned, WORDS_state_unpinned},
    {"locked", WORDS_state_locked, WORDS_state_unlocked},
    {"hold", WORDS_state_hold, WORDS_state_released},
    {"featured", WORDS_state_featured, WORDS_state_unfeatured},
};

static enum change wanted(const struct page *p, const char *field)
{
    return (enum change)form_page_choice(p, field, &enumeration_change, CHANGE_KEEP);
}

static void done_set(struct page *p, const void *reply)
{
    (void)reply;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        enum change change = wanted(p, settings[i].field);
        if (change != CHANGE_KEEP)
            page_notice(p, change == CHANGE_ON ? settings[i].on : settings[i].off);
    }
    go_back(p, above(p));
}

bool plan_thread_set(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_THREAD_SET, &(struct thread_set_request){
        .op_id = page_op(p),
        .thread = page_number(p->params[0]),
        .pinned = wanted(p, "pinned"),
        .locked = wanted(p, "locked"),
        .hold = wanted(p, "hold"),
        .featured = wanted(p, "featured"),
    }, done_set);
}
