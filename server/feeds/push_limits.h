/* The maxima of push_limits.def as PUSH_MAX_NAME. */
#ifndef LUNTAN_SERVER_FEEDS_PUSH_LIMITS_H
#define LUNTAN_SERVER_FEEDS_PUSH_LIMITS_H

enum push_limit {
#define PUSH_LIMIT(NAME, value, unit, reason) PUSH_MAX_##NAME = (value),
#include "server/feeds/push_limits.def"
#undef PUSH_LIMIT
};

#endif
