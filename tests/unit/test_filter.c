/* Filters: what their texts may say, which tricks they see through, and what they leave alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/forum/filtering.h"
#include "tests/unit/filter_fixture.h"

/* ---- what is hit ---- */

/* Whether one rule with this line hits the body. */
static bool hits(const char *line, const char *body)
{
    struct sieve sieve;
    char rules[1024];

    snprintf(rules, sizeof rules, "rule r hold\n%s\n", line);
    sieve_make(&sieve, rules);
    bool hit = sieve_look(&sieve, body).action == FILTER_ACTION_HOLD;
    sieve_end(&sieve);
    return hit;
}

struct pair {
    const char *line, *body;
};

static void all_hit(const struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!hits(pairs[i].line, pairs[i].body))
            fail_msg("%s does not hit: %s", pairs[i].line, pairs[i].body);
}

static void none_hits(const struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (hits(pairs[i].line, pairs[i].body))
            fail_msg("%s hits: %s", pairs[i].line, pairs[i].body);
}

#define ALL_HIT(pairs) all_hit(pairs, sizeof(pairs) / sizeof *(pairs))
#define NONE_HITS(pairs) none_hits(pairs, sizeof(pairs) / sizeof *(pairs))

static void test_tricks_with_words(void **state)
{
    static const struct pair tricks[] = {
        {"word 贷款", "快来贷款吧"},
        {"word 贷款", "快来貸款吧"},                    /* traditional */
        {"word 貸款", "快来贷款吧"},                    /* in the rule, too */
        {"word 贷款", "快来贷 款吧"},                   /* blanks */
        {"word 贷款", "快来贷　款吧"},
        {"word 贷款", "快来贷\n款吧"},
        {"word 贷款", "快来贷*款吧"},                   /* signs */
        {"word 贷款", "快来贷_款吧"},
        {"word 贷款", "快来**贷**款吧"},
        {"word 贷款", "快来贷🙂款吧"},
        {"word 贷款", "快来贷、款吧"},
        {"word 贷款", "快来贷\u200b款吧"},              /* what cannot be seen */
        {"word 贷款", "快来贷\u00ad款吧"},
        {"word 贷款", "快来贷\ufe0f款吧"},
        {"word 贷款", "快来贷\u3164款吧"},
        {"word 贷款", "快来贷\u0335款\u0335吧"},        /* combining marks */
        {"word 贷款", "快来&#36151;款吧"},              /* references */
        {"word 贷款", "快来&#x8d37;&#x6b3e;吧"},
        {"word 贷款", "快来贷&shy;款吧"},
        {"word 贷款", "快来[贷](https://a.example/x)款吧"}, /* a link's address between */
        {"word 无抵押贷款", "无。抵。押。贷。款"},      /* spelled out across sentences */
        {"word 贷款", "贷\n\n款\n\n找\n\n我"},
        {"word viagra", "buy VIAGRA now"},
        {"word viagra", "buy ｖｉａｇｒａ now"},        /* full width */
        {"word viagra", "buy v i a g r a now"},
        {"word viagra", "buy v.i.a.g.r.a now"},
        {"word viagra", "buy via-gra now"},
        {"word viagra", "buy vіаgrа now"},              /* Cyrillic */
        {"word viagra", "buy víàgrä now"},
        {"word viagra", "buy ⓥⓘⓐⓖⓡⓐ now"},
        {"word viagra", "买viagra吧"},                  /* Chinese around */
        {"word google", "g00gle"},                      /* digits for letters */
        {"word sex", "s e x"},
        {"word free money", "freemoney"},
        {"word free money", "free  money"},
        {"word 加v", "请加 V 详谈"},
        {"word q", "加 q 吧"},
    };
    (void)state;
    ALL_HIT(tricks);
}

static void test_words_left_alone(void **state)
{
    static const struct pair harmless[] = {
        {"word 贷款", "已经还了贷。款项明天到"},        /* two sentences */
        {"word 贷款", "他还了贷！款项明天到"},
        {"word 贷款", "他还了贷\n\n款项明天到"},
        {"word 贷款", "款贷"},
        {"word sex", "in Essex and Sussex"},
        {"word art", "the party started"},
        {"word usa", "give us a break"},
        {"word usa", "contact us.A good day"},
        {"word ass", "class assignment"},
        {"word viagra", "via grass"},
        {"word 党员", "党。员工"},
        {"word abc", "ab cd"},
    };
    (void)state;
    NONE_HITS(harmless);
}

static void test_links(void **state)
{
    static const struct pair tricks[] = {
        {"link example.com", "看 https://example.com/x?y=1"},
        {"link example.com", "看example.com吧"},
        {"link example.com", "看 HTTP://WWW.EXAMPLE.COM:8080/"},
        {"link example.com", "[这里](https://a.b.example.com)"},
        {"link example.com", "example . com"},
        {"link example.com", "example[.]com"},
        {"link example.com", "example。com"},
        {"link example.com", "example点com"},
        {"link example.com", "ｅｘａｍｐｌｅ．ｃｏｍ"},
        {"link example.com", "ex\u200bample.com"},
        {"link example.com", "http://ex%61mple.com/"},
        {"link example.com", "ex&#97;mple&#46;com"},
        {"link example.com", "еxample.com"},             /* Cyrillic */
        {"link example.com", "write to a@example.com"},
        {"link example.com", "See example.com. Then go."},
        {"link example.com", "example.com."},
        {"link EXAMPLE.com", "example.com"},
        {"link b.example.com", "a.b.example.com"},
    };
    static const struct pair harmless[] = {
        {"link example.com", "https://example.com.cn/"},
        {"link example.com", "https://my-example.com/"},
        {"link example.com", "https://notexample.com/"},
        {"link example.com", "https://example.org/"},
        {"link example.com", "an example. Come here"},
        {"link b.example.com", "example.com"},
    };
    (void)state;
    ALL_HIT(tricks);
    NONE_HITS(harmless);
}

static void test_patterns(void **state)
{
    static const struct pair tricks[] = {
        {"pattern 微信\\s*[a-z0-9]{6,}", "加微信 ABC12345"},
        {"pattern 微信[a-z0-9]{6,}", "加微.信 ａｂｃ-12345"}, /* the letters alone */
        {"pattern 1[3-9]\\d{9}", "电话 138 0013 8000"},
        {"pattern 1[3-9]\\d{9}", "电话 １３８００１３８０００"},
        {"pattern 貸款|借錢", "借钱"},
        {"pattern ^广告", "第一行\n广告在此"},
        {"pattern \\bhtt+ps?://", "https://x.example"},
        {"pattern [\\p{Han}]{5}", "五个汉字了"},
        {"pattern [一-龥]{5}", "五个汉字了"},
    };
    static const struct pair harmless[] = {
        {"pattern 微信\\s*[a-z0-9]{6,}", "我们用微信联系"},
        {"pattern ^广告$", "这是广告"},
    };
    (void)state;
    ALL_HIT(tricks);
    NONE_HITS(harmless);
}

static void test_places_and_actions(void **state)
{
    static const char rules[] =
        "\xef\xbb\xbf# 说明\r\n"
        "rule look flag in title\r\n"
        "  word 甲乙\r\n"
        "\r\n"
        "rule wait hold spam in body,tags\r\n"
        "\tword 甲乙\r\n"
        "rule never refuse unlawful\r\n"
        "word 丙丁\r\n";
    struct sieve sieve;
    struct filter_verdict verdict;

    (void)state;
    sieve_make(&sieve, rules);
    assert_int_equal(filter_count(sieve.filter), 3);
    assert_int_equal(sieve_look_at(&sieve, "甲乙", NULL, "无").action, FILTER_ACTION_FLAG);
    assert_int_equal(sieve_look_at(&sieve, "无", "甲乙", "无").action, FILTER_ACTION_HOLD);
    assert_int_equal(sieve_look_at(&sieve, "甲", NULL, "乙").action, FILTER_ACTION_NONE);
    verdict = sieve_look_at(&sieve, "甲乙", "甲乙", "丙丁 甲乙");
    assert_int_equal(verdict.action, FILTER_ACTION_REFUSE);
    assert_int_equal(verdict.reason, REASON_UNLAWFUL);
    assert_true(text_equal(filter_name(sieve.filter, verdict.rule), TEXT("f/never")));
    assert_false(verdict.slow);
    sieve_end(&sieve);
}

/* ---- repeats ---- */

static uint64_t twice_in_an_hour(void *context, int64_t span)
{
    (void)context;
    return span >= 3600000 ? 2 : 1;
}

static void test_repeats(void **state)
{
    struct filter_case what = {.repeats = twice_in_an_hour};
    struct sieve sieve;
    bool hit[3];

    (void)state;
    sieve_make(&sieve, "rule a flag\nrepeat 2 in 59m\nrule b hold\nrepeat 2 in 1h\nrule c refuse spam\nrepeat 3 in 30d");
    assert_true(filter_span(sieve.filter) == (int64_t)30 * 86400000);
    struct filter_verdict verdict = filter_look(sieve.filter, &what, hit);
    assert_int_equal(verdict.action, FILTER_ACTION_HOLD);
    assert_true(!hit[0] && hit[1] && !hit[2]);
    what.repeats = NULL; /* a change does not count */
    assert_int_equal(filter_look(sieve.filter, &what, hit).action, FILTER_ACTION_NONE);
    sieve_end(&sieve);
}

static void test_prints(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct filter_text one = filtering_text(TEXT("本店办理无抵押贷款，当天放款！"), arena);
    struct filter_text disguised = filtering_text(TEXT("本店 辦理 無抵押貸款 ** 当天放款\n"), arena);
    struct filter_text other = filtering_text(TEXT("本店办理无抵押贷款，次日放款！"), arena);
    struct filter_text thanks = filtering_text(TEXT("谢谢分享！"), arena);

    (void)state;
    assert_true(filtering_print(&one) != 0);
    assert_true(filtering_print(&one) == filtering_print(&disguised));
    assert_true(filtering_print(&one) != filtering_print(&other));
    assert_true(filtering_print(&thanks) == 0);
    arena_free(arena);
}

/* ---- what takes too long ---- */

static uint64_t impatient_time;

/* A clock on which every look takes a tenth of the time there is. */
static uint64_t impatient(void)
{
    return impatient_time += (uint64_t)LIMIT_FILTER_MS * 100000;
}

static void test_budget(void **state)
{
    struct sieve sieve;
    struct filter_case what = {.clock = impatient};
    bool hit[64];
    size_t len = 200000;
    char *body = malloc(len);

    (void)state;
    assert_non_null(body);
    memset(body, 'b', len);
    sieve_make(&sieve, "rule quick flag\nword 甲乙\nrule slow flag spam\npattern a+x\npattern a+y\npattern a+z\npattern a+w");
    what.body = filtering_text((struct text){body, len}, sieve.arena);
    struct filter_verdict verdict = filter_look(sieve.filter, &what, hit);
    assert_int_equal(verdict.action, FILTER_ACTION_HOLD); /* what is not known waits, though the rule only flags */
    assert_true(verdict.slow);
    sieve_end(&sieve);
    free(body);
}

/* Real time: whatever the text, the writer goes on. */
static void test_time(void **state)
{
    static const char *const lines[] = {"pattern a[b. ]{1,9}c", "pattern [ab]+c", "word ab", "link a.b", "pattern a.*c", "pattern \\w+@\\w+"};
    size_t len = 800000;
    char *body = malloc(len);

    (void)state;
    assert_non_null(body);
    for (size_t i = 0; i < len; i++)
        body[i] = "ab.a b"[i % 6];
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct sieve sieve;
        struct filter_case what = {.clock = filtering_clock};
        char rules[256];
        bool hit[1];
        snprintf(rules, sizeof rules, "rule r hold\n%s", lines[i]);
        sieve_make(&sieve, rules);
        what.body = filtering_text((struct text){body, len}, sieve.arena);
        uint64_t begun = filtering_clock();
        (void)filter_look(sieve.filter, &what, hit);
        uint64_t took = filtering_clock() - begun;
        if (took > (uint64_t)LIMIT_FILTER_MS * 1000000 * 10) /* with room for sanitizers */
            fail_msg("%s took %d ms", lines[i], (int)(took / 1000000));
        sieve_end(&sieve);
    }
    free(body);
}

/* ---- what is refused ---- */

struct broken {
    const char *rules;
    enum filter_complaint what;
    uint64_t line, column;
};

static void test_broken_texts(void **state)
{
    static const struct broken texts[] = {
        {"", FILTER_COMPLAINT_NO_RULES, 0, 0},
        {"# 只有说明\n", FILTER_COMPLAINT_NO_RULES, 0, 0},
        {"rule a hold\nword 甲\n\n词 乙", FILTER_COMPLAINT_KEYWORD, 4, 1},
        {"word 甲", FILTER_COMPLAINT_NO_RULE, 1, 1},
        {"rule A hold\nword 甲", FILTER_COMPLAINT_NAME, 1, 6},
        {"rule\nword 甲", FILTER_COMPLAINT_NAME, 1, 5},
        {"rule a hold\nword 甲\nrule a flag\nword 乙", FILTER_COMPLAINT_DUPLICATE, 3, 6},
        {"rule a keep\nword 甲", FILTER_COMPLAINT_ACTION, 1, 8},
        {"rule a none\nword 甲", FILTER_COMPLAINT_ACTION, 1, 8},
        {"rule a hold ugly\nword 甲", FILTER_COMPLAINT_REASON, 1, 13},
        {"rule a refuse\nword 甲", FILTER_COMPLAINT_NO_REASON, 1, 14},
        {"rule a refuse in body\nword 甲", FILTER_COMPLAINT_NO_REASON, 1, 15},
        {"rule a hold in head\nword 甲", FILTER_COMPLAINT_PLACE, 1, 16},
        {"rule a hold in body,\nword 甲", FILTER_COMPLAINT_PLACE, 1, 21},
        {"rule a hold in\nword 甲", FILTER_COMPLAINT_PLACE, 1, 15},
        {"rule a hold spam now\nword 甲", FILTER_COMPLAINT_MORE, 1, 18},
        {"rule a hold in body now\nword 甲", FILTER_COMPLAINT_MORE, 1, 21},
        {"rule a hold\nrule b hold\nword 甲", FILTER_COMPLAINT_NO_TERMS, 1, 1},
        {"rule a hold\nword 甲\nrule b hold", FILTER_COMPLAINT_NO_TERMS, 3, 1},
        {"rule a hold\n  word  ", FILTER_COMPLAINT_EMPTY, 2, 9},
        {"rule a hold\nword ！？", FILTER_COMPLAINT_LETTERS, 2, 6},
        {"rule a hold\nlink https://a.b", FILTER_COMPLAINT_HOST, 2, 6},
        {"rule a hold\nlink localhost", FILTER_COMPLAINT_HOST, 2, 6},
        {"rule a hold\nlink a..b", FILTER_COMPLAINT_HOST, 2, 6},
        {"rule a hold\nlink 例子.中国", FILTER_COMPLAINT_HOST, 2, 6},
        {"rule a hold\nrepeat 1 in 1h", FILTER_COMPLAINT_REPEAT, 2, 8},
        {"rule a hold\nrepeat 3 in 31d", FILTER_COMPLAINT_REPEAT, 2, 8},
        {"rule a hold\nrepeat 3 in 5s", FILTER_COMPLAINT_REPEAT, 2, 8},
        {"rule a hold\nrepeat 3 within 5h", FILTER_COMPLAINT_REPEAT, 2, 8},
        {"rule a hold\nrepeat 3 in 99999999h", FILTER_COMPLAINT_REPEAT, 2, 8},
        {"rule a hold\npattern 微信(abc", FILTER_COMPLAINT_PATTERN, 2, 15},
        {"rule a hold\npattern 贷款[", FILTER_COMPLAINT_PATTERN, 2, 12},
        {"rule a hold\npattern a*", FILTER_COMPLAINT_ANY, 2, 9},
        {"rule a hold\npattern (a+)+$", FILTER_COMPLAINT_SLOW, 2, 9},
        {"rule a hold\npattern (x+x+)+y", FILTER_COMPLAINT_SLOW, 2, 9},
        {"rule a hold\npattern (贷|贷贷)+款", FILTER_COMPLAINT_SLOW, 2, 9},
        {"rule a hold\npattern (.*)*z", FILTER_COMPLAINT_SLOW, 2, 9},
        {"rule a hold\npattern \\Ca", FILTER_COMPLAINT_PATTERN, 2, 11},
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct filter_fault fault = sieve_fault(texts[i].rules);
        if (fault.what != texts[i].what || fault.line != texts[i].line || fault.column != texts[i].column)
            fail_msg("%s\n%d at %d:%d: %s", texts[i].rules, (int)fault.what, (int)fault.line, (int)fault.column, filter_words(fault.what, true).at);
    }
}

/* So many lines with a number in each, after a rule's. */
static struct filter_fault many(const char *before, const char *behind, size_t count)
{
    size_t size = strlen(before) + strlen(behind) + 16, room = (count + 2) * size + 64;
    char *rules = malloc(room);

    assert_non_null(rules);
    size_t len = (size_t)snprintf(rules, room, "rule a hold\nword x\n");
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(rules + len, size, "%s%d%s\n", before, (int)i, behind);
    struct filter_fault fault = sieve_fault(rules);
    free(rules);
    return fault;
}

static void test_limits(void **state)
{
    char line[LIMIT_FILTER_LINE + 40] = "rule a hold\nword ";

    (void)state;
    memset(line + strlen(line), 'x', LIMIT_FILTER_LINE);
    assert_int_equal(sieve_fault(line).what, FILTER_COMPLAINT_LINE);
    assert_int_equal(many("word y", "", LIMIT_FILTER_TERMS).what, FILTER_COMPLAINT_TERMS);
    assert_int_equal(many("rule r", " hold\nword x", LIMIT_FILTER_RULES).what, FILTER_COMPLAINT_RULES);
    assert_int_equal(many("pattern x", "", LIMIT_FILTER_PATTERNS + 1).what, FILTER_COMPLAINT_PATTERNS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tricks_with_words), cmocka_unit_test(test_words_left_alone), cmocka_unit_test(test_links),
        cmocka_unit_test(test_patterns), cmocka_unit_test(test_places_and_actions), cmocka_unit_test(test_repeats), cmocka_unit_test(test_prints),
        cmocka_unit_test(test_budget), cmocka_unit_test(test_time), cmocka_unit_test(test_broken_texts), cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
