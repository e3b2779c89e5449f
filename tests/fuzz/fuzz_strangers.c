/* Short texts from strangers: what is asked without TLS, and the topics of a stream. What is taken can be said again safely. */
#include <stdlib.h>
#include <string.h>

#include "server/net/plain_request.h"
#include "server/web/live_topics.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

/* Neither ends a header field or begins another, nor leaves the host that was named. */
static void require_sayable(struct text text)
{
    require(text.len > 0);
    for (size_t i = 0; i < text.len; i++)
        require(text.at[i] > ' ' && text.at[i] < 0x7f);
}

static void plain(const uint8_t *data, size_t size)
{
    struct plain_request request, shorter;
    enum plain_outcome outcome = plain_request_read(data, size, &request);

    if (outcome == PLAIN_REQUEST) {
        require_sayable(request.host);
        require_sayable(request.target);
        require(request.target.at[0] == '/' && !memchr(request.host.at, '/', request.host.len));
    }
    require(outcome != PLAIN_MORE || size < PLAIN_REQUEST_MOST);
    /* However it is cut, it comes to the same. */
    for (size_t len = 1; len < size && len < 200; len++) {
        enum plain_outcome early = plain_request_read(data, len, &shorter);
        require(early == PLAIN_MORE || early == outcome);
    }
}

static void topics(struct text written)
{
    struct live_topic found[LIVE_TOPICS], again[LIVE_TOPICS];
    uint8_t epoch[LIVE_EPOCH], same[LIVE_EPOCH];
    char out[LIVE_WRITTEN];
    uint32_t count, recount;

    (void)live_topics_of_query(written);
    if (!live_topics_read(written, epoch, found, &count))
        return;
    size_t len = live_topics_write(out, epoch, found, count);
    require(live_topics_read((struct text){out, len}, same, again, &recount));
    require(count == recount && memcmp(epoch, same, sizeof epoch) == 0);
    for (uint32_t i = 0; i < count; i++)
        require(found[i].topic == again[i].topic && found[i].id == again[i].id && found[i].seq == again[i].seq &&
                found[i].placed == again[i].placed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    plain(data, size);
    topics((struct text){(const char *)data, size});
    return 0;
}
