/* See naming.h. */
#include "server/forum/naming.h"

#include "server/forum/mentions.h"
#include "server/store/accounts.h"
#include "server/util/fold.h"
#include "server/util/words.h"

enum { MODERATORS_MOST = 500 };

/* A text folded, runs of breaks as one. */
struct folded {
    uint32_t *at;
    size_t count;
};

static struct folded fold(struct request *r, struct text text)
{
    const size_t most = words_count(text);
    struct folded out = {arena_alloc(r->arena, (most + 1) * sizeof *out.at), 0};
    uint32_t c;
    size_t at = 0;

    while (out.at && out.count < most && fold_next(text, &at, &c, NULL)) /* no character becomes two */
        if (c != FOLD_BREAK || (out.count && out.at[out.count - 1] != FOLD_BREAK))
            out.at[out.count++] = c;
    if (out.count && out.at[out.count - 1] == FOLD_BREAK)
        out.count--;
    return out;
}

/* Words of scripts with spaces between words are found whole. */
static bool ends_word(const struct folded *in, size_t at)
{
    return at == 0 || at == in->count || in->at[at] == FOLD_BREAK || in->at[at - 1] == FOLD_BREAK || fold_is_dense(in->at[at]) ||
           fold_is_dense(in->at[at - 1]);
}

static bool says(const struct folded *text, const struct folded *name)
{
    if (name->count < 2)
        return false; /* one character is in every other text */
    for (size_t i = 0; i + name->count <= text->count; i++)
        if (text->at[i] == name->at[0] && memcmp(text->at + i, name->at, name->count * sizeof *name->at) == 0 && ends_word(text, i) &&
            ends_word(text, i + name->count))
            return true;
    return false;
}

/* The keys of handles that are mentioned, as accounts are compared by. */
struct mentioned {
    struct text *key;
    size_t count;
};

static struct mentioned mentioned_in(struct request *r, struct text body)
{
    enum { KEYS = 4 * LIMIT_MENTIONS };
    struct text runs[LIMIT_MENTIONS];
    size_t count = mentions_find(body, runs, LIMIT_MENTIONS);
    struct mentioned out = {arena_alloc(r->arena, KEYS * sizeof *out.key), 0};

    for (size_t i = 0; out.key && i < count; i++)
        for (struct text run = runs[i]; run.at && out.count < KEYS; run = mentions_shorter(run)) {
            struct text handle = words_handle(run, r->arena);
            if (handle.at)
                out.key[out.count++] = words_handle_key(handle, r->arena);
        }
    return out;
}

static bool mentions(const struct mentioned *mentioned, struct text key)
{
    for (size_t i = 0; i < mentioned->count; i++)
        if (text_equal(mentioned->key[i], key))
            return true;
    return false;
}

void naming_find(struct request *r, uint64_t board, struct text title, struct text body, uint64_t author, struct named *out)
{
    const struct folded in_title = fold(r, title), in_body = fold(r, body);
    const struct mentioned mentioned = mentioned_in(r, body);
    struct moderator_row one;
    struct query q = store_moderators(r->db, board, MODERATORS_MOST);
    size_t others = 0;

    out->count = 0;
    while (store_moderator_next(&q, r->arena, &one)) {
        const struct folded name = fold(r, one.name);
        if (one.account == author)
            continue;
        if (out->count < NAMED_MOST && (mentions(&mentioned, one.handle_key) || says(&in_title, &name) || says(&in_body, &name)))
            out->account[out->count++] = one.account;
        else
            others++;
    }
    query_end(&q);
    if (!others)
        out->count = 0; /* whoever names all of them keeps nobody out: somebody has to decide */
}

bool naming_has(const struct named *named, uint64_t account)
{
    for (size_t i = 0; i < named->count; i++)
        if (named->account[i] == account)
            return true;
    return false;
}
