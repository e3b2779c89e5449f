/*
 * Nodes and values into HTML.
 *
 * Everything that could go wrong was refused when the templates were read: names resolve or are absent, frames are enough for
 * what is within each other, and no template uses itself. What is left to fail is memory, which the sink remembers.
 */
#include "server/web/template_private.h"

/* ---- finding ---- */

/* What shape_value reads, read in place: nothing is asked for as often while a page is written. */
static struct value from_field(const struct field *field, const void *record)
{
    static const enum value_kind kinds[] = {
        [KIND_UINT] = VALUE_NUMBER, [KIND_BOOL] = VALUE_FLAG, [KIND_TEXT] = VALUE_TEXT, [KIND_BYTES] = VALUE_BYTES,
        [KIND_ENUM] = VALUE_ENUM, [KIND_RECORD] = VALUE_RECORDS, [KIND_TEXTS] = VALUE_TEXTS, [KIND_UINTS] = VALUE_UINTS,
        [KIND_RECORDS] = VALUE_RECORDS,
    };
    const uint8_t *at = (const uint8_t *)record + field->offset;
    struct value value = {.kind = kinds[field->kind]};
    uint32_t choice;
    bool flag;

    switch (field->kind) {
    case KIND_UINT:
        memcpy(&value.number, at, sizeof value.number);
        break;
    case KIND_BOOL:
        memcpy(&flag, at, sizeof flag);
        value.number = flag;
        break;
    case KIND_ENUM:
        memcpy(&choice, at, sizeof choice);
        value.number = choice;
        value.enumeration = field->enumeration;
        break;
    case KIND_TEXT:
    case KIND_BYTES:
        memcpy(&value.text, at, sizeof value.text);
        break;
    case KIND_RECORD:
    case KIND_RECORDS:
    case KIND_TEXTS:
    case KIND_UINTS:
        memcpy(&value.items, at, sizeof value.items);
        value.shape = field->record;
        break;
    }
    return value;
}

/* The record's field of this name. `row` is its shape's, or NULL where the shape is none of the protocol's. */
static bool find_field(const struct row *row, const struct shape *shape, const void *record, const struct name *name,
                       struct value *out)
{
    uint32_t at = 0;

    if (row) {
        if (row->fields[name->id] == 0)
            return false;
        at = row->fields[name->id] - 1U;
    } else {
        while (at < shape->count && strcmp(shape->fields[at].name, name->text) != 0)
            at++;
        if (at == shape->count)
            return false;
    }
    *out = from_field(&shape->fields[at], record);
    return true;
}

/*
 * The struct of the first composite of a list; NULL where there is none. The newest is kept, because one is asked for its
 * members in a row.
 */
static const void *decode_first(struct render *r, const struct value *list)
{
    struct items items = list->items;

    if (items.count == 0)
        return NULL;
    if (r->decoded.kind == VALUE_RECORDS && r->decoded.items.at == items.at && r->decoded.shape == list->shape)
        return r->room;
    r->decoded.kind = VALUE_ABSENT;
    if (!items_next(&items, list->shape, r->room))
        return NULL;
    r->decoded = *list;
    return r->room;
}

static const struct row *row_of(const struct render *r, const struct value *value)
{
    return value->kind == VALUE_RECORD || value->kind == VALUE_RECORDS ? templates_row(r->templates, value->shape) : NULL;
}

/* The member of a value, whose row is row_of. */
static bool find_member(struct render *r, const struct value *value, const struct row *row, const struct name *name,
                        struct value *out)
{
    const struct value *member = value->kind == VALUE_OBJECT ? object_find(value->object, name) : NULL;
    const void *record = value->kind == VALUE_RECORD    ? value->record
                         : value->kind == VALUE_RECORDS ? decode_first(r, value)
                                                        : NULL;

    if (member)
        *out = *member;
    return member || (record && find_field(row, value->shape, record, name, out));
}

static bool find_in_frame(const struct render *r, const struct frame *frame, const struct name *name, struct value *out)
{
    if (frame->object) {
        const struct value *member = object_find(frame->object, name);
        if (member)
            *out = *member;
        return member != NULL;
    }
    if (frame->item.kind == VALUE_RECORD)
        return find_field(frame->row, frame->item.shape, frame->item.record, name, out);
    if (name != r->templates->item)
        return false;
    *out = frame->item;
    return frame->item.kind != VALUE_ABSENT;
}

/* The value of a path's first name, in the innermost frame that has it. */
static struct value find_first(const struct render *r, const struct name *name)
{
    struct value value = {.kind = VALUE_ABSENT};
    uint32_t frame = r->depth + 1;

    while (frame > 0 && !find_in_frame(r, &r->frames[frame - 1], name, &value))
        frame--;
    return value;
}

/* Most of what is asked for are members of one record, one after the other: who owned the last one is remembered. */
struct value render_find(struct render *r, const struct path *path)
{
    struct value value;

    if (path->count == 1)
        return find_first(r, path->parts[0]);
    if (r->asked != path->parts[0]) {
        r->answer = find_first(r, path->parts[0]);
        r->row = row_of(r, &r->answer);
        r->asked = path->parts[0];
    }
    if (!find_member(r, &r->answer, r->row, path->parts[1], &value))
        return (struct value){.kind = VALUE_ABSENT};
    for (uint32_t i = 2; i < path->count; i++) {
        struct value member;
        if (!find_member(r, &value, row_of(r, &value), path->parts[i], &member))
            return (struct value){.kind = VALUE_ABSENT};
        value = member;
    }
    return value;
}

const struct zone *render_zone(struct render *r)
{
    if (!r->zone)
        r->zone = zones_find(zones_of_system(), r->reader->zone);
    return r->zone;
}

/* ---- writing ---- */

static struct text enumeration_text(const struct render *r, const struct value *value)
{
    const struct enumeration_value *row = enumeration_by_number(value->enumeration, value->number);
    return r->reader->lang == LANG_EN ? row->en : row->zh;
}

static void put_url(struct render *r, enum place place, struct text url)
{
    sink_escaped(&r->sink, place == PLACE_URL ? PLACE_ATTRIBUTE : place, url);
}

void render_value(struct render *r, const struct value *value, enum place place)
{
    switch (value->kind) {
    case VALUE_TEXT:
        sink_escaped(&r->sink, place, value->text);
        break;
    case VALUE_URL:
        put_url(r, place, value->text);
        break;
    case VALUE_NUMBER:
        if (place == PLACE_URL)
            sink_put(&r->sink, TEXT("#"));
        else
            sink_number(&r->sink, value->number);
        break;
    case VALUE_FLAG:
        sink_escaped(&r->sink, place, value->number ? TEXT("true") : TEXT("false"));
        break;
    case VALUE_ENUM:
        sink_escaped(&r->sink, place, enumeration_text(r, value));
        break;
    case VALUE_WORDS:
        sink_escaped(&r->sink, place, words_text((enum words)value->number, r->reader->lang));
        break;
    case VALUE_HTML:
        if (place == PLACE_TEXT)
            sink_put(&r->sink, value->text);
        break;
    case VALUE_BYTES:
        if (place == PLACE_URL)
            sink_put(&r->sink, TEXT("#"));
        else
            sink_base64(&r->sink, value->text);
        break;
    case VALUE_ABSENT:
    case VALUE_RECORD:
    case VALUE_RECORDS:
    case VALUE_TEXTS:
    case VALUE_UINTS:
    case VALUE_OBJECT:
    case VALUE_LIST:
        break;
    }
}

static void put_operand(struct render *r, const struct operand *operand, enum place place)
{
    struct value value = render_find(r, &operand->path);

    if (operand->filter)
        operand->filter->write(r, operand, &value, place);
    else
        render_value(r, &value, place);
}

/*
 * A browser drops a line end directly behind <textarea> and <pre> (HTML section 13.2.6.4.7): what begins with one gets another.
 */
static void put_value(struct render *r, const struct node *node)
{
    if (node->first) {
        struct value value = render_find(r, &node->operand->path);
        if (value.kind == VALUE_TEXT && value.text.len && (value.text.at[0] == '\n' || value.text.at[0] == '\r'))
            sink_put(&r->sink, TEXT("\n"));
    }
    put_operand(r, node->operand, node->place);
}

static void put_say(struct render *r, const struct node *node)
{
    unsigned lang = r->reader->lang == LANG_EN;

    for (uint32_t i = 0; i < node->say->counts[lang]; i++) {
        const struct say_piece *piece = &node->say->pieces[lang][i];
        sink_put(&r->sink, piece->literal);
        if (piece->operand)
            put_operand(r, piece->operand, node->place);
    }
}

/* ---- conditions ---- */

static bool is_number(struct text text, uint64_t number)
{
    uint64_t read = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned char)text.at[i] - (unsigned)'0';
        if (digit > 9 || read > (UINT64_MAX - digit) / 10)
            return false;
        read = read * 10 + digit;
    }
    return text.len > 0 && read == number;
}

static bool value_is(const struct value *value, struct text word)
{
    if (value->kind == VALUE_ENUM)
        return text_equal(enumeration_by_number(value->enumeration, value->number)->name, word);
    if (value->kind == VALUE_WORDS)
        return text_equal(words_name((enum words)value->number), word);
    if (value->kind == VALUE_NUMBER)
        return is_number(word, value->number);
    return value->kind == VALUE_TEXT && text_equal(value->text, word);
}

static bool holds(struct render *r, const struct node *node)
{
    struct value value = render_find(r, &node->operand->path);
    bool is = node->text.at ? value_is(&value, node->text) : value_is_set(&value);
    return is != node->negated;
}

/* ---- items ---- */

/* Takes the next encoded item into the frame. */
static bool take_item(struct frame *frame)
{
    switch (frame->rest.kind) {
    case VALUE_RECORDS:
        return items_next(&frame->rest.items, frame->rest.shape, frame->room);
    case VALUE_TEXTS:
        return items_next_text(&frame->rest.items, &frame->item.text);
    case VALUE_UINTS:
        return items_next_uint(&frame->rest.items, &frame->item.number);
    case VALUE_ABSENT:
    case VALUE_TEXT:
    case VALUE_NUMBER:
    case VALUE_FLAG:
    case VALUE_ENUM:
    case VALUE_WORDS:
    case VALUE_HTML:
    case VALUE_URL:
    case VALUE_BYTES:
    case VALUE_RECORD:
    case VALUE_OBJECT:
    case VALUE_LIST:
        break;
    }
    return false;
}

/* Enters the first item in a frame of its own. False: there is none. */
static bool enter(struct render *r, const struct node *node)
{
    struct value list = render_find(r, &node->operand->path);
    struct frame *frame = &r->frames[r->depth + 1];

    if (!value_is_set(&list))
        return false;
    frame->object = list.kind == VALUE_LIST ? list_first(list.list) : NULL;
    frame->rest = list;
    frame->row = NULL;
    frame->item = (struct value){.kind = list.kind == VALUE_UINTS ? VALUE_NUMBER : VALUE_TEXT};
    if (list.kind == VALUE_RECORDS) {
        frame->item = (struct value){.kind = VALUE_RECORD, .record = frame->room, .shape = list.shape};
        frame->row = templates_row(r->templates, list.shape);
    }
    if (!frame->object && !take_item(frame))
        return false;
    r->asked = NULL;
    r->depth++;
    return true;
}

/* Goes on to the next item, or leaves the frame. */
static bool advance(struct render *r)
{
    struct frame *frame = &r->frames[r->depth];

    r->asked = NULL;
    if (frame->object) {
        const struct object *next = list_next(frame->object);
        if (next) {
            frame->object = next;
            return true;
        }
    } else if (take_item(frame)) {
        return true;
    }
    r->depth--;
    return false;
}

/* ---- nodes ---- */

static void run(struct render *r, const struct code *code)
{
    const struct node *nodes = code->nodes;

    for (uint32_t at = 0;; at++) {
        const struct node *node = &nodes[at];
        switch (node->op) {
        case NODE_LITERAL:
            sink_put(&r->sink, node->text);
            break;
        case NODE_VALUE:
            put_value(r, node);
            break;
        case NODE_SAY:
            put_say(r, node);
            break;
        case NODE_IF:
            at = holds(r, node) ? at : node->jump - 1;
            break;
        case NODE_JUMP:
            at = node->jump - 1;
            break;
        case NODE_EACH:
            at = enter(r, node) ? at : node->jump - 1;
            break;
        case NODE_NEXT:
            at = advance(r) ? node->jump - 1 : at;
            break;
        case NODE_USE:
            run(r, &r->templates->codes[node->jump]);
            break;
        case NODE_END:
            return;
        }
    }
}

enum { USUAL_MOST = 128 << 10 /* bytes; above it, growing costs little beside the writing */ };

/* Takes at once about what the template needed last time, so that the output seldom has to move. */
static void expect_usual(struct render *r, struct code *code)
{
    size_t usual = atomic_load_explicit(&code->usual, memory_order_relaxed);
    if (usual)
        sink_room(&r->sink, usual);
}

/* Upwards at once, downwards slowly. */
static void remember_usual(struct code *code, size_t len)
{
    size_t usual = atomic_load_explicit(&code->usual, memory_order_relaxed);
    size_t next = len + len / 8 > usual ? len + len / 8 : usual - (usual - len) / 8;
    next = next < USUAL_MOST ? next : USUAL_MOST;
    if (next != usual)
        atomic_store_explicit(&code->usual, next, memory_order_relaxed);
}

struct html templates_render(const struct templates *templates, uint32_t index, const struct object *values,
                             const struct reader *reader, struct arena *arena)
{
    struct render r = {.templates = templates, .reader = reader, .sink = {.arena = arena}};
    struct code *code = &templates->codes[index];

    r.frames[0].object = values;
    expect_usual(&r, code);
    run(&r, code);
    if (r.sink.failed || arena_failed(arena))
        return (struct html){{NULL, 0}};
    remember_usual(code, r.sink.len);
    if (!r.sink.at)
        return (struct html){TEXT("")};
    struct wire_writer taken = {.at = (uint8_t *)r.sink.at, .len = r.sink.len, .cap = r.sink.cap};
    arena_trim(arena, &taken);
    return (struct html){{r.sink.at, r.sink.len}};
}

struct html template_render(const struct templates *templates, enum template which, const struct object *values,
                            const struct reader *reader, struct arena *arena)
{
    return templates_render(templates, (uint32_t)which, values, reader, arena);
}
