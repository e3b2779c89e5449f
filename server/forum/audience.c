/* See audience.h. */
#include "server/forum/audience.h"

#include "server/forum/mentions.h"
#include "server/forum/notices.h"
#include "server/store/audience.h"
#include "server/util/words.h"

/* What is told, and who has been told or need not be. */
struct telling {
    struct request *r;
    const struct board_policy *policy;
    struct notice_record notice;
    uint64_t told[LIMIT_MENTIONS + 2];
    size_t count;
};

static bool was_told(const struct telling *t, uint64_t account)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->told[i] == account)
            return true;
    return false;
}

/* Watchers are told last and each once, so that only the others need to be remembered. */
static void tell(struct telling *t, const struct person *person, enum notice_kind kind)
{
    const size_t room = sizeof t->told / sizeof t->told[0];

    if (was_told(t, person->actor.account) || person->actor.suspended || !policy_may_read(&person->actor, t->policy))
        return;
    t->notice.kind = kind;
    notice_add(t->r, person->actor.account, &t->notice, false);
    if (kind != NOTICE_KIND_WATCHED && t->count < room)
        t->told[t->count++] = person->actor.account;
}

/* Tries the run and its prefixes, longest first, within what is left of `lookups`. */
static void tell_mentioned(struct telling *t, struct text run, unsigned *lookups)
{
    struct person person;

    for (; run.at && *lookups; run = mentions_shorter(run)) {
        struct text handle = words_handle(run, t->r->arena);
        if (!handle.at)
            continue;
        --*lookups;
        if (!store_person_by_handle(t->r->db, words_handle_key(handle, t->r->arena), t->policy->board, t->r->now, &person))
            continue;
        tell(t, &person, NOTICE_KIND_MENTION);
        return;
    }
}

static void tell_watchers(struct telling *t, enum topic kind, uint64_t id)
{
    struct query q = store_watching(t->r->db, kind, id, t->policy->board, t->r->now, AUDIENCE_WATCHERS);
    struct person person;

    while (store_person_next(&q, t->policy->board, &person))
        tell(t, &person, NOTICE_KIND_WATCHED);
    query_end(&q);
}

void audience_tell(struct request *r, const struct board_row *board, const struct thread_row *thread,
                   const struct post_record *post, uint64_t answered)
{
    struct telling t = {
        .r = r,
        .policy = &board->policy,
        .notice = {
            .board = board->record.id,
            .thread = thread->record.id,
            .post = post->id,
            .floor = post->floor,
            .title = thread->record.title,
        },
        .told = {r->actor.account},
        .count = 1,
    };
    struct text runs[LIMIT_MENTIONS];
    unsigned lookups = AUDIENCE_LOOKUPS;
    struct person person;

    if (answered && answered != r->actor.account && store_person(r->db, answered, t.policy->board, r->now, &person))
        tell(&t, &person, NOTICE_KIND_REPLY);
    size_t count = mentions_find(post->body, runs, LIMIT_MENTIONS);
    for (size_t i = 0; i < count; i++)
        tell_mentioned(&t, runs[i], &lookups);
    tell_watchers(&t, post->floor == 1 ? TOPIC_BOARD : TOPIC_THREAD, post->floor == 1 ? board->record.id : thread->record.id);
}
