/*
 * What was said as an HTTP answer: security headers, cookies, encodings, and what may be kept where.
 *
 * What is made for somebody is private and never stored. Visitors' pages may be kept by the browser but are asked about each time; their
 * ETag is a hash of their bytes.
 */
#include <sodium.h>

#include "server/web/web_private.h"

enum { WORTH_IT = 512, ETAG_HASH = 16 };

/* ---- headers ---- */

#define FIELD(name, value) {TEXT_INIT(name), TEXT_INIT(value)}

/* Everything comes from here; nothing is inline; nobody frames us. */
const struct http_field answer_security[ANSWER_SECURITY] = {
    FIELD("Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; manifest-src 'self'; "
          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types luntan"),
    FIELD("Strict-Transport-Security", "max-age=31536000"),
    FIELD("X-Content-Type-Options", "nosniff"),
    FIELD("X-Frame-Options", "DENY"),
    FIELD("Referrer-Policy", "same-origin"), /* no-referrer would take the Origin from our own forms */
    FIELD("Cross-Origin-Opener-Policy", "same-origin"),
    FIELD("Cross-Origin-Resource-Policy", "same-origin"),
    FIELD("Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()"),
};
static const struct http_field vary = FIELD("Vary", "Accept-Encoding, Accept-Language, Cookie");
static const struct http_field vary_feed = FIELD("Vary", "Accept-Encoding, A-IM");
static const struct http_field unlisted = FIELD("X-Robots-Tag", "noindex");
static const struct http_field manipulation = FIELD("IM", "feed");
static const struct http_field keep_whole = FIELD("Cache-Control", "no-store, im"); /* RFC 3229 section 10.8.2: a part is not the whole */
static const struct http_field ask_each_time = FIELD("Cache-Control", "no-cache");
static const struct http_field keep_nothing = FIELD("Cache-Control", "private, no-store");

/* The fields of an answer as they come together. */
struct fields {
    struct http_field list[ANSWER_SECURITY + WORK_FIELDS];
    uint32_t count;
};

static void add(struct fields *fields, struct http_field field)
{
    fields->list[fields->count++] = field;
}

static struct fields begin(bool kept)
{
    struct fields fields = {.count = ANSWER_SECURITY};

    memcpy(fields.list, answer_security, sizeof answer_security);
    add(&fields, vary);
    add(&fields, kept ? ask_each_time : keep_nothing);
    return fields;
}

static struct fields begin_feed(const struct feed_said *feed)
{
    struct fields fields = {.count = ANSWER_SECURITY};

    memcpy(fields.list, answer_security, sizeof answer_security);
    add(&fields, vary_feed);
    add(&fields, feed->private ? keep_nothing : feed->newer ? keep_whole : ask_each_time);
    if (feed->private)
        add(&fields, unlisted);
    if (feed->newer)
        add(&fields, manipulation);
    return fields;
}

/* ---- refusals ---- */

unsigned answer_status(enum status status)
{
    static const struct {
        enum status status;
        unsigned http;
    } table[] = {
        {STATUS_OK, 200}, {STATUS_BAD_MESSAGE, 400}, {STATUS_LOGIN_NEEDED, 401}, {STATUS_DENIED, 403}, {STATUS_CODE_NEEDED, 403},
        {STATUS_TOTP_NEEDED, 403}, {STATUS_FORBIDDEN, 403}, {STATUS_SUSPENDED, 403}, {STATUS_NOT_FOUND, 404}, {STATUS_EXISTS, 409},
        {STATUS_CONFLICT, 409}, {STATUS_STALE, 409}, {STATUS_LOCKED, 403}, {STATUS_CLOSED, 403}, {STATUS_GONE, 410},
        {STATUS_CLAIMED, 409}, {STATUS_MUTED, 403}, {STATUS_BANNED, 403}, {STATUS_DECIDED, 409},
        {STATUS_RATE_LIMITED, 429}, {STATUS_BUSY, 503}, {STATUS_STORE_FAILED, 503}, {STATUS_SHUTTING_DOWN, 503},
        {STATUS_INTERNAL, 500},
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].status == status)
            return table[i].http;
    return 422;
}

/* `text` as a JSON string (RFC 8259 section 7); what is said for people needs no more escapes than these. */
struct text page_json(struct page *p, struct text text)
{
    static const char digits[] = "0123456789abcdef";
    char *out = arena_alloc(p->arena, text.len * 6 + 2);
    size_t len = 0;

    if (!out)
        return TEXT("\"\"");
    out[len++] = '"';
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        const char escaped[] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
        bool special = c < ' ' || c == '"' || c == '\\' || c == '<' || c == 0x7f;
        size_t size = special ? sizeof escaped : 1;
        memcpy(out + len, special ? escaped : text.at + i, size);
        len += size;
    }
    out[len++] = '"';
    return (struct text){out, len};
}

void answer_refusal_json(struct work *w)
{
    struct page *p = &w->page;
    struct text name = status_name(w->refused.status);
    struct text words = page_json(p, w->refused.words), field = page_json(p, w->refused.field);

    page_say_json(p, arena_format(p->arena, "{\"error\":\"%.*s\",\"words\":%.*s,\"field\":%.*s}", (int)name.len, name.at,
                                  (int)words.len, words.at, (int)field.len, field.at));
    w->status = answer_status(w->refused.status);
}

/* ---- bodies ---- */

/*
 * A hash of the bytes: Poly1305, several times as fast as any other at a page's length, under a key of this run; and another over what
 * it gives, since who saw that of two bodies could learn the key.
 */
static struct text etag_of(const struct web *web, struct arena *arena, struct text body)
{
    static const uint8_t label[] = "luntan etag 1";
    uint8_t key[crypto_onetimeauth_KEYBYTES], tag[crypto_onetimeauth_BYTES], hash[ETAG_HASH];
    char written[2 * ETAG_HASH + 1];

    crypto_generichash(key, sizeof key, label, sizeof label, web->key, sizeof web->key);
    crypto_onetimeauth(tag, (const uint8_t *)body.at, body.len, key);
    crypto_generichash(hash, sizeof hash, tag, sizeof tag, key, sizeof key);
    sodium_bin2hex(written, sizeof written, hash, sizeof hash);
    return arena_format(arena, "\"%s\"", written);
}

void answer_prepare(struct work *w)
{
    struct arena *arena = w->page.arena;
    struct text encoded = {NULL, 0};

    if (w->outcome != OUTCOME_BODY)
        return;
    /* A feed that many poll is made anew with each post. */
    if (w->takes != ENCODING_NONE && w->body.len >= WORTH_IT && !(w->feed && w->feed->newer))
        encoded = encoding_apply(w->takes, w->key.at && !w->feed ? EFFORT_THOROUGH : EFFORT_QUICK, w->body, arena);
    if (encoded.at) {
        w->body = encoded;
        w->encoded = w->takes;
    }
    if (w->feed)
        w->etag = feed_etag(w, w->encoded);
    else if (w->key.at)
        w->etag = etag_of(w->page.web, arena, w->body);
}

/* ---- answers ---- */

static void drop(void *owner)
{
    page_kept_drop(owner);
}

void answer_kept(struct exchange *x, struct page_kept *kept, bool known)
{
    struct fields fields = kept->feed ? begin_feed(&(struct feed_said){.newer = false}) : begin(true);

    exchange_answer(x, &(struct http_answer){
        .status = known ? 304 : kept->status, .modified = kept->modified, .undated = kept->undated, .type = kept->type, .fields = fields.list, .field_count = fields.count, .body = kept->body,
        .release = drop, .owner = kept, .etag = kept->etag, .encoding = kept->encoding,
    });
}

void answer_bare(struct exchange *x, unsigned status)
{
    struct fields fields = begin(false);

    exchange_answer(x, &(struct http_answer){.status = status, .fields = fields.list, .field_count = fields.count});
}

void answer_wait(struct exchange *x, unsigned status, uint64_t wait)
{
    struct fields fields = begin(false);
    struct text seconds = arena_format(exchange_request(x)->arena, "%llu", (unsigned long long)(wait + 999) / 1000);

    add(&fields, (struct http_field){TEXT("Retry-After"), seconds});
    exchange_answer(x, &(struct http_answer){.status = seconds.at ? status : 503, .fields = fields.list, .field_count = fields.count});
}

/* Keeps it for the next visitor. */
static void keep(struct work *w)
{
    struct page_kept page = {
        .type = w->type, .body = w->body, .etag = w->etag, .encoding = encoding_name(w->encoded), .status = w->status,
    };

    if (w->feed) {
        page.feed = true;
        page.modified = w->feed->modified;
        page.undated = w->feed->undated;
        if (w->status != 200)
            page.body = w->feed->whole; /* said was what is newer, or nothing */
        page.status = 200;
    }
    if (w->key.at && page.status == 200 && !arena_failed(w->page.arena))
        page_cache_keep(w->local->cache, w->key, &w->source, &page);
}

static void add_number(struct work *w, struct fields *fields, struct text name, uint64_t value)
{
    struct text written = arena_format(w->page.arena, "%llu", (unsigned long long)value);

    if (written.at)
        add(fields, (struct http_field){name, written});
}

void answer_send(struct work *w)
{
    struct fields fields = w->feed ? begin_feed(w->feed) : begin(w->key.at != NULL);
    struct http_answer answer = {.status = w->status, .fields = fields.list};

    if (w->stale_token)
        visit_set_session(w, (struct text){NULL, 0});
    for (uint32_t i = 0; i < w->cookie_count; i++)
        add(&fields, (struct http_field){TEXT("Set-Cookie"), w->cookies[i]});
    if (w->outcome == OUTCOME_REDIRECT)
        add(&fields, (struct http_field){TEXT("Location"), w->location});
    if (w->refused.retry_after)
        add_number(w, &fields, TEXT("Retry-After"), (w->refused.retry_after + 999) / 1000);
    if (w->outcome == OUTCOME_BODY) {
        keep(w);
        answer.type = w->type;
        answer.body = w->body;
        answer.etag = w->etag;
        answer.modified = w->feed ? w->feed->modified : 0;
        answer.undated = w->feed && w->feed->undated;
        answer.encoding = encoding_name(w->encoded);
    } else if (w->outcome != OUTCOME_REDIRECT) {
        answer.status = 500;
    }
    if (arena_failed(w->page.arena))
        answer = (struct http_answer){.status = 503, .fields = fields.list};
    answer.field_count = fields.count;
    exchange_answer(w->exchange, &answer);
}
