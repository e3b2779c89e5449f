/*
 * Any bytes into a session of the HTTP face: it must stay within its memory, take every byte or refuse, and let everything go at
 * the end. Each input is played twice, whole and byte by byte: the same must be said both times.
 *
 * Bytes below 0xf0 come from the peer, those between two moves in one piece. A byte above is a move: there is output with
 * little or much room, time passes, the application answers what it kept, memory is short, the server stops.
 */
#include "tests/unit/fake_http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was said, of any length: a hash over it without its dates. */
static uint64_t heard;

static void hear(void)
{
    static const char date[] = "Date: Sun, 06 Nov 1994 08:49:37 GMT";
    struct connection *c = &stage.connection;
    uint8_t *at = c->out, *end = c->out + c->len;

    while ((at = memmem(at, (size_t)(end - at), date, strlen("Date: "))) && (size_t)(end - at) >= strlen(date)) {
        memset(at, 0, strlen(date));
        at += strlen(date);
    }
    for (size_t i = 0; i < c->len; i++)
        heard = (heard ^ c->out[i]) * 0x100000001b3;
    c->len = 0;
}

static void move(uint8_t what)
{
    switch (what) {
    case 0xf9:
        stage_second(10);
        break;
    case 0xfa:
        stage.face->drain(stage.session);
        break;
    case 0xfb:
        fake_loop.limit = fake_loop.limit == 0 ? SIZE_MAX : 0;
        break;
    case 0xfc:
        stage_output(1);
        break;
    case 0xfd:
        if (stage.later_count)
            stage_answer(TEXT("answered"));
        break;
    case 0xfe:
        stage_second(1);
        break;
    default:
        stage_turn();
        break;
    }
}

static bool open(void)
{
    return !stage.connection.finished && !stage.connection.aborted;
}

static uint64_t play(const uint8_t *data, size_t size, size_t most)
{
    heard = 0xcbf29ce484222325;
    stage_open();
    while (size > 0 && !stage.connection.aborted) {
        size_t len = 0;
        while (len < size && len < most && data[len] < 0xf0)
            len++;
        if (len && open())
            stage_give(data, len);
        else if (!len)
            move(*data);
        data += len ? len : 1;
        size -= len ? len : 1;
    }
    stage_close();
    return heard;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    stage_heard = hear;
    if (play(data, size, SIZE_MAX) != play(data, size, 1))
        abort();
    return 0;
}
