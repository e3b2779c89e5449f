/*
 * See request.h: what surrounds every handler, in the order that the protocol promises: who asks, the
 * operation id, the rate, the handler, and the operation's answer kept for a retry.
 */
#include "server/request.h"

#include <sodium.h>

#include "server/cursor.h"
#include "server/forum/queue_topic.h"
#include "server/forum/sanctions.h"
#include "server/rate.h"
#include "server/refusal.h"
#include "server/store/accounts.h"
#include "server/store/operations.h"

/* ---- the table of handlers ---- */

typedef enum status (*handler)(struct request *r, const void *in);
typedef bool (*preparer)(struct request *r, const void *in);

/* Requests answered on the loop never get here; the others must have a handler, or the link fails. */
#define CALL_LOOP(name)
#define CALL_READ(name) \
    static enum status call_##name(struct request *r, const void *in) \
    { \
        return handle_##name(r, in); \
    }
#define CALL_BULK(name) CALL_READ(name)
#define CALL_WRITE(name) CALL_READ(name)
#define CALL_SECRET(name) CALL_READ(name)
#define CALL_KDF(name) \
    CALL_READ(name) \
    static bool call_prepare_##name(struct request *r, const void *in) \
    { \
        return prepare_##name(r, in); \
    }
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) CALL_##WHERE(name)
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"

#define ROW_LOOP(name, NAME)
#define ROW_READ(name, NAME) [INDEX_##NAME] = call_##name,
#define ROW_BULK(name, NAME) ROW_READ(name, NAME)
#define ROW_WRITE(name, NAME) ROW_READ(name, NAME)
#define ROW_SECRET(name, NAME) ROW_READ(name, NAME)
#define ROW_KDF(name, NAME) ROW_READ(name, NAME)
static const handler handlers[MESSAGES] = {
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) ROW_##WHERE(name, NAME)
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"
};

#define PREPARER_LOOP(name, NAME)
#define PREPARER_READ(name, NAME)
#define PREPARER_BULK(name, NAME)
#define PREPARER_WRITE(name, NAME)
#define PREPARER_SECRET(name, NAME)
#define PREPARER_KDF(name, NAME) [INDEX_##NAME] = call_prepare_##name,
static const preparer preparers[MESSAGES] = {
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) PREPARER_##WHERE(name, NAME)
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"
};

/* ---- the answer ---- */

static void append_frame(struct request *r, enum frame_kind kind, struct text payload)
{
    struct answer_frame *frame = payload.at ? arena_alloc(r->arena, sizeof *frame) : NULL;
    if (!frame)
        return; /* the arena says so at the end */
    *frame = (struct answer_frame){.kind = kind, .payload = payload};
    if (r->answer_last)
        r->answer_last->next = frame;
    else
        r->answer = frame;
    r->answer_last = frame;
}

/* Bytes that suffice to encode `in`: heads of at most 9 bytes for key and value, and what they hold. */
static size_t encoded_bound(const struct shape *shape, const void *in)
{
    size_t bound = 16;
    struct text text;
    struct items items;

    for (uint32_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        const uint8_t *member = (const uint8_t *)in + field->offset;
        bound += 18;
        if (field->kind == KIND_TEXT || field->kind == KIND_BYTES) {
            memcpy(&text, member, sizeof text);
            bound += text.len;
        } else if (field->kind >= KIND_RECORD) {
            memcpy(&items, member, sizeof items);
            bound += items.len;
        }
    }
    return bound;
}

static struct text encode(struct request *r, const struct shape *shape, const void *in)
{
    struct wire_writer w = arena_writer(r->arena, encoded_bound(shape, in));
    shape_encode(shape, in, &w);
    arena_trim(r->arena, &w);
    return w.error ? (struct text){NULL, 0} : (struct text){(const char *)w.at, w.len};
}

static enum status answer(struct request *r, const struct shape *shape, const void *out)
{
    append_frame(r, FRAME_RESPONSE, encode(r, shape, out));
    return r->status = STATUS_OK;
}

#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) \
    enum status reply_##name(struct request *r, const struct name##_reply *out) \
    { \
        return answer(r, &shape_##name##_reply, out); \
    } \
    void part_##name(struct request *r, const struct name##_reply *out) \
    { \
        append_frame(r, FRAME_PART, encode(r, &shape_##name##_reply, out)); \
    }
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"

/* ---- refusals ---- */

static enum status refuse_with(struct request *r, struct fault fault, uint64_t retry_after)
{
    r->fault = fault;
    r->retry_after = retry_after;
    r->detail = NULL;
    return r->status = fault.status;
}

enum status refuse(struct request *r, enum status status)
{
    return refuse_with(r, (struct fault){status, NULL, 0}, 0);
}

enum status refuse_field(struct request *r, enum status status, const char *field)
{
    return refuse_with(r, (struct fault){status, field, 0}, 0);
}

enum status refuse_limit(struct request *r, enum status status, const char *field, uint64_t limit)
{
    return refuse_with(r, (struct fault){status, field, limit}, 0);
}

enum status refuse_detail(struct request *r, enum status status, const char *field, const struct refusal_detail *detail)
{
    struct refusal_detail *copy = arena_alloc(r->arena, sizeof *copy);

    status = refuse_with(r, (struct fault){status, field, 0}, 0);
    if (copy) {
        *copy = *detail;
        r->detail = copy;
    }
    return status;
}

enum status refuse_until(struct request *r, enum status status, uint64_t retry_after_ms)
{
    return refuse_with(r, (struct fault){status, NULL, 0}, retry_after_ms);
}

enum status refuse_act(struct request *r, enum status status, uint64_t board)
{
    uint64_t number = policy_sanction(&r->actor, status, board);
    struct sanction_record *sanction = number ? arena_alloc(r->arena, sizeof *sanction) : NULL;

    if (!sanction || !sanction_find(r, number, sanction))
        return refuse(r, status);
    status = refuse_detail(r, status, NULL, &(struct refusal_detail){.sanction = sanction});
    r->retry_after = sanction->until > (uint64_t)r->now ? sanction->until - (uint64_t)r->now : 0;
    return status;
}

/* ---- parts ---- */

void request_part_begin(struct request *r, struct request_part *part)
{
    *part = (struct request_part){r->answer_last, r->events_last, r->access_last, r->touches, r->renames};
    db_part_begin(r->db);
}

void request_part_end(struct request *r, const struct request_part *part, bool keep)
{
    db_part_end(r->db, keep);
    if (keep)
        return;
    r->answer_last = part->answer_last;
    r->events_last = part->events_last;
    r->access_last = part->access_last;
    *(r->answer_last ? &r->answer_last->next : &r->answer) = NULL;
    *(r->events_last ? &r->events_last->next : &r->events) = NULL;
    *(r->access_last ? &r->access_last->next : &r->access) = NULL;
    r->touches = part->touches;
    r->renames = part->renames;
    r->status = STATUS_OK;
    r->fault = (struct fault){STATUS_OK, NULL, 0};
    r->detail = NULL;
    r->retry_after = 0;
}

/* Forgets everything that a run has left behind. */
static void start_afresh(struct request *r)
{
    r->answer = r->answer_last = NULL;
    if (r->records)
        r->records->count = 0;
    r->events = r->events_last = NULL;
    r->access = r->access_last = NULL;
    r->touches = NULL;
    r->renames = false;
    r->becomes = NULL;
    r->grants = NULL;
    r->status = STATUS_OK;
    r->fault = (struct fault){STATUS_OK, NULL, 0};
    r->detail = NULL;
    r->retry_after = 0;
}

/* Makes the refusal that `r` holds its whole answer. */
static void answer_refusal(struct request *r)
{
    struct fault fault = r->fault;
    enum status status = r->status;
    uint64_t retry_after = r->retry_after;
    const struct refusal_detail *detail = r->detail;

    start_afresh(r);
    r->status = status;
    r->fault = fault;
    r->detail = detail;
    r->retry_after = retry_after;
    append_frame(r, FRAME_ERROR, refusal_payload(r->arena, &fault, retry_after, detail, r->lang));
}

void request_refuse(struct request *r, enum status status)
{
    if (r->fault.status != status)
        r->fault = (struct fault){status, NULL, 0};
    r->status = status;
    answer_refusal(r);
}

bool request_take(struct request *r, const void *in)
{
    const struct shape *shape = r->message->request;
    void *checked = arena_alloc(r->arena, shape->size);
    enum status status = STATUS_BUSY;

    r->raw = encode(r, shape, in);
    if (checked && r->raw.at)
        status = shape_decode(shape, r->raw.at, r->raw.len, checked, &r->fault);
    r->in = checked;
    if (status)
        request_refuse(r, status);
    return status == STATUS_OK;
}

/* ---- what follows from a request ---- */

void request_event(struct request *r, enum topic topic, uint64_t id, struct change_record *change, uint64_t blanks)
{
    struct event *event = arena_alloc(r->arena, sizeof *event);
    if (!event)
        return;
    change->cursor = request_cursor(r, topic, id, change->seq);
    *event = (struct event){
        .topic = topic,
        .id = id,
        .seq = change->seq,
        .blanks = blanks,
        .payload = encode(r, &shape_change_record, change),
    };
    if (r->events_last)
        r->events_last->next = event;
    else
        r->events = event;
    r->events_last = event;
}

void request_access(struct request *r, const struct access_change *change)
{
    struct access_change *copy = arena_alloc(r->arena, sizeof *copy);
    if (!copy)
        return;
    *copy = *change;
    copy->next = NULL;
    if (r->access_last)
        r->access_last->next = copy;
    else
        r->access = copy;
    r->access_last = copy;
}

void request_touch(struct request *r, uint64_t feed)
{
    struct touch *touch = arena_alloc(r->arena, sizeof *touch);

    if (!touch) {
        r->renames = true; /* more than needed is let go */
        return;
    }
    *touch = (struct touch){r->touches, feed};
    r->touches = touch;
}

void request_renames(struct request *r)
{
    r->renames = true;
}

struct items request_record(struct request *r, const struct shape *shape, const void *record)
{
    struct text bytes = encode(r, shape, record);
    return (struct items){(const uint8_t *)bytes.at, bytes.len, bytes.at ? 1 : 0};
}

struct text request_cursor(struct request *r, enum topic topic, uint64_t id, uint64_t seq)
{
    struct cursor cursor = {.topic = topic, .id = id, .seq = seq};
    uint8_t *bytes = arena_alloc(r->arena, CURSOR_BYTES);
    struct text epoch = db_epoch(r->db);

    if (!bytes)
        return (struct text){NULL, 0};
    memcpy(cursor.epoch, epoch.at, sizeof cursor.epoch);
    cursor_encode(&cursor, bytes);
    return (struct text){(const char *)bytes, CURSOR_BYTES};
}

/* ---- operation ids ---- */

/*
 * Expired operations go as new ones come: one write in 256, by the last of its id's random bytes, deletes up to
 * twice as many as came since. No timer, and never much at once.
 */
enum { PRUNE = 512 };

static bool is_write(const struct message *message)
{
    return message->where == WHERE_WRITE || message->where == WHERE_SECRET || message->where == WHERE_KDF;
}

/* Key 1 of every write. */
static struct text operation_id(const struct request *r)
{
    struct text id;
    memcpy(&id, (const uint8_t *)r->in + r->message->request->fields[0].offset, sizeof id);
    return id;
}

static enum status check_operation_id(struct request *r, struct text id)
{
    int64_t dated = 0;

    if (id.len != LIMIT_OP_ID)
        return refuse_limit(r, STATUS_BAD_FIELD, "op_id", LIMIT_OP_ID);
    for (unsigned i = 0; i < 6; i++)
        dated = dated << 8 | (uint8_t)id.at[i];
    if (dated < r->now - LIMIT_OP_LIFE_MS)
        return refuse_limit(r, STATUS_OP_EXPIRED, "op_id", LIMIT_OP_LIFE_MS);
    if (dated > r->now + LIMIT_OP_SKEW_MS)
        return refuse_limit(r, STATUS_BAD_FIELD, "op_id", LIMIT_OP_SKEW_MS);
    return STATUS_OK;
}

/*
 * What tells one request from another under the same id. A KDF request holds passwords, of which not even a
 * fast hash may be kept: there the op alone counts.
 */
static struct text operation_hash(struct request *r)
{
    uint8_t *hash = arena_alloc(r->arena, OPERATION_HASH);
    if (!hash)
        return (struct text){NULL, 0};
    if (r->message->where != WHERE_KDF)
        crypto_generichash(hash, OPERATION_HASH, (const uint8_t *)r->raw.at, r->raw.len, NULL, 0);
    return (struct text){(const char *)hash, OPERATION_HASH};
}

/* The kept answer once more, marked as a repetition; of a secret one only the mark. */
static enum status answer_again(struct request *r, const struct operation *kept)
{
    const struct shape *shape = r->message->reply;
    _Alignas(max_align_t) uint8_t out[RECORD_ROOM] = {0};
    struct fault fault;
    bool dup = true;

    if (kept->answer.at && shape_decode(shape, kept->answer.at, kept->answer.len, out, &fault))
        return refuse(r, STATUS_INTERNAL);
    memcpy(out + shape->fields[0].offset, &dup, sizeof dup);
    return answer(r, shape, out);
}

static enum status run_operation(struct request *r)
{
    struct operation kept, done = {.id = operation_id(r), .account = r->actor.account, .op = r->message->op};
    enum status status = check_operation_id(r, done.id);
    uint64_t wait;

    if (status)
        return status;
    done.hash = operation_hash(r);
    if (store_operation_get(r->db, done.id, done.account, r->arena, &kept)) {
        if (kept.op != done.op || !text_equal(kept.hash, done.hash))
            return refuse_field(r, STATUS_CONFLICT, "op_id");
        return answer_again(r, &kept);
    }
    /* Kept for its account when it came, but the session has ended since. */
    if (r->message->where == WHERE_KDF && !r->prepared)
        return refuse_until(r, STATUS_BUSY, 1000);
    /* A KDF request has paid on the hashing thread. */
    wait = r->message->where == WHERE_KDF || !r->site->rates
               ? 0
               : rate_take(r->site->rates, r->message, r->actor.account, r->peer, r->now);
    if (wait)
        return refuse_until(r, STATUS_RATE_LIMITED, wait);
    status = handlers[r->message->index](r, r->in);
    if (status)
        return status;
    queue_topic_tell(r);
    if (r->message->where == WHERE_WRITE && r->answer)
        done.answer = r->answer->payload;
    /* An import may have given the asker another number, under which a retry will come. */
    if (r->message->who == WHO_ACCOUNT)
        done.account = r->actor.account;
    store_operation_insert(r->db, &done);
    if ((uint8_t)done.id.at[LIMIT_OP_ID - 1] == 0)
        store_operation_prune(r->db, r->now - LIMIT_OP_LIFE_MS, PRUNE);
    if (r->actor.session)
        store_session_touch(r->db, r->actor.session, r->now);
    return STATUS_OK;
}

/* ---- the run ---- */

/* Loads who asks; a session that has ended leaves a visitor. Decides who may ask at all. */
static enum status admit(struct request *r)
{
    if (!store_actor_load(r->db, r->session, r->arena, r->now, &r->actor))
        r->actor = (struct actor){.role = ROLE_VISITOR};
    if (r->message->who == WHO_ACCOUNT && r->actor.account == 0)
        return refuse(r, STATUS_LOGIN_NEEDED);
    if (r->message->who == WHO_ACCOUNT && r->actor.suspended && r->message->op != MSG_LOGOUT)
        return refuse(r, STATUS_SUSPENDED);
    if (r->message->who == WHO_ACCOUNT && r->actor.banned && !policy_still((enum op)r->message->op))
        return refuse_act(r, STATUS_BANNED, 0);
    return STATUS_OK;
}

static enum status run_read(struct request *r)
{
    uint64_t wait = r->site->rates ? rate_take(r->site->rates, r->message, r->actor.account, r->peer, r->now) : 0;
    if (wait)
        return refuse_until(r, STATUS_RATE_LIMITED, wait);
    return handlers[r->message->index](r, r->in);
}

static void begin(struct request *r, struct db *db)
{
    start_afresh(r);
    r->db = db;
    r->now = db_now(db);
}

bool request_run(struct request *r, struct db *db)
{
    enum status status;

    begin(r, db);
    status = admit(r);
    if (!status)
        status = is_write(r->message) ? run_operation(r) : run_read(r);
    if (db_failed(db))
        status = refuse(r, STATUS_STORE_FAILED);
    else if (arena_failed(r->arena))
        status = refuse(r, STATUS_INTERNAL);
    r->db = NULL;
    if (status)
        answer_refusal(r);
    return status == STATUS_OK;
}

/* A retry of what was done goes on to the writer, which says so: what its first run used up is not asked for again. */
static bool was_done(struct request *r)
{
    struct operation kept;
    return store_operation_get(r->db, operation_id(r), r->actor.account, r->arena, &kept);
}

bool request_prepare(struct request *r, struct db *db)
{
    enum status status;
    uint64_t wait;

    begin(r, db);
    status = admit(r);
    if (!status)
        status = check_operation_id(r, operation_id(r));
    if (!status && was_done(r)) {
        r->db = NULL;
        return true;
    }
    if (!status && r->site->rates) {
        wait = rate_take(r->site->rates, r->message, r->actor.account, r->peer, r->now);
        if (wait)
            status = refuse_until(r, STATUS_RATE_LIMITED, wait);
    }
    if (!status && !preparers[r->message->index](r, r->in))
        status = r->status ? r->status : refuse(r, STATUS_INTERNAL);
    if (!status && db_failed(db))
        status = refuse_until(r, STATUS_BUSY, 1000);
    r->db = NULL;
    if (status)
        answer_refusal(r);
    return status == STATUS_OK;
}
