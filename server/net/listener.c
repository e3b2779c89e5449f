/*
 * A loop's listening sockets. All loops listen on the same address and port (SO_REUSEPORT), so that the kernel
 * spreads connections over them and none hands sockets to another. The first is bound without sharing, so that a
 * port on which another server listens is refused, even one of the same user that would share it. A socket in the
 * file system is bound once; the loops listen on copies of it, and whichever is awake first takes a connection.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/net/loop_private.h"

enum { BACKLOG = 1024 };

static void on_connection(uv_stream_t *stream, int status)
{
    struct listener *listener = stream->data;

    if (status < 0)
        listener->loop->accept_failures++; /* told by the tick: one that has no files left fails very often */
    else
        connection_accept(listener);
}

static int parse(const char *address, uint16_t port, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
    if (uv_ip4_addr(address, port, (struct sockaddr_in *)out) == 0)
        return 0;
    return uv_ip6_addr(address, port, (struct sockaddr_in6 *)out);
}

/* The port that was bound; the same place in both families' addresses. */
static int bound_port(const uv_tcp_t *listener, uint16_t *port)
{
    struct sockaddr_storage address;
    int len = sizeof address;
    int error = uv_tcp_getsockname(listener, (struct sockaddr *)&address, &len);

    if (error)
        return error;
    *port = ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                                : ((struct sockaddr_in *)&address)->sin_port);
    return 0;
}

static int share_port(const uv_tcp_t *listener)
{
    uv_os_fd_t fd;
    int on = 1, error = uv_fileno((const uv_handle_t *)listener, &fd);

    if (error)
        return error;
    return setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) < 0 ? UV_ENOPROTOOPT : 0;
}

static struct listener *prepare(struct loop *loop, enum door door)
{
    struct listener *listener = &loop->listeners[door];

    listener->loop = loop;
    listener->door = door;
    listener->socket.handle.data = listener;
    listener->listening = true;
    return listener;
}

/*
 * The first socket takes the port for itself and opens it to the others only once it listens: sockets that share a
 * port let in those of any process of the same user, and a second server must be told that the port is taken.
 */
int listener_open(struct loop *loop, enum door door, const char *address, uint16_t *port, bool first)
{
    struct sockaddr_storage where;
    int error = parse(address, *port, &where);

    if (error)
        return error;
    error = uv_tcp_init_ex(&loop->uv, &loop->listeners[door].socket.tcp, where.ss_family);
    if (error)
        return error;
    uv_tcp_t *tcp = &prepare(loop, door)->socket.tcp;
    if (!first)
        error = share_port(tcp);
    if (!error)
        error = uv_tcp_bind(tcp, (struct sockaddr *)&where, 0);
    if (!error)
        error = uv_listen((uv_stream_t *)tcp, BACKLOG, on_connection);
    if (!error && first)
        error = share_port(tcp);
    return error ? error : bound_port(tcp, port);
}

int listener_open_local(struct loop *loop, int bound)
{
    uv_pipe_t *pipe = &loop->listeners[DOOR_PLAIN].socket.pipe;
    int error = uv_pipe_init(&loop->uv, pipe, 0);

    if (error)
        return error;
    prepare(loop, DOOR_PLAIN);
    int fd = fcntl(bound, F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        return uv_translate_sys_error(errno);
    error = uv_pipe_open(pipe, fd);
    if (error) {
        close(fd);
        return error;
    }
    return uv_listen((uv_stream_t *)pipe, BACKLOG, on_connection);
}

void listeners_close(struct loop *loop)
{
    for (unsigned i = 0; i < DOORS; i++) {
        if (loop->listeners[i].listening)
            uv_close(&loop->listeners[i].socket.handle, NULL);
        loop->listeners[i].listening = false;
    }
}
