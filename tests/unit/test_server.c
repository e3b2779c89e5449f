/* The server against TLS peers: how connections end, and that what one makes us hold is bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/net/certificate.h"
#include "server/net/face.h"
#include "server/net/loop.h"
#include "server/net/server.h"
#include "tests/unit/temporary.h"

/* ---- a face that has nothing to say, and ends at the first byte, once it is idle ---- */

static unsigned outputs; /* calls of output; the loop's */
static struct loop *only_loop;

static void *quiet_start(void *context, struct loop *loop, void *commons)
{
    (void)commons;
    only_loop = loop;
    return context;
}

static void quiet_nothing(void *local)
{
    (void)local;
}

static bool quiet_yes(void *local)
{
    (void)local;
    return true;
}

/* Busy with something of which no event will tell. */
static bool quiet_idle(void *session)
{
    (void)session;
    return outputs > 3;
}

static void *quiet_open(void *local, struct connection *connection)
{
    (void)local;
    return connection;
}

static size_t quiet_input(void *session, const uint8_t *at, size_t len)
{
    (void)at;
    connection_finish(session);
    return len;
}

static void quiet_output(void *session, struct outlet *outlet)
{
    (void)session;
    (void)outlet;
    outputs++;
}

static const struct face quiet = {
    .start = quiet_start,
    .stop = quiet_nothing,
    .settled = quiet_yes,
    .open = quiet_open,
    .input = quiet_input,
    .output = quiet_output,
    .tick = quiet_nothing,
    .drain = quiet_nothing,
    .idle = quiet_idle,
    .closed = quiet_nothing,
};

/* ---- the stage ---- */

struct stage {
    struct temporary directory;
    struct server *server;
    SSL_CTX *context;
};

static int set_up(void **state)
{
    struct stage *s = calloc(1, sizeof *s);
    struct certificate_facts facts;
    struct complaint complaint = {0};
    struct server_refusal refusal;

    signal(SIGPIPE, SIG_IGN);
    temporary_make(&s->directory);
    struct ssl_ctx_st *tls = certificate_load(
        &(struct certificate_source){.directory = s->directory.path, .certificate = "", .key = "", .make = true}, &facts, &complaint);
    assert_non_null(tls);
    s->server = server_start(&(struct server_options){
        .address = "127.0.0.1", .loops = 1, .tls = tls, .native = &quiet, .native_context = s,
    }, &refusal);
    assert_non_null(s->server);
    certificate_free(tls);
    s->context = SSL_CTX_new(TLS_client_method());
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *s = *state;

    if (s->server)
        server_stop(s->server);
    server_free(s->server);
    SSL_CTX_free(s->context);
    temporary_remove(&s->directory);
    free(s);
    return 0;
}

/* A connection that has shaken hands, with little room for what it is sent. */
static SSL *dial(struct stage *s, int *fd)
{
    static const unsigned char name[] = "\x08luntan/1";
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(server_port(s->server))};
    int room = 4096;
    SSL *ssl = SSL_new(s->context);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(*fd >= 0);
    setsockopt(*fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    assert_int_equal(connect(*fd, (struct sockaddr *)&address, sizeof address), 0);
    SSL_set_alpn_protos(ssl, name, sizeof name - 1);
    SSL_set_fd(ssl, *fd);
    assert_int_equal(SSL_connect(ssl), 1);
    return ssl;
}

/* ---- tests ---- */

/* Each of these requests has to be answered by TLS itself, whatever the face does. */
static void key_updates_without_reading_end_it(void **state)
{
    enum { MOST = 2000000 };
    struct stage *s = *state;
    unsigned asked = 0;
    int fd;
    SSL *ssl = dial(s, &fd);

    while (asked < MOST && SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) == 1 && SSL_do_handshake(ssl) == 1)
        asked++;
    assert_true(asked < MOST);
    SSL_free(ssl);
    close(fd);
}

/* What a face waits for at the end, such as memory, may come without any event of the connection. */
static void who_finishes_is_asked_again(void **state)
{
    struct stage *s = *state;
    struct timeval patience = {.tv_sec = 20};
    char byte = 'x';
    int fd;
    SSL *ssl = dial(s, &fd);

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(SSL_write(ssl, &byte, 1), 1);
    int read = SSL_read(ssl, &byte, 1);
    assert_int_equal(SSL_get_error(ssl, read), SSL_ERROR_ZERO_RETURN);
    SSL_free(ssl);
    close(fd);
}

/* ---- the end ---- */

struct letter {
    struct parcel parcel; /* first */
    bool delivered;
};

static void deliver_letter(struct parcel *parcel)
{
    ((struct letter *)parcel)->delivered = true;
}

/* A store's thread may have something to tell when the loops have ended. */
static void what_comes_after_the_end_is_delivered(void **state)
{
    struct stage *s = *state;
    struct letter letter = {.parcel.deliver = deliver_letter};

    server_stop(s->server);
    loop_post(only_loop, &letter.parcel);
    server_free(s->server);
    s->server = NULL;
    assert_true(letter.delivered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_finishes_is_asked_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(key_updates_without_reading_end_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_comes_after_the_end_is_delivered, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
