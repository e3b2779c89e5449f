/* See writing.h. */
#include "terminal/writing.h"

#include <stdio.h>

static struct text draft_of(const struct writing *w)
{
    return (struct text){w->version ? (const char *)w->draft : NULL, w->version ? sizeof w->draft : 0};
}

static struct text title_of(const struct writing *w)
{
    return (struct text){w->has_title ? w->title : NULL, w->has_title ? strlen(w->title) : 0};
}

struct items writing_tags(const struct writing *w, uint8_t room[TAG_BYTES])
{
    struct wire_writer writer = wire_writer_over(room, TAG_BYTES);
    struct items tags = items_begin(&writer);

    for (unsigned i = 0; i < w->tag_count; i++)
        items_add_text(&writer, &tags, text_of(w->tags[i]));
    return tags;
}

void writing_free(struct writing *w)
{
    body_free(&w->body);
    *w = (struct writing){.thread = 0};
}

static bool copy(char *to, size_t cap, struct text from)
{
    if (from.len >= cap)
        return false;
    if (from.len)
        memcpy(to, from.at, from.len);
    to[from.len] = '\0';
    return true;
}

bool writing_title(struct writing *w, struct text title)
{
    w->has_title = copy(w->title, sizeof w->title, title);
    return w->has_title;
}

bool writing_tag(struct writing *w, struct text tag)
{
    if (w->tag_count == sizeof w->tags / sizeof w->tags[0] || !copy(w->tags[w->tag_count], sizeof w->tags[0], tag))
        return false;
    w->tag_count++;
    return true;
}

/* ---- the draft ---- */

static enum luntan_result save(struct terminal *t, struct writing *w, struct text body)
{
    uint8_t room[TAG_BYTES];
    struct draft_save_request in = {
        .draft = draft_of(w), .version = w->version, .board = w->board[0] ? text_of(w->board) : text_of(NULL), .thread = w->post ? 0 : w->thread,
        .post = w->post, .reply_to = w->to, .title = title_of(w), .tags = writing_tags(w, room), .body = body,
    };
    struct draft_save_reply out;
    enum luntan_result result = luntan_draft_save(t->forum, &in, &out);

    if (result == LUNTAN_OK && out.draft.len == sizeof w->draft) {
        memcpy(w->draft, out.draft.at, sizeof w->draft);
        w->version = out.version;
    }
    return result;
}

enum luntan_result writing_save(struct terminal *t, struct writing *w)
{
    return save(t, w, body_text(&w->body));
}

struct editing {
    struct terminal *t;
    struct writing *w;
};

/* While the editor runs. What fails here is tried again with the next save. */
static void saved(void *context, struct text text)
{
    struct editing *editing = context;

    if (wire_utf8(text.at, text.len, NULL))
        (void)!save(editing->t, editing->w, text);
}

enum luntan_result writing_edit(struct terminal *t, struct writing *w, bool *edited)
{
    struct editing editing = {t, w};
    enum luntan_result result = save(t, w, body_text(&w->body));

    *edited = false;
    if (result == LUNTAN_REFUSED)
        return result;
    *edited = body_edit(&w->body, saved, &editing);
    w->unsaved |= *edited;
    if (!*edited || !wire_utf8(w->body.at, w->body.len, NULL))
        return LUNTAN_OK;
    result = save(t, w, body_text(&w->body));
    w->unsaved = result != LUNTAN_OK;
    return result;
}

enum luntan_result writing_discard(struct terminal *t, struct writing *w)
{
    struct draft_discard_request in = {.draft = draft_of(w)};
    struct draft_discard_reply out;
    enum luntan_result result = w->version ? luntan_draft_discard(t->forum, &in, &out) : LUNTAN_OK;

    if (result == LUNTAN_OK)
        w->version = 0;
    return result;
}

enum saying writing_where(struct terminal *t, struct writing *w, char name[NAME_ROOM])
{
    if (w->version && !w->unsaved) {
        writing_draft_name(w, name);
        return SAY_DRAFT_KEPT;
    }
    if (!w->unsaved)
        return SAY_NOTHING_LOST;
    return keep_rescue(t->keep, body_text(&w->body), name, NAME_ROOM) ? SAY_RESCUED : SAY_NOT_RESCUED;
}

void writing_draft_name(const struct writing *w, char out[33])
{
    for (size_t i = 0; i < sizeof w->draft; i++)
        snprintf(out + i * 2, 3, "%02x", w->draft[i]);
}

/* ---- sending ---- */

/* The submission's id as people name it. */
static void keep_held(struct written *out, struct text id)
{
    for (size_t i = 0; i < id.len && 2 * i + 2 < sizeof out->held; i++)
        snprintf(out->held + 2 * i, 3, "%02x", (unsigned char)id.at[i]);
}

static enum luntan_result send_post(struct terminal *t, struct writing *w, struct written *out)
{
    uint8_t room[TAG_BYTES];
    struct post_request in = {
        .board = text_of(w->board), .title = title_of(w), .tags = writing_tags(w, room), .body = body_text(&w->body), .draft = draft_of(w),
    };
    enum luntan_result result = luntan_post(t->forum, &in, &out->reply.post_reply);

    out->shape = &shape_post_reply;
    keep_held(out, out->reply.post_reply.held);
    out->thread = out->reply.post_reply.thread;
    out->post = out->reply.post_reply.post;
    out->floor = out->reply.post_reply.floor;
    return result;
}

static enum luntan_result send_reply(struct terminal *t, struct writing *w, struct written *out)
{
    struct reply_request in = {.thread = w->thread, .to = w->to, .body = body_text(&w->body), .draft = draft_of(w)};
    enum luntan_result result = luntan_reply(t->forum, &in, &out->reply.reply_reply);

    out->shape = &shape_reply_reply;
    keep_held(out, out->reply.reply_reply.held);
    out->thread = out->reply.reply_reply.thread;
    out->post = out->reply.reply_reply.post;
    out->floor = out->reply.reply_reply.floor;
    return result;
}

static enum luntan_result send_edit(struct terminal *t, struct writing *w, struct written *out)
{
    struct edit_request in = {.post = w->post, .revision = w->revision, .body = body_text(&w->body), .title = title_of(w), .draft = draft_of(w),
                              .minor = w->minor};
    enum luntan_result result = luntan_edit(t->forum, &in, &out->reply.edit_reply);

    out->shape = &shape_edit_reply;
    keep_held(out, out->reply.edit_reply.held);
    out->thread = out->reply.edit_reply.thread;
    out->post = out->reply.edit_reply.post;
    out->floor = out->reply.edit_reply.floor;
    out->revision = out->reply.edit_reply.revision;
    return result;
}

enum luntan_result writing_send(struct terminal *t, struct writing *w, struct written *out)
{
    enum luntan_result result;

    *out = (struct written){.shape = NULL};
    if (w->post)
        result = send_edit(t, w, out);
    else
        result = w->thread ? send_reply(t, w, out) : send_post(t, w, out);
    if (result == LUNTAN_OK) {
        w->version = 0;
        w->unsaved = false;
    }
    return result;
}

/* ---- fetching ---- */

/* What is fetched must not be lost for want of memory: that counts as a failure like any other. */
static enum luntan_result take_body(struct writing *w, struct text body)
{
    body_free(&w->body);
    return body_copy(&w->body, body) ? LUNTAN_OK : LUNTAN_MEMORY;
}

enum luntan_result writing_open_post(struct terminal *t, uint64_t post, struct writing *w)
{
    struct post_get_request in = {.post = post};
    struct post_get_reply out;
    struct post_record record;
    struct thread_record thread;
    enum luntan_result result = luntan_post_get(t->forum, &in, &out);

    *w = (struct writing){.post = post};
    if (result)
        return result;
    if (!items_next(&out.posts, &shape_post_record, &record))
        return LUNTAN_PROTOCOL;
    w->revision = record.revision;
    w->thread = record.thread;
    if (record.floor == 1 && out.thread.at && items_next(&out.thread, &shape_thread_record, &thread))
        writing_title(w, thread.title);
    return take_body(w, record.body);
}

/* Drafts name boards by number. */
static void set_board(struct writing *w, uint64_t board)
{
    if (board)
        snprintf(w->board, sizeof w->board, "%llu", (unsigned long long)board);
}

enum luntan_result writing_open(struct terminal *t, const uint8_t draft[16], struct writing *w)
{
    struct draft_get_request in = {.draft = {(const char *)draft, 16}};
    struct draft_get_reply out;
    struct draft_record record;
    struct text tag;
    enum luntan_result result = luntan_draft_get(t->forum, &in, &out);

    *w = (struct writing){.thread = 0};
    if (result)
        return result;
    if (!items_next(&out.drafts, &shape_draft_record, &record))
        return LUNTAN_PROTOCOL;
    memcpy(w->draft, draft, sizeof w->draft);
    w->version = record.version;
    w->thread = record.thread;
    w->post = record.post;
    w->to = record.reply_to;
    set_board(w, record.board);
    if (record.title.at)
        writing_title(w, record.title);
    while (items_next_text(&record.tags, &tag))
        writing_tag(w, tag);
    result = take_body(w, record.body);
    if (result == LUNTAN_OK && w->post) {
        struct post_get_request get = {.post = w->post};
        struct post_get_reply got;
        struct post_record post;

        result = luntan_post_get(t->forum, &get, &got);
        if (result == LUNTAN_OK && items_next(&got.posts, &shape_post_record, &post))
            w->revision = post.revision;
    }
    return result;
}
