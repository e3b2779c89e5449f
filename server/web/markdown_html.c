/*
 * See markdown_private.h. The tree is walked once, without recursion; whatever is not named here is left out, its words are kept.
 */
#include <cmark-gfm-core-extensions.h>
#include <inttypes.h>

#include "server/util/words.h"
#include "server/web/markdown_private.h"

/* Levels of quotes, lists and emphasis that are shown; deeper ones show their words. */
enum { DEPTH_MOST = 24 };

/* The post's first heading is one below the post's own. */
enum { HEADING_FIRST = 3, HEADING_LAST = 6 };

struct walk {
    struct writing *w;
    struct markup *out;
    struct arena *scratch;
    cmark_iter *iter;
    unsigned depth;
    unsigned links;                           /* that are open: 0 or 1 */
    unsigned levels[HEADING_LAST], level_count; /* of the headings above, as written */
    uint32_t *references;                     /* of each footnote so far */
    unsigned reference_room, footnotes;
};

static void put(struct walk *k, const char *literal)
{
    markup_put(k->out, literal);
}

static struct text literal_of(cmark_node *node)
{
    return text_of(cmark_node_get_literal(node));
}

/* ---- ids ---- */

/* ` id="p7-…`, up to the number; the caller closes it. */
static void put_anchor(struct walk *k, const char *before, const char *what, uint64_t number)
{
    put(k, before);
    markup_number(k->out, k->w->source->post);
    put(k, what);
    markup_number(k->out, number);
}

/* The same of an address on the post's page; read elsewhere, it leads there. */
static void put_anchor_address(struct walk *k, const char *before, const char *what, uint64_t number)
{
    put(k, before);
    if (k->w->source->base.at) {
        markup_base(k->out);
        put(k, "/p/");
        markup_number(k->out, k->w->source->post);
    }
    put_anchor(k, "#p", what, number);
}

/* ---- blocks ---- */

static void write_paragraph(struct walk *k, cmark_node *node, bool enter)
{
    cmark_node *item = cmark_node_parent(node), *list = item ? cmark_node_parent(item) : NULL;

    if (list && cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list))
        return;
    put(k, enter ? "<p>" : "</p>\n");
}

/* The level at which a heading is shown: never more than one below the heading above it. */
static unsigned heading_level(struct walk *k, unsigned written)
{
    while (k->level_count > 0 && k->levels[k->level_count - 1] >= written)
        k->level_count--;
    k->levels[k->level_count++] = written;
    unsigned level = HEADING_FIRST + k->level_count - 1;
    return level < HEADING_LAST ? level : HEADING_LAST;
}

static void keep_heading(struct walk *k, cmark_node *node)
{
    enum { MOST = 400 };
    struct writing *w = k->w;
    const uint32_t number = w->heading_count + 1;

    w->headings[w->heading_count++] = (struct heading){
        .id = arena_format(w->arena, "p%" PRIu64 "-%" PRIu32, w->source->post, number),
        .text = arena_text(w->arena, markdown_words(node, MOST, k->scratch)),
        .level = (unsigned)cmark_node_get_heading_level(node),
    };
}

/* Headings inside quotes and lists belong to no outline. */
static void write_heading(struct walk *k, cmark_node *node, bool enter)
{
    static const char *const open[] = {"<h3", "<h4", "<h5", "<h6"}, *const close[] = {"</h3>\n", "</h4>\n", "</h5>\n", "</h6>\n"};
    cmark_node *parent = cmark_node_parent(node);

    if (!parent || cmark_node_get_type(parent) != CMARK_NODE_DOCUMENT) {
        put(k, enter ? "<p><strong>" : "</strong></p>\n");
        return;
    }
    if (!enter) {
        unsigned level = HEADING_FIRST + k->level_count - 1;
        put(k, close[(level < HEADING_LAST ? level : HEADING_LAST) - HEADING_FIRST]);
        return;
    }
    put(k, open[heading_level(k, (unsigned)cmark_node_get_heading_level(node)) - HEADING_FIRST]);
    if (k->w->headings && k->w->heading_count < MARKDOWN_HEADINGS) {
        keep_heading(k, node);
        put_anchor(k, " id=\"p", "-", k->w->heading_count);
        put(k, "\"");
    }
    put(k, ">");
}

/* Wide code scrolls, by keys too. */
static void write_code_block(struct walk *k, cmark_node *node, bool enter)
{
    (void)enter;
    put(k, "<pre tabindex=\"0\"><code>");
    markup_escape(k->out, literal_of(node));
    put(k, "</code></pre>\n");
}

static void write_list(struct walk *k, cmark_node *node, bool enter)
{
    bool ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
    int start = cmark_node_get_list_start(node);

    if (!enter) {
        put(k, ordered ? "</ol>\n" : "</ul>\n");
        return;
    }
    put(k, ordered ? "<ol" : "<ul");
    if (ordered && start != 1 && start >= 0) {
        put(k, " start=\"");
        markup_number(k->out, (uint64_t)start);
        put(k, "\"");
    }
    put(k, ">\n");
}

/* ---- tables ---- */

static bool is_first_row(cmark_node *row)
{
    return cmark_node_previous(row) == NULL;
}

static void write_table(struct walk *k, cmark_node *table, bool enter)
{
    bool body = cmark_node_next(cmark_node_first_child(table)) != NULL;

    if (enter) {
        put(k, "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"");
        markup_words(k->out, WORDS_table_region, k->w->source->lang, TEXT(""));
        put(k, "\"><table>\n");
    } else {
        put(k, body ? "</tbody></table></div>\n" : "</table></div>\n");
    }
}

static void write_row(struct walk *k, cmark_node *row, bool enter)
{
    bool first = is_first_row(row), more = cmark_node_next(row) != NULL;

    if (enter)
        put(k, first ? "<thead><tr>" : "<tr>");
    else
        put(k, !first ? "</tr>\n" : more ? "</tr></thead>\n<tbody>" : "</tr></thead>\n");
}

static void write_cell(struct walk *k, cmark_node *cell, bool enter)
{
    cmark_node *row = cmark_node_parent(cell), *table = cmark_node_parent(row);
    bool head = is_first_row(row);
    const uint8_t *alignments = cmark_gfm_extensions_get_table_alignments(table);
    unsigned column = 0;

    if (!enter) {
        put(k, head ? "</th>" : "</td>");
        return;
    }
    for (cmark_node *before = cmark_node_previous(cell); before; before = cmark_node_previous(before))
        column++;
    char alignment = alignments && column < cmark_gfm_extensions_get_table_columns(table) ? (char)alignments[column] : 0;
    put(k, head ? "<th scope=\"col\"" : "<td");
    put(k, alignment == 'r' ? " class=\"right\">" : alignment == 'c' ? " class=\"center\">" : ">");
}

/* ---- footnotes ---- */

/* The number of a footnote, which the parser has given to the reference; 0 where it has not. */
static unsigned footnote_number(cmark_node *reference)
{
    struct text digits = literal_of(reference);
    unsigned number = 0;

    for (size_t i = 0; i < digits.len && digits.at[i] >= '0' && digits.at[i] <= '9' && number < 1000000; i++)
        number = number * 10 + (unsigned)(digits.at[i] - '0');
    return number;
}

/* Counts a reference to the footnote. Its number among those to the same one; 0: no memory. */
static uint32_t count_reference(struct walk *k, unsigned number)
{
    if (number >= k->reference_room) {
        unsigned room = (number + 16) * 2;
        uint32_t *more = arena_alloc(k->scratch, room * sizeof *more);
        if (!more)
            return 0;
        if (k->reference_room)
            memcpy(more, k->references, k->reference_room * sizeof *more);
        k->references = more;
        k->reference_room = room;
    }
    return ++k->references[number];
}

static void write_reference(struct walk *k, cmark_node *node, bool enter)
{
    if (!enter)
        return;
    unsigned number = footnote_number(node);
    uint32_t nth = count_reference(k, number);

    put(k, "<sup class=\"footnote-ref\">");
    if (!k->links) {
        put_anchor_address(k, "<a role=\"doc-noteref\" href=\"", "-fn-", number);
        if (nth == 1)
            put_anchor(k, "\" id=\"p", "-fnref-", number);
        put(k, "\" aria-label=\"");
        markup_words(k->out, WORDS_footnote_number, k->w->source->lang, literal_of(node));
        put(k, "\">");
    }
    markup_number(k->out, number);
    put(k, k->links ? "</sup>" : "</a></sup>");
}

/* Definitions come last, in the order of their numbers. */
static void write_definition(struct walk *k, cmark_node *node, bool enter)
{
    cmark_node *next = cmark_node_next(node);
    bool last = !next || cmark_node_get_type(next) != CMARK_NODE_FOOTNOTE_DEFINITION;

    if (enter && k->footnotes++ == 0) {
        put(k, "<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"");
        markup_words(k->out, WORDS_footnotes, k->w->source->lang, TEXT(""));
        put(k, "\">\n<ol>\n");
    }
    if (enter) {
        put_anchor(k, "<li id=\"p", "-fn-", k->footnotes);
        put(k, "\">\n");
        return;
    }
    if (k->footnotes < k->reference_room && k->references[k->footnotes]) {
        put_anchor_address(k, "<a class=\"footnote-back\" role=\"doc-backlink\" href=\"", "-fnref-", k->footnotes);
        put(k, "\" aria-label=\"");
        markup_words(k->out, WORDS_footnote_back, k->w->source->lang, TEXT(""));
        put(k, "\">↩</a>");
    }
    put(k, last ? "</li>\n</ol>\n</section>\n" : "</li>\n");
}

/* ---- links and pictures ---- */

/* `<a href="…" rel="…"`, without its end. False: it leads nowhere we send people. */
static bool open_link(struct walk *k, const char *start, cmark_node *node, bool foreign_only)
{
    struct text clean;
    enum link_kind kind = markdown_link(text_of(cmark_node_get_url(node)), k->scratch, &clean);

    if (kind == LINK_REFUSED || (foreign_only && kind != LINK_FOREIGN))
        return false;
    put(k, start);
    put(k, " href=\"");
    if (kind == LINK_LOCAL)
        markup_base(k->out);
    markup_url(k->out, clean);
    put(k, "\"");
    if (kind == LINK_FOREIGN)
        put(k, MARKDOWN_REL);
    return true;
}

/* The words of a refused link stay. What is remembered of a link at its start is in the node. */
static void write_link(struct walk *k, cmark_node *node, bool enter)
{
    static char opened[] = "opened";
    struct text title = text_of(cmark_node_get_title(node));

    if (!enter) {
        if (cmark_node_get_user_data(node) == opened) {
            put(k, "</a>");
            k->links--;
        }
        return;
    }
    if (k->links || !open_link(k, "<a", node, false))
        return;
    if (title.len) {
        put(k, " title=\"");
        markup_escape(k->out, title);
        put(k, "\"");
    }
    put(k, ">");
    if (!cmark_node_first_child(node))
        markup_escape(k->out, text_of(cmark_node_get_url(node)));
    cmark_node_set_user_data(node, opened);
    k->links++;
}

static void write_image(struct walk *k, cmark_node *node, bool enter)
{
    enum { ALT_MOST = 1000 };
    const enum lang lang = k->w->source->lang;

    if (!enter)
        return;
    const struct text alt = markdown_words(node, ALT_MOST, k->scratch);
    bool linked = !k->links && open_link(k, "<a class=\"image\"", node, true);
    if (linked && alt.len) {
        /* For the script, which puts the picture there. */
        put(k, " data-alt=\"");
        markup_escape(k->out, alt);
        put(k, "\"");
    }
    if (linked)
        put(k, ">");
    if (alt.len)
        markup_words(k->out, linked ? WORDS_image_link : WORDS_image_here, lang, alt);
    else
        markup_words(k->out, linked ? WORDS_image_link_bare : WORDS_image_here_bare, lang, alt);
    if (linked)
        put(k, "</a>");
    cmark_iter_reset(k->iter, node, CMARK_EVENT_EXIT);
}

/* ---- the walk ---- */

static void write_words(struct walk *k, cmark_node *node, bool enter)
{
    cmark_node *parent = cmark_node_parent(node);
    /* Links keep their own mark where others keep this: strikethrough neither crosses a link's border nor begins in one. */
    struct strikes *strikes = cmark_node_get_type(parent) == CMARK_NODE_LINK ? NULL : cmark_node_get_user_data(parent);

    (void)enter;
    markdown_write_text(k->out, literal_of(node), strikes, &(struct text_place){k->w->source->thread, k->links > 0});
}

/* Who types a line end means one. */
static void write_break(struct walk *k, cmark_node *node, bool enter)
{
    (void)node;
    (void)enter;
    put(k, "<br>\n");
}

static void write_code(struct walk *k, cmark_node *node, bool enter)
{
    (void)enter;
    put(k, "<code>");
    markup_escape(k->out, literal_of(node));
    put(k, "</code>");
}

static void write_line(struct walk *k, cmark_node *node, bool enter)
{
    (void)node;
    (void)enter;
    put(k, "<hr>\n");
}

/* No text has raw HTML once it went through markdown_parse; should the parser find some, it is words. */
static void write_raw(struct walk *k, cmark_node *node, bool enter)
{
    (void)enter;
    markup_escape(k->out, literal_of(node));
}

static void write_quote(struct walk *k, cmark_node *node, bool enter)
{
    (void)node;
    put(k, enter ? "<blockquote>\n" : "</blockquote>\n");
}

static void write_item(struct walk *k, cmark_node *node, bool enter)
{
    (void)node;
    if (k->depth <= DEPTH_MOST)
        put(k, enter ? "<li>" : "</li>\n");
}

static void write_emphasis(struct walk *k, cmark_node *node, bool enter)
{
    (void)node;
    put(k, enter ? "<em>" : "</em>");
}

static void write_strong(struct walk *k, cmark_node *node, bool enter)
{
    (void)node;
    put(k, enter ? "<strong>" : "</strong>");
}

/* How each kind of node is written. Deep ones hold others of their kind. */
static const struct kind {
    cmark_node_type type;
    const char *extension; /* the type as cmark_node_get_type_string has it: those of extensions are no constants */
    void (*write)(struct walk *k, cmark_node *node, bool enter);
    bool deep;
} kinds[] = {
    {CMARK_NODE_TEXT, NULL, write_words, false},
    {CMARK_NODE_SOFTBREAK, NULL, write_break, false},
    {CMARK_NODE_LINEBREAK, NULL, write_break, false},
    {CMARK_NODE_CODE, NULL, write_code, false},
    {CMARK_NODE_HTML_INLINE, NULL, write_raw, false},
    {CMARK_NODE_EMPH, NULL, write_emphasis, true},
    {CMARK_NODE_STRONG, NULL, write_strong, true},
    {CMARK_NODE_LINK, NULL, write_link, false},
    {CMARK_NODE_IMAGE, NULL, write_image, false},
    {CMARK_NODE_FOOTNOTE_REFERENCE, NULL, write_reference, false},
    {CMARK_NODE_PARAGRAPH, NULL, write_paragraph, false},
    {CMARK_NODE_HEADING, NULL, write_heading, false},
    {CMARK_NODE_LIST, NULL, write_list, true},
    {CMARK_NODE_ITEM, NULL, write_item, false},
    {CMARK_NODE_BLOCK_QUOTE, NULL, write_quote, true},
    {CMARK_NODE_CODE_BLOCK, NULL, write_code_block, false},
    {CMARK_NODE_HTML_BLOCK, NULL, write_code_block, false},
    {CMARK_NODE_THEMATIC_BREAK, NULL, write_line, false},
    {CMARK_NODE_FOOTNOTE_DEFINITION, NULL, write_definition, false},
    {CMARK_NODE_NONE, "table", write_table, false},
    {CMARK_NODE_NONE, "table_row", write_row, false},
    {CMARK_NODE_NONE, "table_header", write_row, false},
    {CMARK_NODE_NONE, "table_cell", write_cell, false},
};

static const struct kind *kind_of(cmark_node *node)
{
    const cmark_node_type type = cmark_node_get_type(node);

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct kind *kind = &kinds[i];
        if (kind->extension ? strcmp(kind->extension, cmark_node_get_type_string(node)) == 0 : kind->type == type)
            return kind;
    }
    return NULL;
}

static void write_node(struct walk *k, cmark_node *node, bool enter)
{
    const struct kind *kind = kind_of(node);

    if (!kind)
        return;
    k->depth += kind->deep && enter;
    if (!kind->deep || k->depth <= DEPTH_MOST)
        kind->write(k, node, enter);
    k->depth -= kind->deep && !enter;
}

void markdown_write(cmark_node *root, void *data)
{
    struct writing *w = data;
    struct walk k = {.w = w, .out = &w->out, .scratch = w->out.arena, .iter = cmark_iter_new(root)};
    cmark_event_type event;

    while ((event = cmark_iter_next(k.iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(k.iter);
        const bool enter = event == CMARK_EVENT_ENTER;
        const bool strikes = cmark_node_get_type(node) != CMARK_NODE_LINK && cmark_node_first_child(node);
        if (strikes && enter)
            cmark_node_set_user_data(node, markdown_strikes(node, k.scratch));
        if (strikes && !enter)
            markdown_end_strikes(k.out, cmark_node_get_user_data(node));
        write_node(&k, node, enter);
    }
}

/* What a node adds to plain words: its own, or a blank where others begin. */
static struct text words_in(cmark_node *node)
{
    const cmark_node_type type = cmark_node_get_type(node);

    if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE || type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_INLINE)
        return literal_of(node);
    if (type == CMARK_NODE_FOOTNOTE_REFERENCE || type == CMARK_NODE_EMPH || type == CMARK_NODE_STRONG || type == CMARK_NODE_LINK ||
        type == CMARK_NODE_IMAGE)
        return TEXT("");
    return TEXT(" ");
}

struct text markdown_words(cmark_node *root, size_t most, struct arena *arena)
{
    char *at = arena_alloc(arena, most + 1);
    cmark_iter *iter = cmark_iter_new(root);
    size_t len = 0;
    bool blank = true, room = at != NULL;

    while (room && cmark_iter_next(iter) != CMARK_EVENT_DONE) {
        struct text words = words_in(cmark_iter_get_node(iter));
        for (size_t i = 0; i < words.len && room; i++) {
            if (words.len - i >= 4 && memcmp(words.at + i, MARKDOWN_MARKER, 4) == 0) {
                i += 3;
                continue;
            }
            bool space = (uint8_t)words.at[i] <= ' ';
            room = len < most;
            if (room && !(space && blank))
                at[len++] = space ? ' ' : words.at[i];
            blank = space;
        }
    }
    while (len && at[len - 1] == ' ')
        len--;
    return words_cut((struct text){at, len}, room ? len : len ? len - 1 : 0);
}
