/*
 * The structured log: one line per happening on standard error, `time level event key=value ...`.
 *
 * Any thread. Never holds addresses, secrets or people's texts: values are numbers and the program's own
 * words. Text values are quoted and escaped, so that a line is always one line.
 *
 *     log_info("listening", LOG_NUMBER("port", port), LOG_TEXT("version", text_of("1")));
 */
#ifndef LUNTAN_SERVER_UTIL_LOG_H
#define LUNTAN_SERVER_UTIL_LOG_H

#include <stdint.h>

#include "protocol/text.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

struct log_value {
    const char *key;
    struct text text; /* when `at` is not NULL */
    int64_t number;
};

#define LOG_NUMBER(name, value) ((struct log_value){(name), {NULL, 0}, (int64_t)(value)})
#define LOG_TEXT(name, value) ((struct log_value){(name), (value), 0})
#define LOG_END ((struct log_value){NULL, {NULL, 0}, 0})

/* Lines below `level` are dropped. Set once, before threads start. */
void log_set_level(enum log_level level);

/* Writes one line; `values` ends with LOG_END. */
void log_line(enum log_level level, const char *event, const struct log_value *values);

#define log_debug(event, ...) log_line(LOG_LEVEL_DEBUG, event, (const struct log_value[]){__VA_ARGS__, LOG_END})
#define log_info(event, ...) log_line(LOG_LEVEL_INFO, event, (const struct log_value[]){__VA_ARGS__, LOG_END})
#define log_warning(event, ...) log_line(LOG_LEVEL_WARNING, event, (const struct log_value[]){__VA_ARGS__, LOG_END})
#define log_error(event, ...) log_line(LOG_LEVEL_ERROR, event, (const struct log_value[]){__VA_ARGS__, LOG_END})

#endif
