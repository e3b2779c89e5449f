/* See guests.h. */
#include "server/forum/guests.h"

#include "protocol/work.h"
#include "server/forum/filtering.h"
#include "server/forum/find.h"
#include "server/forum/guest_form.h"
#include "server/forum/placing.h"
#include "server/forum/stubs.h"
#include "server/forum/submissions.h"
#include "server/store/guests.h"
#include "server/util/words.h"

_Static_assert((int)GUEST_KEY == (int)GUEST_FORM_KEY, "the key as it is stored and used");

/* ---- names ---- */

struct text guest_title(void)
{
    return enumeration_by_number(&enumeration_role, ROLE_VISITOR)->zh;
}

bool guest_is_name(struct text name)
{
    struct text title = guest_title();

    return name.len >= title.len && memcmp(name.at, title.at, title.len) == 0 &&
           (name.len == title.len || (name.at[title.len] == ' ' && words_is_line(name)));
}

struct actor guest_actor(struct text name)
{
    return (struct actor){.role = ROLE_VISITOR, .name = name};
}

static struct text shown_name(struct request *r, struct text name)
{
    struct text title = guest_title();

    return name.len ? arena_format(r->arena, "%.*s %.*s", (int)title.len, title.at, (int)name.len, name.at) : title;
}

/* ---- what pays for a form ---- */

enum status handle_guest_challenge(struct request *r, const struct guest_challenge_request *in)
{
    const struct text key = store_guest_key(r->db, r->arena);
    struct guest_challenge_reply out = {.bits = LIMIT_GUEST_WORK};
    char *token = arena_alloc(r->arena, LIMIT_FORM + 1);

    (void)in;
    if (!key.at || !token)
        return refuse(r, STATUS_BUSY);
    guest_form_make((const uint8_t *)key.at, r->now, token);
    out.form = (struct text){token, LIMIT_FORM};
    if (r->site->guest_question.len && r->site->guest_answers.len)
        out.question = r->site->guest_question;
    return reply_guest_challenge(r, &out);
}

/* Whether it is one of the administrator's answers, letters and digits compared as filters compare them. */
static bool is_answer(struct request *r, struct text answer)
{
    const struct text given = filtering_text(answer, r->arena).squeezed;
    struct text rest = r->site->guest_answers;

    while (given.len && rest.len) {
        const char *bar = memchr(rest.at, '|', rest.len);
        size_t len = bar ? (size_t)(bar - rest.at) : rest.len;
        if (text_equal(filtering_text((struct text){rest.at, len}, r->arena).squeezed, given))
            return true;
        len += bar ? 1 : 0;
        rest = (struct text){rest.at + len, rest.len - len};
    }
    return false;
}

/* The form is this forum's, was paid for, and is used up by this. */
static enum status take_form(struct request *r, const struct guest_post_request *in)
{
    const struct text key = store_guest_key(r->db, r->arena);
    struct guest_form form;
    enum status status = key.at ? guest_form_read((const uint8_t *)key.at, in->form, r->now, &form) : STATUS_FORM_FORGED;

    if (status)
        return refuse_field(r, status, "form");
    if (in->nonce.len) {
        if (!work_pays(in->form, in->nonce, form.bits))
            return refuse_field(r, STATUS_WORK_WRONG, "nonce");
    } else {
        if (!r->site->guest_question.len || !is_answer(r, in->answer))
            return refuse_field(r, STATUS_ANSWER_WRONG, "answer");
        if (r->now - form.made < LIMIT_FORM_SOON_MS) {
            status = refuse_field(r, STATUS_FORM_EARLY, "form");
            r->retry_after = (uint64_t)(form.made + LIMIT_FORM_SOON_MS - r->now);
            return status;
        }
    }
    if (!store_guest_form_use(r->db, (struct text){(const char *)form.id, GUEST_FORM_ID}, form.made + LIMIT_FORM_MS, r->now))
        return refuse_field(r, STATUS_FORM_USED, "form");
    return STATUS_OK;
}

/* ---- leaving a message ---- */

/* Where it is to stand. `held` becomes what it is, but for its text. */
static enum status find_place(struct request *r, const struct guest_post_request *in, struct board_row *board, struct held_record *held)
{
    struct thread_row thread;
    struct subject subject = {.board = &board->policy};
    uint64_t answered, number = in->thread, to = in->to;
    enum status status;

    if (!in->thread == !in->board.at)
        return refuse_field(r, STATUS_BAD_FIELD, "board");
    if (!in->thread) {
        held->kind = HELD_KIND_THREAD;
        status = find_board(r, in->board, board);
        if (status)
            return status;
        status = policy_decide(ACT_LEAVE, &r->actor, &subject);
        return status ? refuse_act(r, status, board->record.id) : STATUS_OK;
    }
    held->kind = HELD_KIND_REPLY;
    stub_follow(r->db, r->arena, &number, &to);
    status = find_thread(r, number, &thread, board);
    if (status)
        return status;
    subject.locked = thread.record.locked;
    status = policy_decide(ACT_LEAVE_REPLY, &r->actor, &subject);
    if (status)
        return refuse_act(r, status, board->record.id);
    if (!placing_answered(r, &thread, to, &answered))
        return refuse_limit(r, STATUS_BAD_FIELD, "to", thread.record.floors);
    held->thread = thread.record.id;
    held->reply_to = to;
    return STATUS_OK;
}

static enum status take_text(struct request *r, const struct guest_post_request *in, struct held_record *held)
{
    bool titled = held->kind == HELD_KIND_THREAD;

    if (in->name.len && !words_is_line(in->name))
        return refuse_field(r, STATUS_BAD_FIELD, "name");
    if (titled ? !words_is_line(in->title) : in->title.len != 0)
        return refuse_field(r, STATUS_BAD_FIELD, "title");
    if (!words_is_body(in->body))
        return refuse_field(r, STATUS_BAD_FIELD, "body");
    held->author_name = shown_name(r, in->name);
    if (titled)
        held->title = in->title;
    held->body = in->body;
    return STATUS_OK;
}

enum status handle_guest_post(struct request *r, const struct guest_post_request *in)
{
    struct guest_post_reply out = {.topic = TOPIC_NONE};
    struct held_record held = {0};
    struct board_row board;
    struct sifted sifted;
    enum status status = find_place(r, in, &board, &held);

    if (!status)
        status = take_text(r, in, &held);
    if (!status)
        status = take_form(r, in);
    if (status)
        return status;
    if (store_held_open(r->db, 0) >= LIMIT_GUESTS_HELD)
        return refuse_limit(r, STATUS_GUESTBOOK_FULL, NULL, LIMIT_GUESTS_HELD);
    status = sift(r, &(struct sending){.board = &board, .title = held.title, .body = held.body, .fresh = true}, &sifted);
    if (!status)
        status = submission_keep(r, &board, &sifted, &held);
    return status ? status : reply_guest_post(r, &out);
}
