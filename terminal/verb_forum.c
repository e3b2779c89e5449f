/* Verbs that read and moderate: boards, threads, read, history, account, pin, lock, feature, move. */
#include "terminal/show.h"
#include "terminal/verbs.h"

enum outcome verb_boards(struct terminal *t, const struct arguments *a)
{
    struct boards_reply out;
    enum outcome outcome = terminal_enter(t);

    (void)a;
    if (!outcome)
        outcome = terminal_result(t, luntan_boards(t->forum, &(struct boards_request){.none = 0}, &out));
    if (!outcome)
        show_list(t, &out.boards, &shape_board_record, show_board, UINT64_MAX);
    return outcome;
}

/* A page's next, copied: it must outlive the answer that it came in. */
struct place {
    char at[LIMIT_CURSOR];
    size_t len;
};

static bool go_on(struct place *place, struct text next)
{
    place->len = next.len < sizeof place->at ? next.len : sizeof place->at;
    if (place->len)
        memcpy(place->at, next.at, place->len);
    return place->len != 0;
}

enum outcome verb_threads(struct terminal *t, const struct arguments *a)
{
    struct threads_request in = {.board = text_of(a->at[0]), .featured = a->option[OPTION_FEATURED] != NULL};
    struct threads_reply out;
    struct place place = {.len = 0};
    uint64_t left = UINT64_MAX;
    enum outcome outcome;

    if (!terminal_number_option(t, OPTION_COUNT, &left))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    while (!outcome && left) {
        in.after = (struct text){place.len ? place.at : NULL, place.len};
        in.count = left < LIMIT_PAGE_ITEMS ? left : LIMIT_PAGE_ITEMS;
        outcome = terminal_result(t, luntan_threads(t->forum, &in, &out));
        if (outcome)
            break;
        left -= show_list(t, &out.threads, &shape_thread_record, show_thread, left);
        if (!go_on(&place, out.next))
            break;
    }
    return outcome;
}

enum outcome verb_read(struct terminal *t, const struct arguments *a)
{
    struct read_request in = {.from = 1};
    struct read_reply out;
    uint64_t left = UINT64_MAX;
    bool first = !t->json;
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &in.thread) || !terminal_number_option(t, OPTION_FROM, &in.from) ||
        !terminal_number_option(t, OPTION_COUNT, &left))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    while (!outcome && left && in.from) {
        in.count = left < LIMIT_PAGE_ITEMS ? left : LIMIT_PAGE_ITEMS;
        outcome = terminal_result(t, luntan_read(t->forum, &in, &out));
        if (outcome)
            break;
        if (first)
            show_list(t, &out.thread, &shape_thread_record, show_thread, 1);
        if (first)
            fputc('\n', stdout);
        first = false;
        left -= show_list(t, &out.posts, &shape_post_record, show_post, left);
        in.from = out.next;
    }
    return outcome;
}

static enum outcome show_text_of(struct terminal *t, uint64_t post, uint64_t number)
{
    struct revision_request in = {.post = post, .number = number};
    struct revision_reply out;
    enum outcome outcome = terminal_result(t, luntan_revision(t->forum, &in, &out));

    if (!outcome)
        show_list(t, &out.revisions, &shape_revision_record, show_revision, 1);
    return outcome;
}

enum outcome verb_history(struct terminal *t, const struct arguments *a)
{
    struct history_request in = {.none = 0};
    struct history_reply out;
    uint64_t number = 0;
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &in.post) || !terminal_number_option(t, OPTION_REVISION, &number))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome && a->option[OPTION_REVISION])
        return show_text_of(t, in.post, number);
    while (!outcome) {
        outcome = terminal_result(t, luntan_history(t->forum, &in, &out));
        if (!outcome)
            show_list(t, &out.revisions, &shape_revision_record, show_revision, UINT64_MAX);
        if (outcome || !out.next)
            break;
        in.before = out.next;
    }
    return outcome;
}

/* ---- moderation ---- */

static enum outcome set_thread(struct terminal *t, const struct arguments *a, struct thread_set_request *in)
{
    struct thread_set_reply out;
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &in->thread) || !terminal_reason(t, &in->reason, &in->words))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_thread_set(t->forum, in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_thread_set_reply, &out, SAY_CHANGED, (const struct said[]){SAID_END});
}

static enum change on_or_off(const struct arguments *a)
{
    return a->option[OPTION_OFF] ? CHANGE_OFF : CHANGE_ON;
}

enum outcome verb_pin(struct terminal *t, const struct arguments *a)
{
    return set_thread(t, a, &(struct thread_set_request){.pinned = on_or_off(a)});
}

enum outcome verb_lock(struct terminal *t, const struct arguments *a)
{
    return set_thread(t, a, &(struct thread_set_request){.locked = on_or_off(a)});
}

enum outcome verb_hold(struct terminal *t, const struct arguments *a)
{
    return set_thread(t, a, &(struct thread_set_request){.hold = on_or_off(a)});
}

enum outcome verb_feature(struct terminal *t, const struct arguments *a)
{
    return set_thread(t, a, &(struct thread_set_request){.featured = on_or_off(a)});
}

enum outcome verb_move(struct terminal *t, const struct arguments *a)
{
    struct move_request in = {.board = text_of(a->at[1])};
    struct move_reply out;
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &in.thread) || !terminal_reason(t, &in.reason, &in.words))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_move(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_move_reply, &out, SAY_CHANGED, (const struct said[]){SAID_END});
}
