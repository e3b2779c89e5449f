/*
 * The server: event loops on threads of their own, each with its own listening socket on the same port.
 *
 * Owns the loops, their threads, every connection, and what is shared between loops: the count of
 * connections and the memory that requests and answers may hold. What is spoken on a connection is a
 * face's business (face.h). All functions here are called from one thread, that of main; the loops do the
 * rest on theirs.
 *
 *     struct dispatch *dispatch = dispatch_new(NULL);
 *     store_open(... committed = dispatch_committed, answered = dispatch_answered, context = dispatch ...);
 *     struct native *native = native_new(&(struct native_options){store, &site});
 *     store_start(store);
 *     struct server *server = server_start(&(struct server_options){
 *         ..., .commons = hub_commons(), .commons_context = &hub_of, .native = native_face(), .native_context = native,
 *     }, &refusal);
 *     printf("ready %s:%u\n", address, server_port(server));
 *     ... SIGHUP: server_reload_tls(server, context);
 *     ... SIGTERM: server_drain(server, 10000);
 *     server_stop(server);
 *     store_close(store);
 *     server_free(server);
 *     native_free(native);
 *     dispatch_free(dispatch);
 */
#ifndef LUNTAN_SERVER_NET_SERVER_H
#define LUNTAN_SERVER_NET_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct commons;
struct face;
struct server;
struct ssl_ctx_st; /* an SSL_CTX, so that only net/ includes OpenSSL's headers */

struct server_options {
    const char *address;          /* numeric, IPv4 or IPv6 */
    uint16_t port;                /* 0: any free one */
    unsigned loops;               /* at least 1, at most SERVER_LOOPS_MAX */
    const char *plain_address;    /* for a trusted proxy, without TLS: numeric, of loopback; NULL: none */
    uint16_t plain_port;          /* 0: any free one */
    const char *plain_path;       /* for the same, a socket in the file system; NULL: none */
    struct ssl_ctx_st *tls;       /* configured by tls_configure; a reference is taken */
    unsigned max_connections;     /* in all; further ones are closed at once. 0: SERVER_CONNECTIONS */
    unsigned prefix_connections;  /* from one address prefix (/32, or /64 for IPv6); 0: no limit */
    size_t memory;                /* bytes that requests and answers may hold in all; 0: SERVER_MEMORY */
    const struct commons *commons; /* what the faces of a loop share; NULL: nothing */
    void *commons_context;         /* given to its start; likewise below */
    const struct face *native;     /* of ALPN luntan/1 */
    void *native_context;
    const struct face *web;        /* of ALPN http/1.1 and of those who name none; NULL: their connections are closed */
    void *web_context;
};

enum { SERVER_LOOPS_MAX = 64, SERVER_CONNECTIONS = 20000, SERVER_MEMORY = 256 * 1024 * 1024 };

/* Why it does not start, for a person; a sentence without a newline. */
struct server_refusal {
    char text[256];
};

/* Listens and serves. NULL with `refusal` filled where that is not possible. */
struct server *server_start(const struct server_options *options, struct server_refusal *refusal);

/* The port it listens on; the plain one, or 0. */
uint16_t server_port(const struct server *server);
uint16_t server_plain_port(const struct server *server);

/* Uses `tls` for connections that come from now on; takes a reference. */
void server_reload_tls(struct server *server, struct ssl_ctx_st *tls);

/*
 * Stops accepting, tells every peer (goaway), finishes what is in flight, closes. Returns when no connection
 * is left or after `ms`, whichever comes first; true: none is left.
 */
bool server_drain(struct server *server, unsigned ms);

/* Closes what is left, waits for jobs under way, ends the threads. The store must still be running. */
void server_stop(struct server *server);

/* After server_stop, and once nobody posts to its loops any more: the store is closed by then. NULL is nothing. */
void server_free(struct server *server);

/* Figures for metrics. */
struct server_figures {
    uint64_t connections, accepted, refused;
};
struct server_figures server_figures(const struct server *server);

#endif
