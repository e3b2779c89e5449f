/* Templates: what each place makes of each value, everything that makes one unreadable, and hostile texts at every place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <pthread.h>

#include "server/web/template_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* 2026-11-25 02:03:04 UTC */
static const uint64_t MOMENT = 1795572184000;

static const struct reader chinese = {.lang = LANG_ZH}, english = {.lang = LANG_EN, .zone = TEXT_INIT("Europe/Berlin")};

static int open_arena(void **state)
{
    *state = arena_new(16 << 20);
    return *state ? 0 : -1;
}

static int close_arena(void **state)
{
    arena_free(*state);
    return 0;
}

/* ---- helpers ---- */

/* A set of the template `a`, and `b` where it is given. */
static struct templates *read_two(const char *a, const char *b, char *why, size_t size)
{
    const struct template_source sources[] = {{TEXT("a"), text_of(a)}, {TEXT("b"), text_of(b ? b : "")}};
    return templates_parse(sources, b ? 2 : 1, why, size);
}

static struct text render_two(const char *a, const char *b, const struct object *o, const struct reader *reader,
                              struct arena *arena)
{
    char why[256];
    struct templates *templates = read_two(a, b, why, sizeof why);

    if (!templates)
        fail_msg("%s: %s", a, why);
    struct text got = templates_render(templates, 0, o, reader, arena).text;
    templates_free(templates);
    return got;
}

static void expect_from(const char *template, const struct object *o, const struct reader *reader, struct arena *arena,
                        const char *expected)
{
    struct text got = render_two(template, NULL, o, reader, arena);
    if (!text_equal(got, text_of(expected)))
        fail_msg("%s\ngives    %.*s\nand not  %s", template, (int)got.len, got.at ? got.at : "", expected);
}

/* Rows of templates and what comes of them in Chinese. */
static void expect_rows(const char *const rows[][2], size_t count, const struct object *o, struct arena *arena)
{
    for (size_t i = 0; i < count; i++)
        expect_from(rows[i][0], o, &chinese, arena, rows[i][1]);
}

/* ---- values at their places ---- */

static void test_places(void **state)
{
    struct object *o = object_new(*state);
    static const char *const rows[][2] = {
        {"<p>{{text}}</p>", "<p>a&lt;b&gt;&amp;\"c\"'d'</p>"},
        {"<title>{{text}}</title>", "<title>a&lt;b&gt;&amp;\"c\"'d'</title>"},
        {"<select><option>{{text}}</option></select>", "<select><option>a&lt;b&gt;&amp;\"c\"'d'</option></select>"},
        {"<p title=\"{{text}}\"></p>", "<p title=\"a&lt;b&gt;&amp;&quot;c&quot;'d'\"></p>"},
        {"<p class=\"a {{text}} b\"></p>", "<p class=\"a a&lt;b&gt;&amp;&quot;c&quot;'d' b\"></p>"},
        {"<a href=\"/x?q={{text}}&amp;r={{number}}\"></a>", "<a href=\"/x?q=a%3Cb%3E%26%22c%22%27d%27&amp;r=12\"></a>"},
        {"<a href=\"/t/{{number}}#{{number}}\"></a>", "<a href=\"/t/12#12\"></a>"},
        {"<a href=\"{{url}}\"></a>", "<a href=\"https://example.org/?a=b&amp;c=&quot;\"></a>"},
        {"<a href=\"{{url}}?x={{text}}\"></a>",
         "<a href=\"https://example.org/?a=b&amp;c=&quot;?x=a%3Cb%3E%26%22c%22%27d%27\"></a>"},
        {"<a href=\"/login?to={{path}}\"></a>", "<a href=\"/login?to=%2Ft%2F12\"></a>"},
        {"<a href=\"{{path}}\">{{path}}</a>", "<a href=\"/t/12\">/t/12</a>"},
        {"<a href=\"{{text}}\"></a>", "<a href=\"#\"></a>"},
        {"<a href=\"{{number}}\"></a>", "<a href=\"#\"></a>"},
        {"<a href=\"{{html}}\" title=\"{{html}}\"></a>", "<a href=\"\" title=\"\"></a>"},
        {"<img src=\"{{path}}\" alt=\"\"><form action=\"{{path}}\"><button formaction=\"{{text}}\"></button></form>",
         "<img src=\"/t/12\" alt=\"\"><form action=\"/t/12\"><button formaction=\"#\"></button></form>"},
        {"<blockquote cite=\"{{text}}\"></blockquote><video poster=\"{{text}}\"></video>",
         "<blockquote cite=\"#\"></blockquote><video poster=\"#\"></video>"},
        {"<p>{{html}}</p>", "<p><b>x</b></p>"},
        {"<title>{{html}}</title>", "<title></title>"},
        {"<p>{{flag}}{{off}}{{number}}{{words}}{{absent}}{{deep.er}}</p>", "<p>truefalse12首页</p>"},
        {"<script src=\"{{path}}\" defer></script>", "<script src=\"/t/12\" defer></script>"},
    };

    object_text(o, "text", TEXT("a<b>&\"c\"'d'"));
    object_number(o, "number", 12);
    object_flag(o, "flag", true);
    object_flag(o, "off", false);
    object_words(o, "words", WORDS_home);
    object_url(o, "url", TEXT("https://example.org/?a=b&c=\""));
    object_path(o, "path", "/t/%d", 12);
    object_html(o, "html", (struct html){TEXT("<b>x</b>")});
    expect_rows(rows, COUNT(rows), o, *state);
}

static void test_names(void **state)
{
    struct object *o = object_new(*state);
    static const char *const rows[][2] = {
        {"{{a}} {{inner.a}} {{inner.more.a}} {{inner.none}} {{inner.a.b}}", "1 2 3  "},
        {"{{each list}}{{a}}{{b}} {{end}}", "41 51 11 "},
        {"{{each list}}{{each list}}{{a}}{{end}};{{end}}", "454;455;451;"},
    };
    struct object *inner = object_object(o, "inner"), *more = object_object(inner, "more");
    struct list *list = object_list(o, "list");

    object_number(o, "a", 1);
    object_number(o, "b", 1);
    object_number(inner, "a", 2);
    object_number(more, "a", 3);
    object_number(list_add(list), "a", 4);
    object_number(list_add(list), "a", 5);
    list_add(list);
    expect_rows(rows, COUNT(rows), o, *state);
}

static void test_conditions(void **state)
{
    struct object *o = object_new(*state);
    static const char *const rows[][2] = {
        {"{{if yes}}a{{end}}", "a"}, {"{{if no}}a{{end}}", ""}, {"{{if not yes}}a{{end}}", ""}, {"{{if not no}}a{{end}}", "a"},
        {"{{if yes}}a{{else}}b{{end}}", "a"}, {"{{if no}}a{{else}}b{{end}}", "b"},
        {"{{if no}}a{{elif yes}}b{{elif yes}}c{{else}}d{{end}}", "b"}, {"{{if no}}a{{elif no}}b{{else}}d{{end}}!", "d!"},
        {"{{if no}}a{{elif no}}b{{end}}!", "!"},
        {"{{if word is one}}a{{elif word is two}}b{{end}}", "b"}, {"{{if not word is one}}a{{end}}", "a"},
        {"{{if absent is two}}a{{end}}", ""},
        {"{{if number is 12}}a{{end}}{{if number is 1}}b{{end}}", "a"},
        {"{{if words is home}}a{{end}}{{if words is back}}b{{end}}", "a"},
        {"{{if yes}}{{if no}}a{{else}}{{if yes}}b{{end}}{{end}}{{end}}", "b"},
        {"<a{{if yes}} class=\"x\"{{end}} {{if no}}hidden{{end}}></a>", "<a class=\"x\" ></a>"},
        {"<a class=\"x{{if yes}} y{{end}}\"></a>", "<a class=\"x y\"></a>"},
        {"<a href=\"{{if yes}}/x{{else}}/{{end}}\"></a>", "<a href=\"/x\"></a>"},
        {"{{if yes}}<b>{{number}}{{else}}<b>{{end}}</b>", "<b>12</b>"},
    };

    object_flag(o, "yes", true);
    object_flag(o, "no", false);
    object_text(o, "word", TEXT("two"));
    object_number(o, "number", 12);
    object_words(o, "words", WORDS_home);
    expect_rows(rows, COUNT(rows), o, *state);
}

/* A tag alone on its line takes the line with it; others leave everything as it is. */
static void test_lines(void **state)
{
    struct object *o = object_new(*state);
    static const char *const rows[][2] = {
        {"<p>\n  {{if yes}}\n  a\n  {{else}}\n  b\n  {{end}}\n</p>\n", "<p>\n  a\n</p>\n"},
        {"{{if yes}}\na\n{{end}}", "a\n"}, {"a {{if yes}}\nb{{end}}\n", "a \nb\n"}, {"{{if yes}}{{end}}\n", "\n"},
        {"a\n\t{{if not yes}} \t\nb\n{{end}}\nc", "a\nc"}, {"a\n{{number}}\nb", "a\n1\nb"}, {"a\n  {{say home}}\n", "a\n  首页\n"},
    };

    object_flag(o, "yes", true);
    object_number(o, "number", 1);
    expect_rows(rows, COUNT(rows), o, *state);
}

static void test_comments(void **state)
{
    expect_from("<!DOCTYPE html>a<!-- for {who} writes pages: <b> \" -->b<!---->c", NULL, &chinese, *state, "<!DOCTYPE html>abc");
}

/* A browser drops one line end there, and the text must come back from the form as it was. */
static void test_first_line_end(void **state)
{
    struct object *o = object_new(*state);
    static const char *const rows[][2] = {
        {"<textarea>{{body}}</textarea>", "<textarea>\n\na\n</textarea>"},
        {"<textarea>{{plain}}</textarea>", "<textarea>a\n&lt;/textarea&gt;</textarea>"},
        {"<pre>{{body}}{{body}}</pre>", "<pre>\n\na\n\na\n</pre>"},        {"<pre>x{{body}}</pre>", "<pre>x\na\n</pre>"},
        {"<p>{{body}}</p>", "<p>\na\n</p>"},
    };

    object_text(o, "body", TEXT("\na\r\n"));
    object_text(o, "plain", TEXT("a\r</textarea>"));
    expect_rows(rows, COUNT(rows), o, *state);
}

/* ---- words ---- */

static void test_words(void **state)
{
    struct object *o = object_new(*state);
    static const char *const rows[][3] = {
        {"{{say home}}", "首页", "Home"},
        {"{{say front_totals threads posts}}", "共 3 个主题，&lt;4&gt; 条发言", "Threads: 3. Posts: &lt;4&gt;."},
        {"<p title=\"{{say front_totals threads posts}}\"></p>", "<p title=\"共 3 个主题，&lt;4&gt; 条发言\"></p>",
         "<p title=\"Threads: 3. Posts: &lt;4&gt;.\"></p>"},
        {"{{say board_last moment|time}}", "最新 <time datetime=\"2026-11-25T02:03:04Z\">2026-11-25 10:03</time>",
         "Newest <time datetime=\"2026-11-25T02:03:04Z\">2026-11-25 03:03</time>"},
        {"<p title=\"{{say board_last moment|time}}\"></p>", "<p title=\"最新 2026-11-25 10:03\"></p>",
         "<p title=\"Newest 2026-11-25 03:03\"></p>"},
        {"<a href=\"/x?t={{say home}}\"></a>", "<a href=\"/x?t=%E9%A6%96%E9%A1%B5\"></a>", "<a href=\"/x?t=Home\"></a>"},
        {"{{each list}}{{say board_last item}}{{end}}", "", ""},
    };

    object_number(o, "threads", 3);
    object_text(o, "posts", TEXT("<4>"));
    object_number(o, "moment", MOMENT);
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect_from(rows[i][0], o, &chinese, *state, rows[i][1]);
        expect_from(rows[i][0], o, &english, *state, rows[i][2]);
    }
}

static void test_filters(void **state)
{
    struct object *o = object_new(*state);
    static const char *const rows[][2] = {
        {"{{moment|time}}", "<time datetime=\"2026-11-25T02:03:04Z\">2026-11-25 10:03</time>"},
        {"{{moment|date}}", "<time datetime=\"2026-11-25T02:03:04Z\">2026-11-25</time>"},
        {"{{evening|date}}", "<time datetime=\"2026-11-24T16:00:00Z\">2026-11-25</time>"},
        {"<p title=\"{{moment|time}}\" data-at=\"{{moment|iso}}\"></p>",
         "<p title=\"2026-11-25 10:03\" data-at=\"2026-11-25T02:03:04Z\"></p>"},
        {"<a href=\"/?t={{moment|time}}\"></a>", "<a href=\"/?t=2026-11-25%2010%3A03\"></a>"},
        {"<title>{{moment|time}}</title>", "<title>2026-11-25 10:03</title>"},
        {"{{none|time}}{{absent|time}}{{text|time}}{{late|time}}{{late|iso}}", ""},
        {"{{end_of_time|iso}}", "9999-12-31T23:59:59Z"},
        {"{{few|count}} {{many|count}} <i title=\"{{many|count}}\"></i>", "3 99+ <i title=\"99+\"></i>"},
        {"{{inner.many|count}}", "99+"},
        {"{{text|size}} {{few|size}} {{list|size}} {{absent|size}}", "3 3 2 "},
        {"{{words|key}} {{few|key}}", "home 3"},
    };
    struct object *inner = object_object(o, "inner");
    struct list *list = object_list(o, "list");

    list_add(list);
    list_add(list);
    object_number(o, "moment", MOMENT);
    object_number(o, "evening", 1795536000000);
    object_number(o, "none", 0);
    object_number(o, "late", UINT64_MAX);
    object_number(o, "end_of_time", 253402300799999);
    object_number(o, "few", 3);
    object_number(o, "many", 99);
    object_flag(o, "many_more", true);
    object_number(inner, "many", 99);
    object_flag(inner, "many_more", true);
    object_text(o, "text", TEXT("党<员"));
    object_words(o, "words", WORDS_home);
    expect_rows(rows, COUNT(rows), o, *state);
}

static void test_clock(void **state)
{
    assert_true(text_equal(reader_clock(&chinese, MOMENT, *state), TEXT("10:03")));
    assert_true(text_equal(reader_clock(&english, MOMENT, *state), TEXT("03:03")));
    assert_int_equal(reader_clock(&chinese, UINT64_MAX, *state).len, 5);
}

/* ---- records ---- */

static void test_records(void **state)
{
    struct board_record board = {
        .id = 7, .slug = TEXT("essays"), .name = TEXT("学习<心得>"), .kind = BOARD_KIND_COLUMN, .unread = 99, .unread_more = true,
        .may_start = true,
    };
    struct draft_record draft = {.id = {"\xff\x00\xfe", 3}};
    struct object *o = object_new(*state);
    static const char *const rows[][3] = {
        {"<a href=\"/b/{{board.slug}}\">{{board.name}}</a>", "<a href=\"/b/essays\">学习&lt;心得&gt;</a>",
         "<a href=\"/b/essays\">学习&lt;心得&gt;</a>"},
        {"{{board.kind}} {{board.kind|key}} <i class=\"{{board.kind|key}}\" title=\"{{board.kind}}\"></i>",
         "栏目 column <i class=\"column\" title=\"栏目\"></i>", "column column <i class=\"column\" title=\"column\"></i>"},
        {"{{if board.kind is column}}c{{elif board.kind is forum}}f{{end}}", "c", "c"},
        {"{{if board.may_start}}a{{end}}{{if board.may_moderate}}b{{end}}{{if board.about}}c{{end}}", "a", "a"},
        {"{{board.unread|count}}", "99+", "99+"},
        {"{{board.none}}{{board.id.x}}{{board}}", "", ""},
        {"{{draft.id}} <a href=\"/drafts/{{draft.id}}\"></a><a href=\"{{draft.id}}\"></a>",
         "_wD- <a href=\"/drafts/_wD-\"></a><a href=\"#\"></a>",
         "_wD- <a href=\"/drafts/_wD-\"></a><a href=\"#\"></a>"},
    };

    object_record(o, "board", &shape_board_record, &board);
    object_record(o, "draft", &shape_draft_record, &draft);
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect_from(rows[i][0], o, &chinese, *state, rows[i][1]);
        expect_from(rows[i][0], o, &english, *state, rows[i][2]);
    }
}

static void test_items(void **state)
{
    static const char *const rows[][2] = {
        {"{{each threads}}{{title}}({{each tags}}{{item}},{{else}}-{{end}}{{outer}}) {{else}}none{{end}}",
         "一(党&lt;,学习,!) 二(-!) "},
        {"{{each none}}x{{else}}none{{end}}", "none"},
        {"{{threads.title}} {{threads.id}} {{one.title}}", "一 1 一"},
        {"{{each one}}{{title}}{{end}}", "一"},
        {"{{change.post.floor}}{{change.post.author}} {{change.thread.title}} {{change.post.floor}}", "5 题 5"},
        {"{{if change.post}}p{{end}}{{if change.notice}}n{{end}}{{if threads}}t{{end}}{{if none}}x{{end}}", "pt"},
        {"{{threads|size}}", "2"},
    };
    struct arena *arena = *state;
    struct object *o = object_new(arena);
    struct wire_writer tags = arena_writer(arena, 256), threads = arena_writer(arena, 1024), one = arena_writer(arena, 1024),
                       inner = arena_writer(arena, 1024);
    struct thread_record thread = {.id = 1, .title = TEXT("一"), .author = TEXT("a"), .tags = items_begin(&tags)};

    items_add_text(&tags, &thread.tags, TEXT("党<"));
    items_add_text(&tags, &thread.tags, TEXT("学习"));
    struct items list = items_begin(&threads), single = items_begin(&one);
    items_add(&threads, &list, &shape_thread_record, &thread);
    items_add(&one, &single, &shape_thread_record, &thread);
    items_add(&threads, &list, &shape_thread_record, &(struct thread_record){.id = 2, .title = TEXT("二"), .author = TEXT("b")});
    struct change_record change = {.seq = 1, .post = items_begin(&inner)};
    items_add(&inner, &change.post, &shape_post_record, &(struct post_record){.id = 4, .floor = 5});
    change.thread = items_begin(&inner);
    items_add(&inner, &change.thread, &shape_thread_record, &(struct thread_record){.id = 6, .title = TEXT("题")});
    assert_int_equal(tags.error || threads.error || one.error || inner.error, 0);
    object_items(o, "threads", &shape_thread_record, list);
    object_items(o, "one", &shape_thread_record, single);
    object_items(o, "none", &shape_thread_record, (struct items){NULL, 0, 0});
    object_record(o, "change", &shape_change_record, &change);
    object_text(o, "outer", TEXT("!"));
    expect_rows(rows, COUNT(rows), o, arena);
}

/* Every field of every record by its name, as the shape itself reads it; a shape that is not the protocol's is read too. */
static void test_all_fields(void **state)
{
    static const struct shape *const shapes[] = {
#define RECORD(name, doc) &shape_##name##_record,
#define FIELD(record, key, KIND, ref, name, need, max, doc)
#define RECORD_END(name)
#include "protocol/types.def"
    };

    for (size_t i = 0; i < COUNT(shapes); i++)
        for (uint32_t at = 0; at < shapes[i]->count; at++) {
            const struct field *field = &shapes[i]->fields[at];
            _Alignas(max_align_t) uint8_t record[RECORD_ROOM] = {0};
            struct object *o = object_new(*state);
            struct shape own = *shapes[i];
            char template[80];
            if (field->kind != KIND_UINT)
                continue;
            memcpy(record + field->offset, &(uint64_t){77}, sizeof(uint64_t));
            object_record(o, "r", shapes[i], record);
            object_record(o, "s", &own, record);
            snprintf(template, sizeof template, "{{r.%s}} {{s.%s}} {{s.x}}", field->name, field->name);
            expect_from(template, o, &chinese, *state, "77 77 ");
        }
}

/* ---- templates within templates ---- */

static void test_use(void **state)
{
    struct object *o = object_new(*state);
    struct list *list = object_list(o, "list");
    char why[256];

    object_number(list_add(list), "n", 1);
    object_number(list_add(list), "n", 2);
    struct text got = render_two("<ul>\n{{each list}}\n  {{use b}}\n{{end}}\n</ul>", "<li>{{n}}</li>\n", o, &chinese, *state);
    assert_true(text_equal(got, TEXT("<ul>\n<li>1</li>\n<li>2</li>\n</ul>")));
    assert_null(read_two("{{use b}}", "{{use a}}", why, sizeof why));
    assert_null(read_two("{{use a}}", NULL, why, sizeof why));
}

/* Sixteen blocks within each other are read and written, one more is not, also where the rest stands in another template. */
static void test_nesting(void **state)
{
    char text[1024] = "", other[1024] = "", why[256];
    struct object *o = object_new(*state);
    struct list *list = object_list(o, "l");

    object_number(list_add(list), "n", 1);
    for (unsigned i = 0; i < NESTING - 1; i++)
        strcat(text, "{{each l}}");
    strcpy(other, text);
    strcat(text, "{{n}}");
    for (unsigned i = 0; i < NESTING - 1; i++)
        strcat(text, "{{end}}");
    expect_from(text, o, &chinese, *state, "1");
    strcat(other, "{{use b}}");
    for (unsigned i = 0; i < NESTING - 1; i++)
        strcat(other, "{{end}}");
    assert_null(read_two(other, "{{n}}", why, sizeof why));
    text[0] = '\0';
    for (unsigned i = 0; i < NESTING + 1; i++)
        strcat(text, "{{if l}}");
    for (unsigned i = 0; i < NESTING + 1; i++)
        strcat(text, "{{end}}");
    assert_null(read_two(text, NULL, why, sizeof why));
    assert_string_equal(why, "templates/a.html:1: too many blocks within each other");
}

/* ---- refusals ---- */

static void test_refusals(void **state)
{
    static const struct {
        const char *template;
        unsigned line;
    } rows[] = {
        /* tags */
        {"{{}}", 1}, {"{{ }}", 1}, {"\n{{a", 2}, {"{{a\n}}", 1}, {"{{A}}", 1}, {"{{a-b}}", 1}, {"{{1}}", 1}, {"{{a.}}", 1},
        {"{{.a}}", 1}, {"{{a..b}}", 1},
        {"{{a.b.c.d.e}}", 1}, {"{{a b}}", 1}, {"{{a|none}}", 1}, {"{{a|}}", 1}, {"{{|time}}", 1}, {"{{a|time|date}}", 1},
        {"{{foo bar}}", 1}, {"{{a }}}", 0},
        {"{{a b c d e f}}", 1}, {"{{{a}}}", 1},
        /* blocks */
        {"\n\n{{if a}}", 3}, {"{{if a}}\n{{if b}}\n{{end}}", 1}, {"{{each a}}", 1}, {"{{end}}", 1}, {"{{else}}", 1},
        {"{{elif a}}", 1},
        {"{{if a}}{{else}}{{else}}{{end}}", 1}, {"{{if a}}{{else}}{{elif b}}{{end}}", 1}, {"{{each a}}{{elif b}}{{end}}", 1},
        {"{{if}}{{end}}", 1},
        {"{{if not}}{{end}}", 1}, {"{{if a is}}{{end}}", 1}, {"{{if a b}}{{end}}", 1}, {"{{if a or b}}{{end}}", 1},
        {"{{if a|time}}{{end}}", 1},
        {"{{each}}{{end}}", 1}, {"{{each a|time}}{{end}}", 1}, {"{{each a b}}{{end}}", 1}, {"{{if a}}{{end x}}", 1},
        {"{{if a}}{{else x}}{{end}}", 1},
        /* words and templates */
        {"{{say}}", 1}, {"\n{{say there_are_no_such_words}}", 2}, {"{{say home a}}", 1}, {"{{say board_last}}", 1},
        {"{{say board_last a b}}", 1},
        {"{{say board_last a|none}}", 1}, {"{{use}}", 1}, {"{{use none}}", 1}, {"{{use a b}}", 1},
        {"<p title=\"{{use b}}\"></p>", 1},
        {"<title>{{use b}}</title>", 1}, {"<p {{use b}}></p>", 1},
        /* values where none may stand */
        {"<{{a}}>", 1}, {"<p{{a}}></p>", 1}, {"<p {{a}}></p>", 1}, {"<p {{a}}=\"x\"></p>", 1}, {"<p class={{a}}></p>", 1},
        {"<p class='{{a}}'></p>", 1},
        {"<p data-{{a}}=\"\"></p>", 1}, {"</{{a}}>", 1}, {"<p></p{{a}}>", 1}, {"<!-- {{a}} -->", 1}, {"<!{{a}}>", 1},
        {"<script>{{a}}</script>", 1},
        {"<script src=\"/x\">{{a}}</script>", 1}, {"<style>{{a}}</style>", 1}, {"<p style=\"{{a}}\"></p>", 1},
        {"<p onclick=\"{{a}}\"></p>", 1},
        {"<p OnClick=\"{{a}}\"></p>", 1}, {"<img srcset=\"{{a}} 2x\">", 1}, {"<iframe srcdoc=\"{{a}}\"></iframe>", 1},
        {"<p {{say home}}></p>", 1},
        {"<a href=\"{{say home}}\"></a>", 1}, {"<a href=\"{{a|key}}\"></a>", 1}, {"<a href=\"/{{a}}\"></a>", 1},
        {"<a href=\"//{{a}}\"></a>", 1},
        {"<a href=\"javascript:{{a}}\"></a>", 1}, {"<a href=\"x{{a}}\"></a>", 1}, {"<a href=\" {{a}}\"></a>", 1},
        {"<a href=\"/\\{{a}}\"></a>", 1},
        {"<a href=\"https:{{a}}\"></a>", 1}, {"<a href=\"{{if x}}/{{else}}/x/{{end}}{{a}}\"></a>", 1},
        {"<a href=\"{{if x}}/x{{end}}{{a}}\"></a>", 1},
        {"<a {{if x}}href=\"{{else}}title=\"{{end}}{{a}}\"></a>", 1},
        /* HTML that is read otherwise than it looks */
        {"<script>x()</script>", 1}, {"<script></script>", 1}, {"<script src=\"/x\">x()</script>", 1},
        {"<script {{if a}}src=\"/x\"{{end}}></script>", 1},
        {"<style>p{}</style>", 1}, {"<p style=\"\"></p>", 1}, {"<p onclick=\"\"></p>", 1}, {"<p onfoo></p>", 1},
        {"<p class=x></p>", 1},
        {"<p class='x'></p>", 1}, {"<p class = \"x\"></p>", 1}, {"<p class=\"x\"id=\"y\"></p>", 1}, {"<base href=\"/\">", 1},
        {"<iframe src=\"/x\"></iframe>", 1}, {"<object></object>", 1}, {"<embed>", 1},
        {"<meta http-equiv=\"refresh\" content=\"0\">", 1},
        {"<a href=\"javascript:x\"></a>", 1}, {"<a href=\"//example.org\"></a>", 1}, {"<math></math>", 1},
        {"<svg><set></set></svg>", 1},
        {"<svg><style></style></svg>", 1}, {"<svg><a xlink:href=\"/x\"></a></svg>", 1},
        {"<p>a < b</p>", 1}, {"<p>a <", 1}, {"<!-- a", 1}, {"<!doctype svg>", 1}, {"<?xml?>", 1}, {"<title>a<b></title>", 1},
        /* what is not closed */
        {"<p>\n", 2}, {"<p", 1}, {"<p class=\"", 1}, {"<p>\n</b>", 2}, {"</p>", 1}, {"<b><i></b></i>", 1}, {"<br/ >", 1},
        {"<p/>", 1}, {"<br></br>", 1},
        {"<p></p x>", 1}, {"<textarea>", 1}, {"<textarea></texta>", 1},
        /* ways that end at different places */
        {"{{if a}}<b>{{end}}</b>", 1}, {"{{if a}}<b>\n{{else}}<i>\n{{end}}", 3}, {"<p{{if a}} class=\"{{end}}\"></p>", 1},
        {"{{each a}}<li>{{end}}", 1}, {"{{if a}}<p {{else}}<p>{{end}}", 1}, {"<p {{each a}}>{{end}}</p>", 1},
        {"<p class=\"{{if a}}\">{{end}}", 1},
        {"{{each a}}<a href=\"{{else}}<a href=\"{{end}}\"></a>", 1}, {"{{if a}}</p>{{end}}", 1}, {"<{{if a}}b{{end}}>", 1},
        {"<b{{if a}}r{{end}}>", 1},
        {"<p cl{{if a}}ass=\"x\"{{end}}></p>", 1}, {"<p class={{if a}}\"x\"{{end}}></p>", 1},
    };
    char why[256], prefix[40];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct templates *templates = read_two(rows[i].template, NULL, why, sizeof why);
        if (rows[i].line == 0) { /* readable after all */
            assert_non_null(templates);
            templates_free(templates);
            continue;
        }
        if (templates)
            fail_msg("%s is taken", rows[i].template);
        snprintf(prefix, sizeof prefix, "templates/a.html:%u: ", rows[i].line);
        if (strncmp(why, prefix, strlen(prefix)) != 0 || strlen(why) < strlen(prefix) + 5)
            fail_msg("%s: %s, not %s", rows[i].template, why, prefix);
    }
}

/* ---- hostile texts ---- */

static const struct text hostile[] = {
    TEXT_INIT("<script>alert(1)</script>"), TEXT_INIT("\"><img src=x onerror=alert(1)>"), TEXT_INIT("' onmouseover='alert(1)"),
    TEXT_INIT("</title></textarea></option><svg onload=alert(1)>"), TEXT_INIT("javascript:alert(1)"),
    TEXT_INIT("\x01javascript:alert(1)"),
    TEXT_INIT("//example.org"), TEXT_INIT("\\\\example.org"), TEXT_INIT("&quot;&lt;&#60;"), TEXT_INIT("{{html}}"),
    TEXT_INIT("-->"), TEXT_INIT("]]>"),
    TEXT_INIT("\xc0\xbcscript>"), TEXT_INIT("\xff\"\xfe<"), TEXT_INIT("\xe4\xb8\"<"), TEXT_INIT("\xf0\x9f\x98<\""),
    TEXT_INIT("\xed\xa0\x80<"), TEXT_INIT("a\0b<"),
    TEXT_INIT("\xe2\x80\xae<\""), TEXT_INIT("\xd7\x90<\""), TEXT_INIT("+ADw-script+AD4-"), TEXT_INIT("`onload=1`"),
    TEXT_INIT("\x0c\x1b\x7f\xc2\x85<"),
};

/* In the part that came of the text there is no byte that could leave its place, and no control. */
static void check_hostile(struct text got, struct text before, struct text after, const char *forbidden, struct text text)
{
    assert_true(got.len >= before.len + after.len);
    assert_memory_equal(got.at, before.at, before.len);
    assert_memory_equal(got.at + got.len - after.len, after.at, after.len);
    for (size_t i = before.len; i < got.len - after.len; i++) {
        unsigned char c = (unsigned char)got.at[i];
        if (strchr(forbidden, c) || (c < 0x20 && c != '\n') || c == 0x7f)
            fail_msg("%.*s leaves its place: %.*s", (int)text.len, text.at, (int)got.len, got.at);
    }
    assert_true(wire_utf8(got.at, got.len, NULL));
}

/* Without the <bdi> around it, which is ours. */
static struct text without_isolate(struct text got, struct text before, struct text after, struct arena *arena)
{
    struct text bdi = TEXT("<bdi>"), end = TEXT("</bdi>");

    if (got.len < before.len + bdi.len + end.len + after.len || memcmp(got.at + before.len, bdi.at, bdi.len) != 0)
        return got;
    assert_memory_equal(got.at + got.len - after.len - end.len, end.at, end.len);
    size_t inside = got.len - before.len - after.len - bdi.len - end.len;
    const char *at = got.at + before.len + bdi.len;
    return arena_format(arena, "%.*s%.*s%.*s", (int)before.len, before.at, (int)inside, at, (int)after.len, after.at);
}

static void test_hostile_texts(void **state)
{
    static const struct {
        const char *before, *after, *forbidden;
    } places[] = {
        {"<p>", "</p>", "<>"}, {"<title>", "</title>", "<>"}, {"<textarea>", "</textarea>", "<>"},
        {"<option>", "</option>", "<>"},
        {"<p title=\"", "\"></p>", "<>\""}, {"<p class=\"x ", "\"></p>", "<>\""}, {"<a href=\"/x/", "\"></a>", "<>\"'&:/\\?#@ ="},
        {"<a href=\"https://example.org/", "\"></a>", "<>\"'&:/\\?#@ ="}, {"<a href=\"mailto:", "\"></a>", "<>\"'&:/\\?#@ ="},
        {"<form action=\"?q=", "\"></form>", "<>\"'&:/\\?#@ ="},
    };

    for (size_t i = 0; i < COUNT(places); i++)
        for (size_t k = 0; k < COUNT(hostile); k++) {
            struct object *o = object_new(*state);
            struct text before = text_of(places[i].before), after = text_of(places[i].after);
            char template[128];
            object_text(o, "v", hostile[k]);
            snprintf(template, sizeof template, "%s{{v}}%s", places[i].before, places[i].after);
            struct text got = render_two(template, NULL, o, &chinese, *state);
            check_hostile(without_isolate(got, before, after, *state), before, after, places[i].forbidden, hostile[k]);
        }
}

static void test_hostile_addresses(void **state)
{
    for (size_t k = 0; k < COUNT(hostile); k++) {
        struct object *o = object_new(*state);
        object_url(o, "url", hostile[k]);
        object_text(o, "text", hostile[k]);
        expect_from("<a href=\"{{url}}\"></a><a href=\"{{text}}\"></a>", o, &chinese, *state,
                    "<a href=\"#\"></a><a href=\"#\"></a>");
    }
}

/* Controls and what is no UTF-8 become U+FFFD; texts that turn the direction are kept to themselves. */
static void test_characters(void **state)
{
    static const struct {
        struct text text;
        const char *in_text, *in_attribute;
    } rows[] = {
        {TEXT_INIT("a\tb\nc"), "a\tb\nc", "a\tb\nc"},
        {TEXT_INIT("a\r\nb\rc"), "a\nb\nc", "a\nb\nc"},
        {TEXT_INIT("\x01\x1f\x7f\xc2\x80\xc2\x9f\xc2\xa0"),
         "\ufffd\ufffd\ufffd\ufffd\ufffd\u00a0", "\ufffd\ufffd\ufffd\ufffd\ufffd\u00a0"},
        {TEXT_INIT("a\0b"), "a\ufffdb", "a\ufffdb"},
        {TEXT_INIT("\xe5\x85\x9a\xe5\x85"), "党\ufffd\ufffd", "党\ufffd\ufffd"},
        {TEXT_INIT("\xc0\x80\xf5\x80"), "\ufffd\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd\ufffd"},
        {TEXT_INIT("\xe0\x80\x80\xed\xa0\x80"), "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"},
        {TEXT_INIT("\xf0\x9f\x98\x80\xf4\x90\x80\x80"), "😀\ufffd\ufffd\ufffd\ufffd", "😀\ufffd\ufffd\ufffd\ufffd"},
        {TEXT_INIT("党é—ñ"), "党é—ñ", "党é—ñ"},
        {TEXT_INIT("שלום"), "<bdi>שלום</bdi>", "שלום"},
        {TEXT_INIT("a<שb"), "<bdi>a&lt;שb</bdi>", "a&lt;שb"},
        {TEXT_INIT("a\u202eb"), "<bdi>a\u202eb</bdi>", "a\u202eb"},
        {TEXT_INIT("a\u2067b\u2066c"), "<bdi>a\u2067b\u2066c\u2069\u2069</bdi>", "a\u2067b\u2066c\u2069\u2069"},
        {TEXT_INIT("a\u2069b"), "ab", "ab"},
        {TEXT_INIT("\u2067a\u2069\u2069b"), "<bdi>\u2067a\u2069b</bdi>", "\u2067a\u2069b"},
        {TEXT_INIT("𐤀"), "<bdi>𐤀</bdi>", "𐤀"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct object *o = object_new(*state);
        char expected[200];
        object_text(o, "v", rows[i].text);
        snprintf(expected, sizeof expected, "<p title=\"%s\">%s</p>", rows[i].in_attribute, rows[i].in_text);
        expect_from("<p title=\"{{v}}\">{{v}}</p>", o, &chinese, *state, expected);
    }
}

/* ---- memory ---- */

static void test_growing(void **state)
{
    struct arena *arena = *state;
    struct object *o = object_new(arena);
    size_t len = 300000;
    char *at = arena_alloc(arena, len);
    char why[256];
    struct templates *templates = read_two("<p>{{v}}{{v}}</p>", NULL, why, sizeof why);

    assert_non_null(at);
    assert_non_null(templates);
    memset(at, '&', len);
    object_text(o, "v", (struct text){at, len});
    for (unsigned again = 0; again < 3; again++) {
        struct arena *own = arena_new(16 << 20), *small = arena_new(1 << 20);
        assert_int_equal(templates_render(templates, 0, o, &chinese, own).text.len, 7 + 2 * len * 5);
        assert_null(templates_render(templates, 0, o, &chinese, small).text.at);
        arena_free(own);
        arena_free(small);
    }
    templates_free(templates);
}

static void test_nothing(void **state)
{
    struct text got = render_two("", NULL, NULL, &chinese, *state);

    assert_non_null(got.at);
    assert_int_equal(got.len, 0);
    expect_from("{{a}}{{each b}}{{end}}{{if c}}x{{end}}", NULL, &chinese, *state, "");
}

/* ---- threads ---- */

struct worker {
    pthread_t thread;
    const struct templates *templates;
    struct text zone;
    struct text expected;
    unsigned wrong;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct board_record board = {.name = TEXT("党"), .last_time = MOMENT};
    struct reader reader = {.lang = LANG_ZH, .zone = worker->zone};

    for (unsigned i = 0; i < 200; i++) {
        struct arena *arena = arena_new(1 << 20);
        struct object *o = object_new(arena);
        object_record(o, "board", &shape_board_record, &board);
        worker->wrong += !text_equal(templates_render(worker->templates, 0, o, &reader, arena).text, worker->expected);
        arena_free(arena);
    }
    return NULL;
}

/* One set serves all threads, each with values and a zone of its own. */
static void test_threads(void **state)
{
    struct worker workers[] = {
        {.zone = TEXT("Pacific/Auckland"), .expected = TEXT("党 2026-11-25 15:03")},
        {.zone = TEXT("Asia/Shanghai"), .expected = TEXT("党 2026-11-25 10:03")},
        {.zone = TEXT("Pacific/Auckland"), .expected = TEXT("党 2026-11-25 15:03")},
        {.zone = TEXT("America/Lima"), .expected = TEXT("党 2026-11-24 21:03")},
    };
    char why[256];
    struct templates *templates = read_two("<title>{{board.name}} {{board.last_time|time}}</title>", NULL, why, sizeof why);

    assert_non_null(templates);
    for (size_t i = 0; i < COUNT(workers); i++) {
        workers[i].expected = arena_format(*state, "<title>%s</title>", workers[i].expected.at);
        workers[i].templates = templates;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < COUNT(workers); i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        assert_int_equal(workers[i].wrong, 0);
    }
    templates_free(templates);
}

/* ---- the program's own ---- */

static void test_the_programs_own(void **state)
{
    char why[256];
    struct templates *templates = templates_load(why, sizeof why);

    (void)state;
    if (!templates)
        fail_msg("%s", why);
    templates_free(templates);
}

/* Every template with nothing to show: nothing breaks, and in both languages something comes of most. */
static void test_all_with_nothing(void **state)
{
    char why[256];
    struct templates *templates = templates_load(why, sizeof why);
    unsigned written = 0;

    assert_non_null(templates);
    for (unsigned i = 0; i < TEMPLATES; i++) {
        struct html zh = template_render(templates, (enum template)i, NULL, &chinese, *state);
        struct html en = template_render(templates, (enum template)i, NULL, &english, *state);
        assert_true(zh.text.at && en.text.at);
        written += zh.text.len && en.text.len;
    }
    assert_true(written > TEMPLATES / 2);
    templates_free(templates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),          cmocka_unit_test(test_names),      cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_lines),           cmocka_unit_test(test_comments),   cmocka_unit_test(test_first_line_end),
        cmocka_unit_test(test_words),           cmocka_unit_test(test_filters),    cmocka_unit_test(test_clock),
        cmocka_unit_test(test_records),         cmocka_unit_test(test_items),      cmocka_unit_test(test_all_fields),
        cmocka_unit_test(test_use),             cmocka_unit_test(test_nesting),    cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_hostile_texts),   cmocka_unit_test(test_hostile_addresses), cmocka_unit_test(test_characters),
        cmocka_unit_test(test_growing),         cmocka_unit_test(test_nothing),    cmocka_unit_test(test_threads),
        cmocka_unit_test(test_the_programs_own), cmocka_unit_test(test_all_with_nothing),
    };
    return cmocka_run_group_tests_name("template", tests, open_arena, close_arena);
}
