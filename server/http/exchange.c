/* See http.h: an exchange's life, and what the application does with it. */
#include <stdlib.h>
#include <time.h>

#include "server/http/http_private.h"

/* BASE is what an exchange costs before its buffers; SPARES are kept by a loop, with blocks of up to SPARE_BLOCK bytes. */
enum { BASE = 6144, SPARES = 32, SPARE_BLOCK = 4096 };

/* ---- life ---- */

static struct exchange *exchange_new(void)
{
    struct exchange *x = calloc(1, sizeof *x);

    if (x)
        x->arena = arena_new(HTTP_ARENA);
    if (x && x->arena)
        return x;
    free(x);
    return NULL;
}

void exchange_free(struct exchange *x)
{
    http_parser_fini(&x->parser, 0);
    arena_free(x->arena);
    free(x);
}

struct exchange *exchange_begin(struct http_session *s)
{
    struct http_loop *local = s->local;
    struct exchange *x = local->spare;

    if (x) {
        local->spare = x->next;
        local->spares--;
    } else if (!(x = exchange_new())) {
        return NULL;
    }
    x->local = local;
    x->session = s;
    http_parser_init(&x->parser, x->arena);
    exchange_account(x);
    return x;
}

void exchange_account(struct exchange *x)
{
    size_t now = BASE + http_parser_memory(&x->parser);

    if (now > x->memory) {
        (void)loop_memory_take(x->local->loop, now - x->memory);
        x->memory = now;
    }
}

void exchange_end(struct exchange *x)
{
    struct http_loop *local = x->local;

    if (x->release)
        x->release(x->owner);
    loop_memory_give(local->loop, x->memory);
    arena_wipe(x->arena); /* cookies, passwords, letters */
    if (local->spares == SPARES) {
        exchange_free(x);
        return;
    }
    http_parser_fini(&x->parser, SPARE_BLOCK);
    struct http_parser parser = {.head = x->parser.head, .body = x->parser.body};
    *x = (struct exchange){.parser = parser, .arena = x->arena, .next = local->spare};
    local->spare = x;
    local->spares++;
}

/* ---- asked ---- */

const struct http_request *exchange_request(const struct exchange *x)
{
    return &x->parser.request;
}

struct text exchange_field(const struct exchange *x, struct text name)
{
    return request_field(&x->parser.request, name);
}

bool exchange_alive(const struct exchange *x)
{
    return x->session != NULL;
}

/* ---- answered ---- */

static void compose(struct exchange *x, const struct http_answer *answer, bool endless)
{
    const struct http_parser *p = &x->parser;
    struct http_answer bare = {.status = 500, .close = true};

    x->close = x->close || endless || answer->close || !p->keep_alive || x->session->last;
    struct manner manner = {
        .date = http_date_text(&x->local->date, (int64_t)time(NULL)),
        .head_only = p->head_only,
        .old = p->guard.old,
        .close = x->close,
        .endless = endless,
    };
    if (answer_compose(&p->request, answer, &manner, &x->said))
        return;
    x->close = manner.close = true;
    manner.endless = false;
    if (!answer_compose(&p->request, &bare, &manner, &x->said))
        x->said = (struct said){.head = answer_last_resort(), .status = 500};
}

/* The application has given back an exchange whose connection has gone. */
static void let_go(struct exchange *x)
{
    x->local->orphans--;
    exchange_end(x);
}

static void say_answer(struct exchange *x, const struct http_answer *answer)
{
    compose(x, answer, false);
    if (!x->release && x->said.body.len) {
        (void)loop_memory_take(x->local->loop, x->said.body.len);
        x->memory += x->said.body.len;
    }
    session_move(x->session, SESSION_SAYING);
    connection_wants(x->session->connection);
}

void exchange_answer(struct exchange *x, const struct http_answer *answer)
{
    x->release = answer->release;
    x->owner = answer->owner;
    if (x->session)
        say_answer(x, answer);
    else
        let_go(x);
}

struct connection *exchange_stream(struct exchange *x, const struct http_answer *head, const struct http_stream *kind, void *stream)
{
    struct http_session *s = x->session;

    if (!s) {
        let_go(x);
        return NULL;
    }
    if (x->parser.head_only) {
        compose(x, head, true);
        session_move(s, SESSION_SAYING);
        connection_wants(s->connection);
        return NULL;
    }
    compose(x, head, true);
    s->kind = kind;
    s->stream = stream;
    session_move(s, SESSION_STREAMING);
    connection_wants(s->connection);
    connection_resume(s->connection); /* what else the browser sends is passed over, and its end is noticed */
    return s->connection;
}

/* RFC 9110 section 15.5.6. The application's fields, and which methods there are. */
static void allow(struct exchange *x, struct http_answer *answer)
{
    struct http_field *fields = arena_alloc(x->arena, (answer->field_count + 1) * sizeof *fields);

    if (!fields)
        return;
    if (answer->field_count)
        memcpy(fields, answer->fields, answer->field_count * sizeof *fields);
    fields[answer->field_count] = (struct http_field){TEXT("Allow"), TEXT("GET, HEAD, POST")};
    answer->fields = fields;
    answer->field_count++;
}

void exchange_refuse(struct exchange *x, unsigned status)
{
    const struct http_loop *local = x->local;
    struct http_answer answer = {.status = status, .close = true};

    if (local->app->refusal)
        local->app->refusal(local->application, status, x->arena, &answer);
    answer.status = status;
    answer.close = true;
    if (status == 405)
        allow(x, &answer);
    x->release = answer.release;
    x->owner = answer.owner;
    say_answer(x, &answer);
}
