/*
 * A payload of every shape in hex, encoded by the program's own codec: once with every field filled, once with
 * the needed ones only. Tests give them to other people's decoders.
 */
#include "protocol/spec/fill.h"
#include "protocol/spec/spec.h"

enum { ROOM = 256 * 1024, SAMPLE = 64 * 1024 };

static bool put_sample(const struct payload *payload, const char *variant, const void *in)
{
    static uint8_t bytes[SAMPLE];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);

    shape_encode(payload->shape, in, &w);
    if (w.error)
        return false;
    printf("%s %s %s ", payload->part, payload->name, variant);
    for (size_t i = 0; i < w.len; i++)
        printf("%02x", bytes[i]);
    putchar('\n');
    return true;
}

static void put_samples(const struct payload *payload, void *context)
{
    static uint8_t bytes[ROOM];
    _Alignas(max_align_t) uint8_t sparse[RECORD_ROOM] = {0}, full[RECORD_ROOM] = {0};
    struct fill_room room = {bytes, sizeof bytes};
    bool *failed = context;

    if (payload->shape->size > sizeof full) {
        *failed = true;
        return;
    }
    fill_shape(payload->shape, sparse, &room, true);
    fill_shape(payload->shape, full, &room, false);
    if (!put_sample(payload, "needed", sparse) || !put_sample(payload, "full", full))
        *failed = true;
}

int spec_samples(void)
{
    bool failed = false;

    payloads_visit(put_samples, &failed);
    if (failed)
        fputs("spec: a payload does not fit\n", stderr);
    return failed;
}
