/* See form.h: what both kinds share, and application/x-www-form-urlencoded. */

#include "protocol/wire.h"
#include "server/http/form_private.h"
#include "server/http/value.h"

bool form_add(struct form *form, struct text name, struct text value)
{
    if (form->count == FORM_FIELDS)
        return false;
    form->fields[form->count++] = (struct form_field){name, value};
    return true;
}

size_t form_line_ends(char *at, size_t len)
{
    const char *first = len ? memchr(at, '\r', len) : NULL;
    size_t from = first ? (size_t)(first - at) : len, to = from;

    while (from < len) {
        if (at[from] != '\r') {
            at[to++] = at[from++];
            continue;
        }
        at[to++] = '\n';
        from += from + 1 < len && at[from + 1] == '\n' ? 2 : 1;
    }
    return to;
}

/* ---- escapes ---- */

static int hex(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    char letter = (char)(byte | 0x20);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* The byte that an escape at the start of `rest` stands for; -1: it is none. */
static int escaped_byte(struct text rest)
{
    if (rest.len < 3 || rest.at[0] != '%' || hex(rest.at[1]) < 0 || hex(rest.at[2]) < 0)
        return -1;
    return hex(rest.at[1]) * 16 + hex(rest.at[2]);
}

/* Undoes escapes into `out`, as long as `raw` at most. A broken one stays as it is, as the URL standard has it. Returns the length. */
static size_t undo(struct text raw, bool plus, char *out)
{
    size_t len = 0;

    for (size_t i = 0; i < raw.len; i++) {
        int byte = escaped_byte((struct text){raw.at + i, raw.len - i});
        if (byte >= 0) {
            out[len++] = (char)byte;
            i += 2;
        } else {
            out[len++] = plus && raw.at[i] == '+' ? ' ' : raw.at[i];
        }
    }
    return len;
}

/* ---- application/x-www-form-urlencoded ---- */

/* `raw` without its escapes at *out, which moves on. False: not text. */
static bool decode(struct text raw, char **out, struct text *text)
{
    size_t len = form_line_ends(*out, undo(raw, true, *out));

    *text = (struct text){*out, len};
    *out += len;
    return wire_utf8(text->at, len, NULL);
}

static bool read_pair(struct form *form, struct text pair, char **out)
{
    const char *equals = pair.len ? memchr(pair.at, '=', pair.len) : NULL;
    size_t name_len = equals ? (size_t)(equals - pair.at) : pair.len;
    struct text raw = equals ? (struct text){equals + 1, pair.len - name_len - 1} : TEXT("");
    struct text name, value;

    return decode((struct text){pair.at, name_len}, out, &name) && decode(raw, out, &value) && form_add(form, name, value);
}

static bool read_pairs(struct form *form, struct text rest, struct arena *arena)
{
    char *out = arena_alloc(arena, rest.len + 1);

    if (!out)
        return false;
    while (rest.len) {
        const char *end = memchr(rest.at, '&', rest.len);
        struct text pair = {rest.at, end ? (size_t)(end - rest.at) : rest.len};
        size_t step = end ? pair.len + 1 : pair.len;
        if (pair.len && !read_pair(form, pair, &out))
            return false;
        rest.at += step;
        rest.len -= step;
    }
    return true;
}

bool form_read_query(struct form *form, struct text query, struct arena *arena)
{
    form->count = 0;
    if (!query.len || read_pairs(form, query, arena))
        return true;
    form->count = 0;
    return false;
}

/* ---- by type ---- */

/* The length of the parameter that `rest` begins with, up to the semicolon that is not in quotes. */
static size_t parameter_length(struct text rest)
{
    bool quoted = false;
    size_t i = 0;

    for (; i < rest.len && (quoted || rest.at[i] != ';'); i++) {
        if (rest.at[i] == '"')
            quoted = !quoted;
        else if (quoted && rest.at[i] == '\\' && i + 1 < rest.len)
            i++;
    }
    return i;
}

struct text form_parameter(struct text parameters, struct text name)
{
    while (parameters.len) {
        size_t len = parameter_length(parameters);
        struct text piece = value_trim((struct text){parameters.at, len});
        const char *equals = piece.len ? memchr(piece.at, '=', piece.len) : NULL;
        if (equals && value_same((struct text){piece.at, (size_t)(equals - piece.at)}, name)) {
            struct text value = {equals + 1, piece.len - (size_t)(equals + 1 - piece.at)};
            if (value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"')
                value = (struct text){value.at + 1, value.len - 2};
            return value;
        }
        len += len < parameters.len;
        parameters = (struct text){parameters.at + len, parameters.len - len};
    }
    return (struct text){NULL, 0};
}

bool form_read(struct form *form, struct text type, struct text body, struct arena *arena)
{
    const char *semicolon = type.len ? memchr(type.at, ';', type.len) : NULL;
    struct text parameters = TEXT("");
    bool fine = false;

    form->count = 0;
    if (semicolon) {
        parameters = (struct text){semicolon + 1, type.len - (size_t)(semicolon + 1 - type.at)};
        type.len = (size_t)(semicolon - type.at);
    }
    if (value_same(value_trim(type), TEXT("application/x-www-form-urlencoded")))
        fine = !body.len || read_pairs(form, body, arena);
    else if (value_same(value_trim(type), TEXT("multipart/form-data")))
        fine = form_read_multipart(form, parameters, body, arena);
    if (!fine)
        form->count = 0;
    return fine;
}

struct text form_get(const struct form *form, const char *name)
{
    for (uint32_t i = 0; i < form->count; i++)
        if (text_equal(form->fields[i].name, text_of(name)))
            return form->fields[i].value;
    return (struct text){NULL, 0};
}

bool form_unescape(struct text escaped, struct arena *arena, struct text *out)
{
    char *at = arena_alloc(arena, escaped.len + 1);

    *out = (struct text){NULL, 0};
    for (size_t i = 0; i < escaped.len; i++)
        if (escaped.at[i] == '%' && escaped_byte((struct text){escaped.at + i, escaped.len - i}) < 0)
            return false;
    if (!at)
        return false;
    size_t len = undo(escaped, false, at);
    if (!wire_utf8(at, len, NULL) || (len && memchr(at, '/', len)))
        return false;
    *out = (struct text){at, len};
    return true;
}
