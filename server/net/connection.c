/* See face.h: the life of a connection and its input. */
#include <assert.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "protocol/limits.h"
#include "server/net/connection_private.h"
#include "server/util/log.h"

enum { LINGER_MS = 2000, KEEPALIVE_S = 60, TLS_HANDSHAKE_RECORD = 0x16 };

/* ---- phases ---- */

#define TO(phase) (1u << PHASE_##phase)
static const uint8_t moves[PHASES] = {
    [PHASE_OPENING] = TO(HANDSHAKE) | TO(OPEN) | TO(LINGERING) | TO(CLOSING),
    [PHASE_HANDSHAKE] = TO(OPEN) | TO(LINGERING) | TO(CLOSING),
    [PHASE_OPEN] = TO(FINISHING) | TO(CLOSING),
    [PHASE_FINISHING] = TO(LINGERING) | TO(CLOSING),
    [PHASE_LINGERING] = TO(CLOSING),
    [PHASE_CLOSING] = 0,
};
#undef TO

void connection_move(struct connection *c, enum connection_phase phase)
{
    assert(moves[c->phase] & 1u << phase);
    c->phase = (uint8_t)phase;
    c->waited = 0;
}

static bool live(const struct connection *c)
{
    return c->phase != PHASE_CLOSING;
}

/* ---- birth and death ---- */

static void link_in(struct connection *c)
{
    struct loop *loop = c->loop;

    c->next = loop->connections;
    if (c->next)
        c->next->previous = c;
    loop->connections = c;
    atomic_fetch_add(&loop->shared->connections, 1);
}

/* Lists of connections by one of their links: takes `c` out. */
static void unlist(struct connection **head, struct connection *c, size_t link)
{
    while (*head && *head != c)
        head = (struct connection **)(void *)((char *)*head + link);
    if (*head)
        *head = *(struct connection **)(void *)((char *)c + link);
}

static void on_closed(uv_handle_t *handle)
{
    struct connection *c = handle->data;
    struct loop *loop = c->loop;

    if (c->session)
        c->face->closed(c->session);
    if (c->wanting)
        unlist(&loop->wanting, c, offsetof(struct connection, next_wanting));
    if (c->resuming)
        unlist(&loop->resuming, c, offsetof(struct connection, next_resuming));
    if (c->previous)
        c->previous->next = c->next;
    else
        loop->connections = c->next;
    if (c->next)
        c->next->previous = c->previous;
    SSL_free(c->tls);
    free(c->spill);
    prefix_leave(loop->shared->prefixes, c->peer);
    atomic_fetch_sub(&loop->shared->connections, 1);
    free(c);
}

void connection_abort(struct connection *c)
{
    if (!live(c))
        return;
    connection_move(c, PHASE_CLOSING);
    uv_close(&c->socket.handle, on_closed);
}

void connection_finish(struct connection *c)
{
    if (c->phase != PHASE_OPEN)
        return;
    connection_move(c, PHASE_FINISHING);
    uv_read_stop(&c->socket.stream);
    connection_wants(c);
}

/* ---- input ---- */

static void pause_reading(struct connection *c, const uint8_t *plain, size_t plain_len)
{
    const struct tls_io *io = &c->loop->io;
    size_t sealed_len = (size_t)(io->end - io->at);
    struct spill *spill = NULL;

    c->paused = true;
    uv_read_stop(&c->socket.stream);
    if (plain_len + sealed_len == 0)
        return;
    spill = malloc(sizeof *spill + plain_len + sealed_len);
    if (!spill) {
        c->broken = true;
        return;
    }
    *spill = (struct spill){.plain = plain_len, .sealed = sealed_len};
    memcpy(spill->bytes, plain, plain_len);
    if (sealed_len)
        memcpy(spill->bytes + plain_len, io->at, sealed_len);
    c->spill = spill;
}

static void end_of_input(struct connection *c)
{
    c->ended = true;
    if (c->phase == PHASE_OPEN)
        connection_finish(c);
    else if (c->phase != PHASE_FINISHING)
        connection_abort(c);
}

static void open_face(struct connection *c)
{
    struct loop *loop = c->loop;
    enum face_kind kind = c->tls && tls_native(c->tls) ? FACE_NATIVE : FACE_WEB;

    connection_move(c, PHASE_OPEN);
    c->face = loop->shared->spoken[kind].face;
    c->session = c->face ? c->face->open(loop->locals[kind], c) : NULL;
    if (!c->session)
        c->broken = true;
    else if (loop->phase != LOOP_SERVING)
        c->face->drain(c->session);
}

static void shake_hands(struct connection *c)
{
    switch (tls_handshake(c->tls)) {
    case TLS_DONE:
        open_face(c);
        break;
    case TLS_MORE:
        break;
    case TLS_ENDED:
    case TLS_FAILED:
        connection_end(c); /* the alert */
        if (live(c))
            connection_linger(c);
        break;
    }
}

/* The next plain bytes of what is in the loop's io. */
static enum tls_outcome next_piece(struct connection *c, const uint8_t **at, size_t *len)
{
    struct tls_io *io = &c->loop->io;

    if (c->tls) {
        *at = c->loop->record;
        return tls_read(c->tls, c->loop->record, RECORD, len);
    }
    *at = io->at;
    *len = (size_t)(io->end - io->at);
    io->at = io->end;
    return *len ? TLS_DONE : TLS_MORE;
}

/* Reads what is in the loop's io until nothing is left or the face wants no more. */
static void take_input(struct connection *c)
{
    const uint8_t *piece;
    size_t len;

    if (c->phase == PHASE_HANDSHAKE)
        shake_hands(c);
    while (c->phase == PHASE_OPEN && !c->broken) {
        enum tls_outcome outcome = next_piece(c, &piece, &len);
        if (outcome == TLS_MORE)
            break;
        if (outcome == TLS_ENDED) {
            end_of_input(c);
            break;
        }
        if (outcome == TLS_FAILED) {
            c->broken = true;
            break;
        }
        size_t taken = c->face->input(c->session, piece, len);
        if (taken < len && c->phase == PHASE_OPEN) {
            pause_reading(c, piece + taken, len - taken);
            break;
        }
    }
}

/* Bytes from the socket, sealed where it speaks TLS. */
static void feed(struct connection *c, const uint8_t *at, size_t len)
{
    if (c->phase == PHASE_OPENING && c->door == DOOR_PLAIN) {
        open_face(c);
    } else if (c->phase == PHASE_OPENING) {
        if (c->spill || at[0] != TLS_HANDSHAKE_RECORD) {
            opener_take(c, at, len);
            return;
        }
        connection_move(c, PHASE_HANDSHAKE);
    }
    if (c->phase == PHASE_LINGERING)
        return;
    connection_begin(c, at, len);
    take_input(c);
    connection_end(c);
}

static void resume(struct connection *c)
{
    struct spill *spill = c->spill;

    if (c->phase != PHASE_OPEN || !c->paused)
        return;
    if (spill && spill->at < spill->plain) {
        spill->at += c->face->input(c->session, spill->bytes + spill->at, spill->plain - spill->at);
        if (c->phase != PHASE_OPEN || spill->at < spill->plain)
            return;
    }
    c->paused = false;
    c->spill = NULL;
    c->heard = loop_now(c->loop); /* we were deaf; the peer was not silent */
    if (spill && spill->sealed)
        feed(c, spill->bytes + spill->plain, spill->sealed);
    free(spill);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct connection *c = handle->data;

    (void)suggested;
    *buffer = uv_buf_init((char *)c->loop->input, sizeof c->loop->input);
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buffer)
{
    struct connection *c = stream->data;

    if (len == 0)
        return;
    if (len < 0) {
        if (len == UV_EOF)
            end_of_input(c);
        else
            connection_abort(c);
        return;
    }
    c->heard = loop_now(c->loop);
    feed(c, (const uint8_t *)buffer->base, (size_t)len);
}

static bool start_reading(struct connection *c)
{
    return uv_read_start(&c->socket.stream, on_alloc, on_read) == 0;
}

void connection_linger(struct connection *c)
{
    uv_os_fd_t fd;

    connection_move(c, PHASE_LINGERING);
    if (c->ended || uv_fileno(&c->socket.handle, &fd) || shutdown(fd, SHUT_WR) < 0) {
        connection_abort(c);
        return;
    }
    /* Unread bytes at closing would reset the stream, and the peer might lose what was said last. */
    uv_read_stop(&c->socket.stream);
    if (!start_reading(c))
        connection_abort(c);
}

/* ---- accepting ---- */

/* Whether there is room for it; counts it. A proxy's connections come from many people, so that only their sum is bounded. */
static bool admit(struct connection *c)
{
    struct shared *shared = c->loop->shared;
    struct sockaddr_storage address;
    int len = sizeof address;

    if (c->door == DOOR_PLAIN || uv_tcp_getpeername(&c->socket.tcp, (struct sockaddr *)&address, &len))
        address.ss_family = AF_UNSPEC;
    c->peer = prefix_of(shared->prefixes, (struct sockaddr *)&address);
    /* Entered without a limit where it is to be turned away, since on_closed leaves. */
    bool few = prefix_enter(shared->prefixes, c->peer, c->door == DOOR_PLAIN ? 0 : shared->prefix_connections);
    if (!few)
        (void)prefix_enter(shared->prefixes, c->peer, 0);
    return few && atomic_load(&shared->connections) <= shared->max_connections && c->loop->phase == LOOP_SERVING;
}

/* A socket of the listener's kind. */
static int take_socket(struct connection *c, struct listener *listener)
{
    uv_loop_t *uv = &c->loop->uv;

    if (listener->socket.handle.type == UV_NAMED_PIPE)
        uv_pipe_init(uv, &c->socket.pipe, 0);
    else
        uv_tcp_init(uv, &c->socket.tcp);
    c->socket.handle.data = c;
    return uv_accept(&listener->socket.stream, &c->socket.stream);
}

/* What it needs to be read from. */
static bool get_ready(struct connection *c)
{
    struct loop *loop = c->loop;

    if (c->door == DOOR_TLS && !(c->tls = tls_session_new(loop->tls, loop->bio)))
        return false;
    if (c->socket.handle.type == UV_TCP) {
        uv_tcp_nodelay(&c->socket.tcp, 1);
        uv_tcp_keepalive(&c->socket.tcp, 1, KEEPALIVE_S);
    }
    return start_reading(c);
}

void connection_accept(struct listener *listener)
{
    struct loop *loop = listener->loop;
    struct connection *c = calloc(1, sizeof *c);

    listener->waits = !c;
    if (!c)
        return;
    c->loop = loop;
    c->door = (uint8_t)listener->door;
    c->heard = loop_now(loop);
    int error = take_socket(c, listener);
    link_in(c);
    bool admitted = admit(c) && error == 0;
    atomic_fetch_add(admitted ? &loop->shared->accepted : &loop->shared->refused, 1);
    if (!admitted || !get_ready(c))
        connection_abort(c);
}

/* ---- once per iteration, once per second ---- */

void connection_flush(struct loop *loop)
{
    struct connection *list = loop->resuming;

    loop->resuming = NULL;
    while (list) {
        struct connection *c = list;
        list = c->next_resuming;
        c->resuming = false;
        resume(c);
        if (c->broken || (c->phase == PHASE_OPEN && !c->paused && !start_reading(c)))
            connection_abort(c);
    }
    list = loop->wanting;
    loop->wanting = NULL;
    while (list) {
        struct connection *c = list;
        list = c->next_wanting;
        c->wanting = false;
        connection_output(c);
    }
}

static void tick_stall(struct connection *c)
{
    uint64_t taken = c->sent - connection_queued(c);

    if (taken != c->taken || connection_queued(c) == 0)
        c->waited = 0;
    else
        c->waited += TICK_MS;
    c->taken = taken;
    if (c->waited >= LIMIT_STALL_MS)
        connection_abort(c);
}

static void tick_one(struct connection *c)
{
    switch ((enum connection_phase)c->phase) {
    case PHASE_OPENING:
    case PHASE_HANDSHAKE:
        c->waited += TICK_MS;
        if (c->waited > LIMIT_PREAUTH_MS)
            connection_abort(c);
        break;
    case PHASE_OPEN:
        tick_stall(c);
        if (live(c))
            c->face->tick(c->session);
        break;
    case PHASE_FINISHING:
        tick_stall(c);
        connection_wants(c); /* what the face waits for may come without any event */
        break;
    case PHASE_LINGERING:
        c->waited += TICK_MS;
        if (c->waited > LINGER_MS)
            connection_abort(c);
        break;
    case PHASE_CLOSING:
    case PHASES:
        break;
    }
}

void connection_tick(struct loop *loop)
{
    if (loop->accept_failures)
        log_warning("accept_failed", LOG_NUMBER("times", loop->accept_failures));
    loop->accept_failures = 0;
    for (unsigned i = 0; i < DOORS; i++)
        if (loop->listeners[i].waits && loop->listeners[i].listening)
            connection_accept(&loop->listeners[i]);
    for (struct connection *c = loop->connections; c; c = c->next)
        tick_one(c);
}

void connection_drain_all(struct loop *loop)
{
    for (struct connection *c = loop->connections; c; c = c->next) {
        if (c->phase == PHASE_OPEN)
            c->face->drain(c->session);
        else if (c->phase < PHASE_OPEN)
            connection_abort(c);
    }
}

void connection_abort_all(struct loop *loop)
{
    for (struct connection *c = loop->connections; c; c = c->next)
        connection_abort(c);
}

/* ---- for faces ---- */

uint64_t connection_peer(const struct connection *c)
{
    return c->peer;
}

uint64_t connection_peer_named(const struct connection *c, struct text address)
{
    return prefix_named(c->loop->shared->prefixes, address);
}

bool connection_secure(const struct connection *c)
{
    return c->tls;
}

bool connection_trusted(const struct connection *c)
{
    return c->door == DOOR_PLAIN;
}

void connection_wants(struct connection *c)
{
    if (c->wanting || !live(c))
        return;
    c->wanting = true;
    c->next_wanting = c->loop->wanting;
    c->loop->wanting = c;
}

void connection_resume(struct connection *c)
{
    if (!c->paused || c->resuming || c->phase != PHASE_OPEN)
        return;
    c->resuming = true;
    c->next_resuming = c->loop->resuming;
    c->loop->resuming = c;
}

uint64_t connection_silence(const struct connection *c)
{
    return loop_now(c->loop) - c->heard;
}

bool connection_busy(const struct connection *c)
{
    return connection_queued(c) > 0;
}
