/* See notices.h. */
#include "server/forum/notices.h"

#include "server/store/reading.h"

void notice_add(struct request *r, uint64_t account, const struct notice_record *what, bool even_own)
{
    struct notice_record notice = *what;

    if (account == 0 || (account == r->actor.account && !even_own))
        return;
    notice.time = (uint64_t)r->now;
    notice.by = r->actor.account ? r->actor.handle : (struct text){NULL, 0};
    store_notice_insert(r->db, account, r->actor.account, &notice);

    struct change_record change = {
        .seq = notice.seq,
        .notice = request_record(r, &shape_notice_record, &notice),
    };
    request_event(r, TOPIC_ACCOUNT, account, &change, 0);
}
