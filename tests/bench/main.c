/* bench-load WHAT [NAME=VALUE...]: see bench.h and tests/bench/run. */
#include "tests/bench/bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int options;
static char **option_list;

static const struct row {
    const char *name;
    void (*run)(void);
} rows[] = {
    {"posts", bench_posts}, {"reads", bench_reads}, {"fanout", bench_fanout},
    {"irc", bench_irc},     {"idle", bench_idle},   {"plain", bench_plain},
};

void bench_die(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fputs("bench-load: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

const char *bench_option_text(const char *name, const char *otherwise)
{
    size_t len = strlen(name);

    for (int i = 0; i < options; i++)
        if (strncmp(option_list[i], name, len) == 0 && option_list[i][len] == '=')
            return option_list[i] + len + 1;
    return otherwise;
}

uint64_t bench_option(const char *name, uint64_t otherwise)
{
    const char *text = bench_option_text(name, NULL);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
    options = argc > 2 ? argc - 2 : 0;
    option_list = argv + 2;
    for (size_t i = 0; argc > 1 && i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(argv[1], rows[i].name) == 0) {
            rows[i].run();
            return 0;
        }
    fprintf(stderr, "bench-load posts|reads|fanout|irc|idle|plain [name=value...]\n");
    return 2;
}
