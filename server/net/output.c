/*
 * A connection's output: what the face says in one call is gathered in plain, encrypted together, and sent with
 * one write. Only what the socket does not take is kept, in a block of its own.
 */
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "server/net/connection_private.h"

struct outlet {
    struct connection *connection;
    size_t len; /* gathered in the loop's `plain` */
};

/*
 * Faces stop at ROOM, which the largest frame may overrun once. TLS does not ask: a peer that has it answer (key
 * updates) and reads nothing is given up here.
 */
enum { QUEUE_MOST = LIMIT_FRAME + 2 * ROOM };

/* What the socket did not take. */
struct block {
    uv_write_t write; /* first */
    uint8_t bytes[];
};

size_t connection_queued(const struct connection *c)
{
    return uv_stream_get_write_queue_size(&c->socket.stream);
}

static void on_written(uv_write_t *write, int status)
{
    struct connection *c = write->handle->data;

    free(write);
    if (status < 0) {
        connection_abort(c);
        return;
    }
    if ((c->full && connection_queued(c) < ROOM) || (c->phase == PHASE_FINISHING && connection_queued(c) == 0))
        connection_wants(c);
}

static bool queue(struct connection *c, const uint8_t *at, size_t len)
{
    struct block *block = malloc(sizeof *block + len);
    if (!block)
        return false;
    memcpy(block->bytes, at, len);
    uv_buf_t buffer = uv_buf_init((char *)block->bytes, (unsigned)len);
    if (uv_write(&block->write, &c->socket.stream, &buffer, 1, on_written) == 0)
        return true;
    free(block);
    return false;
}

void connection_send(struct connection *c, const uint8_t *at, size_t len)
{
    size_t gone = 0;

    if (c->broken || c->phase == PHASE_CLOSING || len == 0)
        return;
    c->sent += len;
    if (connection_queued(c) == 0) {
        uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)at, (unsigned)len);
        int written = uv_try_write(&c->socket.stream, &buffer, 1);
        if (written > 0)
            gone = (size_t)written;
        else if (written != UV_EAGAIN)
            c->broken = true;
    }
    if (!c->broken && gone < len && (connection_queued(c) > QUEUE_MOST || !queue(c, at + gone, len - gone)))
        c->broken = true;
}

void connection_send_sealed(struct tls_io *io)
{
    struct loop *loop = (struct loop *)io;

    connection_send(loop->current, io->out, io->out_len);
    io->out_len = 0;
}

void connection_begin(struct connection *c, const uint8_t *at, size_t len)
{
    struct tls_io *io = &c->loop->io;

    c->loop->current = c;
    io->at = at;
    io->end = at ? at + len : at;
    io->out_len = 0;
}

void connection_end(struct connection *c)
{
    struct tls_io *io = &c->loop->io;

    connection_send_sealed(io);
    io->at = io->end = NULL;
    if (c->broken)
        connection_abort(c);
}

/* ---- outlets ---- */

/* Without TLS: as they are, by the same way. */
static void pass_on(struct tls_io *io, const uint8_t *at, size_t len)
{
    while (len > 0) {
        if (io->out_len == io->out_cap)
            io->full(io);
        size_t room = io->out_cap - io->out_len, piece = len < room ? len : room;
        memcpy(io->out + io->out_len, at, piece);
        io->out_len += piece;
        at += piece;
        len -= piece;
    }
}

static void seal(struct outlet *outlet, const void *at, size_t len)
{
    struct connection *c = outlet->connection;

    if (c->broken || len == 0)
        return;
    if (!c->tls)
        pass_on(&c->loop->io, at, len);
    else if (tls_write(c->tls, at, len) != TLS_DONE)
        c->broken = true;
}

bool outlet_room(const struct outlet *outlet)
{
    const struct connection *c = outlet->connection;
    return !c->broken && connection_queued(c) + c->loop->io.out_len + outlet->len < ROOM;
}

void outlet_put(struct outlet *outlet, const void *at, size_t len)
{
    uint8_t *plain = outlet->connection->loop->plain;

    if (len > PLAIN - outlet->len) {
        seal(outlet, plain, outlet->len);
        outlet->len = 0;
    }
    if (len > PLAIN) {
        seal(outlet, at, len);
        return;
    }
    memcpy(plain + outlet->len, at, len);
    outlet->len += len;
}

static void say(struct connection *c)
{
    struct outlet outlet = {.connection = c};

    connection_begin(c, NULL, 0);
    c->face->output(c->session, &outlet);
    c->full = !outlet_room(&outlet);
    seal(&outlet, c->loop->plain, outlet.len);
    connection_end(c);
}

void connection_output(struct connection *c)
{
    if (c->phase != PHASE_OPEN && c->phase != PHASE_FINISHING)
        return;
    c->full = connection_queued(c) >= ROOM;
    if (!c->full)
        say(c);
    if (c->phase != PHASE_CLOSING && c->full && connection_queued(c) < ROOM)
        connection_wants(c); /* the socket took more than the room: there may be more to say */
    if (c->phase != PHASE_FINISHING || c->full || connection_queued(c) > 0 || !c->face->idle(c->session))
        return;
    connection_begin(c, NULL, 0);
    if (c->tls)
        tls_shutdown(c->tls);
    connection_end(c);
    if (c->phase == PHASE_FINISHING)
        connection_linger(c);
}
