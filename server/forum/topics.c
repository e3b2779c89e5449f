/* See topics.h. Handlers subscribe and sync (request.h), and a topic's backlog. */
#include "server/forum/topics.h"

#include "server/cursor.h"
#include "server/forum/changes.h"
#include "server/forum/pages.h"
#include "server/forum/queue_topic.h"
#include "server/store/accounts.h"
#include "server/store/boards.h"
#include "server/store/reading.h"
#include "server/store/threads.h"

/* ---- where a topic stands ---- */

/* A topic as it stands in this snapshot. */
struct standing {
    uint64_t id;                /* the actor's own account where 0 was asked for */
    uint64_t head;
    struct board_policy board;  /* of a board's, thread's or queue's topic */
};

static bool board_stands(struct db *db, struct arena *arena, const struct actor *actor, uint64_t id, struct standing *out)
{
    struct board_row board;

    if (!store_board_row(db, id, arena, &board) || !policy_may_read(actor, &board.policy))
        return false;
    out->head = board.head;
    out->board = board.policy;
    return true;
}

static bool thread_stands(struct db *db, struct arena *arena, const struct actor *actor, uint64_t id, struct standing *out)
{
    struct thread_row thread;

    if (!store_thread_row(db, id, arena, &thread) || !board_stands(db, arena, actor, thread.record.board, out))
        return false;
    out->head = thread.head;
    return true;
}

/* Of a board's queue, or with number 0 of all that the actor decides on; the head is that of what concerns the actor. */
static bool queue_stands(struct db *db, struct arena *arena, const struct actor *actor, uint64_t id, struct standing *out)
{
    struct board_row board = {0};

    if ((id && !store_board_row(db, id, arena, &board)) || !policy_may_follow_queue(actor, id, &board.policy))
        return false;
    out->board = board.policy;
    out->head = queue_topic_head(db, arena, actor, id);
    return true;
}

/* False where the topic does not exist or the actor may not read it: the same to whoever asks. */
static bool stands(struct db *db, struct arena *arena, const struct actor *actor, enum topic topic, uint64_t id,
                   struct standing *out)
{
    *out = (struct standing){.id = id};
    if (topic == TOPIC_BOARD)
        return board_stands(db, arena, actor, id, out);
    if (topic == TOPIC_THREAD)
        return thread_stands(db, arena, actor, id, out);
    if (topic == TOPIC_QUEUE)
        return queue_stands(db, arena, actor, id, out);
    if (topic != TOPIC_ACCOUNT || actor->account == 0 || (id != 0 && id != actor->account))
        return false;
    out->id = actor->account;
    out->head = store_notice_state(db, actor->account).head;
    return true;
}

static enum status find_topic(struct request *r, enum topic topic, uint64_t id, struct standing *out)
{
    *out = (struct standing){.id = 0};
    if (topic == TOPIC_ACCOUNT && r->actor.account == 0)
        return refuse(r, STATUS_LOGIN_NEEDED);
    if (!stands(r->db, r->arena, &r->actor, topic, id, out))
        return refuse_field(r, STATUS_NOT_FOUND, "id");
    return STATUS_OK;
}

/* The sequence in a cursor of this topic and epoch. */
static enum status read_cursor(struct request *r, struct text bytes, enum topic topic, const struct standing *standing,
                               uint64_t *seq)
{
    struct cursor cursor;
    struct text epoch = db_epoch(r->db);

    if (!cursor_decode(bytes, &cursor))
        return refuse_field(r, STATUS_BAD_FIELD, "since");
    if (memcmp(cursor.epoch, epoch.at, sizeof cursor.epoch) != 0 || cursor.topic != topic ||
        cursor.id != standing->id || cursor.seq > standing->head)
        return refuse_field(r, STATUS_RESYNC, "since");
    *seq = cursor.seq;
    return STATUS_OK;
}

/* ---- requests ---- */

enum status handle_subscribe(struct request *r, const struct subscribe_request *in)
{
    struct subscription_grant *grant = arena_alloc(r->arena, sizeof *grant);
    struct subscribe_reply out = {0};
    struct standing standing;
    enum status status = find_topic(r, in->topic, in->id, &standing);

    if (status)
        return status;
    if (!grant)
        return refuse(r, STATUS_INTERNAL);
    *grant = (struct subscription_grant){.topic = in->topic, .id = standing.id, .since = standing.head, .board = standing.board};
    if (in->since.at) {
        status = read_cursor(r, in->since, in->topic, &standing, &grant->since);
        if (status)
            return status;
    }
    r->grants = grant;
    if (r->actor.lapsed)
        r->becomes = &r->actor; /* the connection may still know it as banned, and would be given nothing */
    out.head = standing.head;
    out.cursor = request_cursor(r, in->topic, standing.id, grant->since);
    return reply_subscribe(r, &out);
}

static void part_of_sync(struct request *r, struct items list)
{
    part_sync(r, &(struct sync_reply){.changes = list});
}

enum status handle_sync(struct request *r, const struct sync_request *in)
{
    struct page page = page_begin(r, &shape_change_record, part_of_sync);
    struct sync_reply out = {0};
    struct change_record change;
    struct standing standing;
    uint64_t upto = 0;
    enum status status = find_topic(r, in->topic, in->id, &standing);

    if (!status)
        status = read_cursor(r, in->since, in->topic, &standing, &upto);
    if (status)
        return status;
    struct changes *changes = changes_open(r->db, r->arena, &r->actor, in->topic, standing.id, upto, LIMIT_PAGE_ITEMS);
    while (!page_full(&page) && changes_next(changes, &change)) {
        upto = change.seq;
        change.cursor = request_cursor(r, in->topic, standing.id, upto);
        page_add(&page, &change);
    }
    out.more = changes_more(changes);
    changes_close(changes);
    out.next = request_cursor(r, in->topic, standing.id, out.more ? upto : standing.head);
    out.changes = page_end(&page);
    return reply_sync(r, &out);
}

/* ---- the backlog ---- */

/* Room to encode a change around its composite: keys, heads, cursor. */
enum { CHANGE_ROOM = 96 };

static struct event *encode_event(const struct backlog *b, struct text epoch, struct change_record *change)
{
    struct cursor cursor = {.topic = b->topic, .id = b->id, .seq = change->seq};
    struct event *event = arena_alloc(b->arena, sizeof *event);
    uint8_t bytes[CURSOR_BYTES];

    if (!event)
        return NULL;
    memcpy(cursor.epoch, epoch.at, sizeof cursor.epoch);
    cursor_encode(&cursor, bytes);
    change->cursor = (struct text){(const char *)bytes, sizeof bytes};
    struct wire_writer w = arena_writer(b->arena, CHANGE_ROOM + change->post.len + change->thread.len + change->gone.len +
                                                      change->notice.len + change->draft.len);
    shape_encode(&shape_change_record, change, &w);
    change->cursor = (struct text){NULL, 0};
    arena_trim(b->arena, &w);
    if (w.error)
        return NULL;
    *event = (struct event){.topic = b->topic, .id = b->id, .seq = change->seq, .payload = {(const char *)w.at, w.len}};
    return event;
}

static void collect(struct backlog *b, struct db *db, const struct actor *actor, uint64_t head)
{
    struct changes *changes = changes_open(db, b->arena, actor, b->topic, b->id, b->since, BACKLOG_CHANGES);
    struct event **last = &b->events;
    struct change_record change;
    size_t bytes = 0;

    b->upto = b->since;
    while (bytes < BACKLOG_BYTES && changes_next(changes, &change)) {
        struct event *event = encode_event(b, db_epoch(db), &change);
        if (!event)
            break;
        *last = event;
        last = &event->next;
        bytes += event->payload.len;
        b->upto = event->seq;
    }
    b->done = !changes_more(changes);
    if (b->done)
        b->upto = head;
    changes_close(changes);
}

bool topics_backlog(struct backlog *b, struct db *db)
{
    struct standing standing;
    struct actor actor;

    b->events = NULL;
    b->upto = b->since;
    b->done = false;
    if (!store_actor_load(db, b->session, b->arena, db_now(db), &actor))
        actor = (struct actor){.role = ROLE_VISITOR};
    if (!stands(db, b->arena, &actor, b->topic, b->id, &standing)) {
        b->status = db_failed(db) ? STATUS_STORE_FAILED : STATUS_NOT_FOUND;
        return true;
    }
    b->board = standing.board;
    b->status = b->since > standing.head ? STATUS_RESYNC : STATUS_OK;
    if (b->status)
        return true;
    b->id = standing.id;
    collect(b, db, &actor, standing.head);
    if (db_failed(db))
        b->status = STATUS_STORE_FAILED;
    else if (arena_failed(b->arena))
        b->status = STATUS_INTERNAL;
    return true;
}
