/* See tokenizer.h. */
#include "server/store/tokenizer.h"

#include <sqlite3.h>
#include <string.h>

#include "server/util/fold.h"

enum { WORD = 64 }; /* bytes of a word that count */

/* Where the terms of one text go. */
struct cutting {
    int (*emit)(void *context, int flags, const char *term, int len, int from, int to);
    void *context;
    uint32_t before;        /* the dense character just before, or FOLD_BREAK */
    char word[WORD + 4];
    size_t word_len;
    int result;
};

static void emit(struct cutting *k, const char *term, size_t len)
{
    if (!k->result && len)
        k->result = k->emit(k->context, 0, term, (int)len, 0, 0);
}

static void end_word(struct cutting *k)
{
    emit(k, k->word, k->word_len);
    k->word_len = 0;
}

static void add_dense(struct cutting *k, uint32_t c)
{
    char pair[8];
    size_t first = 0;

    end_word(k);
    if (k->before != FOLD_BREAK)
        first = fold_write(k->before, pair);
    size_t whole = first + fold_write(c, pair + first);
    emit(k, pair + first, whole - first);
    if (first)
        emit(k, pair, whole);
    k->before = c;
}

static void add_letter(struct cutting *k, uint32_t c)
{
    k->before = FOLD_BREAK;
    if (k->word_len < WORD)
        k->word_len += fold_write(c, k->word + k->word_len);
}

static void add_break(struct cutting *k)
{
    end_word(k);
    k->before = FOLD_BREAK;
}

/* A marked line, from `at`. Returns where it ends. */
static size_t add_marked(struct cutting *k, struct text text, size_t at)
{
    const char *end = memchr(text.at + at, '\n', text.len - at);
    size_t len = end ? (size_t)(end - text.at) - at : text.len - at;

    add_break(k);
    emit(k, text.at + at, len);
    return at + len;
}

static void cut(struct cutting *k, struct text text)
{
    size_t at = 0;
    uint32_t c;

    while (at < text.len && !k->result) {
        if (text.at[at] == *TOKENIZER_MARK) {
            at = add_marked(k, text, at);
            continue;
        }
        if (!fold_next(text, &at, &c, NULL))
            break;
        if (c == FOLD_BREAK)
            add_break(k);
        else if (fold_is_dense(c))
            add_dense(k, c);
        else
            add_letter(k, c);
    }
    end_word(k);
}

/* ---- as FTS5 wants it ---- */

static int tokenizer_new(void *context, const char **arguments, int count, Fts5Tokenizer **out)
{
    static char nothing; /* there is no state; FTS5 wants something that is not NULL */

    (void)context, (void)arguments, (void)count;
    *out = (Fts5Tokenizer *)(void *)&nothing;
    return SQLITE_OK;
}

static void tokenizer_delete(Fts5Tokenizer *tokenizer)
{
    (void)tokenizer;
}

static int tokenizer_cut(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int len,
                         int (*token)(void *context, int flags, const char *term, int len, int from, int to))
{
    struct cutting k = {.emit = token, .context = context};
    struct text whole = {text, len > 0 ? (size_t)len : 0};

    (void)tokenizer;
    if (flags & FTS5_TOKENIZE_QUERY)
        emit(&k, whole.at, whole.len);
    else
        cut(&k, whole);
    return k.result;
}

int tokenizer_register(sqlite3 *handle)
{
    static fts5_tokenizer tokenizer = {tokenizer_new, tokenizer_delete, tokenizer_cut};
    sqlite3_stmt *statement = NULL;
    fts5_api *api = NULL;
    int code = sqlite3_prepare_v2(handle, "SELECT fts5(?)", -1, &statement, NULL);

    if (code)
        return code;
    sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
    sqlite3_step(statement);
    sqlite3_finalize(statement);
    return api ? api->xCreateTokenizer(api, "luntan", NULL, &tokenizer, NULL) : SQLITE_ERROR;
}
