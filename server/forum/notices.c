/* See notices.h. */
#include "server/forum/notices.h"

#include "server/store/reading.h"

static void add(struct request *r, uint64_t account, const struct notice_record *what, uint64_t by, struct text handle)
{
    struct notice_record notice = *what;

    notice.time = (uint64_t)r->now;
    notice.by = handle;
    store_notice_insert(r->db, account, by, &notice);

    struct change_record change = {
        .seq = notice.seq,
        .notice = request_record(r, &shape_notice_record, &notice),
    };
    request_event(r, TOPIC_ACCOUNT, account, &change, 0);
}

void notice_add(struct request *r, uint64_t account, const struct notice_record *what, bool even_own)
{
    const struct text nobody = {NULL, 0};

    if (account && (account != r->actor.account || even_own))
        add(r, account, what, r->actor.account, r->actor.account ? r->actor.handle : nobody);
}

void notice_decided(struct request *r, uint64_t account, const struct notice_record *what)
{
    if (account)
        add(r, account, what, 0, (struct text){NULL, 0});
}
