/* See split_fixture.h. */
#include "tests/unit/split_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

struct items split_floors(const char *ranges)
{
    static uint8_t room[8192];
    struct wire_writer w = wire_writer_over(room, sizeof room);
    struct items list = items_begin(&w);
    char *at = (char *)(uintptr_t)ranges;

    while (at && *at) {
        struct floor_range_record range = {.first = strtoull(at, &at, 10)};
        if (*at == '-')
            range.last = strtoull(at + 1, &at, 10);
        items_add(&w, &list, &shape_floor_range_record, &range);
        at += *at == ',';
    }
    assert_int_equal(w.error, WIRE_OK);
    return list;
}

struct text split_look(struct forum *forum, struct member who, uint64_t thread, const char *ranges)
{
    struct floors_hash_request in = {.thread = thread, .floors = split_floors(ranges)};
    struct floors_hash_reply out;

    assert_int_equal(forum_ask(forum, who.session, MSG_FLOORS_HASH, &in), STATUS_OK);
    forum_reply(forum, &out);
    return queue_keep_hash(out.hash);
}

enum status split_off(struct forum *forum, struct member who, uint64_t thread, const char *ranges, const char *title, const char *board)
{
    struct thread_split_request in = {
        .thread = thread, .title = text_of(title), .board = text_of(board), .reason = REASON_OFF_TOPIC, .words = TEXT("另开一题"),
        .hash = split_look(forum, who, thread, ranges), .floors = split_floors(ranges),
    };

    return forum_do(forum, who.session, MSG_THREAD_SPLIT, &in);
}

enum status split_merge(struct forum *forum, struct member who, uint64_t thread, uint64_t into, const char *ranges)
{
    struct thread_merge_request in = {
        .thread = thread, .into = into, .hash = split_look(forum, who, thread, ranges), .floors = split_floors(ranges),
    };

    return forum_do(forum, who.session, MSG_THREAD_MERGE, &in);
}

uint64_t split_made(struct forum *forum, struct member who, uint64_t thread, const char *ranges, const char *title, const char *board)
{
    struct thread_split_reply out;

    assert_int_equal(split_off(forum, who, thread, ranges, title, board), STATUS_OK);
    forum_reply(forum, &out);
    return out.thread;
}

struct post_record split_read(struct forum *forum, struct member who, uint64_t thread, uint64_t floor)
{
    struct read_reply frames[FORUM_FRAMES];
    struct post_record post = {0};

    assert_int_equal(forum_ask(forum, who.session, MSG_READ, &(struct read_request){.thread = thread, .from = floor, .count = 1}), STATUS_OK);
    assert_int_equal(forum_frames(forum, frames, sizeof *frames, FORUM_FRAMES), 1);
    assert_true(items_next(&frames[0].posts, &shape_post_record, &post));
    return post;
}

void split_recount(struct forum *forum)
{
    /* Each counts rows that are not as they should be. */
    static const char *const wrong[] = {
        /* Every floor up to the highest is a post or a stub, and none is both. */
        "SELECT count(*) FROM thread t WHERE t.floors <> (SELECT count(*) FROM post p WHERE p.thread = t.id) + "
        "(SELECT count(*) FROM post_moved m WHERE m.thread = t.id) OR t.floors <> (SELECT max(f) FROM (SELECT floor AS f FROM post p "
        "WHERE p.thread = t.id UNION ALL SELECT floor FROM post_moved m WHERE m.thread = t.id))",
        "SELECT count(*) FROM post p JOIN post_moved m ON m.thread = p.thread AND (m.floor = p.floor OR m.post = p.id)",
        "SELECT count(*) FROM thread t WHERE t.moved <> (SELECT count(*) FROM post_moved m WHERE m.thread = t.id)",
        /* The newest post; a thread without any was merged away. */
        "SELECT count(*) FROM thread t LEFT JOIN post p ON p.id = (SELECT max(id) FROM post WHERE thread = t.id) WHERE t.last_post <> "
        "coalesce(p.id, 0) OR t.last_time <> coalesce(p.created, 0) OR t.last_author <> coalesce(p.author, 0) OR (t.merged > 0) <> (p.id IS NULL)",
        "SELECT count(*) FROM board b WHERE b.threads <> (SELECT count(*) FROM thread t WHERE t.board = b.id AND t.merged = 0) OR b.posts <> "
        "(SELECT count(*) FROM thread t JOIN post p ON p.thread = t.id WHERE t.board = b.id) OR b.last_post <> "
        "(SELECT coalesce(max(t.last_post), 0) FROM thread t WHERE t.board = b.id)",
        /* Sequences: each once in its topic, none above its head. */
        "SELECT count(*) FROM (SELECT thread, seq FROM post UNION ALL SELECT thread, seq FROM post_moved UNION ALL SELECT id, header_seq "
        "FROM thread WHERE header_seq > 0) s JOIN thread t ON t.id = s.thread WHERE s.seq > t.head",
        "SELECT count(*) - count(DISTINCT seq + 1000000 * thread) FROM (SELECT thread, seq FROM post UNION ALL SELECT thread, seq FROM post_moved "
        "UNION ALL SELECT id, header_seq FROM thread WHERE header_seq > 0)",
        "SELECT count(*) FROM thread t JOIN board b ON b.id = t.board WHERE t.board_seq > b.head",
        /* An answer answers a floor that there is, not its own. */
        "SELECT count(*) FROM post p JOIN thread t ON t.id = p.thread WHERE p.reply_to > t.floors OR p.reply_to = p.floor",
        /* What waits, waits where it can be decided; an appeal where the decision was made, though its thread is in the bin by that. */
        "SELECT count(*) FROM item i JOIN thread t ON t.id = i.thread WHERE i.open AND ((i.board <> t.board AND i.kind <> 2) OR t.merged > 0)",
        "SELECT count(*) FROM item i JOIN post p ON p.id = i.post WHERE i.open AND i.thread <> p.thread",
        "SELECT count(*) FROM item i JOIN held h ON h.id = i.held WHERE i.open AND i.thread <> h.thread",
        "SELECT count(*) FROM mark m JOIN thread t ON t.id = m.thread WHERE m.floor > t.floors",
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (forum_number(forum, wrong[i]))
            fail_msg("%s", wrong[i]);
}
