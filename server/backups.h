/*
 * Copies of the database, kept in the directory `backups` of the data directory.
 *
 * Each is complete as of one moment, named by that moment (forum-20260504T093000Z.db), and made while the
 * server goes on. The oldest go as new ones come. Runs on main.
 */
#ifndef LUNTAN_SERVER_BACKUPS_H
#define LUNTAN_SERVER_BACKUPS_H

#include <stdbool.h>

#include "server/store/store.h"

/* Makes one and keeps the `keep` newest. False where it could not be made; `refusal` says why. */
MUST_USE bool backups_make(struct store *store, const char *directory, unsigned keep, struct store_refusal *refusal);

#endif
