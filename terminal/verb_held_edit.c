/* Changing what waits for a moderator, or mending what was returned and sending it again. */
#include <errno.h>
#include <unistd.h>

#include "terminal/json.h"
#include "terminal/show.h"
#include "terminal/verbs.h"
#include "terminal/writing.h"

/* A submission on its way: what it was when it was looked at, and its new text. */
struct mending {
    uint8_t id[TERMINAL_ID];
    uint64_t version;
    struct writing w; /* title, tags and text; there is no draft of it */
};

static enum outcome fetch(struct terminal *t, struct mending *m)
{
    const struct held_get_request in = {.held = {(const char *)m->id, sizeof m->id}};
    struct held_get_reply out;
    struct held_record held;
    struct text tag;
    enum outcome outcome = terminal_result(t, luntan_held_get(t->forum, &in, &out));

    if (outcome)
        return outcome;
    if (!items_next(&out.held, &shape_held_record, &held) || !body_copy(&m->w.body, held.body))
        return terminal_failed(t, SAY_NO_MEMORY, NULL);
    m->version = held.version;
    if (held.kind != HELD_KIND_REPLY && held.title.at && !writing_title(&m->w, held.title))
        return terminal_refuse(t, STATUS_TOO_LONG, "title", LIMIT_TITLE);
    while (items_next_text(&held.tags, &tag))
        if (!writing_tag(&m->w, tag))
            return terminal_refuse(t, STATUS_TOO_LONG, "tags", LIMIT_TAG);
    return OUTCOME_DONE;
}

/* Title and tags of the command line in place of what was there. */
static enum outcome take_options(struct terminal *t, struct mending *m, const struct arguments *a)
{
    if (a->option[OPTION_TITLE] && !writing_title(&m->w, text_of(a->option[OPTION_TITLE])))
        return terminal_refuse(t, STATUS_TOO_LONG, "title", LIMIT_TITLE);
    if (a->tag_count)
        m->w.tag_count = 0;
    for (unsigned i = 0; i < a->tag_count; i++)
        if (!writing_tag(&m->w, text_of(a->tags[i])))
            return terminal_refuse(t, STATUS_TOO_LONG, "tags", LIMIT_TAG);
    return OUTCOME_DONE;
}

/* The new text, from the file named, from standard input, or from the editor where a person sits at a terminal. */
static enum outcome fill(struct terminal *t, struct mending *m, const char *path)
{
    struct body body;

    if (!path && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        return body_edit(&m->w.body, NULL, NULL) ? OUTCOME_DONE : terminal_failed(t, SAY_EDITOR_FAILED, NULL);
    if (!body_read(&body, path ? path : "-"))
        return errno == EFBIG ? terminal_refuse(t, STATUS_TOO_LONG, "body", LIMIT_BODY) : terminal_failed(t, SAY_CANNOT_READ, path ? path : "-");
    body_free(&m->w.body);
    m->w.body = body;
    return OUTCOME_DONE;
}

/* What was typed is kept in a file where it could not be sent. */
static enum outcome send(struct terminal *t, struct mending *m)
{
    uint8_t room[TAG_BYTES];
    char name[NAME_ROOM] = "";
    struct held_edit_request in = {
        .held = {(const char *)m->id, sizeof m->id}, .version = m->version, .title = m->w.has_title ? text_of(m->w.title) : text_of(NULL),
        .tags = writing_tags(&m->w, room), .body = body_text(&m->w.body),
    };
    struct held_edit_reply out;
    enum outcome outcome = wire_utf8(m->w.body.at, m->w.body.len, NULL) ? terminal_result(t, luntan_held_edit(t->forum, &in, &out))
                                                                         : terminal_refuse(t, STATUS_BAD_FIELD, "body", 0);

    if (!outcome)
        return terminal_answer(t, &shape_held_edit_reply, &out, SAY_HELD_EDITED, (const struct said[]){SAID_NUMBER(out.version), SAID_END});
    m->w.unsaved = true;
    say(stderr, t->english, writing_where(t, &m->w, name), SAID_TEXT(text_of(name)));
    return outcome;
}

enum outcome verb_held_edit(struct terminal *t, const struct arguments *a)
{
    struct mending m = {.version = 0};
    enum outcome outcome;

    if (!terminal_id(t, a->at[0], m.id))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = fetch(t, &m);
    if (!outcome)
        outcome = take_options(t, &m, a);
    if (!outcome)
        outcome = fill(t, &m, a->at[1]);
    if (!outcome)
        outcome = send(t, &m);
    writing_free(&m.w);
    return outcome;
}
