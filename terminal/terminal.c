/* See terminal.h. */
#include "terminal/terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "terminal/diagnostic.h"
#include "terminal/display.h"
#include "terminal/json.h"
#include "terminal/sanctioned.h"
#include "terminal/settings.h"

static const char default_server[] = "127.0.0.1:7100", default_zone[] = "Asia/Shanghai";

/* ---- settings ---- */

/* Splits HOST:PORT, [V6]:PORT or HOST, and puts it back together in one form. */
static bool set_server(struct terminal *t, const char *server)
{
    const char *colon = strrchr(server, ':'), *end = colon ? colon : server + strlen(server);
    uint64_t port = 7100;
    size_t len;

    if (server[0] == '[') {
        end = strchr(++server, ']');
        if (!end || (end[1] && end[1] != ':'))
            return false;
        colon = end[1] ? end + 1 : NULL;
    }
    len = (size_t)(end - server);
    if (len == 0 || len + 10 > sizeof t->host || (colon && (!arguments_number(colon + 1, &port) || port == 0 || port > 65535)))
        return false;
    memcpy(t->host, server, len);
    t->host[len] = '\0';
    t->port = (uint16_t)port;
    return snprintf(t->server, sizeof t->server, strchr(t->host, ':') ? "[%s]:%u" : "%s:%u", t->host, t->port) < (int)sizeof t->server;
}

static bool copy(char *to, size_t cap, const char *from)
{
    size_t len = from ? strlen(from) : 0;

    if (len >= cap)
        return false;
    memcpy(to, from ? from : "", len);
    to[len] = '\0';
    return true;
}

/* The language of the person's environment, where nothing else was said. */
static bool environment_is_english(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && value[0])
            return strncmp(value, "en", 2) == 0;
    }
    return false;
}

static const char *first_of(const char *a, const char *b, const char *c)
{
    if (a && a[0])
        return a;
    return b && b[0] ? b : c;
}

bool terminal_set_up(struct terminal *t, const struct arguments *a, enum saying *wrong, struct text *word)
{
    struct settings settings;
    const char *lang, *server;
    unsigned line;
    static char line_text[16];
    bool good = settings_read(&settings, &line);

    *t = (struct terminal){.arguments = a, .json = a->option[OPTION_JSON] != NULL};
    copy(t->zone, sizeof t->zone, default_zone);
    terminal_become(t, (struct items){NULL, 0, 0});
    lang = first_of(a->option[OPTION_LANG], settings.lang, environment_is_english() ? "en" : "zh");
    t->english = strcmp(lang, "en") == 0;
    *wrong = SAY_BAD_SETTINGS;
    if (!good) {
        snprintf(line_text, sizeof line_text, "%u", line);
        *word = text_of(line_text);
        return false;
    }
    *wrong = SAY_BAD_VALUE;
    *word = text_of(lang);
    if (!t->english && strcmp(lang, "zh") != 0)
        return false;
    server = first_of(a->option[OPTION_SERVER], getenv("LUNTAN_SERVER"), first_of(settings.server, NULL, default_server));
    *word = text_of(server);
    if (!set_server(t, server))
        return false;
    *word = text_of(first_of(a->option[OPTION_AS], settings.as, ""));
    if (!copy(t->as, sizeof t->as, word->at))
        return false;
    *word = text_of(first_of(a->option[OPTION_CA], settings.ca, ""));
    if (!copy(t->ca, sizeof t->ca, word->at))
        return false;
    t->keep = keep_open();
    return true;
}

void terminal_close(struct terminal *t)
{
    luntan_free(t->forum);
    keep_free(t->keep);
    *t = (struct terminal){.forum = NULL};
}

/* ---- connecting ---- */

static void trace(void *context, bool sent, const uint8_t *frame, size_t len)
{
    (void)context;
    diagnostic_frame(stderr, sent, frame, len);
}

/* Whether the file of pins knows the server's certificate already. */
static bool is_pinned(const struct terminal *t, const char *fingerprint)
{
    FILE *in = keep_pins(t->keep) ? fopen(keep_pins(t->keep), "re") : NULL;
    char line[1024];
    bool found = false;

    while (in && !found && fgets(line, sizeof line, in))
        found = strstr(line, t->server) && (!fingerprint || strstr(line, fingerprint));
    if (in)
        fclose(in);
    return found;
}

enum outcome terminal_connect(struct terminal *t)
{
    struct luntan_options options = {
        .host = t->host,
        .port = t->port,
        .ca_file = t->ca[0] ? t->ca : NULL,
        .pins_file = keep_pins(t->keep),
        .client = "luntan/" LUNTAN_VERSION,
        .english = t->english,
        .timeout_ms = t->timeout_ms,
        .trace = t->arguments->option[OPTION_TRACE] && !t->untraced ? trace : NULL,
    };
    bool known = t->ca[0] || is_pinned(t, NULL);
    enum outcome outcome;

    if (t->forum)
        return OUTCOME_DONE;
    t->forum = luntan_new(&options);
    if (!t->forum)
        return terminal_failed(t, SAY_NO_MEMORY, NULL);
    outcome = terminal_result(t, luntan_connect(t->forum));
    if (!outcome && !known)
        say(stderr, t->english, SAY_FIRST_CONTACT, SAID_TEXT(text_of(t->server)), SAID_TEXT(text_of(luntan_fingerprint(t->forum))));
    return outcome;
}

enum outcome terminal_enter(struct terminal *t)
{
    unsigned char token[LIMIT_TOKEN];
    struct resume_request resume = {.token = {(const char *)token, sizeof token}};
    struct resume_reply resumed;
    struct visit_reply visited;
    enum luntan_result result;
    enum outcome outcome = t->entered ? OUTCOME_DONE : terminal_connect(t);

    if (outcome || t->entered)
        return outcome;
    t->entered = true;
    if (!keep_find(t->keep, t->server, t->as, t->handle, sizeof t->handle, token)) {
        if (t->as[0])
            return terminal_misused(t, SAY_NO_SESSION, t->as);
        return terminal_result(t, luntan_visit(t->forum, &(struct visit_request){.none = 0}, &visited));
    }
    result = luntan_resume(t->forum, &resume, &resumed);
    explicit_bzero(token, sizeof token);
    if (result == LUNTAN_OK) {
        terminal_become(t, resumed.account);
        return OUTCOME_DONE;
    }
    if (result == LUNTAN_REFUSED && !luntan_refusal(t->forum)->retryable) {
        keep_forget(t->keep, t->server, t->handle);
        say(stderr, t->english, SAY_SESSION_OVER, SAID_TEXT(text_of(t->handle)));
    }
    return terminal_result(t, result);
}

/* Whether it can be the name of a time zone, and not a path to anything. */
static bool is_zone(struct text zone)
{
    for (size_t i = 0; i < zone.len; i++) {
        char c = zone.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' ||
              (c == '/' && i)))
            return false;
    }
    return zone.len > 0 && zone.len < ZONE_ROOM;
}

/* Sets the zone of localtime; where the system does not know it, China's time, which has one zone and no summer time. */
static void set_zone(const struct terminal *t)
{
    char path[128];

    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", t->zone);
    setenv("TZ", access(path, R_OK) == 0 ? t->zone : "CST-8", 1);
    tzset();
}

void terminal_become(struct terminal *t, struct items record)
{
    struct account_record account;

    t->account = 0;
    t->handle[0] = '\0';
    t->sanctioned = false;
    if (record.at && items_next(&record, &shape_account_record, &account)) {
        t->account = account.id;
        t->sanctioned = account.sanctioned;
        if (account.handle.len < sizeof t->handle) {
            memcpy(t->handle, account.handle.at, account.handle.len);
            t->handle[account.handle.len] = '\0';
        }
        if (is_zone(account.zone)) {
            memcpy(t->zone, account.zone.at, account.zone.len);
            t->zone[account.zone.len] = '\0';
        }
    }
    set_zone(t);
}

/* ---- what went wrong, and what was done ---- */

/* Prints an error for programs; for people, the words went to standard error. */
static void put_error(struct terminal *t, const char *name, const struct error_payload *error)
{
    if (!t->json)
        return;
    fputs("{\"error\":", stdout);
    if (name) {
        fputs("{\"name\":", stdout);
        json_put_text(stdout, text_of(name));
        fputs(",\"text\":", stdout);
        json_put_text(stdout, error->text);
        fputc('}', stdout);
    } else {
        json_put(stdout, &shape_error, error);
    }
    fputs("}\n", stdout);
    fflush(stdout);
}

enum outcome terminal_result(struct terminal *t, enum luntan_result result)
{
    static const char *const names[] = {
        [LUNTAN_OK] = "ok", [LUNTAN_REFUSED] = "refused", [LUNTAN_UNREACHABLE] = "unreachable",
        [LUNTAN_UNTRUSTED] = "untrusted", [LUNTAN_PROTOCOL] = "protocol", [LUNTAN_TIMEOUT] = "timeout", [LUNTAN_MEMORY] = "memory",
    };
    const struct error_payload *refusal = result == LUNTAN_REFUSED ? luntan_refusal(t->forum) : NULL;
    struct error_payload own = {.text = text_of(luntan_words(t->forum))};

    if (result == LUNTAN_OK)
        return OUTCOME_DONE;
    display_line(stderr, own.text); /* the server's words name field, limit and wait themselves */
    fputc('\n', stderr);
    sanctioned_refused(t, refusal);
    put_error(t, refusal ? NULL : names[result], refusal ? refusal : &own);
    return OUTCOME_REFUSED;
}

enum outcome terminal_refuse(struct terminal *t, enum status status, const char *field, uint64_t limit)
{
    struct error_payload error = {
        .code = status, .name = status_name(status), .text = status_words(status, t->english), .field = text_of(field), .limit = limit,
    };

    display_line(stderr, error.text);
    if (field)
        say_part(stderr, t->english, limit ? SAY_ABOUT_LIMIT : SAY_ABOUT_FIELD, SAID_TEXT(error.field), SAID_NUMBER(limit));
    fputc('\n', stderr);
    put_error(t, NULL, &error);
    return OUTCOME_REFUSED;
}

enum outcome terminal_misused(struct terminal *t, enum saying wrong, const char *word)
{
    say(stderr, t->english, wrong, SAID_TEXT(text_of(word ? word : "")));
    return OUTCOME_USAGE;
}

enum outcome terminal_failed(struct terminal *t, enum saying what, const char *about)
{
    const char *reason = strerror(errno);
    struct error_payload error = {.text = text_of(reason)};

    say(stderr, t->english, what, SAID_TEXT(text_of(about ? about : "")), SAID_TEXT(text_of(reason)));
    put_error(t, "local", &error);
    return OUTCOME_REFUSED;
}

enum outcome terminal_answer(struct terminal *t, const struct shape *shape, const void *reply, enum saying done, const struct said *values)
{
    if (t->json) {
        json_put(stdout, shape, reply);
    } else {
        say_values(stdout, t->english, done, values);
    }
    fputc('\n', stdout);
    return OUTCOME_DONE;
}

/* ---- arguments ---- */

bool terminal_number(struct terminal *t, const char *word, uint64_t *out)
{
    if (arguments_number(word, out))
        return true;
    say(stderr, t->english, SAY_NOT_A_NUMBER, SAID_TEXT(text_of(word)));
    return false;
}

bool terminal_number_option(struct terminal *t, enum option which, uint64_t *out)
{
    const char *word = t->arguments->option[which];

    return !word || terminal_number(t, word, out);
}

bool terminal_id(struct terminal *t, const char *word, uint8_t out[TERMINAL_ID])
{
    if (json_hex(text_of(word), out, TERMINAL_ID) == TERMINAL_ID)
        return true;
    say(stderr, t->english, SAY_BAD_VALUE, SAID_TEXT(text_of(word)));
    return false;
}

bool terminal_enum_option(struct terminal *t, enum option which, const struct enumeration *e, uint32_t *out)
{
    const char *word = t->arguments->option[which];
    const struct enumeration_value *value = word ? enumeration_by_name(e, text_of(word)) : NULL;

    if (value)
        *out = value->number;
    else if (word)
        say(stderr, t->english, SAY_BAD_VALUE, SAID_TEXT(text_of(word)));
    return value || !word;
}

bool terminal_reason(struct terminal *t, enum reason *reason, struct text *words)
{
    uint32_t number = REASON_NONE;

    if (!terminal_enum_option(t, OPTION_REASON, &enumeration_reason, &number))
        return false;
    *reason = (enum reason)number;
    *words = terminal_option(t, OPTION_WORDS);
    return true;
}

struct text terminal_option(const struct terminal *t, enum option which)
{
    return text_of(t->arguments->option[which]);
}

struct text terminal_value(const struct terminal *t, const struct enumeration *e, uint64_t number)
{
    const struct enumeration_value *value = enumeration_by_number(e, number);

    return t->english ? value->en : value->zh;
}

void terminal_time(char out[TIME_ROOM], uint64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm when;

    out[0] = '\0';
    if (ms && localtime_r(&seconds, &when))
        strftime(out, TIME_ROOM, "%Y-%m-%d %H:%M", &when);
}

/* The number of the board with this slug. */
static enum outcome find_board(struct terminal *t, const char *slug, uint64_t *id)
{
    struct boards_reply boards;
    struct board_record board;
    enum outcome outcome = terminal_result(t, luntan_boards(t->forum, &(struct boards_request){.none = 0}, &boards));

    if (outcome)
        return outcome;
    while (items_next(&boards.boards, &shape_board_record, &board))
        if (text_equal(board.slug, text_of(slug))) {
            *id = board.id;
            return OUTCOME_DONE;
        }
    return terminal_refuse(t, STATUS_NOT_FOUND, "board", 0);
}

enum outcome terminal_topic(struct terminal *t, const char *word, enum topic *kind, uint64_t *id)
{
    const char *colon = strchr(word, ':');
    const struct enumeration_value *value = enumeration_by_name(&enumeration_topic, (struct text){word, colon ? (size_t)(colon - word) : strlen(word)});

    *id = 0;
    *kind = value ? (enum topic)value->number : TOPIC_NONE;
    if ((*kind == TOPIC_ACCOUNT || *kind == TOPIC_QUEUE) && !colon)
        return OUTCOME_DONE;
    if (!colon || *kind == TOPIC_NONE)
        return terminal_misused(t, SAY_BAD_TOPIC, word);
    if (arguments_number(colon + 1, id))
        return OUTCOME_DONE;
    if ((*kind != TOPIC_BOARD && *kind != TOPIC_QUEUE) || !colon[1])
        return terminal_misused(t, SAY_BAD_TOPIC, word);
    return find_board(t, colon + 1, id);
}
