/* Conditional requests (RFC 9110 section 13) and ranges (section 14), as far as answers here honour them. Pure. */
#ifndef LUNTAN_SERVER_HTTP_CONDITIONS_H
#define LUNTAN_SERVER_HTTP_CONDITIONS_H

#include "protocol/text.h"

/*
 * Whether the list of an If-None-Match (`weak`: marks of weakness do not matter) or If-Match holds the tag, which
 * there is; `*` holds every one. What is no list of tags holds none from there on.
 */
bool etag_listed(struct text list, struct text etag, bool weak);

enum range_kind {
    RANGE_NONE,    /* all is to be said: another unit, several ranges, no range at all */
    RANGE_PART,
    RANGE_OUTSIDE, /* 416 */
};

/* A Range's value over `len` bytes. `first` and `count` are filled for RANGE_PART. */
enum range_kind range_read(struct text value, size_t len, size_t *first, size_t *count);

#endif
