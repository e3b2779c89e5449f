/* The time as HTTP writes it (RFC 9110 section 5.6.7), made anew once a second. One for each loop. */
#ifndef LUNTAN_SERVER_HTTP_DATE_H
#define LUNTAN_SERVER_HTTP_DATE_H

#include <stdint.h>

#include "protocol/text.h"

enum { HTTP_DATE = sizeof "Sun, 06 Nov 1994 08:49:37 GMT" };

/* A zeroed one is ready. */
struct http_date {
    int64_t second;
    char text[HTTP_DATE];
};

/* `second` after 1970, which the text then says; it stays until the next call. Years 1970 to 9999, others as their nearest. */
struct text http_date_text(struct http_date *date, int64_t second);

/*
 * Reads a date as in If-Modified-Since, in any of the three forms (section 5.6.7). Seconds after 1970, UTC; -1: it is none.
 * `now` places years of two digits.
 */
int64_t http_date_read(struct text text, int64_t now);

#endif
