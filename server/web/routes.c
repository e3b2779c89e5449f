/* The table of addresses, and which of them a path is. */
#include "server/web/web_private.h"

#define FLAG(flags) (flags)
static const struct route routes[] = {
#define VIEW(pattern, name, WHO, flags) {METHOD_GET, pattern, ROUTE_##WHO, FLAG(flags), view_##name, NULL},
#define ACT(pattern, name, again, WHO, flags) {METHOD_POST, pattern, ROUTE_##WHO, FLAG(flags), view_##again, plan_##name},
#include "server/web/routes.def"
#undef VIEW
#undef ACT
};
#undef FLAG

/* The next piece of a path or pattern that starts with a slash; the rest stays in `path`. */
static struct text next_piece(struct text *path)
{
    const char *begin = path->at + 1;
    size_t left = path->len - 1;
    const char *end = memchr(begin, '/', left);
    size_t len = end ? (size_t)(end - begin) : left;

    *path = (struct text){begin + len, left - len};
    return (struct text){begin, len};
}

/* How well the path fits: 0 not at all, more with every literal piece. Variable pieces go to `found`, as sent. */
static unsigned fit(const struct route *route, struct text path, struct text found[PAGE_PARAMS])
{
    struct text pattern = text_of(route->pattern);
    unsigned score = 1, count = 0;

    while (path.len && pattern.len) {
        struct text wanted = next_piece(&pattern), piece = next_piece(&path);
        bool variable = wanted.len && wanted.at[0] == ':';
        if (variable ? piece.len == 0 || count == PAGE_PARAMS : !text_equal(wanted, piece))
            return 0;
        if (variable)
            found[count++] = piece;
        score = score * 2 + !variable;
    }
    return path.len || pattern.len ? 0 : score;
}

const struct route *web_route(enum http_method method, struct text path, struct arena *arena,
                              struct text params[PAGE_PARAMS], bool *allowed)
{
    const struct route *best = NULL;
    struct text best_found[PAGE_PARAMS] = {{NULL, 0}};
    unsigned best_score = 0;

    *allowed = true;
    if (path.len == 0 || path.at[0] != '/')
        return NULL;
    bool other = false;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        struct text found[PAGE_PARAMS] = {{NULL, 0}};
        unsigned score = fit(&routes[i], path, found);
        other = other || score;
        if (routes[i].method != method || score <= best_score)
            continue;
        best = &routes[i];
        best_score = score;
        memcpy(best_found, found, sizeof found);
    }
    *allowed = best || !other;
    for (unsigned i = 0; best && i < PAGE_PARAMS; i++)
        if (best_found[i].at && !form_unescape(best_found[i], arena, &params[i]))
            return NULL;
    return best;
}
