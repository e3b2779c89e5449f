/* See commons.h. */
#include "server/hub/commons.h"

#include "server/hub/hub.h"

static void *start(void *context, struct loop *loop)
{
    const struct hub_source *source = context;
    struct hub *hub = hub_new(loop, source->store);

    if (hub)
        dispatch_attach(source->dispatch, loop, hub);
    return hub;
}

static void stop(void *hub)
{
    hub_free(hub);
}

static bool settled(void *hub)
{
    return hub_settled(hub);
}

static void tick(void *hub)
{
    hub_tick(hub);
}

const struct commons *hub_commons(void)
{
    static const struct commons commons = {.start = start, .stop = stop, .settled = settled, .tick = tick};
    return &commons;
}
