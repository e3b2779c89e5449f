/*
 * Posts as HTML. Whatever is typed, what comes out has only our elements, attributes and addresses, closes what it opens, and is the same
 * from the cache; prose without marks is what the parser would make of it; summaries are one line. The input is the text.
 */
#include <stdlib.h>

#include "server/web/diff.h"
#include "server/web/markdown_private.h"
#include "tests/unit/strict_html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA = 64 * 1024 * 1024, CACHE = 1024 * 1024, SUMMARY = 40 };

static void check(struct html html)
{
    if (!html.text.at || strict_html_fault(html.text))
        abort();
}

static void check_summary(struct text summary)
{
    size_t characters = 0;

    for (size_t i = 0; i < summary.len; i++) {
        characters += ((uint8_t)summary.at[i] & 0xc0) != 0x80;
        if ((uint8_t)summary.at[i] < ' ')
            abort();
    }
    if (characters > SUMMARY)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(ARENA);
    struct markdown_cache *cache = markdown_cache_new(CACHE);
    const struct text body = {size ? (const char *)data : "", size};
    const struct markdown_source source = {.thread = 12, .post = 34, .revision = 1, .body = body, .lang = LANG_EN};

    if (!arena || !cache)
        abort();
    struct markdown first = markdown_render(cache, &source, arena), second = markdown_render(cache, &source, arena);
    check(first.html);
    if (!text_equal(first.html.text, second.html.text) || first.heading_count != second.heading_count)
        abort();
    struct html plain;
    if (markdown_plain(body, arena, &plain) && !text_equal(plain.text, markdown_read(&source, arena).html.text))
        abort();
    check_summary(markdown_summary(body, SUMMARY, arena));
    check(diff_render((struct text){body.at, size / 2}, (struct text){body.at + size / 2, size - size / 2}, LANG_ZH, arena));
    markdown_cache_free(cache);
    arena_free(arena);
    return 0;
}
