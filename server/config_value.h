/*
 * The types of settings: how a value is read, and what is said where it is wrong. For config.c.
 *
 * A type is a row of a table in config_value.c. Pure but for the arena; any thread.
 */
#ifndef LUNTAN_SERVER_CONFIG_VALUE_H
#define LUNTAN_SERVER_CONFIG_VALUE_H

#include "server/config.h"

enum config_type {
    CONFIG_PATH, CONFIG_LINE, CONFIG_ADDRESS, CONFIG_LOCAL, CONFIG_HEADER, CONFIG_ORIGIN,
    CONFIG_NUMBER, CONFIG_SWITCH, CONFIG_LEVEL, CONFIG_LANGUAGE,
};

/* One row of config.def. */
struct config_key {
    const char *name;
    enum config_type type;
    const char *fallback;
    unsigned low, high;
    size_t offset; /* in struct config */
    const char *zh, *en;
};

/* Where a value goes, and how a complaint about it begins. */
struct config_place {
    struct arena *arena;
    void *field;
    bool english;
    const char *where, *about; /* see complain; where may be NULL */
    struct complaint *complaint;
};

/* Reads the value into the field. False, with a complaint, where it is not one of the key's type. */
bool config_value_read(const struct config_key *key, struct text value, const struct config_place *place);

/* What stands for a value of the type in help: FILE, N, on|off, ... */
const char *config_value_name(enum config_type type);

#endif
