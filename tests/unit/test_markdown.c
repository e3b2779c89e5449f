/* Posts as HTML: what is made of what people type, what hostile texts come to, and what is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include <pthread.h>

#include "server/web/markdown.h"
#include "tests/unit/strict_html.h"

enum { ARENA = 128 * 1024 * 1024 };

static struct markdown_source source_of(struct text body)
{
    return (struct markdown_source){.thread = 12, .post = 7, .revision = 1, .body = body, .lang = LANG_ZH};
}

static bool contains(struct text text, const char *what)
{
    return memmem(text.at, text.len, what, strlen(what)) != NULL;
}

/* Renders, and checks that a strict reader finds nothing wrong with it. */
static struct text rendered(const char *body, struct arena *arena)
{
    struct markdown_source source = source_of(text_of(body));
    struct text html = markdown_render(NULL, &source, arena).html.text;

    assert_non_null(html.at);
    const char *fault = strict_html_fault(html);
    if (fault)
        fail_msg("%s\n%s\n%.*s", fault, body, (int)html.len, html.at);
    return html;
}

static void assert_html(const char *body, const char *expected)
{
    struct arena *arena = arena_new(ARENA);
    struct text html = rendered(body, arena);

    if (!text_equal(html, text_of(expected)))
        fail_msg("%s\ngave\n%.*s\nnot\n%s", body, (int)html.len, html.at, expected);
    arena_free(arena);
}

/* ---- what people type ---- */

struct pair {
    const char *body, *html;
};

static void assert_pairs(const struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_html(pairs[i].body, pairs[i].html);
}

#define ASSERT_PAIRS(...)                                      \
    do {                                                       \
        static const struct pair pairs[] = {__VA_ARGS__};      \
        assert_pairs(pairs, sizeof pairs / sizeof pairs[0]);   \
    } while (0)

#define REL " rel=\"nofollow ugc noopener noreferrer\""

static void lines_stay_lines(void **state)
{
    (void)state;
    ASSERT_PAIRS({"一\n二\n\n三", "<p>一<br>\n二</p>\n<p>三</p>\n"}, {"一\r\n二", "<p>一<br>\n二</p>\n"},
                 {"　　前面空两格", "<p>　　前面空两格</p>\n"}, {"", ""}, {" \n\n", ""});
}

static void chinese_emphasis_needs_no_spaces(void **state)
{
    (void)state;
    ASSERT_PAIRS({"**党员**的义务", "<p><strong>党员</strong>的义务</p>\n"},
                 {"学习**《党章》**规定", "<p>学习<strong>《党章》</strong>规定</p>\n"},
                 {"说**“团结”**的话", "<p>说<strong>“团结”</strong>的话</p>\n"},
                 {"于**一九二一年（上海）**成立", "<p>于<strong>一九二一年（上海）</strong>成立</p>\n"},
                 {"**a(b)**的", "<p><strong>a(b)</strong>的</p>\n"}, {"*重点。*然后", "<p><em>重点。</em>然后</p>\n"},
                 {"2*3*4，5 * 6", "<p>2<em>3</em>4，5 * 6</p>\n"}, {"`**《a》**的`", "<p><code>**《a》**的</code></p>\n"},
                 {"~~删去~~的", "<p><del>删去</del>的</p>\n"}, {"~~**粗**~~", "<p><del><strong>粗</strong></del></p>\n"},
                 {"~~不闭", "<p>~~不闭</p>\n"}, {"a~b~c ~~~x~~~", "<p>a~b~c ~~~x~~~</p>\n"});
}

static void headings_keep_the_outline(void **state)
{
    (void)state;
    ASSERT_PAIRS({"# 一\n## 二\n# 三", "<h3 id=\"p7-1\">一</h3>\n<h4 id=\"p7-2\">二</h4>\n<h3 id=\"p7-3\">三</h3>\n"},
                 {"### 三\n###### 六\n## 二", "<h3 id=\"p7-1\">三</h3>\n<h4 id=\"p7-2\">六</h4>\n<h3 id=\"p7-3\">二</h3>\n"},
                 {"> # 引", "<blockquote>\n<p><strong>引</strong></p>\n</blockquote>\n"},
                 {"# 1\n## 2\n### 3\n#### 4\n##### 5", "<h3 id=\"p7-1\">1</h3>\n<h4 id=\"p7-2\">2</h4>\n<h5 "
                                                       "id=\"p7-3\">3</h5>\n<h6 id=\"p7-4\">4</h6>\n<h6 id=\"p7-5\">5</h6>\n"});
}

static void headings_are_listed(void **state)
{
    struct arena *arena = arena_new(ARENA);
    struct markdown_source source = source_of(TEXT("# 第一章 **重点** `码`\n文\n## [链](/t/1)\n"));
    struct markdown markdown = markdown_render(NULL, &source, arena);
    (void)state;

    assert_int_equal(markdown.heading_count, 2);
    assert_true(text_equal(markdown.headings[0].id, TEXT("p7-1")));
    assert_true(text_equal(markdown.headings[0].text, TEXT("第一章 重点 码")));
    assert_int_equal(markdown.headings[0].level, 1);
    assert_true(text_equal(markdown.headings[1].text, TEXT("链")));
    assert_int_equal(markdown.headings[1].level, 2);
    arena_free(arena);
}

static void footnotes_belong_to_their_post(void **state)
{
    (void)state;
    assert_html(
        "文[^甲]，再[^甲]。\n\n[^甲]: 注 #5\n",
        "<p>文<sup class=\"footnote-ref\"><a role=\"doc-noteref\" href=\"#p7-fn-1\" id=\"p7-fnref-1\" aria-label=\"脚注 "
        "1\">1</a></sup>，"
        "再<sup class=\"footnote-ref\"><a role=\"doc-noteref\" href=\"#p7-fn-1\" aria-label=\"脚注 1\">1</a></sup>。</p>\n"
        "<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"脚注\">\n<ol>\n<li id=\"p7-fn-1\">\n"
        "<p>注 <a class=\"floor-link\" href=\"/t/12/5\">#5</a></p>\n"
        "<a class=\"footnote-back\" role=\"doc-backlink\" href=\"#p7-fnref-1\" "
        "aria-label=\"回到正文\">↩</a></li>\n</ol>\n</section>\n");
}

static void tables_lists_and_code(void **state)
{
    (void)state;
    ASSERT_PAIRS({"|甲|乙|\n|-|:-:|\n|1|`x`|",
                  "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"表格\"><table>\n"
                  "<thead><tr><th scope=\"col\">甲</th><th scope=\"col\" class=\"center\">乙</th></tr></thead>\n"
                  "<tbody><tr><td>1</td><td class=\"center\"><code>x</code></td></tr>\n</tbody></table></div>\n"},
                 {"|a|\n|-:|", "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"表格\"><table>\n"
                               "<thead><tr><th scope=\"col\" class=\"right\">a</th></tr></thead>\n</table></div>\n"},
                 {"3. 三\n4. 四", "<ol start=\"3\">\n<li>三</li>\n<li>四</li>\n</ol>\n"},
                 {"- a\n\n- b", "<ul>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ul>\n"},
                 {"```c \"><script>\nint x<y; @no #5\n```", "<pre tabindex=\"0\"><code>int x&lt;y; @no #5\n</code></pre>\n"},
                 {"> 引\n\n---", "<blockquote>\n<p>引</p>\n</blockquote>\n<hr>\n"});
}

static void addresses_end_before_chinese(void **state)
{
    (void)state;
    ASSERT_PAIRS(
        {"看https://example.org/a_(b)。谢谢",
         "<p>看<a href=\"https://example.org/a_(b)\"" REL ">https://example.org/a_(b)</a>。谢谢</p>\n"},
        {"（http://a.cn/x?y=1&z=2）",
         "<p>（<a href=\"http://a.cn/x?y=1&amp;z=2\"" REL ">http://a.cn/x?y=1&amp;z=2</a>）</p>\n"},
        {"www.a.cn, 完", "<p><a href=\"https://www.a.cn\"" REL ">www.a.cn</a>, 完</p>\n"},
        {"<https://a.cn/>", "<p><a href=\"https://a.cn/\"" REL ">https://a.cn/</a></p>\n"},
        {"[https://a.cn](/t/1)", "<p><a href=\"/t/1\">https://a.cn</a></p>\n"},
        {"`https://a.cn` https:// xhttps://a.cn", "<p><code>https://a.cn</code> https:// xhttps://a.cn</p>\n"},
        {"[党](https://zh.example/党 \"题\")", "<p><a href=\"https://zh.example/%E5%85%9A\"" REL " title=\"题\">党</a></p>\n"});
}

static void mentions_and_floors_become_links(void **state)
{
    (void)state;
    ASSERT_PAIRS({"@zhang你好", "<p><a class=\"mention\" href=\"/u/zhang\">@zhang</a>你好</p>\n"},
                 {"请@李四，看", "<p>请<a class=\"mention\" href=\"/u/%E6%9D%8E%E5%9B%9B\">@李四</a>，看</p>\n"},
                 {"@Wang_3.", "<p><a class=\"mention\" href=\"/u/wang_3\">@Wang_3</a>.</p>\n"},
                 {"a@b.org @ @@ `@zhang`", "<p>a@b.org @ @@ <code>@zhang</code></p>\n"},
                 {"见#56楼 #0 a#5 #5a", "<p>见<a class=\"floor-link\" href=\"/t/12/56\">#56</a>楼 #0 a#5 #5a</p>\n"},
                 {"[#5](/t/9) `#6`", "<p><a href=\"/t/9\">#5</a> <code>#6</code></p>\n"});
}

static void floors_need_a_thread(void **state)
{
    struct arena *arena = arena_new(ARENA);
    struct markdown_source source = {.post = 7, .body = TEXT("#56"), .lang = LANG_ZH};
    (void)state;

    assert_true(text_equal(markdown_render(NULL, &source, arena).html.text, TEXT("<p>#56</p>\n")));
    arena_free(arena);
}

static void pictures_load_on_a_click(void **state)
{
    (void)state;
    ASSERT_PAIRS({"![会场](https://a.cn/x.png)",
                  "<p><a class=\"image\" href=\"https://a.cn/x.png\"" REL " data-alt=\"会场\">图片：会场（点击后从外部网站加载）</a></p>\n"},
                 {"![](https://a.cn/x.png)",
                  "<p><a class=\"image\" href=\"https://a.cn/x.png\"" REL ">图片（点击后从外部网站加载）</a></p>\n"},
                 {"![a](javascript:x)", "<p>图片：a</p>\n"}, {"![a](/logout)", "<p>图片：a</p>\n"},
                 {"[![a](https://a.cn/x)](https://b.cn)", "<p><a href=\"https://b.cn\"" REL ">图片：a</a></p>\n"});
}

/* ---- what the hostile type ---- */

static void raw_html_is_shown_as_text(void **state)
{
    (void)state;
    ASSERT_PAIRS({"<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"},
                 {"<div>\n**粗**\n</div>", "<p>&lt;div&gt;<br>\n<strong>粗</strong><br>\n&lt;/div&gt;</p>\n"},
                 {"a <!-- b --> <?php ?> <![CDATA[x]]> <!DOCTYPE x>",
                  "<p>a &lt;!-- b --&gt; &lt;?php ?&gt; &lt;![CDATA[x]]&gt; &lt;!DOCTYPE x&gt;</p>\n"},
                 {"&lt;b&gt; &#60;i&#62; &amp;lt;", "<p>&lt;b&gt; &lt;i&gt; &amp;lt;</p>\n"});
}

/* None of these may lead anywhere. */
static void links_lead_only_where_they_may(void **state)
{
    static const char *const refused[] = {
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](%01javascript:alert(1))",
        "[x](&#1;javascript:alert(1))",
        "[x](java&#9;script:alert(1))",
        "[x](java&#10;script:alert(1))",
        "[x](java&Tab;script&colon;alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "[x](&#x6A;avascript:alert(1))",
        "[x](\\javascript:alert(1))",
        "[x](j\\avascript:alert(1))",
        "[x](&nbsp;javascript:alert(1))",
        "[x](\u200bjavascript:alert(1))",
        "[x](\ufeffjavascript:alert(1))",
        "[x](\u3000javascript:alert(1))",
        "[x](javascript&#58;alert(1))",
        "[x](vbscript:msgbox(1))",
        "[x](data:text/html,<script>)",
        "[x](DATA:text/html;base64,PHNjcmlwdD4=)",
        "[x](file:///etc/passwd)",
        "[x](ftp://a/b)",
        "[x](blob:https://a/b)",
        "[x](view-source:https://a)",
        "[x](//evil.org)",
        "[x](/\\evil.org)",
        "[x](\\\\evil.org)",
        "[x](/&#9;/evil.org)",
        "[x](/&#x0A;\\evil.org)",
        "[x](\\/\\/evil.org)",
        "[x](&sol;&sol;evil.org)",
        "[x](evil.org)",
        "[x](?a=b)",
        "[x](#p7-1)",
        "[x](https:evil.org)",
        "[x](http:/evil.org)",
        "[x](https:\\\\evil.org)",
        "<javascript:alert(1)>",
        "<data:text/html,x>",
        "[x][a]\n\n[a]: javascript:alert(1)",
        "[x][a]\n\n[a]: <//evil.org>",
        "![x](javascript:alert(1))",
        "![x](data:image/svg+xml,<svg/onload=x>)",
        "[x]( javascript:alert(1) )",
        "[x]("
        "\xf0\x90\xa9\xbf"
        "javascript:alert(1))",
    };
    struct arena *arena = arena_new(ARENA);
    (void)state;

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct text html = rendered(refused[i], arena);
        if (contains(html, "href"))
            fail_msg("%s\ngave\n%.*s", refused[i], (int)html.len, html.at);
    }
    arena_free(arena);
}

/* Whatever these become, the strict reader takes it and none of it is an attribute or an element of theirs. */
static void nothing_breaks_out(void **state)
{
    static const char *const bodies[] = {
        "[x](https://a/ \"\\\" onmouseover=\\\"alert(1)\")",
        "[x](https://a/ '\" onmouseover=\"alert(1)')",
        "[x](https://a/\"onmouseover=\"alert(1))",
        "[x](<https://a/\" onmouseover=\"alert(1)>)",
        "[x](<https://a/'onmouseover='alert(1)>)",
        "![\" onerror=\"alert(1)](https://a/)",
        "![<img src=x onerror=alert(1)>](https://a/x.png)",
        "![a](https://a/x.png \"\\\"><script>\")",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<svg/onload=alert(1)>",
        "<iframe srcdoc='<script>'>",
        "<a href=\"javascript:x\">y</a>",
        "<style>*{}</style>",
        "<https://a/\"onmouseover=alert(1)>",
        "<https://a/'onmouseover=alert(1)>",
        "https://a/\"onmouseover=alert(1)",
        "https://a/'><script>",
        "www.a\"><script>",
        "|<script>|\"x|\n|-|-|\n|[x](javascript:a)|<b onclick=x>|",
        "[^\"><script>]\n\n[^\"><script>]: x",
        "[^1]\n\n[^1]: <script>[x](javascript:x)",
        "[^a\" id=\"b]\n\n[^a\" id=\"b]: y",
        "# <script>\" onx=",
        "```\"><script>\n</code></pre><script>\n```",
        "`</code><script>`",
        "    </code></pre><script>",
        "@a\"><script>",
        "@<script>",
        "#5\"><script>",
        "**<b>**<i>__</b>__",
        "[a](b)[c](<d\"e>) <f@g.h\">",
        "~~<script>~~",
        "~~a https://b/~~c",
        "~~[a](https://b/~~)~~",
        "*~~a*~~",
        "[~~a](https://b)~~ [~~c~~](https://d)",
        "![![a](https://b)](https://c)",
        "[![a](https://b) [x](https://y)](https://c)",
        "[^1]: a\n\n[x[^1]](https://a)",
        "1. a\n- b\n> c\n```\nd",
        "\xf0\x90\xa9\xbf<script>\xf0\x90\xa9\xbf",
        "<\xf0\x90\xa9\xbfscript>",
        "[x](https://a\xf0\x90\xa9\xbf\"b)",
        "\xff\xfe<\x80script>",
        "a\xc2",
        "\xe2\x80",
        "\x01\x02\x7f\xc2\x80\x1b[31m",
        "\u202e\u202dtxt\u2066\u2069",
        "[\u202egnp](https://a/\u202ex)",
        "<!--><script>-->",
        "<![CDATA[><script>]]>",
        "<?><script>?>",
        "</p><script>",
        "999999999. a",
        "0. a",
        "[x](mailto:a@b?subject=\"><script>)",
        "&#0; &#xD800; &#x202e;",
        "[x](https://[::1]/\\\"<>)",
    };
    struct arena *arena = arena_new(ARENA);
    (void)state;

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        rendered(bodies[i], arena);
    arena_free(arena);
}

static void controls_are_shown_as_such(void **state)
{
    (void)state;
    ASSERT_PAIRS({"a\x01"
                  "b\x7f\xc2\x85"
                  "c\u202e"
                  "d",
                  "<p>a\ufffdb\ufffd\ufffdc\ufffdd</p>\n"},
                 {"`a\x1b[31m`", "<p><code>a\ufffd[31m</code></p>\n"}, {"a\tb\xff", "<p>a\tb\ufffd</p>\n"});
}

/* ---- what would take long ---- */

/* `count` times `piece`, then `rest`. */
static char *repeated(const char *piece, size_t count, const char *rest)
{
    size_t len = strlen(piece);
    char *all = malloc(len * count + strlen(rest) + 1);

    assert_non_null(all);
    for (size_t i = 0; i < count; i++)
        memcpy(all + i * len, piece, len);
    strcpy(all + len * count, rest);
    return all;
}

static double seconds_of(const char *body)
{
    struct arena *arena = arena_new(ARENA);
    clock_t start = clock();

    rendered(body, arena);
    arena_free(arena);
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/* The longest texts, all of one mark: each is bounded by far less than what the parser would take, which is minutes for some. */
static void no_text_takes_long(void **state)
{
    enum { LONGEST = LIMIT_BODY, SECONDS_MOST = 15 }; /* under sanitizers, on a busy machine */
    static const char *const pieces[] = {
        ">",      "[",     "![",       "[a](",   "*a ",         "a**b",   "_a ", "*_",    "* ",   "1. ",
        "> 1. ",  "<!--",  "a <?",     "a <!A ", "a <![CDATA[", "<a b='", "[^",  "[^a]:", "a|\n", "|-\n",
        "a\n=\n", "# a\n", "&",        "\\",     "`a",          "@a",     "#1",  "~~a",   "*~~*", "http://a",
        "<http:", "*《",   "a\n> b\n", "\n",     "\t",          "![a",    "`",
    };
    (void)state;

    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        char *body = repeated(pieces[i], LONGEST / strlen(pieces[i]), "");
        double seconds = seconds_of(body);
        if (seconds > SECONDS_MOST)
            fail_msg("%s takes %.1f s", pieces[i], seconds);
        free(body);
    }
}

/* The same where one part makes the other slow: deep nesting at many lines, wide tables, long names used often. */
static void no_two_parts_take_long(void **state)
{
    enum { PART = LIMIT_BODY / 4, SECONDS_MOST = 15 };
    static const struct {
        const char *first, *between, *second;
    } pairs[] = {
        {">", "a\n", "a\n"},   {"* ", "a\n", "b\n"},      {"* ", "a\n", "\n"},
        {"> ", "a\n", ">b\n"}, {"|a", "|\n|-|\n", "|\n"}, {"[^a] ", "\n\n[^a]: x\n", "[^b]"},
        {"`", "x", " ``"},     {"[a", "", "](b"},         {"![a", "", "](b)"},
        {"**~~", "x", "~~**"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char *second = repeated(pairs[i].second, PART / strlen(pairs[i].second), "");
        char *end = malloc(strlen(pairs[i].between) + strlen(second) + 1);
        assert_non_null(end);
        strcpy(end, pairs[i].between);
        strcat(end, second);
        char *body = repeated(pairs[i].first, PART / strlen(pairs[i].first), end);
        double seconds = seconds_of(body);
        if (seconds > SECONDS_MOST)
            fail_msg("%s%s takes %.1f s", pairs[i].first, pairs[i].between, seconds);
        free(second);
        free(end);
        free(body);
    }
}

/* A text that the parser would need too much memory for is shown as it was typed. */
static void a_text_too_much_for_the_parser_is_shown_as_typed(void **state)
{
    char *name = repeated("u", 50000, "\n\n"), *uses = repeated("[a] ", 30000, "");
    char *body = malloc(strlen(name) + strlen(uses) + 8);
    struct arena *arena = arena_new(ARENA);
    (void)state;

    assert_non_null(body);
    strcpy(body, "[a]: /");
    strcat(body, name);
    strcat(body, uses);
    struct text html = rendered(body, arena);
    assert_true(contains(html, "<p>[a]: /uuu"));
    arena_free(arena);
    free(name);
    free(uses);
    free(body);
}

static void little_memory_gives_nothing(void **state)
{
    struct arena *arena = arena_new(8192);
    struct markdown_source source;
    char *body = repeated("学习", 4000, "");
    (void)state;

    source = source_of(text_of(body));
    assert_null(markdown_render(NULL, &source, arena).html.text.at);
    assert_true(arena_failed(arena));
    arena_free(arena);
    free(body);
}

/* ---- summaries ---- */

static void assert_summary(const char *body, size_t characters, const char *expected)
{
    struct arena *arena = arena_new(ARENA);
    struct text summary = markdown_summary(text_of(body), characters, arena);

    if (!text_equal(summary, text_of(expected)))
        fail_msg("%s\ngave\n%.*s", body, (int)summary.len, summary.at);
    arena_free(arena);
}

static void summaries_are_plain_words(void **state)
{
    (void)state;
    assert_summary("# 题\n\n**《党章》**规定\n第二行[链](https://a)", 100, "题 《党章》规定 第二行链");
    assert_summary("一二三四五六七", 3, "一二三");
    assert_summary("<script>x</script> ![图](https://a)", 100, "<script>x</script> 图");
    assert_summary("```\nint x;\n```\n- a\n- b\n", 100, "int x; a b");
    assert_summary("", 10, "");
    assert_summary("   \n", 10, "");
    assert_summary("aaaa", 0, "");
}

/* ---- the cache ---- */

static void assert_same(const struct markdown *a, const struct markdown *b)
{
    assert_true(text_equal(a->html.text, b->html.text));
    assert_int_equal(a->heading_count, b->heading_count);
    for (uint32_t i = 0; i < a->heading_count; i++) {
        assert_true(text_equal(a->headings[i].id, b->headings[i].id));
        assert_true(text_equal(a->headings[i].text, b->headings[i].text));
        assert_int_equal(a->headings[i].level, b->headings[i].level);
    }
}

static void what_is_kept_is_the_same(void **state)
{
    struct markdown_cache *cache = markdown_cache_new(1 << 20);
    struct arena *arena = arena_new(ARENA);
    struct markdown_source source = source_of(TEXT("# 一\n#5 ![图](https://a/b)\n## 二\n"));
    struct markdown plain = markdown_render(NULL, &source, arena);
    (void)state;

    for (int i = 0; i < 3; i++) {
        struct markdown kept = markdown_render(cache, &source, arena);
        assert_same(&plain, &kept);
    }
    arena_free(arena);
    markdown_cache_free(cache);
}

/* Another thread, language, revision or text is another entry. */
static void what_differs_is_not_taken_for_the_same(void **state)
{
    struct markdown_cache *cache = markdown_cache_new(1 << 20);
    struct arena *arena = arena_new(ARENA);
    struct markdown_source first = source_of(TEXT("#5 ![图](https://a/b)")), other;
    (void)state;

    markdown_render(cache, &first, arena);
    other = first;
    other.thread = 13;
    assert_true(contains(markdown_render(cache, &other, arena).html.text, "/t/13/5"));
    other = first;
    other.lang = LANG_EN;
    assert_true(contains(markdown_render(cache, &other, arena).html.text, "Picture"));
    other = first;
    other.revision = 2;
    other.body = TEXT("*新*");
    assert_true(contains(markdown_render(cache, &other, arena).html.text, "新"));
    other.revision = 1;
    assert_true(contains(markdown_render(cache, &other, arena).html.text, "新"));
    assert_true(contains(markdown_render(cache, &first, arena).html.text, "/t/12/5"));
    arena_free(arena);
    markdown_cache_free(cache);
}

/* Far more posts than there is room for, from several threads at once. */
static void *read_much(void *data)
{
    struct markdown_cache *cache = data;
    struct arena *arena = arena_new(ARENA);
    char body[64];

    for (uint64_t i = 0; i < 3000; i++) {
        struct markdown_source source = {.post = i % 500 + 1, .revision = 1, .lang = LANG_ZH};
        snprintf(body, sizeof body, "# 第 %u 楼", (unsigned)source.post);
        source.body = text_of(body);
        struct markdown markdown = markdown_render(cache, &source, arena);
        snprintf(body, sizeof body, "第 %u 楼", (unsigned)source.post);
        assert_int_equal(markdown.heading_count, 1);
        assert_true(text_equal(markdown.headings[0].text, text_of(body)));
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

static void threads_share_a_small_cache(void **state)
{
    enum { THREADS = 4 };
    struct markdown_cache *cache = markdown_cache_new(16 * 2048);
    pthread_t threads[THREADS];
    (void)state;

    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_much, cache), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    markdown_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_stay_lines),
        cmocka_unit_test(chinese_emphasis_needs_no_spaces),
        cmocka_unit_test(headings_keep_the_outline),
        cmocka_unit_test(headings_are_listed),
        cmocka_unit_test(footnotes_belong_to_their_post),
        cmocka_unit_test(tables_lists_and_code),
        cmocka_unit_test(addresses_end_before_chinese),
        cmocka_unit_test(mentions_and_floors_become_links),
        cmocka_unit_test(floors_need_a_thread),
        cmocka_unit_test(pictures_load_on_a_click),
        cmocka_unit_test(raw_html_is_shown_as_text),
        cmocka_unit_test(links_lead_only_where_they_may),
        cmocka_unit_test(nothing_breaks_out),
        cmocka_unit_test(controls_are_shown_as_such),
        cmocka_unit_test(no_text_takes_long),
        cmocka_unit_test(no_two_parts_take_long),
        cmocka_unit_test(a_text_too_much_for_the_parser_is_shown_as_typed),
        cmocka_unit_test(little_memory_gives_nothing),
        cmocka_unit_test(summaries_are_plain_words),
        cmocka_unit_test(what_is_kept_is_the_same),
        cmocka_unit_test(what_differs_is_not_taken_for_the_same),
        cmocka_unit_test(threads_share_a_small_cache),
    };
    return cmocka_run_group_tests_name("markdown", tests, NULL, NULL);
}
