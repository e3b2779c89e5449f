/* The maxima of limits.def as HTTP_MAX_NAME. */
#ifndef LUNTAN_SERVER_HTTP_LIMITS_H
#define LUNTAN_SERVER_HTTP_LIMITS_H

enum http_limit {
#define HTTP_LIMIT(NAME, value, unit, reason) HTTP_MAX_##NAME = (value),
#include "server/http/limits.def"
#undef HTTP_LIMIT
};

#endif
