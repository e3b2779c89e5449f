/*
 * luntan: the terminal client and administration tool.
 *
 * With a verb it does one thing and ends: 0 done, 1 refused, 2 called wrongly. Without one, at a terminal, it opens
 * the full-screen interface.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "terminal/screen.h"
#include "terminal/terminal.h"

/* UTF-8 whatever the environment says: everything the forum holds is UTF-8. */
static void set_locale(void)
{
    if (!setlocale(LC_CTYPE, "") || MB_CUR_MAX < 4)
        setlocale(LC_CTYPE, "C.UTF-8");
}

static enum outcome run(struct terminal *t, const struct arguments *a)
{
    if (a->option[OPTION_VERSION]) {
        puts("luntan " LUNTAN_VERSION);
        return OUTCOME_DONE;
    }
    if (a->option[OPTION_HELP] && a->verb) {
        arguments_usage(stdout, t->english, a->verb);
        return OUTCOME_DONE;
    }
    if (a->option[OPTION_HELP]) {
        arguments_help(stdout, t->english);
        return OUTCOME_DONE;
    }
    if (a->verb)
        return a->verb->run(t, a);
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        return screen_run(t);
    arguments_help(stderr, t->english);
    return OUTCOME_USAGE;
}

int main(int argc, char **argv)
{
    struct arguments arguments;
    struct terminal terminal = {.forum = NULL};
    enum saying wrong = SAY_BAD_VALUE, unset;
    struct text word = {NULL, 0}, unset_word;
    bool good;
    int outcome = OUTCOME_USAGE;

    set_locale();
    good = arguments_read(argc, argv, &arguments, &wrong, &word);
    if (!terminal_set_up(&terminal, &arguments, &unset, &unset_word) && good) {
        good = false;
        wrong = unset;
        word = unset_word;
    }
    if (good)
        outcome = (int)run(&terminal, &arguments);
    else
        say(stderr, terminal.english, wrong, SAID_TEXT(word.at ? word : TEXT("")));
    if (!good && arguments.verb)
        arguments_usage(stderr, terminal.english, arguments.verb);
    if (fflush(stdout) != 0 && outcome == OUTCOME_DONE)
        outcome = (int)OUTCOME_REFUSED;
    terminal_close(&terminal);
    return outcome;
}
