/* See boards_file.h. */
#include "server/boards_file.h"

#include <stdio.h>

#include "protocol/wire.h"
#include "server/keyfile.h"
#include "server/util/words.h"

/* etc/boards, taken into the program as it is, with a NUL after it. */
__asm__(".pushsection .rodata\n"
        ".globl luntan_boards\n"
        ".hidden luntan_boards\n"
        "luntan_boards:\n"
        ".incbin \"etc/boards\"\n"
        ".byte 0\n"
        ".popsection\n");
extern const char luntan_boards[];

/* The fields that the file may set, by name, and whether it must. */
static const struct {
    const char *name;
    bool need;
} settable[] = {
    {"name", true}, {"name_en", false}, {"kind", true}, {"about", false}, {"about_en", false}, {"read", true},
    {"start", true}, {"reply", true}, {"hold", false}, {"feed", false}, {"closed", false},
};
enum { SETTABLE = sizeof settable / sizeof *settable };

/* One reading. */
struct reading {
    const char *path;
    struct boards_file *out;
    struct board_record *board;    /* the section that is being read, or NULL */
    unsigned section;              /* its line */
    unsigned lines[SETTABLE];      /* where it sets each field; 0: it does not */
    bool english;
    struct complaint *complaint;
};

static bool refuse(struct reading *r, unsigned line, struct text about, enum telling what, const char *const *values)
{
    char where[1024], name[64];

    if (line)
        snprintf(where, sizeof where, "%s:%u", r->path, line);
    else
        snprintf(where, sizeof where, "%s", r->path);
    snprintf(name, sizeof name, "%.*s", (int)words_cut(about, sizeof name - 1).len, about.at ? about.at : "");
    return complain(r->complaint, r->english, where, about.len ? name : NULL, what, values);
}

static const struct field *field_by_name(struct text name)
{
    const struct shape *shape = &shape_board_record;

    for (uint32_t i = 0; i < shape->count; i++)
        if (text_equal(text_of(shape->fields[i].name), name))
            return &shape->fields[i];
    return NULL;
}

/* ---- values ---- */

static bool read_text(struct reading *r, const struct keyfile_line *line, const struct field *field)
{
    uint64_t characters = 0;
    char limit[16];

    snprintf(limit, sizeof limit, "%u", field->max);
    if (!line->value.len)
        return refuse(r, line->number, line->name, TELL_VALUE_EMPTY, TOLD_NOTHING);
    wire_utf8(line->value.at, line->value.len, &characters);
    if (characters > field->max)
        return refuse(r, line->number, line->name, TELL_VALUE_CHARACTERS, TOLD(limit));
    if (!words_is_line(line->value))
        return refuse(r, line->number, line->name, TELL_VALUE_LINE, TOLD_NOTHING);
    *(struct text *)((char *)r->board + field->offset) = line->value;
    return true;
}

static bool read_bool(struct reading *r, const struct keyfile_line *line, const struct field *field)
{
    bool yes = text_equal(line->value, TEXT("yes"));
    char word[64];

    snprintf(word, sizeof word, "%.*s", (int)words_cut(line->value, sizeof word - 1).len, line->value.at);
    if (!yes && !text_equal(line->value, TEXT("no")))
        return refuse(r, line->number, line->name, TELL_YES_NO, TOLD(word));
    *(bool *)((char *)r->board + field->offset) = yes;
    return true;
}

/* The bin is made when it is needed (forum/verdicts.h), and is no choice. */
static bool is_offered(const struct enumeration *e, const struct enumeration_value *value)
{
    return e != &enumeration_board_kind || value->number != BOARD_KIND_BIN;
}

static bool read_enum(struct reading *r, const struct keyfile_line *line, const struct field *field)
{
    const struct enumeration *e = field->enumeration;
    const struct enumeration_value *value = enumeration_by_name(e, line->value);
    char all[256] = "", word[64];
    size_t len = 0;

    if (value && is_offered(e, value)) {
        memcpy((char *)r->board + field->offset, &value->number, sizeof value->number);
        return true;
    }
    for (uint32_t i = 0; i < e->count; i++)
        if (is_offered(e, &e->values[i]))
            len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", len ? ", " : "", e->values[i].name.at);
    snprintf(word, sizeof word, "%.*s", (int)words_cut(line->value, sizeof word - 1).len, line->value.at);
    return refuse(r, line->number, line->name, TELL_CHOICE, TOLD(all, word));
}

static bool read_pair(struct reading *r, const struct keyfile_line *line)
{
    const struct field *field = NULL;
    size_t which = 0;
    char number[16];

    if (!r->board)
        return refuse(r, line->number, line->name, TELL_BOARD_NONE, TOLD_NOTHING);
    while (which < SETTABLE && !text_equal(text_of(settable[which].name), line->name))
        which++;
    if (which < SETTABLE)
        field = field_by_name(line->name);
    if (!field)
        return refuse(r, line->number, line->name, TELL_KEY_UNKNOWN, TOLD_NOTHING);
    snprintf(number, sizeof number, "%u", r->lines[which]);
    if (r->lines[which])
        return refuse(r, line->number, line->name, TELL_KEY_TWICE, TOLD(number));
    r->lines[which] = line->number;
    if (field->kind == KIND_TEXT)
        return read_text(r, line, field);
    return field->kind == KIND_BOOL ? read_bool(r, line, field) : read_enum(r, line, field);
}

/* ---- sections ---- */

/* The section that was being read is over: it must have everything. */
static bool finish_board(struct reading *r)
{
    char slug[LIMIT_SLUG + 1];

    if (!r->board)
        return true;
    snprintf(slug, sizeof slug, "%.*s", (int)r->board->slug.len, r->board->slug.at);
    for (size_t i = 0; i < SETTABLE; i++)
        if (settable[i].need && !r->lines[i])
            return refuse(r, r->section, (struct text){NULL, 0}, TELL_BOARD_LACKS, TOLD(slug, settable[i].name));
    return true;
}

static bool begin_board(struct reading *r, const struct keyfile_line *line)
{
    struct text nothing = {NULL, 0};
    char number[16], slug[LIMIT_SLUG + 1];

    if (!finish_board(r))
        return false;
    snprintf(number, sizeof number, "%d", LIMIT_SLUG);
    if (!words_is_slug(line->name))
        return refuse(r, line->number, line->name, TELL_BOARD_SLUG, TOLD(number));
    snprintf(slug, sizeof slug, "%.*s", (int)line->name.len, line->name.at);
    for (size_t i = 0; i < r->out->count; i++)
        if (text_equal(r->out->boards[i].slug, line->name))
            return refuse(r, line->number, nothing, TELL_BOARD_TWICE, TOLD(slug));
    snprintf(number, sizeof number, "%d", BOARDS_FILE_MAX);
    if (r->out->count == BOARDS_FILE_MAX)
        return refuse(r, line->number, nothing, TELL_BOARDS_MANY, TOLD(number));
    r->board = &r->out->boards[r->out->count++];
    *r->board = (struct board_record){.slug = line->name, .position = r->out->count, .feed = true};
    r->section = line->number;
    memset(r->lines, 0, sizeof r->lines);
    return true;
}

static bool read_lines(struct reading *r, struct text bytes)
{
    struct keyfile file = keyfile_over(bytes);
    struct keyfile_line line;
    struct text nothing = {NULL, 0};

    while (keyfile_next(&file, &line)) {
        if (line.kind == KEYFILE_WRONG)
            return refuse(r, line.number, nothing, TELL_SHAPE, TOLD_NOTHING);
        if (line.kind == KEYFILE_SECTION ? !begin_board(r, &line) : !read_pair(r, &line))
            return false;
    }
    if (!r->out->count)
        return refuse(r, 0, nothing, TELL_BOARDS_EMPTY, TOLD_NOTHING);
    return finish_board(r);
}

bool boards_file_read(const char *path, struct arena *arena, bool english, struct boards_file *out,
                      struct complaint *complaint)
{
    struct reading r = {.path = path[0] ? path : "etc/boards", .out = out, .english = english, .complaint = complaint};
    struct text bytes = text_of(luntan_boards);

    out->count = 0;
    if (path[0])
        bytes = keyfile_read(path, arena, english, complaint);
    return bytes.at && read_lines(&r, bytes);
}
