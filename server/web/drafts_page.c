/* Drafts: the list of them, the way back into each one's editor, saving as one types, and the preview. */
#include <inttypes.h>

#include "server/web/editor.h"
#include "server/web/form_page.h"
#include "server/web/pieces.h"

/*
 * The list tells drafts without a title by their first words. Texts are read for that while they are short, and not more than
 * so many: a list is not worth the reading of a hundred essays.
 */
enum { FIRST_WORDS = 60, READ_SIZE = 32768, READ_COUNT = 30 };

/* ---- the list ---- */

static struct text board_called(struct page *p, struct items boards, uint64_t id, struct board_record *board)
{
    while (items_next(&boards, &shape_board_record, board))
        if (board->id == id)
            return page_board_name(p, board);
    return (struct text){NULL, 0};
}

/* A thread's title without any of its posts: those above a floor that no thread has. */
static struct text thread_called(struct page *p, uint64_t id)
{
    const struct read_request in = {.thread = id, .from = UINT32_MAX, .count = 1};
    struct thread_record thread;
    struct post_record *posts;
    struct read_reply out;
    uint32_t count;

    if (ask_posts(p, &in, &out, &posts, &count) && page_record(out.thread, &shape_thread_record, &thread))
        return thread.title;
    p->refusal = (struct refusal){.status = STATUS_OK};
    return (struct text){NULL, 0};
}

static struct text first_words(struct page *p, const struct draft_record *header)
{
    struct draft_record draft;

    if (ask_one_draft(p, header->id, &draft))
        return markdown_summary(draft.body, FIRST_WORDS, p->arena);
    p->refusal = (struct refusal){.status = STATUS_OK};
    return (struct text){NULL, 0};
}

static void add_draft(struct page *p, struct list *rows, const struct draft_record *draft, struct items boards, uint32_t *read)
{
    struct object *row = list_add(rows);
    struct text id = page_base64(p, draft->id);
    struct board_record board;

    object_record(row, "draft", &shape_draft_record, draft);
    object_path(row, "path", "/drafts/%.*s", (int)id.len, id.at);
    page_form(p, row, "form", page_path(p, "/drafts/%.*s/discard", (int)id.len, id.at));
    if (draft->post)
        object_path(row, "post_path", "/p/%" PRIu64, draft->post);
    else if (draft->thread)
        object_text(row, "thread", thread_called(p, draft->thread));
    else if (draft->board)
        object_text(row, "board", board_called(p, boards, draft->board, &board));
    if (!draft->title.len && draft->size <= READ_SIZE && (*read)++ < READ_COUNT)
        object_text(row, "first", first_words(p, draft));
}

void view_drafts(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct list *rows = object_list(o, "drafts");
    struct draft_record *drafts;
    struct boards_reply boards;
    struct drafts_reply out;
    uint32_t read = 0;

    piece_refused(p, o);
    if (!ask_boards(p, &(struct boards_request){0}, &boards) || !ask_drafts(p, &(struct drafts_request){0}, &out))
        return;
    drafts = arena_alloc(p->arena, (size_t)(out.drafts.count + 1) * sizeof *drafts);
    for (uint64_t i = 0; drafts && items_next(&out.drafts, &shape_draft_record, &drafts[i]); i++)
        add_draft(p, rows, &drafts[i], boards.boards, &read);
    object_number(o, "limit", LIMIT_DRAFTS);
    page_show(p, &(struct shown){
        .template = TEMPLATE_drafts, .values = o, .title = words_text(WORDS_drafts_title, p->reader.lang), .unlisted = true,
    });
}

/* ---- one draft ---- */

/* Where it goes on: the editor of the place that it is meant for; absent where it has none that the asker may see. */
static struct text continued(struct page *p, const struct draft_record *draft, struct items boards)
{
    struct text id = page_base64(p, draft->id);
    struct board_record board;

    if (draft->post)
        return page_path(p, "/p/%" PRIu64 "/edit?draft=%.*s", draft->post, (int)id.len, id.at);
    if (draft->thread)
        return page_path(p, "/t/%" PRIu64 "/reply?draft=%.*s", draft->thread, (int)id.len, id.at);
    if (draft->board && board_called(p, boards, draft->board, &board).at)
        return page_path(p, "/b/%.*s/new?draft=%.*s", (int)board.slug.len, board.slug.at, (int)id.len, id.at);
    return (struct text){NULL, 0};
}

/* The boards on which a draft could become a thread. */
static void add_boards(struct page *p, struct object *o, struct items boards)
{
    struct list *rows = object_list(o, "boards");
    struct board_record board;

    while (items_next(&boards, &shape_board_record, &board)) {
        if (!board.may_start)
            continue;
        struct object *row = list_add(rows);
        object_text(row, "slug", board.slug);
        object_text(row, "name", page_board_name(p, &board));
    }
}

void view_draft(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct text id = page_bytes(p, p->params[0]), way;
    struct boards_reply boards;
    struct draft_record draft;

    if (!ask_one_draft(p, id, &draft) || !ask_boards(p, &(struct boards_request){0}, &boards))
        return;
    way = continued(p, &draft, boards.boards);
    if (way.at && page_number(page_query(p, "elsewhere")) != 1) {
        page_redirect(p, way);
        return;
    }
    struct text written = page_base64(p, draft.id);
    object_record(o, "draft", &shape_draft_record, &draft);
    object_text(o, "id", written);
    add_boards(p, o, boards.boards);
    page_form(p, o, "form", page_path(p, "/drafts/%.*s/discard", (int)written.len, written.at));
    page_show(p, &(struct shown){
        .template = TEMPLATE_draft,
        .values = o,
        .title = words_text(WORDS_draft_title, p->reader.lang),
        .up = &(struct item_link){TEXT("/drafts"), words_text(WORDS_drafts_title, p->reader.lang)},
        .up_count = 1,
        .unlisted = true,
    });
}

static void done_discarded(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_drafts_discarded);
    page_redirect(p, TEXT("/drafts"));
}

bool plan_draft_discard(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_DRAFT_DISCARD, &(struct draft_discard_request){
        .op_id = page_op(p),
        .draft = page_bytes(p, p->params[0]),
    }, done_discarded);
}

/* ---- what the script asks for ---- */

/* {"draft":"…","version":3,"saved":"10:03","conflict":false} and with a conflict "other":"/drafts/…" */
static void say_saved(struct page *p)
{
    const struct editor_saved *saved = p->outcome;
    struct text at = reader_clock(&p->reader, editor_updated(p, page_bytes(p, saved->draft)), p->arena), other = TEXT("");

    if (saved->before.at)
        other = arena_format(p->arena, ",\"other\":\"/drafts/%.*s\"", (int)saved->before.len, saved->before.at);
    page_say_json(p, arena_format(p->arena,
                                  "{\"draft\":\"%.*s\",\"version\":%" PRIu64 ",\"saved\":\"%.*s\",\"conflict\":%s%.*s}",
                                  (int)saved->draft.len, saved->draft.at, saved->version, (int)at.len, at.at,
                                  saved->conflict ? "true" : "false", (int)other.len, other.at));
}

static void done_saved(struct page *p, const void *reply)
{
    p->outcome = editor_outcome(p, reply);
    if (p->outcome)
        page_next(p, say_saved);
    else
        page_refuse(p, STATUS_INTERNAL);
}

bool plan_draft_save(struct page *p, struct submission *s)
{
    struct text board = page_typed(p, "board");
    const struct draft_save_request where = {
        .board = board.len ? board : (struct text){NULL, 0},
        .thread = page_number(page_typed(p, "thread")),
        .post = page_number(page_typed(p, "post")),
        .reply_to = page_number(page_typed(p, "reply_to")),
    };
    return editor_save(p, &where, s, done_saved);
}

static void show_preview(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct text body = page_typed(p, "body");

    object_text(o, "title", page_typed(p, "title"));
    if (body.len)
        object_html(o, "preview", page_markdown(p, page_number(page_typed(p, "thread")), 0, 0, body).html);
    page_show_piece(p, TEMPLATE_preview, o);
}

static void done_preview(struct page *p, const void *reply)
{
    (void)reply;
    page_next(p, show_preview);
}

bool plan_preview(struct page *p, struct submission *s)
{
    (void)p;
    *s = (struct submission){.message = NULL, .done = done_preview};
    return true;
}
