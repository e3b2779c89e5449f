/*
 * The file of boards (etc/boards): what a new installation starts with.
 *
 *     [essays]
 *     name = 学习论文
 *     kind = forum
 *     ...
 *
 * Sections are slugs, in the order of the list; keys are fields of the record `board` in types.def, whose
 * limits hold here too. The program brings a copy of etc/boards along. Read once, on main, at first start.
 */
#ifndef LUNTAN_SERVER_BOARDS_FILE_H
#define LUNTAN_SERVER_BOARDS_FILE_H

#include "protocol/messages.h"
#include "server/tell.h"
#include "server/util/arena.h"

enum { BOARDS_FILE_MAX = 200 };

struct boards_file {
    struct board_record boards[BOARDS_FILE_MAX]; /* texts in the arena or the program */
    size_t count;
};

/*
 * Reads the boards of the file, or of the program's own copy where `path` is empty. False, with a complaint
 * that names file, line, key and what was wrong.
 */
MUST_USE bool boards_file_read(const char *path, struct arena *arena, bool english, struct boards_file *out,
                               struct complaint *complaint);

#endif
