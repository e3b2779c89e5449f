/* See sifting.h. */
#include "server/forum/sifting.h"

#include "moderation/hold.h"
#include "server/forum/filtering.h"
#include "server/forum/filters_cache.h"
#include "server/forum/queue.h"
#include "server/store/feeds.h"
#include "server/store/filters.h"
#include "server/store/held.h"
#include "server/store/queue_items.h"

enum { DAY_MS = 86400000 };

/* ---- filters ---- */

struct sifter {
    struct request *r;
    const struct sending *sending;
    const struct filter *filter;
    uint64_t print;
    struct filter_verdict verdict;
};

/* This time is not stored yet. */
static uint64_t count_repeats(void *context, int64_t span)
{
    const struct sifter *s = context;

    return s->print ? 1 + store_sent_alike(s->r->db, s->print, s->r->now - span, UINT8_MAX) : 0;
}

static bool look(struct sifter *s)
{
    struct filter_cache *cache = s->r->site->filters;
    struct arena *scratch;
    struct filter_case what = {.context = s, .clock = filtering_clock};

    s->filter = filter_cache_rules(cache, s->r);
    if (!s->filter)
        return false;
    if (!filter_count(s->filter))
        return true;
    scratch = filter_cache_scratch(cache);
    bool *hits = arena_alloc(s->r->arena, filter_count(s->filter) * sizeof *hits);
    what.title = filtering_text(s->sending->title, scratch);
    what.body = filtering_text(s->sending->body, scratch);
    what.tags = filtering_tags(s->sending->tags, scratch);
    if (!hits || arena_failed(scratch))
        return false;
    if (s->sending->fresh && filter_span(s->filter)) {
        s->print = filtering_print(&what.body);
        what.repeats = count_repeats;
    }
    s->verdict = filter_look(s->filter, &what, hits);
    for (size_t i = 0; i < filter_count(s->filter); i++) {
        if (hits[i] && s->verdict.action == FILTER_ACTION_REFUSE)
            filter_cache_note(cache, filter_id(s->filter, i), s->r->now);
        else if (hits[i])
            store_filter_rule_hit(s->r->db, filter_id(s->filter, i), 1, s->r->now);
    }
    return true;
}

/* ---- whether it waits ---- */

static void gather_facts(struct request *r, const struct sending *sending, struct hold_facts *facts)
{
    const struct board_row *board = sending->board;

    if (facts->guest)
        return; /* one account for all of them: only what they say counts, not who sent how much */
    /* What was let through counts wherever it stands; what was public before anything waited too. */
    if (facts->first && facts->role <= ROLE_CITIZEN)
        facts->passed = store_held_passed(r->db, r->actor.account, facts->first);
    if (facts->first && facts->role <= ROLE_CITIZEN && facts->passed < facts->first)
        facts->passed = store_feed_posts_of(r->db, r->actor.account, facts->first);
    facts->thread = sending->thread && sending->thread->record.hold;
    facts->person = policy_is_held(&r->actor, board->record.id);
    if (sending->fresh && facts->rate)
        facts->sent = 1 + store_sent_by(r->db, r->actor.account, r->now - LIMIT_HOLD_RATE_MS, facts->rate);
}

enum status sift(struct request *r, const struct sending *sending, struct sifted *out)
{
    struct hold_facts facts = {
        .board = &sending->board->policy, .role = policy_role_on(&r->actor, sending->board->record.id), .first = r->site->hold_first,
        .rate = r->site->hold_rate, .guest = r->actor.account == 0,
    };
    struct sifter s = {.r = r, .sending = sending};

    *out = (struct sifted){.cause = HOLD_CAUSE_NONE};
    if (facts.role >= ROLE_MODERATOR)
        return STATUS_OK; /* whoever decides there is not filtered */
    if (r->site->filters && !look(&s))
        return refuse(r, STATUS_BUSY);
    if (s.verdict.action == FILTER_ACTION_REFUSE)
        return refuse_detail(r, STATUS_REFUSED, NULL, &(struct refusal_detail){.reason = s.verdict.reason});
    if (s.verdict.action) {
        out->rule = arena_text(r->arena, filter_name(s.filter, s.verdict.rule));
        out->reason = s.verdict.reason;
    }
    facts.filtered = s.verdict.action == FILTER_ACTION_HOLD;
    gather_facts(r, sending, &facts);
    out->cause = hold_decide(&facts);
    if (r->site->filters)
        filter_cache_settle(r->site->filters, r);
    if (sending->fresh && (facts.rate || s.print))
        store_sent_add(r->db, r->actor.account, s.print, r->now, r->now - (int64_t)LIMIT_FILTER_DAYS * DAY_MS);
    return STATUS_OK;
}

/* ---- what became visible ---- */

void sift_flag(struct request *r, const struct sifted *sifted, const struct thread_row *thread, const struct post_record *post, uint64_t author)
{
    uint64_t item;

    if (!sifted->rule.at)
        return;
    item = store_item_of_post(r->db, post->id);
    if (!item)
        item = store_item_insert(r->db, &(struct item_row){
            .kind = ITEM_KIND_FLAGGED, .gravity = GRAVITY_FLAGGED, .created = r->now, .board = thread->record.board, .thread = thread->record.id,
            .post = post->id, .author = author, .reason = sifted->reason,
        });
    store_item_rule_set(r->db, item, sifted->rule);
    queue_withhold(r, item);
}
