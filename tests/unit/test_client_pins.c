/* The file of known servers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "client-lib/pins.h"
#include "tests/unit/temporary.h"

static const char one[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
static const char two[] = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";

struct scene {
    struct temporary directory;
    char path[96], found[FINGERPRINT_HEX + 1];
};

static struct scene scene;

static int begin(void **state)
{
    (void)state;
    temporary_make(&scene.directory);
    snprintf(scene.path, sizeof scene.path, "%s/pins", scene.directory.path);
    return 0;
}

static int end(void **state)
{
    (void)state;
    temporary_remove(&scene.directory);
    return 0;
}

static void write_file(const char *text)
{
    FILE *file = fopen(scene.path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void without_a_file_nobody_is_known(void **state)
{
    (void)state;
    assert_int_equal(pins_find(scene.path, "forum.example:7100", scene.found), PINS_UNKNOWN);
}

static void what_was_added_is_found(void **state)
{
    struct stat status;

    (void)state;
    assert_int_equal(pins_add(scene.path, "forum.example:7100", one), PINS_OK);
    assert_int_equal(pins_add(scene.path, "[::1]:7100", two), PINS_OK);
    assert_int_equal(pins_find(scene.path, "forum.example:7100", scene.found), PINS_OK);
    assert_string_equal(scene.found, one);
    assert_int_equal(pins_find(scene.path, "[::1]:7100", scene.found), PINS_OK);
    assert_string_equal(scene.found, two);
    assert_int_equal(pins_find(scene.path, "forum.example:710", scene.found), PINS_UNKNOWN);
    assert_int_equal(pins_find(scene.path, "example:7100", scene.found), PINS_UNKNOWN);
    assert_int_equal(stat(scene.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void comments_and_a_missing_last_newline_are_kept(void **state)
{
    (void)state;
    write_file("# the office\nforum.example:7100 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
    assert_int_equal(pins_add(scene.path, "other.example:7100", two), PINS_OK);
    assert_int_equal(pins_find(scene.path, "forum.example:7100", scene.found), PINS_OK);
    assert_int_equal(pins_find(scene.path, "other.example:7100", scene.found), PINS_OK);
    assert_string_equal(scene.found, two);
}

static void a_line_cut_short_pins_nothing(void **state)
{
    (void)state;
    write_file("forum.example:7100 00112233\nforum.example:7100\n\n");
    assert_int_equal(pins_find(scene.path, "forum.example:7100", scene.found), PINS_UNKNOWN);
}

static void what_cannot_be_read_or_written_is_told(void **state)
{
    (void)state;
    assert_int_equal(pins_find(scene.directory.path, "forum.example:7100", scene.found), PINS_FAILED);
    snprintf(scene.path, sizeof scene.path, "%s/none/pins", scene.directory.path);
    assert_int_equal(pins_add(scene.path, "forum.example:7100", one), PINS_FAILED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_file_nobody_is_known, begin, end),
        cmocka_unit_test_setup_teardown(what_was_added_is_found, begin, end),
        cmocka_unit_test_setup_teardown(comments_and_a_missing_last_newline_are_kept, begin, end),
        cmocka_unit_test_setup_teardown(a_line_cut_short_pins_nothing, begin, end),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_or_written_is_told, begin, end),
    };
    return cmocka_run_group_tests_name("client pins", tests, NULL, NULL);
}
