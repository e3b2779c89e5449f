/* See bench.h: clocks, latencies, CPU time. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { STEP_NS = 5000, STEPS = 400000 };

uint64_t bench_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void latencies_begin(struct latencies *l)
{
    *l = (struct latencies){.counts = calloc(STEPS, sizeof *l->counts)};
    if (!l->counts)
        bench_die("no memory");
}

void latencies_add(struct latencies *l, uint64_t ns)
{
    uint64_t step = ns / STEP_NS;
    l->counts[step < STEPS ? step : STEPS - 1]++;
    l->total++;
}

double latencies_at(const struct latencies *l, double part)
{
    uint64_t want = (uint64_t)((double)l->total * part), seen = 0;

    for (uint32_t step = 0; step < STEPS; step++) {
        seen += l->counts[step];
        if (seen > want || seen == l->total)
            return (step + 1) * (double)STEP_NS / 1e6;
    }
    return 0;
}

void latencies_end(struct latencies *l)
{
    free(l->counts);
    l->counts = NULL;
}

double bench_cpu(long pid)
{
    char path[64], line[1024];
    unsigned long user = 0, system = 0;
    FILE *file;

    if (!pid)
        return 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    file = fopen(path, "re");
    if (!file || !fgets(line, sizeof line, file))
        bench_die("process %ld is gone", pid);
    fclose(file);
    char *after = strrchr(line, ')'); /* the name may hold anything */
    if (!after || sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
        bench_die("%s cannot be read", path);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}
