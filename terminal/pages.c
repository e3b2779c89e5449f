/* See pages.h. */
#include "terminal/pages.h"

#include <stdlib.h>

#include "terminal/record.h"

enum { LEAST_COLUMNS = 10, LINE_ROOM = 4096 };

static void drop_post(struct page_post *post)
{
    free(post->post);
    free(post->breaks);
    *post = (struct page_post){.post = NULL};
}

void pages_clear(struct pages *p)
{
    for (int i = 0; i < p->count; i++)
        drop_post(&p->posts[i]);
    p->count = p->top = p->row = 0;
    free(p->header);
    p->header = NULL;
}

/* ---- fetching ---- */

/* Makes room for `fresh` posts at the front or the end by forgetting the far side. */
static void make_room(struct pages *p, int fresh, bool front)
{
    int over = p->count + fresh - PAGES_MOST;

    if (over <= 0)
        return;
    if (over > p->count)
        over = p->count;
    if (front) {
        for (int i = p->count - over; i < p->count; i++)
            drop_post(&p->posts[i]);
        p->at_end = false;
    } else {
        for (int i = 0; i < over; i++)
            drop_post(&p->posts[i]);
        memmove(p->posts, p->posts + over, (size_t)(p->count - over) * sizeof p->posts[0]);
        p->top = p->top > over ? p->top - over : 0;
    }
    p->count -= over;
}

/* Puts a copy of a post at a place of the window. */
static void insert(struct pages *p, int at, const struct post_record *post)
{
    struct page_post fresh = {.post = record_copy(&shape_post_record, post)};

    if (!fresh.post || p->count == (int)(sizeof p->posts / sizeof p->posts[0])) {
        drop_post(&fresh);
        return;
    }
    memmove(p->posts + at + 1, p->posts + at, (size_t)(p->count - at) * sizeof p->posts[0]);
    p->posts[at] = fresh;
    p->count++;
}

static void take_header(struct pages *p, const struct read_reply *out)
{
    struct items thread = out->thread, board = out->board;
    struct thread_record header;
    struct board_record stands;

    if (thread.at && items_next(&thread, &shape_thread_record, &header)) {
        free(p->header);
        p->header = record_copy(&shape_thread_record, &header);
    }
    if (board.at && items_next(&board, &shape_board_record, &stands))
        p->may_reply = stands.may_reply;
}

/* Fetches a page behind or before the window. */
static bool fetch(struct ui *ui, struct pages *p, uint64_t from, bool back)
{
    struct read_request in = {.thread = p->thread, .from = from, .back = back};
    struct read_reply out;
    struct post_record post;
    int at, before;

    if (!ui_did(ui, luntan_read(ui->t->forum, &in, &out)))
        return false;
    take_header(p, &out);
    make_room(p, (int)out.posts.count, back);
    at = back ? 0 : p->count;
    before = p->count;
    while (items_next(&out.posts, &shape_post_record, &post))
        insert(p, at++, &post);
    if (back)
        p->top += p->count - before;
    if (!back)
        p->at_end = out.next == 0;
    if (!p->cursor_len && out.cursor.len <= sizeof p->cursor) {
        p->cursor_len = out.cursor.len;
        if (p->cursor_len)
            memcpy(p->cursor, out.cursor.at, p->cursor_len);
    }
    return true;
}

/* Fetches more where the window ends. Whether there was more. */
static bool fetch_after(struct ui *ui, struct pages *p)
{
    int before = p->count;

    if (p->at_end || !p->count)
        return false;
    return fetch(ui, p, p->posts[p->count - 1].post->floor + 1, false) && p->count != before;
}

static bool fetch_before(struct ui *ui, struct pages *p)
{
    int top = p->top;

    if (!p->count || p->posts[0].post->floor <= 1)
        return false;
    return fetch(ui, p, p->posts[0].post->floor - 1, true) && p->top != top;
}

bool pages_open(struct ui *ui, struct pages *p, uint64_t floor)
{
    pages_clear(p);
    p->cursor_len = 0;
    if (!fetch(ui, p, floor, floor == 0))
        return false;
    if (floor == 0)
        p->at_end = true;
    p->top = floor == 0 && p->count ? p->count - 1 : 0;
    p->row = 0;
    return true;
}

/* ---- lines ---- */

/* Finds where the lines of a body start. */
static void wrap_post(struct pages *p, struct page_post *post)
{
    struct text rest = post->post->body;
    char line[LINE_ROOM];
    bool ended;
    int room = 0;

    post->lines = 0;
    while (rest.len) {
        if (post->lines == room) {
            size_t *more = realloc(post->breaks, (size_t)(room = room ? room * 2 : 16) * sizeof *more);
            if (!more)
                return;
            post->breaks = more;
        }
        post->breaks[post->lines++] = (size_t)(rest.at - post->post->body.at);
        display_wrap(&rest, (unsigned)p->columns, line, sizeof line, &ended);
    }
}

/* Of what was taken away a line is left. */
static bool is_tombstone(const struct post_record *post)
{
    return post->state != POST_STATE_VISIBLE;
}

static struct page_post *wrapped(struct pages *p, int at)
{
    struct page_post *post = &p->posts[at];

    if (!post->breaks && !is_tombstone(post->post))
        wrap_post(p, post);
    return post;
}

int pages_rows(struct pages *p, int at)
{
    struct page_post *post = wrapped(p, at);

    return 1 + (post->post->reply_to != 0) + (is_tombstone(post->post) ? 1 : post->lines) + 1;
}

struct text pages_line(struct pages *p, int at, int line)
{
    struct page_post *post = wrapped(p, at);
    struct text body = post->post->body;
    size_t from, to;

    if (line < 0 || line >= post->lines)
        return TEXT("");
    from = post->breaks[line];
    to = line + 1 < post->lines ? post->breaks[line + 1] : body.len;
    while (to > from && (body.at[to - 1] == '\n' || body.at[to - 1] == '\r' || body.at[to - 1] == ' '))
        to--;
    return (struct text){body.at + from, to - from};
}

void pages_wrap(struct pages *p, int columns)
{
    if (columns < LEAST_COLUMNS)
        columns = LEAST_COLUMNS;
    if (columns > LINE_ROOM / GLYPH_BYTES - 1)
        columns = LINE_ROOM / GLYPH_BYTES - 1;
    if (columns == p->columns)
        return;
    p->columns = columns;
    p->row = 0;
    for (int i = 0; i < p->count; i++) {
        free(p->posts[i].breaks);
        p->posts[i].breaks = NULL;
        p->posts[i].lines = 0;
    }
}

/* ---- moving ---- */

/* Rows from the position to the window's end, but no more than are of interest. */
static int rows_left(struct pages *p, int most)
{
    int rows = -p->row;

    for (int i = p->top; i < p->count && rows < most; i++)
        rows += pages_rows(p, i);
    return rows;
}

static bool up(struct ui *ui, struct pages *p)
{
    if (p->row > 0) {
        p->row--;
        return true;
    }
    if (p->top == 0 && !fetch_before(ui, p))
        return false;
    p->top--;
    p->row = pages_rows(p, p->top) - 1;
    return true;
}

static bool down(struct ui *ui, struct pages *p, int height)
{
    while (rows_left(p, height + 1) <= height)
        if (!fetch_after(ui, p))
            return false;
    p->row++;
    if (p->row >= pages_rows(p, p->top) && p->top + 1 < p->count) {
        p->top++;
        p->row = 0;
    }
    return true;
}

void pages_scroll(struct ui *ui, struct pages *p, int rows, int height)
{
    if (!p->count)
        return;
    for (; rows < 0 && up(ui, p); rows++)
        ;
    for (; rows > 0 && down(ui, p, height); rows--)
        ;
}

void pages_step(struct ui *ui, struct pages *p, int posts, int height)
{
    if (!p->count)
        return;
    if (posts < 0) {
        if (p->row == 0 && (p->top > 0 || fetch_before(ui, p)))
            p->top--;
        p->row = 0;
    } else if (p->top + 1 < p->count || fetch_after(ui, p)) {
        p->top++;
        p->row = 0;
    } else {
        pages_scroll(ui, p, height, height);
    }
}

const struct post_record *pages_current(const struct pages *p)
{
    return p->top < p->count ? p->posts[p->top].post : NULL;
}

const struct post_record *pages_find(const struct pages *p, uint64_t floor)
{
    for (int i = 0; i < p->count; i++)
        if (p->posts[i].post->floor == floor)
            return p->posts[i].post;
    return NULL;
}

uint64_t pages_seen(struct pages *p, int height)
{
    int rows = -p->row;
    uint64_t seen = 0;

    for (int i = p->top; i < p->count && rows < height; i++) {
        rows += pages_rows(p, i);
        if (rows - 1 <= height) /* the blank after it does not count */
            seen = p->posts[i].post->floor;
    }
    /* Of a post that fills more than the screen, the end is seen when it is left behind. */
    if (!seen && p->top > 0)
        seen = p->posts[p->top - 1].post->floor;
    return seen;
}

bool pages_take(struct pages *p, const struct post_record *post)
{
    uint64_t last = p->count ? p->posts[p->count - 1].post->floor : 0;

    for (int i = 0; i < p->count; i++)
        if (p->posts[i].post->floor == post->floor) {
            struct post_record *copy = record_copy(&shape_post_record, post);

            if (!copy)
                return false;
            drop_post(&p->posts[i]);
            p->posts[i].post = copy;
            if (i == p->top && p->row >= pages_rows(p, i))
                p->row = 0;
            return false;
        }
    if (post->floor <= last)
        return false;
    if (p->at_end && post->floor == last + 1) {
        make_room(p, 1, false);
        insert(p, p->count, post);
    } else {
        p->at_end = false;
    }
    return true;
}
