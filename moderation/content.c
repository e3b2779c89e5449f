/* See content.h. */
#include "moderation/content.h"

#include <sodium.h>

static void add_number(crypto_generichash_state *state, uint64_t number)
{
    uint8_t bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    crypto_generichash_update(state, bytes, sizeof bytes);
}

static void add_text(crypto_generichash_state *state, struct text text)
{
    add_number(state, text.at ? text.len + 1 : 0); /* an absent one is not an empty one */
    if (text.len)
        crypto_generichash_update(state, (const uint8_t *)text.at, text.len);
}

void content_hash(const struct content *content, uint8_t out[CONTENT_HASH])
{
    crypto_generichash_state state;
    struct items tags = content->tags;
    struct text tag;

    crypto_generichash_init(&state, NULL, 0, CONTENT_HASH);
    add_text(&state, TEXT("luntan content 1"));
    add_number(&state, content->board);
    add_number(&state, content->thread);
    add_number(&state, content->post);
    add_number(&state, content->reply_to);
    add_number(&state, content->revision);
    add_text(&state, content->title);
    add_text(&state, content->body);
    add_number(&state, tags.count);
    while (items_next_text(&tags, &tag))
        add_text(&state, tag);
    crypto_generichash_final(&state, out, CONTENT_HASH);
}
