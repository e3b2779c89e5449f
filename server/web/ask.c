/* See page.h: the core's requests, asked by views, and answers that come in parts made whole. */
#include "server/web/web_private.h"

/* ---- one request ---- */

bool ask_run(const struct page *p, struct db *db, struct request *r, const struct message *message, const void *in)
{
    *r = (struct request){
        .site = p->web->options.site,
        .message = message,
        .arena = p->arena,
        .session = p->session,
        .peer = p->http->peer,
        .lang = p->reader.lang,
    };
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
        .retry_after = r->retry_after,
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

/* ---- answers in parts ---- */

/* Where a record that has a body keeps it. */
struct piece_shape {
    const struct shape *reply, *record;
    size_t list;                       /* offset of the list in the reply */
    size_t body, size, offset;         /* offsets in the record */
};

#define PIECES(reply, list, record) \
    {&shape_##reply##_reply, &shape_##record##_record, offsetof(struct reply##_reply, list), \
     offsetof(struct record##_record, body), offsetof(struct record##_record, size), \
     offsetof(struct record##_record, offset)}

static const struct piece_shape post_pieces = PIECES(read, posts, post);
static const struct piece_shape one_post_pieces = PIECES(post_get, posts, post);
static const struct piece_shape revision_pieces = PIECES(revision, revisions, revision);
static const struct piece_shape draft_pieces = PIECES(draft_get, drafts, draft);

/* The records of an answer as they grow. */
struct gathering {
    const struct piece_shape *shape;
    struct arena *arena;
    uint8_t *records;
    uint32_t count, room;
};

/* Texts in a record, at an offset. */
static struct text *text_at(uint8_t *record, size_t offset)
{
    return (struct text *)(void *)(record + offset);
}

static uint64_t number_at(const uint8_t *record, size_t offset)
{
    uint64_t number;
    memcpy(&number, record + offset, sizeof number);
    return number;
}

/* A further piece of the newest record's body, which gets room for the whole of it at the first. False: not what it should be. */
static bool append(struct gathering *g, uint8_t *piece)
{
    const struct piece_shape *shape = g->shape;
    uint64_t offset = number_at(piece, shape->offset), size = number_at(piece, shape->size);
    uint8_t *newest = g->records + (g->count - 1) * shape->record->size;
    struct text *whole = text_at(newest, shape->body), more = *text_at(piece, shape->body);
    char *room;

    if (offset != whole->len || size > LIMIT_BODY * 4 || offset + more.len > size)
        return false;
    if (number_at(newest, shape->offset) == 0) {
        room = arena_alloc(g->arena, size);
        if (!room)
            return false;
        memcpy(room, whole->at, whole->len);
        *whole = (struct text){room, whole->len};
        uint64_t grown = 1; /* from here on the room is ours */
        memcpy(newest + shape->offset, &grown, sizeof grown);
    }
    memcpy((char *)(uintptr_t)whole->at + whole->len, more.at, more.len);
    whole->len += more.len;
    return true;
}

static bool add(struct gathering *g, const uint8_t *record)
{
    size_t size = g->shape->record->size;

    if (g->count == g->room) {
        uint32_t room = g->room ? g->room * 2 : LIMIT_PAGE_ITEMS;
        uint8_t *grown = arena_alloc(g->arena, room * size);
        if (!grown)
            return false;
        if (g->count)
            memcpy(grown, g->records, g->count * size);
        g->records = grown;
        g->room = room;
    }
    memcpy(g->records + g->count++ * size, record, size);
    return true;
}

/* The records of one frame, whose reply goes to `reply`. */
static bool gather_frame(struct gathering *g, struct text payload, void *reply)
{
    _Alignas(max_align_t) uint8_t record[RECORD_ROOM];
    const struct piece_shape *shape = g->shape;
    struct fault fault;
    struct items list;

    if (shape_decode(shape->reply, payload.at, payload.len, reply, &fault))
        return false;
    memcpy(&list, (const uint8_t *)reply + shape->list, sizeof list);
    while (items_next(&list, shape->record, record)) {
        bool goes_on = number_at(record, shape->offset) > 0 && g->count > 0;
        if (goes_on ? !append(g, record) : !add(g, record))
            return false;
    }
    return true;
}

/* Asks, and gathers the records of all frames; the last frame's reply goes to `out`. */
static bool ask_pieces(struct page *p, enum message_index index, const void *in, void *out, struct gathering *g)
{
    struct request r;

    g->arena = p->arena;
    if (!ask_run(p, p->work->db, &r, &messages[index], in)) {
        ask_refused(p, &r);
        return false;
    }
    bool whole = r.answer != NULL;
    for (const struct answer_frame *frame = r.answer; frame && whole; frame = frame->next)
        whole = gather_frame(g, frame->payload, out);
    if (!whole)
        ask_refuse(p, STATUS_INTERNAL);
    return whole;
}

/* The same for what has exactly one record. */
static bool ask_one(struct page *p, enum message_index index, const void *in, void *reply, const struct piece_shape *shape, void *out)
{
    struct gathering g = {.shape = shape};

    if (!ask_pieces(p, index, in, reply, &g))
        return false;
    if (g.count != 1) {
        ask_refuse(p, STATUS_INTERNAL);
        return false;
    }
    memcpy(out, g.records, shape->record->size);
    return true;
}

bool ask_posts(struct page *p, const struct read_request *in, struct read_reply *last, struct post_record **posts, uint32_t *count)
{
    struct gathering g = {.shape = &post_pieces};

    if (!ask_pieces(p, INDEX_READ, in, last, &g))
        return false;
    *posts = (struct post_record *)(void *)g.records;
    *count = g.count;
    return true;
}

bool ask_one_post(struct page *p, uint64_t post, struct post_record *out, struct thread_record *thread)
{
    struct post_get_reply reply;

    if (!ask_one(p, INDEX_POST_GET, &(struct post_get_request){.post = post}, &reply, &one_post_pieces, out))
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

    return ask_one(p, INDEX_REVISION, &in, &reply, &revision_pieces, out);
}

bool ask_one_draft(struct page *p, struct text id, struct draft_record *out)
{
    struct draft_get_reply reply;

    return ask_one(p, INDEX_DRAFT_GET, &(struct draft_get_request){.draft = id}, &reply, &draft_pieces, out);
}
