/* See page.h: the core's requests, asked by views, and answers that come in parts made whole or taken as they are. */
#include "server/web/web_private.h"

/* ---- one request ---- */

static struct request request_of(const struct page *p, const struct message *message)
{
    return (struct request){
        .site = p->web->options.site,
        .message = message,
        .arena = p->arena,
        .session = p->session,
        .peer = p->http->peer,
        .lang = p->reader.lang,
    };
}

bool ask_run(const struct page *p, struct db *db, struct request *r, const struct message *message, const void *in)
{
    *r = request_of(p, message);
    return request_take(r, in) && request_run(r, db);
}

void ask_refused(struct page *p, const struct request *r)
{
    struct error_payload error = {.code = 0};
    struct fault fault;

    p->refusal = (struct refusal){
        .status = r->status ? r->status : STATUS_INTERNAL,
        .words = status_words(r->status ? r->status : STATUS_INTERNAL, p->reader.lang == LANG_EN),
        .field = text_of(r->fault.field),
        .limit = r->fault.limit,
        .retry_after = status_retryable(r->status) ? r->retry_after : 0, /* when a mute ends the words say; nobody is to wait for it */
    };
    if (r->answer_last && shape_decode(&shape_error, r->answer_last->payload.at, r->answer_last->payload.len, &error, &fault) == STATUS_OK)
        p->refusal.words = error.text;
}

void ask_refuse(struct page *p, enum status status)
{
    struct request r = {.status = status};

    ask_refused(p, &r);
}

static bool decode_last(struct page *p, const struct request *r, void *out)
{
    const struct answer_frame *frame = r->answer_last;
    struct fault fault;

    if (frame && shape_decode(r->message->reply, frame->payload.at, frame->payload.len, out, &fault) == STATUS_OK)
        return true;
    ask_refuse(p, STATUS_INTERNAL);
    return false;
}

static bool ask(struct page *p, struct request *r, enum message_index index, const void *in, void *out)
{
    if (!ask_run(p, p->work->db, r, &messages[index], in)) {
        ask_refused(p, r);
        return false;
    }
    return decode_last(p, r, out);
}

/* The items of a list from all frames of the answer, one after the other. */
static struct items join(const struct page *p, const struct request *r, const struct field *field)
{
    _Alignas(max_align_t) uint8_t reply[RECORD_ROOM] = {0};
    struct items whole = {NULL, 0, 0};
    size_t room = 0;
    struct fault fault;

    for (const struct answer_frame *frame = r->answer; frame; frame = frame->next)
        room += frame->payload.len;
    uint8_t *bytes = arena_alloc(p->arena, room);
    for (const struct answer_frame *frame = r->answer; bytes && frame; frame = frame->next) {
        if (shape_decode(r->message->reply, frame->payload.at, frame->payload.len, reply, &fault))
            continue;
        struct items some = shape_value(field, reply).items;
        if (some.len)
            memcpy(bytes + whole.len, some.at, some.len);
        whole = (struct items){bytes, whole.len + some.len, whole.count + some.count};
    }
    return whole;
}

/* The same for an answer whose lists may have come in parts. */
static bool ask_whole(struct page *p, struct request *r, enum message_index index, const void *in, void *out)
{
    const struct shape *shape = messages[index].reply;

    if (!ask(p, r, index, in, out))
        return false;
    for (uint32_t i = 0; i < shape->count && r->answer != r->answer_last; i++) {
        if (shape->fields[i].kind != KIND_RECORDS)
            continue;
        struct items whole = join(p, r, &shape->fields[i]);
        memcpy((uint8_t *)out + shape->fields[i].offset, &whole, sizeof whole);
    }
    return true;
}

#define DEFINE_LOOP(name, NAME)
#define DEFINE_READ(name, NAME) \
    bool ask_##name(struct page *p, const struct name##_request *in, struct name##_reply *out) \
    { \
        struct request r; \
        return ask_whole(p, &r, INDEX_##NAME, in, out); \
    }
#define DEFINE_BULK(name, NAME) DEFINE_READ(name, NAME)
#define DEFINE_WRITE(name, NAME)
#define DEFINE_SECRET(name, NAME)
#define DEFINE_KDF(name, NAME)
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) DEFINE_##WHERE(name, NAME)
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"

bool page_record(struct items item, const struct shape *shape, void *out)
{
    return items_next(&item, shape, out);
}

/* ---- who asks ---- */

uint64_t ask_session(const struct page *p, struct db *db)
{
    struct request r;
    struct resume_reply out;
    struct fault fault;

    if (!p->token.at || !ask_run(p, db, &r, &messages[INDEX_RESUME], &(struct resume_request){.token = p->token}))
        return 0;
    const struct answer_frame *frame = r.answer_last;
    if (!frame || shape_decode(&shape_resume_reply, frame->payload.at, frame->payload.len, &out, &fault))
        return 0;
    return out.session;
}

void ask_who(struct work *w)
{
    struct page *p = &w->page;
    struct resume_reply out;

    p->signed_in = false;
    p->session = 0;
    if (!p->token.at)
        return;
    if (!ask_resume(p, &(struct resume_request){.token = p->token}, &out)) {
        /* Where the store is only busy the session may well be there. */
        w->stale_token = p->refusal.status == STATUS_LOGIN_NEEDED || p->refusal.status == STATUS_SUSPENDED;
        if (w->stale_token)
            p->token = (struct text){NULL, 0}; /* forms on this page are a visitor's */
        p->refusal = w->refused;
        return;
    }
    p->refusal = w->refused;
    if (!page_record(out.account, &shape_account_record, &p->account))
        return;
    p->signed_in = true;
    p->session = out.session;
    p->unread = out.unread;
    w->renew = out.renew && !w->renewed;
    p->reader = (struct reader){.lang = p->account.lang, .zone = p->account.zone};
}

/* ---- answers with bodies ---- */

/* Asks, and takes the records of the answer's list as they are; its other fields go to `out`. */
static bool ask_records(struct page *p, enum message_index index, const void *in, void *out, struct records *records)
{
    struct request r = request_of(p, &messages[index]);

    *records = (struct records){NULL, 0, 0};
    r.records = records;
    if (!request_take(&r, in) || !request_run(&r, p->work->db)) {
        ask_refused(p, &r);
        return false;
    }
    return decode_last(p, &r, out);
}

/* The same for what has exactly one record, a struct of `shape`. */
static bool ask_one(struct page *p, enum message_index index, const void *in, void *reply, const struct shape *shape, void *out)
{
    struct records records;

    if (!ask_records(p, index, in, reply, &records))
        return false;
    if (records.count != 1) {
        ask_refuse(p, STATUS_INTERNAL);
        return false;
    }
    memcpy(out, records.at, shape->size);
    return true;
}

bool ask_posts(struct page *p, const struct read_request *in, struct read_reply *last, struct post_record **posts, uint32_t *count)
{
    struct records records;

    if (!ask_records(p, INDEX_READ, in, last, &records))
        return false;
    *posts = (struct post_record *)(void *)records.at;
    *count = records.count;
    return true;
}

bool ask_entries(struct page *p, const struct feed_request *in, struct feed_reply *last, struct feed_entry_record **entries, uint32_t *count)
{
    struct records records;

    if (!ask_records(p, INDEX_FEED, in, last, &records))
        return false;
    *entries = (struct feed_entry_record *)(void *)records.at;
    *count = records.count;
    return true;
}

bool ask_one_post(struct page *p, uint64_t post, struct post_record *out, struct thread_record *thread)
{
    struct post_get_reply reply;

    if (!ask_one(p, INDEX_POST_GET, &(struct post_get_request){.post = post}, &reply, &shape_post_record, out))
        return false;
    if (page_record(reply.thread, &shape_thread_record, thread))
        return true;
    ask_refuse(p, STATUS_INTERNAL);
    return false;
}

bool ask_one_revision(struct page *p, uint64_t post, uint64_t number, struct revision_record *out)
{
    struct revision_reply reply;
    const struct revision_request in = {.post = post, .number = number};

    return ask_one(p, INDEX_REVISION, &in, &reply, &shape_revision_record, out);
}

bool ask_one_draft(struct page *p, struct text id, struct draft_record *out)
{
    struct draft_get_reply reply;

    return ask_one(p, INDEX_DRAFT_GET, &(struct draft_get_request){.draft = id}, &reply, &shape_draft_record, out);
}

bool ask_one_held(struct page *p, struct text id, struct held_record *out)
{
    struct held_get_reply reply;

    return ask_one(p, INDEX_HELD_GET, &(struct held_get_request){.held = id}, &reply, &shape_held_record, out);
}

bool ask_item(struct page *p, const struct item_get_request *in, struct item_get_reply *last, struct held_record **texts, uint32_t *count)
{
    struct records records;

    if (!ask_records(p, INDEX_ITEM_GET, in, last, &records))
        return false;
    *texts = (struct held_record *)(void *)records.at;
    *count = records.count;
    return true;
}
