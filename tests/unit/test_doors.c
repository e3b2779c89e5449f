/* The plain door for a proxy on the same machine: what comes by it, and the socket's place in the file system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/net/certificate.h"
#include "server/net/face.h"
#include "server/net/local_socket.h"
#include "server/net/server.h"
#include "tests/unit/temporary.h"

/* ---- a face that says again what it is told, a few bytes at a time, and ends at a full stop ---- */

enum { BITE = 1000, LONG = 300000 };

struct echo {
    struct connection *connection;
    char held[BITE];
    size_t len;
    bool over;
};

static void *echo_start(void *context, struct loop *loop, void *commons)
{
    (void)loop;
    assert_null(commons);
    return context;
}

static void echo_nothing(void *session)
{
    (void)session;
}

static bool echo_settled(void *local)
{
    (void)local;
    return true;
}

static void *echo_open(void *local, struct connection *connection)
{
    struct echo *echo = calloc(1, sizeof *echo);

    (void)local;
    assert_false(connection_secure(connection));
    assert_true(connection_trusted(connection));
    assert_true(connection_peer_named(connection, TEXT("192.0.2.1")) != 0);
    echo->connection = connection;
    return echo;
}

static size_t echo_input(void *session, const uint8_t *at, size_t len)
{
    struct echo *echo = session;
    size_t taken = len < BITE - echo->len ? len : BITE - echo->len;

    memcpy(echo->held + echo->len, at, taken);
    echo->len += taken;
    echo->over = echo->len && echo->held[echo->len - 1] == '.';
    connection_wants(echo->connection);
    return taken;
}

static void echo_output(void *session, struct outlet *outlet)
{
    struct echo *echo = session;

    if (!outlet_room(outlet) || !echo->len)
        return;
    outlet_put(outlet, echo->held, echo->len);
    echo->len = 0;
    if (echo->over)
        connection_finish(echo->connection);
    else
        connection_resume(echo->connection);
}

static bool echo_idle(void *session)
{
    return ((struct echo *)session)->len == 0;
}

static const struct face echo_face = {
    .start = echo_start,
    .stop = echo_nothing,
    .settled = echo_settled,
    .open = echo_open,
    .input = echo_input,
    .output = echo_output,
    .tick = echo_nothing,
    .drain = echo_nothing,
    .idle = echo_idle,
    .closed = free,
};

/* ---- the stage ---- */

struct stage {
    struct temporary directory;
    char path[128];
    struct ssl_ctx_st *tls;
};

static int set_up(void **state)
{
    struct stage *s = calloc(1, sizeof *s);
    struct certificate_facts facts;
    struct complaint complaint = {0};

    temporary_make(&s->directory);
    snprintf(s->path, sizeof s->path, "%s/http", s->directory.path);
    const struct certificate_source source = {.directory = s->directory.path, .certificate = "", .key = "", .make = true};
    s->tls = certificate_load(&source, &facts, &complaint);
    assert_non_null(s->tls);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *s = *state;

    certificate_free(s->tls);
    temporary_remove(&s->directory);
    free(s);
    return 0;
}

static struct server *serve(struct stage *s, const char *address, const char *path)
{
    struct server_refusal refusal;
    static int context;

    return server_start(&(struct server_options){
        .address = "127.0.0.1", .loops = 2, .tls = s->tls, .plain_address = address, .plain_path = path,
        .web = &echo_face, .web_context = &context,
    }, &refusal);
}

static void end(struct server *server)
{
    server_stop(server);
    server_free(server);
}

static int dial_local(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static int dial(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* Says LONG bytes while it hears them again, then a full stop; hears the end. */
static void talk(int fd)
{
    static char said[LONG], heard[LONG + 1];
    size_t out = 0, in = 0;
    ssize_t got = 1;

    for (size_t i = 0; i < LONG; i++)
        said[i] = i + 1 == LONG ? '.' : (char)('a' + i % 26);
    while (got > 0) {
        size_t piece = LONG - out < 4096 ? LONG - out : 4096;
        if (piece)
            assert_int_equal(send(fd, said + out, piece, MSG_NOSIGNAL), piece);
        out += piece;
        got = recv(fd, heard + in, sizeof heard - in, piece ? MSG_DONTWAIT : 0);
        in += got > 0 ? (size_t)got : 0;
        if (got < 0 && piece)
            got = 1;
    }
    assert_int_equal(in, LONG);
    assert_memory_equal(said, heard, LONG);
    close(fd);
}

/* ---- tests ---- */

static void plain_bytes_reach_the_web_face(void **state)
{
    struct stage *s = *state;
    struct server *server = serve(s, "127.0.0.1", NULL);

    assert_non_null(server);
    assert_true(server_plain_port(server) && server_plain_port(server) != server_port(server));
    for (int i = 0; i < 4; i++)
        talk(dial(server_plain_port(server)));
    end(server);
}

static void so_they_do_by_a_socket_of_the_file_system(void **state)
{
    struct stage *s = *state;
    struct server *server = serve(s, NULL, s->path);
    struct stat found;

    assert_non_null(server);
    assert_int_equal(stat(s->path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0660);
    for (int i = 0; i < 4; i++)
        talk(dial_local(s->path));
    /* The place is taken while somebody listens. */
    assert_null(serve(s, NULL, s->path));
    assert_int_equal(stat(s->path, &found), 0);
    server_stop(server);
    assert_int_equal(dial_local(s->path), -1);
    server_free(server);
    assert_true(stat(s->path, &found) < 0);
}

static void what_a_crash_left_is_replaced(void **state)
{
    struct stage *s = *state;
    struct server_refusal refusal;
    struct local_socket *left = local_socket_open(s->path, &refusal);
    struct server *server;

    assert_non_null(left);
    local_socket_shared(left);
    server = serve(s, NULL, s->path);
    assert_non_null(server);
    /* It is not its own any more, and stays. */
    local_socket_close(left);
    talk(dial_local(s->path));
    end(server);
}

static void other_files_are_left_alone(void **state)
{
    struct stage *s = *state;
    struct stat found;
    int fd = open(s->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    close(fd);
    assert_null(serve(s, NULL, s->path));
    assert_int_equal(stat(s->path, &found), 0);
    assert_true(S_ISREG(found.st_mode));
    unlink(s->path);
    assert_int_equal(symlink("elsewhere", s->path), 0);
    assert_null(serve(s, NULL, s->path));
    assert_int_equal(lstat(s->path, &found), 0);
    assert_true(S_ISLNK(found.st_mode));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(plain_bytes_reach_the_web_face),
        TEST(so_they_do_by_a_socket_of_the_file_system),
        TEST(what_a_crash_left_is_replaced),
        TEST(other_files_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
