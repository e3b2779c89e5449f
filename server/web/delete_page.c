/* Taking back a post of one's own: what it means is said before it is done. */
#include <inttypes.h>

#include "server/web/editor.h"
#include "server/web/form_page.h"
#include "server/web/pieces.h"

enum { SUMMARY = 200 };

void view_delete(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct thread_record thread;
    struct post_record post;
    struct text path;

    if (!ask_one_post(p, page_number(p->params[0]), &post, &thread))
        return;
    if (post.state != POST_STATE_VISIBLE) {
        page_refuse(p, STATUS_GONE);
        return;
    }
    path = page_path(p, "/t/%" PRIu64, thread.id);
    object_record(o, "post", &shape_post_record, &post);
    object_record(o, "thread", &shape_thread_record, &thread);
    object_text(o, "summary", markdown_summary(post.body, SUMMARY, p->arena));
    object_flag(o, "starts", post.floor == 1);
    object_flag(o, "own", text_equal(post.author, p->account.handle));
    piece_refused(p, o);
    page_form(p, o, "form", p->path);
    page_show(p, &(struct shown){
        .template = TEMPLATE_delete,
        .values = o,
        .title = words_text(WORDS_delete_title, p->reader.lang),
        .up = &(struct item_link){path, thread.title},
        .up_count = 1,
        .unlisted = true,
    });
}

static void done_deleted(struct page *p, const void *reply)
{
    const struct delete_reply *out = reply;

    page_notice(p, WORDS_delete_done);
    editor_go(p, out->topic_id, page_number(page_typed(p, "floor")));
}

bool plan_delete(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_DELETE, &(struct delete_request){
        .op_id = page_op(p),
        .post = page_number(p->params[0]),
    }, done_deleted);
}
