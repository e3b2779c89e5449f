/* See push_call.h. */
#include "server/feeds/push_call.h"

#include <curl/curl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/feeds/push_limits.h"
#include "server/util/log.h"

enum { LINE = 2 * PUSH_MAX_ADDRESS + 64 };

struct push_caller {
    CURLM *multi;
    const struct push_networks *networks;
    struct push_call *calls;
};

struct push_call {
    struct push_call *next, **link;
    struct push_caller *caller;
    CURL *easy;
    struct curl_slist *fields, *connect_to;
    void *owner;
    char *body;             /* what is kept */
    size_t len, room, keep; /* of it: bytes, allocated, at most */
    size_t head, dropped;   /* bytes of header fields, and of a body that nobody wants */
    bool longer;            /* the body, than what is wanted */
    bool refused;
};

struct push_caller *push_caller_new(const struct push_networks *networks)
{
    struct push_caller *caller = calloc(1, sizeof *caller);

    if (!caller)
        return NULL;
    caller->networks = networks;
    caller->multi = curl_multi_init();
    if (caller->multi)
        return caller;
    free(caller);
    return NULL;
}

static void call_free(struct push_call *call)
{
    if (call->link) {
        *call->link = call->next;
        if (call->next)
            call->next->link = call->link;
        curl_multi_remove_handle(call->caller->multi, call->easy);
    }
    curl_easy_cleanup(call->easy);
    curl_slist_free_all(call->fields);
    curl_slist_free_all(call->connect_to);
    free(call->body);
    free(call);
}

void push_caller_stop(struct push_caller *caller)
{
    while (caller->calls)
        call_free(caller->calls);
}

void push_caller_free(struct push_caller *caller)
{
    if (!caller)
        return;
    push_caller_stop(caller);
    curl_multi_cleanup(caller->multi);
    free(caller);
}

void push_caller_wake(struct push_caller *caller)
{
    curl_multi_wakeup(caller->multi);
}

/* ---- what comes back ---- */

static bool grow(struct push_call *call, size_t more)
{
    size_t room = call->room ? call->room : 4096;
    char *body;

    while (room < call->len + more)
        room *= 2;
    if (room == call->room)
        return true;
    body = realloc(call->body, room);
    if (!body)
        return false;
    call->body = body;
    call->room = room;
    return true;
}

static size_t take_body(char *bytes, size_t one, size_t len, void *context)
{
    struct push_call *call = context;

    (void)one; /* always 1 */
    if (!call->keep) {
        call->dropped += len;
        return call->dropped <= PUSH_MAX_ANSWER ? len : 0;
    }
    call->longer = len > call->keep - call->len;
    if (call->longer || !grow(call, len))
        return 0;
    memcpy(call->body + call->len, bytes, len);
    call->len += len;
    return len;
}

static size_t take_field(char *bytes, size_t one, size_t len, void *context)
{
    struct push_call *call = context;

    (void)bytes;
    (void)one;
    call->head += len;
    return call->head <= PUSH_MAX_HEAD ? len : 0;
}

/* ---- where it goes ---- */

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *at)
{
    struct push_call *call = context;

    (void)purpose;
    if (!push_address_may(&at->addr, (socklen_t)at->addrlen, call->caller->networks)) {
        call->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
}

/* To our own socket: the certificate there is ours, and need not be one that others trust. */
static bool go_here(struct push_call *call, const char *here)
{
    char line[LINE];

    snprintf(line, sizeof line, "::%s", here);
    call->connect_to = curl_slist_append(NULL, line);
    return call->connect_to && !curl_easy_setopt(call->easy, CURLOPT_CONNECT_TO, call->connect_to) &&
           !curl_easy_setopt(call->easy, CURLOPT_SSL_VERIFYPEER, 0L) &&
           !curl_easy_setopt(call->easy, CURLOPT_SSL_VERIFYHOST, 0L);
}

static bool go_elsewhere(struct push_call *call)
{
    return !curl_easy_setopt(call->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
           !curl_easy_setopt(call->easy, CURLOPT_OPENSOCKETDATA, call);
}

/* ---- what is sent ---- */

/* The line is `before`, value, `after`. */
static bool add_field(struct push_call *call, const char *before, const char *value, const char *after)
{
    char line[LINE];
    int len = snprintf(line, sizeof line, "%s%s%s", before, value, after);
    struct curl_slist *fields = len > 0 && (size_t)len < sizeof line ? curl_slist_append(call->fields, line) : NULL;

    if (fields)
        call->fields = fields;
    return fields;
}

/* WebSub section 7.1: an HMAC (RFC 2104) of the body, keyed by the secret. */
static bool add_signature(struct push_call *call, const struct push_posting *posting)
{
    crypto_auth_hmacsha256_state state;
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    char written[2 * sizeof mac + 1];

    crypto_auth_hmacsha256_init(&state, (const uint8_t *)posting->secret.at, posting->secret.len);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)posting->body.at, posting->body.len);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(&state, sizeof state);
    sodium_bin2hex(written, sizeof written, mac, sizeof mac);
    return add_field(call, "X-Hub-Signature: sha256=", written, "");
}

static bool set_posting(struct push_call *call, const struct push_posting *posting)
{
    CURL *easy = call->easy;

    return !curl_easy_setopt(easy, CURLOPT_POST, 1L) && !curl_easy_setopt(easy, CURLOPT_POSTFIELDS, posting->body.at) &&
           !curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)posting->body.len) &&
           add_field(call, "Content-Type: ", posting->type, "") && add_field(call, "Link: <", posting->hub, ">; rel=\"hub\"") &&
           add_field(call, "Link: <", posting->self, ">; rel=\"self\"") && add_field(call, "Expect:", "", "") &&
           (!posting->secret.at || add_signature(call, posting));
}

/* A kept connection would be one that another call was judged for, or keep the server from stopping. */
static bool set_bounds(struct push_call *call, const struct push_call_spec *spec)
{
    CURL *easy = call->easy;

    return !curl_easy_setopt(easy, CURLOPT_URL, spec->url) && !curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
           !curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) && !curl_easy_setopt(easy, CURLOPT_PROXY, "") &&
           !curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) && !curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) &&
           !curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
           !curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L) && !curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L) &&
           !curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)PUSH_MAX_CONNECT_MS) &&
           !curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)spec->ms) &&
           !curl_easy_setopt(easy, CURLOPT_USERAGENT, "luntan/" LUNTAN_VERSION " (WebSub hub)") &&
           !curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) && !curl_easy_setopt(easy, CURLOPT_WRITEDATA, call) &&
           !curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_field) && !curl_easy_setopt(easy, CURLOPT_HEADERDATA, call) &&
           !curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
}

static bool begin(struct push_caller *caller, struct push_call *call, const struct push_call_spec *spec)
{
    call->easy = curl_easy_init();
    if (!call->easy || !set_bounds(call, spec) || !(spec->here ? go_here(call, spec->here) : go_elsewhere(call)))
        return false;
    if (spec->posting && !set_posting(call, spec->posting))
        return false;
    if (spec->here && !add_field(call, "Cache-Control: no-cache", "", ""))
        return false; /* subscribers are told of everything, not of how it stood a moment ago */
    if (call->fields && curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->fields))
        return false;
    return curl_multi_add_handle(caller->multi, call->easy) == CURLM_OK;
}

bool push_call(struct push_caller *caller, const struct push_call_spec *spec)
{
    struct push_call *call = calloc(1, sizeof *call);

    if (!call)
        return false;
    call->caller = caller;
    call->owner = spec->owner;
    call->keep = spec->keep;
    if (!begin(caller, call, spec)) {
        call_free(call);
        return false;
    }
    call->next = caller->calls;
    call->link = &caller->calls;
    if (call->next)
        call->next->link = &call->next;
    caller->calls = call;
    return true;
}

/* ---- going on ---- */

void push_caller_run(struct push_caller *caller, unsigned ms)
{
    int running;

    curl_multi_poll(caller->multi, NULL, 0, (int)ms, NULL); /* not at all where a call was just begun */
    curl_multi_perform(caller->multi, &running);
}

bool push_caller_take(struct push_caller *caller, struct push_answer *out)
{
    struct CURLMsg *message;
    struct push_call *call = NULL;
    long status = 0;
    int left;

    do
        message = curl_multi_info_read(caller->multi, &left);
    while (message && message->msg != CURLMSG_DONE);
    if (!message || curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call) || !call)
        return false;
    *out = (struct push_answer){.call = call, .owner = call->owner, .refused = call->refused};
    curl_easy_getinfo(call->easy, CURLINFO_CONTENT_TYPE, &out->type);
    /* Where the body alone is longer than anybody wants to read, what was said before it still counts. */
    bool whole = message->data.result == CURLE_OK || call->longer || call->dropped > PUSH_MAX_ANSWER;
    if (whole && curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
        out->status = (unsigned)status;
    if (!call->longer && message->data.result == CURLE_OK)
        out->body = (struct text){call->body ? call->body : "", call->len};
    log_debug("push_call", LOG_NUMBER("status", out->status), LOG_NUMBER("refused", out->refused),
              LOG_TEXT("reason", text_of(curl_easy_strerror(message->data.result))));
    return true;
}

void push_answer_end(const struct push_answer *answer)
{
    call_free(answer->call);
}
