/*
 * The schema files, embedded by the assembler so that the program needs no file beside it.
 *
 * A new one takes two lines here: EMBED, and its row. Names are relative to the top of the sources, where
 * the compiler is run.
 */
#include "server/store/engine.h"

#define EMBED(symbol, file) \
    __asm__(".pushsection .rodata\n" \
            ".globl " #symbol "\n" \
            ".hidden " #symbol "\n" \
            #symbol ":\n" \
            ".incbin \"server/store/schema/" file "\"\n" \
            ".byte 0\n" \
            ".popsection\n"); \
    extern const char symbol[]

EMBED(schema_0001, "0001_forum.sql");

const struct migration schema_migrations[] = {
    {1, schema_0001},
};
const size_t schema_migration_count = sizeof schema_migrations / sizeof *schema_migrations;
