/*
 * spec: prints what is generated from the tables of the wire. See spec.h.
 *
 *     spec reference | cddl | keys | json | samples
 *     spec check FILE
 */
#include <string.h>

#include "protocol/spec/spec.h"

struct verb {
    const char *name;
    int (*run)(void);
};

static const struct verb verbs[] = {
    {"reference", spec_reference}, {"cddl", spec_cddl},       {"keys", spec_keys},
    {"json", spec_json},           {"samples", spec_samples},
};

static int usage(void)
{
    fputs("usage: spec reference|cddl|keys|json|samples\n       spec check FILE\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    int result = -1;

    if (argc == 3 && strcmp(argv[1], "check") == 0)
        return spec_check(argv[2]);
    if (argc != 2)
        return usage();
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].name, argv[1]) == 0)
            result = verbs[i].run();
    if (result < 0)
        return usage();
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("spec");
        return 1;
    }
    return result;
}
