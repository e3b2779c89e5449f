/* See manage.h. */
#include "terminal/manage.h"

#include "terminal/splitting.h"

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

/* Its author is owed a reason for a lock and a hold, in the moderator's words; these last as long as the request. */
static bool close_thread(struct ui *ui, struct thread_set_request in)
{
    char words[LIMIT_WORDS * 4 + 1] = "";

    if (in.locked == CHANGE_ON || in.hold == CHANGE_ON) {
        if (!ui_ask(ui, SAY_UI_ASK_WHY, words, sizeof words) || !words[0])
            return false;
        in.reason = REASON_OTHER;
        in.words = text_of(words);
    }
    return set_thread(ui, &in);
}

static bool move_thread(struct ui *ui, uint64_t thread)
{
    char board[LIMIT_SLUG * 4 + 1] = "", words[LIMIT_WORDS * 4 + 1] = "";
    struct move_request in = {.thread = thread};
    struct move_reply out;

    if (!ui_ask(ui, SAY_UI_ASK_BOARD, board, sizeof board) || !board[0] || !ui_ask(ui, SAY_UI_ASK_WHY, words, sizeof words) || !words[0])
        return false;
    in.board = text_of(board);
    in.reason = REASON_OTHER;
    in.words = text_of(words);
    if (!ui_did(ui, luntan_move(ui->t->forum, &in, &out)))
        return false;
    UI_SAY(ui, SAY_CHANGED);
    return true;
}

static bool split_thread(struct ui *ui, uint64_t thread)
{
    char floors[256] = "", title[LIMIT_TITLE * 4 + 1] = "";
    struct thread_split_request in = {.thread = thread};
    struct thread_split_reply out;
    struct splitting s;

    if (!ui_ask(ui, SAY_UI_ASK_FLOORS, floors, sizeof floors) || !floors[0])
        return false;
    if (!splitting_floors(&s, text_of(floors))) {
        UI_SAY(ui, SAY_BAD_VALUE, SAID_TEXT(text_of(floors)));
        return false;
    }
    if (!ui_did(ui, splitting_look(ui->t->forum, &s, thread, NULL)) || !ui_ask(ui, SAY_UI_ASK_TITLE, title, sizeof title) || !title[0])
        return false;
    in.floors = s.floors;
    in.title = text_of(title);
    in.hash = (struct text){(const char *)s.hash, sizeof s.hash};
    if (!ui_did(ui, luntan_thread_split(ui->t->forum, &in, &out)))
        return false;
    UI_SAY(ui, SAY_SPLIT_OFF, SAID_NUMBER(out.thread), SAID_NUMBER(out.posts));
    return true;
}

static bool merge_thread(struct ui *ui, uint64_t thread)
{
    char into[24] = "";
    struct thread_merge_request in = {.thread = thread};
    struct thread_merge_reply out;
    struct splitting s;

    (void)splitting_floors(&s, (struct text){NULL, 0}); /* all of them */
    if (!ui_did(ui, splitting_look(ui->t->forum, &s, thread, NULL)) || !ui_ask(ui, SAY_UI_ASK_INTO, into, sizeof into) || !into[0])
        return false;
    if (!arguments_number(into, &in.into)) {
        UI_SAY(ui, SAY_BAD_VALUE, SAID_TEXT(text_of(into)));
        return false;
    }
    in.hash = (struct text){(const char *)s.hash, sizeof s.hash};
    if (!ui_did(ui, luntan_thread_merge(ui->t->forum, &in, &out)))
        return false;
    UI_SAY(ui, SAY_MERGED, SAID_NUMBER(out.thread), SAID_NUMBER(out.floor), SAID_NUMBER(out.posts));
    return true;
}

bool manage_thread(struct ui *ui, const struct thread_record *thread)
{
    if (!ui_member(ui))
        return false;
    switch (ui_choose(ui, SAY_UI_MANAGE, "plhfmsj")) {
    case 'p':
        return set_thread(ui, &(struct thread_set_request){.thread = thread->id, .pinned = other(thread->pinned)});
    case 'l':
        return close_thread(ui, (struct thread_set_request){.thread = thread->id, .locked = other(thread->locked)});
    case 'h':
        return close_thread(ui, (struct thread_set_request){.thread = thread->id, .hold = other(thread->hold)});
    case 'f':
        return set_thread(ui, &(struct thread_set_request){.thread = thread->id, .featured = other(thread->featured)});
    case 'm':
        return move_thread(ui, thread->id);
    case 's':
        return split_thread(ui, thread->id);
    case 'j':
        return merge_thread(ui, thread->id);
    default:
        return false;
    }
}
