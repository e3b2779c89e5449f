/* See parser.h. */
#include "server/http/parser.h"

#include <stdlib.h>

#include "server/http/answer.h"
#include "server/http/value.h"

enum { HEAD_BLOCK = 2048, BODY_BLOCK = 16384 };

/* ---- blocks ---- */

/* Adds bytes; grows from `least` by doubling, to `most` at last. False: no memory, or more than `most`. */
static bool block_add(struct block *b, const void *at, size_t len, size_t least, size_t most)
{
    if (len > most || b->len > most - len)
        return false;
    if (len > b->cap - b->len) {
        size_t cap = b->cap ? b->cap : least;
        while (cap - b->len < len)
            cap *= 2;
        if (cap > most)
            cap = most;
        char *grown = realloc(b->at, cap);
        if (!grown)
            return false;
        b->at = grown;
        b->cap = cap;
    }
    if (len)
        memcpy(b->at + b->len, at, len);
    b->len += len;
    return true;
}

static void block_fini(struct block *b, size_t keep)
{
    if (b->at && b->len)
        explicit_bzero(b->at, b->len);
    b->len = 0;
    if (b->cap <= keep)
        return;
    free(b->at);
    *b = (struct block){NULL, 0, 0};
}

/* ---- texts ---- */

static void lower(char *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (at[i] >= 'A' && at[i] <= 'Z')
            at[i] = (char)(at[i] | 0x20);
}

/* ---- what llhttp tells ---- */

/* A piece of what may come in several, which lie one after another since the head is one block. */
static void extend(struct text *text, const char *at, size_t len)
{
    if (text->at)
        text->len += len;
    else
        *text = (struct text){at, len};
}

static int on_url(llhttp_t *llhttp, const char *at, size_t len)
{
    struct http_parser *p = llhttp->data;

    extend(&p->request.path, at, len);
    return 0;
}

static int on_field(llhttp_t *llhttp, const char *at, size_t len)
{
    struct http_parser *p = llhttp->data;

    if (p->request.field_count == p->guard.lines)
        return -1;
    extend(&p->fields[p->request.field_count].name, at, len);
    return 0;
}

static int on_value(llhttp_t *llhttp, const char *at, size_t len)
{
    struct http_parser *p = llhttp->data;

    extend(&p->fields[p->request.field_count].value, at, len);
    return 0;
}

static int on_value_complete(llhttp_t *llhttp)
{
    struct http_parser *p = llhttp->data;
    struct http_field *f = &p->fields[p->request.field_count];

    if (p->request.field_count == p->guard.lines || !f->name.at)
        return -1;
    lower(p->head.at + (f->name.at - p->head.at), f->name.len);
    f->value = f->value.at ? value_trim(f->value) : TEXT("");
    p->request.field_count++;
    return 0;
}

static int on_head(llhttp_t *llhttp)
{
    struct http_parser *p = llhttp->data;

    llhttp->upgrade = 0; /* there is nothing to upgrade to, which a request may be told by silence (RFC 9110 section 7.8) */
    p->parsed = true;
    p->keep_alive = llhttp_should_keep_alive(llhttp);
    return 0;
}

static int on_body(llhttp_t *llhttp, const char *at, size_t len)
{
    struct http_parser *p = llhttp->data;
    const struct http_guard *g = &p->guard;
    size_t least = g->has_length && g->length < BODY_BLOCK ? (size_t)g->length : BODY_BLOCK;
    size_t most = g->has_length ? (size_t)g->length : p->limit;

    if (!g->has_length && len > p->limit - p->body.len) {
        p->refused = 413;
        return -1;
    }
    if (!block_add(&p->body, at, len, least < most ? least : most, most)) {
        p->refused = 503;
        return -1;
    }
    return 0;
}

static int on_whole(llhttp_t *llhttp)
{
    struct http_parser *p = llhttp->data;

    p->whole = true;
    return 0;
}

static const llhttp_settings_t settings = {
    .on_url = on_url,
    .on_header_field = on_field,
    .on_header_value = on_value,
    .on_header_value_complete = on_value_complete,
    .on_headers_complete = on_head,
    .on_body = on_body,
    .on_message_complete = on_whole,
};

static enum parser_event refuse(struct http_parser *p, unsigned status)
{
    p->refused = (uint16_t)status;
    return PARSER_REFUSED;
}

/* ---- heads ---- */

enum stage { STAGE_HEAD, STAGE_BODY, STAGE_OVER };

/* The methods that are answered here, then those that a server may know and this one does not want. */
static const struct {
    struct text name;
    enum http_method method;
    bool head_only, wanted;
} methods[] = {
    {TEXT_INIT("GET"), METHOD_GET, false, true},      {TEXT_INIT("POST"), METHOD_POST, false, true},
    {TEXT_INIT("HEAD"), METHOD_GET, true, true},      {TEXT_INIT("PUT"), METHODS, false, false},
    {TEXT_INIT("DELETE"), METHODS, false, false},     {TEXT_INIT("CONNECT"), METHODS, false, false},
    {TEXT_INIT("OPTIONS"), METHODS, false, false},    {TEXT_INIT("TRACE"), METHODS, false, false},
    {TEXT_INIT("PATCH"), METHODS, false, false},
};

static unsigned choose_method(struct http_parser *p)
{
    const char *start = p->head.at + (p->head.at[0] == '\r' ? 2 : 0);
    const char *space = memchr(start, ' ', p->head.len - (size_t)(start - p->head.at));
    const struct text name = {start, (size_t)(space - start)};

    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (!text_equal(name, methods[i].name))
            continue;
        p->request.method = methods[i].method;
        p->head_only = methods[i].head_only;
        return methods[i].wanted ? 0 : 405;
    }
    return 501;
}

/* RFC 9112 section 3.2.2; what it names must be what Host names. */
static unsigned strip_authority(struct http_request *request)
{
    static const struct text schemes[] = {TEXT_INIT("http://"), TEXT_INIT("https://")};
    struct text *path = &request->path;

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        if (path->len <= schemes[i].len || !value_same((struct text){path->at, schemes[i].len}, schemes[i]))
            continue;
        struct text authority = {path->at + schemes[i].len, 0};
        size_t most = path->len - schemes[i].len;
        while (authority.len < most && authority.at[authority.len] != '/' && authority.at[authority.len] != '?')
            authority.len++;
        if (!request->authority.at || !value_same(authority, request->authority))
            return 400;
        *path = (struct text){authority.at + authority.len, most - authority.len};
        return 0;
    }
    return 400;
}

static unsigned read_target(struct http_request *request)
{
    unsigned status = 0;

    if (!request->path.len)
        return 400;
    if (request->path.at[0] != '/')
        status = strip_authority(request);
    if (status)
        return status;
    const char *question = memchr(request->path.at, '?', request->path.len);
    if (question) {
        size_t len = (size_t)(question - request->path.at);
        request->query = (struct text){question + 1, request->path.len - len - 1};
        request->path.len = len;
    }
    if (!request->path.len)
        request->path = TEXT("/");
    return 0;
}

/* Without the port. The guard has let it pass. */
static size_t host_length(struct text authority)
{
    const char *end = memchr(authority.at, authority.at[0] == '[' ? ']' : ':', authority.len);

    if (!end)
        return authority.len;
    return (size_t)(end - authority.at) + (*end == ']');
}

/* False: no memory. */
static bool read_host(struct http_request *request)
{
    request->authority = request_field(request, TEXT("host"));
    if (!request->authority.at)
        return true;
    size_t len = host_length(request->authority);
    char *at = arena_alloc(request->arena, len);
    if (!at)
        return false;
    memcpy(at, request->authority.at, len);
    lower(at, len);
    request->host = (struct text){at, len};
    return true;
}

/* RFC 9110 section 10.1.1; HTTP/1.0 never meant it. */
static unsigned read_expectation(struct http_parser *p)
{
    struct text expect = request_field(&p->request, TEXT("expect"));

    if (!expect.at || p->guard.old)
        return 0;
    if (!value_same(expect, TEXT("100-continue")))
        return 417;
    p->expects = p->guard.chunked || p->guard.length > 0;
    return 0;
}

/* Whether llhttp came to the guard's result. */
static bool agreed(const struct http_parser *p)
{
    const struct http_guard *g = &p->guard;
    bool body = g->chunked || g->length > 0;

    return p->parsed && p->whole == !body && p->request.field_count == g->lines &&
           !(p->llhttp.flags & F_CHUNKED) == !g->chunked && (g->chunked || p->llhttp.content_length == g->length) &&
           p->llhttp.http_major == 1 && p->llhttp.http_minor == (g->old ? 0 : 1);
}

static enum parser_event read_head(struct http_parser *p)
{
    const struct text head = {p->head.at, p->head.len};
    unsigned status = choose_method(p);

    if (status || (status = http_guard_fields(&p->guard, head)))
        return refuse(p, status);
    p->fields = arena_alloc(p->request.arena, (p->guard.lines + 1u) * sizeof *p->fields);
    if (!p->fields)
        return refuse(p, 503);
    p->request.fields = p->fields;
    llhttp_init(&p->llhttp, HTTP_REQUEST, &settings);
    p->llhttp.data = p;
    if (llhttp_execute(&p->llhttp, head.at, head.len) != HPE_OK || !agreed(p))
        return refuse(p, 400);
    if (!read_host(&p->request))
        return refuse(p, 503);
    status = read_target(&p->request);
    if (status || (status = read_expectation(p)))
        return refuse(p, status);
    p->request.body = TEXT("");
    p->stage = p->whole ? STAGE_OVER : STAGE_BODY;
    return p->whole ? PARSER_END : PARSER_HEAD;
}

static enum parser_event head_next(struct http_parser *p, const uint8_t **at, size_t *len)
{
    size_t take = http_guard_head(&p->guard, *at, *len);

    if (p->guard.refused)
        return refuse(p, p->guard.refused);
    if (!block_add(&p->head, *at, take, p->guard.done && take > HEAD_BLOCK ? take : HEAD_BLOCK, HTTP_MAX_HEAD))
        return refuse(p, 503);
    *at += take;
    *len -= take;
    return p->guard.done ? read_head(p) : PARSER_MORE;
}

/* ---- bodies ---- */

static enum parser_event body_next(struct http_parser *p, const uint8_t **at, size_t *len)
{
    struct http_guard *g = &p->guard;
    size_t take;

    if (!g->chunked && g->length > p->limit)
        return refuse(p, 413);
    if (*len == 0)
        return PARSER_MORE;
    if (g->chunked)
        take = http_guard_chunks(g, *at, *len);
    else
        take = g->length - p->received < *len ? (size_t)(g->length - p->received) : *len;
    if (g->refused)
        return refuse(p, g->refused);
    p->received += take;
    p->expects = false;
    enum llhttp_errno error = llhttp_execute(&p->llhttp, (const char *)*at, take);
    bool done = g->chunked ? g->done : p->received == g->length;
    if (error != HPE_OK || p->whole != done || (done && g->has_length && p->body.len != g->length))
        return refuse(p, p->refused ? p->refused : 400);
    *at += take;
    *len -= take;
    if (!done)
        return PARSER_MORE;
    if (p->body.at)
        p->request.body = (struct text){p->body.at, p->body.len};
    p->stage = STAGE_OVER;
    return PARSER_END;
}

enum parser_event http_parser_next(struct http_parser *p, const uint8_t **at, size_t *len)
{
    if (p->refused)
        return PARSER_REFUSED;
    if (p->stage == STAGE_HEAD)
        return head_next(p, at, len);
    return p->stage == STAGE_BODY ? body_next(p, at, len) : PARSER_END;
}

void http_parser_init(struct http_parser *p, struct arena *arena)
{
    struct block head = p->head, body = p->body;

    *p = (struct http_parser){.head = head, .body = body, .request.arena = arena};
}

void http_parser_fini(struct http_parser *p, size_t keep)
{
    block_fini(&p->head, keep);
    block_fini(&p->body, keep);
}

size_t http_parser_memory(const struct http_parser *p)
{
    return p->head.cap + p->body.cap;
}
