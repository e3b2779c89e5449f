/* A board's threads: pinned ones first, then by newest post; more are fetched as one goes down. */
#include <stdlib.h>

#include "terminal/compose.h"
#include "terminal/list.h"
#include "terminal/manage.h"
#include "terminal/record.h"

enum { THREADS_MOST = 2000 }; /* kept at once; further down one does not scroll but search */

struct threads {
    uint64_t board;
    struct board_record *header;
    struct thread_record *threads[THREADS_MOST]; /* copies */
    struct list list;
    char next[LIMIT_CURSOR];
    size_t next_len;
    uint32_t topic;
    bool featured; /* only those */
};

static void forget_all(struct threads *s)
{
    for (int i = 0; i < s->list.count; i++)
        free(s->threads[i]);
    s->list.count = 0;
    s->next_len = 0;
}

static void append(struct threads *s, const struct thread_record *thread)
{
    struct thread_record *copy = s->list.count < THREADS_MOST ? record_copy(&shape_thread_record, thread) : NULL;

    if (copy)
        s->threads[s->list.count++] = copy;
}

/* Fetches the first page anew, or one more. */
static bool fetch(struct ui *ui, struct threads *s, bool more)
{
    char board[24];
    struct threads_request in = {.featured = s->featured};
    struct threads_reply out;
    struct thread_record thread;
    struct board_record header;

    snprintf(board, sizeof board, "%llu", (unsigned long long)s->board);
    in.board = text_of(board);
    if (more)
        in.after = (struct text){s->next, s->next_len};
    if (!ui_did(ui, luntan_threads(ui->t->forum, &in, &out)))
        return false;
    if (!more)
        forget_all(s);
    while (items_next(&out.threads, &shape_thread_record, &thread))
        append(s, &thread);
    s->next_len = out.next.len <= sizeof s->next && s->list.count < THREADS_MOST ? out.next.len : 0;
    if (s->next_len)
        memcpy(s->next, out.next.at, s->next_len);
    if (items_next(&out.board, &shape_board_record, &header)) {
        free(s->header);
        s->header = record_copy(&shape_board_record, &header);
    }
    if (!s->topic)
        s->topic = ui_subscribe(ui, TOPIC_BOARD, s->board, out.cursor);
    return true;
}

static void threads_title(struct ui *ui, void *state, FILE *out)
{
    struct threads *s = state;

    if (s->header)
        display_line(out, ui->t->english && s->header->name_en.len ? s->header->name_en : s->header->name);
    if (s->featured) {
        fputs("  ", out);
        say_part(out, ui->t->english, SAY_FEATURED);
    }
}

/* The signs before a title: pinned, featured, locked. */
static int draw_signs(struct ui *ui, const struct thread_record *h, int row, int column, bool chosen)
{
    const struct {
        bool on;
        enum saying sign;
    } signs[] = {{h->pinned, SAY_UI_PINNED}, {h->featured, SAY_UI_FEATURED}, {h->locked, SAY_UI_LOCKED}};

    if (!chosen)
        ui_style(STYLE_MARK);
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (signs[i].on)
            column += ui_words(ui, row, column, 8, signs[i].sign) + 1;
    return column;
}

static void draw_thread(struct ui *ui, const struct thread_record *h, int row, bool chosen)
{
    char right[96], when[TIME_ROOM];
    int column = 3, width;

    terminal_time(when, h->last_time ? h->last_time : h->created);
    say_into(right, sizeof right, ui->t->english, SAY_UI_THREAD_RIGHT,
             (const struct said[]){SAID_NUMBER(h->floors), SAID_TEXT(text_of(when + (when[0] ? 5 : 0))), SAID_END});
    width = (int)display_width(text_of(right));
    ui_style(chosen ? STYLE_CHOSEN : STYLE_PLAIN);
    if (chosen)
        ui_fill(row, 0, ui->columns);
    if (h->unread)
        ui_text(row, 1, 1, TEXT("*"));
    column = draw_signs(ui, h, row, column, chosen);
    if (!chosen)
        ui_style(h->unread ? STYLE_BOLD : STYLE_PLAIN);
    ui_text(row, column, ui->columns - column - width - 16, h->title);
    if (!chosen)
        ui_style(STYLE_FAINT);
    ui_text(row, ui->columns - width - 14, 12, h->author_name.len ? h->author_name : h->author);
    ui_text(row, ui->columns - width - 1, width, text_of(right));
    ui_style(STYLE_PLAIN);
}

static void threads_draw(struct ui *ui, void *state)
{
    struct threads *s = state;
    int height = ui_height(ui);

    list_settle(&s->list, height);
    for (int i = 0; i < height && s->list.top + i < s->list.count; i++)
        draw_thread(ui, s->threads[s->list.top + i], FIRST_ROW + i, s->list.top + i == s->list.chosen);
    if (s->list.count == 0)
        ui_words(ui, FIRST_ROW + 1, 2, ui->columns - 4, SAY_UI_NOTHING);
}

/* ---- keys ---- */

/* Asks for title and tags, then writes. */
static void start_thread(struct ui *ui, struct threads *s)
{
    struct writing w = {.thread = 0};
    struct written written;
    char tags[LIMIT_TAGS * (LIMIT_TAG * 4 + 1) + 1] = "", *rest = tags;

    if (!ui_member(ui) || !ui_ask(ui, SAY_UI_ASK_TITLE, w.title, sizeof w.title) || !w.title[0])
        return;
    w.has_title = true;
    if (!ui_ask(ui, SAY_UI_ASK_TAGS, tags, sizeof tags))
        return;
    for (char *tag; (tag = strsep(&rest, " "));)
        if (*tag)
            writing_tag(&w, text_of(tag));
    snprintf(w.board, sizeof w.board, "%llu", (unsigned long long)s->board);
    if (compose(ui, &w, &written)) {
        char posted[STATUS_ROOM];

        memcpy(posted, ui->status, sizeof posted);
        fetch(ui, s, false);
        screen_read(ui, written.thread, 1);
        memcpy(ui->status, posted, sizeof posted);
    }
}

static void mark_all(struct ui *ui, struct threads *s)
{
    char board[24];
    struct mark_board_request in = {.none = 0};
    struct mark_board_reply out;

    snprintf(board, sizeof board, "%llu", (unsigned long long)s->board);
    in.board = text_of(board);
    if (ui_member(ui) && ui_did(ui, luntan_mark_board(ui->t->forum, &in, &out)) && fetch(ui, s, false))
        UI_SAY(ui, SAY_MARKED);
}

static void follow_board(struct ui *ui, const struct threads *s)
{
    struct watch_set_request in = {.kind = TOPIC_BOARD, .id = s->board};
    struct watch_set_reply out;
    char answer;

    if (!ui_member(ui))
        return;
    answer = ui_choose(ui, SAY_UI_FOLLOW_BOARD, "yn");
    in.off = answer == 'n';
    if (answer && ui_did(ui, luntan_watch_set(ui->t->forum, &in, &out)))
        UI_SAY(ui, in.off ? SAY_UNFOLLOWED : SAY_FOLLOWED);
}

static void threads_key(struct ui *ui, void *state, struct key key)
{
    struct threads *s = state;
    struct thread_record *chosen = s->list.count ? s->threads[s->list.chosen] : NULL;
    bool enter = key.function ? key.code == KEY_ENTER || key.code == KEY_RIGHT : key.code == '\r' || key.code == '\n' || key.code == 'l';
    bool back = key.function ? key.code == KEY_LEFT : key.code == 'q' || key.code == 'h' || key.code == 27;

    if (back) {
        ui_pop(ui);
    } else if (enter && chosen) {
        screen_read(ui, chosen->id, 0);
    } else if (list_key(&s->list, key, ui_height(ui))) {
        if (s->next_len && s->list.chosen + ui_height(ui) >= s->list.count)
            fetch(ui, s, true);
    } else if (!key.function) {
        switch (key.code) {
        case 'p':
            start_thread(ui, s);
            break;
        case 'f':
            s->featured = !s->featured;
            s->list.chosen = 0;
            fetch(ui, s, false);
            break;
        case 'm':
            mark_all(ui, s);
            break;
        case 'w':
            follow_board(ui, s);
            break;
        case 'M':
            if (chosen && manage_thread(ui, chosen))
                fetch(ui, s, false);
            break;
        case 'r':
            fetch(ui, s, false);
            break;
        default:
            break;
        }
    }
}

/* ---- what happens meanwhile ---- */

static int find(const struct threads *s, uint64_t id)
{
    for (int i = 0; i < s->list.count; i++)
        if (s->threads[i]->id == id)
            return i;
    return -1;
}

static void take_out(struct threads *s, int at)
{
    free(s->threads[at]);
    memmove(s->threads + at, s->threads + at + 1, (size_t)(s->list.count - at - 1) * sizeof s->threads[0]);
    s->list.count--;
    if (s->list.chosen > at)
        s->list.chosen--;
}

/* Where a header belongs: pinned ones before all others, each group by newest post. */
static int place_of(const struct threads *s, const struct thread_record *thread)
{
    int at = 0;

    while (at < s->list.count &&
           (s->threads[at]->pinned != thread->pinned ? s->threads[at]->pinned : s->threads[at]->activity > thread->activity))
        at++;
    return at;
}

/* Puts a changed or new header where it belongs; the choice stays on the thread that it was on. */
static void put_in(struct threads *s, const struct thread_record *thread)
{
    int old = find(s, thread->id), at;
    struct thread_record *copy = record_copy(&shape_thread_record, thread);
    bool was_chosen = old >= 0 && old == s->list.chosen;

    if (!copy)
        return;
    if (old >= 0) {
        /* An event is the same for everybody; what is the reader's own is kept. */
        copy->read_floor = s->threads[old]->read_floor;
        copy->watched = s->threads[old]->watched;
        take_out(s, old);
    }
    copy->unread = copy->floors > copy->read_floor;
    at = place_of(s, copy);
    if ((at == s->list.count && s->next_len) || s->list.count == THREADS_MOST) {
        free(copy); /* it belongs to a page not fetched yet */
        return;
    }
    memmove(s->threads + at + 1, s->threads + at, (size_t)(s->list.count - at) * sizeof s->threads[0]);
    s->threads[at] = copy;
    s->list.count++;
    if (was_chosen)
        s->list.chosen = at;
    else if (at <= s->list.chosen && s->list.count > 1)
        s->list.chosen++;
}

static void take_change(struct ui *ui, struct threads *s, const struct change_record *change)
{
    struct items one = change->thread;
    struct thread_record thread;
    struct gone_record gone;

    if (one.at && items_next(&one, &shape_thread_record, &thread) && (!s->featured || thread.featured)) {
        bool fresh = find(s, thread.id) < 0;

        put_in(s, &thread);
        if (fresh && !text_equal(thread.author, text_of(ui->t->handle)))
            UI_SAY(ui, SAY_UI_NEW_THREAD, SAID_TEXT(thread.title));
    }
    one = change->gone;
    if (one.at && items_next(&one, &shape_gone_record, &gone) && find(s, gone.id) >= 0)
        take_out(s, find(s, gone.id));
}

static void threads_event(struct ui *ui, void *state, const struct luntan_event *event)
{
    struct threads *s = state;

    if (!s->topic || event->subscription != s->topic)
        return;
    if (event->message->op == EVENT_CHANGE) {
        take_change(ui, s, &event->change);
    } else if (event->message->op == EVENT_GAP) {
        fetch(ui, s, false);
    } else if (event->message->op == EVENT_END) {
        s->topic = 0;
        ui_fail(ui, SAY_UI_NO_LONGER);
    }
}

/* Back from reading: what was read there is no longer unread. */
static void threads_shown(struct ui *ui, void *state)
{
    struct threads *s = state;
    uint64_t id = s->list.count ? s->threads[s->list.chosen]->id : 0;

    if (fetch(ui, s, false) && find(s, id) >= 0)
        s->list.chosen = find(s, id);
}

static void threads_close(struct ui *ui, void *state)
{
    struct threads *s = state;

    ui_unsubscribe(ui, s->topic);
    forget_all(s);
    free(s->header);
    free(s);
}

void screen_threads(struct ui *ui, uint64_t board)
{
    static const struct screen_kind kind = {
        .keys = SAY_UI_THREADS_KEYS, .title = threads_title, .draw = threads_draw, .key = threads_key, .event = threads_event,
        .shown = threads_shown, .close = threads_close,
    };
    struct threads *s = calloc(1, sizeof *s);

    if (s) {
        s->board = board;
        if (!fetch(ui, s, false)) {
            threads_close(ui, s);
            return;
        }
    }
    ui_push(ui, &kind, s);
}
