/* Settings: what is taken from where, and what is said of everything that is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>

#include "server/config.h"
#include "tests/unit/temporary.h"

enum { WORDS = 12 };

/* A file of settings with this text, in a directory of its own. */
struct file {
    struct temporary directory;
    char path[128];
};

static void file_make(struct file *file, const char *text)
{
    temporary_make(&file->directory);
    snprintf(file->path, sizeof file->path, "%s/luntan.conf", file->directory.path);
    FILE *out = fopen(file->path, "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

/* Reads the settings of a command line given as words that end with NULL. */
static enum config_action read_words(struct config *config, const char *const *words, const char *lang,
                                     struct complaint *complaint)
{
    char room[WORDS][256], *argv[WORDS + 1] = {NULL};
    int argc = 0;

    for (; words[argc]; argc++) {
        assert_true(argc < WORDS);
        snprintf(room[argc], sizeof room[argc], "%s", words[argc]);
        argv[argc] = room[argc];
    }
    return config_read(config, argc, argv, lang, complaint);
}

#define READ(config, lang, complaint, ...) \
    read_words((config), (const char *const[]){"luntand", __VA_ARGS__, NULL}, (lang), (complaint))

static void defaults_are_those_of_the_table(void **state)
{
    struct config config;
    struct complaint complaint;

    (void)state;
    assert_int_equal(read_words(&config, (const char *const[]){"luntand", NULL}, NULL, &complaint), CONFIG_SERVE);
    assert_string_equal(config.data, "/var/lib/luntan");
    assert_string_equal(config.listen.address, "0.0.0.0");
    assert_int_equal(config.listen.port, 7100);
    assert_int_equal(config.totp_grace_days, 7);
    assert_true(config.rate_limits);
    assert_false(config.english);
    assert_true(text_equal(config.name, text_of("麻城党建论坛")));
    config_fini(&config);
}

static void the_command_line_comes_before_the_file(void **state)
{
    struct file file;
    struct config config;
    struct complaint complaint;

    (void)state;
    file_make(&file, "\xEF\xBB\xBF# a comment\n\n  name =  红安 # 论坛  \r\nlisten = [::1]:0\ndrain_seconds = 3\n");
    assert_int_equal(READ(&config, NULL, &complaint, "--drain-seconds=4", "--config", file.path, "--data", "d"), CONFIG_SERVE);
    assert_true(text_equal(config.name, text_of("红安 # 论坛")));
    assert_string_equal(config.listen.address, "::1");
    assert_true(config.listen.six);
    assert_int_equal(config.listen.port, 0);
    assert_int_equal(config.drain_seconds, 4);
    assert_string_equal(config.data, "d");
    config_fini(&config);
    temporary_remove(&file.directory);
}

static void a_proxy_stands_on_this_machine_only(void **state)
{
    struct config config;
    struct complaint complaint;

    (void)state;
    assert_int_equal(READ(&config, NULL, &complaint, "--proxy-listen=127.0.0.1:8080", "--url=https://f.example.cn:7100"), CONFIG_SERVE);
    assert_true(text_equal(config.url, TEXT("https://f.example.cn:7100")));
    assert_string_equal(config.proxy_listen.address.address, "127.0.0.1");
    assert_int_equal(config.proxy_listen.address.port, 8080);
    assert_string_equal(config.proxy_listen.path, "");
    assert_true(text_equal(config.proxy_field, TEXT("x-forwarded-for")));
    config_fini(&config);
    assert_int_equal(READ(&config, NULL, &complaint, "--proxy-listen=[::1]:0", "--proxy-field=x-real-ip"), CONFIG_SERVE);
    assert_true(config.proxy_listen.address.six);
    assert_true(text_equal(config.proxy_field, TEXT("x-real-ip")));
    config_fini(&config);
    assert_int_equal(READ(&config, NULL, &complaint, "--proxy-listen", "unix:/run/luntan/http"), CONFIG_SERVE);
    assert_string_equal(config.proxy_listen.path, "/run/luntan/http");
    assert_string_equal(config.proxy_listen.address.address, "");
    config_fini(&config);
    assert_int_equal(READ(&config, NULL, &complaint, "--proxy-listen="), CONFIG_SERVE);
    assert_string_equal(config.proxy_listen.path, "");
    assert_string_equal(config.proxy_listen.address.address, "");
    config_fini(&config);
}

static void actions_are_told_apart(void **state)
{
    struct config config;
    struct complaint complaint;

    (void)state;
    assert_int_equal(READ(&config, NULL, &complaint, "--help"), CONFIG_HELP);
    config_fini(&config);
    assert_int_equal(READ(&config, NULL, &complaint, "--data", "x", "--check-config"), CONFIG_CHECK);
    config_fini(&config);
    assert_int_equal(READ(&config, NULL, &complaint, "--invite", "--data=x"), CONFIG_INVITE);
    assert_string_equal(config.data, "x");
    config_fini(&config);
}

static void the_language_is_settled_before_anything_is_said(void **state)
{
    static const struct {
        const char *lang, *option;
        bool english;
    } cases[] = {
        {NULL, "auto", false}, {"en_US.UTF-8", "auto", true}, {"zh_CN.UTF-8", "auto", false},
        {"en_US.UTF-8", "zh", false}, {NULL, "en", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config config;
        struct complaint complaint;
        assert_int_equal(READ(&config, cases[i].lang, &complaint, "--loops", "x", "--lang", cases[i].option), CONFIG_REFUSED);
        assert_int_equal(config.english, cases[i].english);
        assert_int_equal(strstr(complaint.text, "must be") != NULL, cases[i].english);
        config_fini(&config);
    }
}

static void what_is_wrong_in_the_file_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"name = x\ncolour = red\n", "luntan.conf:2: colour: there is no such key"},
        {"loops = 2\n\nloops = 2\n", "luntan.conf:3: loops: this key was set on line 1 already"},
        {"# x\nloops\n", "luntan.conf:2: this line is neither"},
        {"= 3\n", "luntan.conf:1: this line is neither"},
        {"[boards]\n", "luntan.conf:1: boards: this file has no [sections]"},
        {"loops = 65\n", "luntan.conf:1: loops: must be a whole number from 0 to 64, not \"65\""},
        {"loops = -1\n", "not \"-1\""},
        {"loops = 99999999999\n", "from 0 to 64"},
        {"backups =\n", "backups: must be a whole number from 1 to 1000, not \"\""},
        {"rate_limits = yes\n", "must be on or off, not \"yes\""},
        {"log_level = loud\n", "must be one of debug, info, warning, error, not \"loud\""},
        {"listen = 7100\n", "must be ADDRESS:PORT"},
        {"proxy_listen = 0.0.0.0:80\n", "proxy_listen: must be an address of this machine"},
        {"proxy_listen = 192.0.2.1:80\n", "not \"192.0.2.1:80\""},
        {"proxy_listen = [2001:db8::1]:80\n", "must be an address of this machine"},
        {"proxy_listen = 127.0.0.1\n", "must be an address of this machine"},
        {"proxy_listen = unix:relative\n", "must be an address of this machine"},
        {"proxy_listen = unix:\n", "must be an address of this machine"},
        {"proxy_listen = unix:/12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567\n",
         "longer than 107 bytes"},
        {"proxy_field = X-Forwarded-For\n", "must be the name of a header field"},
        {"proxy_field =\n", "must be the name of a header field"},
        {"url = http://forum.example.cn\n", "url: must be https://HOST"},
        {"url = https://forum.example.cn/\n", "must be https://HOST"},
        {"url = https://\n", "must be https://HOST"},
        {"url = https://a\"b\n", "must be https://HOST"},
        {"listen = localhost:7100\n", "must be ADDRESS:PORT"},
        {"listen = ::1:7100\n", "must be ADDRESS:PORT"},
        {"listen = 0.0.0.0:65536\n", "must be ADDRESS:PORT"},
        {"name =\n", "name: its value must not be empty"},
        {"name = a\x07" "b\n", "name: its value must be one line"},
        {"data =\n", "data: its value must not be empty"},
        {"name = \xff\n", "luntan.conf: the file is not valid UTF-8"},
        {"key = k.pem\n", "key: must be set together with certificate"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct file file;
        struct config config;
        struct complaint complaint;
        file_make(&file, cases[i].text);
        assert_int_equal(READ(&config, "en", &complaint, "--config", file.path), CONFIG_REFUSED);
        if (!strstr(complaint.text, cases[i].want))
            fail_msg("said: %s; wanted: %s", complaint.text, cases[i].want);
        config_fini(&config);
        temporary_remove(&file.directory);
    }
}

static void what_is_wrong_on_the_command_line_names_the_option(void **state)
{
    static const struct {
        const char *one, *two, *want;
    } cases[] = {
        {"--colour", "red", "--colour: there is no such key"},
        {"serve", NULL, "serve: one word too many"},
        {"--data", NULL, "--data: its value is missing"},
        {"--help=x", NULL, "--help: this option takes no value"},
        {"--max-connections", "1", "--max-connections: must be a whole number from 16"},
        {"--max_connections", "16", "--max_connections: there is no such key"},
        {"--config", "/nowhere/luntan.conf", "/nowhere/luntan.conf: cannot be read: No such file"},
        {"--config", "/", "/: cannot be read: Is a directory"},
        {"--name", "\x1b[31m", "--name: its value must be one line"},
        {"--loops", "\x1b[31m", "not \"?[31m\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config config;
        struct complaint complaint;
        const char *const words[] = {"luntand", cases[i].one, cases[i].two, NULL};
        assert_int_equal(read_words(&config, words, "en", &complaint), CONFIG_REFUSED);
        if (!strstr(complaint.text, cases[i].want))
            fail_msg("said: %s; wanted: %s", complaint.text, cases[i].want);
        config_fini(&config);
    }
}

/* A name of the greatest length passes, one more character does not; characters are not bytes. */
static void a_name_is_measured_in_characters(void **state)
{
    char name[LIMIT_NAME * 3 + 4] = "";

    (void)state;
    for (int i = 0; i < LIMIT_NAME + 1; i++) {
        struct config config;
        struct complaint complaint;
        strcat(name, "党");
        enum config_action action = READ(&config, "en", &complaint, "--name", name);
        assert_int_equal(action, i < LIMIT_NAME ? CONFIG_SERVE : CONFIG_REFUSED);
        config_fini(&config);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_table),
        cmocka_unit_test(the_command_line_comes_before_the_file),
        cmocka_unit_test(a_proxy_stands_on_this_machine_only),
        cmocka_unit_test(actions_are_told_apart),
        cmocka_unit_test(the_language_is_settled_before_anything_is_said),
        cmocka_unit_test(what_is_wrong_in_the_file_is_told_with_its_line),
        cmocka_unit_test(what_is_wrong_on_the_command_line_names_the_option),
        cmocka_unit_test(a_name_is_measured_in_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
