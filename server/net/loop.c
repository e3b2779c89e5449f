/* See loop.h: the thread, its wake-ups, and what happens once per iteration and once per second. */
#include "server/net/loop.h"

#include <assert.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include "server/net/loop_private.h"
#include "server/util/log.h"

void loop_post(struct loop *loop, struct parcel *parcel)
{
    inbox_put(&loop->inbox, &parcel->item);
}

unsigned loop_index(const struct loop *loop)
{
    return loop->index;
}

uint64_t loop_now(const struct loop *loop)
{
    return uv_now(&loop->uv);
}

bool loop_memory_take(struct loop *loop, size_t bytes)
{
    size_t before = atomic_fetch_add_explicit(&loop->shared->memory_held, bytes, memory_order_relaxed);
    return before + bytes <= loop->shared->memory;
}

void loop_memory_give(struct loop *loop, size_t bytes)
{
    atomic_fetch_sub_explicit(&loop->shared->memory_held, bytes, memory_order_relaxed);
}

bool loop_memory_short(const struct loop *loop)
{
    return atomic_load_explicit(&loop->shared->memory_held, memory_order_relaxed) > loop->shared->memory;
}

/* ---- callbacks ---- */

static void wake(void *context)
{
    struct loop *loop = context;
    uv_async_send(&loop->async);
}

static void deliver_parcels(struct loop *loop)
{
    struct inbox_item *item = inbox_take(&loop->inbox);

    while (item) {
        struct inbox_item *next = item->next;
        struct parcel *parcel = (struct parcel *)item;
        parcel->deliver(parcel);
        item = next;
    }
}

static void on_async(uv_async_t *handle)
{
    deliver_parcels(handle->data);
}

/* Only keeps the loop from sleeping. */
static void on_idle(uv_idle_t *handle)
{
    (void)handle;
}

static void flush(struct loop *loop)
{
    connection_flush(loop);
    if (loop->wanting || loop->resuming)
        uv_idle_start(&loop->idle, on_idle);
    else
        uv_idle_stop(&loop->idle);
}

/* Before the loop sleeps: what timers and closed connections left to be done. */
static void on_prepare(uv_prepare_t *handle)
{
    struct loop *loop = handle->data;

    if (loop->phase == LOOP_STOPPING)
        loop_stop(loop);
    else
        flush(loop);
}

/* After input and parcels: what they gave us to say leaves at once, together. */
static void on_check(uv_check_t *handle)
{
    flush(handle->data);
}

static void on_tick(uv_timer_t *handle)
{
    struct loop *loop = handle->data;

    if (loop->commons)
        loop->shared->commons->tick(loop->commons);
    connection_tick(loop);
}

/* ---- life ---- */

/*
 * Lets the loop end. The wake-up stays until loop_free: a store's thread may have put a parcel that is delivered
 * already and come to the wake-up only now, and another loop's last job may tell this one something yet.
 */
static void close_handles(struct loop *loop)
{
    uv_handle_t *handles[] = {
        (uv_handle_t *)&loop->prepare,
        (uv_handle_t *)&loop->check,
        (uv_handle_t *)&loop->idle,
        (uv_handle_t *)&loop->tick,
    };
    for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++)
        if (handles[i]->data && !uv_is_closing(handles[i]))
            uv_close(handles[i], NULL);
    if (loop->async.data)
        uv_unref((uv_handle_t *)&loop->async);
    listeners_close(loop);
}

static bool open_handles(struct loop *loop)
{
    if (uv_async_init(&loop->uv, &loop->async, on_async))
        return false;
    loop->async.data = loop;
    /* These cannot fail. */
    uv_prepare_init(&loop->uv, &loop->prepare);
    uv_check_init(&loop->uv, &loop->check);
    uv_idle_init(&loop->uv, &loop->idle);
    uv_timer_init(&loop->uv, &loop->tick);
    loop->prepare.data = loop->check.data = loop->idle.data = loop->tick.data = loop;
    uv_prepare_start(&loop->prepare, on_prepare);
    uv_check_start(&loop->check, on_check);
    uv_timer_start(&loop->tick, on_tick, TICK_MS, TICK_MS);
    return true;
}

/* ---- what is spoken on it ---- */

static bool start_faces(struct loop *loop)
{
    const struct shared *shared = loop->shared;

    if (shared->commons && !(loop->commons = shared->commons->start(shared->commons_context, loop)))
        return false;
    for (unsigned i = 0; i < FACES; i++) {
        const struct spoken *spoken = &shared->spoken[i];
        if (spoken->face && !(loop->locals[i] = spoken->face->start(spoken->context, loop, loop->commons)))
            return false;
    }
    return true;
}

static void stop_faces(struct loop *loop)
{
    for (unsigned i = 0; i < FACES; i++)
        if (loop->locals[i])
            loop->shared->spoken[i].face->stop(loop->locals[i]);
    if (loop->commons)
        loop->shared->commons->stop(loop->commons);
}

static bool faces_settled(const struct loop *loop)
{
    for (unsigned i = 0; i < FACES; i++)
        if (loop->locals[i] && !loop->shared->spoken[i].face->settled(loop->locals[i]))
            return false;
    return !loop->commons || loop->shared->commons->settled(loop->commons);
}

struct loop *loop_new(struct shared *shared, unsigned index, struct ssl_ctx_st *tls)
{
    struct loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        return NULL;
    if (uv_loop_init(&loop->uv)) {
        free(loop);
        return NULL;
    }
    loop->shared = shared;
    loop->index = index;
    loop->io = (struct tls_io){.out = loop->sealed, .out_cap = sizeof loop->sealed, .full = connection_send_sealed};
    inbox_init(&loop->inbox, wake, loop);
    SSL_CTX_up_ref(tls);
    loop->tls = tls;
    loop->bio = tls_bio_new(&loop->io);
    if (!loop->bio || !open_handles(loop) || !start_faces(loop)) {
        loop_free(loop);
        return NULL;
    }
    return loop;
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    close_handles(loop);
    deliver_parcels(loop); /* those that came after the thread had ended */
    if (loop->async.data)
        uv_close((uv_handle_t *)&loop->async, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    stop_faces(loop);
    int left = uv_loop_close(&loop->uv);
    assert(left == 0);
    (void)left;
    BIO_free(loop->bio);
    SSL_CTX_free(loop->tls);
    free(loop);
}

static void run(void *context)
{
    struct loop *loop = context;
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

bool loop_start(struct loop *loop)
{
    loop->started = uv_thread_create(&loop->thread, run, loop) == 0;
    return loop->started;
}

void loop_use_tls(struct loop *loop, struct ssl_ctx_st *tls)
{
    SSL_CTX_free(loop->tls);
    loop->tls = tls;
}

void loop_drain(struct loop *loop)
{
    if (loop->phase != LOOP_SERVING)
        return;
    loop->phase = LOOP_DRAINING;
    listeners_close(loop);
    connection_drain_all(loop);
}

/* Called again in each iteration until nothing is left: sessions whose jobs are at the store outlive their connections. */
void loop_stop(struct loop *loop)
{
    loop->phase = LOOP_STOPPING;
    connection_abort_all(loop);
    if (loop->connections == NULL && faces_settled(loop))
        close_handles(loop);
}
