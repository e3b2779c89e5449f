/*
 * What a new installation is given: its boards, and the first administrator's invitation.
 *
 * Both are made in one transaction, when the store holds no board yet, so that a first start that was
 * interrupted is made up for by the next. Runs on main, before the store's threads start.
 */
#ifndef LUNTAN_SERVER_SETUP_H
#define LUNTAN_SERVER_SETUP_H

#include "protocol/status.h"
#include "server/accounts/codes.h"
#include "server/boards_file.h"
#include "server/store/store.h"

/*
 * Sets the store up where that has not been done: then `code` is the invitation, otherwise it is empty. False
 * where it could not be stored.
 */
MUST_USE bool setup_run(struct store *store, const struct boards_file *boards, char code[CODES_CHARS + 1]);

/* Makes one more administrator's invitation, for an installation whose administrators are all gone. False as above. */
MUST_USE bool setup_invite(struct store *store, char code[CODES_CHARS + 1]);

#endif
