/*
 * What people without an account leave on guestbooks: the form, for a new message and for an answer, and what they read afterwards.
 *
 * The form holds the token of one message (forum/guests.h), so that these pages are kept nowhere; what visitors read elsewhere links here
 * and holds none. With a script the work that pays for the token runs while one types (assets/work.js); without one there is a question.
 */
#include <inttypes.h>

#include "server/web/assets.h"
#include "server/web/form_page.h"
#include "server/web/pieces.h"
#include "server/web/web_private.h"

/* Where a message is to stand. */
struct place {
    struct board_record board;
    struct thread_record thread; /* of an answer */
    uint64_t to;                 /* the floor that is answered, or 0 */
    struct item_link up[2];
    uint32_t ups;
};

static struct text board_path(struct page *p, const struct board_record *board)
{
    return page_path(p, "/b/%.*s", (int)board->slug.len, board->slug.at);
}

/* Whoever is signed in writes as who they are; where people without an account may not, one signs in. */
static void lead_to_members(struct page *p, struct text path)
{
    if (p->signed_in)
        page_redirect(p, path);
    else
        page_redirect(p, page_path(p, "/login?to=%.*s", (int)path.len, path.at));
}

/* Whether the form that was sent can be sent again: it was not used up, and is not the reason why it was refused. */
static bool is_good_still(const struct page *p)
{
    enum status status = p->refusal.status;

    return status && status != STATUS_FORM_LATE && status != STATUS_FORM_USED && status != STATUS_FORM_FORGED && page_typed(p, "form").len == LIMIT_FORM;
}

static bool add_challenge(struct page *p, struct object *o)
{
    const struct refusal refused = p->refusal;
    struct guest_challenge_reply out;

    if (!ask_guest_challenge(p, &(struct guest_challenge_request){0}, &out))
        return false;
    p->refusal = refused;
    bool again = is_good_still(p);
    object_text(o, "guest_form", again ? page_typed(p, "form") : out.form);
    object_text(o, "nonce", again && refused.status != STATUS_WORK_WRONG ? page_typed(p, "nonce") : (struct text){NULL, 0});
    object_number(o, "bits", out.bits);
    object_text(o, "question", out.question);
    return true;
}

static void show_form(struct page *p, struct object *o, const struct place *place)
{
    struct text path = p->path;

    if (!add_challenge(p, o))
        return;
    object_record(o, "board", &shape_board_record, &place->board);
    object_text(o, "board_name", page_board_name(p, &place->board));
    if (place->thread.id)
        object_record(o, "thread", &shape_thread_record, &place->thread);
    if (place->to)
        object_number(o, "floor", place->to);
    object_text(o, "name", page_typed(p, "name"));
    object_text(o, "title", page_typed(p, "title"));
    object_text(o, "body", page_typed(p, "body"));
    object_text(o, "answer", page_typed(p, "answer"));
    object_number(o, "limit_name", LIMIT_GUEST_NAME);
    object_number(o, "limit_title", LIMIT_TITLE);
    object_number(o, "limit_body", LIMIT_MESSAGE);
    object_url(o, "work", assets_path(p->web->assets, ASSET_WORK));
    page_form(p, o, "form", path);
    page_show(p, &(struct shown){
        .template = TEMPLATE_guestbook, .values = o, .title = words_text(WORDS_guest_title, p->reader.lang), .up = place->up, .up_count = place->ups,
        .unlisted = true,
    });
}

static void add_up(struct page *p, struct place *place)
{
    place->up[0] = (struct item_link){board_path(p, &place->board), page_board_name(p, &place->board)};
    place->ups = 1;
    if (place->thread.id) {
        place->up[1] = (struct item_link){page_path(p, "/t/%" PRIu64, place->thread.id), place->thread.title};
        place->ups = 2;
    }
}

/* ---- a new message ---- */

void view_guest_new(struct page *p)
{
    struct threads_reply out;
    struct place place = {0};

    if (!ask_threads(p, &(struct threads_request){.board = p->params[0], .count = 1}, &out) ||
        !page_record(out.board, &shape_board_record, &place.board))
        return;
    if (!place.board.may_leave && !p->refusal.status) {
        lead_to_members(p, page_path(p, "/b/%.*s/new", (int)place.board.slug.len, place.board.slug.at));
        return;
    }
    add_up(p, &place);
    show_form(p, object_new(p->arena), &place);
}

static void done_left(struct page *p, const void *reply)
{
    (void)reply;
    page_redirect(p, page_path(p, "/b/%.*s/left", (int)p->params[0].len, p->params[0].at));
}

/* The texts of the form as they are sent; empty fields are none. */
static struct guest_post_request typed(struct page *p)
{
    struct text name = form_page_line(p, "name"), nonce = page_typed(p, "nonce"), answer = form_page_line(p, "answer");
    const struct text none = {NULL, 0};

    return (struct guest_post_request){
        .op_id = page_op(p), .name = name.len ? name : none, .body = page_typed(p, "body"), .form = page_typed(p, "form"),
        .nonce = nonce.len ? nonce : none, .answer = answer.len ? answer : none,
    };
}

bool plan_guest_new(struct page *p, struct submission *s)
{
    struct guest_post_request in = typed(p);

    in.board = p->params[0];
    in.title = form_page_line(p, "title");
    return form_page_submit(p, s, INDEX_GUEST_POST, &in, done_left);
}

/* What is said afterwards: `place` is where the message was left. */
static void show_left(struct page *p, struct place *place)
{
    struct object *o = object_new(p->arena);

    add_up(p, place);
    if (place->thread.id)
        object_record(o, "thread", &shape_thread_record, &place->thread);
    else
        object_record(o, "board", &shape_board_record, &place->board);
    page_show(p, &(struct shown){
        .template = TEMPLATE_guest_left, .values = o, .title = words_text(WORDS_guest_left, p->reader.lang), .up = place->up,
        .up_count = place->ups, .unlisted = true,
    });
}

void view_guest_left(struct page *p)
{
    struct threads_reply out;
    struct place place = {0};

    if (ask_threads(p, &(struct threads_request){.board = p->params[0], .count = 1}, &out) &&
        page_record(out.board, &shape_board_record, &place.board))
        show_left(p, &place);
}

/* ---- an answer ---- */

void view_guest_reply(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct read_request in = {.thread = page_number(p->params[0]), .count = 1};
    struct read_reply out;
    struct post_record *posts;
    struct place place = {0};
    uint32_t count;

    place.to = page_number(p->http->method == METHOD_POST ? page_typed(p, "to") : page_query(p, "to"));
    in.from = place.to;
    if (!ask_posts(p, &in, &out, &posts, &count) || !page_record(out.thread, &shape_thread_record, &place.thread) ||
        !page_record(out.board, &shape_board_record, &place.board))
        return;
    if ((!place.board.may_leave_reply || place.thread.locked) && !p->refusal.status) {
        lead_to_members(p, page_path(p, "/t/%" PRIu64 "/reply", place.thread.id));
        return;
    }
    if (!count || posts[0].floor != place.to || posts[0].state != POST_STATE_VISIBLE)
        place.to = 0;
    add_up(p, &place);
    show_form(p, o, &place);
}

static void done_answered(struct page *p, const void *reply)
{
    (void)reply;
    page_redirect(p, page_path(p, "/t/%" PRIu64 "/left", page_number(p->params[0])));
}

bool plan_guest_reply(struct page *p, struct submission *s)
{
    struct guest_post_request in = typed(p);

    in.thread = page_number(p->params[0]);
    in.to = page_number(page_typed(p, "to"));
    return form_page_submit(p, s, INDEX_GUEST_POST, &in, done_answered);
}

void view_guest_answered(struct page *p)
{
    struct read_request in = {.thread = page_number(p->params[0]), .count = 1};
    struct read_reply out;
    struct post_record *posts;
    struct place place = {0};
    uint32_t count;

    if (ask_posts(p, &in, &out, &posts, &count) && page_record(out.thread, &shape_thread_record, &place.thread) &&
        page_record(out.board, &shape_board_record, &place.board))
        show_left(p, &place);
}
