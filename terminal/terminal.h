/*
 * What every verb and every screen of the program has in its hands: the connection, who uses it, and how
 * to speak to that person.
 *
 * One `struct terminal` per process, made in main; one thread. It owns the connection and the settings; texts
 * of replies are the library's and live until the next call.
 */
#ifndef LUNTAN_TERMINAL_TERMINAL_H
#define LUNTAN_TERMINAL_TERMINAL_H

#include "client-lib/luntan.h"
#include "terminal/arguments.h"
#include "terminal/keep.h"
#include "terminal/say.h"

enum { HANDLE_ROOM = LIMIT_HANDLE * 4 + 1, SERVER_ROOM = 300, ZONE_ROOM = LIMIT_ZONE + 1 };

struct terminal {
    const struct arguments *arguments;
    struct luntan *forum;
    struct keep *keep;            /* saved sessions */
    char server[SERVER_ROOM];     /* as HOST:PORT, by which sessions are kept */
    char host[SERVER_ROOM];
    uint16_t port;
    char ca[4096];                /* or empty */
    char as[HANDLE_ROOM];         /* the handle asked for, or empty */
    char handle[HANDLE_ROOM];     /* who one is; empty for a visitor */
    uint64_t account;             /* the same by number; 0 for a visitor */
    char zone[ZONE_ROOM];         /* the reader's time zone */
    int timeout_ms;               /* for each answer; 0: the library's own */
    bool english, json;
    bool untraced;                /* --trace would write over the screen */
    bool entered;                 /* authenticated, be it as nobody */
    bool sanctioned;              /* whoever it is is under a mute, a ban or a hold, as sign-in said */
};

/* Reads settings from the options, the environment and the configuration file. False: `wrong` and `word` say what is wrong. */
bool terminal_set_up(struct terminal *t, const struct arguments *a, enum saying *wrong, struct text *word);

/* Closes the connection and gives everything back. */
void terminal_close(struct terminal *t);

/* Connects without authenticating, for register, login and reset. Says what failed. */
MUST_USE enum outcome terminal_connect(struct terminal *t);

/* Connects and goes on with the saved session, or visits where there is none. Says what failed. */
MUST_USE enum outcome terminal_enter(struct terminal *t);

/* Takes over who one is from an answer; `record` may be absent for a visitor. Sets the time zone. */
void terminal_become(struct terminal *t, struct items record);

/*
 * Says why the last call failed: the server's words on standard error and, with --json, one object
 * {"error": {...}} on standard output. OK gives OUTCOME_DONE.
 */
MUST_USE enum outcome terminal_result(struct terminal *t, enum luntan_result result);

/* The same for a failure found here: one of the statuses, about a field. */
MUST_USE enum outcome terminal_refuse(struct terminal *t, enum status status, const char *field, uint64_t limit);

/* Says what is wrong with how the program was called. */
MUST_USE enum outcome terminal_misused(struct terminal *t, enum saying wrong, const char *word);

/* Says that something failed here, with the system's reason. */
MUST_USE enum outcome terminal_failed(struct terminal *t, enum saying what, const char *about);

/* With --json, prints the answer as an object; otherwise says `done` with its values (ending with SAID_END). */
enum outcome terminal_answer(struct terminal *t, const struct shape *shape, const void *reply, enum saying done, const struct said *values);

/* An argument that must be a number; false after having said that it is none. */
bool terminal_number(struct terminal *t, const char *word, uint64_t *out);

/* The same for an option; absent leaves `out` alone. */
bool terminal_number_option(struct terminal *t, enum option which, uint64_t *out);

/* An argument that must be the id of a draft or a submission, in hex; false after having said that it is none. */
enum { TERMINAL_ID = 16 };
bool terminal_id(struct terminal *t, const char *word, uint8_t out[TERMINAL_ID]);

/* An option that names a value of an enumeration; absent leaves `out` alone. */
bool terminal_enum_option(struct terminal *t, enum option which, const struct enumeration *e, uint32_t *out);

/* Reason and words of a decision, which several verbs take; false after having said that there is no such reason. */
bool terminal_reason(struct terminal *t, enum reason *reason, struct text *words);

/* What the option holds, or an absent text. */
struct text terminal_option(const struct terminal *t, enum option which);

/* A value's word in the reader's language. */
struct text terminal_value(const struct terminal *t, const struct enumeration *e, uint64_t number);

/* A time as the reader's clock shows it: "2026-05-04 09:30". Terminated; empty for 0. */
enum { TIME_ROOM = 32 };
void terminal_time(char out[TIME_ROOM], uint64_t ms);

/* What a topic's name (board:SLUG, board:N, thread:N, queue, queue:SLUG, account) means; asks the server for a slug's number. */
MUST_USE enum outcome terminal_topic(struct terminal *t, const char *word, enum topic *kind, uint64_t *id);

#endif
