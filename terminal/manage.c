/* See manage.h. */
#include "terminal/manage.h"

static enum change other(bool now)
{
    return now ? CHANGE_OFF : CHANGE_ON;
}

static bool set_thread(struct ui *ui, const struct thread_set_request *in)
{
    struct thread_set_reply out;

    if (!ui_did(ui, luntan_thread_set(ui->t->forum, in, &out)))
        return false;
    UI_SAY(ui, SAY_CHANGED);
    return true;
}

static bool move_thread(struct ui *ui, uint64_t thread)
{
    char board[LIMIT_SLUG * 4 + 1] = "";
    struct move_request in = {.thread = thread};
    struct move_reply out;

    if (!ui_ask(ui, SAY_UI_ASK_BOARD, board, sizeof board) || !board[0])
        return false;
    in.board = text_of(board);
    if (!ui_did(ui, luntan_move(ui->t->forum, &in, &out)))
        return false;
    UI_SAY(ui, SAY_CHANGED);
    return true;
}

bool manage_thread(struct ui *ui, const struct thread_record *thread)
{
    if (!ui_member(ui))
        return false;
    switch (ui_choose(ui, SAY_UI_MANAGE, "plfm")) {
    case 'p':
        return set_thread(ui, &(struct thread_set_request){.thread = thread->id, .pinned = other(thread->pinned)});
    case 'l':
        return set_thread(ui, &(struct thread_set_request){.thread = thread->id, .locked = other(thread->locked)});
    case 'f':
        return set_thread(ui, &(struct thread_set_request){.thread = thread->id, .featured = other(thread->featured)});
    case 'm':
        return move_thread(ui, thread->id);
    default:
        return false;
    }
}
