/* See status.h. */
#include "protocol/status.h"

struct row {
    struct text name, zh, en;
    bool retryable, known;
};

static const struct row rows[] = {
#define STATUS(number, NAME, name, retryable, zh, en) [number] = {TEXT_INIT(#name), TEXT_INIT(zh), TEXT_INIT(en), retryable, true},
#include "protocol/status.def"
#undef STATUS
};

enum { ROWS = sizeof rows / sizeof rows[0] };

enum status status_of(uint64_t number)
{
    return number < ROWS && rows[number].known ? (enum status)number : STATUS_INTERNAL;
}

struct text status_name(enum status status)
{
    return rows[status_of(status)].name;
}

struct text status_words(enum status status, bool english)
{
    const struct row *row = &rows[status_of(status)];
    return english ? row->en : row->zh;
}

bool status_retryable(enum status status)
{
    return rows[status_of(status)].retryable;
}
