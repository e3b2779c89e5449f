/*
 * Replays a fuzz target's corpus as a plain test: every file of the directory named goes through
 * LLVMFuzzerTestOneInput once. A target crashes or aborts where something is wrong; coming to the end is
 * the success. One TAP line for each directory.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATH = 4096 };

/* Gives the file's bytes, in memory exactly as large as they are, so that reading past them is noticed. */
static bool replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    bool done = false;
    long size;

    if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET))
        goto out;
    bytes = malloc(size ? (size_t)size : 1);
    if (!bytes || fread(bytes, 1, (size_t)size, file) != (size_t)size)
        goto out;
    fprintf(stderr, "%s\n", path); /* the last one named is the one that failed */
    LLVMFuzzerTestOneInput(bytes, (size_t)size);
    done = true;
out:
    free(bytes);
    if (file)
        fclose(file);
    return done;
}

/* The number of inputs; 0 where there are none or one could not be read. */
static unsigned replay_directory(const char *path)
{
    DIR *directory = opendir(path);
    unsigned inputs = 0;
    struct dirent *entry;
    char file[PATH];

    if (!directory)
        return 0;
    while ((entry = readdir(directory))) {
        if (entry->d_name[0] == '.')
            continue;
        int len = snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        if (len < 0 || len >= PATH || !replay_file(file)) {
            inputs = 0;
            break;
        }
        inputs++;
    }
    closedir(directory);
    return inputs;
}

int main(int argc, char **argv)
{
    int failed = 0;

    printf("1..%d\n", argc - 1);
    for (int i = 1; i < argc; i++) {
        unsigned inputs = replay_directory(argv[i]);
        printf("%sok %d - %u inputs of %s\n", inputs ? "" : "not ", i, inputs, argv[i]);
        failed |= !inputs;
    }
    return failed;
}
