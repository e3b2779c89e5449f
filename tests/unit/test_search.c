/* The search index behind the requests: built in steps, cleaned of what was taken out; and the pieces that look at hits again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "server/forum/excerpt.h"
#include "server/store/search.h"
#include "server/util/fold.h"
#include "server/util/words.h"
#include "tests/unit/forum_fixture.h"

/* ---- the index ---- */

/* A job that does one thing with the index. */
struct work {
    struct job job; /* first */
    void (*what)(struct work *w, struct db *db);
    struct arena *arena;
    struct search_state state;
    uint64_t count;
    int64_t began;
    bool first, more;
};

static bool run_work(struct job *job, struct db *db)
{
    struct work *w = (struct work *)job;

    w->what(w, db);
    return true;
}

static void do_work(struct town *t, struct work *w, void (*what)(struct work *w, struct db *db))
{
    w->job = (struct job){.run = run_work};
    w->what = what;
    w->arena = arena_new(1 << 22);
    assert_true(store_run_now(t->forum.store, &w->job));
    arena_free(w->arena);
}

static void read_state(struct work *w, struct db *db)
{
    w->state = store_search_state(db);
}

static void restart(struct work *w, struct db *db)
{
    (void)w;
    store_search_restart(db);
}

static void build(struct work *w, struct db *db)
{
    w->more = store_search_build(db, w->count, w->arena);
}

static void merge(struct work *w, struct db *db)
{
    w->more = store_search_merge(db, w->first, w->began, 50);
    w->first = false;
}

/* How many posts a visitor finds. */
static size_t found(struct town *t, const char *query)
{
    struct search_reply out;

    assert_int_equal(forum_ask(&t->forum, 0, MSG_SEARCH, &(struct search_request){.query = text_of(query)}), STATUS_OK);
    forum_reply(&t->forum, &out);
    return out.hits.count;
}

static void an_emptied_index_is_built_from_the_newest_down(void **state)
{
    struct town *t = *state;
    struct work w = {.count = 4};

    for (int i = 0; i < 10; i++)
        forum_post(&t->forum, t->author, "essays", "题目", TEXT("流动党员的组织关系"));
    assert_int_equal(found(t, "组织关系"), 10);
    do_work(t, &w, restart);
    assert_int_equal(found(t, "组织关系"), 0);
    do_work(t, &w, build);
    assert_true(w.more);
    assert_int_equal(found(t, "组织关系"), 4);
    /* What is new is in it at once; what is changed below the part that is built comes with the rest, as it is then. */
    forum_post(&t->forum, t->author, "essays", "题目", TEXT("组织关系"));
    assert_int_equal(found(t, "组织关系"), 5);
    struct edit_request edit = {.post = 1, .revision = 1, .body = TEXT("别的话")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    while (w.more)
        do_work(t, &w, build);
    assert_int_equal(found(t, "组织关系"), 10);
    assert_int_equal(found(t, "别的话"), 1);
    do_work(t, &w, read_state);
    assert_int_equal(w.state.floor, 0);
    assert_true(w.state.built > 0);
}

static uint64_t blocks_with(struct town *t, const char *word)
{
    char sql[160];

    snprintf(sql, sizeof sql, "SELECT count(*) FROM search_data WHERE instr(block, CAST('%s' AS BLOB))", word);
    return forum_number(&t->forum, sql);
}

static void the_newest_are_found_before_they_are_in_the_index(void **state)
{
    enum { ALL = 150 };
    struct town *t = *state;
    struct post_reply post = {0};

    for (int i = 0; i < 10; i++)
        post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("zqxjkvbpw 的话"));
    assert_int_equal(found(t, "zqxjkvbpw"), 10);
    assert_int_equal(found(t, "别的话"), 0);
    assert_int_equal(blocks_with(t, "qxjkvbpw"), 0);
    /* What is changed or taken away meanwhile is found as it is then. */
    struct edit_request edit = {.post = post.post, .revision = 1, .body = TEXT("别的话")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    struct delete_request gone = {.post = post.post - 1};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DELETE, &gone), STATUS_OK);
    assert_int_equal(found(t, "zqxjkvbpw"), 8);
    assert_int_equal(found(t, "别的话"), 1);
    for (int i = 10; i < ALL; i++) {
        forum_post(&t->forum, t->author, "essays", "题目", TEXT("今天的话"));
        assert_int_equal(found(t, "今天"), i - 9 < LIMIT_PAGE_ITEMS ? i - 9 : LIMIT_PAGE_ITEMS);
        assert_int_equal(found(t, "zqxjkvbpw"), 8);
        assert_int_equal(found(t, "别的话"), 1);
    }
    assert_true(blocks_with(t, "qxjkvbpw") > 0);
    assert_int_equal(found(t, "的话 -今天"), 9);
}

/* Text so long that it does not wait above the index. */
static struct text at_length(const char *begin, char *room, size_t size)
{
    int len = snprintf(room, size, "%s", begin);

    while ((size_t)len + 16 < size)
        len += snprintf(room + len, size - (size_t)len, " 等等。");
    return (struct text){room, (size_t)len};
}

static void terms_of_what_was_taken_out_leave_the_database(void **state)
{
    struct town *t = *state;
    struct work w = {.first = true};
    char room[6000];

    for (int i = 0; i < 20; i++)
        forum_post(&t->forum, t->author, "essays", "题目", TEXT("常用的话"));
    struct post_reply secret = forum_post(&t->forum, t->author, "essays", "题目", at_length("zqxjkvbpw 泄露", room, sizeof room));
    forum_post(&t->forum, t->author, "essays", "题目", TEXT("后来的话"));
    assert_true(blocks_with(t, "qxjkvbpw") > 0);
    struct delete_request gone = {.post = secret.post};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DELETE, &gone), STATUS_OK);
    assert_int_equal(found(t, "zqxjkvbpw"), 0);
    do_work(t, &w, read_state);
    assert_true(w.state.withdrawn > 0);
    w.began = w.state.withdrawn + 1;
    for (int steps = 0; steps < 1000 && (steps == 0 || w.more); steps++)
        do_work(t, &w, merge);
    assert_false(w.more);
    assert_int_equal(blocks_with(t, "qxjkvbpw"), 0);
    do_work(t, &w, read_state);
    assert_int_equal(w.state.withdrawn, 0);
    assert_int_equal(found(t, "的话"), 21);
}

/* ---- folding ---- */

static void folds_to(const char *typed, const char *wanted)
{
    struct text text = text_of(typed);
    char out[256];
    size_t at = 0, len = 0;
    uint32_t c;

    while (fold_next(text, &at, &c, NULL)) {
        if (c == FOLD_BREAK)
            out[len++] = ' ';
        else
            len += fold_write(c, out + len);
    }
    out[len] = '\0';
    assert_string_equal(out, wanted);
}

static void texts_are_folded(void **state)
{
    (void)state;
    folds_to("Hello, WORLD_1", "hello  world_1");
    folds_to("ＧＢ２３１２！", "gb2312 ");
    folds_to("組織關係、臺灣", "组织关系 台湾");
    folds_to("Café É", "cafe e");
    folds_to("cafe\u0301", "cafe");
    folds_to("ひらがな カタカナ 한글", "ひらがな カタカナ 한글");
    folds_to("a\xff\xc0z", "a  z");
    folds_to("", "");
}

/* ---- queries ---- */

static enum status read_query(struct arena *arena, const char *typed, struct search_query *out)
{
    return search_query_read(text_of(typed), 8 * 3600 * 1000, arena, out);
}

static void queries_are_read(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct search_query q;

    (void)state;
    assert_int_equal(read_query(arena, "流动 -\"没 有\" title:接转 commun* author:@li tag:“外 省” after:2026-11-02 before：2026-12", &q), STATUS_OK);
    assert_int_equal(q.term_count, 4);
    assert_true(!q.terms[0].without && q.terms[1].without && q.terms[2].title && q.terms[3].prefix);
    assert_int_equal(q.terms[1].count, 3);
    assert_true(text_equal(q.author, TEXT("li")) && text_equal(q.tag, TEXT("外 省")));
    assert_int_equal(q.since, (INT64_C(1793577600) - 8 * 3600) * 1000); /* midnight of 2 November 2026 in China */
    assert_int_equal(q.until, (INT64_C(1796083200) - 8 * 3600) * 1000);
    assert_int_equal(read_query(arena, "！？ - --", &q), STATUS_OK);
    assert_int_equal(q.term_count, 0);
    assert_int_equal(read_query(arena, "\"流动", &q), STATUS_BAD_FIELD);
    assert_int_equal(read_query(arena, "after:2026-13", &q), STATUS_BAD_FIELD);
    assert_int_equal(read_query(arena, "before:1", &q), STATUS_BAD_FIELD);
    assert_int_equal(read_query(arena, "author:", &q), STATUS_BAD_FIELD);
    assert_int_equal(read_query(arena, "党员\"", &q), STATUS_BAD_FIELD);
    assert_int_equal(read_query(arena, "after:2026-02-31", &q), STATUS_BAD_FIELD);
    assert_int_equal(read_query(arena, "after:2024-02-29", &q), STATUS_OK);
    assert_int_equal(read_query(arena, "author:a author:b", &q), STATUS_BAD_FIELD);
    assert_int_equal(read_query(arena, "after:2026 after:2027", &q), STATUS_BAD_FIELD);
    assert_int_equal(read_query(arena, "-after:2026", &q), STATUS_BAD_FIELD);
    assert_int_equal(read_query(arena, "党员“流动 人口”外", &q), STATUS_OK);
    assert_int_equal(q.term_count, 3);
    assert_int_equal(read_query(arena, "作者：li Board:essays -AUTHOR:wang -标签:旧 -title:通知 -版块:news", &q), STATUS_OK);
    assert_true(text_equal(q.author, TEXT("li")) && text_equal(q.board, TEXT("essays")) && text_equal(q.not_author, TEXT("wang")));
    assert_true(text_equal(q.not_tag, TEXT("旧")) && text_equal(q.not_board, TEXT("news")));
    assert_true(q.term_count == 1 && q.terms[0].title && q.terms[0].without);
    assert_int_equal(read_query(arena, "e*", &q), STATUS_BAD_FIELD);
    assert_int_equal(read_query(arena, "abc* def*", &q), STATUS_BAD_FIELD);
    assert_int_equal(read_query(arena, "a b c d e f g h i j k l m n o p q", &q), STATUS_TOO_MANY);
    arena_free(arena);
}

/* ---- excerpts ---- */

static struct excerpt excerpt_of(struct arena *arena, const char *query, struct text body)
{
    struct search_query q;
    struct folded folded;

    assert_int_equal(read_query(arena, query, &q), STATUS_OK);
    assert_true(search_fold(body, arena, &folded));
    return excerpt_make(&q, &folded, arena);
}

static void excerpts_are_cut_between_sentences_and_mark_what_matches(void **state)
{
    struct arena *arena = arena_new(1 << 24);
    char body[8000] = "";
    uint64_t from = 0, to = 0;

    (void)state;
    for (int i = 0; i < 60; i++)
        strcat(body, "第一段不相干。");
    strcat(body, "这里\n说到 接\u200b轉 的事。");
    for (int i = 0; i < 60; i++)
        strcat(body, "后面也不相干。");
    struct excerpt e = excerpt_of(arena, "接转", text_of(body));
    assert_true(items_next_uint(&e.marks, &from));
    assert_true(items_next_uint(&e.marks, &to));
    assert_int_equal(e.marks.len, 0);
    assert_true(text_equal((struct text){e.text.at + from, to - from}, TEXT("接\u200b轉")));
    assert_memory_equal(e.text.at, "…第一段", strlen("…第一段"));
    assert_memory_equal(e.text.at + e.text.len - strlen("。…"), "。…", strlen("。…"));
    assert_null(memchr(e.text.at, '\n', e.text.len));
    /* A match longer than an excerpt is cut; marks hold what people see as one character. */
    strcpy(body, "你好");
    for (int i = 0; i < 1000; i++)
        strcat(body, "！");
    strcat(body, "世界");
    e = excerpt_of(arena, "\"你好 世界\"", text_of(body));
    assert_true(words_count(e.text) <= LIMIT_EXCERPT);
    assert_true(items_next_uint(&e.marks, &from));
    assert_true(items_next_uint(&e.marks, &to));
    assert_true(to <= e.text.len);
    e = excerpt_of(arena, "cafe", TEXT("a cafe\u0301\xc2\x85\u2028\u202e" "b"));
    assert_true(text_equal(e.text, TEXT("a cafe\u0301 b")));
    assert_true(items_next_uint(&e.marks, &from));
    assert_true(items_next_uint(&e.marks, &to));
    assert_int_equal(to - from, strlen("cafe\u0301"));
    /* A whole text that fits stays whole; one that matches nowhere begins at its beginning. */
    assert_true(text_equal(excerpt_of(arena, "没有", TEXT("短短一句。")).text, TEXT("短短一句。")));
    assert_true(text_equal(excerpt_of(arena, "没有", TEXT("")).text, TEXT("")));
    arena_free(arena);
}

static void words_match_whole_and_dense_text_anywhere(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct search_query q;
    struct folded text;

    (void)state;
    assert_true(search_fold(TEXT("GB2312标准，cats cat"), arena, &text));
    assert_int_equal(read_query(arena, "cat gb2312 准 gb2312标", &q), STATUS_OK);
    assert_int_equal(search_occurrences(&text, &q.terms[0], 9), 1);
    for (unsigned i = 1; i < q.term_count; i++)
        assert_int_equal(search_occurrences(&text, &q.terms[i], 9), 1);
    assert_int_equal(read_query(arena, "ca b2312 准c", &q), STATUS_OK);
    for (unsigned i = 0; i < q.term_count; i++)
        assert_int_equal(search_occurrences(&text, &q.terms[i], 9), 0);
    assert_int_equal(read_query(arena, "cat*", &q), STATUS_OK);
    assert_int_equal(search_occurrences(&text, &q.terms[0], 9), 2);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_emptied_index_is_built_from_the_newest_down, town_make, town_end),
        cmocka_unit_test_setup_teardown(the_newest_are_found_before_they_are_in_the_index, town_make, town_end),
        cmocka_unit_test_setup_teardown(terms_of_what_was_taken_out_leave_the_database, town_make, town_end),
        cmocka_unit_test(texts_are_folded),
        cmocka_unit_test(queries_are_read),
        cmocka_unit_test(excerpts_are_cut_between_sentences_and_mark_what_matches),
        cmocka_unit_test(words_match_whole_and_dense_text_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
