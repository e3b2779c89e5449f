/* LIMIT_<NAME> for every row of limits.def: compile-time constants. */
#ifndef LUNTAN_PROTOCOL_LIMITS_H
#define LUNTAN_PROTOCOL_LIMITS_H

enum limit {
#define LIMIT(NAME, name, value, unit, reason) LIMIT_##NAME = value,
#include "protocol/limits.def"
#undef LIMIT
};

#endif
