/*
 * The server's settings: config.def, read from defaults, then a file, then the command line.
 *
 * A `struct config` is made once by main and stays as it is while the server runs; it owns its strings.
 * What is wrong is told as one complaint that names the file and line, or the option, the key, and what was
 * expected. Besides settings the command line names what to do; the first action named counts.
 */
#ifndef LUNTAN_SERVER_CONFIG_H
#define LUNTAN_SERVER_CONFIG_H

#include <stdint.h>
#include <stdio.h>

#include "protocol/limits.h"
#include "server/tell.h"
#include "server/util/arena.h"
#include "server/util/log.h"

struct config_address {
    char address[64]; /* numeric, IPv4 or IPv6, without brackets */
    bool six;         /* IPv6 */
    uint16_t port;
};

/* Where a proxy on this machine connects: an address of loopback, a socket in the file system, or nowhere. */
struct config_local {
    struct config_address address; /* where `path` is empty; an empty one: nowhere */
    const char *path;              /* absolute */
};

enum config_language { CONFIG_LANGUAGE_AUTO, CONFIG_LANGUAGE_ZH, CONFIG_LANGUAGE_EN };

enum config_action {
    CONFIG_SERVE,
    CONFIG_CHECK,   /* --check-config */
    CONFIG_HELP,    /* --help */
    CONFIG_VERSION, /* --version */
    CONFIG_INVITE,  /* --invite: a new administrator's invitation, while the server is stopped */
    CONFIG_REFUSED, /* something is wrong; the complaint says what */
};

#define CONFIG_TYPE_PATH const char *
#define CONFIG_TYPE_LINE struct text
#define CONFIG_TYPE_ADDRESS struct config_address
#define CONFIG_TYPE_LOCAL struct config_local
#define CONFIG_TYPE_HEADER struct text
#define CONFIG_TYPE_ORIGIN struct text
#define CONFIG_TYPE_NUMBER unsigned
#define CONFIG_TYPE_SWITCH bool
#define CONFIG_TYPE_LEVEL enum log_level
#define CONFIG_TYPE_LANGUAGE enum config_language

struct config {
    struct arena *arena;
    bool english; /* the language that was settled */
#define KEY(name, TYPE, fallback, low, high, zh, en) CONFIG_TYPE_##TYPE name;
#include "server/config.def"
};

/* Reads everything; `language` is the environment's LANG or NULL. config_fini must follow, whatever it gives. */
enum config_action config_read(struct config *config, int argc, char **argv, const char *language,
                               struct complaint *complaint);

/* Prints how the program is called and every setting. */
void config_help(FILE *out, bool english);

void config_fini(struct config *config);

#endif
