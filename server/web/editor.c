/* See editor.h. */
#include "server/web/editor.h"

#include <inttypes.h>
#include <sodium.h>

#include "server/util/words.h"
#include "server/web/form_page.h"

/* Without the text that is not there, and with it: an empty field of a form means none. */
static struct text filled(struct text value)
{
    return value.len ? value : (struct text){NULL, 0};
}

/* ---- what is in it ---- */

struct text editor_tags(struct page *p, struct items tags)
{
    const char *between = p->reader.lang == LANG_EN ? ", " : "，";
    struct text line = {NULL, 0}, tag;

    while (items_next_text(&tags, &tag)) {
        if (line.at)
            line = arena_format(p->arena, "%.*s%s%.*s", (int)line.len, line.at, between, (int)tag.len, tag.at);
        else
            line = tag;
    }
    return line;
}

static void take_typed(struct page *p, struct editor *e)
{
    const struct editor_saved *saved = p->outcome;

    e->written = true;
    e->title = page_typed(p, "title");
    e->tags = page_typed(p, "tags");
    e->body = page_typed(p, "body");
    e->reply_to = page_number(page_typed(p, "reply_to"));
    e->revision = page_number(page_typed(p, "revision"));
    e->draft = filled(page_typed(p, "draft"));
    e->version = page_number(page_typed(p, "version"));
    if (saved) {
        e->draft = saved->draft;
        e->version = saved->version;
        e->updated = editor_updated(p, page_bytes(p, saved->draft));
    } else if (text_equal(e->refused.field, TEXT("draft"))) {
        /* Posted or thrown away on another device: the text is here, and goes on without it. */
        e->draft = (struct text){NULL, 0};
        e->version = 0;
    }
}

static bool take_draft(struct page *p, struct text id, struct editor *e)
{
    struct draft_record draft;

    if (!ask_one_draft(p, page_bytes(p, id), &draft))
        return false;
    e->written = true;
    e->title = draft.title;
    e->tags = editor_tags(p, draft.tags);
    e->body = draft.body;
    e->reply_to = draft.reply_to;
    e->draft = page_base64(p, draft.id);
    e->version = draft.version;
    e->updated = draft.updated;
    return true;
}

bool editor_begin(struct page *p, enum editor_kind kind, struct editor *e)
{
    struct text draft = filled(page_query(p, "draft"));

    *e = (struct editor){.kind = kind, .refused = p->refusal, .titled = kind == EDITOR_THREAD, .tagged = kind == EDITOR_THREAD};
    if (page_typed(p, "body").at || page_typed(p, "title").at)
        take_typed(p, e);
    else if (draft.at)
        return take_draft(p, draft, e);
    return true;
}

uint64_t editor_updated(struct page *p, struct text draft)
{
    struct drafts_reply out;
    struct draft_record row;

    if (!ask_drafts(p, &(struct drafts_request){0}, &out)) {
        p->refusal = (struct refusal){.status = STATUS_OK};
        return 0;
    }
    while (items_next(&out.drafts, &shape_draft_record, &row))
        if (text_equal(row.id, draft))
            return row.updated;
    return 0;
}

/* ---- showing it ---- */

static const char *const kinds[] = {[EDITOR_THREAD] = "thread", [EDITOR_REPLY] = "reply", [EDITOR_EDIT] = "edit"};

static void number(struct object *o, const char *name, uint64_t value)
{
    if (value)
        object_number(o, name, value);
}

static void add_place(struct object *o, const struct editor *e)
{
    object_text(o, "kind", text_of(kinds[e->kind]));
    object_text(o, "in_board", e->board);
    number(o, "in_thread", e->thread);
    number(o, "in_post", e->post);
    number(o, "reply_to", e->reply_to);
    number(o, "revision", e->revision);
}

static void add_draft(struct page *p, struct object *o, const struct editor *e)
{
    const struct editor_saved *saved = p->outcome;

    object_text(o, "draft", e->draft);
    number(o, "version", e->version);
    if (saved && e->updated)
        object_text(o, "saved", reader_clock(&p->reader, e->updated, p->arena));
    number(o, "from_draft", saved || e->refused.status ? 0 : e->updated);
    object_flag(o, "nothing", !saved && !e->refused.status && text_equal(page_typed(p, "do"), TEXT("draft")));
    if (!saved || !saved->conflict)
        return;
    if (saved->before.at && editor_updated(p, page_bytes(p, saved->before)))
        object_path(o, "other_draft", "/drafts/%.*s", (int)saved->before.len, saved->before.at);
    else
        object_flag(o, "resaved", true);
}

/*
 * Refusals that a form can explain better than the core, by their field and status (OK: any); the names are editor_wrong.html's.
 */
static const struct explained {
    const char *field;
    enum status status;
    const char *name;
} explained[] = {
    {"title", STATUS_TOO_LONG, "title_long"},
    {"title", STATUS_BAD_FIELD, "title"},
    {"body", STATUS_TOO_LONG, "body_long"},
    {"body", STATUS_BAD_FIELD, "body"},
    {"tags", STATUS_OK, "tags"},
    {"draft", STATUS_OK, "draft"},
    {"revision", STATUS_STALE, "stale"},
    {"op_id", STATUS_CONFLICT, "sent"},
    {"op_id", STATUS_OK, "expired"},
};

static void add_refusal(struct object *o, const struct refusal *refused)
{
    for (size_t i = 0; refused->status && i < sizeof explained / sizeof *explained; i++) {
        const struct explained *row = &explained[i];
        if (!text_equal(refused->field, text_of(row->field)) || (row->status && row->status != refused->status))
            continue;
        object_text(o, "wrong", text_of(row->name));
        return;
    }
}

static void add_preview(struct page *p, struct object *o, const struct editor *e)
{
    if (!text_equal(page_typed(p, "do"), TEXT("preview")))
        return;
    object_flag(o, "previewed", true);
    if (words_is_body(e->body))
        object_html(o, "preview", page_markdown(p, e->thread, 0, 0, e->body).html);
}

void editor_show(struct page *p, struct editor *e, struct object *o, struct shown *shown)
{
    if (!e->shut || e->written)
        page_form(p, o, "form", p->path);
    object_flag(o, "titled", e->titled);
    object_flag(o, "tagged", e->tagged);
    object_text(o, "title", e->title);
    object_text(o, "tags", e->tags);
    object_text(o, "body", e->body);
    object_words(o, "shut", e->shut);
    object_number(o, "limit_title", LIMIT_TITLE);
    object_number(o, "limit_tags", LIMIT_TAGS);
    object_number(o, "limit_tag", LIMIT_TAG);
    object_number(o, "limit_body", LIMIT_BODY);
    add_refusal(o, &e->refused);
    add_place(o, e);
    add_draft(p, o, e);
    add_preview(p, o, e);
    shown->template = TEMPLATE_editor;
    shown->values = o;
    shown->unlisted = true;
    shown->told = e->shut == WORDS_editor_shut_muted;
    if (e->shut && !e->refused.status)
        shown->status = 403;
    page_show(p, shown);
}

void editor_show_homeless(struct page *p, struct editor *e, enum words title)
{
    struct shown shown = {.title = words_text(title, p->reader.lang)};

    if (!e->written)
        return;
    p->refusal = (struct refusal){.status = STATUS_OK};
    e->shut = WORDS_editor_shut_gone;
    editor_show(p, e, object_new(p->arena), &shown);
}

/* ---- keeping it ---- */

/*
 * A save's operation id is made of the form's and of what the form holds: the same text sent twice is saved once, another text
 * (typed after going back to the same form, or saved by the script again and again) is another operation, and none of them is
 * the one that posts. The time at its beginning stays.
 */
static struct text save_op(struct page *p)
{
    enum { TIME = 6 };
    struct text op = page_op(p);
    crypto_generichash_state state;
    unsigned char *made = arena_alloc(p->arena, LIMIT_OP_ID), hash[crypto_generichash_BYTES_MIN];

    if (op.len != LIMIT_OP_ID || !made)
        return op;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (uint32_t i = 0; i < p->form.count; i++) {
        const struct form_field *field = &p->form.fields[i];
        const size_t lengths[2] = {field->name.len, field->value.len};
        if (text_equal(field->name, TEXT("token")))
            continue;
        crypto_generichash_update(&state, (const unsigned char *)lengths, sizeof lengths);
        crypto_generichash_update(&state, (const unsigned char *)field->name.at, field->name.len);
        crypto_generichash_update(&state, (const unsigned char *)field->value.at, field->value.len);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    memcpy(made, op.at, TIME);
    memcpy(made + TIME, hash, LIMIT_OP_ID - TIME);
    return (struct text){(const char *)made, LIMIT_OP_ID};
}

bool editor_save(struct page *p, const struct draft_save_request *where, struct submission *s,
                 void (*done)(struct page *p, const void *reply))
{
    struct draft_save_request in = *where;

    in.op_id = save_op(p);
    in.draft = editor_draft(p);
    in.version = page_number(page_typed(p, "version"));
    in.title = page_typed(p, "title");
    in.tags = page_texts(p, page_typed(p, "tags"));
    in.body = page_typed(p, "body");
    return form_page_submit(p, s, INDEX_DRAFT_SAVE, &in, done);
}

struct editor_saved *editor_outcome(struct page *p, const struct draft_save_reply *reply)
{
    struct editor_saved *saved = arena_alloc(p->arena, sizeof *saved);

    if (saved)
        *saved = (struct editor_saved){
            .draft = page_base64(p, reply->draft),
            .version = reply->version,
            .conflict = reply->conflict,
            .before = reply->conflict ? page_base64(p, editor_draft(p)) : (struct text){NULL, 0},
        };
    return saved;
}

static void done_kept(struct page *p, const void *reply)
{
    if (reply)
        p->outcome = editor_outcome(p, reply);
    page_next(p, p->route->view);
}

/* Nothing was typed: a draft of it would only be in the way. */
static bool blank(const struct page *p)
{
    return !words_is_body(page_typed(p, "body")) && !words_is_body(page_typed(p, "title"));
}

bool editor_is_kept(const struct page *p)
{
    struct text todo = page_typed(p, "do");
    return text_equal(todo, TEXT("preview")) || text_equal(todo, TEXT("draft"));
}

bool editor_keep(struct page *p, const struct draft_save_request *where, struct submission *s)
{
    if (!blank(p))
        return editor_save(p, where, s, done_kept);
    *s = (struct submission){.message = NULL, .done = done_kept};
    return true;
}

struct text editor_draft(struct page *p)
{
    struct text draft = filled(page_typed(p, "draft"));
    return draft.at ? page_bytes(p, draft) : draft;
}

void editor_go(struct page *p, uint64_t thread, uint64_t floor)
{
    if (floor > 1)
        page_redirect(p, page_path(p, "/t/%" PRIu64 "/%" PRIu64, thread, floor));
    else
        page_redirect(p, page_path(p, "/t/%" PRIu64 "#1", thread));
}
