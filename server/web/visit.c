/*
 * Who comes: what the browser's cookies and headers say.
 *
 *     __Host-luntan   the session's token, base64url
 *     __Host-look     language and theme of this device: "zh.dark"
 *     __Host-notice   a row of words to be told on the next page, once
 *
 * The __Host- prefix (RFC 6265bis) binds each to this host, to https and to the whole site.
 */
#include <sodium.h>
#include <stdio.h>

#include "server/web/web_private.h"

enum { SESSION_DAYS = 90, LOOK_DAYS = 365, DAY_SECONDS = 86400, NOTICE_SECONDS = 60 };

static const char *const theme_names[] = {[THEME_AUTO] = "auto", [THEME_LIGHT] = "light", [THEME_DARK] = "dark"};
static const char *const lang_names[] = {[LANG_ZH] = "zh", [LANG_EN] = "en"};

/* ---- what came ---- */

/* The value of a cookie in one Cookie line (RFC 6265 section 5.4), or absent. */
static struct text cookie_in(struct text line, struct text name)
{
    while (line.len) {
        const char *end = memchr(line.at, ';', line.len);
        size_t len = end ? (size_t)(end - line.at) : line.len;
        struct text pair = {line.at, len};
        line = end ? (struct text){end + 1, line.len - len - 1} : (struct text){NULL, 0};
        while (pair.len && pair.at[0] == ' ')
            pair = (struct text){pair.at + 1, pair.len - 1};
        if (pair.len > name.len && pair.at[name.len] == '=' && memcmp(pair.at, name.at, name.len) == 0)
            return (struct text){pair.at + name.len + 1, pair.len - name.len - 1};
    }
    return (struct text){NULL, 0};
}

static struct text cookie(const struct http_request *http, struct text name)
{
    struct text value = {NULL, 0};

    for (uint32_t i = 0; i < http->field_count && !value.at; i++)
        if (text_equal(http->fields[i].name, TEXT("cookie")))
            value = cookie_in(http->fields[i].value, name);
    return value;
}

static bool starts(struct text text, const char *with)
{
    size_t len = strlen(with);
    return text.len >= len && memcmp(text.at, with, len) == 0;
}

/* The first of our languages in Accept-Language; browsers list them by preference. */
static enum lang lang_of(struct text accept)
{
    for (size_t i = 0; i + 1 < accept.len; i++) {
        bool begins = i == 0 || accept.at[i - 1] == ',' || accept.at[i - 1] == ' ';
        struct text rest = {accept.at + i, accept.len - i};
        if (begins && starts(rest, "zh"))
            return LANG_ZH;
        if (begins && starts(rest, "en"))
            return LANG_EN;
    }
    return LANG_ZH;
}

static void read_look(struct page *p, struct text look)
{
    p->reader.lang = starts(look, "en") ? LANG_EN : LANG_ZH;
    for (enum theme theme = THEME_AUTO; theme <= THEME_DARK; theme++)
        if (look.len > 3 && starts((struct text){look.at + 3, look.len - 3}, theme_names[theme]))
            p->theme = theme;
}

static void read_token(struct page *p, struct text written)
{
    uint8_t bytes[LIMIT_TOKEN];
    size_t len = 0;

    if (written.len && sodium_base642bin(bytes, sizeof bytes, written.at, written.len, NULL, &len, NULL,
                                         sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 && len == LIMIT_TOKEN)
        p->token = arena_text(p->arena, (struct text){(const char *)bytes, len});
    sodium_memzero(bytes, sizeof bytes);
}

void visit_read(struct work *w)
{
    struct page *p = &w->page;
    struct text look = cookie(p->http, TEXT("__Host-look"));
    struct text notice = cookie(p->http, TEXT("__Host-notice"));

    if (look.at)
        read_look(p, look);
    else
        p->reader.lang = lang_of(exchange_field(w->exchange, TEXT("accept-language")));
    read_token(p, cookie(p->http, TEXT("__Host-luntan")));
    w->notice = notice.len ? words_by_name(notice) : WORDS_NONE;
    w->takes = encoding_choose(exchange_field(w->exchange, TEXT("accept-encoding")));
}

bool visit_is_personal(const struct work *w)
{
    return w->page.token.at || w->notice != WORDS_NONE;
}

/* ---- what goes ---- */

static void set_cookie(struct work *w, struct text line)
{
    if (line.at && w->cookie_count < WORK_COOKIES)
        w->cookies[w->cookie_count++] = line;
}

/* Lax: a link from elsewhere finds the reader signed in; a form from elsewhere does not. */
#define ATTRIBUTES "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=%d"

void visit_set_session(struct work *w, struct text token)
{
    char written[sodium_base64_ENCODED_LEN(LIMIT_TOKEN, sodium_base64_VARIANT_URLSAFE_NO_PADDING)] = "";

    if (token.len == LIMIT_TOKEN)
        sodium_bin2base64(written, sizeof written, (const uint8_t *)token.at, token.len,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    set_cookie(w, arena_format(w->page.arena, "__Host-luntan=%s" ATTRIBUTES, written,
                               written[0] ? SESSION_DAYS * DAY_SECONDS : 0));
    sodium_memzero(written, sizeof written);
    w->page.token = token.len == LIMIT_TOKEN ? arena_text(w->page.arena, token) : (struct text){NULL, 0};
    w->stale_token = false;
}

void visit_set_look(struct work *w, enum lang lang, enum theme theme)
{
    w->page.reader.lang = lang;
    w->page.theme = theme;
    set_cookie(w, arena_format(w->page.arena, "__Host-look=%s.%s" ATTRIBUTES, lang_names[lang], theme_names[theme],
                               LOOK_DAYS * DAY_SECONDS));
}

void visit_set_notice(struct work *w, enum words words)
{
    struct text name = words_name(words);

    set_cookie(w, arena_format(w->page.arena, "__Host-notice=%.*s" ATTRIBUTES, (int)name.len, name.at,
                               words == WORDS_NONE ? 0 : NOTICE_SECONDS));
}

/* ---- what the browser calls itself ---- */

struct sign {
    const char *in, *name;
};

/* The first that stands in User-Agent; more special ones first, since browsers claim to be each other. */
static const struct sign browsers[] = {
    {"MicroMessenger/", "WeChat"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung"}, {"UCBrowser/", "UC"},
    {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"},
    {"w3m/", "w3m"}, {"Lynx/", "Lynx"},
};
static const struct sign systems[] = {
    {"HarmonyOS", "HarmonyOS"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"},
    {"Mac OS", "Mac"}, {"Linux", "Linux"},
};

static const char *sign_of(const struct sign *signs, size_t count, struct text agent)
{
    for (size_t i = 0; i < count; i++)
        if (agent.len && memmem(agent.at, agent.len, signs[i].in, strlen(signs[i].in)))
            return signs[i].name;
    return NULL;
}

struct text visit_client(const struct work *w)
{
    struct text agent = exchange_field(w->exchange, TEXT("user-agent"));
    const char *browser = sign_of(browsers, sizeof browsers / sizeof *browsers, agent);
    const char *system = sign_of(systems, sizeof systems / sizeof *systems, agent);

    if (browser && system)
        return arena_format(w->page.arena, "%s, %s", browser, system);
    return text_of(browser ? browser : system ? system : "web");
}
