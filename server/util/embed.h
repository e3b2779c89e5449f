/*
 * Files taken into the program by the assembler, so that it needs none beside it.
 *
 *     EMBED(schema_0001, "server/store/schema/0001_forum.sql");
 *
 * declares `schema_0001`, the bytes with a NUL after them, and `schema_0001_end`, where that NUL stands. Names are relative to the top of the
 * sources, where the compiler is run; the Makefile says which objects are made anew when such a file changes.
 */
#ifndef LUNTAN_SERVER_UTIL_EMBED_H
#define LUNTAN_SERVER_UTIL_EMBED_H

#define EMBED(symbol, file) \
    __asm__(".pushsection .rodata\n" \
            ".globl " #symbol "\n" \
            ".hidden " #symbol "\n" \
            ".globl " #symbol "_end\n" \
            ".hidden " #symbol "_end\n" \
            #symbol ":\n" \
            ".incbin \"" file "\"\n" \
            #symbol "_end:\n" \
            ".byte 0\n" \
            ".popsection\n"); \
    extern const char symbol[], symbol##_end[]

#endif
