/*
 * What a POST must show before anything is done: that it comes from a page of ours, and that we gave it its form.
 *
 * A form's token is a MAC, masked with fresh random bytes in every answer so that compression gives nothing away. For people
 * signed in it is keyed by the session's token, which only the browser's cookie and we know: it holds as long as the session's token. For
 * visitors it is keyed by the server and binds the form's address and operation id, which carries its time.
 */
#include <sodium.h>
#include <time.h>

#include "server/web/web_private.h"

enum { MAC = 16, TOKEN = 2 * MAC, VISITOR_FORM_MS = 24 * 60 * 60 * 1000 };

/* ---- where it comes from ---- */

static bool origin_is_ours(struct text origin, const struct web *web, const struct http_request *http)
{
    struct text scheme = TEXT("https://");

    if (web->options.url.at && text_equal(origin, web->options.url))
        return true;
    return origin.len == scheme.len + http->authority.len && memcmp(origin.at, scheme.at, scheme.len) == 0 &&
           memcmp(origin.at + scheme.len, http->authority.at, http->authority.len) == 0;
}

bool guard_is_ours(const struct exchange *x, const struct web *web)
{
    struct text site = exchange_field(x, TEXT("sec-fetch-site"));
    struct text origin = exchange_field(x, TEXT("origin"));

    if (site.at && !text_equal(site, TEXT("same-origin")) && !text_equal(site, TEXT("none")))
        return false;
    return !origin.at || origin_is_ours(origin, web, exchange_request(x));
}

/* ---- tokens ---- */

static void mac_of(const struct page *p, struct text action, struct text op, uint8_t mac[MAC])
{
    static const uint8_t label[] = "luntan form 1";
    crypto_generichash_state state;
    struct text key = p->token;

    if (!key.at)
        key = (struct text){(const char *)p->web->key, sizeof p->web->key};
    crypto_generichash_init(&state, (const uint8_t *)key.at, key.len, MAC);
    crypto_generichash_update(&state, label, sizeof label);
    if (!p->token.at) {
        crypto_generichash_update(&state, (const uint8_t *)op.at, op.len);
        crypto_generichash_update(&state, (const uint8_t *)action.at, action.len);
    }
    crypto_generichash_final(&state, mac, MAC);
}

struct text guard_token(const struct page *p, struct text action, struct text op)
{
    uint8_t bytes[TOKEN], mac[MAC];
    char written[sodium_base64_ENCODED_LEN(TOKEN, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

    mac_of(p, action, op, mac);
    randombytes_buf(bytes, MAC);
    for (unsigned i = 0; i < MAC; i++)
        bytes[MAC + i] = bytes[i] ^ mac[i];
    sodium_bin2base64(written, sizeof written, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return arena_text(p->arena, text_of(written));
}

/* Milliseconds since the operation id of a visitor's form was made. */
static int64_t age_of(struct text op)
{
    struct timespec now;
    int64_t made = 0;

    for (unsigned i = 0; i < 6; i++)
        made = made << 8 | (uint8_t)op.at[i];
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 - made;
}

bool guard_token_holds(const struct page *p)
{
    struct text written = form_get(&p->form, "token");
    struct text op = page_op(p);
    uint8_t bytes[TOKEN], mac[MAC];
    size_t len = 0;

    if (!written.len || sodium_base642bin(bytes, sizeof bytes, written.at, written.len, NULL, &len, NULL,
                                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) || len != TOKEN)
        return false;
    if (!p->token.at && (op.len != LIMIT_OP_ID || age_of(op) > VISITOR_FORM_MS))
        return false;
    mac_of(p, p->path, op, mac);
    for (unsigned i = 0; i < MAC; i++)
        bytes[MAC + i] ^= bytes[i];
    return sodium_memcmp(bytes + MAC, mac, MAC) == 0;
}
