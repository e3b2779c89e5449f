/* See server.h. */
#include "server/net/server.h"

#include <openssl/ssl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/net/loop_private.h"

struct server {
    struct shared shared;
    uint16_t port;
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
    prefix_table_free(server->shared.prefixes);
    free(server);
}

static bool open_loops(struct server *server, const struct server_options *options, struct server_refusal *refusal)
{
    server->port = options->port;
    for (unsigned i = 0; i < options->loops; i++) {
        struct loop *loop = loop_new(&server->shared, i, options->tls);
        if (!loop) {
            snprintf(refusal->text, sizeof refusal->text, "cannot make event loop %u", i);
            return false;
        }
        server->loops[server->count++] = loop;
        int error = listener_open(loop, options->address, &server->port, i == 0);
        if (error) {
            snprintf(refusal->text, sizeof refusal->text, "cannot listen on %s:%u: %s", options->address,
                     (unsigned)server->port, uv_strerror(error));
            return false;
        }
    }
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
