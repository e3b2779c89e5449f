/* See config_value.h. */
#include "server/config_value.h"

#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "protocol/wire.h"
#include "server/util/words.h"

/* Bytes of a wrong value that a complaint repeats; of the path of a socket, with its NUL. */
enum { SHOWN = 80, LOCAL_PATH = sizeof ((struct sockaddr_un *)0)->sun_path };

/* A word and what it means. */
struct choice {
    const char *word;
    unsigned value;
};

static const struct choice levels[] = {
    {"debug", LOG_LEVEL_DEBUG}, {"info", LOG_LEVEL_INFO}, {"warning", LOG_LEVEL_WARNING}, {"error", LOG_LEVEL_ERROR},
    {NULL, 0},
};
static const struct choice languages[] = {
    {"auto", CONFIG_LANGUAGE_AUTO}, {"zh", CONFIG_LANGUAGE_ZH}, {"en", CONFIG_LANGUAGE_EN},
    {NULL, 0},
};

static bool refuse(const struct config_place *place, enum telling what, const char *const *values)
{
    return complain(place->complaint, place->english, place->where, place->about, what, values);
}

/* The value as a string, cut where a person would stop reading. */
static const char *shown(struct text value, char out[SHOWN])
{
    snprintf(out, SHOWN, "%.*s", (int)words_cut(value, SHOWN - 1).len, value.at);
    return out;
}

static bool keep_text(const struct config_place *place, struct text value, struct text *out)
{
    *out = arena_text(place->arena, value);
    return out->at || refuse(place, TELL_NO_MEMORY, TOLD_NOTHING);
}

static bool read_path(const struct config_key *key, struct text value, const struct config_place *place)
{
    struct text kept;

    if (!value.len && key->fallback[0])
        return refuse(place, TELL_VALUE_EMPTY, TOLD_NOTHING);
    /* Room for the names that are made inside a directory, and for the largest path of the system. */
    if (value.len > PATH_MAX - 256) {
        char limit[16];
        snprintf(limit, sizeof limit, "%d", PATH_MAX - 256);
        return refuse(place, TELL_VALUE_LONG, TOLD(limit));
    }
    if (!keep_text(place, value, &kept))
        return false;
    *(const char **)place->field = kept.at;
    return true;
}

static bool read_text(const struct config_key *key, struct text value, const struct config_place *place)
{
    uint64_t characters;
    char limit[16];

    if (!value.len && !key->fallback[0])
        return keep_text(place, value, place->field);
    if (!value.len)
        return refuse(place, TELL_VALUE_EMPTY, TOLD_NOTHING);
    if (!wire_utf8(value.at, value.len, &characters))
        return refuse(place, TELL_VALUE_LINE, TOLD_NOTHING);
    snprintf(limit, sizeof limit, "%u", key->high);
    if (characters > key->high)
        return refuse(place, TELL_VALUE_CHARACTERS, TOLD(limit));
    if (!words_is_line(value))
        return refuse(place, TELL_VALUE_LINE, TOLD_NOTHING);
    return keep_text(place, value, place->field);
}

/* Digits only, up to `high`. */
static bool parse_number(struct text value, unsigned high, unsigned *out)
{
    uint64_t number = 0;

    if (!value.len || value.len > 10)
        return false;
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] < '0' || value.at[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(value.at[i] - '0');
    }
    *out = (unsigned)number;
    return number <= high;
}

static bool read_number(const struct config_key *key, struct text value, const struct config_place *place)
{
    char low[16], high[16], word[SHOWN];
    unsigned number;

    snprintf(low, sizeof low, "%u", key->low);
    snprintf(high, sizeof high, "%u", key->high);
    if (!parse_number(value, key->high, &number) || number < key->low)
        return refuse(place, TELL_NUMBER, TOLD(low, high, shown(value, word)));
    *(unsigned *)place->field = number;
    return true;
}

/* Takes ADDRESS:PORT or [ADDRESS]:PORT apart; the address must be numeric. */
static bool parse_address(struct text value, struct config_address *out)
{
    const char *colon = value.len ? memrchr(value.at, ':', value.len) : NULL;
    struct text host, port;
    unsigned number;
    unsigned char binary[sizeof(struct in6_addr)];

    if (!colon)
        return false;
    host = (struct text){value.at, (size_t)(colon - value.at)};
    port = (struct text){colon + 1, value.len - host.len - 1};
    out->six = host.len >= 2 && host.at[0] == '[' && host.at[host.len - 1] == ']';
    if (out->six)
        host = (struct text){host.at + 1, host.len - 2};
    if (host.len >= sizeof out->address || !parse_number(port, UINT16_MAX, &number))
        return false;
    memcpy(out->address, host.at, host.len);
    out->address[host.len] = '\0';
    out->port = (uint16_t)number;
    return inet_pton(out->six ? AF_INET6 : AF_INET, out->address, binary) == 1;
}

static bool read_address(const struct config_key *key, struct text value, const struct config_place *place)
{
    char word[SHOWN];

    (void)key;
    if (!parse_address(value, place->field))
        return refuse(place, TELL_ADDRESS, TOLD(shown(value, word)));
    return true;
}

/* Whether only programs of this machine can reach it: 127.0.0.0/8 or ::1. */
static bool is_loopback(const struct config_address *address)
{
    struct in6_addr six;

    if (!address->six)
        return strncmp(address->address, "127.", 4) == 0;
    return inet_pton(AF_INET6, address->address, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

static bool read_local(const struct config_key *key, struct text value, const struct config_place *place)
{
    const struct text prefix = TEXT("unix:");
    struct config_local *local = place->field;
    struct text kept;
    char word[SHOWN];

    (void)key;
    *local = (struct config_local){.path = ""};
    if (!value.len)
        return true;
    if (value.len > prefix.len && memcmp(value.at, prefix.at, prefix.len) == 0 && value.at[prefix.len] == '/') {
        if (value.len - prefix.len >= LOCAL_PATH) {
            snprintf(word, sizeof word, "%d", LOCAL_PATH - 1);
            return refuse(place, TELL_VALUE_LONG, TOLD(word));
        }
        if (!keep_text(place, (struct text){value.at + prefix.len, value.len - prefix.len}, &kept))
            return false;
        local->path = kept.at;
        return true;
    }
    if (parse_address(value, &local->address) && is_loopback(&local->address))
        return true;
    return refuse(place, TELL_LOCAL, TOLD(shown(value, word)));
}

/* The name of a header field (RFC 9110 section 5.1), as it is compared: in lower case. */
static bool read_header(const struct config_key *key, struct text value, const struct config_place *place)
{
    char word[SHOWN];
    bool right = value.len > 0 && value.len <= key->high;

    for (size_t i = 0; right && i < value.len; i++)
        right = (value.at[i] >= 'a' && value.at[i] <= 'z') || (value.at[i] >= '0' && value.at[i] <= '9') || value.at[i] == '-';
    if (!right)
        return refuse(place, TELL_HEADER, TOLD(shown(value, word)));
    return keep_text(place, value, place->field);
}

/* https://HOST or https://HOST:PORT, as it stands before every path (RFC 6454 section 6.2). */
static bool read_origin(const struct config_key *key, struct text value, const struct config_place *place)
{
    const struct text scheme = TEXT("https://");
    char word[SHOWN];
    bool right = value.len > scheme.len && value.len <= key->high && memcmp(value.at, scheme.at, scheme.len) == 0;

    for (size_t i = scheme.len; right && i < value.len; i++)
        right = (value.at[i] >= 'a' && value.at[i] <= 'z') || (value.at[i] >= '0' && value.at[i] <= '9') ||
                (value.at[i] && strchr(".-:[]", value.at[i]));
    if (value.len && !right)
        return refuse(place, TELL_ORIGIN, TOLD(shown(value, word)));
    return keep_text(place, value, place->field);
}

static bool read_switch(const struct config_key *key, struct text value, const struct config_place *place)
{
    char word[SHOWN];
    bool on = text_equal(value, TEXT("on"));

    (void)key;
    if (!on && !text_equal(value, TEXT("off")))
        return refuse(place, TELL_SWITCH, TOLD(shown(value, word)));
    *(bool *)place->field = on;
    return true;
}

static bool find_choice(const struct choice *choices, struct text value, const struct config_place *place, unsigned *out)
{
    char all[128] = "", word[SHOWN];
    size_t len = 0;

    for (const struct choice *c = choices; c->word; c++) {
        if (text_equal(text_of(c->word), value)) {
            *out = c->value;
            return true;
        }
        len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", len ? ", " : "", c->word);
    }
    return refuse(place, TELL_CHOICE, TOLD(all, shown(value, word)));
}

static bool read_level(const struct config_key *key, struct text value, const struct config_place *place)
{
    unsigned found = 0;

    (void)key;
    if (!find_choice(levels, value, place, &found))
        return false;
    *(enum log_level *)place->field = (enum log_level)found;
    return true;
}

static bool read_language(const struct config_key *key, struct text value, const struct config_place *place)
{
    unsigned found = 0;

    (void)key;
    if (!find_choice(languages, value, place, &found))
        return false;
    *(enum config_language *)place->field = (enum config_language)found;
    return true;
}

static const struct {
    const char *name;
    bool (*read)(const struct config_key *key, struct text value, const struct config_place *place);
} types[] = {
    [CONFIG_PATH] = {"PATH", read_path},
    [CONFIG_LINE] = {"TEXT", read_text},
    [CONFIG_ADDRESS] = {"ADDRESS:PORT", read_address},
    [CONFIG_LOCAL] = {"ADDRESS:PORT|unix:PATH", read_local},
    [CONFIG_HEADER] = {"HEADER", read_header},
    [CONFIG_ORIGIN] = {"https://HOST[:PORT]", read_origin},
    [CONFIG_NUMBER] = {"N", read_number},
    [CONFIG_SWITCH] = {"on|off", read_switch},
    [CONFIG_LEVEL] = {"debug|info|warning|error", read_level},
    [CONFIG_LANGUAGE] = {"auto|zh|en", read_language},
};

bool config_value_read(const struct config_key *key, struct text value, const struct config_place *place)
{
    return types[key->type].read(key, value, place);
}

const char *config_value_name(enum config_type type)
{
    return types[type].name;
}
