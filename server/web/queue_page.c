/* The queue of moderation: the list, one item with what is needed to decide on it, claiming and deciding. */
#include <inttypes.h>

#include "server/web/decide_form.h"
#include "server/web/diff.h"
#include "server/web/form_page.h"
#include "server/web/pieces.h"

enum { SUMMARY = 200 };

static void add_item(struct page *p, struct object *o, const struct item_record *item)
{
    object_record(o, "item", &shape_item_record, item);
    object_text(o, "board", page_either(p, item->board_name, item->board_name_en));
    object_text(o, "author", piece_name(item->author_name, item->author));
}

/* A page that follows the queue. */
static void show(struct page *p, struct shown *shown, struct text cursor)
{
    object_url(shown->values, "script", page_asset(p, ASSET_QUEUE));
    shown->unlisted = true;
    page_live(p, shown, cursor);
    page_show(p, shown);
}

/* ---- the list ---- */

void view_queue(struct page *p)
{
    const struct queue_request in = {.after = page_bytes(p, page_query(p, "after")), .board = page_query(p, "board")};
    struct object *o = object_new(p->arena);
    struct list *rows = object_list(o, "rows");
    struct pager pager = {0};
    struct item_record *items;
    struct queue_reply out;

    piece_refused(p, o);
    if (!ask_queue(p, &in, &out))
        return;
    items = arena_alloc(p->arena, (size_t)(out.items.count + 1) * sizeof *items);
    for (uint64_t i = 0; items && items_next(&out.items, &shape_item_record, &items[i]); i++)
        add_item(p, list_add(rows), &items[i]);
    const struct text board = url_escape(p->arena, in.board.at ? in.board : TEXT(""));
    const struct text here = in.board.at ? page_path(p, "/queue?board=%.*s", (int)board.len, board.at) : TEXT("/queue");
    if (in.after.at)
        pager.first = here;
    if (out.next.at)
        pager.next = page_path(p, "/queue?after=%s%s%.*s", page_base64(p, out.next).at, in.board.at ? "&board=" : "", (int)board.len, board.at);
    piece_pager(o, &pager);
    object_url(o, "here", here);
    show(p, &(struct shown){.template = TEMPLATE_queue, .values = o, .title = words_text(WORDS_queue_title, p->reader.lang)}, out.cursor);
}

/* To the first item that nobody else is at, other than the one that was just seen. */
void view_queue_next(struct page *p)
{
    const struct queue_request in = {.unclaimed = true};
    uint64_t seen = page_number(page_query(p, "after")), next = 0, first = 0;
    struct queue_reply out;
    struct item_record item;

    if (!ask_queue(p, &in, &out))
        return;
    while (!next && items_next(&out.items, &shape_item_record, &item)) {
        first = first ? first : item.item;
        if (item.item > seen)
            next = item.item;
    }
    next = next ? next : first == seen ? 0 : first;
    page_redirect(p, next ? page_path(p, "/queue/%" PRIu64, next) : TEXT("/queue"));
}

/* ---- one item ---- */

static void add_before(struct page *p, struct object *o, struct items before)
{
    struct post_record *posts = arena_alloc(p->arena, (size_t)(before.count + 1) * sizeof *posts);
    struct list *rows = object_list(o, "before");

    for (uint64_t i = 0; posts && items_next(&before, &shape_post_record, &posts[i]); i++) {
        struct object *row = list_add(rows);
        object_record(row, "post", &shape_post_record, &posts[i]);
        object_text(row, "summary", markdown_summary(posts[i].body, SUMMARY, p->arena));
    }
}

/* What became of the text that was looked at, or that was returned. */
static void add_earlier(struct page *p, struct object *o, const struct held_record *now, const struct held_record *then, bool looked)
{
    object_html(o, "mended", diff_render(then->body, now->body, p->reader.lang, p->arena));
    object_flag(o, "looked", looked);
    if (now->title.at && then->title.at && !text_equal(now->title, then->title))
        object_text(o, "title_then", then->title);
}

/* The text to be decided on; of an edit, what it changes; and what it said before. */
static void add_text(struct page *p, struct object *o, const struct held_record *texts, uint32_t count, const struct item_get_reply *item)
{
    if (count > 1 && (item->looked || item->returned))
        add_earlier(p, o, &texts[0], &texts[--count], item->looked);
    if (!count)
        return;
    object_html(o, "html", page_markdown(p, texts[0].thread, 0, 0, texts[0].body).html);
    object_text(o, "source", texts[0].body);
    if (count > 1)
        object_html(o, "difference", diff_render(texts[1].body, texts[0].body, p->reader.lang, p->arena));
}

/* What a first moderator proposes, and why. */
static void add_proposal(struct page *p, struct object *o, enum decision_act act, const struct item_get_reply *of)
{
    if (act == DECISION_ACT_NONE)
        return;
    object_text(o, "proposed", form_page_words(p, enumeration_by_number(&enumeration_decision_act, act)));
    if (of->proposed_reason != REASON_NONE)
        object_text(o, "proposed_reason", form_page_words(p, enumeration_by_number(&enumeration_reason, of->proposed_reason)));
    object_text(o, "proposed_words", of->proposed_words);
}

/* Forms to claim it, or to renew the claim and to give it back; the script renews it by the same form. */
static void add_claim(struct page *p, struct object *o, const struct item_record *item)
{
    enum { RENEWED = 3 }; /* times before a claim would end */
    struct text action = page_path(p, "/queue/%" PRIu64 "/claim", item->item);

    object_number(o, "every", LIMIT_LEASE_MS / RENEWED);
    if (item->claimed_by.at && !item->mine)
        return;
    object_flag(form_page_scope(p, o, "claim", action), "mine", item->mine);
    if (item->mine)
        form_page_scope(p, o, "release", action);
}

void view_queue_item(struct page *p)
{
    const struct item_get_request in = {
        .item = page_number(p->params[0]), .since = decide_changed(p) ? page_bytes(p, page_typed(p, "hash")) : (struct text){NULL, 0},
    };
    struct item_record *item = arena_alloc(p->arena, sizeof *item);
    struct object *o = object_new(p->arena);
    struct held_record *texts;
    struct item_get_reply out;
    const struct decide_act *acts;
    size_t act_count;
    uint32_t count;

    if (!item || !ask_item(p, &in, &out, &texts, &count) || !page_record(out.item, &shape_item_record, item))
        return;
    add_item(p, o, item);
    add_text(p, o, texts, count, &out);
    add_before(p, o, out.before);
    object_items(o, "flags", &shape_flag_record, out.flags);
    object_items(o, "decisions", &shape_decision_record, out.decisions);
    object_text(o, "appeal", out.appeal);
    add_proposal(p, o, item->proposed, &out);
    object_number(o, "author_since", out.author_since);
    object_number(o, "author_posts", out.author_posts);
    object_flag(o, "changed", decide_changed(p));
    object_flag(o, "keys", true);
    if (item->kind != ITEM_KIND_APPEAL)
        object_text(o, "together", enumeration_by_number(&enumeration_item_kind, item->kind)->name);
    object_flag(o, "editable", item->kind == ITEM_KIND_HELD);
    object_flag(o, "titled", item->held_kind != HELD_KIND_REPLY);
    object_text(o, "typed_title", page_typed(p, "title"));
    object_text(o, "typed_body", page_typed(p, "body"));
    acts = decide_acts(enumeration_by_number(&enumeration_item_kind, item->kind), item->cause == HOLD_CAUSE_GUEST, &act_count);
    decide_form(p, o, page_path(p, "/queue/%" PRIu64, item->item), out.hash, acts, act_count);
    if (item->kind != ITEM_KIND_APPEAL && item->author.at)
        decide_sanction(p, o);
    add_claim(p, o, item);
    show(p, &(struct shown){
        .template = TEMPLATE_queue_item,
        .values = o,
        .title = item->title.at ? item->title : words_text(WORDS_queue_title, p->reader.lang),
        .up = &(struct item_link){TEXT("/queue"), words_text(WORDS_queue_title, p->reader.lang)},
        .up_count = 1,
    }, out.cursor);
}

static void done_decided(struct page *p, const void *reply)
{
    const struct decide_reply *out = reply;

    page_notice(p, out->second ? WORDS_queue_second : WORDS_queue_done);
    page_redirect(p, page_path(p, "/queue/next?after=%" PRIu64, page_number(p->params[0])));
}

bool plan_queue_item(struct page *p, struct submission *s)
{
    struct decide_request in = decide_typed(p);

    in.item = page_number(p->params[0]);
    return form_page_submit(p, s, INDEX_DECIDE, &in, done_decided);
}

/* The page says by itself who has it now. */
static void done_claimed(struct page *p, const void *reply)
{
    (void)reply;
    page_redirect(p, page_path(p, "/queue/%" PRIu64, page_number(p->params[0])));
}

bool plan_queue_claim(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_CLAIM, &(struct claim_request){
        .op_id = page_op(p),
        .item = page_number(p->params[0]),
        .release = page_typed(p, "release").len > 0,
    }, done_claimed);
}
