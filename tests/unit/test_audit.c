/* The audit log as a chain: what is done to it afterwards is found, and named. Days end whether or not anything happened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "protocol/chain.h"
#include "server/store/audit.h"
#include "server/store/store.h"
#include "tests/unit/temporary.h"

enum { ENTRIES = 12 };

/* ---- a chain in memory ---- */

struct chain {
    struct audit_record entries[ENTRIES + 1];
    uint8_t hashes[ENTRIES + 1][CHAIN_HASH];
    char salts[ENTRIES + 1][CHAIN_SALT];
    char words[ENTRIES + 1][8];
    size_t count;
};

static void seal(struct chain *chain, size_t i)
{
    static const uint8_t none[CHAIN_HASH];

    chain_hash(i ? chain->hashes[i - 1] : none, &chain->entries[i], chain->hashes[i]);
    chain->entries[i].hash = (struct text){(const char *)chain->hashes[i], CHAIN_HASH};
}

static void make(struct chain *chain)
{
    chain->count = ENTRIES;
    for (size_t i = 0; i < ENTRIES; i++) {
        randombytes_buf(chain->salts[i], CHAIN_SALT);
        memcpy(chain->words[i], "words..", 8);
        chain->entries[i] = (struct audit_record){
            .id = i + 1, .time = 1000 + i, .actor = 3, .by = TEXT("judge"), .act = TEXT("remove"), .target = 20 + i, .detail = TEXT("board 1"),
            .decision = 7 + i, .reason = REASON_SPAM, .words = {chain->words[i], 7}, .content = {NULL, 0}, .public_id = i,
            .salt = {chain->salts[i], CHAIN_SALT},
        };
        seal(chain, i);
    }
}

/* The first fault of a walk, and the entry at which it was met. */
static enum chain_fault walk(const struct chain *chain, uint64_t *at)
{
    struct chain_walk w = {0};

    for (size_t i = 0; i < chain->count; i++) {
        enum chain_fault fault = chain_step(&w, &chain->entries[i]);
        *at = chain->entries[i].id;
        if (fault != CHAIN_WHOLE)
            return fault;
    }
    return CHAIN_WHOLE;
}

static void take_out(struct chain *chain, size_t i)
{
    memmove(&chain->entries[i], &chain->entries[i + 1], (chain->count - i - 1) * sizeof chain->entries[0]);
    chain->count--;
}

static void test_a_chain_is_whole(void **state)
{
    struct chain chain;
    uint64_t at;

    (void)state;
    make(&chain);
    assert_int_equal(walk(&chain, &at), CHAIN_WHOLE);
}

static void test_each_field_is_covered(void **state)
{
    (void)state;
    for (int field = 0; field < 12; field++) {
        struct chain chain;
        struct audit_record *e = &chain.entries[5];
        uint64_t at;
        make(&chain);
        switch (field) {
        case 0: e->time++; break;
        case 1: e->actor++; break;
        case 2: e->by = TEXT("other"); break;
        case 3: e->act = TEXT("keep"); break;
        case 4: e->target++; break;
        case 5: e->detail = TEXT("board 2"); break;
        case 6: e->decision++; break;
        case 7: e->reason++; break;
        case 8: chain.words[5][0] ^= 1; break;
        case 9: e->content = TEXT("x"); break;
        case 10: e->public_id++; break;
        default: chain.salts[5][3] ^= 1; break;
        }
        assert_int_equal(walk(&chain, &at), CHAIN_ALTERED);
        assert_int_equal(at, 6);
    }
}

static void test_what_is_missing_is_named(void **state)
{
    struct chain chain;
    uint64_t at;

    (void)state;
    make(&chain);
    take_out(&chain, 4);
    assert_int_equal(walk(&chain, &at), CHAIN_MISSING);
    assert_int_equal(at, 6); /* the one after it */
    make(&chain);
    take_out(&chain, 0);
    assert_int_equal(walk(&chain, &at), CHAIN_MISSING);
    assert_int_equal(at, 2);
}

static void test_one_left_out_and_the_rest_renumbered(void **state)
{
    struct chain chain;
    uint64_t at;

    (void)state;
    make(&chain);
    take_out(&chain, 4);
    for (size_t i = 4; i < chain.count; i++)
        chain.entries[i].id = i + 1;
    assert_int_equal(walk(&chain, &at), CHAIN_ALTERED);
    assert_int_equal(at, 5);
}

static void test_order_is_covered(void **state)
{
    struct chain chain;
    uint64_t at;

    (void)state;
    make(&chain);
    struct audit_record kept = chain.entries[3];
    chain.entries[3] = chain.entries[4];
    chain.entries[4] = kept;
    assert_int_not_equal(walk(&chain, &at), CHAIN_WHOLE);
    make(&chain);
    chain.entries[3].id = 5;
    chain.entries[4].id = 4;
    assert_int_not_equal(walk(&chain, &at), CHAIN_WHOLE);
}

/* Whoever writes all that follows anew passes the walk, and is found by any head of before. */
static void test_a_chain_written_anew_has_other_heads(void **state)
{
    struct chain chain;
    uint8_t head[CHAIN_HASH];
    uint64_t at;

    (void)state;
    make(&chain);
    memcpy(head, chain.hashes[8], CHAIN_HASH);
    chain.entries[5].reason = REASON_ABUSE;
    for (size_t i = 5; i < ENTRIES; i++)
        seal(&chain, i);
    assert_int_equal(walk(&chain, &at), CHAIN_WHOLE);
    for (size_t i = 0; i < ENTRIES; i++)
        assert_memory_not_equal(chain.hashes[i], head, CHAIN_HASH);
}

static void test_a_walk_may_begin_in_the_middle(void **state)
{
    struct chain chain;
    struct chain_walk w = {.last = 4};

    (void)state;
    make(&chain);
    for (size_t i = 4; i < ENTRIES; i++)
        assert_int_equal(chain_step(&w, &chain.entries[i]), CHAIN_WHOLE);
    chain.entries[ENTRIES - 1].differs = true;
    w = (struct chain_walk){.last = ENTRIES - 1};
    assert_int_equal(chain_step(&w, &chain.entries[ENTRIES - 1]), CHAIN_DIFFERS);
}

/* ---- in a store ---- */

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define MIDNIGHT (INT64_C(1795622400000)) /* 2026-11-26 00:00 in China */

struct writing {
    struct job job; /* first */
    void (*checks)(struct db *db, struct arena *arena);
};

static void append(struct db *db, int64_t time, const struct audit_shown *shown)
{
    store_audit_append(db, &(struct audit_record){.time = (uint64_t)time, .actor = 1, .by = TEXT("wang"), .act = TEXT("grant")}, shown);
}

static size_t read_all(struct db *db, struct arena *arena, struct audit_record *out, size_t most)
{
    struct query q = store_audit_from(db, 1, most);
    struct chain_walk w = {0};
    size_t count = 0;

    while (count < most && store_audit_next(&q, arena, &out[count])) {
        assert_int_equal(chain_step(&w, &out[count]), CHAIN_WHOLE);
        count++;
    }
    query_end(&q);
    return count;
}

static void check_days(struct db *db, struct arena *arena)
{
    struct audit_record entries[16];
    struct head_record head;

    assert_false(store_audit_close(db, MIDNIGHT)); /* before the first entry there are no days */
    append(db, MIDNIGHT - 1, NULL);
    assert_false(store_audit_close(db, MIDNIGHT - 1));
    assert_true(store_audit_close(db, MIDNIGHT));
    assert_false(store_audit_close(db, MIDNIGHT + DAY_MS - 1));
    append(db, MIDNIGHT + 3 * DAY_MS, NULL); /* two quiet days later */
    size_t count = read_all(db, arena, entries, 16);
    const char *const acts[] = {"begin", "grant", "day", "day", "day", "day", "grant"};
    assert_int_equal(count, 7);
    for (size_t i = 0; i < count; i++)
        assert_true(text_equal(entries[i].act, text_of(acts[i])));
    struct query q = store_audit_days(db, (struct text){NULL, 0}, 10);
    for (const char *const *day = (const char *const[]){"2026-11-28", "2026-11-27", "2026-11-26", "2026-11-25", NULL}; *day; day++) {
        assert_true(store_audit_day_next(&q, arena, &head));
        assert_true(text_equal(head.day, text_of(*day)));
        assert_int_equal(head.hash.len, CHAIN_HASH);
    }
    assert_false(store_audit_day_next(&q, arena, &head));
    query_end(&q);
    q = store_audit_days(db, TEXT("2026-11-27"), 1);
    assert_true(store_audit_day_next(&q, arena, &head));
    assert_true(text_equal(head.day, TEXT("2026-11-26")));
    query_end(&q);
}

/* The numbers, in the public log, of all its entries or of those on a board, below one. */
static void expect_public(struct db *db, struct arena *arena, uint64_t board, uint64_t before, const uint64_t *numbers)
{
    struct query q = store_audit_public(db, board, before, 2);
    struct audit_record entry;

    for (; *numbers; numbers++) {
        assert_true(store_audit_next(&q, arena, &entry));
        assert_int_equal(entry.public_id, *numbers);
    }
    assert_false(store_audit_next(&q, arena, &entry));
    query_end(&q);
}

#define NUMBERS(...) ((const uint64_t[]){__VA_ARGS__, 0})

static void check_public(struct db *db, struct arena *arena)
{
    const struct audit_shown essays = {.board = 3}, site = {.board = 0};

    append(db, MIDNIGHT, &essays);
    append(db, MIDNIGHT, NULL);
    append(db, MIDNIGHT, &site);
    append(db, MIDNIGHT, &essays);
    expect_public(db, arena, 0, INT64_MAX, NUMBERS(3, 2)); /* numbers of its own, without a gap */
    expect_public(db, arena, 0, 2, NUMBERS(1));
    expect_public(db, arena, 3, INT64_MAX, NUMBERS(3, 1));
    expect_public(db, arena, 3, 3, NUMBERS(1));
    expect_public(db, arena, 3, 1, NUMBERS(0));
    expect_public(db, arena, 4, INT64_MAX, NUMBERS(0));
}

static bool run_checks(struct job *job, struct db *db)
{
    struct arena *arena = arena_new(1 << 20);

    ((struct writing *)job)->checks(db, arena);
    arena_free(arena);
    return true;
}

static void in_store(void (*checks)(struct db *db, struct arena *arena))
{
    struct writing writing = {.job = {.run = run_checks}, .checks = checks};
    struct temporary directory;
    struct store_refusal refusal;
    bool created;

    temporary_make(&directory);
    struct store *store = store_open(&(struct store_options){.directory = directory.path, .readers = 1, .hashers = 1}, &created, &refusal);
    assert_non_null(store);
    assert_true(store_run_now(store, &writing.job));
    store_close(store);
    temporary_remove(&directory);
}

static void test_days_end_without_anything_in_them(void **state)
{
    (void)state;
    in_store(check_days);
}

static void test_the_public_log_has_numbers_of_its_own(void **state)
{
    (void)state;
    in_store(check_public);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_chain_is_whole),
        cmocka_unit_test(test_each_field_is_covered),
        cmocka_unit_test(test_what_is_missing_is_named),
        cmocka_unit_test(test_one_left_out_and_the_rest_renumbered),
        cmocka_unit_test(test_order_is_covered),
        cmocka_unit_test(test_a_chain_written_anew_has_other_heads),
        cmocka_unit_test(test_a_walk_may_begin_in_the_middle),
        cmocka_unit_test(test_days_end_without_anything_in_them),
        cmocka_unit_test(test_the_public_log_has_numbers_of_its_own),
    };

    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
