/* See feed_address.h. */
#include "server/web/feed_address.h"

#include <inttypes.h>

/* What stands before /feed or /archive. */
static struct text root_of(struct page *p, enum feed_kind kind, struct text name)
{
    static const char *const roots[] = {
        [FEED_KIND_SITE] = "", [FEED_KIND_BOARD] = "/b/", [FEED_KIND_THREAD] = "/t/", [FEED_KIND_TAG] = "/tag/", [FEED_KIND_AUTHOR] = "/u/",
        [FEED_KIND_SEARCH] = "/search", [FEED_KIND_DIGEST] = "/digest?period=",
    };
    bool named = kind != FEED_KIND_SITE && kind != FEED_KIND_SEARCH;
    struct text escaped = named ? url_escape(p->arena, name) : TEXT("");

    return page_path(p, "%s%.*s", roots[kind], (int)escaped.len, escaped.at);
}

struct text feed_path(struct page *p, enum feed_kind kind, struct text name, uint64_t archive)
{
    struct text root = root_of(p, kind, name);

    if (archive)
        return page_path(p, "%.*s/archive/%" PRIu64, (int)root.len, root.at, archive);
    return page_path(p, "%.*s/feed", (int)root.len, root.at);
}

struct text feed_address(struct page *p, enum feed_kind kind, struct text name, uint64_t archive, enum feed_format format)
{
    struct text path = feed_path(p, kind, name, archive), suffix = feed_suffix(format);
    struct text question = kind == FEED_KIND_SEARCH ? url_escape(p->arena, name) : TEXT("");
    const char *lang = p->reader.lang == LANG_EN ? "lang=en" : "";
    const char *before = question.len ? "?q=" : "", *between = *lang ? (question.len ? "&" : "?") : "";

    return page_absolute(p, arena_format(p->arena, "%.*s.%.*s%s%.*s%s%s", (int)path.len, path.at, (int)suffix.len, suffix.at, before,
                                      (int)question.len, question.at, between, lang));
}

struct text feed_shown_at(struct page *p, enum feed_kind kind, struct text name)
{
    struct text root = root_of(p, kind, name), question;

    if (kind == FEED_KIND_SITE)
        return TEXT("/");
    if (kind != FEED_KIND_SEARCH)
        return root;
    question = url_escape(p->arena, name);
    return arena_format(p->arena, "/search?q=%.*s", (int)question.len, question.at);
}

enum feed_format feed_format_of(struct text path, struct text *stem)
{
    for (enum feed_format format = 0; format < FEED_FORMATS; format++) {
        struct text suffix = feed_suffix(format);
        size_t end = path.len - suffix.len;
        if (path.len <= suffix.len + 1 || path.at[end - 1] != '.' || memcmp(path.at + end, suffix.at, suffix.len))
            continue;
        *stem = (struct text){path.at, end - 1};
        return format;
    }
    return FEED_FORMATS;
}
