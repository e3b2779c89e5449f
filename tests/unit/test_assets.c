/* The web face's files: addresses tell bytes, each comes in the coding that the browser takes, and says whether it may be kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>

#include "server/web/assets.h"

/* An exchange as far as files need one. */
struct exchange {
    struct http_request request;
    struct text accept;
    unsigned answers;
    struct http_answer answer;
    char control[64];
};

const struct http_request *exchange_request(const struct exchange *x)
{
    return &x->request;
}

struct text exchange_field(const struct exchange *x, struct text name)
{
    return text_equal(name, TEXT("accept-encoding")) ? x->accept : (struct text){NULL, 0};
}

void exchange_answer(struct exchange *x, const struct http_answer *answer)
{
    x->answers++;
    x->answer = *answer;
    for (uint32_t i = 0; i < answer->field_count; i++)
        if (text_equal(answer->fields[i].name, TEXT("Cache-Control")))
            (void)snprintf(x->control, sizeof x->control, "%.*s", (int)answer->fields[i].value.len, answer->fields[i].value.at);
    x->answer.fields = NULL;
}

static struct exchange asked(const struct assets *assets, struct text path, struct text accept)
{
    struct exchange x = {.request = {.path = path}, .accept = accept};

    assert_true(assets_answer(assets, &x));
    assert_int_equal(x.answers, 1);
    return x;
}

static int open_assets(void **state)
{
    if (sodium_init() < 0)
        return -1;
    *state = assets_new();
    return *state ? 0 : -1;
}

static int close_assets(void **state)
{
    assets_free(*state);
    return 0;
}

static void addresses_tell_the_bytes(void **state)
{
    struct text style = assets_path(*state, ASSET_STYLE), script = assets_path(*state, ASSET_SCRIPT);

    assert_memory_equal(style.at, "/static/", 8);
    assert_string_equal(style.at + 20, "/style.css");
    assert_string_equal(script.at + 20, "/luntan.js");
    assert_memory_not_equal(style.at + 8, script.at + 8, 12);
    assert_string_equal(assets_path(*state, ASSET_FAVICON).at, "/favicon.ico");
    assert_string_equal(assets_path(*state, ASSET_MANIFEST).at, "/manifest.webmanifest");
}

static void each_coding_has_its_own_bytes_and_tag(void **state)
{
    struct text path = assets_path(*state, ASSET_SCRIPT);
    struct exchange plain = asked(*state, path, (struct text){NULL, 0});
    struct exchange gzip = asked(*state, path, TEXT("gzip"));
    struct exchange brotli = asked(*state, path, TEXT("gzip, deflate, br"));

    assert_int_equal(plain.answer.status, 200);
    assert_null(plain.answer.encoding.at);
    assert_true(plain.answer.ranges);
    assert_true(text_equal(gzip.answer.encoding, TEXT("gzip")));
    assert_true(text_equal(brotli.answer.encoding, TEXT("br")));
    assert_true(brotli.answer.body.len < gzip.answer.body.len && gzip.answer.body.len < plain.answer.body.len);
    assert_false(text_equal(plain.answer.etag, gzip.answer.etag));
    assert_false(text_equal(gzip.answer.etag, brotli.answer.etag));
    assert_string_equal(plain.control, "public, max-age=31536000, immutable");
}

static void a_page_s_files_fit_a_slow_link(void **state)
{
    size_t bytes = 0;

    for (enum asset asset = ASSET_STYLE; asset <= ASSET_SCRIPT; asset++)
        bytes += asked(*state, assets_path(*state, asset), TEXT("gzip")).answer.body.len;
    assert_true(bytes < 24 * 1024);
}

static void an_older_address_gets_the_file_but_not_to_keep(void **state)
{
    struct exchange x = asked(*state, TEXT("/static/000000000000/style.css"), (struct text){NULL, 0});

    assert_int_equal(x.answer.status, 200);
    assert_true(text_equal(x.answer.type, TEXT("text/css; charset=utf-8")));
    assert_string_equal(x.control, "no-cache");
}

static void icons_stand_where_browsers_look(void **state)
{
    static const struct {
        struct text path, type;
    } icons[] = {
        {TEXT_INIT("/favicon.ico"), TEXT_INIT("image/x-icon")},
        {TEXT_INIT("/icon.svg"), TEXT_INIT("image/svg+xml")},
        {TEXT_INIT("/apple-touch-icon.png"), TEXT_INIT("image/png")},
        {TEXT_INIT("/icon-512.png"), TEXT_INIT("image/png")},
        {TEXT_INIT("/manifest.webmanifest"), TEXT_INIT("application/manifest+json")},
    };

    for (size_t i = 0; i < sizeof icons / sizeof *icons; i++) {
        struct exchange x = asked(*state, icons[i].path, TEXT("br"));
        assert_int_equal(x.answer.status, 200);
        assert_true(text_equal(x.answer.type, icons[i].type));
        assert_true(x.answer.body.len > 0);
        assert_string_equal(x.control, "public, max-age=86400");
    }
}

static void other_paths_are_left_to_others(void **state)
{
    static const char *const paths[] = {"/", "/t/12", "/static", "/icon.svg/", "/b/style.css", "/luntan.js"};

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct exchange x = {.request = {.path = text_of(paths[i])}};
        assert_false(assets_answer(*state, &x));
        assert_int_equal(x.answers, 0);
    }
}

static void strange_names_below_are_not_there(void **state)
{
    static const char *const paths[] = {"/static/", "/static/style.css", "/static/000000000000/none.css", "/static/../main.c",
                                        "/static/00000000/a/b/style.css/", "/static//", "/static/0000000000000/style.css"};

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_int_equal(asked(*state, text_of(paths[i]), (struct text){NULL, 0}).answer.status, 404);
}

static void a_file_takes_no_post(void **state)
{
    struct exchange x = {.request = {.method = METHOD_POST, .path = assets_path(*state, ASSET_STYLE)}};

    assert_true(assets_answer(*state, &x));
    assert_int_equal(x.answer.status, 405);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_tell_the_bytes),
        cmocka_unit_test(each_coding_has_its_own_bytes_and_tag),
        cmocka_unit_test(a_page_s_files_fit_a_slow_link),
        cmocka_unit_test(an_older_address_gets_the_file_but_not_to_keep),
        cmocka_unit_test(icons_stand_where_browsers_look),
        cmocka_unit_test(other_paths_are_left_to_others),
        cmocka_unit_test(strange_names_below_are_not_there),
        cmocka_unit_test(a_file_takes_no_post),
    };

    return cmocka_run_group_tests(tests, open_assets, close_assets);
}
