/* Reading a thread: floors in order, new ones as they are written, and marks that follow the eye. */
#include <stdlib.h>

#include "terminal/compose.h"
#include "terminal/manage.h"
#include "terminal/pages.h"
#include "terminal/show_pieces.h"

enum { MARGIN = 2 };

struct reading {
    struct pages pages;
    uint64_t first_unread;
    uint64_t seen, marked; /* floors */
    uint32_t topic;
    unsigned fresh;        /* posts that came and were not seen yet */
};

/* ---- drawing ---- */

static void read_title(struct ui *ui, void *state, FILE *out)
{
    struct reading *s = state;
    const struct thread_record *h = s->pages.header;

    if (!h)
        return;
    if (h->locked)
        say_part(out, ui->t->english, SAY_LOCKED);
    if (h->hold)
        say_part(out, ui->t->english, SAY_WAITS_FIRST);
    if (h->featured)
        say_part(out, ui->t->english, SAY_FEATURED);
    display_line(out, h->title);
}

static void draw_head(struct ui *ui, const struct reading *s, const struct post_record *post, int row)
{
    char right[64], floor[32];
    int column = MARGIN / 2, width;

    say_into(floor, sizeof floor, ui->t->english, SAY_FLOOR, (const struct said[]){SAID_NUMBER(post->floor), SAID_END});
    terminal_time(right, post->created);
    width = (int)strlen(right);
    ui_style(post->floor >= s->first_unread && s->first_unread ? STYLE_MARK : STYLE_FAINT);
    column += ui_text(row, column, 12, text_of(floor)) + 2;
    ui_style(STYLE_BOLD);
    column += ui_text(row, column, 30, post->author_name.len ? post->author_name : post->author) + 1;
    ui_style(STYLE_FAINT);
    if (post->author_name.len && !text_equal(post->author_name, post->author) && ui->columns - column - width > 12) {
        column += ui_text(row, column, 1, TEXT("@"));
        column += ui_text(row, column, ui->columns - column - width - 10, post->author) + 1;
    }
    if (post->edited && ui->columns - column - width > 10)
        ui_words(ui, row, column + 1, 10, SAY_UI_EDITED);
    ui_text(row, ui->columns - width - 1, width, text_of(right));
    ui_style(STYLE_PLAIN);
}

/* The floor answered, and how it begins if it is at hand. */
static void draw_reference(struct ui *ui, struct pages *p, const struct post_record *post, int row)
{
    const struct post_record *to = pages_find(p, post->reply_to);
    char line[STATUS_ROOM];
    struct text start = to && to->body.at ? to->body : TEXT("");
    const char *end = start.len ? memchr(start.at, '\n', start.len) : NULL;

    if (end)
        start.len = (size_t)(end - start.at);
    if (start.len > 200)
        start.len = 200;
    while (start.len && start.len == 200 && (start.at[start.len - 1] & 0xc0) == 0x80)
        start.len--; /* not in the middle of a character */
    say_into(line, sizeof line, ui->t->english, to ? SAY_UI_REFERENCE : SAY_UI_REFERENCE_FAR,
             (const struct said[]){SAID_NUMBER(post->reply_to), SAID_TEXT(to ? (to->author_name.len ? to->author_name : to->author) : TEXT("")),
                                   SAID_TEXT(start), SAID_END});
    ui_style(STYLE_FAINT);
    ui_text(row, MARGIN, ui->columns - MARGIN - 1, text_of(line));
    ui_style(STYLE_PLAIN);
}

/* One row of a post. */
static void draw_row(struct ui *ui, struct reading *s, int at, int row_of_post, int row)
{
    struct pages *p = &s->pages;
    const struct post_record *post = p->posts[at].post;
    bool reference = post->reply_to != 0;

    if (row_of_post == 0) {
        draw_head(ui, s, post, row);
    } else if (reference && row_of_post == 1) {
        draw_reference(ui, p, post, row);
    } else if (post->state != POST_STATE_VISIBLE) {
        char line[TOMBSTONE_ROOM];
        show_tombstone(ui->t, post, line);
        ui_style(STYLE_FAINT);
        if (row_of_post == 1 + reference)
            ui_text(row, MARGIN, ui->columns - MARGIN, text_of(line));
        ui_style(STYLE_PLAIN);
    } else {
        ui_text(row, MARGIN, ui->columns - MARGIN, pages_line(p, at, row_of_post - 1 - reference));
    }
}

static void read_draw(struct ui *ui, void *state)
{
    struct reading *s = state;
    struct pages *p = &s->pages;
    int height = ui_height(ui), at, of_post;
    uint64_t seen;

    pages_wrap(p, ui->columns - MARGIN - 1);
    at = p->top;
    of_post = p->row;
    for (int row = 0; row < height && at < p->count; row++) {
        draw_row(ui, s, at, of_post, FIRST_ROW + row);
        if (++of_post >= pages_rows(p, at)) {
            at++;
            of_post = 0;
        }
    }
    seen = pages_seen(p, height);
    if (seen > s->seen)
        s->seen = seen;
    if (s->fresh && p->count && s->seen >= p->posts[p->count - 1].post->floor)
        s->fresh = 0;
}

/* ---- marks ---- */

static void mark(struct ui *ui, struct reading *s)
{
    struct mark_request in = {.thread = s->pages.thread, .floor = s->seen};
    struct mark_reply out;

    if (!ui->t->account || ui->offline || s->seen <= s->marked)
        return;
    if (luntan_mark(ui->t->forum, &in, &out) == LUNTAN_OK)
        s->marked = s->seen;
}

/* ---- keys ---- */

static void go_to(struct ui *ui, struct reading *s, uint64_t floor)
{
    struct pages *p = &s->pages;

    for (int i = 0; i < p->count; i++)
        if (p->posts[i].post->floor == floor) {
            p->top = i;
            p->row = 0;
            return;
        }
    pages_open(ui, p, floor);
}

static void go_to_end(struct ui *ui, struct reading *s)
{
    struct pages *p = &s->pages;

    if (!p->at_end && !pages_open(ui, p, 0))
        return;
    p->top = p->count ? p->count - 1 : 0;
    p->row = 0;
    /* The newest post at the bottom, as much of what is before it as fits. */
    while (p->top > 0) {
        int rows = 0;

        for (int i = p->top - 1; i < p->count; i++)
            rows += pages_rows(p, i);
        if (rows > ui_height(ui))
            break;
        p->top--;
    }
}

static void go_to_floor(struct ui *ui, struct reading *s)
{
    char word[24] = "";
    uint64_t floor;

    if (ui_ask(ui, SAY_UI_ASK_FLOOR, word, sizeof word) && arguments_number(word, &floor) && floor)
        go_to(ui, s, floor);
}

static void answer(struct ui *ui, struct reading *s, uint64_t to)
{
    struct writing w = {.thread = s->pages.thread, .to = to};
    struct written written;

    if (!ui_member(ui) || !compose(ui, &w, &written))
        return;
    s->pages.at_end = false; /* so that what came meanwhile is fetched with it */
    go_to_end(ui, s);
}

/* Fetches a post anew, whole. */
static void refetch(struct ui *ui, struct reading *s, uint64_t id)
{
    struct post_get_request in = {.post = id};
    struct post_get_reply out;
    struct post_record post;

    if (ui_did(ui, luntan_post_get(ui->t->forum, &in, &out)) && items_next(&out.posts, &shape_post_record, &post))
        pages_take(&s->pages, &post);
}

static void edit(struct ui *ui, struct reading *s, uint64_t id)
{
    struct writing w;
    struct written written;

    if (!ui_member(ui))
        return;
    if (!ui_did(ui, writing_open_post(ui->t, id, &w))) {
        writing_free(&w);
        return;
    }
    if (w.has_title && !ui_ask(ui, SAY_UI_ASK_TITLE, w.title, sizeof w.title)) {
        writing_free(&w);
        return;
    }
    if (compose(ui, &w, &written))
        refetch(ui, s, id);
}

static void delete(struct ui *ui, struct reading *s, uint64_t id)
{
    struct delete_request in = {.post = id};
    struct delete_reply out;

    if (!ui_member(ui) || ui_choose(ui, SAY_UI_DELETE_SURE, "y") != 'y')
        return;
    if (ui_did(ui, luntan_delete(ui->t->forum, &in, &out))) {
        UI_SAY(ui, SAY_DELETED);
        refetch(ui, s, id);
    }
}

static void follow(struct ui *ui, struct reading *s)
{
    struct thread_record *h = s->pages.header;
    struct watch_set_request in = {.kind = TOPIC_THREAD, .id = s->pages.thread, .off = h && h->watched};
    struct watch_set_reply out;

    if (!ui_member(ui) || !ui_did(ui, luntan_watch_set(ui->t->forum, &in, &out)))
        return;
    UI_SAY(ui, in.off ? SAY_UNFOLLOWED : SAY_FOLLOWED);
    if (h)
        h->watched = !in.off;
}

/* Rows that a key scrolls by; 0 where it does not scroll. */
static int scroll_of(struct key key, int height)
{
    if (key.function)
        return key.code == KEY_UP ? -1 : key.code == KEY_DOWN ? 1 : key.code == KEY_PPAGE ? 1 - height : key.code == KEY_NPAGE ? height - 1 : 0;
    return key.code == 'k' ? -1 : key.code == 'j' ? 1 : key.code == 'b' ? 1 - height : key.code == ' ' ? height - 1 : 0;
}

static void act(struct ui *ui, struct reading *s, wint_t code)
{
    const struct post_record *current = pages_current(&s->pages);
    uint64_t id = current ? current->id : 0, floor = current ? current->floor : 0;

    switch (code) {
    case 'n':
        pages_step(ui, &s->pages, 1, ui_height(ui));
        break;
    case 'p':
        pages_step(ui, &s->pages, -1, ui_height(ui));
        break;
    case 'g':
        go_to(ui, s, 1);
        break;
    case 'G':
        go_to_end(ui, s);
        break;
    case 'u':
        if (s->first_unread)
            go_to(ui, s, s->first_unread);
        break;
    case '#':
        go_to_floor(ui, s);
        break;
    case '^':
        if (current && current->reply_to)
            go_to(ui, s, current->reply_to);
        break;
    case 'R':
        answer(ui, s, 0);
        break;
    case 'r':
        answer(ui, s, floor);
        break;
    case 'e':
        edit(ui, s, id);
        break;
    case 'x':
        delete(ui, s, id);
        break;
    case 'w':
        follow(ui, s);
        break;
    case 'M':
        if (s->pages.header)
            manage_thread(ui, s->pages.header);
        break;
    default:
        break;
    }
}

static void read_key(struct ui *ui, void *state, struct key key)
{
    struct reading *s = state;
    int rows = scroll_of(key, ui_height(ui));
    bool back = key.function ? key.code == KEY_LEFT : key.code == 'q' || key.code == 'h' || key.code == 27;

    if (back)
        ui_pop(ui);
    else if (rows)
        pages_scroll(ui, &s->pages, rows, ui_height(ui));
    else if (!key.function)
        act(ui, s, key.code);
    else if (key.code == KEY_HOME)
        go_to(ui, s, 1);
    else if (key.code == KEY_END)
        go_to_end(ui, s);
}

/* ---- what happens meanwhile ---- */

static void take_post(struct ui *ui, struct reading *s, const struct post_record *post)
{
    uint64_t id = post->id;
    bool cut = post->truncated;

    if (pages_take(&s->pages, post) && !text_equal(post->author, text_of(ui->t->handle))) {
        s->fresh++;
        if (!s->first_unread)
            s->first_unread = post->floor;
        UI_SAY(ui, SAY_UI_NEW_POST, SAID_NUMBER(post->floor), SAID_TEXT(post->author_name.len ? post->author_name : post->author),
               SAID_NUMBER(s->fresh));
    }
    if (cut && pages_find(&s->pages, post->floor))
        refetch(ui, s, id);
}

static void take_header(struct reading *s, const struct thread_record *thread)
{
    struct thread_record *h = s->pages.header;

    if (!h)
        return;
    h->pinned = thread->pinned;
    h->locked = thread->locked;
    h->featured = thread->featured;
    h->hold = thread->hold;
    h->board = thread->board;
    h->floors = thread->floors;
}

static void take_change(struct ui *ui, struct reading *s, const struct change_record *change)
{
    struct items thread_item = change->thread, post_item = change->post;
    struct thread_record thread;
    struct post_record post;

    if (thread_item.at && items_next(&thread_item, &shape_thread_record, &thread))
        take_header(s, &thread);
    if (post_item.at && items_next(&post_item, &shape_post_record, &post))
        take_post(ui, s, &post);
}

static void read_event(struct ui *ui, void *state, const struct luntan_event *event)
{
    struct reading *s = state;
    const struct post_record *current = pages_current(&s->pages);

    if (!s->topic || event->subscription != s->topic)
        return;
    if (event->message->op == EVENT_CHANGE) {
        take_change(ui, s, &event->change);
    } else if (event->message->op == EVENT_GAP) {
        pages_open(ui, &s->pages, current ? current->floor : 1);
    } else if (event->message->op == EVENT_END) {
        s->topic = 0;
        ui_fail(ui, SAY_UI_NO_LONGER);
    }
}

static void read_idle(struct ui *ui, void *state)
{
    mark(ui, state);
}

static void read_close(struct ui *ui, void *state)
{
    struct reading *s = state;

    mark(ui, s);
    ui_unsubscribe(ui, s->topic);
    pages_clear(&s->pages);
    free(s);
}

/* Starts where one left off: at the first post above the mark. */
static bool open_at(struct ui *ui, struct reading *s, uint64_t floor)
{
    struct pages *p = &s->pages;

    if (!pages_open(ui, p, floor ? floor : 1))
        return false;
    if (!p->header)
        return true;
    s->marked = p->header->read_floor;
    if (p->header->unread && p->header->floors > s->marked)
        s->first_unread = s->marked + 1;
    if (!floor && s->first_unread > 1)
        go_to(ui, s, s->first_unread);
    else if (!floor && !s->first_unread && ui->t->account && p->header->floors > 1)
        go_to_end(ui, s);
    return true;
}

void screen_read(struct ui *ui, uint64_t thread, uint64_t floor)
{
    static const struct screen_kind kind = {
        .keys = SAY_UI_READ_KEYS, .title = read_title, .draw = read_draw, .key = read_key, .event = read_event,
        .idle = read_idle, .close = read_close,
    };
    struct reading *s = calloc(1, sizeof *s);

    if (s) {
        s->pages.thread = thread;
        pages_wrap(&s->pages, ui->columns - MARGIN - 1);
        if (!open_at(ui, s, floor)) {
            read_close(ui, s);
            return;
        }
        s->topic = ui_subscribe(ui, TOPIC_THREAD, thread, (struct text){s->pages.cursor, s->pages.cursor_len});
    }
    ui_push(ui, &kind, s);
}
