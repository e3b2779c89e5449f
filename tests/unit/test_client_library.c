/* The client library against a server played by the test: retries, resuming, refusals, trust, time-outs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "client-lib/luntan.h"
#include "tests/unit/scripted_peer.h"
#include "tests/unit/temporary.h"

static const char luntan_1[] = "\x08luntan/1";

/* What a script saw. */
struct seen {
    uint8_t op_ids[4][LIMIT_OP_ID];
    unsigned writes, wrong;
    char since[4][LIMIT_CURSOR + 1];
    unsigned subscribes;
};

static void must(struct seen *seen, bool as_expected)
{
    seen->wrong += !as_expected;
}

static struct luntan *connect_to(const struct peer *peer, const char *pins)
{
    struct luntan_options options = {.host = "127.0.0.1", .port = peer_port(peer), .pins_file = pins, .client = "test/1", .english = true, .timeout_ms = 5000};
    struct luntan *forum = luntan_new(&options);
    assert_non_null(forum);
    return forum;
}

static bool let_visit(struct peer *peer)
{
    const struct visit_reply reply = {0};
    struct visit_request in;
    struct frame frame;

    if (!peer_expect(peer, &messages[INDEX_VISIT], &frame, &in))
        return false;
    peer_answer(peer, &frame, FRAME_RESPONSE, &shape_visit_reply, &reply);
    return true;
}

static bool let_resume(struct peer *peer, struct text token)
{
    uint8_t bytes[64];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);
    const struct account_record account = {.id = 1, .handle = TEXT("wang")};
    struct resume_reply reply = {.session = 7, .account = items_begin(&w)};
    struct resume_request in;
    struct frame frame;

    if (!peer_expect(peer, &messages[INDEX_RESUME], &frame, &in) || !text_equal(in.token, token))
        return false;
    items_add(&w, &reply.account, &shape_account_record, &account);
    peer_answer(peer, &frame, FRAME_RESPONSE, &shape_resume_reply, &reply);
    return true;
}

static void refuse(struct peer *peer, const struct frame *frame, enum status status, uint64_t retry_after)
{
    const struct error_payload error = {.code = status, .name = status_name(status), .text = TEXT("words"), .retryable = status_retryable(status), .retry_after = retry_after};
    peer_answer(peer, frame, FRAME_ERROR, &shape_error, &error);
}

static bool take_mark(struct peer *peer, struct seen *seen, struct frame *frame)
{
    struct mark_request in;

    if (!peer_expect(peer, &messages[INDEX_MARK], frame, &in) || in.op_id.len != LIMIT_OP_ID || seen->writes == 4)
        return false;
    memcpy(seen->op_ids[seen->writes++], in.op_id.at, LIMIT_OP_ID);
    return true;
}

/* ---- writes ---- */

static void breaks_before_answering(struct peer *peer, unsigned connection, void *context)
{
    const struct mark_reply reply = {.dup = true};
    struct seen *seen = context;
    struct frame frame = {0};

    must(seen, peer_greet(peer));
    must(seen, let_visit(peer));
    must(seen, take_mark(peer, seen, &frame));
    if (connection == 1)
        peer_answer(peer, &frame, FRAME_RESPONSE, &shape_mark_reply, &reply);
}

static void a_write_is_sent_again_under_its_id(void **state)
{
    struct seen seen = {0};
    struct peer *peer = peer_start(breaks_before_answering, &seen, luntan_1);
    struct luntan *forum = connect_to(peer, NULL);
    struct visit_reply visited;
    struct mark_reply marked;

    (void)state;
    assert_int_equal(luntan_visit(forum, &(struct visit_request){0}, &visited), LUNTAN_OK);
    assert_int_equal(luntan_mark(forum, &(struct mark_request){.thread = 3}, &marked), LUNTAN_OK);
    assert_true(marked.dup);
    luntan_free(forum);
    assert_int_equal(peer_stop(peer), 2);
    assert_int_equal(seen.wrong, 0);
    assert_int_equal(seen.writes, 2);
    assert_memory_equal(seen.op_ids[0], seen.op_ids[1], LIMIT_OP_ID);
    static const uint8_t time[] = {0x01, 0x8b, 0xcf, 0xe5}; /* the peer's clock, not this machine's */
    assert_memory_equal(seen.op_ids[0], time, sizeof time);
}

static void busy_twice(struct peer *peer, unsigned connection, void *context)
{
    const struct mark_reply reply = {.seq = 5};
    struct seen *seen = context;
    struct frame frame = {0};

    (void)connection;
    must(seen, peer_greet(peer));
    for (int i = 0; i < 2; i++) {
        must(seen, take_mark(peer, seen, &frame));
        refuse(peer, &frame, STATUS_BUSY, 10);
    }
    must(seen, take_mark(peer, seen, &frame));
    peer_answer(peer, &frame, FRAME_RESPONSE, &shape_mark_reply, &reply);
    must(seen, take_mark(peer, seen, &frame));
    refuse(peer, &frame, STATUS_RATE_LIMITED, 60000);
}

static void a_busy_server_is_asked_again_but_limits_are_told(void **state)
{
    struct seen seen = {0};
    struct peer *peer = peer_start(busy_twice, &seen, luntan_1);
    struct luntan *forum = connect_to(peer, NULL);
    struct mark_reply marked;

    (void)state;
    assert_int_equal(luntan_mark(forum, &(struct mark_request){.thread = 3}, &marked), LUNTAN_OK);
    assert_int_equal(marked.seq, 5);
    assert_null(luntan_refusal(forum));
    assert_int_equal(luntan_mark(forum, &(struct mark_request){.thread = 3}, &marked), LUNTAN_REFUSED);
    assert_int_equal(luntan_refusal(forum)->code, STATUS_RATE_LIMITED);
    assert_int_equal(luntan_refusal(forum)->retry_after, 60000);
    assert_string_equal(luntan_words(forum), "words");
    luntan_free(forum);
    assert_int_equal(peer_stop(peer), 1);
    assert_int_equal(seen.wrong, 0);
    assert_memory_equal(seen.op_ids[0], seen.op_ids[2], LIMIT_OP_ID);
    assert_memory_not_equal(seen.op_ids[2], seen.op_ids[3], LIMIT_OP_ID);
}

static void goes_away(struct peer *peer, unsigned connection, void *context)
{
    const struct goaway_payload goaway = {.code = STATUS_SHUTTING_DOWN, .last_id = 1};
    const struct mark_reply reply = {.seq = 8};
    struct seen *seen = context;
    struct frame frame = {0};

    must(seen, peer_greet(peer));
    must(seen, take_mark(peer, seen, &frame));
    if (connection == 0) {
        struct text payload;
        peer_say_shape(peer, (struct frame){.kind = FRAME_GOAWAY}, &shape_goaway, &goaway);
        must(seen, !peer_take(peer, &frame, &payload)); /* nobody waits for what will not be answered */
    } else {
        peer_answer(peer, &frame, FRAME_RESPONSE, &shape_mark_reply, &reply);
    }
}

static void after_goaway_another_connection_is_made(void **state)
{
    struct seen seen = {0};
    struct peer *peer = peer_start(goes_away, &seen, luntan_1);
    struct luntan *forum = connect_to(peer, NULL);
    struct mark_reply marked;

    (void)state;
    assert_int_equal(luntan_mark(forum, &(struct mark_request){.thread = 3}, &marked), LUNTAN_OK);
    assert_int_equal(marked.seq, 8);
    luntan_free(forum);
    assert_int_equal(peer_stop(peer), 2);
    assert_int_equal(seen.wrong, 0);
    assert_memory_equal(seen.op_ids[0], seen.op_ids[1], LIMIT_OP_ID);
}

/* ---- subscriptions ---- */

static void tell(struct peer *peer, uint32_t subscription, uint64_t seq, const char *cursor)
{
    const struct change_record change = {.seq = seq, .cursor = text_of(cursor)};
    peer_say_shape(peer, (struct frame){.kind = FRAME_EVENT, .op = EVENT_CHANGE, .id = subscription}, &shape_change_record, &change);
}

static bool let_subscribe(struct peer *peer, struct seen *seen, struct frame *frame)
{
    const struct subscribe_reply reply = {.cursor = TEXT("begin")};
    struct subscribe_request in;

    if (!peer_expect(peer, &messages[INDEX_SUBSCRIBE], frame, &in) || seen->subscribes == 4)
        return false;
    snprintf(seen->since[seen->subscribes++], LIMIT_CURSOR + 1, "%.*s", (int)in.since.len, in.since.at ? in.since.at : "");
    peer_answer(peer, frame, FRAME_RESPONSE, &shape_subscribe_reply, &reply);
    return true;
}

static const struct text token = TEXT_INIT("tokentokentokentokentokentokento");

static void loses_the_link_between_events(struct peer *peer, unsigned connection, void *context)
{
    struct seen *seen = context;
    struct frame frame = {0};

    must(seen, peer_greet(peer));
    must(seen, let_resume(peer, token));
    must(seen, let_subscribe(peer, seen, &frame));
    tell(peer, frame.id, 2 * connection + 1, connection ? "third" : "first");
    tell(peer, frame.id, 2 * connection + 2, connection ? "fourth" : "second");
}

static void refuses_to_resume(struct peer *peer, unsigned connection, void *context)
{
    struct seen *seen = context;
    struct subscribe_request in;
    struct frame frame = {0};

    if (connection < 2) {
        loses_the_link_between_events(peer, connection, context);
        return;
    }
    must(seen, peer_greet(peer));
    must(seen, let_resume(peer, token));
    must(seen, peer_expect(peer, &messages[INDEX_SUBSCRIBE], &frame, &in));
    refuse(peer, &frame, STATUS_RESYNC, 0);
    peer_take(peer, &frame, &(struct text){0});
}

static void resume_and_subscribe(struct luntan *forum)
{
    struct resume_reply resumed;
    struct subscribe_reply subscribed;

    assert_int_equal(luntan_resume(forum, &(struct resume_request){.token = token}, &resumed), LUNTAN_OK);
    assert_true(text_equal(luntan_token(forum), token));
    assert_int_equal(luntan_subscribe(forum, &(struct subscribe_request){.topic = TOPIC_THREAD, .id = 5}, &subscribed), LUNTAN_OK);
}

static void subscriptions_go_on_from_their_last_cursor(void **state)
{
    struct seen seen = {0};
    struct peer *peer = peer_start(refuses_to_resume, &seen, luntan_1);
    struct luntan *forum = connect_to(peer, NULL);
    struct luntan_event event;

    (void)state;
    resume_and_subscribe(forum);
    uint32_t number = luntan_last_subscription(forum);
    for (uint64_t seq = 1; seq <= 4; seq++) {
        assert_int_equal(luntan_next_event(forum, 5000, &event), LUNTAN_OK);
        assert_int_equal(event.message->op, EVENT_CHANGE);
        assert_int_equal(event.subscription, number);
        assert_int_equal(event.change.seq, seq);
    }
    assert_int_equal(luntan_next_event(forum, 5000, &event), LUNTAN_OK);
    assert_int_equal(event.message->op, EVENT_END);
    assert_int_equal(event.subscription, number);
    assert_int_equal(event.end.code, STATUS_RESYNC);
    assert_int_equal(luntan_next_event(forum, 0, &event), LUNTAN_TIMEOUT);
    luntan_free(forum);
    assert_int_equal(peer_stop(peer), 3);
    assert_int_equal(seen.wrong, 0);
    assert_string_equal(seen.since[0], "");
    assert_string_equal(seen.since[1], "second");
}

static const struct text renewed = TEXT_INIT("renewedrenewedrenewedrenewedrene");

/* Gives another token, then loses the link; only the new one is good after that. */
static void gives_another_token(struct peer *peer, unsigned connection, void *context)
{
    struct seen *seen = context;
    const struct session_renew_reply reply = {.token = renewed, .session = 7};
    struct session_renew_request in;
    struct frame frame = {0};

    must(seen, peer_greet(peer));
    must(seen, let_resume(peer, connection ? renewed : token));
    if (connection == 0) {
        must(seen, peer_expect(peer, &messages[INDEX_SESSION_RENEW], &frame, &in));
        peer_answer(peer, &frame, FRAME_RESPONSE, &shape_session_renew_reply, &reply);
        return;
    }
    must(seen, let_visit(peer));
}

static void a_renewed_token_takes_the_place_of_the_old(void **state)
{
    struct seen seen = {0};
    struct peer *peer = peer_start(gives_another_token, &seen, luntan_1);
    struct luntan *forum = connect_to(peer, NULL);
    struct resume_reply resumed;
    struct session_renew_reply given;

    (void)state;
    assert_int_equal(luntan_resume(forum, &(struct resume_request){.token = token}, &resumed), LUNTAN_OK);
    assert_int_equal(luntan_session_renew(forum, &(struct session_renew_request){.op_id = {NULL, 0}}, &given), LUNTAN_OK);
    assert_true(text_equal(given.token, renewed));
    assert_true(text_equal(luntan_token(forum), renewed));
    assert_int_equal(luntan_visit(forum, &(struct visit_request){0}, &(struct visit_reply){0}), LUNTAN_OK);
    luntan_free(forum);
    assert_int_equal(peer_stop(peer), 2);
    assert_int_equal(seen.wrong, 0);
}

static void knows_the_token_no_more(struct peer *peer, unsigned connection, void *context)
{
    struct seen *seen = context;
    struct resume_request in;
    struct frame frame = {0};

    if (connection == 0) {
        loses_the_link_between_events(peer, connection, context);
        return;
    }
    must(seen, peer_greet(peer));
    must(seen, peer_expect(peer, &messages[INDEX_RESUME], &frame, &in));
    refuse(peer, &frame, STATUS_DENIED, 0);
    peer_take(peer, &frame, &(struct text){0});
}

static void a_session_that_ended_ends_its_subscriptions(void **state)
{
    struct seen seen = {0};
    struct peer *peer = peer_start(knows_the_token_no_more, &seen, luntan_1);
    struct luntan *forum = connect_to(peer, NULL);
    struct luntan_event event;

    (void)state;
    resume_and_subscribe(forum);
    assert_int_equal(luntan_next_event(forum, 5000, &event), LUNTAN_OK);
    assert_int_equal(luntan_next_event(forum, 5000, &event), LUNTAN_OK);
    assert_int_equal(luntan_next_event(forum, 5000, &event), LUNTAN_OK);
    assert_int_equal(event.message->op, EVENT_END);
    assert_int_equal(event.end.code, STATUS_DENIED);
    assert_null(luntan_token(forum).at);
    luntan_free(forum);
    assert_int_equal(peer_stop(peer), 2);
    assert_int_equal(seen.wrong, 0);
}

/* ---- peers that are not what they should be ---- */

static void says_nothing(struct peer *peer, unsigned connection, void *context)
{
    struct frame frame;
    struct text payload;

    (void)connection, (void)context;
    while (peer_take(peer, &frame, &payload))
        ;
}

static void silence_ends_in_a_time_out(void **state)
{
    struct peer *peer = peer_start(says_nothing, NULL, luntan_1);
    struct luntan_options options = {.host = "127.0.0.1", .port = peer_port(peer), .timeout_ms = 100};
    struct luntan *forum = luntan_new(&options);

    (void)state;
    assert_int_equal(luntan_connect(forum), LUNTAN_TIMEOUT);
    assert_int_equal(luntan_fd(forum), -1);
    assert_true(*luntan_words(forum));
    luntan_free(forum);
    peer_stop(peer);
}

static void says_rubbish(struct peer *peer, unsigned connection, void *context)
{
    (void)connection, (void)context;
    peer_say_bytes(peer, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
    says_nothing(peer, connection, context);
}

static void rubbish_is_a_breach(void **state)
{
    struct peer *peer = peer_start(says_rubbish, NULL, luntan_1);
    struct luntan *forum = connect_to(peer, NULL);

    (void)state;
    assert_int_equal(luntan_connect(forum), LUNTAN_PROTOCOL);
    luntan_free(forum);
    peer_stop(peer);
}

static void another_protocol_is_noticed_in_the_handshake(void **state)
{
    struct peer *peer = peer_start(says_nothing, NULL, "\x08http/1.1");
    struct luntan *forum = connect_to(peer, NULL);

    (void)state;
    assert_int_equal(luntan_connect(forum), LUNTAN_PROTOCOL);
    luntan_free(forum);
    peer_stop(peer);
}

static void nobody_there_is_told_at_once(void **state)
{
    struct peer *peer = peer_start(says_nothing, NULL, luntan_1);
    struct luntan *forum = connect_to(peer, NULL);
    struct visit_reply visited;

    (void)state;
    peer_stop(peer);
    assert_int_equal(luntan_visit(forum, &(struct visit_request){0}, &visited), LUNTAN_UNREACHABLE);
    assert_null(luntan_hello_reply(forum));
    luntan_free(forum);
}

/* ---- trust ---- */

static void greets_only(struct peer *peer, unsigned connection, void *context)
{
    peer_greet(peer);
    says_nothing(peer, connection, context);
}

static void a_changed_certificate_is_not_trusted(void **state)
{
    struct temporary directory;
    struct peer *peer = peer_start(greets_only, NULL, luntan_1);
    char pins[96];

    (void)state;
    temporary_make(&directory);
    snprintf(pins, sizeof pins, "%s/pins", directory.path);
    struct luntan *forum = connect_to(peer, pins);
    assert_int_equal(luntan_connect(forum), LUNTAN_OK);
    assert_int_equal(strlen(luntan_fingerprint(forum)), 64);
    luntan_free(forum);
    forum = connect_to(peer, pins);
    assert_int_equal(luntan_connect(forum), LUNTAN_OK);
    luntan_free(forum);
    peer_change_certificate(peer);
    forum = connect_to(peer, pins);
    assert_int_equal(luntan_connect(forum), LUNTAN_UNTRUSTED);
    assert_int_equal(luntan_fd(forum), -1);
    luntan_free(forum);
    peer_stop(peer);
    temporary_remove(&directory);
}

static void without_a_file_the_first_certificate_is_expected_again(void **state)
{
    struct peer *peer = peer_start(greets_only, NULL, luntan_1);
    struct luntan *forum = connect_to(peer, NULL);

    (void)state;
    assert_int_equal(luntan_connect(forum), LUNTAN_OK);
    luntan_disconnect(forum);
    assert_int_equal(luntan_connect(forum), LUNTAN_OK);
    luntan_disconnect(forum);
    peer_change_certificate(peer);
    assert_int_equal(luntan_connect(forum), LUNTAN_UNTRUSTED);
    luntan_free(forum);
    peer_stop(peer);
}

static void a_certificate_of_nobody_known_is_not_trusted(void **state)
{
    struct peer *peer = peer_start(greets_only, NULL, luntan_1);
    struct luntan_options options = {.host = "127.0.0.1", .port = peer_port(peer), .ca_file = "/etc/ssl/certs/ca-certificates.crt"};

    (void)state;
    if (access(options.ca_file, R_OK) != 0)
        options.ca_file = "/dev/null"; /* no certificate is trusted then */
    struct luntan *forum = luntan_new(&options);
    assert_int_equal(luntan_connect(forum), LUNTAN_UNTRUSTED);
    luntan_free(forum);
    peer_stop(peer);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_is_sent_again_under_its_id),
        cmocka_unit_test(a_busy_server_is_asked_again_but_limits_are_told),
        cmocka_unit_test(after_goaway_another_connection_is_made),
        cmocka_unit_test(subscriptions_go_on_from_their_last_cursor),
        cmocka_unit_test(a_renewed_token_takes_the_place_of_the_old),
        cmocka_unit_test(a_session_that_ended_ends_its_subscriptions),
        cmocka_unit_test(silence_ends_in_a_time_out),
        cmocka_unit_test(rubbish_is_a_breach),
        cmocka_unit_test(another_protocol_is_noticed_in_the_handshake),
        cmocka_unit_test(nobody_there_is_told_at_once),
        cmocka_unit_test(a_changed_certificate_is_not_trusted),
        cmocka_unit_test(without_a_file_the_first_certificate_is_expected_again),
        cmocka_unit_test(a_certificate_of_nobody_known_is_not_trusted),
    };
    return cmocka_run_group_tests_name("client library", tests, NULL, NULL);
}
