/* See proposing.h. */
#include "server/forum/proposing.h"

#include "moderation/verdict.h"
#include "server/forum/audit.h"

bool proposing_needed(struct request *r, const struct matter *m, enum decision_act act)
{
    struct proposal_row first;

    if (!verdict_takes_two(act) || !m->named.count)
        return false;
    return !m->item.id || !store_proposal(r->db, m->item.id, r->arena, &first) || first.account == r->actor.account || !verdict_takes_two(first.act) ||
           !text_equal(first.hash, (struct text){(const char *)m->hash, CONTENT_HASH});
}

void proposing_make(struct request *r, struct matter *m, enum decision_act act, enum reason reason, struct text words)
{
    if (!m->item.id) {
        m->item.id = store_item_insert(r->db, &(struct item_row){
            .kind = ITEM_KIND_FLAGGED, .gravity = GRAVITY_FLAGGED, .created = r->now, .board = m->thread.record.board, .thread = m->thread.record.id,
            .post = m->post.record.id, .author = m->post.author, .reason = reason,
        });
        queue_withhold(r, m->item.id);
    }
    store_proposal_put(r->db, &(struct proposal_row){
        .item = m->item.id, .account = r->actor.account, .act = act, .reason = reason, .words = words,
        .hash = {(const char *)m->hash, CONTENT_HASH}, .time = r->now,
    });
    store_item_bar(r->db, m->item.id, r->actor.account);
    audit_act(r, m->item.id, arena_format(r->arena, "item %llu proposes %.*s", (unsigned long long)m->item.id,
                                          (int)enumeration_by_number(&enumeration_decision_act, act)->name.len,
                                          enumeration_by_number(&enumeration_decision_act, act)->name.at));
}
