/* The first screen: the boards, with what is unread on each. */
#include <stdlib.h>

#include "terminal/list.h"
#include "terminal/record.h"

struct boards {
    struct board_record **boards; /* copies */
    uint32_t *topics;             /* subscriptions, one for each board; 0: not yet */
    struct list list;
    bool stale;                   /* something happened since they were fetched */
};

static void drop(struct ui *ui, struct boards *s)
{
    for (int i = 0; i < s->list.count; i++) {
        ui_unsubscribe(ui, s->topics[i]);
        free(s->boards[i]);
    }
    free(s->boards);
    free(s->topics);
    s->boards = NULL;
    s->topics = NULL;
    s->list.count = 0;
}

/* The subscription that a board had before, so that it goes on. */
static uint32_t keep_topic(struct boards *old, uint64_t board)
{
    for (int i = 0; i < old->list.count; i++)
        if (old->boards[i]->id == board) {
            uint32_t topic = old->topics[i];
            old->topics[i] = 0;
            return topic;
        }
    return 0;
}

static void fetch(struct ui *ui, struct boards *s)
{
    struct boards old = *s;
    struct boards_reply out;
    struct board_record board;

    if (!ui_did(ui, luntan_boards(ui->t->forum, &(struct boards_request){.none = 0}, &out)))
        return;
    s->stale = false;
    s->boards = calloc(out.boards.count + 1, sizeof *s->boards);
    s->topics = calloc(out.boards.count + 1, sizeof *s->topics);
    s->list.count = 0;
    while (s->boards && s->topics && items_next(&out.boards, &shape_board_record, &board)) {
        s->boards[s->list.count] = record_copy(&shape_board_record, &board);
        if (!s->boards[s->list.count])
            break;
        s->topics[s->list.count++] = keep_topic(&old, board.id);
    }
    drop(ui, &old);
    list_settle(&s->list, ui_height(ui));
}

static void boards_title(struct ui *ui, void *state, FILE *out)
{
    const struct hello_reply *hello = luntan_hello_reply(ui->t->forum);

    (void)state;
    if (hello && hello->site.len)
        display_line(out, hello->site);
    else
        say_part(out, ui->t->english, SAY_UI_BOARDS);
}

static void draw_board(struct ui *ui, const struct board_record *b, int row, bool chosen)
{
    struct text name = ui->t->english && b->name_en.len ? b->name_en : b->name;
    struct text about = ui->t->english && b->about_en.len ? b->about_en : b->about;
    char unread[64] = "", counts[64];
    int about_columns = ui->columns - 56;

    if (b->unread)
        say_into(unread, sizeof unread, ui->t->english, b->unread_more ? SAY_UI_UNREAD_MORE : SAY_UI_UNREAD,
                 (const struct said[]){SAID_NUMBER(b->unread), SAID_END});
    say_into(counts, sizeof counts, ui->t->english, SAY_UI_BOARD_COUNTS,
             (const struct said[]){SAID_NUMBER(b->threads), SAID_NUMBER(b->posts), SAID_END});
    ui_style(chosen ? STYLE_CHOSEN : b->unread ? STYLE_BOLD : STYLE_PLAIN);
    if (chosen)
        ui_fill(row, 0, ui->columns);
    ui_text(row, 2, 22, name);
    if (!chosen)
        ui_style(b->unread ? STYLE_MARK : STYLE_FAINT);
    ui_text(row, 26, 10, text_of(unread));
    if (!chosen)
        ui_style(STYLE_FAINT);
    ui_text(row, 37, about_columns > 10 ? 18 : ui->columns - 38, text_of(counts));
    if (about_columns > 10)
        ui_text(row, 56, about_columns - 1, about);
    ui_style(STYLE_PLAIN);
}

static void boards_draw(struct ui *ui, void *state)
{
    struct boards *s = state;
    int height = ui_height(ui);

    list_settle(&s->list, height);
    for (int i = 0; i < height && s->list.top + i < s->list.count; i++)
        draw_board(ui, s->boards[s->list.top + i], FIRST_ROW + i, s->list.top + i == s->list.chosen);
    if (s->list.count == 0)
        ui_words(ui, FIRST_ROW + 1, 2, ui->columns - 4, SAY_UI_NOTHING);
}

static void mark_board(struct ui *ui, struct boards *s)
{
    char board[24];
    struct mark_board_request in = {.none = 0};
    struct mark_board_reply out;

    snprintf(board, sizeof board, "%llu", (unsigned long long)s->boards[s->list.chosen]->id);
    in.board = text_of(board);
    if (ui_member(ui) && ui_did(ui, luntan_mark_board(ui->t->forum, &in, &out)))
        fetch(ui, s);
}

static void log_out(struct ui *ui, struct boards *s)
{
    struct logout_reply out;
    struct visit_reply visited;

    if (ui_choose(ui, SAY_UI_LOGOUT_SURE, "y") != 'y' || !ui_did(ui, luntan_logout(ui->t->forum, &(struct logout_request){.none = 0}, &out)))
        return;
    keep_forget(ui->t->keep, ui->t->server, ui->t->handle);
    terminal_become(ui->t, (struct items){NULL, 0, 0});
    ui->account_topic = 0;
    if (ui_did(ui, luntan_visit(ui->t->forum, &(struct visit_request){.none = 0}, &visited)))
        UI_SAY(ui, SAY_UI_LOGGED_OUT);
    ui_became(ui);
    fetch(ui, s);
}

static void boards_key(struct ui *ui, void *state, struct key key)
{
    struct boards *s = state;
    bool enter = key.function ? key.code == KEY_ENTER || key.code == KEY_RIGHT : key.code == '\r' || key.code == '\n' || key.code == 'l';

    if (list_key(&s->list, key, ui_height(ui)))
        return;
    if (enter && s->list.count) {
        screen_threads(ui, s->boards[s->list.chosen]->id);
        return;
    }
    if (key.function)
        return;
    switch (key.code) {
    case 'n':
        screen_notices(ui);
        break;
    case 'd':
        screen_drafts(ui);
        break;
    case 'M':
        screen_queue(ui);
        break;
    case 'm':
        if (s->list.count)
            mark_board(ui, s);
        break;
    case 'r':
        fetch(ui, s);
        break;
    case 'L':
        if (ui->t->account)
            log_out(ui, s);
        else
            screen_login(ui);
        break;
    case 'q':
        ui_pop(ui);
        break;
    default:
        break;
    }
}

static void boards_event(struct ui *ui, void *state, const struct luntan_event *event)
{
    struct boards *s = state;

    (void)ui;
    for (int i = 0; i < s->list.count; i++)
        if (s->topics[i] && s->topics[i] == event->subscription) {
            if (event->message->op != EVENT_LIVE)
                s->stale = true;
            if (event->message->op == EVENT_END)
                s->topics[i] = 0;
        }
}

/* Follows one more board at a time, so that the keys never wait for all of them. */
static void boards_idle(struct ui *ui, void *state)
{
    struct boards *s = state;

    if (s->stale) {
        fetch(ui, s);
        return;
    }
    for (int i = 0; i < s->list.count; i++)
        if (!s->topics[i]) {
            s->topics[i] = ui_subscribe(ui, TOPIC_BOARD, s->boards[i]->id, text_of(NULL));
            if (i + 1 == s->list.count)
                s->stale = true; /* what came between fetching and following */
            return;
        }
}

static void boards_shown(struct ui *ui, void *state)
{
    fetch(ui, state);
}

static void boards_close(struct ui *ui, void *state)
{
    struct boards *s = state;

    drop(ui, s);
    free(s);
}

void screen_boards(struct ui *ui)
{
    static const struct screen_kind kind = {
        .keys = SAY_UI_BOARDS_KEYS, .title = boards_title, .draw = boards_draw, .key = boards_key, .event = boards_event,
        .idle = boards_idle, .shown = boards_shown, .close = boards_close,
    };
    struct boards *s = calloc(1, sizeof *s);

    if (s)
        fetch(ui, s);
    ui_push(ui, &kind, s);
}
