/*
 * What the files of the template engine share; nobody else includes it but the engine's tests.
 *
 *     value.c              objects, lists, addresses
 *     template.c           the set of all templates: loading, names, fields of records by name
 *     template_context.c   where in the HTML a place of a template is, and what may stand there
 *     template_parse.c     text into nodes
 *     template_say.c       words with values in them
 *     template_render.c    nodes and values into HTML
 *     template_filters.c   what {{name|filter}} writes
 *     template_sink.c      the growing output, and escaping for each place
 *
 * A template becomes an array of nodes with jumps in it; what a tag names was resolved when it was read: names into
 * `struct name`, words into escaped literals, filters and templates into pointers. Everything of a loaded set is constant
 * but the sizes of the newest outputs, which are atomic and only guess how much memory to take.
 */
#ifndef LUNTAN_SERVER_WEB_TEMPLATE_PRIVATE_H
#define LUNTAN_SERVER_WEB_TEMPLATE_PRIVATE_H

#include <stdatomic.h>

#include "server/web/template.h"
#include "server/web/zone.h"

/* ---- values ---- */

enum value_kind {
    VALUE_ABSENT, VALUE_TEXT, VALUE_NUMBER, VALUE_FLAG, VALUE_ENUM, VALUE_WORDS, VALUE_HTML, VALUE_URL, VALUE_BYTES,
    VALUE_RECORD,                         /* a struct of a shape */
    VALUE_RECORDS, VALUE_TEXTS, VALUE_UINTS, /* encoded; a composite is a list of one */
    VALUE_OBJECT, VALUE_LIST,
};

struct value {
    enum value_kind kind;
    union {
        struct text text;            /* TEXT, HTML, URL, BYTES */
        uint64_t number;             /* NUMBER, FLAG, ENUM, WORDS */
        struct items items;          /* RECORDS, TEXTS, UINTS */
        const void *record;          /* RECORD */
        const struct object *object; /* OBJECT */
        const struct list *list;     /* LIST */
    };
    union {
        const struct shape *shape;             /* RECORD, RECORDS */
        const struct enumeration *enumeration; /* ENUM */
    };
};

/* A name in a template. Equal names of one set are the same `struct name`. */
struct name {
    const char *text;
    struct name *next; /* of the same bucket */
    uint32_t hash;
    uint32_t id;       /* consecutive in the set */
};

/* The hash by which names are compared first; `len` receives the length. */
uint32_t name_hash(const char *name, size_t *len);

/* The member of this name, the one set last. NULL: there is none. */
const struct value *object_find(const struct object *o, const struct name *name);
const struct object *list_first(const struct list *list);
const struct object *list_next(const struct object *item);
/* Not false, 0, absent or empty. */
bool value_is_set(const struct value *value);
/* Whether a page may link to it, see object_url. */
bool url_is_safe(struct text url);

/* ---- places ---- */

enum place {
    PLACE_TEXT,      /* between tags: elements may be written */
    PLACE_PLAIN,     /* in <title>, <textarea>, <option>: text alone */
    PLACE_ATTRIBUTE,
    PLACE_URL,       /* the beginning of an address */
    PLACE_URL_REST,
};

/* ---- output ---- */

/* One growing piece of the arena. */
struct sink {
    struct arena *arena;
    char *at;
    size_t len, cap;
    bool failed; /* memory was short; nothing is written any more */
};

/* Takes a larger piece with room for `size` more bytes. NULL where memory is short. */
char *sink_grow(struct sink *sink, size_t size);

/* Room for `size` more bytes at the end; NULL where memory is short. What is written there is added to `len` by the caller. */
static inline char *sink_room(struct sink *sink, size_t size)
{
    return sink->cap - sink->len >= size && sink->at ? sink->at + sink->len : sink_grow(sink, size);
}

static inline void sink_put(struct sink *sink, struct text text)
{
    char *at = text.len ? sink_room(sink, text.len) : NULL;
    if (!at)
        return;
    memcpy(at, text.at, text.len);
    sink->len += text.len;
}

void sink_number(struct sink *sink, uint64_t number);
/* A text, escaped as the place demands. In PLACE_URL nothing but "#". */
void sink_escaped(struct sink *sink, enum place place, struct text text);
/* Base64url without padding (RFC 4648 section 5). */
void sink_base64(struct sink *sink, struct text bytes);
/* Percent-escaped but for unreserved characters (RFC 3986 section 2.3). */
void sink_percent(struct sink *sink, struct text text);

/* ---- nodes ---- */

enum { PATH_PARTS = 4, SAY_VALUES = 3, NESTING = 16, LANGS = 2 };

struct path {
    const struct name *parts[PATH_PARTS];
    uint32_t count;
};

struct render;
struct operand;

struct filter {
    const char *name;
    void (*write)(struct render *r, const struct operand *operand, const struct value *value, enum place place);
    bool takes_more; /* looks at NAME_more too */
};

/* The filter of this name, or NULL. */
const struct filter *filter_by_name(struct text name);

/* A value as a tag names it: a.b.c|filter */
struct operand {
    struct path path;
    const struct filter *filter; /* NULL: none */
    struct path more;            /* the path with _more at its end, for filters that take it */
};

/* Words cut where values stand in them. */
struct say_piece {
    struct text literal;           /* escaped for the place, written first */
    const struct operand *operand; /* NULL: none */
};

struct say {
    struct say_piece *pieces[LANGS];
    uint32_t counts[LANGS];
};

/* Whether the words take exactly so many values, in both languages. */
bool say_takes(enum words words, uint32_t values);
/* Cuts the words, escaped for the place, with the values that they take. False: no memory. */
bool say_cut(struct say *say, enum words words, const struct operand *const *values, enum place place, struct arena *arena);

enum node_op {
    NODE_END,     /* of the template */
    NODE_LITERAL,
    NODE_VALUE,
    NODE_SAY,
    NODE_IF,      /* goes on behind it, or at `jump` where the condition does not hold */
    NODE_JUMP,
    NODE_EACH,    /* enters the first item; `jump` where there is none */
    NODE_NEXT,    /* the next item at `jump`, behind it where there is none */
    NODE_USE,     /* the template `jump` */
};

struct node {
    enum node_op op;
    enum place place;        /* VALUE, SAY */
    bool first;              /* VALUE: directly behind a tag that swallows one line end */
    bool negated;            /* IF */
    uint32_t jump;
    struct text text;        /* LITERAL: what to write; IF: what it is compared with, or absent */
    const struct operand *operand; /* VALUE, IF, EACH */
    const struct say *say;   /* SAY */
};

struct code {
    struct text name;
    const struct node *nodes;   /* NULL: not read yet */
    uint32_t count;
    _Atomic size_t usual;       /* bytes that it made last, rounded up */
};

/* ---- the set ---- */

/* Which field of a shape has which name. */
struct row {
    const struct shape *shape; /* NULL: an empty slot */
    uint8_t *fields;           /* by the name's id: the field's index + 1, or 0 */
};

enum { NAME_BUCKETS = 256, ROW_SLOTS = 512 };

struct templates {
    struct arena *arena; /* all of it */
    struct code *codes;
    uint32_t count, name_count;
    const struct name *item; /* what an item that is no object is called */
    struct name *buckets[NAME_BUCKETS];
    struct row rows[ROW_SLOTS]; /* hashed by the shape's address */
};

struct template_source {
    struct text name, text; /* both outlive the set */
};

/* Reads templates from texts: what templates_load does with what the program brings along. */
struct templates *templates_parse(const struct template_source *sources, uint32_t count, char *why, size_t size);
/* Renders the template with this index. */
struct html templates_render(const struct templates *templates, uint32_t index, const struct object *values,
                             const struct reader *reader, struct arena *arena);
/* The set's own `struct name`; NULL where memory was short. */
const struct name *templates_name(struct templates *templates, struct text text);
/* The index of the template of this name, or UINT32_MAX. */
uint32_t templates_index(const struct templates *templates, struct text name);
/* The row of the shape, or NULL where it is none of the protocol's. */
const struct row *templates_row(const struct templates *templates, const struct shape *shape);

/* Reads one text into `code`. False with `why` filled where it is wrong or memory was short. */
bool template_parse(struct templates *templates, struct code *code, struct text source, char *why, size_t size);

/* ---- the HTML around it ---- */

enum { OPEN_ELEMENTS = 64 };

enum context_state {
    CONTEXT_TEXT,  /* between tags */
    CONTEXT_RAW,   /* in an element that holds text alone, until its end tag */
    CONTEXT_TAG,   /* in a start tag, between attributes */
    CONTEXT_VALUE, /* in a quoted attribute value */
};

enum context_attribute { ATTRIBUTE_PLAIN, ATTRIBUTE_URL, ATTRIBUTE_REFUSED };

enum context_url { URL_EMPTY, URL_SLASH, URL_BEGUN };

/* A place in a template; copied where a template forks. All texts borrow from the template. */
struct context {
    enum context_state state;
    enum context_attribute attribute; /* VALUE */
    enum context_url url;             /* VALUE */
    bool spaced;                      /* TAG: a blank stands before, so that an attribute may follow */
    bool has_src;                     /* TAG, RAW: a src attribute was there */
    bool first;                       /* directly behind <textarea> or <pre> */
    uint32_t depth;
    struct text open[OPEN_ELEMENTS];  /* elements, in TAG and VALUE also the one of the tag */
};

/*
 * Goes on over literal text and copies what is to be written (all but comments) to `out`, advancing it. NULL, or what is wrong
 * there (a constant line), with `at` the place.
 */
const char *context_literal(struct context *c, struct text literal, char **out, const char **at);
/* What may be written here; NULL, or why a value cannot stand here. */
const char *context_value(struct context *c, enum place *place, bool *first);
/* Two ways that meet: false where they are not at the same place. */
bool context_meet(struct context *c, const struct context *other);
/* Whether it is between tags with nothing open. */
bool context_is_outside(const struct context *c);

/* ---- rendering ---- */

/* Where names are looked up: the values given, and in them an item for each {{each}} that is being written. */
struct frame {
    const struct object *object; /* NULL: the item is a record or a single value */
    const struct row *row;       /* of the record, or NULL */
    struct value item;           /* RECORD, in `room`; TEXT, NUMBER */
    struct value rest;           /* RECORDS, TEXTS, UINTS: the items behind it */
    _Alignas(max_align_t) uint8_t room[RECORD_ROOM];
};

struct render {
    const struct templates *templates;
    const struct reader *reader;
    const struct zone *zone;     /* NULL: not looked up yet */
    struct sink sink;
    uint32_t depth;              /* of the innermost frame */
    const struct name *asked;    /* the name whose members were asked for last, NULL: none since the items changed */
    struct value answer;         /* its value, of `row` where it is a record */
    const struct row *row;
    struct value decoded;        /* the composite that was decoded last into `room`, or ABSENT */
    _Alignas(max_align_t) uint8_t room[RECORD_ROOM];
    struct frame frames[NESTING + 1];
};

/* The value of this path; ABSENT where there is none. */
struct value render_find(struct render *r, const struct path *path);
/* Writes a value without filter. */
void render_value(struct render *r, const struct value *value, enum place place);
/* The reader's time zone, looked up once. */
const struct zone *render_zone(struct render *r);

#endif
