/* One post before the moderators: a member flags it, a moderator decides on it as it stands. */
#include <inttypes.h>

#include "server/web/concern_form.h"
#include "server/web/decide_form.h"
#include "server/web/diff.h"
#include "server/web/form_page.h"
#include "server/web/pieces.h"

enum { SUMMARY = 200 };

/* The post and its thread, for the page's head. False: it cannot be seen. */
static bool add_post(struct page *p, struct object *o, struct post_record **out)
{
    struct thread_record *thread = arena_alloc(p->arena, sizeof *thread);
    struct post_record *post = arena_alloc(p->arena, sizeof *post);

    if (!thread || !post || !ask_one_post(p, page_number(p->params[0]), post, thread))
        return false;
    object_record(o, "post", &shape_post_record, post);
    object_record(o, "thread", &shape_thread_record, thread);
    *out = post;
    return true;
}

static void show(struct page *p, enum template template, enum words title, struct object *o)
{
    page_show(p, &(struct shown){.template = template, .values = o, .title = words_text(title, p->reader.lang), .unlisted = true});
}

/* ---- flagging ---- */

void view_flag(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct post_record *post;

    if (!add_post(p, o, &post))
        return;
    if (post->state != POST_STATE_VISIBLE) {
        page_refuse(p, STATUS_GONE);
        return;
    }
    object_text(o, "summary", markdown_summary(post->body, SUMMARY, p->arena));
    object_text(o, "words", page_typed(p, "words"));
    page_form(p, o, "form", p->path);
    decide_reasons(p, o);
    show(p, TEMPLATE_flag, WORDS_flag_title, o);
}

static void done_flagged(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_flag_done);
    page_redirect(p, page_path(p, "/p/%" PRIu64, page_number(p->params[0])));
}

bool plan_flag(struct page *p, struct submission *s)
{
    struct text words = page_typed(p, "words");

    return form_page_submit(p, s, INDEX_FLAG, &(struct flag_request){
        .op_id = page_op(p),
        .post = page_number(p->params[0]),
        .reason = (enum reason)form_page_choice(p, "reason", &enumeration_reason, REASON_NONE),
        .words = words.len ? words : (struct text){NULL, 0},
    }, done_flagged);
}

/* ---- deciding ---- */

/* Shown again because it was changed: how, since the revision that was looked at. */
static void add_changes(struct page *p, struct object *o, const struct post_record *post)
{
    const uint64_t seen = page_number(page_typed(p, "revision"));
    const struct refusal refused = p->refusal;
    struct revision_record then;

    object_number(o, "revision", post->revision);
    if (!decide_changed(p) || !seen || seen >= post->revision || post->state != POST_STATE_VISIBLE)
        return;
    if (ask_one_revision(p, post->id, seen, &then))
        object_html(o, "mended", diff_render(then.body, post->body, p->reader.lang, p->arena));
    else
        p->refusal = refused; /* the page is shown without it */
}

void view_moderate(struct page *p)
{
    static const struct decide_act visible[] = {{DECISION_ACT_HIDE, "h", false, true}, {DECISION_ACT_REMOVE, "d", false, true}};
    static const struct decide_act hidden[] = {{DECISION_ACT_RESTORE, "k", true, false}, {DECISION_ACT_REMOVE, "d", false, true}};
    static const struct decide_act removed[] = {{DECISION_ACT_RESTORE, "k", true, false}};
    struct object *o = object_new(p->arena);
    struct post_hash_reply hash;
    struct post_record *post;

    if (!ask_post_hash(p, &(struct post_hash_request){.post = page_number(p->params[0])}, &hash) || !add_post(p, o, &post))
        return;
    struct text action = page_path(p, "/p/%" PRIu64 "/moderate", post->id);
    object_flag(o, "changed", decide_changed(p));
    if (hash.state == POST_STATE_VISIBLE || hash.concern != CONCERN_KIND_NONE)
        concern_form(p, o, post->id, &hash);
    add_changes(p, o, post);
    if (hash.state == POST_STATE_VISIBLE) {
        object_html(o, "html", page_markdown(p, post->thread, post->id, post->revision, post->body).html);
        decide_form(p, o, action, hash.hash, visible, sizeof visible / sizeof *visible);
    } else if (hash.state == POST_STATE_HIDDEN) {
        decide_form(p, o, action, hash.hash, hidden, sizeof hidden / sizeof *hidden);
    } else if (hash.state == POST_STATE_REMOVED) {
        decide_form(p, o, action, hash.hash, removed, sizeof removed / sizeof *removed);
    } else {
        page_refuse(p, STATUS_GONE);
        return;
    }
    if (post->author.at)
        decide_sanction(p, o);
    show(p, TEMPLATE_moderate, WORDS_moderate_title, o);
}

static void done_moderated(struct page *p, const void *reply)
{
    const struct decide_reply *out = reply;

    page_notice(p, out->second ? WORDS_queue_second : WORDS_queue_done);
    page_redirect(p, page_path(p, "/p/%" PRIu64, out->post));
}

bool plan_moderate(struct page *p, struct submission *s)
{
    struct decide_request in = decide_typed(p);

    in.post = page_number(p->params[0]);
    return form_page_submit(p, s, INDEX_DECIDE, &in, done_moderated);
}
