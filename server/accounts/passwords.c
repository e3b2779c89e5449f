/* See passwords.h. */
#include "server/accounts/passwords.h"

#include <sodium.h>

#include "server/util/words.h"

struct text passwords_hash(struct text password, struct arena *arena)
{
    char *out = arena_alloc(arena, crypto_pwhash_STRBYTES);

    if (!out || crypto_pwhash_str(out, password.at, password.len, PASSWORDS_PASSES, PASSWORDS_MEMORY))
        return (struct text){NULL, 0};
    return text_of(out);
}

bool passwords_verify(struct text hash, struct text password)
{
    char stored[crypto_pwhash_STRBYTES] = "";

    /* Making a hash is the same work as checking one. */
    if (!hash.at || hash.len >= sizeof stored) {
        char unused[crypto_pwhash_STRBYTES];
        int failed = crypto_pwhash_str(unused, password.at, password.len, PASSWORDS_PASSES, PASSWORDS_MEMORY);
        sodium_memzero(unused, failed ? 1 : sizeof unused);
        return false;
    }
    memcpy(stored, hash.at, hash.len);
    return crypto_pwhash_str_verify(stored, password.at, password.len) == 0;
}

bool passwords_outdated(struct text hash)
{
    char stored[crypto_pwhash_STRBYTES] = "";

    if (!hash.at || hash.len >= sizeof stored)
        return true;
    memcpy(stored, hash.at, hash.len);
    return crypto_pwhash_str_needs_rehash(stored, PASSWORDS_PASSES, PASSWORDS_MEMORY) != 0;
}

/* ---- what may be one ---- */

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool equal_small(struct text password, struct text known)
{
    if (password.len != known.len)
        return false;
    for (size_t i = 0; i < password.len; i++)
        if (small(password.at[i]) != known.at[i])
            return false;
    return true;
}

static bool is_known(struct text password)
{
    static const struct text known[] = {
#define PASSWORD(text) TEXT_INIT(text),
#include "server/accounts/passwords.def"
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (equal_small(password, known[i]))
            return true;
    return false;
}

/* Fewer than five different bytes, or each the next of the one before, up or down (9 and 0 being neighbours). */
static bool is_pattern(struct text password)
{
    bool seen[256] = {false};
    unsigned different = 0;
    size_t up = 1, down = 1;

    for (size_t i = 0; i < password.len; i++) {
        uint8_t c = (uint8_t)password.at[i];
        different += !seen[c];
        seen[c] = true;
        if (i == 0)
            continue;
        uint8_t before = (uint8_t)password.at[i - 1];
        up += c == before + 1 || (before == '9' && c == '0');
        down += c == before - 1 || (before == '0' && c == '9');
    }
    return different < 5 || up == password.len || down == password.len;
}

bool passwords_acceptable(struct text password, struct text handle_key, struct arena *arena)
{
    struct text key = words_handle_key(words_handle(password, arena), arena);

    return !is_known(password) && !is_pattern(password) && !(key.at && text_equal(key, handle_key));
}
