/* See markdown.h. */
#include "server/util/words.h"
#include "server/web/markdown_private.h"

enum {
    /* What one text may take while it is rendered: twenty times the longest one, for one that is all marks. */
    SCRATCH = 64 * 1024 * 1024,
    /* Bytes of a text that a summary is made from. */
    SUMMARY_SOURCE = 8192,
};

/* Cut between characters, should a text be longer than any that the core takes. */
static struct text bounded(struct text body)
{
    return body.len > (size_t)LIMIT_BODY * 4 ? words_cut(body, (size_t)LIMIT_BODY * 4) : body;
}

/* As it was typed: for a text that the parser would be too long at. */
static struct html render_plain(struct text body, struct arena *scratch, struct arena *arena)
{
    struct markup out = {.arena = scratch};

    markup_put(&out, "<p>");
    markup_lines(&out, body);
    markup_put(&out, "</p>\n");
    return markup_html(&out, arena);
}

/* As many as there are; their texts are in the arena already. */
static const struct heading *copy_headings(struct writing *w, struct arena *arena)
{
    const size_t size = w->heading_count * sizeof *w->headings;
    struct heading *headings = size ? arena_alloc(arena, size) : NULL;

    if (headings)
        memcpy(headings, w->headings, size);
    else
        w->heading_count = 0;
    return headings;
}

struct markdown markdown_read(const struct markdown_source *source, struct arena *arena)
{
    struct arena *scratch = arena_new(SCRATCH);
    struct text body = bounded(source->body);
    struct markdown result = {0};

    if (!scratch)
        return result;
    struct writing w = {
        .source = source,
        .arena = arena,
        .out = {.arena = scratch, .dropped = TEXT(MARKDOWN_MARKER), .base = source->base},
        .headings = arena_alloc(scratch, MARKDOWN_HEADINGS * sizeof *w.headings),
    };
    if (markdown_parse(body, scratch, markdown_write, &w) && !w.out.failed) {
        result.html = markup_html(&w.out, arena);
        result.headings = copy_headings(&w, arena);
        result.heading_count = w.heading_count;
    } else {
        arena_reset(scratch);
        result.html = render_plain(body, scratch, arena);
    }
    arena_free(scratch);
    return result;
}

struct markdown markdown_render(struct markdown_cache *cache, const struct markdown_source *source, struct arena *arena)
{
    struct markdown result = {0};

    if (markdown_plain(source->body, arena, &result.html))
        return result;
    const struct cache_key key = {source->post, source->revision, source->thread, source->lang, markdown_hash(source->body),
                                  source->base.at ? markdown_hash(source->base) : 0};
    const bool kept = cache && source->post;
    if (kept && markdown_cache_take(cache, &key, arena, &result))
        return result;
    result = markdown_read(source, arena);
    if (kept && result.html.text.at)
        markdown_cache_keep(cache, &key, &result);
    return result;
}

/* ---- summaries ---- */

struct summary {
    size_t bytes;
    struct arena *scratch;
    struct text words;
};

static void summarize(cmark_node *root, void *data)
{
    struct summary *s = data;
    s->words = markdown_words(root, s->bytes, s->scratch);
}

/* The first `characters` of the text. */
static struct text cut_characters(struct text text, size_t characters)
{
    size_t at = 0;

    for (; at < text.len; at++) {
        if (((uint8_t)text.at[at] & 0xc0) != 0x80 && characters-- == 0)
            break;
    }
    return words_cut(text, at);
}

struct text markdown_summary(struct text body, size_t characters, struct arena *arena)
{
    struct arena *scratch = arena_new(SCRATCH);
    struct summary s = {.bytes = characters * 4, .scratch = scratch};
    struct text result = {NULL, 0};

    if (!scratch)
        return result;
    body = words_cut(body, body.len < SUMMARY_SOURCE ? body.len : SUMMARY_SOURCE);
    if (!markdown_parse(body, scratch, summarize, &s))
        s.words = body;
    result = arena_text(arena, cut_characters(s.words, characters));
    arena_free(scratch);
    return result;
}
