/* See bench.h: nonblocking TLS connections in one epoll set. */
#include "tests/bench/bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, RECEIVE = 65536, TURN = 16 };

struct flow {
    const struct speaker *speaker;
    void *owner;
    SSL *ssl;
    int fd;
    bool shaken, waits_to_write;
};

static SSL_CTX *context;
static int set = -1;

static void start(void)
{
    context = SSL_CTX_new(TLS_client_method());
    set = epoll_create1(EPOLL_CLOEXEC);
    if (!context || set < 0)
        bench_die("cannot start");
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static void watch(struct flow *flow, int operation, bool write)
{
    struct epoll_event event = {.events = EPOLLIN | (write ? (uint32_t)EPOLLOUT : 0), .data.ptr = flow};

    flow->waits_to_write = write;
    if (epoll_ctl(set, operation, flow->fd, &event) != 0)
        bench_die("epoll: errno %d", errno);
}

struct flow *flow_open(uint16_t port, const char *alpn, const struct speaker *speaker, void *owner)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct flow *flow = calloc(1, sizeof *flow);
    int one = 1;

    if (!context)
        start();
    if (!flow)
        bench_die("no memory");
    *flow = (struct flow){.speaker = speaker, .owner = owner, .ssl = SSL_new(context)};
    flow->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (flow->fd < 0 || !flow->ssl || SSL_set_fd(flow->ssl, flow->fd) != 1)
        bench_die("no socket: errno %d", errno);
    if (connect(flow->fd, (const struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS)
        bench_die("connect: errno %d", errno);
    setsockopt(flow->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (alpn)
        SSL_set_alpn_protos(flow->ssl, (const unsigned char *)alpn, (unsigned)strlen(alpn));
    SSL_set_connect_state(flow->ssl);
    watch(flow, EPOLL_CTL_ADD, true);
    return flow;
}

void flow_close(struct flow *flow)
{
    if (!flow)
        return;
    SSL_shutdown(flow->ssl);
    ERR_clear_error();
    SSL_free(flow->ssl);
    close(flow->fd);
    free(flow);
}

static void want(struct flow *flow, bool write)
{
    if (flow->waits_to_write != write)
        watch(flow, EPOLL_CTL_MOD, write);
}

/* Whether TLS waits for the socket; anything else that went wrong ends the program. */
static void must_wait(const struct flow *flow, int result, const char *what)
{
    int why = SSL_get_error(flow->ssl, result);

    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
        bench_die("the server hung up (%s)", what);
}

static void shake_hands(struct flow *flow)
{
    int result = SSL_do_handshake(flow->ssl);

    if (result == 1) {
        flow->shaken = true;
        flow->speaker->opened(flow->owner);
        flow_flush(flow);
        return;
    }
    must_wait(flow, result, "handshake");
    want(flow, SSL_want_write(flow->ssl));
}

void flow_flush(struct flow *flow)
{
    if (!flow->shaken)
        return;
    for (;;) {
        struct text out = flow->speaker->output(flow->owner);
        size_t sent = 0;
        if (!out.len)
            break;
        int result = SSL_write_ex(flow->ssl, out.at, out.len, &sent);
        if (result != 1) {
            must_wait(flow, result, "writing");
            want(flow, true);
            return;
        }
        flow->speaker->sent(flow->owner, sent);
    }
    want(flow, false);
}

/* Takes what has come, some at a time, so that no flow keeps the others waiting. */
static void take(struct flow *flow)
{
    static uint8_t bytes[RECEIVE];

    for (int turn = 0; turn < TURN; turn++) {
        size_t got = 0;
        int result = SSL_read_ex(flow->ssl, bytes, sizeof bytes, &got);
        if (result != 1) {
            must_wait(flow, result, "reading");
            break;
        }
        flow->speaker->input(flow->owner, bytes, got);
        if (!SSL_has_pending(flow->ssl) && got < 16384)
            break;
    }
    flow_flush(flow);
}

bool flows_run(bool (*done)(void *context), void *asked, uint64_t deadline)
{
    struct epoll_event events[EVENTS];

    while (!done(asked)) {
        if (deadline && bench_clock() >= deadline)
            return false;
        int count = epoll_wait(set, events, EVENTS, 1);
        for (int i = 0; i < count; i++) {
            struct flow *flow = events[i].data.ptr;
            if (!flow->shaken)
                shake_hands(flow);
            else
                take(flow);
        }
    }
    return true;
}
