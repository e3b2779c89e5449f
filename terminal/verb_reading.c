/* Verbs about what is new: watch, unread, mark, follow, unfollow, notices. */
#include "terminal/json.h"
#include "terminal/show.h"
#include "terminal/verbs.h"

/* ---- watch ---- */

struct watching {
    struct terminal *t;
    struct subscribe_request in;
    uint64_t last;               /* sequence of the last change shown */
    uint64_t left;               /* changes to show before the end */
    uint8_t since[LIMIT_CURSOR];
};

/* One event on a line of its own, out at once: {"event": NAME, ...}. */
static void put_event(struct terminal *t, const char *name, const struct shape *shape, const void *event)
{
    if (t->json) {
        fputs("{\"event\":", stdout);
        json_put_text(stdout, text_of(name));
        json_put_members(stdout, shape, event, true);
        fputs("}\n", stdout);
    } else if (shape == &shape_change_record) {
        show_change(t, event);
    }
    fflush(stdout);
}

static void put_change(struct watching *w, const struct change_record *change)
{
    if (change->seq <= w->last || w->left == 0)
        return;
    w->last = change->seq;
    w->left--;
    put_event(w->t, "change", &shape_change_record, change);
}

/* Fetches what a gap left out. */
static enum outcome fill_gap(struct watching *w, struct text since)
{
    char cursor[LIMIT_CURSOR];
    struct sync_request in = {.topic = w->in.topic, .id = w->in.id};
    struct sync_reply out = {.more = true};
    struct change_record change;
    enum outcome outcome = OUTCOME_DONE;

    while (!outcome && out.more && w->left && since.len <= sizeof cursor) {
        memcpy(cursor, since.at, since.len);
        in.since = (struct text){cursor, since.len};
        outcome = terminal_result(w->t, luntan_sync(w->t->forum, &in, &out));
        if (outcome)
            break;
        while (items_next(&out.changes, &shape_change_record, &change))
            put_change(w, &change);
        since = out.next;
    }
    return outcome;
}

/* Deals with one event; `over` is set when the subscription ended. */
static enum outcome take_event(struct watching *w, const struct luntan_event *event, bool *over)
{
    struct terminal *t = w->t;

    switch (event->message->op) {
    case EVENT_CHANGE:
        put_change(w, &event->change);
        return OUTCOME_DONE;
    case EVENT_LIVE:
        if (t->json)
            put_event(t, "live", &shape_live_event, &event->live);
        else
            say(stderr, t->english, SAY_LIVE);
        return OUTCOME_DONE;
    case EVENT_GAP:
        return fill_gap(w, event->gap.since);
    case EVENT_END:
        *over = true;
        return terminal_refuse(t, status_of(event->end.code), NULL, 0);
    default:
        return OUTCOME_DONE;
    }
}

enum outcome verb_watch(struct terminal *t, const struct arguments *a)
{
    struct watching w = {.t = t, .left = UINT64_MAX};
    struct subscribe_reply out;
    struct luntan_event event;
    bool over = false;
    int len = 0;
    enum outcome outcome;

    if (!terminal_number_option(t, OPTION_COUNT, &w.left))
        return OUTCOME_USAGE;
    if (a->option[OPTION_SINCE]) {
        len = json_hex(text_of(a->option[OPTION_SINCE]), w.since, sizeof w.since);
        if (len < 1)
            return terminal_misused(t, SAY_BAD_VALUE, a->option[OPTION_SINCE]);
        w.in.since = (struct text){(const char *)w.since, (size_t)len};
    }
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_topic(t, a->at[0], &w.in.topic, &w.in.id);
    if (!outcome)
        outcome = terminal_result(t, luntan_subscribe(t->forum, &w.in, &out));
    while (!outcome && !over && w.left) {
        outcome = terminal_result(t, luntan_next_event(t->forum, -1, &event));
        if (!outcome)
            outcome = take_event(&w, &event, &over);
    }
    return outcome;
}

/* ---- marks ---- */

enum outcome verb_unread(struct terminal *t, const struct arguments *a)
{
    struct boards_reply out;
    struct board_record board;
    enum outcome outcome = terminal_enter(t);

    (void)a;
    if (!outcome)
        outcome = terminal_result(t, luntan_boards(t->forum, &(struct boards_request){.none = 0}, &out));
    while (!outcome && items_next(&out.boards, &shape_board_record, &board))
        if (board.unread)
            show_record(t, &shape_board_record, &board, show_board);
    return outcome;
}

static enum outcome mark_board(struct terminal *t, const char *board)
{
    struct mark_board_request in = {.board = text_of(board)};
    struct mark_board_reply out;
    enum outcome outcome = terminal_enter(t);

    if (!outcome)
        outcome = terminal_result(t, luntan_mark_board(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_mark_board_reply, &out, SAY_MARKED, (const struct said[]){SAID_END});
}

enum outcome verb_mark(struct terminal *t, const struct arguments *a)
{
    struct mark_request in = {.none = 0};
    struct mark_reply out;
    enum outcome outcome;

    if (!a->count == !a->option[OPTION_BOARD])
        return terminal_misused(t, SAY_THREAD_OR_BOARD, NULL);
    if (!a->count)
        return mark_board(t, a->option[OPTION_BOARD]);
    if (!terminal_number(t, a->at[0], &in.thread) || !terminal_number_option(t, OPTION_TO, &in.floor))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_mark(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_mark_reply, &out, SAY_MARKED, (const struct said[]){SAID_END});
}

/* ---- watches ---- */

static enum outcome list_watches(struct terminal *t)
{
    char place[LIMIT_CURSOR];
    struct watches_request in = {.none = 0};
    struct watches_reply out = {.none = 0};
    enum outcome outcome;

    do {
        outcome = terminal_result(t, luntan_watches(t->forum, &in, &out));
        if (outcome)
            break;
        show_list(t, &out.watches, &shape_watch_record, show_watch, UINT64_MAX);
        if (out.next.len && out.next.len <= sizeof place)
            memcpy(place, out.next.at, out.next.len);
        in.after = (struct text){place, out.next.len};
    } while (out.next.len && out.next.len <= sizeof place);
    return outcome;
}

static enum outcome set_watch(struct terminal *t, const struct arguments *a, bool off)
{
    struct watch_set_request in = {.off = off};
    struct watch_set_reply out;
    enum outcome outcome = terminal_enter(t);

    if (!outcome)
        outcome = terminal_topic(t, a->at[0], &in.kind, &in.id);
    if (!outcome)
        outcome = terminal_result(t, luntan_watch_set(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_watch_set_reply, &out, off ? SAY_UNFOLLOWED : SAY_FOLLOWED, (const struct said[]){SAID_END});
}

enum outcome verb_follow(struct terminal *t, const struct arguments *a)
{
    enum outcome outcome;

    if (a->count)
        return set_watch(t, a, false);
    outcome = terminal_enter(t);
    return outcome ? outcome : list_watches(t);
}

enum outcome verb_unfollow(struct terminal *t, const struct arguments *a)
{
    return set_watch(t, a, true);
}

/* ---- notices ---- */

enum outcome verb_notices(struct terminal *t, const struct arguments *a)
{
    struct notices_request in = {.none = 0};
    struct notices_reply out;
    struct notices_mark_request mark = {.none = 0};
    struct notices_mark_reply marked;
    struct notice_record newest;
    uint64_t left = UINT64_MAX;
    enum outcome outcome;

    if (!terminal_number_option(t, OPTION_COUNT, &left))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    while (!outcome && left) {
        struct items first;

        outcome = terminal_result(t, luntan_notices(t->forum, &in, &out));
        if (outcome)
            return outcome;
        first = out.notices;
        if (!mark.up_to && items_next(&first, &shape_notice_record, &newest))
            mark.up_to = newest.id;
        left -= show_list(t, &out.notices, &shape_notice_record, show_notice, left);
        if (!out.next)
            break;
        in.before = out.next;
    }
    if (!outcome && a->option[OPTION_MARK] && mark.up_to)
        outcome = terminal_result(t, luntan_notices_mark(t->forum, &mark, &marked));
    return outcome;
}
