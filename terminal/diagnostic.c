/* See diagnostic.h. */
#include "terminal/diagnostic.h"

#include "protocol/frame.h"
#include "protocol/messages.h"
#include "terminal/json.h"

static void put_hex(FILE *out, const uint8_t *at, size_t len)
{
    fputs("h'", out);
    for (size_t i = 0; i < len; i++)
        fprintf(out, "%02x", at[i]);
    fputc('\'', out);
}

static void put_item(FILE *out, struct wire_reader *r, unsigned level);

static void put_members(FILE *out, struct wire_reader *r, uint64_t count, bool map, unsigned level)
{
    fputc(map ? '{' : '[', out);
    for (uint64_t i = 0; i < count && !r->error; i++) {
        fputs(i ? ", " : "", out);
        put_item(out, r, level + 1);
        if (map && !r->error) {
            fputs(": ", out);
            put_item(out, r, level + 1);
        }
    }
    fputc(map ? '}' : ']', out);
}

static void put_item(FILE *out, struct wire_reader *r, unsigned level)
{
    const uint8_t *start = r->at;
    enum wire_type type = level > LIMIT_DEPTH ? WIRE_NONE : wire_peek(r);
    struct text text;
    uint64_t number;

    switch (type) {
    case WIRE_UINT:
        number = wire_get_uint(r);
        if (!r->error)
            fprintf(out, "%llu", (unsigned long long)number);
        break;
    case WIRE_BYTES:
        text = wire_get_bytes(r);
        if (!r->error)
            put_hex(out, (const uint8_t *)text.at, text.len);
        break;
    case WIRE_TEXT:
        text = wire_get_text(r);
        if (!r->error)
            json_put_text(out, text);
        break;
    case WIRE_ARRAY:
    case WIRE_MAP:
        number = type == WIRE_MAP ? wire_get_map(r) : wire_get_array(r);
        if (!r->error)
            put_members(out, r, number, type == WIRE_MAP, level);
        return;
    case WIRE_BOOL:
        number = wire_get_bool(r);
        if (!r->error)
            fputs(number ? "true" : "false", out);
        break;
    case WIRE_NONE:
        if (!r->error)
            r->error = WIRE_TYPE;
        break;
    }
    if (r->error) {
        fputs("malformed ", out);
        put_hex(out, start, (size_t)(r->end - start));
    }
}

void diagnostic_item(FILE *out, const uint8_t *at, size_t len)
{
    struct wire_reader r = wire_reader_over(at, len);

    put_item(out, &r, 1);
    if (!r.error && r.at < r.end) {
        fputs(" trailing ", out);
        put_hex(out, r.at, (size_t)(r.end - r.at));
    }
}

void diagnostic_frame(FILE *out, bool sent, const uint8_t *frame, size_t len)
{
    static const char *const kinds[] = {"0", "request", "response", "part", "error", "event", "reserved", "ping", "pong", "cancel", "goaway"};
    struct frame head;
    const struct message *message;

    fputs(sent ? "> " : "< ", out);
    if (len < FRAME_HEADER || !frame_get(frame, &head)) {
        put_hex(out, frame, len);
        fputc('\n', out);
        return;
    }
    message = message_by_op(head.op);
    if (head.kind < sizeof kinds / sizeof kinds[0])
        fprintf(out, "%s ", kinds[head.kind]);
    else
        fprintf(out, "kind-%u ", head.kind);
    fprintf(out, "%s op=0x%04x id=%u flags=%u length=%u ", message ? message->name : "-", head.op, head.id, head.flags, head.len);
    if (len > FRAME_HEADER)
        diagnostic_item(out, frame + FRAME_HEADER, len - FRAME_HEADER);
    fputc('\n', out);
}
