/*
 * Forms: a line with a Content-Type, then the body, which is read as such, as a query and as a piece of a path. Whatever is
 * taken is UTF-8 without NUL or CR. Written again as a form, a form is read as the same one.
 */
#include <stdio.h>
#include <stdlib.h>

#include "protocol/wire.h"
#include "server/http/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CAP = 1 << 24 };

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void require_text(struct text text)
{
    require(text.at && wire_utf8(text.at, text.len, NULL) && !(text.len && memchr(text.at, '\r', text.len)));
}

static void require_form(const struct form *form, bool fine)
{
    require(fine ? form->count <= FORM_FIELDS : form->count == 0);
    for (uint32_t i = 0; i < form->count; i++) {
        require_text(form->fields[i].name);
        require_text(form->fields[i].value);
    }
}

static void escape(struct wire_writer *w, struct text text)
{
    char bytes[4];

    for (size_t i = 0; i < text.len; i++) {
        snprintf(bytes, sizeof bytes, "%%%02X", (unsigned char)text.at[i]);
        wire_put_raw(w, bytes, 3);
    }
}

static void write_again(const struct form *form, struct arena *arena)
{
    static struct form again;
    size_t room = 1;

    for (uint32_t i = 0; i < form->count; i++)
        room += 3 * (form->fields[i].name.len + form->fields[i].value.len) + 2;
    struct wire_writer w = arena_writer(arena, room);
    for (uint32_t i = 0; i < form->count; i++) {
        escape(&w, form->fields[i].name);
        wire_put_raw(&w, "=", 1);
        escape(&w, form->fields[i].value);
        wire_put_raw(&w, "&", 1);
    }
    require(!w.error && form_read_query(&again, (struct text){(const char *)w.at, w.len}, arena) && again.count == form->count);
    for (uint32_t i = 0; i < form->count; i++)
        require(text_equal(form->fields[i].name, again.fields[i].name) && text_equal(form->fields[i].value, again.fields[i].value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct form form;
    const uint8_t *line = size ? memchr(data, '\n', size) : NULL;
    struct arena *arena = arena_new(CAP);
    struct text type = {(const char *)data, line ? (size_t)(line - data) : 0}, out;
    struct text body = {(const char *)data + (line ? type.len + 1 : 0), size - (line ? type.len + 1 : 0)};

    if (!arena)
        return 0;
    require_form(&form, form_read(&form, type, body, arena));
    write_again(&form, arena);
    require_form(&form, form_read_query(&form, body, arena));
    write_again(&form, arena);
    if (form_unescape(body, arena, &out))
        require(wire_utf8(out.at, out.len, NULL) && !(out.len && memchr(out.at, '/', out.len)));
    arena_free(arena);
    return 0;
}
