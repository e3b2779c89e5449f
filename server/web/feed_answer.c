/*
 * Feeds as HTTP answers: entity tags that tell which entries a reader has, dates, parts (RFC 3229), and not too often.
 *
 * A tag is HASH.HEAD.CHECK.CODING: a hash of the whole document's bytes, the number of its newest entry, a check that we made it for this
 * address, and a letter for the coding. Of a reader who shows one with A-IM: feed it is known what is new to it.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <time.h>

#include "server/rate.h"
#include "server/web/feed_dates.h"
#include "server/web/web_private.h"

enum { HASH = 16, HASH_WRITTEN = 2 * HASH, CHECK = 8, CHECK_WRITTEN = 2 * CHECK, DIGITS = 18 };

static const char coding_letters[ENCODINGS] = {[ENCODING_NONE] = 'i', [ENCODING_GZIP] = 'g', [ENCODING_BROTLI] = 'b'};

/* ---- tags ---- */

static int64_t wall_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec;
}

/* A keyed hash of this, the address and the question. */
static void check_of(const struct page *p, struct text said, uint8_t out[CHECK])
{
    crypto_generichash_state state;
    const struct text pieces[] = {said, p->path, p->http->query, p->http->authority};
    uint8_t hash[crypto_generichash_BYTES];

    crypto_generichash_init(&state, p->web->key, sizeof p->web->key, sizeof hash);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        crypto_generichash_update(&state, (const uint8_t *)&pieces[i].len, sizeof pieces[i].len);
        if (pieces[i].len)
            crypto_generichash_update(&state, (const uint8_t *)pieces[i].at, pieces[i].len);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    memcpy(out, hash, CHECK);
}

static uint64_t number_of(const uint8_t bytes[CHECK])
{
    uint64_t number;

    memcpy(&number, bytes, sizeof number);
    return number;
}

/* HASH.HEAD.CHECK */
static struct text tag_of(const struct page *p, const uint8_t hash[HASH], uint64_t head)
{
    char written[HASH_WRITTEN + 1], check_written[CHECK_WRITTEN + 1];
    uint8_t check[CHECK];

    sodium_bin2hex(written, sizeof written, hash, HASH);
    struct text said = arena_format(p->arena, "%s.%" PRIu64, written, head);
    check_of(p, said, check);
    sodium_bin2hex(check_written, sizeof check_written, check, sizeof check);
    return arena_format(p->arena, "%.*s.%s", (int)said.len, said.at, check_written);
}

struct text feed_etag(const struct work *w, enum encoding encoding)
{
    return arena_format(w->page.arena, "\"%.*s.%c\"", (int)w->feed->tag.len, w->feed->tag.at, coding_letters[encoding]);
}

/* ---- what the reader has ---- */

/* A tag of ours that a reader shows. */
struct known {
    struct text hash;
    uint64_t head;
};

/* Reads HASH.HEAD.CHECK.C between quotes; false where it is none that we gave for this address. */
static bool read_tag(const struct page *p, struct text tag, struct known *out)
{
    const size_t tail = 1 + CHECK_WRITTEN + 2; /* .CHECK.C */
    char check_written[CHECK_WRITTEN + 1];
    uint8_t check[CHECK];

    if (tag.len < HASH_WRITTEN + 2 + tail || tag.len > HASH_WRITTEN + 1 + DIGITS + tail || tag.at[HASH_WRITTEN] != '.')
        return false;
    struct text said = {tag.at, tag.len - tail};
    out->hash = (struct text){tag.at, HASH_WRITTEN};
    out->head = page_number((struct text){tag.at + HASH_WRITTEN + 1, said.len - HASH_WRITTEN - 1});
    check_of(p, said, check);
    sodium_bin2hex(check_written, sizeof check_written, check, sizeof check);
    return tag.at[said.len] == '.' && memcmp(tag.at + said.len + 1, check_written, CHECK_WRITTEN) == 0;
}

/* The first tag of ours in If-None-Match, of a reader that takes parts. */
static bool find_known(const struct work *w, struct known *out)
{
    struct text manipulations = exchange_field(w->exchange, TEXT("a-im"));
    struct text list = exchange_field(w->exchange, TEXT("if-none-match"));
    size_t at = 0;

    if (!list.at || !manipulations.at || !memmem(manipulations.at, manipulations.len, "feed", 4))
        return false;
    while (at < list.len) {
        const char *open = memchr(list.at + at, '"', list.len - at);
        const char *end = open ? memchr(open + 1, '"', (size_t)(list.at + list.len - open - 1)) : NULL;
        if (!end)
            return false;
        if (read_tag(&w->page, (struct text){open + 1, (size_t)(end - open - 1)}, out))
            return true;
        at = (size_t)(end - list.at) + 1;
    }
    return false;
}

uint64_t page_feed_since(const struct page *p)
{
    struct known known;

    return find_known(p->work, &known) ? known.head : 0;
}

bool feed_answer_kept(struct work *w, struct page_kept *kept)
{
    struct known known;
    bool parts = find_known(w, &known);
    bool same = parts && kept->etag.len > HASH_WRITTEN && memcmp(kept->etag.at + 1, known.hash.at, HASH_WRITTEN) == 0;

    if (parts && !same) {
        page_kept_drop(kept);
        return false;
    }
    answer_kept(w->exchange, kept, same);
    return true;
}

/* ---- saying it ---- */

void page_say_feed(struct page *p, const struct page_feed *feed)
{
    struct work *w = p->work;
    struct feed_said *said = arena_alloc(p->arena, sizeof *said);
    uint8_t hash[HASH], address[CHECK];
    struct known known;

    if (!said || !feed->whole.at) {
        page_refuse(p, STATUS_BUSY);
        return;
    }
    crypto_generichash(hash, sizeof hash, (const uint8_t *)feed->whole.at, feed->whole.len, NULL, 0);
    check_of(p, TEXT(""), address);
    *said = (struct feed_said){.tag = tag_of(p, hash, feed->head), .whole = feed->whole, .private = feed->private};
    if (!feed->private)
        said->modified = feed_dates_note(p->web->dates, number_of(address), number_of(hash), wall_clock(), &said->undated);
    w->feed = said;
    page_say(p, feed_type(feed->format), feed->whole);
    if (!find_known(w, &known))
        return;
    if (memcmp(known.hash.at, said->tag.at, HASH_WRITTEN) == 0) {
        w->status = 304;
    } else if (feed->newer.at && known.head < feed->head) {
        said->newer = true;
        w->body = feed->newer;
        w->status = 226;
    }
}

/* ---- before anything else ---- */

void feed_begin(struct work *w)
{
    struct page *p = &w->page;

    p->token = (struct text){NULL, 0};
    p->reader = (struct reader){.lang = text_equal(page_query(p, "lang"), TEXT("en")) ? LANG_EN : LANG_ZH};
    p->theme = THEME_AUTO;
    w->notice = WORDS_NONE;
    if (exchange_field(w->exchange, TEXT("a-im")).at)
        w->takes = ENCODING_NONE; /* parts are of the document, not of its coding */
}

bool feed_refuse(struct work *w)
{
    struct page *p = &w->page;
    struct rate_table *rates = p->web->options.site->rates;
    uint8_t address[CHECK];
    uint64_t wait;

    if (!rates)
        return false;
    check_of(p, TEXT(""), address);
    wait = rate_take_subject(rates, &messages[INDEX_FEED], number_of(address) ^ p->http->peer, wall_clock() * 1000);
    if (wait)
        answer_wait(w->exchange, 429, wait);
    return wait != 0;
}
