/*
 * Where in the HTML a place of a template is.
 *
 * A strict subset of HTML is understood, all that pages need: elements that are opened are closed again, attribute values stand
 * in double quotes, no scripts and no styles in the page. Within it the places at which a browser reads markup (HTML section
 * 13.2.5) are those that this finds, so that a value is escaped for the place at which it is read.
 */
#include <strings.h>

#include "server/web/template_private.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_byte(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':';
}

/* ---- elements and attributes ---- */

enum element_kind { ELEMENT_NORMAL, ELEMENT_VOID, ELEMENT_TEXT, ELEMENT_PLAIN, ELEMENT_PRE, ELEMENT_SCRIPT, ELEMENT_REFUSED };

static const struct {
    struct text name;
    enum element_kind kind;
} elements[] = {
    {TEXT_INIT("area"), ELEMENT_VOID}, {TEXT_INIT("br"), ELEMENT_VOID}, {TEXT_INIT("col"), ELEMENT_VOID},
    {TEXT_INIT("hr"), ELEMENT_VOID},
    {TEXT_INIT("img"), ELEMENT_VOID}, {TEXT_INIT("input"), ELEMENT_VOID}, {TEXT_INIT("link"), ELEMENT_VOID},
    {TEXT_INIT("meta"), ELEMENT_VOID}, {TEXT_INIT("source"), ELEMENT_VOID}, {TEXT_INIT("track"), ELEMENT_VOID},
    {TEXT_INIT("wbr"), ELEMENT_VOID},
    {TEXT_INIT("title"), ELEMENT_TEXT}, {TEXT_INIT("textarea"), ELEMENT_TEXT}, {TEXT_INIT("option"), ELEMENT_PLAIN},
    {TEXT_INIT("pre"), ELEMENT_PRE}, {TEXT_INIT("script"), ELEMENT_SCRIPT},
    /* that hold what is no HTML, or change what all others mean */
    {TEXT_INIT("style"), ELEMENT_REFUSED}, {TEXT_INIT("base"), ELEMENT_REFUSED}, {TEXT_INIT("iframe"), ELEMENT_REFUSED},
    {TEXT_INIT("object"), ELEMENT_REFUSED}, {TEXT_INIT("embed"), ELEMENT_REFUSED}, {TEXT_INIT("applet"), ELEMENT_REFUSED},
    {TEXT_INIT("frame"), ELEMENT_REFUSED}, {TEXT_INIT("frameset"), ELEMENT_REFUSED}, {TEXT_INIT("noframes"), ELEMENT_REFUSED},
    {TEXT_INIT("noembed"), ELEMENT_REFUSED}, {TEXT_INIT("xmp"), ELEMENT_REFUSED}, {TEXT_INIT("plaintext"), ELEMENT_REFUSED},
    {TEXT_INIT("listing"), ELEMENT_REFUSED}, {TEXT_INIT("math"), ELEMENT_REFUSED}, {TEXT_INIT("set"), ELEMENT_REFUSED},
    {TEXT_INIT("animate"), ELEMENT_REFUSED}, {TEXT_INIT("animatetransform"), ELEMENT_REFUSED},
    {TEXT_INIT("animatemotion"), ELEMENT_REFUSED}, {TEXT_INIT("foreignobject"), ELEMENT_REFUSED},
};

static const struct {
    struct text name;
    enum context_attribute kind;
} attributes[] = {
    {TEXT_INIT("href"), ATTRIBUTE_URL}, {TEXT_INIT("src"), ATTRIBUTE_URL}, {TEXT_INIT("action"), ATTRIBUTE_URL},
    {TEXT_INIT("formaction"), ATTRIBUTE_URL}, {TEXT_INIT("poster"), ATTRIBUTE_URL}, {TEXT_INIT("cite"), ATTRIBUTE_URL},
    {TEXT_INIT("style"), ATTRIBUTE_REFUSED}, {TEXT_INIT("srcdoc"), ATTRIBUTE_REFUSED}, {TEXT_INIT("srcset"), ATTRIBUTE_REFUSED},
    {TEXT_INIT("imagesrcset"), ATTRIBUTE_REFUSED}, {TEXT_INIT("ping"), ATTRIBUTE_REFUSED},
    {TEXT_INIT("background"), ATTRIBUTE_REFUSED},
    {TEXT_INIT("http-equiv"), ATTRIBUTE_REFUSED}, {TEXT_INIT("xlink:href"), ATTRIBUTE_REFUSED},
    {TEXT_INIT("xml:base"), ATTRIBUTE_REFUSED},
};

/* Names are the same in both cases of their letters. */
static bool is_same(struct text a, struct text b)
{
    return a.len == b.len && strncasecmp(a.at, b.at, a.len) == 0;
}

static enum element_kind element_of(struct text name)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (is_same(elements[i].name, name))
            return elements[i].kind;
    return ELEMENT_NORMAL;
}

static enum context_attribute attribute_of(struct text name)
{
    if (name.len > 2 && strncasecmp(name.at, "on", 2) == 0)
        return ATTRIBUTE_REFUSED;
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (is_same(attributes[i].name, name))
            return attributes[i].kind;
    return ATTRIBUTE_PLAIN;
}

static struct text innermost(const struct context *c)
{
    return c->depth ? c->open[c->depth - 1] : TEXT("");
}

static bool is_inside(const struct context *c, struct text name)
{
    for (uint32_t i = 0; i < c->depth; i++)
        if (is_same(c->open[i], name))
            return true;
    return false;
}

/* ---- literal text ---- */

/* One piece of literal on its way. */
struct walk {
    struct context *c;
    const char *at, *end;
    char *out;
};

static bool looking_at(const struct walk *w, struct text text)
{
    return (size_t)(w->end - w->at) >= text.len && strncasecmp(w->at, text.at, text.len) == 0;
}

static void keep(struct walk *w, size_t bytes)
{
    memcpy(w->out, w->at, bytes);
    w->out += bytes;
    w->at += bytes;
}

static struct text keep_name(struct walk *w)
{
    struct text name = {w->at, 0};
    while (w->at + name.len < w->end && is_name_byte(w->at[name.len]))
        name.len++;
    keep(w, name.len);
    return name;
}

static const char *skip_comment(struct walk *w)
{
    w->at += 4;
    while (w->at < w->end && !looking_at(w, TEXT("-->")))
        w->at++;
    if (w->at == w->end)
        return "a comment must end before the next tag of the template";
    w->at += 3;
    return NULL;
}

static const char *walk_doctype(struct walk *w)
{
    static const struct text doctype = TEXT_INIT("<!doctype html>");
    if (!looking_at(w, doctype))
        return "of declarations there is <!doctype html> only";
    keep(w, doctype.len);
    return NULL;
}

static const char *walk_start_tag(struct walk *w)
{
    struct context *c = w->c;

    keep(w, 1);
    struct text name = keep_name(w);
    if (element_of(name) == ELEMENT_REFUSED)
        return "this element is not for pages";
    if (w->at < w->end && !is_blank(*w->at) && *w->at != '>' && *w->at != '/')
        return "a tag's name goes on with a strange character";
    if (c->depth == OPEN_ELEMENTS)
        return "too many elements within each other";
    c->open[c->depth++] = name;
    c->state = CONTEXT_TAG;
    c->spaced = c->has_src = false;
    return NULL;
}

static const char *walk_end_tag(struct walk *w)
{
    struct context *c = w->c;

    keep(w, 2);
    struct text name = keep_name(w);
    while (w->at < w->end && is_blank(*w->at))
        w->at++;
    if (w->at == w->end || *w->at != '>')
        return "an end tag holds a name only";
    keep(w, 1);
    if (c->depth == 0 || !text_equal(innermost(c), name))
        return "the end tag is not that of the innermost element";
    c->depth--;
    c->state = CONTEXT_TEXT;
    return NULL;
}

static const char *walk_text(struct walk *w)
{
    if (*w->at != '<') {
        keep(w, 1);
        return NULL;
    }
    if (looking_at(w, TEXT("<!--")))
        return skip_comment(w);
    if (looking_at(w, TEXT("<!")))
        return walk_doctype(w);
    if (looking_at(w, TEXT("</")))
        return walk_end_tag(w);
    if (w->end - w->at > 1 && is_letter(w->at[1]))
        return walk_start_tag(w);
    return "a bare <; write &lt;";
}

static const char *walk_raw(struct walk *w)
{
    struct context *c = w->c;
    struct text name = innermost(c);

    if (*w->at == '<' && w->end - w->at > (ptrdiff_t)name.len + 2 && w->at[1] == '/' &&
        is_same((struct text){w->at + 2, name.len}, name))
        return walk_end_tag(w);
    if (element_of(name) == ELEMENT_SCRIPT && !is_blank(*w->at))
        return "a script stands in a file of its own";
    if (*w->at == '<')
        return "a bare <; write &lt;";
    keep(w, 1);
    return NULL;
}

/* The tag ends: what follows depends on its element. */
static const char *leave_tag(struct walk *w, bool closed)
{
    struct context *c = w->c;
    enum element_kind kind = element_of(innermost(c));

    if (closed && kind != ELEMENT_VOID && !is_inside(c, TEXT("svg")))
        return "only elements that hold nothing end by />";
    if (kind == ELEMENT_SCRIPT && !c->has_src)
        return "a script stands in a file of its own";
    keep(w, 1);
    c->state = (kind == ELEMENT_TEXT && !is_inside(c, TEXT("svg"))) || kind == ELEMENT_SCRIPT ? CONTEXT_RAW : CONTEXT_TEXT;
    c->first = !closed && (kind == ELEMENT_PRE || is_same(innermost(c), TEXT("textarea")));
    if (closed || kind == ELEMENT_VOID) {
        c->depth--;
        c->state = CONTEXT_TEXT;
    }
    return NULL;
}

static const char *walk_attribute(struct walk *w)
{
    struct context *c = w->c;

    if (!c->spaced)
        return "a blank must stand before an attribute";
    struct text name = keep_name(w);
    c->attribute = attribute_of(name);
    if (c->attribute == ATTRIBUTE_REFUSED)
        return "this attribute is not for pages";
    c->spaced = false;
    if (w->at == w->end || *w->at != '=')
        return NULL;
    if (w->end - w->at < 2 || w->at[1] != '"')
        return "an attribute's value stands in double quotes";
    keep(w, 2);
    c->has_src = c->has_src || is_same(name, TEXT("src"));
    c->state = CONTEXT_VALUE;
    c->url = URL_EMPTY;
    return NULL;
}

static const char *walk_tag(struct walk *w)
{
    if (is_blank(*w->at)) {
        w->c->spaced = true;
        keep(w, 1);
        return NULL;
    }
    if (*w->at == '>')
        return leave_tag(w, false);
    if (looking_at(w, TEXT("/>"))) {
        keep(w, 1);
        return leave_tag(w, true);
    }
    if (is_letter(*w->at))
        return walk_attribute(w);
    return "a strange character in a tag";
}

/* A literal address begins so that no value behind it can make another scheme or host of it. */
static const char *walk_url_start(struct walk *w)
{
    static const struct text schemes[] = {
        TEXT_INIT("https://"), TEXT_INIT("http://"), TEXT_INIT("mailto:"), TEXT_INIT("otpauth://"),
    };
    struct context *c = w->c;

    if (c->url == URL_SLASH)
        return *w->at == '/' || *w->at == '\\' ? "an address cannot begin with //" : NULL;
    if (*w->at == '/' || *w->at == '#' || *w->at == '?')
        return NULL;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (looking_at(w, schemes[i]))
            return NULL;
    return "an address begins with /, #, ?, https://, http://, mailto: or otpauth://";
}

static const char *walk_value(struct walk *w)
{
    struct context *c = w->c;

    if (*w->at == '"') {
        c->state = CONTEXT_TAG;
        c->spaced = false;
    } else if (c->attribute == ATTRIBUTE_URL && c->url != URL_BEGUN) {
        const char *why = walk_url_start(w);
        if (why)
            return why;
        c->url = c->url == URL_EMPTY && *w->at == '/' ? URL_SLASH : URL_BEGUN;
    }
    keep(w, 1);
    return NULL;
}

const char *context_literal(struct context *c, struct text literal, char **out, const char **at)
{
    static const char *(*const walks[])(struct walk *w) = {
        [CONTEXT_TEXT] = walk_text, [CONTEXT_RAW] = walk_raw, [CONTEXT_TAG] = walk_tag, [CONTEXT_VALUE] = walk_value,
    };
    struct walk w = {c, literal.at, literal.at + literal.len, *out};
    const char *why = NULL;

    while (!why && w.at < w.end) {
        *at = w.at;
        bool was_first = c->first;
        why = walks[c->state](&w);
        c->first = c->first && !was_first;
    }
    *out = w.out;
    return why;
}

/* ---- values ---- */

static const char *value_in_text(const struct context *c, enum place *place)
{
    enum element_kind kind = element_of(innermost(c));

    if (kind == ELEMENT_SCRIPT)
        return "a value cannot stand in a script";
    *place = kind == ELEMENT_TEXT || kind == ELEMENT_PLAIN ? PLACE_PLAIN : PLACE_TEXT;
    return NULL;
}

const char *context_value(struct context *c, enum place *place, bool *first)
{
    *first = c->first;
    c->first = false;
    switch (c->state) {
    case CONTEXT_TEXT:
    case CONTEXT_RAW:
        return value_in_text(c, place);
    case CONTEXT_TAG:
        return "a value in a tag stands in an attribute's quotes";
    case CONTEXT_VALUE:
        break;
    }
    if (c->attribute == ATTRIBUTE_PLAIN) {
        *place = PLACE_ATTRIBUTE;
        return NULL;
    }
    if (c->url == URL_SLASH)
        return "an address cannot begin with / and a value; give it as a URL, or begin it with a word";
    *place = c->url == URL_EMPTY ? PLACE_URL : PLACE_URL_REST;
    c->url = URL_BEGUN;
    return NULL;
}

/*
 * Two attribute values. Of addresses that were begun differently the less certain counts, but one that is still empty meets
 * only its like.
 */
static bool meet_value(struct context *c, const struct context *other)
{
    if (c->attribute != other->attribute)
        return false;
    if (c->attribute == ATTRIBUTE_URL && (c->url == URL_EMPTY) != (other->url == URL_EMPTY))
        return false;
    c->url = c->url < other->url ? c->url : other->url;
    return true;
}

bool context_meet(struct context *c, const struct context *other)
{
    if (c->state != other->state || c->depth != other->depth)
        return false;
    for (uint32_t i = 0; i < c->depth; i++)
        if (!text_equal(c->open[i], other->open[i]))
            return false;
    if (c->state == CONTEXT_VALUE && !meet_value(c, other))
        return false;
    c->spaced = c->spaced && other->spaced;
    c->has_src = c->has_src && other->has_src;
    c->first = c->first || other->first;
    return true;
}

bool context_is_outside(const struct context *c)
{
    return c->state == CONTEXT_TEXT && c->depth == 0;
}
