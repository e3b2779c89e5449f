/*
 * A loop's listening socket. All loops listen on the same address and port (SO_REUSEPORT), so that the kernel
 * spreads connections over them and none hands sockets to another. The first is bound without sharing, so that a
 * port on which another server listens is refused, even one of the same user that would share it.
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "server/net/loop_private.h"

enum { BACKLOG = 1024 };

static void on_connection(uv_stream_t *listener, int status)
{
    struct loop *loop = listener->data;

    if (status < 0)
        loop->accept_failures++; /* told by the tick: one that has no files left fails very often */
    else
        connection_accept(loop, listener);
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

/*
 * The first socket takes the port for itself and opens it to the others only once it listens: sockets that share a
 * port let in those of any process of the same user, and a second server must be told that the port is taken.
 */
int listener_open(struct loop *loop, const char *address, uint16_t *port, bool first)
{
    struct sockaddr_storage where;
    int error = parse(address, *port, &where);

    if (error)
        return error;
    error = uv_tcp_init_ex(&loop->uv, &loop->listener, where.ss_family);
    if (error)
        return error;
    loop->listener.data = loop;
    loop->listening = true;
    if (!first)
        error = share_port(&loop->listener);
    if (!error)
        error = uv_tcp_bind(&loop->listener, (struct sockaddr *)&where, 0);
    if (!error)
        error = uv_listen((uv_stream_t *)&loop->listener, BACKLOG, on_connection);
    if (!error && first)
        error = share_port(&loop->listener);
    return error ? error : bound_port(&loop->listener, port);
}
