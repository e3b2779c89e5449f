/* The file of boards: the twelve that come along, and what is said of a wrong one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "server/boards_file.h"
#include "tests/unit/temporary.h"

enum { ARENA = 8 * 1024 * 1024 };

static const struct board_record *find(const struct boards_file *file, const char *slug)
{
    for (size_t i = 0; i < file->count; i++)
        if (text_equal(file->boards[i].slug, text_of(slug)))
            return &file->boards[i];
    return NULL;
}

static void the_program_brings_twelve(void **state)
{
    static const char *const slugs[] = {
        "news", "organization", "cadres", "talent", "pioneers", "essays", "research", "reflections", "migrants",
        "suggestions", "guestbook", "station",
    };
    static struct boards_file file;
    struct complaint complaint;
    struct arena *arena = arena_new(ARENA);

    (void)state;
    assert_true(boards_file_read("", arena, true, &file, &complaint));
    assert_int_equal(file.count, sizeof slugs / sizeof *slugs);
    for (size_t i = 0; i < file.count; i++) {
        assert_true(text_equal(file.boards[i].slug, text_of(slugs[i])));
        assert_int_equal(file.boards[i].position, i + 1);
        assert_true(file.boards[i].name_en.len && file.boards[i].about.len && file.boards[i].about_en.len);
    }
    assert_int_equal(find(&file, "news")->kind, BOARD_KIND_COLUMN);
    assert_int_equal(find(&file, "news")->start, ROLE_MODERATOR);
    assert_int_equal(find(&file, "essays")->start, ROLE_MEMBER);
    assert_int_equal(find(&file, "migrants")->start, ROLE_CITIZEN);
    assert_true(find(&file, "guestbook")->hold);
    assert_true(find(&file, "station")->closed);
    assert_false(find(&file, "station")->feed);
    assert_true(find(&file, "essays")->feed);
    arena_free(arena);
}

#define WHOLE "[a]\nname = 甲\nkind = forum\nread = visitor\nstart = member\nreply = member\n"

static void what_is_wrong_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", "boards: it holds no board at all"},
        {"name = x\n", "boards:1: name: no [board] stands before this line"},
        {"[A]\n", "boards:1: A: a board's slug"},
        {"[12]\n", "boards:1: 12: a board's slug"},
        {"[a\n", "boards:1: this line is neither"},
        {"[]\n", "boards:1: this line is neither"},
        {WHOLE "[a]\n", "boards:7: board a stands further up already"},
        {"[a]\nname = 甲\n[b]\n", "boards:1: board a lacks kind"},
        {WHOLE "[b]\nname = x\n", "boards:7: board b lacks kind"},
        {WHOLE "hold = maybe\n", "boards:7: hold: must be yes or no, not \"maybe\""},
        {WHOLE "id = 7\n", "boards:7: id: there is no such key"},
        {WHOLE "colour = red\n", "boards:7: colour: there is no such key"},
        {WHOLE "name = 乙\n", "boards:7: name: this key was set on line 2 already"},
        {"[a]\nkind = club\n", "boards:2: kind: must be one of forum, column, guestbook, station, not \"club\""},
        {"[a]\nread = boss\n", "boards:2: read: must be one of visitor, citizen, member"},
        {"[a]\nname =\n", "boards:2: name: its value must not be empty"},
        {"[a]\nname = \x01\n", "boards:2: name: its value must be one line"},
    };
    static struct boards_file file;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct temporary directory;
        struct complaint complaint;
        struct arena *arena = arena_new(ARENA);
        char path[128];
        temporary_make(&directory);
        snprintf(path, sizeof path, "%s/boards", directory.path);
        FILE *out = fopen(path, "w");
        assert_non_null(out);
        assert_true(fputs(cases[i].text, out) >= 0);
        assert_int_equal(fclose(out), 0);
        assert_false(boards_file_read(path, arena, true, &file, &complaint));
        if (!strstr(complaint.text, cases[i].want))
            fail_msg("said: %s; wanted: %s", complaint.text, cases[i].want);
        arena_free(arena);
        temporary_remove(&directory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_program_brings_twelve),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
