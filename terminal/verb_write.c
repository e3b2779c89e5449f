/* Verbs that write: post, reply, edit, delete, drafts. */
#include <errno.h>
#include <unistd.h>

#include "terminal/json.h"
#include "terminal/show.h"
#include "terminal/verbs.h"
#include "terminal/writing.h"

/* Tells where the text is that could not be posted. */
static void tell_where(struct terminal *t, struct writing *w)
{
    char name[NAME_ROOM] = "";
    enum saying where = writing_where(t, w, name);

    if (where != SAY_NOTHING_LOST)
        say(stderr, t->english, where, SAID_TEXT(text_of(name)));
}

/* The text from the file named, from standard input, or from the editor where a person sits at a terminal. */
static enum outcome fill(struct terminal *t, struct writing *w, const char *path)
{
    struct body body;
    bool edited;
    enum outcome outcome;

    if (!path && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        outcome = terminal_result(t, writing_edit(t, w, &edited));
        if (!outcome && !edited)
            outcome = terminal_failed(t, SAY_EDITOR_FAILED, NULL);
        if (outcome)
            tell_where(t, w);
        return outcome;
    }
    if (!body_read(&body, path ? path : "-")) {
        if (errno == EFBIG)
            return terminal_refuse(t, STATUS_TOO_LONG, "body", LIMIT_BODY);
        return terminal_failed(t, SAY_CANNOT_READ, path ? path : "-");
    }
    body_free(&w->body);
    w->body = body;
    return OUTCOME_DONE;
}

/* Posts what was written and shows the answer. Nothing written in the editor means: not after all. */
static enum outcome finish(struct terminal *t, struct writing *w, enum saying done)
{
    struct written written;
    enum outcome outcome;

    if (w->version && w->body.len == 0) {
        outcome = terminal_result(t, writing_discard(t, w));
        if (!outcome)
            say(stderr, t->english, SAY_NOTHING_WRITTEN);
        return OUTCOME_REFUSED;
    }
    if (!wire_utf8(w->body.at, w->body.len, NULL)) {
        tell_where(t, w);
        return terminal_refuse(t, STATUS_BAD_FIELD, "body", 0);
    }
    outcome = terminal_result(t, writing_send(t, w, &written));
    if (outcome) {
        tell_where(t, w);
        return outcome;
    }
    if (written.held[0])
        return terminal_answer(t, written.shape, &written.reply, SAY_HELD, (const struct said[]){SAID_TEXT(text_of(written.held)), SAID_END});
    return terminal_answer(t, written.shape, &written.reply, done,
                           (const struct said[]){SAID_NUMBER(written.thread), SAID_NUMBER(written.post), SAID_NUMBER(written.floor), SAID_END});
}

static enum outcome write_it(struct terminal *t, struct writing *w, const char *path, enum saying done)
{
    enum outcome outcome = terminal_enter(t);

    if (!outcome)
        outcome = fill(t, w, path);
    if (!outcome)
        outcome = finish(t, w, done);
    writing_free(w);
    return outcome;
}

enum outcome verb_post(struct terminal *t, const struct arguments *a)
{
    struct writing w = {.thread = 0};

    if (!a->option[OPTION_TITLE])
        return terminal_misused(t, SAY_OPTION_MISSING, "title");
    if (strlen(a->at[0]) >= sizeof w.board)
        return terminal_refuse(t, STATUS_TOO_LONG, "board", LIMIT_SLUG);
    memcpy(w.board, a->at[0], strlen(a->at[0]) + 1);
    if (!writing_title(&w, text_of(a->option[OPTION_TITLE])))
        return terminal_refuse(t, STATUS_TOO_LONG, "title", LIMIT_TITLE);
    for (unsigned i = 0; i < a->tag_count; i++)
        if (!writing_tag(&w, text_of(a->tags[i])))
            return terminal_refuse(t, STATUS_TOO_LONG, "tags", LIMIT_TAG);
    return write_it(t, &w, a->at[1], SAY_POSTED);
}

enum outcome verb_reply(struct terminal *t, const struct arguments *a)
{
    struct writing w = {.thread = 0};

    if (!terminal_number(t, a->at[0], &w.thread) || !terminal_number_option(t, OPTION_TO, &w.to))
        return OUTCOME_USAGE;
    return write_it(t, &w, a->at[1], SAY_REPLIED);
}

enum outcome verb_edit(struct terminal *t, const struct arguments *a)
{
    struct writing w = {.thread = 0};
    uint64_t post;
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &post))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, writing_open_post(t, post, &w));
    w.has_title = false;
    w.minor = a->option[OPTION_MINOR] != NULL;
    if (!outcome && a->option[OPTION_TITLE] && !writing_title(&w, text_of(a->option[OPTION_TITLE])))
        outcome = terminal_refuse(t, STATUS_TOO_LONG, "title", LIMIT_TITLE);
    if (!outcome)
        return write_it(t, &w, a->at[1], SAY_EDITED_POST);
    writing_free(&w);
    return outcome;
}

enum outcome verb_delete(struct terminal *t, const struct arguments *a)
{
    struct delete_request in = {.none = 0};
    struct delete_reply out;
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &in.post))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_delete(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_delete_reply, &out, SAY_DELETED, (const struct said[]){SAID_END});
}

/* ---- drafts ---- */

enum outcome verb_drafts(struct terminal *t, const struct arguments *a)
{
    struct drafts_reply out;
    enum outcome outcome = terminal_enter(t);

    (void)a;
    if (!outcome)
        outcome = terminal_result(t, luntan_drafts(t->forum, &(struct drafts_request){.none = 0}, &out));
    if (!outcome)
        show_list(t, &out.drafts, &shape_draft_record, show_draft, UINT64_MAX);
    return outcome;
}

enum outcome verb_drafts_show(struct terminal *t, const struct arguments *a)
{
    uint8_t id[TERMINAL_ID];
    struct draft_get_request in = {.draft = {(const char *)id, sizeof id}};
    struct draft_get_reply out;
    enum outcome outcome;

    if (!terminal_id(t, a->at[0], id))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_draft_get(t->forum, &in, &out));
    if (!outcome)
        show_list(t, &out.drafts, &shape_draft_record, show_draft_whole, 1);
    return outcome;
}

enum outcome verb_drafts_send(struct terminal *t, const struct arguments *a)
{
    struct writing w = {.thread = 0};
    uint8_t id[TERMINAL_ID];
    enum outcome outcome;

    if (!terminal_id(t, a->at[0], id))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, writing_open(t, id, &w));
    if (!outcome)
        outcome = finish(t, &w, SAY_POSTED);
    writing_free(&w);
    return outcome;
}

enum outcome verb_drafts_discard(struct terminal *t, const struct arguments *a)
{
    uint8_t id[TERMINAL_ID];
    struct draft_discard_request in = {.draft = {(const char *)id, sizeof id}};
    struct draft_discard_reply out;
    enum outcome outcome;

    if (!terminal_id(t, a->at[0], id))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_draft_discard(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_draft_discard_reply, &out, SAY_DRAFT_GONE, (const struct said[]){SAID_END});
}
