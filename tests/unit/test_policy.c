/* The policy's decisions, as tables of who asks for what and what the answer must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "moderation/policy.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct board_role on_seven[] = {{7, ROLE_MODERATOR}};

static const struct actor visitor = {.role = ROLE_VISITOR};
static const struct actor citizen = {.account = 1, .role = ROLE_CITIZEN};
static const struct actor member = {.account = 2, .role = ROLE_MEMBER};
static const struct actor deputy = {.account = 3, .role = ROLE_MEMBER, .unit = 9};
static const struct actor local = {.account = 4, .role = ROLE_CITIZEN, .boards = on_seven, .board_count = 1};
static const struct actor moderator = {.account = 5, .role = ROLE_MODERATOR};
static const struct actor administrator = {.account = 6, .role = ROLE_ADMINISTRATOR};
static const struct actor resting_local = {.account = 4, .role = ROLE_CITIZEN, .rests = true, .boards = on_seven, .board_count = 1};
static const struct actor resting_deputy = {.account = 3, .role = ROLE_MEMBER, .unit = 9, .rests = true};
static const struct actor resting = {.account = 6, .role = ROLE_ADMINISTRATOR, .rests = true};
static const struct actor suspended = {.account = 6, .role = ROLE_ADMINISTRATOR, .suspended = true};

static const struct mute on_board_seven[] = {{7, 0, 71}}, on_the_site[] = {{0, 5000, 72}},
                         ending_and_not[] = {{7, 3000, 73}, {0, 5000, 74}, {8, 0, 75}};
static const struct actor muted_there = {.account = 2, .role = ROLE_MEMBER, .mutes = on_board_seven, .mute_count = 1};
static const struct actor muted = {.account = 2, .role = ROLE_MEMBER, .mutes = on_the_site, .mute_count = 1};
static const struct actor muted_moderator = {.account = 5, .role = ROLE_MODERATOR, .mutes = on_the_site, .mute_count = 1};
static const struct actor muted_often = {.account = 2, .role = ROLE_MEMBER, .mutes = ending_and_not, .mute_count = 3};
static const struct actor banned = {.account = 6, .role = ROLE_ADMINISTRATOR, .banned = true, .ban = 76};

static const struct board_policy essays = {.board = 7, .read = ROLE_VISITOR, .start = ROLE_MEMBER, .reply = ROLE_CITIZEN};
static const struct board_policy other = {.board = 8, .read = ROLE_VISITOR, .start = ROLE_MEMBER, .reply = ROLE_CITIZEN};
static const struct board_policy column = {.board = 7, .kind = BOARD_KIND_COLUMN, .read = ROLE_VISITOR, .start = ROLE_MODERATOR, .reply = ROLE_MEMBER};
static const struct board_policy inner = {.board = 7, .read = ROLE_MODERATOR, .start = ROLE_MODERATOR, .reply = ROLE_MODERATOR};
static const struct board_policy for_deputies = {.board = 8, .read = ROLE_DEPUTY, .start = ROLE_DEPUTY, .reply = ROLE_DEPUTY};
static const struct board_policy guestbook = {.board = 11, .kind = BOARD_KIND_GUESTBOOK, .hold = true, .closed = true};
static const struct board_policy open_guestbook = {.board = 11, .kind = BOARD_KIND_GUESTBOOK, .reply = ROLE_CITIZEN};
static const struct board_policy open_to_answers = {.board = 11, .kind = BOARD_KIND_GUESTBOOK, .start = ROLE_CITIZEN};
static const struct board_policy open_forum = {.board = 11, .kind = BOARD_KIND_FORUM};
static const struct board_policy station = {.board = 12, .kind = BOARD_KIND_STATION};

struct decision {
    const struct actor *actor;
    enum act act;
    const struct board_policy *board;
    enum status want;
};

static void check(const struct decision *rows, size_t count, struct subject subject)
{
    for (size_t i = 0; i < count; i++) {
        subject.board = rows[i].board;
        enum status got = policy_decide(rows[i].act, rows[i].actor, &subject);
        if (got != rows[i].want)
            fail_msg("row %zu: %d instead of %d", i, (int)got, (int)rows[i].want);
    }
}

static void test_guests(void **state)
{
    static const struct decision rows[] = {
        {&visitor, ACT_LEAVE, &open_guestbook, STATUS_OK},
        {&visitor, ACT_LEAVE_REPLY, &open_guestbook, STATUS_LOGIN_NEEDED},
        {&visitor, ACT_LEAVE, &guestbook, STATUS_CLOSED},
        {&visitor, ACT_LEAVE, &open_forum, STATUS_LOGIN_NEEDED},
        {&visitor, ACT_LEAVE, &essays, STATUS_LOGIN_NEEDED},
        {&visitor, ACT_LEAVE, &inner, STATUS_NOT_FOUND},
        {&visitor, ACT_START, &open_guestbook, STATUS_LOGIN_NEEDED},
        {&citizen, ACT_LEAVE, &open_guestbook, STATUS_FORBIDDEN},
        {&citizen, ACT_START, &open_guestbook, STATUS_OK},
        {&banned, ACT_LEAVE, &open_guestbook, STATUS_FORBIDDEN},
    };
    static const struct decision locked[] = {
        {&visitor, ACT_LEAVE_REPLY, &open_to_answers, STATUS_LOCKED},
    };

    (void)state;
    check(rows, COUNT(rows), (struct subject){0});
    check(locked, COUNT(locked), (struct subject){.locked = true});
}

static void test_reading(void **state)
{
    static const struct decision rows[] = {
        {&visitor, ACT_READ, &essays, STATUS_OK},
        {&visitor, ACT_READ, &inner, STATUS_NOT_FOUND},
        {&member, ACT_READ, &inner, STATUS_NOT_FOUND},
        {&local, ACT_READ, &inner, STATUS_OK},
        {&resting_local, ACT_READ, &inner, STATUS_NOT_FOUND},
        {&moderator, ACT_READ, &inner, STATUS_OK},
        {&resting, ACT_READ, &inner, STATUS_NOT_FOUND},
        {&suspended, ACT_READ, &inner, STATUS_NOT_FOUND},
        {&suspended, ACT_READ, &essays, STATUS_OK},
        {&deputy, ACT_READ, &for_deputies, STATUS_OK},
        {&member, ACT_READ, &for_deputies, STATUS_NOT_FOUND},
        {&resting_deputy, ACT_READ, &for_deputies, STATUS_NOT_FOUND},
        {&visitor, ACT_READ, &station, STATUS_OK},
        {&administrator, ACT_READ, NULL, STATUS_NOT_FOUND},
    };
    (void)state;
    check(rows, COUNT(rows), (struct subject){.author = 0});
}

static void test_writing(void **state)
{
    static const struct decision rows[] = {
        {&visitor, ACT_START, &essays, STATUS_LOGIN_NEEDED},
        {&visitor, ACT_START, &guestbook, STATUS_LOGIN_NEEDED},
        {&visitor, ACT_REPLY, &guestbook, STATUS_LOGIN_NEEDED},
        {&visitor, ACT_START, &inner, STATUS_NOT_FOUND},
        {&citizen, ACT_START, &essays, STATUS_FORBIDDEN},
        {&citizen, ACT_REPLY, &essays, STATUS_OK},
        {&citizen, ACT_START, &guestbook, STATUS_CLOSED},
        {&member, ACT_START, &essays, STATUS_OK},
        {&member, ACT_START, &column, STATUS_FORBIDDEN},
        {&member, ACT_REPLY, &column, STATUS_OK},
        {&local, ACT_START, &column, STATUS_OK},
        {&resting_local, ACT_START, &column, STATUS_TOTP_NEEDED},
        {&resting, ACT_START, &column, STATUS_TOTP_NEEDED},
        {&resting, ACT_START, &essays, STATUS_OK},
        {&suspended, ACT_REPLY, &essays, STATUS_SUSPENDED},
        {&administrator, ACT_START, &station, STATUS_FORBIDDEN},
        {&administrator, ACT_REPLY, &station, STATUS_FORBIDDEN},
        {&administrator, ACT_START, &guestbook, STATUS_CLOSED},
    };
    (void)state;
    check(rows, COUNT(rows), (struct subject){.author = 0});
}

static void test_threads(void **state)
{
    static const struct decision locked[] = {
        {&citizen, ACT_REPLY, &essays, STATUS_LOCKED},
        {&administrator, ACT_REPLY, &essays, STATUS_LOCKED},
        {&citizen, ACT_EDIT, &essays, STATUS_LOCKED},
        {&citizen, ACT_DELETE, &essays, STATUS_OK},
        {&moderator, ACT_MODERATE, &essays, STATUS_OK},
    };
    static const struct decision own[] = {
        {&citizen, ACT_EDIT, &essays, STATUS_OK},
        {&citizen, ACT_DELETE, &essays, STATUS_OK},
        {&citizen, ACT_EDIT, &guestbook, STATUS_CLOSED},
        {&citizen, ACT_DELETE, &guestbook, STATUS_OK},
        {&member, ACT_EDIT, &essays, STATUS_FORBIDDEN},
        {&administrator, ACT_DELETE, &essays, STATUS_FORBIDDEN},
        {&visitor, ACT_DELETE, &essays, STATUS_LOGIN_NEEDED},
        {&citizen, ACT_EDIT, &inner, STATUS_NOT_FOUND},
    };
    static const struct decision deleted[] = {
        {&citizen, ACT_EDIT, &essays, STATUS_GONE},
        {&citizen, ACT_DELETE, &essays, STATUS_GONE},
        {&member, ACT_EDIT, &essays, STATUS_FORBIDDEN},
    };
    (void)state;
    check(locked, COUNT(locked), (struct subject){.author = 1, .locked = true});
    check(own, COUNT(own), (struct subject){.author = 1});
    check(deleted, COUNT(deleted), (struct subject){.author = 1, .deleted = true});
}

static void test_power(void **state)
{
    static const struct decision rows[] = {
        {&member, ACT_MODERATE, &essays, STATUS_FORBIDDEN},
        {&local, ACT_MODERATE, &essays, STATUS_OK},
        {&local, ACT_MODERATE, &other, STATUS_FORBIDDEN},
        {&resting_local, ACT_MODERATE, &essays, STATUS_TOTP_NEEDED},
        {&moderator, ACT_MODERATE, &other, STATUS_OK},
        {&moderator, ACT_MODERATE, &station, STATUS_FORBIDDEN},
        {&deputy, ACT_MODERATE, &essays, STATUS_FORBIDDEN},
        {&moderator, ACT_ADMINISTER, NULL, STATUS_FORBIDDEN},
        {&administrator, ACT_ADMINISTER, NULL, STATUS_OK},
        {&resting, ACT_ADMINISTER, NULL, STATUS_TOTP_NEEDED},
        {&suspended, ACT_ADMINISTER, NULL, STATUS_SUSPENDED},
        {&visitor, ACT_ADMINISTER, NULL, STATUS_LOGIN_NEEDED},
        {&citizen, ACT_OWN, NULL, STATUS_OK},
        {&visitor, ACT_OWN, NULL, STATUS_LOGIN_NEEDED},
    };
    (void)state;
    check(rows, COUNT(rows), (struct subject){.author = 0});
}

static void test_reach(void **state)
{
    static const struct {
        const struct actor *actor;
        enum act act;
        enum role target;
        uint64_t unit;
        enum status want;
    } rows[] = {
        {&administrator, ACT_INVITE, ROLE_ADMINISTRATOR, 0, STATUS_OK},
        {&moderator, ACT_INVITE, ROLE_MEMBER, 0, STATUS_OK},
        {&moderator, ACT_INVITE, ROLE_MODERATOR, 0, STATUS_FORBIDDEN},
        {&local, ACT_INVITE, ROLE_MEMBER, 0, STATUS_FORBIDDEN},
        {&member, ACT_INVITE, ROLE_CITIZEN, 0, STATUS_FORBIDDEN},
        {&resting, ACT_INVITE, ROLE_MEMBER, 0, STATUS_TOTP_NEEDED},
        {&visitor, ACT_INVITE, ROLE_CITIZEN, 0, STATUS_LOGIN_NEEDED},
        {&administrator, ACT_RESET, ROLE_ADMINISTRATOR, 0, STATUS_OK},
        {&moderator, ACT_RESET, ROLE_CITIZEN, 9, STATUS_FORBIDDEN},
        {&deputy, ACT_RESET, ROLE_MEMBER, 9, STATUS_OK},
        {&deputy, ACT_RESET, ROLE_MEMBER, 8, STATUS_FORBIDDEN},
        {&deputy, ACT_RESET, ROLE_MEMBER, 0, STATUS_FORBIDDEN},
        {&deputy, ACT_RESET, ROLE_DEPUTY, 9, STATUS_FORBIDDEN},
        {&resting_deputy, ACT_RESET, ROLE_CITIZEN, 9, STATUS_TOTP_NEEDED},
        {&member, ACT_RESET, ROLE_CITIZEN, 0, STATUS_FORBIDDEN},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct subject subject = {.target = rows[i].target, .unit = rows[i].unit};
        enum status got = policy_decide(rows[i].act, rows[i].actor, &subject);
        if (got != rows[i].want)
            fail_msg("row %zu: %d instead of %d", i, (int)got, (int)rows[i].want);
    }
}

static void test_sanctioned(void **state)
{
    static const struct decision rows[] = {
        {&muted_there, ACT_START, &essays, STATUS_MUTED},
        {&muted_there, ACT_REPLY, &essays, STATUS_MUTED},
        {&muted_there, ACT_EDIT, &essays, STATUS_MUTED},
        {&muted_there, ACT_FLAG, &essays, STATUS_MUTED},
        {&muted_there, ACT_DELETE, &essays, STATUS_OK},
        {&muted_there, ACT_READ, &essays, STATUS_OK},
        {&muted_there, ACT_OWN, NULL, STATUS_OK},
        {&muted_there, ACT_START, &other, STATUS_OK},
        {&muted_there, ACT_START, &column, STATUS_FORBIDDEN},
        {&muted_there, ACT_START, &inner, STATUS_NOT_FOUND},
        {&muted, ACT_START, &essays, STATUS_MUTED},
        {&muted, ACT_FLAG, &other, STATUS_MUTED},
        {&muted, ACT_START, &guestbook, STATUS_MUTED},
        {&muted_moderator, ACT_START, &essays, STATUS_MUTED},
        {&muted_moderator, ACT_MODERATE, &essays, STATUS_OK},
        {&banned, ACT_READ, &essays, STATUS_OK},
        {&banned, ACT_READ, &inner, STATUS_NOT_FOUND},
        {&banned, ACT_START, &essays, STATUS_BANNED},
        {&banned, ACT_DELETE, &essays, STATUS_BANNED},
        {&banned, ACT_FLAG, &essays, STATUS_BANNED},
        {&banned, ACT_OWN, NULL, STATUS_BANNED},
        {&banned, ACT_ADMINISTER, NULL, STATUS_BANNED},
        {&visitor, ACT_FLAG, &essays, STATUS_LOGIN_NEEDED},
        {&member, ACT_FLAG, &inner, STATUS_NOT_FOUND},
        {&citizen, ACT_FLAG, &guestbook, STATUS_OK},
    };
    (void)state;
    check(rows, COUNT(rows), (struct subject){.author = 2});
    assert_int_equal(policy_role_on(&banned, 7), ROLE_VISITOR);
}

static void test_which_sanction(void **state)
{
    (void)state;
    assert_int_equal(policy_sanction(&muted, STATUS_MUTED, 7), 72);
    assert_int_equal(policy_sanction(&muted_there, STATUS_MUTED, 7), 71);
    assert_int_equal(policy_sanction(&muted_often, STATUS_MUTED, 7), 74); /* the last to end */
    assert_int_equal(policy_sanction(&muted_often, STATUS_MUTED, 8), 75); /* one of them does not end */
    assert_int_equal(policy_sanction(&muted_often, STATUS_LOCKED, 7), 0);
    assert_int_equal(policy_sanction(&banned, STATUS_BANNED, 7), 76);
    assert_int_equal(policy_sanction(&member, STATUS_MUTED, 7), 0);
}

/* What somebody banned may still ask: nothing that acts on others or on boards. */
static void test_still(void **state)
{
    static const enum op may[] = {MSG_LOGOUT, MSG_SANCTIONS, MSG_DECISIONS, MSG_APPEAL, MSG_NOTICES, MSG_PASSWORD};
    static const enum op may_not[] = {MSG_POST, MSG_REPLY, MSG_EDIT, MSG_DELETE, MSG_FLAG, MSG_QUEUE, MSG_DECIDE, MSG_SANCTION, MSG_INVITE, MSG_GRANT};

    (void)state;
    for (size_t i = 0; i < COUNT(may); i++)
        assert_true(policy_still(may[i]));
    for (size_t i = 0; i < COUNT(may_not); i++)
        assert_false(policy_still(may_not[i]));
}

static void test_sanction_reach(void **state)
{
    static const struct {
        const struct actor *actor;
        const struct board_policy *board;
        enum role target;
        enum status want;
    } rows[] = {
        {&visitor, &essays, ROLE_CITIZEN, STATUS_LOGIN_NEEDED},
        {&member, &essays, ROLE_CITIZEN, STATUS_FORBIDDEN},
        {&deputy, &essays, ROLE_CITIZEN, STATUS_FORBIDDEN},
        {&local, &essays, ROLE_DEPUTY, STATUS_OK},
        {&local, &essays, ROLE_MODERATOR, STATUS_FORBIDDEN},
        {&local, &other, ROLE_CITIZEN, STATUS_FORBIDDEN},
        {&local, NULL, ROLE_CITIZEN, STATUS_FORBIDDEN},
        {&moderator, NULL, ROLE_DEPUTY, STATUS_OK},
        {&moderator, &other, ROLE_MODERATOR, STATUS_FORBIDDEN},
        {&administrator, NULL, ROLE_MODERATOR, STATUS_OK},
        {&administrator, NULL, ROLE_ADMINISTRATOR, STATUS_FORBIDDEN},
        {&resting, NULL, ROLE_CITIZEN, STATUS_TOTP_NEEDED},
        {&banned, NULL, ROLE_CITIZEN, STATUS_BANNED},
        {&muted_moderator, NULL, ROLE_CITIZEN, STATUS_OK},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct subject subject = {.board = rows[i].board, .target = rows[i].target};
        enum status got = policy_decide(ACT_SANCTION, rows[i].actor, &subject);
        if (got != rows[i].want)
            fail_msg("row %zu: %d instead of %d", i, (int)got, (int)rows[i].want);
    }
}

static void test_roles(void **state)
{
    (void)state;
    assert_int_equal(policy_role_on(&local, 7), ROLE_MODERATOR);
    assert_int_equal(policy_role_on(&local, 8), ROLE_CITIZEN);
    assert_int_equal(policy_role_on(&resting_local, 7), ROLE_CITIZEN);
    assert_int_equal(policy_role_on(&resting, 7), ROLE_MEMBER);
    assert_int_equal(policy_role_on(&suspended, 7), ROLE_VISITOR);
    assert_int_equal(policy_role_on(&deputy, 0), ROLE_DEPUTY);
    assert_false(policy_needs_totp(ROLE_MEMBER));
    assert_true(policy_needs_totp(ROLE_DEPUTY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_guests),  cmocka_unit_test(test_writing), cmocka_unit_test(test_threads),
        cmocka_unit_test(test_power),   cmocka_unit_test(test_reach),   cmocka_unit_test(test_roles),
        cmocka_unit_test(test_sanctioned), cmocka_unit_test(test_which_sanction), cmocka_unit_test(test_still), cmocka_unit_test(test_sanction_reach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
