/*
 * Random walks through moderation over a real store: people write, change, flag, move and decide, in any order, with what they saw long ago
 * and with what others saw. After every step holds what must always hold.
 *
 * Every text has a number and is written once. A text may be seen by everybody only once it was posted where nothing waited, or let through
 * by a decision that could be made: by somebody who moderates there, who is not its author, and who carried the hash of that very text. The
 * test keeps that account itself, and asks the store and a visitor's search what can be seen.
 *
 * Each walk prints its seed; LUNTAN_SEED=N walks that one alone, LUNTAN_SOAK=1 many and longer ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "server/store/held.h"
#include "tests/unit/split_fixture.h"

enum { WALKS = 5, STEPS = 1000, SOAK_WALKS = 20, SOAK_STEPS = 2000, PEOPLE = 6, LOOKS = 16, TEXTS = 2 * SOAK_STEPS + 2, WORD = 24, AGAIN = 4, RECOUNT = 10 };

/* What somebody saw, and what a decision on it has to carry. */
struct look {
    uint64_t item, post; /* one of both */
    uint64_t text, title;
    char hash[32];
};

struct person {
    struct member member;
    bool site;           /* moderates everywhere */
    bool here;           /* moderates the board that holds */
};

struct walk {
    struct town *town;
    sqlite3 *db;
    uint64_t state;      /* of the randomness */
    struct person people[PEOPLE];
    uint64_t open;       /* a board that holds nothing */
    bool holds;          /* whether the other does, at present */
    uint64_t texts;      /* so far */
    bool allowed[TEXTS]; /* whether everybody may see it */
    struct look looks[LOOKS];
    size_t looked;
    unsigned decided, shown, mended, stale, merged;
    char words[AGAIN][WORD];
    unsigned word, steps;
};

/* ---- chance ---- */

static uint64_t draw(struct walk *w, uint64_t below)
{
    w->state ^= w->state << 13;
    w->state ^= w->state >> 7;
    w->state ^= w->state << 17;
    return below ? w->state % below : 0;
}

static struct person *somebody(struct walk *w)
{
    return &w->people[draw(w, PEOPLE)];
}

/* Mostly somebody who moderates nowhere. */
static struct person *somebody_who_writes(struct walk *w)
{
    return draw(w, 5) ? &w->people[draw(w, 3)] : somebody(w);
}

/* Mostly somebody who moderates. */
static struct person *somebody_in_charge(struct walk *w)
{
    return draw(w, 5) ? &w->people[PEOPLE - 1 - draw(w, 3)] : somebody(w);
}

/* ---- what stands in the store ---- */

static sqlite3_stmt *ask(struct walk *w, const char *sql, uint64_t value)
{
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_prepare_v2(w->db, sql, -1, &statement, NULL), SQLITE_OK);
    if (sqlite3_bind_parameter_count(statement))
        sqlite3_bind_int64(statement, 1, (sqlite3_int64)value);
    return statement;
}

static uint64_t number(struct walk *w, const char *sql, uint64_t value)
{
    sqlite3_stmt *statement = ask(w, sql, value);
    uint64_t found = sqlite3_step(statement) == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;

    sqlite3_finalize(statement);
    return found;
}

static struct person *person_of(struct walk *w, uint64_t account)
{
    for (size_t i = 0; i < PEOPLE; i++)
        if (w->people[i].member.account == account)
            return &w->people[i];
    return NULL;
}

/* A submission: its id, where it lasts until the next, whose it is, and its version. */
struct sent {
    struct text id;
    struct person *author;
    uint64_t version;
};

/* One that was looked at lately, or that is open, or any. */
static struct sent any_sent(struct walk *w)
{
    static char id[HELD_ID];
    const struct look *look = &w->looks[(w->looked + LOOKS - 1) % LOOKS];
    uint64_t no = number(w, "SELECT no FROM held WHERE id = (SELECT held FROM item WHERE id = ?)", look->item);
    struct sent sent = {.version = 0};

    if (!no || draw(w, 3) == 0)
        no = number(w, "SELECT no FROM held WHERE state < 2 ORDER BY no LIMIT 1 OFFSET ?", draw(w, number(w, "SELECT count(*) FROM held WHERE state < 2", 0)));
    if (draw(w, 8) == 0)
        no = 1 + draw(w, number(w, "SELECT max(no) FROM held", 0));
    sqlite3_stmt *statement = ask(w, "SELECT id, account, version FROM held WHERE no = ?", no);
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_bytes(statement, 0) == HELD_ID) {
        memcpy(id, sqlite3_column_blob(statement, 0), HELD_ID);
        sent = (struct sent){{id, HELD_ID}, person_of(w, (uint64_t)sqlite3_column_int64(statement, 1)), (uint64_t)sqlite3_column_int64(statement, 2)};
    }
    sqlite3_finalize(statement);
    return sent;
}

/* An item that waits, or none. */
static uint64_t any_item(struct walk *w)
{
    return number(w, "SELECT id FROM item WHERE open ORDER BY id LIMIT 1 OFFSET ?", draw(w, number(w, "SELECT count(*) FROM item WHERE open", 0)));
}

static uint64_t any_thread(struct walk *w)
{
    return 1 + draw(w, number(w, "SELECT max(id) FROM thread", 0) + 1);
}

static uint64_t any_post(struct walk *w)
{
    return 1 + draw(w, number(w, "SELECT max(id) FROM post", 0) + 1);
}

/* ---- texts ---- */

/* A text of a number that none had. */
static struct text write_text(struct walk *w, uint64_t *text)
{
    char *word = w->words[w->word++ % AGAIN];

    *text = ++w->texts;
    assert_true(w->texts < TEXTS);
    snprintf(word, WORD, "t%llu", (unsigned long long)*text);
    return text_of(word);
}

static uint64_t text_number(struct text body)
{
    uint64_t found = 0;

    for (size_t i = 1; i < body.len; i++)
        found = 10 * found + (uint64_t)(body.at[i] - '0');
    return found;
}

/* ---- steps: writing ---- */

static bool does(struct walk *w, struct person *who, enum op op, void *in)
{
    enum status status = forum_do(&w->town->forum, who->member.session, op, in);

    assert_true(status != STATUS_INTERNAL && status != STATUS_BUSY);
    return status == STATUS_OK;
}

/* What was shown at once may be shown there. */
static void wrote(struct walk *w, struct person *who, bool waits, bool quiet, uint64_t text)
{
    assert_true(waits == (quiet && w->holds && !who->site && !who->here));
    w->allowed[text] = w->allowed[text] || !waits;
}

static void step_post(struct walk *w)
{
    bool quiet = draw(w, 4) != 0;
    struct person *who = somebody_who_writes(w);
    uint64_t text;
    struct text body = write_text(w, &text);
    struct post_request in = {.board = quiet ? TEXT("essays") : TEXT("open"), .title = body, .body = body};
    struct post_reply out;

    if (!does(w, who, MSG_POST, &in))
        return;
    forum_reply(&w->town->forum, &out);
    wrote(w, who, out.held.at != NULL, quiet, text);
}

static bool on_quiet(struct walk *w, uint64_t thread)
{
    return number(w, "SELECT board FROM thread WHERE id = ?", thread) == w->town->essays;
}

static void step_reply(struct walk *w)
{
    struct person *who = somebody_who_writes(w);
    uint64_t text;
    struct reply_request in = {.thread = any_thread(w), .to = draw(w, 3), .body = write_text(w, &text)};
    struct reply_reply out;

    if (!does(w, who, MSG_REPLY, &in))
        return;
    forum_reply(&w->town->forum, &out);
    wrote(w, who, out.held.at != NULL, on_quiet(w, out.thread), text); /* a thread that was merged leads to where its posts are */
}

static void step_edit(struct walk *w)
{
    uint64_t text, post = any_post(w);
    struct person *who = person_of(w, number(w, "SELECT author FROM post WHERE id = ?", post));
    struct edit_request in = {.post = post, .revision = number(w, "SELECT revision FROM post WHERE id = ?", post), .body = write_text(w, &text)};
    bool quiet = on_quiet(w, number(w, "SELECT thread FROM post WHERE id = ?", post));
    struct edit_reply out;

    if (draw(w, 2) && number(w, "SELECT floor FROM post WHERE id = ?", post) == 1)
        in.title = in.body;
    if (!does(w, who ? who : somebody(w), MSG_EDIT, &in))
        return;
    assert_non_null(who);
    forum_reply(&w->town->forum, &out);
    wrote(w, who, out.held.at != NULL, quiet, text);
}

static void step_delete(struct walk *w)
{
    uint64_t post = any_post(w);
    struct person *author = person_of(w, number(w, "SELECT author FROM post WHERE id = ?", post));
    struct delete_request in = {.post = post};

    if (author)
        does(w, draw(w, 3) ? author : somebody(w), MSG_DELETE, &in);
}

static void step_mend(struct walk *w)
{
    struct sent sent = any_sent(w);
    struct person *who = draw(w, 8) ? sent.author : somebody(w);
    uint64_t text;
    struct held_edit_request in = {.held = sent.id, .version = sent.version - (draw(w, 8) == 0), .body = write_text(w, &text)};

    if (sent.author && does(w, who, MSG_HELD_EDIT, &in)) {
        assert_ptr_equal(who, sent.author);
        assert_int_equal(in.version, sent.version);
        w->mended++;
    }
}

static void step_withdraw(struct walk *w)
{
    struct sent sent = any_sent(w);
    struct person *who = draw(w, 8) ? sent.author : somebody(w);
    struct held_withdraw_request in = {.held = sent.id};

    if (sent.author && does(w, who, MSG_HELD_WITHDRAW, &in))
        assert_ptr_equal(who, sent.author);
}

/* ---- steps: looking ---- */

static void keep_look(struct walk *w, uint64_t item, uint64_t post, uint64_t text, uint64_t title, struct text hash)
{
    struct look *look = &w->looks[w->looked++ % LOOKS];

    *look = (struct look){.item = item, .post = post, .text = text, .title = title};
    assert_int_equal(hash.len, sizeof look->hash);
    memcpy(look->hash, hash.at, sizeof look->hash);
}

static void step_look(struct walk *w)
{
    struct item_get_request in = {.item = any_item(w)};
    struct item_get_reply frames[FORUM_FRAMES];
    struct held_record held = {0};
    struct person *who = somebody_in_charge(w);

    if (forum_ask(&w->town->forum, who->member.session, MSG_ITEM_GET, &in) != STATUS_OK)
        return;
    assert_true(who->site || who->here);
    assert_true(number(w, "SELECT author FROM item WHERE id = ?", in.item) != who->member.account);
    assert_int_equal(forum_frames(&w->town->forum, frames, sizeof *frames, FORUM_FRAMES), 1);
    if (items_next(&frames[0].held, &shape_held_record, &held))
        keep_look(w, in.item, 0, text_number(held.body), text_number(held.title), frames[0].hash);
}

static void step_look_at_post(struct walk *w)
{
    struct post_hash_request in = {.post = any_post(w)};
    struct post_hash_reply out;
    struct person *who = somebody_in_charge(w);

    if (forum_ask(&w->town->forum, who->member.session, MSG_POST_HASH, &in) != STATUS_OK)
        return;
    assert_true(who->site || who->here);
    forum_reply(&w->town->forum, &out);
    keep_look(w, 0, in.post, 0, 0, out.hash);
}

static void step_claim(struct walk *w)
{
    struct claim_request in = {.item = any_item(w), .release = draw(w, 3) != 0};

    does(w, somebody_in_charge(w), MSG_CLAIM, &in);
}

/* Leases run out. */
static void step_wait(struct walk *w)
{
    assert_int_equal(sqlite3_exec(w->db, "UPDATE item SET lease = 1 WHERE lease > 1", NULL, NULL, NULL), SQLITE_OK);
}

/* ---- steps: deciding ---- */

/* That whoever decided could. */
static void could(struct walk *w, const struct person *who, uint64_t decision)
{
    uint64_t board = number(w, "SELECT board FROM decision WHERE id = ?", decision);

    assert_true(who->site || (who->here && board == w->town->essays));
    assert_true(number(w, "SELECT account FROM decision WHERE id = ?", decision) != who->member.account);
}

/* An act that mostly fits what was looked at. */
static enum decision_act any_act(struct walk *w, const struct look *look)
{
    static const enum decision_act held[] = {DECISION_ACT_APPROVE, DECISION_ACT_APPROVE, DECISION_ACT_RETURN, DECISION_ACT_REMOVE};
    static const enum decision_act posts[] = {DECISION_ACT_HIDE, DECISION_ACT_REMOVE, DECISION_ACT_KEEP, DECISION_ACT_RESTORE};
    static const enum decision_act appeals[] = {DECISION_ACT_OVERTURN, DECISION_ACT_OVERTURN, DECISION_ACT_OVERTURN, DECISION_ACT_UPHOLD};
    uint64_t kind = look->item ? number(w, "SELECT kind FROM item WHERE id = ?", look->item) : ITEM_KIND_FLAGGED;

    if (draw(w, 8) == 0)
        kind = draw(w, 3);
    return kind == ITEM_KIND_HELD ? held[draw(w, 4)] : kind == ITEM_KIND_FLAGGED ? posts[draw(w, 4)] : appeals[draw(w, 4)];
}

static void step_decide(struct walk *w)
{
    size_t kept = w->looked < LOOKS ? w->looked : LOOKS;
    struct look look = w->looks[(w->looked + LOOKS - 1 - (kept ? draw(w, draw(w, 3) ? 1 + kept / 8 : kept) : 0)) % LOOKS];
    struct decide_request in = {
        .item = look.item, .post = look.post, .act = any_act(w, &look), .reason = REASON_SPAM, .hash = {look.hash, sizeof look.hash},
    };
    struct person *who = somebody_in_charge(w);
    struct decide_reply out;
    uint64_t text = look.text;
    bool held = look.item && number(w, "SELECT held IS NOT NULL FROM item WHERE id = ?", look.item);

    if (in.act == DECISION_ACT_APPROVE && draw(w, 4) == 0)
        in.body = write_text(w, &text);
    if (!does(w, who, MSG_DECIDE, &in)) {
        w->stale += w->town->forum.r.status == STATUS_STALE;
        return;
    }
    forum_reply(&w->town->forum, &out);
    could(w, who, out.decision);
    w->decided++;
    if (held && (in.act == DECISION_ACT_APPROVE || in.act == DECISION_ACT_OVERTURN)) {
        assert_true(text > 0);
        assert_int_equal(number(w, "SELECT body = 't' || ? FROM post WHERE id = (SELECT post FROM decision ORDER BY id DESC LIMIT 1)", text), 1);
        w->allowed[text] = true;
        w->allowed[look.title] = true; /* which the hash covers too */
        w->shown++;
    }
}

static void step_flag(struct walk *w)
{
    struct flag_request in = {.post = any_post(w), .reason = draw(w, 2) ? REASON_SPAM : REASON_SECRET};

    does(w, somebody(w), MSG_FLAG, &in);
}

static void step_appeal(struct walk *w)
{
    struct appeal_request in = {
        .decision = number(w, "SELECT id FROM decision WHERE act IN (3, 4) AND appeal = 0 ORDER BY id DESC LIMIT 1 OFFSET ?", draw(w, 3)), .words = TEXT("不服"),
    };
    struct person *who = person_of(w, number(w, "SELECT account FROM decision WHERE id = ?", in.decision));

    if (who)
        does(w, draw(w, 4) ? who : somebody(w), MSG_APPEAL, &in);
}

/* As most decide: right after the look, unless something comes between. */
static void step_look_and_decide(struct walk *w)
{
    static void (*const between[])(struct walk *) = {step_mend, step_withdraw, step_edit, step_delete, step_claim};
    size_t before = w->looked;

    if (draw(w, 4))
        step_look(w);
    else
        step_look_at_post(w);
    if (draw(w, 3) == 0)
        between[draw(w, sizeof between / sizeof *between)](w);
    if (w->looked > before)
        step_decide(w);
}

/* ---- steps: what changes around ---- */

static void step_move(struct walk *w)
{
    struct move_request in = {.thread = any_thread(w), .board = draw(w, 2) ? TEXT("essays") : draw(w, 3) ? TEXT("open") : TEXT("inner"),
                              .reason = REASON_OFF_TOPIC};

    does(w, somebody(w), MSG_MOVE, &in);
}

/* Some of a thread's posts, or all, go into another one. The title of what is split off is a moderator's. */
static void step_cut(struct walk *w)
{
    struct member editor = w->town->editor;
    uint64_t text, thread = any_thread(w), into = any_thread(w);
    char floors[256] = "";
    size_t len = 0;
    sqlite3_stmt *statement;

    if (!number(w, "SELECT count(*) FROM thread t JOIN board b ON b.id = t.board WHERE t.id = ? AND t.merged = 0 AND b.slug <> 'bin'", thread))
        return;
    statement = ask(w, "SELECT floor FROM post WHERE thread = ? AND floor > 1 ORDER BY floor", thread);
    while (sqlite3_step(statement) == SQLITE_ROW && len + 24 < sizeof floors)
        if (draw(w, 2))
            len += (size_t)snprintf(floors + len, sizeof floors - len, "%s%lld", len ? "," : "", (long long)sqlite3_column_int64(statement, 0));
    sqlite3_finalize(statement);
    if (draw(w, 2) && len) {
        struct text title = write_text(w, &text);
        if (split_off(&w->town->forum, editor, thread, floors, title.at, draw(w, 3) ? NULL : "open") == STATUS_OK)
            w->allowed[text] = true;
    } else if (split_merge(&w->town->forum, editor, thread, into, len && draw(w, 4) ? floors : NULL) == STATUS_OK) {
        w->merged++;
    }
}

static void step_board(struct walk *w)
{
    bool holds = draw(w, 6) != 0;
    struct board_set_request in = {.board = TEXT("essays"), .hold = holds ? CHANGE_ON : CHANGE_OFF};

    assert_int_equal(forum_do(&w->town->forum, w->town->admin.session, MSG_BOARD_SET, &in), STATUS_OK);
    w->holds = holds;
}

/* Somebody who writes becomes a moderator of the board that holds, or is one no more. */
static void step_power(struct walk *w)
{
    struct person *who = &w->people[1];
    struct grant_request give = {.handle = TEXT("li"), .role = ROLE_MODERATOR, .board = TEXT("essays")};
    struct ungrant_request take = {.handle = TEXT("li"), .role = ROLE_MODERATOR, .board = TEXT("essays")};

    assert_int_equal(forum_do(&w->town->forum, w->town->admin.session, who->here ? MSG_UNGRANT : MSG_GRANT, who->here ? (void *)&take : (void *)&give), STATUS_OK);
    who->here = !who->here;
}

/* ---- what must always hold ---- */

/* None of these numbers is another than 0. */
static const char *const never[] = {
    "SELECT max(id) - count(*) FROM post", /* and so no gap in the numbers */
    "SELECT max(id) - count(*) FROM thread",
    "SELECT count(*) FROM decision WHERE actor = account AND act BETWEEN 1 AND 12", /* threads may be cut with one's own words in them */
    "SELECT count(*) FROM decision WHERE id NOT IN (SELECT decision FROM audit)",
    "SELECT max(id) - count(*) FROM audit",
    "SELECT coalesce(max(public), 0) - count(*) FROM audit WHERE public > 0",
    "SELECT count(*) FROM audit a JOIN decision d ON d.id = a.decision WHERE a.public > 0 AND (d.held IS NOT NULL OR d.act IN (1, 2, 5))",
    "SELECT count(*) FROM (SELECT 1 FROM decision WHERE item <> 0 GROUP BY item HAVING count(*) > 1)",
    "SELECT count(*) FROM decision d JOIN item i ON i.id = d.item JOIN decision f ON f.id = i.appealed WHERE d.actor = f.actor",
    "SELECT count(*) FROM held h WHERE state = 3 AND (SELECT count(*) FROM decision d WHERE d.held = h.id AND act IN (1, 12)) <> 1",
    "SELECT count(*) FROM held h WHERE state IN (1, 2) AND id IN (SELECT held FROM decision d WHERE d.held = h.id AND act IN (1, 12))",
    "SELECT count(*) FROM held WHERE state = 0 AND id NOT IN (SELECT held FROM item WHERE open AND kind = 0)",
    "SELECT count(*) FROM item i JOIN held h ON h.id = i.held WHERE i.open AND i.kind = 0 AND h.state <> 0",
    "SELECT count(*) FROM held h JOIN post p ON p.id = h.post WHERE h.kind = 2 AND h.state < 2 AND p.state = 1", /* of what its author deleted */
    "SELECT count(*) FROM post WHERE state IN (1, 2, 3) AND body <> ''",
};

/* Whatever text anybody can read, of posts, of what they were before, of titles, may be read. */
static void check_texts(struct walk *w)
{
    sqlite3_stmt *statement = ask(w, "SELECT substr(body, 2) FROM post WHERE body <> '' UNION ALL SELECT substr(body, 2) FROM revision "
                                     "UNION ALL SELECT substr(title, 2) FROM thread UNION ALL SELECT substr(title, 2) FROM revision WHERE title IS NOT NULL", 0);

    while (sqlite3_step(statement) == SQLITE_ROW) {
        uint64_t text = (uint64_t)sqlite3_column_int64(statement, 0);
        if (!w->allowed[text])
            fail_msg("text %llu can be read, which nobody let through", (unsigned long long)text);
    }
    sqlite3_finalize(statement);
}

/* A visitor finds a text exactly where it stands. */
static void check_search(struct walk *w)
{
    char query[WORD];
    struct search_request in;
    struct search_reply out;
    uint64_t taken = number(w, "SELECT substr(r.body, 2) FROM post p JOIN revision r ON r.post = p.id AND r.number = p.revision WHERE p.state <> 0 "
                               "ORDER BY p.seq DESC, p.id DESC LIMIT 1 OFFSET ?", draw(w, 3));
    uint64_t text = taken && draw(w, 2) ? taken : 1 + draw(w, w->texts);

    snprintf(query, sizeof query, "t%llu", (unsigned long long)text);
    in = (struct search_request){.query = text_of(query)};
    assert_int_equal(forum_ask(&w->town->forum, 0, MSG_SEARCH, &in), STATUS_OK);
    forum_reply(&w->town->forum, &out);
    assert_int_equal(out.waiting.count, 0);
    assert_int_equal(out.hits.count, number(w, "SELECT count(*) FROM post p JOIN thread t ON t.id = p.thread JOIN board b ON b.id = t.board "
                                               "WHERE p.state = 0 AND b.read = 0 AND (p.body = 't' || ?1 OR (p.floor = 1 AND t.title = 't' || ?1))", text));
}

static void check(struct walk *w)
{
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (number(w, never[i], 0) != 0)
            fail_msg("%s: %llu", never[i], (unsigned long long)number(w, never[i], 0));
    if (w->steps++ % RECOUNT == 0)
        split_recount(&w->town->forum); /* floors, counts, places */
    check_texts(w);
    if (w->texts)
        check_search(w);
}

/* ---- walking ---- */

static void step(struct walk *w)
{
    static void (*const steps[])(struct walk *) = {
        step_post, step_post, step_reply, step_reply, step_reply, step_reply, step_reply, step_edit, step_edit, step_delete, step_mend, step_mend, step_withdraw, step_look, step_look,
        step_look_at_post, step_claim, step_wait, step_decide, step_decide, step_decide, step_look_and_decide, step_look_and_decide, step_look_and_decide,
        step_look_and_decide, step_look_and_decide, step_look_and_decide, step_look_and_decide, step_flag, step_appeal, step_appeal, step_move, step_cut, step_board, step_power,
    };

    steps[draw(w, sizeof steps / sizeof *steps)](w);
}

static void prepare(struct walk *w, struct town *town, uint64_t seed)
{
    char path[128];
    struct board_set_request hold = {.board = TEXT("essays"), .hold = CHANGE_ON};
    const struct person people[PEOPLE] = {
        {town->author, false, false}, {town->other, false, false}, {town->citizen, false, false}, {town->editor, true, false}, {town->admin, true, false},
        {forum_member(&town->forum, "judge", ROLE_MEMBER), false, true},
    };

    *w = (struct walk){.town = town, .state = seed * 0x9e3779b97f4a7c15u + 1, .holds = true};
    memcpy(w->people, people, sizeof people);
    w->open = forum_board(&town->forum, "open", ROLE_VISITOR, ROLE_CITIZEN);
    forum_grant(&town->forum, w->people[5].member, ROLE_MODERATOR, town->essays);
    assert_int_equal(forum_do(&town->forum, town->admin.session, MSG_BOARD_SET, &hold), STATUS_OK);
    snprintf(path, sizeof path, "%s/forum.db", town->forum.directory.path);
    assert_int_equal(sqlite3_open(path, &w->db), SQLITE_OK);
}

static void walk(uint64_t seed, unsigned steps)
{
    struct walk *w = malloc(sizeof *w);
    void *town;

    assert_non_null(w);
    assert_int_equal(town_make(&town), 0);
    prepare(w, town, seed);
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (unsigned i = 0; i < steps; i++) {
        step(w);
        check(w);
    }
    print_message("# %u decisions, %u submissions let through, %u changed meanwhile, %u decisions stale, %u merges, %llu texts\n", w->decided, w->shown, w->mended,
                  w->stale, w->merged, (unsigned long long)w->texts);
    assert_true(w->decided > steps / 40 && w->shown > steps / 200 && w->mended && w->stale); /* or it walked on the spot */
    sqlite3_close(w->db);
    free(w);
    assert_int_equal(town_end(&town), 0);
}

static void nothing_is_seen_but_by_a_decision_over_that_very_text(void **state)
{
    const char *one = getenv("LUNTAN_SEED"), *soak = getenv("LUNTAN_SOAK");
    unsigned walks = soak ? SOAK_WALKS : WALKS;

    (void)state;
    if (one)
        walk(strtoull(one, NULL, 10), SOAK_STEPS);
    for (uint64_t seed = 1; !one && seed <= walks; seed++)
        walk(seed, soak ? SOAK_STEPS : STEPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_seen_but_by_a_decision_over_that_very_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
