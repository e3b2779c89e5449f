/* A frame's header: what is read is written again to the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "protocol/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t again[FRAME_HEADER];
    struct frame frame;

    for (; size >= FRAME_HEADER; data += FRAME_HEADER, size -= FRAME_HEADER) {
        bool fine = frame_get(data, &frame);
        if (fine != (data[0] == 0) || (fine && frame.len >> 24) || (frame_known(frame.kind) && frame.kind > FRAME_GOAWAY))
            abort();
        frame_put(again, &frame);
        if (memcmp(again, data, sizeof again) != 0)
            abort();
    }
    return 0;
}
