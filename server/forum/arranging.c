/* See arranging.h. */
#include "server/forum/arranging.h"

#include "server/forum/audit.h"
#include "server/forum/find.h"
#include "server/forum/moving.h"
#include "server/forum/notices.h"
#include "server/forum/oversight.h"
#include "server/forum/publication.h"
#include "server/forum/queue.h"
#include "server/forum/telling.h"
#include "server/store/audience.h"

/* ---- what the acts are ---- */

/* Each act on a mark of a thread: which, whether it sets or takes it away, and what its author is told. */
enum mark { MARK_NONE, MARK_PINNED, MARK_LOCKED, MARK_FEATURED, MARK_HOLD };
static const struct marking {
    enum mark mark;
    bool on;
    enum notice_kind notice;
} markings[] = {
    [DECISION_ACT_LOCK] = {MARK_LOCKED, true, NOTICE_KIND_LOCKED},
    [DECISION_ACT_UNLOCK] = {MARK_LOCKED, false, NOTICE_KIND_UNLOCKED},
    [DECISION_ACT_PIN] = {MARK_PINNED, true, NOTICE_KIND_PINNED},
    [DECISION_ACT_UNPIN] = {MARK_PINNED, false, NOTICE_KIND_UNPINNED},
    [DECISION_ACT_FEATURE] = {MARK_FEATURED, true, NOTICE_KIND_FEATURED},
    [DECISION_ACT_UNFEATURE] = {MARK_FEATURED, false, NOTICE_KIND_UNFEATURED},
    [DECISION_ACT_HOLD_THREAD] = {MARK_HOLD, true, NOTICE_KIND_HELD},
    [DECISION_ACT_RELEASE_THREAD] = {MARK_HOLD, false, NOTICE_KIND_RELEASED},
};

static struct marking marking_of(enum decision_act act)
{
    return act < sizeof markings / sizeof *markings ? markings[act] : (struct marking){0};
}

bool arranging_is(enum decision_act act)
{
    return act == DECISION_ACT_MOVE || marking_of(act).mark != MARK_NONE;
}

static bool *mark_of(struct thread_record *thread, enum mark mark)
{
    switch (mark) {
    case MARK_PINNED:
        return &thread->pinned;
    case MARK_LOCKED:
        return &thread->locked;
    case MARK_FEATURED:
        return &thread->featured;
    case MARK_HOLD:
        return &thread->hold;
    case MARK_NONE:
        break;
    }
    return NULL;
}

/* ---- carrying them out ---- */

/* Stores a changed header, at the next sequence of the board's topic and of the thread's own, and tells both. */
static void store_and_tell(struct request *r, const struct arranging *a)
{
    struct thread_row *thread = a->thread;

    thread->record.seq = ++a->board->head;
    store_board_told(r->db, a->board->record.id, a->board->head);
    thread->head++;
    store_thread_header(r->db, thread);
    tell_board(r, &thread->record);
    tell_thread(r, &thread->record, thread->head);
}

static void move(struct request *r, const struct arranging *a)
{
    moving_thread(r, a->thread, a->board, a->to, GONE_MOVED);
    queue_withhold_thread(r, a->thread->record.id); /* whoever decides there may be named in what waits */
    publication_move(r, a->to, a->thread);
}

static uint64_t opening_post(struct request *r, const struct thread_row *thread)
{
    struct query q = store_posts_from(r->db, thread->record.id, 1, 1);
    struct post_row post;
    uint64_t id = store_post_next(&q, r->arena, &post) ? post.record.id : 0;

    query_end(&q);
    return id;
}

/* Where it stands now is told only to an author who may read it there. */
static void tell_author(struct request *r, const struct thread_row *thread, const struct board_row *board, const struct decision_row *row)
{
    struct notice_record notice = {
        .kind = row->act == DECISION_ACT_MOVE ? NOTICE_KIND_MOVED : marking_of(row->act).notice, .thread = thread->record.id, .decision = row->id,
    };
    struct person author;

    if (thread->author == r->actor.account)
        return;
    if (store_person(r->db, thread->author, board->record.id, r->now, &author) && policy_may_read(&author.actor, &board->policy)) {
        notice.board = board->record.id;
        notice.title = thread->record.title;
    }
    notice_decided(r, thread->author, &notice);
}

/* ---- deciding ---- */

enum status arranging_target(struct request *r, const struct board_row *from, struct text name, struct board_row *to)
{
    enum status status = find_board(r, name, to);

    if (status)
        return status;
    status = policy_decide(ACT_MODERATE, &r->actor, &(struct subject){.board = &to->policy});
    if (status)
        return refuse(r, status);
    /* Into the bin and out of it go decisions to remove and to restore. */
    if (to->record.id == from->record.id || to->record.kind == BOARD_KIND_BIN || from->record.kind == BOARD_KIND_BIN)
        return refuse_field(r, STATUS_BAD_FIELD, "board");
    return STATUS_OK;
}

/* The decision that an act would undo; NONE: it undoes none. */
static enum decision_act undoes(enum decision_act act)
{
    switch ((int)act) {
    case DECISION_ACT_UNLOCK:
        return DECISION_ACT_LOCK;
    case DECISION_ACT_RELEASE_THREAD:
        return DECISION_ACT_HOLD_THREAD;
    case DECISION_ACT_MOVE:
        return DECISION_ACT_MOVE;
    default:
        return DECISION_ACT_NONE;
    }
}

/* Whether the actor would undo what somebody else decided on the actor's own thread: against that there are appeals. */
static bool decides_on_itself(struct request *r, const struct arranging *a, enum decision_act act)
{
    enum decision_act undone = undoes(act);
    uint64_t decider = undone ? store_decision_arranged(r->db, a->thread->record.id, undone) : 0;

    return decider && decider != r->actor.account;
}

static enum status check(struct request *r, const struct arranging *a, const struct decision_row *row, bool changes)
{
    bool own = a->thread->author == r->actor.account;
    enum status status = oversight_why(r, own ? DECISION_ACT_NONE : row->act, row->reason, row->words);

    if (!status && own && changes && decides_on_itself(r, a, row->act))
        status = refuse_field(r, STATUS_FORBIDDEN, "thread");
    if (!status && changes && row->act == DECISION_ACT_PIN && store_threads_pinned(r->db, a->board->record.id) >= THREADS_PINNED)
        status = refuse_limit(r, STATUS_TOO_MANY, "pinned", THREADS_PINNED);
    return status;
}

static void record(struct request *r, const struct arranging *a, struct decision_row *row)
{
    const struct thread_record *thread = &a->thread->record;

    row->time = r->now;
    row->actor = r->actor.account;
    row->board = a->board->record.id;
    row->thread = thread->id;
    row->post = opening_post(r, a->thread);
    row->title = thread->title;
    row->account = a->thread->author;
    row->target = a->to ? a->to->record.id : 0;
    row->pinned = a->to && thread->pinned;
    row->id = store_decision_insert(r->db, row);
}

enum status arranging_decide(struct request *r, const struct arranging *a, struct decision_row *row)
{
    struct marking marking = marking_of(row->act);
    bool *mark = mark_of(&a->thread->record, marking.mark);
    bool changes = !mark || *mark != marking.on;
    enum status status = check(r, a, row, changes);

    if (status || !changes)
        return status;
    record(r, a, row);
    if (mark) {
        *mark = marking.on;
        store_and_tell(r, a);
    } else {
        move(r, a);
    }
    audit_decision(r, row);
    tell_author(r, a->thread, a->to ? a->to : a->board, row);
    return STATUS_OK;
}

/* ---- undoing ---- */

/* What was removed meanwhile comes back to where it stood before. */
static void undo_move(struct request *r, struct arranging *a, const struct decision_row *decision)
{
    const uint64_t thread = a->thread->record.id;

    if (a->board->record.kind == BOARD_KIND_BIN) {
        if (store_thread_origin(r->db, thread) == decision->target)
            store_thread_origin_set(r->db, thread, decision->board);
        return;
    }
    if (a->board->record.id != decision->target || !store_board_row(r->db, decision->board, r->arena, a->to))
        return;
    move(r, a);
    if (decision->pinned && store_threads_pinned(r->db, a->to->record.id) < THREADS_PINNED) {
        a->thread->record.pinned = true;
        store_and_tell(r, &(struct arranging){.thread = a->thread, .board = a->to});
    }
}

void arranging_undo(struct request *r, struct arranging *a, const struct decision_row *decision)
{
    struct marking marking = marking_of(decision->act);
    bool *mark = mark_of(&a->thread->record, marking.mark);

    if (a->thread->record.id != decision->thread || a->thread->merged)
        return;
    if (decision->act == DECISION_ACT_MOVE) {
        undo_move(r, a, decision);
    } else if (mark && *mark == marking.on) {
        *mark = !marking.on;
        store_and_tell(r, a);
    }
}

/* ---- handlers ---- */

static enum status find_moderated(struct request *r, uint64_t id, struct thread_row *thread, struct board_row *board)
{
    enum status status = find_thread(r, id, thread, board);

    if (!status && thread->merged)
        status = refuse_field(r, STATUS_GONE, "thread");
    if (status)
        return status;
    status = policy_decide(ACT_MODERATE, &r->actor, &(struct subject){.board = &board->policy});
    return status ? refuse(r, status) : STATUS_OK;
}

enum status handle_thread_set(struct request *r, const struct thread_set_request *in)
{
    const struct {
        enum change change;
        enum decision_act on, off;
    } wanted[] = {
        {in->pinned, DECISION_ACT_PIN, DECISION_ACT_UNPIN},
        {in->locked, DECISION_ACT_LOCK, DECISION_ACT_UNLOCK},
        {in->featured, DECISION_ACT_FEATURE, DECISION_ACT_UNFEATURE},
        {in->hold, DECISION_ACT_HOLD_THREAD, DECISION_ACT_RELEASE_THREAD},
    };
    struct thread_set_reply out = {.topic = TOPIC_BOARD};
    struct thread_row thread;
    struct board_row board;
    const struct arranging a = {.thread = &thread, .board = &board};
    enum status status = find_moderated(r, in->thread, &thread, &board);

    for (size_t i = 0; !status && i < sizeof wanted / sizeof *wanted; i++) {
        if (wanted[i].change == CHANGE_KEEP)
            continue;
        struct decision_row row = {
            .act = wanted[i].change == CHANGE_ON ? wanted[i].on : wanted[i].off, .reason = in->reason, .words = in->words,
        };
        status = arranging_decide(r, &a, &row);
    }
    if (status)
        return status;
    out.topic_id = board.record.id;
    out.seq = thread.record.seq;
    return reply_thread_set(r, &out);
}

enum status handle_move(struct request *r, const struct move_request *in)
{
    struct move_reply out = {.topic = TOPIC_BOARD};
    struct thread_row thread;
    struct board_row from, to;
    struct decision_row row = {.act = DECISION_ACT_MOVE, .reason = in->reason, .words = in->words};
    enum status status = find_moderated(r, in->thread, &thread, &from);

    if (!status)
        status = arranging_target(r, &from, in->board, &to);
    if (!status)
        status = arranging_decide(r, &(struct arranging){.thread = &thread, .board = &from, .to = &to}, &row);
    if (status)
        return status;
    out.topic_id = to.record.id;
    out.seq = thread.record.seq;
    return reply_move(r, &out);
}
