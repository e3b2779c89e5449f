/* Every way a request can end (status.def), and the words for it. Pure; any thread. */
#ifndef LUNTAN_PROTOCOL_STATUS_H
#define LUNTAN_PROTOCOL_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/text.h"

enum status {
#define STATUS(number, NAME, name, retryable, zh, en) STATUS_##NAME = number,
#include "protocol/status.def"
#undef STATUS
};

#define MUST_USE __attribute__((warn_unused_result))

/* The status with this number; STATUS_INTERNAL where there is none. */
enum status status_of(uint64_t number);

/* Its name on the wire and in logs. */
struct text status_name(enum status status);

/* What it says to a person; `english` picks the language. */
struct text status_words(enum status status, bool english);

/* Whether the same request may succeed later. */
bool status_retryable(enum status status);

#endif
