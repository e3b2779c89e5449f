/*
 * Any bytes into a session of the native face, in any pieces, while the store answers late or at once: it must stay
 * within its memory, take or refuse every byte, and let everything go at the end.
 *
 * The input is a list of moves. A byte below 0xf0 gives as many of the bytes that follow to the session; above, the
 * store takes a turn, there is output with little or much room, time passes, or memory is short.
 */
#include "tests/unit/fake_loop.h"
#include "tests/unit/fake_requests.h"

#include "server/hub/commons.h"
#include "server/native/native.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct stage {
    struct native *native;
    struct dispatch *dispatch;
    const struct face *face;
    void *local, *session;
    struct connection connection;
    uint8_t spill[256]; /* what the session left of the last piece */
    size_t spilled;
};

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void store_turn(bool durable)
{
    if (fake_store.count == 0)
        return;
    struct task *task = (struct task *)fake_take();
    (void)task->job.run(&task->job, NULL);
    task->job.durable = durable;
    task->settle(task);
}

static void give(struct stage *s, const uint8_t *at, size_t len)
{
    size_t taken = s->face->input(s->session, at, len);

    require(taken <= len);
    memmove(s->spill, at + taken, len - taken);
    s->spilled = len - taken;
}

static void output(struct stage *s, size_t room)
{
    struct outlet outlet = {&s->connection, room};

    s->connection.len = 0;
    s->face->output(s->session, &outlet);
}

/* As net/ does: what was left is given first, and nothing before it was taken. */
static void resume(struct stage *s)
{
    uint8_t left[sizeof s->spill];
    size_t len = s->spilled;

    memcpy(left, s->spill, len);
    if (len)
        give(s, left, len);
}

static void move(struct stage *s, uint8_t what)
{
    switch (what) {
    case 0xf0:
        store_turn(true);
        break;
    case 0xf1:
        store_turn(false);
        break;
    case 0xf2:
        output(s, 1);
        break;
    case 0xf3:
        fake_loop.now += 1000;
        s->face->tick(s->session);
        break;
    case 0xf4:
        fake_loop.limit = fake_loop.limit == 0 ? SIZE_MAX : 0;
        break;
    case 0xf5:
        s->face->drain(s->session);
        break;
    default:
        output(s, 65536);
        resume(s);
        break;
    }
}

static void play(struct stage *s, const uint8_t *data, size_t size)
{
    while (size > 0 && !s->connection.aborted && fake_store.count < FAKE_JOBS - LIMIT_IN_FLIGHT) {
        uint8_t what = *data++;
        size--;
        if (what >= 0xf0) {
            move(s, what);
            continue;
        }
        size_t len = what < size ? what : size;
        resume(s);
        if (s->spilled == 0)
            give(s, data, len);
        data += len;
        size -= len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct site site;
    static struct stage s;

    fake_loop = (struct loop){.limit = SIZE_MAX, .now = 1000};
    fake_store = (struct store){.count = 0};
    memset(&s, 0, offsetof(struct stage, connection));
    s.spilled = 0;
    s.connection.aborted = s.connection.finished = s.connection.wants = false;
    s.connection.len = 0;
    s.dispatch = dispatch_new(NULL);
    struct hub_source hubs = {&fake_store, s.dispatch};
    void *hub = hub_commons()->start(&hubs, &fake_loop);
    s.native = native_new(&(struct native_options){&fake_store, &site});
    s.face = native_face();
    s.local = s.face->start(s.native, &fake_loop, hub);
    s.session = s.face->open(s.local, &s.connection);
    play(&s, data, size);
    s.face->closed(s.session);
    while (fake_store.count > 0)
        store_turn(true);
    require(s.face->settled(s.local) && hub_commons()->settled(hub));
    require(fake_loop.memory == 0);
    s.face->stop(s.local);
    hub_commons()->stop(hub);
    native_free(s.native);
    dispatch_free(s.dispatch);
    return 0;
}
