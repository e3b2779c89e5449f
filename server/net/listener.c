/*
 * A loop's listening socket. All loops listen on the same address and port (SO_REUSEPORT), so that the kernel
 * spreads connections over them and none hands sockets to another.
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "server/net/loop_private.h"
#include "server/util/log.h"

enum { BACKLOG = 1024 };

static void on_connection(uv_stream_t *listener, int status)
{
    struct loop *loop = listener->data;

    if (status < 0) {
        log_warning("accept_failed", LOG_NUMBER("error", status));
        return;
    }
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

int listener_open(struct loop *loop, const char *address, uint16_t *port)
{
    struct sockaddr_storage where;
    int on = 1;
    uv_os_fd_t fd;
    int error = parse(address, *port, &where);

    if (error)
        return error;
    error = uv_tcp_init_ex(&loop->uv, &loop->listener, where.ss_family);
    if (error)
        return error;
    loop->listener.data = loop;
    loop->listening = true;
    error = uv_fileno((uv_handle_t *)&loop->listener, &fd);
    if (error)
        return error;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) < 0)
        return UV_ENOPROTOOPT;
    error = uv_tcp_bind(&loop->listener, (struct sockaddr *)&where, 0);
    if (error)
        return error;
    error = uv_listen((uv_stream_t *)&loop->listener, BACKLOG, on_connection);
    if (error)
        return error;
    return bound_port(&loop->listener, port);
}
