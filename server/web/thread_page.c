/*
 * A thread: fifty floors on a page, or up to a thousand to read and to print in one go, or the posts alone for the script.
 * The addresses that only lead to a floor are in floor_page.c.
 */
#include <inttypes.h>

#include "server/web/page.h"
#include "server/web/pieces.h"
#include "server/web/sanctioned.h"

enum {
    PAGE_FLOORS = LIMIT_PAGE_ITEMS,
    WHOLE_FLOORS = 1000,
    WHOLE_BYTES = 2 * 1024 * 1024, /* of text; a page of a thousand essays would take more memory than a request has */
    CONTENTS_LEAST = 3,            /* headings that make a table of contents worth its room */
    SUMMARY = 120,                 /* characters */
};

/* What was asked of the core, and from which floor on. */
struct reading {
    uint64_t from, shown_to;       /* floors */
    uint64_t next;                 /* 0: that was all */
    struct thread_record thread;
    struct board_record board;
    struct text cursor;
    struct text summary;
    struct { uint64_t thread, floor; } led; /* where the first of the floors stands now, if that is elsewhere */
    bool whole;
};

static uint64_t from_floor(const struct page *p)
{
    uint64_t from = page_number(page_query(p, "from"));

    return from ? from : 1;
}

static bool may_reply(const struct reading *r)
{
    return r->board.may_reply && !r->thread.locked;
}

/* ---- posts ---- */

static void add_contents(struct object *o, const struct markdown *markdown)
{
    struct list *contents;
    unsigned highest = 6;

    if (markdown->heading_count < CONTENTS_LEAST)
        return;
    for (uint32_t i = 0; i < markdown->heading_count; i++)
        if (markdown->headings[i].level < highest)
            highest = markdown->headings[i].level;
    contents = object_list(o, "contents");
    for (uint32_t i = 0; i < markdown->heading_count; i++) {
        struct object *line = list_add(contents);
        object_text(line, "id", markdown->headings[i].id);
        object_text(line, "words", markdown->headings[i].text);
        object_number(line, "depth", markdown->headings[i].level - highest + 1);
    }
}

static void add_post(struct page *p, struct object *o, struct list *list, const struct post_record *post, struct reading *r)
{
    struct object *row = list_add(list);
    bool own = p->signed_in && text_equal(post->author, p->account.handle);

    object_record(row, "post", &shape_post_record, post);
    object_text(row, "author", piece_name(post->author_name, post->author));
    object_flag(row, "first", post->floor == 1);
    object_flag(row, "here", post->reply_to >= r->from && post->reply_to < post->floor);
    object_flag(row, "may_moderate", p->signed_in && r->board.may_moderate && !own && !r->whole && post->state != POST_STATE_DELETED &&
                                    post->state != POST_STATE_MOVED);
    object_flag(row, "may_sanction", p->signed_in && r->board.may_moderate && !own && !r->whole && post->author.at);
    object_text(row, "slug", r->board.slug);
    if (post->state != POST_STATE_VISIBLE) {
        object_flag(row, "gone", true);
        return;
    }
    struct markdown markdown = page_markdown(p, post->thread, post->id, post->revision, post->body);
    object_html(row, "html", markdown.html);
    object_flag(row, "changed", post->revision > 1);
    object_flag(row, "may_reply", p->signed_in && may_reply(r) && !r->whole);
    object_flag(row, "own", own && !r->whole);
    object_flag(row, "may_flag", p->signed_in && !own && !r->whole);
    object_flag(row, "may_edit", own && !r->whole && !r->thread.locked);
    if (post->floor == 1) {
        add_contents(o, &markdown);
        r->summary = markdown_summary(post->body, SUMMARY, p->arena);
    }
}

/* Asks for posts until `floors` were read, or as many bytes as a page may show; the first answer is the thread's. False: refused. */
static bool read_posts(struct page *p, struct object *o, struct reading *r, uint64_t floors)
{
    struct read_request in = {.thread = page_number(p->params[0]), .from = r->from, .count = PAGE_FLOORS};
    struct list *list = object_list(o, "posts");
    size_t bytes = 0;

    do {
        struct read_reply last;
        struct post_record *posts;
        uint32_t count;
        if (!ask_posts(p, &in, &last, &posts, &count) || !page_record(last.thread, &shape_thread_record, &r->thread) ||
            !page_record(last.board, &shape_board_record, &r->board))
            return false;
        if (!r->cursor.at)
            r->cursor = last.cursor;
        for (uint32_t i = 0; i < count; i++) {
            if (!r->shown_to) {
                r->led.thread = posts[i].to_thread;
                r->led.floor = posts[i].to_floor;
            }
            add_post(p, o, list, &posts[i], r);
            r->shown_to = posts[i].floor;
            bytes += posts[i].body.len;
        }
        r->next = in.from = last.next;
    } while (r->next && r->next < r->from + floors && bytes < WHOLE_BYTES);
    return true;
}

/* ---- the thread's head and foot ---- */

static void add_pager(struct page *p, struct object *o, const struct reading *r, const char *piece, uint64_t step)
{
    uint64_t id = r->thread.id, floors = r->thread.floors;
    uint64_t last = floors ? (floors - 1) / step * step + 1 : 1;
    struct pager pager = {0};

    if (r->from > 1) {
        pager.first = page_path(p, "/t/%" PRIu64 "%s", id, piece);
        pager.previous = r->from > step + 1 ? page_path(p, "/t/%" PRIu64 "%s?from=%" PRIu64, id, piece, r->from - step) : pager.first;
    }
    if (r->next) {
        pager.next = page_path(p, "/t/%" PRIu64 "%s?from=%" PRIu64, id, piece, r->next);
        pager.last = page_path(p, "/t/%" PRIu64 "%s?from=%" PRIu64, id, piece, last > r->next ? last : r->next);
    }
    piece_pager(o, &pager);
}

static void add_switch(struct page *p, struct list *buttons, uint64_t thread, const char *field, bool on, enum words to, enum words from)
{
    piece_button(p, buttons, page_path(p, "/t/%" PRIu64 "/set", thread), field, on ? TEXT("off") : TEXT("on"), on ? from : to);
}

/* What one may do to the thread as a whole; for people who are signed in. */
static void add_buttons(struct page *p, struct object *o, const struct reading *r)
{
    const struct thread_record *t = &r->thread;
    struct list *buttons = object_list(o, "buttons");

    piece_button(p, buttons, page_path(p, "/t/%" PRIu64 "/watch", t->id), t->watched ? "off" : NULL, TEXT("1"),
                 t->watched ? WORDS_thread_unwatch : WORDS_thread_watch);
    if (r->board.may_moderate) {
        struct list *moderation = object_list(o, "moderation");
        add_switch(p, moderation, t->id, "pinned", t->pinned, WORDS_thread_pin, WORDS_thread_unpin);
        add_switch(p, moderation, t->id, "featured", t->featured, WORDS_thread_feature, WORDS_thread_unfeature);
        if (t->locked)
            add_switch(p, moderation, t->id, "locked", true, WORDS_thread_lock, WORDS_thread_unlock);
        if (t->hold)
            add_switch(p, moderation, t->id, "hold", true, WORDS_thread_hold, WORDS_thread_release);
        object_flag(o, "lockable", !t->locked); /* which takes a reason */
    }
    if (r->shown_to > t->read_floor) {
        struct object *mark = list_add(object_list(o, "mark"));
        page_form(p, mark, "form", page_path(p, "/t/%" PRIu64 "/mark", t->id));
        object_number(mark, "floor", r->shown_to);
    }
    if (may_reply(r))
        page_form(p, o, "form", page_path(p, "/t/%" PRIu64 "/reply", t->id));
}

static void add_head(struct page *p, struct object *o, const struct reading *r)
{
    object_record(o, "thread", &shape_thread_record, &r->thread);
    object_record(o, "board", &shape_board_record, &r->board);
    object_text(o, "board_name", page_board_name(p, &r->board));
    object_text(o, "starter", piece_name(r->thread.author_name, r->thread.author));
    object_number(o, "from", r->from);
    object_number(o, "to", r->shown_to);
    object_number(o, "next", r->next);
    object_number(o, "limit_body", LIMIT_BODY);
    object_flag(o, "may_reply", p->signed_in && may_reply(r));
    piece_waits(o, &r->board, &r->thread);
    object_flag(o, "leave", r->board.may_leave_reply && !r->thread.locked);
    object_flag(o, "invite", !p->signed_in && !r->thread.locked && !r->board.closed);
    object_flag(o, "resume", p->signed_in && r->thread.unread && r->thread.read_floor);
}

static void show(struct page *p, struct object *o, struct reading *r, enum template template)
{
    const char *piece = r->whole ? "/all" : "";
    struct item_link up = {page_path(p, "/b/%.*s", (int)r->board.slug.len, r->board.slug.at), page_board_name(p, &r->board)};
    struct shown shown = {.template = template, .values = o, .title = r->thread.title, .description = r->summary, .up = &up,
                          .up_count = 1, .unlisted = r->whole, .article = true};

    shown.canonical = r->from > 1 ? page_path(p, "/t/%" PRIu64 "?from=%" PRIu64, r->thread.id, r->from)
                                  : page_path(p, "/t/%" PRIu64, r->thread.id);
    add_head(p, o, r);
    add_pager(p, o, r, piece, r->whole ? WHOLE_FLOORS : PAGE_FLOORS);
    piece_refused(p, o);
    if (p->signed_in && !r->board.may_reply && !r->whole)
        (void)sanctioned_on(p, o, r->board.slug);
    if (p->signed_in && !r->whole)
        add_buttons(p, o, r);
    if (r->board.read == ROLE_VISITOR && r->board.feed) {
        shown.feed = page_path(p, "/t/%" PRIu64 "/feed", r->thread.id);
        object_path(o, "feed", "/t/%" PRIu64 "/feed.atom", r->thread.id);
    }
    page_depends(p, TOPIC_THREAD, r->thread.id);
    page_depends(p, TOPIC_BOARD, r->board.id);
    if (!r->whole)
        page_live(p, &shown, r->cursor);
    page_show(p, &shown);
}

/* The address of a thread that was merged leads to where the floor asked for stands now. */
static bool leads_on(struct page *p, const struct reading *r)
{
    if (!r->thread.into)
        return false;
    page_redirect(p, r->led.thread ? page_path(p, "/t/%" PRIu64 "/%" PRIu64, r->led.thread, r->led.floor) : page_path(p, "/t/%" PRIu64, r->thread.into));
    return true;
}

void view_thread(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct reading r = {.from = from_floor(p)};

    if (read_posts(p, o, &r, PAGE_FLOORS) && !leads_on(p, &r))
        show(p, o, &r, TEMPLATE_thread);
}

void view_thread_all(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct reading r = {.from = from_floor(p), .whole = true};

    if (read_posts(p, o, &r, WHOLE_FLOORS))
        show(p, o, &r, TEMPLATE_thread_all);
}

void view_thread_posts(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct reading r = {.from = from_floor(p)};

    if (!read_posts(p, o, &r, PAGE_FLOORS))
        return;
    page_depends(p, TOPIC_THREAD, r.thread.id);
    page_depends(p, TOPIC_BOARD, r.board.id);
    page_show_piece(p, TEMPLATE_thread_piece, o);
}
