/* See strict_html.h. */
#include "tests/unit/strict_html.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 256, IDS = 600, ATTRIBUTES = 7 };

/* Values that an attribute may have: one of those given, or what a rule says. */
enum rule { ONE_OF, TEXT_RULE, URL_RULE, ID_RULE, NUMBER_RULE };

struct attribute {
    const char *name;
    enum rule rule;
    const char *values; /* ONE_OF: parted by | */
};

struct element {
    const char *name;
    bool empty; /* has no end tag */
    struct attribute attributes[ATTRIBUTES];
};

#define REL "nofollow ugc noopener noreferrer"

static const struct element elements[] = {
    {"p", false, {{"class", ONE_OF, "muted"}}},
    {"br", true, {{0}}},
    {"hr", true, {{0}}},
    {"h3", false, {{"id", ID_RULE, NULL}}},
    {"h4", false, {{"id", ID_RULE, NULL}}},
    {"h5", false, {{"id", ID_RULE, NULL}}},
    {"h6", false, {{"id", ID_RULE, NULL}}},
    {"em", false, {{0}}},
    {"strong", false, {{0}}},
    {"del", false, {{0}}},
    {"ins", false, {{0}}},
    {"code", false, {{0}}},
    {"pre", false, {{"tabindex", ONE_OF, "0"}}},
    {"blockquote", false, {{0}}},
    {"ul", false, {{0}}},
    {"ol", false, {{"start", NUMBER_RULE, NULL}}},
    {"li", false, {{"id", ID_RULE, NULL}}},
    {"table", false, {{0}}},
    {"thead", false, {{0}}},
    {"tbody", false, {{0}}},
    {"tr", false, {{0}}},
    {"th", false, {{"scope", ONE_OF, "col"}, {"class", ONE_OF, "right|center"}}},
    {"td", false, {{"class", ONE_OF, "right|center"}}},
    {"sup", false, {{"class", ONE_OF, "footnote-ref"}}},
    {"span", false, {{"class", ONE_OF, "hidden"}}},
    {"div",
     false,
     {{"class", ONE_OF, "scroll"}, {"role", ONE_OF, "group"}, {"tabindex", ONE_OF, "0"}, {"aria-label", TEXT_RULE, NULL}}},
    {"section",
     false,
     {{"class", ONE_OF, "footnotes"}, {"role", ONE_OF, "doc-endnotes"}, {"aria-label", TEXT_RULE, NULL}}},
    {"a",
     false,
     {{"href", URL_RULE, NULL},
      {"rel", ONE_OF, REL},
      {"title", TEXT_RULE, NULL},
      {"class", ONE_OF, "image|mention|floor-link|footnote-back"},
      {"role", ONE_OF, "doc-noteref|doc-backlink"},
      {"data-alt", TEXT_RULE, NULL},
      {"aria-label", TEXT_RULE, NULL}}},
};

struct scan {
    struct text html;
    size_t at;
    const struct element *open[DEPTH];
    unsigned depth, links;
    struct text ids[IDS];
    unsigned id_count;
};

static bool at_prefix(struct text text, size_t at, const char *prefix)
{
    size_t len = strlen(prefix);
    return text.len - at >= len && memcmp(text.at + at, prefix, len) == 0;
}

/* Past the character at `at` of a text; 0 where no text has it. */
static size_t past_character(struct text text, size_t at)
{
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    const uint8_t c = (uint8_t)text.at[at];

    if (c == '&') {
        for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
            if (at_prefix(text, at, entities[i]))
                return at + strlen(entities[i]);
        }
        return 0;
    }
    if (c == '<' || c == '>' || c == '"' || c == '\'' || c == 0x7f || (c < 0x20 && c != '\n' && c != '\t'))
        return 0;
    if (c == 0xc2 && at + 1 < text.len && (uint8_t)text.at[at + 1] >= 0x80 && (uint8_t)text.at[at + 1] < 0xa0)
        return 0;
    if (at_prefix(text, at, "\u202d") || at_prefix(text, at, "\u202e"))
        return 0;
    return at + 1;
}

static bool is_text(struct text text)
{
    for (size_t at = 0; at < text.len;) {
        at = past_character(text, at);
        if (!at)
            return false;
    }
    return true;
}

static bool is_number(struct text text)
{
    bool fits = text.len > 0 && text.len < 20;
    for (size_t i = 0; i < text.len; i++)
        fits &= text.at[i] >= '0' && text.at[i] <= '9';
    return fits;
}

static bool is_id(struct text text)
{
    bool fits = text.len > 1 && text.at[0] == 'p';
    for (size_t i = 0; i < text.len; i++)
        fits &= (text.at[i] >= 'a' && text.at[i] <= 'z') || (text.at[i] >= '0' && text.at[i] <= '9') || text.at[i] == '-';
    return fits;
}

static bool is_url(struct text url)
{
    static const char *const starts[] = {"https://", "http://", "mailto:", "HTTPS://", "HTTP://", "MAILTO:"};
    bool known = false;

    for (size_t i = 0; i < url.len; i++) {
        const char c = url.at[i];
        if ((uint8_t)c <= ' ' || (uint8_t)c >= 0x7f || strchr("\"'<>\\^`{|}", c))
            return false;
    }
    if (url.len && url.at[0] == '#')
        return is_id((struct text){url.at + 1, url.len - 1});
    if (url.len && url.at[0] == '/')
        return (url.len == 1 || url.at[1] != '/') && is_text(url);
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        bool same = url.len > strlen(starts[i]);
        for (size_t j = 0; same && starts[i][j]; j++)
            same = (url.at[j] | 0x20) == (starts[i][j] | 0x20);
        known |= same;
    }
    return known && is_text(url);
}

static bool is_one_of(struct text value, const char *values)
{
    while (*values) {
        size_t len = strcspn(values, "|");
        if (text_equal(value, (struct text){values, len}))
            return true;
        values += len + (values[len] == '|');
    }
    return false;
}

/* Whether the id is new. */
static bool take_id(struct scan *s, struct text id)
{
    for (unsigned i = 0; i < s->id_count; i++) {
        if (text_equal(s->ids[i], id))
            return false;
    }
    if (s->id_count < IDS)
        s->ids[s->id_count++] = id;
    return true;
}

static const char *check_value(struct scan *s, const struct attribute *attribute, struct text value)
{
    switch (attribute->rule) {
    case ONE_OF:
        return is_one_of(value, attribute->values) ? NULL : "an attribute's value that none has";
    case TEXT_RULE:
        return is_text(value) ? NULL : "an attribute's text that is not escaped";
    case URL_RULE:
        return is_url(value) ? NULL : "an address that leads elsewhere";
    case ID_RULE:
        return is_id(value) && take_id(s, value) ? NULL : "an id that is wrong or not the only one";
    case NUMBER_RULE:
        return is_number(value) ? NULL : "not a number";
    }
    return "a rule nobody knows";
}

static const struct attribute *attribute_named(const struct element *element, struct text name)
{
    static const struct attribute reference_id = {"id", ID_RULE, NULL};

    for (unsigned i = 0; i < ATTRIBUTES && element->attributes[i].name; i++) {
        if (text_equal(text_of(element->attributes[i].name), name))
            return &element->attributes[i];
    }
    return strcmp(element->name, "a") == 0 && text_equal(name, TEXT("id")) ? &reference_id : NULL;
}

static struct text take_name(struct scan *s)
{
    size_t from = s->at;
    while (s->at < s->html.len && ((s->html.at[s->at] >= 'a' && s->html.at[s->at] <= 'z') || s->html.at[s->at] == '-' ||
                                   (s->at > from && s->html.at[s->at] >= '0' && s->html.at[s->at] <= '9')))
        s->at++;
    return (struct text){s->html.at + from, s->at - from};
}

static bool take(struct scan *s, const char *literal)
{
    if (!at_prefix(s->html, s->at, literal))
        return false;
    s->at += strlen(literal);
    return true;
}

static const char *scan_attributes(struct scan *s, const struct element *element)
{
    struct text href = {NULL, 0};
    bool rel = false;

    while (take(s, " ")) {
        struct text name = take_name(s);
        const struct attribute *attribute = attribute_named(element, name);
        if (!attribute || !take(s, "=\""))
            return "an attribute that this element does not have";
        const char *end = memchr(s->html.at + s->at, '"', s->html.len - s->at);
        if (!end)
            return "an attribute without an end";
        struct text value = {s->html.at + s->at, (size_t)(end - s->html.at) - s->at};
        const char *fault = check_value(s, attribute, value);
        if (fault)
            return fault;
        s->at += value.len + 1;
        if (text_equal(name, TEXT("href")))
            href = value;
        rel |= text_equal(name, TEXT("rel"));
    }
    if (href.at && href.at[0] != '/' && href.at[0] != '#' && !rel)
        return "a link to elsewhere without rel";
    return take(s, ">") ? NULL : "a tag without an end";
}

static const struct element *element_named(struct text name)
{
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++) {
        if (text_equal(text_of(elements[i].name), name))
            return &elements[i];
    }
    return NULL;
}

static const char *scan_tag(struct scan *s)
{
    const bool end = take(s, "</");
    if (!end)
        take(s, "<");
    const struct element *element = element_named(take_name(s));

    if (!element)
        return "an element that no post has";
    const bool link = strcmp(element->name, "a") == 0;
    if (end) {
        if (s->depth == 0 || s->open[s->depth - 1] != element)
            return "an end tag without its start";
        s->depth--;
        s->links -= link;
        return take(s, ">") ? NULL : "an end tag without an end";
    }
    if (!element->empty) {
        if (s->depth == DEPTH)
            return "too deep";
        s->open[s->depth++] = element;
        s->links += link;
    }
    return s->links > 1 ? "a link in a link" : scan_attributes(s, element);
}

const char *strict_html_fault(struct text html)
{
    struct scan s = {.html = html};

    while (s.at < html.len) {
        if (html.at[s.at] == '<') {
            const char *fault = scan_tag(&s);
            if (fault)
                return fault;
            continue;
        }
        s.at = past_character(html, s.at);
        if (!s.at)
            return "a character that is not escaped";
    }
    return s.depth ? "an element without its end" : NULL;
}
