/* See form.h: multipart/form-data (RFC 7578, RFC 2046 section 5.1). */

#include "protocol/wire.h"
#include "server/http/form_private.h"
#include "server/http/value.h"

enum { BOUNDARY = 70, PART_HEAD = 4096 };

static struct text after(struct text text, size_t bytes)
{
    return (struct text){text.at + bytes, text.len - bytes};
}

static bool begins(struct text text, struct text with)
{
    return text.len >= with.len && memcmp(text.at, with.at, with.len) == 0;
}

/* Where `what` stands in `text`; SIZE_MAX: nowhere. */
static size_t find(struct text text, struct text what)
{
    const char *at = text.len ? memmem(text.at, text.len, what.at, what.len) : NULL;

    return at ? (size_t)(at - text.at) : SIZE_MAX;
}

/* A name as browsers write it in quotes: the quote and line ends as escapes (the HTML standard, "multipart form data"). */
static struct text read_name(struct text raw, struct arena *arena)
{
    static const struct {
        struct text escape;
        char byte;
    } escapes[] = {{TEXT_INIT("%22"), '"'}, {TEXT_INIT("%0D"), '\r'}, {TEXT_INIT("%0A"), '\n'}};
    char *at = arena_alloc(arena, raw.len + 1);
    size_t len = 0;

    if (!at)
        return (struct text){NULL, 0};
    while (raw.len) {
        char byte = raw.at[0];
        size_t step = 1;
        for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
            if (begins(raw, escapes[i].escape)) {
                byte = escapes[i].byte;
                step = escapes[i].escape.len;
            }
        at[len++] = byte;
        raw = after(raw, step);
    }
    len = form_line_ends(at, len);
    return wire_utf8(at, len, NULL) ? (struct text){at, len} : (struct text){NULL, 0};
}

/* The name in a part's head; absent where it has none, or is a file. Other fields are passed over (RFC 7578 section 4.8). */
static struct text part_name(struct text head, struct arena *arena)
{
    const struct text field = TEXT("Content-Disposition:"), kind = TEXT("form-data"), none = {NULL, 0};

    while (head.len) {
        size_t end = find(head, TEXT("\r\n"));
        struct text line = {head.at, end == SIZE_MAX ? head.len : end};
        head = after(head, end == SIZE_MAX ? line.len : line.len + 2);
        if (!value_begins(line, field))
            continue;
        line = after(line, field.len);
        while (line.len && line.at[0] == ' ')
            line = after(line, 1);
        if (line.len <= kind.len || !value_begins(line, kind))
            return none;
        line = after(line, kind.len);
        struct text name = form_parameter(line, TEXT("name"));
        bool file = form_parameter(line, TEXT("filename")).at || form_parameter(line, TEXT("filename*")).at;
        return file || !name.at ? none : read_name(name, arena);
    }
    return none;
}

static bool read_value(struct text raw, struct arena *arena, struct text *value)
{
    *value = raw;
    if (!wire_utf8(raw.at, raw.len, NULL))
        return false;
    if (!raw.len || !memchr(raw.at, '\r', raw.len))
        return true;
    char *at = arena_alloc(arena, raw.len);
    if (!at)
        return false;
    memcpy(at, raw.at, raw.len);
    *value = (struct text){at, form_line_ends(at, raw.len)};
    return true;
}

/* A part after its boundary's line, up to the next boundary; `rest` then begins after that. */
static bool read_part(struct form *form, struct text *rest, struct text boundary, struct arena *arena)
{
    struct text head = {rest->at, 0}, name, value;
    size_t end = find(*rest, TEXT("\r\n\r\n"));

    if (end == SIZE_MAX || end > PART_HEAD)
        return false;
    head.len = end;
    *rest = after(*rest, end + 4);
    end = find(*rest, boundary);
    if (end == SIZE_MAX)
        return false;
    name = part_name(head, arena);
    if (!name.at || !read_value((struct text){rest->at, end}, arena, &value))
        return false;
    *rest = after(*rest, end + boundary.len);
    return form_add(form, name, value);
}

/* "\r\n--" and the boundary: what stands between parts. Absent: it is none. */
static struct text read_boundary(struct text parameters, struct arena *arena)
{
    struct text boundary = form_parameter(parameters, TEXT("boundary"));

    if (boundary.len == 0 || boundary.len > BOUNDARY || memchr(boundary.at, '\\', boundary.len))
        return (struct text){NULL, 0};
    return arena_format(arena, "\r\n--%.*s", (int)boundary.len, boundary.at);
}

bool form_read_multipart(struct form *form, struct text parameters, struct text body, struct arena *arena)
{
    struct text boundary = read_boundary(parameters, arena);

    if (!boundary.at)
        return false;
    /* The first boundary has no line before it; what browsers never write before or after the parts is refused. */
    if (!begins(body, after(boundary, 2)))
        return false;
    body = after(body, boundary.len - 2);
    while (begins(body, TEXT("\r\n"))) {
        body = after(body, 2);
        if (!read_part(form, &body, boundary, arena))
            return false;
    }
    return text_equal(body, TEXT("--")) || text_equal(body, TEXT("--\r\n"));
}
