/* A post's revisions: their list, and what each of them changed. */
#include <inttypes.h>

#include "server/web/diff.h"
#include "server/web/page.h"
#include "server/web/pieces.h"

/* The ways up to a post: its board is known by its slug only, so the thread stands for both. */
static void show(struct page *p, struct object *o, enum template template, const struct thread_record *thread,
                 const struct post_record *post, enum words title)
{
    struct item_link up = {page_path(p, "/t/%" PRIu64 "/%" PRIu64, post->thread, post->floor), thread->title};

    object_record(o, "thread", &shape_thread_record, thread);
    object_record(o, "post", &shape_post_record, post);
    page_show(p, &(struct shown){.template = template, .values = o, .title = words_text(title, p->reader.lang), .up = &up,
                                 .up_count = 1, .unlisted = true});
}

void view_revisions(struct page *p)
{
    struct history_request in = {.post = page_number(p->params[0]), .before = page_number(page_query(p, "before"))};
    struct thread_record thread;
    struct post_record post;
    struct object *o = object_new(p->arena);
    struct pager pager = {0};
    struct history_reply out;

    if (!ask_history(p, &in, &out) || !ask_one_post(p, in.post, &post, &thread))
        return;
    object_items(o, "revisions", &shape_revision_record, out.revisions);
    if (in.before)
        pager.first = page_path(p, "/p/%" PRIu64 "/revisions", in.post);
    if (out.next)
        pager.next = page_path(p, "/p/%" PRIu64 "/revisions?before=%" PRIu64, in.post, out.next);
    piece_pager(o, &pager);
    show(p, o, TEMPLATE_revisions, &thread, &post, WORDS_revisions_title);
}

/* What changed between the revision and the one before it; the first is shown as it is. False: refused. */
static bool add_change(struct page *p, struct object *o, const struct post_record *post, const struct revision_record *revision)
{
    struct revision_record before;

    if (revision->number < 2) {
        object_html(o, "html", page_markdown(p, post->thread, 0, 0, revision->body).html);
        return true;
    }
    if (!ask_one_revision(p, revision->post, revision->number - 1, &before))
        return false;
    object_html(o, "difference", diff_render(before.body, revision->body, p->reader.lang, p->arena));
    if (revision->title.len && !text_equal(before.title, revision->title)) {
        object_text(o, "title_before", before.title);
        object_text(o, "title_after", revision->title);
    }
    return true;
}

void view_revision(struct page *p)
{
    struct revision_record revision;
    struct thread_record thread;
    struct post_record post;
    uint64_t id = page_number(p->params[0]), number = page_number(p->params[1]);
    struct object *o = object_new(p->arena);

    if (!ask_one_revision(p, id, number, &revision) || !ask_one_post(p, id, &post, &thread) || !add_change(p, o, &post, &revision))
        return;
    object_record(o, "revision", &shape_revision_record, &revision);
    if (number > 1)
        object_path(o, "older", "/p/%" PRIu64 "/revisions/%" PRIu64, id, number - 1);
    if (number < post.revision)
        object_path(o, "newer", "/p/%" PRIu64 "/revisions/%" PRIu64, id, number + 1);
    show(p, o, TEMPLATE_revision, &thread, &post, WORDS_revision_title);
}
