/*
 * A template's text into nodes: tags in braces, literal text between them.
 *
 * A block ({{if}} or {{each}}) remembers where in the HTML it began; every way through it must end at one same place there, so
 * that what stands behind it is at one known place, whichever way was gone.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/web/template_private.h"

enum { TAG_WORDS = 5 };

static const uint32_t NO_JUMP = UINT32_MAX;

/* An {{if}} or {{each}} that is not ended yet. */
struct block {
    const char *at;        /* its tag, for what is said when it is never ended */
    bool each, has_else;
    uint32_t branch;       /* node whose jump leads to the next way, or NO_JUMP: there was {{else}} */
    uint32_t body;         /* EACH: the first node of an item */
    uint32_t ends;         /* newest of the jumps to the end, each holding the one before */
    bool met;              /* `end` is known */
    struct context start, end;
};

struct parser {
    struct templates *templates;
    struct text name, source;
    char *out;             /* where literals are copied to: as much room as the source has */
    struct node *nodes;
    uint32_t count, depth;
    struct context context;
    struct block blocks[NESTING];
    char *why;
    size_t why_size;
};

/* A tag's inside, cut at blanks. */
struct tag {
    const char *at;        /* its first brace */
    struct text words[TAG_WORDS];
    uint32_t count;
};

/* ---- refusals ---- */

static bool refuse(struct parser *p, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Says what is wrong at `at`, with its line. Always false. */
static bool refuse(struct parser *p, const char *at, const char *format, ...)
{
    unsigned line = 1;
    va_list arguments;

    for (const char *c = p->source.at; c < at; c++)
        line += *c == '\n';
    int len = snprintf(p->why, p->why_size, "templates/%.*s.html:%u: ", (int)p->name.len, p->name.at, line);
    if (len < 0 || (size_t)len >= p->why_size)
        return false;
    va_start(arguments, format);
    vsnprintf(p->why + len, p->why_size - (size_t)len, format, arguments);
    va_end(arguments);
    return false;
}

static bool no_memory(struct parser *p)
{
    return refuse(p, p->source.at, "no memory");
}

#define SHOWN(text) (int)(text).len, (text).at

/* ---- nodes ---- */

/* There is room: see count_tags. */
static struct node *add_node(struct parser *p, enum node_op op)
{
    struct node *node = &p->nodes[p->count++];
    *node = (struct node){.op = op, .jump = NO_JUMP};
    return node;
}

/* Literal text up to `to`, as far as it is written at all. */
static bool add_literal(struct parser *p, const char *from, const char *to)
{
    char *start = p->out;
    const char *at = from;
    const char *why = context_literal(&p->context, (struct text){from, (size_t)(to - from)}, &p->out, &at);

    if (why)
        return refuse(p, at, "%s", why);
    if (p->out > start)
        add_node(p, NODE_LITERAL)->text = (struct text){start, (size_t)(p->out - start)};
    return true;
}

/* ---- names ---- */

static bool is_name(struct text text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool letter = c >= 'a' && c <= 'z';
        if (!letter && !(i && ((c >= '0' && c <= '9') || c == '_')))
            return false;
    }
    return text.len > 0;
}

static bool read_path(struct parser *p, const char *at, struct text text, struct path *path)
{
    const char *end = text.at + text.len;

    *path = (struct path){.count = 0};
    for (const char *c = text.at; c <= end;) {
        const char *dot = memchr(c, '.', (size_t)(end - c));
        struct text part = {c, (size_t)((dot ? dot : end) - c)};
        if (!is_name(part))
            return refuse(p, at, "\"%.*s\" is no name", SHOWN(text));
        if (path->count == PATH_PARTS)
            return refuse(p, at, "\"%.*s\" has too many parts", SHOWN(text));
        path->parts[path->count] = templates_name(p->templates, part);
        if (!path->parts[path->count++])
            return no_memory(p);
        c += part.len + 1;
    }
    return true;
}

/* The path with _more at the end of its last name. */
static bool read_more(struct parser *p, const struct path *path, struct path *more)
{
    const struct name **last = &more->parts[path->count - 1];

    *more = *path;
    struct text name = *last ? arena_format(p->templates->arena, "%s_more", (*last)->text) : (struct text){NULL, 0};
    *last = name.at ? templates_name(p->templates, name) : NULL;
    return *last ? true : no_memory(p);
}

/* name.sub|filter */
static struct operand *read_operand(struct parser *p, const char *at, struct text text)
{
    struct operand *operand = arena_alloc(p->templates->arena, sizeof *operand);
    const char *bar = memchr(text.at, '|', text.len);
    struct text path = {text.at, bar ? (size_t)(bar - text.at) : text.len};

    if (!operand) {
        no_memory(p);
        return NULL;
    }
    if (!read_path(p, at, path, &operand->path))
        return NULL;
    if (!bar)
        return operand;
    struct text filter = {bar + 1, text.len - path.len - 1};
    operand->filter = filter_by_name(filter);
    if (!operand->filter) {
        refuse(p, at, "there is no filter \"%.*s\"", SHOWN(filter));
        return NULL;
    }
    return !operand->filter->takes_more || read_more(p, &operand->path, &operand->more) ? operand : NULL;
}

/* ---- values and words ---- */

static bool take_place(struct parser *p, const struct tag *tag, enum place *place, bool *first)
{
    const char *why = context_value(&p->context, place, first);
    return why ? refuse(p, tag->at, "%s", why) : true;
}

static bool parse_value(struct parser *p, const struct tag *tag)
{
    enum place place = PLACE_TEXT;
    bool first = false;

    if (tag->count != 1)
        return refuse(p, tag->at, "there is no {{%.*s ...}}", SHOWN(tag->words[0]));
    const struct operand *operand = read_operand(p, tag->at, tag->words[0]);
    if (!operand || !take_place(p, tag, &place, &first))
        return false;
    if (place == PLACE_URL && operand->filter)
        return refuse(p, tag->at, "what begins an address has no filter");
    struct node *node = add_node(p, NODE_VALUE);
    node->place = place;
    node->first = first;
    node->operand = operand;
    return true;
}

static bool parse_say(struct parser *p, const struct tag *tag)
{
    const struct operand *values[SAY_VALUES] = {NULL};
    struct say *say = arena_alloc(p->templates->arena, sizeof *say);
    enum place place = PLACE_TEXT;
    bool first = false;

    if (!say)
        return no_memory(p);
    if (tag->count < 2 || tag->count > 2 + SAY_VALUES)
        return refuse(p, tag->at, "{{say}} takes words and up to %d values", SAY_VALUES);
    enum words words = words_by_name(tag->words[1]);
    if (words == WORDS_NONE)
        return refuse(p, tag->at, "there are no words \"%.*s\"", SHOWN(tag->words[1]));
    for (uint32_t i = 2; i < tag->count; i++)
        if (!(values[i - 2] = read_operand(p, tag->at, tag->words[i])))
            return false;
    if (!take_place(p, tag, &place, &first))
        return false;
    if (place == PLACE_URL)
        return refuse(p, tag->at, "words cannot begin an address");
    if (!say_takes(words, tag->count - 2))
        return refuse(p, tag->at, "the words \"%.*s\" take other values than these", SHOWN(tag->words[1]));
    if (!say_cut(say, words, values, place, p->templates->arena))
        return no_memory(p);
    struct node *node = add_node(p, NODE_SAY);
    node->place = place;
    node->say = say;
    return true;
}

/* ---- blocks ---- */

static struct block *innermost(struct parser *p)
{
    return p->depth ? &p->blocks[p->depth - 1] : NULL;
}

/* if [not] name [is word], with `from` the word after {{if}} or {{elif}}. */
static bool add_condition(struct parser *p, const struct tag *tag)
{
    uint32_t at = 1;
    bool negated = tag->count > 1 && text_equal(tag->words[1], TEXT("not"));
    struct text compared = {NULL, 0};

    at += negated;
    if (tag->count == at + 3 && text_equal(tag->words[at + 1], TEXT("is")))
        compared = tag->words[at + 2];
    else if (tag->count != at + 1)
        return refuse(p, tag->at, "write {{if name}}, {{if not name}} or {{if name is word}}");
    const struct operand *operand = read_operand(p, tag->at, tag->words[at]);
    if (!operand)
        return false;
    if (operand->filter)
        return refuse(p, tag->at, "a condition has no filter");
    struct node *node = add_node(p, NODE_IF);
    node->operand = operand;
    node->negated = negated;
    node->text = compared;
    return true;
}

/* Begins a block whose first node was just added. */
static struct block *open_block(struct parser *p, const struct tag *tag, bool each)
{
    struct block *block = &p->blocks[p->depth++];

    *block = (struct block){.at = tag->at, .each = each, .branch = p->count - 1, .body = p->count, .ends = NO_JUMP};
    block->start = p->context;
    return block;
}

static bool may_open(struct parser *p, const struct tag *tag)
{
    return p->depth < NESTING ? true : refuse(p, tag->at, "too many blocks within each other");
}

static bool parse_if(struct parser *p, const struct tag *tag)
{
    if (!may_open(p, tag) || !add_condition(p, tag))
        return false;
    open_block(p, tag, false);
    return true;
}

static bool parse_each(struct parser *p, const struct tag *tag)
{
    if (!may_open(p, tag))
        return false;
    if (tag->count != 2)
        return refuse(p, tag->at, "write {{each name}}");
    const struct operand *operand = read_operand(p, tag->at, tag->words[1]);
    if (!operand)
        return false;
    if (operand->filter)
        return refuse(p, tag->at, "{{each}} has no filter");
    add_node(p, NODE_EACH)->operand = operand;
    open_block(p, tag, true);
    return true;
}

/* A way through the block ends here: at the same place of the HTML as the others. */
static bool meet(struct parser *p, const char *at, struct block *block)
{
    if (!block->met)
        block->end = p->context;
    else if (!context_meet(&block->end, &p->context))
        return refuse(p, at, "the ways through the block end at different places of the HTML");
    block->met = true;
    return true;
}

/* Ends an item: it must end where it began, because the next follows it. */
static bool end_items(struct parser *p, const char *at, struct block *block)
{
    struct context again = block->start;

    if (!context_meet(&again, &p->context))
        return refuse(p, at, "an item must end at the place of the HTML where it began");
    add_node(p, NODE_NEXT)->jump = block->body;
    return meet(p, at, block);
}

/* Ends a way and begins the next one. */
static bool turn(struct parser *p, const struct tag *tag, struct block *block)
{
    if (block->each ? !end_items(p, tag->at, block) : !meet(p, tag->at, block))
        return false;
    add_node(p, NODE_JUMP)->jump = block->ends;
    block->ends = p->count - 1;
    p->nodes[block->branch].jump = p->count;
    p->context = block->start;
    return true;
}

static bool parse_elif(struct parser *p, const struct tag *tag)
{
    struct block *block = innermost(p);

    if (!block || block->each || block->has_else)
        return refuse(p, tag->at, "{{elif}} without {{if}}");
    if (!turn(p, tag, block) || !add_condition(p, tag))
        return false;
    block->branch = p->count - 1;
    return true;
}

static bool parse_else(struct parser *p, const struct tag *tag)
{
    struct block *block = innermost(p);

    if (!block || block->has_else || tag->count != 1)
        return refuse(p, tag->at, "{{else}} without {{if}} or {{each}}");
    block->has_else = true;
    return turn(p, tag, block);
}

static bool parse_end(struct parser *p, const struct tag *tag)
{
    struct block *block = innermost(p);

    if (!block || tag->count != 1)
        return refuse(p, tag->at, "{{end}} without {{if}} or {{each}}");
    if (block->each && !block->has_else ? !end_items(p, tag->at, block) : !meet(p, tag->at, block))
        return false;
    if (!block->has_else) { /* the way that does nothing */
        p->nodes[block->branch].jump = p->count;
        p->context = block->start;
        if (!meet(p, tag->at, block))
            return false;
    }
    for (uint32_t at = block->ends; at != NO_JUMP;) {
        uint32_t before = p->nodes[at].jump;
        p->nodes[at].jump = p->count;
        at = before;
    }
    p->context = block->end;
    p->depth--;
    return true;
}

static bool parse_use(struct parser *p, const struct tag *tag)
{
    uint32_t index = tag->count == 2 ? templates_index(p->templates, tag->words[1]) : UINT32_MAX;

    if (tag->count != 2)
        return refuse(p, tag->at, "write {{use name}}");
    if (index == UINT32_MAX)
        return refuse(p, tag->at, "there is no template \"%.*s\"", SHOWN(tag->words[1]));
    if (p->context.state != CONTEXT_TEXT)
        return refuse(p, tag->at, "{{use}} stands between tags");
    add_node(p, NODE_USE)->jump = index;
    p->context.first = false;
    return true;
}

/* ---- tags ---- */

static const struct {
    struct text word;
    bool (*parse)(struct parser *p, const struct tag *tag);
    bool alone; /* standing alone on its line, it takes the line with it */
} keywords[] = {
    {TEXT_INIT("say"), parse_say, false}, {TEXT_INIT("if"), parse_if, true}, {TEXT_INIT("elif"), parse_elif, true},
    {TEXT_INIT("else"), parse_else, true}, {TEXT_INIT("each"), parse_each, true}, {TEXT_INIT("end"), parse_end, true},
    {TEXT_INIT("use"), parse_use, true},
};
enum { KEYWORDS = sizeof keywords / sizeof keywords[0] };

static uint32_t keyword_of(struct text word)
{
    for (uint32_t i = 0; i < KEYWORDS; i++)
        if (text_equal(keywords[i].word, word))
            return i;
    return KEYWORDS;
}

/* Cuts the inside of {{...}} at blanks. */
static bool cut_tag(struct parser *p, struct text inside, struct tag *tag)
{
    const char *end = inside.at + inside.len;

    for (const char *c = inside.at; c < end;) {
        if (*c == ' ') {
            c++;
            continue;
        }
        if (tag->count == TAG_WORDS)
            return refuse(p, tag->at, "too many words in a tag");
        const char *blank = memchr(c, ' ', (size_t)(end - c));
        tag->words[tag->count++] = (struct text){c, (size_t)((blank ? blank : end) - c)};
        c = blank ? blank : end;
    }
    return tag->count ? true : refuse(p, tag->at, "an empty tag");
}

/* Whether only blanks stand around the tag on its line; then `from` and `to` are moved to the line's ends. */
static void take_line(const struct parser *p, const char *behind, const char **from, const char **to)
{
    const char *left = *from, *right = *to, *end = p->source.at + p->source.len;

    while (left > behind && (left[-1] == ' ' || left[-1] == '\t'))
        left--;
    while (right < end && (*right == ' ' || *right == '\t'))
        right++;
    if ((left == p->source.at || left[-1] == '\n') && (right == end || *right == '\n')) {
        *from = left;
        *to = right < end ? right + 1 : right;
    }
}

/* The tag that begins at `at`; `behind` is where literal text before it begins, and is moved behind it. */
static bool parse_tag(struct parser *p, const char *at, const char **behind)
{
    const char *end = p->source.at + p->source.len;
    const char *close = memmem(at, (size_t)(end - at), "}}", 2);
    const char *line = memchr(at, '\n', (size_t)(end - at));
    struct tag tag = {.at = at};

    if (!close || (line && line < close))
        return refuse(p, at, "a tag must end on its line");
    if (!cut_tag(p, (struct text){at + 2, (size_t)(close - at - 2)}, &tag))
        return false;
    const char *from = at, *to = close + 2;
    uint32_t keyword = keyword_of(tag.words[0]);
    if (keyword < KEYWORDS && keywords[keyword].alone)
        take_line(p, *behind, &from, &to);
    if (!add_literal(p, *behind, from))
        return false;
    *behind = to;
    return keyword < KEYWORDS ? keywords[keyword].parse(p, &tag) : parse_value(p, &tag);
}

static uint32_t count_tags(struct text source)
{
    uint32_t count = 0;
    for (size_t i = 0; i + 1 < source.len; i++)
        count += source.at[i] == '{' && source.at[i + 1] == '{';
    return count;
}

static bool parse_all(struct parser *p)
{
    const char *end = p->source.at + p->source.len, *behind = p->source.at;

    for (;;) {
        const char *at = memmem(behind, (size_t)(end - behind), "{{", 2);
        if (!at)
            break;
        if (!parse_tag(p, at, &behind))
            return false;
    }
    if (!add_literal(p, behind, end))
        return false;
    if (p->depth)
        return refuse(p, innermost(p)->at, "without {{end}}");
    if (!context_is_outside(&p->context))
        return refuse(p, end, "the HTML ends within an element or a tag");
    add_node(p, NODE_END);
    return true;
}

bool template_parse(struct templates *templates, struct code *code, struct text source, char *why, size_t size)
{
    struct parser *p = calloc(1, sizeof *p);
    bool ok = false;

    if (!p) {
        snprintf(why, size, "no memory");
        return false;
    }
    *p = (struct parser){.templates = templates, .name = code->name, .source = source, .why = why, .why_size = size};
    /* A tag makes a literal before it and at most two nodes: a way's end, and the condition of the next. */
    p->nodes = arena_alloc(templates->arena, (3 * (size_t)count_tags(source) + 2) * sizeof *p->nodes);
    p->out = arena_alloc(templates->arena, source.len + 1);
    ok = p->nodes && p->out ? parse_all(p) : no_memory(p);
    code->nodes = p->nodes;
    code->count = p->count;
    free(p);
    return ok;
}
