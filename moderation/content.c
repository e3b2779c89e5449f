/* See content.h. */
#include "moderation/content.h"

#include "protocol/digest.h"

static void add_text(crypto_generichash_state *state, struct text text)
{
    digest_number(state, text.at ? text.len + 1 : 0); /* an absent one is not an empty one */
    digest_bytes(state, text);
}

void content_hash(const struct content *content, uint8_t out[CONTENT_HASH])
{
    crypto_generichash_state state;
    struct items tags = content->tags;
    struct text tag;

    crypto_generichash_init(&state, NULL, 0, CONTENT_HASH);
    add_text(&state, TEXT("luntan content 1"));
    digest_number(&state, content->board);
    digest_number(&state, content->thread);
    digest_number(&state, content->post);
    digest_number(&state, content->reply_to);
    digest_number(&state, content->revision);
    add_text(&state, content->title);
    add_text(&state, content->body);
    digest_number(&state, tags.count);
    while (items_next_text(&tags, &tag))
        add_text(&state, tag);
    crypto_generichash_final(&state, out, CONTENT_HASH);
}
