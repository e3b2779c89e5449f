/* See queue_fixture.h. */
#include "tests/unit/queue_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

struct item_record queue_first(struct forum *forum, struct member who, uint64_t *count)
{
    struct queue_reply out;
    struct item_record item = {0};

    assert_int_equal(forum_ask(forum, who.session, MSG_QUEUE, &(struct queue_request){0}), STATUS_OK);
    forum_reply(forum, &out);
    if (count)
        *count = out.items.count;
    return items_next(&out.items, &shape_item_record, &item) ? item : (struct item_record){0};
}

struct item_get_reply queue_open(struct forum *forum, struct member who, uint64_t item)
{
    struct item_get_reply frames[FORUM_FRAMES];

    assert_int_equal(forum_ask(forum, who.session, MSG_ITEM_GET, &(struct item_get_request){.item = item}), STATUS_OK);
    return frames[forum_frames(forum, frames, sizeof *frames, FORUM_FRAMES) - 1];
}

struct text queue_keep_hash(struct text hash)
{
    static char kept[32];

    assert_int_equal(hash.len, sizeof kept);
    memcpy(kept, hash.at, sizeof kept);
    return (struct text){kept, sizeof kept};
}

struct notice_record newest_notice(struct forum *forum, struct member who)
{
    struct notices_reply out;
    struct notice_record notice = {0};

    assert_int_equal(forum_ask(forum, who.session, MSG_NOTICES, &(struct notices_request){0}), STATUS_OK);
    forum_reply(forum, &out);
    assert_true(items_next(&out.notices, &shape_notice_record, &notice));
    return notice;
}
