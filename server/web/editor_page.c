/* The pages on which one writes: a new thread, an answer, the new text of a post. */
#include <inttypes.h>

#include "server/util/words.h"
#include "server/web/diff.h"
#include "server/web/editor.h"
#include "server/web/form_page.h"
#include "server/web/pieces.h"
#include "server/web/sanctioned.h"
#include "server/web/submissions_page.h"

/* How much of a post is quoted, in bytes: what an answer needs to be understood, not an essay. */
enum { QUOTED = 3000, SUMMARY = 120 };

/* ---- the ways up, and what is known of a place ---- */

/* A page below a board, or below a thread of one where `thread` is given. */
struct place {
    struct board_record board;
    struct thread_record thread;
    struct item_link up[2];
};

static void add_board(struct page *p, struct place *place, struct object *o)
{
    object_record(o, "board", &shape_board_record, &place->board);
    object_text(o, "board_name", page_board_name(p, &place->board));
    place->up[0].path = page_path(p, "/b/%.*s", (int)place->board.slug.len, place->board.slug.at);
    place->up[0].title = page_board_name(p, &place->board);
}

static void add_thread(struct page *p, struct place *place, struct object *o)
{
    object_record(o, "thread", &shape_thread_record, &place->thread);
    place->up[1].path = page_path(p, "/t/%" PRIu64, place->thread.id);
    place->up[1].title = place->thread.title;
}

/* ---- a new thread ---- */

static enum words why_not_start(struct page *p, struct object *o, const struct board_record *board)
{
    if (board->may_start)
        return WORDS_NONE;
    if (sanctioned_on(p, o, board->slug))
        return WORDS_editor_shut_muted;
    return board->closed ? WORDS_editor_shut_closed : WORDS_editor_shut_start;
}

void view_new_thread(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct threads_reply out;
    struct place place = {0};
    struct editor e;

    if (!editor_begin(p, EDITOR_THREAD, &e))
        return;
    e.board = p->params[0];
    if (!ask_threads(p, &(struct threads_request){.board = e.board, .count = 1}, &out) ||
        !page_record(out.board, &shape_board_record, &place.board)) {
        editor_show_homeless(p, &e, WORDS_editor_thread);
        return;
    }
    add_board(p, &place, o);
    struct text title = words_text(WORDS_editor_thread, p->reader.lang);
    if (!p->signed_in) {
        page_redirect(p, page_path(p, place.board.may_leave ? "/b/%.*s/leave" : "/login?to=/b/%.*s/new", (int)place.board.slug.len, place.board.slug.at));
        return;
    }
    piece_waits(o, &place.board, NULL);
    e.shut = why_not_start(p, o, &place.board);
    editor_show(p, &e, o, &(struct shown){.title = title, .up = place.up, .up_count = 1});
}

/* To the floor, or where the text waits for a moderator. */
static void go_on(struct page *p, struct text held, uint64_t thread, uint64_t floor)
{
    if (held.at)
        submission_go(p, held);
    else
        editor_go(p, thread, floor);
}

static void done_posted(struct page *p, const void *reply)
{
    const struct post_reply *out = reply;
    go_on(p, out->held, out->thread, out->floor);
}

bool plan_new_thread(struct page *p, struct submission *s)
{
    if (editor_is_kept(p))
        return editor_keep(p, &(struct draft_save_request){.board = p->params[0]}, s);
    return form_page_submit(p, s, INDEX_POST, &(struct post_request){
        .op_id = page_op(p),
        .board = p->params[0],
        .title = page_typed(p, "title"),
        .tags = page_texts(p, page_typed(p, "tags")),
        .body = page_typed(p, "body"),
        .draft = editor_draft(p),
    }, done_posted);
}

/* ---- an answer ---- */

static enum words why_not_reply(struct page *p, struct object *o, const struct board_record *board, const struct thread_record *thread)
{
    if (thread->locked)
        return WORDS_editor_shut_locked;
    if (board->may_reply)
        return WORDS_NONE;
    if (sanctioned_on(p, o, board->slug))
        return WORDS_editor_shut_muted;
    return board->closed ? WORDS_editor_shut_closed : WORDS_editor_shut_reply;
}

/* The beginning of a post, without the blank lines that may end it. */
static struct text quoted(struct text body)
{
    struct text some = words_cut(body, QUOTED);

    while (some.len > 0 && (some.at[some.len - 1] == '\n' || some.at[some.len - 1] == ' '))
        some.len--;
    return some;
}

/* A post as a Markdown quotation: every line behind a mark, whose floor and author stand first. */
static struct text quotation(struct page *p, const struct post_record *post)
{
    struct text body = quoted(post->body), name = piece_name(post->author_name, post->author);
    size_t lines = 1, len = 0;
    char *out;

    for (size_t i = 0; i < body.len; i++)
        lines += body.at[i] == '\n';
    out = arena_alloc(p->arena, body.len + 2 * lines);
    if (!out)
        return (struct text){NULL, 0};
    for (size_t i = 0; i < body.len; i++) {
        if (i == 0 || body.at[i - 1] == '\n') {
            out[len++] = '>';
            if (body.at[i] != '\n')
                out[len++] = ' ';
        }
        out[len++] = body.at[i];
    }
    return arena_format(p->arena, "> #%" PRIu64 " %.*s\n>\n%.*s%s\n\n", post->floor, (int)name.len, name.at, (int)len, out,
                        post->body.len > QUOTED ? "……" : "");
}

/* The floor that is answered, if there is one. */
static void add_answered(struct page *p, struct editor *e, struct object *o, const struct post_record *post)
{
    struct object *answered;

    if (post->floor != e->reply_to || post->state != POST_STATE_VISIBLE)
        return;
    answered = object_object(o, "answered");
    object_record(answered, "post", &shape_post_record, post);
    object_text(answered, "name", piece_name(post->author_name, post->author));
    object_text(answered, "summary", markdown_summary(post->body, SUMMARY, p->arena));
    if (!e->written && page_number(page_query(p, "quote")) == 1)
        e->body = quotation(p, post);
}

void view_reply(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct read_request in = {.thread = page_number(p->params[0]), .count = 1};
    struct read_reply out;
    struct post_record *posts;
    struct place place = {0};
    struct editor e;
    uint32_t count;

    if (!editor_begin(p, EDITOR_REPLY, &e))
        return;
    e.thread = in.thread;
    if (!e.written)
        e.reply_to = page_number(page_query(p, "to"));
    in.from = e.reply_to;
    if (!ask_posts(p, &in, &out, &posts, &count) || !page_record(out.thread, &shape_thread_record, &place.thread) ||
        !page_record(out.board, &shape_board_record, &place.board)) {
        editor_show_homeless(p, &e, WORDS_editor_reply);
        return;
    }
    if (!e.written && count && posts[0].to_thread) { /* it stands elsewhere now */
        page_redirect(p, e.reply_to ? page_path(p, "/t/%" PRIu64 "/reply?to=%" PRIu64, posts[0].to_thread, posts[0].to_floor)
                                    : page_path(p, "/t/%" PRIu64 "/reply", posts[0].to_thread));
        return;
    }
    add_board(p, &place, o);
    add_thread(p, &place, o);
    piece_waits(o, &place.board, &place.thread);
    if (e.reply_to && count)
        add_answered(p, &e, o, &posts[0]);
    e.shut = why_not_reply(p, o, &place.board, &place.thread);
    editor_show(p, &e, o, &(struct shown){
        .title = words_text(WORDS_editor_reply, p->reader.lang), .up = place.up, .up_count = 2,
    });
}

static void done_replied(struct page *p, const void *reply)
{
    const struct reply_reply *out = reply;
    go_on(p, out->held, out->thread, out->floor);
}

bool plan_reply(struct page *p, struct submission *s)
{
    const struct draft_save_request where = {
        .thread = page_number(p->params[0]),
        .reply_to = page_number(page_typed(p, "reply_to")),
    };

    if (editor_is_kept(p))
        return editor_keep(p, &where, s);
    return form_page_submit(p, s, INDEX_REPLY, &(struct reply_request){
        .op_id = page_op(p),
        .thread = where.thread,
        .to = where.reply_to,
        .body = page_typed(p, "body"),
        .draft = editor_draft(p),
    }, done_replied);
}

/* ---- the new text of a post ---- */

/* What became of the post since the text in the form was begun: to be looked at before it is written over. */
static void add_changes(struct page *p, struct editor *e, struct object *o, const struct post_record *post, struct text title)
{
    struct revision_record begun;

    object_flag(o, "stale", true);
    object_record(o, "present", &shape_post_record, post);
    if (ask_one_revision(p, post->id, e->revision, &begun)) {
        object_html(o, "changes", diff_render(begun.body, post->body, p->reader.lang, p->arena));
        if (post->floor == 1 && !text_equal(begun.title, title))
            object_text(o, "title_now", title);
    } else {
        p->refusal = (struct refusal){.status = STATUS_OK};
    }
    e->revision = post->revision;
}

static void fill_edit(struct page *p, struct editor *e, struct object *o, const struct post_record *post,
                      const struct thread_record *thread)
{
    e->titled = post->floor == 1;
    if (!e->written) {
        e->title = thread->title;
        e->body = post->body;
    }
    if (e->refused.status == STATUS_STALE && text_equal(e->refused.field, TEXT("revision")))
        add_changes(p, e, o, post, thread->title);
    else if (e->written && !e->revision && post->edited > e->updated)
        object_flag(o, "edited_since", true);
    if (!e->revision)
        e->revision = post->revision;
    if (sanctioned_on(p, o, thread->board_slug))
        e->shut = WORDS_editor_shut_muted;
    if (thread->locked)
        e->shut = WORDS_editor_shut_locked;
    if (!text_equal(post->author, p->account.handle))
        e->shut = WORDS_editor_shut_author;
}

void view_edit(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct place place = {0};
    struct post_record post;
    struct editor e;

    if (!editor_begin(p, EDITOR_EDIT, &e))
        return;
    e.post = page_number(p->params[0]);
    if (!ask_one_post(p, e.post, &post, &place.thread)) {
        editor_show_homeless(p, &e, WORDS_editor_edit);
        return;
    }
    if (post.state != POST_STATE_VISIBLE) {
        page_refuse(p, STATUS_GONE);
        editor_show_homeless(p, &e, WORDS_editor_edit);
        return;
    }
    e.thread = post.thread;
    add_thread(p, &place, o);
    object_number(o, "floor", post.floor);
    fill_edit(p, &e, o, &post, &place.thread);
    object_flag(o, "minor", page_typed(p, "minor").len > 0);
    editor_show(p, &e, o, &(struct shown){
        .title = words_text(WORDS_editor_edit, p->reader.lang), .up = &place.up[1], .up_count = 1,
    });
}

static void done_edited(struct page *p, const void *reply)
{
    const struct edit_reply *out = reply;
    go_on(p, out->held, out->thread, out->floor);
}

bool plan_edit(struct page *p, struct submission *s)
{
    if (editor_is_kept(p))
        return editor_keep(p, &(struct draft_save_request){.post = page_number(p->params[0])}, s);
    return form_page_submit(p, s, INDEX_EDIT, &(struct edit_request){
        .op_id = page_op(p),
        .post = page_number(p->params[0]),
        .revision = page_number(page_typed(p, "revision")),
        .body = page_typed(p, "body"),
        .title = page_typed(p, "title"),
        .draft = editor_draft(p),
        .minor = page_typed(p, "minor").len > 0,
    }, done_edited);
}
