/* The verb guest: a message without an account, whatever session is saved; the work that pays for it is done here. */
#include <errno.h>
#include <string.h>

#include "protocol/work.h"
#include "terminal/body.h"
#include "terminal/terminal.h"
#include "terminal/verbs.h"

/* The thread's number in `thread:N`; false: it is no such word, but a board. */
static bool is_thread(struct terminal *t, const char *word, uint64_t *thread, bool *wrong)
{
    static const char prefix[] = "thread:";

    if (strncmp(word, prefix, sizeof prefix - 1) != 0)
        return false;
    *wrong = !terminal_number(t, word + sizeof prefix - 1, thread);
    return true;
}

/* Asks for a form and pays for it; `form` and `nonce` hold what they say afterwards. */
static enum outcome pay(struct terminal *t, char form[LIMIT_FORM + 1], char nonce[WORK_NONCE + 1])
{
    struct guest_challenge_reply out;
    enum outcome outcome = terminal_result(t, luntan_guest_challenge(t->forum, &(struct guest_challenge_request){.none = 0}, &out));

    if (outcome)
        return outcome;
    if (out.form.len != LIMIT_FORM || out.bits > 2 * LIMIT_GUEST_WORK || !work_find(out.form, (unsigned)out.bits, 0, UINT64_C(64) << out.bits, nonce))
        return terminal_refuse(t, STATUS_WORK_WRONG, "nonce", 0);
    memcpy(form, out.form.at, LIMIT_FORM);
    form[LIMIT_FORM] = '\0';
    return OUTCOME_DONE;
}

static enum outcome send(struct terminal *t, struct guest_post_request *in)
{
    char form[LIMIT_FORM + 1], nonce[WORK_NONCE + 1];
    struct visit_reply visited;
    struct guest_post_reply out;
    enum outcome outcome = terminal_connect(t);

    if (!outcome)
        outcome = terminal_result(t, luntan_visit(t->forum, &(struct visit_request){.none = 0}, &visited));
    if (!outcome)
        outcome = pay(t, form, nonce);
    if (outcome)
        return outcome;
    in->form = text_of(form);
    in->nonce = text_of(nonce);
    outcome = terminal_result(t, luntan_guest_post(t->forum, in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_guest_post_reply, &out, SAY_GUEST_LEFT, (const struct said[]){SAID_END});
}

enum outcome verb_guest(struct terminal *t, const struct arguments *a)
{
    struct guest_post_request in = {.name = terminal_option(t, OPTION_NAME), .title = terminal_option(t, OPTION_TITLE)};
    struct body body = {.at = NULL};
    bool wrong = false;
    enum outcome outcome;

    if (!is_thread(t, a->at[0], &in.thread, &wrong))
        in.board = text_of(a->at[0]);
    if (wrong || !terminal_number_option(t, OPTION_TO, &in.to))
        return OUTCOME_USAGE;
    if (!in.thread && !in.title.at)
        return terminal_misused(t, SAY_OPTION_MISSING, "title");
    if (!body_read(&body, a->at[1] ? a->at[1] : "-"))
        return errno == EFBIG ? terminal_refuse(t, STATUS_TOO_LONG, "body", LIMIT_MESSAGE) : terminal_failed(t, SAY_CANNOT_READ, a->at[1] ? a->at[1] : "-");
    in.body = body_text(&body);
    if (wire_utf8(in.body.at, in.body.len, NULL))
        outcome = send(t, &in);
    else
        outcome = terminal_refuse(t, STATUS_BAD_FIELD, "body", 0);
    body_free(&body);
    return outcome;
}
