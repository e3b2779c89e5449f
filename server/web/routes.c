/* The table of addresses, and which of them a path is. */
#include "server/web/web_private.h"

#define FLAG(flags) (flags)
static const struct route routes[] = {
#define VIEW(pattern, name, WHO, flags) {METHOD_GET, TEXT_INIT(pattern), ROUTE_##WHO, FLAG(flags), view_##name, NULL},
#define ACT(pattern, name, again, WHO, flags) {METHOD_POST, TEXT_INIT(pattern), ROUTE_##WHO, FLAG(flags), view_##again, plan_##name},
#include "server/web/routes.def"
#undef VIEW
#undef ACT
};
#undef FLAG

/* Where the piece that begins there ends. */
static const char *piece_end(const char *at, const char *end)
{
    while (at < end && *at != '/')
        at++;
    return at;
}

/* How well the path, which starts with a slash, fits: 0 not at all, more with every literal piece. Variable pieces go to `found`, as sent. */
static unsigned fit(struct text pattern, struct text path, struct text found[PAGE_PARAMS])
{
    const char *wanted = pattern.at, *wanted_end = wanted + pattern.len, *at = path.at, *end = at + path.len;
    unsigned score = 1, count = 0;

    while (wanted < wanted_end && at < end) {
        wanted++, at++;
        const char *begin = at;
        bool variable = wanted < wanted_end && *wanted == ':';
        if (variable) {
            wanted = piece_end(wanted, wanted_end);
            at = piece_end(at, end);
            if (at == begin || count == PAGE_PARAMS)
                return 0;
            found[count++] = (struct text){begin, (size_t)(at - begin)};
        } else {
            while (wanted < wanted_end && at < end && *wanted == *at && *at != '/')
                wanted++, at++;
            if ((wanted < wanted_end && *wanted != '/') || (at < end && *at != '/'))
                return 0;
        }
        score = score * 2 + !variable;
    }
    return wanted < wanted_end || at < end ? 0 : score;
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
    const char letter = path.len > 1 ? path.at[1] : '\0';
    bool other = false;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (routes[i].pattern.at[1] != letter) /* no first piece is variable */
            continue;
        struct text found[PAGE_PARAMS] = {{NULL, 0}};
        unsigned score = fit(routes[i].pattern, path, found);
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
