/* See server.h. */
#include "server/net/server.h"

#include <openssl/ssl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/net/local_socket.h"
#include "server/net/loop_private.h"

struct server {
    struct shared shared;
    uint16_t port, plain_port;
    struct local_socket *local; /* the plain one in the file system, or NULL */
    unsigned count;
    struct loop *loops[SERVER_LOOPS_MAX];
};

/* ---- orders to the loops ---- */

struct order {
    struct parcel parcel; /* first */
    struct loop *loop;
    struct ssl_ctx_st *tls;
    void (*act)(struct order *order);
};

static void order_deliver(struct parcel *parcel)
{
    struct order *order = (struct order *)parcel;
    order->act(order);
    free(order);
}

static void act_tls(struct order *order)
{
    loop_use_tls(order->loop, order->tls);
}

static void act_drain(struct order *order)
{
    loop_drain(order->loop);
}

static void act_stop(struct order *order)
{
    loop_stop(order->loop);
}

/* Orders are given a few times in a server's life; without memory for one there is nothing better than to try again. */
static void order_all(struct server *server, void (*act)(struct order *order), struct ssl_ctx_st *tls)
{
    for (unsigned i = 0; i < server->count; i++) {
        struct order *order;
        while (!(order = malloc(sizeof *order)))
            uv_sleep(10);
        *order = (struct order){.parcel.deliver = order_deliver, .loop = server->loops[i], .tls = tls, .act = act};
        if (tls)
            SSL_CTX_up_ref(tls);
        loop_post(order->loop, &order->parcel);
    }
}

/* ---- life ---- */

void server_free(struct server *server)
{
    if (!server)
        return;
    for (unsigned i = 0; i < server->count; i++)
        loop_free(server->loops[i]);
    local_socket_close(server->local);
    prefix_table_free(server->shared.prefixes);
    free(server);
}

static bool refuse_to_listen(struct server_refusal *refusal, const char *address, uint16_t port, int error)
{
    snprintf(refusal->text, sizeof refusal->text, "cannot listen on %s:%u: %s", address, (unsigned)port, uv_strerror(error));
    return false;
}

/* The doors of one loop. */
static bool open_doors(struct server *server, const struct server_options *options, struct loop *loop,
                       struct server_refusal *refusal)
{
    bool first = loop->index == 0;
    int error = listener_open(loop, DOOR_TLS, options->address, &server->port, first);

    if (error)
        return refuse_to_listen(refusal, options->address, server->port, error);
    if (options->plain_address) {
        error = listener_open(loop, DOOR_PLAIN, options->plain_address, &server->plain_port, first);
        if (error)
            return refuse_to_listen(refusal, options->plain_address, server->plain_port, error);
    } else if (server->local) {
        error = listener_open_local(loop, local_socket_bound(server->local));
        if (error) {
            snprintf(refusal->text, sizeof refusal->text, "cannot listen on %s: %s", options->plain_path, uv_strerror(error));
            return false;
        }
    }
    return true;
}

static bool open_loops(struct server *server, const struct server_options *options, struct server_refusal *refusal)
{
    server->port = options->port;
    server->plain_port = options->plain_port;
    if (options->plain_path && !(server->local = local_socket_open(options->plain_path, refusal)))
        return false;
    for (unsigned i = 0; i < options->loops; i++) {
        struct loop *loop = loop_new(&server->shared, i, options->tls);
        if (!loop) {
            snprintf(refusal->text, sizeof refusal->text, "cannot make event loop %u", i);
            return false;
        }
        server->loops[server->count++] = loop;
        if (!open_doors(server, options, loop, refusal))
            return false;
    }
    if (server->local)
        local_socket_shared(server->local);
    return true;
}

struct server *server_start(const struct server_options *options, struct server_refusal *refusal)
{
    if (options->loops == 0 || options->loops > SERVER_LOOPS_MAX || sodium_init() < 0) {
        snprintf(refusal->text, sizeof refusal->text, "between 1 and %d event loops are possible", SERVER_LOOPS_MAX);
        return NULL;
    }
    struct server *server = calloc(1, sizeof *server);
    struct prefix_table *prefixes = prefix_table_new();
    if (!server || !prefixes) {
        snprintf(refusal->text, sizeof refusal->text, "no memory");
        prefix_table_free(prefixes);
        free(server);
        return NULL;
    }
    server->shared = (struct shared){
        .prefixes = prefixes,
        .max_connections = options->max_connections ? options->max_connections : SERVER_CONNECTIONS,
        .prefix_connections = options->prefix_connections,
        .memory = options->memory ? options->memory : SERVER_MEMORY,
        .commons = options->commons,
        .commons_context = options->commons_context,
        .spoken = {
            [FACE_NATIVE] = {options->native, options->native_context},
            [FACE_WEB] = {options->web, options->web_context},
        },
    };
    if (!open_loops(server, options, refusal)) {
        server_free(server);
        return NULL;
    }
    for (unsigned i = 0; i < server->count; i++) {
        if (loop_start(server->loops[i]))
            continue;
        snprintf(refusal->text, sizeof refusal->text, "cannot start a thread");
        server_stop(server);
        server_free(server);
        return NULL;
    }
    return server;
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}

uint16_t server_plain_port(const struct server *server)
{
    return server->plain_port;
}

void server_reload_tls(struct server *server, struct ssl_ctx_st *tls)
{
    order_all(server, act_tls, tls);
}

bool server_drain(struct server *server, unsigned ms)
{
    enum { STEP_MS = 10 };

    order_all(server, act_drain, NULL);
    for (unsigned waited = 0; waited < ms && atomic_load(&server->shared.connections) > 0; waited += STEP_MS)
        uv_sleep(STEP_MS);
    return atomic_load(&server->shared.connections) == 0;
}

void server_stop(struct server *server)
{
    order_all(server, act_stop, NULL);
    for (unsigned i = 0; i < server->count; i++)
        if (server->loops[i]->started)
            uv_thread_join(&server->loops[i]->thread);
}

struct server_figures server_figures(const struct server *server)
{
    return (struct server_figures){
        .connections = atomic_load(&server->shared.connections),
        .accepted = atomic_load(&server->shared.accepted),
        .refused = atomic_load(&server->shared.refused),
    };
}
